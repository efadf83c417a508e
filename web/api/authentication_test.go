package api_test

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// Acceptance 5, and section 4 of the reference: passwords.
func TestPasswordAuthentication(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	path := "/k/v1/space.json?id=" + w.Spaces[store.OpenSpace].String()
	login := w.Host.Login
	for name, test := range map[string]struct {
		header string
		status int
		code   string
	}{
		"none":                   {"", 401, "CB_AU01"},
		"right":                  {credentials(login, storetest.Password), 200, ""},
		"right, in capitals":     {credentials("HOST@works.example", storetest.Password), 200, ""},
		"right, without padding": {base64.RawStdEncoding.EncodeToString([]byte(login + ":" + storetest.Password)), 200, ""},
		"wrong":                  {credentials(login, "another"), 401, "CB_WA01"},
		"unknown login":          {credentials("nobody@works.example", storetest.Password), 401, "CB_WA01"},
		"no password":            {credentials(login, ""), 401, "CB_WA01"},
		"no colon":               {base64.StdEncoding.EncodeToString([]byte(login)), 401, "CB_WA01"},
		"no base64":              {"!!", 401, "CB_WA01"},
		"no UTF-8":               {base64.StdEncoding.EncodeToString([]byte("\xff:\xff")), 401, "CB_WA01"},
		"a guest":                {credentials(w.GuestEditor.Login, storetest.Password), 403, "CB_NO02"},
		"a guest, wrong":         {credentials(w.GuestEditor.Login, "another"), 401, "CB_WA01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program{w: w, t: t, proof: test.header}.call("GET", path, nil).want(test.status, test.code)
		})
	}
}

// SEC-P7: the API counts wrong passwords as the door does.
func TestWrongPasswordsAreCounted(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	path := "/k/v1/space.json?id=" + w.Spaces[store.OpenSpace].String()
	wrong := program{w: w, t: t, proof: credentials(w.Editor.Login, "another")}
	for range 5 {
		wrong.call("GET", path, nil).want(401, "CB_WA01")
	}
	a := as(t, w, w.Editor).call("GET", path, nil).want(429, "GH_TM01")
	if a.header.Get("Retry-After") == "" {
		t.Error("who must wait is not told for how long")
	}
	w.Clock.Advance(2 * time.Minute)
	as(t, w, w.Editor).call("GET", path, nil).ok()
}

// Tokens do not open what is about spaces and guests.
func TestTokensAreRefused(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	path := "/k/v1/space.json?id=" + w.Spaces[store.OpenSpace].String()
	program{w: w, t: t}.call("GET", path, nil, func(r *http.Request) { r.Header.Set("X-Cybozu-API-Token", "a,b") }).want(403, "GAIA_NO01")
	as(t, w, w.Host).call("GET", path, nil, func(r *http.Request) { r.Header.Set("X-Cybozu-API-Token", "a") }).ok() // the password goes before
}
