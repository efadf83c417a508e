package webhook

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// world is an environment whose webhooks lead to this machine.
type world struct {
	*storetest.World
	*testing.T
	worker *Worker
}

func newWorld(t *testing.T) world {
	t.Helper()
	w := storetest.New(t, func(o *store.Options) { o.Outgoing = loopback })
	return world{w, t, &Worker{Queue: w.Store, Sender: &Sender{Outgoing: loopback}, Log: slog.New(slog.DiscardHandler), Poll: time.Hour}}
}

func (w world) do(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w world) webhook(target string) store.ID {
	w.Helper()
	id, err := w.Store.CreateWebhook(w.Context(), w.Root, store.WebhookForm{Name: "Receiver", URL: target, Events: store.EventTypes, Enabled: true})
	w.do(err)
	return id
}

func (w world) suspend(guest store.Account) {
	w.Helper()
	w.do(w.Store.Suspend(w.Context(), w.Root, guest.ID, ""))
}

func (w world) log(webhook store.ID) []store.DeliveryEntry {
	w.Helper()
	list, _, err := w.Store.Deliveries(w.Context(), w.Root, webhook, "", 0)
	w.do(err)
	return list
}

// ids gives out the ID of each request, in the order in which they come.
func ids(t *testing.T, code func(n int) int) (target string, came func() []string) {
	t.Helper()
	var mu sync.Mutex
	var list []string
	target, _ = receiver(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		list = append(list, r.Header.Get("webhook-id"))
		w.WriteHeader(code(len(list)))
	})
	return target, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return list
	}
}

// The pauses grow, each a fifth shorter or longer at most, for three days; each
// try is the same event. Then the webhook is switched off.
func TestRetries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, came := ids(t, func(int) int { return 503 })
	id := w.webhook(target)
	w.suspend(w.GuestEditor)
	began := w.Clock.Now()
	want := []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}
	for try := 0; ; try++ {
		if !w.worker.next(t.Context()) {
			t.Fatalf("try %d is not due", try+1)
		}
		entry := w.log(id)[0]
		if entry.State == store.DeliveryFailed {
			break
		}
		pause := want[min(try, len(want)-1)]
		if waits := entry.NextTryAt.Sub(w.Clock.Now()); waits < pause*8/10 || waits > pause*12/10 {
			t.Errorf("try %d waits %v, want %v ±20 %%", try+1, waits, pause)
		}
		if w.worker.next(t.Context()) {
			t.Fatal("it is due at once")
		}
		w.Clock.Advance(entry.NextTryAt.Sub(w.Clock.Now()))
	}
	if took := w.Clock.Now().Sub(began); took > 3*store.Day || took < 2*store.Day {
		t.Errorf("given up after %v", took)
	}
	for _, key := range came() {
		if key != came()[0] {
			t.Errorf("one try was of %s, another of %s", key, came()[0])
		}
	}
	if hook, err := w.Store.Webhook(t.Context(), w.Root, id); err != nil || hook.Enabled || hook.OffReason != store.WebhookFailing {
		t.Errorf("the webhook is %+v, %v", hook, err)
	}
}

// A receiver that fails and recovers gets everything.
func TestRecovers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, came := ids(t, func(n int) int {
		if n == 1 {
			return 500
		}
		return 204
	})
	id := w.webhook(target)
	w.suspend(w.GuestEditor)
	w.worker.next(t.Context())
	w.Clock.Advance(18 * time.Second)
	w.worker.next(t.Context())
	if list := came(); len(list) != 2 || list[0] != list[1] || w.log(id)[0].State != store.DeliveryDelivered {
		t.Errorf("came %v, %+v", list, w.log(id)[0])
	}
}

// SEC-M1: killed after the receiver had it and before that was written down,
// the same comes once more, with the same ID.
func TestKilledBeforeItWasWrittenDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, came := ids(t, func(int) int { return 200 })
	id := w.webhook(target)
	w.suspend(w.GuestEditor)
	d, err := w.Store.ClaimDelivery(t.Context(), lease)
	w.do(err)
	if try := w.worker.Sender.Send(t.Context(), d, w.Clock.Now()); !arrived(try) {
		t.Fatalf("%+v", try)
	}
	if w.worker.next(t.Context()) {
		t.Fatal("it is sent again while the lease lasts")
	}
	w.Clock.Advance(lease + time.Second)
	w.worker.next(t.Context())
	if list := came(); len(list) != 2 || list[0] != list[1] || w.log(id)[0].State != store.DeliveryDelivered {
		t.Errorf("came %v, %+v", list, w.log(id)[0])
	}
}

// 410 Gone ends it at the first answer.
func TestGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	target, _ := ids(t, func(int) int { return http.StatusGone })
	id := w.webhook(target)
	w.suspend(w.GuestEditor)
	w.worker.next(t.Context())
	if hook, err := w.Store.Webhook(t.Context(), w.Root, id); err != nil || hook.Enabled || hook.OffReason != store.WebhookGone {
		t.Errorf("the webhook is %+v, %v", hook, err)
	}
}

// The worker runs by itself: four at once and one to each receiver, woken by
// the commit that has something to tell.
func TestFourAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	open, most, twice := map[string]int{}, 0, false
	came, release := make(chan struct{}, 100), make(chan struct{})
	target, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		open[r.URL.Path]++
		twice = twice || open[r.URL.Path] > 1
		total := 0
		for _, n := range open {
			total += n
		}
		most = max(most, total)
		mu.Unlock()
		came <- struct{}{}
		<-release
		mu.Lock()
		open[r.URL.Path]--
		mu.Unlock()
	})
	w.worker.Sender.Limit = time.Minute
	for _, path := range []string{"/a", "/b", "/c", "/d", "/e", "/f"} {
		w.webhook(target + path)
	}
	w.worker.Start()
	w.suspend(w.GuestEditor)
	w.suspend(w.GuestReader)
	for range lines {
		<-came
	}
	close(release)
	for range 2*6 - lines {
		<-came
	}
	w.do(w.worker.Stop(t.Context()))
	if most != lines || twice {
		t.Errorf("%d at once; two to one receiver: %v", most, twice)
	}
}

// SEC-R8: a worker that is stopped lets a request end, or cuts it when the time
// is up; what was cut is due again and says nothing of the receiver.
func TestStopCutsWhatHangs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	came := make(chan struct{}, 10)
	target, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		came <- struct{}{}
		<-r.Context().Done()
	})
	w.worker.Sender.Limit = time.Hour
	id := w.webhook(target)
	w.worker.Start()
	w.suspend(w.GuestEditor)
	<-came
	now, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.worker.Stop(now); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped with %v", err)
	}
	hook, err := w.Store.Webhook(t.Context(), w.Root, id)
	w.do(err)
	if d, err := w.Store.ClaimDelivery(t.Context(), lease); err != nil || d.Tries != 1 || d.Attempts != 2 || hook.Failures != 0 {
		t.Errorf("claimed %+v, %v; %d failures", d, err, hook.Failures)
	}
}
