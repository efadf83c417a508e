package store

import (
	"context"
	"time"
)

// invitationLetter is what all mails of one send share.
type invitationLetter struct {
	actor       Account
	space       Space
	environment Environment
}

// invitationMail and the structs below are what the mails of package mail are
// written from; a test there reads each of them.
type invitationMail struct {
	Inviter      mailedPerson `json:"inviter"`
	Space        string       `json:"space"`
	Internal     bool         `json:"internal,omitempty"`
	Subject      string       `json:"subject,omitempty"`
	Message      string       `json:"message,omitempty"`
	ExpiresAt    time.Time    `json:"expires_at"`
	Permission   string       `json:"permission"`
	AccessDays   int          `json:"access_days,omitempty"`
	AccessEndsAt time.Time    `json:"access_ends_at,omitzero"`
}

// mail is the invitation's mail (S0-28): one link, in the outbox only sealed.
func (l invitationLetter) mail(inv Invitation, link invitationLink) newMail {
	return newMail{
		Kind: MailInvitation, Lane: LaneRest, To: inv.Email, Space: inv.Space, Invitation: inv.ID,
		TokenHash: link.hash, Secret: link.token, Locale: inv.Locale, TimeZone: l.actor.TimeZone,
		ReplyTo: l.actor.Email, GiveUpAt: inv.ExpiresAt,
		Data: invitationMail{
			Inviter: mailed(l.actor), Space: l.space.Name,
			Internal: !l.space.IsGuestSpace(), Subject: inv.Subject, Message: inv.Message, ExpiresAt: inv.ExpiresAt,
			Permission: inv.Permission(), AccessDays: inv.AccessDays, AccessEndsAt: inv.AccessEndsAt,
		},
	}
}

type welcomeMail struct {
	Login        string    `json:"login"`
	Space        string    `json:"space"`
	SpaceID      ID        `json:"space_id"`
	AccessEndsAt time.Time `json:"access_ends_at,omitzero"`
	TwoStep      bool      `json:"two_step,omitempty"`
}

// welcome queues the mail that confirms the account (S0-34). The password is in
// it only under signup.welcome_password=include_once, sealed, and only for as
// long as the outbox keeps such a secret (SEC-P4).
func (tx tx) welcome(ctx context.Context, e Environment, account Account, space Space, endsAt time.Time, password string) error {
	if account.Email == "" { // S4-25: the printed page has said it all
		return nil
	}
	if e.Policy.Value("signup.welcome_password") != "include_once" {
		password = ""
	}
	_, err := tx.queue(ctx, newMail{
		Kind: MailWelcome, Lane: LaneRest, To: account.Email, Account: account.ID, Space: space.ID,
		Locale: e.localeOf(account), TimeZone: account.TimeZone, Secret: password,
		Data: welcomeMail{
			Login: account.Login, Space: space.Name, SpaceID: space.ID, AccessEndsAt: endsAt,
			TwoStep: e.Policy.On("twostep.guests") || space.Policy.On("twostep.guests"),
		},
	})
	return err
}

type guestAddedMail struct {
	Topic      string       `json:"topic"`
	By         mailedPerson `json:"by"`
	Space      string       `json:"space"`
	SpaceID    ID           `json:"space_id"`
	Permission string       `json:"permission"`
	EndsAt     time.Time    `json:"ends_at,omitzero"`
}

// tellAdded queues the notice to a guest who is in a space by somebody's act.
// More than a few a day are not sent: the space shows on the guest's home.
func (tx tx) tellAdded(ctx context.Context, actor Account, sp Space, e Environment, add guestAddition, endsAt time.Time) error {
	if err := tx.spend(ctx, "added:"+add.account.ID.String(), 1, mailsPerAddress, Day); err != nil {
		return limitPassed(err)
	}
	_, err := tx.queue(ctx, newMail{
		Kind: MailNotification, Lane: LaneRest, To: add.account.Email, Account: add.account.ID, Space: sp.ID,
		Locale: e.localeOf(add.account), TimeZone: add.account.TimeZone, ReplyTo: actor.Email,
		Data: guestAddedMail{
			Topic: NoticeGuestAdded, By: mailed(actor), Space: sp.Name, SpaceID: sp.ID,
			Permission: add.role.Permission(), EndsAt: endsAt,
		},
	})
	return err
}

type renewalMail struct {
	Address      string    `json:"address"`
	Space        string    `json:"space"`
	SpaceID      ID        `json:"space_id"`
	InvitationID ID        `json:"invitation_id"`
	ExpiredAt    time.Time `json:"expired_at"`
}
