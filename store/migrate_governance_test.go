package store_test

import (
	"fmt"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/secret"
	"guesthouse/store/storetest"
)

// schemaTwo makes a database as the program of the second schema left it: a
// space, two people, three invitations of which the last is gone, and a link.
func schemaTwo(t *testing.T, options store.Options) (token string) {
	t.Helper()
	ctx := t.Context()
	nonce := []byte("a nonce of thirty-two bytes, say")
	db, token, hash, err := store.OldSchema(ctx, options, 2, nonce)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // what failed was told before
	now := time.Now().UnixMilli()
	for _, row := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO environment (id, name, preset, created_at) VALUES (1, 'Example Works', 'guesthouse', $1)`, []any{now}},
		{`INSERT INTO accounts (kind, login_key, email, display_name, name_key, created_at)
		  VALUES ('member', 'host@works.example', 'host@works.example', 'Jane Roe', 'jane roe', $1),
		         ('guest', 'erika@partner.example', 'erika@partner.example', 'Erika', 'erika', $1)`, []any{now}},
		{`INSERT INTO spaces (kind, name, name_key, created_by, created_at, updated_at, active_at)
		  VALUES ('guest', 'Autumn', 'autumn', 1, $1, $1, $1)`, []any{now}},
		{`INSERT INTO memberships (space_id, account_id, account_kind, name_key, role, seen_at, joined_at)
		  VALUES (1, 1, 'member', 'jane roe', 'administrator', $1, $1), (1, 2, 'guest', 'erika', 'editor', $1, $1)`, []any{now}},
		{`INSERT INTO invitations (space_id, email, subject, message, role, access_days, locale, inviter_id, status, created_at, expires_at)
		  VALUES (1, 'open@partner.example', 'Subject', 'Message', 'reader', 30, 'ja', 1, 'pending', $1, $2),
		         (1, 'erika@partner.example', '', '', 'editor', NULL, 'en', 1, 'accepted', $1, $2),
		         (1, 'gone@partner.example', '', '', 'editor', NULL, 'en', 1, 'cancelled', $1, $2)`,
			[]any{now, now + store.Day.Milliseconds()}},
		{`INSERT INTO invitation_tokens (token_hash, invitation_id, nonce, created_at) VALUES ($1, 1, $2, $3)`,
			[]any{hash, nonce, now}},
		{`DELETE FROM invitations WHERE id = 3`, nil},
	} {
		if _, err := db.ExecContext(ctx, row.query, row.args...); err != nil {
			t.Fatalf("%s: %v", row.query, err)
		}
	}
	return token
}

// SEC-R6: a database of the second schema comes up to date with all its rows:
// what refers to what still does, a live link opens, an ID is not used again.
func TestMigrateFromSchemaTwo(t *testing.T) {
	t.Parallel()
	options := store.Options{
		Data: t.TempDir(), Database: storetest.EmptyDatabase(t), Host: "portal.example",
		Hasher: secret.NewHasherCost(1, 64, secret.TestCost),
	}
	token := schemaTwo(t, options)
	s, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // the test is over
	for table, want := range map[string]int{"accounts": 2, "spaces": 1, "memberships": 2, "invitations": 2, "invitation_tokens": 1} {
		if n, err := s.Number(t.Context(), "SELECT COUNT(*) FROM "+table); err != nil || n != want {
			t.Errorf("%d rows in %s, want %d, %v", n, table, want, err)
		}
	}
	broken, err := s.BrokenReferences(t.Context())
	if err != nil || len(broken) != 0 {
		t.Errorf("rows that refer to nothing: %v, %v", broken, err)
	}
	open, err := s.Invitation(t.Context(), token)
	if err != nil {
		t.Fatalf("the live link: %v", err)
	}
	got := fmt.Sprint(open.ID, open.Space, open.Email, open.Subject, open.Message, open.Role, open.AccessDays, open.Locale, open.SpaceName)
	if want := fmt.Sprint(1, 1, "open@partner.example", "Subject", "Message", store.Reader, 30, "ja", "Autumn"); got != want {
		t.Errorf("the link opens %s, want %s", got, want)
	}
	host := store.Account{ID: 1, Kind: store.Member, TimeZone: "UTC"}
	sending, err := s.InviteGuests(t.Context(), host, 1, store.Invite{Emails: "new@partner.example"})
	if err != nil {
		t.Fatal(err)
	}
	if id := sending.Results[0].Invitation; id <= 3 {
		t.Errorf("the ID %d is used a second time", id)
	}
}
