package store

import (
	"cmp"
	"context"
	"errors"
	"time"

	"guesthouse/store/secret"
)

// OpenInvitation is a live invitation as whoever holds its link sees it.
type OpenInvitation struct {
	Invitation
	SpaceName    string
	SpaceCover   string
	SpaceKind    SpaceKind
	InviterName  string
	Organization string
	Passwords    PasswordPolicy // in force for the guest's password
	HasAccount   bool           // somebody living has the address: sign in and join
	Terms        Terms          // that are accepted with the form; version 0 for none
}

// For reports whether the invitation is for this account.
func (o OpenInvitation) For(a Account) bool { return a.Login != "" && a.Login == o.Login() }

// Invitation is what the link with this token opens. It changes nothing
// (S0-30, SEC-T4). Every dead link is ErrInvitationGone (SEC-T5).
func (s *Store) Invitation(ctx context.Context, token string) (OpenInvitation, error) {
	var open OpenInvitation
	err := s.read(ctx, func(tx tx) (err error) {
		open, err = tx.openInvitation(ctx, token)
		return err
	})
	return open, err
}

// liveLink is the condition under which a token ($1) opens its invitation at
// the moment $2: it is the newest, and not from the future ($3). SEC-T7
const liveLink = `
	t.token_hash = $1 AND t.ended_at IS NULL AND t.created_at <= $3
	AND i.status = 'pending' AND i.expires_at > $2
	AND (i.access_ends_at IS NULL OR i.access_ends_at > $2)`

func (tx tx) openInvitation(ctx context.Context, token string) (OpenInvitation, error) {
	var o OpenInvitation
	var e Environment
	destinations := append(o.scan(), &o.SpaceName, &o.SpaceCover, &o.SpaceKind, &o.InviterName, &o.HasAccount)
	err := tx.row(ctx, `
		SELECT `+invitationColumns+`, COALESCE(s.name, ''), COALESCE(s.cover, ''), COALESCE(s.kind, ''), a.display_name,
			EXISTS (SELECT 1 FROM accounts b WHERE b.login_key = COALESCE(i.email, i.identifier) AND b.deleted_at IS NULL),
			`+environmentColumns+`
		FROM invitation_tokens t
		JOIN invitations i ON i.id = t.invitation_id
		LEFT JOIN spaces s ON s.id = i.space_id
		JOIN accounts a ON a.id = i.inviter_id
		CROSS JOIN environment e
		WHERE `+liveLink,
		secret.Hash(token), at(tx.now), at(tx.now.Add(clockSkew))).Scan(append(destinations, e.scan()...)...)
	if err != nil {
		return OpenInvitation{}, missing(err, ErrInvitationGone)
	}
	if o.Space != 0 && !(Space{Kind: o.SpaceKind, Policy: e.Policy}).AdmitsGuests() {
		return OpenInvitation{}, ErrInvitationGone
	}
	o.Organization, o.Passwords = e.Name, e.Policy.GuestPasswords()
	if o.Space == 0 {
		o.SpaceName = e.Name // what the invitation leads into
	}
	o.Terms, err = tx.termsInForce(ctx)
	return o, err
}

// SignUp is the form of the invitation page. The address is not in it: it
// comes from the invitation (SEC-T8).
type SignUp struct {
	DisplayName string
	Password    string
	Locale      string // en, ja, zh or auto
	TimeZone    string // an IANA name
	Terms       bool   // the box was ticked
	TermsRead   int    // the version whose text stood there; 0 for the one in force
	TermsLocale string // the language in which it stood there
	Replaces    string // token of the session that this browser has, if any
	Agent       string // the User-Agent
	Next        string // where to go on after a second step that is enrolled first
}

func (in SignUp) clean(o OpenInvitation) (SignUp, error) {
	var problems Problems
	name, err := CleanName("display_name", in.DisplayName, MaxName)
	if problems.Add(err) != nil {
		return in, err
	}
	err = o.Passwords.Check("password", in.Password, name, o.Login(), o.Organization)
	if problems.Add(err) != nil {
		return in, err
	}
	if err := problems.Add(in.acceptedTerms(o.Terms)); err != nil {
		return in, err
	}
	in.DisplayName, in.TermsRead = name, o.Terms.Version
	in.Locale = cmp.Or(in.Locale, autoLocale)
	if err := problems.Add(checkOwnLocale(in.Locale)); err != nil {
		return in, err
	}
	in.TimeZone = cmp.Or(in.TimeZone, "UTC")
	if err := problems.Add(checkZone(in.TimeZone)); err != nil {
		return in, err
	}
	return in, problems.Err()
}

// acceptedTerms is the problem with the box of the terms, if there is one.
func (in SignUp) acceptedTerms(terms Terms) error {
	switch {
	case terms.Version == 0:
		return nil
	case in.TermsRead != 0 && in.TermsRead != terms.Version:
		return ErrTermsChanged
	case !in.Terms:
		return ErrTermsNotAccepted
	}
	return nil
}

// Joined is somebody who has come in by an invitation.
type Joined struct {
	Token   string // of the new session, for the cookie; "" for who was signed in
	Session Session
	Account Account
	Space   ID
}

// AcceptInvitation makes the guest's account and signs it in: the link has
// proved the mailbox, so no code is asked for now (S0-31..S0-33). Of many at
// the same moment one wins, the others get ErrInvitationGone (SEC-T3). An
// address that has an account already is ErrHasAccount. The welcome mail is in
// the same transaction (S0-34).
//
// A display name that a member has too is allowed: refusing it would tell
// outsiders who works here. The badge beside every guest's name tells them
// apart (S4-10).
func (s *Store) AcceptInvitation(ctx context.Context, token string, in SignUp) (Joined, error) {
	open, err := s.Invitation(ctx, token)
	if err != nil {
		return Joined{}, err
	}
	if open.HasAccount {
		return Joined{}, ErrHasAccount
	}
	in, err = in.clean(open)
	if err != nil {
		return Joined{}, err
	}
	phc, err := s.hash(ctx, in.Password) // before the transaction: it takes its time
	if err != nil {
		return Joined{}, err
	}
	var joined Joined
	err = s.write(ctx, func(tx tx) (err error) {
		return tx.spendPlaces(ctx, func() error {
			joined, err = tx.accept(ctx, token, in, phc)
			return err
		})
	})
	if err != nil {
		return Joined{}, open.refusal(err)
	}
	return joined, nil
}

func (tx tx) accept(ctx context.Context, token string, in SignUp, phc string) (Joined, error) {
	inv, err := tx.useInvitation(ctx, token, InvitationAccepted)
	if err != nil {
		return Joined{}, err
	}
	sponsor, err := tx.hostOfInvitation(ctx, inv)
	if err != nil {
		return Joined{}, err
	}
	newcomer := newAccount{
		Kind: Guest, Email: inv.Email, Identifier: inv.Identifier, Name: in.DisplayName, Locale: in.Locale, TimeZone: in.TimeZone,
		PasswordHash: phc, Weak: tx.weak(in.Password), Sponsor: sponsor, Company: inv.Company, Category: inv.Category,
	}
	if inv.Space == 0 { // there is no membership that could end
		newcomer.EndsAt, newcomer.EndsDays = inv.accessEnd(tx.now), inv.AccessDays
	}
	account, err := tx.createAccount(ctx, newcomer)
	if errors.Is(err, ErrAddressTaken) {
		return Joined{}, ErrHasAccount
	}
	if err != nil {
		return Joined{}, err
	}
	if err := tx.acceptTerms(ctx, account, in.TermsRead, cmp.Or(in.TermsLocale, in.Locale)); err != nil {
		return Joined{}, err
	}
	if account, err = tx.account(ctx, account.ID); err != nil {
		return Joined{}, err
	}
	endsAt, err := tx.enterSpace(ctx, inv, account)
	if err != nil {
		return Joined{}, err
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return Joined{}, err
	}
	var sp Space // none for a guest of the organisation alone (S3-07)
	if inv.Space != 0 {
		if sp, err = tx.space(ctx, account, inv.Space, ToOpen); err != nil {
			return Joined{}, err
		}
	}
	if inv.Space != 0 && !sp.AdmitsGuests() {
		return Joined{}, ErrInvitationGone // the policy changed while the form was filled in
	}
	if err := tx.welcome(ctx, e, account, sp, endsAt, in.Password); err != nil {
		return Joined{}, err
	}
	if err := tx.endSession(ctx, in.Replaces); err != nil { // SEC-S2
		return Joined{}, err
	}
	return tx.enterJoined(ctx, inv, account, in)
}

// enterJoined signs in who has just joined. The link has proved the mailbox, so
// no code is asked for (S0-33); who has none enrols now what will be asked for
// from the next sign-in on (C10).
func (tx tx) enterJoined(ctx context.Context, inv Invitation, account Account, in SignUp) (Joined, error) {
	entry, err := tx.admit(ctx, account, Credentials{Agent: in.Agent, Next: in.Next}, FactorMail)
	return Joined{Account: account, Space: inv.Space, Token: entry.Token, Session: entry.Session}, err
}

// useInvitation uses the link up in one statement: of two clicks at the same
// moment one gets it (SEC-T3).
func (tx tx) useInvitation(ctx context.Context, token string, status InvitationStatus) (Invitation, error) {
	var id ID
	err := tx.row(ctx, `
		UPDATE invitations
		SET status = $4, closed_at = $2
		WHERE status = 'pending' AND id = (
			SELECT i.id FROM invitation_tokens t JOIN invitations i ON i.id = t.invitation_id WHERE `+liveLink+`)
		RETURNING id`,
		secret.Hash(token), at(tx.now), at(tx.now.Add(clockSkew)), status).Scan(&id)
	if err != nil {
		return Invitation{}, missing(err, ErrInvitationGone)
	}
	return tx.kept(ctx, id)
}

// kept is an invitation as it is kept to when it is used: with an end that the
// organisation's rules have become too strict for, the longest that they let
// guests stay (C19).
func (tx tx) kept(ctx context.Context, id ID) (Invitation, error) {
	inv, err := tx.invitation(ctx, id)
	if err != nil {
		return Invitation{}, err
	}
	e, err := tx.environment(ctx)
	end := e.Policy.atMost(AccessEnd{Days: inv.AccessDays, At: inv.AccessEndsAt}, tx.now)
	inv.AccessDays, inv.AccessEndsAt = end.Days, end.At
	return inv, err
}

func (tx tx) invitation(ctx context.Context, id ID) (Invitation, error) {
	inv, err := scanInvitation(tx.row(ctx, `SELECT `+invitationColumns+` FROM invitations i WHERE i.id = $1`, id))
	return inv, missing(err, ErrNotFound)
}

// hostOfInvitation is who looks after the guest: who invited them or, in the
// place of one who has left, an administrator of the space, or of the system
// where there is none.
func (tx tx) hostOfInvitation(ctx context.Context, inv Invitation) (host ID, err error) {
	err = tx.row(ctx, `
		SELECT COALESCE(
			(SELECT a.id FROM accounts a WHERE a.id = $1 AND `+activeNow+`),
			(SELECT MIN(a.id) FROM memberships m JOIN accounts a ON a.id = m.account_id
			 WHERE m.space_id = $3 AND m.role = 'administrator' AND `+activeNow+`),
			(SELECT MIN(a.id) FROM accounts a WHERE a.system_admin AND a.deleted_at IS NULL AND `+activeNow+`),
			$1)`, inv.Inviter, at(tx.now), inv.Space).Scan(&host)
	return host, err
}

// activeNow is the condition under which the account a may be used at $2.
const activeNow = `a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $2)`

// enterSpace makes the membership that the invitation promised; a period counts
// from now. Who is inside already keeps what they have. An invitation into no
// space makes none, and any invitation makes one into no space needless.
func (tx tx) enterSpace(ctx context.Context, inv Invitation, account Account) (endsAt time.Time, err error) {
	endsAt = inv.accessEnd(tx.now)
	if err := tx.fulfilUnaffiliated(ctx, account); err != nil {
		return endsAt, err
	}
	var inside bool
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM memberships
			WHERE space_id = $1 AND account_id = $2 AND (ends_at IS NULL OR ends_at > $3))`,
		inv.Space, account.ID, at(tx.now)).Scan(&inside)
	if err != nil {
		return endsAt, err
	}
	if !inside && inv.Space != 0 {
		err = tx.addMembership(ctx, newMembership{
			Space: inv.Space, Account: account, Role: inv.Role, EndsAt: endsAt, EndsDays: inv.AccessDays, AddedBy: inv.Inviter, Came: true,
		})
		if err != nil {
			return endsAt, err
		}
	}
	if _, err = tx.exec(ctx, `UPDATE invitations SET account_id = $2 WHERE id = $1`, inv.ID, account.ID); err != nil {
		return endsAt, err
	}
	return endsAt, tx.audit(ctx, event{
		Action: "invitation.accepted", Actor: account.ID, Account: account.ID, Space: inv.Space,
		Subject: inv.Login(), Details: map[string]string{"permission": inv.Permission()},
	})
}

// JoinInvitation joins the space with the account that is signed in, which must
// be the one that was invited: else it is ErrOtherAccount, and the link stays
// (S2-01).
func (s *Store) JoinInvitation(ctx context.Context, actor Account, token string) (Joined, error) {
	var joined Joined
	err := s.write(ctx, func(tx tx) error {
		joined = Joined{}
		account, err := tx.self(ctx, actor)
		if err != nil {
			return err
		}
		open, err := tx.openInvitation(ctx, token)
		if err != nil {
			return err
		}
		if !open.For(account) {
			return ErrOtherAccount
		}
		if account.MustChangePassword {
			return ErrSignIn // SEC-P5: nothing before that
		}
		if account.MustAcceptTerms {
			return ErrTermsFirst // SEC-P9
		}
		return open.refusal(tx.spendPlaces(ctx, func() error {
			inv, err := tx.useInvitation(ctx, token, InvitationAccepted)
			if err != nil {
				return err
			}
			joined = Joined{Account: account, Space: inv.Space}
			_, err = tx.enterSpace(ctx, inv, account)
			return err
		}))
	})
	return joined, err
}

// refusal is an error of coming in, in words for the guest: whom to ask. The
// change was taken back, so the link stays what it was.
func (o OpenInvitation) refusal(err error) error {
	switch {
	case errors.Is(err, ErrQuotaFull), errors.Is(err, ErrLicencesFull):
		return ErrNoPlaceYet.With("", "Name", o.InviterName)
	case errors.Is(err, ErrOtherSpace):
		return ErrOneSpaceOnly.With("", "Name", o.InviterName)
	}
	return err
}

// DeclineInvitation closes the invitation for good; the inviter sees it in the
// list. The link is the proof: nobody has to sign in to say no.
func (s *Store) DeclineInvitation(ctx context.Context, token string) error {
	return s.write(ctx, func(tx tx) error {
		inv, err := tx.useInvitation(ctx, token, InvitationDeclined)
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "invitation.declined", Space: inv.Space, Subject: inv.Login()})
	})
}
