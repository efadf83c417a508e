package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// appCode is what an app with the key of the page shows now.
func appCode(t *testing.T, w *webtest.World, page *webtest.Page) (key, code string) {
	t.Helper()
	key = strings.ReplaceAll(page.Text("#totp-key"), " ", "")
	code, err := totp.GenerateCode(key, w.Clock.Now())
	if err != nil {
		t.Fatalf("no key on the page: %v, %s", err, page.Text("main"))
	}
	return key, code
}

// withApp sets an app up for who is signed in, a minute ago.
func withApp(t *testing.T, w *webtest.World, c *webtest.Client) (key string, codes []string) {
	t.Helper()
	const page = "/profile/second-step"
	key, code := appCode(t, w, c.Post(page, nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK))
	shown := c.Post(page+"/confirm", url.Values{"code": {code}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	w.Clock.Advance(time.Minute)
	return key, shown.Texts(".codes li")
}

// SEC-S3, SEC-P9: a member sets an app up in the profile, signs in with its code
// or a recovery code, and switches it off with the password.
func TestMemberSecondStep(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("host")
	const page = "/profile/second-step"
	if first := c.Get(page).Want(http.StatusOK); first.Exists("form[action$='/delete']") || first.Exists("form[action$='/codes']") {
		t.Error("there is something to switch off")
	}
	c.Post(page, nil).Want(http.StatusSeeOther)
	c.Post(page+"/put-away", nil).Want(http.StatusSeeOther)
	if c.Get(page).Exists("#totp-key") {
		t.Error("what was put away is still there")
	}
	key, codes := withApp(t, w, c)
	if len(codes) != 10 {
		t.Fatalf("recovery codes: %q", codes)
	}
	if again := c.Get(page); again.Count(".codes li") != 10 || strings.Contains(again.Body, key) { // an answer may get lost
		t.Error("a minute later the codes are gone, or the key is not")
	}
	c.Post(page+"/put-away", nil).Want(http.StatusSeeOther)
	if c.Get(page).Exists(".codes") {
		t.Error("codes that were kept are shown")
	}

	back := w.Anonymous()
	signIn := func() *webtest.Page {
		return back.Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	}
	if door := signIn(); !strings.Contains(door.Text("main"), "recovery code") || door.Exists("[name=remember]") || strings.Contains(door.Text("main"), "invited you") {
		t.Errorf("the page of the code: %s", door.Text("main"))
	}
	back.Get("/").Want(http.StatusSeeOther) // SEC-P9: nothing else opens
	wrong := back.Post("/verification", url.Values{"code": {"12345678"}}).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("code") != "factor_wrong" {
		t.Errorf("a wrong code: %q", wrong.Problem("code"))
	}
	code, err := totp.GenerateCode(key, w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if to := back.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("after the code: %q", to)
	}
	signIn()
	used := back.Post("/verification", url.Values{"code": {codes[0]}}).Want(http.StatusSeeOther)
	if left := used.Follow().Want(http.StatusOK); used.Location() != page || !strings.Contains(left.Text(".flash"), "9 are left") {
		t.Errorf("after a recovery code: %q, %s", used.Location(), left.Text("body"))
	}

	if fresh := back.Post(page+"/codes", nil).Want(http.StatusSeeOther).Follow().Texts(".codes li"); len(fresh) != 10 || fresh[1] == codes[1] {
		t.Errorf("new codes: %q", fresh)
	}
	end := func(password string) *webtest.Page {
		return back.Post(page+"/delete", url.Values{"current_password": {password}})
	}
	if got := end("not the password").Want(http.StatusUnprocessableEntity).Problem("current_password"); got != "password_wrong" {
		t.Errorf("a wrong password: %q", got)
	}
	if off := end(storetest.Password).Want(http.StatusSeeOther).Follow().Want(http.StatusOK); off.Attr("[data-factor]", "data-factor") != "" {
		t.Errorf("switched off: %s", off.Text("main"))
	}
	if to := w.Anonymous().Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("the next sign-in: %q", to)
	}
}

// twostep.members: who must have an app and has none enrols it after the
// password, reads the recovery codes, and cannot switch it off.
func TestDemandedApp(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	if form := root.Get("/admin/authentication").Want(http.StatusOK); form.Value("twostep.members") != "off" {
		t.Errorf("at first: %q", form.Value("twostep.members"))
	}
	root.Post("/admin/authentication", url.Values{"twostep.members": {"administrators"}}).Want(http.StatusSeeOther)
	if _, err := w.Store.SignInAPI(t.Context(), w.Root.Login, storetest.Password); err == nil { // CB_TW02
		t.Error("the password alone opens a call")
	}
	c := w.Anonymous()
	door := c.Post("/login", credentials(w.Root.Login, storetest.Password)).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	c.Get("/admin").Want(http.StatusSeeOther)
	_, code := appCode(t, w, door)
	in := c.Post("/verification", url.Values{"code": {code}}).Want(http.StatusSeeOther)
	if codes := in.Follow().Want(http.StatusOK); in.Location() != "/profile/second-step" || codes.Count(".codes li") != 10 || codes.Exists("form[action$='/delete']") {
		t.Errorf("afterwards: %q, %s", in.Location(), codes.Text("main"))
	}
	got := c.Post("/profile/second-step/delete", url.Values{"current_password": {storetest.Password}}).Want(http.StatusConflict)
	if got.Code() != "factor_demanded" {
		t.Errorf("it stays on because of %q", got.Code())
	}
	if to := w.Anonymous().Post("/login", credentials("host@works.example", storetest.Password)).Want(http.StatusSeeOther).Location(); to != "/" {
		t.Errorf("a member: %q", to)
	}
}

// Another administrator switches off the second step of who lost everything,
// after giving the password again (SEC-S3), and not one's own.
func TestEndSecondStepOfAMember(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	withApp(t, w, w.As("host"))
	root := w.As("root")
	member := "/admin/members/" + w.Host.ID.String()
	if page := root.Get(member).Want(http.StatusOK); !page.Exists("[data-app] a[href='" + member + "/second-step/delete']") {
		t.Errorf("the page of the member: %s", page.Text("aside"))
	}
	ask := root.Get(member + "/second-step/delete").Want(http.StatusOK)
	if !strings.Contains(ask.Text("dialog"), "all recovery codes") {
		t.Errorf("it does not say what ends: %s", ask.Text("dialog"))
	}
	w.Clock.Advance(11 * time.Minute)
	if to := root.Get(member + "/second-step/delete").Want(http.StatusSeeOther).Location(); !strings.HasPrefix(to, "/profile/confirmation") {
		t.Errorf("eleven minutes later: %q", to)
	}
	root.Post("/profile/confirmation", url.Values{"current_password": {storetest.Password}}).Want(http.StatusSeeOther)
	root.Post(member+"/second-step/delete", url.Values{"reason": {"Lost the phone"}}).Want(http.StatusSeeOther)
	if page := root.Get(member).Want(http.StatusOK); page.Exists("[data-app]") || !strings.Contains(page.Text("main"), "Lost the phone") {
		t.Errorf("afterwards: %s", page.Text("main"))
	}
	own := "/admin/members/" + w.Root.ID.String() + "/second-step/delete"
	if got := root.Post(own, nil).Want(http.StatusConflict); !got.Exists("[data-refusal=yourself]") {
		t.Errorf("one's own: %s", got.Text("dialog"))
	}
	if mail := delivered(t, w)["notification"]; !strings.Contains(mail, "switched off the second step") {
		t.Errorf("the member is told: %q", mail)
	}
}
