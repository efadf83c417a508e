package store

import (
	"context"
	"time"
)

// Topics of a MailNotification to the owner of an account about its second step.
const (
	NoticeSecondStepOn     = "second_step_on"     // something was enrolled
	NoticeSecondStepOff    = "second_step_off"    // the owner switched it off
	NoticeSecondStepTaken  = "second_step_taken"  // an administrator did
	NoticeRecoveryCodeUsed = "recovery_code_used" // in place of the app's code
	NoticeRecoveryCodes    = "recovery_codes"     // new ones were made
)

// factorNotice is mail.Notification of these topics.
type factorNotice struct {
	Topic  string       `json:"topic"`
	By     mailedPerson `json:"by,omitzero"` // who took it away
	Device Device       `json:"device"`
	At     time.Time    `json:"at"`
}

// tellOfFactor mails the owner that something became of the second step, so
// that nobody changes it behind their back. by is the zero Account for the owner.
func (tx tx) tellOfFactor(ctx context.Context, account, by Account, topic, agent string) error {
	if account.Email == "" {
		return nil // the audit log has it
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	notice := factorNotice{Topic: topic, Device: deviceOf(ctx, agent), At: tx.now}
	if topic == NoticeSecondStepTaken {
		notice.By, notice.Device = e.author(by), Device{}
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailNotification, Lane: LaneUrgent, To: account.Email, Account: account.ID,
		Locale: e.localeOf(account), TimeZone: account.TimeZone, Data: notice,
	})
	return err
}
