package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/store"
	"guesthouse/web/webtest"
)

// linkOf is the path of the link in the newest invitation mail to an address,
// read from the mail as its reader gets it.
func linkOf(t *testing.T, w *webtest.World, to store.Email) string {
	t.Helper()
	link := ""
	for _, m := range w.Deliver() {
		if m.To != to || m.Kind != store.MailInvitation {
			continue
		}
		message, err := mail.Render(m, mail.Environment{BaseURL: w.URL, Organization: "Example Works"})
		if err != nil {
			t.Fatal(err)
		}
		links := regexp.MustCompile(regexp.QuoteMeta(w.URL)+`(/invitations/\S+)`).FindAllStringSubmatch(message.Text, -1)
		if len(links) != 1 { // S0-28
			t.Fatalf("the mail to %s holds %d links\n%s", to, len(links), message.Text)
		}
		link = links[0][1]
	}
	if link == "" {
		t.Fatalf("no invitation was mailed to %s", to)
	}
	return link
}

func spacePath(w *webtest.World) string { return "/spaces/" + w.Space.String() }

// invite invites an address as the host and gives the link of the mail.
func invite(t *testing.T, w *webtest.World, form url.Values) string {
	t.Helper()
	w.As("host").Post(spacePath(w)+"/invitations", form).Want(http.StatusSeeOther)
	return linkOf(t, w, store.Email(form.Get("emails")))
}

var signUp = url.Values{
	"display_name": {"Jan Jansen"}, "password": {"nine lives of a cat"}, "locale": {"en"}, "timezone": {"Europe/Amsterdam"},
}

// S0-20..S0-34: the whole way in, by the contract's addresses and names.
func TestFromAddressToGuest(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	form := host.Get(spacePath(w) + "/invitations/new").Want(http.StatusOK)
	action, fields := form.Form("form[action$='/invitations']")
	if fields.Get("subject") != "Invitation to “The guest space” at Example Works" || fields.Get("permission") != "edit" { // S0-22
		t.Errorf("the form begins with %v", fields)
	}
	fields.Set("emails", "Jan <jan@new.example>, max@partner,example")
	fields.Set("message", "Hello,\nwelcome.")
	result := host.Post(action, fields).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if result.Count("tr[data-verdict=invited]") != 1 || result.Count("tr[data-verdict=not_an_address]") != 1 { // S0-21
		t.Errorf("results: %v", result.Texts("tbody tr"))
	}
	link := linkOf(t, w, "jan@new.example")
	list := host.Get(spacePath(w) + "/guests").Want(http.StatusOK)
	if list.Attr("tr[data-email='jan@new.example']", "data-status") != "invited" { // S0-24
		t.Error("the guest is not listed as invited")
	}
	if !strings.Contains(list.Text("tr[data-email='jan@new.example']"), "24 Sep 2026, 10:00") {
		t.Errorf("the row does not tell when the invitation expires: %s", list.Text("tr[data-email='jan@new.example']"))
	}

	jan := w.Anonymous()
	for range 2 { // SEC-T4
		page := jan.Get(link).Want(http.StatusOK)
		if page.Text("h1") != "The guest space" || !page.Exists("input[name=display_name]") || !strings.Contains(page.Body, "jan@new.example") {
			t.Errorf("the invitation page: %s", page.Text("main"))
		}
	}
	signed := jan.Post(link, signUp).Want(http.StatusSeeOther)
	if signed.Location() != spacePath(w) { // S0-33
		t.Errorf("leads to %q", signed.Location())
	}
	if page := signed.Follow().Want(http.StatusOK); !strings.Contains(page.Text("h1"), "The guest space") {
		t.Errorf("the space says %q", page.Text("h1"))
	}
	row := host.Get(spacePath(w) + "/guests").Want(http.StatusOK)
	if row.Attr("tr[data-email='jan@new.example']", "data-status") != "active" || !strings.Contains(row.Text("tr[data-email='jan@new.example']"), "Jan Jansen") { // S0-25
		t.Error("the guest is not listed as active")
	}
	if !row.Exists("tr[data-email='jan@new.example'] [data-person] [data-guest]") { // S4-10
		t.Error("no badge beside the guest's name")
	}
	gone := w.Anonymous().Get(link).Want(http.StatusGone) // S2-03
	if gone.Code() != "GAIA_IR01" || !gone.Exists("form[action$='/renewal']") || !gone.Exists("a[href='/login']") {
		t.Errorf("the used link: %s", gone.Text("main"))
	}
	// S2-09: removed, and the very next click is refused.
	account := row.Attr("tr[data-email='jan@new.example'] [data-person]", "data-person")
	ask := host.Get(spacePath(w) + "/guests/" + account + "/delete").Want(http.StatusOK)
	removal, _ := ask.Form("form[action$='/delete']")
	host.Post(removal, nil).Want(http.StatusSeeOther)
	jan.Get(spacePath(w)).Want(http.StatusNotFound)
	jan.Get("/").Want(http.StatusOK)
	if strings.Contains(w.Log(), "jan@new.example") || strings.Contains(w.Log(), strings.TrimPrefix(link, "/invitations/")) { // SEC-I7
		t.Error("the log holds an address or a link")
	}
}

// SEC-T8: what the form must not decide is not read from it.
func TestForgedSignUp(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	link := invite(t, w, url.Values{"emails": {"jan@new.example"}, "permission": {"read"}})
	form := url.Values{
		"email": {"evil@elsewhere.example"}, "login": {"evil"}, "role": {"administrator"}, "permission": {"edit"}, "kind": {"member"},
		"space": {w.Spaces[store.SecretSpace].String()}, "system_admin": {"on"},
	}
	for name, values := range signUp {
		form[name] = values
	}
	jan := w.Anonymous()
	jan.Post(link, form).Want(http.StatusSeeOther)
	jan.Get("/spaces/" + w.Spaces[store.SecretSpace].String()).Want(http.StatusNotFound)
	jan.Get("/admin").Want(http.StatusNotFound)
	row := w.As("host").Get(spacePath(w) + "/guests")
	if row.Value("permission") == "" || row.Attr("tr[data-email='jan@new.example'] option[selected]", "value") != "read" {
		t.Error("the permission is another one than was given")
	}
}

// S0-31, S0-32: what is wrong stands beside its field, what was typed stays, a
// password does not come back, and the link survives.
func TestSignUpProblems(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	link := invite(t, w, url.Values{"emails": {"jan@new.example"}})
	page := w.Anonymous().Post(link, url.Values{
		"display_name": {"Jan \u202e"}, "password": {"abc1"}, "locale": {"ja"}, "timezone": {"Asia/Tokyo"},
	}).Want(http.StatusUnprocessableEntity)
	if page.Problem("display_name") != "text_control" || page.Problem("password") != "password_too_short" {
		t.Errorf("problems %q and %q", page.Problem("display_name"), page.Problem("password"))
	}
	_, kept := page.Form("form[action='" + link + "']")
	if kept.Get("display_name") != "Jan \u202e" || kept.Get("password") != "" || kept.Get("locale") != "ja" || kept.Get("timezone") != "Asia/Tokyo" {
		t.Errorf("the form shown again holds %v", kept)
	}
	w.Anonymous().Post(link, signUp).Want(http.StatusSeeOther)
}

// SEC-T5, S2-03: every dead link is answered alike, and so is every act on it.
func TestDeadLinksAreAlike(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	links := map[string]string{"unknown": "/invitations/" + strings.Repeat("A", 43), "malformed": "/invitations/x%20y"}
	for _, name := range []string{"used", "cancelled", "declined", "replaced", "expired"} {
		links[name] = invite(t, w, url.Values{"emails": {name + "@new.example"}})
	}
	w.Anonymous().Post(links["used"], signUp).Want(http.StatusSeeOther)
	list := host.Get(spacePath(w) + "/guests")
	cancel, _ := list.Form("tr[data-email='cancelled@new.example'] form[action$='/delete']")
	host.Post(cancel, nil).Want(http.StatusSeeOther)
	w.Anonymous().Post(links["declined"]+"/decline", nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	resend, _ := list.Form("tr[data-email='replaced@new.example'] form[action$='/resend']")
	w.Clock.Advance(5 * time.Minute)
	host.Post(resend, nil).Want(http.StatusSeeOther)
	fresh := linkOf(t, w, "replaced@new.example")
	w.Anonymous().Get(fresh).Want(http.StatusOK)
	w.Clock.Advance(7 * store.Day)

	mask := func(page *webtest.Page, link string) string {
		body := strings.ReplaceAll(page.Body, strings.TrimPrefix(link, "/invitations/"), "TOKEN")
		return strings.ReplaceAll(body, page.Header.Get("X-Request-Id"), "REQUEST")
	}
	want := ""
	for name, link := range links {
		c := w.Anonymous()
		page := c.Get(link).Want(http.StatusGone)
		if page.Code() != "GAIA_IR01" {
			t.Errorf("%s: code %q", name, page.Code())
		}
		if want == "" {
			want = mask(page, link)
		} else if got := mask(page, link); got != want {
			t.Errorf("the page of a link that is %s differs", name)
		}
		c.Post(link, signUp).Want(http.StatusGone)
		c.Post(link+"/join", nil).Want(http.StatusGone)
		c.Post(link+"/decline", nil).Want(http.StatusGone)
		asked := c.Post(link+"/renewal", nil).Want(http.StatusSeeOther)
		if asked.Location() != "/invitations/asked" {
			t.Errorf("%s: asking leads to %q", name, asked.Location())
		}
	}
	w.Anonymous().Get("/invitations/asked").Want(http.StatusOK)
	renewals := 0
	for _, m := range w.Deliver() {
		if m.Kind == store.MailRenewalRequest && m.To == w.Host.Email {
			renewals++
		}
	}
	if renewals != 4 { // cancelled, declined, replaced, expired
		t.Errorf("%d renewals were mailed to the inviter", renewals)
	}
}

// S2-01: GAIA_AL01 names who is signed in, masks whom it is for, and leads out
// and back with the link alive. The invited account joins at once.
func TestOtherAccount(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	link := invite(t, w, url.Values{"emails": {"jan@new.example"}})
	for _, who := range []string{"host", "editor", "guest", "elsewhere", "root"} {
		c := w.As(who)
		page := c.Get(link).Want(http.StatusConflict)
		if page.Code() != "GAIA_AL01" || strings.Contains(page.Body, "jan@new.example") || !strings.Contains(page.Body, "j•••@new.example") {
			t.Errorf("%s sees %s", who, page.Text("main"))
		}
		c.Post(link, signUp).Want(http.StatusConflict)
		c.Post(link+"/join", nil).Want(http.StatusConflict)
	}
	c := w.As("guest")
	action, _ := c.Get(link).Form("form[action$='/switch']")
	back := c.Post(action, nil).Want(http.StatusSeeOther)
	if back.Location() != link {
		t.Errorf("leads to %q", back.Location())
	}
	back.Follow().Want(http.StatusOK)
	c.Get("/profile").Want(http.StatusSeeOther) // signed out
	c.Post(link, signUp).Want(http.StatusSeeOther)

	// A second invitation, for the account that there is now.
	space, err := w.Store.CreateSpace(t.Context(), w.Host, store.NewSpace{Kind: store.GuestSpace, Name: "Second", Administrators: []store.ID{w.Host.ID}})
	if err != nil {
		t.Fatal(err)
	}
	second := "/spaces/" + space.String()
	w.As("host").Post(second+"/invitations", url.Values{"emails": {"late@new.example"}}).Want(http.StatusSeeOther)
	late := linkOf(t, w, "late@new.example")
	first := invite(t, w, url.Values{"emails": {"late@new.example"}})
	guest := w.Anonymous()
	guest.Post(first, signUp).Want(http.StatusSeeOther)
	page := guest.Get(late).Want(http.StatusOK)
	if page.Exists("input[name=password]") {
		t.Error("who is signed in is asked for a password")
	}
	join, _ := page.Form("form[action$='/join']")
	if to := guest.Post(join, nil).Want(http.StatusSeeOther).Location(); to != second {
		t.Errorf("joining leads to %q", to)
	}
}

// Who has an account and is not signed in is led through the door and back.
func TestSignInAndJoin(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	link := invite(t, w, url.Values{"emails": {"late@new.example"}})
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		_, err := seed.Account(store.SeedAccount{Kind: store.Guest, Email: "late@new.example", Name: "Late"}, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c := w.Anonymous()
	page := c.Get(link).Want(http.StatusOK)
	if page.Exists("input[name=password]") {
		t.Error("the page offers a second account")
	}
	to := c.Post(link+"/join", nil).Want(http.StatusSeeOther).Location()
	if to != "/login?next="+url.QueryEscape(link) {
		t.Errorf("leads to %q", to)
	}
	if to := c.Post(link, signUp).Want(http.StatusSeeOther).Location(); to != link {
		t.Errorf("a second account is answered with %q", to)
	}
}

// S0-28, S0-34, S2-03: what the store queues, the mails can be written from, and
// each of their links leads to a page.
func TestMailsOfInvitations(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	link := invite(t, w, url.Values{"emails": {"jan@new.example"}, "ends_in_days": {"30"}, "locale": {"ja"}})
	jan := w.Anonymous()
	jan.Post(link, signUp).Want(http.StatusSeeOther)
	w.As("host").Post(spacePath(w)+"/invitations", url.Values{"emails": {"kari@elsewhere.example, late@new.example"}}).Want(http.StatusSeeOther)
	mails := w.Deliver()
	w.Clock.Advance(8 * store.Day)
	for _, m := range mails {
		if m.Kind == store.MailInvitation {
			w.Anonymous().Post("/invitations/"+m.Secret+"/renewal", nil).Want(http.StatusSeeOther)
		}
	}
	mails = append(mails, w.Deliver()...)
	kinds := map[string]string{}
	for _, m := range mails {
		message, err := mail.Render(m, mail.Environment{BaseURL: w.URL, Organization: "Example Works"})
		if err != nil {
			t.Fatalf("%s: %v", m.Kind, err)
		}
		kinds[m.Kind] = message.Subject
		for _, path := range regexp.MustCompile(regexp.QuoteMeta(w.URL)+`(/\S*)`).FindAllStringSubmatch(message.Text, -1) {
			if page := w.As("host").Get(path[1]); page.Status == http.StatusNotFound {
				t.Errorf("the %s mail leads to nothing at %s", m.Kind, page.URL.Path)
			}
		}
	}
	for kind, want := range map[string]string{
		store.MailWelcome: "The guest space", store.MailInvitation: "The guest space",
		store.MailNotification: "The guest space", store.MailRenewalRequest: "The guest space",
	} {
		if !strings.Contains(kinds[kind], want) {
			t.Errorf("the %s mail has the subject %q", kind, kinds[kind])
		}
	}
}
