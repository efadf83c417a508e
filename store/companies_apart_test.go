package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guesthouse/store"
)

// apart switches companies apart, or together, in spaces.
func (w world) apart(on bool, spaces ...store.ID) {
	w.t.Helper()
	for _, id := range spaces {
		sp, err := w.Store.Space(w.t.Context(), w.Host, id, store.ToManage)
		w.do(err)
		w.do(w.Store.UpdateSpace(w.t.Context(), w.Host, id, store.SpaceSettings{Name: sp.Name, CompaniesApart: on}))
	}
}

func (w world) everySpace() (ids []store.ID) {
	for _, id := range w.Spaces {
		ids = append(ids, id)
	}
	return ids
}

// colleague is another guest of the editor's company in the guest space, who
// writes it in another way.
func (w world) colleague() store.Account {
	w.t.Helper()
	var account store.Account
	w.do(w.Store.Seed(w.t.Context(), func(seed store.Seeder) (err error) {
		account, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: "max@partner.example", Name: "Max Mustermann", Company: "PARTNER"}, "x")
		if err != nil {
			return err
		}
		return seed.Membership(w.Space, account, store.Editor, w.Clock.Now().AddDate(1, 0, 0))
	}))
	return account
}

// named are the names of a list of people.
func named[T any](list []T, account func(T) store.Account) string {
	var names []string
	for _, item := range list {
		names = append(names, account(item).Name)
	}
	return strings.Join(names, ", ")
}

// whoSees is every answer about people that an account gets of the guest space
// and of the directory.
func (w world) whoSees(actor store.Account) map[string]string {
	w.t.Helper()
	ctx, seen := w.t.Context(), map[string]string{}
	guests, err := w.Store.MembersOf(ctx, actor, w.Space, store.Guest, "", "")
	w.do(err)
	inside := func(m store.Membership) store.Account { return m.Account }
	seen["guests"] = named(guests.Items, inside)
	members, err := w.Store.MembersOf(ctx, actor, w.Space, store.Member, "", "")
	w.do(err)
	seen["members"] = named(members.Items, inside)
	found, err := w.Store.MembersOf(ctx, actor, w.Space, store.Guest, "mario", "")
	w.do(err)
	seen["found"] = named(found.Items, inside)
	o, err := w.Store.SpaceOverview(ctx, actor, w.Space, store.Place{})
	w.do(err)
	seen["faces"] = named(o.Guests, func(a store.Account) store.Account { return a })
	seen["count"] = fmt.Sprint(o.Space.GuestCount)
	list, err := w.Store.Directory(ctx, actor, store.DirectoryFilter{Kind: store.Guest}, "")
	w.do(err)
	seen["directory"] = named(list.Items, func(e store.DirectoryEntry) store.Account { return e.Account })
	search, err := w.Store.Directory(ctx, actor, store.DirectoryFilter{Query: "studio"}, "")
	w.do(err)
	seen["search"] = named(search.Items, func(e store.DirectoryEntry) store.Account { return e.Account })
	return seen
}

// SEC-A5, S4-22: where companies are apart, guests get no answer that holds a
// guest of another company or how many there are; members get all.
func TestCompaniesApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.colleague()
	both := map[string]string{
		"guests": "Max Mustermann, Erika Mustermann, Mario Rossi", "found": "Mario Rossi", "count": "3",
		"faces": "Erika Mustermann, Mario Rossi, Max Mustermann", "directory": "Erika Mustermann, Mario Rossi, Max Mustermann", "search": "Mario Rossi",
	}
	own := map[string]string{
		"guests": "Max Mustermann, Erika Mustermann", "found": "", "count": "0",
		"faces": "Erika Mustermann, Max Mustermann", "directory": "Erika Mustermann, Max Mustermann", "search": "",
		"members": "Jane Roe, Richard Roe",
	}
	alone := map[string]string{
		"guests": "Mario Rossi", "found": "Mario Rossi", "count": "0", "faces": "Mario Rossi", "directory": "Mario Rossi", "search": "Mario Rossi",
	}
	check := func(when string, actor store.Account, want map[string]string) {
		t.Helper()
		got := w.whoSees(actor)
		for answer, names := range want {
			if !sameNames(got[answer], names) {
				t.Errorf("%s: %s sees %s %q, want %q", when, actor.Name, answer, got[answer], names)
			}
		}
	}
	check("together", w.GuestEditor, both)
	w.apart(true, w.everySpace()...)
	check("apart", w.GuestEditor, own)
	check("apart", w.GuestReader, alone)
	everybody := map[string]string{"guests": both["guests"], "count": "3", "search": "Mario Rossi"}
	check("apart", w.Editor, everybody)
	if _, err := w.Store.PersonProfile(t.Context(), w.GuestEditor, w.GuestReader.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the profile of another company's guest: %v", err)
	}
	if _, err := w.Store.Person(t.Context(), w.GuestEditor, w.Editor.ID); err != nil {
		t.Errorf("the profile of a host: %v", err)
	}
	// One space together is enough to know each other, but says nothing of the others.
	w.apart(false, w.Spaces[store.OpenSpace])
	p, err := w.Store.PersonProfile(t.Context(), w.GuestEditor, w.GuestReader.ID)
	w.do(err)
	if len(p.Common) != 1 || p.Common[0].ID != w.Spaces[store.OpenSpace] || p.Shared != 1 {
		t.Errorf("common spaces %+v, want the one space where they are together", p.Common)
	}
}

// sameNames compares lists of names without their order.
func sameNames(a, b string) bool {
	count := map[string]int{}
	for _, name := range strings.Split(a, ", ") {
		count[name]++
	}
	for _, name := range strings.Split(b, ", ") {
		count[name]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// SEC-A5: a guest without a company is told apart from everybody else, also
// from others without one.
func TestNoCompanyIsNotACompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader} {
		w.do(w.Store.Exec(t.Context(), `UPDATE accounts SET company = '', company_key = '' WHERE id = $1`, guest.ID))
	}
	w.apart(true, w.everySpace()...)
	if got := w.whoSees(w.GuestEditor)["guests"]; got != w.GuestEditor.Name {
		t.Errorf("a guest of no company sees %q", got)
	}
}

// SEC-A5: who is in a space of companies apart does not choose the own company;
// an administrator does. Writing the same name in another way is no change.
func TestCompanyIsFixed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	say := func(company string) error {
		_, err := w.Store.UpdateProfile(ctx, w.GuestEditor, store.Profile{
			Name: w.GuestEditor.Name, Locale: "en", TimeZone: "UTC", Details: &store.ProfileDetails{Company: company},
		})
		return err
	}
	w.do(say("Partner Print"))
	w.apart(true, w.Space)
	if fixed, err := w.Store.CompanyFixed(ctx, w.GuestEditor); err != nil || !fixed {
		t.Errorf("fixed: %t, %v", fixed, err)
	}
	for company, want := range map[string]error{"Studio": store.ErrCompanyFixed, "": store.ErrCompanyFixed, "PARTNER  print": nil} {
		if err := say(company); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("calling themselves of %q: %v, want %v", company, err, want)
		}
	}
	guest := w.guest(w.GuestEditor.ID)
	data := store.PersonalDataOf(guest.Account)
	data.Company = "Studio"
	w.do(w.Store.ChangeGuestData(ctx, w.Root, w.GuestEditor.ID, guest.Version, data))
	if got := w.whoSees(w.GuestReader)["guests"]; !sameNames(got, "Erika Mustermann, Mario Rossi") {
		t.Errorf("after an administrator moved the guest, the other sees %q", got)
	}
	w.apart(false, w.Space)
	w.do(say("Elsewhere"))
}

// S4-10, SEC-A5: putting companies apart is for the space's administrators, is
// written down, and the marks and counters of what every guest may read follow.
func TestSwitchingCompaniesApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for name, actor := range map[string]store.Account{"member": w.Editor, "guest": w.GuestEditor} {
		err := w.Store.UpdateSpace(ctx, actor, w.Space, store.SpaceSettings{Name: "x", CompaniesApart: true})
		if !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	threads, err := w.Store.Threads(ctx, w.Host, w.Space, "")
	w.do(err)
	thread := threads.Items[0].ID
	for _, author := range []store.Account{w.Editor, w.GuestEditor, w.Editor, w.GuestEditor, w.GuestEditor} {
		w.comment(author, w.Space, thread)
	}
	state := func() [4]int {
		return [4]int{
			w.number(`SELECT COUNT(*) FROM comments WHERE thread_id = $1 AND shared`, thread),
			w.number(`SELECT shared_comment_count FROM threads WHERE id = $1`, thread),
			w.number(`SELECT shared_activity_count FROM spaces WHERE id = $1`, w.Space),
			w.number(`SELECT COALESCE(c.author_id, 0) FROM spaces s LEFT JOIN comments c ON c.id = s.shared_comment_id WHERE s.id = $1`, w.Space),
		}
	}
	unseen := func(guest store.Account) int {
		return w.number(`SELECT s.shared_activity_count - m.seen_count FROM memberships m JOIN spaces s ON s.id = m.space_id WHERE s.id = $1 AND m.account_id = $2`, w.Space, guest.ID)
	}
	together := state()
	w.apart(true, w.Space)
	if got, want := state(), [4]int{2, 2, together[2] - 3, int(w.Editor.ID)}; got != want {
		t.Errorf("apart: shared comments, their count, activity, last author %v, want %v", got, want)
	}
	if reader, writer := unseen(w.GuestReader), unseen(w.GuestEditor); reader != 2 || writer != 0 {
		t.Errorf("new: %d to who has not looked, want the 2 that are left; %d to who has seen all", reader, writer)
	}
	w.apart(false, w.Space)
	if got := state(); got != together {
		t.Errorf("together again: %v, want %v", got, together)
	}
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'space.changed' AND details LIKE '%companies_apart%'`); n != 2 {
		t.Errorf("%d audit rows, want 2", n)
	}
}

func (w world) comment(author store.Account, space, thread store.ID) {
	w.t.Helper()
	_, err := w.Store.AddComment(w.t.Context(), author, space, thread, store.NewComment{Body: "A word"})
	w.do(err)
}
