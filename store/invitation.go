package store

import (
	"context"
	"crypto/rand"
	"math"
	"time"

	"guesthouse/store/secret"
)

// InvitationStatus is what became of an invitation.
type InvitationStatus string

// The states of an invitation that are stored; "expired" follows from ExpiresAt.
const (
	InvitationPending   InvitationStatus = "pending"
	InvitationAccepted  InvitationStatus = "accepted"
	InvitationDeclined  InvitationStatus = "declined"
	InvitationCancelled InvitationStatus = "cancelled"
)

// Errors of invitations. A link that was used, has ended, was cancelled,
// declined or replaced, or never was, is always ErrInvitationGone (SEC-T5).
var (
	ErrInvitationGone   = &Error{Kind: Gone, Code: "GAIA_IR01"}
	ErrOtherAccount     = &Error{Kind: Conflict, Code: "GAIA_AL01"}
	ErrHasAccount       = &Error{Kind: Conflict, Code: "invitation_has_account"}
	ErrInvitationClosed = &Error{Kind: Conflict, Code: "invitation_closed"}
	ErrAlreadyInvited   = &Error{Kind: Conflict, Code: "already_invited"}
	ErrAlreadyGuest     = &Error{Kind: Conflict, Code: "already_guest"}
	ErrAlreadyMember    = &Error{Kind: Conflict, Code: "already_member"}
	ErrGuestSuspended   = &Error{Kind: Conflict, Code: "guest_suspended"}
	ErrResendTooSoon    = &Error{Kind: TooMany, Code: "resend_too_soon"}
	ErrMailedTooOften   = &Error{Kind: TooMany, Code: "mailed_too_often"}
	ErrInviteLimit      = &Error{Kind: TooMany, Code: "invite_limit", Field: "emails"}
)

// Limits of invitations (SEC-M6).
const (
	MaxAddresses         = 100 // of one send
	maxSubject           = 200
	invitesPerInviter    = 500 // a day
	invitesPerDay        = 2000
	mailsPerAddress      = 5 // a day
	resendPause          = 5 * time.Minute
	sendingKept          = 7 * Day
	tokenPurpose         = "invitation"
	nonceBytes           = 32
	renewalsPerClient    = 10
	renewalsClientWindow = 10 * time.Minute
)

// Invitation offers one address to join one space, until a moment.
type Invitation struct {
	ID            ID
	Space         ID     // 0 for the organisation alone (S3-07)
	Email         Email  // "" for a guest without e-mail
	Identifier    string // the login of a guest without e-mail, else ""
	Name          string // what the inviter knows of the guest, as the next two
	Company       string
	Category      string
	Subject       string // "" for the portal's own
	Message       string // plain text
	Role          Role
	AccessDays    int       // access ends so many days after joining; 0 for none
	AccessEndsAt  time.Time // or at this moment; zero for none
	Locale        string    // of its mail: en, ja or zh
	Inviter       ID
	Status        InvitationStatus
	Account       ID     // who joined with it
	Delivery      string // queued, sent, deferred, failed, dropped, or none for a printed link
	DeliveryReply string // the mail server's last words
	CreatedAt     time.Time
	SentAt        time.Time
	ExpiresAt     time.Time
	ClosedAt      time.Time

	accessSaid bool // of a form: somebody chose the end
}

const invitationColumns = `
	i.id, i.space_id, i.email, COALESCE(i.identifier, ''), i.name, i.company, i.category, i.subject, i.message, i.role, COALESCE(i.access_days, 0), i.access_ends_at,
	i.locale, i.inviter_id, i.status, i.account_id, i.delivery, i.delivery_reply,
	i.created_at, i.sent_at, i.expires_at, i.closed_at`

func (i *Invitation) scan() []any {
	return []any{
		&i.ID, nullID{&i.Space}, nullEmail{&i.Email}, &i.Identifier, &i.Name, &i.Company, &i.Category, &i.Subject, &i.Message, &i.Role, &i.AccessDays, moment{&i.AccessEndsAt},
		&i.Locale, &i.Inviter, &i.Status, nullID{&i.Account}, &i.Delivery, &i.DeliveryReply,
		moment{&i.CreatedAt}, moment{&i.SentAt}, moment{&i.ExpiresAt}, moment{&i.ClosedAt},
	}
}

// Live reports whether its link opens the sign-up form at the moment now.
func (i Invitation) Live(now time.Time) bool {
	return i.Status == InvitationPending && now.Before(i.ExpiresAt) &&
		(i.AccessEndsAt.IsZero() || now.Before(i.AccessEndsAt))
}

// Login is what the guest will sign in with: the address, or the identifier
// of a guest without e-mail (S4-25).
func (i Invitation) Login() string {
	if i.Identifier != "" {
		return i.Identifier
	}
	return string(i.Email)
}

// Printed reports whether the invitation is handed over on paper, and nothing
// is ever mailed.
func (i Invitation) Printed() bool { return i.Identifier != "" }

// Permission is the role in the words of forms and mails: edit or read.
func (i Invitation) Permission() string { return i.Role.Permission() }

// Permission is what a guest may do, in the words of forms: edit or read.
func (r Role) Permission() string {
	if r == Reader {
		return "read"
	}
	return "edit"
}

// ErrBadPermission: the permission is neither edit nor read.
var ErrBadPermission = &Error{Kind: Invalid, Code: "bad_permission", Field: "permission"}

// roleOf is the role of a permission; editing is what a form without one means (C17).
func roleOf(permission string) (Role, error) {
	switch permission {
	case "", "edit":
		return Editor, nil
	case "read":
		return Reader, nil
	}
	return "", ErrBadPermission
}

// accessEnd is when the access of somebody ends who joins at the moment now
// and lives in a zone (C19).
func (i Invitation) accessEnd(now time.Time) time.Time {
	return AccessEnd{Days: i.AccessDays, At: i.AccessEndsAt}.From(now)
}

// invitationLink is the token of a mail's link, with what is stored of it:
// the hash under which it is found, and the nonce from which it can be made
// again, for whoever may copy it. A dump of the database holds no live token.
// docs/adr/0005
type invitationLink struct {
	token       string
	hash, nonce []byte
}

func (s *Store) newInvitationLink() invitationLink {
	nonce := make([]byte, nonceBytes)
	rand.Read(nonce) //nolint:errcheck // documented never to fail: it ends the program instead
	return s.invitationLinkOf(nonce)
}

func (s *Store) invitationLinkOf(nonce []byte) invitationLink {
	token := s.key.Token(tokenPurpose, nonce)
	return invitationLink{token: token, hash: secret.Hash(token), nonce: nonce}
}

// replaceLink makes the invitation's new link and ends the one before (SEC-T6).
// Old links stay, to tell whom to ask for a new invitation (S2-03).
func (tx tx) replaceLink(ctx context.Context, invitation ID, link invitationLink) error {
	_, err := tx.exec(ctx, `
		UPDATE invitation_tokens SET ended_at = $2 WHERE invitation_id = $1 AND ended_at IS NULL`,
		invitation, at(tx.now))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		INSERT INTO invitation_tokens (token_hash, invitation_id, nonce, created_at)
		VALUES ($1, $2, $3, $4)`,
		link.hash, invitation, link.nonce, at(tx.now))
	return err
}

// newestLink is the invitation's newest link, when it was made, and whether it
// was ended since.
func (tx tx) newestLink(ctx context.Context, invitation ID) (link invitationLink, made time.Time, ended bool, err error) {
	var nonce []byte
	err = tx.row(ctx, `
		SELECT nonce, created_at, ended_at IS NOT NULL
		FROM invitation_tokens
		WHERE invitation_id = $1
		ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, created_at DESC
		LIMIT 1`, invitation).Scan(&nonce, moment{&made}, &ended)
	if err != nil {
		return invitationLink{}, time.Time{}, false, missing(err, ErrInvitationClosed)
	}
	return tx.invitationLinkOf(nonce), made, ended, nil
}

// mailsToday is how many links each address was mailed in the last day, by
// whomever and into whichever space (SEC-M6).
func (tx tx) mailsToday(ctx context.Context, emails []Email) (map[Email]int, error) {
	list, args := inList(2, emails)
	rows, err := tx.query(ctx, `
		SELECT i.email, COUNT(*)
		FROM invitations i
		JOIN invitation_tokens t ON t.invitation_id = i.id
		WHERE t.created_at > $1 AND i.email IN (`+list+`)
		GROUP BY i.email`, append([]any{at(tx.now.Add(-Day))}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	counts := map[Email]int{}
	for rows.Next() {
		var email Email
		var n int
		if err := rows.Scan(&email, &n); err != nil {
			return nil, err
		}
		counts[email] = n
	}
	return counts, rows.Err()
}

// invitationsLeft is how many invitations the inviter may still send today.
func (tx tx) invitationsLeft(ctx context.Context, inviter ID) (int, error) {
	if tx.open {
		return math.MaxInt, nil
	}
	left := invitesPerInviter
	for bucket, limit := range map[string]int{"invite:" + inviter.String(): invitesPerInviter, "invite": invitesPerDay} {
		spent, err := tx.spent(ctx, bucket)
		if err != nil {
			return 0, err
		}
		left = min(left, limit-spent)
	}
	return max(left, 0), nil
}

// spendInvitations counts n mails against the limits of a day.
func (tx tx) spendInvitations(ctx context.Context, inviter ID, n int) error {
	err := tx.spend(ctx, "invite:"+inviter.String(), n, invitesPerInviter, Day)
	if err == nil {
		err = tx.spend(ctx, "invite", n, invitesPerDay, Day)
	}
	return limitReached(err)
}
