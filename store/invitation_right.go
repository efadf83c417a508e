package store

import "time"

// MembersInvite is the switch of a space by which its administrators let its
// members invite (S4-07, S4-08). It stands among the space's own settings.
const MembersInvite = "invite.members"

// because is the same error with the policy setting that caused it, which
// administrators are told.
func (e *Error) because(setting string) *Error {
	copied := *e
	copied.Setting = setting
	return &copied
}

// judgeInviting says whether who is inside as a member or as an administrator
// may invite guests: the setting of C6 opens the kind of space, that of C5 says
// who. A system administrator who is not inside never comes here (S0-19, S4-08).
func (sp Space) judgeInviting() error {
	if !sp.AdmitsGuests() {
		if sp.IsGuestSpace() {
			return ErrGuestSpacesOff
		}
		return ErrForbidden.because("guest.in_internal_spaces")
	}
	if !sp.lets(sp.Policy.Value("invite.who")) {
		return ErrForbidden.because("invite.who")
	}
	return nil
}

// lets reports whether a value of invite.who names the actor (C5).
func (sp Space) lets(who string) bool {
	administrator := sp.Standing == SpaceAdmin
	switch who {
	case "sys_admins":
		return administrator && sp.systemAdmin
	case "members_if_space_allows":
		return administrator || sp.MembersInvite()
	case "members": // S4-06; where others may not look, the space decides (S4-08)
		return administrator || !sp.hidden() || sp.MembersInvite()
	}
	return administrator
}

// hidden reports whether the space is one of the kinds into which only its
// administrators invite unless they let its members (S4-08).
func (sp Space) hidden() bool { return sp.Kind == PrivateSpace || sp.Kind == SecretSpace }

// MembersInvite reports whether the space's administrators let its members
// invite. It counts where the organisation leaves it to the space.
func (sp Space) MembersInvite() bool { return sp.Own[MembersInvite] == "on" }

// GuestSpaces is the setting by which an organisation has guest spaces at all
// (S4-09). Switched off, none is made and nobody comes into those there are.
const GuestSpaces = "guest.spaces"

// AdmitsGuests reports whether guests may come into the space: into guest spaces
// while the organisation has any, into others where it says so (C6). Switched off
// later, who is inside stays, and links that are open let nobody in.
func (sp Space) AdmitsGuests() bool {
	if sp.IsGuestSpace() {
		return sp.Policy.On(GuestSpaces)
	}
	return sp.Policy.On("guest.in_internal_spaces")
}

// mayHandOut says whether the actor may give an invitation's link to its guest,
// again or by hand: administrators of the space where guests may come in, members
// for their own invitations as long as they may invite.
func (sp Space) mayHandOut() error {
	if sp.ID == 0 { // NoSpace: managedInvitation has asked
		return nil
	}
	if sp.Can(ToResend) && sp.AdmitsGuests() {
		return nil
	}
	return sp.judge(ToInvite)
}

// maySendAgain says whether the actor may give an invitation its full time again:
// for one whose link has ended that is to invite anew.
func (sp Space) maySendAgain(inv Invitation, now time.Time) error {
	if inv.Live(now) || sp.ID == 0 {
		return nil
	}
	if err := sp.judge(ToInvite); err != nil {
		return err
	}
	if sp.NeedsApproval() {
		return ErrApprovalNeeded
	}
	return nil
}

// mayWiden says whether the actor may give a guest more than before: a member
// who needs approval may not give alone what was not approved.
func (sp Space) mayWiden() error {
	if !sp.Can(ToManageGuests) && sp.NeedsApproval() {
		return ErrApprovalNeeded
	}
	return nil
}

// wider reports whether a permission and an end are more than those before; a
// zero end is none.
func wider(before Role, beforeEnds time.Time, after Role, afterEnds time.Time) bool {
	later := !beforeEnds.IsZero() && (afterEnds.IsZero() || afterEnds.After(beforeEnds))
	return before == Reader && after == Editor || later
}
