package store

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The register has one entry for each guest and each open invitation. Entries
// of accounts have even numbers, those of invitations odd ones.
func accountEntry(account ID) ID       { return 2 * account }
func invitationEntry(invitation ID) ID { return 2*invitation + 1 }

// registerChunk is how many entries are written at once.
const registerChunk = 64

// staleLimit is how many notes are taken at once.
const staleLimit = 1000

// entry is a row of the register.
type entry struct {
	id, account, invitation, sponsor, space ID

	gone                        bool
	state                       GuestStatus
	nameKey, companyKey         string
	category                    string
	spaces                      int
	signedInAt, endsAt, created int64
	words                       []string
}

// keepRegister writes the entries that this transaction has put out of date.
// It is the last act of every transaction that writes: triggers note what
// changed, so no way to change a guest can forget the register.
func (tx tx) keepRegister(ctx context.Context) error {
	take := tx.staleTable
	if tx.db.name == postgres.name {
		take = tx.staleSetting
	}
	for {
		stale, err := take(ctx)
		if err != nil {
			return err
		}
		if err := tx.writeChunks(ctx, stale); err != nil {
			return err
		}
		if len(stale) < staleLimit {
			return nil
		}
	}
}

func (tx tx) writeChunks(ctx context.Context, stale []ID) error {
	for len(stale) > 0 {
		chunk := stale[:min(len(stale), registerChunk)]
		if err := tx.writeEntries(ctx, chunk); err != nil {
			return fmt.Errorf("write the register: %w", err)
		}
		stale = stale[len(chunk):]
	}
	return nil
}

// staleTable takes the notes that triggers have left in the table.
func (tx tx) staleTable(ctx context.Context) ([]ID, error) {
	rows, err := tx.query(ctx, `SELECT entry_id FROM register_stale ORDER BY entry_id LIMIT `+itoa(staleLimit))
	stale, err := all(rows, err, scanID)
	if err != nil || len(stale) == 0 {
		return nil, err
	}
	_, err = tx.exec(ctx, `DELETE FROM register_stale WHERE entry_id <= $1`, stale[len(stale)-1])
	return stale, err
}

// staleSetting is staleTable on PostgreSQL, where the notes of a transaction
// stand in a setting that ends with it.
func (tx tx) staleSetting(ctx context.Context) ([]ID, error) {
	var text string
	if err := tx.row(ctx, `SELECT COALESCE(current_setting('guesthouse.stale', TRUE), '')`).Scan(&text); err != nil || text == "" {
		return nil, err
	}
	var cleared string
	if err := tx.row(ctx, `SELECT set_config('guesthouse.stale', '', TRUE)`).Scan(&cleared); err != nil {
		return nil, err
	}
	var stale []ID
	seen := map[ID]bool{}
	for _, field := range strings.Fields(text) {
		number, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, err
		}
		if id := ID(number); !seen[id] {
			seen[id] = true
			stale = append(stale, id)
		}
	}
	return stale, nil
}

// fillRegister writes what a migration has left to be done, a part at a time.
func (s *Store) fillRegister(ctx context.Context) error {
	for left := true; left; {
		err := s.db.inTx(ctx, true, s.transaction(func(tx tx) error {
			stale, err := tx.staleTable(ctx)
			if left = len(stale) > 0; err != nil || !left {
				return err
			}
			return tx.writeChunks(ctx, stale)
		}))
		if err != nil {
			return err
		}
	}
	return nil
}

// writeEntries brings entries up to date with the tables that they describe.
func (tx tx) writeEntries(ctx context.Context, ids []ID) error {
	var accounts, invitations []ID
	for _, id := range ids {
		if id%2 == 0 {
			accounts = append(accounts, id/2)
		} else {
			invitations = append(invitations, id/2)
		}
	}
	if err := tx.writePeopleWords(ctx, accounts); err != nil {
		return err
	}
	entries, err := tx.accountEntries(ctx, accounts)
	if err != nil {
		return err
	}
	invited, err := tx.invitationEntries(ctx, invitations)
	if err != nil {
		return err
	}
	entries = append(entries, invited...)
	was, err := tx.entryWords(ctx, ids)
	if err != nil {
		return err
	}
	if err := tx.upsertEntries(ctx, entries); err != nil {
		return err
	}
	var added [][]any
	for _, entry := range entries {
		old := was[entry.id]
		delete(was, entry.id)
		for _, word := range entry.words {
			if old[word] {
				delete(old, word)
				continue
			}
			added = append(added, []any{word, entry.id})
		}
		if err := tx.dropWords(ctx, entry.id, old); err != nil {
			return err
		}
	}
	for id, words := range was { // who is a member now, or an invitation that is closed
		if err := tx.dropWords(ctx, id, words); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM register WHERE id = $1`, id); err != nil {
			return err
		}
	}
	return tx.insertAll(ctx, `INSERT INTO register_words (word, entry_id)`, ` ON CONFLICT DO NOTHING`, added, nil)
}

func (tx tx) dropWords(ctx context.Context, entry ID, words map[string]bool) error {
	for word := range words {
		if _, err := tx.exec(ctx, `DELETE FROM register_words WHERE word = $1 AND entry_id = $2`, word, entry); err != nil {
			return err
		}
	}
	return nil
}

// entryWords are the words that entries have so far, by the entry.
func (tx tx) entryWords(ctx context.Context, ids []ID) (map[ID]map[string]bool, error) {
	found := map[ID]map[string]bool{}
	err := tx.eachOf(ctx, `SELECT id, words FROM register WHERE id IN (`, ids, func(row scanner) error {
		var id ID
		var text string
		if err := row.Scan(&id, &text); err != nil {
			return err
		}
		found[id] = map[string]bool{}
		for _, word := range strings.Fields(text) {
			found[id][word] = true
		}
		return nil
	})
	return found, err
}

func (tx tx) accountEntries(ctx context.Context, ids []ID) (entries []entry, err error) {
	err = tx.eachOf(ctx, `
		SELECT a.id, a.status, a.display_name, a.sur_name_reading, a.given_name_reading, a.company, a.login_key, COALESCE(a.email, ''),
			a.category, COALESCE(a.sponsor_id, 0), COALESCE(a.last_sign_in_at, 0), COALESCE(a.ends_at, `+never+`), a.created_at,
			(SELECT COUNT(*) FROM memberships m WHERE m.account_id = a.id)
		FROM accounts a
		WHERE a.kind = 'guest' AND a.id IN (`, ids, func(row scanner) error {
		var e entry
		var name, sur, given, company, login, email string
		err := row.Scan(&e.account, &e.state, &name, &sur, &given, &company, &login, &email,
			&e.category, &e.sponsor, &e.signedInAt, &e.endsAt, &e.created, &e.spaces)
		e.id, e.gone = accountEntry(e.account), e.state == DeletedGuest
		e.nameKey, e.companyKey = FoldKey(name), FoldKey(company)
		e.words = searchWords([]string{login, email}, name, sur+" "+given, company)
		entries = append(entries, e)
		return err
	})
	return entries, err
}

func (tx tx) invitationEntries(ctx context.Context, ids []ID) (entries []entry, err error) {
	err = tx.eachOf(ctx, `
		SELECT i.id, CASE WHEN i.delivery = 'failed' THEN 'failed' ELSE 'invited' END, i.name, i.company,
			COALESCE(i.email, i.identifier), i.category, i.inviter_id, COALESCE(i.space_id, 0), i.expires_at, i.created_at
		FROM invitations i
		WHERE i.status = 'pending' AND i.id IN (`, ids, func(row scanner) error {
		e := entry{spaces: -1}
		var name, company, address string
		err := row.Scan(&e.invitation, &e.state, &name, &company, &address, &e.category, &e.sponsor, &e.space, &e.endsAt, &e.created)
		e.id, e.companyKey = invitationEntry(e.invitation), FoldKey(company)
		if e.nameKey = FoldKey(name); e.nameKey == "" {
			e.nameKey = FoldKey(address)
		}
		e.words = searchWords([]string{address}, name, company)
		entries = append(entries, e)
		return err
	})
	return entries, err
}

// never is the end of what has none, for sorting.
var never = strconv.Itoa(math.MaxInt64)

func (tx tx) upsertEntries(ctx context.Context, entries []entry) error {
	rows := make([][]any, len(entries))
	for i, e := range entries {
		words := ""
		if len(e.words) > 0 {
			words = " " + strings.Join(e.words, " ") + " "
		}
		rows[i] = []any{
			e.id, e.account.orNull(), e.invitation.orNull(), e.gone, string(e.state), e.nameKey, e.companyKey, e.category,
			e.sponsor.orNull(), e.space.orNull(), e.spaces, e.signedInAt, e.endsAt, e.created, words,
		}
	}
	return tx.insertAll(ctx, `
		INSERT INTO register (
			id, account_id, invitation_id, gone, state, name_key, company_key, category,
			sponsor_id, space_id, space_count, signed_in_at, ends_at, created_at, words)`, `
		ON CONFLICT (id) DO UPDATE SET
			gone = excluded.gone, state = excluded.state, name_key = excluded.name_key, company_key = excluded.company_key,
			category = excluded.category, sponsor_id = excluded.sponsor_id, space_id = excluded.space_id,
			space_count = excluded.space_count, signed_in_at = excluded.signed_in_at, ends_at = excluded.ends_at,
			created_at = excluded.created_at, words = excluded.words`, rows, nil)
}

// eachOf runs a statement that ends in "IN (" for a list of keys and reads its rows.
func (tx tx) eachOf(ctx context.Context, query string, ids []ID, read func(scanner) error) error {
	for len(ids) > 0 {
		chunk := ids[:min(len(ids), listSizes[len(listSizes)-1])]
		ids = ids[len(chunk):]
		list, args := inList(1, chunk)
		rows, err := tx.query(ctx, query+list+`)`, args...)
		_, err = all(rows, err, func(row scanner) (struct{}, error) { return struct{}{}, read(row) })
		if err != nil {
			return err
		}
	}
	return nil
}
