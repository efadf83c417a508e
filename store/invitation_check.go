package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Verdict is what becomes, or became, of one address (S0-21).
type Verdict string

// The verdicts on an address.
const (
	VerdictInvited        Verdict = "invited"         // new: gets an invitation
	VerdictAdded          Verdict = "added"           // has a guest account, is inside at once
	VerdictAlreadyInvited Verdict = "already_invited" // its live invitation stays as it is
	VerdictAlreadyGuest   Verdict = "already_guest"   // inside already
	VerdictAlreadyMember  Verdict = "already_member"  // a member of the organisation: not invited
	VerdictSuspended      Verdict = "suspended"       // its guest account is not active
	VerdictTooOften       Verdict = "too_often"       // had five mails today (SEC-M6)
	VerdictOtherSpace     Verdict = "other_space"     // in another space already, where one is all (S3-11)
	VerdictNoPlace        Verdict = "no_place"        // all places are taken (C2)
	VerdictNotAnAddress   Verdict = "not_an_address"

	VerdictOverLimit  Verdict = "over_limit"  // beyond what may be sent today (SEC-M6)
	VerdictRowProblem Verdict = "row_problem" // of a list: a cell of its row is wrong

	VerdictOwnDomain        Verdict = "own_domain"         // of the organisation itself: a member, not a guest
	VerdictDomainRefused    Verdict = "domain_refused"     // by invite.refused_domains
	VerdictDomainNotAllowed Verdict = "domain_not_allowed" // not among invite.allowed_domains

	VerdictRequested        Verdict = "requested"         // approval is asked for (C5)
	VerdictAlreadyRequested Verdict = "already_requested" // it was asked for before, and nobody has answered
)

// Good reports whether the address is, or will be, on its way in.
func (v Verdict) Good() bool {
	switch v {
	case VerdictInvited, VerdictAdded, VerdictAlreadyInvited, VerdictAlreadyGuest, VerdictRequested, VerdictAlreadyRequested:
		return true
	case VerdictAlreadyMember, VerdictSuspended, VerdictTooOften, VerdictNotAnAddress, VerdictOverLimit, VerdictRowProblem,
		VerdictOwnDomain, VerdictDomainRefused, VerdictDomainNotAllowed, VerdictOtherSpace, VerdictNoPlace:
	}
	return false
}

// Sends reports whether an invitation is mailed for the verdict.
func (v Verdict) Sends() bool { return v == VerdictInvited }

// Asks reports whether approval is asked for the verdict.
func (v Verdict) Asks() bool { return v == VerdictRequested }

// AddressResult is the verdict on one address that was typed.
type AddressResult struct {
	Email      Email   `json:"email,omitempty"`
	Text       string  `json:"text,omitempty"`  // what was typed, where it is no address
	Guess      string  `json:"guess,omitempty"` // what was likely meant
	Verdict    Verdict `json:"verdict"`
	Invitation ID      `json:"invitation,omitempty"`
}

// Shown is the address, or what was typed in place of one.
func (r AddressResult) Shown() string {
	if r.Email != "" {
		return string(r.Email)
	}
	return r.Text
}

// CheckAddresses says for each address what InviteGuests would do with it now.
// It writes nothing. Errors: ErrNotFound, ErrForbidden, ErrTooManyAddresses.
func (s *Store) CheckAddresses(ctx context.Context, actor Account, space ID, text string) ([]AddressResult, error) {
	good, bad := ParseEmails(text)
	if n := len(good) + len(bad); n > MaxAddresses {
		return nil, ErrTooManyAddresses.With("emails", "N", n, "Max", MaxAddresses)
	}
	var results []AddressResult
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToInvite)
		if err != nil {
			return err
		}
		addressees, err := tx.addressees(ctx, sp.ID, good)
		results = resultsOf(addressees, bad)
		if err != nil {
			return err
		}
		return tx.asRequests(ctx, sp, results)
	})
	return results, err
}

// addressee is an address with all that decides its verdict.
type addressee struct {
	email      Email
	account    Account // the zero Account when nobody living has the address
	joined     bool    // account is inside the space
	invitation ID      // its pending invitation into the space, expired ones included
	expiresAt  time.Time
	mails      int     // links that it was mailed today
	rule       Verdict // what the address rules say against it, or ""
	refused    Verdict // what the places or the one space of each guest say against it, or ""
	over       bool    // the limits of today have no room for it
	open       bool
	now        time.Time
}

// verdict judges the address, as everything is at this moment.
func (c addressee) verdict() Verdict {
	switch {
	case c.refused != "":
		return c.refused
	case c.account.Kind == Member:
		return VerdictAlreadyMember
	case c.account.ID != 0 && c.joined:
		return VerdictAlreadyGuest
	case c.account.ID == 0 && c.invitation != 0 && c.now.Before(c.expiresAt):
		return VerdictAlreadyInvited
	case c.rule != "":
		return c.rule
	case c.account.ID != 0 && !c.account.Active(c.now):
		return VerdictSuspended
	case c.account.ID != 0:
		return VerdictAdded
	case c.mails >= mailsPerAddress && !c.open:
		return VerdictTooOften
	case c.over:
		return VerdictOverLimit
	}
	return VerdictInvited
}

// addressees reads what is known of each address in four statements for each
// hundred. Without a space it is about being a guest of the organisation at all.
func (tx tx) addressees(ctx context.Context, space ID, emails []Email) ([]addressee, error) {
	if len(emails) == 0 {
		return nil, nil
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]addressee, len(emails))
	index := make(map[Email]*addressee, len(emails))
	for i, email := range emails {
		rule := verdictOf(e.Policy.AddressAllowed(email))
		list[i] = addressee{email: email, rule: rule, now: tx.now, open: tx.open}
		index[email] = &list[i]
	}
	for part := range slices.Chunk(emails, MaxAddresses) {
		if err := tx.addAccounts(ctx, space, part, index); err != nil {
			return nil, err
		}
		if err := tx.addPending(ctx, space, part, index); err != nil {
			return nil, err
		}
		mails, err := tx.mailsToday(ctx, part)
		if err != nil {
			return nil, err
		}
		for email, n := range mails {
			index[email].mails = n
		}
	}
	return list, tx.allot(ctx, space, list)
}

// fitToday marks the new addresses that today's limits have no room for, the
// last ones first (SEC-M6).
func (tx tx) fitToday(ctx context.Context, inviter ID, addressees []addressee) error {
	left, err := tx.invitationsLeft(ctx, inviter)
	if err != nil {
		return err
	}
	for i := range addressees {
		if addressees[i].verdict() == VerdictInvited {
			left--
			addressees[i].over = left < 0
		}
	}
	return nil
}

func (tx tx) addAccounts(ctx context.Context, space ID, emails []Email, index map[Email]*addressee) error {
	in, args := inList(3, emails)
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`, m.account_id IS NOT NULL AND (m.ends_at IS NULL OR m.ends_at > $2)
		FROM accounts a
		LEFT JOIN memberships m ON m.space_id = $1 AND m.account_id = a.id
		WHERE a.deleted_at IS NULL AND a.login_key IN (`+in+`)`,
		append([]any{space, at(tx.now)}, args...)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	for rows.Next() {
		var account Account
		var joined bool
		if err := rows.Scan(append(account.scan(), &joined)...); err != nil {
			return err
		}
		c := index[Email(account.Login)]
		c.account, c.joined = account, joined || space == 0
	}
	return rows.Err()
}

func (tx tx) addPending(ctx context.Context, space ID, emails []Email, index map[Email]*addressee) error {
	where, from, first := `i.space_id = $1`, 2, []any{space}
	if space == 0 {
		where, from, first = `i.space_id IS NULL`, 1, nil
	}
	in, args := inList(from, emails)
	// Each address is looked up: an IN list makes SQLite read all that the
	// space has open.
	rows, err := tx.query(ctx, `
		WITH n (email) AS (VALUES (`+strings.ReplaceAll(in, ",", "), (")+`))
		SELECT i.email, i.id, i.expires_at
		FROM n
		CROSS JOIN invitations i
		WHERE `+where+` AND i.status = 'pending' AND i.email = n.email`, append(first, args...)...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	for rows.Next() {
		var email Email
		var id ID
		var expiresAt time.Time
		if err := rows.Scan(&email, &id, moment{&expiresAt}); err != nil {
			return err
		}
		index[email].invitation, index[email].expiresAt = id, expiresAt
	}
	return rows.Err()
}

// resultsOf puts the verdicts in the order: addresses as typed, then what is none.
func resultsOf(addressees []addressee, bad []EmailProblem) []AddressResult {
	results := make([]AddressResult, 0, len(addressees)+len(bad))
	for _, c := range addressees {
		results = append(results, AddressResult{Email: c.email, Verdict: c.verdict(), Invitation: c.invitation})
	}
	for _, b := range bad {
		result := AddressResult{Verdict: VerdictNotAnAddress}
		result.Text, _ = b.Err.Args["Text"].(string)
		result.Guess, _ = b.Err.Args["Guess"].(string)
		if result.Text == "" {
			result.Text = shown(b.Text)
		}
		results = append(results, result)
	}
	return results
}
