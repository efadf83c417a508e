package views

import "guesthouse/store"

// SpacesPage is the list of spaces that one may see and is not in.
type SpacesPage struct {
	Page
	Spaces []store.Space
	All    bool // every space of the environment, for a system administrator
	Pager  Pager
}

func (m SpacesPage) shown() []Tab {
	return []Tab{
		{Label: m.T("spaces.to_join"), URL: SpacesURL, Count: NoCount, Current: !m.All},
		{Label: m.T("spaces.all"), URL: WithQuery(SpacesURL, "show", "all"), Count: NoCount, Current: m.All},
	}
}
