package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// codeHash ties a code to the challenge that it was sent for (SEC-T1, SEC-T9).
func (s *Store) codeHash(session ID, digits string) []byte {
	return s.key.MAC("verification", []byte(purposeSignIn), []byte(session.String()), []byte(digits))
}

// firstCode mails the code of a sign-in. Right after another one its mail
// waits until the pause is over; when the hour's codes are used up, the page
// says from when on a code can be asked for.
func (tx tx) firstCode(ctx context.Context, account Account, session Session, e Environment) error {
	readyAt, err := tx.nextCodeAt(ctx, account.ID)
	if err != nil || readyAt.After(tx.now.Add(codePause)) {
		return err
	}
	return tx.sendCode(ctx, account, session, e, readyAt)
}

// nextCodeAt is from when on the account may get a code: now, or later.
func (tx tx) nextCodeAt(ctx context.Context, account ID) (time.Time, error) {
	if tx.open {
		return tx.now, nil
	}
	var sent int
	var readyAt, hourEndsAt time.Time
	err := tx.row(ctx, `SELECT count, until_at, expires_at FROM throttles WHERE bucket = $1`, codeMails(account)).
		Scan(&sent, moment{&readyAt}, moment{&hourEndsAt})
	switch {
	case err != nil:
		return tx.now, missing(err, nil)
	case sent >= codesAnHour && hourEndsAt.After(tx.now):
		return hourEndsAt, nil
	case readyAt.After(tx.now):
		return readyAt, nil
	}
	return tx.now, nil
}

// noteCodeMail counts a code's mail. The count outlives the session, so that
// signing in again and again does not fill a mailbox.
func (tx tx) noteCodeMail(ctx context.Context, account ID, sendAt time.Time) error {
	_, err := tx.exec(ctx, `
		INSERT INTO throttles (bucket, count, started_at, until_at, expires_at)
		VALUES ($1, 1, $2, $3, $4)
		ON CONFLICT (bucket) DO UPDATE
		SET count = CASE WHEN throttles.expires_at <= $2 THEN 1 ELSE throttles.count + 1 END,
		    expires_at = CASE WHEN throttles.expires_at <= $2 THEN $4 ELSE throttles.expires_at END,
		    until_at = $3`,
		codeMails(account), at(tx.now), at(sendAt.Add(codePause)), at(tx.now.Add(time.Hour)))
	return err
}

func codeMails(account ID) string { return "code-mails:" + account.String() }

// codeMail is mail.Verification.
type codeMail struct {
	Minutes int       `json:"minutes"`
	Device  Device    `json:"device"`
	AskedAt time.Time `json:"asked_at"`
}

// sendCode makes the session's new code and queues its mail. Its hour begins
// when the mail is handed over (S0-37); until then it lives as long as the
// sign-in that waits for it.
func (tx tx) sendCode(ctx context.Context, account Account, session Session, e Environment, sendAt time.Time) error {
	if err := tx.noteCodeMail(ctx, account.ID, sendAt); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE verifications SET used_at = $2 WHERE session_id = $1 AND used_at IS NULL`,
		session.ID, at(tx.now))
	if err != nil {
		return err
	}
	digits := secret.Code()
	var id ID
	err = tx.row(ctx, `
		INSERT INTO verifications (session_id, account_id, purpose, code_hash, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`,
		session.ID, account.ID, purposeSignIn, tx.codeHash(session.ID, digits), at(sendAt), at(session.ExpiresAt)).Scan(&id)
	if err != nil {
		return err
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailVerification, Lane: LaneUrgent, To: account.Email, Account: account.ID, Verification: id,
		Locale: e.localeOf(account), TimeZone: account.TimeZone, Secret: digits,
		Data: codeMail{
			Minutes: e.Policy.Number("twostep.ttl_minutes"), Device: deviceOf(ctx, session.UserAgent), AskedAt: tx.now,
		},
		SendAt: sendAt, GiveUpAt: session.ExpiresAt,
	})
	return err
}

// spendCode counts a code of the day as wrong until forgiveCode takes it back.
func (tx tx) spendCode(ctx context.Context, account ID) error {
	if tx.open {
		return nil
	}
	var count int
	err := tx.row(ctx, `
		INSERT INTO throttles (bucket, count, started_at, until_at, expires_at)
		VALUES ($1, 1, $2, 0, $3)
		ON CONFLICT (bucket) DO UPDATE
		SET count = CASE WHEN throttles.expires_at <= $2 THEN 1 ELSE throttles.count + 1 END,
		    expires_at = CASE WHEN throttles.expires_at <= $2 THEN $3 ELSE throttles.expires_at END
		WHERE throttles.until_at <= $2
		RETURNING count`,
		wrongCodes(account), at(tx.now), at(tx.now.Add(Day))).Scan(&count)
	if errors.Is(err, sql.ErrNoRows) {
		var until time.Time
		err := tx.row(ctx, `SELECT until_at FROM throttles WHERE bucket = $1`, wrongCodes(account)).Scan(moment{&until})
		if err != nil {
			return err
		}
		return ErrCodesRest.After(until.Sub(tx.now))
	}
	if err == nil && count > wrongCodesADay {
		return ErrCodesRest.After(codesRest)
	}
	return err
}

// restCodes begins the rest after the last wrong code of the day, and tells
// the owner of the account, once.
func (tx tx) restCodes(ctx context.Context, visit Visit) error {
	began, err := tx.exec(ctx, `
		UPDATE throttles SET count = 0, until_at = $3, expires_at = $4
		WHERE bucket = $1 AND count >= $2`,
		wrongCodes(visit.Account.ID), wrongCodesADay, at(tx.now.Add(codesRest)), at(tx.now.Add(Day)))
	if err != nil || began == 0 {
		return err
	}
	if err := tx.warnOfCodes(ctx, visit); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "session.codes_rest", Account: visit.Account.ID, Subject: visit.Account.Login})
}

// forgiveCode takes back what the right code had spent. Wrong codes of the
// same day go on counting.
func (tx tx) forgiveCode(ctx context.Context, account ID) error {
	_, err := tx.exec(ctx, `UPDATE throttles SET count = count - 1 WHERE bucket = $1 AND count > 0`, wrongCodes(account))
	return err
}

func wrongCodes(account ID) string { return "codes:" + account.String() }
