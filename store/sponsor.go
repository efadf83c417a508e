package store

import (
	"context"
	"errors"
)

// Topics of the mails about a change of sponsor.
const (
	NoticeSponsorNow    = "sponsor_now"     // to who answers for the guest from now on
	NoticeSponsorNoMore = "sponsor_no_more" // to who did until now
)

// ErrNoSuchSponsor: there is no active member of this ID.
var ErrNoSuchSponsor = &Error{Kind: Invalid, Code: "no_such_sponsor", Field: "sponsor"}

// ChangeSponsor makes an active member the one who answers for a guest, or
// nobody when sponsor is 0. The new one and the old one are told.
func (s *Store) ChangeSponsor(ctx context.Context, actor Account, guest, sponsor ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil || person.Sponsor == sponsor {
			return err
		}
		now, err := tx.sponsorFor(ctx, sponsor)
		if err != nil {
			return err
		}
		before := Account{}
		if person.Sponsor != 0 {
			if before, err = tx.account(ctx, person.Sponsor); err != nil {
				return err
			}
		}
		_, err = tx.exec(ctx, `UPDATE accounts SET sponsor_id = $2, version = version + 1 WHERE id = $1`, guest, sponsor.orNull())
		if err != nil {
			return err
		}
		for topic, to := range map[string]Account{NoticeSponsorNow: now, NoticeSponsorNoMore: before} {
			if err := tx.tellSponsor(ctx, topic, actor, to, person, reason); err != nil {
				return err
			}
		}
		return tx.audit(ctx, event{
			Action: "guest.sponsor_changed", Actor: actor.ID, Account: guest, Subject: person.Login, Reason: reason,
			Details: map[string]string{"sponsor": arrow(before.Name, now.Name)},
		})
	})
}

// sponsorFor is the active member, or the zero account for nobody.
func (tx tx) sponsorFor(ctx context.Context, id ID) (Account, error) {
	if id == 0 {
		return Account{}, nil
	}
	return tx.sponsorOf(ctx, id, 0)
}

// sponsorOf is the active member who can answer for guests in the place of
// another, 0 for nobody.
func (tx tx) sponsorOf(ctx context.Context, id, but ID) (Account, error) {
	next, err := tx.account(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (next.IsGuest() || !next.Active(tx.now) || next.ID == but) {
		return Account{}, ErrNoSuchSponsor
	}
	return next, err
}

// tellSponsor queues the notice to a sponsor who can be told and did not do it.
func (tx tx) tellSponsor(ctx context.Context, topic string, by, to, guest Account, reason string) error {
	if to.ID == 0 || to.ID == by.ID || to.Email == "" || !to.Active(tx.now) {
		return nil
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailNotification, Lane: LaneRest, To: to.Email, Account: to.ID, Locale: e.localeOf(to), TimeZone: to.TimeZone,
		Data: standingNotice{Topic: topic, By: e.author(by), Guest: mailed(guest), Reason: reason},
	})
	return err
}
