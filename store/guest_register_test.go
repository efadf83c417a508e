package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

// registered is everything in the register under a filter, read page by page.
func (w world) registered(filter store.GuestFilter, sort store.GuestSort) []store.RegisterEntry {
	w.t.Helper()
	var entries []store.RegisterEntry
	from := ""
	for {
		list, err := w.Store.Register(w.t.Context(), w.Root, filter, sort, from)
		w.do(err)
		entries = append(entries, list.Items...)
		if from = list.Next; from == "" {
			return entries
		}
	}
}

// set changes a guest by a plain statement, as no page does: the register
// follows all the same.
func (w world) set(guest store.ID, assignment string, value any) {
	w.t.Helper()
	w.do(w.Store.Exec(w.t.Context(), `UPDATE accounts SET `+assignment+` = $1 WHERE id = $2`, value, guest))
}

// S4-12: a register of more than two pages in every order: nobody twice,
// nobody left out, whichever way it is read.
func TestRegisterSorts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 2*store.PageSize + 7 {
		guest := w.addGuest(store.Email(fmt.Sprintf("g%d@partner.example", i)))
		w.set(guest, "company", fmt.Sprintf("Firm %d", i%3)) // many share a key
		if i%4 == 0 {
			w.set(guest, "last_sign_in_at", w.Clock.Now().Add(-time.Duration(i%9)*store.Day).UnixMilli())
			w.set(guest, "ends_at", w.Clock.Now().Add(time.Duration(i%7)*store.Day).UnixMilli())
		}
	}
	w.pending(w.Space, "invited@partner.example")
	all := w.number(`SELECT COUNT(*) FROM accounts WHERE kind = 'guest'`) + 1
	far := time.UnixMilli(1 << 52)
	for key, less := range map[store.GuestSort]func(a, b store.RegisterEntry) int{
		store.ByName: func(a, b store.RegisterEntry) int {
			return strings.Compare(store.FoldKey(a.Name()), store.FoldKey(b.Name()))
		},
		store.ByCompany: func(a, b store.RegisterEntry) int {
			return strings.Compare(store.FoldKey(a.Company()), store.FoldKey(b.Company()))
		},
		store.ByLastSignIn: func(a, b store.RegisterEntry) int { return a.Account.LastSignInAt.Compare(b.Account.LastSignInAt) },
		store.ByCreation:   func(a, b store.RegisterEntry) int { return a.CreatedAt().Compare(b.CreatedAt()) },
		store.ByEnd: func(a, b store.RegisterEntry) int {
			ends := [2]time.Time{a.EndsAt(), b.EndsAt()}
			for i := range ends {
				if ends[i].IsZero() {
					ends[i] = far
				}
			}
			return ends[0].Compare(ends[1])
		},
	} {
		for _, sort := range []store.GuestSort{key, "-" + key} {
			entries := w.registered(store.GuestFilter{}, sort)
			seen := map[store.ID]bool{}
			for i, entry := range entries {
				if seen[entry.ID] {
					t.Errorf("%s: %s is there twice", sort, entry.Login())
				}
				seen[entry.ID] = true
				if i > 0 {
					order := less(entries[i-1], entry)
					if order > 0 && !sort.Down() || order < 0 && sort.Down() {
						t.Errorf("%s: %s stands before %s", sort, entries[i-1].Login(), entry.Login())
					}
				}
			}
			if len(entries) != all {
				t.Errorf("%s: %d entries, want %d", sort, len(entries), all)
			}
		}
	}
}

// S4-12, S4-26: each filter shows who it names, gathered by an index or met on
// the way through all.
func TestRegisterFilters(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1000, 0} {
		t.Run(fmt.Sprintf("gather %d", limit), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Store.GatherAtMost(limit)
			now := w.Clock.Now()
			lone, ended, gone := w.addGuest("lone@partner.example"), w.addGuest("ended@partner.example"), w.addGuest("gone@partner.example")
			w.set(lone, "company", "Ａｃｍｅ Ltd.")
			w.set(lone, "category", "partner")
			w.set(lone, "sponsor_id", w.Host.ID)
			w.set(lone, "ends_at", now.Add(3*store.Day).UnixMilli())
			w.set(ended, "ends_at", now.UnixMilli())
			w.set(ended, "last_sign_in_at", now.Add(-40*store.Day).UnixMilli())
			w.do(w.Store.DeleteGuest(t.Context(), w.Root, gone, ""))
			w.do(w.Store.Suspend(t.Context(), w.Root, w.GuestOutside.ID, ""))
			w.set(w.GuestEditor.ID, "last_sign_in_at", now.UnixMilli())
			w.set(w.GuestReader.ID, "last_sign_in_at", now.UnixMilli())
			w.do(w.Store.RemoveFromSpace(t.Context(), w.Root, w.GuestReader.ID, w.Space, ""))
			w.pending(w.Space, "invited@partner.example")
			w.pending(w.Space, "failed@partner.example")
			w.do(w.Store.Exec(t.Context(), `UPDATE invitations SET delivery = 'failed' WHERE email = 'failed@partner.example'`))
			w.pending(w.Space, "late@partner.example")
			w.do(w.Store.Exec(t.Context(), `UPDATE invitations SET expires_at = $1 WHERE email = 'late@partner.example'`, now.UnixMilli()))

			editor, reader, outside := w.GuestEditor.Login, w.GuestReader.Login, w.GuestOutside.Login
			for name, test := range map[string]struct {
				filter store.GuestFilter
				want   []string
			}{
				"nobody who is deleted": {store.GuestFilter{}, []string{editor, reader, outside, "lone@partner.example", "ended@partner.example", "invited@partner.example", "failed@partner.example", "late@partner.example"}},
				"active":                {store.GuestFilter{Status: store.ActiveGuest}, []string{editor, reader, "lone@partner.example"}},
				"suspended":             {store.GuestFilter{Status: store.SuspendedGuest}, []string{outside}},
				"ended":                 {store.GuestFilter{Status: store.EndedGuest}, []string{"ended@partner.example"}},
				"inactive":              {store.GuestFilter{Status: store.InactiveGuest}, []string{"ended@partner.example", outside}},
				"deleted":               {store.GuestFilter{Status: store.DeletedGuest}, []string{"gone@partner.example"}},
				"invited":               {store.GuestFilter{Status: store.InvitedGuest}, []string{"invited@partner.example"}},
				"failed":                {store.GuestFilter{Status: store.FailedGuest}, []string{"failed@partner.example"}},
				"expired":               {store.GuestFilter{Status: store.ExpiredGuest}, []string{"late@partner.example"}},
				"space":                 {store.GuestFilter{Space: w.Space}, []string{editor, "invited@partner.example", "failed@partner.example", "late@partner.example"}},
				"space and state":       {store.GuestFilter{Space: w.Space, Status: store.InvitedGuest}, []string{"invited@partner.example"}},
				"sponsor":               {store.GuestFilter{Sponsor: w.Host.ID, Status: store.ActiveGuest}, []string{"lone@partner.example"}},
				"company":               {store.GuestFilter{Company: "acme LTD."}, []string{"lone@partner.example"}},
				"category":              {store.GuestFilter{Category: "partner"}, []string{"lone@partner.example"}},
				"in no space":           {store.GuestFilter{Licence: store.LicenceNone}, []string{outside, "lone@partner.example", "ended@partner.example"}},
				"in several":            {store.GuestFilter{Licence: store.LicenceMulti, Status: store.ActiveGuest}, []string{editor, reader}},
				"ends within a week":    {store.GuestFilter{EndsWithin: 7}, []string{"lone@partner.example"}},
				"ends within two days":  {store.GuestFilter{EndsWithin: 2}, nil},
				"never signed in":       {store.GuestFilter{Never: true}, []string{"lone@partner.example", outside}},
				"not for a month":       {store.GuestFilter{NotSince: 30}, []string{"ended@partner.example", "lone@partner.example", outside}},
				"not for 50 days":       {store.GuestFilter{NotSince: 50}, []string{"lone@partner.example", outside}},
				"word and company":      {store.GuestFilter{Query: "lone", Company: "acme ltd."}, []string{"lone@partner.example"}},
				"only signs":            {store.GuestFilter{Query: "?!"}, nil},
			} {
				entries := w.registered(test.filter, store.ByCompany)
				var got []string
				for _, entry := range entries {
					got = append(got, entry.Login())
				}
				slices.Sort(got)
				slices.Sort(test.want)
				if !slices.Equal(got, test.want) {
					t.Errorf("%s: %v, want %v", name, got, test.want)
				}
			}
		})
	}
}

// S1-14, S4-12: how guests are found.
func TestRegisterSearch(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1000, 0} {
		w := newWorld(t)
		w.Store.GatherAtMost(limit)
		hanako, jose := w.addGuest("hanako.y@studio.example"), w.addGuest("jose_m@sub.acme.example")
		w.do(w.Store.Exec(t.Context(), `UPDATE accounts
			SET display_name = '山田 花子', name_key = '山田 花子', sur_name_reading = 'ヤマダ', given_name_reading = 'はなこ', company = '株式会社スタジオ'
			WHERE id = $1`, hanako))
		w.do(w.Store.Exec(t.Context(), `UPDATE accounts
			SET display_name = 'José Müller-Straße', name_key = 'josé müller-strasse', company = 'O''Neil & Söhne, 100%_Ltd.' WHERE id = $1`, jose))
		w.do(w.Store.Exec(t.Context(), `UPDATE spaces SET name = 'Jose', name_key = 'jose' WHERE id = $1`, w.Space)) // is no word of a guest
		for query, want := range map[string]store.ID{
			"山田": hanako, "花": hanako, "山田花子": hanako, "山田　花子": hanako, "田花": hanako, "やまだ": hanako, "ﾔﾏﾀﾞ": hanako,
			"ハナコ": hanako, "スタジオ": hanako, "hanako": hanako, "HANAKO.Y@studio": hanako, "y 花子": hanako, "studio.example hanako": hanako,
			"jose": jose, "JOSÉ": jose, "muller": jose, "müll": jose, "strasse": jose, "STRASSE jose": jose, "neil": jose, "o'neil": jose, "söhne,": jose,
			"acme.example": jose, "sub.acme": jose, "jose_m": jose, "100%": jose,
			"山花": 0, "ose": 0, "jose hanako": 0, "j%e": 0, "jo_e": 0, "やまたろう": 0,
		} {
			entries := w.registered(store.GuestFilter{Query: query}, store.ByName)
			if want == 0 && len(entries) > 0 || want != 0 && (len(entries) != 1 || entries[0].Account.ID != want) {
				t.Errorf("limit %d: %q finds %d, want %v: %+v", limit, query, len(entries), want, entries)
			}
		}
	}
}

// No way to change a guest forgets the register: written anew, it is the same.
func TestRegisterFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: "Nora New <new@partner.example>, old@partner.example, two@partner.example"})
	w.do(err)
	invitation := store.ID(w.number(`SELECT id FROM invitations WHERE email = 'old@partner.example'`))
	_, err = w.Store.CancelInvitation(ctx, w.Host, w.Space, invitation)
	w.do(err)
	_, err = w.Store.UpdateProfile(ctx, w.GuestEditor, store.Profile{Name: "Renamed Person", Locale: "en", TimeZone: "UTC"})
	w.do(err)
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestOutside.ID, ""))
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.DeleteSpace(ctx, w.Host, w.Spaces[store.PrivateSpace]))
	if found := w.registered(store.GuestFilter{Query: "renamed"}, store.ByName); len(found) != 1 {
		t.Errorf("the new name finds %d", len(found))
	}
	if found := w.registered(store.GuestFilter{Query: "old@"}, store.ByName); len(found) != 0 {
		t.Errorf("a cancelled invitation is found %d times", len(found))
	}
	dump := func() []string {
		var list []string
		list = append(list, fmt.Sprint(
			w.number(`SELECT COUNT(*) FROM register`), w.number(`SELECT SUM(id) FROM register`),
			w.number(`SELECT COUNT(*) FROM register_words`), w.number(`SELECT SUM(entry_id * LENGTH(word)) FROM register_words`)))
		for _, entry := range w.registered(store.GuestFilter{}, store.ByName) {
			text, err := w.Store.Text(ctx, `
				SELECT state || ' ' || name_key || ' ' || company_key || ' ' || space_count || ' ' || signed_in_at || ' ' || ends_at || words
				FROM register WHERE id = $1`, entry.ID)
			w.do(err)
			list = append(list, text)
		}
		return list
	}
	before := dump()
	w.do(w.Store.StaleRegister(ctx))
	if after := dump(); !slices.Equal(before, after) {
		t.Errorf("kept:\n%s\nwritten anew:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}

// Counts stand beside the states: of all, and of what is narrowed down.
func TestRegisterCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pending(w.Space, "invited@partner.example")
	w.do(w.Store.Suspend(t.Context(), w.Root, w.GuestOutside.ID, ""))
	for name, test := range map[string]struct {
		filter store.GuestFilter
		want   map[store.GuestStatus]int
	}{
		"all":         {store.GuestFilter{}, map[store.GuestStatus]int{store.AnyGuest: 4, store.ActiveGuest: 2, store.InvitedGuest: 1, store.SuspendedGuest: 1}},
		"of a state":  {store.GuestFilter{Status: store.SuspendedGuest}, map[store.GuestStatus]int{store.AnyGuest: 4, store.ActiveGuest: 2, store.InvitedGuest: 1, store.SuspendedGuest: 1}},
		"of a search": {store.GuestFilter{Query: "invited", Status: store.SuspendedGuest}, map[store.GuestStatus]int{store.AnyGuest: 1, store.InvitedGuest: 1}},
	} {
		list, err := w.Store.Register(t.Context(), w.Root, test.filter, store.ByName, "")
		w.do(err)
		for _, status := range store.RegisterStatuses {
			if list.Counts[status] != test.want[status] {
				t.Errorf("%s: %d %q, want %d", name, list.Counts[status], status, test.want[status])
			}
		}
	}
}
