package store

import (
	"cmp"
	"context"
	"errors"
)

// RequestDecision answers requests for invitations, all in the same way.
type RequestDecision struct {
	Requests []ID
	Approve  bool
	Reason   string // for the audit log and for who asked
}

// DecidedRequest is what became of one request by a decision.
type DecidedRequest struct {
	Request InvitationRequest
	Verdict Verdict // what approving did with the address
	Problem *Error  // why it was not decided; nil when it was
}

// ErrNoRequest: no request was chosen.
var ErrNoRequest = &Error{Kind: Invalid, Code: "no_request", Field: "request"}

// DecideRequests approves or refuses requests of a space, for its administrators,
// or with a space of 0 those that wait for system administrators. Approving
// judges each address and who asked as they are now, and invites in the name of
// who asked. What cannot be approved now stays and says why; of two decisions at
// once the first counts. Who asked is told with one mail. Errors: those of the
// door, ErrNoRequest.
func (s *Store) DecideRequests(ctx context.Context, actor Account, space ID, in RequestDecision) ([]DecidedRequest, error) {
	reason, err := CleanLine("reason", in.Reason, maxSubject)
	if err != nil {
		return nil, err
	}
	in.Reason = reason
	var decided []DecidedRequest
	err = s.write(ctx, func(tx tx) error {
		decided = nil // a retry starts over
		actor, err := tx.approver(ctx, actor, space)
		if err != nil {
			return err
		}
		if len(in.Requests) == 0 {
			return ErrNoRequest
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		for _, id := range in.Requests[:min(len(in.Requests), PageSize)] {
			d, err := tx.decide(ctx, actor, e, space, id, in)
			if errors.Is(err, ErrNotFound) {
				continue // of another space, or none: as if it had not been chosen
			}
			if err != nil {
				return err
			}
			decided = append(decided, d)
		}
		return tx.tellRequesters(ctx, e, actor, in, decided)
	})
	return decided, err
}

// approver opens the door to deciding: of a space for its administrators, unless
// only system administrators approve, or of the administration.
func (tx tx) approver(ctx context.Context, actor Account, space ID) (Account, error) {
	if space == 0 {
		return tx.administrator(ctx, actor)
	}
	sp, err := tx.space(ctx, actor, space, ToKnow)
	if err != nil {
		return Account{}, err
	}
	if !sp.Can(ToManageGuests) {
		return Account{}, ErrForbidden
	}
	if !sp.Approves() {
		return Account{}, ErrForbidden.because("invite.approval")
	}
	return tx.account(ctx, actor.ID)
}

func (tx tx) decide(ctx context.Context, actor Account, e Environment, space, id ID, in RequestDecision) (DecidedRequest, error) {
	r, err := scanRequest(tx.row(ctx, `
		SELECT `+requestColumns+`
		FROM `+requestTables+`
		WHERE r.id = $1 AND ($3 <> 0 AND r.space_id = $3 OR $3 = 0 AND `+replaceMark(forSystemAdmins, 2)+`)`,
		id, e.Policy.sysAdminsApprove(), space))
	if err != nil {
		return DecidedRequest{}, missing(err, ErrNotFound)
	}
	d := DecidedRequest{Request: r}
	err = tx.attempt(ctx, func() error {
		if err := tx.claim(ctx, actor, r, in); err != nil || !in.Approve {
			return err
		}
		d.Verdict, err = tx.inviteRequested(ctx, e, r)
		return err
	})
	if errors.As(err, &d.Problem) {
		return d, nil
	}
	return d, err
}

// claim answers the request in one statement: of two answers the first counts.
func (tx tx) claim(ctx context.Context, actor Account, r InvitationRequest, in RequestDecision) error {
	state := RequestRefused
	if in.Approve {
		state = RequestApproved
	}
	changed, err := tx.exec(ctx, `
		UPDATE invitation_requests SET state = $2, decided_by = $3, decided_at = $4, reason = $5
		WHERE id = $1 AND state = 'waiting'`, r.ID, string(state), actor.ID, at(tx.now), in.Reason)
	if err != nil {
		return err
	}
	if changed == 0 {
		return r.decided()
	}
	return tx.audit(ctx, event{
		Action: "invitation_request." + string(state), Actor: actor.ID, Account: r.Guest.ID, Space: r.Wanted.Space,
		Subject: string(r.Wanted.Email), Reason: in.Reason,
	})
}

// verdictErrors are why a request is not approved now.
var verdictErrors = map[Verdict]*Error{
	VerdictAlreadyMember: ErrAlreadyMember,
	VerdictSuspended:     ErrGuestSuspended,
	VerdictTooOften:      ErrMailedTooOften,
	VerdictOtherSpace:    ErrOtherSpace,
	VerdictNoPlace:       {Kind: Conflict, Code: "no_place"},
}

// inviteRequested does what was asked for, in the name of who asked: through the
// same door and the same functions as if it were sent now.
func (tx tx) inviteRequested(ctx context.Context, e Environment, r InvitationRequest) (Verdict, error) {
	requester, err := tx.account(ctx, r.Requester.ID)
	if err != nil {
		return "", err
	}
	sp, err := tx.space(ctx, requester, r.Wanted.Space, ToInvite)
	if errors.Is(err, ErrForbidden) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrSignIn) {
		refusal := ErrRequesterMayNot.With("", "Name", requester.Name)
		var cause *Error
		if errors.As(err, &cause) {
			refusal.Setting = cause.Setting
		}
		return "", refusal
	}
	if err != nil {
		return "", err
	}
	if ends := r.Wanted.AccessEndsAt; !ends.IsZero() && !tx.now.Before(ends) {
		return "", ErrPastDate
	}
	letter := invitationLetter{actor: requester, space: sp, environment: e}
	if r.Guest.ID != 0 {
		return tx.addRequested(ctx, letter, r)
	}
	addressees, err := tx.addressees(ctx, sp.ID, []Email{r.Wanted.Email})
	if err != nil {
		return "", err
	}
	c := addressees[0]
	switch verdict := c.verdict(); verdict {
	case VerdictInvited:
		return verdict, tx.sendRequested(ctx, letter, r, addressees)
	case VerdictAdded:
		return verdict, tx.addGuest(ctx, requester, sp, e, r.addition(c.account))
	case VerdictAlreadyInvited, VerdictAlreadyGuest:
		return verdict, nil // what was wanted is so
	default:
		return "", refusalOf(verdict, r.Wanted.Email)
	}
}

// refusalOf is the error for a verdict that lets nobody in.
func refusalOf(verdict Verdict, email Email) error {
	return cmp.Or(verdictErrors[verdict], addressRefusals[verdict], ErrForbidden).
		With("", "Address", string(email), "Domain", email.Domain())
}

func (r InvitationRequest) addition(guest Account) guestAddition {
	return guestAddition{account: guest, role: r.Wanted.Role, days: r.Wanted.AccessDays, endsAt: r.Wanted.AccessEndsAt}
}

// addRequested puts the guest in who was picked.
func (tx tx) addRequested(ctx context.Context, letter invitationLetter, r InvitationRequest) (Verdict, error) {
	guest, err := tx.account(ctx, r.Guest.ID)
	if errors.Is(err, ErrNotFound) || err == nil && (!guest.IsGuest() || !guest.Active(tx.now)) {
		return "", ErrNoSuchGuest
	}
	if err != nil {
		return "", err
	}
	if _, err := tx.guestMembership(ctx, letter.space.ID, guest.ID); !errors.Is(err, ErrNotFound) {
		return VerdictAlreadyGuest, err
	}
	return VerdictAdded, tx.addGuest(ctx, letter.actor, letter.space, letter.environment, r.addition(guest))
}

func (tx tx) sendRequested(ctx context.Context, letter invitationLetter, r InvitationRequest, addressees []addressee) error {
	w := r.Wanted
	form, err := cleanInvite{
		guestOffer: guestOffer{
			role: w.Role, days: w.AccessDays, endsAt: w.AccessEndsAt, said: true, locale: w.Locale,
			name: w.Name, company: w.Company, category: w.Category,
		},
		subject: w.Subject, message: w.Message,
	}.under(letter.space.Policy, tx.now) // the rules may have become stricter since
	if err != nil {
		return err
	}
	_, err = tx.createInvitations(ctx, letter, form, addressees)
	return err
}

// attempt runs a part of the transaction of which nothing stays when it ends in
// an error for a person.
func (tx tx) attempt(ctx context.Context, fn func() error) error {
	if _, err := tx.inner.ExecContext(ctx, `SAVEPOINT attempt`); err != nil {
		return err
	}
	err := fn()
	var refusal *Error
	if err != nil && !errors.As(err, &refusal) {
		return err // the whole transaction goes
	}
	end := `RELEASE SAVEPOINT attempt`
	if err != nil {
		end = `ROLLBACK TO SAVEPOINT attempt`
	}
	if _, ended := tx.inner.ExecContext(ctx, end); ended != nil {
		return ended
	}
	return err
}
