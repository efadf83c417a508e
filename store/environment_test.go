package store_test

import (
	"errors"
	"strings"
	"testing"

	"guesthouse/store"
)

// SEC-A7: a new name of the organisation is recorded once, and the same name
// again is no change.
func TestChangeOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.Store.Environment(t.Context())
	w.do(err)
	for range 2 {
		w.do(w.Store.ChangeOrganization(t.Context(), w.Root, "  Other Works "))
	}
	after, err := w.Store.Environment(t.Context())
	w.do(err)
	if after.Name != "Other Works" || after.Preset != before.Preset || after.Policy.Value("invite.ttl") != before.Policy.Value("invite.ttl") {
		t.Errorf("the environment is %+v", after)
	}
	log, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "policy.organization_renamed"}, 0)
	if err != nil || len(log) != 1 || log[0].Details["before"] != before.Name || log[0].Details["after"] != "Other Works" {
		t.Errorf("audit %+v, %v", log, err)
	}
}

func TestOrganizationIsNotChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.Store.Environment(t.Context())
	w.do(err)
	for name, test := range map[string]struct {
		actor store.Account
		name  string
		want  error
	}{
		"by a member": {w.Host, "Mine", store.ErrForbidden},
		"by a guest":  {w.GuestEditor, "Mine", store.ErrForbidden},
		"to nothing":  {w.Root, "  ", store.ErrRequired},
		"to too much": {w.Root, strings.Repeat("x", store.MaxName+1), &store.Error{Code: "name_too_long"}},
		"to air":      {w.Root, "\u200b", &store.Error{Code: "name_invisible"}},
	} {
		if err := w.Store.ChangeOrganization(t.Context(), test.actor, test.name); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if after, _ := w.Store.Environment(t.Context()); after.Name != before.Name {
		t.Errorf("the name is %q", after.Name)
	}
}
