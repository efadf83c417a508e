package store

import (
	"context"
	"time"
)

// A lively thread must not fill a mailbox: after each mail about a space that
// its reader did not follow, the next one waits longer for more to tell. Reading
// anything that is new ends all pauses. What names one alone never waits.

// newsPauses are how long the next mail waits after the first, the second and
// every later one.
var newsPauses = []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour}

// newsPauseEnds is after how long somebody is mailed as if for the first time.
const newsPauseEnds = 12 * time.Hour

// pauseNews notes that somebody is mailed now what is new in a space, or with a
// space of 0 in chats of two.
func (tx tx) pauseNews(ctx context.Context, account, space ID) error {
	_, err := tx.exec(ctx, `
		INSERT INTO news_pauses (account_id, space_id, mailed_at, mails) VALUES ($1, $2, $3, 1)
		ON CONFLICT (account_id, space_id) DO UPDATE
		SET mails = CASE WHEN news_pauses.mailed_at > $4 THEN news_pauses.mails + 1 ELSE 1 END, mailed_at = excluded.mailed_at`,
		account, space, at(tx.now), at(tx.now.Add(-newsPauseEnds)))
	return err
}

// endNewsPauses is for somebody who has just read what is new.
func (tx tx) endNewsPauses(ctx context.Context, account ID) error {
	_, err := tx.exec(ctx, `DELETE FROM news_pauses WHERE account_id = $1`, account)
	return err
}

// newsPausedUntil is, for those of some people who were mailed lately about a
// space, before when the next mail does not go.
func (tx tx) newsPausedUntil(ctx context.Context, space ID, accounts []ID) (map[ID]time.Time, error) {
	until := map[ID]time.Time{}
	list, args := inList(3, accounts)
	rows, err := tx.query(ctx, `
		SELECT account_id, mailed_at, mails
		FROM news_pauses
		WHERE account_id IN (`+list+`) AND space_id = $1 AND mailed_at > $2`,
		append([]any{space, at(tx.now.Add(-newsPauseEnds))}, args...)...)
	_, err = all(rows, err, func(row scanner) (struct{}, error) {
		var account ID
		var mailed time.Time
		var mails int
		err := row.Scan(&account, moment{&mailed}, &mails)
		until[account] = mailed.Add(newsPauses[min(mails, len(newsPauses))-1])
		return struct{}{}, err
	})
	return until, err
}
