package store

import (
	"context"
	"strings"
	"time"
)

// DirectoryFilter narrows the directory.
type DirectoryFilter struct {
	Query      string      // beginnings of words of names, readings, company, department
	Kind       AccountKind // "" for both
	Company    string
	Department ID // with all below it
	Space      ID // inside this space alone, as the actor sees who is
}

// DirectoryEntry is somebody in the directory.
type DirectoryEntry struct {
	Account Account // what others see of them, and the time zone
	Status  GuestStatus
	Posts   []Post   // departments of a member
	Common  []Common // some spaces that the reader and they share
	Shared  int      // how many those are
}

// Common is a space that two people are both in, and may know it of each other.
type Common struct {
	ID   ID
	Name string
}

// commonShown is how many common spaces of a row are named.
const commonShown = 3

// Directory lists whom the actor may see, by name (S4-11, S4-15, S4-16, S4-22):
// members everybody who is not deleted, guests who is in a space with them.
func (s *Store) Directory(ctx context.Context, actor Account, filter DirectoryFilter, from string) (Page[DirectoryEntry], error) {
	var page Page[DirectoryEntry]
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		view, err := tx.viewOfChart(ctx, me)
		if err != nil {
			return err
		}
		plan, err := tx.planDirectory(ctx, view, filter)
		if err != nil || plan.nothing {
			return err
		}
		if page, err = tx.directoryRows(ctx, plan, from); err != nil {
			return err
		}
		return tx.fillDirectory(ctx, view, page.Items)
	})
	return page, err
}

// directoryPlan is how the directory is read: people are gathered from an index
// and sorted, or walked by name where there are too many for that.
type directoryPlan struct {
	me      Account
	kind    AccountKind
	filters []registerFilter
	gather  int // the filter that people are gathered by; -1 for none
	nothing bool
	now     any
}

// directoryWord finds people by how a word begins.
func directoryWord(word string) registerFilter {
	return registerFilter{
		source: `SELECT w.account_id AS id FROM people_words w WHERE w.word >= ? AND w.word < ? || '` + lastRune + `'`,
		where:  `EXISTS (SELECT 1 FROM people_words w WHERE w.account_id = a.id AND w.word >= ? AND w.word < ? || '` + lastRune + `')`,
		arg:    word,
	}
}

// planDirectory looks which filter leaves the fewest people. For guests it is
// always that they are acquainted.
func (tx tx) planDirectory(ctx context.Context, view chartView, filter DirectoryFilter) (directoryPlan, error) {
	plan := directoryPlan{me: view.me, kind: filter.Kind, gather: -1, now: at(tx.now)}
	words := askedWords(filter.Query)
	plan.nothing = strings.TrimSpace(filter.Query) != "" && len(words) == 0
	for _, word := range words {
		plan.filters = append(plan.filters, directoryWord(word))
	}
	if key := companyKey(searchable(filter.Company)); key != "" {
		plan.filters = append(plan.filters, registerFilter{
			source: `SELECT c.id FROM accounts c WHERE c.company_key = ? AND c.company_key <> ''`,
			where:  `a.company_key = ?`, arg: key,
		})
	}
	if filter.Department != 0 {
		chart, err := tx.chart(ctx)
		ids := chart.within(filter.Department)
		if err != nil || len(ids) == 0 || view.names == ChartNone {
			plan.nothing = true
			return plan, err
		}
		plan.filters = append(plan.filters, inDepartments(ids))
	}
	if filter.Space != 0 {
		plan.filters = append(plan.filters, registerFilter{
			source: `SELECT other.id AS id` + insideThere,
			where:  `EXISTS (SELECT 1` + insideThere + ` AND other.id = a.id)`, arg: filter.Space, like: plan.me.ID,
		})
	}
	if plan.me.IsGuest() {
		plan.gather = len(plan.filters)
		plan.filters = append(plan.filters, registerFilter{source: acquaintances, arg: plan.me.ID})
		return plan, nil
	}
	fewest := tx.gatherAtMost + 1
	for i, f := range plan.filters {
		q := statement{now: plan.now}
		q.add(`SELECT COUNT(*) FROM (`).filter(f.source, f).add(` LIMIT ` + itoa(tx.gatherAtMost+1) + `) few`)
		var n int
		if err := tx.row(ctx, q.text(), q.args...).Scan(&n); err != nil {
			return plan, err
		}
		if n < fewest {
			plan.gather, fewest = i, n
		}
	}
	return plan, nil
}

// inDepartments are the people of some departments.
func inDepartments(ids []ID) registerFilter {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	in := ` IN (` + strings.Join(texts, ", ") + `)` // numbers, not words
	return registerFilter{
		source: `SELECT p.account_id AS id FROM department_people p WHERE p.department_id` + in,
		where:  `EXISTS (SELECT 1 FROM department_people p WHERE p.account_id = a.id AND p.department_id` + in + `)`,
	}
}

// insideThere are the people other who are in one space, as the person me who
// may open it sees it.
var insideThere = `
	FROM memberships i
	JOIN spaces s ON s.id = i.space_id
	JOIN accounts me ON me.id = ~
	JOIN accounts other ON other.id = i.account_id
	WHERE i.space_id = ? AND (i.ends_at IS NULL OR i.ends_at > @) AND ` + seesPerson("other")

// acquaintances are whom a guest may know of: themselves, and who is in a space
// with them now and seen there. It says what acquainted says, beginning with
// the guest's own spaces.
var acquaintances = `
	SELECT theirs.account_id AS id
	FROM memberships mine
	JOIN accounts me ON me.id = mine.account_id
	JOIN spaces s ON s.id = mine.space_id
	JOIN memberships theirs ON theirs.space_id = mine.space_id
	JOIN accounts other ON other.id = theirs.account_id
	WHERE mine.account_id = ?
		AND (mine.ends_at IS NULL OR mine.ends_at > @) AND (theirs.ends_at IS NULL OR theirs.ends_at > @)
		AND ` + seesPerson("other") + `
	UNION ALL
	SELECT own.id FROM accounts own WHERE own.id = ?`

// directoryRow is an entry with what it is sorted by.
type directoryRow struct {
	DirectoryEntry
	key string
}

func (tx tx) directoryRows(ctx context.Context, plan directoryPlan, from string) (Page[DirectoryEntry], error) {
	q := plan.statement(`a.timezone, a.name_key, a.password_hash <> '', a.ends_at`, from, PageSize+1)
	rows, err := tx.query(ctx, q.text(), q.args...)
	list, err := all(rows, err, tx.scanDirectory)
	keyed := pageOf(list, PageSize, func(r directoryRow) []any { return []any{r.key, r.Account.ID} })
	page := Page[DirectoryEntry]{Next: keyed.Next}
	for _, r := range keyed.Items {
		page.Items = append(page.Items, r.DirectoryEntry)
	}
	return page, err
}

// statement reads the next people after a place in the order of names: what
// others see of them, and further columns.
func (plan directoryPlan) statement(columns, from string, limit int) *statement {
	var name string
	var id ID
	after(from, &name, &id)
	q := &statement{now: plan.now}
	q.add(`SELECT ` + personColumns + `, ` + columns)
	if plan.gather >= 0 {
		f := plan.filters[plan.gather]
		q.add(` FROM (SELECT DISTINCT id FROM (`).filter(f.source, f).add(`) found) few CROSS JOIN accounts a WHERE a.id = few.id AND `)
	} else {
		q.add(` FROM accounts a WHERE `)
	}
	q.add(`a.deleted_at IS NULL AND (a.name_key, a.id) > (`).value(name).add(`, `).value(id).add(`)`)
	for i, f := range plan.filters {
		if i != plan.gather {
			q.add(` AND CASE WHEN `).filter(f.where, f).add(` THEN 1 ELSE 0 END = 1`)
		}
	}
	if plan.kind != "" {
		q.add(` AND a.kind = `).value(string(plan.kind))
	}
	return q.add(` ORDER BY a.name_key, a.id LIMIT `).value(limit)
}

func (tx tx) scanDirectory(row scanner) (r directoryRow, err error) {
	a := &r.Account
	err = row.Scan(append(a.scanPerson(), &a.TimeZone, &r.key, &a.HasPassword, moment{&a.EndsAt})...)
	r.Status = a.standing(tx.now)
	a.EndsAt, a.HasPassword = time.Time{}, false // it is the state that others see
	return r, err
}

// standing is the state of an account as the directory tells it (S4-11).
func (a Account) standing(now time.Time) GuestStatus {
	switch {
	case a.Status == StatusSuspended:
		return SuspendedGuest
	case !a.Active(now):
		return EndedGuest
	case !a.HasPassword:
		return InvitedGuest
	}
	return ActiveGuest
}

// fillDirectory adds departments and common spaces, one statement for each.
func (tx tx) fillDirectory(ctx context.Context, view chartView, entries []DirectoryEntry) error {
	place := map[ID]*DirectoryEntry{}
	var members, others []ID
	for i := range entries {
		e := &entries[i]
		place[e.Account.ID] = e
		if !e.Account.IsGuest() {
			members = append(members, e.Account.ID)
		}
		if e.Account.ID != view.me.ID {
			others = append(others, e.Account.ID)
		}
	}
	posts, err := tx.posts(ctx, view, members)
	if err != nil {
		return err
	}
	for id, list := range posts {
		place[id].Posts = list
	}
	return tx.commonSpaces(ctx, view.me, others, func(other ID, c Common) {
		e := place[other]
		if e.Shared++; len(e.Common) < commonShown {
			e.Common = append(e.Common, c)
		}
	})
}

// commonSpaces tells the spaces that the reader shares with others: those in
// which the reader sees them.
func (tx tx) commonSpaces(ctx context.Context, me Account, others []ID, tell func(other ID, c Common)) error {
	for len(others) > 0 {
		chunk := others[:min(len(others), listSizes[len(listSizes)-1])]
		others = others[len(chunk):]
		list, args := inList(3, chunk)
		rows, err := tx.query(ctx, `
			SELECT theirs.account_id, s.id, s.name
			FROM memberships theirs
			JOIN memberships mine ON mine.space_id = theirs.space_id AND mine.account_id = $1
			JOIN spaces s ON s.id = mine.space_id
			JOIN accounts me ON me.id = mine.account_id
			JOIN accounts other ON other.id = theirs.account_id
			WHERE theirs.account_id IN (`+list+`)
				AND (mine.ends_at IS NULL OR mine.ends_at > $2) AND (theirs.ends_at IS NULL OR theirs.ends_at > $2)
				AND `+seesPerson("other")+`
			ORDER BY s.name_key, s.id`, append([]any{me.ID, at(tx.now)}, args...)...)
		_, err = all(rows, err, func(row scanner) (none struct{}, err error) {
			var other ID
			var c Common
			if err = row.Scan(&other, &c.ID, &c.Name); err == nil {
				tell(other, c)
			}
			return none, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
