package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// S3-17: from the address in the mail to more time in one click.
func TestExtendFromTheMail(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	access := w.GuestEditor.ID.String() + "-" + w.Space.String()
	given := func(days, button string) *webtest.Page {
		t.Helper()
		host.Post("/spaces/"+w.Space.String()+"/guests/"+w.GuestEditor.ID.String(), url.Values{"ends_in_days": {days}}).Want(http.StatusSeeOther)
		page := host.Get("/endings?guest=" + w.GuestEditor.ID.String()).Want(http.StatusOK)
		if !strings.Contains(page.Body, `value="`+access+`+`+button+`"`) {
			t.Errorf("after %s days no button gives %s more", days, button)
		}
		return page
	}
	given("7", "7")          // the same period once more
	page := given("1", "30") // which would end so soon that it is told again at once
	if !strings.Contains(page.Body, "Extend the access of Erika Mustermann") {
		t.Error("the page does not name the guest")
	}
	saved := host.Post("/endings", url.Values{"extend": {access + "+30"}}).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(saved.Body, "Access extended") {
		t.Error("the flash does not say what was done")
	}
	g, err := w.Store.SpaceGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID)
	if want := w.Clock.Now().Add(30 * store.Day); err != nil || !g.EndsAt.Equal(want) {
		t.Errorf("ends %v, want %v, %v", g.EndsAt, want, err)
	}
	host.Post("/endings", url.Values{"extend": {"x"}}).Want(http.StatusNotFound)
	host.Post("/endings", url.Values{"access": {access}, "ends_in_days": {"abc"}}).Want(http.StatusUnprocessableEntity)
	host.Post("/endings", url.Values{"access": {w.GuestOutside.ID.String() + "-0"}, "ends_in_days": {"30"}}).Want(http.StatusNotFound)
}

// S3-13, S3-14: an end that has passed is asked about first.
func TestEndInThePastIsConfirmed(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	path := "/admin/guests/" + w.GuestEditor.ID.String() + "/expiry"
	root.Get(path).Want(http.StatusOK)
	asked := root.Post(path, url.Values{"ends_on": {"2026-09-01"}}).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(asked.Body, `data-problem="ends_now"`) || !strings.Contains(asked.Body, `name="confirmed"`) || !strings.Contains(asked.Body, `value="2026-09-01"`) {
		t.Error("no question, or the date is lost")
	}
	guest := w.As("guest")
	guest.Get("/").Want(http.StatusOK)
	root.Post(path, url.Values{"ends_on": {"2026-09-01"}, "confirmed": {"on"}}).Want(http.StatusSeeOther)
	guest.Get("/").Want(http.StatusSeeOther) // SEC-T7: out on the next click
	root.Post(path, url.Values{"ends_in_days": {"never"}}).Want(http.StatusSeeOther)
	if account, err := w.Store.ManagedGuest(t.Context(), w.Root, w.GuestEditor.ID); err != nil || !account.EndsAt.IsZero() {
		t.Errorf("ends %v, %v", account.EndsAt, err)
	}
}
