package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
)

// fails records a failed try as the worker does.
func (w world) fails(d store.Delivery, next time.Duration) {
	w.t.Helper()
	now := w.Clock.Now()
	w.do(w.Store.DeliveryDeferred(w.t.Context(), d, store.Try{At: now, Took: 5 * time.Second, Reason: store.TryTooSlow}, now.Add(next), now.Add(12*time.Second)))
}

func (w world) suspend(guests ...store.Account) {
	w.t.Helper()
	for _, guest := range guests {
		w.do(w.Store.Suspend(w.t.Context(), w.Root, guest.ID, ""))
	}
}

func (w world) mustClaim() store.Delivery {
	w.t.Helper()
	d, due := w.claimDelivery()
	if !due {
		w.t.Fatal("nothing is due")
	}
	return d
}

func (w world) nothingDue(when string) {
	w.t.Helper()
	if d, due := w.claimDelivery(); due {
		w.t.Fatalf("%s: %s is due", when, d.MessageID)
	}
}

// SEC-M1: a worker that dies between claim and answer loses nothing: the next
// one sends the same again when the lease ends, and what the dead one says late
// counts for nothing.
func TestDelivererDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.webhook()
	w.suspend(w.GuestEditor)
	dead := w.mustClaim()
	w.nothingDue("while the lease lasts")
	w.Clock.Advance(31 * time.Second)
	again := w.mustClaim()
	if again.MessageID != dead.MessageID || string(again.Payload) != string(dead.Payload) || again.Attempts != 2 {
		t.Errorf("first %+v, then %+v", dead, again)
	}
	w.do(w.Store.DeliveryGone(t.Context(), dead, store.Try{At: w.Clock.Now(), Status: 410, Reason: store.TryAnswered}))
	w.do(w.Store.DeliveryReturned(t.Context(), dead))
	if hook, err := w.Store.Webhook(t.Context(), w.Root, id); err != nil || !hook.Enabled {
		t.Error("what the dead one said counts")
	}
	w.do(w.Store.DeliveryArrived(t.Context(), again, store.Try{At: w.Clock.Now(), Status: 200, Reason: store.TryAnswered}))
	w.Clock.Advance(time.Hour)
	w.nothingDue("after it has arrived")
}

// A portal that starts alone on its database waits for no lease.
func TestReleaseDeliveries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook()
	w.suspend(w.GuestEditor)
	first := w.mustClaim()
	w.do(w.Store.ReleaseDeliveries(t.Context()))
	again := w.mustClaim()
	if again.MessageID != first.MessageID {
		t.Errorf("%s instead of %s", again.MessageID, first.MessageID)
	}
	w.do(w.Store.DeliveryReturned(t.Context(), again))
	if d := w.mustClaim(); d.Tries != 2 || d.Attempts != 3 {
		t.Errorf("%d tries, %d claims: what was given back is no try", d.Tries, d.Attempts)
	}
}

// One at a time goes to each receiver, and a receiver that failed rests, so
// that a dead one starves no other.
func TestDeadReceiverStarvesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dead := w.webhook()
	w.suspend(w.GuestEditor, w.GuestReader) // long before the other is there
	w.Clock.Advance(time.Minute)
	alive := w.webhook()
	w.suspend(w.GuestOutside)

	hangs := w.mustClaim()
	if hangs.Webhook != dead {
		t.Fatal("the oldest does not go first")
	}
	other := w.mustClaim()
	if other.Webhook != alive {
		t.Fatal("a second delivery goes to a receiver that is busy")
	}
	w.nothingDue("both are busy")
	w.do(w.Store.DeliveryArrived(t.Context(), other, store.Try{At: w.Clock.Now()}))
	w.fails(hangs, 15*time.Second)
	w.nothingDue("the dead one rests")
	w.Clock.Advance(13 * time.Second)
	if d := w.mustClaim(); d.Webhook != dead || d.MessageID == hangs.MessageID || d.Failures != 1 {
		t.Errorf("after the rest: %+v", d)
	}
}

// Eight workers at once: each delivery is claimed by one.
func TestEachDeliveryIsClaimedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.webhook()
	}
	w.suspend(w.GuestEditor)
	var mu sync.Mutex
	claimed := map[store.ID]int{}
	var workers sync.WaitGroup
	for _, node := range w.Nodes(2) {
		for range 4 {
			workers.Go(func() {
				d, err := node.ClaimDelivery(t.Context(), time.Minute)
				if errors.Is(err, store.ErrNotFound) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				claimed[d.ID]++
			})
		}
	}
	workers.Wait()
	if len(claimed) != 3 {
		t.Errorf("%d were claimed", len(claimed))
	}
	for id, n := range claimed {
		if n != 1 {
			t.Errorf("delivery %s was claimed %d times", id, n)
		}
	}
}

// After three days of failures a delivery is given up. The webhook that took
// nothing in that time is switched off, and every system administrator is
// mailed; one that took something else stays.
func TestGivenUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		other bool // something else arrives meanwhile
	}{{"nothing arrives", false}, {"something else arrives", true}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.webhook(store.EventSuspended, store.EventRemoved)
			w.suspend(w.GuestEditor)
			w.Deliver()
			w.fails(w.mustClaim(), 3*time.Hour)
			w.Clock.Advance(3 * time.Hour)
			poison := w.mustClaim()
			w.do(w.Store.DeliveryReturned(t.Context(), poison))
			if test.other {
				w.do(w.Store.RemoveGuest(t.Context(), w.Host, w.Space, w.GuestReader.ID, ""))
				w.fails(w.mustClaim(), time.Hour) // the one that waited longer
				w.Clock.Advance(13 * time.Second)
				w.do(w.Store.DeliveryArrived(t.Context(), w.mustClaim(), store.Try{At: w.Clock.Now(), Status: 200, Reason: store.TryAnswered}))
				w.Deliver()
			}
			w.Clock.Advance(3*store.Day - 4*time.Hour)
			w.fails(w.mustClaim(), 3*time.Hour)
			hook, err := w.Store.Webhook(t.Context(), w.Root, id)
			w.do(err)
			if hook.Enabled != test.other || (hook.OffReason == store.WebhookFailing) == test.other {
				t.Errorf("the webhook is %+v", hook)
			}
			list, _, err := w.Store.Deliveries(t.Context(), w.Root, id, store.DeliveryFailed, 0)
			w.do(err)
			if len(list) != 1 || list[0].MessageID != poison.MessageID {
				t.Errorf("given up: %+v", list)
			}
			overview, err := w.Store.Overview(t.Context(), w.Root)
			w.do(err)
			mails := w.Deliver()
			if told := len(mails) == 1 && mails[0].To == w.Root.Email && strings.Contains(string(mails[0].Data), "webhook_off"); told == test.other || (overview.WebhooksOff == 1) == test.other {
				t.Errorf("%d mails, %d off", len(mails), overview.WebhooksOff)
			}
		})
	}
}

// 410 Gone switches the webhook off at once; what waits is given up and can be
// sent again.
func TestGoneSwitchesOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.webhook()
	w.suspend(w.GuestEditor, w.GuestReader)
	w.do(w.Store.DeliveryGone(t.Context(), w.mustClaim(), store.Try{At: w.Clock.Now(), Status: 410, Reason: store.TryAnswered}))
	w.nothingDue("the webhook is off")
	hook, err := w.Store.Webhook(t.Context(), w.Root, id)
	w.do(err)
	if hook.Enabled || hook.OffReason != store.WebhookGone || hook.OffAt.IsZero() || hook.Failures != 1 {
		t.Errorf("the webhook is %+v", hook)
	}
	if _, err := w.Store.ReplayFailed(t.Context(), w.Root, id, time.Time{}); !errors.Is(err, store.ErrWebhookOff) {
		t.Errorf("replay while off: %v", err)
	}
	w.do(w.Store.UpdateWebhook(t.Context(), w.Root, id, store.WebhookForm{Name: hook.Name, URL: hook.URL, Events: hook.Events, Enabled: true}))
	w.nothingDue("nothing comes back by itself")
	if n, err := w.Store.ReplayFailed(t.Context(), w.Root, id, w.Clock.Now().Add(-time.Hour)); n != 2 || err != nil {
		t.Errorf("%d are sent again, %v", n, err)
	}
	if got := len(w.arrived()); got != 2 {
		t.Errorf("%d arrive", got)
	}
}

// A replay is the same event with the same ID, at once, and fails anew for
// three days; a moment can be given from which on.
func TestReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.webhook()
	ctx := t.Context()
	w.suspend(w.GuestEditor)
	first := w.mustClaim()
	w.fails(first, 4*store.Day) // the last try
	w.Clock.Advance(store.Day)
	w.do(w.Store.UpdateWebhook(ctx, w.Root, id, store.WebhookForm{Name: "On", URL: "https://hooks.partner.example/", Events: store.EventTypes, Enabled: true}))
	if n, err := w.Store.ReplayFailed(ctx, w.Root, id, w.Clock.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("%d failed in the last hour, %v", n, err)
	}
	w.do(w.Store.ReplayDelivery(ctx, w.Root, id, first.ID))
	again := w.mustClaim()
	if again.MessageID != first.MessageID || again.Tries != 1 || again.Attempts != 2 || !again.GiveUpAt.Equal(w.Clock.Now().Add(3*store.Day)) {
		t.Errorf("sent again: %+v", again)
	}
	w.do(w.Store.ReplayDelivery(ctx, w.Root, id, first.ID))
	w.nothingDue("while it is in hand")
	w.do(w.Store.DeliveryArrived(ctx, again, store.Try{At: w.Clock.Now(), Status: 200, Reason: store.TryAnswered}))
	w.do(w.Store.ReplayDelivery(ctx, w.Root, id, first.ID))
	if d := w.mustClaim(); d.MessageID != first.MessageID {
		t.Error("what has arrived cannot be sent again")
	}
	if err := w.Store.ReplayDelivery(ctx, w.Root, id, 999_999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a delivery that never was: %v", err)
	}
	if err := w.Store.ReplayDelivery(ctx, w.Root, w.webhook(), first.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a delivery of another webhook: %v", err)
	}
	details, err := w.Store.Delivery(ctx, w.Root, id, first.ID)
	if err != nil || len(details.Tries) != 2 || details.Tries[0].Status != 200 || details.Tries[1].Took != 5*time.Second {
		t.Errorf("the log: %+v, %v", details.Tries, err)
	}
}

// The log and its payloads are kept for thirty days.
func TestDeliveriesAreSwept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook()
	w.suspend(w.GuestEditor)
	w.arrived()
	w.Clock.Advance(29 * store.Day)
	w.do(w.Store.Sweep(t.Context()))
	if n := w.number(`SELECT COUNT(*) FROM webhook_tries`); n != 1 {
		t.Errorf("%d tries are left a day early", n)
	}
	w.Clock.Advance(2 * store.Day)
	w.do(w.Store.Sweep(t.Context()))
	for _, table := range []string{"webhook_events", "webhook_deliveries", "webhook_tries"} {
		if n := w.number(`SELECT COUNT(*) FROM ` + table); n != 0 {
			t.Errorf("%d rows of %s are left", n, table)
		}
	}
}
