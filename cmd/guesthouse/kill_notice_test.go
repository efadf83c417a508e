package main

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"guesthouse/mail/mailtest"
	"guesthouse/store"
)

// Killed at any moment of telling that access ends, over and over: each
// recipient has one row in the outbox with one Message-ID, and a kill repeats a
// mail once at most (S3-17, SEC-M1).
func TestKilledWhileTellingOfAnEnd(t *testing.T) {
	t.Parallel()
	server := mailtest.NewServer(t)
	data := t.TempDir()
	recipients := endingTomorrow(t, data)
	args := []string{"--smtp", server.URL(), "--limits", "open"}

	kills := 0
	for len(server.Messages()) < len(recipients) {
		p := start(t, data, args...)
		// Any moment is as good as another; a few milliseconds make it differ, and
		// in the end there is time enough.
		<-time.After(time.Duration(rand.IntN(5*kills+5)) * time.Millisecond) //nolint:gosec // no secret
		p.kill()
		kills++
	}
	start(t, data, args...)
	for _, recipient := range recipients {
		server.WaitFor(recipient, store.MailExpiryNotice)
	}

	rows := noticeRows(t, data)
	to := make([]string, 0, len(rows))
	for _, recipient := range rows {
		to = append(to, recipient)
	}
	slices.Sort(to)
	if !slices.Equal(to, recipients) {
		t.Errorf("the outbox has rows to %v, want one to each of %v", to, recipients)
	}
	copies := map[string]int{}
	for _, mail := range server.Messages() {
		id := mail.Header.Get("Message-ID")
		copies[id]++
		if rows[id] != mail.To {
			t.Errorf("a mail %s to %s has no row in the outbox", id, mail.To)
		}
	}
	for id, n := range copies {
		if n > kills+1 {
			t.Errorf("%s arrived %d times after %d kills", id, n, kills)
		}
	}
	t.Logf("%d copies of %d mails after %d kills", len(server.Messages()), len(rows), kills)
}

// endingTomorrow makes a data folder with a space and guests whose
// access ends within a day, and gives who is to be told, in order.
func endingTomorrow(t *testing.T, data string) (recipients []string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Data: data, Host: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.EnsureEnvironment(t.Context(), "Example Works", "guesthouse"); err != nil {
		t.Fatal(err)
	}
	err = s.Seed(t.Context(), func(seed store.Seeder) error {
		host, err := seed.Account(store.SeedAccount{Kind: store.Member, Email: "jane@works.example", Name: "Jane Roe", SystemAdmin: true}, "")
		if err != nil {
			return err
		}
		space, err := seed.Space(store.GuestSpace, "Autumn catalogue", host)
		if err != nil {
			return err
		}
		recipients = []string{string(host.Email)}
		for i := range 30 {
			address := store.Email(fmt.Sprintf("guest-%d@partner.example", i))
			guest, err := seed.Account(store.SeedAccount{Kind: store.Guest, Email: address, Name: "Guest"}, "")
			if err != nil {
				return err
			}
			if err := seed.Membership(space, guest, store.Editor, time.Now().Add(20*time.Hour)); err != nil {
				return err
			}
			recipients = append(recipients, string(address))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(recipients)
	return recipients
}

// noticeRows are the rows of the outbox, from Message-ID to recipient.
func noticeRows(t *testing.T, data string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "guesthouse.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only read
	rows, err := db.QueryContext(t.Context(), "SELECT message_id, recipient FROM outbox")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	found := map[string]string{}
	for rows.Next() {
		var id, recipient string
		if err := rows.Scan(&id, &recipient); err != nil {
			t.Fatal(err)
		}
		found[id] = recipient
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
