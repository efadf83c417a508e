package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// approving is a world under the preset "groups" in which members invite and
// somebody must approve it.
func approving(t *testing.T, by string) *storetest.World {
	t.Helper()
	w := storetest.New(t)
	preset, _ := store.PresetPolicy("groups")
	settings := map[string]string{"quota.model": "none", "invite.approval": by}
	for name, value := range preset {
		if _, given := settings[name]; !given {
			settings[name] = value
		}
	}
	changePolicy(t, w, settings)
	w.Deliver()
	return w
}

// ask sends the dialog and gives the verdict on its one address.
func ask(t *testing.T, w *storetest.World, actor store.Account, email string) store.Verdict {
	t.Helper()
	in := store.Invite{Emails: email, Permission: "read", Access: store.AccessText{Days: "30"}, Message: "Hello"}
	checked, err := w.Store.CheckAddresses(t.Context(), actor, w.Space, email)
	if err != nil {
		t.Fatal(err)
	}
	sending, err := w.Store.InviteGuests(t.Context(), actor, w.Space, in)
	if err != nil {
		t.Fatal(err)
	}
	if checked[0].Verdict != sending.Results[0].Verdict {
		t.Errorf("the check says %s, sending %s", checked[0].Verdict, sending.Results[0].Verdict)
	}
	return sending.Results[0].Verdict
}

// waiting are the requests that wait for the actor in the guest space.
func waiting(t *testing.T, w *storetest.World, actor store.Account) []store.InvitationRequest {
	t.Helper()
	list, err := w.Store.InvitationRequests(t.Context(), actor, w.Space)
	if err != nil {
		t.Fatal(err)
	}
	return list.Waiting
}

// topics are the mails that are under way, by recipient: their topics or kinds.
func topics(w *storetest.World) map[store.Email][]string {
	found := map[store.Email][]string{}
	for _, mail := range w.Deliver() {
		topic := mail.Kind
		if data := string(mail.Data); mail.Kind == store.MailNotification {
			topic = topicOf(data)
		}
		found[mail.To] = append(found[mail.To], topic)
	}
	return found
}

// C5: what becomes a request, and whose goes out at once.
func TestWhoNeedsApproval(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		approval, as string
		want         store.Verdict
	}{
		"nobody approves":                                {"none", "M", store.VerdictInvited},
		"a member asks the space's administrators":       {"space_admin", "M", store.VerdictRequested},
		"they ask nobody":                                {"space_admin", "SpA", store.VerdictInvited},
		"a member asks the system administrators":        {"sys_admin", "M", store.VerdictRequested},
		"the space's administrators ask them too":        {"sys_admin", "SpA", store.VerdictRequested},
		"a system administrator who is inside asks none": {"sys_admin", "Ad", store.VerdictInvited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := approving(t, test.approval)
			actor := as(w, test.as)
			if test.as == "Ad" {
				actor = administratorOfAll(t, w)
			}
			if got := ask(t, w, actor, "jan@new.example"); got != test.want {
				t.Errorf("the verdict is %s, want %s", got, test.want)
			}
			asked := count(t, w, `SELECT COUNT(*) FROM invitation_requests WHERE state = 'waiting'`)
			made := count(t, w, `SELECT COUNT(*) FROM invitations`)
			if want := test.want == store.VerdictRequested; (asked == 1) != want || (made == 0) != want {
				t.Errorf("%d requests, %d invitations", asked, made)
			}
		})
	}
}

// C5: approvers get one mail for one sending, the guest none; a live request is
// unique, whoever asks again.
func TestRequestsAreToldOnce(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	sending, err := w.Store.InviteGuests(t.Context(), w.Editor, w.Space, store.Invite{Emails: "a@new.example, b@new.example, erika@partner.example, kari@elsewhere.example"})
	if err != nil || !sending.Sent() {
		t.Fatal(err)
	}
	want := []store.Verdict{store.VerdictRequested, store.VerdictRequested, store.VerdictAlreadyGuest, store.VerdictRequested}
	for i, result := range sending.Results {
		if result.Verdict != want[i] {
			t.Errorf("%s: %s, want %s", result.Email, result.Verdict, want[i])
		}
	}
	mails := topics(w)
	if len(mails) != 1 || len(mails[w.Host.Email]) != 1 || mails[w.Host.Email][0] != store.NoticeInvitationsRequested {
		t.Errorf("mails %v", mails)
	}
	second := newAccount(t, w, store.SeedAccount{Kind: store.Member, Email: "second@works.example", Name: "Second"})
	member(t, w, w.Space, second, store.Editor)
	if got := ask(t, w, second, "a@new.example"); got != store.VerdictAlreadyRequested {
		t.Errorf("asked again: %s", got)
	}
	if mails := topics(w); len(mails) != 0 || len(waiting(t, w, w.Host)) != 3 {
		t.Errorf("mails %v, %d requests", mails, len(waiting(t, w, w.Host)))
	}
}

// C5: approving invites in the name of who asked, as it was asked for; who
// asked is told once.
func TestApprove(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "jan@new.example")
	ask(t, w, w.Editor, "kari@elsewhere.example")
	w.Deliver()
	w.Clock.Advance(3 * store.Day)
	requests := waiting(t, w, w.Host)
	decided, err := w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{
		Requests: []store.ID{requests[0].ID, requests[1].ID}, Approve: true, Reason: "Known to us",
	})
	if err != nil || len(decided) != 2 || decided[0].Verdict != store.VerdictInvited || decided[1].Verdict != store.VerdictAdded {
		t.Fatalf("%+v %v", decided, err)
	}
	row := invitationOf(t, w, "jan@new.example")
	inv := row.Invitation
	if inv.Inviter != w.Editor.ID || inv.Role != store.Reader || inv.AccessDays != 30 || inv.Message != "Hello" ||
		!inv.ExpiresAt.Equal(w.Clock.Now().Add(7*store.Day)) {
		t.Errorf("the invitation is %+v", inv)
	}
	if added := invitationOf(t, w, "kari@elsewhere.example"); added.Role != store.Reader || added.Account.ID != w.GuestOutside.ID {
		t.Errorf("the guest is %+v", added)
	}
	mails := topics(w)
	if len(mails["jan@new.example"]) != 1 || len(mails[w.GuestOutside.Email]) != 1 || len(mails[w.Editor.Email]) != 1 || len(mails[w.Host.Email]) != 0 {
		t.Errorf("mails %v", mails)
	}
	own, err := w.Store.InvitationRequests(t.Context(), w.Editor, w.Space)
	if err != nil || len(own.Own) != 2 || own.Own[0].State != store.RequestApproved || own.Own[0].DecidedBy != w.Host.Name || own.Own[0].Reason != "Known to us" {
		t.Errorf("%+v %v", own.Own, err)
	}
	if n := count(t, w, `SELECT COUNT(*) FROM audit WHERE action = 'invitation_request.approved' AND reason = 'Known to us' AND actor_id = $1`, w.Host.ID); n != 2 {
		t.Errorf("%d entries in the audit log", n)
	}
}

// C5: refusing mails the guest nothing and lets the address be asked for again.
func TestRefuse(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "jan@new.example")
	w.Deliver()
	_, err := w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{waiting(t, w, w.Host)[0].ID}, Reason: "No contract"})
	wantErr(t, err, nil)
	if mails := topics(w); len(mails) != 1 || len(mails[w.Editor.Email]) != 1 {
		t.Errorf("mails %v", mails)
	}
	if got := ask(t, w, w.Editor, "jan@new.example"); got != store.VerdictRequested {
		t.Errorf("asked again: %s", got)
	}
}

// C5: what changed meanwhile is looked at when approving, and said for each row.
func TestApprovingJudgesAnew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meanwhile func(t *testing.T, w *storetest.World)
		verdict   store.Verdict
		problem   error
		state     store.RequestState
	}{
		"who asked has left": {func(t *testing.T, w *storetest.World) {
			wantErr(t, w.Store.Leave(t.Context(), w.Editor, w.Space), nil)
		}, "", store.ErrRequesterMayNot, store.RequestWaiting},
		"members may not invite any more": {func(t *testing.T, w *storetest.World) {
			changePolicy(t, w, map[string]string{"invite.who": "space_admins"})
		}, "", store.ErrRequesterMayNot, store.RequestWaiting},
		"the address is invited": {func(t *testing.T, w *storetest.World) {
			ask(t, w, w.Host, "jan@new.example")
		}, store.VerdictAlreadyInvited, nil, store.RequestApproved},
		"the address is a member's": {func(t *testing.T, w *storetest.World) {
			newAccount(t, w, store.SeedAccount{Kind: store.Member, Email: "jan@new.example", Name: "Jan"})
		}, "", store.ErrAlreadyMember, store.RequestWaiting},
		"the address is a suspended guest's": {func(t *testing.T, w *storetest.World) {
			guest := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "jan@new.example", Name: "Jan"})
			wantErr(t, w.Store.Suspend(t.Context(), w.Root, guest.ID, ""), nil)
		}, "", store.ErrGuestSuspended, store.RequestWaiting},
		"the address is a guest's": {func(t *testing.T, w *storetest.World) {
			newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "jan@new.example", Name: "Jan"})
		}, store.VerdictAdded, nil, store.RequestApproved},
		"the approval is not needed any more": {func(t *testing.T, w *storetest.World) {
			changePolicy(t, w, map[string]string{"invite.approval": "none"})
		}, store.VerdictInvited, nil, store.RequestApproved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := approving(t, "space_admin")
			ask(t, w, w.Editor, "jan@new.example")
			request := waiting(t, w, w.Host)[0]
			test.meanwhile(t, w)
			decided, err := w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{request.ID, 9999}, Approve: true})
			if err != nil || len(decided) != 1 {
				t.Fatalf("%+v %v", decided, err)
			}
			d := decided[0]
			if d.Verdict != test.verdict || (test.problem == nil) != (d.Problem == nil) || test.problem != nil && !errors.Is(d.Problem, test.problem) {
				t.Errorf("verdict %q, problem %v", d.Verdict, d.Problem)
			}
			state, err := w.Store.Text(t.Context(), `SELECT state FROM invitation_requests WHERE id = $1`, request.ID)
			if err != nil || store.RequestState(state) != test.state {
				t.Errorf("the request is %s (%v)", state, err)
			}
		})
	}
}

// C5, SEC-A1: who decides, under each value of the setting and where a space
// has a stricter one.
func TestWhoDecides(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		approval, own, as string
		admin             bool // on the page of the administration
		want              error
		sees              int
	}{
		"an administrator of the space":                   {"space_admin", "", "SpA", false, nil, 1},
		"a member not":                                    {"space_admin", "", "M", false, store.ErrForbidden, 0},
		"a guest not":                                     {"space_admin", "", "GE", false, store.ErrForbidden, 0},
		"who must not know of it":                         {"space_admin", "", "m", false, store.ErrNotFound, 0},
		"a guest outside":                                 {"space_admin", "", "g", false, store.ErrNotFound, 0},
		"a system administrator not in the space":         {"space_admin", "", "SA", false, store.ErrForbidden, 0},
		"nor in the administration":                       {"space_admin", "", "SA", true, nil, 0},
		"not the space's administrator, but a system's":   {"sys_admin", "", "SpA", false, store.ErrForbidden, 0},
		"in the administration":                           {"sys_admin", "", "SA", true, nil, 1},
		"where nobody else comes":                         {"sys_admin", "", "SpA", true, store.ErrForbidden, 0},
		"nor a guest":                                     {"sys_admin", "", "GE", true, store.ErrForbidden, 0},
		"a space that leaves it to system administrators": {"space_admin", "sys_admin", "SA", true, nil, 1},
		"takes it from its own":                           {"space_admin", "sys_admin", "SpA", false, store.ErrForbidden, 0},
		"and from nobody else":                            {"sys_admin", "space_admin", "SpA", false, store.ErrForbidden, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := approving(t, test.approval)
			if test.own != "" {
				setOwn(t, w, w.Space, map[string]string{"invite.approval": test.own})
			}
			ask(t, w, w.Editor, "jan@new.example")
			id := store.ID(count(t, w, `SELECT id FROM invitation_requests`))
			actor, space := as(w, test.as), w.Space
			var seen []store.InvitationRequest
			var err error
			if test.admin {
				space = 0
				seen, err = w.Store.RequestsForSystemAdmins(t.Context(), actor)
				wantErr(t, err, test.want)
			} else {
				var list store.InvitationRequests
				list, err = w.Store.InvitationRequests(t.Context(), actor, w.Space)
				seen = list.Waiting
				if may := test.as == "M" || test.as == "SpA"; (err == nil) != may {
					t.Errorf("the list says %v", err)
				}
			}
			if len(seen) != test.sees {
				t.Errorf("%d requests are seen, want %d", len(seen), test.sees)
			}
			decided, err := w.Store.DecideRequests(t.Context(), actor, space, store.RequestDecision{Requests: []store.ID{id}, Approve: true})
			wantErr(t, err, test.want)
			if len(decided) != test.sees {
				t.Errorf("%d were decided, want %d", len(decided), test.sees)
			}
			waits, err := w.Store.WaitingRequests(t.Context(), actor)
			if err != nil || len(waits) != 0 && test.sees == 1 {
				t.Errorf("%+v still wait (%v)", waits, err)
			}
		})
	}
}

// C5: the pages that say so count what waits for their reader alone.
func TestWaitingRequests(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "a@new.example")
	ask(t, w, w.Editor, "b@new.example")
	for _, actor := range []store.Account{w.Host, w.Editor, w.Root, w.GuestEditor, w.Outsider} {
		want := 0
		if actor.ID == w.Host.ID {
			want = 1
		}
		waits, err := w.Store.WaitingRequests(t.Context(), actor)
		if err != nil || len(waits) != want || want == 1 && (waits[0].N != 2 || waits[0].Space != w.Space) {
			t.Errorf("%s: %+v %v", actor.Name, waits, err)
		}
	}
	changePolicy(t, w, map[string]string{"invite.approval": "sys_admin"})
	if waits, err := w.Store.WaitingRequests(t.Context(), w.Root); err != nil || len(waits) != 1 || waits[0].N != 2 || waits[0].Space != 0 {
		t.Errorf("%+v %v", waits, err)
	}
	if waits, err := w.Store.WaitingRequests(t.Context(), w.Host); err != nil || len(waits) != 0 {
		t.Errorf("%+v %v", waits, err)
	}
}

// C5: of many decisions at once one counts, and the others learn whose.
func TestDecidingAtOnce(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "jan@new.example")
	id := waiting(t, w, w.Host)[0].ID
	approved := race(30, func() error {
		decided, err := w.Store.DecideRequests(context.WithoutCancel(t.Context()), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{id}, Approve: true})
		if err == nil && decided[0].Problem != nil {
			return decided[0].Problem
		}
		return err
	}, func(err error) {
		var late *store.Error
		if !errors.As(err, &late) || late.Code != "request_decided" || late.Args["Name"] != w.Host.Name {
			t.Errorf("who was late gets %v", err)
		}
	})
	if n := count(t, w, `SELECT COUNT(*) FROM invitations`); approved != 1 || n != 1 {
		t.Errorf("%d decisions counted, %d invitations", approved, n)
	}
}

// C5: who asked may take it back, until it is answered; others not.
func TestWithdrawRequest(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "jan@new.example")
	id := waiting(t, w, w.Host)[0].ID
	for actor, want := range map[*store.Account]error{
		&w.Host: store.ErrNotFound, &w.GuestEditor: store.ErrForbidden, &w.Outsider: store.ErrNotFound, &w.Root: store.ErrForbidden,
	} {
		wantErr(t, w.Store.WithdrawRequest(t.Context(), *actor, w.Space, id), want)
	}
	wantErr(t, w.Store.WithdrawRequest(t.Context(), w.Editor, w.Spaces[store.OpenSpace], id), store.ErrForbidden)
	wantErr(t, w.Store.WithdrawRequest(t.Context(), w.Editor, w.Space, id), nil)
	wantErr(t, w.Store.WithdrawRequest(t.Context(), w.Editor, w.Space, id), nil)
	if len(waiting(t, w, w.Host)) != 0 {
		t.Error("it still waits")
	}
	decided, err := w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{id}, Approve: true})
	if err != nil || !errors.Is(decided[0].Problem, store.ErrRequestWithdrawn) {
		t.Errorf("%+v %v", decided, err)
	}
	ask(t, w, w.Editor, "jan@new.example")
	id = waiting(t, w, w.Host)[0].ID
	_, err = w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{id}})
	wantErr(t, err, nil)
	wantErr(t, w.Store.WithdrawRequest(t.Context(), w.Editor, w.Space, id), store.ErrRequestDecided)
}

// C5: requests go with their space; a decision about none is refused.
func TestRequestsGoWithTheSpace(t *testing.T) {
	t.Parallel()
	w := approving(t, "sys_admin")
	ask(t, w, w.Editor, "jan@new.example")
	_, err := w.Store.DecideRequests(t.Context(), w.Root, 0, store.RequestDecision{Approve: true})
	wantErr(t, err, store.ErrNoRequest)
	wantErr(t, w.Store.DeleteSpace(t.Context(), w.Host, w.Space), nil)
	if list, err := w.Store.RequestsForSystemAdmins(t.Context(), w.Root); err != nil || len(list) != 0 {
		t.Errorf("%d requests are left (%v)", len(list), err)
	}
}

// SEC-A2: one live request per space and address, whatever the code does.
func TestOneLiveRequest(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "jan@new.example")
	err := w.Store.Exec(t.Context(), `
		INSERT INTO invitation_requests (space_id, requester_id, email, role, locale, created_at)
		VALUES ($1, $2, 'jan@new.example', 'editor', 'en', 1)`, w.Space, w.Host.ID)
	if err == nil {
		t.Error("a second live request for the address was let in")
	}
}

// C5: what was approved is not widened alone afterwards, nor begun again.
func TestApprovedInvitationsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "jan@new.example")
	_, err := w.Store.DecideRequests(t.Context(), w.Host, w.Space, store.RequestDecision{Requests: []store.ID{waiting(t, w, w.Host)[0].ID}, Approve: true})
	wantErr(t, err, nil)
	id := invitationOf(t, w, "jan@new.example").Invitation.ID
	change := func(actor store.Account, in store.GuestChange, want error) {
		t.Helper()
		wantErr(t, w.Store.ChangeInvitation(t.Context(), actor, w.Space, id, in), want)
	}
	change(w.Editor, store.GuestChange{Permission: new("edit")}, store.ErrApprovalNeeded)
	change(w.Editor, store.GuestChange{Access: &store.AccessText{Days: "never"}}, store.ErrApprovalNeeded)
	change(w.Editor, store.GuestChange{Access: &store.AccessText{Days: "31"}}, store.ErrApprovalNeeded)
	change(w.Editor, store.GuestChange{Access: &store.AccessText{Days: "7"}}, nil)
	change(w.Host, store.GuestChange{Permission: new("edit")}, nil)
	w.Clock.Advance(time.Hour)
	_, err = w.Store.ResendInvitation(t.Context(), w.Editor, w.Space, id)
	wantErr(t, err, nil) // it is live: the same offer, mailed again
	w.Clock.Advance(8 * store.Day)
	_, err = w.Store.ResendInvitation(t.Context(), w.Editor, w.Space, id)
	wantErr(t, err, store.ErrApprovalNeeded)
	_, err = w.Store.ResendInvitation(t.Context(), w.Host, w.Space, id)
	wantErr(t, err, nil)
}

// topicOf is the topic of a notification's data.
func topicOf(data string) string {
	var notice struct{ Topic string }
	_ = json.Unmarshal([]byte(data), &notice) // without one it is ""
	return notice.Topic
}

// Erasing somebody takes along what was asked for about them, and no more.
func TestErasingTakesRequestsAlong(t *testing.T) {
	t.Parallel()
	w := approving(t, "space_admin")
	ask(t, w, w.Editor, "kari@elsewhere.example")
	ask(t, w, w.Editor, "jan@new.example")
	wantErr(t, w.Store.DeleteGuest(t.Context(), w.Root, w.GuestOutside.ID, ""), nil)
	wantErr(t, w.Store.EraseGuest(t.Context(), w.Root, w.GuestOutside.ID, ""), nil)
	if list := waiting(t, w, w.Host); len(list) != 1 || list[0].Wanted.Email != "jan@new.example" {
		t.Errorf("%+v", list)
	}
}
