package store

import (
	"context"
	"strconv"
	"time"
)

// TermsAcceptance is who accepted which terms, when and from where.
type TermsAcceptance struct {
	ID            ID
	Account       Account
	Version       int
	Locale        string // of the text that was shown
	ClientAddress string
	AcceptedAt    time.Time
}

// versionName is a version as it stands in the audit log.
func versionName(version int) string { return "v" + strconv.Itoa(version) }

// AcceptTerms accepts the terms in force for the actor. version is that of the
// text that was read; when a newer one is in force it is ErrTermsChanged. A
// second time changes nothing.
func (s *Store) AcceptTerms(ctx context.Context, actor Account, version int, locale string) error {
	return s.write(ctx, func(tx tx) error {
		account, err := tx.self(ctx, actor)
		if err != nil {
			return err
		}
		if account.MustChangePassword {
			return ErrSignIn // SEC-P5: nothing before that
		}
		return tx.acceptTerms(ctx, account, version, locale)
	})
}

// acceptTerms is the one way in which terms are accepted.
func (tx tx) acceptTerms(ctx context.Context, account Account, version int, locale string) error {
	terms, err := tx.termsInForce(ctx)
	if err != nil {
		return err
	}
	if terms.Version != version {
		return ErrTermsChanged
	}
	if terms.Version == 0 || !account.IsGuest() {
		return nil
	}
	shown := terms.In(locale).Locale
	fresh, err := tx.exec(ctx, `
		INSERT INTO terms_acceptances (version, account_id, locale, client_address, accepted_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, version) DO NOTHING`,
		version, account.ID, shown, originOf(ctx).Address, at(tx.now))
	if err != nil || fresh == 0 {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE accounts SET terms_version = $2 WHERE id = $1`, account.ID, version); err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "terms.accepted", Actor: account.ID, Account: account.ID, Subject: versionName(version),
		Details: map[string]string{"locale": shown},
	})
}

// TermsAcceptances are those who accepted a version, the latest first, for
// system administrators. before is the last of the page before, 0 for the
// first page.
func (s *Store) TermsAcceptances(ctx context.Context, actor Account, version int, before ID) (list []TermsAcceptance, more bool, err error) {
	if before == 0 {
		before = lastID
	}
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT c.id, c.version, c.locale, c.client_address, c.accepted_at, `+accountColumns+`
			FROM terms_acceptances c
			JOIN accounts a ON a.id = c.account_id
			WHERE c.version = $1 AND c.id < $2
			ORDER BY c.id DESC
			LIMIT $3`, version, before, PageSize+1)
		list, err = all(rows, err, scanAcceptance)
		list, more = page(list)
		return err
	})
	return list, more, err
}

func scanAcceptance(row scanner) (c TermsAcceptance, err error) {
	return c, row.Scan(append([]any{&c.ID, &c.Version, &c.Locale, &c.ClientAddress, moment{&c.AcceptedAt}}, c.Account.scan()...)...)
}

// OwnTermsAcceptance is when the actor accepted the terms in force; the zero
// time for never. Who has yet to accept them may ask too.
func (s *Store) OwnTermsAcceptance(ctx context.Context, actor Account, version int) (accepted time.Time, err error) {
	err = s.read(ctx, func(tx tx) error {
		account, err := tx.self(ctx, actor)
		if err != nil {
			return err
		}
		err = tx.row(ctx, `SELECT accepted_at FROM terms_acceptances WHERE account_id = $1 AND version = $2`,
			account.ID, version).Scan(moment{&accepted})
		return missing(err, nil)
	})
	return accepted, err
}
