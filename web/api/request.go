package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"guesthouse/store"
)

// request is one call while it is answered.
type request struct {
	*http.Request

	api        *API
	w          http.ResponseWriter
	call       *call
	guestForm  bool     // the address named a guest space
	guestSpace store.ID // which
	caller     *caller  // nil until it is known who calls
	params     params
}

// send answers with a body; nothing is an empty object.
func (q *request) send(status int, body any) error {
	if body == nil {
		body = struct{}{}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/json;charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	q.w.WriteHeader(status)
	if q.Method == http.MethodHead {
		return nil
	}
	_, err = q.w.Write(text)
	return err
}

// actor is the account that calls.
func (q *request) actor() store.Account { return q.caller.Account }

// inSpace opens a space by its ID for an operation, if the address has the form
// that is right for it: what is in a guest space is called by the guest form,
// with that space, and everything else by the plain one.
func (q *request) inSpace(id store.ID, to store.Operation) (store.Space, error) {
	if q.guestForm && q.guestSpace != id {
		return store.Space{}, store.ErrForbidden
	}
	sp, err := q.api.Store.Space(q.Context(), q.actor(), id, store.ToKnow)
	if err != nil {
		return store.Space{}, err
	}
	if err := q.formFits(sp); err != nil {
		return store.Space{}, err
	}
	if to == store.ToKnow {
		return sp, nil
	}
	return q.api.Store.Space(q.Context(), q.actor(), id, to)
}

// formFits refuses the plain form for what is in a guest space, and the guest
// form for what is not in that guest space.
func (q *request) formFits(sp store.Space) error {
	switch {
	case sp.IsGuestSpace() && !q.guestForm:
		return plainForm
	case q.guestForm && (!sp.IsGuestSpace() || sp.ID != q.guestSpace):
		return store.ErrForbidden
	}
	return nil
}
