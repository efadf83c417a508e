package views

import "guesthouse/store"

// SearchPage is what was found.
type SearchPage struct {
	Page

	Filter     SearchFilter
	Places     []Option      // the spaces that can be chosen
	Writer     *Person       // whose words alone are looked for
	Candidates []Person      // of several people of one name the reader chooses
	Asked      bool          // something was looked for
	Preparing  bool          // not everything can be found yet
	People     []store.Found // the first few people, before all else
	MorePeople bool          // there are more of them
	Found      []store.Found
	First      string // the beginning of what was found; "" on the first page
	Next       string
}

// By narrows the search down to what one person wrote.
func (m *SearchPage) By(person store.Account) {
	writer := PersonOf(person)
	m.Writer, m.Filter.Person, m.Filter.By = &writer, person.ID.String(), ""
}

// SearchFilter is what is looked for, as it stands in the address.
type SearchFilter struct {
	Text, Space, Person, By, From, To string

	Kind store.FoundKind
}

// URL is the search with further pairs.
func (f SearchFilter) URL(more ...string) string {
	pairs := []string{
		"q", f.Text, "kind", string(f.Kind), "space", f.Space, "person", f.Person, "by", f.By, "from", f.From, "to", f.To,
	}
	return WithQuery(SearchURL, append(pairs, more...)...)
}

// Details reports whether more than words and a kind narrow the search.
func (f SearchFilter) Details() bool { return f.Space+f.Person+f.By+f.From+f.To != "" }

// everything is the search for the same words without any condition.
func (f SearchFilter) everything() string { return SearchFilter{Text: f.Text}.URL() }

// of is the search for one kind.
func (f SearchFilter) of(kind store.FoundKind) string {
	f.Kind = kind
	return f.URL()
}

// writtenBy is the search for what one person wrote.
func (f SearchFilter) writtenBy(person Person) string {
	f.By, f.Person = "", person.ID.String()
	return f.URL()
}

// byAnybody is the search for what anybody wrote.
func (f SearchFilter) byAnybody() string {
	f.By, f.Person = "", ""
	return f.URL()
}

// Kinds are the segments.
func (m SearchPage) Kinds() []Tab {
	tabs := []Tab{{Label: m.T("search.all"), URL: m.Filter.of(""), Count: -1, Current: m.Filter.Kind == ""}}
	for _, kind := range store.FoundKinds {
		tabs = append(tabs, Tab{
			Label: m.T("search.kind." + string(kind)), URL: m.Filter.of(kind), Count: -1, Current: m.Filter.Kind == kind,
		})
	}
	return tabs
}

// everywhere is Places with all of them first.
func (m SearchPage) everywhere() []Option {
	return append([]Option{{Label: m.T("search.everywhere")}}, m.Places...)
}

// searchURL is where the search of this page leads: within a space to what
// is in it.
func (p Page) searchURL() string {
	if space := p.space(); space != 0 {
		return WithQuery(SearchURL, "space", space.String())
	}
	return SearchURL
}

// foundIcons are the signs of what was found.
var foundIcons = map[store.FoundKind]string{
	store.FoundSpace: "grid", store.FoundThread: "list", store.FoundComment: "chat", store.FoundPerson: "user",
	store.FoundFile: "file",
}

// FoundURL is where a thing is that was found.
func FoundURL(f store.Found) string {
	switch f.Kind {
	case store.FoundPerson:
		return PersonURL(f.ID)
	case store.FoundThread:
		return ThreadURL(f.Space.ID, f.ID)
	case store.FoundComment:
		return CommentURL(f.Space.ID, f.Thread.ID, f.ID)
	case store.FoundFile:
		if f.Comment != 0 {
			return CommentURL(f.Space.ID, f.Thread.ID, f.Comment)
		}
		return FileURL(f.Space.ID, f.ID)
	case store.FoundSpace:
	}
	return SpaceURL(f.Space.ID)
}

// linkedPerson is a person whose name leads to their profile.
func linkedPerson(a store.Account) Person {
	person := PersonOf(a)
	person.URL = PersonURL(a.ID)
	return person
}
