// Package webhook tells other programs what happens to guests: it takes what
// the store has written for them and sends it, signed as Standard Webhooks has
// it, to addresses that an administrator chose. Where a request may go is
// decided anew for each one, by the address that it is connected to (SEC-A6).
package webhook
