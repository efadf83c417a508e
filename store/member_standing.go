package store

import (
	"context"
	"strings"
	"time"
)

// Errors of acts on a member's standing.
var (
	// ErrYourself: nobody deactivates or demotes themselves; somebody else is left to undo it.
	ErrYourself = &Error{Kind: Conflict, Code: "yourself"}
	// ErrOnlyAdministrator: spaces would be without an administrator who can act.
	ErrOnlyAdministrator = &Error{Kind: Conflict, Code: "only_administrator"}
	// ErrMemberNow: the account was a guest's until a moment ago (S3-12).
	ErrMemberNow = &Error{Kind: Conflict, Code: "member_now"}
	// ErrGuestNow: the account was a member's until a moment ago (S4-29).
	ErrGuestNow = &Error{Kind: Conflict, Code: "guest_now"}
)

// What can become of a member, in the mail to them.
const (
	NoticeMemberDeactivated = "member_deactivated"
	NoticeMemberReactivated = "member_reactivated"
	NoticeGuestConverted    = "guest_converted"
	NoticeMemberDemoted     = "member_demoted"
)

// DeactivateMember stops a member: sessions, codes and links end at once, the
// places in spaces and everything written stay, the licence is free. The
// member is told. Whoever is the only acting administrator of the organisation
// or of a space hands that over first: the error names the spaces.
// Deactivating twice changes nothing. Errors: ErrYourself,
// ErrLastAdministrator, ErrOnlyAdministrator.
func (s *Store) DeactivateMember(ctx context.Context, actor Account, id ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, member, err := tx.memberFor(ctx, actor, id)
		if err != nil || member.Status == StatusSuspended {
			return err
		}
		if err := tx.mayLose(ctx, actor, member); err != nil {
			return err
		}
		if err := tx.shut(ctx, member, ByHand, reason, time.Time{}); err != nil {
			return err
		}
		if err := tx.tellMember(ctx, member, NoticeMemberDeactivated, actor); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "member.deactivated", Actor: actor.ID, Account: id, Subject: member.Login, Reason: reason})
	})
}

// ReactivateMember lets a deactivated member in again, which takes a licence.
// Reactivating somebody who is active changes nothing. Errors: ErrLicencesFull.
func (s *Store) ReactivateMember(ctx context.Context, actor Account, id ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, member, err := tx.memberFor(ctx, actor, id)
		if err != nil || member.Status == StatusActive {
			return err
		}
		err = tx.spendPlaces(ctx, func() error {
			_, err := tx.exec(ctx, `
				UPDATE accounts
				SET status = 'active', suspended_for = '', status_reason = '', status_at = $2, version = version + 1
				WHERE id = $1`, id, at(tx.now))
			return err
		})
		if err != nil {
			return err
		}
		if err := tx.tellMember(ctx, member, NoticeMemberReactivated, actor); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "member.reactivated", Actor: actor.ID, Account: id, Subject: member.Login, Reason: reason})
	})
}

// memberFor is the door to a member's account for system administrators. Who
// became a guest meanwhile is ErrGuestNow, so that of two administrators the
// second learns why.
func (tx tx) memberFor(ctx context.Context, actor Account, id ID) (administrator, member Account, err error) {
	if administrator, err = tx.administrator(ctx, actor); err != nil {
		return Account{}, Account{}, err
	}
	if member, err = tx.account(ctx, id); err != nil {
		return Account{}, Account{}, err
	}
	if member.Former() {
		return Account{}, Account{}, ErrNotFound
	}
	if member.IsGuest() {
		return Account{}, Account{}, tx.changedKind(ctx, id, "member.demoted", ErrGuestNow)
	}
	return administrator, member, nil
}

// changedKind is the error about an account that changed its kind by this
// action, and ErrNotFound for one that never did.
func (tx tx) changedKind(ctx context.Context, id ID, action string, changed error) error {
	var did bool
	err := tx.row(ctx, `SELECT EXISTS (SELECT 1 FROM audit WHERE account_id = $1 AND action = $2)`, id, action).Scan(&did)
	if err == nil && !did {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	return changed
}

// mayLose is nil when the organisation and every space keep an administrator
// without this member.
func (tx tx) mayLose(ctx context.Context, actor, member Account) error {
	if actor.ID == member.ID {
		return ErrYourself
	}
	if member.SystemAdmin {
		if err := tx.otherSystemAdmin(ctx, member.ID); err != nil {
			return err
		}
	}
	spaces, err := tx.spacesOnlyOf(ctx, member.ID)
	if err != nil || len(spaces) == 0 {
		return err
	}
	return ErrOnlyAdministrator.With("", "Name", member.Name, "Spaces", strings.Join(spaces, ", "))
}

// maxNamedSpaces is how many spaces an answer names.
const maxNamedSpaces = 20

// spacesOnlyOf names the spaces in which nobody else is an administrator who can act.
func (tx tx) spacesOnlyOf(ctx context.Context, member ID) ([]string, error) {
	rows, err := tx.query(ctx, `
		SELECT s.name
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id = $1 AND m.role = 'administrator' AND NOT EXISTS (
			SELECT 1 FROM memberships o
			JOIN accounts a ON a.id = o.account_id
			WHERE o.space_id = m.space_id AND o.account_id <> $1 AND o.role = 'administrator'
				AND (o.ends_at IS NULL OR o.ends_at > $2)
				AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $2))
		ORDER BY s.name_key, s.id
		LIMIT $3`, member, at(tx.now), maxNamedSpaces)
	return all(rows, err, func(row scanner) (name string, err error) { return name, row.Scan(&name) })
}

// tellMember queues the mail about what became of somebody's account, and whom
// to ask: the administrator who did it.
func (tx tx) tellMember(ctx context.Context, person Account, what string, by Account) error {
	if person.Email == "" {
		return nil
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailSuspension, Lane: LaneRest, To: person.Email, Account: person.ID, ReplyTo: by.Email,
		Locale: e.localeOf(person), TimeZone: person.TimeZone, Data: standingMail{What: what, Contact: e.author(by).Name},
	})
	return err
}

// SetDepartment writes down where in the organisation a member works; "" is
// nowhere in particular. Everybody who sees the member sees it.
func (s *Store) SetDepartment(ctx context.Context, actor Account, id ID, department string) error {
	department, err := CleanLine("division", department, MaxDivision)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, member, err := tx.memberFor(ctx, actor, id)
		if err != nil || member.Division == department {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE accounts SET division = $2, version = version + 1 WHERE id = $1`, id, department)
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "member.department_changed", Actor: actor.ID, Account: id, Subject: member.Login,
			Details: map[string]string{"before": member.Division, "after": department},
		})
	})
}

// MaxDivision is how long a department may be, in characters.
const MaxDivision = 100

// MemberSuccession is whom a member answers for.
type MemberSuccession struct {
	Guests []Account // the first ones by name
	Count  int
}

// GuestsOfSponsor are the guests that a member answers for, for a system
// administrator: a few by name, and how many there are.
func (s *Store) GuestsOfSponsor(ctx context.Context, actor Account, member ID) (MemberSuccession, error) {
	var m MemberSuccession
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		err := tx.row(ctx, `SELECT COUNT(*) FROM accounts WHERE sponsor_id = $1 AND kind = 'guest' AND deleted_at IS NULL`,
			member).Scan(&m.Count)
		if err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT `+personColumns+`
			FROM accounts a
			WHERE a.sponsor_id = $1 AND a.kind = 'guest' AND a.deleted_at IS NULL
			ORDER BY a.name_key, a.id
			LIMIT $2`, member, maxNamedSpaces)
		m.Guests, err = all(rows, err, scanPersonRow)
		return err
	})
	return m, err
}

// HandOverGuests makes another member the sponsor of all guests that one
// answers for, and says of how many. Errors: ErrNoSuchSponsor.
func (s *Store) HandOverGuests(ctx context.Context, actor Account, from, to ID) (int, error) {
	var n int
	err := s.write(ctx, func(tx tx) error {
		actor, _, err := tx.memberFor(ctx, actor, from)
		if err != nil {
			return err
		}
		n, err = tx.handOver(ctx, actor, from, to)
		return fieldError(err, "successor")
	})
	return n, err
}

func (tx tx) handOver(ctx context.Context, actor Account, from, to ID) (int, error) {
	next, err := tx.sponsorOf(ctx, to, from)
	if err != nil {
		return 0, err
	}
	changed, err := tx.exec(ctx, `
		UPDATE accounts SET sponsor_id = $2, version = version + 1
		WHERE sponsor_id = $1 AND kind = 'guest' AND deleted_at IS NULL`, from, to)
	if err != nil || changed == 0 {
		return 0, err
	}
	n := int(changed)
	return n, tx.audit(ctx, event{
		Action: "member.guests_handed_over", Actor: actor.ID, Account: from, Subject: next.Login,
		Details: map[string]string{"guests": itoa(n)},
	})
}
