package store

import (
	"context"

	"guesthouse/store/secret"
)

// Sessions are where the actor is signed in, the latest first. Sessions that
// wait for a code are among them: their owner should see them too.
func (s *Store) Sessions(ctx context.Context, actor Account) ([]Session, error) {
	var list []Session
	err := s.read(ctx, func(tx tx) error {
		account, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		list, err = tx.openSessions(ctx, account)
		return err
	})
	return list, err
}

// openSessions are the sessions of an account that did not end.
func (tx tx) openSessions(ctx context.Context, account Account) ([]Session, error) {
	idle := func(keep bool) any {
		length, _ := sessionLives(account, keep)
		return at(tx.now.Add(-length))
	}
	rows, err := tx.query(ctx, `
		SELECT `+sessionColumns+`
		FROM sessions v
		WHERE v.account_id = $1 AND v.expires_at > $2
			AND (v.seen_at > $3 OR v.keep AND v.seen_at > $4)
		ORDER BY v.seen_at DESC, v.id DESC`, account.ID, at(tx.now), idle(false), idle(true))
	return all(rows, err, func(row scanner) (v Session, err error) {
		return v, row.Scan(v.scan()...)
	})
}

// EndSession signs the actor out in one browser. A session that is not the
// actor's, or not there, is ErrNotFound.
func (s *Store) EndSession(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		if _, err := tx.actor(ctx, actor); err != nil {
			return err
		}
		ended, err := tx.exec(ctx, `DELETE FROM sessions WHERE id = $1 AND account_id = $2`, id, actor.ID)
		if err != nil {
			return err
		}
		if ended == 0 {
			return ErrNotFound
		}
		return tx.audit(ctx, event{Action: "session.ended", Actor: actor.ID, Account: actor.ID, Subject: actor.Login})
	})
}

// EndOtherSessions signs the actor out everywhere but in the browser that has
// the token. It says how many sessions ended.
func (s *Store) EndOtherSessions(ctx context.Context, actor Account, token string) (ended int64, err error) {
	err = s.write(ctx, func(tx tx) error {
		if _, err := tx.actor(ctx, actor); err != nil {
			return err
		}
		ended, err = tx.exec(ctx, `DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2`,
			actor.ID, secret.Hash(token))
		if err != nil {
			return err
		}
		if err := tx.forgetBrowsers(ctx, actor.ID); err != nil || ended == 0 {
			return err
		}
		return tx.audit(ctx, event{Action: "session.others_ended", Actor: actor.ID, Account: actor.ID, Subject: actor.Login})
	})
	return ended, err
}
