package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Errors of inviting guests without e-mail (S4-25, C10).
var (
	// ErrWithoutEmailOff: the organisation invites by mail only.
	ErrWithoutEmailOff = &Error{Kind: Forbidden, Code: "without_email_off", Setting: "guest.without_email"}
	// ErrBadIdentifier: an identifier is 3 to 64 letters, digits and . _ -
	ErrBadIdentifier = &Error{Kind: Invalid, Code: "bad_identifier", Field: "identifier"}
	// ErrIdentifierTaken: somebody living, or an open invitation, has it.
	ErrIdentifierTaken = &Error{Kind: Invalid, Code: "identifier_taken", Field: "identifier"}
)

// Lengths of an identifier.
const (
	minIdentifier = 3
	maxIdentifier = 64
	maxCompany    = 100
)

// PrintedInvite is the form that invites a guest without e-mail.
type PrintedInvite struct {
	Identifier string // what the guest signs in with
	Name       string // what the inviter calls the guest, who may change it
	Company    string
	Message    string
	Permission string // edit or read
	Access     AccessText
	Locale     string // of the printed page: en, ja or zh; "" for the inviter's
}

// clean is the form as an invitation, checked.
func (in PrintedInvite) clean(zone string, now time.Time) (Invitation, error) {
	var problems Problems
	var inv Invitation
	var err error
	if inv.Identifier, err = ParseIdentifier(in.Identifier); problems.Add(err) != nil {
		return inv, err
	}
	if inv.Name, err = CleanName("name", in.Name, MaxName); problems.Add(err) != nil {
		return inv, err
	}
	if inv.Company, err = CleanLine("company", in.Company, maxCompany); problems.Add(err) != nil {
		return inv, err
	}
	if inv.Message, err = CleanMessage("message", in.Message, MaxMessage); problems.Add(err) != nil {
		return inv, err
	}
	if inv.Role, err = roleOf(in.Permission); problems.Add(err) != nil {
		return inv, err
	}
	if inv.AccessDays, inv.AccessEndsAt, err = in.Access.clean(zone, now); problems.Add(err) != nil {
		return inv, err
	}
	if !inv.AccessEndsAt.IsZero() && !now.Before(inv.AccessEndsAt) {
		_ = problems.Add(ErrPastDate) // a problem is never another error
	}
	inv.accessSaid = in.Access.said()
	if inv.Locale, err = cleanMailLocale(in.Locale); problems.Add(err) != nil {
		return inv, err
	}
	return inv, problems.Err()
}

// ParseIdentifier is the one form of an identifier, in which it is compared: in
// ASCII lower case, and never an address.
func ParseIdentifier(text string) (string, error) {
	text = asciiLower(strings.TrimSpace(text))
	bad := func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789._-", r) }
	switch {
	case text == "":
		return "", ErrRequired.With("identifier")
	case len(text) < minIdentifier || len(text) > maxIdentifier || strings.ContainsFunc(text, bad) || strings.Trim(text, "._-") == "":
		return "", ErrBadIdentifier.With("identifier", "Min", minIdentifier, "Max", maxIdentifier)
	}
	return text, nil
}

// InvitePrinted invites a guest who has no e-mail: nothing is mailed, the link
// is handed over on a printed page (S4-25). No account exists before the guest
// has signed up (SEC-T8). Errors: Problems with the fields, ErrNotFound,
// ErrForbidden, ErrWithoutEmailOff, ErrApprovalNeeded, ErrIdentifierTaken,
// ErrInviteLimit, and those of places that are taken.
func (s *Store) InvitePrinted(ctx context.Context, actor Account, space ID, in PrintedInvite) (Invitation, error) {
	form, err := in.clean(actor.TimeZone, s.Now())
	if err != nil {
		if err := s.MayInvitePrinted(ctx, actor, space); err != nil {
			return Invitation{}, err // who may not invite is told so, whatever was typed
		}
		return Invitation{}, err
	}
	var inv Invitation
	err = s.write(ctx, func(tx tx) error {
		inv = form
		sp, err := tx.printingSpace(ctx, actor, space)
		if err != nil {
			return err
		}
		end, err := sp.Policy.offered(inv.accessSaid, inv.Category, AccessEnd{Days: inv.AccessDays, At: inv.AccessEndsAt}, tx.now)
		if err != nil {
			return err
		}
		inv.AccessDays, inv.AccessEndsAt = end.Days, end.At
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		if err := tx.identifierFree(ctx, inv.Identifier, 0); err != nil {
			return err
		}
		inv.Space, inv.Inviter, inv.Status, inv.Delivery = sp.ID, actor.ID, InvitationPending, "none"
		inv.Locale = cmp.Or(inv.Locale, e.localeOf(actor))
		inv.CreatedAt, inv.ExpiresAt = tx.now, tx.now.Add(e.Policy.InvitationLife())
		ids := map[Email]ID{}
		letter := invitationLetter{actor: actor, space: sp, environment: e}
		err = tx.spendPlaces(ctx, func() error { // SEC-A3
			return tx.issueInvitations(ctx, letter, []Invitation{inv}, ids)
		})
		if errors.Is(err, ErrBusy) {
			return ErrIdentifierTaken // at this very moment
		}
		if err != nil {
			return fmt.Errorf("invite without e-mail into space %s: %w", sp.ID, err)
		}
		inv.ID = ids[Email(inv.Identifier)]
		// Who makes the page reads its link (as whoever copies one).
		return tx.audit(ctx, event{Action: "invitation.link_copied", Actor: actor.ID, Space: sp.ID, Subject: inv.Login()})
	})
	return inv, err
}

// MayInvitePrinted is nil for who may invite guests without e-mail into the
// space, else why not.
func (s *Store) MayInvitePrinted(ctx context.Context, actor Account, space ID) error {
	return s.read(ctx, func(tx tx) error {
		_, err := tx.printingSpace(ctx, actor, space)
		return err
	})
}

func (tx tx) printingSpace(ctx context.Context, actor Account, space ID) (Space, error) {
	sp, err := tx.space(ctx, actor, space, ToInvite)
	if err != nil {
		return Space{}, err
	}
	if !sp.Policy.On("guest.without_email") {
		return Space{}, ErrWithoutEmailOff
	}
	if sp.NeedsApproval() {
		return Space{}, ErrApprovalNeeded // a printed link is in the guest's hand at once
	}
	return sp, nil
}

// identifierFree is ErrIdentifierTaken when somebody living has the login, or
// another open invitation offers it. An expired one gives it up.
func (tx tx) identifierFree(ctx context.Context, identifier string, but ID) error {
	_, err := tx.exec(ctx, `
		UPDATE invitations SET status = 'cancelled', closed_at = $2
		WHERE identifier = $1 AND status = 'pending' AND expires_at + 0 <= $2 AND id <> $3`, identifier, at(tx.now), but)
	if err != nil {
		return err
	}
	var taken bool
	err = tx.row(ctx, `
		SELECT EXISTS (SELECT 1 FROM accounts WHERE login_key = $1 AND deleted_at IS NULL)
			OR EXISTS (SELECT 1 FROM invitations WHERE identifier = $1 AND status = 'pending' AND id <> $2)`,
		identifier, but).Scan(&taken)
	if err == nil && taken {
		err = ErrIdentifierTaken
	}
	return err
}

// SuggestIdentifier is an identifier that is free now and easy to read from
// paper.
func (s *Store) SuggestIdentifier(ctx context.Context) (string, error) {
	for range 20 {
		n, err := rand.Int(rand.Reader, big.NewInt(900_000))
		if err != nil {
			return "", err
		}
		identifier := fmt.Sprintf("guest-%d", n.Int64()+100_000)
		var taken bool
		err = s.read(ctx, func(tx tx) error {
			return tx.row(ctx, `
				SELECT EXISTS (SELECT 1 FROM accounts WHERE login_key = $1 AND deleted_at IS NULL)
					OR EXISTS (SELECT 1 FROM invitations WHERE identifier = $1 AND status = 'pending')`, identifier).Scan(&taken)
		})
		if err != nil || !taken {
			return identifier, err
		}
	}
	return "", nil // nearly all are taken: the inviter chooses one
}

// reprint gives a printed invitation a new link and its full time, and ends the
// link before (SEC-T6). It may be done at any time: nobody is mailed.
func (tx tx) reprint(ctx context.Context, letter invitationLetter, inv *Invitation) error {
	switch {
	case inv.Status == InvitationAccepted:
		return ErrInvitationClosed
	case !inv.AccessEndsAt.IsZero() && !tx.now.Before(inv.AccessEndsAt):
		return ErrPastDate
	}
	if err := tx.identifierFree(ctx, inv.Identifier, inv.ID); err != nil {
		return err
	}
	if err := tx.spendInvitations(ctx, letter.actor.ID, 1); err != nil {
		return err
	}
	inv.Status, inv.ClosedAt = InvitationPending, time.Time{}
	inv.ExpiresAt = tx.now.Add(letter.environment.Policy.InvitationLife())
	_, err := tx.exec(ctx, `
		UPDATE invitations
		SET status = 'pending', expires_at = $2, renewal_at = NULL, closed_at = NULL, expiry_noted = FALSE
		WHERE id = $1`, inv.ID, at(inv.ExpiresAt))
	if err != nil {
		return err
	}
	if err := tx.replaceLink(ctx, inv.ID, tx.newInvitationLink()); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "invitation.reprinted", Actor: letter.actor.ID, Space: inv.Space, Subject: inv.Login()})
}
