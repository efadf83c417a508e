package web_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

const signUpPassword = "plenty of apples 4 winter"

// SEC-I7: a whole day at the portal, with everything that can go wrong in it,
// and nothing in its log that opens something or names somebody.
func TestLogOfADay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	secrets := map[string]string{"sign-up password": signUpPassword, "password": storetest.Password, "wrong password": "wrong but mine 123"}
	for role, cookie := range d.cookies {
		secrets["cookie of "+role] = cookie
	}
	for _, mail := range d.Mails() { // what was mailed when the desk was made
		secrets["link in mail "+mail.Kind] = mail.Secret
	}
	policy(t, d.World, map[string]string{"twostep.guests": "on"})
	secrets["link"] = d.params[":token"]
	invitation := d.params["/invitations:token"]
	secrets["invitation"] = invitation

	guest := d.Anonymous()
	guest.Get("/login?next=" + url.QueryEscape("/invitations/"+invitation)).Want(http.StatusOK)
	guest.Post("/login", credentials("erika@partner.example", "wrong but mine 123")).Want(http.StatusUnprocessableEntity)
	guest.Post("/login", credentials("erika@partner.example", storetest.Password)).Want(http.StatusSeeOther)
	guest.Post("/verification", url.Values{"code": {"13572468"}}).Want(http.StatusUnprocessableEntity)
	code := ""
	for _, mail := range d.Deliver() {
		if mail.Kind == store.MailVerification {
			code = mail.Secret
		}
	}
	secrets["code"], secrets["typed code"] = code, "13572468"
	guest.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther)
	guest.Get("/").Want(http.StatusOK)

	fresh := d.Anonymous()
	fresh.Get("/invitations/" + invitation).Want(http.StatusOK)
	fresh.Post("/invitations/"+invitation, url.Values{"display_name": {"Jan Jansen"}, "password": {signUpPassword}, "timezone": {"UTC"}, "terms": {"on"}}).Want(http.StatusSeeOther)
	fresh.Get("/invitations/" + invitation).Want(http.StatusGone)
	fresh.Get("/nowhere/" + invitation + "?token=" + invitation).Want(http.StatusNotFound)
	fresh.Post("/password/forgotten", url.Values{"login": {"jan@" + invitation}}).Want(http.StatusSeeOther)
	evil := fresh.Request(http.MethodGet, "/invitations/"+invitation, nil)
	evil.Host = "evil.example"
	fresh.Do(evil).Want(http.StatusMisdirectedRequest)
	broken := fresh.Request(http.MethodPost, "/login", strings.NewReader("login=%zz&password="+url.QueryEscape(storetest.Password)))
	broken.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	fresh.Do(broken).Want(http.StatusBadRequest)
	d.as("SpA").Post(d.path(web.Route{Pattern: "/spaces/:space/invitations"}), url.Values{
		"emails": {"somebody@else.example, not an address"}, "message": {"Words that only the mail holds"},
	}).Want(http.StatusSeeOther)
	if err := d.Store.Close(); err != nil { // and the database breaks
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.URL+"/invitations/"+invitation, nil)
	d.do(err)
	answer, err := http.DefaultClient.Do(r)
	d.do(err)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusInternalServerError {
		t.Errorf("a broken database answers %d", answer.StatusCode)
	}

	log := d.Log()
	if strings.Count(log, "\n") < 15 || !strings.Contains(log, "/invitations/:token") {
		t.Errorf("there is little in the log:\n%s", log)
	}
	for name, secret := range secrets {
		if secret != "" && strings.Contains(log, secret) {
			t.Errorf("the log holds the %s", name)
		}
	}
	for _, text := range []string{"@partner.example", "@else.example", "@works.example", "Words that only", "Jan Jansen", "Erika", "guesthouse=", "SELECT", "INSERT"} {
		if strings.Contains(log, text) {
			t.Errorf("the log holds %q", text)
		}
	}
}

// Thirty clicks on one link, by HTTP: one guest, one session, and everybody
// else reads GAIA_IR01. SEC-T3
func TestThirtyClicks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	path := "/invitations/" + d.params["/invitations:token"]
	form := url.Values{"display_name": {"Jan Jansen"}, "password": {signUpPassword}, "timezone": {"UTC"}, "terms": {"on"}}
	var in, gone, led atomic.Int32
	var group sync.WaitGroup
	for range 30 {
		c := d.Anonymous()
		group.Go(func() {
			page := c.Post(path, form)
			switch {
			case page.Status == http.StatusSeeOther && strings.HasPrefix(page.Location(), "/spaces/"):
				in.Add(1)
			case page.Status == http.StatusGone && page.Code() == "GAIA_IR01":
				gone.Add(1)
			case page.Status == http.StatusSeeOther && page.Location() == path: // the account is there now
				led.Add(1)
			default:
				t.Errorf("answers %d %s", page.Status, page.Code())
			}
		})
	}
	group.Wait()
	if in.Load() != 1 || gone.Load()+led.Load() != 29 {
		t.Errorf("%d came in, %d read that it is gone, %d were led on", in.Load(), gone.Load(), led.Load())
	}
	accounts := 0
	for _, row := range d.Dump()["accounts"] {
		if strings.Contains(row, "login_key=invited@else.example") {
			accounts++
		}
	}
	if accounts != 1 {
		t.Errorf("%d accounts", accounts)
	}
}

var links = regexp.MustCompile(`https?://[^\s"<>]+`)

// SEC-S7: whoever sets the headers of a request that sends a mail, the mail
// knows only our own address; and a foreign Host gets no mail at all.
func TestEvilHost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Deliver()
	space := d.path(web.Route{Pattern: "/spaces/:space"})
	requests := map[string]struct {
		role, path string
		form       url.Values
	}{
		"forgotten password":  {"anonymous", "/password/forgotten", url.Values{"login": {"host@works.example"}}},
		"invitation":          {"SpA", space + "/invitations", url.Values{"emails": {"evil1@else.example"}}},
		"guest added":         {"SpA", space + "/invitations", url.Values{"emails": {"kari@elsewhere.example"}, "permission": {"read"}}},
		"new member":          {"SA", "/admin/members", url.Values{"display_name": {"X"}, "email": {"evil2@works.example"}}},
		"test mail":           {"SA", "/admin/mail/test", url.Values{"email": {"evil3@works.example"}}},
		"administrator joins": {"SA", space + "/join", nil},
	}
	for name, test := range requests {
		for _, host := range []string{"evil.example", "evil.example:80", "127.0.0.1.evil.example", strings.TrimPrefix(d.URL, "http://") + ".evil.example"} {
			d.evil(test.role, test.path, test.form, func(r *http.Request) { r.Host = host }).Want(http.StatusMisdirectedRequest)
		}
		if mails := d.Mails(); len(mails) != 0 {
			t.Errorf("%s: a foreign host queued %d mails", name, len(mails))
		}
		page := d.evil(test.role, test.path, test.form, func(r *http.Request) {
			for _, header := range []string{"X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-Host", "X-Rewrite-Url", "X-Original-Url"} {
				r.Header.Set(header, "evil.example")
			}
			r.Header.Set("Forwarded", "host=evil.example;proto=https")
			r.Header.Set("X-Forwarded-Proto", "https")
			r.Header.Set("Referer", "https://evil.example/")
		})
		if page.Status >= http.StatusBadRequest || strings.Contains(page.Body+page.Header.Get("Location"), "evil.example/") {
			t.Errorf("%s: %d leads to %q", name, page.Status, page.Header.Get("Location"))
		}
		mails := d.Deliver()
		if len(mails) == 0 {
			t.Errorf("%s sends no mail", name)
		}
		for _, mail := range mails {
			if found := links.FindString(string(mail.Data)); found != "" || strings.Contains(string(mail.Data), "evil.example/") {
				t.Errorf("%s: the mail's data name %q", name, found)
			}
		}
	}
}

func (d *desk) evil(role, path string, form url.Values, change func(*http.Request)) *webtest.Page {
	d.t.Helper()
	c := d.as(role)
	r := c.Request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	change(r)
	return c.Do(r)
}

// SEC-S1: what is no session of ours is none, whatever it looks like.
func TestStrangeCookies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	token := d.cookies["SpA"]
	raw, err := base64.RawURLEncoding.DecodeString(token)
	d.do(err)
	for name, cookie := range map[string]string{
		"cut": token[:len(token)-1], "longer": token + "A", "swapped": strings.ToUpper(token), "padded": token + "=",
		"another alphabet": base64.StdEncoding.EncodeToString(raw), "twice": token + token, "an ID": "1", "blank": " ",
		"long": strings.Repeat("a", 8000), "of an invitation": d.params["/invitations:token"], "of a link": d.params[":token"],
	} {
		c := d.Anonymous()
		c.SetCookie("guesthouse", cookie)
		page := c.Get("/profile")
		if page.Status != http.StatusSeeOther || !strings.HasPrefix(page.Location(), "/login") {
			t.Errorf("%s: %d %s", name, page.Status, page.Location())
		}
	}
	d.as("SpA").Get("/profile").Want(http.StatusOK)
}
