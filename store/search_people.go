package store

import (
	"context"
	"strings"
	"time"
)

// firstPeople is how many people stand before everything else that was found.
const firstPeople = 3

// searchPeople finds people by the words of the directory, in the order of their
// names: whom the actor may know of and, of a space, whom they see in it. Nobody
// was written by somebody, or put there on a day.
func (tx tx) searchPeople(ctx context.Context, me Account, q SearchQuery, terms []askedTerm, limit int) (Page[Found], error) {
	if q.Person != 0 || !q.From.IsZero() || !q.To.IsZero() {
		return Page[Found]{}, nil
	}
	plan, err := tx.planDirectory(ctx, chartView{me: me}, DirectoryFilter{Query: q.Text, Space: q.Space})
	if err != nil || plan.nothing {
		return Page[Found]{}, err
	}
	read := plan.statement(`a.sur_name_reading, a.given_name_reading, a.name_key, a.created_at`, q.After, limit+1)
	rows, err := tx.query(ctx, read.text(), read.args...)
	type named struct {
		Found
		key string
	}
	list, err := all(rows, err, func(row scanner) (n named, err error) {
		var sur, given string
		var created time.Time
		a := &n.Person
		err = row.Scan(append(a.scanPerson(), &sur, &given, &n.key, moment{&created})...)
		n.Found = foundPerson(*a, created, terms, sur, given)
		return n, err
	})
	keyed := pageOf(list, limit, func(n named) []any { return []any{n.key, n.ID} })
	page := Page[Found]{Next: keyed.Next}
	for _, n := range keyed.Items {
		page.Items = append(page.Items, n.Found)
	}
	return page, err
}

// foundPerson is a person as they were found, with the words marked.
func foundPerson(a Account, created time.Time, terms []askedTerm, readings ...string) Found {
	f := Found{Kind: FoundPerson, ID: a.ID, Person: a, At: created}
	about := strings.Join(strings.Fields(strings.Join(append([]string{a.Company, a.Division}, readings...), " ")), " ")
	hits, found := foundIn(terms, a.Name, about)
	if !found { // by the beginning of a word that is too short to be one elsewhere
		hits = make([][]hit, 2)
	}
	f.Title = markHits(a.Name, hits[0])
	if about != "" {
		f.Snippet = snippet(about, hits[1])
	}
	return f
}
