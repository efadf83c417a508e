package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// AskForRenewal tells whoever sent an invitation that its link has ended and
// somebody wants a new one (S2-03). It is answered the same way whatever the
// token is: only a dead link of an invitation mails anybody, once until it is
// sent again, and never a new link to who asks.
func (s *Store) AskForRenewal(ctx context.Context, token string) error {
	return s.write(ctx, func(tx tx) error {
		err := tx.spend(ctx, "renewal:"+clientOf(ctx), 1, renewalsPerClient, renewalsClientWindow)
		if errors.Is(err, ErrTooMany) {
			return nil // the same answer (SEC-P6)
		}
		if err != nil {
			return err
		}
		inv, endedAt, err := tx.deadInvitation(ctx, token)
		if errors.Is(err, ErrInvitationGone) {
			return nil // the same answer
		}
		if err != nil {
			return err
		}
		return tx.askInviter(ctx, inv, endedAt)
	})
}

// deadInvitation marks the invitation of a link that has ended, unless it was
// marked before, and says when the link ended. One that was accepted has done
// its work: whoever lost that account asks for a new password instead.
func (tx tx) deadInvitation(ctx context.Context, token string) (Invitation, time.Time, error) {
	var linkEnded time.Time
	var id ID
	err := tx.row(ctx, `SELECT t.invitation_id, t.ended_at FROM invitation_tokens t WHERE t.token_hash = $1`,
		secret.Hash(token)).Scan(&id, moment{&linkEnded})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Invitation{}, time.Time{}, err
	}
	err = tx.row(ctx, `
		UPDATE invitations AS i
		SET renewal_at = $2
		WHERE i.id = $1 AND i.renewal_at IS NULL AND i.status <> 'accepted'
			AND ($3 OR i.status <> 'pending' OR i.expires_at <= $2 OR i.access_ends_at <= $2)
		RETURNING id`,
		id, at(tx.now), !linkEnded.IsZero()).Scan(&id)
	if err != nil {
		return Invitation{}, time.Time{}, missing(err, ErrInvitationGone)
	}
	inv, err := tx.invitation(ctx, id)
	if err != nil {
		return Invitation{}, time.Time{}, err
	}
	endedAt := inv.ExpiresAt
	for _, earlier := range []time.Time{inv.ClosedAt, linkEnded, inv.AccessEndsAt} {
		if !earlier.IsZero() && earlier.Before(endedAt) {
			endedAt = earlier
		}
	}
	return inv, endedAt, nil
}

// askInviter mails the inviter, or an administrator of the space in the place
// of one who cannot invite any more.
func (tx tx) askInviter(ctx context.Context, inv Invitation, endedAt time.Time) error {
	var space string
	var to Account
	if inv.Space == 0 {
		return tx.askAdministrator(ctx, inv, endedAt)
	}
	err := tx.row(ctx, `
		SELECT `+accountColumns+`, s.name
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		JOIN spaces s ON s.id = m.space_id
		WHERE m.space_id = $1 AND m.role = 'administrator' AND a.status = 'active'
			AND (a.ends_at IS NULL OR a.ends_at > $3)
		ORDER BY CASE WHEN a.id = $2 THEN 0 ELSE 1 END, a.id
		LIMIT 1`, inv.Space, inv.Inviter, at(tx.now)).Scan(append(to.scan(), &space)...)
	if err != nil {
		return missing(err, nil) // nobody is left who could invite
	}
	return tx.tellRenewal(ctx, inv, to, space, endedAt)
}

// askAdministrator is askInviter for an invitation into no space: the inviter
// while they are a system administrator, else another one.
func (tx tx) askAdministrator(ctx context.Context, inv Invitation, endedAt time.Time) error {
	var to Account
	err := tx.row(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		WHERE a.system_admin AND a.deleted_at IS NULL AND `+activeNow+`
		ORDER BY CASE WHEN a.id = $1 THEN 0 ELSE 1 END, a.id
		LIMIT 1`, inv.Inviter, at(tx.now)).Scan(to.scan()...)
	if err != nil {
		return missing(err, nil)
	}
	return tx.tellRenewal(ctx, inv, to, "", endedAt)
}

func (tx tx) tellRenewal(ctx context.Context, inv Invitation, to Account, space string, endedAt time.Time) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailRenewalRequest, Lane: LaneRest, To: to.Email, Account: to.ID, Space: inv.Space,
		Locale: e.localeOf(to), TimeZone: to.TimeZone,
		Data: renewalMail{
			Address: inv.Login(), Space: space, SpaceID: inv.Space, InvitationID: inv.ID, ExpiredAt: endedAt,
		},
	})
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "invitation.renewal_asked", Space: inv.Space, Subject: inv.Login()})
}
