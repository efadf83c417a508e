package mail_test

import (
	netmail "net/mail"
	"testing"

	"guesthouse/mail"
)

// People read the sender without what the header of a mail needs.
func TestWritten(t *testing.T) {
	t.Parallel()
	for want, address := range map[string]netmail.Address{
		"Guesthouse <a@works.example>": {Name: "Guesthouse", Address: "a@works.example"},
		"見本, Works <a@works.example>":  {Name: "見本, Works", Address: "a@works.example"},
		"a@works.example":              {Address: "a@works.example"},
	} {
		if got := mail.Written(address); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
