package secret_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"guesthouse/store/secret"
)

func passwords(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "correct horse " + strconv.Itoa(i)
	}
	return list
}

// Each password of a batch has its own hash, in its place.
func TestBatchOfHashes(t *testing.T) {
	t.Parallel()
	h, list := secret.NewHasherCost(4, 0, secret.TestCost), passwords(50)
	hashes, err := h.HashAll(t.Context(), list)
	if err != nil || len(hashes) != len(list) {
		t.Fatalf("%d hashes, %v", len(hashes), err)
	}
	for i, hash := range hashes {
		if ok, _, err := h.Verify(t.Context(), hash, list[i]); !ok || err != nil {
			t.Errorf("password %d does not open its hash: %v", i, err)
		}
	}
	if none, err := h.HashAll(t.Context(), nil); len(none) != 0 || err != nil {
		t.Errorf("no passwords: %v, %v", none, err)
	}
}

// SEC-P1: batches without end take one slot of two and one place in the line, so
// that whoever signs in meanwhile finds the other, and is never sent away.
func TestBatchesLeaveRoomForPeople(t *testing.T) {
	t.Parallel()
	h := secret.NewHasherCost(2, 0, secret.Cost{Memory: 1024, Time: 1, Threads: 1})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	const batches = 8
	for range batches {
		go func() {
			for {
				if _, err := h.HashAll(ctx, passwords(20)); err != nil {
					ended <- err
					return
				}
			}
		}()
	}
	for h.Load() == 0 {
		runtime.Gosched()
	}
	for range 100 {
		if err := h.VerifyDummy(t.Context(), "correct horse"); err != nil {
			t.Fatal(err)
		}
		if load := h.Load(); load > 1 {
			t.Fatalf("batches have %d places", load)
		}
	}
	cancel()
	for range batches {
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("a batch ended with %v", err)
		}
	}
}

// SEC-P1: what could not be hashed in time is refused before work is spent on it.
func TestTooManyBatches(t *testing.T) {
	t.Parallel()
	h := secret.NewHasherCost(1, 0, secret.Cost{Memory: 16 * 1024, Time: 4, Threads: 1})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	hash := func(n int) {
		_, err := h.HashAll(ctx, passwords(n))
		ended <- err
	}
	go hash(900)
	for h.Load() == 0 {
		runtime.Gosched()
	}
	if _, err := h.HashAll(ctx, passwords(101)); !errors.Is(err, secret.ErrBusy) {
		t.Errorf("passwords beyond the thousandth: %v, want ErrBusy", err)
	}
	go hash(100)
	cancel()
	if errs := []error{<-ended, <-ended}; slices.ContainsFunc(errs, func(err error) bool { return !errors.Is(err, context.Canceled) }) {
		t.Errorf("the batches that were let in ended with %v", errs)
	}
}
