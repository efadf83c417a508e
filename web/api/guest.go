package api

import (
	"net/http"

	"guesthouse/store"
)

// guestCalls are about guests: their accounts, and who of them is in a space.
func (a *API) guestCalls() []*call {
	return []*call{
		withProblems(store.APIGuests, http.MethodPost, "guests", a.addGuests).byAdministrators(),
		with(store.APIGuests, http.MethodDelete, "guests", a.deleteGuests).byAdministrators().recently(),
		with(store.APIGuests, http.MethodPut, "space/guests", a.updateSpaceGuests),
	}
}

// guestsInput are the guests to add.
type guestsInput struct {
	Guests []guestInput `api:"guests,required,min=1,max=100"`
}

// guestInput is one guest (S1-08 to S1-19).
type guestInput struct {
	Code             string `api:"code,required,email"`
	Password         string `api:"password,required"`
	Name             string `api:"name,required,max=128"`
	TimeZone         string `api:"timezone,required,zone"`
	Locale           string `api:"locale,enum=auto|en|zh|ja"`
	Image            string `api:"image,max=200"`
	SurNameReading   string `api:"surNameReading,max=64"`
	GivenNameReading string `api:"givenNameReading,max=64"`
	Company          string `api:"company,max=100"`
	Division         string `api:"division,max=100"`
	Phone            string `api:"phone,max=100"`
	CallTo           string `api:"callto,max=256"`
}

// addGuests makes accounts that are in no space. Nobody gets a mail (S1-02,
// S1-03). What is wrong with parameters is said together with what only the store
// knows to be wrong.
func (a *API) addGuests(q *request, in guestsInput, wrong problems) (any, error) {
	guests := make([]store.NewGuest, len(in.Guests))
	for i, guest := range in.Guests {
		guests[i] = store.NewGuest(guest)
	}
	if len(wrong) == 0 {
		_, err := a.Store.AddGuests(q.Context(), q.actor(), guests)
		return nil, err
	}
	if len(guests) == 0 {
		return nil, wrong
	}
	err := a.Store.CheckGuests(q.Context(), q.actor(), guests)
	return nil, wrong.and(err)
}

// codesInput are the addresses of guests.
type codesInput struct {
	Guests []string `api:"guests,required,min=1,max=100"`
}

// deleteGuests deletes accounts, not only memberships.
func (a *API) deleteGuests(q *request, in codesInput) (any, error) {
	return nil, a.Store.DeleteGuests(q.Context(), q.actor(), in.Guests)
}

// spaceGuestsInput are the guests that a space is to have.
type spaceGuestsInput struct {
	ID     store.ID `api:"id,required"`
	Guests []string `api:"guests,required,max=1000"`
}

// updateSpaceGuests replaces the whole list: who is left out leaves the space.
func (a *API) updateSpaceGuests(q *request, in spaceGuestsInput) (any, error) {
	if _, err := q.inSpace(in.ID, store.ToKnow); err != nil {
		return nil, err
	}
	return nil, a.Store.UpdateSpaceGuests(q.Context(), q.actor(), in.ID, in.Guests)
}
