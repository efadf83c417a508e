package store

import "context"

// APICredentials are those of the actor, the newest first. One that has ended
// is among them for thirty days more.
func (s *Store) APICredentials(ctx context.Context, actor Account) ([]APICredential, error) {
	var list []APICredential
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		since := at(tx.now.Add(-apiCredentialKept))
		rows, err := tx.query(ctx, `
			SELECT `+apiCredentialColumns+`
			FROM api_credentials k
			WHERE k.account_id = $1 AND k.expires_at > $2 AND (k.revoked_at IS NULL OR k.revoked_at > $2)
			ORDER BY k.id DESC
			LIMIT $3`, me.ID, since, PageSize)
		list, err = all(rows, err, func(row scanner) (c APICredential, err error) { return c, row.Scan(c.scan()...) })
		return err
	})
	return list, err
}

// APICredentialsOf is how many live ones a member has, for system administrators.
func (s *Store) APICredentialsOf(ctx context.Context, actor Account, member ID) (n int, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		n, err = tx.liveAPICredentials(ctx, member)
		return err
	})
	return n, err
}

// RevokeAPICredential ends one of the actor's; programs that use it are refused
// from now on. Revoking twice changes nothing. One that is not the actor's, or
// not there, is ErrNotFound.
func (s *Store) RevokeAPICredential(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		me, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		var c APICredential
		err = tx.row(ctx, `
			SELECT `+apiCredentialColumns+` FROM api_credentials k WHERE k.id = $1 AND k.account_id = $2`, id, me.ID).Scan(c.scan()...)
		if err != nil {
			return missing(err, ErrNotFound)
		}
		if !c.RevokedAt.IsZero() {
			return nil
		}
		if _, err := tx.exec(ctx, `UPDATE api_credentials SET revoked_at = $2 WHERE id = $1`, id, at(tx.now)); err != nil {
			return err
		}
		return tx.audit(ctx, c.event("api_credential.revoked", me, me, nil))
	})
}

// RevokeAPICredentials ends all of an account: the actor's own, or, for system
// administrators, a colleague's. It says how many there were.
func (s *Store) RevokeAPICredentials(ctx context.Context, actor Account, of ID) (ended int64, err error) {
	err = s.write(ctx, func(tx tx) error {
		me, account, err := tx.memberFor(ctx, actor, of)
		if err != nil {
			return err
		}
		if ended, err = tx.endAPICredentials(ctx, account.ID); err != nil || ended == 0 {
			return err
		}
		return tx.audit(ctx, event{
			Action: "api_credential.all_revoked", Actor: me.ID, Account: account.ID, Subject: account.Login,
			Details: map[string]string{"credentials": itoa(int(ended))},
		})
	})
	return ended, err
}

// endAPICredentials ends all of an account that have not ended (SEC-T6).
func (tx tx) endAPICredentials(ctx context.Context, account ID) (ended int64, err error) {
	return tx.exec(ctx, `
		UPDATE api_credentials SET revoked_at = $2
		WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2`, account, at(tx.now))
}
