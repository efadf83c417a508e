package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// nastyTexts are texts that break programs: of the wrong length, encoding, script or
// direction, or with a meaning for somebody on the way.
var nastyTexts = []string{
	"", " ", "\x00", "a\x00b", "\xff\xfe", "\xc3\x28", "\xed\xa0\x80", "\uFFFD", "\uFEFF", "\u200b\u200b", "\u202egnp.exe",
	"\u2066x", "a\r\nBcc: x@y.example", "\x1b[31m", "\x7f", "\u0085", "\u2028", "e\u0301", strings.Repeat("\u0301", 300),
	"K", "ı", "ﬀ", "１２３４５６７８", "١٢٣", "-1", "0", "9223372036854775807", "9223372036854775808", "1e309", "0x1F", "NaN",
	"' OR 1=1 --", `"; DROP TABLE accounts; --`, `\`, `%`, `_`, `%%%\`, "$1", "?", "{{.}}", "${x}", "%s%n", "../../etc/passwd",
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "=1+1", "@SUM(1)", "true", "null", "[]",
	"🏠", "👩‍👩‍👧‍👦", strings.Repeat("🏠", 200), strings.Repeat("a", 255), strings.Repeat("a", 70_000),
	"auto", "xx", "EN", "Local", "../UTC", "Asia/Tokyo\x00", "2026-02-30", "0000-00-00", "9999-12-31",
	strings.Repeat("a", 300) + "@b.example", "a@b", "@", "a@b.example\x00", "ａ@b.example", "a@b.example,a@c.example",
	"preset:", "blob:../../x", "eyJ4IjoxfQ", "WyJcdTAwMDAiLDFd", "W251bGwsbnVsbF0", "WzFlOTksMWU5OV0",
}

// methods are those of the store that take a text which came from outside.
// What is left out of each is good.
func methods(t *testing.T, w world) map[string]func(text string) error {
	t.Helper()
	ctx, s := t.Context(), w.Store
	session := w.SignIn(w.Host)
	threads, err := s.Threads(ctx, w.Host, w.Space, "")
	w.do(err)
	thread := threads.Items[0].ID
	comment, err := s.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: "Hello"})
	w.do(err)
	profile := store.Profile{Name: "Jane Roe", Locale: "en", TimeZone: "UTC"}
	settings := store.SpaceSettings{Name: "A space", Publishing: store.PublishEveryone}
	return map[string]func(string) error{
		"login": func(x string) error { _, err := s.SignIn(ctx, store.Credentials{Login: x, Password: "y"}); return err },
		"password": func(x string) error {
			_, err := s.SignIn(ctx, store.Credentials{Login: w.Editor.Login, Password: x})
			return err
		},
		"device": func(x string) error {
			_, err := s.SignIn(ctx, store.Credentials{Login: w.Outsider.Login, Password: storetest.Password, Device: x})
			return err
		},
		"replaced session": func(x string) error {
			_, err := s.SignIn(ctx, store.Credentials{Login: w.Outsider.Login, Password: storetest.Password, Replaces: x})
			return err
		},
		"agent": func(x string) error {
			_, err := s.SignIn(ctx, store.Credentials{Login: w.Outsider.Login, Password: storetest.Password, Agent: x})
			return err
		},
		"next": func(x string) error {
			_, err := s.SignIn(ctx, store.Credentials{Login: w.Outsider.Login, Password: storetest.Password, Next: x})
			return err
		},
		"client address": func(x string) error {
			_, err := s.SignIn(store.WithOrigin(ctx, store.Origin{Address: x}), store.Credentials{Login: w.Outsider.Login, Password: storetest.Password})
			return err
		},
		"session":          func(x string) error { _, err := s.Visit(ctx, x); return err },
		"sign out":         func(x string) error { return s.SignOut(ctx, x) },
		"code":             func(x string) error { _, err := s.Verify(ctx, session, x, ""); return err },
		"forgotten":        func(x string) error { return s.RequestReset(ctx, x, "") },
		"agent of a reset": func(x string) error { return s.RequestReset(ctx, w.Outsider.Login, x) },
		"reset link":       func(x string) error { _, err := s.PasswordLink(ctx, x); return err },
		"reset":            func(x string) error { _, err := s.ResetPassword(ctx, x, storetest.Password, ""); return err },
		"confirm":          func(x string) error { return s.Confirm(ctx, session, x) },
		"setup":            func(x string) error { _, err := s.Setup(ctx, store.Setup{Code: x}); return err },
		"administrator":    func(x string) error { _, err := s.AdministratorLink(ctx, x, "", false); return err },
		"profile name":     func(x string) error { p := profile; p.Name = x; _, err := s.UpdateProfile(ctx, w.Host, p); return err },
		"profile language": func(x string) error {
			p := profile
			p.Locale = x
			_, err := s.UpdateProfile(ctx, w.Host, p)
			return err
		},
		"profile zone": func(x string) error {
			p := profile
			p.TimeZone = x
			_, err := s.UpdateProfile(ctx, w.Host, p)
			return err
		},
		"space kind": func(x string) error {
			_, err := s.CreateSpace(ctx, w.Host, store.NewSpace{Name: "x", Kind: store.SpaceKind(x)})
			return err
		},
		"space name": func(x string) error {
			_, err := s.CreateSpace(ctx, w.Host, store.NewSpace{Name: x, Kind: store.OpenSpace})
			return err
		},
		"space cover": func(x string) error {
			_, err := s.CreateSpace(ctx, w.Host, store.NewSpace{Name: "x", Kind: store.OpenSpace, Cover: x})
			return err
		},
		"space picture": func(x string) error {
			_, err := s.CreateSpace(ctx, w.Host, store.NewSpace{Name: "x", Kind: store.OpenSpace, Upload: []byte(x)})
			return err
		},
		"settings name": func(x string) error { in := settings; in.Name = x; return s.UpdateSpace(ctx, w.Host, w.Space, in) },
		"settings body": func(x string) error { in := settings; in.Body = x; return s.UpdateSpace(ctx, w.Host, w.Space, in) },
		"publishing": func(x string) error {
			in := settings
			in.Publishing = x
			return s.UpdateSpace(ctx, w.Host, w.Space, in)
		},
		"role":            func(x string) error { return s.ChangeRole(ctx, w.Host, w.Space, w.Editor.ID, store.Role(x)) },
		"candidates":      func(x string) error { _, err := s.MemberCandidates(ctx, w.Host, w.Space, x); return err },
		"members, query":  func(x string) error { _, err := s.MembersOf(ctx, w.Host, w.Space, store.Member, x, ""); return err },
		"members, cursor": func(x string) error { _, err := s.MembersOf(ctx, w.Host, w.Space, store.Member, "", x); return err },
		"members, kind": func(x string) error {
			_, err := s.MembersOf(ctx, w.Host, w.Space, store.AccountKind(x), "", "")
			return err
		},
		"spaces, cursor":  func(x string) error { _, err := s.SpacesOf(ctx, w.Host, x); return err },
		"spaces to join":  func(x string) error { _, err := s.SpacesToJoin(ctx, w.Outsider, x, false); return err },
		"threads, cursor": func(x string) error { _, err := s.Threads(ctx, w.Host, w.Space, x); return err },
		"thread name": func(x string) error {
			return s.UpdateThread(ctx, w.Host, w.Space, thread, store.EditedThread{Name: x, Version: 1})
		},
		"thread body": func(x string) error {
			return s.UpdateThread(ctx, w.Host, w.Space, thread, store.EditedThread{Name: "x", Body: x, Version: 1})
		},
		"comment": func(x string) error {
			_, err := s.AddComment(ctx, w.Host, w.Space, thread, store.NewComment{Body: x})
			return err
		},
		"edited comment": func(x string) error { return s.EditComment(ctx, w.Host, w.Space, thread, comment.ID, 1, x) },
		"all members": func(x string) error {
			_, _, err := s.Members(ctx, w.Root, store.MemberFilter{Query: x}, store.Cursor{})
			return err
		},
		"members' key": func(x string) error {
			_, _, err := s.Members(ctx, w.Root, store.MemberFilter{}, store.Cursor{Key: x, ID: 1})
			return err
		},
		"all guests": func(x string) error {
			_, err := s.Register(ctx, w.Root, store.GuestFilter{Query: x, Company: x, Category: x, Licence: x}, store.GuestSort(x), "")
			return err
		},
		"guests' cursor": func(x string) error {
			_, err := s.Register(ctx, w.Root, store.GuestFilter{}, store.ByName, x)
			return err
		},
		"guests' status": func(x string) error {
			_, err := s.Register(ctx, w.Root, store.GuestFilter{Status: store.GuestStatus(x)}, store.ByName, "")
			return err
		},
		"new member's name": func(x string) error {
			_, _, err := s.AddMember(ctx, w.Root, store.NewMember{Name: x, Email: "new@works.example"})
			return err
		},
		"new member's address": func(x string) error {
			_, _, err := s.AddMember(ctx, w.Root, store.NewMember{Name: "x", Email: x, ByMail: true})
			return err
		},
		"new member's language": func(x string) error {
			_, _, err := s.AddMember(ctx, w.Root, store.NewMember{Name: "x", Email: "l@works.example", Locale: x})
			return err
		},
		"new member's zone": func(x string) error {
			_, _, err := s.AddMember(ctx, w.Root, store.NewMember{Name: "x", Email: "z@works.example", TimeZone: x})
			return err
		},
		"suspension":    func(x string) error { return s.Suspend(ctx, w.Root, w.GuestOutside.ID, x) },
		"outbox, state": func(x string) error { _, _, err := s.Outbox(ctx, w.Root, x, 0); return err },
		"test mail":     func(x string) error { return s.SendTestMail(ctx, w.Root, x) },
		"audit, action": func(x string) error {
			_, _, err := s.AuditLog(ctx, w.Root, store.AuditFilter{Action: x}, 0)
			return err
		},
		"audit, subject": func(x string) error {
			_, _, err := s.AuditLog(ctx, w.Root, store.AuditFilter{Address: x}, 0)
			return err
		},
		"policy": func(x string) error {
			return s.ChangePolicy(ctx, w.Root, store.PolicyChange{Settings: map[string]string{"invite.ttl": x, x: x}})
		},
		"preset": func(x string) error { return s.EnsureEnvironment(ctx, "x", x) },
		"mail server's reply": func(x string) error {
			w.do(s.SendTestMail(ctx, w.Root, "somebody@else.example"))
			w.Clock.Advance(store.Day)
			for _, mail := range w.Mails() {
				if err := s.MailDeferred(ctx, mail, x, w.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// SEC-I2: whatever is typed, the answer is success or one that a person can
// read; never a fault, on neither database, and nothing that cannot be read back.
func TestNastyTexts(t *testing.T) {
	t.Parallel()
	for name := range methods(t, newWorld(t)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world{storetest.New(t, func(o *store.Options) { o.Open = true }), t}
			try := methods(t, w)[name]
			for _, text := range nastyTexts {
				if err := try(text); !forPeople(err) {
					t.Errorf("%.40q: %v", text, err)
				}
			}
			if _, err := w.Store.Visit(t.Context(), w.SignIn(w.Host)); err != nil {
				t.Errorf("afterwards: %v", err)
			}
			if _, err := w.Store.MembersOf(t.Context(), w.Host, w.Space, store.Member, "", ""); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// forPeople reports whether an error is none, or has words for people.
func forPeople(err error) bool {
	var answer *store.Error
	var several store.Problems
	return err == nil || errors.As(err, &answer) || errors.As(err, &several)
}

// SEC-A1: no number, however strange, is more than an unknown ID.
func TestNastyNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, text := range append(nastyTexts, "-9223372036854775808", "00001", "+1", "1 ", "1.0") {
		id := store.ParseID(text)
		if id < 0 {
			t.Errorf("%.40q is %d", text, id)
		}
		if _, err := w.Store.Space(t.Context(), w.GuestOutside, id, store.ToOpen); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("space %.40q: %v", text, err)
		}
		if _, err := w.Store.MemberAccount(t.Context(), w.Root, id+1<<40); id < 1<<41 && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("member %s: %v", fmt.Sprint(id), err)
		}
	}
}

// A login that differs from somebody's in what no cleaner takes away is nobody's: else
// its tries would be counted apart (SEC-P7).
func TestNearlyALogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, login := range []string{"\x00%s", "%s\x00", "%s\xff", "%s.", "<%s>\x00", "%s\r\n"} {
		login := fmt.Sprintf(login, w.Host.Login)
		entry, err := w.Store.SignIn(t.Context(), store.Credentials{Login: login, Password: storetest.Password})
		if err == nil && strings.TrimSpace(login) != w.Host.Login {
			t.Errorf("%q opens the account of %s", login, entry.Account.Login)
		}
		if err != nil && !errors.Is(err, store.ErrLoginFailed) {
			t.Errorf("%q: %v", login, err)
		}
	}
}

// S1-11, S1-12: a member's language and zone are of those that there are.
func TestNewMemberLanguageAndZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, test := range []struct {
		locale, zone string
		want         error
	}{
		{"", "", nil},
		{"auto", "Asia/Tokyo", nil},
		{"xx", "UTC", store.ErrUnknownLanguage},
		{"en", "Nowhere/Near", store.ErrUnknownZone},
		{"en", "../../etc/localtime", store.ErrUnknownZone},
	} {
		_, _, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{
			Name: "New", Email: fmt.Sprintf("new%d@works.example", i), Locale: test.locale, TimeZone: test.zone,
		})
		if test.want != nil && !errors.Is(err, test.want) || test.want == nil && err != nil {
			t.Errorf("%q, %q: %v", test.locale, test.zone, err)
		}
	}
}
