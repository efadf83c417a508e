package store_test

import (
	"errors"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// The matrix of the security rules, section 4, written down a second time: for
// each operation and standing one letter for each kind of space (guest, open,
// private, secret).
//
//	y  may                              n  knows of the space and may not
//	-  must not know of it              o  only what is their own: says no for the rest
//
// Publishing is open and membership is not fixed; TestSwitches turns both.
const matrix = `
operation    SA    SpA   M     m     GE    GR    g
know         yyyy  yyyy  yyyy  -yy-  yyyy  yyyy  ----
open         nnnn  yyyy  yyyy  -yn-  yyyy  yyyy  ----
join         yyyy  nnnn  nnnn  -yn-  nnnn  nnnn  ----
ask          nnnn  nnnn  nnnn  -ny-  nnnn  nnnn  ----
leave        nnnn  yyyy  yyyy  -nn-  yyyy  yyyy  ----
follow       nnnn  yyyy  yyyy  -nn-  yyyy  yyyy  ----
write        nnnn  yyyy  yyyy  -nn-  yyyy  nnnn  ----
edit own     nnnn  yyyy  yyyy  -nn-  yyyy  nnnn  ----
moderate     nnnn  yyyy  nnnn  -nn-  nnnn  nnnn  ----
manage       nnnn  yyyy  nnnn  -nn-  nnnn  nnnn  ----
delete       yyyy  yyyy  nnnn  -nn-  nnnn  nnnn  ----
see guests   nnnn  yyyy  nnnn  -nn-  nnnn  nnnn  ----
invite       nnnn  ynnn  nnnn  -nn-  nnnn  nnnn  ----
guests       nnnn  yyyy  oooo  -nn-  nnnn  nnnn  ----
resend       nnnn  yyyy  oooo  -nn-  nnnn  nnnn  ----
upload       nnnn  yyyy  yyyy  -nn-  yyyy  nnnn  ----
download     nnnn  yyyy  yyyy  -yn-  yyyy  yyyy  ----
`

var operationNames = map[store.Operation]string{
	store.ToKnow: "know", store.ToOpen: "open", store.ToJoin: "join", store.ToAskToJoin: "ask", store.ToLeave: "leave",
	store.ToFollow: "follow", store.ToWrite: "write", store.ToEditOwn: "edit own", store.ToModerate: "moderate",
	store.ToManage: "manage", store.ToDelete: "delete", store.ToSeeGuests: "see guests", store.ToInvite: "invite",
	store.ToManageGuests: "guests", store.ToResend: "resend", store.ToUpload: "upload", store.ToDownload: "download",
}

var standings = []string{"SA", "SpA", "M", "m", "GE", "GR", "g"}

// cells are the matrix by operation and standing.
func cells(t *testing.T) map[string]map[string]string {
	t.Helper()
	table := map[string]map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(matrix), "\n")[1:] {
		name, rest := strings.TrimSpace(line[:13]), strings.Fields(line[13:])
		if len(rest) != len(standings) {
			t.Fatalf("row %q has %d cells", name, len(rest))
		}
		table[name] = map[string]string{}
		for i, cell := range rest {
			table[name][standings[i]] = cell
		}
	}
	return table
}

func as(w *storetest.World, standing string) store.Account {
	return map[string]store.Account{
		"SA": w.Root, "SpA": w.Host, "M": w.Editor, "m": w.Outsider,
		"GE": w.GuestEditor, "GR": w.GuestReader, "g": w.GuestOutside,
	}[standing]
}

// SEC-A1: every operation, by everybody, in every kind of space, through the
// door and through the method that does it.
func TestMatrix(t *testing.T) {
	t.Parallel()
	table := cells(t)
	for _, op := range store.Operations() {
		name, ok := operationNames[op]
		if !ok || table[name] == nil {
			t.Errorf("operation %d has no row", op)
			continue
		}
		for _, standing := range standings {
			t.Run(name+" as "+standing, func(t *testing.T) {
				t.Parallel()
				stage := newStage(t)
				for i, kind := range store.SpaceKinds {
					stage.check(t, op, standing, kind, table[name][standing][i])
				}
			})
		}
	}
}

// stage is a world in which everybody who ever could has written a comment in
// every space, and a second administrator lets the first one leave.
type stage struct {
	*storetest.World
	threads  map[store.SpaceKind]store.ID
	comments map[store.SpaceKind]map[store.ID]store.ID // by author
	files    map[store.SpaceKind]store.ID
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{
		World: storetest.New(t), threads: map[store.SpaceKind]store.ID{}, comments: map[store.SpaceKind]map[store.ID]store.ID{},
		files: map[store.SpaceKind]store.ID{},
	}
	for _, kind := range store.SpaceKinds {
		space := s.Spaces[kind]
		member(t, s.World, space, s.GuestReader, store.Editor)
		threads, err := s.Store.Threads(t.Context(), s.Host, space, "")
		if err != nil {
			t.Fatal(err)
		}
		s.threads[kind] = threads.Items[0].ID
		s.comments[kind] = map[store.ID]store.ID{}
		for _, author := range []store.Account{s.Host, s.Editor, s.GuestEditor, s.GuestReader} {
			comment, err := s.Store.AddComment(t.Context(), author, space, s.threads[kind], store.NewComment{Body: "Hello"})
			if err != nil {
				t.Fatal(err)
			}
			s.comments[kind][author.ID] = comment.ID
		}
		s.files[kind] = addFile(t, s.World, s.Host, space, store.NewFile{}, "plan.pdf", "Plan").ID
		member(t, s.World, space, s.GuestReader, store.Reader)
		member(t, s.World, space, secondAdministrator(t, s.World, string(kind)), store.Administrator)
	}
	return s
}

func secondAdministrator(t *testing.T, w *storetest.World, name string) store.Account {
	t.Helper()
	return newAccount(t, w, store.SeedAccount{Kind: store.Member, Email: store.Email(name + "@works.example"), Name: name})
}

func newAccount(t *testing.T, w *storetest.World, in store.SeedAccount) (account store.Account) {
	t.Helper()
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		account, err = seed.Account(in, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func member(t *testing.T, w *storetest.World, space store.ID, account store.Account, role store.Role) {
	t.Helper()
	err := w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		return seed.Membership(space, account, role, store.Account{}.EndsAt)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *stage) check(t *testing.T, op store.Operation, standing string, kind store.SpaceKind, cell byte) {
	t.Helper()
	want := map[byte]error{'y': nil, 'n': store.ErrForbidden, 'o': store.ErrForbidden, '-': store.ErrNotFound}[cell]
	actor, space := as(s.World, standing), s.Spaces[kind]
	sp, err := s.Store.Space(t.Context(), actor, space, op)
	if !is(err, want) {
		t.Errorf("%s space: the door says %v, want %v", kind, err, want)
	}
	if err == nil && !sp.Can(op) {
		t.Errorf("%s space: it opened and says that it does not", kind)
	}
	if known, err := s.Store.Space(t.Context(), actor, space, store.ToKnow); err == nil && cell == 'o' && !known.Owns(op) {
		t.Errorf("%s space: not even one's own", kind)
	}
	act := acts[op]
	if act == nil {
		return
	}
	if err := act(t, s, actor, kind); !is(err, want) {
		t.Errorf("%s space: the method says %v, want %v", kind, err, want)
	}
}

func is(err, want error) bool {
	if want == nil {
		return err == nil
	}
	return errors.Is(err, want)
}

// acts are what the operations allow. Those of guests and invitations have
// their own tests.
var acts = map[store.Operation]func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error{
	store.ToKnow: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		_, err := s.Store.Asked(t.Context(), actor, s.Spaces[kind])
		return err
	},
	store.ToOpen: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		_, err := s.Store.Conversation(t.Context(), actor, s.Spaces[kind], s.threads[kind], store.Place{})
		return err
	},
	store.ToJoin: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		return s.Store.Join(t.Context(), actor, s.Spaces[kind])
	},
	store.ToAskToJoin: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		return s.Store.AskToJoin(t.Context(), actor, s.Spaces[kind])
	},
	store.ToLeave: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		return s.Store.Leave(t.Context(), actor, s.Spaces[kind])
	},
	store.ToFollow: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		err := s.Store.FollowSpace(t.Context(), actor, s.Spaces[kind], false)
		if one := s.Store.FollowThread(t.Context(), actor, s.Spaces[kind], s.threads[kind], true); !is(one, err) {
			return errors.Join(one, err)
		}
		return err
	},
	store.ToWrite: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		_, err := s.Store.AddComment(t.Context(), actor, s.Spaces[kind], s.threads[kind], store.NewComment{Body: "And more"})
		return err
	},
	store.ToEditOwn: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		comment, ok := s.comments[kind][actor.ID]
		if !ok {
			comment = s.comments[kind][s.Host.ID]
		}
		return s.Store.EditComment(t.Context(), actor, s.Spaces[kind], s.threads[kind], comment, 1, "Better")
	},
	store.ToModerate: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		comment := s.comments[kind][s.Host.ID]
		if actor.ID == s.Host.ID {
			comment = s.comments[kind][s.GuestEditor.ID]
		}
		return s.Store.DeleteComment(t.Context(), actor, s.Spaces[kind], s.threads[kind], comment)
	},
	store.ToUpload: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		_, err := s.Store.ReceiveFile(t.Context(), actor, s.Spaces[kind], "plan.txt", strings.NewReader("Plan"))
		return err
	},
	store.ToDownload: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		content, err := s.Store.OpenFile(t.Context(), actor, s.Spaces[kind], s.files[kind], 0)
		if err == nil {
			err = content.Close()
		}
		return err
	},
	store.ToManage: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		return s.Store.UpdateSpace(t.Context(), actor, s.Spaces[kind], store.SpaceSettings{Name: "Another name"})
	},
	store.ToDelete: func(t *testing.T, s *stage, actor store.Account, kind store.SpaceKind) error {
		return s.Store.DeleteSpace(t.Context(), actor, s.Spaces[kind])
	},
}

// S0-15, S4-13: what the two switches of a space take away, and from whom not.
func TestSwitches(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	open := w.Spaces[store.OpenSpace]
	for _, space := range []store.ID{w.Space, open} {
		err := w.Store.UpdateSpace(t.Context(), w.Host, space, store.SpaceSettings{
			Name: "Fixed", FixedMembership: true, Publishing: store.PublishAdministrators,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		actor store.Account
		space store.ID
		op    store.Operation
		want  error
	}{
		"a member does not leave":         {w.Editor, w.Space, store.ToLeave, store.ErrMembershipFixed},
		"a guest does not leave":          {w.GuestEditor, w.Space, store.ToLeave, store.ErrMembershipFixed},
		"a guest does not unfollow":       {w.GuestReader, w.Space, store.ToFollow, store.ErrMembershipFixed},
		"nobody joins":                    {w.Outsider, open, store.ToJoin, store.ErrMembershipFixed},
		"an administrator is not bound":   {w.Host, w.Space, store.ToLeave, nil},
		"a member does not publish":       {w.Editor, w.Space, store.ToWrite, store.ErrForbidden},
		"a guest does not publish":        {w.GuestEditor, w.Space, store.ToWrite, store.ErrForbidden},
		"nor changes what they wrote":     {w.GuestEditor, w.Space, store.ToEditOwn, store.ErrForbidden},
		"a member still edits their own":  {w.Editor, w.Space, store.ToEditOwn, nil},
		"an administrator publishes":      {w.Host, w.Space, store.ToWrite, nil},
		"a stranger learns nothing of it": {w.GuestOutside, w.Space, store.ToLeave, store.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := w.Store.Space(t.Context(), test.actor, test.space, test.op); !is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
