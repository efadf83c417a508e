package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/web/webtest"
)

// S4-25: invited on paper, signed up by the printed link, back with the
// identifier; nothing is mailed to anybody.
func TestGuestWithoutEmail(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	policy(t, w, map[string]string{"guest.offline_second_factor": "none"})
	invite := "/spaces/" + w.Space.String() + "/invitations/printed"
	form := host.Get(invite + "/new").Want(http.StatusOK)
	suggested := form.Value("identifier")
	if !strings.HasPrefix(suggested, "guest-") {
		t.Errorf("suggested %q", suggested)
	}
	refused := host.Post(invite, url.Values{"identifier": {"a b"}, "name": {"Ana Silva"}}).Want(http.StatusUnprocessableEntity)
	if refused.Problem("identifier") != "bad_identifier" || refused.Value("name") != "Ana Silva" {
		t.Errorf("a bad identifier: %q, %s", refused.Problem("identifier"), refused.Text("main"))
	}
	page := host.Post(invite, url.Values{"identifier": {suggested}, "name": {"Ana Silva"}, "message": {"Welcome aboard"}, "locale": {"ja"}}).
		Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	link, err := url.Parse(strings.TrimSpace(page.Text("#link")))
	if err != nil || !strings.HasPrefix(link.Path, "/invitations/") {
		t.Fatalf("the link %q: %v", page.Text("#link"), err)
	}
	if page.Text("#identifier") != suggested || !page.Exists("svg.qr path") || !strings.Contains(page.Text("article[lang='ja']"), "Welcome aboard") {
		t.Errorf("the page: %s", page.Text("main"))
	}
	list := host.Get("/spaces/" + w.Space.String() + "/guests").Want(http.StatusOK)
	if !list.Exists("tr[data-email='" + suggested + "'][data-status='invited']") {
		t.Errorf("the list: %s", list.Text("main"))
	}
	ana := w.Anonymous()
	if got := ana.Get(link.Path).Want(http.StatusOK).Text("main"); strings.Contains(got, "@") {
		t.Errorf("the sign-up page: %s", got)
	}
	joined := ana.Post(link.Path, url.Values{"display_name": {"Ana"}, "password": {"plenty of apples 4 winter"}}).Want(http.StatusSeeOther)
	if joined.Location() != "/spaces/"+w.Space.String() {
		t.Errorf("after joining: %q", joined.Location())
	}
	back := w.Anonymous()
	back.Post("/login", credentials(strings.ToUpper(suggested), "plenty of apples 4 winter")).Want(http.StatusSeeOther)
	back.Get("/profile").Want(http.StatusOK)
	if mails := delivered(t, w); len(mails) != 0 {
		t.Errorf("mailed: %v", mails)
	}
	policy(t, w, map[string]string{"guest.without_email": "off"}) // C10
	host.Get(invite + "/new").Want(http.StatusForbidden)
	if host.Get("/spaces/" + w.Space.String() + "/invitations/new").Exists("a[href='" + invite + "/new']") {
		t.Error("the link is still there")
	}
}
