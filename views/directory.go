package views

import (
	"strconv"
	"strings"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// DirectoryPage is everybody whom the reader may see.
type DirectoryPage struct {
	Page
	Entries     []store.DirectoryEntry
	Query       string
	Kind        store.AccountKind // "" for both
	Company     string
	Department  store.ID
	Departments []store.Department // to choose from; none where there is no chart for the reader
	First, Next string             // addresses of further pages; "" for none
}

// Narrowed reports whether the list is of fewer than all.
func (m DirectoryPage) Narrowed() bool {
	return m.Query != "" || m.Kind != "" || m.details()
}

func (m DirectoryPage) details() bool { return m.Company != "" || m.Department != 0 }

// URL is the page with the same filters and the pairs.
func (m DirectoryPage) URL(pairs ...string) string {
	department := ""
	if m.Department != 0 {
		department = m.Department.String()
	}
	all := append([]string{"q", m.Query, "kind", string(m.Kind), "company", m.Company, "department", department}, pairs...)
	return WithQuery(PeopleURL, all...)
}

// kinds narrow the list down to members or guests.
func (m DirectoryPage) kinds() []Tab {
	var tabs []Tab
	for _, kind := range []store.AccountKind{"", store.Member, store.Guest} {
		other := m
		other.Kind = kind
		tabs = append(tabs, Tab{Label: m.T("people.kind." + string(kind) + map[bool]string{true: "all"}[kind == ""]), URL: other.URL(), Count: NoCount, Current: kind == m.Kind})
	}
	return tabs
}

func (m DirectoryPage) departmentOptions() []Option {
	return departmentOptions(m.Departments, Option{Label: m.T("people.any_department")})
}

// departmentOptions are departments in a select, those below others moved in.
func departmentOptions(list []store.Department, first ...Option) []Option {
	options := first
	for _, d := range list {
		options = append(options, Option{Value: d.ID.String(), Label: strings.Repeat("\u2003", d.Depth) + d.Name, Lang: LangOf(d.Name, "")})
	}
	return options
}

// where is the company of a guest, and of a member the departments.
func (m DirectoryPage) where(e store.DirectoryEntry) string { return whereOf(e.Account, e.Posts) }

func whereOf(a store.Account, posts []store.Post) string {
	if a.IsGuest() {
		return a.Company
	}
	names := make([]string, len(posts))
	for i, post := range posts {
		names[i] = post.Name
	}
	if len(names) == 0 {
		return a.Division
	}
	return strings.Join(names, ", ")
}

// together are the spaces that the reader and somebody share: their names, or
// how many there are.
func (m DirectoryPage) together(e store.DirectoryEntry) string {
	if e.Shared > len(e.Common) {
		return m.T("people.spaces", "N", e.Shared)
	}
	names := make([]string, len(e.Common))
	for i, c := range e.Common {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// self reports whether the reader is meant.
func (p Page) self(id store.ID) bool { return p.Account != nil && p.Account.ID == id }

// clockIn is the time of day in somebody's zone; "" for one that is unknown.
func (p Page) clockIn(zone string) string {
	place, ok := locale.LoadZone(zone)
	if !ok {
		return ""
	}
	return locale.For(p.Lang(), place).Clock(p.Now)
}

// linked is somebody whose name leads to their profile.
func linked(a store.Account) Person {
	person := PersonOf(a)
	person.URL = PersonURL(a.ID)
	return person
}

func idText(id store.ID) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(int64(id), 10)
}
