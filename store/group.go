package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// Where many people write at the same moment, SQLite spends its time waiting
// for the disk once per commit. So whoever waits for the one writer is taken
// along: one transaction holds them all, each behind a savepoint of its own,
// and one commit makes all of them last. Nobody is told of success before it.

// groupLimit is how many transactions share a commit at most.
const groupLimit = 64

// group gathers the transactions that wait for the writer.
type group struct {
	mu      sync.Mutex
	waiting []*work
	leading bool // somebody is at the writer and will come back for the rest
}

// work is one transaction that waits, and what became of it.
type work struct {
	ctx      context.Context //nolint:containedctx // it waits in a queue with its caller
	fn       func(*sql.Tx, *statements) error
	done     chan struct{}
	err      error
	panicked any
}

// do runs fn in a transaction, alone or together with others, and returns when
// it is committed or has failed.
func (d *database) do(ctx context.Context, fn func(*sql.Tx, *statements) error) error {
	w := &work{ctx: ctx, fn: fn, done: make(chan struct{})}
	g := d.group
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	lead := !g.leading
	g.leading = true
	g.mu.Unlock()
	if lead {
		go d.lead()
	}
	<-w.done
	if w.panicked != nil {
		panic(w.panicked) // where it can be answered for
	}
	return w.err
}

// lead serves whoever waits until nobody does.
func (d *database) lead() {
	for {
		batch := d.group.take()
		if len(batch) == 0 {
			return
		}
		d.commitTogether(batch)
		for _, w := range batch {
			close(w.done)
		}
	}
}

func (g *group) take() []*work {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), groupLimit)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.leading = n > 0
	return batch
}

// commitTogether runs a batch in one transaction. When the database gives the
// whole transaction up because of one of them, each runs again by itself.
func (d *database) commitTogether(batch []*work) {
	if len(batch) > 1 {
		err := d.tryTogether(batch)
		if err == nil {
			return
		}
	}
	for _, w := range batch {
		w.err = once(w.ctx, d.writer, d.writeCache, nil, w.run)
	}
}

// tryTogether is an error when the transaction is lost before its commit:
// nothing of it has happened then. A commit that fails is told to everybody
// and never tried again blindly (SEC-R2).
func (d *database) tryTogether(batch []*work) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	inner, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = inner.Rollback() }() // does nothing after the commit
	for _, w := range batch {
		if err := d.apart(ctx, inner, w); err != nil {
			return err
		}
	}
	if err := inner.Commit(); err != nil {
		for _, w := range batch {
			if w.err == nil {
				w.err = err
			}
		}
	}
	return nil
}

// apart runs one transaction of a batch behind its savepoint, so that its
// failure takes back its own changes and nobody else's.
func (d *database) apart(ctx context.Context, inner *sql.Tx, w *work) error {
	if _, err := inner.ExecContext(ctx, `SAVEPOINT apart`); err != nil {
		return err
	}
	w.err = w.run(inner, d.writeCache)
	if w.err != nil {
		if _, err := inner.ExecContext(ctx, `ROLLBACK TO apart`); err != nil {
			return errors.Join(w.err, err)
		}
	}
	_, err := inner.ExecContext(ctx, `RELEASE apart`)
	return err
}

// run is the transaction's own part. Who has gone away while waiting is not
// served, and a panic is kept for the one whose it is.
func (w *work) run(inner *sql.Tx, prepared *statements) (err error) {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			w.panicked, err = p, fmt.Errorf("panic: %v", p)
		}
	}()
	w.panicked = nil
	return w.fn(inner, prepared)
}
