package api

import (
	"strconv"
	"strings"

	"guesthouse/store"
)

// entity is a person, by the login. Groups and departments are in no space.
type entity struct {
	Type string `api:"type,required,enum=USER" json:"type"`
	Code string `api:"code,required,max=300" json:"code"`
}

const userType = "USER"

// memberAnswer is a member of a space.
type memberAnswer struct {
	Entity      entity `json:"entity"`
	IsAdmin     bool   `json:"isAdmin"`
	IsImplicit  bool   `json:"isImplicit"`
	IncludeSubs bool   `json:"includeSubs"`
}

type membersAnswer struct {
	Members []memberAnswer `json:"members"`
}

// listSpaceMembers lists members; guests are none.
func (a *API) listSpaceMembers(q *request, in spaceInput) (any, error) {
	if _, err := q.inSpace(in.ID, store.ToOpen); err != nil {
		return nil, err
	}
	list, err := a.Store.SpaceMembers(q.Context(), q.actor(), in.ID)
	if err != nil {
		return nil, err
	}
	answer := membersAnswer{Members: make([]memberAnswer, len(list))}
	for i, m := range list {
		answer.Members[i] = memberAnswer{Entity: entity{Type: userType, Code: m.Account.Login}, IsAdmin: m.Role == store.Administrator}
	}
	return answer, nil
}

// membersInput are the members that a space is to have.
type membersInput struct {
	ID      store.ID      `api:"id,required"`
	Members []memberInput `api:"members,required,max=1000"`
}

type memberInput struct {
	Entity      entity `api:"entity,required"`
	IsAdmin     bool   `api:"isAdmin"`
	IncludeSubs bool   `api:"includeSubs"` // means something for departments only
}

// updateSpaceMembers replaces the whole list; guests stay.
func (a *API) updateSpaceMembers(q *request, in membersInput) (any, error) {
	if _, err := q.inSpace(in.ID, store.ToManage); err != nil {
		return nil, err
	}
	entries := make([]store.MemberEntry, len(in.Members))
	for i, m := range in.Members {
		entries[i] = store.MemberEntry{Code: m.Entity.Code, Administrator: m.IsAdmin}
	}
	return nil, a.Store.UpdateSpaceMembers(q.Context(), q.actor(), in.ID, entries)
}

// statisticsInput is which part of the list.
type statisticsInput struct {
	Offset int  `api:"offset"`
	Limit  *int `api:"limit,min=1,max=100"`
}

// statisticsAnswer are the numbers of some spaces.
type statisticsAnswer struct {
	Spaces []spaceNumbers `json:"spaces"`
}

type spaceNumbers struct {
	ID                 string `json:"id"`
	Name               string `json:"name"`
	AdministratorCount string `json:"administratorCount"`
	MemberCount        string `json:"memberCount"`
	IsPrivate          bool   `json:"isPrivate"`
	IsGuest            bool   `json:"isGuest"`
	Creator            user   `json:"creator"`
	CreatedAt          string `json:"createdAt"`
	Modifier           user   `json:"modifier"`
	ModifiedAt         string `json:"modifiedAt"`
}

// defaultLimit is how many spaces are told of where nobody says how many.
const defaultLimit = 100

// listStatistics tells system administrators of all spaces, others of the public
// ones and their own.
func (a *API) listStatistics(q *request, in statisticsInput) (any, error) {
	limit := defaultLimit
	if in.Limit != nil {
		limit = *in.Limit
	}
	list, err := a.Store.SpacesStatistics(q.Context(), q.actor(), in.Offset, limit)
	if err != nil {
		return nil, err
	}
	answer := statisticsAnswer{Spaces: make([]spaceNumbers, len(list))}
	for i, sp := range list {
		answer.Spaces[i] = spaceNumbers{
			ID: sp.ID.String(), Name: sp.Name, AdministratorCount: number(sp.Administrators), MemberCount: number(sp.Members),
			IsPrivate: private(sp.Kind), IsGuest: sp.Kind == store.GuestSpace,
			Creator: q.user(sp.Creator), CreatedAt: stamp(sp.CreatedAt), Modifier: q.user(sp.Modifier), ModifiedAt: stamp(sp.ModifiedAt),
		}
	}
	return answer, nil
}

// number is a count as answers say it: in a text, like an ID.
func number(n int) string { return strconv.Itoa(n) }

func cutPreset(cover string) (string, bool) { return strings.CutPrefix(cover, "preset:") }
