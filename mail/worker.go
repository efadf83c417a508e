package mail

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Worker delivers the outbox. Codes and resets have a lane and a connection of
// their own, so that they never wait behind other mails. SEC-M3
//
// Any number of workers may serve one outbox, in one process or in several: a
// mail is claimed by one of them at a time.
type Worker struct {
	Outbox    Outbox
	Transport Transport
	// Environment is asked for each batch, since the organisation can be
	// renamed. The worker sets its Now.
	Environment func(context.Context) (Environment, error)
	Log         *slog.Logger

	Poll  time.Duration // how often to look without being woken; 5 s if zero
	Lease time.Duration // how long a claim lasts; 2 min if zero, SEC-M1
	Idle  time.Duration // after which an unused connection is closed; 1 min if zero
	Lines int           // connections in all, at least 2; 4 if zero

	stopping chan struct{}
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

// mailLimit is what one mail may take, with what is recorded about it. A claim
// with less time left is given back.
const mailLimit = 65 * time.Second

// Start begins to deliver and returns at once.
func (w *Worker) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.stopping = cancel, make(chan struct{})
	urgent := lane{number: 0, batch: 4, wake: make(chan struct{}, 1)}
	rest := lane{number: 1, batch: 20, wake: make(chan struct{}, 1)}
	w.run(func() { w.runner(urgent).work(ctx) })
	lines := w.Lines
	if lines == 0 {
		lines = 4
	}
	for range max(lines-1, 1) {
		w.run(func() { w.runner(rest).work(ctx) })
	}
	w.run(func() { w.watch(urgent, rest) })
}

// Stop lets the mails in hand end and gives back what has not been begun. When
// ctx ends first, the connections are cut; their mails are tried again after
// their lease. SEC-R8
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

// Stopping is closed when the worker has been told to stop.
func (w *Worker) Stopping() <-chan struct{} { return w.stopping }

func (w *Worker) run(work func()) {
	w.running.Go(work)
}

// watch wakes the lanes: at the start, when this process has queued a mail, and
// every few seconds for mails of other processes and for second tries.
func (w *Worker) watch(lanes ...lane) {
	ticker := time.NewTicker(orDefault(w.Poll, 5*time.Second))
	defer ticker.Stop()
	for {
		for _, l := range lanes {
			l.call()
		}
		select {
		case <-w.stopping:
			return
		case <-w.Outbox.MailReady():
		case <-ticker.C:
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

// lane is a queue of its own within the outbox.
type lane struct {
	number int
	batch  int           // mails to claim at once
	wake   chan struct{} // holds one call
}

// call wakes one idle runner of the lane. Where all are busy, the call waits
// for the first that ends.
func (l lane) call() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (w *Worker) runner(l lane) *runner { return &runner{worker: w, lane: l} }
