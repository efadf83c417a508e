package store_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
)

// toldEnd is a mail about ends, as its recipient reads it.
type toldEnd struct {
	ToGuest bool   `json:"to_guest"`
	Ended   bool   `json:"ended"`
	Contact string `json:"contact"`
	Ends    []struct {
		GuestID store.ID  `json:"guest_id"`
		Space   string    `json:"space"`
		EndsAt  time.Time `json:"ends_at"`
	} `json:"ends"`
}

// tells tells the ends and gives the mails, by recipient. Two to one are a fault.
func (w world) tells() map[store.Email]toldEnd {
	w.t.Helper()
	w.do(w.Store.TellEnds(w.t.Context()))
	found := map[store.Email]toldEnd{}
	for _, mail := range w.Deliver() {
		if mail.Kind != store.MailExpiryNotice {
			continue
		}
		if _, twice := found[mail.To]; twice {
			w.t.Errorf("two mails to %s", mail.To)
		}
		var told toldEnd
		w.do(json.Unmarshal(mail.Data, &told))
		found[mail.To] = told
	}
	return found
}

func (w world) wantTold(when string, recipients ...store.Account) map[store.Email]toldEnd {
	w.t.Helper()
	found := w.tells()
	for _, recipient := range recipients {
		if _, ok := found[recipient.Email]; !ok {
			w.t.Errorf("%s: %s is not told", when, recipient.Email)
		}
	}
	if len(found) != len(recipients) {
		w.t.Errorf("%s: %d are told, want %d: %v", when, len(found), len(recipients), found)
	}
	return found
}

func (w world) endPlace(guest store.Account, days string) {
	w.t.Helper()
	w.do(w.Store.ChangeGuest(w.t.Context(), w.Host, w.Space, guest.ID, store.GuestChange{Access: &store.AccessText{Days: days}}))
}

// S3-17: once for each step and end; a new end is told anew, one that is nearer
// than a day at the next look; "has ended" once, with one row in the audit log.
func TestEachStepIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, preset := range store.Presets {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			w := withPreset(t, preset, map[string]string{"guest.expiry_notice_days": "7, 1", "quota.model": "none", "guest.scope": "multi"})
			w.endPlace(w.GuestEditor, "10")
			w.endPlace(w.GuestReader, "10")
			w.wantTold("ten days before")
			w.Clock.Advance(3 * store.Day)
			found := w.wantTold("seven days before", w.Host, w.GuestEditor, w.GuestReader)
			if n := len(found[w.Host.Email].Ends); n != 2 {
				t.Errorf("the manager reads of %d ends", n)
			}
			w.wantTold("a moment later")
			w.Clock.Advance(6 * store.Day)
			w.wantTold("a day before", w.Host, w.GuestEditor, w.GuestReader)
			w.Clock.Advance(time.Hour)
			w.endPlace(w.GuestEditor, "1")
			w.wantTold("another end within a day", w.Host, w.GuestEditor)
			w.Clock.Advance(store.Day)
			ended := w.wantTold("the end", w.GuestEditor, w.GuestReader)
			if told := ended[w.GuestEditor.Email]; !told.Ended || !told.ToGuest {
				t.Errorf("at the end: %+v", told)
			}
			w.wantTold("after the end")
			if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'guest.ended'`); n != 2 {
				t.Errorf("%d ends in the audit log", n)
			}
		})
	}
}

// S3-17: after a long stand-still an end is written down, and mailed no more.
func TestOldEndsAreNotMailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.endPlace(w.GuestEditor, "1")
	w.Clock.Advance(9 * store.Day)
	w.wantTold("eight days after")
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'guest.ended'`); n != 1 {
		t.Errorf("%d ends in the audit log", n)
	}
}

// S3-17: the end of an account is told to the sponsor, or to the system
// administrators; the guest reads it in their own language, with whom to ask.
func TestTheEndOfAnAccountIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.do(w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Sponsor(w.GuestReader.ID, w.Outsider.ID) }))
	w.do(w.Store.Exec(ctx, `UPDATE accounts SET locale = 'ja', timezone = 'Asia/Tokyo' WHERE id = $1`, w.GuestReader.ID))
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestReader.ID, store.AccessText{Days: "1"}, false))
	w.do(w.Store.TellEnds(ctx))
	for _, mail := range w.Mails() {
		if want := map[store.Email]string{w.GuestReader.Email: "ja", w.Outsider.Email: "en"}[mail.To]; mail.Locale != want {
			t.Errorf("to %s in %q, want %q", mail.To, mail.Locale, want)
		}
		var told toldEnd
		w.do(json.Unmarshal(mail.Data, &told))
		if mail.To == w.GuestReader.Email && (told.Contact != w.Outsider.Name || mail.ReplyTo != w.Outsider.Email || mail.TimeZone != "Asia/Tokyo") {
			t.Errorf("the guest reads %+v, answers go to %q", told, mail.ReplyTo)
		}
		w.do(w.Store.MailSent(ctx, mail, "250 ok"))
	}
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestEditor.ID, store.AccessText{Days: "1"}, false))
	w.wantTold("without a sponsor", w.Root, w.GuestEditor)
	w.do(w.Store.Exec(ctx, `UPDATE accounts SET status = 'suspended' WHERE id = $1`, w.Outsider.ID))
	w.Clock.Advance(time.Hour)
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestReader.ID, store.AccessText{Days: "1"}, false))
	w.wantTold("with a sponsor who has left", w.Root, w.GuestReader)
}

// SEC-S4, SEC-M5: who has lost the space or the guest is told nothing, neither
// when ends are looked for nor when the mail is handed over.
func TestNoticesAreForWhoAnswersNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.do(w.Store.Exec(ctx, `UPDATE memberships SET added_by = $1 WHERE account_id = $2`, w.Editor.ID, w.GuestEditor.ID))
	w.do(w.Store.Seed(ctx, func(seed store.Seeder) error { return seed.Sponsor(w.GuestEditor.ID, w.Outsider.ID) }))
	w.endPlace(w.GuestEditor, "1")
	w.do(w.Store.TellEnds(ctx))
	mails := w.Mails()
	var to []store.Email
	for _, mail := range mails {
		to = append(to, mail.To)
	}
	slices.Sort(to)
	// Not the sponsor: they stand outside the space, and may not know of it.
	if !slices.Equal(to, []store.Email{w.Editor.Email, w.GuestEditor.Email, w.Host.Email}) {
		t.Fatalf("told: %v", to)
	}
	w.do(w.Store.RemoveSpaceMember(ctx, w.Host, w.Space, w.Editor.ID))
	for _, mail := range mails {
		drop, err := w.Store.MailEntitled(ctx, mail)
		if err != nil || (drop != "") != (mail.To == w.Editor.Email) {
			t.Errorf("the mail to %s: dropped for %q, %v", mail.To, drop, err)
		}
		if drop != "" {
			w.do(w.Store.MailDropped(ctx, mail, drop))
		}
	}
	if left := w.Mails(); len(left) != 0 {
		t.Errorf("%d mails in the place of the dropped one", len(left))
	}
	w.Clock.Advance(time.Hour)
	w.endPlace(w.GuestEditor, "1")
	w.do(w.Store.Exec(ctx, `UPDATE outbox SET state = 'sent', closed_at = 1`))
	w.wantTold("after the member has left", w.Host, w.GuestEditor)
}

// S3-17: however many look at once, each recipient has one mail, and each end
// one row. On PostgreSQL they are three processes on one database.
func TestManyTellOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.endPlace(w.GuestEditor, "1")
	w.endPlace(w.GuestReader, "1")
	var all sync.WaitGroup
	for _, s := range w.Nodes(3) {
		for range 4 {
			all.Go(func() {
				if err := s.TellEnds(ctx); err != nil && !store.ErrBusy.Is(err) { // whoever lost looks again in a minute
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	w.do(w.Store.TellEnds(ctx))
	mails := w.number(`SELECT COUNT(*) FROM outbox WHERE kind = 'expiry-notice'`)
	recipients := w.number(`SELECT COUNT(DISTINCT recipient) FROM outbox WHERE kind = 'expiry-notice'`)
	if mails != 3 || recipients != 3 {
		t.Errorf("%d mails to %d recipients, want one to each of 3", mails, recipients)
	}
	if n := w.number(`SELECT COUNT(*) FROM expiry_notices`); n != 2 {
		t.Errorf("%d ends are told", n)
	}
}
