package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// A note stands and falls with its effect, and names what was made.
func TestWhatARepeatedCallMade(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, once := w.Store.Once(t.Context(), w.Host, "a key", []byte("a call"))
	if _, err := w.Store.CreateSpace(ctx, w.Host, store.NewSpace{Kind: store.GuestSpace, Name: ""}); err == nil {
		t.Fatal("a space without a name")
	}
	if _, done, err := w.Store.Repeated(t.Context(), once); done || err != nil {
		t.Fatalf("what failed is noted: %v, %v", done, err)
	}
	id, err := w.Store.CreateSpace(ctx, w.Host, store.NewSpace{Kind: store.GuestSpace, Name: "Once", Administrators: []store.ID{w.Host.ID}})
	if err != nil {
		t.Fatal(err)
	}
	if made, done, err := w.Store.Repeated(t.Context(), once); made != id || !done || err != nil {
		t.Errorf("made is %s, %v, %v; want %s", made, done, err, id)
	}
	again, _ := w.Store.Once(t.Context(), w.Host, "a key", []byte("a call"))
	if _, err := w.Store.CreateSpace(again, w.Host, store.NewSpace{Kind: store.GuestSpace, Name: "Once", Administrators: []store.ID{w.Host.ID}}); err == nil {
		t.Error("the same call made two spaces")
	}
}
