package store_test

import (
	"testing"
	"time"

	"guesthouse/store"
)

func TestAuditFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := store.WithOrigin(t.Context(), store.Origin{Address: "192.0.2.7", RequestID: "r-1"})
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "left the project"))
	w.Clock.Advance(store.Day)
	w.do(w.Store.RemoveFromSpace(t.Context(), w.Root, w.GuestReader.ID, w.Space, ""))
	w.Clock.Advance(store.Day)
	w.do(w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true))
	now := w.Clock.Now()

	for _, test := range []struct {
		name   string
		filter store.AuditFilter
		want   []string
	}{
		{"everything, the newest first", store.AuditFilter{}, []string{"member.rights_changed", "guest.removed", "guest.suspended"}},
		{"a group of actions", store.AuditFilter{Action: "guest."}, []string{"guest.removed", "guest.suspended"}},
		{"one action", store.AuditFilter{Action: "guest.suspended"}, []string{"guest.suspended"}},
		{"a sign of LIKE is no sign", store.AuditFilter{Action: "guest_"}, nil},
		{"whom it was done to", store.AuditFilter{Person: w.GuestReader.ID}, []string{"guest.removed"}},
		{"who did it", store.AuditFilter{Person: w.Root.ID}, []string{"member.rights_changed", "guest.removed", "guest.suspended"}},
		{"a space", store.AuditFilter{Space: w.Space}, []string{"guest.removed"}},
		{"an address", store.AuditFilter{Address: w.GuestEditor.Login}, []string{"guest.suspended"}},
		{"an address as people write it", store.AuditFilter{Address: " Rita <ROOT@works.example>"}, []string{"member.rights_changed", "guest.removed", "guest.suspended"}},
		{"an address that nobody has", store.AuditFilter{Address: "nobody"}, nil},
		{"from", store.AuditFilter{From: now.Add(-store.Day)}, []string{"member.rights_changed", "guest.removed"}},
		{"until", store.AuditFilter{Until: now}, []string{"guest.removed", "guest.suspended"}},
		{"one day", store.AuditFilter{From: now.Add(-store.Day), Until: now}, []string{"guest.removed"}},
	} {
		list, more, err := w.Store.AuditLog(t.Context(), w.Root, test.filter, 0)
		if err != nil || more || len(list) != len(test.want) {
			t.Errorf("%s: %d rows, want %d, %v", test.name, len(list), len(test.want), err)
			continue
		}
		for i, entry := range list {
			if entry.Action != test.want[i] {
				t.Errorf("%s: %s at %d", test.name, entry.Action, i)
			}
		}
	}

	list, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "guest.suspended"}, 0)
	w.do(err)
	// S2-14: who, what, whom, why, from where, when.
	got := list[0]
	if got.ActorName != w.Root.Name || got.ActorIsGuest || got.AccountName != w.GuestEditor.Name || !got.AccountGuest ||
		got.Reason != "left the project" || got.ClientAddress != "192.0.2.7" || got.RequestID != "r-1" || !got.At.Equal(now.Add(-2*store.Day)) {
		t.Errorf("entry %+v", got)
	}
}

func TestAuditPagesAndExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const rows = 2*store.PageSize + 20
	for i := range rows / 2 {
		w.Clock.Advance(time.Minute)
		w.do(w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, i%2 == 0, true))
		w.do(w.Store.SetMemberRights(t.Context(), w.Root, w.Editor.ID, i%2 == 0, true))
	}
	var before store.ID
	seen := map[store.ID]bool{}
	for {
		list, more, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{}, before)
		w.do(err)
		for _, entry := range list {
			if seen[entry.ID] || (before != 0 && entry.ID >= before) {
				t.Fatalf("entry %s stands on two pages", entry.ID)
			}
			seen[entry.ID] = true
		}
		if !more {
			break
		}
		before = list[len(list)-1].ID
	}
	exported := 0
	w.do(w.Store.EachAuditEntry(t.Context(), w.Root, store.AuditFilter{}, func(entry store.AuditEntry) error {
		if !seen[entry.ID] {
			t.Errorf("entry %s is on no page", entry.ID)
		}
		exported++
		return nil
	}))
	if len(seen) != rows || exported != rows {
		t.Errorf("%d on pages, %d exported, want %d", len(seen), exported, rows)
	}
}
