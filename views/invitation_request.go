package views

import (
	"slices"

	"guesthouse/store"
)

// RequestsPage are the invitations that wait for approval, in one space or, in
// the administration, in all of them.
type RequestsPage struct {
	Page
	Space   store.Space // its ID is 0 in the administration
	Waiting []RequestRow
	Own     []store.InvitationRequest
	Others  []RequestRow // what somebody else answered a moment before
	Reason  string
}

// RequestRow is a request with what an approval made of it.
type RequestRow struct {
	store.InvitationRequest
	Problem *Problem // why it was not approved just now
	Chosen  bool
}

// RequestRows fits requests to the queue; decided is what was just tried.
func RequestRows(list []store.InvitationRequest, decided []store.DecidedRequest) []RequestRow {
	rows := make([]RequestRow, len(list))
	for i, r := range list {
		rows[i] = RequestRow{InvitationRequest: r}
		at := slices.IndexFunc(decided, func(d store.DecidedRequest) bool { return d.Request.ID == r.ID })
		if at >= 0 {
			rows[i].Chosen, rows[i].Problem = true, refusalOf(decided[at].Problem)
		}
	}
	return rows
}

// AnsweredBefore are those of a decision that wait no more, with the reason why
// it did not count.
func AnsweredBefore(waiting []store.InvitationRequest, decided []store.DecidedRequest) []RequestRow {
	var rows []RequestRow
	for _, d := range decided {
		waits := slices.ContainsFunc(waiting, func(r store.InvitationRequest) bool { return r.ID == d.Request.ID })
		if d.Problem != nil && !waits {
			rows = append(rows, RequestRow{InvitationRequest: d.Request, Problem: refusalOf(d.Problem)})
		}
	}
	return rows
}

func refusalOf(err *store.Error) *Problem {
	if err == nil {
		return nil
	}
	return &Problem{Code: err.Code, Args: err.Args}
}

// action is where the queue is answered.
func (m RequestsPage) action() string {
	if m.Space.ID == 0 {
		return AdminRequestsURL
	}
	return InvitationRequestsURL(m.Space.ID)
}

// decides reports whether the reader answers requests here.
func (m RequestsPage) decides() bool { return m.Space.ID == 0 || m.Space.Approves() }

// ends is the access that is asked for, in words.
func (p Page) ends(inv store.Invitation) string {
	switch {
	case inv.AccessDays > 0:
		return p.T("invite.period_days", "N", inv.AccessDays)
	case !inv.AccessEndsAt.IsZero():
		return p.T("request.until", "Date", p.Date(inv.AccessEndsAt))
	}
	return p.T("invite.no_end_date")
}

// requestBadge is how the state of a request is shown.
var requestBadges = map[store.RequestState]struct{ kind, icon string }{
	store.RequestWaiting:   {"info", "clock"},
	store.RequestApproved:  {"ok", "check"},
	store.RequestRefused:   {"danger", "x"},
	store.RequestWithdrawn: {"", "left"},
}
