package views

import (
	"guesthouse/static/locale"
	"guesthouse/store"
)

// InvitePage is Invite Guests.
type InvitePage struct {
	Page
	Space      store.Space
	Emails     string
	Subject    string
	Message    string
	Company    string // of all of them, where companies are apart
	Permission string
	Days, On   string
	Locale     string // of the mail; auto leaves it to the guest
	Checked    []store.AddressResult
	Mail       MailPreview
	Gauges     []store.Gauge // the limits on places, if any
}

// Sends is how many invitations the form would send, as far as it was checked.
func (m InvitePage) Sends() int {
	n := 0
	for _, result := range m.Checked {
		if result.Verdict.Sends() {
			n++
		}
	}
	return n
}

// asks is for how many addresses the form would ask for approval, as far as it
// was checked.
func (m InvitePage) asks() int {
	n := 0
	for _, result := range m.Checked {
		if result.Verdict.Asks() {
			n++
		}
	}
	return n
}

// submitLabel names the number where it is known.
func (m InvitePage) submitLabel() string {
	if m.Space.NeedsApproval() {
		if n := m.asks(); n > 0 {
			return m.T("invite.ask", "N", n)
		}
		return m.T("invite.ask_plain")
	}
	if n := m.Sends(); n > 0 {
		return m.T("invite.send", "N", n)
	}
	return m.T("invite.send_plain")
}

// mailLanguages are the languages of the mail; the first leaves it to the guest.
func (m InvitePage) mailLanguages() []Option {
	options := m.LanguageOptions(false)
	return append([]Option{{Value: "auto", Label: m.T("invite.language_auto")}}, options...)
}

// MailPreview is the invitation's mail as its reader will see it, in the
// words of its language.
type MailPreview struct {
	Words   locale.Printer
	From    string // name and address of the fixed sender
	Sender  string // its address alone, to copy
	ReplyTo Person
	Subject string
	Title   string
	Message string
	Until   string
	Link    string // the beginning of the link
}

// check is how one verdict is shown.
type check struct{ class, icon, key string }

var checks = map[store.Verdict]check{
	store.VerdictInvited:          {"is-ok", "check", "invite.check_invited"},
	store.VerdictAdded:            {"is-ok", "check", "invite.check_added"},
	store.VerdictAlreadyInvited:   {"is-warn", "mail", "invite.check_already_invited"},
	store.VerdictAlreadyGuest:     {"is-warn", "check", "invite.check_already_guest"},
	store.VerdictAlreadyMember:    {"is-warn", "people", "invite.check_already_member"},
	store.VerdictSuspended:        {"is-bad", "pause", "invite.check_suspended"},
	store.VerdictTooOften:         {"is-bad", "clock", "invite.check_too_often"},
	store.VerdictOtherSpace:       {"is-bad", "pause", "invite.check_other_space"},
	store.VerdictNoPlace:          {"is-bad", "people", "invite.check_no_place"},
	store.VerdictRequested:        {"is-ok", "clock", "invite.check_requested"},
	store.VerdictAlreadyRequested: {"is-warn", "clock", "invite.check_already_requested"},
	store.VerdictNotAnAddress:     {"is-bad", "alert", "invite.check_not_an_address"},

	store.VerdictOwnDomain:        {"is-warn", "people", "invite.check_own_domain"},
	store.VerdictDomainRefused:    {"is-bad", "alert", "invite.check_domain_refused"},
	store.VerdictDomainNotAllowed: {"is-bad", "alert", "invite.check_domain_not_allowed"},
}

// SendingPage is what became of each address.
type SendingPage struct {
	Page
	Space store.Space
	Sent  []store.SentAddress
}

// reached is how many addresses are on their way in, and how many there were.
func (m SendingPage) reached() (n, of int) {
	for _, sent := range m.Sent {
		if sent.Verdict.Good() {
			n++
		}
	}
	return n, len(m.Sent)
}

// asked is for how many addresses approval was asked for.
func (m SendingPage) asked() int {
	n := 0
	for _, sent := range m.Sent {
		if sent.Verdict.Asks() {
			n++
		}
	}
	return n
}

// Headline says the result in a line.
func (m SendingPage) Headline() string {
	n, of := m.reached()
	if asked := m.asked(); n == of && asked == of {
		return m.T("invite.asked_done", "N", asked)
	}
	if n == of {
		return m.T("invite.all_done", "N", n)
	}
	return m.T("invite.some_done", "N", n, "Of", of)
}

// result is how what became of one address is shown.
type result struct{ kind, icon, label, note string }

var results = map[store.Verdict]result{
	store.VerdictInvited:          {"info", "mail", "invite.result_invited", ""},
	store.VerdictAdded:            {"ok", "check", "invite.result_added", "invite.result_added_note"},
	store.VerdictAlreadyInvited:   {"", "mail", "invite.result_already_invited", "invite.result_already_invited_note"},
	store.VerdictAlreadyGuest:     {"ok", "check", "invite.result_already_guest", ""},
	store.VerdictAlreadyMember:    {"warn", "people", "invite.result_already_member", "invite.result_already_member_note"},
	store.VerdictSuspended:        {"warn", "pause", "invite.result_suspended", "invite.result_suspended_note"},
	store.VerdictTooOften:         {"warn", "clock", "invite.result_too_often", "invite.result_too_often_note"},
	store.VerdictOtherSpace:       {"warn", "pause", "invite.result_other_space", "invite.result_other_space_note"},
	store.VerdictNoPlace:          {"warn", "people", "invite.result_no_place", "invite.result_no_place_note"},
	store.VerdictRequested:        {"info", "clock", "invite.result_requested", "invite.result_requested_note"},
	store.VerdictAlreadyRequested: {"", "clock", "invite.result_already_requested", "invite.result_already_requested_note"},
	store.VerdictNotAnAddress:     {"danger", "alert", "invite.result_not_an_address", ""},

	store.VerdictOwnDomain:        {"warn", "people", "invite.result_own_domain", "invite.result_own_domain_note"},
	store.VerdictDomainRefused:    {"warn", "alert", "invite.result_domain_refused", "invite.result_domain_refused_note"},
	store.VerdictDomainNotAllowed: {"warn", "alert", "invite.result_domain_not_allowed", "invite.result_domain_not_allowed_note"},
}

// result is what became of an address until now: of an invitation, where its
// mail is.
func (m SendingPage) result(sent store.SentAddress) result {
	r := results[sent.Verdict]
	r.label = m.T(r.label)
	switch {
	case r.note != "":
		r.note = m.T(r.note)
	case sent.Guess != "":
		r.note = m.T("invite.did_you_mean", "Guess", sent.Guess)
	}
	inv := sent.Invitation
	if sent.Verdict != store.VerdictInvited || inv.ID == 0 {
		return r
	}
	switch inv.Delivery {
	case "failed":
		return result{"danger", "alert", m.T("status.failed"), inv.DeliveryReply}
	case "dropped":
		return result{"warn", "minus", m.T("invite.result_not_mailed"), m.deliveryNote(inv)}
	case "sent":
		r.note = m.T("invite.works_until", "Until", m.DateTime(inv.ExpiresAt))
	default:
		r.kind, r.icon, r.label, r.note = "", "send", m.T("status.sending"), m.deliveryNote(inv)
	}
	return r
}

// failed reports whether a mail server refused one of the mails.
func (m SendingPage) failed() int {
	n := 0
	for _, sent := range m.Sent {
		if sent.Invitation.Delivery == "failed" {
			n++
		}
	}
	return n
}

// live reports whether the address has an invitation whose link the reader can
// copy: every one for an administrator of the space, their own for a member.
func (m SendingPage) live(sent store.SentAddress) bool {
	theirs := m.Space.Can(store.ToResend) || m.Account != nil && sent.Invitation.Inviter == m.Account.ID
	return theirs && sent.Invitation.Live(m.Now)
}
