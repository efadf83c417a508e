package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

// S3-16, S3-17: what ends soon, for whoever can extend it, in the order in
// which it ends; one answer extends it from now.
func TestGuestEndings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.do(w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Sponsor(w.GuestReader.ID, w.Outsider.ID) }))
	w.do(w.Store.ChangeGuest(ctx, w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &store.AccessText{Days: "2"}}))
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestReader.ID, store.AccessText{Days: "1"}, false))
	for name, test := range map[string]struct {
		who  store.Account
		want int
	}{
		"administrator of the space": {w.Host, 1}, "sponsor": {w.Outsider, 1}, "system administrator": {w.Root, 1},
		"member": {w.Editor, 0}, "guest": {w.GuestEditor, 0},
	} {
		page, err := w.Store.GuestEndings(ctx, test.who, 0, "")
		if err != nil || len(page.Items) != test.want {
			t.Errorf("%s: %d ends, %v; want %d", name, len(page.Items), err, test.want)
		}
	}
	for name, who := range map[string]store.Account{"member": w.Editor, "guest": w.GuestEditor, "other member": w.Outsider} {
		err := w.Store.ExtendAccess(ctx, who, []store.Extension{{Guest: w.GuestEditor.ID, Space: w.Space, Access: store.AccessText{Days: "30"}}})
		if !errors.Is(err, store.ErrForbidden) && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s extends: %v", name, err)
		}
	}
	w.Clock.Advance(time.Hour)
	w.do(w.Store.ExtendAccess(ctx, w.Outsider, []store.Extension{{Guest: w.GuestReader.ID, Access: store.AccessText{Days: "30"}}}))
	reader, err := w.Store.ManagedGuest(ctx, w.Root, w.GuestReader.ID)
	if want := w.Clock.Now().Add(30 * store.Day); err != nil || !reader.EndsAt.Equal(want) || reader.EndsDays != 30 {
		t.Errorf("ends %v after %d days, want %v, %v", reader.EndsAt, reader.EndsDays, want, err)
	}
	err = w.Store.SetGuestEnd(ctx, w.Outsider, w.GuestReader.ID, store.AccessText{Days: "1"}, false)
	if !errors.Is(err, store.ErrNoEarlierEnd) {
		t.Errorf("a sponsor takes time away: %v", err)
	}
}

// S3-17: told once, in one mail for all guests, and not when it was extended.
func TestEndsAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, guest := range []store.Account{w.GuestEditor, w.GuestReader} {
		w.do(w.Store.ChangeGuest(ctx, w.Host, w.Space, guest.ID, store.GuestChange{Access: &store.AccessText{Days: "3"}}))
	}
	w.do(w.Store.TellEnds(ctx))
	if mails := w.Mails(); len(mails) != 0 {
		t.Fatalf("%d mails three days before", len(mails))
	}
	w.Clock.Advance(2 * store.Day)
	w.do(w.Store.TellEnds(ctx))
	w.do(w.Store.TellEnds(ctx))
	mails := w.Mails()
	to := map[store.Email]int{}
	for _, mail := range mails {
		to[mail.To]++
	}
	if len(mails) != 3 || to[w.Host.Email] != 1 || to[w.GuestEditor.Email] != 1 {
		t.Fatalf("mails: %v", to)
	}
	w.do(w.Store.ExtendAccess(ctx, w.Host, []store.Extension{{Guest: w.GuestEditor.ID, Space: w.Space, Access: store.AccessText{Days: "30"}}}))
	for _, mail := range mails {
		drop, err := w.Store.MailEntitled(ctx, mail)
		if gone := drop != ""; err != nil || gone != (mail.To != w.GuestReader.Email) {
			t.Errorf("the mail to %s: dropped for %q, %v", mail.To, drop, err)
		}
		if drop != "" {
			w.do(w.Store.MailDropped(ctx, mail, drop))
		} else {
			w.do(w.Store.MailSent(ctx, mail, "250 ok"))
		}
	}
	// SEC-M5: what is still so is told in its place.
	rest := w.Deliver()
	if len(rest) != 1 || rest[0].To != w.Host.Email || strings.Contains(string(rest[0].Data), "Erika") || !strings.Contains(string(rest[0].Data), "Mario") {
		t.Errorf("instead of the dropped mails: %+v", rest)
	}
	w.Clock.Advance(store.Day)
	w.do(w.Store.TellEnds(ctx))
	if mails := w.Mails(); len(mails) != 1 || mails[0].To != w.GuestReader.Email {
		t.Errorf("at the end: %d mails", len(mails))
	}
}
