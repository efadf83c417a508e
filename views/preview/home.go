package preview

import (
	"time"

	"github.com/a-h/templ"

	"guesthouse/store"
	"guesthouse/views"
)

// homePages are the portal home and the list of spaces.
func homePages(lang string) []Sample {
	page := func(reader *store.Account, title string) views.Page {
		p := frame(lang, reader, "", views.NavHome)
		p.Title = p.T(title)
		return p
	}
	cards := views.NewSpaceCards([]store.SpaceCard{
		{Space: withNews(spaceAs(store.SpaceAdmin), 3), Last: store.Word{Author: erika, Text: "The corrected covers for pages 12–40 are in Files."}},
		{Space: store.Space{ID: 2, Kind: store.GuestSpace, Name: "Warehouse move", Cover: "preset:dunes", MemberCount: 9, GuestCount: 2, Favourite: true}, Last: store.Word{Author: richard, Text: "Dock doors 3 and 4 are confirmed for Monday."}},
		{Space: store.Space{ID: 3, Kind: store.GuestSpace, Name: "新店舗オープン準備", Cover: "preset:tiles", MemberCount: 5, GuestCount: 3, New: 1}, Last: store.Word{Author: taro, Text: "内装の図面を更新しました。"}},
		{Space: allHands()},
	})
	ending := []views.Ending{
		{Ending: store.Ending{Space: 1, SpaceName: "Autumn catalogue", Address: "juan.perez@example.net", EndsAt: Now.Add(20 * time.Hour)}},
		{Ending: store.Ending{Space: 2, SpaceName: "Warehouse move", Guest: hanako, EndsAt: Now.Add(50 * time.Hour)}, Person: views.PersonOf(hanako)},
	}
	guestCards := views.NewSpaceCards([]store.SpaceCard{{Space: withEnd(spaceAs(store.GuestEditor)), Last: store.Word{Author: jane, Text: "Thanks, covers look good."}}})
	form := page(&jane, "space.new")
	wrong := form
	wrong.Errors = views.Problems{{Field: "administrators", Code: "no_admin_left"}}
	internal := page(&richard, "space.new_internal")
	return []Sample{
		{"home", views.ShowHome(views.HomePage{Page: page(&jane, "nav.home"), Spaces: cards, Ending: ending})},
		{"home-first-day", views.ShowHome(views.HomePage{Page: page(&jane, "nav.home")})},
		{"home-no-spaces", views.ShowHome(views.HomePage{Page: page(&richard, "nav.home")})},
		{"home-guest", views.ShowHome(views.HomePage{Page: page(&erika, "nav.home"), Spaces: guestCards, Host: views.PersonOf(jane), EndsAt: Now.Add(100 * 24 * time.Hour)})},
		{"home-guest-empty", views.ShowHome(views.HomePage{Page: page(&erika, "nav.home")})},
		{"spaces", views.ListSpaces(views.SpacesPage{Page: page(&jane, "spaces.title"), Spaces: []store.Space{allHands()}})},
		{"spaces-none", views.ListSpaces(views.SpacesPage{Page: page(&richard, "spaces.title")})},
		{"space-new", overHome(form, newSpaceForm(form, store.GuestSpace))},
		{"space-new-error", overHome(wrong, newSpaceForm(wrong, store.GuestSpace))},
		{"space-new-internal", overHome(internal, newSpaceForm(internal, store.OpenSpace))},
	}
}

func withNews(sp store.Space, n int) store.Space {
	sp.New = n
	return sp
}

func withEnd(sp store.Space) store.Space {
	sp.EndsAt = Now.Add(20 * time.Hour)
	return sp
}

func newSpaceForm(p views.Page, kind store.SpaceKind) templ.Component {
	self, other := views.NewFormMember(*p.Account), views.NewFormMember(taro)
	self.Self, self.Chosen = true, true
	return views.CreateSpace(views.NewSpaceForm{
		SpaceForm: views.SpaceForm{Page: p, Kind: kind, Name: "Autumn catalogue", Cover: "preset:harbour"},
		People:    []views.FormMember{self, other}, Query: "ta",
	})
}

func overHome(p views.Page, dialog templ.Component) templ.Component {
	return views.DialogPage(p, dialog, func(p views.Page) templ.Component {
		p.Errors = nil
		return views.ShowHome(views.HomePage{Page: p})
	})
}
