package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Sending is one use of the Invite Guests dialog and what became of each
// address that was typed.
type Sending struct {
	ID      ID
	Results []AddressResult
}

// Sent reports whether anybody is on the way in by it. When nobody is, nothing
// was written.
func (s Sending) Sent() bool {
	for _, result := range s.Results {
		if result.Verdict.Good() {
			return true
		}
	}
	return false
}

// InviteGuests invites each address into the space and queues its mail
// (S0-19..S0-28). Good addresses go, bad ones are named in the result, and all
// of it is one transaction. Who has a guest account is added without a second
// one; a live invitation stays as it is; an expired one gets a fresh link and
// its full time again. Errors: Problems with the fields, ErrNotFound,
// ErrForbidden, ErrInviteLimit.
func (s *Store) InviteGuests(ctx context.Context, actor Account, space ID, in Invite) (Sending, error) {
	form, err := in.clean(actor.TimeZone, s.Now())
	if err != nil {
		if _, err := s.Space(ctx, actor, space, ToInvite); err != nil {
			return Sending{}, err // who may not invite is told so, whatever was typed
		}
		return Sending{}, err
	}
	var sending Sending
	err = s.write(ctx, func(tx tx) (err error) {
		sending = Sending{} // a retry starts over
		sp, err := tx.space(ctx, actor, space, ToInvite)
		if err != nil {
			return err
		}
		sending, err = tx.invite(ctx, actor, sp, form)
		return err
	})
	return sending, err
}

func (tx tx) invite(ctx context.Context, actor Account, sp Space, form cleanInvite) (Sending, error) {
	form, err := form.under(sp.Policy, tx.now)
	if err != nil {
		return Sending{}, err
	}
	addressees, err := tx.addressees(ctx, sp.ID, form.good)
	if err != nil {
		return Sending{}, err
	}
	if form.fitting {
		if err := tx.fitToday(ctx, actor.ID, addressees); err != nil {
			return Sending{}, err
		}
	}
	sending := Sending{Results: resultsOf(addressees, form.bad)}
	if err := tx.asRequests(ctx, sp, sending.Results); err != nil {
		return Sending{}, err
	}
	if !sending.Sent() {
		return sending, nil
	}
	if sp.NeedsApproval() {
		return tx.requestSending(ctx, actor, sp, form, sending.Results)
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return Sending{}, err
	}
	letter := invitationLetter{actor: actor, space: sp, environment: e}
	err = tx.spendPlaces(ctx, func() error { return tx.bringIn(ctx, letter, form, addressees, sending.Results) })
	if err != nil {
		return Sending{}, err
	}
	sending.ID, err = tx.keepSending(ctx, actor, sp, sending.Results)
	return sending, err
}

// bringIn invites the addresses that are new, adds those who have an account,
// and writes down which invitation each got.
func (tx tx) bringIn(ctx context.Context, letter invitationLetter, form cleanInvite, addressees []addressee, results []AddressResult) error {
	ids, err := tx.createInvitations(ctx, letter, form, addressees)
	if err != nil {
		return fmt.Errorf("invite into space %s: %w", letter.space.ID, err)
	}
	for i, c := range addressees {
		if c.verdict() == VerdictAdded {
			offer := form.offer(c.email)
			add := guestAddition{account: c.account, role: offer.role, days: offer.days, endsAt: offer.endsAt}
			if err := tx.addGuest(ctx, letter.actor, letter.space, letter.environment, add); err != nil {
				return fmt.Errorf("add a guest to space %s: %w", letter.space.ID, err)
			}
		}
		if id, ok := ids[c.email]; ok {
			results[i].Invitation = id
		}
	}
	return nil
}

// createInvitations makes the rows, links, mails and audit rows of all new
// addresses, a hundred in about as many statements as one. All or none: it is
// ErrQuotaFull when they take more places than there are.
func (tx tx) createInvitations(ctx context.Context, letter invitationLetter, form cleanInvite, addressees []addressee) (map[Email]ID, error) {
	ids := map[Email]ID{}
	err := tx.spendPlaces(ctx, func() error { return tx.writeInvitations(ctx, letter, form, addressees, ids) })
	return ids, err
}

func (tx tx) writeInvitations(ctx context.Context, letter invitationLetter, form cleanInvite, addressees []addressee, ids map[Email]ID) error {
	var fresh []Invitation
	for _, c := range addressees {
		if c.verdict() != VerdictInvited {
			continue
		}
		inv := form.invitation(c.email, letter)
		inv.CreatedAt, inv.ExpiresAt = tx.now, tx.now.Add(letter.environment.Policy.InvitationLife())
		if c.invitation != 0 { // expired: it begins anew, with what was typed now
			inv.ID = c.invitation
			if err := tx.renewInvitation(ctx, inv); err != nil {
				return err
			}
			ids[c.email] = inv.ID
		}
		fresh = append(fresh, inv)
	}
	if len(fresh) == 0 {
		return nil
	}
	return tx.issueInvitations(ctx, letter, fresh, ids)
}

// issueInvitations counts the invitations, makes the rows of those that have
// none, and sends them on their way. ids gets the new rows by their logins.
func (tx tx) issueInvitations(ctx context.Context, letter invitationLetter, fresh []Invitation, ids map[Email]ID) error {
	if err := tx.spendInvitations(ctx, letter.actor.ID, len(fresh)); err != nil {
		return err
	}
	err := tx.spendPlaces(ctx, func() error { return tx.insertInvitations(ctx, fresh, ids) })
	if err != nil {
		return err
	}
	return tx.sendInvitations(ctx, letter, fresh, ids)
}

func (form cleanInvite) invitation(email Email, letter invitationLetter) Invitation {
	offer := form.offer(email)
	locale := offer.locale
	if locale == "" {
		locale = letter.environment.localeOf(letter.actor)
	}
	return Invitation{
		Space: letter.space.ID, Email: email, Name: offer.name, Company: offer.company, Category: offer.category,
		Subject: form.subject, Message: form.message, Role: offer.role,
		AccessDays: offer.days, AccessEndsAt: offer.endsAt, Locale: locale, Inviter: letter.actor.ID,
		Status: InvitationPending,
	}
}

// insertInvitations makes the rows of those that have none yet. An address
// that declined before is asked again: its old row is done with.
func (tx tx) insertInvitations(ctx context.Context, fresh []Invitation, ids map[Email]ID) error {
	var rows [][]any
	var emails []Email
	for _, inv := range fresh {
		if inv.ID != 0 {
			continue
		}
		delivery := "queued"
		if inv.Printed() {
			delivery = "none"
		} else {
			emails = append(emails, inv.Email)
		}
		rows = append(rows, []any{
			inv.Space.orNull(), textOrNull(string(inv.Email)), textOrNull(inv.Identifier), inv.Name, inv.Company, inv.Category, delivery, inv.Subject, inv.Message, inv.Role, orNull(inv.AccessDays), at(inv.AccessEndsAt),
			inv.Locale, inv.Inviter, inv.Status, at(inv.CreatedAt), at(inv.ExpiresAt),
		})
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.forgetDeclined(ctx, fresh[0].Space, emails); err != nil {
		return err
	}
	err := tx.insertAll(ctx, `
		INSERT INTO invitations (
			space_id, email, identifier, name, company, category, delivery, subject, message, role, access_days, access_ends_at,
			locale, inviter_id, status, created_at, expires_at)`,
		" RETURNING id, COALESCE(email, identifier)", rows, func(row scanner) error {
			var id ID
			var email Email
			err := row.Scan(&id, &email)
			ids[email] = id
			return err
		})
	if tx.db.taken(err) {
		return ErrBusy // somebody invited one of them at this very moment
	}
	return err
}

// textOrNull is a text for a column where NULL stands for none.
func textOrNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// forgetDeclined is done with the invitations into a space, or into none, that
// these addresses declined.
func (tx tx) forgetDeclined(ctx context.Context, space ID, emails []Email) error {
	for part := range slices.Chunk(emails, MaxAddresses) {
		query, from, first := `UPDATE invitations SET status = 'cancelled' WHERE space_id = $1`, 2, []any{space}
		if space == 0 {
			query, from, first = `UPDATE invitations SET status = 'cancelled' WHERE space_id IS NULL`, 1, nil
		}
		in, args := inList(from, part)
		if _, err := tx.exec(ctx, query+` AND status = 'declined' AND email IN (`+in+`)`, append(first, args...)...); err != nil {
			return err
		}
	}
	return nil
}

// renewInvitation begins an expired invitation anew.
func (tx tx) renewInvitation(ctx context.Context, inv Invitation) error {
	_, err := tx.exec(ctx, `
		UPDATE invitations
		SET subject = $2, message = $3, role = $4, access_days = $5, access_ends_at = $6, locale = $7,
		    inviter_id = $8, created_at = $9, expires_at = $10, name = $11, company = $12, category = $13,
		    delivery = 'queued', delivery_reply = '', sent_at = NULL, renewal_at = NULL, expiry_noted = FALSE
		WHERE id = $1`,
		inv.ID, inv.Subject, inv.Message, inv.Role, orNull(inv.AccessDays), at(inv.AccessEndsAt), inv.Locale,
		inv.Inviter, at(inv.CreatedAt), at(inv.ExpiresAt), inv.Name, inv.Company, inv.Category)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE invitation_tokens SET ended_at = $2 WHERE invitation_id = $1 AND ended_at IS NULL`, inv.ID, at(tx.now))
	return err
}

// sendInvitations gives each invitation its link and queues its mail, unless
// the link is handed over on paper.
func (tx tx) sendInvitations(ctx context.Context, letter invitationLetter, fresh []Invitation, ids map[Email]ID) error {
	links := make([][]any, len(fresh))
	mails := make([]newMail, 0, len(fresh))
	events := make([]event, len(fresh))
	for i, inv := range fresh {
		inv.ID = ids[Email(inv.Login())]
		link := tx.newInvitationLink()
		links[i] = []any{link.hash, inv.ID, link.nonce, at(tx.now)}
		if !inv.Printed() {
			mails = append(mails, letter.mail(inv, link))
		}
		events[i] = event{
			Action: "invitation.created", Actor: letter.actor.ID, Space: inv.Space, Subject: inv.Login(),
			Details: map[string]string{"permission": inv.Permission()},
		}
	}
	err := tx.insertAll(ctx, `INSERT INTO invitation_tokens (token_hash, invitation_id, nonce, created_at)`, "", links, nil)
	if err != nil {
		return err
	}
	if err := tx.queueAll(ctx, mails); err != nil {
		return err
	}
	return tx.auditAll(ctx, events)
}

// keepSending keeps the results for the page that tells them.
func (tx tx) keepSending(ctx context.Context, actor Account, sp Space, results []AddressResult) (id ID, err error) {
	text, err := json.Marshal(results)
	if err != nil {
		return 0, err
	}
	err = tx.row(ctx, `
		INSERT INTO sendings (space_id, account_id, results, created_at)
		VALUES ($1, $2, $3, $4)
		RETURNING id`, sp.ID, actor.ID, string(text), at(tx.now)).Scan(&id)
	return id, err
}

// SentAddress is a result with its invitation as it stands now.
type SentAddress struct {
	AddressResult
	Invitation Invitation // the zero Invitation where there is none
}

// Sending is what became of each address of one use of the dialog, with the
// delivery as it stands now. Others than who used it do not find it.
func (s *Store) Sending(ctx context.Context, actor Account, space, id ID) (Space, []SentAddress, error) {
	var sp Space
	var sent []SentAddress
	err := s.read(ctx, func(tx tx) (err error) {
		if sp, err = tx.space(ctx, actor, space, ToInvite); err != nil {
			return err
		}
		sent, err = tx.sending(ctx, actor, space, id)
		return err
	})
	return sp, sent, err
}

func (tx tx) sending(ctx context.Context, actor Account, space, id ID) ([]SentAddress, error) {
	var text string
	err := tx.row(ctx, `
		SELECT results FROM sendings WHERE id = $1 AND space_id = $2 AND account_id = $3 AND created_at > $4`,
		id, space, actor.ID, at(tx.now.Add(-sendingKept))).Scan(&text)
	if err != nil {
		return nil, missing(err, ErrNotFound)
	}
	var results []AddressResult
	if err := json.Unmarshal([]byte(text), &results); err != nil {
		return nil, fmt.Errorf("read sending %s: %w", id, err)
	}
	sent := make([]SentAddress, len(results))
	var ids []ID
	for i, result := range results {
		sent[i].AddressResult = result
		if result.Invitation != 0 {
			ids = append(ids, result.Invitation)
		}
	}
	if len(ids) == 0 {
		return sent, nil
	}
	list, err := tx.invitations(ctx, ids)
	for i := range sent {
		sent[i].Invitation = list[sent[i].AddressResult.Invitation]
	}
	return sent, err
}

// invitations are those of the IDs that are still there, by their IDs.
func (tx tx) invitations(ctx context.Context, ids []ID) (map[ID]Invitation, error) {
	found := make(map[ID]Invitation, len(ids))
	for part := range slices.Chunk(ids, MaxAddresses) {
		in, args := inList(1, part)
		rows, err := tx.query(ctx, `SELECT `+invitationColumns+` FROM invitations i WHERE i.id IN (`+in+`)`, args...)
		list, err := all(rows, err, scanInvitation)
		if err != nil {
			return nil, err
		}
		for _, inv := range list {
			found[inv.ID] = inv
		}
	}
	return found, nil
}

func scanInvitation(row scanner) (Invitation, error) {
	var inv Invitation
	err := row.Scan(inv.scan()...)
	return inv, err
}

// orNull is a number for a column where NULL stands for none.
func orNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// limitReached is a spent limit in the words of the Invite Guests dialog.
func limitReached(err error) error {
	var limit *Error
	if errors.Is(err, ErrTooMany) && errors.As(err, &limit) {
		return ErrInviteLimit.After(limit.RetryAfter.Round(time.Minute))
	}
	return err
}
