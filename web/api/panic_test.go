package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// breaking is a portal whose clock panics, wherever a call looks at it first,
// when the test says with what.
func breaking(t *testing.T) (w *webtest.World, panicWith func(reason any)) {
	t.Helper()
	var reason atomic.Pointer[any]
	inner := storetest.New(t, func(options *store.Options) {
		now := options.Now
		options.Now = func() time.Time {
			if with := reason.Swap(nil); with != nil {
				panic(*with)
			}
			return now()
		}
	})
	return webtest.On(t, inner), func(with any) { reason.Store(&with) }
}

// Acceptance 20: a panic is an answer like any other fault of ours; the log knows
// where it was under the ID of the answer, and nobody is told what it held.
func TestPanic(t *testing.T) {
	t.Parallel()
	w, panicWith := breaking(t)
	root := as(t, w, w.Root)
	root.call("GET", "/k/v1/spaces/statistics.json", nil).ok()
	panicWith("the clock fell off the wall")
	a := root.call("GET", "/k/v1/spaces/statistics.json", nil).want(500, "GH_IN01")
	if strings.Contains(a.body, "clock") || strings.Contains(a.body, ".go") || a.object["errors"] != nil {
		t.Errorf("the answer tells too much: %s", a.body)
	}
	var line struct{ Level, Msg, ID, Route, Error string }
	for text := range strings.Lines(w.Log()) {
		if strings.Contains(text, "the clock fell off the wall") {
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatal(err)
			}
		}
	}
	if line.Level != "ERROR" || line.ID != a.object["id"] || line.Route != "/k/v1/spaces/statistics.json" || !strings.Contains(line.Error, "goroutine") {
		t.Errorf("the answer has the ID %v, the log says %+v", a.object["id"], line)
	}
	for _, secret := range []string{storetest.Password, credentials(w.Root.Login, storetest.Password), w.Root.Login} { // SEC-I7
		if strings.Contains(w.Log(), secret) {
			t.Error("the log holds what the call was signed in with")
		}
	}
	if again := root.call("POST", "/k/v1/guests.json", object{"guests": sample()}).ok(); again.header.Get("X-ConcurrencyLimit-Running") != "1" {
		t.Errorf("after the panic %s calls run", again.header.Get("X-ConcurrencyLimit-Running"))
	}
}

// What breaks an answer off for net/http breaks it off here: the connection ends
// without an answer, and the place of the call is free again.
func TestAbort(t *testing.T) {
	t.Parallel()
	w, panicWith := breaking(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/k/v1/spaces/statistics.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Cybozu-Authorization", credentials(w.Root.Login, storetest.Password))
	panicWith(http.ErrAbortHandler)
	if response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r); err == nil {
		_ = response.Body.Close()
		t.Errorf("the answer is %d, want none", response.StatusCode)
	}
	if strings.Contains(w.Log(), `"level":"ERROR"`) {
		t.Errorf("the log speaks of a fault: %s", w.Log())
	}
	a := as(t, w, w.Root).call("GET", "/k/v1/spaces/statistics.json", nil).ok()
	if running := a.header.Get("X-ConcurrencyLimit-Running"); running != "1" {
		t.Errorf("after the break %s calls run", running)
	}
}
