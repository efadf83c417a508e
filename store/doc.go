// Package store is the domain of Guesthouse: its types, its rules, who may do
// what, and the transactions that keep all of it true on SQLite and PostgreSQL.
//
// Every method that touches a space takes the acting account first. What the
// actor must not know of is [ErrNotFound]; what they know and may not do is
// [ErrForbidden]. The package knows nothing of HTTP, HTML or SMTP.
package store
