package secret_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"guesthouse/store/secret"
)

// SEC-P1
func TestHashIsArgon2idWithItsParameters(t *testing.T) {
	t.Parallel()
	h, ctx := secret.NewHasher(1, 0), context.Background()
	one, err := h.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash begins %.34s", one)
	}
	two, err := h.Hash(ctx, "correct horse")
	if err != nil || one == two {
		t.Errorf("one password has one hash twice, %v: no salt", err)
	}
	if ok, stale, err := h.Verify(ctx, one, "correct horse"); !ok || stale || err != nil {
		t.Errorf("right password: %v, %v, %v", ok, stale, err)
	}
	if ok, _, err := h.Verify(ctx, one, "Correct horse"); ok || err != nil {
		t.Errorf("wrong password: %v, %v", ok, err)
	}
}

func TestPasswordsAreComparedAsTyped(t *testing.T) {
	t.Parallel()
	h, ctx := secret.NewHasherCost(4, 100, secret.TestCost), context.Background()
	for _, pair := range [][2]string{
		{"密码密码", "密码密碼"}, {"caf\u00e9", "cafe\u0301"}, {"space", "space "}, {"a\x00b", "a"}, {"", " "},
	} {
		hash, err := h.Hash(ctx, pair[0])
		if err != nil {
			t.Fatal(err)
		}
		if ok, _, err := h.Verify(ctx, hash, pair[0]); !ok || err != nil {
			t.Errorf("%q does not open its own hash: %v", pair[0], err)
		}
		if ok, _, err := h.Verify(ctx, hash, pair[1]); ok || err != nil {
			t.Errorf("%q opens the hash of %q: %v", pair[1], pair[0], err)
		}
	}
}

// SEC-P1: re-hash at sign-in when the parameters change.
func TestOldCostIsStale(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	old := secret.NewHasherCost(1, 0, secret.TestCost)
	today := secret.NewHasherCost(1, 0, secret.Cost{Memory: 16, Time: 1, Threads: 1})
	hash, err := old.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if ok, stale, err := today.Verify(ctx, hash, "correct horse"); !ok || !stale || err != nil {
		t.Errorf("old hash, right password: ok %v, stale %v, %v", ok, stale, err)
	}
	if ok, stale, err := today.Verify(ctx, hash, "wrong"); ok || stale || err != nil {
		t.Errorf("old hash, wrong password: ok %v, stale %v, %v", ok, stale, err)
	}
}

func TestDamagedHashOpensNothing(t *testing.T) {
	t.Parallel()
	h, ctx := secret.NewHasherCost(1, 0, secret.TestCost), context.Background()
	good, err := h.Hash(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, stored := range map[string]string{
		"empty":          "",
		"plain":          "password",
		"cut":            good[:len(good)-1],
		"no sum":         good[:strings.LastIndexByte(good, '$')+1],
		"another kind":   strings.Replace(good, "argon2id", "argon2i", 1),
		"no salt":        "$argon2id$v=19$m=8,t=1,p=1$$" + good[strings.LastIndexByte(good, '$')+1:],
		"huge memory":    strings.Replace(good, "m=8,", "m=4294967295,", 1),
		"no rounds":      strings.Replace(good, "t=1", "t=0", 1),
		"negative":       strings.Replace(good, "t=1", "t=-1", 1),
		"spelling":       strings.Replace(good, "m=8,", "m=08,", 1),
		"trailing bytes": good + "$",
	} {
		if ok, _, err := h.Verify(ctx, stored, ""); ok || !errors.Is(err, secret.ErrNotAHash) {
			t.Errorf("%s: %v, %v; want ErrNotAHash", name, ok, err)
		}
	}
}

// SEC-P1: 200 at once share the processors and the memory; who finds no place is told so.
func TestHasherBoundsWorkAndQueue(t *testing.T) {
	t.Parallel()
	const parallel, waiting, callers = 2, 32, 200
	h := secret.NewHasherCost(parallel, waiting, secret.Cost{Memory: 1024, Time: 1, Threads: 1})
	ctx := context.Background()

	var done, busy atomic.Int64
	start := make(chan struct{})
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			<-start
			switch err := h.VerifyDummy(ctx, "correct horse"); {
			case err == nil:
				done.Add(1)
			case errors.Is(err, secret.ErrBusy):
				busy.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	close(start)
	group.Wait()
	if done.Load()+busy.Load() != callers || done.Load() < parallel {
		t.Errorf("%d done, %d refused of %d", done.Load(), busy.Load(), callers)
	}
	if _, err := h.Hash(ctx, "afterwards"); err != nil {
		t.Errorf("after the rush: %v", err)
	}
}

// SEC-P1: with the line full the next is refused at once; one who leaves makes room.
func TestHasherRefusesWhenTheLineIsFull(t *testing.T) {
	t.Parallel()
	// One long hash holds the only place for as long as this test looks at the line.
	h := secret.NewHasherCost(1, 1, secret.Cost{Memory: 64 * 1024, Time: 16, Threads: 1})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	hashing := make(chan error, 1)
	go func() { hashing <- h.VerifyDummy(context.Background(), "the first") }()
	for h.Load() < 1 {
		runtime.Gosched()
	}
	waiting := make(chan error, 1)
	go func() { waiting <- h.VerifyDummy(ctx, "the second") }()
	for h.Load() < 2 {
		runtime.Gosched()
	}
	if err := h.VerifyDummy(ctx, "the third"); !errors.Is(err, secret.ErrBusy) {
		t.Errorf("the third gets %v, want ErrBusy", err)
	}
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who left gets %v, want context.Canceled", err)
	}
	if err := <-hashing; err != nil {
		t.Errorf("the first gets %v", err)
	}
	if h.Load() != 0 {
		t.Errorf("%d still inside", h.Load())
	}
}

// SEC-P6: an unknown login needs a place in the line as a known one does. That it
// also takes as long is measured on the running portal, not here.
func TestDummyWaitsInTheSameLine(t *testing.T) {
	t.Parallel()
	h := secret.NewHasherCost(1, 0, secret.Cost{Memory: 64 * 1024, Time: 16, Threads: 1})
	hashing := make(chan error, 1)
	go func() { hashing <- h.VerifyDummy(context.Background(), "unknown") }()
	for h.Load() < 1 {
		runtime.Gosched()
	}
	if _, err := h.Hash(context.Background(), "known"); !errors.Is(err, secret.ErrBusy) {
		t.Errorf("beside a dummy: %v, want ErrBusy", err)
	}
	if err := <-hashing; err != nil {
		t.Error(err)
	}
}
