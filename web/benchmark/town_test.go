package benchmark

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/secret"
	"guesthouse/web"
)

// town is an environment with many people, and among them the few who are
// measured: what they see is the same in a town of any size.
type town struct {
	t      testing.TB
	dir    string
	people int
	store  *store.Store
	portal http.Handler

	root, host           store.Account
	rootToken, hostToken string
	hall                 store.ID // a space with 50 threads and 100 guests
	thread               store.ID // in it, with 50 comments
	serial               int
}

const (
	password = "a quiet house by the sea"
	often    = "often@works.example"
)

// Per space of the crowd, and of what is measured.
const (
	neighbours = 100
	fifty      = 50
)

func newTown(t testing.TB, people int) *town {
	t.Helper()
	w := &town{t: t, dir: t.TempDir(), people: people}
	w.open(secret.NewHasher(runtime.GOMAXPROCS(0), clients)) // room for all who sign in at once; the product sends some away
	w.must(w.store.EnsureEnvironment(t.Context(), "Example Works", "guesthouse"))
	w.cast()
	w.crowd()
	w.house()
	w.signIn()
	return w
}

// open opens the store with the limits lifted, as a load test does.
func (w *town) open(hasher *secret.Hasher) {
	w.t.Helper()
	s, err := store.Open(w.t.Context(), store.Options{
		Data: w.dir, Host: "localhost", Open: true, Log: slog.New(slog.DiscardHandler),
		Hasher: hasher,
	})
	w.must(err)
	w.store = s
	w.t.Cleanup(func() { _ = s.Close() })
	server, err := web.New(web.Config{
		Store:   s,
		BaseURL: &url.URL{Scheme: "http", Host: host},
		Log:     slog.New(slog.NewJSONHandler(io.Discard, nil)), // written as in production, and thrown away
	})
	w.must(err)
	w.portal = server.Handler()
}

// reopened is a second portal on the same town, with another hasher.
func (w *town) reopened(hasher *secret.Hasher) *town {
	w.t.Helper()
	other := *w
	other.serial += 1 << 30 // its addresses are others
	other.open(hasher)
	return &other
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) seed(fn func(store.Seeder) error) {
	w.t.Helper()
	w.must(w.store.Seed(w.t.Context(), fn))
}

func (w *town) cast() {
	w.t.Helper()
	hash, err := w.store.HashPassword(w.t.Context(), password)
	w.must(err)
	w.seed(func(seed store.Seeder) (err error) {
		if w.root, err = seed.Account(store.SeedAccount{Kind: store.Member, Email: "root@works.example", Name: "Rita Root", Locale: "en", SystemAdmin: true}, hash); err != nil {
			return err
		}
		w.host, err = seed.Account(store.SeedAccount{Kind: store.Member, Email: "host@works.example", Name: "Jane Roe", Locale: "en", MayCreateGuestSpaces: true}, hash)
		if err != nil {
			return err
		}
		// Somebody else signs in over and over: an account keeps its last 20 sessions.
		if _, err := seed.Account(store.SeedAccount{Kind: store.Member, Email: often, Name: "Otto Often", Locale: "en"}, hash); err != nil {
			return err
		}
		for i := range 2 * store.PageSize {
			person := store.SeedAccount{Kind: store.Member, Email: store.Email(fmt.Sprintf("member%d@works.example", i)), Name: fmt.Sprintf("Member %d", i)}
			if _, err := seed.Account(person, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// signIn gives those who are measured a session.
func (w *town) signIn() {
	w.t.Helper()
	w.seed(func(seed store.Seeder) (err error) {
		if w.rootToken, err = seed.Session(w.root); err != nil {
			return err
		}
		w.hostToken, err = seed.Session(w.host)
		return err
	})
}

// crowd is everybody else: a space of others for each hundred.
func (w *town) crowd() {
	w.t.Helper()
	var other store.Account
	w.seed(func(seed store.Seeder) (err error) {
		other, err = seed.Account(store.SeedAccount{Kind: store.Member, Email: "other@works.example", Name: "Otto Other"}, "")
		return err
	})
	const together = 10 * neighbours
	for first := 1; first <= w.people; first += together {
		w.seed(func(seed store.Seeder) error {
			for at := first; at < first+together && at <= w.people; at += neighbours {
				if _, _, err := w.spaceOf(seed, fmt.Sprintf("Crowd %d", at), other, at); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (w *town) spaceOf(seed store.Seeder, name string, host store.Account, first int) (space, thread store.ID, err error) {
	if space, err = seed.Space(store.GuestSpace, name, host); err != nil {
		return 0, 0, err
	}
	if thread, err = seed.Thread(space, name, host); err != nil {
		return 0, 0, err
	}
	return space, thread, seed.Crowd(store.Crowd{Space: space, Thread: thread, Host: host, First: first, Count: neighbours})
}

// house is what those who are measured see: fifty spaces, one of them with
// fifty threads, a hundred guests and fifty comments in a thread.
func (w *town) house() {
	w.t.Helper()
	ctx := w.t.Context()
	for i := range fifty {
		space, err := w.store.CreateSpace(ctx, w.host, store.NewSpace{
			Kind: store.GuestSpace, Name: fmt.Sprintf("Harbour & Quay %d", i), MultiThread: true, Administrators: []store.ID{w.host.ID},
		})
		w.must(err)
		thread, err := w.store.CreateThread(ctx, w.host, space, store.NewThread{Name: "Plans"})
		w.must(err)
		w.comment(space, thread.ID)
		w.hall, w.thread = space, thread.ID
	}
	for i := range fifty {
		thread, err := w.store.CreateThread(ctx, w.host, w.hall, store.NewThread{Name: fmt.Sprintf("Room %d", i), Body: "What is to be done there."})
		w.must(err)
		w.comment(w.hall, thread.ID)
	}
	for range fifty {
		w.comment(w.hall, w.thread)
	}
	w.seed(func(seed store.Seeder) error {
		if err := seed.Crowd(store.Crowd{Space: w.hall, Thread: w.thread, Host: w.host, First: w.people + 1, Count: neighbours}); err != nil {
			return err
		}
		return seed.LeaveUnindexed()
	})
}

func (w *town) comment(space, thread store.ID) {
	w.t.Helper()
	_, err := w.store.AddComment(w.t.Context(), w.host, space, thread, store.NewComment{Body: "The floor plan of **room 4** is in the drive now & ready to be read."})
	w.must(err)
}

// page is the work of showing a page to somebody; to a stranger with no token.
func (w *town) page(path, token string) func() int {
	return request(w.t, w.portal, func() *http.Request { return w.signed(get(w.t, path), token) }, http.StatusOK)
}

// has reports whether a page is part of this version.
func (w *town) has(path, token string) bool {
	a := &answer{header: http.Header{}}
	w.portal.ServeHTTP(a, w.signed(get(w.t, path), token))
	return a.status != http.StatusNotFound
}

func (w *town) signed(r *http.Request, token string) *http.Request {
	if token != "" {
		r.AddCookie(&http.Cookie{Name: "guesthouse", Value: token})
	}
	return r
}

// next is a number that nobody had before.
func (w *town) next() int {
	w.serial++
	return w.serial
}

// built says how long the town took to build.
func (w *town) built(since time.Time) string {
	return fmt.Sprintf("%d guests in %v", w.people, time.Since(since).Round(100*time.Millisecond))
}
