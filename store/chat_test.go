package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// spaceChat is the chat of the guest space.
func spaceChat(t *testing.T, w *storetest.World) store.ID {
	t.Helper()
	chat, err := w.Store.SpaceChat(t.Context(), w.Host, w.Space)
	if err != nil {
		t.Fatal(err)
	}
	return chat
}

func tell(t *testing.T, w *storetest.World, actor store.Account, chat store.ID, text string, audience ...store.Audience) store.ID {
	t.Helper()
	in := store.NewMessage{Text: text}
	for _, a := range audience {
		in.Audience = a
	}
	m, err := w.Store.SendMessage(t.Context(), actor, chat, in)
	if err != nil {
		t.Fatal(err)
	}
	return m.ID
}

// begin makes the chat of two people by a first message.
func begin(t *testing.T, w *storetest.World, a, b store.Account, text string) store.ID {
	t.Helper()
	chat, _, err := w.Store.SendTo(t.Context(), a, b.ID, store.NewMessage{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return chat
}

// texts are the messages that somebody reads at the end of a chat.
func texts(t *testing.T, w *storetest.World, actor store.Account, chat store.ID) []string {
	t.Helper()
	talk, err := w.Store.Talk(t.Context(), actor, chat, store.TalkAt{})
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, m := range talk.Messages {
		list = append(list, m.Body)
	}
	return list
}

// S4-18, S4-16, S4-22, S3-06: who begins a chat with whom. Guests with those
// who are in a space with them; whom they must not know of is answered like an
// ID that nobody has. Read only is a permission of a space, and a chat of two
// is in none.
func TestWhoMayChatWithWhom(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	nobody := store.Account{ID: 987654}
	for name, test := range map[string]struct {
		actor, other store.Account
		want         error
	}{
		"member with member":                     {w.Host, w.Outsider, nil},
		"member with a guest of their space":     {w.Editor, w.GuestEditor, nil},
		"member with a guest of no space":        {w.Host, w.GuestOutside, store.ErrNoCommonSpace},
		"member of no space with a guest":        {w.Outsider, w.GuestEditor, store.ErrNoCommonSpace},
		"guest with a member of their space":     {w.GuestEditor, w.Host, nil},
		"guest who reads only":                   {w.GuestReader, w.Host, nil},
		"guest with a guest of their space":      {w.GuestEditor, w.GuestReader, nil},
		"guest with a member of no space":        {w.GuestEditor, w.Outsider, store.ErrNotFound},
		"guest with a guest of no space":         {w.GuestEditor, w.GuestOutside, store.ErrNotFound},
		"guest of no space":                      {w.GuestOutside, w.Host, store.ErrNotFound},
		"guest with nobody":                      {w.GuestEditor, nobody, store.ErrNotFound},
		"member with nobody":                     {w.Host, nobody, store.ErrNotFound},
		"with oneself":                           {w.Host, w.Host, store.ErrNotFound},
		"administrator with a guest of no space": {w.Root, w.GuestOutside, store.ErrNoCommonSpace},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := w.Store.ChatWith(t.Context(), test.actor, test.other.ID); !is(err, test.want) {
				t.Errorf("the form says %v, want %v", err, test.want)
			}
			chat, _, err := w.Store.SendTo(t.Context(), test.actor, test.other.ID, store.NewMessage{Text: "Hello"})
			if !is(err, test.want) {
				t.Errorf("the message says %v, want %v", err, test.want)
			}
			if err == nil && !slices.Contains(texts(t, w, test.other, chat), "Hello") {
				t.Error("it did not arrive")
			}
		})
	}
}

// S4-18, SEC-A1: a chat of two is for these two, whatever else somebody is.
func TestOnlyTheTwoReadTheirChat(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, s := t.Context(), w.Store
	chat := begin(t, w, w.Editor, w.GuestEditor, "canary")
	m, err := s.Talk(ctx, w.Editor, chat, store.TalkAt{})
	if err != nil {
		t.Fatal(err)
	}
	id := m.Messages[0].ID
	other := begin(t, w, w.Host, w.Outsider, "another")
	for name, actor := range map[string]store.Account{
		"host": w.Host, "administrator": w.Root, "guest": w.GuestReader, "outsider": w.Outsider, "elsewhere": w.GuestOutside,
	} {
		_, sendErr := s.SendMessage(ctx, actor, chat, store.NewMessage{Text: "x"})
		_, talkErr := s.Talk(ctx, actor, chat, store.TalkAt{})
		_, onlyErr := s.Talk(ctx, actor, chat, store.TalkAt{Only: id})
		_, _, messageErr := s.Message(ctx, actor, chat, id)
		for what, err := range map[string]error{
			"send": sendErr, "talk": talkErr, "only": onlyErr, "message": messageErr,
			"edit": s.EditMessage(ctx, actor, chat, id, "x"), "delete": s.DeleteMessage(ctx, actor, chat, id),
			"restore": s.RestoreMessage(ctx, actor, chat, id), "mute": s.MuteChat(ctx, actor, chat, true),
		} {
			if !is(err, store.ErrNotFound) {
				t.Errorf("%s: %s says %v", name, what, err)
			}
		}
	}
	// A message is found through its own chat.
	if err := s.EditMessage(ctx, w.Editor, spaceChat(t, w), id, "x"); !is(err, store.ErrNotFound) {
		t.Errorf("through the space's chat: %v", err)
	}
	if err := s.EditMessage(ctx, w.Host, other, id, "x"); !is(err, store.ErrNotFound) {
		t.Errorf("through another chat: %v", err)
	}
	// What the other wrote is not one's own to change.
	if err := s.EditMessage(ctx, w.GuestEditor, chat, id, "x"); !is(err, store.ErrForbidden) {
		t.Errorf("edit the other's: %v", err)
	}
	if err := s.DeleteMessage(ctx, w.GuestEditor, chat, id); !is(err, store.ErrForbidden) {
		t.Errorf("delete the other's: %v", err)
	}
}

// S4-18: of two first messages at once, and from both sides, there is one chat.
func TestFirstMessagesAtOnceMakeOneChat(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	nodes := w.Nodes(2)
	var all sync.WaitGroup
	chats := make([]store.ID, 8)
	for i := range chats {
		all.Go(func() {
			from, to := w.Host, w.GuestEditor
			if i%2 == 1 {
				from, to = to, from
			}
			chat, _, err := nodes[i/4].SendTo(context.WithoutCancel(t.Context()), from, to.ID, store.NewMessage{Text: "Hello " + string(rune('a'+i))})
			if err != nil {
				t.Error(err)
			}
			chats[i] = chat
		})
	}
	all.Wait()
	if slices.Min(chats) != slices.Max(chats) {
		t.Errorf("chats %v", chats)
	}
	if got := texts(t, w, w.Host, chats[0]); len(got) != len(chats) {
		t.Errorf("%d messages: %v", len(got), got)
	}
	page, err := w.Store.Chats(t.Context(), w.Host, "")
	if err != nil || slices.IndexFunc(page.Items, func(c store.ChatCard) bool { return c.ID == chats[0] }) != 0 {
		t.Errorf("list %v %v", page.Items, err)
	}
}

// A message that is sent again because nobody heard that it arrived is posted
// once; another text under the same name is another message.
func TestSendAgainPostsOnce(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx := t.Context()
	chat := begin(t, w, w.Host, w.GuestEditor, "Hello")
	send := func(actor store.Account, text, id string) store.ID {
		m, err := w.Store.SendMessage(ctx, actor, chat, store.NewMessage{Text: text, ClientID: id})
		if err != nil {
			t.Error(err)
		}
		return m.ID
	}
	ids := make([]store.ID, 6)
	var all sync.WaitGroup
	nodes := w.Nodes(2)
	for i := range ids {
		all.Go(func() {
			m, err := nodes[i%2].SendMessage(context.WithoutCancel(ctx), w.Host, chat, store.NewMessage{Text: "Once", ClientID: "c-1"})
			if err != nil {
				t.Error(err)
			}
			ids[i] = m.ID
		})
	}
	all.Wait()
	if slices.Min(ids) != slices.Max(ids) || ids[0] == 0 {
		t.Errorf("ids %v", ids)
	}
	if send(w.Host, "Another", "c-1") == ids[0] || send(w.Host, "Another", "") == 0 {
		t.Error("another text was swallowed")
	}
	if send(w.GuestEditor, "Once", "c-1") == ids[0] {
		t.Error("somebody else's name for a message counted")
	}
	if got := texts(t, w, w.Host, chat); !slices.Equal(got, []string{"Hello", "Once", "Another", "Another", "Once"}) {
		t.Errorf("got %v", got)
	}
	// What arrived before the end is found, though nobody may write any more.
	if err := w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	if send(w.Host, "Once", "c-1") != ids[0] {
		t.Error("the retry did not find its message")
	}
	if first, _, err := w.Store.SendTo(ctx, w.Host, w.Editor.ID, store.NewMessage{Text: "Hi", ClientID: "c-9"}); err != nil {
		t.Error(err)
	} else if again, _, err := w.Store.SendTo(ctx, w.Host, w.Editor.ID, store.NewMessage{Text: "Hi", ClientID: "c-9"}); err != nil || again != first || len(texts(t, w, w.Editor, first)) != 1 {
		t.Errorf("the first message again: %v, chats %v and %v", err, first, again)
	}
}

// S4-18, SEC-T7, SEC-S4: with the last common space a chat with a guest
// becomes read-only at that instant, whatever ended it; and it opens again.
func TestChatIsReadOnlyWithoutACommonSpace(t *testing.T) {
	t.Parallel()
	never := time.Time{}
	for name, end := range map[string]func(context.Context, *storetest.World) error{
		"removed": func(ctx context.Context, w *storetest.World) error {
			return w.Store.RemoveGuest(ctx, w.Host, w.Space, w.GuestEditor.ID, "")
		},
		"the member left": func(ctx context.Context, w *storetest.World) error {
			return w.Store.Leave(ctx, w.Editor, w.Space)
		},
		"suspended": func(ctx context.Context, w *storetest.World) error {
			return w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "")
		},
		"space deleted": func(ctx context.Context, w *storetest.World) error {
			return w.Store.DeleteSpace(ctx, w.Host, w.Space)
		},
		"guest deleted": func(ctx context.Context, w *storetest.World) error {
			return w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "")
		},
		"guest erased": func(ctx context.Context, w *storetest.World) error {
			return w.Store.EraseGuest(ctx, w.Root, w.GuestEditor.ID, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			onlyOneSpace(t, w)
			ctx := t.Context()
			chat := begin(t, w, w.GuestEditor, w.Editor, "before")
			if err := end(ctx, w); err != nil {
				t.Fatal(err)
			}
			wantReadOnly(t, w, w.Editor, chat)
			if name == "removed" || name == "the member left" || name == "space deleted" {
				wantReadOnly(t, w, w.GuestEditor, chat)
			}
			if name == "removed" {
				member(t, w, w.Space, w.GuestEditor, store.Reader)
				tell(t, w, w.GuestEditor, chat, "again")
			}
			if strings.HasPrefix(name, "guest") {
				talk, err := w.Store.Talk(ctx, w.Editor, chat, store.TalkAt{})
				if err != nil || !talk.Chat.Other.Former() || talk.Chat.Known || talk.Messages[0].Author.Name != talk.Chat.Other.Name {
					t.Errorf("a former guest: %+v %v", talk.Chat, err)
				}
			}
		})
	}
	t.Run("at the instant of its end", func(t *testing.T) {
		t.Parallel()
		w := storetest.New(t)
		onlyOneSpace(t, w)
		chat := begin(t, w, w.GuestEditor, w.Editor, "before")
		ends := w.Clock.Now().Add(time.Hour)
		err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
			return seed.Membership(w.Space, w.GuestEditor, store.Editor, ends)
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(time.Hour - time.Millisecond)
		tell(t, w, w.Editor, chat, "in time")
		w.Clock.Advance(time.Millisecond)
		wantReadOnly(t, w, w.Editor, chat)
		wantReadOnly(t, w, w.GuestEditor, chat)
		err = w.Store.Seed(t.Context(), func(seed store.Seeder) error {
			return seed.Membership(w.Space, w.GuestEditor, store.Editor, never)
		})
		if err != nil {
			t.Fatal(err)
		}
		tell(t, w, w.GuestEditor, chat, "once more")
	})
}

// onlyOneSpace leaves Editor and GuestEditor together in the guest space alone.
func onlyOneSpace(t *testing.T, w *storetest.World) {
	t.Helper()
	for _, kind := range []store.SpaceKind{store.OpenSpace, store.PrivateSpace, store.SecretSpace} {
		if err := w.Store.DeleteSpace(t.Context(), w.Host, w.Spaces[kind]); err != nil {
			t.Fatal(err)
		}
	}
}

// wantReadOnly: both read what was written, nobody writes or changes anything.
func wantReadOnly(t *testing.T, w *storetest.World, actor store.Account, chat store.ID) {
	t.Helper()
	ctx, s := t.Context(), w.Store
	talk, err := s.Talk(ctx, actor, chat, store.TalkAt{})
	if err != nil || len(talk.Messages) == 0 || talk.Chat.Writes() || talk.Chat.Other.Name == "" {
		t.Fatalf("%s reads %+v %v", actor.Name, talk, err)
	}
	if actor.IsGuest() && (talk.Chat.Known || talk.Chat.Other.Picture != "") {
		t.Error("a guest may know of somebody outside their spaces") // S4-22
	}
	_, sendErr := s.SendMessage(ctx, actor, chat, store.NewMessage{Text: "x"})
	_, _, sendToErr := s.SendTo(ctx, actor, talk.Chat.Other.ID, store.NewMessage{Text: "x"})
	_, emptyErr := s.SendMessage(ctx, actor, chat, store.NewMessage{})
	for what, err := range map[string]error{"send": sendErr, "send to": sendToErr, "send nothing": emptyErr} {
		if !is(err, store.ErrChatReadOnly) {
			t.Errorf("%s: %s says %v", actor.Name, what, err)
		}
	}
	for _, m := range talk.Messages {
		if m.Author.ID == actor.ID {
			if err := errors.Join(s.EditMessage(ctx, actor, chat, m.ID, "x")); !is(err, store.ErrChatReadOnly) {
				t.Errorf("edit: %v", err)
			}
			if err := s.DeleteMessage(ctx, actor, chat, m.ID); !is(err, store.ErrChatReadOnly) {
				t.Errorf("delete: %v", err)
			}
		}
	}
}
