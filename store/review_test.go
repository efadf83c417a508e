package store_test

import (
	"errors"
	"sync"
	"testing"

	"guesthouse/store"
)

// settings changes the policy as the administrator.
func (w world) settings(settings map[string]string) {
	w.t.Helper()
	w.do(w.Store.ChangePolicy(w.t.Context(), w.Root, store.PolicyChange{Settings: settings, Confirmed: true, Acknowledged: true}))
}

// notices are the mails to an address with this topic that are due now.
func notices(mails []store.OutboxMail, to store.Email, topic string) int {
	n := 0
	for _, mail := range mails {
		if data := string(mail.Data); mail.To == to && containsTopic(data, topic) {
			n++
		}
	}
	return n
}

func (w world) items(who store.Account) []store.ReviewItem {
	w.t.Helper()
	page, err := w.Store.ReviewItems(w.t.Context(), who, "")
	w.do(err)
	return page.Items
}

// itemOf is the item about a guest in a space.
func (w world) itemOf(who store.Account, space, guest store.ID) store.ReviewItem {
	w.t.Helper()
	for _, item := range w.items(who) {
		if item.Space == space && item.Guest.ID == guest {
			return item
		}
	}
	w.t.Fatal("nobody asks about this guest")
	return store.ReviewItem{}
}

// Beyond 7: a review begins when nobody has confirmed a space's guests for as
// long as the policy says, exactly once however many processes look, and asks
// each administrator in one mail.
func TestReviewBeginsByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.settings(map[string]string{"review.every_days": "30"})
	w.Clock.Advance(30*store.Day - 1000000)
	w.do(w.Store.Sweep(t.Context()))
	if n := len(w.items(w.Host)); n != 0 {
		t.Fatalf("%d guests to confirm before the time", n)
	}
	w.Clock.Advance(1000000)
	w.Mails()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := w.Store.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(w.items(w.Host)); n != 8 { // two guests in each of four spaces
		t.Errorf("%d guests to confirm, want 8", n)
	}
	if n := notices(w.Mails(), w.Host.Email, store.NoticeReviewStarted); n != 1 {
		t.Errorf("%d mails to the administrator of the spaces, want one for all", n)
	}
	home, err := w.Store.Home(t.Context(), w.Host, "")
	if err != nil || home.Reviews != 8 {
		t.Errorf("%d waiting, %v", home.Reviews, err)
	}
}

// Beyond 7: keep, extend, end.
func TestReviewAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.do(w.Store.StartReview(ctx, w.Host, w.Space))
	if err := w.Store.StartReview(ctx, w.Host, w.Space); !errors.Is(err, store.ErrReviewOpen) {
		t.Errorf("a second review at the same time: %v", err)
	}
	erika, mario := w.itemOf(w.Host, w.Space, w.GuestEditor.ID), w.itemOf(w.Host, w.Space, w.GuestReader.ID)
	done, err := w.Store.AnswerReview(ctx, w.Host, []store.ReviewAnswer{
		{Review: erika.Review, Guest: erika.Guest.ID, Decision: store.ExtendTo, Days: "60"},
		{Review: mario.Review, Guest: mario.Guest.ID, Decision: store.EndGuest},
	})
	if err != nil || done != 2 {
		t.Fatalf("%d done, %v", done, err)
	}
	g, err := w.Store.SpaceGuest(ctx, w.Host, w.Space, w.GuestEditor.ID)
	if want := w.Clock.Now().AddDate(0, 0, 60); err != nil || g.EndsAt.Sub(want).Abs() > store.Day {
		t.Errorf("ends %v, want about %v, %v", g.EndsAt, want, err)
	}
	if _, err := w.Store.Space(ctx, w.GuestReader, w.Space, store.ToOpen); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("whoever was ended comes in: %v", err)
	}
	reviews, err := w.Store.Reviews(ctx, w.Root, true, "")
	if err != nil || len(reviews.Items) != 1 || reviews.Items[0].Guests != 2 {
		t.Errorf("ended reviews: %+v, %v", reviews.Items, err)
	}
	// Somebody else had the same page open.
	done, err = w.Store.AnswerReview(ctx, w.Host, []store.ReviewAnswer{{Review: erika.Review, Guest: erika.Guest.ID, Decision: store.EndGuest}})
	if err != nil || done != 0 {
		t.Errorf("an answer that came too late: %d done, %v", done, err)
	}
}

// SEC-A1: nobody answers who is not asked, and nobody learns of it.
func TestReviewIsForWhoIsAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.do(w.Store.StartReview(ctx, w.Host, w.Space))
	item := w.itemOf(w.Host, w.Space, w.GuestReader.ID)
	for name, who := range map[string]store.Account{
		"a member inside": w.Editor, "a member outside": w.Outsider, "a system administrator outside": w.Root,
		"a guest": w.GuestEditor, "the guest in question": w.GuestReader,
	} {
		if n := len(w.items(who)); n != 0 {
			t.Errorf("%s sees %d guests to confirm", name, n)
		}
		_, err := w.Store.AnswerReview(ctx, who, []store.ReviewAnswer{{Review: item.Review, Guest: item.Guest.ID, Decision: store.EndGuest}})
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s answers: %v", name, err)
		}
	}
	for name, who := range map[string]store.Account{"a member": w.Editor, "a guest": w.GuestEditor, "a system administrator outside": w.Root} {
		if err := w.Store.StartReview(ctx, who, w.Space); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s begins a review: %v", name, err)
		}
	}
	if _, err := w.Store.Reviews(ctx, w.Host, false, ""); !errors.Is(err, store.ErrForbidden) {
		t.Errorf("all reviews for a space's administrator: %v", err)
	}
	_, err := w.Store.AnswerReview(ctx, w.Host, []store.ReviewAnswer{{Review: item.Review, Guest: item.Guest.ID, Decision: "burn"}})
	if !errors.Is(err, store.ErrBadDecision) {
		t.Errorf("an unknown decision: %v", err)
	}
}

// Beyond 7: with sponsors as reviewers each answers for their own guests, as
// far as they know the space (SEC-A5).
func TestReviewBySponsors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.settings(map[string]string{"review.by": "sponsors"})
	w.do(w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Sponsor(w.GuestReader.ID, w.Editor.ID) }))
	w.do(w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Sponsor(w.GuestEditor.ID, w.Outsider.ID) }))
	w.do(w.Store.StartReview(ctx, w.Host, w.Space))
	if n := len(w.items(w.Outsider)); n != 0 {
		t.Errorf("a sponsor who is not in the space is asked about %d guests", n)
	}
	list := w.items(w.Editor)
	if len(list) != 1 || list[0].Guest.ID != w.GuestReader.ID {
		t.Fatalf("the sponsor is asked about %+v", list)
	}
	done, err := w.Store.AnswerReview(ctx, w.Editor, []store.ReviewAnswer{{Review: list[0].Review, Guest: list[0].Guest.ID, Decision: store.KeepGuest}})
	if err != nil || done != 1 || len(w.items(w.Editor)) != 0 {
		t.Errorf("%d done, %v, %d left", done, err, len(w.items(w.Editor)))
	}
	if left := w.items(w.Host); len(left) != 1 || left[0].Guest.ID != w.GuestEditor.ID {
		t.Errorf("the space's administrator is still asked about %+v", left)
	}
}

// Beyond 7: about whom nobody answers is suspended where this was the only
// space, and removed from this one where there are others.
func TestReviewUnanswered(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"suspend", "keep"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx := t.Context()
			w.settings(map[string]string{"review.unanswered": policy, "review.answer_days": "10"})
			for _, kind := range []store.SpaceKind{store.OpenSpace, store.PrivateSpace, store.SecretSpace} {
				w.do(w.Store.RemoveFromSpace(ctx, w.Root, w.GuestReader.ID, w.Spaces[kind], ""))
			}
			w.do(w.Store.StartReview(ctx, w.Host, w.Space))
			w.Clock.Advance(8 * store.Day)
			w.Deliver()
			w.do(w.Store.Sweep(ctx))
			w.do(w.Store.Sweep(ctx))
			if n := notices(w.Mails(), w.Host.Email, store.NoticeReviewReminder); n != 1 {
				t.Errorf("%d reminders, want 1", n)
			}
			w.Clock.Advance(2 * store.Day)
			w.do(w.Store.Sweep(ctx))
			reader, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestReader.ID)
			w.do(err)
			editor, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestEditor.ID)
			w.do(err)
			suspended := reader.Status == store.StatusSuspended && reader.SuspendedFor == store.ByReview
			if suspended != (policy == "suspend") || editor.Status != store.StatusActive {
				t.Errorf("in one space: %s for %q; in four: %s", reader.Status, reader.SuspendedFor, editor.Status)
			}
			if want := map[string]int{"suspend": 3, "keep": 4}[policy]; len(editor.Spaces) != want {
				t.Errorf("%d spaces are left, want %d", len(editor.Spaces), want)
			}
			open, err := w.Store.Reviews(ctx, w.Root, false, "")
			if err != nil || len(open.Items) != 0 {
				t.Errorf("still open: %+v, %v", open.Items, err)
			}
		})
	}
}
