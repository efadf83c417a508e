package store_test

import (
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Opening a space and a thread looks for what is new there by its whole key,
// not through all that is new to the reader or was ever told of the space.
func TestWhatIsNewHereIsFoundByItsKey(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	f, err := w.Store.SeedFullSpace(ctx, store.FullSpace{Name: "Full", Host: w.Host, Reader: w.GuestReader, Comments: 60, Files: 10, People: 10})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.Conversation(ctx, w.Host, f.ID, f.Thread, store.Place{}); err != nil {
		t.Fatal(err)
	}
	looked := 0
	for _, text := range w.Store.Statements() {
		if !strings.Contains(text, "n.kind IN ('added', 'joined')") {
			continue
		}
		steps, err := w.Store.QueryPlan(ctx, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps {
			if strings.Contains(step, "SEARCH n ") {
				looked++
				if !strings.Contains(step, "notifications_news (account_id=? AND space_id=? AND kind=?") {
					t.Errorf("%s in:\n%s", step, text)
				}
			}
		}
	}
	if looked == 0 && w.Store.Statements() != nil {
		t.Error("no statement looks for what is new here")
	}
}
