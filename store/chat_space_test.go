package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// card is the chat in somebody's list.
func card(t *testing.T, w *storetest.World, actor store.Account, chat store.ID) (store.ChatCard, bool) {
	t.Helper()
	page, err := w.Store.Chats(t.Context(), actor, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Items {
		if c.ID == chat {
			return c, true
		}
	}
	return store.ChatCard{}, false
}

// unread is the number that stands beside "Chat" for somebody.
func unread(t *testing.T, w *storetest.World, actor store.Account) int {
	t.Helper()
	n, err := w.Store.UnreadMessages(t.Context(), actor)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// read reads a chat to its end, as its page does.
func read(t *testing.T, w *storetest.World, actor store.Account, chat store.ID) {
	t.Helper()
	talk, err := w.Store.Talk(t.Context(), actor, chat, store.TalkAt{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Store.SawChat(t.Context(), actor, talk.Chat); err != nil {
		t.Fatal(err)
	}
}

// S3-06, S4-13, SEC-A1: who reads and writes in the chat of a space is what
// the table says of opening and writing.
func TestChatOfASpace(t *testing.T) {
	t.Parallel()
	for _, kind := range store.SpaceKinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			ctx, s := t.Context(), w.Store
			chat, err := s.SpaceChat(ctx, w.Host, w.Spaces[kind])
			if err != nil {
				t.Fatal(err)
			}
			for _, standing := range standings {
				actor := as(w, standing)
				_, opens := s.Space(ctx, actor, w.Spaces[kind], store.ToOpen)
				_, writes := s.Space(ctx, actor, w.Spaces[kind], store.ToWrite)
				if _, err := s.SpaceChat(ctx, actor, w.Spaces[kind]); !is(err, opens) {
					t.Errorf("%s: the way to it says %v, want %v", standing, err, opens)
				}
				if _, err := s.Talk(ctx, actor, chat, store.TalkAt{}); !is(err, opens) {
					t.Errorf("%s: reading says %v, want %v", standing, err, opens)
				}
				if _, err := s.SendMessage(ctx, actor, chat, store.NewMessage{Text: "Hello"}); !is(err, writes) {
					t.Errorf("%s: writing says %v, want %v", standing, err, writes)
				}
				if _, listed := card(t, w, actor, chat); listed != (standing == "SpA" || standing == "M" || standing == "GE" || standing == "GR") {
					t.Errorf("%s: in the list %v", standing, listed)
				}
			}
		})
	}
}

// S4-10, SEC-A5: what is for the team alone shows nowhere to a guest: not in
// the chat, the list, its order or its counts, and cannot be asked for.
func TestTeamOnlyMessages(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, s := t.Context(), w.Store
	chat := spaceChat(t, w)
	tell(t, w, w.Host, chat, "for everyone")
	before, _ := card(t, w, w.GuestEditor, chat)
	secret := tell(t, w, w.Editor, chat, "canary", store.TeamOnly)
	if got := texts(t, w, w.GuestEditor, chat); !slices.Equal(got, []string{"for everyone"}) {
		t.Errorf("the guest reads %v", got)
	}
	if got := texts(t, w, w.Host, chat); !slices.Equal(got, []string{"for everyone", "canary"}) {
		t.Errorf("the team reads %v", got)
	}
	after, _ := card(t, w, w.GuestEditor, chat)
	if after.Last != before.Last || after.New != before.New || unread(t, w, w.GuestEditor) != 1 || unread(t, w, w.Host) != 1 {
		t.Errorf("the guest's list says %+v, before %+v", after.Last, before.Last)
	}
	for _, where := range []store.TalkAt{{Only: secret}, {Around: secret}, {After: secret - 1}} {
		talk, err := s.Talk(ctx, w.GuestEditor, chat, where)
		if len(talk.Messages) > 0 || where.Around != 0 && !is(err, store.ErrNotFound) {
			t.Errorf("%+v gives %v %v", where, talk.Messages, err)
		}
	}
	for name, audience := range map[string]store.Audience{"the team": store.TeamOnly, "a company": store.ForCompany("partner")} {
		if _, err := s.SendMessage(ctx, w.GuestEditor, chat, store.NewMessage{Text: "x", Audience: audience}); !is(err, store.ErrUnknownAudience) {
			t.Errorf("a guest writes for %s: %v", name, err)
		}
	}
	pair := begin(t, w, w.Host, w.GuestEditor, "Hello")
	if _, err := s.SendMessage(ctx, w.Host, pair, store.NewMessage{Text: "x", Audience: store.TeamOnly}); !is(err, store.ErrUnknownAudience) {
		t.Errorf("for the team in a chat of two: %v", err)
	}
	if got := listeners(t, w, secret); !slices.Equal(got, []store.ID{w.Host.ID}) {
		t.Errorf("told are %v", got)
	}
}

func listeners(t *testing.T, w *storetest.World, message store.ID) []store.ID {
	t.Helper()
	list, err := w.Store.MessageListeners(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// Beyond 8, SEC-A5: where companies are apart a guest reads the members and
// their own company, in the chat, the list and the counts.
func TestChatWithCompaniesApart(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	chat := spaceChat(t, w)
	if err := w.Store.Exec(t.Context(), `UPDATE spaces SET companies_apart = TRUE`); err != nil {
		t.Fatal(err)
	}
	member(t, w, w.Space, w.GuestReader, store.Editor)
	tell(t, w, w.Host, chat, "from the host")
	studio := tell(t, w, w.GuestReader, chat, "canary")
	if got := texts(t, w, w.GuestEditor, chat); !slices.Equal(got, []string{"from the host"}) {
		t.Errorf("another company reads %v", got)
	}
	if c, _ := card(t, w, w.GuestEditor, chat); c.Last.Text != "from the host" || c.New != 1 {
		t.Errorf("the list says %+v", c)
	}
	if got := texts(t, w, w.GuestReader, chat); len(got) != 2 {
		t.Errorf("they read %v of their own", got)
	}
	if slices.Contains(listeners(t, w, studio), w.GuestEditor.ID) {
		t.Error("another company is told")
	}
	// S4-22: guests of two companies do not even know of each other.
	if _, _, err := w.Store.SendTo(t.Context(), w.GuestEditor, w.GuestReader.ID, store.NewMessage{Text: "x"}); !is(err, store.ErrNotFound) {
		t.Errorf("a guest of another company: %v", err)
	}
}

// S4-18: companies that are set apart close the chats of their guests at once.
func TestCompaniesSetApartCloseChats(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	chat := begin(t, w, w.GuestEditor, w.GuestReader, "before")
	if err := w.Store.Exec(t.Context(), `UPDATE spaces SET companies_apart = TRUE`); err != nil {
		t.Fatal(err)
	}
	wantReadOnly(t, w, w.GuestEditor, chat)
	wantReadOnly(t, w, w.GuestReader, chat)
}

// SEC-T4: what was read is noted by opening a chat, counts what others wrote,
// and begins when somebody joins; a muted chat asks for nothing.
func TestUnreadMessages(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	chat := spaceChat(t, w)
	tell(t, w, w.Host, chat, "one")
	w.Clock.Advance(time.Minute)
	late := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "late@partner.example", Name: "Late"})
	member(t, w, w.Space, late, store.Editor)
	gone := tell(t, w, w.Host, chat, "two")
	pair := begin(t, w, w.Host, w.GuestEditor, "three")
	if unread(t, w, w.GuestEditor) != 3 || unread(t, w, late) != 1 || unread(t, w, w.Host) != 0 || unread(t, w, w.GuestOutside) != 0 {
		t.Errorf("unread %d, %d, %d", unread(t, w, w.GuestEditor), unread(t, w, late), unread(t, w, w.Host))
	}
	if err := w.Store.DeleteMessage(t.Context(), w.Host, chat, gone); err != nil {
		t.Fatal(err)
	}
	read(t, w, w.GuestEditor, pair)
	if n := unread(t, w, w.GuestEditor); n != 1 {
		t.Errorf("after one was taken back and one read: %d", n)
	}
	if err := w.Store.MuteChat(t.Context(), w.GuestEditor, chat, true); err != nil {
		t.Fatal(err)
	}
	c, _ := card(t, w, w.GuestEditor, chat)
	if n := unread(t, w, w.GuestEditor); n != 0 || !c.Muted || c.New != 1 {
		t.Errorf("muted: %d, %+v", n, c)
	}
	again := tell(t, w, w.Host, chat, "four")
	if slices.Contains(listeners(t, w, again), w.GuestEditor.ID) || !slices.Contains(listeners(t, w, again), late.ID) {
		t.Errorf("told are %v", listeners(t, w, again))
	}
	if err := w.Store.MuteChat(t.Context(), w.GuestEditor, chat, false); err != nil {
		t.Fatal(err)
	}
	read(t, w, w.GuestEditor, chat)
	if unread(t, w, w.GuestEditor) != 0 || slices.Contains(listeners(t, w, again), w.GuestEditor.ID) {
		t.Error("what was read is still new")
	}
}

// A chat is read part by part in both directions, and around any message.
func TestTalkIsPagedBothWays(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, s := t.Context(), w.Store
	chat := spaceChat(t, w)
	var ids []store.ID
	for i := range 120 {
		ids = append(ids, tell(t, w, w.Host, chat, fmt.Sprint("n", i)))
		if i%3 == 0 {
			tell(t, w, w.Editor, chat, "canary", store.TeamOnly)
		}
	}
	at := func(where store.TalkAt) (store.Talk, []store.ID) {
		talk, err := s.Talk(ctx, w.GuestEditor, chat, where)
		if err != nil {
			t.Fatal(err)
		}
		var got []store.ID
		for _, m := range talk.Messages {
			got = append(got, m.ID)
		}
		return talk, got
	}
	end, got := at(store.TalkAt{})
	if !slices.Equal(got, ids[70:]) || end.Earlier != ids[70] || end.Later != 0 {
		t.Fatalf("the end: %d messages, %d %d", len(got), end.Earlier, end.Later)
	}
	middle, got := at(store.TalkAt{Before: end.Earlier})
	if !slices.Equal(got, ids[20:70]) || middle.Earlier != ids[20] || middle.Later != ids[69] {
		t.Errorf("before: %d messages, %d %d", len(got), middle.Earlier, middle.Later)
	}
	first, got := at(store.TalkAt{Before: middle.Earlier})
	if !slices.Equal(got, ids[:20]) || first.Earlier != 0 || first.Later != ids[19] {
		t.Errorf("the beginning: %d messages, %d %d", len(got), first.Earlier, first.Later)
	}
	forth, got := at(store.TalkAt{After: first.Later})
	if !slices.Equal(got, ids[20:70]) || forth.Earlier != ids[20] || forth.Later != ids[69] {
		t.Errorf("after: %d messages, %d %d", len(got), forth.Earlier, forth.Later)
	}
	around, got := at(store.TalkAt{Around: ids[60]})
	if !slices.Equal(got, ids[35:86]) || around.Earlier != ids[35] || around.Later != ids[85] {
		t.Errorf("around: %d messages, %d %d", len(got), around.Earlier, around.Later)
	}
	if _, got := at(store.TalkAt{Only: ids[5]}); !slices.Equal(got, ids[5:6]) {
		t.Errorf("only: %v", got)
	}
}

// The list of chats is paged by key, the newest word first.
func TestChatsArePaged(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	var want []store.ID
	for i := range 60 {
		other := newAccount(t, w, store.SeedAccount{Kind: store.Member, Email: store.Email(fmt.Sprintf("m%d@works.example", i)), Name: fmt.Sprint("M ", i)})
		want = append(want, begin(t, w, w.Host, other, "Hello"))
	}
	tell(t, w, w.Host, want[3], "again")
	slices.Reverse(want)
	want = append([]store.ID{want[56]}, slices.Delete(slices.Clone(want), 56, 57)...)
	var got []store.ID
	for from := ""; ; {
		page, err := w.Store.Chats(t.Context(), w.Host, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			if !c.OfSpace() {
				got = append(got, c.ID)
			}
		}
		if from = page.Next; from == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Own messages are changed, taken back and brought back for an hour; their
// words are forgotten then. Administrators of a space take others' back, which
// the audit log tells.
func TestMessagesAreChanged(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, s := t.Context(), w.Store
	chat := spaceChat(t, w)
	id := tell(t, w, w.GuestEditor, chat, "first")
	for actor, want := range map[store.ID]error{w.Host.ID: store.ErrForbidden, w.Editor.ID: store.ErrForbidden, w.GuestEditor.ID: nil} {
		if err := s.EditMessage(ctx, store.Account{ID: actor}, chat, id, "better"); !is(err, want) {
			t.Errorf("%d edits: %v, want %v", actor, err, want)
		}
	}
	if err := s.EditMessage(ctx, w.GuestEditor, chat, id, " "); !is(err, store.ErrRequired) {
		t.Errorf("nothing: %v", err)
	}
	if err := s.EditMessage(ctx, w.GuestEditor, chat, id, strings.Repeat("あ", store.MaxText+1)); !is(err, store.ErrTextTooLong) {
		t.Errorf("too long: %v", err)
	}
	steps := []struct {
		name string
		act  func() error
		want error
	}{
		{"delete", func() error { return s.DeleteMessage(ctx, w.GuestEditor, chat, id) }, nil},
		{"delete again", func() error { return s.DeleteMessage(ctx, w.GuestEditor, chat, id) }, nil},
		{"edit what is deleted", func() error { return s.EditMessage(ctx, w.GuestEditor, chat, id, "x") }, store.ErrNotFound},
		{"another's undo", func() error { return s.RestoreMessage(ctx, w.Host, chat, id) }, store.ErrNotFound},
		{"undo", func() error { return s.RestoreMessage(ctx, w.GuestEditor, chat, id) }, nil},
		{"a member deletes another's", func() error { return s.DeleteMessage(ctx, w.Editor, chat, id) }, store.ErrForbidden},
		{"an administrator does", func() error { return s.DeleteMessage(ctx, w.Host, chat, id) }, nil},
		{"the author does not undo that", func() error { return s.RestoreMessage(ctx, w.GuestEditor, chat, id) }, store.ErrNotFound},
	}
	for _, step := range steps {
		if err := step.act(); !is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.name, err, step.want)
		}
	}
	if got := texts(t, w, w.Host, chat); !slices.Equal(got, []string{""}) {
		t.Errorf("of a deleted message is left %q", got)
	}
	n, err := s.Number(ctx, `SELECT COUNT(*) FROM audit WHERE action = 'message.moderated'`)
	if err != nil || n != 1 {
		t.Errorf("%d entries in the audit log, %v", n, err)
	}
	w.Clock.Advance(time.Hour)
	if err := s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.RestoreMessage(ctx, w.Host, chat, id); !is(err, store.ErrNotFound) {
		t.Errorf("after an hour: %v", err)
	}
	if text, err := s.Text(ctx, `SELECT body || body_html || excerpt FROM messages WHERE id = $1`, id); err != nil || text != "" {
		t.Errorf("kept %q, %v", text, err)
	}
}

// SEC-A5, beyond 15: one's own messages can be taken along, without names that
// one must not know of any more; an erased person's words stay under a number.
func TestOwnMessages(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	onlyOneSpace(t, w)
	ctx, s := t.Context(), w.Store
	chat := begin(t, w, w.GuestEditor, w.Editor, "to Richard")
	tell(t, w, w.Editor, chat, "the answer")
	tell(t, w, w.GuestEditor, spaceChat(t, w), "to all")
	own := func() (list []store.OwnMessage) {
		data, err := s.ExportOwnData(ctx, w.GuestEditor)
		if err == nil {
			err = s.OwnMessages(ctx, data, func(m store.OwnMessage) error {
				list = append(list, m)
				return nil
			})
		}
		if err != nil || len(list) != 2 || list[0].Body != "to Richard" || list[1].Body != "to all" {
			t.Fatalf("%+v %v", list, err)
		}
		return list
	}
	if list := own(); list[0].With != w.Editor.Name || !list[0].Opens || list[1].SpaceName == "" || !list[1].Opens {
		t.Errorf("%+v", list)
	}
	if err := s.RemoveGuest(ctx, w.Host, w.Space, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	if list := own(); list[0].With != "" || !list[0].Opens || list[1].SpaceName != "" || list[1].Opens {
		t.Errorf("after the end %+v", list)
	}
	if err := s.EraseGuest(ctx, w.Root, w.GuestEditor.ID, ""); err != nil {
		t.Fatal(err)
	}
	talk, err := s.Talk(ctx, w.Editor, chat, store.TalkAt{})
	if err != nil || talk.Messages[0].Body != "to Richard" || strings.Contains(talk.Messages[0].Author.Name+talk.Chat.Other.Name, "Erika") {
		t.Errorf("%+v %v", talk, err)
	}
}
