package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
)

// talk is a space with several threads, and one in it.
func (w world) talk(author store.Account) store.ID {
	w.t.Helper()
	w.do(w.Store.Exec(w.t.Context(), `UPDATE spaces SET multi_thread = TRUE WHERE id = $1`, w.Space))
	thread, err := w.Store.CreateThread(w.t.Context(), author, w.Space, store.NewThread{Name: "Cover proofs"})
	w.do(err)
	return thread.ID
}

func (w world) says(author store.Account, thread store.ID, body string, audience store.Audience) store.ID {
	w.t.Helper()
	c, err := w.Store.AddComment(w.t.Context(), author, w.Space, thread, store.NewComment{Body: body, Audience: audience})
	w.do(err)
	return c.ID
}

// hears makes the notices of what happened and gives those of somebody.
func (w world) hears(who store.Account) []store.Notice {
	w.t.Helper()
	w.do(w.Store.MakeNotices(w.t.Context()))
	page, err := w.Store.Notices(w.t.Context(), who, "")
	w.do(err)
	return page.Items
}

func (w world) unseen(who store.Account) int {
	w.t.Helper()
	n, err := w.Store.UnseenNotices(w.t.Context(), who)
	w.do(err)
	return n
}

// wantHeard compares kinds and numbers, the newest first.
func (w world) wantHeard(when string, who store.Account, want ...string) {
	w.t.Helper()
	var got []string
	n := 0
	for _, notice := range w.hears(who) {
		got = append(got, notice.Kind+strings.Repeat("+", notice.N-1))
		if notice.Unseen {
			n += notice.N
		}
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: %s hears %v, want %v", when, who.Name, got, want)
	}
	if counted := w.unseen(who); counted != n {
		w.t.Errorf("%s: the bell of %s counts %d, the list %d", when, who.Name, counted, n)
	}
}

// quiet forgets what making the world has told.
func (w world) quiet() {
	w.t.Helper()
	w.do(w.Store.MakeNotices(w.t.Context()))
	w.do(w.Store.Exec(w.t.Context(), `DELETE FROM notifications`))
}

// S4-10, SEC-A5: each hears of what they may see, never of their own; what
// came one after the other stands together; who began a thread reads of answers.
func TestWhoHearsWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.quiet()
	thread := w.talk(w.GuestEditor)
	w.wantHeard("a new thread", w.Host, "thread")
	w.wantHeard("one's own thread", w.GuestEditor)
	w.says(w.Host, thread, "one", store.Everyone)
	w.says(w.Host, thread, "two", store.Everyone)
	w.says(w.Editor, thread, "among us", store.TeamOnly)
	w.wantHeard("who began it", w.GuestEditor, "reply+")
	w.wantHeard("another guest", w.GuestReader, "comment+", "thread")
	w.wantHeard("the host", w.Host, "comment", "thread")
	w.wantHeard("who stands outside", w.Outsider)
	group := w.hears(w.GuestReader)[0]
	if group.Actor.ID != w.Host.ID || group.Others != 0 || group.Excerpt != "two" || group.Name != "Cover proofs" {
		t.Errorf("the group is %+v", group)
	}
	w.says(w.Editor, thread, "three", store.Everyone)
	if group := w.hears(w.GuestReader)[0]; group.Others != 1 || group.N != 3 || group.Actor.ID != w.Editor.ID {
		t.Errorf("of two people: %+v", group)
	}
}

// SEC-A5, S4-10: a team-only comment never reaches a guest, also when they were
// a member when it was written; nor does what was deleted, or a space they left.
// List and number forget it at once.
func TestWhatOneMayNotSeeAnyMore(t *testing.T) {
	t.Parallel()
	const canary = "CANARY the price is 4711"
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	thread := w.talk(w.Host)
	w.says(w.Host, thread, canary, store.TeamOnly)
	open := w.says(w.Host, thread, "for all", store.Everyone)
	w.wantHeard("as a member", w.Editor, "comment+", "thread")
	w.Clock.Advance(2 * time.Minute)
	w.do(w.Store.MailNotices(ctx))

	w.do(w.Store.Exec(ctx, `UPDATE accounts SET kind = 'guest', system_admin = FALSE, may_create_guest_spaces = FALSE WHERE id = $1`, w.Editor.ID))
	w.wantHeard("as a guest", w.Editor, "comment", "thread")
	mails := w.news()
	for to, mail := range mails {
		if (to == w.Editor.Email || to == w.GuestEditor.Email || to == w.GuestReader.Email) && strings.Contains(string(mail.Data), canary) {
			t.Errorf("the mail to %s holds the canary: %s", to, mail.Data)
		}
	}
	if mail, told := mails[w.Editor.Email]; !told || items(t, mail)[1].N != 1 {
		t.Errorf("the mail of who was demoted: %s", mail.Data)
	}
	for _, row := range w.Dump()["outbox"] {
		if strings.Contains(row, canary) || strings.Contains(row, "Cover proofs") {
			t.Error("the outbox holds words of the space")
		}
	}

	w.do(w.Store.DeleteComment(ctx, w.Host, w.Space, thread, open))
	w.wantHeard("deleted", w.GuestReader, "thread")
	w.do(w.Store.Exec(ctx, `UPDATE memberships SET ends_at = 1 WHERE account_id = $1 AND space_id = $2`, w.GuestReader.ID, w.Space))
	w.wantHeard("after the end", w.GuestReader)
	w.do(w.Store.RemoveGuest(ctx, w.Host, w.Space, w.GuestEditor.ID, ""))
	w.wantHeard("removed", w.GuestEditor)
	if n := w.number(`SELECT COUNT(*) FROM notifications WHERE account_id = $1 AND space_id = $2`, w.GuestEditor.ID, w.Space); n != 0 {
		t.Errorf("%d notices of a space that was left", n)
	}
}

// news are the mails about news as they are handed over, by recipient. What is
// dropped is not among them.
func (w world) news() map[store.Email]store.OutboxMail {
	w.t.Helper()
	ctx := w.t.Context()
	found := map[store.Email]store.OutboxMail{}
	for _, mail := range w.Mails() {
		if mail.Kind != store.MailNotification && mail.Kind != store.MailDigest || !strings.Contains(string(mail.Data), `"topic":"news"`) {
			w.do(w.Store.MailSent(ctx, mail, "250 ok"))
			continue
		}
		drop, err := w.Store.MailEntitled(ctx, mail)
		w.do(err)
		if drop != "" {
			w.do(w.Store.MailDropped(ctx, mail, drop))
			continue
		}
		mail, err = w.Store.MailContent(ctx, mail)
		w.do(err)
		if _, twice := found[mail.To]; twice {
			w.t.Errorf("two mails to %s", mail.To)
		}
		found[mail.To] = mail
		w.do(w.Store.MailSent(ctx, mail, "250 ok"))
	}
	return found
}

// mailedItem is a line of a mail about news.
type mailedItem struct {
	Kind    string `json:"kind"`
	N       int    `json:"n"`
	Name    string `json:"name"`
	Excerpt string `json:"excerpt"`
	By      struct {
		Name  string `json:"name"`
		Guest bool   `json:"guest"`
	} `json:"by"`
}

func items(t *testing.T, mail store.OutboxMail) []mailedItem {
	t.Helper()
	var news struct {
		Items []mailedItem `json:"items"`
	}
	if err := json.Unmarshal(mail.Data, &news); err != nil {
		t.Fatal(err)
	}
	return news.Items
}

// mails makes notices and mails after a time, and gives them by recipient.
func (w world) mailsAfter(wait time.Duration) map[store.Email]store.OutboxMail {
	w.t.Helper()
	w.do(w.Store.MakeNotices(w.t.Context()))
	w.Clock.Advance(wait)
	w.do(w.Store.MailNotices(w.t.Context()))
	return w.news()
}

// S1-24: mails are on for guests who chose nothing; they wait a moment to tell
// everything in one, with the mention "guest" (S4-10), and are not sent to who
// has read it meanwhile.
func TestMailsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.quiet()
	thread := w.talk(w.Host)
	w.says(w.GuestEditor, thread, "first", store.Everyone)
	if mails := w.mailsAfter(time.Minute); len(mails) != 0 {
		t.Errorf("%d mails after a minute", len(mails))
	}
	w.says(w.GuestEditor, thread, "second", store.Everyone)
	_, err := w.Store.Conversation(t.Context(), w.Editor, w.Space, thread, store.Place{})
	w.do(err)
	mails := w.mailsAfter(time.Minute)
	got := items(t, mails[w.GuestReader.Email])
	if len(got) != 2 || got[0].Kind != "thread" || got[1].Kind != "comment" || got[1].N != 2 || got[1].Excerpt != "second" || !got[1].By.Guest || got[1].Name != "Cover proofs" {
		t.Errorf("the guest reads %+v", got)
	}
	if got := items(t, mails[w.Host.Email]); len(got) != 1 || got[0].Kind != "reply" {
		t.Errorf("who began the thread reads %+v", got)
	}
	if mail, told := mails[w.Editor.Email]; told && len(items(t, mail)) > 1 {
		t.Errorf("who has read it is mailed %s", mail.Data)
	}
	if mail := mails[w.GuestReader.Email]; mail.Unsubscribe == "" {
		t.Error("the mail cannot be ended")
	}
	if mails := w.mailsAfter(time.Hour); len(mails) != 0 {
		t.Errorf("%d mails a second time", len(mails))
	}
}

// A lively thread fills no mailbox: who does not follow the mails gets fewer of
// them, until they read; what names them comes at once.
func TestMailsOfALivelyThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.quiet()
	thread := w.talk(w.Host)
	mailed := func(words string, wait time.Duration) bool {
		t.Helper()
		w.says(w.Host, thread, words, store.Everyone)
		_, told := w.mailsAfter(wait)[w.GuestReader.Email]
		return told
	}
	const soon = 2 * time.Minute
	if !mailed("more", soon) {
		t.Error("nothing is mailed at first")
	}
	if mailed("more", soon) {
		t.Error("the second mail does not wait")
	}
	if !mailed("more", 10*time.Minute) {
		t.Error("the second mail does not come")
	}
	if mailed("more", 10*time.Minute) {
		t.Error("the third mail does not wait longer")
	}
	if !mailed("@"+w.GuestReader.Name, soon) {
		t.Error("who is named waits")
	}
	_, err := w.Store.Conversation(t.Context(), w.GuestReader, w.Space, thread, store.Place{})
	w.do(err)
	if !mailed("more", soon) {
		t.Error("who has read waits")
	}
	w.Clock.Advance(13 * time.Hour)
	if !mailed("more", soon) {
		t.Error("on the next day the mail waits")
	}
}

// SEC-M5: between queueing and hand-over somebody reads, is suspended, loses
// the space: they get nothing.
func TestMailsAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	thread := w.talk(w.Host)
	w.says(w.Host, thread, "news", store.Everyone)
	w.do(w.Store.MakeNotices(ctx))
	w.Clock.Advance(2 * time.Minute)
	w.do(w.Store.MailNotices(ctx))
	w.do(w.Store.SeeNotices(ctx, w.Editor, w.hears(w.Editor)[0].ID))
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "left"))
	w.do(w.Store.RemoveGuest(ctx, w.Host, w.Space, w.GuestReader.ID, ""))
	if mails := w.news(); len(mails) != 0 {
		t.Errorf("handed over: %v", mails)
	}
	if n := w.number(`SELECT COUNT(*) FROM outbox WHERE state = 'dropped'`); n != 3 {
		t.Errorf("%d mails are dropped", n)
	}
}

// C15: the organisation's default, one's own choice, and that for one space.
func TestChoices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, policy string
		all, space   map[string]string
		atOnce       int // things in the mail at once
		digest       int // and in that of the next morning
	}{
		{"by default", "all", nil, nil, 3, 0},
		{"mentions only", "mentions", nil, nil, 1, 0},
		{"a digest", "digest", nil, nil, 0, 3},
		{"none", "off", nil, nil, 0, 0},
		{"none, but comments wanted", "off", map[string]string{"comments": "now"}, nil, 2, 0},
		{"comments off", "all", map[string]string{"comments": "off"}, nil, 1, 0},
		{"off, but not here", "all", map[string]string{"comments": "off"}, map[string]string{"comments": "daily"}, 1, 2},
		{"not here", "all", nil, map[string]string{"comments": "off", "mentions": "off"}, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			policy(t, w.World, map[string]string{"notify.default": test.policy})
			w.do(w.Store.Exec(t.Context(), `UPDATE accounts SET timezone = 'Asia/Tokyo' WHERE id = $1`, w.Host.ID))
			w.quiet()
			w.do(w.Store.ChooseNotices(t.Context(), w.Host, 0, test.all))
			w.do(w.Store.ChooseNotices(t.Context(), w.Host, w.Space, test.space))
			own := w.talk(w.Host)
			other := w.talk(w.Editor)
			w.says(w.GuestEditor, own, "an answer", store.Everyone)
			w.says(w.GuestEditor, other, "a comment", store.Everyone)
			if got := len(items(t, orNone(w.mailsAfter(2*time.Minute), w.Host.Email))); got != test.atOnce {
				t.Errorf("%d things at once, want %d", got, test.atOnce)
			}
			// It is 19:02 in Tokyo: nothing more before eight in the morning.
			if got := w.mailsAfter(12 * time.Hour)[w.Host.Email]; got.Kind != "" {
				t.Errorf("mailed too early: %s", got.Data)
			}
			mail := orNone(w.mailsAfter(time.Hour), w.Host.Email)
			if got := len(items(t, mail)); got != test.digest || got > 0 && mail.Kind != store.MailDigest {
				t.Errorf("%d things in the morning in a %q, want %d", got, mail.Kind, test.digest)
			}
		})
	}
}

func orNone(mails map[store.Email]store.OutboxMail, to store.Email) store.OutboxMail {
	mail, ok := mails[to]
	if !ok {
		mail.Data = []byte("{}")
	}
	return mail
}

func TestChoicesThatAreNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for name, err := range map[string]error{
		"a category": w.Store.ChooseNotices(ctx, w.Host, 0, map[string]string{"gossip": "now"}),
		"a choice":   w.Store.ChooseNotices(ctx, w.Host, 0, map[string]string{"files": "loudly"}),
		"of a space": w.Store.ChooseNotices(ctx, w.Host, w.Space, map[string]string{"chat": "now"}),
	} {
		if !store.ErrUnknownChoice.Is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Store.ChooseNotices(ctx, w.Outsider, w.Space, map[string]string{"files": "off"}); !store.ErrNotFound.Is(err) {
		t.Errorf("of a space that one is not in: %v", err)
	}
	w.do(w.Store.Exec(ctx, `UPDATE accounts SET email = NULL WHERE id = $1`, w.GuestReader.ID))
	if err := w.Store.ChooseNotices(ctx, w.GuestReader, 0, map[string]string{"files": "off"}); !store.ErrNotFound.Is(err) {
		t.Errorf("without an address: %v", err)
	}
}

// RFC 8058, SEC-T1, SEC-T4: the link in the foot ends what it says, needs no
// session, changes nothing when it is opened, and its token is nowhere stored.
func TestUnsubscribing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	thread := w.talk(w.Host)
	w.says(w.Host, thread, "news", store.Everyone)
	token := w.mailsAfter(2 * time.Minute)[w.GuestReader.Email].Unsubscribe
	for _, rows := range w.Dump() {
		for _, row := range rows {
			if strings.Contains(row, token) {
				t.Error("the token stands in the database")
			}
		}
	}
	if u, err := w.Store.Unsubscription(ctx, token); err != nil || u.All || u.Ended {
		t.Errorf("before: %+v, %v", u, err)
	}
	w.says(w.Host, thread, "meanwhile", store.Everyone)
	w.do(w.Store.MakeNotices(ctx))
	for range 2 {
		if u, err := w.Store.Unsubscribe(ctx, token); err != nil || u.All || !u.Ended {
			t.Errorf("ended: %+v, %v", u, err)
		}
	}
	if u, err := w.Store.Unsubscription(ctx, token); err != nil || !u.Ended {
		t.Errorf("after: %+v, %v", u, err)
	}
	w.says(w.Host, thread, "more", store.Everyone)
	mails := w.mailsAfter(10 * time.Minute)
	if mail, told := mails[w.GuestReader.Email]; told {
		t.Errorf("mailed again: %s", mail.Data)
	}
	if _, told := mails[w.GuestEditor.Email]; !told {
		t.Error("somebody else is told nothing")
	}
	w.wantHeard("in the portal", w.GuestReader, "comment++", "thread")
	for _, token := range []string{"", "x", token[:len(token)-1]} {
		if _, err := w.Store.Unsubscribe(ctx, token); !store.ErrLinkGone.Is(err) {
			t.Errorf("%q: %v", token, err)
		}
	}
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestReader.ID, "gone"))
	if _, err := w.Store.Unsubscription(ctx, token); !store.ErrLinkGone.Is(err) {
		t.Errorf("of an account that is gone: %v", err)
	}
	if n := w.number(`SELECT COUNT(*) FROM notifications WHERE account_id = $1`, w.GuestReader.ID); n != 0 {
		t.Errorf("%d notices of an account that is gone", n)
	}
}

// SEC-M1: of several processes one makes each notice and each mail, and a space
// of many people takes several transactions.
func TestEachNoticeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	const crowd = 300
	w.do(w.Store.Seed(ctx, func(seed store.Seeder) error {
		for i := range crowd {
			member, err := seed.Account(store.SeedAccount{Kind: store.Member, Email: store.Email(fmt.Sprintf("m%d@works.example", i)), Name: fmt.Sprint("Member ", i)}, "")
			if err != nil {
				return err
			}
			if err := seed.Membership(w.Space, member, store.Editor, time.Time{}); err != nil {
				return err
			}
		}
		return nil
	}))
	w.quiet()
	thread := w.talk(w.Host)
	w.says(w.Host, thread, "to all", store.Everyone)
	var all sync.WaitGroup
	work := func(do func(*store.Store) error) {
		for _, s := range w.Nodes(3) {
			for range 2 {
				all.Go(func() {
					if err := do(s); err != nil && !store.ErrBusy.Is(err) { // whoever lost looks again
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		w.do(do(w.Store))
	}
	work(func(s *store.Store) error { return s.MakeNotices(ctx) })
	people := w.number(`SELECT COUNT(*) FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.space_id = $1 AND a.status = 'active'`, w.Space)
	rows := w.number(`SELECT COUNT(*) FROM notifications WHERE thread_id = $1`, thread)
	pairs := w.number(`SELECT COUNT(*) FROM (SELECT DISTINCT account_id, kind FROM notifications WHERE thread_id = $1) AS p`, thread)
	if people < crowd || rows != 2*(people-1) || pairs != rows {
		t.Errorf("%d notices, %d different, for %d people", rows, pairs, people)
	}
	w.Clock.Advance(2 * time.Minute)
	work(func(s *store.Store) error { return s.MailNotices(ctx) })
	mails := w.number(`SELECT COUNT(*) FROM outbox WHERE kind = 'notification'`)
	recipients := w.number(`SELECT COUNT(DISTINCT recipient) FROM outbox WHERE kind = 'notification'`)
	if mails != people-1 || recipients != mails {
		t.Errorf("%d mails to %d recipients of %d", mails, recipients, people-1)
	}
}

// SEC-T4: reading marks what was read, nothing else; the rest is marked by acts.
func TestSeeing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	one, two := w.talk(w.Host), w.talk(w.Host)
	w.says(w.Host, one, "one", store.Everyone)
	w.says(w.Host, two, "two", store.Everyone)
	w.hears(w.Editor)
	if n := w.unseen(w.Editor); n != 4 {
		t.Fatalf("%d are new", n)
	}
	_, err := w.Store.Conversation(ctx, w.Editor, w.Space, one, store.Place{})
	w.do(err)
	if n := w.unseen(w.Editor); n != 2 {
		t.Errorf("%d are new after reading one thread", n)
	}
	newest := w.hears(w.Editor)[0]
	w.says(w.Host, one, "later", store.Everyone)
	w.do(w.Store.MakeNotices(ctx))
	if err := w.Store.SeeNotice(ctx, w.GuestReader, newest.ID); !store.ErrNotFound.Is(err) {
		t.Errorf("somebody else's: %v", err)
	}
	w.do(w.Store.SeeNotice(ctx, w.Editor, newest.ID))
	if n := w.unseen(w.Editor); n != 2 {
		t.Errorf("%d are new after one was marked", n)
	}
	w.do(w.Store.SeeNotices(ctx, w.Editor, newest.ID))
	w.wantHeard("what came since stays new", w.Editor, "comment", "comment", "comment", "thread", "thread")
	if n := w.unseen(w.Editor); n != 1 {
		t.Errorf("%d are new after all on the page were marked", n)
	}
}

// Being put into a space, and coming by an invitation.
func TestComing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	w.do(w.Store.AddSpaceMember(ctx, w.Host, w.Space, w.Outsider.ID, store.Editor))
	w.wantHeard("who was put in", w.Outsider, "added")
	w.wantHeard("who did it", w.Host)
	w.wantHeard("the others", w.Editor)
	w.do(w.Store.Sweep(ctx))
	w.wantHeard("after a sweep", w.Outsider, "added")
	w.Clock.Advance(91 * store.Day)
	w.do(w.Store.Sweep(ctx))
	w.wantHeard("after 90 days", w.Outsider)
}

// S0-15: who has unfollowed a thread or the space hears nothing of it, but that
// somebody named them; who is named hears of that alone.
func TestFollowingAndMentions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	thread := w.talk(w.Host)
	w.do(w.Store.FollowThread(ctx, w.Editor, w.Space, thread, false))
	w.do(w.Store.FollowSpace(ctx, w.GuestReader, w.Space, false))
	w.says(w.GuestEditor, thread, "a comment", store.Everyone)
	w.wantHeard("who has unfollowed the thread", w.Editor, "thread")
	w.wantHeard("who has unfollowed the space", w.GuestReader)
	w.says(w.GuestEditor, thread, "for @Richard Roe", store.Everyone)
	w.wantHeard("who is named", w.Editor, "mention", "thread")
	w.wantHeard("who began the thread", w.Host, "reply+")
	w.says(w.Editor, thread, "among us: @Jane Roe", store.TeamOnly)
	w.wantHeard("named among the team", w.Host, "mention", "reply+")
	w.wantHeard("a guest", w.GuestEditor, "thread")
	w.do(w.Store.Exec(ctx, `UPDATE accounts SET kind = 'guest', system_admin = FALSE, may_create_guest_spaces = FALSE WHERE id = $1`, w.Editor.ID))
	w.wantHeard("named, now a guest", w.Editor, "mention", "thread")
}

// S4-14, S0-15: files are told to those who may see them and follow the space.
func TestFilesAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	w.do(w.Store.FollowSpace(ctx, w.GuestEditor, w.Space, false))
	addFile(t, w.World, w.Host, w.Space, store.NewFile{}, "plan.txt", "for all")
	secret := addFile(t, w.World, w.Host, w.Space, store.NewFile{Audience: store.TeamOnly}, "price.txt", "for the team")
	w.wantHeard("a member", w.Editor, "file+")
	w.wantHeard("a guest", w.GuestReader, "file")
	w.wantHeard("who has unfollowed the space", w.GuestEditor)
	if got := w.hears(w.GuestReader)[0].Name; got != "plan.txt" {
		t.Errorf("the guest reads of %q", got)
	}
	w.do(w.Store.DeleteFile(ctx, w.Host, w.Space, secret.ID))
	w.wantHeard("deleted", w.Editor, "file")
}

// Chats of two tell the other one; who has read it, or muted the chat, nothing.
func TestMessagesAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.quiet()
	var chat store.ID
	say := func(text string) {
		t.Helper()
		var err error
		chat, _, err = w.Store.SendTo(ctx, w.Host, w.GuestEditor.ID, store.NewMessage{Text: text})
		w.do(err)
	}
	say("one")
	say("two")
	w.wantHeard("the other one", w.GuestEditor, "message+")
	w.wantHeard("who wrote", w.Host)
	if group := w.hears(w.GuestEditor)[0]; group.Excerpt != "two" || group.Thread != chat || group.Space != 0 {
		t.Errorf("the group is %+v", group)
	}
	if got := items(t, orNone(w.mailsAfter(2*time.Minute), w.GuestEditor.Email)); len(got) != 1 || got[0].N != 2 || got[0].By.Name != w.Host.Name {
		t.Errorf("the mail tells %+v", got)
	}
	w.do(w.Store.MuteChat(ctx, w.GuestEditor, chat, true))
	say("three")
	w.wantHeard("muted", w.GuestEditor, "message+")
}
