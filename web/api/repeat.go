package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"guesthouse/store"
)

// keyHeader carries the key under which a program may send a POST again.
const keyHeader = "Idempotency-Key"

const keyLength = 255

// running are the calls under a key that are being carried out.
type running struct {
	mu  sync.Mutex
	all map[string]bool
}

func (r *running) begin(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]bool{}
	}
	if r.all[key] {
		return false
	}
	r.all[key] = true
	return true
}

func (r *running) end(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, key)
}

// run runs the call; one with a key is carried out once, and answered the same
// each time that it is sent.
func (q *request) run() (any, error) {
	key := q.Header.Get(keyHeader)
	if key == "" || q.call.upload || q.call.method != http.MethodPost {
		return q.call.run(q)
	}
	if !printable(key) {
		return nil, illegalRequest
	}
	said, err := json.Marshal([]any{q.call.resource, strconv.FormatInt(int64(q.guestSpace), 10), q.params.tree})
	if err != nil {
		return nil, err
	}
	plain := q.Context()
	ctx, once := q.api.Store.Once(plain, q.actor(), key, said)
	if made, done, err := q.api.Store.Repeated(plain, once); err != nil || done {
		return answerMade(made), err
	}
	place := q.actor().ID.String() + ":" + key
	if !q.api.keys.begin(place) {
		return nil, stillRunning
	}
	defer q.api.keys.end(place)
	q.Request = q.WithContext(ctx)
	result, err := q.call.run(q)
	if err == nil {
		return result, nil
	}
	// Another process may have been faster; then its effect is what was refused.
	if made, done, again := q.api.Store.Repeated(plain, once); again == nil && done {
		return answerMade(made), nil
	}
	return nil, err
}

func answerMade(made store.ID) any {
	if made == 0 {
		return nil
	}
	return idAnswer{ID: made.String()}
}

// printable reports whether a key is one that a header may hold.
func printable(key string) bool {
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return false
		}
	}
	return len(key) <= keyLength
}
