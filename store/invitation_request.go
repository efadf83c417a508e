package store

import (
	"context"
	"strings"
	"time"
)

// RequestState is what became of a request for invitations.
type RequestState string

// The states of a request.
const (
	RequestWaiting   RequestState = "waiting"
	RequestApproved  RequestState = "approved"
	RequestRefused   RequestState = "refused"
	RequestWithdrawn RequestState = "withdrawn"
)

// Errors of requests.
var (
	// ErrApprovalNeeded: what the actor wants has to be asked for (C5).
	ErrApprovalNeeded = &Error{Kind: Conflict, Code: "approval_needed", Setting: "invite.approval"}
	// ErrRequestDecided: somebody answered the request before; Name says who.
	ErrRequestDecided = &Error{Kind: Conflict, Code: "request_decided"}
	// ErrRequestWithdrawn: who asked has taken it back.
	ErrRequestWithdrawn = &Error{Kind: Conflict, Code: "request_withdrawn"}
	// ErrRequesterMayNot: who asked may not invite into the space any more.
	ErrRequesterMayNot = &Error{Kind: Conflict, Code: "requester_may_not"}
)

// InvitationRequest is one address that somebody wants invited and that others
// must approve first (C5).
type InvitationRequest struct {
	ID        ID
	SpaceName string
	Wanted    Invitation // as it would be made: Space, Inviter, address, permission, period, text
	Guest     Account    // who was picked among the guests there are; the zero Account for an address
	Requester Account    // what others see of them
	State     RequestState
	DecidedBy string // name of who decided
	DecidedAt time.Time
	Reason    string // that they gave
}

const requestColumns = `
	r.id, r.space_id, s.name, r.email, r.account_id, r.name, r.company, r.category, r.subject, r.message, r.role,
	COALESCE(r.access_days, 0), r.access_ends_at, r.locale, r.state, r.decided_at, r.reason, r.created_at,
	COALESCE(g.display_name, ''), COALESCE(d.display_name, ''), ` + personColumns

// requestTables joins what requestColumns reads.
const requestTables = `
	invitation_requests r
	JOIN spaces s ON s.id = r.space_id
	JOIN accounts a ON a.id = r.requester_id
	LEFT JOIN accounts g ON g.id = r.account_id
	LEFT JOIN accounts d ON d.id = r.decided_by`

func scanRequest(row scanner) (InvitationRequest, error) {
	var r InvitationRequest
	w := &r.Wanted
	destinations := append([]any{
		&r.ID, &w.Space, &r.SpaceName, nullEmail{&w.Email}, nullID{&r.Guest.ID}, &w.Name, &w.Company, &w.Category, &w.Subject, &w.Message, &w.Role,
		&w.AccessDays, moment{&w.AccessEndsAt}, &w.Locale, &r.State, moment{&r.DecidedAt}, &r.Reason, moment{&w.CreatedAt},
		&r.Guest.Name, &r.DecidedBy,
	}, r.Requester.scanPerson()...)
	err := row.Scan(destinations...)
	w.Inviter, w.Account = r.Requester.ID, r.Guest.ID
	if r.Guest.ID != 0 {
		r.Guest.Kind = Guest
	}
	return r, err
}

// approval is who must approve what the actor sends into the space: the value
// of invite.approval in force, "none" for who is to approve themselves.
func (sp Space) approval() string {
	value := sp.Policy.Value("invite.approval")
	if value == "space_admin" && sp.Standing == SpaceAdmin || value == "sys_admin" && sp.systemAdmin {
		return "none"
	}
	return value
}

// NeedsApproval reports whether what the actor sends into the space becomes a
// request.
func (sp Space) NeedsApproval() bool { return sp.approval() != "none" }

// Approves reports whether the actor decides on requests in the space.
func (sp Space) Approves() bool {
	return sp.Can(ToManageGuests) && (sp.Policy.Value("invite.approval") != "sys_admin" || sp.systemAdmin)
}

// requestInvitations asks for the approval of what the actor may not send alone,
// and tells the approvers with one mail each. Of what is wanted, Email or, for a
// guest who is there, Account says whom; Space and Inviter are filled in. What
// somebody has asked for already is left alone. The caller has judged the
// addresses and opened the space with ToInvite.
func (tx tx) requestInvitations(ctx context.Context, actor Account, sp Space, wanted []Invitation) error {
	if len(wanted) == 0 {
		return nil
	}
	if err := tx.spend(ctx, "request:"+actor.ID.String(), len(wanted), invitesPerInviter, Day); err != nil {
		return limitReached(err)
	}
	rows := make([][]any, len(wanted))
	for i, inv := range wanted {
		rows[i] = []any{
			sp.ID, actor.ID, emailOrNull(inv.Email), inv.Account.orNull(), inv.Name, inv.Company, inv.Category,
			inv.Subject, inv.Message, inv.Role, orNull(inv.AccessDays), at(inv.AccessEndsAt), inv.Locale, at(tx.now),
		}
	}
	var events []event
	err := tx.insertAll(ctx, `
		INSERT INTO invitation_requests (
			space_id, requester_id, email, account_id, name, company, category,
			subject, message, role, access_days, access_ends_at, locale, created_at)`,
		" ON CONFLICT DO NOTHING RETURNING email, account_id", rows, func(row scanner) error {
			var email Email
			var guest ID
			err := row.Scan(nullEmail{&email}, nullID{&guest})
			events = append(events, event{
				Action: "invitation_request.made", Actor: actor.ID, Account: guest, Space: sp.ID, Subject: string(email),
			})
			return err
		})
	if err != nil || len(events) == 0 {
		return err
	}
	if err := tx.auditAll(ctx, events); err != nil {
		return err
	}
	return tx.tellApprovers(ctx, actor, sp, len(events))
}

func emailOrNull(email Email) any {
	if email == "" {
		return nil
	}
	return string(email)
}

// asRequests turns the verdicts on what would be sent into those on what would
// be asked for, where the actor needs approval.
func (tx tx) asRequests(ctx context.Context, sp Space, results []AddressResult) error {
	if !sp.NeedsApproval() {
		return nil
	}
	var emails []Email
	place := map[Email]int{}
	for i, result := range results {
		if result.Verdict == VerdictInvited || result.Verdict == VerdictAdded {
			results[i].Verdict = VerdictRequested
			emails, place[result.Email] = append(emails, result.Email), i
		}
	}
	if len(emails) == 0 {
		return nil
	}
	in, args := inList(2, emails)
	rows, err := tx.query(ctx, `
		WITH n (email) AS (VALUES (`+strings.ReplaceAll(in, ",", "), (")+`))
		SELECT r.email
		FROM n
		CROSS JOIN invitation_requests r
		WHERE r.space_id = $1 AND r.state = 'waiting' AND r.email = n.email`, append([]any{sp.ID}, args...)...)
	waiting, err := all(rows, err, func(row scanner) (email Email, err error) { return email, row.Scan(&email) })
	for _, email := range waiting {
		results[place[email]].Verdict = VerdictAlreadyRequested
	}
	return err
}

// requestSending asks for the approval of what the dialog would send.
func (tx tx) requestSending(ctx context.Context, actor Account, sp Space, form cleanInvite, results []AddressResult) (Sending, error) {
	e, err := tx.environment(ctx)
	if err != nil {
		return Sending{}, err
	}
	letter := invitationLetter{actor: actor, space: sp, environment: e}
	var wanted []Invitation
	for _, result := range results {
		if result.Verdict == VerdictRequested {
			wanted = append(wanted, form.invitation(result.Email, letter))
		}
	}
	if err := tx.requestInvitations(ctx, actor, sp, wanted); err != nil {
		return Sending{}, err
	}
	sending := Sending{Results: results}
	sending.ID, err = tx.keepSending(ctx, actor, sp, results)
	return sending, err
}

// requestAddition asks for the approval of adding a guest who has an account. One
// who is in another space, where one is all, is refused at once (S3-11).
func (tx tx) requestAddition(ctx context.Context, actor Account, sp Space, e Environment, wanted Invitation) error {
	if err := e.Policy.AddressAllowed(wanted.Email); err != nil {
		return err
	}
	guest, err := tx.account(ctx, wanted.Account)
	if err != nil {
		return err
	}
	if err := tx.onlyHere(ctx, guest, sp.ID); err != nil {
		return err
	}
	return tx.requestInvitations(ctx, actor, sp, []Invitation{wanted})
}

// WithdrawRequest takes back what the actor asked for. Withdrawing twice is no
// error; a request that was answered is ErrRequestDecided.
func (s *Store) WithdrawRequest(ctx context.Context, actor Account, space, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToKnow)
		if err != nil {
			return err
		}
		r, err := scanRequest(tx.row(ctx, `SELECT `+requestColumns+` FROM `+requestTables+` WHERE r.id = $1 AND r.space_id = $2`, id, space))
		switch {
		case !sp.Inside() || sp.judge(ToManageGuests) != nil && (err != nil || r.Requester.ID != actor.ID):
			return ErrForbidden // the same for others' requests and for none
		case err != nil:
			return missing(err, ErrNotFound)
		case r.Requester.ID != actor.ID:
			return ErrNotFound
		}
		return tx.withdraw(ctx, actor, r)
	})
}

func (tx tx) withdraw(ctx context.Context, actor Account, r InvitationRequest) error {
	changed, err := tx.exec(ctx, `
		UPDATE invitation_requests SET state = 'withdrawn', decided_at = $2 WHERE id = $1 AND state = 'waiting'`,
		r.ID, at(tx.now))
	if err != nil {
		return err
	}
	if changed == 0 {
		if r.State == RequestWithdrawn {
			return nil
		}
		return r.decided()
	}
	return tx.audit(ctx, event{
		Action: "invitation_request.withdrawn", Actor: actor.ID, Account: r.Guest.ID, Space: r.Wanted.Space, Subject: string(r.Wanted.Email),
	})
}

// decided is the error that says why the request does not wait any more.
func (r InvitationRequest) decided() error {
	if r.State == RequestWithdrawn {
		return ErrRequestWithdrawn
	}
	return ErrRequestDecided.With("", "Name", r.DecidedBy)
}

// eraseRequests takes away what was asked for about somebody whose data is
// erased, up to their deletion: the address may be somebody else's by now.
func (tx tx) eraseRequests(ctx context.Context, person Account, addresses []string) error {
	if _, err := tx.exec(ctx, `DELETE FROM invitation_requests WHERE account_id = $1`, person.ID); err != nil {
		return err
	}
	for _, address := range addresses {
		_, err := tx.exec(ctx, `
			DELETE FROM invitation_requests
			WHERE email = $2 AND created_at <= (SELECT deleted_at FROM accounts WHERE id = $1)`, person.ID, address)
		if err != nil {
			return err
		}
	}
	return nil
}
