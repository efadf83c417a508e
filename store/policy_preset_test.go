package store_test

import (
	"errors"
	"fmt"
	"testing"

	"guesthouse/store"
)

// C1 to C19: each preset sets all settings but the domains, in one step that is
// written down; what differs in nothing writes nothing.
func TestApplyPreset(t *testing.T) {
	t.Parallel()
	type settings = map[string]string
	for _, test := range []struct {
		name    string
		before  settings
		preset  string
		change  store.PolicyChange
		err     error
		after   settings
		details int // in the audit log: the changed settings and the preset; 0 for no row
	}{
		{name: "the first preset is in force already", preset: "guesthouse"},
		{name: "what was changed by hand is taken back", preset: "guesthouse", before: settings{"invite.ttl": "3d", "delete.grace_days": "9"},
			after: settings{"invite.ttl": "7d", "delete.grace_days": "0"}, details: 3},
		{name: "domains stay", preset: "groups", before: settings{"invite.own_domains": "works.example"},
			after: settings{"invite.own_domains": "works.example", "quota.model": "licences", "invite.who": "members", "guest.in_internal_spaces": "on", "guest.orgchart": "full"}, details: 5},
		{name: "mailed passwords need an acknowledgement", preset: "guest-spaces", err: store.ErrAcknowledge, after: settings{"password.preset": "modern"}},
		{name: "with it, basic passwords come with two-step", preset: "guest-spaces", change: store.PolicyChange{Acknowledged: true},
			after: settings{"password.preset": "basic", "twostep.guests": "on", "signup.welcome_password": "include_once"}, details: 4},
		{name: "settings of the form count for nothing", preset: "workspaces", change: store.PolicyChange{Settings: settings{"invite.ttl": "3d"}},
			after: settings{"invite.ttl": "7d", "guest.scope": "single", "quota.model": "per_member"}, details: 3},
		{name: "one that is not offered", preset: "nonsense", err: store.ErrUnknownPreset},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.do(w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: test.before}))
			err := w.Store.ApplyPreset(t.Context(), w.Root, test.preset, test.change)
			if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			for name, want := range test.after {
				if got := w.policy().Value(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if err == nil {
				e, err := w.Store.Environment(t.Context())
				w.do(err)
				if e.Preset != test.preset {
					t.Errorf("the environment says %q", e.Preset)
				}
			}
			log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "policy."}, 0)
			w.do(err)
			details := 0
			for _, entry := range log {
				if entry.Action == "policy.preset_applied" {
					details += len(entry.Details)
				}
			}
			if details != test.details {
				t.Errorf("%d details in the audit log, want %d", details, test.details)
			}
		})
	}
}

// SEC-A1: only system administrators apply presets.
func TestWhoAppliesPresets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, actor := range map[string]store.Account{"host": w.Host, "editor": w.Editor, "guest": w.GuestEditor, "outsider": w.Outsider} {
		if err := w.Store.ApplyPreset(t.Context(), actor, "groups", store.PolicyChange{}); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each preset as a profile: what is in force under it, and what people can then do.
func TestPresetProfiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset   string
		inForce  map[string]string
		member   bool // a member who is no administrator of a guest space may invite into it
		internal bool // guests may come into an open space
		second   bool // a guest may be in a second space
		short    bool // a guest may choose a password of three characters
		limited  bool // three guests for each member, and no more
	}{
		{preset: "guesthouse", second: true, // S0-19, S1-02, S2-08, C3
			inForce: map[string]string{"invite.who": "space_admins", "invite.ttl": "7d", "delete.grace_days": "0", "signup.welcome_password": "omit", "quota.model": "none"}},
		{preset: "guest-spaces", second: true, short: true, // S0-28, S0-32, S0-34, S0-37, S0-38
			inForce: map[string]string{"invite.who": "space_admins", "invite.ttl": "7d", "twostep.ttl_minutes": "60", "twostep.remember_days": "0", "twostep.guests": "on", "signup.welcome_password": "include_once"}},
		{preset: "workspaces", limited: true, // S3-02, S3-03, S3-11
			inForce: map[string]string{"guest.scope": "single", "quota.model": "per_member", "quota.guests_per_member": "3", "guest.expiry_default": "never", "guest.expiry_notice_days": "1"}},
		{preset: "groups", member: true, internal: true, second: true, // S4-05, S4-06, S4-07
			inForce: map[string]string{"quota.model": "licences", "quota.single_space_factor": "1", "invite.who": "members", "guest.in_internal_spaces": "on", "guest.without_email": "on"}},
	} {
		t.Run(test.preset, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.do(w.Store.ApplyPreset(t.Context(), w.Root, test.preset, store.PolicyChange{Acknowledged: true}))
			policy := w.policy()
			for name, want := range test.inForce {
				if got := policy.Value(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			invite := func(actor store.Account, space store.ID, address string) string {
				sending, err := w.Store.InviteGuests(t.Context(), actor, space, store.Invite{Emails: address, Permission: "edit"})
				if err != nil {
					return err.Error()
				}
				return string(sending.Results[0].Verdict)
			}
			said := func(what, got string, may bool, good string) {
				t.Helper()
				if (got == good) != may {
					t.Errorf("%s: %s; may: %t", what, got, may)
				}
			}
			said("a member invites", invite(w.Editor, w.Space, "one@partner.example"), test.member, "invited")
			root := administratorOfAll(t, w.World)
			said("a guest into an open space", invite(root, w.Spaces[store.OpenSpace], "two@partner.example"), test.internal, "invited")
			other := newSpaceOf(t, w, w.Host)
			said("a guest into a second space", invite(w.Host, other, string(w.GuestEditor.Email)), test.second, "added")
			short := policy.GuestPasswords().Check("password", "a1b") == nil
			if short != test.short {
				t.Errorf("three characters: %t, want %t", short, test.short)
			}
			if err := policy.MemberPasswords().Check("password", "a1b"); err == nil { // SEC-P3
				t.Error("a member may choose three characters")
			}
			fill := 3 * w.number(`SELECT COUNT(*) FROM accounts WHERE kind = 'member' AND status = 'active'`)
			verdict := ""
			for i := range fill {
				verdict = invite(w.Host, w.Space, fmt.Sprintf("guest%d@many.example", i))
			}
			said("more than three guests for each member", verdict, !test.limited, "invited")
		})
	}
}

// newSpaceOf is a second guest space.
func newSpaceOf(t *testing.T, w world, host store.Account) store.ID {
	t.Helper()
	id, err := w.Store.CreateSpace(t.Context(), host, store.NewSpace{
		Kind: store.GuestSpace, Name: "Second", Members: []store.ID{host.ID}, Administrators: []store.ID{host.ID},
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
