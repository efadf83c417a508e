package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// requestRoutes are asking for the approval of invitations, answering, and
// adding guests who have an account.
func (s *Server) requestRoutes() []*route {
	const requests = "/spaces/:space/invitations/requests"
	return []*route{
		get("/spaces/:space/guests/new", somebody, s.newGuest),
		get(requests, somebody, s.listRequests),
		post(requests, somebody, s.decideRequests),
		post(requests+"/:request/delete", somebody, s.withdrawRequest),
		get(views.AdminRequestsURL, administrators, s.listAllRequests),
		post(views.AdminRequestsURL, administrators, s.decideAllRequests),
	}
}

// requestsForm answers requests.
type requestsForm struct {
	Requests []string `form:"request"`
	Decision string   `form:"decision"` // approve or refuse
	Reason   string   `form:"reason"`
}

func (f requestsForm) decision() store.RequestDecision {
	in := store.RequestDecision{Approve: f.Decision == "approve", Reason: f.Reason}
	for _, id := range f.Requests {
		in.Requests = append(in.Requests, store.ParseID(id))
	}
	return in
}

// listRequests are the requests of a space.
func (s *Server) listRequests(c echo.Context) error {
	return s.showRequests(c, http.StatusOK, requestsForm{}, nil, nil)
}

func (s *Server) showRequests(c echo.Context, status int, form requestsForm, decided []store.DecidedRequest, problems views.Problems) error {
	list, err := s.Store.InvitationRequests(c.Request().Context(), actor(c), spaceID(c))
	if err != nil {
		return err
	}
	p, err := s.page(c, "request.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	m := views.RequestsPage{
		Page: p, Space: list.Space, Waiting: views.RequestRows(list.Waiting, decided), Own: list.Own,
		Others: views.AnsweredBefore(list.Waiting, decided), Reason: form.Reason,
	}
	return s.overSpace(c, status, p, list.Space, views.ShowRequests(m))
}

// listAllRequests are the requests that wait for system administrators.
func (s *Server) listAllRequests(c echo.Context) error {
	return s.showAllRequests(c, http.StatusOK, requestsForm{}, nil, nil)
}

func (s *Server) showAllRequests(c echo.Context, status int, form requestsForm, decided []store.DecidedRequest, problems views.Problems) error {
	list, err := s.Store.RequestsForSystemAdmins(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminRequestsURL, "admin.requests")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.AdminRequests(views.RequestsPage{
		Page: p, Waiting: views.RequestRows(list, decided), Others: views.AnsweredBefore(list, decided), Reason: form.Reason,
	}))
}

func (s *Server) decideRequests(c echo.Context) error {
	return s.decide(c, spaceID(c), views.InvitationRequestsURL(spaceID(c)), s.showRequests)
}

func (s *Server) decideAllRequests(c echo.Context) error {
	return s.decide(c, 0, views.AdminRequestsURL, s.showAllRequests)
}

type showDecided func(echo.Context, int, requestsForm, []store.DecidedRequest, views.Problems) error

// decide answers requests. When one of them could not be answered, the queue is
// shown again with the reason beside it.
func (s *Server) decide(c echo.Context, space store.ID, done string, again showDecided) error {
	var form requestsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	in := form.decision()
	decided, err := s.Store.DecideRequests(c.Request().Context(), actor(c), space, in)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return again(c, http.StatusUnprocessableEntity, form, nil, problems)
	}
	n := 0
	for _, d := range decided {
		if d.Problem == nil {
			n++
		}
	}
	if n < len(decided) {
		return again(c, http.StatusConflict, form, decided, views.Problems{{Field: "request", Code: "requests_left", Args: map[string]any{"N": len(decided) - n}}})
	}
	key := "flash.requests_refused"
	if in.Approve {
		key = "flash.requests_approved"
	}
	s.flash(c, key, "N", n)
	return s.redirect(c, done)
}

// withdrawRequest takes back what one has asked for.
func (s *Server) withdrawRequest(c echo.Context) error {
	err := s.Store.WithdrawRequest(c.Request().Context(), actor(c), spaceID(c), store.ParseID(c.Param("request")))
	if problems := views.ProblemsOf(err); problems != nil {
		return s.showRequests(c, http.StatusConflict, requestsForm{}, nil, problems)
	}
	if err != nil {
		return err
	}
	s.flash(c, "flash.request_withdrawn")
	return s.redirect(c, views.InvitationRequestsURL(spaceID(c)))
}
