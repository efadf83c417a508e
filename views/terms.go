package views

import (
	"strconv"
	"time"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// Pages of the terms of use.
const (
	TermsURL                = "/terms"
	AdminTermsURL           = "/admin/terms"
	AdminNewTermsURL        = AdminTermsURL + "/new"
	AdminTermsPreviewURL    = AdminNewTermsURL + "/preview"
	AdminTermsWithdrawalURL = AdminTermsURL + "-withdrawal"
)

// TermsNextURL is where a guest accepts the terms before going on to a page.
func TermsNextURL(next string) string {
	if next == HomeURL {
		return TermsURL
	}
	return WithQuery(TermsURL, "next", next)
}

// AdminTermsVersionURL is one version with those who accepted it.
func AdminTermsVersionURL(version int) string { return AdminTermsURL + "/" + strconv.Itoa(version) }

// TermsPage are the terms in force.
type TermsPage struct {
	Page
	Terms      store.Terms
	Text       store.TermsText // the one that is shown
	Must       bool            // they come before everything else
	AcceptedAt time.Time
	Next       string
}

// others are the languages in which the terms can be read too.
func (m TermsPage) others() []Tab {
	var tabs []Tab
	for _, text := range m.Terms.Texts {
		tabs = append(tabs, Tab{
			Label: locale.Name(text.Locale), URL: WithQuery(TermsNextURL(m.Next), "lang", text.Locale),
			Count: NoCount, Current: text.Locale == m.Text.Locale,
		})
	}
	return tabs
}

// AdminTermsPage is the list of versions.
type AdminTermsPage struct {
	Page
	Versions []store.Terms
}

// inForce reports whether guests are asked for anything.
func (m AdminTermsPage) inForce() bool {
	for _, t := range m.Versions {
		if t.InForce {
			return true
		}
	}
	return false
}

// NewTermsPage is the form of a new version.
type NewTermsPage struct {
	Page
	Texts    map[string]string
	Required string      // the language in which there must be a text
	Preview  store.Terms // none before it was asked for
}

// TermsVersionPage is one version and who accepted it.
type TermsVersionPage struct {
	Page
	Terms       store.Terms
	Acceptances []store.TermsAcceptance
	First, Next string
}

func (m TermsVersionPage) csv() string {
	return AdminTermsVersionURL(m.Terms.Version) + "/acceptances.csv"
}

func termsName(p Page, version int) string { return p.T("admin_terms.version", "Version", version) }

// termsNotes tie the box to what is wrong with it.
func (m InvitationPage) termsNotes() Script {
	if !m.Errors.Has("terms") {
		return nil
	}
	return Script{"aria-describedby": "terms-error", "aria-invalid": "true"}
}
