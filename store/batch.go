package store

import (
	"context"
	"strconv"
	"strings"
)

// Rows go into the database in blocks of few sizes, and lists of keys are
// padded to few lengths, so that each is a statement that stays prepared.
var (
	blockSizes = []int{20, 5, 1}
	listSizes  = []int{1, 4, 16, 64, 128}
)

// insertAll writes many rows with few statements. Head is the statement up to
// VALUES, tail what follows the values, such as RETURNING, whose rows scan reads.
func (tx tx) insertAll(ctx context.Context, head, tail string, rows [][]any, scan func(scanner) error) error {
	for _, size := range blockSizes {
		for len(rows) >= size {
			if err := tx.insertBlock(ctx, head, tail, rows[:size], scan); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

func (tx tx) insertBlock(ctx context.Context, head, tail string, block [][]any, scan func(scanner) error) error {
	args := make([]any, 0, len(block)*len(block[0]))
	for _, row := range block {
		args = append(args, row...)
	}
	query := head + " VALUES " + tx.db.blockPlaceholders(len(block), len(block[0])) + tail
	if scan == nil {
		_, err := tx.exec(ctx, query, args...)
		return err
	}
	rows, err := tx.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// blockPlaceholders is ($1,$2),($3,$4) for two rows of two columns, or (?,?),(?,?)
// where that is understood: SQLite looks up each numbered parameter by its
// name, one after the other, which takes longer than writing the rows.
func (d dialect) blockPlaceholders(rows, columns int) string {
	var b strings.Builder
	b.Grow(rows * columns * 5)
	n := 0
	for row := range rows {
		if row > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for column := range columns {
			if column > 0 {
				b.WriteByte(',')
			}
			if d.bareParameters {
				b.WriteByte('?')
				continue
			}
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// inList gives the placeholders of an IN list whose first number is from, and
// its arguments. The last key fills the list up; there is at least one key.
func inList[K any](from int, keys []K) (placeholders string, args []any) {
	size := len(keys)
	for _, step := range listSizes {
		if step >= size {
			size = step
			break
		}
	}
	var b strings.Builder
	for i := range size {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
		args = append(args, keys[min(i, len(keys)-1)])
	}
	return b.String(), args
}
