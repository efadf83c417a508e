package store

import (
	"context"
	"strings"
	"time"

	"guesthouse/store/secret"
)

// maxBrowserTokens is how many people one browser is remembered for.
const maxBrowserTokens = 5

// RememberedBrowser is a browser that need not give a code until ExpiresAt (C11).
type RememberedBrowser struct {
	ID            ID
	ClientAddress string
	UserAgent     string
	CreatedAt     time.Time
	ExpiresAt     time.Time
}

// RememberDays is for how long a browser may be remembered for somebody; 0 asks
// for a code at every sign-in (S0-38), as it does of system administrators.
func (p Policy) RememberDays(a Account) int {
	if a.SystemAdmin {
		return 0
	}
	return p.Number("twostep.remember_days")
}

// browserTokens splits the cookie of a remembered browser: a token for each
// person, the newest first.
func browserTokens(cookie string) []string {
	if cookie == "" || len(cookie) > 400 {
		return nil
	}
	tokens := strings.Split(cookie, ".")
	return tokens[:min(len(tokens), maxBrowserTokens)]
}

// remembered reports whether the browser with the cookie gave the account's
// code within the days of the policy as it is now: fewer days bite at once.
func (tx tx) remembered(ctx context.Context, account Account, cookie string, policy Policy) (bool, error) {
	tokens, days := browserTokens(cookie), policy.RememberDays(account)
	if len(tokens) == 0 || days == 0 {
		return false, nil
	}
	args := []any{account.ID, at(tx.now), at(tx.now.AddDate(0, 0, -days))}
	for _, token := range tokens {
		args = append(args, secret.Hash(token))
	}
	var known bool
	err := tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM remembered_browsers
			WHERE account_id = $1 AND expires_at > $2 AND created_at > $3
				AND token_hash IN (`+placeholders(4, len(tokens))+`))`, args...).Scan(&known)
	return known, err
}

// rememberBrowser trusts the browser of a code that was just given, and gives
// its cookie: what it held for others stays.
func (tx tx) rememberBrowser(ctx context.Context, visit Visit, cookie, agent string) (string, error) {
	days := visit.Environment.Policy.RememberDays(visit.Account)
	if days == 0 {
		return "", nil
	}
	token, hash := secret.Token()
	_, err := tx.exec(ctx, `
		INSERT INTO remembered_browsers (token_hash, account_id, client_address, user_agent, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		hash, visit.Account.ID, originOf(ctx).Address, clip(agent, 300), at(tx.now), at(tx.now.AddDate(0, 0, days)))
	if err != nil {
		return "", err
	}
	tokens := append([]string{token}, browserTokens(cookie)...)
	return strings.Join(tokens[:min(len(tokens), maxBrowserTokens)], "."), nil
}

// RememberedBrowsers are the browsers in which the actor need not give a code
// now, the newest first.
func (s *Store) RememberedBrowsers(ctx context.Context, actor Account) ([]RememberedBrowser, error) {
	var list []RememberedBrowser
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT id, client_address, user_agent, created_at, expires_at
			FROM remembered_browsers
			WHERE account_id = $1 AND expires_at > $2 AND created_at > $3
			ORDER BY created_at DESC
			LIMIT $4`, actor.ID, at(tx.now), at(tx.now.AddDate(0, 0, -e.Policy.RememberDays(me))), PageSize)
		list, err = all(rows, err, func(row scanner) (b RememberedBrowser, err error) {
			return b, row.Scan(&b.ID, &b.ClientAddress, &b.UserAgent, moment{&b.CreatedAt}, moment{&b.ExpiresAt})
		})
		return err
	})
	return list, err
}

// ForgetBrowser asks for a code in a browser again. One that is not the
// actor's, or not there, is ErrNotFound.
func (s *Store) ForgetBrowser(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		if _, err := tx.actor(ctx, actor); err != nil {
			return err
		}
		forgotten, err := tx.exec(ctx, `DELETE FROM remembered_browsers WHERE id = $1 AND account_id = $2`, id, actor.ID)
		if err != nil {
			return err
		}
		if forgotten == 0 {
			return ErrNotFound
		}
		return tx.audit(ctx, event{Action: "session.browser_forgotten", Actor: actor.ID, Account: actor.ID, Subject: actor.Login})
	})
}

// forgetBrowsers asks for a code in every browser of the account again.
func (tx tx) forgetBrowsers(ctx context.Context, account ID) error {
	_, err := tx.exec(ctx, `DELETE FROM remembered_browsers WHERE account_id = $1`, account)
	return err
}
