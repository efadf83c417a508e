package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// cast are the people of a world by their role towards the administration:
// only system administrators get in, whoever else asks is refused.
func cast(w *storetest.World) map[string]store.Account {
	return map[string]store.Account{
		"administrator": w.Root, "host": w.Host, "editor": w.Editor, "outsider": w.Outsider,
		"guest who edits": w.GuestEditor, "guest who reads": w.GuestReader, "guest outside": w.GuestOutside,
		"stranger": {},
	}
}

// SEC-A1, S0-02: every operation of the administration, tried by everybody.
func TestOnlyAdministratorsAdminister(t *testing.T) {
	t.Parallel()
	operations := map[string]func(w *storetest.World, actor store.Account) error{
		"add a member": func(w *storetest.World, actor store.Account) error {
			_, _, err := w.Store.AddMember(t.Context(), actor, store.NewMember{Name: "New", Email: "new@works.example"})
			return err
		},
		"renew a link": func(w *storetest.World, actor store.Account) error {
			member, _, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "New", Email: "new@works.example"})
			if err != nil {
				return err
			}
			_, err = w.Store.RenewMemberLink(t.Context(), actor, member.ID, true)
			return err
		},
		"change rights": func(w *storetest.World, actor store.Account) error {
			return w.Store.SetMemberRights(t.Context(), actor, w.Editor.ID, true, true)
		},
		"list members": func(w *storetest.World, actor store.Account) error {
			_, _, err := w.Store.Members(t.Context(), actor, store.MemberFilter{}, store.Cursor{})
			return err
		},
		"see a member": func(w *storetest.World, actor store.Account) error {
			_, err := w.Store.MemberAccount(t.Context(), actor, w.Host.ID)
			return err
		},
		"list guests": func(w *storetest.World, actor store.Account) error {
			_, err := w.Store.Register(t.Context(), actor, store.GuestFilter{}, store.ByName, "")
			return err
		},
		"see a guest": func(w *storetest.World, actor store.Account) error {
			_, err := w.Store.ManagedGuest(t.Context(), actor, w.GuestOutside.ID)
			return err
		},
		"see a guest's mails": func(w *storetest.World, actor store.Account) error {
			_, _, err := w.Store.MailsTo(t.Context(), actor, w.GuestOutside.ID, 0)
			return err
		},
		"remove from a space": func(w *storetest.World, actor store.Account) error {
			return w.Store.RemoveFromSpace(t.Context(), actor, w.GuestReader.ID, w.Space, "")
		},
		"end sessions": func(w *storetest.World, actor store.Account) error {
			return w.Store.EndGuestSessions(t.Context(), actor, w.GuestOutside.ID)
		},
		"suspend": func(w *storetest.World, actor store.Account) error {
			return w.Store.Suspend(t.Context(), actor, w.GuestOutside.ID, "")
		},
		"reactivate": func(w *storetest.World, actor store.Account) error {
			return w.Store.Reactivate(t.Context(), actor, w.GuestOutside.ID, "")
		},
		"delete": func(w *storetest.World, actor store.Account) error {
			return w.Store.DeleteGuest(t.Context(), actor, w.GuestOutside.ID, "")
		},
		"read the audit log": func(w *storetest.World, actor store.Account) error {
			_, _, err := w.Store.AuditLog(t.Context(), actor, store.AuditFilter{}, 0)
			return err
		},
		"export the audit log": func(w *storetest.World, actor store.Account) error {
			return w.Store.EachAuditEntry(t.Context(), actor, store.AuditFilter{}, func(store.AuditEntry) error { return nil })
		},
		"see the queue": func(w *storetest.World, actor store.Account) error {
			_, _, err := w.Store.Outbox(t.Context(), actor, "", 0)
			return err
		},
		"send a test mail": func(w *storetest.World, actor store.Account) error {
			return w.Store.SendTestMail(t.Context(), actor, "someone@works.example")
		},
		"see the overview": func(w *storetest.World, actor store.Account) error {
			_, err := w.Store.Overview(t.Context(), actor)
			return err
		},
		"change the policy": func(w *storetest.World, actor store.Account) error {
			return w.Store.ChangePolicy(t.Context(), actor, store.PolicyChange{Settings: map[string]string{"twostep.guests": "on"}})
		},
	}
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			for role, actor := range cast(w) {
				var want error
				switch role {
				case "administrator":
					continue // last, because it may change what the others try
				case "stranger":
					want = store.ErrSignIn
				default:
					want = store.ErrForbidden
				}
				if name == "renew a link" && role != "host" {
					continue // it makes a member each time; one is enough
				}
				if err := operation(w, actor); !errors.Is(err, want) {
					t.Errorf("%s: %v, want %v", role, err, want)
				}
			}
			if name == "renew a link" {
				w = storetest.New(t)
			}
			if err := operation(w, w.Root); err != nil {
				t.Errorf("administrator: %v", err)
			}
		})
	}
}

func TestAddMember(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		in     store.NewMember
		err    error
		fields []string
	}{
		{name: "with every right", in: store.NewMember{Name: "Ada", Email: "Ada@Works.example", SystemAdmin: true, MayCreateGuestSpaces: true}},
		{name: "no name, no address", in: store.NewMember{Name: " ", Email: "nobody"}, fields: []string{"display_name", "email"}},
		{name: "address of a member", in: store.NewMember{Name: "Jane", Email: "HOST@works.example"}, err: store.ErrAddressTaken, fields: []string{"email"}},
		{name: "address of a guest", in: store.NewMember{Name: "Erika", Email: "erika@partner.example"}, err: store.ErrAddressTaken, fields: []string{"email"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := storetest.New(t)
			member, link, err := w.Store.AddMember(t.Context(), w.Root, test.in)
			if test.err != nil && !errors.Is(err, test.err) {
				t.Errorf("error %v, want %v", err, test.err)
			}
			if got := fieldsOf(err); fmt.Sprint(got) != fmt.Sprint(test.fields) {
				t.Errorf("fields %v, want %v", got, test.fields)
			}
			if len(test.fields) > 0 {
				return
			}
			if link == "" || member.HasPassword || !member.SystemAdmin || !member.MayCreateGuestSpaces || member.Login != "ada@works.example" {
				t.Errorf("member %+v, link %d characters", member, len(link))
			}
			if mails := w.Mails(); len(mails) != 0 {
				t.Errorf("%d mails although the link is handed over", len(mails))
			}
		})
	}
}

// fieldsOf are the form fields that an error names.
func fieldsOf(err error) []string {
	var several store.Problems
	if errors.As(err, &several) {
		var fields []string
		for _, one := range several {
			fields = append(fields, one.Field)
		}
		return fields
	}
	var one *store.Error
	if errors.As(err, &one) && one.Field != "" {
		return []string{one.Field}
	}
	return nil
}

// SEC-T6: a new link ends the old one; the mail with the old one is not sent.
func TestRenewMemberLink(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	member, _, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "Ada", Email: "ada@works.example", ByMail: true})
	if err != nil {
		t.Fatal(err)
	}
	mails := w.Mails()
	if len(mails) != 1 || mails[0].Kind != store.MailMemberInvitation || mails[0].Secret == "" {
		t.Fatalf("mails %d", len(mails))
	}
	if _, err := w.Store.RenewMemberLink(t.Context(), w.Root, member.ID, false); err != nil {
		t.Fatal(err)
	}
	if drop, err := w.Store.MailEntitled(t.Context(), mails[0]); err != nil || drop == "" {
		t.Errorf("the mail with the old link would be sent: %q, %v", drop, err)
	}
	if _, err := w.Store.RenewMemberLink(t.Context(), w.Root, w.Host.ID, true); !errors.Is(err, store.ErrHasPassword) {
		t.Errorf("a member with a password: %v", err)
	}
	if _, err := w.Store.RenewMemberLink(t.Context(), w.Root, w.GuestEditor.ID, true); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a guest: %v", err)
	}
	for range 4 {
		_, err = w.Store.RenewMemberLink(t.Context(), w.Root, member.ID, true)
	}
	if err != nil {
		t.Errorf("the fifth link of a day: %v", err)
	}
	if _, err = w.Store.RenewMemberLink(t.Context(), w.Root, member.ID, true); !errors.Is(err, store.ErrTooMany) { // SEC-M6
		t.Errorf("the sixth link of a day: %v", err)
	}
}

func TestMemberRights(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	change := func(who store.Account, admin, create bool) error {
		return w.Store.SetMemberRights(t.Context(), w.Root, who.ID, admin, create)
	}
	if err := change(w.Root, false, true); !errors.Is(err, store.ErrLastAdministrator) {
		t.Errorf("the last administrator: %v", err)
	}
	if err := change(w.GuestEditor, true, true); !errors.Is(err, store.ErrNotFound) { // S4-23
		t.Errorf("a guest: %v", err)
	}
	// Somebody who has not set a password yet cannot administer anything.
	if _, _, err := w.Store.AddMember(t.Context(), w.Root, store.NewMember{Name: "Ada", Email: "ada@works.example", SystemAdmin: true}); err != nil {
		t.Fatal(err)
	}
	if err := change(w.Root, false, false); !errors.Is(err, store.ErrLastAdministrator) {
		t.Errorf("the last administrator who can sign in: %v", err)
	}
	if err := change(w.Host, true, true); err != nil {
		t.Fatal(err)
	}
	if err := change(w.Root, false, false); err != nil {
		t.Errorf("one of two administrators: %v", err)
	}
	if err := change(w.Host, false, false); !errors.Is(err, store.ErrForbidden) { // SEC-S4
		t.Errorf("what was taken a moment ago: %v", err)
	}
	log, _, err := w.Store.AuditLog(t.Context(), w.Host, store.AuditFilter{Action: "member.rights_changed"}, 0)
	if err != nil || len(log) != 2 || log[0].Account != w.Root.ID || log[0].Details["system_admin"] != "off" {
		t.Errorf("audit %+v, %v", log, err)
	}
}

// Two administrators who take each other's right at the same moment: one stays.
func TestTwoLastAdministrators(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	if err := w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, true, true); err != nil {
		t.Fatal(err)
	}
	pair := []store.Account{w.Root, w.Host}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			_ = w.Store.SetMemberRights(t.Context(), pair[i%2], pair[(i+1)%2].ID, false, false)
			_ = w.Store.SetMemberRights(t.Context(), pair[i%2], pair[i%2].ID, false, false)
		})
	}
	wait.Wait()
	left, err := w.Store.Number(t.Context(), `SELECT COUNT(*) FROM accounts WHERE system_admin`)
	if err != nil || left != 1 {
		t.Errorf("%d administrators are left, %v", left, err)
	}
}

func TestMembersByKey(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	const added = 2*store.PageSize + 1 - 4 // with the cast, one more than two pages
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		for i := range added {
			// Equal names, so that the order needs the ID.
			_, err := seed.Account(store.SeedAccount{Kind: store.Member, Name: "Sam_e 100%", Email: store.Email(fmt.Sprintf("same%d@works.example", i))}, "")
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[store.ID]bool{}
	var after store.Cursor
	var sizes []int
	for {
		list, more, err := w.Store.Members(t.Context(), w.Root, store.MemberFilter{}, after)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(list))
		for _, member := range list {
			if seen[member.ID] {
				t.Fatalf("%s stands on two pages", member.Login)
			}
			seen[member.ID] = true
		}
		if !more {
			break
		}
		after = list[len(list)-1].Cursor()
	}
	if fmt.Sprint(sizes) != "[50 50 1]" {
		t.Errorf("pages of %v", sizes)
	}
	for query, want := range map[string]int{"jane": 1, "HOST@": 1, "sam_e": 50, "same x": 0, "100%": 50, "%": 50, "_": 50, `\`: 0, "erika": 0} {
		list, _, err := w.Store.Members(t.Context(), w.Root, store.MemberFilter{Query: query}, store.Cursor{})
		if err != nil || len(list) != want {
			t.Errorf("search %q: %d, want %d, %v", query, len(list), want, err)
		}
	}
}
