package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"guesthouse/store/secret"
)

// Watch is a page that is open in a browser: by which session, and the space
// that it shows, 0 for none.
type Watch struct {
	Token string
	Space ID
	News  []ID // happenings that may be news to the reader
}

// Sight is what the reader of a watched page still is.
type Sight struct {
	State  SightState
	Reader ID     // the account
	Mark   string // another one than before: what the reader may do has changed
	News   []ID   // of the happenings of the watch, those that the reader may know of
}

// SightState says whether the reader of a page may go on reading.
type SightState string

// The states of a watched page.
const (
	SightHere   SightState = "here"   // signed in; the mark says the rest
	SightAsleep SightState = "asleep" // the session's time is up, the account is well
	SightGone   SightState = "gone"   // signed out, suspended, ended, deleted
)

// Look says of each watched page whether its reader may go on reading and with
// which rights, through the same doors as a request: sessions, accounts and
// spaces as they are now (SEC-S4). It changes nothing and does not count as a
// sign of life.
func (s *Store) Look(ctx context.Context, watches []Watch) ([]Sight, error) {
	sights := make([]Sight, len(watches))
	err := s.read(ctx, func(tx tx) error {
		for i, watch := range watches {
			sight, err := tx.look(ctx, watch)
			if err != nil {
				return err
			}
			sights[i] = sight
		}
		return nil
	})
	return sights, err
}

func (tx tx) look(ctx context.Context, watch Watch) (Sight, error) {
	visit, err := tx.visit(ctx, watch.Token)
	if errors.Is(err, ErrSignIn) {
		return tx.lookAfter(ctx, watch)
	}
	if err != nil {
		return Sight{}, err
	}
	a := visit.Account
	space := ID(0) // that the reader may look into
	mark := fmt.Sprint(visit.Session.Stage, a.Kind, a.SystemAdmin, a.MayCreateGuestSpaces, a.MustChangePassword, a.MustAcceptTerms)
	if watch.Space != 0 {
		sp, err := tx.space(ctx, a, watch.Space, ToOpen)
		var refusal *Error
		switch {
		case err == nil:
			space = sp.ID
			mark += fmt.Sprint(sp.Standing, sp.Publishing, sp.FixedMembership)
		case errors.As(err, &refusal):
			mark += refusal.Code
		default:
			return Sight{}, err
		}
	}
	sum := sha256.Sum256([]byte(mark)) // a page need not know how rights are spelled
	sight := Sight{State: SightHere, Reader: a.ID, Mark: hex.EncodeToString(sum[:8])}
	for _, id := range watch.News {
		sees, err := tx.sees(ctx, a.ID, space, id)
		if err != nil {
			return Sight{}, err
		}
		if sees {
			sight.News = append(sight.News, id)
		}
	}
	return sight, nil
}

// lookAfter tells a session that slept too long from an account that may not
// be used any more: who merely slept keeps what they were typing.
func (tx tx) lookAfter(ctx context.Context, watch Watch) (Sight, error) {
	account, err := scanAccount(tx.row(ctx, `
		SELECT `+accountColumns+`
		FROM sessions v
		JOIN accounts a ON a.id = v.account_id
		WHERE v.token_hash = $1`, secret.Hash(watch.Token)))
	switch err = missing(err, ErrNotFound); {
	case errors.Is(err, ErrNotFound):
		return Sight{State: SightGone}, nil
	case err != nil:
		return Sight{}, err
	case account.Active(tx.now):
		return Sight{State: SightAsleep}, nil
	}
	return Sight{State: SightGone}, nil
}
