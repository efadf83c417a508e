package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// The people that benchmarks are made with are like those that came by mail.
func TestSeedsACrowd(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		thread, err := seed.Thread(w.Space, "Hello", w.Host)
		if err != nil {
			return err
		}
		return seed.Crowd(store.Crowd{Space: w.Space, Thread: thread, Host: w.Host, First: 1, Count: 30})
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := w.Store.MembersOf(t.Context(), w.Host, w.Space, store.Guest, "guest 1", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != 11 || page.Items[0].Account.Email != "guest1@crowd.example" {
		t.Errorf("%d guests found, want 11", len(page.Items))
	}
	sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToOpen)
	if err != nil {
		t.Fatal(err)
	}
	if sp.GuestCount != 32 {
		t.Errorf("%d guests are counted, want 32", sp.GuestCount)
	}
	guests, err := w.Store.Register(t.Context(), w.Root, store.GuestFilter{Status: store.ActiveGuest}, store.ByName, "")
	if err != nil || guests.Next != "" || len(guests.Items) != 33 {
		t.Errorf("%d guests in the register, %v", len(guests.Items), err)
	}
}
