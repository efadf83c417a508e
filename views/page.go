// Package views holds the pages of the portal as templ components and the view
// models that they show. It knows nothing of requests or SQL.
package views

import (
	"strings"
	"time"

	"github.com/a-h/templ"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// Page is what every page needs to know: who reads it, in which language and
// zone, and what stands around its content. Each view model embeds it.
//
// Through the Printer in it, a page says p.T with a key of the catalogue,
// p.DateTime(t), p.Relative(t, p.Now).
type Page struct {
	locale.Printer

	Title        string         // of the window; the page's h1 says the same
	Now          time.Time      // one moment for everything on the page
	Account      *store.Account // who reads it; nil for a stranger
	Organization string         // name of the environment
	Base         string         // the base URL without a slash at its end, for links that people copy
	Host         string         // of the base URL, as people read it
	Path         string         // of this page, to come back to it
	RequestID    string         // the reference that people quote
	Flash        *Flash         // what was just done; nil for nothing
	Policy       store.Policy   // of the organisation
	Errors       Problems       // what is wrong with the form that is shown again
	Current      string         // the entry of the navigation that this page belongs to
	Spaces       []SpaceLink    // the reader's spaces, for the rail
	Unseen       int            // how much is new for the reader, beyond store.NoticesShown one more
	NoMailLeaves bool           // the reader is an administrator and the built-in mailbox keeps the mails
	Fragment     bool           // the script asked for the dialog alone
	Failed       bool           // an error page
	Posted       bool           // the answer to a form: its address may be none to open

	Unread int // new messages in the reader's chats

	RequestToken string   // what the page's scripts send with calls of the REST API; "" for strangers
	GuestSpace   store.ID // the guest space that they are in; 0 for none

	Happened  store.ID // the newest thing that had happened when the page was made
	LiveSpace store.ID // the space whose news the page shows, where its address names none

	over templ.Component // the dialog that stands over this page
}

// SpaceLink is a space in the rail.
type SpaceLink struct {
	ID    store.ID
	Name  string
	Cover string // preset:NAME or blob:HASH
	Guest bool   // a guest space
	New   int    // how much was written since the reader looked
}

// Flash says what was just done. Its key is one of the catalogue under "flash.".
type Flash struct {
	Key  string
	Args []any  // pairs of name and value; texts and whole numbers
	Undo string // where a POST takes it back; "" when nothing can
}

// SignedIn reports whether somebody reads the page, and not a stranger.
func (p Page) SignedIn() bool { return p.Account != nil }

// Guest reports whether the reader is a guest.
func (p Page) Guest() bool { return p.Account != nil && p.Account.IsGuest() }

// Administrator reports whether the reader is a system administrator.
func (p Page) Administrator() bool { return p.Account != nil && p.Account.SystemAdmin }

// WindowTitle is the page's title and the organisation's name; it begins with
// "Error: " when a form is shown again.
func (p Page) WindowTitle() string {
	title := p.Title
	if len(p.Errors) > 0 {
		title = p.T("common.error_prefix", "Title", title)
	}
	if p.Organization == "" {
		return title
	}
	return title + " – " + p.Organization
}

// Beneath is the page as it stands under a dialog: out of reach.
func (p Page) Beneath(dialog templ.Component) Page {
	p.over = dialog
	return p
}

// ChoosesLanguage reports whether the reader may pick a language on the page:
// those whose account has one change it in their profile.
func (p Page) ChoosesLanguage() bool {
	return p.Account == nil || !locale.Known(p.Account.Locale)
}

// Calls reports whether the page's scripts find kintone.api: those of everybody
// who may call anything in a session.
func (p Page) Calls() bool {
	return p.RequestToken != "" && (!p.Guest() || p.Policy.Value("api.guests") == "read_own")
}

// AddressedSpace is the space that the page's address names, 0 for none.
func (p Page) AddressedSpace() store.ID {
	p.LiveSpace = 0
	return p.space()
}

// space is the space whose page this is, 0 for none.
func (p Page) space() store.ID {
	if p.LiveSpace != 0 {
		return p.LiveSpace
	}
	rest, inside := strings.CutPrefix(p.Path, SpacesURL+"/")
	if !inside {
		return 0
	}
	id, _, _ := strings.Cut(rest, "/")
	id, _, _ = strings.Cut(id, "?")
	return store.ParseID(id)
}

// LiveURL is the stream that tells the page when its reader may not go on
// reading it.
func (p Page) LiveURL() string {
	return WithQuery(LiveURL, "after", idOrNone(p.Happened), "space", idOrNone(p.space()))
}

func idOrNone(id store.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

// livePage is the address whose opening tells whether the reader may still see
// this page.
func (p Page) livePage() string {
	switch {
	case !p.Posted:
		return p.Path
	case p.space() != 0:
		return SpaceURL(p.space())
	}
	return HomeURL
}
