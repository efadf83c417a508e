package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Every list of the administration answers on both databases.
func TestAdministrationLists(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for _, status := range store.GuestStatuses {
		list, _, err := w.Store.ManagedGuests(t.Context(), w.Root, store.GuestFilter{Status: status, Query: "mario"}, store.Cursor{})
		if err != nil {
			t.Errorf("guests %q: %v", status, err)
		}
		want := 0
		if status == store.AnyGuest || status == store.ActiveGuest {
			want = 1
		}
		if len(list) != want {
			t.Errorf("guests %q: %d, want %d", status, len(list), want)
		}
	}
	if list, _, err := w.Store.Members(t.Context(), w.Root, "", store.Cursor{}); err != nil || len(list) != 4 {
		t.Errorf("members: %d, %v", len(list), err)
	}
	if err := w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, "left the project"); err != nil {
		t.Fatal(err)
	}
	if err := w.Store.DeleteGuest(t.Context(), w.Root, w.GuestReader.ID, ""); err != nil {
		t.Fatal(err)
	}
	if list, _, err := w.Store.AuditLog(t.Context(), w.Root, store.AuditFilter{Action: "guest."}, 0); err != nil || len(list) != 2 {
		t.Errorf("audit: %d, %v", len(list), err)
	}
	if _, _, err := w.Store.Outbox(t.Context(), w.Root, "", 0); err != nil {
		t.Error(err)
	}
	o, err := w.Store.Overview(t.Context(), w.Root)
	if err != nil || o.Members != 4 || o.Suspended != 1 || o.Spaces != 4 {
		t.Errorf("overview: %+v, %v", o, err)
	}
}
