package secret

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
)

// batchedAtOnce is how many passwords of batches may be under way for each slot
// that batches have: the last of more would be hashed when nobody listens any more.
const batchedAtOnce = 1000

// HashAll is [Hasher.Hash] for many passwords. However many batches there are,
// people who sign in find a slot: all batches together leave one of several to
// them, share the only one by turns, and take no more places in the line than
// they have slots. Where a person would be sent away a batch waits, until a
// thousand passwords do; then it gets [ErrBusy] as well.
func (h *Hasher) HashAll(ctx context.Context, passwords []string) ([]string, error) {
	n, slots := int64(len(passwords)), cap(h.batched)
	defer h.queued.Add(-n)
	if h.queued.Add(n) > int64(batchedAtOnce*slots) {
		return nil, ErrBusy
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	hashes := make([]string, len(passwords))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(slots, len(passwords)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < n; i = next.Add(1) - 1 {
				var err error
				if hashes[i], err = h.fresh(ctx, passwords[i], h.deriveInBatch); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return hashes, nil
}

// deriveInBatch waits for the turn of a batch, then for a place in the line.
func (h *Hasher) deriveInBatch(ctx context.Context, password string, with phc) ([]byte, error) {
	for _, place := range []chan struct{}{h.batched, h.inside} {
		select {
		case place <- struct{}{}:
			defer func() { <-place }()
		case <-ctx.Done():
			return nil, fmt.Errorf("wait to hash a batch: %w", context.Cause(ctx))
		}
	}
	return h.work(ctx, password, with)
}
