package views

import "guesthouse/store"

// The orders of the access sheet; by guest is "".
const (
	AccessByCompany = "company"
	AccessBySpace   = "space"
)

// AccessPage is who can see what.
type AccessPage struct {
	Page
	By     string // "", AccessByCompany or AccessBySpace
	Filter RegisterFilter
	Space  store.Space // of a space's own page; its ID is 0 in the administration
	Rows   []store.Access
	First  string // the sheet from its beginning; "" on its first page
	Next   string // the next page; "" for none
}

// URL is this page with further pairs.
func (m AccessPage) URL(more ...string) string {
	if m.Space.ID != 0 {
		return WithQuery(SpaceAccessURL(m.Space.ID), more...)
	}
	return m.Filter.URL(AdminAccessURL, append([]string{"by", m.By}, more...)...)
}

// CSV is the address of the file.
func (m AccessPage) CSV() string {
	if m.Space.ID != 0 {
		return SpaceAccessURL(m.Space.ID) + ".csv"
	}
	return m.Filter.URL(AdminAccessCSVURL, "by", m.By)
}

// Orders are the tabs.
func (m AccessPage) Orders() []Tab {
	var tabs []Tab
	for _, by := range []string{"", AccessByCompany, AccessBySpace} {
		key := by
		if by == "" {
			key = "guest"
		}
		tabs = append(tabs, Tab{
			Label: m.T("access.by." + key), Count: NoCount, Current: m.By == by,
			URL: m.Filter.URL(AdminAccessURL, "by", by),
		})
	}
	return tabs
}
