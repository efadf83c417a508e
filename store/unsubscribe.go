package store

import (
	"context"
	"crypto/rand"

	"guesthouse/store/secret"
)

// purposeUnsubscribe keeps these links apart from all others: one opens nothing
// but the end of mails (SEC-T2).
const purposeUnsubscribe = "unsubscribe"

// Unsubscription is what a link in the foot of a mail ends.
type Unsubscription struct {
	All   bool // all mails about news; else those of one space
	Ended bool // there are none any more
}

// ensureUnsubscribeLink makes the link that ends somebody's mails of a space, or
// with a space of 0 all of them, unless there is one. It stays the same, so
// that the link in an old mail works. Like an invitation's its token is made
// again from a nonce, and only its hash is stored (SEC-T1).
func (tx tx) ensureUnsubscribeLink(ctx context.Context, account, space ID) error {
	nonce := make([]byte, nonceBytes)
	rand.Read(nonce) //nolint:errcheck // documented never to fail: it ends the program instead
	_, err := tx.exec(ctx, `
		INSERT INTO unsubscribe_links (token_hash, account_id, space_id, nonce, created_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, space_id) DO NOTHING`,
		secret.Hash(tx.key.Token(purposeUnsubscribe, nonce)), account, space, nonce, at(tx.now))
	return err
}

func (tx tx) unsubscribeToken(ctx context.Context, account, space ID) (string, error) {
	var nonce []byte
	err := tx.row(ctx, `SELECT nonce FROM unsubscribe_links WHERE account_id = $1 AND space_id = $2`, account, space).Scan(&nonce)
	if err != nil {
		return "", missing(err, nil)
	}
	return tx.key.Token(purposeUnsubscribe, nonce), nil
}

// Unsubscription says what a link would end; it changes nothing (SEC-T4). An
// unknown token is ErrLinkGone. Nothing is said of whose link it is.
func (s *Store) Unsubscription(ctx context.Context, token string) (Unsubscription, error) {
	var u Unsubscription
	err := s.read(ctx, func(tx tx) error {
		account, space, err := tx.unsubscribeLink(ctx, token)
		if err != nil {
			return err
		}
		u.All = space == 0
		u.Ended, err = tx.mailsEnded(ctx, account, space)
		return err
	})
	return u, err
}

// Unsubscribe ends the mails that a link is for (RFC 8058). The person need not
// be signed in; what is new stands in the portal as before, and the choice can
// be changed there. Doing it twice changes nothing.
func (s *Store) Unsubscribe(ctx context.Context, token string) (Unsubscription, error) {
	var u Unsubscription
	err := s.write(ctx, func(tx tx) error {
		account, space, err := tx.unsubscribeLink(ctx, token)
		if err != nil {
			return err
		}
		u = Unsubscription{All: space == 0, Ended: true}
		offered := spaceCategories
		if space == 0 {
			offered = NoticeCategories
			// What was chosen for single spaces would go on.
			if _, err := tx.exec(ctx, `DELETE FROM notice_choices WHERE account_id = $1`, account); err != nil {
				return err
			}
		}
		for _, category := range offered {
			if err := tx.choose(ctx, choiceKey{account, space, category}, MailOff); err != nil {
				return err
			}
		}
		return nil
	})
	return u, err
}

func (tx tx) unsubscribeLink(ctx context.Context, token string) (account, space ID, err error) {
	err = tx.row(ctx, `SELECT account_id, space_id FROM unsubscribe_links WHERE token_hash = $1`,
		secret.Hash(token)).Scan(&account, &space)
	return account, space, missing(err, ErrLinkGone)
}

// mailsEnded reports whether every category of a space, or of all, is off.
func (tx tx) mailsEnded(ctx context.Context, account, space ID) (ended bool, err error) {
	want := len(spaceCategories)
	if space == 0 {
		want = len(NoticeCategories)
	}
	err = tx.row(ctx, `
		SELECT COUNT(*) = $3
			AND NOT EXISTS (SELECT 1 FROM notice_choices WHERE account_id = $1 AND $2 = 0 AND choice <> 'off')
		FROM notice_choices
		WHERE account_id = $1 AND space_id = $2 AND choice = 'off'`, account, space, want).Scan(&ended)
	return ended, err
}
