package store

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"guesthouse/store/secret"
)

// Codes on paper: the second step of a guest who has no phone for an app, or
// what one enters in place of the code of a lost app (recovery codes).
const (
	seedBytes    = 32 // of the codes
	printedCodes = 10 // on one page
	fewCodes     = 3  // left, and it is time to make new ones
)

// codesOf are the printed codes of a seed: ten different ones.
func (s *Store) codesOf(seed []byte) []string {
	var codes []string
	seen := map[string]bool{}
	for n := byte(0); len(codes) < printedCodes; n++ {
		mac := s.key.MAC("printed-code", seed, []byte{n})
		code := fmt.Sprintf("%0*d", secret.CodeDigits, binary.BigEndian.Uint64(mac)%100_000_000)
		if !seen[code] {
			seen[code] = true
			codes = append(codes, code)
		}
	}
	return codes
}

// printedHash is what is kept of a printed code (SEC-T1).
func (s *Store) printedHash(account ID, digits string) []byte {
	return s.key.MAC("verification", []byte(FactorPrintedCodes), []byte(account.String()), []byte(digits))
}

// contained compares with every one, so that nothing is learned from the time.
func contained(codes []string, typed string) bool {
	found := 0
	for _, code := range codes {
		found |= subtle.ConstantTimeCompare([]byte(code), []byte(typed))
	}
	return found == 1
}

func (tx tx) keepCodes(ctx context.Context, account ID, codes []string, used string) error {
	if len(codes) == 0 {
		return nil
	}
	rows := make([][]any, len(codes))
	for i, code := range codes {
		rows[i] = []any{account, tx.printedHash(account, code), nil}
		if code == used {
			rows[i][2] = at(tx.now)
		}
	}
	return tx.insertAll(ctx, `INSERT INTO printed_codes (account_id, code_hash, used_at)`, "", rows, nil)
}

// codesLeft is how many printed codes still work.
func (tx tx) codesLeft(ctx context.Context, account ID) (left int, err error) {
	err = tx.row(ctx, `SELECT COUNT(*) FROM printed_codes WHERE account_id = $1 AND used_at IS NULL`, account).Scan(&left)
	return left, err
}

// hasRecoveryCodes reports whether an app of the account comes with recovery
// codes. Who has no mailbox gets a page from an administrator instead (C10).
func (a Account) hasRecoveryCodes() bool { return a.Email != "" }

// makeRecoveryCodes makes new recovery codes, which work at once, and ends the
// ones before. The page shows them for as long as a password counts as just
// given: an answer that got lost on its way can be asked for again.
func (tx tx) makeRecoveryCodes(ctx context.Context, account ID) error {
	seed, err := tx.keepSeed(ctx, account, FactorPrintedCodes, seedBytes, tx.now.Add(recently))
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM printed_codes WHERE account_id = $1`, account); err != nil {
		return err
	}
	return tx.keepCodes(ctx, account, tx.codesOf(seed), "")
}

// newRecoveryCodes are those that were made a moment ago; none when they have
// been shown long enough.
func (tx tx) newRecoveryCodes(ctx context.Context, account ID) ([]string, error) {
	var sealed []byte
	err := tx.row(ctx, `SELECT sealed FROM enrolments WHERE account_id = $1 AND shown_until > $2`,
		account, at(tx.now)).Scan(&sealed)
	if err != nil {
		return nil, missing(err, nil)
	}
	seed, err := tx.unseal(account, sealed)
	if err != nil {
		return nil, err
	}
	return tx.codesOf(seed), nil
}

// spendPrinted uses up a code on paper, in one statement (SEC-T3).
func (tx tx) spendPrinted(ctx context.Context, account ID, typed string) (bool, error) {
	used, err := tx.exec(ctx, `
		UPDATE printed_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL`,
		account, tx.printedHash(account, typed), at(tx.now))
	return used == 1, err
}

// spendRecoveryCode uses up a recovery code, and tells the owner: somebody else
// may have found it.
func (tx tx) spendRecoveryCode(ctx context.Context, account Account, typed, agent string) (bool, error) {
	right, err := tx.spendPrinted(ctx, account.ID, typed)
	if err != nil || !right {
		return false, err
	}
	left, err := tx.codesLeft(ctx, account.ID)
	if err != nil {
		return false, err
	}
	if err := tx.tellOfFactor(ctx, account, Account{}, NoticeRecoveryCodeUsed, agent); err != nil {
		return false, err
	}
	return true, tx.audit(ctx, event{
		Action: "session.recovery_code_used", Actor: account.ID, Account: account.ID, Subject: account.Login,
		Details: map[string]string{"left": itoa(left)},
	})
}
