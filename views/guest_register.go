package views

import (
	"strconv"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// NeverSignedIn is the value of RegisterFilter.SignedIn for who never was here.
const NeverSignedIn = "never"

// RegisterFilter is what the register of guests is narrowed down to, as it
// stands in addresses and forms.
type RegisterFilter struct {
	Status                            store.GuestStatus
	Query, Space, Sponsor, Company    string
	Category, Licence, Ends, SignedIn string
	Sort                              store.GuestSort
}

// pairs are the filter as parts of an address, the state apart.
func (f RegisterFilter) pairs() []string {
	return []string{
		"q", f.Query, "space", f.Space, "sponsor", f.Sponsor, "company", f.Company, "category", f.Category,
		"licence", f.Licence, "ends", f.Ends, "signed_in", f.SignedIn, "sort", string(f.Sort),
	}
}

// URL is the page with this filter and further pairs.
func (f RegisterFilter) URL(page string, more ...string) string {
	pairs := append([]string{"status", string(f.Status)}, f.pairs()...)
	return WithQuery(page, append(pairs, more...)...)
}

// Hidden are the parts of the filter that a form carries along.
func (f RegisterFilter) Hidden() [][2]string {
	var hidden [][2]string
	pairs := append([]string{"status", string(f.Status)}, f.pairs()...)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			hidden = append(hidden, [2]string{pairs[i], pairs[i+1]})
		}
	}
	return hidden
}

// with is the filter with one change.
func (f RegisterFilter) with(change func(*RegisterFilter)) RegisterFilter {
	change(&f)
	return f
}

// Details reports whether more than the state and a search narrow the list.
func (f RegisterFilter) Details() bool {
	return f.Space+f.Sponsor+f.Company+f.Category+f.Licence+f.Ends+f.SignedIn != ""
}

// Narrowed reports whether the list shows less than everybody.
func (f RegisterFilter) Narrowed() bool {
	return f.Query != "" || f.Status != store.AnyGuest || f.Details()
}

// RegisterPage is the register of guests.
type RegisterPage struct {
	Page
	Filter  RegisterFilter
	Entries []store.RegisterEntry
	Counts  map[store.GuestStatus]int // nil where they are not counted
	First   string                    // the list from its beginning; "" on its first page
	Next    string                    // the next page; "" for none
}

// States are the segments of the list. Those with nobody in them are left out
// where that is known, but for the one that is looked at.
func (m RegisterPage) States() []Tab {
	var tabs []Tab
	for _, status := range store.RegisterStatuses {
		n, counted := m.Counts[status], m.Counts != nil
		if counted && n == 0 && status != m.Filter.Status && status != store.AnyGuest && status != store.ActiveGuest {
			continue
		}
		tab := Tab{Label: m.T("common.all"), Count: NoCount, Current: status == m.Filter.Status}
		if status != store.AnyGuest {
			tab.Label = m.T("guests.filter." + string(status))
		}
		if counted {
			tab.Count = n
		}
		tab.URL = m.Filter.with(func(f *RegisterFilter) { f.Status = status }).URL(AdminGuestsURL)
		tabs = append(tabs, tab)
	}
	return tabs
}

// Column is the head of a column that the list can be sorted by.
type Column struct {
	Label, URL string
	Order      string // of aria-sort; "" when another column is sorted by
}

// column is the head of the column of an order: a second click turns it around.
func (m RegisterPage) column(sort store.GuestSort, label string) Column {
	column := Column{Label: m.T(label)}
	next := sort
	if m.Filter.Sort.Key() == sort {
		column.Order = "ascending"
		if m.Filter.Sort.Down() {
			column.Order = "descending"
		} else {
			next = "-" + sort
		}
	}
	column.URL = m.Filter.with(func(f *RegisterFilter) { f.Sort = next }).URL(AdminGuestsURL)
	return column
}

// Orders are the choices of the order.
func (m RegisterPage) Orders() []Option {
	var options []Option
	for _, sort := range store.GuestSorts {
		options = append(options,
			Option{Value: string(sort), Label: m.T("guests.sort." + string(sort))},
			Option{Value: "-" + string(sort), Label: m.T("guests.sort." + string(sort) + "_down")})
	}
	return options
}

// Order is the order that is chosen.
func (m RegisterPage) Order() string {
	if m.Filter.Sort.Down() {
		return "-" + string(m.Filter.Sort.Key())
	}
	return string(m.Filter.Sort.Key())
}

// categoryOptions are the kinds of guests, with one for any.
func categoryOptions(p locale.Printer) []Option {
	options := []Option{{Label: p.T("common.all")}}
	for _, category := range store.Categories {
		options = append(options, Option{Value: category, Label: p.T("guests.category." + category)})
	}
	return options
}

func licenceOptions(p locale.Printer) []Option {
	options := []Option{{Label: p.T("common.all")}}
	for _, licence := range store.Licences {
		options = append(options, Option{Value: licence, Label: p.T("guests.licence." + licence)})
	}
	return options
}

// dayOptions are numbers of days, each said by a key; what is chosen is among them.
func dayOptions(p locale.Printer, key, chosen string, first ...Option) []Option {
	options := append([]Option{{Label: p.T("common.all")}}, first...)
	seen := chosen == "" || chosen == NeverSignedIn
	for _, n := range []int{7, 30, 90, 180} {
		seen = seen || strconv.Itoa(n) == chosen
		options = append(options, Option{Value: strconv.Itoa(n), Label: p.T(key, "N", n)})
	}
	if n, err := strconv.Atoi(chosen); err == nil && !seen {
		options = append(options, Option{Value: chosen, Label: p.T(key, "N", n)})
	}
	return options
}

// shownSpaces is how many spaces stand in a row by name.
const shownSpaces = 3

// registerName is who an entry is of, as a line of the list names them.
func registerName(e store.RegisterEntry) Person {
	if e.Account.ID != 0 {
		return guestLine(e.Account)
	}
	return Person{Name: e.Name(), Lang: LangOf(e.Name(), ""), Guest: true}
}

// aboutGuest is the company and the kind of a guest.
func (p Page) aboutGuest(e store.RegisterEntry) string {
	text := e.Company()
	if e.Category() != "" {
		if text != "" {
			text += " · "
		}
		text += p.T("guests.category." + e.Category())
	}
	return text
}
