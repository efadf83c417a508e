// Package storetest gives each test a real environment of its own: a fresh
// SQLite file, or a fresh PostgreSQL database when TEST_DSN is set, with a
// small cast, one space of each kind, and a clock that the test moves.
package storetest

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/secret"
)

// Password is the password of everybody in the cast.
const Password = "a quiet house by the sea"

// Clock is a clock that only the test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's moment.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// World is an environment with its cast. In every space of Spaces, Host is the
// administrator, Editor a member, GuestEditor and GuestReader its guests; the
// others stand outside.
type World struct {
	Store *store.Store
	Clock *Clock

	Root         store.Account // system administrator, in no space
	Host         store.Account // space administrator
	Editor       store.Account // member inside
	Outsider     store.Account // member outside
	GuestEditor  store.Account // can create and edit
	GuestReader  store.Account // read only
	GuestOutside store.Account // a guest of no space

	Space  store.ID                     // the guest space
	Spaces map[store.SpaceKind]store.ID // one of each kind

	options store.Options
	t       testing.TB
}

// New makes a world. It is gone when the test ends.
func New(t testing.TB, change ...func(*store.Options)) *World {
	t.Helper()
	w := Empty(t, change...)
	w.cast()
	return w
}

// Empty is an environment without anybody, as before /setup.
func Empty(t testing.TB, change ...func(*store.Options)) *World {
	t.Helper()
	clock := &Clock{now: time.Date(2026, 9, 17, 10, 0, 0, 0, time.UTC)}
	w := &World{t: t, Clock: clock, Spaces: map[store.SpaceKind]store.ID{}}
	w.open(change)
	w.must(w.Store.EnsureEnvironment(t.Context(), "Example Works", "guesthouse"))
	return w
}

func (w *World) open(change []func(*store.Options)) {
	w.t.Helper()
	w.options = store.Options{
		Data: w.t.TempDir(), Now: w.Clock.Now, Host: "portal.example",
		Hasher: secret.NewHasherCost(2, 64, secret.TestCost),
		Disk:   func() (free, total int64, err error) { return 1 << 40, 1 << 41, nil }, // whatever the machine of the test has
	}
	for _, f := range change {
		f(&w.options)
	}
	prepare(w.t, &w.options)
	s, err := store.Open(w.t.Context(), w.options)
	if err != nil {
		w.t.Fatalf("open the store: %v", err)
	}
	w.Store = s
	w.t.Cleanup(func() {
		collect(s.Statements())
		_ = s.Close()
	})
}

func (w *World) cast() {
	w.t.Helper()
	ctx := w.t.Context()
	hash, err := w.Store.HashPassword(ctx, Password)
	w.must(err)
	w.must(w.Store.Seed(ctx, func(seed store.Seeder) error {
		for _, person := range []struct {
			into *store.Account
			in   store.SeedAccount
		}{
			{&w.Root, store.SeedAccount{Kind: store.Member, Email: "root@works.example", Name: "Rita Root", SystemAdmin: true}},
			{&w.Host, store.SeedAccount{Kind: store.Member, Email: "host@works.example", Name: "Jane Roe", MayCreateGuestSpaces: true}},
			{&w.Editor, store.SeedAccount{Kind: store.Member, Email: "editor@works.example", Name: "Richard Roe"}},
			{&w.Outsider, store.SeedAccount{Kind: store.Member, Email: "outsider@works.example", Name: "Otto Outsider"}},
			{&w.GuestEditor, store.SeedAccount{Kind: store.Guest, Email: "erika@partner.example", Name: "Erika Mustermann", Company: "Partner"}},
			{&w.GuestReader, store.SeedAccount{Kind: store.Guest, Email: "mario@studio.example", Name: "Mario Rossi", Company: "Studio"}},
			{&w.GuestOutside, store.SeedAccount{Kind: store.Guest, Email: "kari@elsewhere.example", Name: "Kari Nordmann"}},
		} {
			account, err := seed.Account(person.in, hash)
			if err != nil {
				return err
			}
			*person.into = account
		}
		return w.spaces(seed)
	}))
}

func (w *World) spaces(seed store.Seeder) error {
	for _, kind := range store.SpaceKinds {
		id, err := seed.Space(kind, "The "+string(kind)+" space", w.Host)
		if err != nil {
			return err
		}
		w.Spaces[kind] = id
		for _, inside := range []struct {
			account store.Account
			role    store.Role
		}{{w.Editor, store.Editor}, {w.GuestEditor, store.Editor}, {w.GuestReader, store.Reader}} {
			if err := seed.Membership(id, inside.account, inside.role, time.Time{}); err != nil {
				return err
			}
		}
	}
	w.Space = w.Spaces[store.GuestSpace]
	return nil
}

// Upload sends a file as a program does, and gives its key. Space 0 is none.
func (w *World) Upload(actor store.Account, space store.ID, name string, r io.Reader) (key string, err error) {
	file, err := w.Store.TakeSent(w.t.Context(), actor, space, name, r)
	if err != nil {
		return "", err
	}
	return w.Store.KeepSent(w.t.Context(), actor, space, file)
}

// SignIn gives the token of a new session of the account.
func (w *World) SignIn(account store.Account) string {
	w.t.Helper()
	var token string
	w.must(w.Store.Seed(w.t.Context(), func(seed store.Seeder) (err error) {
		token, err = seed.Session(account)
		return err
	}))
	return token
}

// Mails are all mails in the outbox that are due now, claimed as a worker would.
func (w *World) Mails() []store.OutboxMail {
	w.t.Helper()
	var mails []store.OutboxMail
	for _, lane := range []int{store.LaneUrgent, store.LaneRest} {
		claimed, err := w.Store.ClaimMails(context.WithoutCancel(w.t.Context()), lane, 1000, 2*time.Minute)
		w.must(err)
		mails = append(mails, claimed...)
	}
	return mails
}

// Deliver hands all due mails over, as a server that takes everything would.
func (w *World) Deliver() []store.OutboxMail {
	w.t.Helper()
	mails := w.Mails()
	for _, mail := range mails {
		w.must(w.Store.MailSent(w.t.Context(), mail, "250 ok"))
	}
	return mails
}

func (w *World) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Nodes are n stores on the world's database, as n processes have them: the
// world's own n times on SQLite, whose folder is one process's.
func (w *World) Nodes(n int) []*store.Store {
	w.t.Helper()
	nodes := []*store.Store{w.Store}
	for len(nodes) < n {
		if w.options.Database == "" {
			nodes = append(nodes, w.Store)
			continue
		}
		s, err := store.Open(w.t.Context(), w.options)
		w.must(err)
		w.t.Cleanup(func() { _ = s.Close() })
		nodes = append(nodes, s)
	}
	return nodes
}
