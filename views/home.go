package views

import (
	"time"

	"guesthouse/store"
)

// HomePage is the portal home.
type HomePage struct {
	Page
	Spaces   []SpaceCard
	Show     string // "", guest or internal: which of them
	Pager    Pager
	Recent   []store.Space           // that the reader used last
	Notices  []store.Notice          // the newest
	Requests []store.WaitingRequests // invitations that wait for the reader's answer
	Ending   []Ending                // what ends soon in the reader's spaces
	Host     Person                  // of a guest; without an ID there is none
	EndsAt   time.Time               // when a guest's access ends; zero for never
	Reviews  int                     // guests about whom the reader is asked
	MailHost bool                    // mails leave this machine
	TwoStep  bool                    // guests are asked for a verification code
}

// Ending is an invitation or a guest's access that ends soon.
type Ending struct {
	store.Ending
	Person Person // without an ID it is an invitation to Address
}

// SpaceCard is a space on the home page.
type SpaceCard struct {
	store.SpaceCard
	Lang string // of its name
}

// NewSpaceCards fits spaces to their cards.
func NewSpaceCards(cards []store.SpaceCard) []SpaceCard {
	list := make([]SpaceCard, len(cards))
	for i, card := range cards {
		list[i] = SpaceCard{SpaceCard: card, Lang: LangOf(card.Name, "")}
	}
	return list
}

// FirstDay reports whether the reader is in no space at all.
func (m HomePage) FirstDay() bool {
	return len(m.Spaces) == 0 && m.Show == "" && m.Pager.Previous == ""
}

// MayCreate reports whether the reader may make spaces of a kind.
func (p Page) MayCreate(kind store.SpaceKind) bool {
	return p.Account != nil && p.Account.MayCreate(kind) && (kind != store.GuestSpace || p.Policy.On(store.GuestSpaces))
}

// shown are the segments above the spaces.
func (m HomePage) shown() []Tab {
	return []Tab{
		{Label: m.T("common.all"), URL: HomeURL, Count: NoCount, Current: m.Show == ""},
		{Label: m.T("home.guest_spaces"), URL: WithQuery(HomeURL, "show", "guest"), Count: NoCount, Current: m.Show == "guest"},
		{Label: m.T("home.internal"), URL: WithQuery(HomeURL, "show", "internal"), Count: NoCount, Current: m.Show == "internal"},
	}
}
