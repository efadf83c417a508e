package benchmark

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/secret"
)

const clients = 64

// at64 does work from 64 goroutines, so many times in all, and gives the time
// that it took by the wall and what each time took.
func at64(times int, work func()) (took time.Duration, each []time.Duration) {
	each = make([]time.Duration, times)
	var next atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range clients {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= times {
					return
				}
				start := time.Now()
				work()
				each[i] = time.Since(start)
			}
		})
	}
	group.Wait()
	took = time.Since(began)
	sort.Slice(each, func(i, j int) bool { return each[i] < each[j] })
	return took, each
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

// signIn compares signing in with nothing but password hashes.
func (r *report) signIn() {
	hasher := secret.NewHasher(runtime.GOMAXPROCS(0), clients)
	hash := func() int {
		_, err := hasher.Hash(r.t.Context(), password)
		r.small.must(err)
		return 0
	}
	if !r.small.has("/login", "") {
		return
	}
	bottom := measure(r.t, hash)
	r.add(row{work: "sign-in, right password", goal: bottom.cpu * 11 / 10, writes: true}, bottom,
		measure(r.t, signIn(r.small)), measure(r.t, signIn(r.large)))

	took, _ := at64(4*clients, func() { hash() })
	raw := perSecond(4*clients, took)
	var before, peak runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	took, _ = at64(4*clients, func() { signIn(r.small)() })
	runtime.ReadMemStats(&peak)
	rate := perSecond(4*clients, took)
	r.other("64 sign-ins at once", "85 % of the raw rate of hashes", fmt.Sprintf("%.0f %% (%.0f of %.0f a second)", 100*rate/raw, rate, raw), rate >= 0.85*raw)
	r.other("memory that Go holds for 64 sign-ins at once", "128 MiB", mib(peak.HeapSys-min(peak.HeapSys, before.HeapSys)+before.HeapInuse), peak.HeapSys-before.HeapSys+before.HeapInuse < 128<<20)
}

func mib(bytes uint64) string { return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20)) }

func signIn(w *town) func() int {
	return request(w.t, w.portal, func() *http.Request {
		return post(w.t, "/login", url.Values{"login": {often}, "password": {password}})
	}, http.StatusSeeOther)
}

// crowd is what many do at the same time.
func (r *report) crowd() {
	w := r.large
	thread := w.newThread()
	const comments = 8000
	took, _ := at64(comments, func() {
		_, err := w.store.AddComment(context.WithoutCancel(w.t.Context()), w.host, w.hall, thread, store.NewComment{Body: said})
		w.must(err)
	})
	rate := perSecond(comments, took)
	r.other("comments a second, 64 at once, each committed", "9,000", fmt.Sprintf("%.0f", rate), rate >= 9000)
	for _, page := range []struct{ name, path, token string }{
		{"home", "/", w.hostToken},
		{"all guests", "/admin/guests", w.rootToken},
	} {
		if !w.has(page.path, page.token) {
			continue
		}
		work := w.page(page.path, page.token)
		_, each := at64(4000, func() { work() })
		half, last := each[len(each)/2], each[len(each)*99/100]
		r.other(page.name+" for 64 at once: p50, p99", "p99 ≤ 4 × p50", fmt.Sprintf("%s, %s", ms(half), ms(last)), last <= 4*half)
	}
	mixed(r.t, w)
}

// mixed is 64 who read and 64 who write: nobody may get an error.
func mixed(t *testing.T, w *town) {
	t.Helper()
	thread := w.newThread()
	var group sync.WaitGroup
	var worst atomic.Int64
	watch := func(work func()) {
		start := time.Now()
		work()
		for took := int64(time.Since(start)); ; {
			old := worst.Load()
			if took <= old || worst.CompareAndSwap(old, took) {
				return
			}
		}
	}
	for range clients {
		group.Go(func() {
			for range 50 {
				watch(func() {
					_, err := w.store.SpacesOf(w.t.Context(), w.host, "")
					w.must(err)
				})
			}
		})
		group.Go(func() {
			for range 50 {
				watch(func() {
					_, err := w.store.AddComment(w.t.Context(), w.host, w.hall, thread, store.NewComment{Body: said})
					w.must(err)
				})
			}
		})
	}
	group.Wait()
	t.Logf("64 readers and 64 writers: no error, the longest wait %v", time.Duration(worst.Load()))
}

// databaseSize is what the database of a town takes on the disk.
func databaseSize(t testing.TB, dir string) string {
	t.Helper()
	var sum int64
	for _, name := range []string{"guesthouse.db", "guesthouse.db-wal"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
			sum += info.Size()
		}
	}
	return strings.TrimSpace(mib(uint64(max(sum, 0))))
}
