package web_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("guest")
	action, form := c.Get("/profile").Want(http.StatusOK).Form("main form[action='/profile']")
	if form.Get("display_name") != "Erika Mustermann" || form.Get("locale") != "auto" || form.Get("timezone") != "UTC" {
		t.Errorf("the form holds %v", form)
	}
	form.Set("display_name", "")
	form.Set("timezone", "Asia/Tokyo")
	wrong := c.Post(action, form).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("display_name") != "required" || wrong.Value("timezone") != "Asia/Tokyo" {
		t.Errorf("problem %q, zone %q", wrong.Problem("display_name"), wrong.Value("timezone"))
	}
	form.Set("display_name", "Erika M.")
	form.Set("locale", "ja")
	// SEC-A4: what is not on the form is not set.
	form.Set("system_admin", "on")
	form.Set("email", "root@works.example")
	saved := c.Post(action, form).Want(http.StatusSeeOther).Follow()
	if saved.Value("display_name") != "Erika M." || saved.Attr("html", "lang") != "ja" || saved.Attr("#email", "value") != "erika@partner.example" {
		t.Errorf("saved as %q in %q", saved.Value("display_name"), saved.Attr("html", "lang"))
	}
	if !saved.Exists(`[data-person="` + w.GuestEditor.ID.String() + `"] [data-guest]`) { // S4-10
		t.Error("the mention is missing beside the own name")
	}
	if saved.Exists("a[href='/admin']") {
		t.Error("the guest sees the administration")
	}
}

func picture(t *testing.T, width, height int) webtest.File {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), 90, 255}) //nolint:gosec // wraps, which makes a pattern
		}
	}
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return webtest.File{Name: "../../me.png", Content: data.Bytes()}
}

// SEC-I5, S4-22: one's own picture, and who may see it.
func TestPicture(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("guest")
	c.PostFiles("/profile/picture", nil, map[string]webtest.File{"picture": picture(t, 600, 400)}).Want(http.StatusSeeOther)
	address := "/people/" + w.GuestEditor.ID.String() + "/picture"
	for who, want := range map[string]int{
		"guest": http.StatusOK, "reader": http.StatusOK, "host": http.StatusOK, "outsider": http.StatusOK,
		"elsewhere": http.StatusNotFound, // a guest of no common space
		"stranger":  http.StatusSeeOther,
	} {
		page := w.As(who).Get(address)
		if page.Status != want {
			t.Errorf("%s gets %d, want %d", who, page.Status, want)
		}
		if want != http.StatusOK {
			continue
		}
		if page.Header.Get("Cache-Control") != "private, no-cache" || page.Header.Get("X-Content-Type-Options") != "nosniff" { // SEC-S9
			t.Errorf("%s: headers %v", who, page.Header)
		}
		shown, kind, err := image.DecodeConfig(strings.NewReader(page.Body))
		if err != nil || shown.Width != 256 || shown.Height != 256 {
			t.Errorf("%s sees %d × %d %s, %v", who, shown.Width, shown.Height, kind, err)
		}
	}
	// Somebody without a picture and somebody unknown are the same (SEC-A1).
	same(t, w.As("guest").Get("/people/999999/picture"), w.As("guest").Get("/people/"+w.GuestReader.ID.String()+"/picture"),
		"/999999/", "/"+w.GuestReader.ID.String()+"/")
	tag := c.Get(address).Header.Get("ETag")
	again := c.Request(http.MethodGet, address, nil)
	again.Header.Set("If-None-Match", tag)
	c.Do(again).Want(http.StatusNotModified)
	c.Post("/profile/picture/delete", nil).Want(http.StatusSeeOther)
	c.Get(address).Want(http.StatusNotFound)
}

func TestBadPictures(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("host")
	for name, test := range map[string]struct {
		files map[string]webtest.File
		want  string
	}{
		"none":       {nil, "required"},
		"no picture": {map[string]webtest.File{"picture": {Name: "a.png", Content: []byte("<svg onload=alert(1)>")}}, "not_a_picture"},
		"cut":        {map[string]webtest.File{"picture": {Name: "a.png", Content: picture(t, 50, 50).Content[:60]}}, "not_a_picture"},
	} {
		page := c.PostFiles("/profile/picture", nil, test.files).Want(http.StatusUnprocessableEntity)
		if page.Problem("picture") != test.want {
			t.Errorf("%s: problem %q, want %q", name, page.Problem("picture"), test.want)
		}
	}
}

// SEC-S2: another password, another session; the others end.
func TestPasswordPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c, elsewhere := w.As("host"), w.As("host")
	before := c.Cookie("guesthouse")
	wrong := c.Post("/profile/password", url.Values{"current_password": {"wrong"}, "password": {freshPassword}}).Want(http.StatusUnprocessableEntity)
	if wrong.Problem("current_password") != "password_wrong" {
		t.Errorf("problem %q", wrong.Problem("current_password"))
	}
	c.Post("/profile/password", url.Values{"current_password": {storetest.Password}, "password": {freshPassword}}).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	if c.Cookie("guesthouse") == before {
		t.Error("the session kept its id")
	}
	elsewhere.Get("/profile").Want(http.StatusSeeOther)
}

func TestSessionsPage(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c, second, third := w.As("host"), w.As("host"), w.As("host")
	page := c.Get("/profile/sessions").Want(http.StatusOK)
	if page.Count("tbody tr") != 3 || page.Count("tbody form") != 2 {
		t.Fatalf("%d sessions, %d can be ended", page.Count("tbody tr"), page.Count("tbody form"))
	}
	foreign := w.As("editor")
	id := page.Attr("tbody form", "action")
	foreign.Post(id, nil).Want(http.StatusNotFound)
	c.Post(id, nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	c.Post("/profile/sessions/delete", nil).Want(http.StatusSeeOther).Follow().Want(http.StatusOK)
	second.Get("/profile").Want(http.StatusSeeOther)
	third.Get("/profile").Want(http.StatusSeeOther)
	c.Get("/profile").Want(http.StatusOK)
}

// SEC-S3: the password again, and on from there.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("host")
	page := c.Get("/profile/confirmation?next=/profile/sessions").Want(http.StatusOK)
	action, form := page.Form("main form")
	form.Set("current_password", "wrong")
	if wrong := c.Post(action, form).Want(http.StatusUnprocessableEntity); wrong.Problem("current_password") != "password_wrong" || wrong.Attr("main [name=next]", "value") != "/profile/sessions" {
		t.Errorf("problem %q, next %q", wrong.Problem("current_password"), wrong.Attr("main [name=next]", "value"))
	}
	form.Set("current_password", storetest.Password)
	if to := c.Post(action, form).Want(http.StatusSeeOther).Location(); to != "/profile/sessions" {
		t.Errorf("afterwards: %q", to)
	}
	for range 5 {
		form.Set("current_password", "wrong")
		c.Post(action, form).Want(http.StatusUnprocessableEntity)
	}
	if tired := c.Post(action, form).Want(http.StatusTooManyRequests); tired.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// SEC-S3: what must not be done from a browser that somebody left open.
func TestRecentSignIn(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("root")
	deletion := "/admin/guests/" + w.GuestOutside.ID.String() + "/delete"
	c.Get(deletion).Want(http.StatusOK)
	w.Clock.Advance(10 * time.Minute)
	asked := c.Get(deletion).Want(http.StatusSeeOther)
	kept := c.Post(deletion, url.Values{"reason": {"typed and kept"}}).Want(http.StatusForbidden)
	if kept.Code() != "confirm_first" || kept.Value("reason") != "typed and kept" {
		t.Errorf("%s, reason %q", kept.Code(), kept.Value("reason"))
	}
	action, form := asked.Follow().Want(http.StatusOK).Form("main form")
	form.Set("current_password", storetest.Password)
	if to := c.Post(action, form).Want(http.StatusSeeOther).Location(); to != deletion {
		t.Errorf("led back to %q", to)
	}
	c.Get(deletion).Want(http.StatusOK)
}

// SEC-S4: what was taken away is gone at the next click.
func TestSuspensionBitesAtOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	c := w.As("guest")
	c.Get("/profile").Want(http.StatusOK)
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	c.Get("/profile").Want(http.StatusSeeOther)
	kept := c.Post("/profile", url.Values{"display_name": {"typed and kept"}}).Want(http.StatusUnauthorized)
	if kept.Value("display_name") != "typed and kept" {
		t.Error("what was typed is lost")
	}
}
