package store

import (
	"context"
	"encoding/json"
	"html"
	"strings"
)

// EraseGuest takes a person out of the records and leaves the record (beyond
// 15): name, address, profile, picture, the words of invitations, mails and
// the audit log. What the person wrote stays, under a number. An account that
// is not deleted yet is deleted first, at once. It cannot be undone, and doing
// it twice changes nothing.
func (s *Store) EraseGuest(ctx context.Context, actor Account, guest ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		person, err := tx.account(ctx, guest)
		if err != nil {
			return err
		}
		if person.Kind != Guest {
			return ErrNotFound
		}
		if !person.ErasedAt.IsZero() {
			return nil
		}
		if !person.Former() {
			if err := tx.deleteAccount(ctx, deletion{by: actor, guest: person, quiet: true}); err != nil {
				return err
			}
		}
		if err := tx.erase(ctx, person); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.erased", Actor: actor.ID, Account: guest, Reason: reason})
	})
}

// erasedName is what stays of a name: a number, beside which every page says
// "former guest" in the reader's language.
func erasedName(id ID) string { return "#" + id.String() }

// erase blanks everything that tells who a deleted account was.
func (tx tx) erase(ctx context.Context, person Account) error {
	if _, err := tx.exec(ctx, `UPDATE accounts SET erased_at = $2 WHERE id = $1`, person.ID, at(tx.now)); err != nil {
		return err
	}
	addresses, err := tx.addressesOf(ctx, person)
	if err != nil {
		return err
	}
	if err := tx.eraseAudit(ctx, person, addresses); err != nil {
		return err
	}
	if err := tx.eraseMails(ctx, person, addresses); err != nil {
		return err
	}
	if err := tx.eraseInvitations(ctx, person, addresses); err != nil {
		return err
	}
	if err := tx.eraseRequests(ctx, person, addresses); err != nil {
		return err
	}
	if err := tx.eraseEvents(ctx, person, addresses); err != nil {
		return err
	}
	if err := tx.eraseMentions(ctx, person); err != nil {
		return err
	}
	if err := tx.forgetFactor(ctx, person.ID); err != nil {
		return err
	}
	for _, query := range []string{
		`UPDATE terms_acceptances SET client_address = '' WHERE account_id = $1`,
		`DELETE FROM tokens WHERE account_id = $1`,
		`DELETE FROM api_credentials WHERE account_id = $1`,
		`DELETE FROM former_addresses WHERE account_id = $1`,
	} {
		if _, err := tx.exec(ctx, query, person.ID); err != nil {
			return err
		}
	}
	name := erasedName(person.ID)
	_, err = tx.exec(ctx, `
		UPDATE accounts
		SET display_name = $2, name_key = $3, login_key = $4, login = NULL, email = NULL, sur_name_reading = '', given_name_reading = '',
			company = '', company_key = '', division = '', phone = '', callto = '', category = '', picture = '', locale = 'auto', timezone = 'UTC',
			password_hash = '', status_reason = '', sponsor_id = NULL, last_sign_in_at = NULL, version = version + 1
		WHERE id = $1`, person.ID, name, FoldKey(name), "erased:"+person.ID.String())
	return err
}

// eraseMentions takes the name out of the texts of others that mention the
// person; the link stays, to the number.
func (tx tx) eraseMentions(ctx context.Context, person Account) error {
	name, number := "@"+person.Name, "@"+erasedName(person.ID)
	for _, text := range []struct{ table, excerpt, column string }{
		{"comments", ", excerpt = REPLACE(excerpt, $2, $3)", "comment_id"},
		{"threads", "", "thread_id"},
		{"spaces", "", "space_id"},
	} {
		_, err := tx.exec(ctx, `
			UPDATE `+text.table+`
			SET body = REPLACE(body, $2, $3), body_html = REPLACE(body_html, $4, $3)`+text.excerpt+`
			WHERE id IN (SELECT `+text.column+` FROM mentions WHERE account_id = $1 AND `+text.column+` IS NOT NULL)`,
			person.ID, name, number, "@"+html.EscapeString(person.Name))
		if err != nil {
			return err
		}
	}
	// Earlier versions may mention whom the newest does not.
	for _, table := range []string{"comment_versions", "thread_versions"} {
		_, err := tx.exec(ctx, `
			UPDATE `+table+`
			SET body = REPLACE(body, $1, $2), body_html = REPLACE(body_html, $3, $2)
			WHERE body_html LIKE $4`,
			name, number, "@"+html.EscapeString(person.Name), `%data-person="`+person.ID.String()+`"%`)
		if err != nil {
			return err
		}
	}
	return nil
}

// addressesOf are all addresses that the person is known to have had. They
// stand among the former ones until the erasure is over: by them the guard of
// the audit log tells whose entries may be blanked.
func (tx tx) addressesOf(ctx context.Context, person Account) ([]string, error) {
	_, err := tx.exec(ctx, `
		INSERT INTO former_addresses (account_id, email, until_at)
		SELECT account_id, email, CAST($2 AS BIGINT) FROM invitations WHERE account_id = $1 AND email <> ''
		ON CONFLICT DO NOTHING`, person.ID, at(tx.now))
	if err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO former_addresses (account_id, email, until_at) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, person.ID, person.Login, at(tx.now))
	if err != nil {
		return nil, err
	}
	rows, err := tx.query(ctx, `SELECT email FROM former_addresses WHERE account_id = $1`, person.ID)
	return all(rows, err, func(row scanner) (address string, err error) { return address, row.Scan(&address) })
}

// eraseAudit blanks what the entries say of the person. Who did what when
// stays; from where stays of everybody else.
func (tx tx) eraseAudit(ctx context.Context, person Account, addresses []string) error {
	_, err := tx.exec(ctx, `
		UPDATE audit
		SET subject = '', reason = '', details = '{}',
			client_address = CASE WHEN actor_id IS NULL OR actor_id = $1 THEN '' ELSE client_address END
		WHERE account_id = $1`, person.ID)
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE audit SET client_address = '' WHERE actor_id = $1`, person.ID); err != nil {
		return err
	}
	for _, address := range addresses {
		// Entries from before there was an account; later ones are somebody new (S2-08).
		_, err := tx.exec(ctx, `
			UPDATE audit
			SET subject = '', reason = '', details = '{}',
				client_address = CASE WHEN actor_id IS NULL OR actor_id = $1 THEN '' ELSE client_address END
			WHERE subject = $2 AND account_id IS NULL
				AND created_at <= (SELECT deleted_at FROM accounts WHERE id = $1)`, person.ID, address)
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseMails takes away the mails to the person, and what mails to others say
// of them. A mail to somebody else that still waits is dropped: it would carry
// the name out.
func (tx tx) eraseMails(ctx context.Context, person Account, addresses []string) error {
	_, err := tx.exec(ctx, `
		DELETE FROM outbox
		WHERE account_id = $1 OR invitation_id IN (SELECT id FROM invitations WHERE account_id = $1)`, person.ID)
	if err != nil {
		return err
	}
	for _, address := range addresses {
		_, err := tx.exec(ctx, `DELETE FROM outbox WHERE recipient = $1 AND account_id IS NULL`, address)
		if err != nil {
			return err
		}
	}
	for _, word := range append([]string{person.Name}, addresses...) {
		text, err := json.Marshal(word) // as it stands in the mail's data
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE outbox
			SET data = '{}', sealed = NULL, lease_until_at = NULL,
				reply = CASE WHEN state IN ('queued', 'held') THEN 'erased' ELSE reply END,
				closed_at = CASE WHEN state IN ('queued', 'held') THEN $2 ELSE closed_at END,
				state = CASE WHEN state IN ('queued', 'held') THEN 'dropped' ELSE state END
			WHERE data LIKE $1 ESCAPE '\'`, "%"+likeEscaper.Replace(string(text))+"%", at(tx.now))
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseInvitations blanks the invitations that led to the account, those that
// nobody answered, and the pages that tell what became of each address.
func (tx tx) eraseInvitations(ctx context.Context, person Account, addresses []string) error {
	blank := `
		UPDATE invitations
		SET email = CASE WHEN email IS NULL THEN NULL ELSE '' END, identifier = CASE WHEN identifier IS NULL THEN NULL ELSE '' END,
			name = '', company = '', category = '', subject = '', message = '', delivery_reply = ''
		WHERE status <> 'pending' AND `
	if _, err := tx.exec(ctx, blank+`account_id = $1`, person.ID); err != nil {
		return err
	}
	for _, address := range addresses {
		_, err := tx.exec(ctx, blank+`email = $2 AND account_id IS NULL
			AND created_at <= (SELECT deleted_at FROM accounts WHERE id = $1)`, person.ID, address)
		if err != nil {
			return err
		}
		for _, query := range []string{
			`DELETE FROM sendings WHERE LOWER(results) LIKE $1 ESCAPE '\'`,
			`DELETE FROM bulk_sendings WHERE LOWER(list) LIKE $1 ESCAPE '\'`,
			`DELETE FROM chart_imports WHERE LOWER(list) LIKE $1 ESCAPE '\'`,
		} {
			_, err := tx.exec(ctx, query, "%"+likeEscaper.Replace(strings.ToLower(address))+"%")
			if err != nil {
				return err
			}
		}
	}
	return nil
}
