package store

import (
	"context"
)

// MemberLinkLife is how long the link lives by which a new member sets the
// first password.
const MemberLinkLife = 7 * Day

// Errors of members.
var (
	// ErrLastAdministrator: an organisation keeps at least one administrator.
	ErrLastAdministrator = &Error{Kind: Invalid, Code: "last_administrator"}
	// ErrHasPassword: the member has signed up already; a reset is the way.
	ErrHasPassword = &Error{Kind: Conflict, Code: "member_has_password"}
)

// NewMember is what the form of a new member holds.
type NewMember struct {
	Name                 string // 1..128 characters
	Email                string
	Locale               string // en, ja, zh or auto
	TimeZone             string
	SystemAdmin          bool
	MayCreateGuestSpaces bool
	ByMail               bool // send the link; else it is shown once, to be handed over
}

// AddMember makes the account of a new member, for a system administrator. The
// member sets a password by a link that goes out by mail, or that is returned
// when in.ByMail is false. Errors: ErrForbidden, ErrAddressTaken, Problems.
func (s *Store) AddMember(ctx context.Context, actor Account, in NewMember) (member Account, link string, err error) {
	name, email, err := in.check()
	if err != nil {
		return Account{}, "", err
	}
	err = s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		member, err = tx.createAccount(ctx, newAccount{
			Kind: Member, Email: email, Spelling: spellingOf(in.Email, email), Name: name, Locale: in.Locale, TimeZone: in.TimeZone,
			SystemAdmin: in.SystemAdmin, MayCreateGuestSpaces: in.MayCreateGuestSpaces,
		})
		if err != nil {
			return err
		}
		if link, err = tx.sendMemberLink(ctx, actor, member, in.ByMail); err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "member.added", Actor: actor.ID, Account: member.ID, Subject: string(email),
			Details: rightsOf(member),
		})
	})
	return member, link, err
}

// check is the clean name and address, or every problem of the form at once.
// A language or zone that is not given is that of the portal.
func (in NewMember) check() (string, Email, error) {
	var problems Problems
	name, email, err := checkPerson(in.Name, in.Email)
	checks := []error{err}
	if in.Locale != "" {
		checks = append(checks, checkOwnLocale(in.Locale))
	}
	if in.TimeZone != "" {
		checks = append(checks, checkZone(in.TimeZone))
	}
	for _, problem := range checks {
		if err := problems.Add(problem); err != nil {
			return "", "", err
		}
	}
	return name, email, problems.Err()
}

// RenewMemberLink makes a new link for a member who has not signed up yet; the
// old one ends.
func (s *Store) RenewMemberLink(ctx context.Context, actor Account, id ID, byMail bool) (link string, err error) {
	err = s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		member, err := tx.member(ctx, id)
		if err != nil {
			return err
		}
		if member.HasPassword {
			return ErrHasPassword
		}
		if err := tx.spend(ctx, "member-link:"+id.String(), 1, 5, Day); err != nil { // SEC-M6
			return err
		}
		if link, err = tx.sendMemberLink(ctx, actor, member, byMail); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "member.invited", Actor: actor.ID, Account: id, Subject: member.Login})
	})
	return link, err
}

func (tx tx) sendMemberLink(ctx context.Context, actor, member Account, byMail bool) (link string, err error) {
	token, hash, err := tx.issueToken(ctx, purposeMember, member.ID, MemberLinkLife)
	if err != nil {
		return "", err
	}
	if !byMail {
		return token, nil
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return "", err
	}
	ends := tx.now.Add(MemberLinkLife)
	_, err = tx.queue(ctx, newMail{
		Kind: MailMemberInvitation, Lane: LaneRest, To: member.Email, Account: member.ID, TokenHash: hash,
		Locale: e.localeOf(member), TimeZone: member.TimeZone, ReplyTo: actor.Email, Secret: token, GiveUpAt: ends,
		Data: map[string]any{
			"inviter":    mailed(actor),
			"expires_at": ends,
		},
	})
	return "", err
}

// SetMemberRights gives and takes "administrator" and "may create guest
// spaces" (S0-02). What was taken bites on the member's next request. Who becomes
// an administrator whom the organisation asks for an app, and has none, signs in anew.
func (s *Store) SetMemberRights(ctx context.Context, actor Account, id ID, systemAdmin, mayCreate bool) error {
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		member, err := tx.member(ctx, id)
		if err != nil {
			return err
		}
		if member.SystemAdmin == systemAdmin && member.MayCreateGuestSpaces == mayCreate {
			return nil
		}
		if member.SystemAdmin && !systemAdmin {
			if err := tx.otherSystemAdmin(ctx, id); err != nil {
				return err
			}
		}
		_, err = tx.exec(ctx, `
			UPDATE accounts SET system_admin = $2, may_create_guest_spaces = $3 WHERE id = $1`,
			id, systemAdmin, mayCreate)
		if err != nil {
			return err
		}
		if !systemAdmin {
			if _, err := tx.endAPICredentials(ctx, id); err != nil { // theirs to have no more
				return err
			}
		}
		owed := systemAdmin && !member.SystemAdmin && !member.HasApp()
		member.SystemAdmin, member.MayCreateGuestSpaces = systemAdmin, mayCreate
		if owed {
			if err := tx.endUnlessGiven(ctx, member); err != nil {
				return err
			}
		}
		return tx.audit(ctx, event{
			Action: "member.rights_changed", Actor: actor.ID, Account: id, Subject: member.Login,
			Details: rightsOf(member),
		})
	})
}

// endUnlessGiven ends the sessions of a member who has to have an app by now, and
// has given no code of one (SEC-P9).
func (tx tx) endUnlessGiven(ctx context.Context, member Account) error {
	e, err := tx.environment(ctx)
	if err != nil || !e.Policy.DemandsApp(member) {
		return err
	}
	return tx.endSessions(ctx, member.ID, 0)
}

// otherSystemAdmin is ErrLastAdministrator unless somebody else could still
// administer the organisation.
func (tx tx) otherSystemAdmin(ctx context.Context, but ID) error {
	var other bool
	err := tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM accounts
			WHERE kind = 'member' AND system_admin AND status = 'active' AND password_hash <> '' AND id <> $1
				AND (ends_at IS NULL OR ends_at > $2))`,
		but, at(tx.now)).Scan(&other)
	if err != nil {
		return err
	}
	if !other {
		return ErrLastAdministrator
	}
	return nil
}

// member loads a living member; a guest's ID is as unknown as no ID at all.
func (tx tx) member(ctx context.Context, id ID) (Account, error) {
	member, err := tx.account(ctx, id)
	if err != nil {
		return Account{}, err
	}
	if member.Kind != Member || member.Former() {
		return Account{}, ErrNotFound
	}
	return member, nil
}

func rightsOf(a Account) map[string]string {
	return map[string]string{
		"system_admin":            onOff(a.SystemAdmin),
		"may_create_guest_spaces": onOff(a.MayCreateGuestSpaces),
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// checkPerson checks the two fields that every person has, both at once so
// that a form can mark both.
func checkPerson(name, email string) (string, Email, error) {
	var problems Problems
	cleanName, err := CleanName("display_name", name, 128)
	if err := problems.Add(err); err != nil {
		return "", "", err
	}
	address, err := ParseEmail(email)
	if err := problems.Add(fieldError(err, "email")); err != nil {
		return "", "", err
	}
	return cleanName, address, problems.Err()
}

// MemberFilter narrows the list of members.
type MemberFilter struct {
	Status MemberStatus
	Query  string // in names, addresses and departments
}

// MemberStatus is the state of a member as lists and filters name it.
type MemberStatus string

// The states of members.
const (
	AnyMember       MemberStatus = ""
	ActiveMember    MemberStatus = "active"
	InvitedMember   MemberStatus = "invited" // has no password yet
	SuspendedMember MemberStatus = "suspended"
)

// MemberStatuses are in the order of the filter.
var MemberStatuses = []MemberStatus{AnyMember, ActiveMember, InvitedMember, SuspendedMember}

// MemberStatus is the state of a member's account.
func (a Account) MemberStatus() MemberStatus {
	switch {
	case a.Status == StatusSuspended:
		return SuspendedMember
	case !a.HasPassword:
		return InvitedMember
	}
	return ActiveMember
}

func (m MemberStatus) where() string {
	switch m {
	case ActiveMember:
		return `a.status = 'active' AND a.password_hash <> ''`
	case InvitedMember:
		return `a.status = 'active' AND a.password_hash = ''`
	case SuspendedMember:
		return `a.status = 'suspended'`
	case AnyMember:
	}
	return `a.deleted_at IS NULL`
}

// Members are the members of the organisation by name, for its system
// administrators. more tells that another page follows.
func (s *Store) Members(ctx context.Context, actor Account, filter MemberFilter, after Cursor) (list []Account, more bool, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+accountColumns+`
			FROM accounts a
			WHERE a.kind = 'member' AND `+filter.Status.where()+`
				AND (a.name_key, a.id) > ($1, $2)
				AND ($3 = '' OR a.name_key LIKE $4 ESCAPE '\' OR a.login_key LIKE $4 ESCAPE '\' OR LOWER(a.division) LIKE $4 ESCAPE '\')
			ORDER BY a.name_key, a.id
			LIMIT $5`,
			after.Key, after.ID, filter.Query, contains(filter.Query), PageSize+1)
		list, err = all(rows, err, scanAccount)
		return err
	})
	list, more = page(list)
	return list, more, err
}

// MemberCounts are how many members are in each state, for system administrators.
func (s *Store) MemberCounts(ctx context.Context, actor Account) (map[MemberStatus]int, error) {
	var active, invited, suspended int
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		return tx.row(ctx, `
			SELECT COUNT(CASE WHEN status = 'active' AND password_hash <> '' THEN 1 END),
				COUNT(CASE WHEN status = 'active' AND password_hash = '' THEN 1 END),
				COUNT(CASE WHEN status = 'suspended' THEN 1 END)
			FROM accounts
			WHERE kind = 'member' AND status IN ('active', 'suspended')`).Scan(&active, &invited, &suspended)
	})
	return map[MemberStatus]int{
		AnyMember: active + invited + suspended, ActiveMember: active, InvitedMember: invited, SuspendedMember: suspended,
	}, err
}

// MemberAccount is one member, for a system administrator.
func (s *Store) MemberAccount(ctx context.Context, actor Account, id ID) (member Account, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		member, err = tx.member(ctx, id)
		return err
	})
	return member, err
}
