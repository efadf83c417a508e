// Package mail renders the portal's mails and delivers the outbox.
//
// A mail is a row of the outbox, written in the transaction of its cause. A
// [Worker] claims rows, renders each with [Render] and hands it to a
// [Transport]: an SMTP server, or the [Mailbox] that takes mails where no
// server is set. The package knows nothing of requests and pages.
package mail
