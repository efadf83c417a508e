package api_test

import (
	"sync"
	"testing"
	"time"

	"guesthouse/web/webtest"
)

// A POST that is sent again under its key has one effect and one answer.
func TestRepeatedCalls(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	body := object{"guests": sample()}
	key := with("Idempotency-Key", "import 1")
	for range 3 {
		if a := root.call("POST", "/k/v1/guests.json", body, key).ok(); a.body != "{}" {
			t.Errorf("the answer is %s, want {}", a.body)
		}
	}
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()[:1]}, key).want(409, "GH_ID01")
	root.call("POST", "/k/v1/guests.json", body).want(400, "CB_VA01")
	root.call("POST", "/k/v1/guests.json", body, with("Idempotency-Key", "import 2")).want(400, "CB_VA01")
	as(t, w, w.Host).call("POST", "/k/v1/guests.json", body, key).want(403, "CB_NO02") // the key is Root's
	root.call("POST", "/k/v1/guests.json", body, with("Idempotency-Key", "é")).want(400, "CB_IL02")
	// What was refused was not carried out: the key is still free.
	bad := object{"guests": []object{{"name": "A"}}}
	root.call("POST", "/k/v1/guests.json", bad, with("Idempotency-Key", "import 3")).want(400, "CB_VA01")
	later := []object{{"name": "C", "code": "c@sample.example", "password": "password", "timezone": "UTC"}}
	root.call("POST", "/k/v1/guests.json", object{"guests": later}, with("Idempotency-Key", "import 3")).ok()
	// A day later nobody knows of it any more.
	w.Clock.Advance(25 * time.Hour)
	root.call("POST", "/k/v1/guests.json", body, key).want(400, "CB_VA01")
}

// SEC-A3 for keys: of eight at once one takes effect, and none is told a lie.
func TestRepeatedCallsAtOnce(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	answers := make([]answer, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = root.call("POST", "/k/v1/guests.json", object{"guests": sample()}, with("Idempotency-Key", "once"))
		})
	}
	all.Wait()
	done := 0
	for _, a := range answers {
		switch {
		case a.status == 200:
			done++
		case a.code() != "GH_ID02":
			t.Errorf("one of eight is answered %d %s", a.status, a.body)
		}
	}
	if done == 0 {
		t.Error("none was carried out")
	}
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()}, with("Idempotency-Key", "once")).ok()
}
