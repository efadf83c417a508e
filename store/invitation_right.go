package store

// membersInvite is the switch of a space by which its administrators let its
// members invite (S4-07, S4-08). It stands among the space's own settings.
const membersInvite = "invite.members"

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
	if !sp.IsGuestSpace() && !sp.Policy.On("guest.in_internal_spaces") {
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
		hidden := sp.Kind == PrivateSpace || sp.Kind == SecretSpace
		return administrator || !hidden || sp.MembersInvite()
	}
	return administrator
}

// MembersInvite reports whether the space's administrators let its members
// invite. It counts where the organisation leaves it to the space.
func (sp Space) MembersInvite() bool { return sp.Own[membersInvite] == "on" }
