package store_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// C5, C13: a space's administrators narrow what the organisation allows, and
// nobody widens it.
func TestSpaceNarrowsThePolicy(t *testing.T) {
	t.Parallel()
	type own = map[string]string
	for _, test := range []struct {
		name         string
		organization own
		kind         store.SpaceKind // a guest space unless said
		before, form own
		err          error
		field        string
		after        own
		inForce      own
	}{
		{name: "stricter is kept", form: own{"invite.who": "sys_admins", "invite.approval": "space_admin", "twostep.guests": "on"},
			after:   own{"invite.who": "sys_admins", "invite.approval": "space_admin", "twostep.guests": "on"},
			inForce: own{"invite.who": "sys_admins", "invite.approval": "space_admin", "twostep.guests": "on"}},
		{name: "wider is refused", form: own{"invite.who": "members"}, err: store.ErrSettingWider, field: "invite.who", inForce: own{"invite.who": "space_admins"}},
		{name: "so is asking for no code", organization: own{"twostep.guests": "on"}, form: own{"twostep.guests": "off"},
			err: store.ErrSettingWider, field: "twostep.guests", inForce: own{"twostep.guests": "on"}},
		{name: "and no approval", organization: own{"invite.approval": "sys_admin"}, form: own{"invite.approval": "space_admin"},
			err: store.ErrSettingWider, field: "invite.approval", inForce: own{"invite.approval": "sys_admin"}},
		{name: "nonsense is no value", form: own{"twostep.guests": "maybe"}, err: store.ErrBadSetting, field: "twostep.guests"},
		{name: "the switch is on or off", form: own{"invite.members": "perhaps"}, err: store.ErrBadSetting, field: "invite.members"},
		{name: "one that no space has is not kept", form: own{"guest.scope": "single"}, after: own{}, inForce: own{"guest.scope": "multi"}},
		{name: "what is left out stays", before: own{"twostep.guests": "on"}, form: own{"invite.approval": "sys_admin"},
			after: own{"twostep.guests": "on", "invite.approval": "sys_admin"}},
		{name: "a setting goes back to the organisation's", before: own{"twostep.guests": "on"}, form: own{"twostep.guests": "organization"},
			after: own{}, inForce: own{"twostep.guests": "off"}},
		{name: "members may invite here", organization: own{"invite.who": "members_if_space_allows"}, form: own{"invite.members": "on"},
			after: own{"invite.members": "on"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			world := world{w, t}
			world.do(w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: test.organization}))
			setOwn(t, w, w.Space, test.before)
			err := w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Same", Own: test.form})
			if !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			var known *store.Error
			if errors.As(err, &known) && (known.Field != test.field || known.Setting != test.field) {
				t.Errorf("the error is about %q of %q, want %q", known.Field, known.Setting, test.field)
			}
			sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToManage)
			world.do(err)
			if test.after != nil && !maps.Equal(sp.Own, store.Policy(test.after)) {
				t.Errorf("own settings %v, want %v", sp.Own, test.after)
			}
			for name, want := range test.inForce {
				if got := sp.Policy.Value(name); got != want {
					t.Errorf("%s is %q in the space, want %q", name, got, want)
				}
			}
		})
	}
}

// C5, C6, C13: a form offers what has effect, and nothing wider.
func TestOwnSettingsOfSpaces(t *testing.T) {
	t.Parallel()
	type settings = map[string]string
	for _, test := range []struct {
		name         string
		organization settings
		own          settings
		kind         store.SpaceKind
		want         []string
		stricter     []string // values of invite.who
	}{
		{name: "where administrators invite", kind: store.GuestSpace, want: []string{"invite.who", "invite.approval", "guest.readers_download", "twostep.guests"}, stricter: []string{"sys_admins"}},
		{name: "what is strictest already is not asked", kind: store.GuestSpace, organization: settings{"invite.who": "sys_admins", "invite.approval": "sys_admin", "twostep.guests": "on", "guest.readers_download": "off"}},
		{name: "what the space has shows", kind: store.GuestSpace, organization: settings{"invite.who": "sys_admins", "invite.approval": "sys_admin", "twostep.guests": "on", "guest.readers_download": "off"},
			own: settings{"twostep.guests": "on"}, want: []string{"twostep.guests"}},
		{name: "left to the space", kind: store.GuestSpace, organization: settings{"invite.who": "members_if_space_allows"},
			want: []string{"invite.who", "invite.approval", "guest.readers_download", "twostep.guests", "invite.members"}, stricter: []string{"space_admins", "sys_admins"}},
		{name: "members invite, but not into hidden spaces", kind: store.SecretSpace, organization: settings{"invite.who": "members", "guest.in_internal_spaces": "on"},
			want: []string{"invite.who", "invite.approval", "guest.readers_download", "twostep.guests", "invite.members"}, stricter: []string{"members_if_space_allows", "space_admins", "sys_admins"}},
		{name: "no guests, no settings", kind: store.OpenSpace, organization: settings{"invite.who": "members"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			world := world{w, t}
			world.do(w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: test.organization}))
			root := administratorOfAll(t, w)
			setOwn(t, w, w.Spaces[test.kind], test.own)
			sp, err := w.Store.Space(t.Context(), root, w.Spaces[test.kind], store.ToManage)
			world.do(err)
			if got := sp.OwnSettings(); fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("settings %v, want %v", got, test.want)
			}
			if got := sp.Stricter("invite.who"); test.stricter != nil && fmt.Sprint(got) != fmt.Sprint(test.stricter) {
				t.Errorf("who invites: %v, want %v", got, test.stricter)
			}
		})
	}
}

// SEC-A7: what a space decides is in the audit log, in the same transaction.
func TestOwnSettingsAreAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, form := range []map[string]string{{"twostep.guests": "on"}, {"twostep.guests": "organization"}, {"twostep.guests": "organization"}} {
		w.do(w.Store.UpdateSpace(t.Context(), w.Host, w.Space, store.SpaceSettings{Name: "Same", Own: form}))
	}
	log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "space.changed"}, 0)
	w.do(err)
	var values []string
	for _, entry := range log {
		if value := entry.Details["twostep.guests"]; value != "" {
			values = append(values, value)
		}
	}
	if fmt.Sprint(values) != "[organization on]" {
		t.Errorf("the log says %v", values)
	}
}
