package store_test

import (
	"errors"
	"fmt"
	"testing"

	"guesthouse/store"
)

func (w world) policy() store.Policy {
	w.t.Helper()
	e, err := w.Store.Environment(w.t.Context())
	w.do(err)
	return e.Policy
}

// SEC-P3, C3, C4, C12, C13, C14
func TestChangePolicy(t *testing.T) {
	t.Parallel()
	type settings = map[string]string
	for _, test := range []struct {
		name   string
		before settings
		change store.PolicyChange
		err    error
		fields []string
		after  settings
	}{
		{name: "one setting leaves the others", before: settings{"invite.ttl": "3d"},
			change: store.PolicyChange{Settings: settings{"twostep.guests": "on"}},
			after:  settings{"twostep.guests": "on", "invite.ttl": "3d", "twostep.ttl_minutes": "60"}},
		{name: "every bad value at once",
			change: store.PolicyChange{Settings: settings{"twostep.guests": "maybe", "twostep.ttl_minutes": "61", "invite.ttl": "0d", "password.min_length": "2"}},
			fields: []string{"invite.ttl", "password.min_length", "twostep.guests", "twostep.ttl_minutes"}},
		{name: "a good value beside a bad one is not kept",
			change: store.PolicyChange{Settings: settings{"twostep.guests": "on", "twostep.ttl_minutes": "4"}},
			fields: []string{"twostep.ttl_minutes"}, after: settings{"twostep.guests": "off"}},
		{name: "an unknown name is no setting", change: store.PolicyChange{Settings: settings{"nonsense": "on"}}, after: settings{"nonsense": ""}},
		{name: "invitations for an hour", change: store.PolicyChange{Settings: settings{"invite.ttl": " 1h "}}, after: settings{"invite.ttl": "1h"}},
		{name: "invitations for half a year", change: store.PolicyChange{Settings: settings{"invite.ttl": "180d"}}, after: settings{"invite.ttl": "180d"}},
		{name: "and no longer", change: store.PolicyChange{Settings: settings{"invite.ttl": "181d"}}, fields: []string{"invite.ttl"}},

		{name: "basic passwords switch two-step on", change: store.PolicyChange{Settings: settings{"password.preset": "basic", "twostep.guests": "off"}},
			after: settings{"password.preset": "basic", "twostep.guests": "on"}},
		{name: "unless that is confirmed", change: store.PolicyChange{Settings: settings{"password.preset": "basic", "twostep.guests": "off"}, Confirmed: true},
			after: settings{"password.preset": "basic", "twostep.guests": "off"}},
		{name: "two-step off under basic passwords is asked about", before: settings{"password.preset": "basic", "twostep.guests": "on"},
			change: store.PolicyChange{Settings: settings{"twostep.guests": "off"}},
			err:    store.ErrBasicNeedsTwoStep, fields: []string{"twostep.guests"}, after: settings{"twostep.guests": "on"}},
		{name: "and done when confirmed", before: settings{"password.preset": "basic", "twostep.guests": "on"},
			change: store.PolicyChange{Settings: settings{"twostep.guests": "off"}, Confirmed: true}, after: settings{"twostep.guests": "off"}},
		{name: "what was confirmed is not asked again", before: settings{"password.preset": "basic", "twostep.guests": "off"},
			change: store.PolicyChange{Settings: settings{"invite.ttl": "2d", "twostep.guests": "off"}},
			after:  settings{"twostep.guests": "off", "invite.ttl": "2d"}},
		{name: "the acknowledgement of one thing is not the confirmation of another",
			change: store.PolicyChange{Settings: settings{"password.preset": "basic", "twostep.guests": "off"}, Acknowledged: true},
			after:  settings{"twostep.guests": "on"}},

		{name: "mailing passwords needs an acknowledgement", change: store.PolicyChange{Settings: settings{"signup.welcome_password": "include_once"}},
			err: store.ErrAcknowledge, fields: []string{"signup.welcome_password"}, after: settings{"signup.welcome_password": "omit"}},
		{name: "with it they are mailed", change: store.PolicyChange{Settings: settings{"signup.welcome_password": "include_once"}, Acknowledged: true},
			after: settings{"signup.welcome_password": "include_once"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.do(w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: test.before, Confirmed: true, Acknowledged: true}))
			err := w.Store.ChangePolicy(t.Context(), w.Root, test.change)
			if test.err != nil && !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if got := fieldsOf(err); fmt.Sprint(got) != fmt.Sprint(test.fields) {
				t.Errorf("fields %v, want %v", got, test.fields)
			}
			policy := w.policy()
			for name, want := range test.after {
				if got := policy.Value(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

// S0-39: sessions that are open stay, unless they are to end.
func TestPolicyEndsSessions(t *testing.T) {
	t.Parallel()
	for _, end := range []bool{false, true} {
		w := newWorld(t)
		guest, member := w.SignIn(w.GuestEditor), w.SignIn(w.Host)
		w.do(w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{
			Settings: map[string]string{"twostep.guests": "on"}, EndSessions: end,
		}))
		if _, err := w.Store.Visit(t.Context(), guest); (err == nil) == end {
			t.Errorf("end %v: the guest's session: %v", end, err)
		}
		if _, err := w.Store.Visit(t.Context(), member); err != nil {
			t.Errorf("end %v: the member's session: %v", end, err)
		}
		log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "guest.all_signed_out"}, 0)
		if err != nil || (len(log) == 1) != end {
			t.Errorf("end %v: %d rows, %v", end, len(log), err)
		}
	}
}

// SEC-A7: each setting that changed stands in one row, and no change in none.
func TestPolicyIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 {
		w.do(w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"twostep.guests": "on", "invite.ttl": "2d"}}))
	}
	log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "policy."}, 0)
	if err != nil || len(log) != 1 || len(log[0].Details) != 2 || log[0].Details["invite.ttl"] != "7d → 2d" {
		t.Errorf("audit %+v, %v", log, err)
	}
}
