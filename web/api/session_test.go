package api_test

import (
	"net/http"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// browser calls the API as a script in a page does.
type browser struct {
	*webtest.Client
	program

	token string
}

// inBrowser opens a page as somebody of the cast and takes its request token.
func inBrowser(t *testing.T, w *webtest.World, account store.Account) browser {
	t.Helper()
	client := w.SignedIn(account)
	token := client.Get("/").Want(200).Attr(`meta[name="request-token"]`, "content")
	if token == "" {
		t.Fatal("a page without a request token")
	}
	return browser{Client: client, program: program{w: w, t: t}, token: token}
}

// asScript are the headers that the script's calls have.
func (b browser) asScript(r *http.Request) {
	r.AddCookie(&http.Cookie{Name: "guesthouse", Value: b.Cookie("guesthouse")})
	r.Header.Set("X-Requested-With", "XMLHttpRequest")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if r.Method != http.MethodGet {
		r.Header.Set("Origin", b.w.URL)
	}
}

func without(name string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(name) }
}

func with(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// Acceptance 19: a browser's session, with tokens that are good, missing,
// somebody else's and stale. SEC-S5.
func TestSessionAuthentication(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := inBrowser(t, w, w.Root)
	other := inBrowser(t, w, w.Root)
	guests := func(token any) object { return object{"__REQUEST_TOKEN__": token, "guests": sample()} }
	const path = "/k/v1/guests.json"
	for name, token := range map[string]any{"missing": nil, "empty": "", "another session's": other.token, "no text": 1, "a list": []string{b.token}} {
		if a := b.call("POST", path, guests(token), b.asScript); a.status != 403 || a.code() != "CB_CS01" {
			t.Errorf("a token that is %s: %d %s", name, a.status, a.body)
		}
	}
	b.call("POST", path, guests(b.token), b.asScript, without("X-Requested-With")).want(401, "CB_JH01")
	b.call("POST", path, guests(b.token), b.asScript, with("Sec-Fetch-Site", "cross-site")).want(403, "CB_CS01")
	b.call("POST", path, guests(b.token), b.asScript, with("Sec-Fetch-Site", "same-site")).want(403, "CB_CS01")
	b.call("POST", path, guests(b.token), b.asScript, without("Sec-Fetch-Site"), with("Origin", "https://evil.example")).want(403, "CB_CS01")
	b.call("POST", path, "__REQUEST_TOKEN__="+b.token, b.asScript, contentType("text/plain")).want(400, "CB_IJ01")
	b.call("POST", path, guests(b.token), b.asScript).ok()
	b.call("DELETE", path+"?__REQUEST_TOKEN__="+b.token+"&guests%5B0%5D=aki%40sample.example", nil, b.asScript).ok()
	b.call("DELETE", path+"?guests%5B0%5D=ben%40sample.example", nil, b.asScript).want(403, "CB_CS01")
	// The page of an earlier session: its token is stale.
	b.SetCookie("guesthouse", w.SignIn(w.Root))
	b.call("POST", path, guests(b.token), b.asScript).want(403, "CB_CS01")
	// Signed out.
	b.SetCookie("guesthouse", "unknown")
	b.call("POST", path, guests(b.token), b.asScript).want(401, "CB_AU01")
}

// Reading takes the header and no token, also where the address was too long.
func TestReadingInASession(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := inBrowser(t, w, w.Host)
	path, id := "/k/v1/space.json", w.Spaces[store.OpenSpace].String()
	b.call("GET", path+"?id="+id, nil, b.asScript).ok()
	b.call("GET", path+"?id="+id, nil, b.asScript, without("X-Requested-With")).want(401, "CB_JH01")
	if _, err := w.Store.UpdateProfile(t.Context(), w.Host, store.Profile{Name: w.Host.Name, Locale: "ja", TimeZone: "UTC"}); err != nil {
		t.Fatal(err)
	}
	a := b.call("GET", path+"?id="+id, nil, b.asScript, without("X-Requested-With")).want(401, "CB_JH01")
	if a.object["message"] != "X-Requested-Withヘッダーがありません。" { // in the language of who calls (reference, section 5)
		t.Errorf("the message is %q", a.object["message"])
	}
	override := with("X-HTTP-Method-Override", "GET")
	b.call("POST", path, object{"__REQUEST_TOKEN__": b.token, "id": id}, b.asScript, override).ok()
	b.call("POST", path, object{"id": id}, b.asScript, override).want(403, "CB_CS01")
}

// The token of a form stands before or behind the file; what came with a wrong
// one is not kept.
func TestUploadsInASession(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := inBrowser(t, w, w.Root)
	file := formPart{"file", "a.txt", "a"}
	token := func(value string) formPart { return formPart{name: "__REQUEST_TOKEN__", text: value} }
	b.upload("/k/v1/file.json", []formPart{file, token(b.token)}, b.asScript).fileKey()
	b.upload("/k/v1/file.json", []formPart{token(b.token), file}, b.asScript).fileKey()
	b.upload("/k/v1/file.json?__REQUEST_TOKEN__="+b.token, []formPart{file}, b.asScript).fileKey()
	b.upload("/k/v1/file.json", []formPart{file, token("wrong")}, b.asScript).want(403, "CB_CS01")
	b.upload("/k/v1/file.json", []formPart{file}, b.asScript).want(403, "CB_CS01")
}

// SEC-S3: what a page asks the password for again, it is asked for here too.
func TestDeletingAsksForAFreshPassword(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := inBrowser(t, w, w.Root)
	b.call("POST", "/k/v1/guests.json", object{"__REQUEST_TOKEN__": b.token, "guests": sample()}, b.asScript).ok()
	w.Clock.Advance(11 * time.Minute)
	body := object{"__REQUEST_TOKEN__": b.token, "guests": []string{"aki@sample.example"}}
	b.call("DELETE", "/k/v1/guests.json", body, b.asScript).want(403, "GH_CF01")
	as(t, w, w.Root).call("DELETE", "/k/v1/guests.json", body).ok() // the password comes with the call
}

// C18: guests read in their browser if the organisation lets them, and no more.
func TestGuestsCall(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	b := inBrowser(t, w, w.GuestEditor)
	path := "/k/guest/" + w.Space.String() + "/v1/space.json"
	read := func() answer { return b.call("GET", path+"?id="+w.Space.String(), nil, b.asScript) }
	read().want(403, "CB_NO02")
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{store.GuestsCall: "read_own"}}); err != nil {
		t.Fatal(err)
	}
	read().ok()
	as(t, w, w.GuestEditor).call("GET", path+"?id="+w.Space.String(), nil).want(403, "CB_NO02")
	b.upload("/k/guest/"+w.Space.String()+"/v1/file.json", []formPart{{"__REQUEST_TOKEN__", "", b.token}, {"file", "a", "a"}}, b.asScript).want(403, "CB_NO02")
	outside := inBrowser(t, w, w.GuestOutside)
	outside.call("GET", path+"?id="+w.Space.String(), nil, outside.asScript).want(403, "CB_NO02")
}

// SEC-P5, SEC-P9: who owes a new password calls nothing.
func TestSecondStepAndNewPasswords(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()}).ok()
	program{w: w, t: t, proof: credentials("aki@sample.example", "password")}.call("GET", "/k/v1/space.json?id=1", nil).want(401, "SLASH_PA02")
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"twostep.guests": "on"}}); err != nil {
		t.Fatal(err)
	}
	as(t, w, w.GuestEditor).call("GET", "/k/v1/space.json?id=1", nil).want(401, "CB_TW02")
	root.call("GET", "/k/v1/space.json?id=1", nil).want(400, "GAIA_IL23")
}
