package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guesthouse/store"
)

// withPreset is a world under a preset, with some settings of its own.
func withPreset(t *testing.T, preset string, settings map[string]string) world {
	t.Helper()
	w := newWorld(t)
	policy, ok := store.PresetPolicy(preset)
	if !ok {
		t.Fatalf("no preset %s", preset)
	}
	for name, value := range settings {
		policy[name] = value
	}
	w.settings(policy)
	return w
}

// placeEnd is when a guest's access to a space ends, in milliseconds, with the
// period that it was set by; both 0 for never.
func (w world) placeEnd(space, guest store.ID) (end, days int) {
	w.t.Helper()
	const of = ` FROM memberships WHERE space_id = $1 AND account_id = $2`
	return w.number(`SELECT COALESCE(MAX(ends_at), 0)`+of, space, guest), w.number(`SELECT COALESCE(MAX(ends_days), 0)`+of, space, guest)
}

func (w world) wantPlaceEnd(what string, guest store.ID, days int) {
	w.t.Helper()
	want := 0
	if days > 0 {
		want = int(w.Clock.Now().Add(time.Duration(days) * store.Day).UnixMilli())
	}
	if end, period := w.placeEnd(w.Space, guest); end != want || period != days {
		w.t.Errorf("%s: ends at %d after %d days, want %d after %d", what, end, period, want, days)
	}
}

func (w world) setPlaceEnd(access store.AccessText) {
	w.t.Helper()
	w.do(w.Store.ChangeGuest(w.t.Context(), w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &access, Confirmed: true}))
}

// S3-13: without a word access has no end, under every preset; an end can be
// that of the guest or of one membership.
func TestAccessIsUnlimitedByDefault(t *testing.T) {
	t.Parallel()
	for _, preset := range store.Presets {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			w := withPreset(t, preset, map[string]string{"quota.model": "none"})
			ctx := t.Context()
			link := invited(t, w.World, store.Invite{Emails: "jan@new.example"})["jan@new.example"]
			joined, err := w.Store.AcceptInvitation(ctx, link, store.SignUp{DisplayName: "Jan", Password: "9 lives of a cat"})
			w.do(err)
			w.wantPlaceEnd("invited", joined.Account.ID, 0)
			if !joined.Account.EndsAt.IsZero() {
				t.Errorf("the account ends at %v", joined.Account.EndsAt)
			}
			w.setPlaceEnd(store.AccessText{Days: "30"})
			w.wantPlaceEnd("a period of the membership", w.GuestEditor.ID, 30)
			w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestEditor.ID, store.AccessText{Days: "7"}, false))
			w.wantPlaceEnd("beside that of the guest", w.GuestEditor.ID, 30)
			if guest := w.guest(w.GuestEditor.ID); guest.EndsDays != 7 || !guest.EndsAt.Equal(w.Clock.Now().Add(7*store.Day)) {
				t.Errorf("the account ends at %v after %d days", guest.EndsAt, guest.EndsDays)
			}
		})
	}
}

// S3-14: month to week, to a day, to never; to the past is now, once confirmed.
func TestTheEndIsChangedAnyTime(t *testing.T) {
	t.Parallel()
	w := withPreset(t, "workspaces", map[string]string{"quota.model": "none", "guest.scope": "multi"})
	ctx := t.Context()
	w.setPlaceEnd(store.AccessText{Days: "30"})
	w.Clock.Advance(2 * store.Day)
	w.setPlaceEnd(store.AccessText{Days: "7"})
	w.wantPlaceEnd("month to week", w.GuestEditor.ID, 7) // S3-15: from now
	w.setPlaceEnd(store.AccessText{On: "2026-10-01"})
	want := int(time.Date(2026, 10, 1, 23, 59, 59, 0, time.UTC).UnixMilli())
	if end, days := w.placeEnd(w.Space, w.GuestEditor.ID); end != want || days != 0 {
		t.Errorf("by day: %d after %d days, want %d", end, days, want)
	}
	w.setPlaceEnd(store.AccessText{})
	w.wantPlaceEnd("cleared", w.GuestEditor.ID, 0)

	past := store.AccessText{On: "2026-09-01"}
	err := w.Store.ChangeGuest(ctx, w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &past})
	wantErr(t, err, store.ErrEndsNow)
	wantErr(t, w.Store.SetGuestEnd(ctx, w.Root, w.GuestReader.ID, past, false), store.ErrEndsNow)
	w.wantPlaceEnd("not confirmed", w.GuestEditor.ID, 0)
	w.setPlaceEnd(past)
	if end, _ := w.placeEnd(w.Space, w.GuestEditor.ID); end != int(w.Clock.Now().UnixMilli()) {
		t.Errorf("confirmed: ends at %d, want now", end)
	}
	if _, err := w.Store.Space(ctx, w.GuestEditor, w.Space, store.ToOpen); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("opens it still: %v", err)
	}
	token := w.SignIn(w.GuestReader)
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestReader.ID, past, true))
	if guest := w.guest(w.GuestReader.ID); !guest.EndsAt.Equal(w.Clock.Now()) {
		t.Errorf("the account ends at %v, want now", guest.EndsAt)
	}
	if _, err := w.Store.Visit(ctx, token); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("is signed in still: %v", err)
	}
	wantErr(t, w.Store.SetGuestEnd(ctx, w.Root, w.GuestReader.ID, store.AccessText{}, false), store.ErrRequired)
}

// S3-15: N days are N times 24 hours from the change, also across the night in
// which clocks are put back.
func TestDaysAreCountedInHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	w.do(err)
	w.Clock.Advance(time.Date(2026, 10, 24, 12, 0, 0, 0, berlin).Sub(w.Clock.Now()))
	host := w.Host
	host.TimeZone = "Europe/Berlin"
	w.do(w.Store.ChangeGuest(t.Context(), host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &store.AccessText{Days: "1"}}))
	end, days := w.placeEnd(w.Space, w.GuestEditor.ID)
	if got := time.UnixMilli(int64(end)).In(berlin); days != 1 || got.Format("02 15:04") != "25 11:00" {
		t.Errorf("a day after noon ends at %v", got)
	}
	// A day that was chosen ends with that day, where whoever chose it lives.
	w.do(w.Store.ChangeGuest(t.Context(), host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &store.AccessText{On: "2026-10-25"}}))
	end, _ = w.placeEnd(w.Space, w.GuestEditor.ID)
	if got := time.UnixMilli(int64(end)).In(berlin); got.Format("02 15:04:05") != "25 23:59:59" {
		t.Errorf("the chosen day ends at %v", got)
	}
}

// waysIn are all ways in by which a guest's access is offered. Each gives what
// the guest who came in has.
var waysIn = map[string]func(w world, access store.AccessText) (guest store.ID, err error){
	"invited": func(w world, access store.AccessText) (store.ID, error) {
		_, err := w.Store.InviteGuests(w.t.Context(), w.Host, w.Space, store.Invite{Emails: "jan@new.example", Access: access})
		return w.joins("jan@new.example"), err
	},
	"list": func(w world, access store.AccessText) (store.ID, error) {
		id, err := w.Store.ReadBulk(w.t.Context(), w.Host, w.Space, store.BulkForm{Text: "jan@new.example", Access: access})
		w.do(err)
		if err = w.Store.SendBulk(w.t.Context(), w.Host, w.Space, id); errors.Is(err, store.ErrNobodyInvited) {
			err = w.rowProblem(id)
		}
		return w.joins("jan@new.example"), err
	},
	"row of a list": func(w world, access store.AccessText) (store.ID, error) {
		id, err := w.Store.ReadBulk(w.t.Context(), w.Host, w.Space, store.BulkForm{Text: "email,ends\njan@new.example," + access.Days})
		w.do(err)
		if err = w.Store.SendBulk(w.t.Context(), w.Host, w.Space, id); errors.Is(err, store.ErrNobodyInvited) {
			err = w.rowProblem(id)
		}
		return w.joins("jan@new.example"), err
	},
	"printed": func(w world, access store.AccessText) (store.ID, error) {
		inv, err := w.Store.InvitePrinted(w.t.Context(), w.Host, w.Space, store.PrintedInvite{Identifier: "ana", Name: "Ana", Access: access})
		if err != nil {
			return 0, err
		}
		_, _, link, err := w.Store.InvitationLink(w.t.Context(), w.Host, w.Space, inv.ID)
		w.do(err)
		joined, err := w.Store.AcceptInvitation(w.t.Context(), link, store.SignUp{DisplayName: "Ana", Password: guestPassword})
		w.do(err)
		return joined.Account.ID, nil
	},
	"added": func(w world, access store.AccessText) (store.ID, error) {
		return w.GuestOutside.ID, w.Store.AddGuest(w.t.Context(), w.seesAll(), w.Space, store.GuestAddition{Account: w.GuestOutside.ID, Access: access})
	},
	"approved": func(w world, access store.AccessText) (store.ID, error) {
		w.settings(map[string]string{"invite.who": "members", "invite.approval": "space_admin"})
		_, err := w.Store.InviteGuests(w.t.Context(), w.Editor, w.Space, store.Invite{Emails: "jan@new.example", Access: access})
		if err != nil {
			return 0, err
		}
		if problem := w.approve(); problem != nil {
			return 0, problem
		}
		return w.joins("jan@new.example"), nil
	},
}

// seesAll is an administrator of the space who sees every guest.
func (w world) seesAll() store.Account {
	w.t.Helper()
	w.do(w.Store.Exec(w.t.Context(), `UPDATE accounts SET system_admin = TRUE WHERE id = $1`, w.Host.ID))
	return w.Host
}

func (w world) rowProblem(list store.ID) error {
	w.t.Helper()
	sending, err := w.Store.BulkSending(w.t.Context(), w.Host, w.Space, list)
	w.do(err)
	if problems := sending.Rows[0].Problems; len(problems) == 1 && problems[0].Code == store.ErrBeyondMaximum.Code {
		return store.ErrBeyondMaximum
	}
	return fmt.Errorf("the row has %+v", sending.Rows[0].Problems)
}

// joins follows the link that was mailed; 0 where there was none.
func (w world) joins(address store.Email) store.ID {
	w.t.Helper()
	link, mailed := tokens(w.World)[address]
	if !mailed {
		return 0
	}
	joined, err := w.Store.AcceptInvitation(w.t.Context(), link, jan)
	w.do(err)
	return joined.Account.ID
}

// approve approves what waits, and gives why it could not be.
func (w world) approve() *store.Error {
	w.t.Helper()
	requests := waiting(w.t, w.World, w.Host)
	if len(requests) != 1 {
		w.t.Fatalf("%d requests", len(requests))
	}
	decided, err := w.Store.DecideRequests(w.t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{requests[0].ID}, Approve: true})
	w.do(err)
	return decided[0].Problem
}

// C19: on every way in the organisation's end where nobody says one, never
// beyond its longest, and "never" is that.
func TestTheOrganisationsEndOnEveryWayIn(t *testing.T) {
	t.Parallel()
	never := store.AccessText{Days: "never"}
	for name, way := range waysIn {
		for _, test := range []struct {
			what          string
			standard, max string
			access        store.AccessText
			want          int
			err           error
		}{
			{"nothing said", "90", "never", store.AccessText{}, 90, nil},
			{"never said", "90", "never", never, 0, nil},
			{"never under a longest", "never", "60", never, 60, nil},
			{"nothing said under a longest", "never", "60", store.AccessText{}, 60, nil},
			{"the standard is beyond the longest", "90", "60", store.AccessText{}, 60, nil},
			{"as long as the longest", "90", "60", store.AccessText{Days: "60"}, 60, nil},
			{"beyond the longest", "90", "60", store.AccessText{Days: "61"}, 0, store.ErrBeyondMaximum},
		} {
			t.Run(name+", "+test.what, func(t *testing.T) {
				t.Parallel()
				w := withPreset(t, "guesthouse", map[string]string{
					"guest.without_email": "on", "guest.expiry_default": test.standard, "guest.expiry_max": test.max,
				})
				guest, err := way(w, test.access)
				var refusal *store.Error
				if test.err != nil {
					if !errors.As(err, &refusal) || !errors.Is(err, test.err) || refusal.Setting != "guest.expiry_max" {
						t.Errorf("got %v, want %v that names its setting", err, test.err)
					}
					return
				}
				w.do(err)
				w.wantPlaceEnd(test.what, guest, test.want)
			})
		}
	}
}

// S4-26: each kind of guest has its own end; C9: and so has who is in no space.
func TestEndsOfCategories(t *testing.T) {
	t.Parallel()
	w := withPreset(t, "groups", map[string]string{
		"quota.model": "none", "guest.expiry_default": "90", "guest.expiry_freelancer": "14", "guest.expiry_partner": "never", "guest.expiry_max": "60",
	})
	for category, want := range map[string]int{"freelancer": 14, "customer": 60, "partner": 60, "": 60} {
		address := store.Email(category + "-of@new.example")
		in := store.Invite{Emails: string(address), Category: category}
		_, err := w.Store.InviteGuests(t.Context(), w.Host, w.Space, in)
		w.do(err)
		w.wantPlaceEnd(category, w.joins(address), want)

		in.Emails = "un" + string(address)
		_, err = w.Store.InviteUnaffiliated(t.Context(), w.Root, in)
		w.do(err)
		guest := w.guest(w.joins("un" + address))
		if guest.EndsDays != want || !guest.EndsAt.Equal(w.Clock.Now().Add(time.Duration(want)*store.Day)) {
			t.Errorf("%q in no space ends at %v after %d days, want %d", category, guest.EndsAt, guest.EndsDays, want)
		}
	}
	_, err := w.Store.InviteUnaffiliated(t.Context(), w.Root, store.Invite{Emails: "x@new.example", Access: store.AccessText{Days: "61"}})
	wantErr(t, err, store.ErrBeyondMaximum)
}

// C19: rules that become stricter hold for links and requests that are under way.
func TestStricterRulesHoldForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	w := withPreset(t, "guesthouse", map[string]string{"invite.who": "members"})
	ctx := t.Context()
	links := invited(t, w.World, store.Invite{Emails: "a@new.example"})
	for email, link := range invited(t, w.World, store.Invite{Emails: "b@new.example", Access: store.AccessText{On: "2027-09-01"}}) {
		links[email] = link
	}
	w.settings(map[string]string{"invite.approval": "space_admin"})
	member(t, w.World, w.Spaces[store.PrivateSpace], w.GuestOutside, store.Reader)
	_, err := w.Store.InviteGuests(ctx, w.Editor, w.Space, store.Invite{Emails: string(w.GuestOutside.Email), Access: store.AccessText{Days: "365"}})
	w.do(err)
	w.settings(map[string]string{"guest.expiry_max": "60"})
	for email, link := range links {
		joined, err := w.Store.AcceptInvitation(ctx, link, jan)
		w.do(err)
		w.wantPlaceEnd(string(email), joined.Account.ID, 60)
	}
	if problem := w.approve(); problem == nil || problem.Code != store.ErrBeyondMaximum.Code {
		t.Errorf("an addition beyond the maximum was approved: %v", problem)
	}
}

// S3-13, SEC-S4: system administrators set any end, a sponsor gives more time;
// for others there is no such guest.
func TestWhoSetsTheEndOfAGuest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.Store.Seed(t.Context(), func(seed store.Seeder) error { return seed.Sponsor(w.GuestEditor.ID, w.Outsider.ID) }))
	w.do(w.Store.SetGuestEnd(t.Context(), w.Root, w.GuestEditor.ID, store.AccessText{Days: "30"}, false))
	for _, test := range []struct {
		what  string
		who   store.Account
		guest store.ID
		days  string
		want  error
	}{
		{"a sponsor takes time", w.Outsider, w.GuestEditor.ID, "29", store.ErrNoEarlierEnd},
		{"a sponsor gives time", w.Outsider, w.GuestEditor.ID, "31", nil},
		{"a sponsor takes the end away", w.Outsider, w.GuestEditor.ID, "never", nil},
		{"a sponsor sets an end", w.Outsider, w.GuestEditor.ID, "3650", store.ErrNoEarlierEnd},
		{"of the guest of another", w.Outsider, w.GuestReader.ID, "31", store.ErrNotFound},
		{"an administrator of a space", w.Host, w.GuestEditor.ID, "31", store.ErrNotFound},
		{"a member", w.Editor, w.GuestEditor.ID, "31", store.ErrNotFound},
		{"the guest", w.GuestEditor, w.GuestEditor.ID, "31", store.ErrNotFound},
		{"of a member", w.Root, w.Editor.ID, "31", store.ErrNotFound},
		{"of nobody", w.Root, 9999, "31", store.ErrNotFound},
		{"a system administrator", w.Root, w.GuestEditor.ID, "1", nil},
	} {
		err := w.Store.SetGuestEnd(t.Context(), test.who, test.guest, store.AccessText{Days: test.days}, false)
		if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", test.what, err, test.want)
		}
	}
}

// SEC-A3: access that had ended takes a place again when it comes back.
func TestComingBackTakesAPlace(t *testing.T) {
	t.Parallel()
	w := withPreset(t, "workspaces", map[string]string{"guest.scope": "multi", "quota.model": "fixed", "quota.guests": "3"})
	ctx := t.Context()
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestEditor.ID, store.AccessText{On: "2026-09-01"}, true))
	invited(t, w.World, store.Invite{Emails: "jan@new.example"}) // the place that became free
	again := store.AccessText{Days: "30"}
	wantErr(t, w.Store.SetGuestEnd(ctx, w.Root, w.GuestEditor.ID, again, false), store.ErrQuotaFull)
	_, err := w.Store.DoGuestAct(ctx, w.Root, store.GuestSelection{Entries: []store.ID{2 * w.GuestEditor.ID}}, store.GuestActForm{Act: store.ActExtend, Access: again})
	wantErr(t, err, store.ErrQuotaFull)
	w.settings(map[string]string{"quota.guests": "4"})
	w.do(w.Store.SetGuestEnd(ctx, w.Root, w.GuestEditor.ID, again, false))
	_, err = w.Store.DoGuestAct(ctx, w.Root, store.GuestSelection{Entries: []store.ID{2 * w.GuestEditor.ID}}, store.GuestActForm{Act: store.ActExtend})
	wantErr(t, err, store.ErrRequired) // no word is not "never"
}

// SEC-T7: at the very instant, without any sweep, a session, the door of a
// space, open pages and mails that wait are refused; the moment before they are not.
func TestTheEndIsCheckedOnUse(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(w world) error{
		"of the account": func(w world) error {
			return w.Store.SetGuestEnd(w.t.Context(), w.Root, w.GuestEditor.ID, store.AccessText{Days: "1"}, false)
		},
		"of the place": func(w world) error {
			return w.Store.ChangeGuest(w.t.Context(), w.Host, w.Space, w.GuestEditor.ID, store.GuestChange{Access: &store.AccessText{Days: "1"}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx := t.Context()
			account := name == "of the account"
			w.do(set(w))
			w.Clock.Advance(store.Day - time.Millisecond)
			token := w.SignIn(w.GuestEditor)
			before := w.look(token, w.Space)
			visit, err := w.Store.Visit(ctx, token)
			w.do(err)
			_, err = w.Store.Space(ctx, visit.Account, w.Space, store.ToOpen)
			w.do(err)
			w.do(w.Store.Exec(ctx, `
				INSERT INTO outbox (kind, lane, recipient, account_id, space_id, locale, timezone, message_id, reply_to, data, state, created_at, next_try_at, give_up_at)
				VALUES ('notification', 1, $1, $2, $3, 'en', 'UTC', '<x@portal.example>', '', '{}', 'queued', $4, $4, $5)`,
				string(w.GuestEditor.Email), w.GuestEditor.ID, w.Space, w.Clock.Now().UnixMilli(), w.Clock.Now().Add(store.Day).UnixMilli()))
			mails := w.Mails()
			if drop, err := w.Store.MailEntitled(ctx, mails[0]); len(mails) != 1 || drop != "" || err != nil {
				t.Fatalf("the moment before, %d mails are dropped for %q, %v", len(mails), drop, err)
			}

			w.Clock.Advance(time.Millisecond)
			if _, err := w.Store.Visit(ctx, token); errors.Is(err, store.ErrSignIn) != account {
				t.Errorf("the session: %v", err)
			}
			if _, err := w.Store.Space(ctx, visit.Account, w.Space, store.ToOpen); !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrSignIn) {
				t.Errorf("the door: %v", err)
			}
			if drop, err := w.Store.MailEntitled(ctx, mails[0]); drop == "" || err != nil {
				t.Errorf("the mail is handed over: %v", err)
			}
			after := w.look(token, w.Space)
			if (after.State == store.SightGone) != account || after.Mark == before.Mark {
				t.Errorf("the open page: %+v, before %+v", after, before)
			}
		})
	}
}
