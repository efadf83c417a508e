package store_test

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// world is a storetest.World with what the tests of the administration ask often.
type world struct {
	*storetest.World
	t *testing.T
}

func newWorld(t *testing.T) world {
	t.Helper()
	return world{storetest.New(t), t}
}

func (w world) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w world) number(query string, args ...any) int {
	w.t.Helper()
	n, err := w.Store.Number(w.t.Context(), query, args...)
	w.do(err)
	return n
}

// pending puts an open invitation of the address into a space.
func (w world) pending(space store.ID, address string) {
	w.t.Helper()
	now := w.Clock.Now().UnixMilli()
	w.do(w.Store.Exec(w.t.Context(), `
		INSERT INTO invitations (space_id, email, subject, message, role, locale, inviter_id, status, created_at, expires_at)
		VALUES ($1, $2, 's', 'm', 'editor', 'en', $3, 'pending', $4, $5)`,
		space, address, w.Host.ID, now, now+store.Day.Milliseconds()))
	hash := sha256.Sum256([]byte(address + space.String()))
	w.do(w.Store.Exec(w.t.Context(), `
		INSERT INTO invitation_tokens (token_hash, invitation_id, nonce, created_at)
		VALUES ($1, (SELECT MAX(id) FROM invitations), $1, $2)`, hash[:], now))
}

// ways counts by what somebody could still get in: sessions, links of the
// account, open invitations of the address with their links.
func (w world) ways(guest store.Account) [4]int {
	w.t.Helper()
	return [4]int{
		w.number(`SELECT COUNT(*) FROM sessions WHERE account_id = $1`, guest.ID),
		w.number(`SELECT COUNT(*) FROM tokens WHERE account_id = $1 AND used_at IS NULL`, guest.ID),
		w.number(`SELECT COUNT(*) FROM invitations WHERE email = $1 AND status = 'pending'`, guest.Login),
		w.number(`SELECT COUNT(*) FROM invitation_tokens t JOIN invitations i ON i.id = t.invitation_id
			WHERE i.email = $1 AND t.ended_at IS NULL`, guest.Login),
	}
}

// SEC-T6, S4-27: path by kind of way in.
func TestWhatEndsAGuestsAccess(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		act    func(w world) error
		ways   [4]int // sessions, links, invitations, their links
		inside int    // spaces
	}{
		{"nothing", func(world) error { return nil }, [4]int{1, 1, 2, 2}, 4},
		{"suspend", func(w world) error {
			return w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "left the project")
		}, [4]int{0, 0, 0, 0}, 4},
		{"delete", func(w world) error { return w.Store.DeleteGuest(t.Context(), w.Root, w.GuestEditor.ID, "") }, [4]int{0, 0, 0, 0}, 0},
		{"remove from one space", func(w world) error {
			return w.Store.RemoveFromSpace(t.Context(), w.Root, w.GuestEditor.ID, w.Space, "")
		}, [4]int{1, 1, 1, 1}, 3},
		{"delete with days of grace", func(w world) error {
			policy(t, w.World, map[string]string{"delete.grace_days": "7"})
			return w.Store.DeleteGuest(t.Context(), w.Root, w.GuestEditor.ID, "")
		}, [4]int{0, 0, 0, 0}, 4},
		{"remove, by the host", func(w world) error {
			return w.Store.RemoveGuest(t.Context(), w.Host, w.Space, w.GuestEditor.ID, "")
		}, [4]int{1, 1, 1, 1}, 3},
		{"another address", func(w world) error {
			return w.Store.ChangeGuestAddress(t.Context(), w.Root, w.GuestEditor.ID, "erika@new.example", "")
		}, [4]int{0, 0, 0, 0}, 4},
		{"another sponsor", func(w world) error {
			return w.Store.ChangeSponsor(t.Context(), w.Root, w.GuestEditor.ID, w.Host.ID, "")
		}, [4]int{1, 1, 2, 2}, 4},
		{"other data", func(w world) error {
			return w.Store.ChangeGuestData(t.Context(), w.Root, w.GuestEditor.ID, 1, store.PersonalData{Name: "Other", Locale: "ja", TimeZone: "UTC"})
		}, [4]int{1, 1, 2, 2}, 4},
		{"erase", func(w world) error { return w.Store.EraseGuest(t.Context(), w.Root, w.GuestEditor.ID, "") }, [4]int{0, 0, 0, 0}, 0},
		{"sign out everywhere", func(w world) error { return w.Store.EndGuestSessions(t.Context(), w.Root, w.GuestEditor.ID) }, [4]int{0, 1, 2, 2}, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			token := w.SignIn(w.GuestEditor)
			other := w.SignIn(w.GuestReader)
			hash := sha256.Sum256([]byte("reset"))
			w.do(w.Store.Exec(t.Context(), `
				INSERT INTO tokens (token_hash, purpose, account_id, created_at, expires_at) VALUES ($1, 'password-reset', $2, 0, $3)`,
				hash[:], w.GuestEditor.ID, w.Clock.Now().Add(time.Hour).UnixMilli()))
			// Both by direct SQL: invitations into spaces that the guest is in.
			w.pending(w.Space, w.GuestEditor.Login)
			w.pending(w.Spaces[store.OpenSpace], w.GuestEditor.Login)
			w.pending(w.Space, "somebody@else.example")

			w.do(test.act(w))
			if got := w.ways(w.GuestEditor); got != test.ways {
				t.Errorf("ways in %v, want %v", got, test.ways)
			}
			if n := w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1`, w.GuestEditor.ID); n != test.inside {
				t.Errorf("in %d spaces, want %d", n, test.inside)
			}
			_, err := w.Store.Visit(t.Context(), token)
			if signedIn := err == nil; signedIn != (test.ways[0] == 1) {
				t.Errorf("the next request: %v", err) // SEC-S4
			}
			if _, err := w.Store.Visit(t.Context(), other); err != nil {
				t.Errorf("somebody else's session: %v", err)
			}
			if n := w.number(`SELECT COUNT(*) FROM invitations WHERE email = 'somebody@else.example' AND status = 'pending'`); n != 1 {
				t.Error("somebody else's invitation ended")
			}
			if n := w.number(`SELECT guest_count FROM spaces WHERE id = $1`, w.Space); n != map[bool]int{true: 2, false: 1}[test.inside == 4] {
				t.Errorf("the space counts %d guests", n)
			}
		})
	}
}

// S4-27: suspending twice and reactivating twice changes nothing more.
func TestSuspension(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.GuestEditor.ID
	for range 2 {
		w.do(w.Store.Suspend(t.Context(), w.Root, id, " contract  ended "))
	}
	guest, err := w.Store.ManagedGuest(t.Context(), w.Root, id)
	w.do(err)
	if guest.GuestStatus(w.Clock.Now()) != store.SuspendedGuest || guest.StatusReason == "" || len(guest.Spaces) != 4 {
		t.Errorf("suspended guest %+v", guest)
	}
	for range 2 {
		w.do(w.Store.Reactivate(t.Context(), w.Root, id, ""))
	}
	guest, err = w.Store.ManagedGuest(t.Context(), w.Root, id)
	w.do(err)
	if guest.GuestStatus(w.Clock.Now()) != store.ActiveGuest || guest.StatusReason != "" {
		t.Errorf("reactivated guest %+v", guest)
	}
	for action, want := range map[string]int{"guest.suspended": 1, "guest.reactivated": 1} { // SEC-A7
		log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: action, Person: id}, 0)
		if err != nil || len(log) != want || log[0].Actor != w.Root.ID || log[0].Subject != guest.Login {
			t.Errorf("%s: %+v, %v", action, log, err)
		}
	}
	for name, id := range map[string]store.ID{"a member": w.Host.ID, "nobody": 999_999} {
		if err := w.Store.Suspend(t.Context(), w.Root, id, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("suspend %s: %v", name, err)
		}
	}
	long := make([]rune, 201)
	for i := range long {
		long[i] = '長'
	}
	if err := w.Store.Suspend(t.Context(), w.Root, id, string(long)); len(fieldsOf(err)) != 1 || fieldsOf(err)[0] != "reason" {
		t.Errorf("a reason of 201 characters: %v", err)
	}
}

// S2-08: the address is free, and who comes next with it is somebody else.
func TestDeletionFreesTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.GuestEditor
	w.do(w.Store.DeleteGuest(t.Context(), w.Root, old.ID, "asked for it"))
	if err := w.Store.DeleteGuest(t.Context(), w.Root, old.ID, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if err := w.Store.Reactivate(t.Context(), w.Root, old.ID, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("reactivate a deleted guest: %v", err)
	}
	var fresh store.Account
	w.do(w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		fresh, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: old.Email, Name: old.Name}, "")
		return err
	}))
	if fresh.ID == old.ID {
		t.Fatal("the same account came back")
	}
	former, err := w.Store.ManagedGuest(t.Context(), w.Root, old.ID)
	w.do(err)
	if !former.Former() || former.HasPassword || len(former.Spaces) != 0 {
		t.Errorf("former guest %+v", former)
	}
	list, err := w.Store.Register(t.Context(), w.Root, store.GuestFilter{Query: "erika"}, store.ByName, "")
	if err != nil || len(list.Items) != 1 || list.Items[0].Account.ID != fresh.ID || len(list.Items[0].Spaces) != 0 {
		t.Errorf("list %+v, %v", list, err)
	}
}

// S2-09: removing from a space leaves the account and the other spaces.
func TestRemoveFromSpace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.Store.RemoveFromSpace(t.Context(), w.Root, w.GuestReader.ID, w.Space, ""))
	if err := w.Store.RemoveFromSpace(t.Context(), w.Root, w.GuestReader.ID, w.Space, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("not inside any more: %v", err)
	}
	if err := w.Store.RemoveFromSpace(t.Context(), w.Root, w.Editor.ID, w.Space, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a member: %v", err)
	}
	guest, err := w.Store.ManagedGuest(t.Context(), w.Root, w.GuestReader.ID)
	if err != nil || len(guest.Spaces) != 3 || guest.GuestStatus(w.Clock.Now()) != store.ActiveGuest {
		t.Errorf("guest %+v, %v", guest, err)
	}
}

// S4-12: each state shows who is in it, and nobody else.
func TestGuestFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ended, deleted := w.addGuest("ended@partner.example"), w.addGuest("deleted@partner.example")
	w.do(w.Store.Exec(t.Context(), `UPDATE accounts SET ends_at = $2 WHERE id = $1`, ended, w.Clock.Now().Add(time.Hour).UnixMilli()))
	w.do(w.Store.DeleteGuest(t.Context(), w.Root, deleted, ""))
	w.do(w.Store.Suspend(t.Context(), w.Root, w.GuestReader.ID, ""))
	w.Clock.Advance(time.Hour) // SEC-T7: the end counts at once

	overview, err := w.Store.Overview(t.Context(), w.Root)
	if err != nil || overview.Guests != 2 || overview.Suspended != 1 || overview.Members != 4 || overview.Spaces != 4 || overview.EndingSoon != 0 {
		t.Errorf("overview %+v, %v", overview, err)
	}
	for _, test := range []struct {
		filter store.GuestFilter
		want   []store.ID
	}{
		{store.GuestFilter{}, []store.ID{ended, w.GuestEditor.ID, w.GuestOutside.ID, w.GuestReader.ID}},
		{store.GuestFilter{Status: store.ActiveGuest}, []store.ID{w.GuestEditor.ID, w.GuestOutside.ID}},
		{store.GuestFilter{Status: store.SuspendedGuest}, []store.ID{w.GuestReader.ID}},
		{store.GuestFilter{Status: store.EndedGuest}, []store.ID{ended}},
		{store.GuestFilter{Status: store.DeletedGuest}, []store.ID{deleted}},
		{store.GuestFilter{Query: "ERIKA"}, []store.ID{w.GuestEditor.ID}},
		{store.GuestFilter{Query: "studio.example"}, []store.ID{w.GuestReader.ID}},
		{store.GuestFilter{Query: "studio.example", Status: store.ActiveGuest}, nil},
		{store.GuestFilter{Query: "jane"}, nil}, // a member
	} {
		list, err := w.Store.Register(t.Context(), w.Root, test.filter, store.ByName, "")
		if err != nil || list.Next != "" || len(list.Items) != len(test.want) {
			t.Errorf("%+v: %d, want %d, %v", test.filter, len(list.Items), len(test.want), err)
			continue
		}
		for i, entry := range list.Items {
			if entry.Account.ID != test.want[i] {
				t.Errorf("%+v: %s at %d", test.filter, entry.Login(), i)
			}
		}
	}
}

func (w world) addGuest(address store.Email) (id store.ID) {
	w.t.Helper()
	w.do(w.Store.Seed(w.t.Context(), func(seed store.Seeder) error {
		account, err := seed.Account(store.SeedAccount{Kind: store.Guest, Email: address, Name: "A " + string(address)}, "")
		id = account.ID
		return err
	}))
	return id
}
