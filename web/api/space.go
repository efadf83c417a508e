package api

import (
	"net/http"

	"guesthouse/store"
)

// spaceCalls are about a space itself.
func (a *API) spaceCalls() []*call {
	return []*call{
		with(http.MethodGet, "space", a.showSpace),
	}
}

// spaceInput names a space.
type spaceInput struct {
	ID store.ID `api:"id,required"`
}

// spaceAnswer is a space as the API tells it.
type spaceAnswer struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	IsPrivate      bool   `json:"isPrivate"`
	UseMultiThread bool   `json:"useMultiThread"`
	IsGuest        bool   `json:"isGuest"`
	FixedMember    bool   `json:"fixedMember"`
}

func (a *API) showSpace(q *request, in spaceInput) (any, error) {
	sp, err := q.inSpace(in.ID, store.ToOpen)
	if err != nil {
		return nil, err
	}
	return spaceAnswer{
		ID: sp.ID.String(), Name: sp.Name, IsPrivate: sp.Kind != store.OpenSpace,
		UseMultiThread: sp.MultiThread, IsGuest: sp.IsGuestSpace(), FixedMember: sp.FixedMembership,
	}, nil
}
