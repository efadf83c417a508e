package views

import "guesthouse/store"

// OutboxPage is the mail of the portal, for administrators.
type OutboxPage struct {
	Page
	Server     string // host and port; "" for the built-in mailbox
	Encryption string // none, starttls, tls
	Login      string
	Sender     string
	Counts     store.Overview
	State      string // that the list is narrowed down to
	Mails      []store.OutboxEntry
	TestTo     string // as it was typed
	First      string
	Next       string
}

// Filters are the states that the list can be narrowed down to.
func (m OutboxPage) Filters() []Tab {
	tabs := make([]Tab, 0, len(store.MailStates))
	for _, state := range store.MailStates {
		key := "common.all"
		if state != "" {
			key = "mail_state." + state
		}
		tabs = append(tabs, Tab{
			Label: m.T(key), Count: NoCount, Current: state == m.State,
			URL: WithQuery(AdminMailURL, "state", state),
		})
	}
	return tabs
}

// mailStates are how the states of a mail are shown.
var mailStates = map[string]state{
	store.MailQueued:    {"info", "send", "mail_state.queued"},
	store.MailIsSent:    {"ok", "check", "mail_state.sent"},
	store.MailIsRefused: {"danger", "alert", "mail_state.refused"},
	store.MailIsDropped: {"", "minus", "mail_state.dropped"},
	store.MailCancelled: {"", "x", "mail_state.cancelled"},
	store.MailHeld:      {"warn", "pause", "mail_state.held"},
}

// mailReply is the server's last reply as it came, or our own reason in words.
func mailReply(p Page, mail store.OutboxEntry) string {
	if mail.Reply == "" {
		return ""
	}
	if text := p.T("mail_reason." + mail.Reply); text != "mail_reason."+mail.Reply {
		return text
	}
	return mail.Reply
}
