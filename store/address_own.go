package store

import (
	"context"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// Limits of changing one's own address (SEC-M6).
const (
	addressLife     = time.Hour
	addressesAnHour = 3 // per account
)

// ErrAddressSame: the account has this address already.
var ErrAddressSame = &Error{Kind: Invalid, Code: "address_same", Field: "email"}

// RequestAddress mails a link to the address that the actor would like to have
// from now on, and a notice to the one of today (S2-13). Nothing changes until
// the link is confirmed. An address that somebody has gets the same answer, and
// no link (SEC-P6). Errors: ErrNotFound for who has no address, ErrNotAnAddress,
// ErrAddressSame, ErrTooMany, for guests those of the address rules.
func (s *Store) RequestAddress(ctx context.Context, actor Account, address string) error {
	email, err := ParseEmail(address)
	if err != nil {
		return fieldError(err, "email")
	}
	return s.write(ctx, func(tx tx) error {
		person, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		if err := tx.mayTakeAddress(ctx, person, email); err != nil {
			return fieldError(err, "email")
		}
		if err := tx.spend(ctx, "addresses:"+person.ID.String(), 1, addressesAnHour, time.Hour); err != nil {
			return err
		}
		_, err = tx.accountByLogin(ctx, string(email))
		if err != nil && !ErrNotFound.Is(err) {
			return err
		}
		if err := tx.mailAddressLink(ctx, person, email, err == nil); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "profile.address_requested", Actor: person.ID, Account: person.ID, Subject: person.Login})
	})
}

// mayTakeAddress says whether an account may ask for an address. What others
// have is no part of it.
func (tx tx) mayTakeAddress(ctx context.Context, person Account, email Email) error {
	switch {
	case person.Email == "":
		return ErrNotFound
	case person.Email == email:
		return ErrAddressSame
	case person.IsGuest():
		return tx.addressAllowed(ctx, email)
	}
	return nil
}

// mailAddressLink makes the link and queues its mail, unless the address is
// taken, and the notice, which is the same either way. An older link ends in
// both cases: the newest wish counts.
func (tx tx) mailAddressLink(ctx context.Context, person Account, email Email, taken bool) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	contact, err := tx.contactOf(ctx, person)
	if err != nil {
		return err
	}
	until := tx.now.Add(addressLife)
	notice := newMail{
		Kind: MailAddressChange, Lane: LaneUrgent, To: person.Email, Account: person.ID, ReplyTo: contact.Email,
		Locale: e.localeOf(person), TimeZone: person.TimeZone,
		Data: addressMail{Before: person.Email, After: email, Contact: contact.Name, ExpiresAt: until},
	}
	if _, err := tx.queue(ctx, notice); err != nil || taken {
		return errors.Join(err, tx.endTokens(ctx, person.ID, purposeAddress))
	}
	token, hash, err := tx.issueToken(ctx, purposeAddress, person.ID, addressLife)
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE tokens SET email = $2 WHERE token_hash = $1`, hash, string(email)); err != nil {
		return err
	}
	link := notice
	link.To, link.TokenHash, link.Secret, link.GiveUpAt = email, hash, token, until
	_, err = tx.queue(ctx, link)
	return err
}

// AddressLink is what the page behind a link to a new address shows.
type AddressLink struct {
	Before, After Email
}

// AddressLink looks at a link to a new address. It changes nothing, however
// often it is opened (SEC-T4).
func (s *Store) AddressLink(ctx context.Context, token string) (AddressLink, error) {
	var link AddressLink
	err := s.read(ctx, func(tx tx) error {
		id, err := tx.liveToken(ctx, purposeAddress, token)
		if err != nil {
			return err
		}
		person, after, err := tx.addressOwner(ctx, id, token)
		link = AddressLink{Before: person.Email, After: after}
		return err
	})
	return link, err
}

// addressOwner is whose address a link changes, and to what.
func (tx tx) addressOwner(ctx context.Context, id ID, token string) (person Account, after Email, err error) {
	if person, err = tx.account(ctx, id); err != nil {
		return Account{}, "", err
	}
	if !person.Active(tx.now) {
		return Account{}, "", ErrLinkGone
	}
	err = tx.row(ctx, `SELECT email FROM tokens WHERE token_hash = $1`, secret.Hash(token)).Scan(nullEmail{&after})
	return person, after, err
}

// ConfirmAddress gives the account of a link its new address; the account stays
// the same one (S2-13). The link is used up, every session, code and other link
// ends, and both addresses are told. Whoever has taken the address meanwhile
// keeps it: then the link is gone.
func (s *Store) ConfirmAddress(ctx context.Context, token string) error {
	err := s.write(ctx, func(tx tx) error {
		id, err := tx.useToken(ctx, purposeAddress, token)
		if err != nil {
			return err
		}
		person, after, err := tx.addressOwner(ctx, id, token)
		if err != nil {
			return err
		}
		if err := tx.mayTakeAddress(ctx, person, after); err != nil {
			return err
		}
		if err := tx.changeAddress(ctx, person, after); err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "profile.address_changed", Actor: id, Account: id, Subject: string(after),
			Details: map[string]string{"before": person.Login, "after": string(after)},
		})
	})
	if ErrAddressTaken.Is(err) {
		return ErrLinkGone
	}
	return err
}
