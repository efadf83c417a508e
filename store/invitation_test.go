package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// invited invites the addresses as the space's administrator and gives the
// token of each, as it stands in the mail that was handed over.
func invited(t *testing.T, w *storetest.World, in store.Invite) map[store.Email]string {
	t.Helper()
	sending, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, in)
	if err != nil {
		t.Fatal(err)
	}
	if !sending.Sent() {
		t.Fatalf("nobody was invited: %+v", sending.Results)
	}
	return tokens(w)
}

func tokens(w *storetest.World) map[store.Email]string {
	found := map[store.Email]string{}
	for _, mail := range w.Deliver() {
		if mail.Kind == store.MailInvitation {
			found[mail.To] = mail.Secret
		}
	}
	return found
}

func invitationOf(t *testing.T, w *storetest.World, email store.Email) store.SpaceGuest {
	t.Helper()
	list, err := w.Store.SpaceGuests(t.Context(), w.Host, w.Space, store.AnyGuest, store.SpaceGuestCursor{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range list.Rows {
		if row.Email() == email {
			return row
		}
	}
	t.Fatalf("%s is not listed", email)
	return store.SpaceGuest{}
}

// S0-19, S4-20: only administrators of the space invite; SEC-A1: whoever must
// not know of it does not find it.
func TestWhoInvites(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for name, test := range map[string]struct {
		actor store.Account
		want  error
	}{
		"administrator of the space":                {w.Host, nil},
		"member of the space":                       {w.Editor, store.ErrForbidden},
		"member outside":                            {w.Outsider, store.ErrNotFound},
		"system administrator who is not inside":    {w.Root, store.ErrForbidden},
		"guest who can edit":                        {w.GuestEditor, store.ErrForbidden},
		"guest who reads":                           {w.GuestReader, store.ErrForbidden},
		"guest of nothing":                          {w.GuestOutside, store.ErrNotFound},
		"nobody":                                    {store.Account{}, store.ErrNotFound},
		"administrator, but of an unknown space ID": {w.Host, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			space, want := w.Space, test.want
			if strings.Contains(name, "unknown") {
				space, want = 99999, store.ErrNotFound
			}
			email := strings.ReplaceAll(name, " ", "-")
			email = strings.ReplaceAll(email, ",", "") + "@new.example"
			_, err := w.Store.InviteGuests(t.Context(), test.actor, space, store.Invite{Emails: email})
			wantErr(t, err, want)
			_, err = w.Store.CheckAddresses(t.Context(), test.actor, space, "a@new.example")
			wantErr(t, err, want)
			_, err = w.Store.SpaceGuests(t.Context(), test.actor, space, store.AnyGuest, store.SpaceGuestCursor{})
			wantErr(t, err, want)
			// Wrong fields do not tell that there is a space.
			_, err = w.Store.InviteGuests(t.Context(), test.actor, space, store.Invite{})
			if want == nil {
				want = store.ErrRequired
			}
			wantErr(t, err, want)
		})
	}
	t.Run("spaces without guests", func(t *testing.T) {
		t.Parallel()
		_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Spaces[store.OpenSpace], store.Invite{Emails: "a@new.example"})
		wantErr(t, err, store.ErrForbidden) // guest.in_internal_spaces is off (C6)
	})
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if (err == nil) != (want == nil) || want != nil && !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

// S0-21: a verdict for each address; the good ones go, the bad ones are named.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	invited(t, w, store.Invite{Emails: "waiting@partner.example"})
	suspend(t, w, "sleeper@partner.example")
	w.Deliver() // what tells of the suspension
	text := `New One <New@Partner.Example>; new@partner.example, waiting@partner.example
		editor@works.example、erika@partner.example，kari@elsewhere.example
		sleeper@partner.example, max@partner,example, ,`
	want := map[string]store.Verdict{
		"new@partner.example":     store.VerdictInvited,
		"waiting@partner.example": store.VerdictAlreadyInvited,
		"editor@works.example":    store.VerdictAlreadyMember,
		"erika@partner.example":   store.VerdictAlreadyGuest,
		"kari@elsewhere.example":  store.VerdictAdded,
		"sleeper@partner.example": store.VerdictSuspended,
		"max@partner,example":     store.VerdictNotAnAddress,
	}
	before := count(t, w, `SELECT COUNT(*) FROM invitations`)
	checked, err := w.Store.CheckAddresses(t.Context(), w.Host, w.Space, text)
	if err != nil {
		t.Fatal(err)
	}
	compareVerdicts(t, checked, want)
	if after := count(t, w, `SELECT COUNT(*) FROM invitations`); after != before {
		t.Errorf("checking wrote %d rows", after-before)
	}
	sending, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: text})
	if err != nil {
		t.Fatal(err)
	}
	compareVerdicts(t, sending.Results, want)
	var to []string
	for _, mail := range w.Deliver() {
		to = append(to, mail.Kind+" "+string(mail.To))
	}
	slices.Sort(to) // they were due at the same moment
	if fmt.Sprint(to) != "[invitation new@partner.example notification kari@elsewhere.example]" {
		t.Errorf("mails: %v", to)
	}
	// S3-10: the existing guest is inside, without a second account.
	if _, err := w.Store.Space(t.Context(), w.GuestOutside, w.Space, store.ToWrite); err != nil {
		t.Errorf("the added guest: %v", err)
	}
	if n := count(t, w, `SELECT COUNT(*) FROM accounts WHERE login_key = 'kari@elsewhere.example'`); n != 1 {
		t.Errorf("%d accounts", n)
	}
	// The page of the results is its sender's.
	_, sent, err := w.Store.Sending(t.Context(), w.Host, w.Space, sending.ID)
	if err != nil || len(sent) != len(want) || sent[0].Invitation.Delivery != "sent" {
		t.Errorf("results: %v %+v", err, sent)
	}
	_, _, err = w.Store.Sending(t.Context(), w.Host, w.Spaces[store.OpenSpace], sending.ID)
	wantErr(t, err, store.ErrForbidden)
}

func compareVerdicts(t *testing.T, results []store.AddressResult, want map[string]store.Verdict) {
	t.Helper()
	if len(results) != len(want) {
		t.Errorf("%d results, want %d: %+v", len(results), len(want), results)
	}
	for _, result := range results {
		if want[result.Shown()] != result.Verdict {
			t.Errorf("%s: %s, want %s", result.Shown(), result.Verdict, want[result.Shown()])
		}
		if result.Verdict == store.VerdictNotAnAddress && result.Guess != "max@partner.example" {
			t.Errorf("guess %q", result.Guess)
		}
	}
}

// suspend makes a suspended guest.
func suspend(t *testing.T, w *storetest.World, email store.Email) {
	t.Helper()
	var guest store.Account
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		guest, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: email, Name: "Sleeper"}, "")
		return err
	})
	if err == nil {
		err = w.Store.Suspend(t.Context(), w.Root, guest.ID, "")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, w *storetest.World, query string, args ...any) int {
	t.Helper()
	n, err := w.Store.Number(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// S0-21, S0-22, S3-14: each field, with the code of what is wrong with it.
func TestInviteFields(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	for name, test := range map[string]struct {
		in    store.Invite
		field string
		want  error
	}{
		"nobody":             {store.Invite{Emails: " , ;\n"}, "emails", store.ErrRequired},
		"101":                {store.Invite{Emails: many(101)}, "emails", store.ErrTooManyAddresses},
		"line break":         {store.Invite{Emails: "a@new.example", Subject: "Hi\r\nBcc: x@y.example"}, "subject", store.ErrTextControl},
		"long subject":       {store.Invite{Emails: "a@new.example", Subject: strings.Repeat("é", 201)}, "subject", store.ErrTextTooLong},
		"long message":       {store.Invite{Emails: "a@new.example", Message: strings.Repeat("語", 5001)}, "message", store.ErrTextTooLong},
		"unknown permission": {store.Invite{Emails: "a@new.example", Permission: "administrator"}, "permission", store.ErrBadPermission},
		"half a day":         {store.Invite{Emails: "a@new.example", Access: store.AccessText{Days: "0.5"}}, "ends_in_days", store.ErrBadNumber},
		"no day":             {store.Invite{Emails: "a@new.example", Access: store.AccessText{Days: "0"}}, "ends_in_days", store.ErrBadNumber},
		"too long":           {store.Invite{Emails: "a@new.example", Access: store.AccessText{Days: "99999999999999999999"}}, "ends_in_days", store.ErrBadNumber},
		"no date":            {store.Invite{Emails: "a@new.example", Access: store.AccessText{On: "2026-02-30"}}, "ends_on", store.ErrBadDate},
		"yesterday":          {store.Invite{Emails: "a@new.example", Access: store.AccessText{On: "2026-09-16"}}, "ends_on", store.ErrPastDate},
		"language":           {store.Invite{Emails: "a@new.example", Locale: "tlh"}, "locale", store.ErrUnknownLanguage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, test.in)
			var problem *store.Error
			if !errors.As(err, &problem) || problem.Field != test.field || !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v at %s", err, test.want, test.field)
			}
		})
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "guest%d@new.example\n", i)
	}
	return b.String()
}

// S0-28: the mail's data, whose token is nowhere but sealed (SEC-T1).
func TestInvitationMail(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	found := invited(t, w, store.Invite{
		Emails: "jan@new.example", Subject: "Proofs", Message: "Hello,\r\nwelcome.", Permission: "read",
		Access: store.AccessText{On: "2026-12-31"}, Locale: "ja",
	})
	row := invitationOf(t, w, "jan@new.example")
	inv := row.Invitation
	if row.Status != store.InvitedGuest || inv.Subject != "Proofs" || inv.Message != "Hello,\nwelcome." || inv.Role != store.Reader ||
		inv.Locale != "ja" || row.Inviter != w.Host.Name || inv.Delivery != "sent" || inv.DeliveryReply != "250 ok" {
		t.Errorf("row %+v", row)
	}
	if want := w.Clock.Now().Add(7 * store.Day); !inv.ExpiresAt.Equal(want) { // C14
		t.Errorf("expires at %v, want %v", inv.ExpiresAt, want)
	}
	if want := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC); !inv.AccessEndsAt.Equal(want) {
		t.Errorf("access ends at %v, want %v", inv.AccessEndsAt, want)
	}
	token := found["jan@new.example"]
	if len(token) != 43 {
		t.Errorf("token of %d characters", len(token))
	}
	noCopy(t, w, token)
}

// noCopy looks for a secret in everything that the store keeps on the disk.
func noCopy(t *testing.T, w *storetest.World, secret string) {
	t.Helper()
	if os.Getenv("TEST_DSN") != "" {
		return // the files of a database server are not ours to read
	}
	path, err := w.Store.Text(t.Context(), `SELECT file FROM pragma_database_list WHERE name = 'main'`)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name) //nolint:gosec // a file of this test
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%s holds a live secret", filepath.Base(name))
		}
	}
}

// A hundred addresses are one transaction, and limits count what is sent (SEC-M6).
func TestHundredInvitations(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if got := len(invited(t, w, store.Invite{Emails: many(100)})); got != 100 {
		t.Fatalf("%d mails", got)
	}
	for round := range 4 {
		text := strings.ReplaceAll(many(100), "guest", fmt.Sprintf("round%d-", round))
		invited(t, w, store.Invite{Emails: text})
	}
	_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "one@more.example"})
	wantErr(t, err, store.ErrInviteLimit)
	if n := count(t, w, `SELECT COUNT(*) FROM invitations`); n != 500 {
		t.Errorf("%d invitations", n)
	}
	w.Clock.Advance(store.Day)
	invited(t, w, store.Invite{Emails: "one@more.example"})
	if n := count(t, w, `SELECT COUNT(*) FROM audit WHERE action = 'invitation.created'`); n != 501 { // SEC-A7
		t.Errorf("%d audit rows", n)
	}
}

// One live invitation for a space and address, however many press the button
// at once (SEC-A2, S0-23).
func TestInvitingAtOnce(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	var group sync.WaitGroup
	verdicts := make(chan store.Verdict, 8)
	for range 8 {
		group.Go(func() {
			sending, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "jan@new.example"})
			if err != nil {
				t.Errorf("invite: %v", err)
				return
			}
			verdicts <- sending.Results[0].Verdict
		})
	}
	group.Wait()
	close(verdicts)
	won := 0
	for verdict := range verdicts {
		switch verdict {
		case store.VerdictInvited:
			won++
		case store.VerdictAlreadyInvited:
		default:
			t.Errorf("verdict %s", verdict)
		}
	}
	if won != 1 || len(w.Mails()) != 1 {
		t.Errorf("%d were told that they had invited", won)
	}
}

// The results of a sending hold no more than what was typed.
func TestSendingKeepsLittle(t *testing.T) {
	t.Parallel()
	result := store.AddressResult{Email: "a@b.example", Verdict: store.VerdictInvited, Invitation: 7}
	text, err := json.Marshal(result)
	if err != nil || string(text) != `{"email":"a@b.example","verdict":"invited","invitation":7}` {
		t.Errorf("%s %v", text, err)
	}
}
