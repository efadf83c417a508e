package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// mailWaitsLong is when a mail that waits needs an administrator's look.
const mailWaitsLong = 10 * time.Minute

// adminPage is the Page of a page of the administration; section is the entry
// of the navigation that it belongs to.
func (s *Server) adminPage(c echo.Context, section, title string, args ...any) (views.Page, error) {
	p, err := s.page(c, title, args...)
	p.Current = section
	return p, err
}

func (s *Server) showOverview(c echo.Context) error {
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	return s.renderOverview(c, http.StatusOK, environment.Name, nil)
}

// updateOrganization changes the name that stands over every page and mail.
func (s *Server) updateOrganization(c echo.Context) error {
	name := c.FormValue("organization")
	if err := s.Store.ChangeOrganization(c.Request().Context(), actor(c), name); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.renderOverview(c, http.StatusUnprocessableEntity, name, problems)
	}
	s.flash(c, "flash.settings_saved")
	return s.redirect(c, views.AdminURL)
}

func (s *Server) renderOverview(c echo.Context, status int, organization string, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminURL, "admin.overview")
	if err != nil {
		return err
	}
	counts, err := s.Store.Overview(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	over, err := s.Store.PlacesOver(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p.Errors = problems
	requests, err := s.Store.WaitingRequests(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	return s.render(c, status, views.Overview(views.OverviewPage{
		Page: p, Counts: counts, Notes: append(s.diskNotes(p), overviewNotes(p, counts, over)...), Requests: requests, Name: organization,
	}))
}

// diskNotes warn of a disk that takes no files any more (SEC-R4).
func (s *Server) diskNotes(p views.Page) []views.OverviewNote {
	if !s.Store.UploadsOff() {
		return nil
	}
	return []views.OverviewNote{{Kind: "danger", Icon: "alert", Text: p.T("overview.disk_full")}}
}

// overviewNotes are what needs attention, the worst first.
func overviewNotes(p views.Page, counts store.Overview, over bool) []views.OverviewNote {
	var notes []views.OverviewNote
	if over {
		notes = append(notes, views.OverviewNote{
			Kind: "danger", Icon: "alert", Text: p.T("licences.over_title"), URL: views.AdminLicencesURL, Link: p.T("licences.see"),
		})
	}
	if counts.MailRefused > 0 {
		notes = append(notes, views.OverviewNote{
			Kind: "danger", Icon: "alert", Text: p.T("overview.mail_refused", "N", counts.MailRefused),
			URL: views.WithQuery(views.AdminMailURL, "state", store.MailIsRefused), Link: p.T("overview.see_mails"),
		})
	}
	if !counts.OldestMailAt.IsZero() && p.Now.Sub(counts.OldestMailAt) >= mailWaitsLong {
		notes = append(notes, views.OverviewNote{
			Kind: "warn", Icon: "clock", Text: p.T("overview.mail_stuck", "Span", p.Now.Sub(counts.OldestMailAt)),
			URL: views.WithQuery(views.AdminMailURL, "state", store.MailQueued), Link: p.T("overview.see_mails"),
		})
	}
	if counts.WebhooksOff > 0 {
		notes = append(notes, views.OverviewNote{
			Kind: "danger", Icon: "alert", Text: p.T("overview.webhooks_off", "N", counts.WebhooksOff),
			URL: views.AdminWebhooksURL, Link: p.T("overview.see_webhooks"),
		})
	}
	if counts.EndingSoon > 0 {
		notes = append(notes, views.OverviewNote{
			Kind: "warn", Icon: "calendar", Text: p.T("overview.ending_soon", "N", counts.EndingSoon),
			URL: views.WithQuery(views.AdminGuestsURL, "status", string(store.ActiveGuest)), Link: p.T("overview.see_guests"),
		})
	}
	return notes
}
