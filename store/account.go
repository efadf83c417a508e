package store

import (
	"cmp"
	"context"
	"time"
)

// AccountKind tells members from guests (S4-01).
type AccountKind string

// The two kinds of people.
const (
	Member AccountKind = "member"
	Guest  AccountKind = "guest"
)

// AccountStatus is whether an account may be used.
type AccountStatus string

// The states of an account that are stored; "ended" follows from EndsAt.
const (
	StatusActive    AccountStatus = "active"
	StatusSuspended AccountStatus = "suspended"
	StatusDeleted   AccountStatus = "deleted"
)

// Cause is why an account is suspended. That an end has come is no suspension:
// it follows from EndsAt.
type Cause string

// The causes of a suspension.
const (
	ByHand      Cause = "hand"     // an administrator did it
	ByReview    Cause = "review"   // nobody confirmed the guest
	ByNoSpace   Cause = "no_space" // in no space for too long
	ForDeletion Cause = "deletion" // until DeleteAt, then the account is deleted (C8)
)

// Categories are the kinds of guests (S4-26), in the order of the forms.
var Categories = []string{"customer", "partner", "coworker", "freelancer"}

// Account is a person who can sign in: a member or a guest.
type Account struct {
	ID                   ID
	Kind                 AccountKind
	Login                string // normalised; unique among the living
	Spelling             string // of the login as it was given, where that differs
	Email                Email  // "" for guests without e-mail
	Name                 string // the display name, 1..128 characters
	SurNameReading       string // ≤ 64 characters, as the next one (S1-14)
	GivenNameReading     string
	Company              string // ≤ 100 (S1-16)
	Division             string // ≤ 100; a member's department
	Phone                string // ≤ 100 (S1-18)
	CallTo               string // ≤ 256, a handle to call by (S1-19)
	Category             string // customer, partner, coworker, freelancer or "" (S4-26)
	Picture              string // hash of a blob, or ""
	Locale               string // en, ja, zh or auto
	TimeZone             string // an IANA name
	HasPassword          bool   // false until an invited member has set one
	MustChangePassword   bool   // SEC-P5
	WeakPassword         bool   // set under the basic rule, below 8 characters (SEC-P3)
	MustAcceptTerms      bool   // a guest who has not accepted the terms in force (SEC-P9)
	SystemAdmin          bool
	MayCreateGuestSpaces bool // S0-02
	Status               AccountStatus
	StatusReason         string    // what the actor gave as the reason
	StatusAt             time.Time // since when the status is what it is
	SuspendedFor         Cause     // "" unless suspended
	EndsAt               time.Time // zero for "never"
	EndsDays             int       // the period that EndsAt was set by; 0 for a date (S3-15)
	DeleteAt             time.Time // when the grace period of a deletion is over (C8)
	ErasedAt             time.Time
	Version              int // goes up with each change by an administrator
	Sponsor              ID  // the member who answers for a guest
	LastSignInAt         time.Time
	AppSince             time.Time // since when an authenticator app is enrolled; zero for none
	CreatedAt            time.Time
	DeletedAt            time.Time

	operator bool // see Operator
}

// Operator acts for the person at the machine's command line, who owns the
// files anyway. It has no row; the audit log shows it as the portal itself.
func (s *Store) Operator() Account { return Account{operator: true} }

const accountColumns = `
	a.id, a.kind, a.login_key, COALESCE(a.login, ''), a.email, a.display_name, a.sur_name_reading, a.given_name_reading,
	a.company, a.division, a.phone, a.callto, a.category, a.picture,
	a.locale, a.timezone, a.password_hash <> '', a.must_change_password, a.weak_password, ` + owesTerms + `,
	a.system_admin, a.may_create_guest_spaces, a.status, a.status_reason, a.status_at, a.suspended_for,
	a.ends_at, COALESCE(a.ends_days, 0), a.delete_at, a.erased_at, a.version,
	a.sponsor_id, a.last_sign_in_at, a.created_at, a.deleted_at,
	(SELECT f.enrolled_at FROM authenticators f WHERE f.account_id = a.id AND f.factor = 'totp')`

// scan gives the destinations of accountColumns.
func (a *Account) scan() []any {
	return []any{
		&a.ID, &a.Kind, &a.Login, &a.Spelling, nullEmail{&a.Email}, &a.Name, &a.SurNameReading, &a.GivenNameReading,
		&a.Company, &a.Division, &a.Phone, &a.CallTo, &a.Category, &a.Picture,
		&a.Locale, &a.TimeZone, &a.HasPassword, &a.MustChangePassword, &a.WeakPassword, &a.MustAcceptTerms,
		&a.SystemAdmin, &a.MayCreateGuestSpaces, &a.Status, &a.StatusReason, moment{&a.StatusAt}, &a.SuspendedFor,
		moment{&a.EndsAt}, &a.EndsDays, moment{&a.DeleteAt}, moment{&a.ErasedAt}, &a.Version,
		nullID{&a.Sponsor}, moment{&a.LastSignInAt}, moment{&a.CreatedAt}, moment{&a.DeletedAt},
		moment{&a.AppSince},
	}
}

func scanAccount(row scanner) (Account, error) {
	var a Account
	err := row.Scan(a.scan()...)
	return a, err
}

// IsGuest reports whether the badge "Guest" stands beside the name (S4-10).
func (a Account) IsGuest() bool { return a.Kind == Guest }

// HasApp reports whether an authenticator app is asked for at the sign-in.
func (a Account) HasApp() bool { return !a.AppSince.IsZero() }

// Shown is the login for people and programs to read: as it was given.
func (a Account) Shown() string { return cmp.Or(a.Spelling, a.Login) }

// Former reports whether the account was deleted; what the person wrote stays
// attributed to it (S2-08).
func (a Account) Former() bool { return a.Status == StatusDeleted }

// Active reports whether the account may be used at the moment now: neither
// suspended nor deleted, and its end has not come (SEC-T7: ends count at once).
func (a Account) Active(now time.Time) bool {
	return a.Status == StatusActive && (a.EndsAt.IsZero() || now.Before(a.EndsAt))
}

// account loads an account by its ID, deleted ones included.
func (tx tx) account(ctx context.Context, id ID) (Account, error) {
	account, err := scanAccount(tx.row(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, id))
	return account, missing(err, ErrNotFound)
}

// accountByLogin loads the living account with this login name.
func (tx tx) accountByLogin(ctx context.Context, login string) (Account, error) {
	account, err := scanAccount(tx.row(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		WHERE a.login_key = $1 AND a.deleted_at IS NULL`, login))
	return account, missing(err, ErrNotFound)
}

// actor reads the acting account again, so that what was taken from it since
// the request began bites (SEC-S4). A guest who owes the terms does nothing.
func (tx tx) actor(ctx context.Context, actor Account) (Account, error) {
	fresh, err := tx.self(ctx, actor)
	if err == nil && fresh.MustAcceptTerms {
		return Account{}, ErrTermsFirst
	}
	return fresh, err
}

// self is actor for the few things that come before the terms: a password that
// must be changed, a second step, and the terms themselves.
func (tx tx) self(ctx context.Context, actor Account) (Account, error) {
	fresh, err := tx.account(ctx, actor.ID)
	if err != nil || !fresh.Active(tx.now) {
		return Account{}, ErrSignIn
	}
	return fresh, nil
}

// administrator is the actor, if they are a system administrator.
func (tx tx) administrator(ctx context.Context, actor Account) (Account, error) {
	if actor.operator {
		return actor, nil
	}
	fresh, err := tx.actor(ctx, actor)
	if err != nil {
		return Account{}, err
	}
	if !fresh.SystemAdmin {
		return Account{}, ErrForbidden
	}
	return fresh, nil
}

// newAccount is what it takes to make an account.
type newAccount struct {
	Kind                 AccountKind
	Email                Email
	Spelling             string // of the address as it was typed, from spellingOf
	Identifier           string // the login of a guest without e-mail (S4-25)
	Name                 string
	Company              string
	Category             string
	Locale               string
	TimeZone             string // "" for the portal's own
	PasswordHash         string // "" when the person sets one by a link
	MustChange           bool
	Weak                 bool
	SystemAdmin          bool
	MayCreateGuestSpaces bool
	Sponsor              ID
	EndsAt               time.Time
	EndsDays             int // the period that EndsAt was set by; 0 for a date
}

// ErrAddressTaken: an account with this address exists already.
var ErrAddressTaken = &Error{Kind: Conflict, Code: "address_taken", Field: "email"}

// createAccount makes the account, which takes a place.
func (tx tx) createAccount(ctx context.Context, in newAccount) (account Account, err error) {
	err = tx.spendPlaces(ctx, func() error {
		account, err = tx.writeAccount(ctx, in)
		return err
	})
	return account, err
}

func (tx tx) writeAccount(ctx context.Context, in newAccount) (Account, error) {
	if in.Locale == "" {
		in.Locale = autoLocale
	}
	login := in.Identifier
	if login == "" {
		login = string(in.Email)
	}
	var id ID
	err := tx.row(ctx, `
		INSERT INTO accounts (
			kind, login_key, email, display_name, name_key, locale, timezone, password_hash,
			must_change_password, weak_password, system_admin, may_create_guest_spaces,
			sponsor_id, ends_at, created_at, company, category, ends_days, company_key, login)
		VALUES ($1, $2, $3, $4, $5, $6, COALESCE($7, (SELECT e.timezone FROM environment e), 'UTC'), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
		RETURNING id`,
		in.Kind, login, textOrNull(string(in.Email)), in.Name, FoldKey(in.Name), in.Locale, textOrNull(in.TimeZone), in.PasswordHash,
		in.MustChange, in.Weak, in.SystemAdmin, in.MayCreateGuestSpaces,
		in.Sponsor.orNull(), at(in.EndsAt), at(tx.now), in.Company, in.Category, orNull(in.EndsDays), companyKey(in.Company), textOrNull(in.Spelling)).Scan(&id)
	if tx.db.taken(err) {
		return Account{}, ErrAddressTaken
	}
	if err != nil {
		return Account{}, err
	}
	return tx.account(ctx, id)
}

// personColumns are what everybody who sees an account sees of it: enough for a
// name with its badge and picture. The rest of the Account stays empty.
const personColumns = `a.id, a.kind, a.display_name, a.company, a.division, a.picture, a.locale, a.status`

// scanPerson gives the destinations of personColumns.
func (a *Account) scanPerson() []any {
	return []any{&a.ID, &a.Kind, &a.Name, &a.Company, &a.Division, &a.Picture, &a.Locale, &a.Status}
}

// scanPersonOrNone is scanPerson after an outer join.
func (a *Account) scanPersonOrNone() []any {
	return []any{
		nullID{&a.ID}, orZero[AccountKind]{&a.Kind}, orZero[string]{&a.Name}, orZero[string]{&a.Company},
		orZero[string]{&a.Division}, orZero[string]{&a.Picture}, orZero[string]{&a.Locale}, orZero[AccountStatus]{&a.Status},
	}
}

// nullEmail scans an address that may be NULL.
type nullEmail struct{ email *Email }

func (n nullEmail) Scan(value any) error {
	*n.email = ""
	if text, ok := value.(string); ok {
		*n.email = Email(text)
	}
	return nil
}
