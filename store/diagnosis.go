package store

import (
	"context"
	"time"
)

// Hindrance is one thing that keeps a person from coming in (S2-14).
type Hindrance string

// What can stand in somebody's way, in the order in which they are met.
const (
	NotInvited        Hindrance = "not_invited"         // nobody knows the address
	InvitationOpen    Hindrance = "invitation_open"     // invited, and has not signed up
	InvitationUnsent  Hindrance = "invitation_unsent"   // the mail waits, or the server asks to wait
	InvitationFailed  Hindrance = "invitation_failed"   // the server refused the mail
	InvitationExpired Hindrance = "invitation_expired"  // the week is over
	InvitationEnded   Hindrance = "invitation_ended"    // cancelled
	InvitationRefused Hindrance = "invitation_declined" // the invited person said no
	AddressChanged    Hindrance = "address_changed"     // the account has another address now
	IsMember          Hindrance = "is_member"           // no guest
	AccountDeleted    Hindrance = "deleted"
	DeletionPending   Hindrance = "deletion_pending"
	AccountSuspended  Hindrance = "suspended"
	AccessEnded       Hindrance = "access_ended"
	NoPassword        Hindrance = "no_password"
	PasswordRests     Hindrance = "password_rests" // until a new one is chosen
	PasswordWaits     Hindrance = "password_waits" // after too many tries, for minutes
	PasswordWrong     Hindrance = "password_wrong" // the last try
	MustChange        Hindrance = "must_change"
	TermsOpen         Hindrance = "terms_open"     // at the next sign-in the terms come first
	NoSecondStep      Hindrance = "no_second_step" // all codes of the printed sheet are used
	CodesRest         Hindrance = "codes_rest"     // after too many wrong codes
	CodesUsedUp       Hindrance = "codes_used_up"  // the mails of this hour
	CodeUnsent        Hindrance = "code_unsent"
	CodeFailed        Hindrance = "code_failed"
	ResetFailed       Hindrance = "reset_failed" // the mail with the link for a new password
	InNoSpace         Hindrance = "in_no_space"  // can sign in and sees nothing
	SpacesEnded       Hindrance = "spaces_ended" // the same, as every place has ended
)

// Finding is a hindrance with what is known of it: who, when, until when, why.
type Finding struct {
	What   Hindrance
	By     Account   // who did it; the zero account for nobody or the portal
	At     time.Time // since when
	Until  time.Time // when it ends by itself
	Reason string
	Reply  string // of the mail server
	Cause  Cause  // of a suspension
	Space  ID     // of an invitation
	Name   string // of that space
}

// Diagnosis answers "why can't this guest sign in?".
type Diagnosis struct {
	Address  string    // that was asked for
	Account  Account   // whose it is; its ID is 0 for nobody
	Findings []Finding // the first is the cause; none when nothing stands in the way
	Code     *OutboxEntry
	TwoStep  bool      // a code is asked for
	Similar  []Similar // people whose address is much like the one asked for (S2-15)
}

// Similar is somebody with an address that is easily taken for another.
type Similar struct {
	Address string
	Account ID // 0 for somebody who is invited
}

// DiagnoseGuest says what keeps a guest from signing in, for system
// administrators. It looks and changes nothing.
func (s *Store) DiagnoseGuest(ctx context.Context, actor Account, guest ID) (d Diagnosis, err error) {
	err = s.read(ctx, func(tx tx) error {
		d = Diagnosis{}
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		account, err := tx.account(ctx, guest)
		if err != nil {
			return err
		}
		if !account.IsGuest() {
			return ErrNotFound
		}
		d.Address, d.Account = account.Login, account
		return tx.examine(ctx, &d)
	})
	return d, err
}

// DiagnoseAddress says what keeps whoever has an address, or a login, from
// signing in: also when there is no account.
func (s *Store) DiagnoseAddress(ctx context.Context, actor Account, address string) (d Diagnosis, err error) {
	err = s.read(ctx, func(tx tx) error {
		d = Diagnosis{Address: loginKey(address)}
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		if d.Address == "" {
			return ErrRequired.With("address")
		}
		account, err := tx.accountByLogin(ctx, d.Address)
		switch {
		case ErrNotFound.Is(err):
			err = tx.examineStranger(ctx, &d)
		case err == nil && !account.IsGuest():
			d.Account = account
			d.find(Finding{What: IsMember})
		case err == nil:
			d.Account = account
			err = tx.examine(ctx, &d)
		}
		if err != nil {
			return err
		}
		d.Similar, err = tx.similar(ctx, d.Address)
		return err
	})
	return d, err
}

func (d *Diagnosis) find(f Finding) { d.Findings = append(d.Findings, f) }

// Has reports whether a hindrance was found.
func (d Diagnosis) Has(what Hindrance) bool {
	for _, f := range d.Findings {
		if f.What == what {
			return true
		}
	}
	return false
}

// examine goes the way of a sign-in, from the account to the spaces.
func (tx tx) examine(ctx context.Context, d *Diagnosis) error {
	if err := tx.examineStatus(ctx, d); err != nil || d.Account.Former() {
		return err
	}
	for _, step := range []func(context.Context, *Diagnosis) error{
		tx.examinePassword, tx.examineCodes, tx.examinePlaces,
	} {
		if err := step(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// examineStatus looks at whether the account may be used at all.
func (tx tx) examineStatus(ctx context.Context, d *Diagnosis) error {
	a := d.Account
	found := Finding{At: a.StatusAt, Reason: a.StatusReason, Cause: a.SuspendedFor}
	action := "guest.suspended"
	switch {
	case a.Former():
		found.What, found.At, action = AccountDeleted, a.DeletedAt, "guest.deleted"
	case a.SuspendedFor == ForDeletion:
		found.What, found.Until, action = DeletionPending, a.DeleteAt, "guest.deletion_planned"
	case a.Status == StatusSuspended:
		found.What = AccountSuspended
	case !a.Active(tx.now):
		d.find(Finding{What: AccessEnded, At: a.EndsAt})
		return nil
	default:
		return nil
	}
	by, err := tx.lastActor(ctx, a.ID, action)
	found.By = by
	d.find(found)
	return err
}

// lastActor is who did something to an account the last time.
func (tx tx) lastActor(ctx context.Context, account ID, action string) (Account, error) {
	var by ID
	err := tx.row(ctx, `
		SELECT actor_id FROM audit
		WHERE account_id = $1 AND action = $2
		ORDER BY id DESC
		LIMIT 1`, account, action).Scan(nullID{&by})
	if missing(err, nil) != nil || by == 0 {
		return Account{}, missing(err, nil)
	}
	return tx.account(ctx, by)
}

// examinePassword looks at the password and at what wrong tries have brought.
func (tx tx) examinePassword(ctx context.Context, d *Diagnosis) error {
	a := d.Account
	if !a.HasPassword {
		d.find(Finding{What: NoPassword})
	}
	bucket := tx.loginBucket(a.Login)
	var tries int
	var until time.Time
	// A browser that is known has a limit of its own; the worst of them counts.
	err := tx.row(ctx, `
		SELECT COALESCE(MAX(count), 0), MAX(until_at)
		FROM throttles
		WHERE bucket >= $1 AND bucket < $2 AND expires_at > $3`, bucket, bucket+";", at(tx.now)).Scan(&tries, moment{&until})
	if err != nil {
		return err
	}
	switch {
	case tries >= restsAfter || a.WeakPassword && tries >= patience:
		d.find(Finding{What: PasswordRests})
	case until.After(tx.now):
		d.find(Finding{What: PasswordWaits, Until: until})
	}
	if err := tx.examineTries(ctx, d); err != nil {
		return err
	}
	if a.MustChangePassword {
		d.find(Finding{What: MustChange})
	}
	if a.MustAcceptTerms {
		d.find(Finding{What: TermsOpen})
	}
	mail, err := tx.lastMail(ctx, a.ID, MailPasswordReset)
	if err == nil && mail != nil && mail.State == MailIsRefused && mail.CreatedAt.After(a.LastSignInAt) {
		d.find(Finding{What: ResetFailed, At: mail.CreatedAt, Reply: mail.Reply})
	}
	return err
}

// examineTries finds that the last try was with a wrong password.
func (tx tx) examineTries(ctx context.Context, d *Diagnosis) error {
	var action string
	var tried time.Time
	err := tx.row(ctx, `
		SELECT action, created_at FROM audit
		WHERE account_id = $1 AND action IN ('session.refused', 'session.started', 'session.password_accepted', 'password.reset')
		ORDER BY id DESC
		LIMIT 1`, d.Account.ID).Scan(&action, moment{&tried})
	if err == nil && action == "session.refused" && d.Account.Active(tx.now) {
		d.find(Finding{What: PasswordWrong, At: tried})
	}
	return missing(err, nil)
}

// examineCodes looks at the second step, where one is asked for.
func (tx tx) examineCodes(ctx context.Context, d *Diagnosis) error {
	a := d.Account
	step, err := tx.secondStep(ctx, a)
	if d.TwoStep = step.factor != ""; err != nil || !d.TwoStep {
		return err
	}
	var rests time.Time
	err = tx.row(ctx, `SELECT until_at FROM throttles WHERE bucket = $1`, wrongCodes(a.ID)).Scan(moment{&rests})
	if missing(err, nil) != nil {
		return err
	}
	if rests.After(tx.now) {
		d.find(Finding{What: CodesRest, Until: rests})
	}
	if step.factor != FactorMail {
		return tx.examineFactor(ctx, d, step.factor)
	}
	readyAt, err := tx.nextCodeAt(ctx, a.ID)
	if err != nil {
		return err
	}
	if readyAt.After(tx.now.Add(codePause)) {
		d.find(Finding{What: CodesUsedUp, Until: readyAt})
	}
	d.Code, err = tx.lastMail(ctx, a.ID, MailVerification)
	if err != nil || d.Code == nil {
		return err
	}
	switch d.Code.State {
	case MailIsRefused:
		d.find(Finding{What: CodeFailed, At: d.Code.CreatedAt, Reply: d.Code.Reply})
	case MailQueued, MailHeld:
		d.find(Finding{What: CodeUnsent, At: d.Code.CreatedAt, Until: d.Code.NextTryAt, Reply: d.Code.Reply})
	}
	return nil
}

// examineFactor finds that all codes of a printed sheet are used.
func (tx tx) examineFactor(ctx context.Context, d *Diagnosis, factor Factor) error {
	enrolled, err := tx.authenticator(ctx, d.Account.ID)
	if err != nil || factor != FactorPrintedCodes || enrolled.Factor != FactorPrintedCodes {
		return err // an app in the pocket, or to be enrolled at the next sign-in
	}
	left, err := tx.codesLeft(ctx, d.Account.ID)
	if err == nil && left == 0 {
		d.find(Finding{What: NoSecondStep})
	}
	return err
}

// lastMail is the newest mail of a kind to an account, or nil.
func (tx tx) lastMail(ctx context.Context, account ID, kind string) (*OutboxEntry, error) {
	mail, err := scanOutboxEntry(tx.row(ctx, `
		SELECT `+outboxEntryColumns+`
		FROM outbox
		WHERE account_id = $1 AND kind = $2
		ORDER BY id DESC
		LIMIT 1`, account, kind))
	if missing(err, nil) != nil || mail.ID == 0 {
		return nil, missing(err, nil)
	}
	return &mail, nil
}

// examinePlaces finds that there would be nothing to see.
func (tx tx) examinePlaces(ctx context.Context, d *Diagnosis) error {
	var all, open int
	var ended time.Time
	err := tx.row(ctx, `
		SELECT COUNT(*), COUNT(CASE WHEN ends_at IS NULL OR ends_at > $2 THEN 1 END), MAX(ends_at)
		FROM memberships
		WHERE account_id = $1`, d.Account.ID, at(tx.now)).Scan(&all, &open, moment{&ended})
	switch {
	case err != nil || open > 0:
	case all == 0:
		d.find(Finding{What: InNoSpace})
	default:
		d.find(Finding{What: SpacesEnded, At: ended})
	}
	return err
}

// MailGuestReset mails a guest the link to choose a new password, for a system
// administrator who was asked for help.
func (s *Store) MailGuestReset(ctx context.Context, actor Account, guest ID) error {
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		if person.Email == "" || !person.Active(tx.now) {
			return ErrCannotReset
		}
		if err := tx.spend(ctx, "resets:"+tx.loginBucket(person.Login), 1, resetsAnHour, time.Hour); err != nil {
			return err
		}
		if err := tx.mailReset(ctx, person, ""); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.reset_mailed", Actor: actor.ID, Account: guest, Subject: person.Login})
	})
}

// ErrCannotReset: a link for a new password would not help this guest, or
// cannot be mailed.
var ErrCannotReset = &Error{Kind: Conflict, Code: "cannot_reset"}

// LiftLimits lets a guest try passwords and codes again at once, for a system
// administrator who knows that it is the guest who tries.
func (s *Store) LiftLimits(ctx context.Context, actor Account, guest ID) error {
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestFor(ctx, actor, guest)
		if err != nil {
			return err
		}
		if err := tx.forgetFailures(ctx, person); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM throttles WHERE bucket IN ($1, $2)`, wrongCodes(guest), codeMails(guest))
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.limits_lifted", Actor: actor.ID, Account: guest, Subject: person.Login})
	})
}
