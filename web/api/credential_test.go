package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/api"
	"guesthouse/web/webtest"
)

// credential makes an API password or token of somebody, and a program that
// calls with it.
func credential(t *testing.T, w *webtest.World, who store.Account, kind store.APICredentialKind, scopes ...store.APIScope) (program, store.APICredential) {
	t.Helper()
	in := store.NewAPICredential{Kind: string(kind), Name: "Program", Days: "1"}
	for _, scope := range scopes {
		in.Scopes = append(in.Scopes, string(scope))
	}
	made, value, err := w.Store.MakeAPICredential(t.Context(), who, in)
	if err != nil {
		t.Fatal(err)
	}
	if kind == store.APIToken {
		return program{w: w, t: t, token: value}, made
	}
	return program{w: w, t: t, proof: credentials(who.Login, value)}, made
}

// The matrix of calls for API passwords and tokens: each call by each scope,
// made by a system administrator who administers the space too, so that nothing
// but the scope refuses it.
func TestScopes(t *testing.T) {
	t.Parallel()
	for _, call := range api.Calls() {
		if !slices.Contains(store.APIScopes, call.Scope) {
			t.Errorf("%s %s has the scope %q, which there is not", call.Method, call.Resource, call.Scope)
		}
		if reads := call.Method == http.MethodGet || call.Resource == "search"; reads != (call.Scope == store.APIRead) {
			t.Errorf("%s %s has the scope %q", call.Method, call.Resource, call.Scope)
		}
		name := call.Method + " " + call.Resource
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, scope := range store.APIScopes {
				w := webtest.New(t)
				if err := w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true); err != nil {
					t.Fatal(err)
				}
				kind := store.APICredentialKinds[i%2]
				p, _ := credential(t, w, w.Host, kind, scope)
				a := matrix[name].send(t, p, call.Method, "")
				if scope == call.Scope && a.status != http.StatusOK || scope != call.Scope && (a.status != http.StatusForbidden || a.code() != "GAIA_NO01") {
					t.Errorf("%s with the scope %s: %d %s", kind, scope, a.status, a.body)
				}
			}
		})
	}
}

// What a scope allows, the account must be allowed too: a system administrator
// who stands outside a space opens nothing of it with every scope.
func TestScopesGiveNoRights(t *testing.T) {
	t.Parallel()
	outside := slices.Index(roles, "root")
	for _, call := range api.Calls() {
		row := matrix[call.Method+" "+call.Resource]
		t.Run(call.Method+" "+call.Resource, func(t *testing.T) {
			t.Parallel()
			w := guestsMayRead(t)
			p, _ := credential(t, w, w.Root, store.APIToken, store.APIScopes...)
			want := map[byte]int{'y': http.StatusOK, 'f': http.StatusForbidden, 'n': http.StatusNotFound}[row.rights[outside]]
			if a := row.send(t, p, call.Method, ""); a.status != want || a.code() == "GAIA_NO01" {
				t.Errorf("%d %s, want %d", a.status, a.body, want)
			}
		})
	}
}

// enrolApp gives an account an authenticator app.
func enrolApp(t *testing.T, w *webtest.World, who store.Account) {
	t.Helper()
	ctx := t.Context()
	if err := w.Store.OfferFactor(ctx, who); err != nil {
		t.Fatal(err)
	}
	own, err := w.Store.OwnFactor(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(own.Pending.Key, w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.ConfirmFactor(ctx, who, 0, code, ""); err != nil {
		t.Fatal(err)
	}
}

// SEC-P9: an API password opens what the password of an account with a second
// step does not. Of several credentials, a password goes first.
func TestAPICredentials(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	enrolApp(t, w, w.Root)
	const path = "/k/v1/spaces/statistics.json"
	as(t, w, w.Root).call("GET", path, nil).want(401, "CB_TW02")
	password, _ := credential(t, w, w.Root, store.APIPassword, store.APIRead)
	token, made := credential(t, w, w.Root, store.APIToken, store.APIRead)
	password.call("GET", path, nil).ok()
	token.call("GET", path, nil).ok()
	nobody := program{w: w, t: t}
	for name, test := range map[string]struct {
		change []func(*http.Request)
		status int
		code   string
	}{
		"small letters":                     {[]func(*http.Request){with("Authorization", "bearer  "+token.token)}, 200, ""},
		"unknown":                           {[]func(*http.Request){with("Authorization", "Bearer gh_tk_unknown")}, 401, "CB_WA01"},
		"empty":                             {[]func(*http.Request){with("Authorization", "Bearer")}, 401, "CB_WA01"},
		"a gate's":                          {[]func(*http.Request){with("Authorization", "Basic "+credentials("a", "b"))}, 401, "CB_AU01"},
		"the value as an app's token":       {[]func(*http.Request){with("X-Cybozu-API-Token", token.token)}, 403, "GAIA_NO01"},
		"both headers of tokens":            {[]func(*http.Request){with("X-Cybozu-API-Token", "a"), with("Authorization", "Bearer "+token.token)}, 403, "GAIA_NO01"},
		"a password before a wrong token":   {[]func(*http.Request){with("X-Cybozu-Authorization", password.proof), with("Authorization", "Bearer wrong"), with("X-Cybozu-API-Token", "a")}, 200, ""},
		"a wrong password before the token": {[]func(*http.Request){with("X-Cybozu-Authorization", credentials(w.Root.Login, "gh_pw_wrong")), with("Authorization", "Bearer "+token.token)}, 401, "CB_WA01"},
		"a token as the password":           {[]func(*http.Request){with("X-Cybozu-Authorization", credentials(w.Root.Login, token.token))}, 401, "CB_WA01"},
	} {
		p := nobody
		if a := p.call("GET", path, nil, test.change...); a.status != test.status || a.code() != test.code {
			t.Errorf("%s: %d %s, want %d %s", name, a.status, a.body, test.status, test.code)
		}
	}
	if err := w.Store.RevokeAPICredential(t.Context(), w.Root, made.ID); err != nil {
		t.Fatal(err)
	}
	token.call("GET", path, nil).want(401, "CB_WA01")
	w.Clock.Advance(store.Day)
	password.call("GET", path, nil).want(401, "CB_WA01")
	for _, value := range []string{token.token, password.proof, storetest.Password} { // SEC-I7
		if strings.Contains(w.Log(), value) {
			t.Error("the log holds a value")
		}
	}
}

// A call with a token that is sent again has one effect, and SEC-S3 asks a
// program for nothing that only a person has.
func TestTokensRepeatAndDelete(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	p, _ := credential(t, w, w.Root, store.APIToken, store.APIGuests)
	body := object{"guests": sample()}
	p.call("POST", "/k/v1/guests.json", body, with("Idempotency-Key", "one")).ok()
	p.call("POST", "/k/v1/guests.json", body, with("Idempotency-Key", "one")).ok()
	p.call("POST", "/k/v1/guests.json", body).want(400, "CB_VA01")
	w.Clock.Advance(11 * time.Minute)
	p.call("DELETE", "/k/v1/guests.json", object{"guests": []string{"aki@sample.example"}}).ok()
}
