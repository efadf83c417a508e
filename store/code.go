package store

import (
	"context"
	"errors"
	"strings"
)

// GuestCode marks the login of a guest where members and guests are named.
const GuestCode = "guest/"

// accountOfCode is the living account of this kind that a program names by its
// login, or the refusal when nobody has it.
func (tx tx) accountOfCode(ctx context.Context, kind AccountKind, code string, refusal *Error) (Account, error) {
	account, err := tx.accountByLogin(ctx, loginKey(code))
	if errors.Is(err, ErrNotFound) || err == nil && account.Kind != kind {
		return Account{}, refusal
	}
	return account, err
}

// personOfCode is accountOfCode where both kinds of people are named.
func (tx tx) personOfCode(ctx context.Context, code string) (Account, error) {
	if login, guest := strings.CutPrefix(code, GuestCode); guest {
		return tx.accountOfCode(ctx, Guest, login, ErrNoSuchPerson)
	}
	return tx.accountOfCode(ctx, Member, code, ErrNoSuchPerson)
}

// AccountsByCode are the living accounts of the logins that a member names, those
// of guests behind GuestCode; 0 where nobody has one. Guests get none.
func (s *Store) AccountsByCode(ctx context.Context, actor Account, codes []string) ([]ID, error) {
	ids := make([]ID, len(codes))
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil || me.IsGuest() {
			return err
		}
		for i, code := range codes {
			account, err := tx.personOfCode(ctx, code)
			if errors.Is(err, ErrNoSuchPerson) {
				continue
			}
			if err != nil {
				return err
			}
			ids[i] = account.ID
		}
		return nil
	})
	return ids, err
}

// Codes are the logins of members among the accounts, for members. Addresses of
// guests are not for everybody, and guests are told none.
func (s *Store) Codes(ctx context.Context, actor Account, ids []ID) (map[ID]string, error) {
	codes := map[ID]string{}
	if len(ids) == 0 {
		return codes, nil
	}
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil || me.IsGuest() {
			return err
		}
		list, args := inList(1, ids)
		rows, err := tx.query(ctx, `SELECT id, COALESCE(login, login_key) FROM accounts WHERE id IN (`+list+`) AND kind = 'member'`, args...)
		_, err = all(rows, err, func(row scanner) (struct{}, error) {
			var id ID
			var code string
			err := row.Scan(&id, &code)
			codes[id] = code
			return struct{}{}, err
		})
		return err
	})
	return codes, err
}
