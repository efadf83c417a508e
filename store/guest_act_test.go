package store_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"guesthouse/store"
)

// act does something to some guests and gives what became of each, by login.
func (w world) act(form store.GuestActForm, entries ...store.ID) map[string]string {
	w.t.Helper()
	id, err := w.Store.DoGuestAct(w.t.Context(), w.Root, store.GuestSelection{Entries: entries}, form)
	w.do(err)
	act, lines, err := w.Store.GuestActResults(w.t.Context(), w.Root, id)
	w.do(err)
	if act != form.Act {
		w.t.Errorf("results of %q, want %q", act, form.Act)
	}
	results := map[string]string{}
	for _, line := range lines {
		results[line.Login()] = line.Skip
	}
	return results
}

// audited are the subjects of the entries of an action with this reason.
func (w world) audited(action, reason string) int {
	w.t.Helper()
	return w.number(`SELECT COUNT(*) FROM audit WHERE action = $1 AND reason = $2`, action, reason)
}

// S4-27, S3-18, S3-19: each act changes those it can change, leaves the others
// as they are and says why, and writes the audit log for each.
func TestActsOnSeveralGuests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	editor, reader, outside := 2*w.GuestEditor.ID, 2*w.GuestReader.ID, 2*w.GuestOutside.ID
	w.pending(w.Space, "invited@partner.example")
	invited := 2*store.ID(w.number(`SELECT id FROM invitations WHERE email = 'invited@partner.example'`)) + 1

	got := w.act(store.GuestActForm{Act: store.ActSuspend, Reason: "the project is over"}, editor, reader, invited, editor)
	if len(got) != 3 || got[w.GuestEditor.Login] != "" || got["invited@partner.example"] != store.SkipInvitation {
		t.Errorf("suspended: %v", got)
	}
	if n := w.audited("guest.suspended", "the project is over"); n != 2 {
		t.Errorf("%d entries in the audit log", n)
	}
	got = w.act(store.GuestActForm{Act: store.ActReactivate}, editor, reader, outside)
	if got[w.GuestOutside.Login] != store.SkipDone || got[w.GuestReader.Login] != "" {
		t.Errorf("reactivated: %v", got)
	}

	w.act(store.GuestActForm{Act: store.ActExtend, Access: store.AccessText{Days: "30"}, Reason: "phase two"}, editor)
	guest, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestEditor.ID)
	w.do(err)
	if want := w.Clock.Now().AddDate(0, 0, 30); !guest.EndsAt.Equal(want) || guest.EndsDays != 30 { // S3-15: it counts from the change
		t.Errorf("ends at %v after %d days, want %v", guest.EndsAt, guest.EndsDays, want)
	}
	w.Clock.Advance(31 * store.Day)
	w.act(store.GuestActForm{Act: store.ActExtend, Access: store.AccessText{Days: "never"}}, editor)
	if entries := w.registered(store.GuestFilter{Status: store.ActiveGuest, Query: w.GuestEditor.Login}, store.ByName); len(entries) != 1 {
		t.Error("an access that had ended did not come back")
	}

	got = w.act(store.GuestActForm{Act: store.ActRemove, Space: w.Space}, editor, outside)
	if got[w.GuestOutside.Login] != store.SkipOutside || got[w.GuestEditor.Login] != "" {
		t.Errorf("removed: %v", got)
	}
	got = w.act(store.GuestActForm{Act: store.ActDelete, Reason: "gone"}, editor, reader)
	if len(got) != 2 || w.audited("guest.deleted", "gone") != 2 || w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1`, w.GuestReader.ID) != 0 {
		t.Errorf("deleted: %v", got)
	}
	_, err = w.Store.DoGuestAct(ctx, w.Root, store.GuestSelection{Entries: []store.ID{editor}}, store.GuestActForm{Act: store.ActDelete})
	if !errors.Is(err, store.ErrNothingToDo) {
		t.Errorf("deleted twice: %v", err)
	}
}

// An act is done to all or to nobody, and only as the rules let.
func TestActsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	all := store.GuestSelection{All: true}
	many := make([]store.ID, store.MaxActGuests+1)
	for i := range many {
		many[i] = store.ID(2 * (i + 1))
	}
	for name, test := range map[string]struct {
		actor store.Account
		who   store.GuestSelection
		form  store.GuestActForm
		want  error
	}{
		"a member":            {w.Host, all, store.GuestActForm{Act: store.ActSuspend}, store.ErrForbidden},
		"a guest":             {w.GuestEditor, all, store.GuestActForm{Act: store.ActSuspend}, store.ErrForbidden},
		"nobody chosen":       {w.Root, store.GuestSelection{}, store.GuestActForm{Act: store.ActSuspend}, store.ErrNobodySelected},
		"a member chosen":     {w.Root, store.GuestSelection{Entries: []store.ID{2 * w.Host.ID}}, store.GuestActForm{Act: store.ActDelete}, store.ErrNobodySelected},
		"too many":            {w.Root, store.GuestSelection{Entries: many}, store.GuestActForm{Act: store.ActSuspend}, store.ErrTooManyGuests},
		"an end that is over": {w.Root, all, store.GuestActForm{Act: store.ActExtend, Access: store.AccessText{On: "2020-01-01"}}, store.ErrPastDate},
		"an unknown act":      {w.Root, all, store.GuestActForm{Act: "promote"}, store.ErrNotFound},
	} {
		if _, err := w.Store.DoGuestAct(ctx, test.actor, test.who, test.form); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	w.do(w.Store.ChangePolicy(ctx, w.Root, store.PolicyChange{Settings: map[string]string{"guest.expiry_max": "60"}}))
	_, err := w.Store.DoGuestAct(ctx, w.Root, all, store.GuestActForm{Act: store.ActExtend, Access: store.AccessText{Days: "61"}})
	if !errors.Is(err, store.ErrBeyondMaximum) { // C19
		t.Errorf("later than the policy lets: %v", err)
	}
	if n := w.number(`SELECT COUNT(*) FROM accounts WHERE ends_at IS NOT NULL OR status <> 'active'`); n != 0 {
		t.Errorf("%d guests were changed", n)
	}
	if _, _, err := w.Store.GuestActResults(ctx, w.Root, 4711); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("results of nothing: %v", err)
	}
}

// All whom a filter leaves, and nobody else.
func TestActOnAllOfAFilter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.Store.DoGuestAct(t.Context(), w.Root, store.GuestSelection{All: true, Filter: store.GuestFilter{Space: w.Space}},
		store.GuestActForm{Act: store.ActSuspend})
	w.do(err)
	var got []string
	for _, entry := range w.registered(store.GuestFilter{Status: store.SuspendedGuest}, store.ByName) {
		got = append(got, entry.Login())
	}
	if want := []string{w.GuestEditor.Login, w.GuestReader.Login}; !slices.Equal(got, want) {
		t.Errorf("suspended %v, want %v", got, want)
	}
	plan, err := w.Store.PlanGuestAct(t.Context(), w.Root, store.ActSuspend, store.GuestSelection{All: true}, 0)
	w.do(err)
	skipped := 0
	for _, line := range plan.Lines {
		if line.Skip == store.SkipDone {
			skipped++
		}
	}
	if len(plan.Lines) != 3 || skipped != 2 {
		t.Errorf("%d of %d are left alone", skipped, len(plan.Lines))
	}
}

// Beyond 16: the sheet holds each place that is open now, and no other, in each order.
func TestAccessSheet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for i := range store.PageSize {
		guest := w.addGuest(store.Email("g" + strconv.Itoa(i) + "@partner.example"))
		w.do(w.Store.Seed(ctx, func(seed store.Seeder) error {
			return seed.Membership(w.Space, store.Account{ID: guest, Kind: store.Guest, Name: "A g" + strconv.Itoa(i)}, store.Reader, time.Time{})
		}))
	}
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.Exec(ctx, `UPDATE memberships SET ends_at = $1 WHERE account_id = $2 AND space_id = $3`,
		w.Clock.Now().UnixMilli(), w.GuestEditor.ID, w.Space))
	want := w.number(`
		SELECT COUNT(*) FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE a.kind = 'guest' AND a.status = 'active' AND m.ends_at IS NULL`)
	for name, part := range map[string]func(from string) (store.Page[store.Access], error){
		"by guest": func(from string) (store.Page[store.Access], error) {
			return w.Store.AccessSheet(ctx, w.Root, store.GuestFilter{}, store.ByName, from)
		},
		"by company": func(from string) (store.Page[store.Access], error) {
			return w.Store.AccessSheet(ctx, w.Root, store.GuestFilter{}, store.ByCompany, from)
		},
		"by space": func(from string) (store.Page[store.Access], error) { return w.Store.AccessBySpace(ctx, w.Root, from) },
	} {
		seen := map[[2]store.ID]bool{}
		for from := ""; ; {
			list, err := part(from)
			w.do(err)
			for _, a := range list.Items {
				if seen[[2]store.ID{a.Guest.ID, a.Space}] {
					t.Errorf("%s: %s is in %s twice", name, a.Guest.Login, a.SpaceName)
				}
				seen[[2]store.ID{a.Guest.ID, a.Space}] = true
			}
			if from = list.Next; from == "" {
				break
			}
		}
		if len(seen) != want || seen[[2]store.ID{w.GuestEditor.ID, w.Space}] {
			t.Errorf("%s: %d lines, want %d", name, len(seen), want)
		}
	}
	_, list, err := w.Store.SpaceAccess(ctx, w.Host, w.Space, "")
	if err != nil || len(list.Items) != store.PageSize || list.Next != "" {
		t.Errorf("of the space: %d, %v", len(list.Items), err)
	}
	for name, test := range map[string]struct {
		actor store.Account
		want  error
	}{ // SEC-A5
		"an editor":        {w.Editor, store.ErrForbidden},
		"a guest":          {w.GuestOutside, store.ErrNotFound},
		"a member outside": {w.Outsider, store.ErrNotFound},
		"a system administrator who is not inside": {w.Root, store.ErrForbidden},
	} {
		if _, _, err := w.Store.SpaceAccess(ctx, test.actor, w.Space, ""); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if err := w.Store.NoteExport(ctx, test.actor, store.ExportOfAccess, w.Space); !errors.Is(err, test.want) {
			t.Errorf("%s exports: %v, want %v", name, err, test.want)
		}
	}
}
