package webhook

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"guesthouse/store"
)

// Queue is where the [Worker] finds deliveries and records what became of
// them: a [store.Store].
type Queue interface {
	ClaimDelivery(ctx context.Context, lease time.Duration) (store.Delivery, error)
	DeliveryArrived(ctx context.Context, d store.Delivery, try store.Try) error
	DeliveryDeferred(ctx context.Context, d store.Delivery, try store.Try, next, rests time.Time) error
	DeliveryGone(ctx context.Context, d store.Delivery, try store.Try) error
	DeliveryReturned(ctx context.Context, d store.Delivery) error
	DeliveryReady() <-chan struct{}
	Now() time.Time
}

// Worker sends what waits, four at once and one at a time to each webhook. Any
// number of workers may serve one queue, in one process or in several.
type Worker struct {
	Queue  Queue
	Sender *Sender
	Log    *slog.Logger
	Poll   time.Duration // how often to look without being woken; 5 s if zero

	wake     chan struct{} // holds one call
	stopping chan struct{}
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

const (
	lines = 4
	// lease is longer than a request and what is recorded about it, so that
	// nothing is sent twice but after a crash.
	lease       = 30 * time.Second
	recordLimit = 5 * time.Second
)

// pauses are how long a delivery waits after each failure, and rests how long
// its webhook sends nothing at all: always less than the first pause lasts.
var (
	pauses = store.Pauses{
		15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour,
	}
	rests = store.Pauses{15 * time.Second, time.Minute}
)

// Start begins to send and returns at once.
func (w *Worker) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.stopping, w.wake = cancel, make(chan struct{}), make(chan struct{}, 1)
	for range lines {
		w.running.Go(func() { w.work(ctx) })
	}
	w.running.Go(w.watch)
}

// Stop lets the requests under way end. When ctx ends first they are cut, and
// sent again by whoever comes next. SEC-R8
func (w *Worker) Stop(ctx context.Context) error {
	close(w.stopping)
	ended := make(chan struct{})
	go func() {
		w.running.Wait()
		close(ended)
	}()
	defer w.cancel()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		w.cancel()
		<-ended
		return ctx.Err()
	}
}

// watch wakes the lines: at the start, when this process has something to send,
// and every few seconds for what other processes have and for second tries.
func (w *Worker) watch() {
	poll := w.Poll
	if poll == 0 {
		poll = 5 * time.Second
	}
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		w.call()
		select {
		case <-w.stopping:
			return
		case <-w.Queue.DeliveryReady():
		case <-ticker.C:
		}
	}
}

// call wakes one idle line.
func (w *Worker) call() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// work sends until the worker stops.
func (w *Worker) work(ctx context.Context) {
	for {
		select {
		case <-w.stopping:
			return
		case <-w.wake:
			for !w.stopped() && w.next(ctx) {
			}
		}
	}
}

func (w *Worker) stopped() bool {
	select {
	case <-w.stopping:
		return true
	default:
		return false
	}
}

// next sends one delivery, and says whether there was any.
func (w *Worker) next(ctx context.Context) bool {
	d, err := w.Queue.ClaimDelivery(ctx, lease)
	if errors.Is(err, store.ErrNotFound) || err != nil && ctx.Err() != nil {
		return false
	}
	if err != nil {
		w.Log.Error("claim a delivery", "error", err)
		return false
	}
	w.call() // there may be something for another receiver
	try := w.Sender.Send(ctx, d, w.Queue.Now())
	w.record(ctx, d, func(recording context.Context) error {
		if ctx.Err() != nil && !arrived(try) {
			return w.Queue.DeliveryReturned(recording, d) // it was cut off: that says nothing of the receiver
		}
		return w.settle(recording, d, try)
	})
	return true
}

// settle writes down what came of a try: the end, or the next one.
func (w *Worker) settle(ctx context.Context, d store.Delivery, try store.Try) error {
	if arrived(try) {
		return w.Queue.DeliveryArrived(ctx, d, try)
	}
	w.Log.LogAttrs(ctx, slog.LevelWarn, "event not delivered", slog.Any("webhook", d.Webhook), slog.Any("delivery", d.ID),
		slog.Int("try", d.Tries), slog.String("reason", try.Reason), slog.Int("status", try.Status))
	if try.Status == http.StatusGone {
		return w.Queue.DeliveryGone(ctx, d, try)
	}
	now := w.Queue.Now()
	next := now.Add(pauses.After(d.Tries, rand.Float64())) //nolint:gosec // no secret, only spread
	return w.Queue.DeliveryDeferred(ctx, d, try, next, now.Add(rests.After(d.Failures+1, 0)))
}

// record writes down what became of a delivery, also when the worker is being
// stopped: what is not written down is sent again.
func (w *Worker) record(ctx context.Context, d store.Delivery, write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordLimit)
	defer cancel()
	if err := write(ctx); err != nil {
		w.Log.Error("record a delivery", "delivery", d.ID, "error", err)
	}
}
