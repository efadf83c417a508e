package benchmark

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sort"
	"strings"
	"time"

	"guesthouse/store"
	"guesthouse/store/secret"
)

const addingGuests = "Add Guests, 100 in one call"

// addGuests compares adding a hundred guests by the REST API with hashing their
// passwords, which nobody can save; then how the rest of the portal fares meanwhile.
func (r *report) addGuests() {
	if !strings.HasPrefix(addingGuests, r.only) {
		return
	}
	hashes := func() int {
		_, err := secret.NewHasher(runtime.GOMAXPROCS(0), 0).HashAll(r.t.Context(), make([]string, store.MaxBatch))
		r.small.must(err)
		return 0
	}
	var bottom, small, large figure
	for range batches { // in turns, because the difference is small
		bottom.batch(r.t, hashes)
		small.batch(r.t, r.small.addHundred())
		large.batch(r.t, r.large.addHundred())
	}
	r.add(row{work: addingGuests, goal: bottom.cpu * 102 / 100, writes: true}, bottom, small, large)

	// The hashes differ more from run to run than what comes to them costs: that
	// is measured apart, with passwords that cost nothing.
	w := r.large.reopened(secret.NewHasherCost(runtime.GOMAXPROCS(0), clients, secret.TestCost))
	beside := measure(r.t, w.addHundred())
	each, hash := beside.cpu/store.MaxBatch, bottom.cpu/store.MaxBatch
	r.other("a guest who is added, beside the hash of the password", "2 % of it",
		fmt.Sprintf("%s beside %s: %.1f %%", ms(each), ms(hash), 100*float64(each)/float64(hash)), each <= hash/50)

	for _, act := range []struct {
		name string
		work func() int
	}{
		{"a sign-in", signIn(r.small)},
		{"home", r.small.page("/", r.small.hostToken)},
	} {
		alone, meanwhile := r.meanwhile(act.work)
		r.other(act.name+" alone, and while 100 guests are added", "p50 ≤ 2 × that of one alone", fmt.Sprintf("%s, %s", ms(alone), ms(meanwhile)), meanwhile <= 2*alone)
	}
}

// meanwhile gives how long work takes by the clock in the middle: alone, and
// while guests are added.
func (r *report) meanwhile(work func() int) (alone, meanwhile time.Duration) {
	ended := make(chan int, 1)
	half := func(goOn func(done int) bool) time.Duration {
		var each []time.Duration
		for goOn(len(each)) {
			began := time.Now()
			work()
			each = append(each, time.Since(began))
		}
		sort.Slice(each, func(i, j int) bool { return each[i] < each[j] })
		return each[len(each)/2]
	}
	alone = half(func(done int) bool { return done < 25 })
	add := r.small.addHundred()
	go func() { ended <- add() }()
	meanwhile = half(func(done int) bool { return done == 0 || len(ended) == 0 })
	<-ended
	return alone, meanwhile
}

// addHundred is a call that adds a hundred guests.
func (w *town) addHundred() func() int {
	return request(w.t, w.portal, func() *http.Request {
		guests := make([]map[string]string, store.MaxBatch)
		for i := range guests {
			guests[i] = map[string]string{
				"code": fmt.Sprintf("added%d@partner.example", w.next()), "password": password, "name": "Added Person",
				"timezone": "Europe/Berlin", "locale": "en", "company": "Partner", "phone": "+49 30 000000",
			}
		}
		body, err := json.Marshal(map[string]any{"guests": guests})
		w.must(err)
		r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://"+host+"/k/v1/guests.json", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Cybozu-Authorization", base64.StdEncoding.EncodeToString([]byte(w.root.Login+":"+password)))
		return r
	}, http.StatusOK)
}
