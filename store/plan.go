package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Statements are the SQL texts that this store has run on SQLite so far, for
// the tests that look at how each of them is run. On PostgreSQL there are none.
func (s *Store) Statements() []string {
	texts := append(s.db.readCache.texts(), s.db.writeCache.texts()...)
	slices.Sort(texts)
	return slices.Compact(texts)
}

func (c *statements) texts() []string {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	list := make([]string, 0, len(c.ready)+len(c.wanted))
	for text := range c.ready {
		list = append(list, text)
	}
	for text := range c.wanted {
		list = append(list, text)
	}
	return list
}

// QueryPlan says how SQLite would run a statement, one step each.
func (s *Store) QueryPlan(ctx context.Context, query string) (steps []string, err error) {
	err = s.read(ctx, func(tx tx) error {
		rows, err := tx.inner.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, make([]any, arguments(query))...)
		steps, err = all(rows, err, func(row scanner) (detail string, err error) {
			var id, parent, unused int
			err = row.Scan(&id, &parent, &unused, &detail)
			return detail, err
		})
		return err
	})
	return steps, err
}

// arguments is how many a statement takes: the n of the last $n in it, or its
// bare question marks where there is none.
func arguments(query string) int {
	highest := 0
	for _, part := range strings.Split(query, "$")[1:] {
		digits := len(part) - len(strings.TrimLeft(part, "0123456789"))
		if n, err := strconv.Atoi(part[:digits]); err == nil {
			highest = max(highest, n)
		}
	}
	if highest == 0 {
		return strings.Count(query, "?")
	}
	return highest
}
