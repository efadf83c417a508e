package store_test

import (
	"errors"
	"testing"

	"guesthouse/store"
)

// C1 to C19
func TestSettings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		setting, typed, kept string
		err                  error
	}{
		{"quota.guests_per_member", " 0 ", "0", nil},
		{"quota.guests_per_member", "1001", "", store.ErrBadNumber},
		{"quota.single_space_factor", "unlimited", "unlimited", nil},
		{"quota.single_space_factor", "1.50", "1.5", nil},
		{"quota.single_space_factor", "1.505", "", store.ErrBadFactor},
		{"quota.single_space_factor", "1e2", "", store.ErrBadFactor},
		{"quota.single_space_factor", "NaN", "", store.ErrBadFactor},
		{"quota.single_space_factor", "-1", "", store.ErrBadFactor},
		{"guest.expiry_default", "never", "never", nil},
		{"guest.expiry_default", "030", "30", nil},
		{"guest.expiry_default", "default", "", store.ErrBadDays},
		{"guest.expiry_customer", "default", "default", nil},
		{"guest.expiry_notice_days", "1, 7;7", "7,1", nil},
		{"guest.expiry_notice_days", "", "", store.ErrBadDayList},
		{"guest.expiry_notice_days", "1,x", "", store.ErrBadDayList},
		{"guest.expiry_notice_days", "1,2,3,4,5,6", "", store.ErrBadDayList},
		{"invite.own_domains", "@Works.Example, bücher.example\r\nworks.example", "works.example\nxn--bcher-kva.example", nil},
		{"invite.own_domains", "", "", nil},
		{"invite.own_domains", "someone@works.example", "", store.ErrBadDomain},
		{"invite.who", "everybody", "", store.ErrBadSetting},
		{"nonsense", "1", "", store.ErrBadSetting},
	} {
		policy, err := store.Policy{}.With(test.setting, test.typed)
		if !errors.Is(err, test.err) || err == nil && policy.Value(test.setting) != test.kept {
			t.Errorf("%s = %q: %q, %v; want %q, %v", test.setting, test.typed, policy.Value(test.setting), err, test.kept, test.err)
		}
	}
}

// Each value that a preset or a default holds is one that its setting takes.
func TestPresetsAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range store.Presets {
		policy, ok := store.PresetPolicy(name)
		if !ok {
			t.Fatalf("no preset %q", name)
		}
		for _, setting := range store.Settings {
			value := policy.Value(setting.Name)
			if got, err := policy.With(setting.Name, value); err != nil || got.Value(setting.Name) != value {
				t.Errorf("%s: %s = %q is kept as %q, %v", name, setting.Name, value, got.Value(setting.Name), err)
			}
		}
	}
}

// C5, C13
func TestSpacesNarrowAndNeverWiden(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ setting, organization, own, want string }{
		{"twostep.guests", "off", "on", "on"},
		{"twostep.guests", "on", "off", "on"},
		{"invite.who", "members", "space_admins", "space_admins"},
		{"invite.who", "space_admins", "members", "space_admins"},
		{"invite.who", "sys_admins", "space_admins", "sys_admins"},
		{"invite.who", "members", "nonsense", "members"},
		{"invite.approval", "space_admin", "sys_admin", "sys_admin"},
		{"invite.approval", "sys_admin", "none", "sys_admin"},
		{"guest.scope", "multi", "single", "multi"}, // not one that narrows
	} {
		organization := store.Policy{test.setting: test.organization}
		got := organization.Narrow(store.Policy{test.setting: test.own}).Value(test.setting)
		if got != test.want {
			t.Errorf("%s: %s in an organisation with %s is %s, want %s", test.setting, test.own, test.organization, got, test.want)
		}
	}
}
