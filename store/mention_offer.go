package store

import (
	"context"
	"slices"
)

// Mentionable is somebody whom a person may mention, with what the text says for it.
type Mentionable struct {
	Account        // what others see of them
	Insert  string // the name, with a number where several have it
}

// fewMentionable is how many people the box of mentions offers.
const fewMentionable = 8

// Mentionables are people whose name begins with the query, or else holds it,
// and whom the actor may mention in a text for the audience: a comment in the
// thread, or with a thread of 0 a new thread. Errors: those of the door.
func (s *Store) Mentionables(ctx context.Context, actor Account, space, thread ID, audience Audience, query string) ([]Mentionable, error) {
	var list []Mentionable
	err := s.read(ctx, func(tx tx) error {
		list = nil
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		w := writing{Space: space, Thread: thread}
		if w.Author, err = tx.actor(ctx, actor); err != nil {
			return err
		}
		if w.Audience, err = tx.audience(ctx, sp, w.Author, audience); err != nil {
			return err
		}
		if thread != 0 {
			t, err := tx.thread(ctx, actor, sp, thread)
			if err != nil {
				return err
			}
			w.Audience = w.Audience.Within(t.Audience)
		}
		list, err = tx.offered(ctx, sp, w, query)
		return err
	})
	return list, err
}

// offered are the members and then the guests who may be mentioned, those first
// whose name begins with the query.
func (tx tx) offered(ctx context.Context, sp Space, w writing, query string) ([]Mentionable, error) {
	anywhere := contains(query)
	var list []Mentionable
	for _, pattern := range []string{anywhere[1:], anywhere} {
		for _, kind := range []AccountKind{Member, Guest} {
			if kind == Guest && w.namesNoGuest(sp) || len(list) >= fewMentionable {
				continue
			}
			found, err := tx.called(ctx, sp, w, kind, pattern)
			if err != nil {
				return nil, err
			}
			for _, person := range found {
				if !slices.ContainsFunc(list, func(m Mentionable) bool { return m.ID == person.ID }) {
					list = append(list, Mentionable{Account: person, Insert: person.Name})
				}
			}
		}
	}
	list = list[:min(len(list), fewMentionable)]
	return list, tx.number(ctx, sp, w.Author, list)
}

// namesNoGuest reports whether the text can mention no guest at all.
func (w writing) namesNoGuest(sp Space) bool {
	return w.Audience == TeamOnly || w.Audience == Everyone && sp.CompaniesApart && !w.Author.IsGuest()
}

func (tx tx) called(ctx context.Context, sp Space, w writing, kind AccountKind, pattern string) ([]Account, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`
		FROM accounts me
		JOIN spaces s ON s.id = $1
		JOIN memberships m ON m.space_id = s.id AND m.account_kind = $4
		JOIN accounts a ON a.id = m.account_id
		WHERE me.id = $3 AND `+insideNow+` AND a.status = 'active' AND `+seesPerson("a")+`
			AND m.name_key LIKE $5 ESCAPE '\' AND (m.account_kind = 'member' OR $6 = '' OR a.company_key = $6)
		ORDER BY m.name_key, m.account_id
		LIMIT $7`, sp.ID, at(tx.now), w.Author.ID, string(kind), pattern, w.Audience.Company(), fewMentionable)
	return all(rows, err, func(row scanner) (a Account, err error) { return a, row.Scan(a.scanPerson()...) })
}

// number adds "#ID" where several people whom the actor sees here have one name.
func (tx tx) number(ctx context.Context, sp Space, actor Account, list []Mentionable) error {
	if len(list) == 0 {
		return nil
	}
	keys := make([]any, len(list))
	for i, person := range list {
		keys[i] = FoldKey(person.Name)
	}
	namesakes, err := tx.mentionables(ctx, sp, actor, `m.name_key IN (`+placeholders(4, len(keys))+`)`, maxNamed, keys...)
	if err != nil {
		return err
	}
	for i := range list {
		same := func(m mentionable) bool { return m.key == keys[i] && m.ID != list[i].ID }
		if slices.ContainsFunc(namesakes, same) {
			list[i].Insert += "#" + list[i].ID.String()
		}
	}
	return nil
}
