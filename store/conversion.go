package store

import (
	"context"
	"errors"
)

// ErrMemberNeedsEmail: members sign in and are reached by an address, which
// this guest has not.
var ErrMemberNeedsEmail = &Error{Kind: Conflict, Code: "member_needs_email"}

// ErrNotActive: the account is suspended or has ended; reactivating comes first.
var ErrNotActive = &Error{Kind: Conflict, Code: "not_active"}

// Conversion is what making a guest a member changes, for who is asked first.
type Conversion struct {
	Guest          Account
	Spaces         []string // that the guest is in, by name; some at most
	ChangePassword bool     // the password has to be changed at the next sign-in
	Refusal        error    // why it cannot be done now, or nil
}

// Conversion says what Convert would change. It writes nothing.
func (s *Store) Conversion(ctx context.Context, actor Account, id ID) (Conversion, error) {
	var c Conversion
	err := s.read(ctx, func(tx tx) error {
		_, guest, err := tx.guestFor(ctx, actor, id)
		if err != nil {
			return err
		}
		c = Conversion{Guest: guest, Refusal: tx.convertible(guest)}
		if c.Spaces, err = tx.spaceNames(ctx, id); err != nil {
			return err
		}
		c.ChangePassword, err = tx.belowMembers(ctx, guest)
		return err
	})
	return c, err
}

func (tx tx) convertible(guest Account) error {
	switch {
	case guest.Email == "":
		return ErrMemberNeedsEmail
	case !guest.Active(tx.now):
		return ErrNotActive.With("", "Name", guest.Name)
	}
	return nil
}

// spaceNames are the spaces that an account is inside, some at most.
func (tx tx) spaceNames(ctx context.Context, account ID) ([]string, error) {
	rows, err := tx.query(ctx, `
		SELECT s.name
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id = $1 AND `+insideNow+`
		ORDER BY s.name_key, s.id
		LIMIT $3`, account, at(tx.now), maxNamedSpaces)
	return all(rows, err, func(row scanner) (name string, err error) { return name, row.Scan(&name) })
}

// belowMembers reports whether a guest's password may not satisfy the rule for
// members: it was set while another rule than that of members was in force, or
// may have been. Of a hash nobody can tell.
func (tx tx) belowMembers(ctx context.Context, guest Account) (bool, error) {
	if !guest.HasPassword || guest.WeakPassword {
		return guest.HasPassword, nil
	}
	e, err := tx.environment(ctx)
	if err != nil || e.Policy.Value("password.preset") != PasswordModern {
		return true, err
	}
	started, _ := PresetPolicy(e.Preset)
	var changed bool
	err = tx.row(ctx, `
		SELECT EXISTS (SELECT 1 FROM audit WHERE action = 'policy.changed' AND details LIKE '%password.preset%')`).Scan(&changed)
	return changed || started.Value("password.preset") != PasswordModern, err
}

// Convert makes a guest a member (S3-12, S4-29, C16). Authorship, name,
// picture and the spaces stay; the ends of access, the sponsor and the limits
// of guests go. Everything signed in or mailed before ends, and a password that
// is not one for members is changed at the next sign-in. The person is told. It
// takes a licence. Errors: ErrMemberNow, ErrNotActive, ErrMemberNeedsEmail,
// ErrLicencesFull.
func (s *Store) Convert(ctx context.Context, actor Account, id ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, guest, err := tx.guestFor(ctx, actor, id)
		if err != nil {
			return err
		}
		if err := tx.convertible(guest); err != nil {
			return err
		}
		change, err := tx.belowMembers(ctx, guest)
		if err != nil {
			return err
		}
		if err := tx.spendPlaces(ctx, func() error { return tx.makeMember(ctx, guest, change) }); err != nil {
			return err
		}
		if err := tx.endAccess(ctx, id); err != nil {
			return err
		}
		if !guest.HasApp() { // of printed codes members have no use
			if err := tx.forgetFactor(ctx, id); err != nil {
				return err
			}
		}
		if err := tx.endInvitations(ctx, guest, 0); err != nil {
			return err
		}
		if err := tx.tellMember(ctx, guest, NoticeGuestConverted, actor); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "guest.converted", Actor: actor.ID, Account: id, Subject: guest.Login, Reason: reason})
	})
}

// makeMember changes the kind of the account; its memberships follow by their
// foreign key. What had ended does not come back to life.
func (tx tx) makeMember(ctx context.Context, guest Account, changePassword bool) error {
	memberships, err := tx.placesOf(ctx, guest.ID)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if m.ended {
			if err := tx.removeMembership(ctx, m.space, guest.ID); err != nil {
				return err
			}
		}
	}
	_, err = tx.exec(ctx, `
		UPDATE accounts
		SET kind = 'member', ends_at = NULL, ends_days = NULL, sponsor_id = NULL, category = '',
			must_change_password = must_change_password OR $2, version = version + 1
		WHERE id = $1`, guest.ID, changePassword)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE memberships SET role = 'editor', ends_at = NULL, ends_days = NULL WHERE account_id = $1`, guest.ID)
	if err != nil {
		return err
	}
	return tx.recount(ctx, guest.ID, Guest, Member)
}

// recount moves an account, in all spaces that it is in, from one counter to
// the other. Members and guests count what is new differently: it begins anew.
func (tx tx) recount(ctx context.Context, account ID, from, to AccountKind) error {
	memberships, err := tx.placesOf(ctx, account)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if err := tx.count(ctx, m.space, from, -1); err != nil {
			return err
		}
		if err := tx.count(ctx, m.space, to, 1); err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, `
		UPDATE memberships SET seen_count = (
			SELECT CASE WHEN memberships.account_kind = 'guest' THEN s.shared_activity_count ELSE s.activity_count END
			FROM spaces s
			WHERE s.id = memberships.space_id)
		WHERE account_id = $1`, account)
	return err
}

// placeIn is an account's membership, as an act on the account sees it.
type placeIn struct {
	space ID
	kind  SpaceKind
	name  string
	ended bool
}

// placesOf are all memberships of an account, ended ones included.
func (tx tx) placesOf(ctx context.Context, account ID) ([]placeIn, error) {
	rows, err := tx.query(ctx, `
		SELECT s.id, s.kind, s.name, m.ends_at IS NOT NULL AND m.ends_at <= $2
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id = $1
		ORDER BY s.name_key, s.id`, account, at(tx.now))
	return all(rows, err, func(row scanner) (p placeIn, err error) {
		return p, row.Scan(&p.space, &p.kind, &p.name, &p.ended)
	})
}

// Demotion is what making a member a guest changes, for who is asked first.
type Demotion struct {
	Member  Account
	Stays   []string  // spaces that they stay in, as a guest
	Leaves  []string  // spaces that take no guests
	Guests  int       // that they answer for, and that get another sponsor
	End     AccessEnd // of the new guest, by the organisation's rules (C19)
	Refusal error     // why it cannot be done now, or nil
}

// Demotion says what Demote would change. It writes nothing.
func (s *Store) Demotion(ctx context.Context, actor Account, id ID) (Demotion, error) {
	var d Demotion
	err := s.read(ctx, func(tx tx) error {
		actor, member, err := tx.memberFor(ctx, actor, id)
		if err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		d = Demotion{Member: member, End: e.Policy.GuestEnd(member.Category)}
		stays, leaves, err := tx.demotedFrom(ctx, member)
		if err != nil {
			return err
		}
		for _, p := range stays {
			d.Stays = append(d.Stays, p.name)
		}
		for _, p := range leaves {
			d.Leaves = append(d.Leaves, p.name)
		}
		err = tx.row(ctx, `SELECT COUNT(*) FROM accounts WHERE sponsor_id = $1 AND kind = 'guest' AND deleted_at IS NULL`, id).Scan(&d.Guests)
		if err != nil {
			return err
		}
		refusal := tx.demotable(ctx, actor, member, stays)
		var known *Error
		if errors.As(refusal, &known) {
			d.Refusal, refusal = known, nil
		}
		return refusal
	})
	return d, err
}

// demotedFrom divides the spaces of a member into those that take guests and
// those that do not (C6).
func (tx tx) demotedFrom(ctx context.Context, member Account) (stays, leaves []placeIn, err error) {
	e, err := tx.environment(ctx)
	if err != nil {
		return nil, nil, err
	}
	everywhere := e.Policy.On("guest.in_internal_spaces")
	memberships, err := tx.placesOf(ctx, member.ID)
	for _, p := range memberships {
		if p.kind == GuestSpace || everywhere {
			stays = append(stays, p)
		} else {
			leaves = append(leaves, p)
		}
	}
	return stays, leaves, err
}

// demotable is nil when nothing stands against it.
func (tx tx) demotable(ctx context.Context, actor, member Account, stays []placeIn) error {
	if err := tx.mayLose(ctx, actor, member); err != nil {
		return err
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	if err := e.Policy.AddressAllowed(member.Email); err != nil {
		return err
	}
	if e.Policy.singleScope() && len(stays) > 1 {
		return ErrOtherSpace
	}
	return nil
}

// DemotionForm is what is decided with a demotion.
type DemotionForm struct {
	Sponsor ID // who answers for the new guest, and for the guests that they had; 0 for the actor
	Reason  string
}

// Demote makes a member a guest (S4-29, C16). Authorship, name, picture and the
// spaces that take guests stay; rights of administrators, the other spaces and
// everything signed in or mailed before end. It takes a place for guests and
// frees a licence. Errors: ErrGuestNow, ErrYourself, ErrLastAdministrator,
// ErrOnlyAdministrator, ErrOwnDomain and its like, ErrOtherSpace,
// ErrNoSuchSponsor, ErrQuotaFull.
func (s *Store) Demote(ctx context.Context, actor Account, id ID, in DemotionForm) error {
	reason, err := CleanLine("reason", in.Reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, member, err := tx.memberFor(ctx, actor, id)
		if err != nil {
			return err
		}
		stays, leaves, err := tx.demotedFrom(ctx, member)
		if err != nil {
			return err
		}
		if err := tx.demotable(ctx, actor, member, stays); err != nil {
			return err
		}
		sponsor := in.Sponsor
		if sponsor == 0 {
			sponsor = actor.ID
		}
		next, err := tx.sponsorOf(ctx, sponsor, id)
		if err != nil {
			return err
		}
		if _, err := tx.handOver(ctx, actor, id, sponsor); err != nil {
			return err
		}
		if err := tx.spendPlaces(ctx, func() error { return tx.makeGuest(ctx, member, sponsor, leaves) }); err != nil {
			return err
		}
		if err := tx.endAccess(ctx, id); err != nil {
			return err
		}
		if err := tx.endNewGuest(ctx, actor, id, reason); err != nil {
			return err
		}
		if err := tx.tellMember(ctx, member, NoticeMemberDemoted, actor); err != nil {
			return err
		}
		member.Kind = Guest // from now on
		if err := tx.tellSponsor(ctx, NoticeSponsorNow, actor, next, member, reason); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "member.demoted", Actor: actor.ID, Account: id, Subject: member.Login, Reason: reason})
	})
}

// endNewGuest gives who became a guest the end that every new guest has (C19).
func (tx tx) endNewGuest(ctx context.Context, actor Account, id ID, reason string) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	guest, err := tx.account(ctx, id)
	if err != nil {
		return err
	}
	end := e.Policy.GuestEnd(guest.Category)
	if end == (AccessEnd{}) {
		return nil
	}
	return tx.endAccountAt(ctx, actor, guest, end, reason)
}

// makeGuest changes the kind of the account; what a guest cannot be goes first.
func (tx tx) makeGuest(ctx context.Context, member Account, sponsor ID, leaves []placeIn) error {
	for _, p := range leaves {
		if err := tx.removeMembership(ctx, p.space, member.ID); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, `UPDATE memberships SET role = 'editor' WHERE account_id = $1 AND role = 'administrator'`, member.ID)
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM join_requests WHERE account_id = $1`, member.ID); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE accounts
		SET kind = 'guest', system_admin = FALSE, may_create_guest_spaces = FALSE, sponsor_id = $2, version = version + 1
		WHERE id = $1`, member.ID, sponsor)
	if err != nil {
		return err
	}
	return tx.recount(ctx, member.ID, Member, Guest)
}
