package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"guesthouse/store/secret"
)

// onceKept is how long it is known that a call was carried out.
const onceKept = Day

// ErrOtherCall: the key of a repeated call was used for a call that says
// something else.
var ErrOtherCall = &Error{Kind: Conflict, Code: "other_call"}

// errRepeated breaks a transaction off whose work was done by an earlier call.
var errRepeated = errors.New("done by an earlier call")

// Once is a call that a program may send again, because it did not hear the
// answer, and that is to be carried out once. The note of it is written in the
// transaction of its effect: after a crash there are both or neither.
type Once struct {
	account ID
	key     []byte
	request []byte // a mark of what the call says; only we can make it, for it may hold passwords
	made    ID
	done    bool
}

type onceKey struct{}

// Once is a call of the actor under a key that the program chose; request is all
// that it says. In the context, the first transaction that changes something is
// the effect of the call.
func (s *Store) Once(ctx context.Context, actor Account, key string, request []byte) (context.Context, *Once) {
	once := &Once{account: actor.ID, key: secret.Hash(key), request: s.key.MAC("once", request)}
	return context.WithValue(ctx, onceKey{}, once), once
}

// Repeated reports whether the call was carried out before, and the ID of what
// it made; 0 for nothing that has one. Error: ErrOtherCall.
func (s *Store) Repeated(ctx context.Context, once *Once) (made ID, done bool, err error) {
	err = s.read(ctx, func(tx tx) (err error) {
		made, done, err = tx.repeated(ctx, once)
		return err
	})
	return made, done, err
}

func (tx tx) repeated(ctx context.Context, once *Once) (made ID, done bool, err error) {
	var request []byte
	err = tx.row(ctx, `
		SELECT request_mark, made_id
		FROM calls_once
		WHERE account_id = $1 AND key_hash = $2 AND expires_at > $3`,
		once.account, once.key, at(tx.now)).Scan(&request, nullID{&made})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, false, nil
	case err != nil:
		return 0, false, err
	case !bytes.Equal(request, once.request):
		return 0, false, ErrOtherCall
	}
	return made, true, nil
}

// onceOnly runs fn as the effect of the call in the context, if there is one.
func (tx tx) onceOnly(ctx context.Context, fn func(tx) error) error {
	once, ok := ctx.Value(onceKey{}).(*Once)
	if !ok || once.done {
		return fn(tx)
	}
	once.made = 0 // a retry starts over
	_, done, err := tx.repeated(ctx, once)
	if err != nil {
		return err
	}
	if done {
		return errRepeated
	}
	if err := fn(tx); err != nil {
		return err
	}
	noted, err := tx.exec(ctx, `
		INSERT INTO calls_once (account_id, key_hash, request_mark, made_id, expires_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, key_hash) DO UPDATE
		SET request_mark = $3, made_id = $4, expires_at = $5
		WHERE calls_once.expires_at <= $6`,
		once.account, once.key, once.request, once.made.orNull(), at(tx.now.Add(onceKept)), at(tx.now))
	if err == nil && noted == 0 {
		err = errRepeated // somebody was faster
	}
	return err
}

// carriedOut tells the call in the context that its effect lasts.
func carriedOut(ctx context.Context) {
	if once, ok := ctx.Value(onceKey{}).(*Once); ok {
		once.done = true
	}
}

// made notes what the call in the context has made, for the answer to it.
func (tx tx) made(ctx context.Context, id ID) {
	if once, ok := ctx.Value(onceKey{}).(*Once); ok && !once.done {
		once.made = id
	}
}
