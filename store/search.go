package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// SearchQuery is what somebody looks for.
type SearchQuery struct {
	Text   string    // words, all of which must be found; phrases in quotation marks
	Space  ID        // in this space alone
	Person ID        // written by this person alone
	Kind   FoundKind // of this kind alone
	From   time.Time // put there at this moment or later
	To     time.Time // before this one
	After  string    // the cursor of the page before
	Limit  int       // how many; SearchPage when 0
}

// SearchPage is how many things one page of what was found has.
const SearchPage = 20

// Found is one thing that was found, as the reader may see it now.
type Found struct {
	Kind    FoundKind
	ID      ID // of the thing
	Space   Space
	Thread  Thread  // its ID and name
	Comment ID      // whose file it is; 0 for one of a drive
	Person  Account // who put it there, or who was found
	At      time.Time
	Title   Marked // the name of the thing; of a comment that of its thread
	Snippet Marked // its words around what was found; empty when there are none

	key  int64
	name string
	body HTML
}

// Findings are a page of what was found: people by name, all else the newest first.
type Findings struct {
	Page[Found]
	People     []Found // before the first page of everything: the first few people
	MorePeople bool    // there are more, which a search for people finds
	Preparing  bool    // not everything is indexed yet
}

// Search looks for things that the actor may see, as they are now: only what
// the rows say at this moment counts, whatever the index holds (SEC-A5). A
// query without a word finds nothing, unless it names a person.
func (s *Store) Search(ctx context.Context, actor Account, q SearchQuery) (Findings, error) {
	var found Findings
	terms := askedTerms(q.Text)
	switch {
	case q.Person < 0, q.Space < 0: // of nobody, nowhere
		return found, nil
	case len(terms) == 0 && (q.Person == 0 || strings.TrimSpace(q.Text) != ""):
		return found, nil
	}
	err := s.read(ctx, func(tx tx) error {
		fresh, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		found = Findings{}
		if found.Preparing, err = tx.preparingSearch(ctx); err != nil {
			return err
		}
		if q.Space != 0 {
			_, err := tx.space(ctx, actor, q.Space, ToOpen)
			if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) {
				return nil // nothing is found where one may not look
			}
			if err != nil {
				return err
			}
		}
		if q.Kind == FoundPerson {
			found.Preparing = false // people are never waited for
			found.Page, err = tx.searchPeople(ctx, fresh, q, terms, cmp.Or(q.Limit, SearchPage))
			return err
		}
		if q.Kind == "" && q.After == "" {
			first, err := tx.searchPeople(ctx, fresh, q, terms, firstPeople)
			if err != nil {
				return err
			}
			found.People, found.MorePeople = first.Items, first.Next != ""
		}
		scope, err := tx.searchScope(ctx, fresh, q)
		if err != nil || scope.nothing {
			return err
		}
		found.Page, err = tx.search(ctx, fresh, q, terms, scope)
		return err
	})
	return found, err
}

// preparingSearch reports whether there is more to index than was written a
// moment ago. Who searches indexes nothing: looking changes nothing (SEC-T4).
func (tx tx) preparingSearch(ctx context.Context) (bool, error) {
	notes, fill, err := tx.searchNotes(ctx)
	return fill || len(notes) == searchBatch, err
}

// searchScope is where the actor's things can be.
type searchScope struct {
	groups  [][]indexToken // of each at least one
	places  [][]indexToken // the same for the spaces that they are in; none when they are in too many
	many    bool           // they are in many
	nothing bool           // there is nothing they could find
}

// scopeSpaces is up to how many spaces an actor's are named to the index. Who is
// in more sees much of what there is.
const scopeSpaces = 256

// fewSpaces are so few that naming them costs nothing. Who is in more sees most
// of what is new: it is looked at first what the newest things are.
const fewSpaces = 8

// searchScope narrows a search down to where the actor can find anything.
func (tx tx) searchScope(ctx context.Context, actor Account, q SearchQuery) (searchScope, error) {
	var scope searchScope
	if q.Kind != "" {
		scope.add(kindMark(q.Kind))
	}
	if q.Person != 0 {
		scope.add(authorMark(q.Person))
	}
	spaces := []ID{q.Space}
	if q.Space == 0 {
		rows, err := tx.query(ctx, `
			SELECT m.space_id FROM memberships m
			WHERE m.account_id = $1 AND `+insideNow+`
			ORDER BY m.space_id DESC
			LIMIT `+itoa(scopeSpaces+1), actor.ID, at(tx.now))
		if spaces, err = all(rows, err, scanID); err != nil {
			return scope, err
		}
	}
	if scope.many = len(spaces) > fewSpaces; len(spaces) > scopeSpaces {
		return scope, nil
	}
	var company string
	if actor.IsGuest() {
		if len(spaces) == 0 {
			scope.nothing = true
			return scope, nil
		}
		err := tx.row(ctx, `SELECT company_key FROM accounts WHERE id = $1`, actor.ID).Scan(&company)
		if err != nil {
			return scope, err
		}
	}
	var marks []string
	if !actor.IsGuest() && q.Space == 0 {
		marks = append(marks, openMark, knownMark)
	}
	for _, space := range spaces {
		marks = append(marks, placeMarks(actor, space, company)...)
	}
	scope.places = [][]indexToken{tokensOf(marks...)}
	return scope, nil
}

// placeMarks are what the actor can find in one space.
func placeMarks(actor Account, space ID, company string) []string {
	switch {
	case !actor.IsGuest():
		return []string{spaceMark(space)}
	case company != "":
		return []string{everyoneMark(space), companyMark(space, company)}
	}
	return []string{everyoneMark(space)}
}

func (s *searchScope) add(mark string) { s.groups = append(s.groups, tokensOf(mark)) }

func tokensOf(marks ...string) []indexToken {
	group := make([]indexToken, len(marks))
	for i, mark := range marks {
		group[i] = indexToken{text: mark}
	}
	return group
}

// indexToken is a token that the index is asked for.
type indexToken struct {
	text   string
	prefix bool // tokens that begin so
}

// expression asks the index for things that have one token of each group.
// Tokens are letters, digits and accents: nothing in them is syntax.
func (d searchDialect) expression(groups [][]indexToken) string {
	var b strings.Builder
	for i, group := range groups {
		if i > 0 {
			b.WriteString(d.and)
		}
		b.WriteByte('(')
		for i, token := range group {
			if i > 0 {
				b.WriteString(d.or)
			}
			text := token.text
			if token.prefix && d.prefixes > 0 {
				text = firstLetters(text, d.prefixes) // what goes on in another way is sorted out by look
			}
			b.WriteString(d.quote + text + d.quote)
			if token.prefix {
				b.WriteString(d.prefix)
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

func firstLetters(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

// maxFoundLooked is how many things one search looks at in all: beyond, the page
// ends early and says how to go on.
const maxFoundLooked = 400

func (tx tx) search(ctx context.Context, actor Account, q SearchQuery, terms []askedTerm, scope searchScope) (Page[Found], error) {
	groups := scope.groups
	for _, term := range terms {
		for _, token := range term.wanted() {
			groups = append(groups, []indexToken{token})
		}
	}
	limit := cmp.Or(q.Limit, SearchPage)
	below := int64(lastMoment)
	if !q.To.IsZero() {
		below = searchBefore(q.To)
	}
	if cursor := int64(lastMoment); after(q.After, &cursor) {
		below = min(below, cursor)
	}
	var found Page[Found]
	for looked := 0; looked < maxFoundLooked; {
		list, err := tx.foundBelow(ctx, actor, q, groups, scope, below, limit+1)
		if err != nil {
			return Page[Found]{}, err
		}
		for _, f := range list {
			if len(found.Items) == limit {
				found.Next = cursor([]any{found.Items[limit-1].key})
				return found, nil
			}
			if f.look(terms) {
				found.Items = append(found.Items, f)
			}
			below = f.key
		}
		if len(list) <= limit {
			return found, nil
		}
		looked += len(list)
	}
	found.Next = cursor([]any{below})
	return found, nil
}

// look finds the words in what the reader may read of the thing, and marks them.
func (f *Found) look(terms []askedTerm) bool {
	body := wordsOf(f.body)
	texts := []string{f.name, body}
	if f.Kind == FoundComment {
		texts[0] = "" // the name of its thread is not its own
	}
	hits, found := foundIn(terms, texts...)
	if !found {
		return false
	}
	f.Title = markHits(f.name, hits[0])
	if body != "" {
		f.Snippet = snippet(body, hits[1])
	}
	return true
}

// opens is the condition under which the person me opens space s and reads what
// is visible in it, as the permission table says of ToOpen.
const opens = `(m.account_id IS NOT NULL OR (s.kind = 'open' AND s.deleted_at IS NULL AND me.kind = 'member' AND NOT me.system_admin))`

// foundBelow are the next things that the index has and the actor may see. For
// who is in many spaces they are most likely among the newest; only when those
// are too few the index is asked for each of the spaces.
func (tx tx) foundBelow(ctx context.Context, actor Account, q SearchQuery, groups [][]indexToken, scope searchScope, below int64, limit int) ([]Found, error) {
	from := int64(0)
	if !q.From.IsZero() {
		from = searchBefore(q.From)
	}
	var list []Found
	if scope.many {
		newest, err := tx.newestWith(ctx, groups, below, from)
		for chunk := range slices.Chunk(newest, newestAtOnce) {
			if err != nil || len(list) >= limit {
				break
			}
			in, args := inList(firstOfSource, chunk)
			var part []Found
			part, err = tx.foundFrom(ctx, searchSource{from: `search e`, where: `e.id IN (` + in + `)`, order: "e.id", args: args}, actor, q, limit-len(list))
			list = append(list, part...)
		}
		if err != nil || len(list) >= limit || len(newest) < newestLooked {
			return list, err
		}
		below = int64(newest[len(newest)-1])
	}
	index := tx.db.search
	rest, err := tx.foundFrom(ctx, searchSource{
		from: `search_words CROSS JOIN search e`, where: index.newest(firstOfSource) + ` AND e.id = ` + index.key, order: index.key,
		args: []any{index.expression(slices.Concat(scope.places, groups)), below, from},
	}, actor, q, limit-len(list))
	return append(list, rest...), err
}

// newestLooked is how many of the newest things are looked at first, and
// newestAtOnce how many of them in one statement.
const (
	newestLooked = 200
	newestAtOnce = 32
)

// newestWith are the keys of the newest things that have the tokens, whosesoever
// they are; fewer than newestLooked when there are no more.
func (tx tx) newestWith(ctx context.Context, groups [][]indexToken, below, from int64) ([]ID, error) {
	index := tx.db.search
	rows, err := tx.query(ctx, `
		SELECT `+index.key+`
		FROM search_words
		WHERE `+index.newest(1)+`
		ORDER BY `+index.key+` DESC
		LIMIT `+itoa(newestLooked), index.expression(groups), below, from)
	return all(rows, err, scanID)
}

// newest is the condition that a thing has the tokens of the expression $n and
// that its key is below $n+1 and not below $n+2.
func (d searchDialect) newest(n int) string {
	return strings.ReplaceAll(d.match, "$1", "$"+itoa(n)) + ` AND ` + d.key + ` < $` + itoa(n+1) + ` AND ` + d.key + ` >= $` + itoa(n+2)
}

// searchSource is where the entries e come from, in SQL. Its arguments are
// numbered from firstOfSource on.
type searchSource struct {
	from, where, order string
	args               []any
}

const firstOfSource = 6

func (tx tx) foundFrom(ctx context.Context, source searchSource, actor Account, q SearchQuery, limit int) ([]Found, error) {
	rows, err := tx.query(ctx, `
		SELECT e.id, e.kind, e.thing_id, e.created_at, s.id, s.name, s.kind, s.cover, t.id, t.name,
			CASE WHEN e.kind = 'comment' THEN c.body_html WHEN e.kind = 'thread' THEN t.body_html
				WHEN e.kind = 'space' AND `+opens+` THEN s.body_html END,
			COALESCE(f.name, x.name), x.comment_id, `+personColumns+`
		FROM `+source.from+`
		CROSS JOIN accounts me
		CROSS JOIN accounts a
		JOIN spaces s ON s.id = e.space_id
		LEFT JOIN memberships m ON m.space_id = e.space_id AND m.account_id = $1 AND `+insideNow+`
		LEFT JOIN threads t ON t.id = e.thread_id
		LEFT JOIN accounts ta ON ta.id = t.created_by
		LEFT JOIN files f ON e.kind = 'file' AND f.id = e.thing_id AND f.deleted_at IS NULL
		LEFT JOIN attachments x ON e.kind = 'attachment' AND x.id = e.thing_id AND x.gone_at IS NULL
		LEFT JOIN comments c ON c.id = CASE e.kind WHEN 'comment' THEN e.thing_id WHEN 'attachment' THEN x.comment_id END AND c.deleted_at IS NULL
		WHERE `+source.where+`
			AND me.id = $1 AND a.id = e.author_id AND `+usableNow+`
			AND (CAST($3 AS BIGINT) = 0 OR e.space_id = $3)
			AND (CAST($4 AS BIGINT) = 0 OR e.author_id = $4)
			AND CASE
				WHEN e.kind IN ('comment', 'attachment') THEN c.id IS NOT NULL AND `+opens+` AND `+visible("t", "ta")+` AND `+visible("c", "a")+`
				WHEN e.kind = 'thread' THEN t.id IS NOT NULL AND `+opens+` AND `+visible("t", "ta")+`
				WHEN e.kind = 'file' THEN f.id IS NOT NULL AND `+opens+` AND `+visible("f", "a")+`
				WHEN e.kind = 'space' THEN m.account_id IS NOT NULL OR me.kind = 'member' AND s.kind IN ('open', 'private') AND s.deleted_at IS NULL
				ELSE FALSE END
		ORDER BY `+source.order+` DESC
		LIMIT $5`,
		append([]any{actor.ID, at(tx.now), q.Space, q.Person, limit}, source.args...)...)
	return all(rows, err, scanFound)
}

func scanFound(row scanner) (Found, error) {
	var f Found
	var file string
	err := row.Scan(append([]any{
		&f.key, &f.Kind, &f.ID, moment{&f.At}, &f.Space.ID, &f.Space.Name, &f.Space.Kind, &f.Space.Cover,
		nullID{&f.Thread.ID}, orZero[string]{&f.Thread.Name}, orZero[HTML]{&f.body}, orZero[string]{&file}, nullID{&f.Comment},
	}, f.Person.scanPerson()...)...)
	switch f.Kind {
	case FoundSpace:
		f.name = f.Space.Name
	case FoundFile, foundAttachment:
		f.Kind, f.name = FoundFile, file
	default:
		f.name = f.Thread.Name
	}
	return f, err
}
