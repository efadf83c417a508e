// Package preview is every page with sample data, for looking at them
// (`make preview`) and for the tests that read each of them. The portal itself
// does not import it.
package preview

import (
	"time"

	"github.com/a-h/templ"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// Sample is one page with sample data.
type Sample struct {
	Name string // unique; part of its address in the preview
	Page templ.Component
}

// Samples are all pages for a reader of this language. A feature adds its
// pages in a file of its own.
func Samples(lang string) []Sample {
	var all []Sample
	for _, group := range [][]Sample{
		framePages(lang),
		homePages(lang),
		spacePages(lang),
		gatePages(lang),
		profilePages(lang),
		guestPages(lang),
	} {
		all = append(all, group...)
	}
	return all
}

// Now is the moment at which the pages are looked at.
var Now = time.Date(2026, 9, 17, 8, 42, 0, 0, time.UTC)

// People of the sample data.
var (
	jane  = store.Account{ID: 11, Kind: store.Member, Name: "Jane Roe", Email: "jane.roe@example.com", Status: store.StatusActive, SystemAdmin: true, MayCreateGuestSpaces: true}
	erika = store.Account{ID: 17, Kind: store.Guest, Name: "Erika Mustermann", Email: "erika@partner.example", Company: "Partner", Status: store.StatusActive}
	taro  = store.Account{ID: 15, Kind: store.Member, Name: "山田 太郎", Locale: "ja", Status: store.StatusActive}
)

// frame is the Page of a signed-in reader; nil is a stranger.
func frame(lang string, reader *store.Account, title, current string) views.Page {
	zone, _ := locale.LoadZone("Europe/Berlin")
	words := locale.For(lang, zone)
	p := views.Page{
		Printer: words, Title: title, Now: Now, Account: reader, Organization: "Example Works",
		Base: "https://portal.example.com", Host: "portal.example.com", Path: "/", RequestID: "7f2k91qdx4", Current: current,
	}
	if reader != nil {
		p.Spaces = []views.SpaceLink{
			{ID: 1, Name: "Autumn catalogue", Cover: "preset:harbour", Guest: true, New: 3},
			{ID: 2, Name: "Warehouse move", Cover: "preset:dunes", Guest: true},
			{ID: 3, Name: "新店舗オープン準備", Cover: "preset:tiles", Guest: true, New: 1},
			{ID: 4, Name: "All hands", Cover: "preset:ridge"},
		}
	}
	return p
}
