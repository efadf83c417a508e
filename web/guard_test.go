package web

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func TestAdmit(t *testing.T) {
	t.Parallel()
	full := func(a store.Account) *store.Visit {
		return &store.Visit{Session: store.Session{Stage: store.StageFull}, Account: a}
	}
	half := &store.Visit{Session: store.Session{Stage: store.StageVerification}, Account: store.Account{Kind: store.Guest}}
	member, guest := full(store.Account{Kind: store.Member}), full(store.Account{Kind: store.Guest})
	root := full(store.Account{Kind: store.Member, SystemAdmin: true})
	must := full(store.Account{Kind: store.Member, SystemAdmin: true, MustChangePassword: true})
	owing := full(store.Account{Kind: store.Guest, MustAcceptTerms: true})
	both := full(store.Account{Kind: store.Guest, MustAcceptTerms: true, MustChangePassword: true})
	for _, test := range []struct {
		name      string
		guard     guard
		visit     *store.Visit
		elsewhere string
		err       error
	}{
		{"a stranger on a public page", anybody, nil, "", nil},
		{"a stranger inside", somebody, nil, "", store.ErrSignIn},
		{"a stranger at the second step", waiting, nil, "", store.ErrSignIn},
		{"a stranger in the administration", administrators, nil, "", store.ErrSignIn},
		{"half signed in, on a public page", anybody, half, "", nil},
		{"half signed in, at the second step", waiting, half, "", nil},
		{"half signed in, inside", somebody, half, views.VerificationURL, errVerifyFirst},
		{"half signed in, at the password page", changing, half, views.VerificationURL, errVerifyFirst},
		{"signed in, at the second step", waiting, member, views.HomeURL, store.ErrForbidden},
		{"a guest inside", somebody, guest, "", nil},
		{"a guest among members", members, guest, "", store.ErrNotFound},
		{"a guest in the administration", administrators, guest, "", store.ErrNotFound},
		{"a member among members", members, member, "", nil},
		{"a member in the administration", administrators, member, "", store.ErrForbidden},
		{"an administrator in the administration", administrators, root, "", nil},
		{"must change the password, inside", somebody, must, views.ProfilePasswordURL, errChangeFirst},                      // SEC-P5
		{"must change the password, in the administration", administrators, must, views.ProfilePasswordURL, errChangeFirst}, // SEC-P5
		{"must change the password, at that page", changing, must, "", nil},                                                 // SEC-P5
		{"must change the password, on a public page", anybody, must, "", nil},
		{"owes the terms, inside", somebody, owing, views.TermsURL, store.ErrTermsFirst},               // SEC-P9
		{"owes the terms, at the password page", changing, owing, views.TermsURL, store.ErrTermsFirst}, // SEC-P9
		{"owes the terms, at that page", agreeing, owing, "", nil},                                     // SEC-P9
		{"owes the terms, on a public page", anybody, owing, "", nil},                                  // SEC-P9
		{"half signed in, at the terms", agreeing, half, views.VerificationURL, errVerifyFirst},        // SEC-P9
		{"owes both, inside", somebody, both, views.ProfilePasswordURL, errChangeFirst},                // SEC-P5
		{"owes both, at the password page", changing, both, "", nil},                                   // SEC-P5
		{"owes both, at the terms", agreeing, both, views.ProfilePasswordURL, errChangeFirst},          // SEC-P5
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			elsewhere, err := admit(test.guard, test.visit)
			if elsewhere != test.elsewhere || !errors.Is(err, test.err) {
				t.Errorf("admit = %q, %v; want %q, %v", elsewhere, err, test.elsewhere, test.err)
			}
		})
	}
}

// The first look at a session that is no more: a page leads to the sign-in and
// back, an act keeps what was typed.
func TestLostSession(t *testing.T) {
	t.Parallel()
	in := newInside(t, get("/desk/:id", somebody, ok), post("/desk/:id", somebody, ok))
	if w := in.ask("", http.MethodGet, "/desk/7?page=2", ""); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/login?next=%2Fdesk%2F7%3Fpage%3D2" {
		t.Errorf("%d leads to %q", w.Code, w.Header().Get("Location"))
	}
	w := in.ask("stale", http.MethodPost, "/desk/7", "text=a+long+%3Cb%3Ecomment&new_password=secret")
	body := w.Body.String()
	if w.Code != http.StatusUnauthorized || !strings.Contains(body, `name="text" value="a long &lt;b&gt;comment"`) || !strings.Contains(body, `action="/desk/7"`) {
		t.Errorf("%d: what was typed is not there\n%s", w.Code, body)
	}
	if strings.Contains(body, "secret") {
		t.Error("the page holds a password")
	}
	token := in.world.SignIn(in.world.Editor)
	if w := in.ask(token, http.MethodPost, "/desk/7", "text=x"); w.Code != http.StatusOK {
		t.Errorf("signed in: %d", w.Code)
	}
}

// SEC-I2
func TestLimitsOfAForm(t *testing.T) {
	t.Parallel()
	read := func(c echo.Context) error {
		var form struct {
			Login string   `form:"login"`
			Many  []string `form:"many"`
			Tick  tick     `form:"tick"`
			Admin bool
		}
		if err := c.Bind(&form); err != nil {
			return err
		}
		if form.Admin {
			t.Error("a field without a tag was set")
		}
		return c.String(http.StatusOK, form.Login+strings.Join(form.Many, "+"))
	}
	in := newInside(t, post("/form", anybody, read), post("/picture", anybody, read).takesPicture())
	form := "application/x-www-form-urlencoded"
	for _, test := range []struct {
		name, path, kind, body string
		want                   int
	}{
		{"a form", "/form", form, "login=a&many=1&many=2&tick=on", http.StatusOK},
		{"nothing", "/form", form, "", http.StatusOK},
		{"a value twice", "/form", form, "login=a&login=b", http.StatusBadRequest}, // SEC-P8
		{"a field that is not in the form", "/form", form, "Admin=true&admin=true&SystemAdmin=true", http.StatusOK},
		{"malformed", "/form", form, "login=%zz", http.StatusBadRequest},
		{"plain text", "/form", "text/plain", "login=a", http.StatusBadRequest},
		{"JSON", "/form", "application/json", `{"login":"a"}`, http.StatusBadRequest},
		{"XML", "/form", "application/xml", `<a/>`, http.StatusBadRequest},
		{"no type", "/form", "", "login=a", http.StatusBadRequest},
		{"multipart without a boundary", "/form", "multipart/form-data", "x", http.StatusBadRequest},
		{"a megabyte", "/form", form, "login=" + strings.Repeat("a", formBytes-6), http.StatusOK},
		{"more than a megabyte", "/form", form, "login=" + strings.Repeat("a", formBytes), http.StatusRequestEntityTooLarge},
		{"a thousand fields", "/form", form, strings.Repeat("many=&", 999) + "many=", http.StatusOK},
		{"more than a thousand fields", "/form", form, strings.Repeat("many=&", 1000) + "many=", http.StatusRequestEntityTooLarge},
		{"five megabytes where a picture fits", "/picture", form, "login=" + strings.Repeat("a", 5<<20), http.StatusOK},
		{"seven megabytes where a picture fits", "/picture", form, "login=" + strings.Repeat("a", 7<<20), http.StatusRequestEntityTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := in.ask("", http.MethodPost, test.path, test.body, "Content-Type", test.kind)
			if w.Code != test.want {
				t.Errorf("%d, want %d", w.Code, test.want)
			}
		})
	}
}
