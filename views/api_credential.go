package views

import (
	"encoding/base64"
	"slices"
	"strings"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// Addresses of what programs call with.
const (
	ProfileProgramsURL       = "/profile/programs"
	ProfileProgramsDeleteURL = ProfileProgramsURL + "/delete"
)

// APICredentialDeleteURL revokes one API password or token.
func APICredentialDeleteURL(id store.ID) string {
	return ProfileProgramsURL + "/" + id.String() + "/delete"
}

// MemberProgramsDeleteURL revokes all of a colleague's.
func MemberProgramsDeleteURL(account store.ID) string {
	return AdminMemberURL(account) + "/programs/delete"
}

// APICredentialsPage is what programs call with in the reader's name.
type APICredentialsPage struct {
	Page

	List  []store.APICredential
	Shown *ShownAPICredential // one that was just made; nil for none
	Form  APICredentialForm
}

// ShownAPICredential is an API password or token with its value, for one look.
type ShownAPICredential struct {
	store.APICredential

	Value string
}

// APICredentialForm is the form of a new one, as typed.
type APICredentialForm struct {
	Name   string
	Kind   string
	Scopes []string
	Days   string
	On     string
}

// live reports whether one of the list may be used.
func (m APICredentialsPage) live() bool {
	return slices.ContainsFunc(m.List, func(c store.APICredential) bool { return c.Live(m.Now) })
}

func (m APICredentialsPage) chosen(scope store.APIScope) bool {
	return slices.Contains(m.Form.Scopes, string(scope))
}

func (m APICredentialsPage) kindChosen(kind store.APICredentialKind) bool {
	return m.Form.Kind == string(kind)
}

// login is the reader's login name, which stands beside an API password.
func (m APICredentialsPage) login() string {
	if m.Account == nil {
		return ""
	}
	return m.Account.Login
}

// header is the header of a call with the value that is shown.
func (m APICredentialsPage) header() string {
	if m.Shown.Kind == store.APIToken {
		return "Authorization: Bearer " + m.Shown.Value
	}
	return "X-Cybozu-Authorization: " + base64.StdEncoding.EncodeToString([]byte(m.login()+":"+m.Shown.Value))
}

// scopeWords are scopes as the reader reads them.
func scopeWords[S ~string](words locale.Printer, scopes []S) string {
	list := make([]string, len(scopes))
	for i, scope := range scopes {
		list[i] = words.T("api_access_scope." + string(scope))
	}
	return strings.Join(list, ", ")
}
