package views

import "guesthouse/store"

// ManagedGuestsPage is the list of the guests of all spaces.
type ManagedGuestsPage struct {
	Page
	Status store.GuestStatus
	Query  string
	Guests []store.ManagedGuest
	First  string // the list from its beginning; "" on its first page
	Next   string // the next page; "" for none
}

// Filters are the states that the list can be narrowed down to.
func (m ManagedGuestsPage) Filters() []Tab {
	var tabs []Tab
	for _, status := range store.GuestStatuses {
		key := "common.all"
		if status != store.AnyGuest {
			key = "guests.filter." + string(status)
		}
		tabs = append(tabs, Tab{
			Label: m.T(key), Count: NoCount, Current: status == m.Status,
			URL: WithQuery(AdminGuestsURL, "status", string(status), "q", m.Query),
		})
	}
	return tabs
}

// Narrowed reports whether the list shows less than everybody.
func (m ManagedGuestsPage) Narrowed() bool { return m.Query != "" || m.Status != store.AnyGuest }
