package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"guesthouse/store/secret"
)

func openForGroup(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Data: t.TempDir(), Hasher: secret.NewHasherCost(1, 1, secret.TestCost)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *Store) putLease(ctx context.Context, name string) error {
	return s.write(ctx, func(tx tx) error { return tx.putLease(ctx, name) })
}

func (tx tx) putLease(ctx context.Context, name string) error {
	_, err := tx.exec(ctx, `INSERT INTO leases (name, holder, until_at) VALUES ($1, 'test', 1)`, name)
	return err
}

func (s *Store) leases(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := s.read(t.Context(), func(tx tx) error {
		rows, err := tx.query(t.Context(), `SELECT name FROM leases`)
		names, err := all(rows, err, func(row scanner) (name string, err error) { return name, row.Scan(&name) })
		for _, name := range names {
			found[name] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var errOnPurpose = errors.New("on purpose")

// Of many who share a commit, each has what was promised: what succeeded is
// there, and what failed, panicked or went away has left nothing (SEC-R2).
func TestTogetherAndYetApart(t *testing.T) {
	t.Parallel()
	s := openForGroup(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	const writers = 200
	var group sync.WaitGroup
	for n := range writers {
		name := fmt.Sprint("lease-", n)
		group.Go(func() {
			var err error
			switch n % 5 {
			case 0:
				err = s.write(t.Context(), func(tx tx) error {
					return errors.Join(tx.putLease(t.Context(), name), errOnPurpose)
				})
			case 1:
				err = panicking(func() error {
					return s.write(t.Context(), func(tx tx) error {
						defer panic(errOnPurpose)
						return tx.putLease(t.Context(), name)
					})
				})
			case 2:
				err = s.putLease(gone, name)
			default:
				err = s.putLease(t.Context(), name)
			}
			if failed := n%5 < 3; failed != (err != nil) {
				t.Errorf("writer %d: %v", n, err)
			}
		})
	}
	group.Wait()
	found := s.leases(t)
	for n := range writers {
		if name := fmt.Sprint("lease-", n); found[name] != (n%5 >= 3) {
			t.Errorf("%s is there: %v", name, found[name])
		}
	}
}

func panicking(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errOnPurpose
		}
	}()
	return fn()
}

// When one of a batch makes the database give the transaction up, the others
// run again by themselves and lose nothing.
func TestOneWhoBreaksTheTransaction(t *testing.T) {
	t.Parallel()
	s := openForGroup(t)
	var batch []*work
	for n := range 10 {
		name := fmt.Sprint("lease-", n)
		batch = append(batch, &work{ctx: t.Context(), fn: s.transaction(func(tx tx) error {
			if n == 4 { // as an interrupted statement or a full disk does
				_, err := tx.exec(t.Context(), `ROLLBACK`)
				return errors.Join(errOnPurpose, err)
			}
			return tx.putLease(t.Context(), name)
		})})
	}
	s.db.commitTogether(batch)
	found := s.leases(t)
	for n, w := range batch {
		if broken := n == 4; broken != (w.err != nil) || broken == found[fmt.Sprint("lease-", n)] {
			t.Errorf("writer %d: %v", n, w.err)
		}
	}
}

// Commits a second with 64 writers, synchronous=FULL.
func BenchmarkWritesTogether(b *testing.B) {
	s := openForGroup(b)
	b.SetParallelism(32) // on two cores
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			err := s.write(b.Context(), func(tx tx) error {
				_, err := tx.exec(b.Context(), `
					INSERT INTO leases (name, holder, until_at) VALUES ('one', 'test', 1)
					ON CONFLICT (name) DO UPDATE SET until_at = leases.until_at + 1`)
				return err
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}
