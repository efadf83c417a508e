package store

import (
	"context"
	"time"
)

// managedInvitation is an invitation into the space, if the actor may do op
// with it: every one for an administrator of the space, their own for a member.
func (tx tx) managedInvitation(ctx context.Context, actor Account, space, id ID, op Operation) (Space, Invitation, error) {
	if space == NoSpace {
		inv, err := tx.unaffiliatedInvitation(ctx, actor, id, op)
		return Space{}, inv, err
	}
	sp, err := tx.space(ctx, actor, space, ToKnow)
	if err != nil {
		return Space{}, Invitation{}, err
	}
	if !sp.Owns(op) {
		return Space{}, Invitation{}, sp.judge(op)
	}
	inv, err := scanInvitation(tx.row(ctx, `
		SELECT `+invitationColumns+` FROM invitations i WHERE i.id = $1 AND i.space_id = $2`, id, space))
	if !sp.Can(op) && (err != nil || inv.Inviter != actor.ID) {
		return Space{}, Invitation{}, ErrForbidden // the same for others' invitations and for none
	}
	return sp, inv, missing(err, ErrNotFound)
}

// ResendInvitation mails the invitation again with a new link and its full
// time from now; the old link is dead, the text stays (S2-12). An invitation
// that expired, was cancelled or declined begins again by it. Taking back a
// cancellation within five minutes revives the very same link, so that nobody
// is mailed twice. Errors: ErrInvitationClosed when the guest has joined,
// ErrAlreadyGuest, ErrAlreadyInvited, ErrResendTooSoon, ErrMailedTooOften,
// ErrInviteLimit, ErrPastDate when the access period is over.
func (s *Store) ResendInvitation(ctx context.Context, actor Account, space, id ID) (Invitation, error) {
	var inv Invitation
	err := s.write(ctx, func(tx tx) error {
		sp, found, err := tx.managedInvitation(ctx, actor, space, id, ToResend)
		if err != nil {
			return err
		}
		inv = found
		if err := sp.mayHandOut(); err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		letter := invitationLetter{actor: actor, space: sp, environment: e}
		if inv.Printed() {
			if err := sp.maySendAgain(inv, tx.now); err != nil {
				return err
			}
			return tx.spendPlaces(ctx, func() error { return tx.reprint(ctx, letter, &inv) })
		}
		if err := tx.mayResend(ctx, inv); err != nil {
			return err
		}
		link, made, ended, err := tx.newestLink(ctx, inv.ID)
		if err != nil {
			return err
		}
		early := tx.now.Sub(made) < resendPause && !tx.open
		switch {
		case early && !ended && inv.Status == InvitationCancelled && tx.now.Before(inv.ExpiresAt):
			return tx.spendPlaces(ctx, func() error { return tx.reviveInvitation(ctx, letter, &inv, link) })
		case early:
			return ErrResendTooSoon.After(made.Add(resendPause).Sub(tx.now))
		}
		if err := sp.maySendAgain(inv, tx.now); err != nil {
			return err
		}
		return tx.spendPlaces(ctx, func() error { return tx.resend(ctx, letter, &inv) })
	})
	return inv, err
}

// mayResend looks at what happened to the address meanwhile.
func (tx tx) mayResend(ctx context.Context, inv Invitation) error {
	if inv.Status == InvitationAccepted {
		return ErrInvitationClosed
	}
	if !inv.AccessEndsAt.IsZero() && !tx.now.Before(inv.AccessEndsAt) {
		return ErrPastDate
	}
	addressees, err := tx.addressees(ctx, inv.Space, []Email{inv.Email})
	if err != nil {
		return err
	}
	c := addressees[0]
	switch {
	case c.refused == VerdictOtherSpace:
		return ErrOtherSpace.With("", "Address", string(inv.Email))
	case c.account.Kind == Member: // a member since: there is no guest to invite
		return ErrAlreadyMember.With("", "Address", string(inv.Email))
	case c.account.ID != 0 && c.joined:
		return ErrAlreadyGuest
	case c.rule != "":
		return tx.addressAllowed(ctx, inv.Email)
	case c.account.ID != 0 && !c.account.Active(tx.now):
		return ErrGuestSuspended.With("", "Address", string(inv.Email))
	case c.invitation != 0 && c.invitation != inv.ID:
		return ErrAlreadyInvited
	}
	return nil
}

func (tx tx) resend(ctx context.Context, letter invitationLetter, inv *Invitation) error {
	mails, err := tx.mailsToday(ctx, []Email{inv.Email})
	if err != nil {
		return err
	}
	if mails[inv.Email] >= mailsPerAddress && !tx.open {
		return ErrMailedTooOften
	}
	if err := tx.spendInvitations(ctx, letter.actor.ID, 1); err != nil {
		return err
	}
	inv.Status, inv.Delivery, inv.ClosedAt = InvitationPending, "queued", time.Time{}
	inv.ExpiresAt = tx.now.Add(letter.environment.Policy.InvitationLife())
	_, err = tx.exec(ctx, `
		UPDATE invitations
		SET status = 'pending', expires_at = $2, delivery = 'queued', delivery_reply = '',
		    sent_at = NULL, renewal_at = NULL, closed_at = NULL, expiry_noted = FALSE
		WHERE id = $1`, inv.ID, at(inv.ExpiresAt))
	if err != nil {
		return err
	}
	link := tx.newInvitationLink()
	if err := tx.replaceLink(ctx, inv.ID, link); err != nil {
		return err
	}
	if _, err := tx.queue(ctx, letter.mail(*inv, link)); err != nil {
		return err
	}
	return tx.audit(ctx, event{
		Action: "invitation.resent", Actor: letter.actor.ID, Space: inv.Space, Subject: inv.Login(),
	})
}

// reviveInvitation takes a cancellation back. The mail goes now if it had not
// gone when the invitation was cancelled.
func (tx tx) reviveInvitation(ctx context.Context, letter invitationLetter, inv *Invitation, link invitationLink) error {
	_, err := tx.exec(ctx, `UPDATE invitations SET status = 'pending', closed_at = NULL WHERE id = $1`, inv.ID)
	if err != nil {
		return err
	}
	inv.Status, inv.ClosedAt = InvitationPending, time.Time{}
	var underWay bool
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM outbox
			WHERE invitation_id = $1 AND token_hash = $2 AND state IN ('queued', 'sent', 'held'))`,
		inv.ID, link.hash).Scan(&underWay)
	if err != nil {
		return err
	}
	if !underWay {
		if _, err := tx.queue(ctx, letter.mail(*inv, link)); err != nil {
			return err
		}
	}
	return tx.audit(ctx, event{
		Action: "invitation.restored", Actor: letter.actor.ID, Space: inv.Space, Subject: inv.Login(),
	})
}

// CancelInvitation cancels an invitation: its link is dead at once, its mail
// does not leave any more (S0-26). Cancelling twice is no error; the guest's
// having joined meanwhile is ErrInvitationClosed.
func (s *Store) CancelInvitation(ctx context.Context, actor Account, space, id ID) (Invitation, error) {
	var inv Invitation
	err := s.write(ctx, func(tx tx) (err error) {
		if _, inv, err = tx.managedInvitation(ctx, actor, space, id, ToManageGuests); err != nil {
			return err
		}
		switch inv.Status {
		case InvitationAccepted:
			return ErrInvitationClosed
		case InvitationCancelled:
			return nil
		case InvitationPending, InvitationDeclined:
		}
		_, err = tx.exec(ctx, `UPDATE invitations SET status = 'cancelled', closed_at = $2 WHERE id = $1`, inv.ID, at(tx.now))
		if err != nil {
			return err
		}
		inv.Status, inv.ClosedAt = InvitationCancelled, tx.now
		return tx.audit(ctx, event{
			Action: "invitation.cancelled", Actor: actor.ID, Space: inv.Space, Subject: inv.Login(),
		})
	})
	return inv, err
}

// ChangeInvitation changes what the guest will be allowed, and until when,
// while the invitation is open.
func (s *Store) ChangeInvitation(ctx context.Context, actor Account, space, id ID, in GuestChange) error {
	role, days, endsAt, err := in.clean(actor.TimeZone, s.Now())
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		sp, inv, err := tx.managedInvitation(ctx, actor, space, id, ToManageGuests)
		if err != nil {
			return err
		}
		if inv.Status != InvitationPending {
			return ErrInvitationClosed
		}
		before := inv
		if in.Permission != nil {
			inv.Role = role
		}
		if in.Access != nil {
			if !endsAt.IsZero() && !tx.now.Before(endsAt) {
				return ErrPastDate
			}
			end, err := sp.Policy.bound(AccessEnd{Days: days, At: endsAt}, tx.now)
			if err != nil {
				return err
			}
			inv.AccessDays, inv.AccessEndsAt = end.Days, end.At
		}
		if wider(before.Role, before.accessEnd(tx.now), inv.Role, inv.accessEnd(tx.now)) {
			if err := sp.mayWiden(); err != nil {
				return err
			}
		}
		err = tx.spendPlaces(ctx, func() error { // one that was over may lead in again
			_, err := tx.exec(ctx, `
				UPDATE invitations SET role = $2, access_days = $3, access_ends_at = $4 WHERE id = $1`,
				inv.ID, inv.Role, orNull(inv.AccessDays), at(inv.AccessEndsAt))
			return err
		})
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "invitation.changed", Actor: actor.ID, Space: inv.Space, Subject: inv.Login(),
			Details: map[string]string{"permission": inv.Permission()},
		})
	})
}

// InvitationLink is the token of a live invitation's link, for who hands it
// over in person. It writes nothing; see NoteLinkCopied. An invitation that is
// not live any more is ErrInvitationClosed.
func (s *Store) InvitationLink(ctx context.Context, actor Account, space, id ID) (sp Space, inv Invitation, token string, err error) {
	err = s.read(ctx, func(tx tx) error {
		if sp, inv, err = tx.managedInvitation(ctx, actor, space, id, ToResend); err != nil {
			return err
		}
		if err := sp.mayHandOut(); err != nil {
			return err
		}
		if !inv.Live(tx.now) {
			return ErrInvitationClosed
		}
		link, _, ended, err := tx.newestLink(ctx, inv.ID)
		if err == nil && ended {
			err = ErrInvitationClosed
		}
		token = link.token
		return err
	})
	if err != nil {
		return Space{}, Invitation{}, "", err
	}
	return sp, inv, token, nil
}

// NoteLinkCopied writes down that the actor had the link shown.
func (s *Store) NoteLinkCopied(ctx context.Context, actor Account, space, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, inv, err := tx.managedInvitation(ctx, actor, space, id, ToResend)
		if err != nil {
			return err
		}
		if err := sp.mayHandOut(); err != nil {
			return err
		}
		if !inv.Live(tx.now) {
			return ErrInvitationClosed
		}
		return tx.audit(ctx, event{
			Action: "invitation.link_copied", Actor: actor.ID, Space: inv.Space, Subject: inv.Login(),
		})
	})
}
