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
	for range 10 {
		best.bytes = work() // statements get prepared, pools get filled
	}
	for range batches {
		runtime.GC()
		rounds, began := 0, processor(t)
		spent := time.Duration(0)
		for spent < batchTime {
			for range 1 + rounds/4 {
				best.bytes = work()
				rounds++
			}
			spent = processor(t) - began
		}
		if each := spent / time.Duration(rounds); best.cpu == 0 || each < best.cpu {
			best.cpu = each
		}
	}
	return best
}
