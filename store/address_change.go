package store

import (
	"context"
	"time"
)

// MailAddressChange tells the old and the new address of a change, or of the
// wish for one; with a secret it carries the link that confirms it.
const MailAddressChange = "address-change"

// addressMail is mail.AddressChange.
type addressMail struct {
	Before  Email  `json:"before"`
	After   Email  `json:"after"`
	Contact string `json:"contact"`

	ExpiresAt time.Time `json:"expires_at,omitzero"` // of the link, while nothing has changed
}

// ChangeGuestAddress gives a guest another address at once, for a system
// administrator; the account stays the same one (S2-13). Both addresses are
// told, and every way in by the old one ends: sessions, links, codes and open
// invitations (SEC-T6). Errors: ErrNotAnAddress, ErrAddressTaken,
// those of the address rules.
func (s *Store) ChangeGuestAddress(ctx context.Context, actor Account, guest ID, address, reason string) error {
	var problems Problems
	reason, err := CleanLine("reason", reason, maxReason)
	if err := problems.Add(err); err != nil {
		return err
	}
	email, err := ParseEmail(address)
	if err := problems.Add(fieldError(err, "email")); err != nil {
		return err
	}
	if len(problems) > 0 {
		return problems
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil || person.Email == email {
			return err
		}
		if err := tx.addressAllowed(ctx, email); err != nil {
			return fieldError(err, "email")
		}
		if err := tx.changeAddress(ctx, person, email); err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "guest.address_changed", Actor: actor.ID, Account: guest, Subject: string(email), Reason: reason,
			Details: map[string]string{"before": person.Login, "after": string(email)},
		})
	})
}

// changeAddress is the one way in which an account gets another address.
func (tx tx) changeAddress(ctx context.Context, person Account, email Email) error {
	if err := tx.endAccess(ctx, person.ID); err != nil {
		return err
	}
	if err := tx.endInvitations(ctx, person, 0); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `
		UPDATE accounts SET email = $2, login_key = $2, login = NULL, version = version + 1 WHERE id = $1`, person.ID, string(email))
	if tx.db.taken(err) {
		return ErrAddressTaken
	}
	if err != nil {
		return err
	}
	if person.Email == "" { // their codes are mailed from now on; nobody could renew what they had before
		if err := tx.forgetFactor(ctx, person.ID); err != nil {
			return err
		}
	} else {
		_, err := tx.exec(ctx, `
			INSERT INTO former_addresses (account_id, email, until_at) VALUES ($1, $2, $3)
			ON CONFLICT (account_id, email) DO UPDATE SET until_at = $3`, person.ID, string(person.Email), at(tx.now))
		if err != nil {
			return err
		}
	}
	return tx.tellAddresses(ctx, person, email)
}

// tellAddresses queues the mails to the old and the new address.
func (tx tx) tellAddresses(ctx context.Context, person Account, after Email) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	contact, err := tx.contactOf(ctx, person)
	if err != nil {
		return err
	}
	for _, to := range []Email{person.Email, after} {
		if to == "" {
			continue
		}
		_, err := tx.queue(ctx, newMail{
			Kind: MailAddressChange, Lane: LaneUrgent, To: to, Account: person.ID, ReplyTo: contact.Email,
			Locale: e.localeOf(person), TimeZone: person.TimeZone,
			Data: addressMail{Before: person.Email, After: after, Contact: contact.Name},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
