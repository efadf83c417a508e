package store_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// canary is in everything that the person of these tests leaves behind.
const canary = "kanarienvogel"

// somebody is a guest who came by an invitation and has left traces: an
// address changed, a profile, a picture, sessions, mails, refused sign-ins.
func (w world) somebody() store.Account {
	w.t.Helper()
	ctx, s := w.t.Context(), w.Store
	address := canary + "@partner.example"
	sending, err := s.InviteGuests(ctx, w.Host, w.Space, store.Invite{Emails: address, Subject: "Hello " + canary, Message: "Dear " + canary})
	w.do(err)
	if !sending.Sent() {
		w.t.Fatalf("%+v", sending)
	}
	var token string
	for _, mail := range w.Mails() {
		if mail.Kind == store.MailInvitation {
			token = mail.Secret
			w.do(s.MailSent(ctx, mail, "250 ok for "+canary))
		}
	}
	entry, err := s.AcceptInvitation(store.WithOrigin(ctx, store.Origin{Address: canary}), token,
		store.SignUp{DisplayName: "Fritz " + canary, Password: guestPassword})
	w.do(err)
	guest := entry.Account
	var picture bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 64, 64))
	img.Set(1, 1, color.White)
	w.do(png.Encode(&picture, img))
	w.do(s.SetPicture(ctx, guest, &picture))
	if _, err := s.UpdateProfile(ctx, guest, store.Profile{Name: "Franz " + canary, Locale: "ja", TimeZone: "Asia/Tokyo"}); err != nil {
		w.t.Fatal(err)
	}
	_, err = s.SignIn(store.WithOrigin(ctx, store.Origin{Address: canary}), store.Credentials{Login: address, Password: "wrong", Agent: canary})
	if err == nil {
		w.t.Fatal("signed in")
	}
	w.do(s.RequestReset(ctx, address, canary))
	now := w.Clock.Now().UnixMilli()
	w.do(s.Exec(ctx, `
		INSERT INTO invitation_requests (space_id, requester_id, email, name, company, message, role, locale, state, created_at)
		VALUES ($1, $2, $3, $4, $4, $4, 'editor', 'en', 'approved', $5)`, w.Space, w.Editor.ID, address, canary, now))
	w.do(s.Exec(ctx, `INSERT INTO bulk_sendings (space_id, account_id, list, created_at) VALUES ($1, $2, $3, $4)`,
		w.Space, w.Host.ID, `[{"email":"`+address+`"}]`, now))
	w.do(s.Exec(ctx, `
		INSERT INTO remembered_browsers (token_hash, account_id, client_address, user_agent, created_at, expires_at)
		VALUES ($5, $1, $2, $2, $3, $4)`, guest.ID, canary, now, now+store.Day.Milliseconds(), []byte("x")))
	w.do(s.Suspend(ctx, w.Root, guest.ID, canary+" has left"))
	_, err = s.InviteGuests(ctx, w.Host, w.Spaces[store.GuestSpace], store.Invite{Emails: address})
	w.do(err)
	return guest
}

// traces are the rows that hold the canary.
func traces(w *storetest.World) (found []string) {
	for table, rows := range w.Dump() {
		for _, row := range rows {
			if strings.Contains(strings.ToLower(row), canary) {
				found = append(found, table+": "+row)
			}
		}
	}
	return found
}

// Beyond 15: after an erasure nothing in the database tells who it was, and
// what was written stays.
func TestErasureLeavesNoTrace(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(w world, guest store.ID) error{
		"a living guest":  func(world, store.ID) error { return nil },
		"a deleted guest": func(w world, guest store.ID) error { return w.Store.DeleteGuestNow(t.Context(), w.Root, guest, canary) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ctx := newWorld(t), t.Context()
			guest := w.somebody()
			if len(traces(w.World)) < 5 {
				t.Fatalf("too few traces to look for: %q", traces(w.World))
			}
			entries := w.number(`SELECT COUNT(*) FROM audit WHERE account_id = $1`, guest.ID)
			blobs := w.number(`SELECT COUNT(*) FROM blobs`)
			w.do(before(w, guest.ID))
			w.do(w.Store.EraseGuest(ctx, w.Root, guest.ID, "asked for it"))
			w.do(w.Store.EraseGuest(ctx, w.Root, guest.ID, "")) // twice is once
			w.Clock.Advance(time.Hour)
			w.do(w.Store.Sweep(ctx)) // clients are counted for ten minutes
			for _, row := range traces(w.World) {
				t.Errorf("left: %s", row)
			}
			if left := w.number(`SELECT COUNT(*) FROM audit WHERE account_id = $1`, guest.ID); left <= entries {
				t.Errorf("%d entries of %d are left", left, entries)
			}
			if left := w.number(`SELECT COUNT(*) FROM blobs`); left != blobs-1 {
				t.Errorf("%d pictures of %d", left, blobs)
			}
			g := w.guest(guest.ID)
			if g.Name != "#"+guest.ID.String() || !g.Former() || g.ErasedAt.IsZero() || g.Email != "" {
				t.Errorf("erased %+v", g.Account)
			}
			log, _, err := w.Store.AuditLog(ctx, w.Root, store.AuditFilter{Action: "guest.erased"}, 0)
			if err != nil || len(log) != 1 || log[0].Reason != "asked for it" || log[0].Actor != w.Root.ID {
				t.Errorf("log %+v, %v", log, err)
			}
		})
	}
}

// S2-08: whoever came later with the same address is somebody else, and keeps
// what is said of them.
func TestErasureSparesTheNextOne(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "one"))
	w.Clock.Advance(store.Day)
	token := invited(t, w.World, store.Invite{Emails: string(w.GuestEditor.Email)})[w.GuestEditor.Email]
	entry, err := w.Store.AcceptInvitation(ctx, token, store.SignUp{DisplayName: "Erika the Second", Password: guestPassword})
	w.do(err)
	if entry.Account.ID == w.GuestEditor.ID {
		t.Fatal("merged")
	}
	w.do(w.Store.EraseGuest(ctx, w.Root, w.GuestEditor.ID, ""))
	if g := w.guest(entry.Account.ID); g.Name != "Erika the Second" || g.Email != w.GuestEditor.Email || len(g.Spaces) != 1 {
		t.Errorf("the next one %+v", g.Account)
	}
	if n := w.number(`SELECT COUNT(*) FROM invitations WHERE email = $1`, w.GuestEditor.Login); n != 1 {
		t.Errorf("%d invitations of the next one", n)
	}
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'invitation.sent' AND subject = $1`, w.GuestEditor.Login); n != 1 {
		t.Errorf("%d entries of the next one's invitation", n)
	}
	for name, id := range map[string]store.ID{"a member": w.Host.ID, "nobody": 99_999} {
		if err := w.Store.EraseGuest(ctx, w.Root, id, ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("erase %s: %v", name, err)
		}
	}
}

// SEC-A2: the audit log is append-only for everybody but an erasure, and that
// blanks and changes nothing else. By direct statements.
func TestErasureIsTheOnlyChangeOfTheLog(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestEditor.ID, "words"))
	w.do(w.Store.Suspend(ctx, w.Root, w.GuestReader.ID, "words"))
	w.do(w.Store.DeleteGuest(ctx, w.Root, w.GuestEditor.ID, "words"))
	try := func(query string, args ...any) error { return w.Store.Exec(ctx, query, args...) }
	if err := try(`UPDATE audit SET reason = '' WHERE account_id = $1`, w.GuestEditor.ID); err == nil {
		t.Error("the log of somebody deleted and not erased can be blanked")
	}
	w.do(try(`UPDATE accounts SET erased_at = 1 WHERE id = $1`, w.GuestEditor.ID))
	for _, query := range []string{
		`UPDATE audit SET reason = 'other words' WHERE account_id = $1`,
		`UPDATE audit SET subject = 'somebody@else.example' WHERE account_id = $1`,
		`UPDATE audit SET details = '{"a":"b"}' WHERE account_id = $1`,
		`UPDATE audit SET client_address = '192.0.2.1' WHERE account_id = $1`,
		`UPDATE audit SET action = 'guest.added' WHERE account_id = $1`,
		`UPDATE audit SET actor_id = NULL WHERE account_id = $1`,
		`UPDATE audit SET account_id = NULL WHERE account_id = $1`,
		`UPDATE audit SET space_id = 1 WHERE account_id = $1`,
		`UPDATE audit SET created_at = 1 WHERE account_id = $1`,
		`UPDATE audit SET request_id = 'x' WHERE account_id = $1`,
		`UPDATE audit SET reason = '' WHERE account_id <> $1`,
		`UPDATE audit SET reason = ''`,
		`DELETE FROM audit WHERE account_id = $1`,
	} {
		var args []any
		if strings.Contains(query, "$1") {
			args = []any{w.GuestEditor.ID}
		}
		if err := try(query, args...); err == nil {
			t.Errorf("%s is done", query)
		}
	}
	w.do(try(`UPDATE audit SET reason = '', subject = '', details = '{}', client_address = '' WHERE account_id = $1`, w.GuestEditor.ID))
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE reason = 'words'`); n != 1 {
		t.Errorf("%d entries keep their words, want that of the other guest", n)
	}
}

// Beyond 15: texts that mention the person lose the name, those of before an
// edit and the search too.
func TestErasureReachesEarlierTexts(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	guest := w.GuestEditor // Erika Mustermann
	w.do(w.Store.UpdateSpace(ctx, w.Host, w.Space, store.SpaceSettings{Name: "The guest space", MultiThread: true}))
	text := "Ask @" + guest.Name + " for it"
	inThread, err := w.Store.CreateThread(ctx, w.Host, w.Space, store.NewThread{Name: "Plans", Body: text})
	w.do(err)
	c, err := w.Store.AddComment(ctx, w.Host, w.Space, inThread.ID, store.NewComment{Body: text})
	w.do(err)
	kept, err := w.Store.AddComment(ctx, w.Host, w.Space, inThread.ID, store.NewComment{Body: text})
	w.do(err)
	w.do(w.Store.EditComment(ctx, w.Host, w.Space, inThread.ID, c.ID, 1, "Ask nobody"))
	w.do(w.Store.UpdateThread(ctx, w.Host, w.Space, inThread.ID, store.EditedThread{Name: "Plans", Body: "Nothing", Version: 1}))
	found := searchWorld(w).find(w.Host, store.SearchQuery{Text: "Mustermann", Kind: store.FoundComment})
	if len(found) != 1 {
		t.Fatalf("before: found %q", found)
	}
	w.do(w.Store.EraseGuest(ctx, w.Root, guest.ID, ""))
	for _, table := range []string{"comments", "comment_versions", "threads", "thread_versions"} {
		if n := w.number(`SELECT COUNT(*) FROM ` + table + ` WHERE body LIKE '%Mustermann%' OR body_html LIKE '%Mustermann%'`); n != 0 {
			t.Errorf("%d rows of %s tell the name", n, table)
		}
	}
	if n := w.number(`SELECT COUNT(*) FROM comment_versions WHERE body LIKE $1`, "Ask @#"+guest.ID.String()+"%"); n != 1 {
		t.Errorf("%d earlier texts tell the number", n)
	}
	found = searchWorld(w).find(w.Host, store.SearchQuery{Text: "Mustermann"})
	byNumber := searchWorld(w).find(w.Host, store.SearchQuery{Text: "ask for it", Kind: store.FoundComment})
	if len(found) != 0 || len(byNumber) != 1 {
		t.Errorf("after: found %q and %q, want the comment %s by its other words alone", found, byNumber, kept.ID)
	}
}
