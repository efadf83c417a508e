package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// programEvent is a payload as a receiver reads it.
type programEvent struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	CreatedAt time.Time `json:"created_at"`
	Data      struct {
		Guest struct {
			ID         *string
			Code, Name string
		}
		Space *struct{ ID, Name string }
		Actor *struct{ Code, Name string }

		Details map[string]string
	} `json:"data"`
}

// String is the event in a line, for tables.
func (e programEvent) String() string {
	space, actor := "-", "-"
	if e.Data.Space != nil {
		space = e.Data.Space.Name
	}
	if e.Data.Actor != nil {
		actor = e.Data.Actor.Name
	}
	details := make([]string, 0, len(e.Data.Details))
	for _, name := range slices.Sorted(maps.Keys(e.Data.Details)) {
		details = append(details, name+"="+e.Data.Details[name])
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s by %s in %s %s", e.Type, e.Data.Guest.Code, actor, space, strings.Join(details, " ")))
}

// webhook makes a webhook that is told of everything, or of these types.
func (w world) webhook(events ...string) store.ID {
	w.t.Helper()
	if len(events) == 0 {
		events = store.EventTypes
	}
	id, err := w.Store.CreateWebhook(w.t.Context(), w.Root, store.WebhookForm{
		Name: "Register", URL: "https://hooks.partner.example/in", Events: events, Enabled: true,
	})
	w.do(err)
	return id
}

// claimDelivery takes what is due, as a worker does; false when nothing is.
func (w world) claimDelivery() (store.Delivery, bool) {
	w.t.Helper()
	d, err := w.Store.ClaimDelivery(w.t.Context(), 30*time.Second)
	if errors.Is(err, store.ErrNotFound) {
		return d, false
	}
	w.do(err)
	return d, true
}

// arrived are the events that are due, all of which their receivers take.
func (w world) arrived() (events []programEvent) {
	w.t.Helper()
	for {
		d, due := w.claimDelivery()
		if !due {
			return events
		}
		var e programEvent
		w.do(json.Unmarshal(d.Payload, &e))
		if e.ID != d.MessageID {
			w.t.Errorf("the payload is of %q, the message of %q", e.ID, d.MessageID)
		}
		events = append(events, e)
		w.do(w.Store.DeliveryArrived(w.t.Context(), d, store.Try{At: w.Clock.Now(), Status: 204, Reason: store.TryAnswered}))
	}
}

func lines(events []programEvent) string {
	list := make([]string, len(events))
	for i, e := range events {
		list[i] = e.String()
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// Every cause of an event, on each way that leads to it, tells programs once.
func TestEventsOfGuests(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for _, test := range []struct {
		name string
		do   func(w world) error
		want string
	}{
		{"invited into a space", func(w world) error {
			_, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: "a@else.example, b@else.example"})
			return err
		}, "guest.invited a@else.example by {host} in {space} permission=edit\nguest.invited b@else.example by {host} in {space} permission=edit"},
		{"made by a program", func(w world) error {
			_, err := w.Store.AddGuests(ctx, w.Root, []store.NewGuest{{Code: "new@else.example", Name: "New", TimeZone: "UTC", Password: storetest.Password}})
			return err
		}, "guest.created new@else.example by {root} in -"},
		{"put into the space by a program", func(w world) error {
			return w.Store.UpdateSpaceGuests(ctx, w.Host, w.Space, []string{w.GuestEditor.Login, w.GuestReader.Login, w.GuestOutside.Login})
		}, "guest.joined {outside} by {host} in {space} permission=edit"},
		{"added by a person", func(w world) error {
			_, err := w.Store.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: w.GuestOutside.Login, Permission: "read"})
			return err
		}, "guest.joined {outside} by {host} in {space} permission=read"},
		{"suspended", func(w world) error { return w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "a reason for people") },
			"guest.suspended {guest} by {root} in -"},
		{"suspended twice", func(w world) error {
			return errors.Join(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, ""), w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, ""))
		}, "guest.suspended {guest} by {root} in -"},
		{"reactivated", func(w world) error {
			return errors.Join(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, ""), w.Store.Reactivate(ctx, w.Root, w.GuestEditor.ID, ""))
		}, "guest.reactivated {guest} by {root} in -\nguest.suspended {guest} by {root} in -"},
		{"taken out of a space", func(w world) error { return w.Store.RemoveGuest(ctx, w.Host, w.Space, w.GuestEditor.ID, "") },
			"guest.removed {guest} by {host} in {space}"},
		{"taken out by the administration", func(w world) error { return w.Store.RemoveFromSpace(ctx, w.Root, w.GuestEditor.ID, w.Space, "") },
			"guest.removed {guest} by {root} in {space}"},
		{"left by themselves", func(w world) error { return w.Store.Leave(ctx, w.GuestEditor, w.Space) },
			"guest.removed {guest} by {guest name} in {space}"},
		{"a member who leaves is no guest", func(w world) error { return w.Store.Leave(ctx, w.Editor, w.Space) }, ""},
		{"deleted", func(w world) error { return w.Store.DeleteGuestNow(ctx, w.Root, w.GuestEditor.ID, "") },
			"guest.deleted {guest} by {root} in -"},
		{"deleted by a program", func(w world) error { return w.Store.DeleteGuests(ctx, w.Root, []string{w.GuestEditor.Login}) },
			"guest.deleted {guest} by {root} in -"},
		{"erased", func(w world) error { return w.Store.EraseGuest(ctx, w.Root, w.GuestEditor.ID, "") },
			"guest.deleted  by {root} in -"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.webhook()
			w.do(test.do(w))
			sp, err := w.Store.Space(ctx, w.Host, w.Space, store.ToKnow)
			w.do(err)
			want := strings.NewReplacer("{host}", w.Host.Name, "{root}", w.Root.Name, "{space}", sp.Name, "{guest}", w.GuestEditor.Login,
				"{guest name}", w.GuestEditor.Name, "{outside}", w.GuestOutside.Login).Replace(test.want)
			if got := lines(w.arrived()); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// A payload as docs/webhooks.md shows it, to the letter.
func TestPayload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook()
	w.do(w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""))
	_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "a@else.example"})
	w.do(err)
	sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToKnow)
	w.do(err)
	for _, want := range []string{
		`{"id":"%s","type":"guest.suspended","created_at":"2026-09-17T10:00:00Z","data":{"guest":{"id":"` + w.GuestEditor.ID.String() +
			`","code":"` + w.GuestEditor.Login + `","name":"` + w.GuestEditor.Name + `"},"space":null,"actor":{"code":"` + w.Root.Login +
			`","name":"` + w.Root.Name + `"},"details":{}}}`,
		`{"id":"%s","type":"guest.invited","created_at":"2026-09-17T10:00:00Z","data":{"guest":{"id":null,"code":"a@else.example","name":""},"space":{"id":"` +
			w.Space.String() + `","name":"` + sp.Name + `"},"actor":{"code":"` + w.Host.Login + `","name":"` + w.Host.Name + `"},"details":{"permission":"edit"}}}`,
	} {
		d, _ := w.claimDelivery()
		if want = fmt.Sprintf(want, d.MessageID); string(d.Payload) != want {
			t.Errorf("got  %s\nwant %s", d.Payload, want)
		}
		w.do(w.Store.DeliveryArrived(t.Context(), d, store.Try{At: w.Clock.Now()}))
	}
}

// Accepting an invitation tells of the new guest by name.
func TestJoinedEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook(store.EventJoined)
	_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, store.Invite{Emails: "erika@else.example"})
	w.do(err)
	_, err = w.Store.AcceptInvitation(t.Context(), w.Mails()[0].Secret, store.SignUp{DisplayName: "Erika", Password: storetest.Password, Terms: true})
	w.do(err)
	events := w.arrived()
	if len(events) != 1 || events[0].Data.Guest.Name != "Erika" || events[0].Data.Guest.ID == nil || events[0].Data.Actor.Name != "Erika" {
		t.Errorf("told %v", events)
	}
}

// A webhook is told of what it asked for, and of nothing while it is off.
func TestOnlyWhatIsWanted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.webhook(store.EventDeleted)
	w.do(w.Store.Suspend(t.Context(), w.Root, w.GuestEditor.ID, ""))
	w.do(w.Store.UpdateWebhook(t.Context(), w.Root, id, store.WebhookForm{Name: "Off", URL: "https://hooks.partner.example/", Events: store.EventTypes}))
	w.do(w.Store.Suspend(t.Context(), w.Root, w.GuestReader.ID, ""))
	if got := lines(w.arrived()); got != "" {
		t.Errorf("told %s", got)
	}
	if n := w.number(`SELECT COUNT(*) FROM webhook_events`); n != 0 {
		t.Errorf("%d events were written for nobody", n)
	}
}

// What is rolled back is told to nobody: the last of the list is refused, so
// none of it happens.
func TestRolledBackIsNotTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook()
	err := w.Store.DeleteGuests(t.Context(), w.Root, []string{w.GuestEditor.Login, w.GuestReader.Login, "nobody@else.example"})
	if !errors.Is(err, store.ErrNoSuchGuest) {
		t.Fatal(err)
	}
	failing := w.Host // may not invite where they are not
	if _, err := w.Store.InviteGuests(t.Context(), failing, w.Spaces[store.SecretSpace], store.Invite{Emails: "a@else.example"}); err == nil {
		t.Fatal("guests were invited into an internal space")
	}
	if n := w.number(`SELECT COUNT(*) FROM webhook_events`) + w.number(`SELECT COUNT(*) FROM webhook_deliveries`); n != 0 {
		t.Errorf("%d rows are left of what did not happen", n)
	}
}

// S3-17: an end is told once, by several processes, again and again, and after
// a restart.
func TestEndedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhook(store.EventEnded)
	w.endPlace(w.GuestEditor, "1")
	w.do(w.Store.SetGuestEnd(t.Context(), w.Root, w.GuestOutside.ID, store.AccessText{Days: "1"}, false))
	w.Clock.Advance(25 * time.Hour)
	var all sync.WaitGroup
	for _, node := range w.Nodes(2) {
		for range 3 {
			all.Go(func() {
				if err := node.TellEnds(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	w.do(w.Store.TellEnds(t.Context()))
	sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToKnow)
	w.do(err)
	want := []string{
		"guest.ended " + w.GuestEditor.Login + " by - in " + sp.Name + " ends_at=2026-09-18T10:00:00Z scope=space",
		"guest.ended " + w.GuestOutside.Login + " by - in - ends_at=2026-09-18T10:00:00Z scope=account",
	}
	slices.Sort(want)
	if got := lines(w.arrived()); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// A deletion that waits keeps the guest out, and taking it back lets them in,
// unless they were suspended before.
func TestPlannedDeletionIsTold(t *testing.T) {
	t.Parallel()
	w := withPreset(t, "guesthouse", map[string]string{"delete.grace_days": "7"})
	w.webhook()
	ctx := t.Context()
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, ""))
	w.do(w.Store.UndoDeletion(ctx, w.Root, w.GuestEditor.ID, ""))
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.UndoDeletion(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestOutside.ID, ""))
	w.Clock.Advance(8 * store.Day)
	w.do(w.Store.Sweep(ctx))
	by := " by " + w.Root.Name + " in -"
	when := " cause=deletion delete_at=2026-09-24T10:00:00Z"
	want := []string{
		"guest.suspended " + w.GuestEditor.Login + by + when, "guest.reactivated " + w.GuestEditor.Login + by,
		"guest.suspended " + w.GuestReader.Login + by, "guest.suspended " + w.GuestReader.Login + by + when,
		"guest.suspended " + w.GuestOutside.Login + by + when, "guest.deleted " + w.GuestOutside.Login + " by - in -",
	}
	slices.Sort(want)
	if got := lines(w.arrived()); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// An erasure reaches what was told, and what still waits to be.
func TestErasureReachesEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.webhook()
	ctx := t.Context()
	w.do(w.Store.Leave(ctx, w.GuestEditor, w.Space))
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, ""))
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestReader.ID, ""))
	w.do(w.Store.EraseGuest(ctx, w.Root, w.GuestEditor.ID, ""))
	list, _, err := w.Store.Deliveries(ctx, w.Root, id, "", 0)
	w.do(err)
	if len(list) != 4 {
		t.Fatalf("%d deliveries", len(list))
	}
	others := 0
	for _, entry := range list {
		d, err := w.Store.Delivery(ctx, w.Root, id, entry.ID)
		w.do(err)
		if strings.Contains(d.Payload, w.GuestEditor.Login) || strings.Contains(d.Payload, w.GuestEditor.Name) {
			t.Errorf("%s still says who it was: %s", d.Type, d.Payload)
		}
		if strings.Contains(d.Payload, w.GuestReader.Login) {
			others++
		}
	}
	if others != 1 {
		t.Error("the events of others were blanked too")
	}
	if n := w.number(`SELECT COUNT(*) FROM webhook_events WHERE guest_code = $1`, w.GuestEditor.Login); n != 0 {
		t.Errorf("%d rows name the address", n)
	}
}
