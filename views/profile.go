package views

import (
	"guesthouse/store"
)

// ProfilePage is one's own profile.
type ProfilePage struct {
	Page
	Person           Person
	DisplayName      string
	Email            string
	Locale, TimeZone string
	HasPicture       bool
	Details          store.ProfileDetails // as typed
	CompanyFixed     bool                 // the company is not the reader's to change
}

// PersonPage is the profile of somebody whom the reader may see.
type PersonPage struct {
	Page
	Person Person
	Who    store.PersonProfile
}

// PasswordPage is where one changes the own password, or must.
type PasswordPage struct {
	Page
	Must  bool // before anything else (SEC-P5)
	Login string
	Rules store.PasswordPolicy
}

// SessionsPage is where one is signed in.
type SessionsPage struct {
	Page
	Sessions   []SessionRow
	Remembered []store.RememberedBrowser
}

// SessionRow is one signed-in browser.
type SessionRow struct {
	store.Session
	Here bool
}

// ConfirmPage asks for the password again before what needs a recent sign-in.
type ConfirmPage struct {
	Page
	Login string
	Next  string
}

func (m SessionsPage) others() bool { return len(m.Sessions) > 1 }

// agent is the browser in words.
func (m SessionsPage) agent(row SessionRow) string { return agentName(m.Page, row.Session) }

// agentName is the browser of a session in words.
func agentName(p Page, session store.Session) string {
	if name := store.AgentName(session.UserAgent); name != "" {
		return name
	}
	return p.T("sessions.unknown")
}

// profileTabs are the pages about oneself.
func profileTabs(p Page, current string) []Tab {
	tabs := []Tab{
		{Label: p.T("profile.tab"), URL: ProfileURL},
		{Label: p.T("profile.password"), URL: ProfilePasswordURL},
		{Label: p.T("profile.sessions"), URL: ProfileSessionsURL},
		{Label: p.T("notices.tab"), URL: ProfileNotificationsURL},
	}
	if p.Account != nil && (!p.Account.IsGuest() || p.Account.Email == "" || p.Account.HasApp()) {
		tabs = append(tabs, Tab{Label: p.T("second_step.title"), URL: ProfileSecondStepURL})
	}
	if p.Administrator() {
		tabs = append(tabs, Tab{Label: p.T("api_access.tab"), URL: ProfileProgramsURL})
	}
	tabs = append(tabs, Tab{Label: p.T("export.title"), URL: ProfileExportURL})
	for i := range tabs {
		tabs[i].Count, tabs[i].Current = NoCount, tabs[i].URL == current
	}
	return tabs
}

// pictureNotes are the ids of what describes the field of the picture.
func pictureNotes(p Page) string { return Field{Name: "picture", Hint: "hint"}.describedBy(p) }
