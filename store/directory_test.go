package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
)

// people are the names that the directory answers, on all pages.
func (w world) people(actor store.Account, filter store.DirectoryFilter) (names []string) {
	w.t.Helper()
	for from := ""; ; {
		page, err := w.Store.Directory(w.t.Context(), actor, filter, from)
		w.do(err)
		for _, e := range page.Items {
			names = append(names, e.Account.Name)
		}
		if from = page.Next; from == "" {
			return names
		}
	}
}

// S4-11, S4-16, S4-22: members find everybody, guests who is in a space with
// them, and who is in none finds nobody else.
func TestWhoIsInTheDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		actor  store.Account
		filter store.DirectoryFilter
		want   string
	}{
		{w.Outsider, store.DirectoryFilter{}, "Erika Mustermann, Jane Roe, Kari Nordmann, Mario Rossi, Otto Outsider, Richard Roe, Rita Root"},
		{w.GuestReader, store.DirectoryFilter{}, "Erika Mustermann, Jane Roe, Mario Rossi, Richard Roe"},
		{w.GuestOutside, store.DirectoryFilter{}, "Kari Nordmann"},
		{w.Outsider, store.DirectoryFilter{Kind: store.Guest}, "Erika Mustermann, Kari Nordmann, Mario Rossi"},
		{w.GuestEditor, store.DirectoryFilter{Kind: store.Member}, "Jane Roe, Richard Roe"},
		{w.Outsider, store.DirectoryFilter{Company: "PARTNER"}, "Erika Mustermann"},
		{w.GuestReader, store.DirectoryFilter{Query: "otto"}, ""},
		{w.Outsider, store.DirectoryFilter{Query: "ro ja"}, "Jane Roe"},
		{w.Outsider, store.DirectoryFilter{Query: "  ?! "}, ""},
		{w.Outsider, store.DirectoryFilter{Query: "%"}, ""},
		{w.Outsider, store.DirectoryFilter{Query: "partner.example"}, ""}, // addresses are nobody's to find by
	} {
		if got := strings.Join(w.people(test.actor, test.filter), ", "); got != test.want {
			t.Errorf("%s, %+v: %q, want %q", test.actor.Name, test.filter, got, test.want)
		}
	}
}

// S1-14, S4-16: people are found by names of two characters, by readings and
// without accents, by company and department; and by what they are called now.
func TestFindPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	name := func(who store.Account, in store.Profile) {
		t.Helper()
		in.Locale, in.TimeZone = "ja", "Asia/Tokyo"
		_, err := w.Store.UpdateProfile(ctx, who, in)
		w.do(err)
	}
	name(w.Editor, store.Profile{Name: "山田 太郎", Details: &store.ProfileDetails{SurNameReading: "ヤマダ", GivenNameReading: "タロウ"}})
	name(w.GuestEditor, store.Profile{Name: "张三", Details: &store.ProfileDetails{Company: "株式会社トヨタ", Division: "Søren Ångström"}})
	for _, lots := range []int{1000, 0} { // gathered by an index, and walked by name
		w.Store.GatherAtMost(lots)
		for query, want := range map[string]string{
			"山田": "山田 太郎", "太郎": "山田 太郎", "山田太郎": "山田 太郎", "やまだ": "山田 太郎", "タロウ": "山田 太郎",
			"张三": "张三", "三": "张三", "トヨタ": "张三", "angstrom": "张三", "mustermann": "", "richard": "",
		} {
			if got := strings.Join(w.people(w.Outsider, store.DirectoryFilter{Query: query}), ", "); got != want {
				t.Errorf("%q finds %q, want %q (gathering %d)", query, got, want, lots)
			}
		}
	}
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestReader.ID, "left"))
	page, err := w.Store.Directory(ctx, w.Outsider, store.DirectoryFilter{Query: "mario"}, "")
	w.do(err)
	if len(page.Items) != 1 || page.Items[0].Status != store.SuspendedGuest { // S4-11
		t.Errorf("a suspended guest: %+v", page.Items)
	}
	if e := page.Items[0]; e.Account.Email != "" || e.Account.Login != "" || e.Account.Phone != "" {
		t.Errorf("the directory tells %+v", e.Account)
	}
}

// S4-11: a directory of several pages names everybody once, in both ways in
// which it is read, and to guests as well.
func TestDirectoryPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		for i := range 2*store.PageSize + 3 {
			account, err := seed.Account(store.SeedAccount{
				Kind: store.Guest, Email: store.Email(fmt.Sprintf("g%d@many.example", i)), Name: fmt.Sprintf("Same %d", i%7), Company: "Many",
			}, "x")
			if err != nil {
				return err
			}
			if err := seed.Membership(w.Space, account, store.Reader, w.Clock.Now().AddDate(1, 0, 0)); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, lots := range []int{1000, 0} {
		w.Store.GatherAtMost(lots)
		for _, actor := range []store.Account{w.Outsider, w.GuestEditor} {
			names := w.people(actor, store.DirectoryFilter{Query: "same"})
			if len(names) != 2*store.PageSize+3 || !slices.IsSorted(names) {
				t.Errorf("%s finds %d people, sorted %t", actor.Name, len(names), slices.IsSorted(names))
			}
		}
	}
}

// S4-15, S4-22: a profile names the spaces of both that both may know of, and
// not more; a stranger's is not there.
func TestPersonProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.Store.PersonProfile(ctx, w.GuestEditor, w.Host.ID)
	w.do(err)
	if p.Shared != 4 || len(p.Common) != 4 || p.Account.Email != "" || p.Status != store.ActiveGuest {
		t.Errorf("%+v", p)
	}
	alone := newSpaceOf(t, w, w.Host)
	p, err = w.Store.PersonProfile(ctx, w.Editor, w.Host.ID)
	w.do(err)
	if slices.ContainsFunc(p.Common, func(c store.Common) bool { return c.ID == alone }) {
		t.Error("a space that the reader is not in")
	}
	if p, err = w.Store.PersonProfile(ctx, w.Host, w.Host.ID); err != nil || p.Shared != 0 {
		t.Errorf("oneself: %d common spaces, %v", p.Shared, err)
	}
	for _, id := range []store.ID{w.Outsider.ID, w.GuestOutside.ID, 9999} {
		if _, err := w.Store.PersonProfile(ctx, w.GuestEditor, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a stranger: %v", err)
		}
	}
}
