package store

import (
	"context"
	"time"
)

// codesRestNotice is mail.Notification to the owner of an account.
type codesRestNotice struct {
	Topic  string    `json:"topic"`
	Device Device    `json:"device"`
	At     time.Time `json:"at"`
}

// warnOfCodes tells the owner that somebody who has the password guessed codes
// until the second step had to rest (SEC-T9).
func (tx tx) warnOfCodes(ctx context.Context, visit Visit) error {
	if visit.Account.Email == "" {
		return nil // the audit log has it
	}
	_, err := tx.queue(ctx, newMail{
		Kind: MailNotification, Lane: LaneUrgent, To: visit.Account.Email, Account: visit.Account.ID,
		Locale: visit.Environment.localeOf(visit.Account), TimeZone: visit.Account.TimeZone,
		Data: codesRestNotice{Topic: NoticeCodesRest, Device: deviceOf(ctx, visit.Session.UserAgent), At: tx.now},
	})
	return err
}
