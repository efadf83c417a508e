package store

import (
	"context"
	"strings"
	"time"
)

// registerLimit is the most entries that are gathered and sorted; more of them
// are walked in the order of an index instead, which finds a page soon because
// they are many.
const registerLimit = 1000

// registerFilter is one condition on the register: which entries meet it, from
// an index, and whether one does. In both a ? stands for arg, a ~ for pattern
// and a @ for the moment.
type registerFilter struct {
	source string // a SELECT of the IDs
	where  string // of r
	arg    any
	like   any  // the pattern of a word, or another argument
	state  bool // it is the state, which counts by state leave out
}

// registerFilters are the conditions of a filter.
func (f GuestFilter) registerFilters(now time.Time) []registerFilter {
	var list []registerFilter
	add := func(where string, arg any) {
		list = append(list, registerFilter{source: `SELECT r.id FROM register r WHERE ` + where, where: where, arg: arg})
	}
	for _, word := range askedWords(f.Query) {
		list = append(list, registerFilter{
			source: `SELECT w.entry_id AS id FROM register_words w WHERE w.word >= ? AND w.word < ? || '` + lastRune + `'`,
			where:  `r.words LIKE ~ ESCAPE '\'`,
			arg:    word,
			like:   "% " + likeEscaper.Replace(word) + "%",
		})
	}
	if f.Space != 0 {
		list = append(list, registerFilter{
			source: `SELECT 2 * m.account_id AS id FROM memberships m WHERE m.space_id = ? AND m.account_kind = 'guest'
				UNION ALL
				SELECT r.id FROM register r WHERE r.space_id = ?`,
			where: `r.space_id = ? OR EXISTS (SELECT 1 FROM memberships m WHERE m.space_id = ? AND m.account_id = r.account_id)`,
			arg:   f.Space,
		})
	}
	if f.Sponsor != 0 {
		add(`r.sponsor_id = ?`, f.Sponsor)
	}
	if f.Company != "" {
		add(`r.company_key = ? AND r.company_key <> ''`, searchable(f.Company))
	}
	if f.Category != "" {
		add(`r.category = ? AND r.category <> ''`, searchable(f.Category))
	}
	switch f.Licence {
	case LicenceNone:
		add(`r.space_count = ? AND r.space_count >= 0`, 0)
	case LicenceSingle:
		add(`r.space_count = ? AND r.space_count >= 0`, 1)
	case LicenceMulti:
		add(`r.space_count >= ? AND r.space_count >= 0`, 2)
	}
	if f.Inside {
		add(`r.space_count >= ? AND r.space_count >= 0`, 1)
	}
	if f.Never {
		add(`r.gone = FALSE AND r.signed_in_at = ? AND r.account_id IS NOT NULL`, 0)
	}
	if f.NotSince > 0 {
		add(`r.gone = FALSE AND r.signed_in_at < ? AND r.account_id IS NOT NULL`, at(now.Add(-time.Duration(f.NotSince)*Day)))
	}
	if f.EndsWithin > 0 {
		add(`r.state = 'active' AND r.ends_at > @ AND r.ends_at <= ?`, at(now.Add(time.Duration(f.EndsWithin)*Day)))
	}
	if where, narrows := registerStates[f.Status]; narrows {
		add(where, nil)
		list[len(list)-1].state = true
	}
	return list
}

// lastRune is above every character of a word.
const lastRune = "\U0010FFFF"

// registerStates are the conditions of the states.
var registerStates = map[GuestStatus]string{
	ActiveGuest:    `r.state = 'active' AND r.ends_at > @`,
	EndedGuest:     `r.state = 'active' AND r.ends_at <= @`,
	SuspendedGuest: `r.state = 'suspended'`,
	InactiveGuest:  `(r.state = 'suspended' OR (r.state = 'active' AND r.ends_at <= @))`,
	DeletedGuest:   `r.state = 'deleted'`,
	InvitedGuest:   `r.state = 'invited' AND r.ends_at > @`,
	FailedGuest:    `r.state = 'failed' AND r.ends_at > @`,
	ExpiredGuest:   `r.state IN ('invited', 'failed') AND r.ends_at <= @`,
}

// registerState is the state of an entry at the moment.
const registerState = `
	CASE WHEN r.state = 'active' AND r.ends_at <= @ THEN 'ended'
	     WHEN r.state IN ('invited', 'failed') AND r.ends_at <= @ THEN 'expired'
	     ELSE r.state END`

// registerPlan is how a filter is read.
type registerPlan struct {
	filters []registerFilter
	gather  int  // the filter whose entries are gathered; -1 to walk an index
	counted bool // the gathered entries can be counted by state
	deleted bool // of the deleted, else of all others
	nothing bool // what is looked for has no word in it
	now     any
}

// planRegister looks which filter leaves the fewest entries.
func (tx tx) planRegister(ctx context.Context, filter GuestFilter) (registerPlan, error) {
	plan := registerPlan{
		gather: -1, filters: filter.registerFilters(tx.now), deleted: filter.Status == DeletedGuest, now: at(tx.now),
		nothing: strings.TrimSpace(filter.Query) != "" && len(askedWords(filter.Query)) == 0,
	}
	fewest := tx.gatherAtMost + 1
	for i, f := range plan.filters {
		if plan.counted && f.state {
			continue // counting by state needs another source than the state
		}
		q := statement{now: plan.now}
		q.add(`SELECT COUNT(*) FROM (`).filter(f.source, f).add(` LIMIT ` + itoa(tx.gatherAtMost+1) + `) few`)
		var n int
		if err := tx.row(ctx, q.text(), q.args...).Scan(&n); err != nil {
			return plan, err
		}
		if n < fewest {
			plan.gather, fewest, plan.counted = i, n, !f.state
		}
	}
	return plan, nil
}

// registerOrders are the columns of the orders.
var registerOrders = map[GuestSort]string{
	ByName: "r.name_key", ByCompany: "r.company_key", ByLastSignIn: "r.signed_in_at", ByEnd: "r.ends_at", ByCreation: "r.created_at",
}

// registerRows are the entries after a cursor, without what they are of.
func (tx tx) registerRows(ctx context.Context, plan registerPlan, sort GuestSort, from string, limit int) ([]RegisterEntry, error) {
	if plan.nothing {
		return nil, nil
	}
	column, way, beyond := registerOrders[sort.Key()], ``, ` > (`
	if sort.Down() {
		way, beyond = ` DESC`, ` < (`
	}
	texts := sort.Key() == ByName || sort.Key() == ByCompany
	q := statement{now: plan.now}
	q.add(`SELECT r.id, COALESCE(r.account_id, 0), COALESCE(r.invitation_id, 0),`).filter(registerState, registerFilter{}).
		add(`, ` + column + `, p.id, p.kind, p.display_name, p.company, p.division, p.picture, p.locale, p.status`)
	plan.from(&q, `LEFT JOIN accounts p ON p.id = r.sponsor_id`)
	if key, id, ok := registerCursor(from, texts); ok {
		q.add(` AND (` + column + `, r.id)` + beyond).value(key).add(`, `).value(id).add(`)`)
	}
	q.add(` ORDER BY ` + column + way + `, r.id` + way + ` LIMIT `).value(limit)
	rows, err := tx.query(ctx, q.text(), q.args...)
	return all(rows, err, func(row scanner) (e RegisterEntry, err error) {
		var text string
		var number int64
		key := any(&number)
		if texts {
			key = &text
		}
		err = row.Scan(append([]any{&e.ID, &e.account, &e.invitation, &e.Status, key}, e.Sponsor.scanPersonOrNone()...)...)
		if e.sortKey = number; texts {
			e.sortKey = text
		}
		return e, err
	})
}

// registerCursor reads where a page begins.
func registerCursor(from string, texts bool) (key any, id ID, ok bool) {
	var text string
	var number int64
	if texts {
		ok = after(from, &text, &id)
		return text, id, ok
	}
	ok = after(from, &number, &id)
	return number, id, ok
}

// from adds where the entries come from, up to the conditions.
func (p registerPlan) from(q *statement, join string) {
	if p.gather >= 0 {
		f := p.filters[p.gather]
		q.add(` FROM (SELECT DISTINCT id FROM (`).filter(f.source, f).add(`) found) few CROSS JOIN register r ` + join + ` WHERE r.id = few.id AND `)
	} else {
		q.add(` FROM register r ` + join + ` WHERE `)
	}
	gone := `r.gone = FALSE`
	if p.deleted {
		gone = `r.gone = TRUE`
	}
	q.add(gone)
	p.conditions(q, false)
}

// conditions adds all conditions but the one that was gathered by. They are
// hidden from the planner, which would leave the order of the index for them.
func (p registerPlan) conditions(q *statement, notState bool) {
	for i, f := range p.filters {
		if i == p.gather || notState && f.state {
			continue
		}
		q.add(` AND CASE WHEN `).filter(f.where, f).add(` THEN 1 ELSE 0 END = 1`)
	}
}

// countRegister counts by state what is worth a number on a page.
func (tx tx) countRegister(ctx context.Context, plan registerPlan) (map[GuestStatus]int, error) {
	q := statement{now: plan.now}
	narrowed := false
	for _, f := range plan.filters {
		narrowed = narrowed || !f.state
	}
	switch {
	case plan.nothing:
		return map[GuestStatus]int{}, nil
	case plan.counted:
		f := plan.filters[plan.gather]
		q.add(`SELECT state, COUNT(*) FROM (SELECT`).filter(registerState, registerFilter{}).
			add(` AS state FROM (SELECT DISTINCT id FROM (`).filter(f.source, f).add(`) found) few CROSS JOIN register r WHERE r.id = few.id`)
		plan.conditions(&q, true)
		q.add(`) one GROUP BY state`)
	case narrowed:
		return nil, nil
	default:
		for i, status := range RegisterStatuses[1:] {
			if i > 0 {
				q.add(` UNION ALL `)
			}
			q.add(`SELECT '`+string(status)+`', COUNT(*) FROM (SELECT 1 FROM register r WHERE `).
				filter(registerStates[status], registerFilter{}).add(` LIMIT ` + itoa(registerLimit) + `) few`)
		}
	}
	rows, err := tx.query(ctx, q.text(), q.args...)
	counts, err := countsOf(rows, err)
	for status, n := range counts {
		if status != DeletedGuest && status != AnyGuest {
			counts[AnyGuest] += n
		}
	}
	return counts, err
}

// statement is an SQL text in the making, with its arguments.
type statement struct {
	b      strings.Builder
	args   []any
	now    any
	nowArg string // the placeholder of the moment, once it has one
}

func (s *statement) text() string { return s.b.String() }

func (s *statement) add(text string) *statement {
	s.b.WriteString(text)
	return s
}

// value adds an argument.
func (s *statement) value(v any) *statement {
	s.b.WriteString(s.placeholder(v))
	return s
}

func (s *statement) placeholder(v any) string {
	s.args = append(s.args, v)
	return "$" + itoa(len(s.args))
}

// filter adds a text of a registerFilter with its arguments.
func (s *statement) filter(text string, f registerFilter) *statement {
	if strings.Contains(text, "@") && s.nowArg == "" {
		s.nowArg = s.placeholder(s.now)
	}
	text = strings.ReplaceAll(text, "@", s.nowArg)
	if strings.Contains(text, "?") {
		text = strings.ReplaceAll(text, "?", s.placeholder(f.arg))
	}
	if strings.Contains(text, "~") {
		text = strings.ReplaceAll(text, "~", s.placeholder(f.like))
	}
	return s.add(text)
}
