package api

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"

	"guesthouse/store"
)

// caller is who makes a call, and how that was told.
type caller struct {
	store.Caller

	visit *store.Visit // of the browser's session; nil when a password or a token came with the call
}

// authenticate finds out who calls: by a password, else by a token, else by the
// session of a browser. The tokens of clients that know this dialect belong to
// an app, which no call here is about; ours are sent as RFC 6750 says.
func (a *API) authenticate(q *request) error {
	if q.Header.Get(passwordHeader) != "" {
		return a.byPassword(q)
	}
	if q.Header.Get("X-Cybozu-API-Token") != "" {
		return tokenMayNot
	}
	if token, ok := bearer(q.Request); ok {
		return a.byToken(q, token)
	}
	return a.bySession(q)
}

const passwordHeader = "X-Cybozu-Authorization" //nolint:gosec // the name of a header

// bearer is the token of a call that brings one. What else stands in the header
// is for a gate before the portal.
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// byToken looks an API token up.
func (a *API) byToken(q *request, token string) error {
	found, err := a.Store.CallAPI(q.Context(), token)
	if err != nil {
		return err
	}
	q.caller = &caller{Caller: found}
	return nil
}

// byPassword reads base64(login:password), where the password may be an API
// password. Guests do not call with a password.
func (a *API) byPassword(q *request) error {
	login, password, ok := readPassword(q.Header.Get(passwordHeader))
	if !ok {
		return wrongPassword
	}
	found, err := a.Store.SignInAPI(q.Context(), login, password)
	if err != nil {
		return err
	}
	q.caller = &caller{Caller: found}
	if found.Account.IsGuest() {
		return store.ErrForbidden
	}
	return nil
}

// readPassword splits at the first colon: a password may hold some.
func readPassword(header string) (login, password string, ok bool) {
	header = strings.TrimSpace(header)
	text, err := base64.StdEncoding.DecodeString(header)
	if err != nil {
		text, err = base64.RawStdEncoding.DecodeString(header)
	}
	if err != nil || !utf8.Valid(text) {
		return "", "", false
	}
	return strings.Cut(string(text), ":")
}

// bySession is for scripts in our own pages. The header cannot be sent by a
// form of another site; the request token is looked at when the parameters
// have been read.
func (a *API) bySession(q *request) error {
	token := a.Session(q.Request)
	if token == "" {
		return noCredentials
	}
	if !a.OurPage(q.Request) {
		return wrongToken
	}
	visit, err := a.Store.Visit(q.Context(), token)
	if err != nil {
		return err
	}
	if visit.Session.Stage != store.StageFull {
		return noCredentials
	}
	q.caller = &caller{Caller: store.Caller{Account: visit.Account, Environment: visit.Environment}, visit: &visit}
	if q.Header.Get("X-Requested-With") == "" {
		return noXRequested
	}
	switch {
	case visit.Account.MustChangePassword:
		return store.ErrAPIChangeFirst
	case visit.Account.MustAcceptTerms:
		return store.ErrTermsFirst
	}
	return nil
}

// checkToken compares the request token of a call by session that is no plain
// GET (SEC-S5). A page that was loaded in an earlier session holds an old one.
func (q *request) checkToken(given string) error {
	if q.caller.visit == nil || q.Method == http.MethodGet {
		return nil
	}
	want := q.api.Store.RequestToken(q.caller.visit.Session)
	if subtle.ConstantTimeCompare([]byte(given), []byte(want)) != 1 {
		return wrongToken
	}
	return nil
}

// admit is the first look at who may make the call; the store decides.
func (q *request) admit() error {
	account := q.caller.Account
	switch {
	case account.IsGuest() && !q.guestMay():
		return store.ErrForbidden
	case q.caller.Credential != nil && !q.caller.Credential.Allows(q.call.scope):
		return tokenMayNot
	case q.call.who == administrators && !account.SystemAdmin:
		return store.ErrForbidden
	case q.call.recent && q.caller.visit != nil && !q.caller.visit.Recent(q.api.Store.Now()): // SEC-S3
		return confirmFirst
	}
	return nil
}

// guestMay reports whether a guest may make the call: by session only, only
// reading, and only if the organisation lets them (C18).
func (q *request) guestMay() bool {
	return q.caller.visit != nil && q.call.method == http.MethodGet && q.call.who == anybody &&
		q.caller.Environment.Policy.Value("api.guests") == "read_own"
}
