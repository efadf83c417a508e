package benchmark

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// figure is what one piece of work costs.
type figure struct {
	cpu   time.Duration // processor time, all threads together
	bytes int           // of the answer, if there is one
}

// processor is the processor time that this process has used.
func processor(t testing.TB) time.Duration {
	t.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// How long one batch works at least, and how many there are: the cheapest
// counts, because what other programs do to a batch only makes it dearer.
const (
	batchTime = 250 * time.Millisecond
	batches   = 5
)

// measure does some work over and over. What it returns is the size of the
// answer.
func measure(t testing.TB, work func() int) figure {
	t.Helper()
	var best figure
	best.warm(work)
	for range batches {
		best.batch(t, work)
	}
	return best
}

// measureBoth measures two pieces of work in turns: what other programs do
// meanwhile is done to both, and their ratio says something on a busy machine.
func measureBoth(t testing.TB, one, other func() int) (a, b figure) {
	t.Helper()
	a.warm(one)
	b.warm(other)
	for range batches {
		a.batch(t, one)
		b.batch(t, other)
	}
	return a, b
}

// warm works until statements are prepared and pools are filled.
func (f *figure) warm(work func() int) {
	for range 10 {
		f.bytes = work()
	}
}

// batch measures one batch, which counts if it is the cheapest so far.
func (f *figure) batch(t testing.TB, work func() int) {
	t.Helper()
	runtime.GC()
	rounds, began := 0, processor(t)
	spent := time.Duration(0)
	for spent < batchTime {
		for range 1 + rounds/4 {
			f.bytes = work()
			rounds++
		}
		spent = processor(t) - began
	}
	if each := spent / time.Duration(rounds); f.cpu == 0 || each < f.cpu {
		f.cpu = each
	}
}
