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

// The full space of benchmarks is one whose counters are true and whose pages
// show to members and guests what each may see.
func TestSeedsAFullSpace(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	f, err := w.Store.SeedFullSpace(ctx, store.FullSpace{Name: "Full", Host: w.Host, Reader: w.GuestReader, Comments: 150, Files: 20, People: 30})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.Seed(ctx, store.Seeder.LeaveUnnoticed); err != nil {
		t.Fatal(err)
	}
	for _, reader := range []struct {
		who             store.Account
		comments, files int
	}{{w.Host, 110, 22}, {w.GuestReader, 100, 20}} {
		notices, err := w.Store.UnseenNotices(ctx, reader.who)
		if err != nil || notices <= store.NoticesShown {
			t.Errorf("%s: %d notices: %v", reader.who.Name, notices, err)
		}
		sp, err := w.Store.Space(ctx, reader.who, f.ID, store.ToOpen)
		if err != nil {
			t.Fatal(err)
		}
		if sp.MemberCount != 16 || sp.GuestCount != 16 || sp.FileCount != reader.files || sp.New != 0 {
			t.Errorf("%s: %d members, %d guests, %d files, %d new", reader.who.Name, sp.MemberCount, sp.GuestCount, sp.FileCount, sp.New)
		}
		_, thread, err := w.Store.Thread(ctx, reader.who, f.ID, f.Thread)
		if err != nil || thread.CommentCount != reader.comments {
			t.Errorf("%s: %d comments are counted, want %d: %v", reader.who.Name, thread.CommentCount, reader.comments, err)
		}
		c, err := w.Store.Conversation(ctx, reader.who, f.ID, f.Thread, store.Place{Around: f.Middle})
		if err != nil || len(c.Comments) != store.PageSize || c.Earlier == 0 || c.Later == 0 {
			t.Errorf("%s: around the middle stand %d comments, from %d to %d: %v", reader.who.Name, len(c.Comments), c.Earlier, c.Later, err)
		}
		files, err := w.Store.FilesIn(ctx, reader.who, f.ID, f.Folder, store.FilesByName, "")
		if err != nil || len(files.Files) < 10 {
			t.Errorf("%s: %d files in the folder: %v", reader.who.Name, len(files.Files), err)
		}
	}
	talk, err := w.Store.Talk(ctx, w.GuestReader, f.Chat, store.TalkAt{})
	if err != nil || len(talk.Messages) != store.PageSize || talk.Earlier == 0 {
		t.Errorf("%d messages of the chat: %v", len(talk.Messages), err)
	}
}
