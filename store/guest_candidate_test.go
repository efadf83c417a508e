package store_test

import (
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S3-10, S4-22: the picker offers whom the actor may see, and not who is inside.
func TestGuestCandidates(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	changePolicy(t, w, map[string]string{"invite.who": "members"})
	both := administratorOfAll(t, w)
	elsewhere := w.Spaces[store.OpenSpace]
	seen := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "seen@partner.example", Name: "Seen Guest"})
	member(t, w, elsewhere, seen, store.Reader)
	stopped := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "stopped@partner.example", Name: "Stopped Guest"})
	member(t, w, elsewhere, stopped, store.Reader)
	wantErr(t, w.Store.Suspend(t.Context(), w.Root, stopped.ID, ""), nil)
	for name, test := range map[string]struct {
		actor store.Account
		query string
		want  string
		err   error
	}{
		"those of the own spaces":               {w.Host, "", "Seen Guest <seen@partner.example>", nil},
		"a member sees them without addresses":  {w.Editor, "guest", "Seen Guest <>", nil},
		"nor finds addresses":                   {w.Editor, "seen@", "", nil},
		"an administrator finds addresses":      {w.Host, "SEEN@", "Seen Guest <seen@partner.example>", nil},
		"guests of no space are not theirs":     {w.Host, "Kari", "", nil},
		"who is inside is not offered":          {w.Host, "Erika", "", nil},
		"all guests for a system administrator": {both, "", "Kari Nordmann <kari@elsewhere.example>, Seen Guest <seen@partner.example>", nil},
		"who is outside gets none":              {w.Root, "", "", store.ErrForbidden},
		"nor a guest":                           {w.GuestEditor, "", "", store.ErrForbidden},
		"nor who must not know of it":           {w.Outsider, "", "", store.ErrNotFound},
		"what looks like a pattern is none":     {w.Host, "%", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, found, err := w.Store.GuestCandidates(t.Context(), test.actor, w.Space, test.query)
			wantErr(t, err, test.err)
			var names []string
			for _, c := range found {
				names = append(names, c.Account.Name+" <"+string(c.Account.Email)+">")
			}
			if got := strings.Join(names, ", "); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// S3-10, SEC-A1: adding needs no acceptance and sends a notice; an ID of a guest
// whom the actor does not see is like one that nobody has.
func TestAddFromThePicker(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	add := func(id store.ID) error {
		return w.Store.AddGuest(t.Context(), w.Host, w.Space, store.GuestAddition{Account: id, Permission: "read"})
	}
	wantErr(t, add(w.GuestOutside.ID), store.ErrNoSuchGuest)
	wantErr(t, add(99999), store.ErrNoSuchGuest)
	member(t, w, w.Spaces[store.SecretSpace], w.GuestOutside, store.Editor)
	wantErr(t, add(w.GuestOutside.ID), nil)
	if _, err := w.Store.Space(t.Context(), w.GuestOutside, w.Space, store.ToOpen); err != nil {
		t.Errorf("the guest is not inside: %v", err)
	}
	if mails := topics(w); len(mails) != 1 || mails[w.GuestOutside.Email][0] != store.NoticeGuestAdded {
		t.Errorf("mails %v", mails)
	}
}

// S3-11, C1: under "workspaces" a guest of another space is refused, and the
// picker says so, without a word about which space.
func TestPickerUnderSingleScope(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	member(t, w, w.Spaces[store.OpenSpace], w.GuestOutside, store.Reader)
	preset, _ := store.PresetPolicy("workspaces")
	preset["quota.model"] = "none"
	changePolicy(t, w, preset)
	_, found, err := w.Store.GuestCandidates(t.Context(), w.Host, w.Space, "kari")
	if err != nil || len(found) != 1 || !found[0].Elsewhere {
		t.Errorf("%+v %v", found, err)
	}
	err = w.Store.AddGuest(t.Context(), w.Host, w.Space, store.GuestAddition{Account: w.GuestOutside.ID})
	wantErr(t, err, store.ErrOtherSpace)
}

// C5, S3-10: who needs approval asks for a picked guest too.
func TestPickedGuestsAreAskedFor(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	member(t, w, w.Spaces[store.OpenSpace], w.GuestOutside, store.Reader)
	for range 2 {
		wantErr(t, w.Store.AddGuest(t.Context(), w.Editor, w.Space, store.GuestAddition{Account: w.GuestOutside.ID, Permission: "read"}), nil)
	}
	requests := waiting(t, w, w.Host)
	if len(requests) != 1 || requests[0].Shown() != w.GuestOutside.Name {
		t.Fatalf("%+v", requests)
	}
	decided, err := w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{requests[0].ID}, Approve: true})
	if err != nil || decided[0].Verdict != store.VerdictAdded {
		t.Fatalf("%+v %v", decided, err)
	}
	if row := invitationOf(t, w, w.GuestOutside.Email); row.Role != store.Reader {
		t.Errorf("the guest is %+v", row)
	}
}
