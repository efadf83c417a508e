package store

import (
	"context"
	"slices"
	"strings"
)

// Why somebody cannot be mentioned in a text. Args: Name; Company for
// ErrMentionApart; Choices for ErrMentionTwice.
var (
	// ErrMentionUnread: who is named would not be able to read the text.
	ErrMentionUnread = &Error{Kind: Invalid, Code: "mention_unread"}
	// ErrMentionApart: the text would show a guest's name to other companies.
	ErrMentionApart = &Error{Kind: Invalid, Code: "mention_apart"}
	// ErrMentionAlone: the same, and the guest has no company that could be chosen.
	ErrMentionAlone = &Error{Kind: Invalid, Code: "mention_alone"}
	// ErrMentionTwice: several people here have the name.
	ErrMentionTwice = &Error{Kind: Invalid, Code: "mention_twice"}
	// ErrMentionLeft: who is named has left the space since it was looked up.
	ErrMentionLeft = &Error{Kind: Conflict, Code: "mention_left"}
)

// writing is a text that somebody puts into a space: whose it is, and who reads it.
type writing struct {
	Space    ID
	Thread   ID       // 0 for the space's own text
	Comment  ID       // 0 for the thread's own text
	Author   Account  // whose text it is, who may be another than the one who changes it
	Audience Audience // in force: Audience.Within that of the thread
	Field    string   // of the form
}

// mentionable is somebody who is in the space, with what decides whether they read a text.
type mentionable struct {
	Account
	key     string // the folded name
	company string // the folded company
}

// reads reports whether the person will be able to read the text.
func (m mentionable) reads(sp Space, w writing) bool {
	if !m.IsGuest() {
		return true
	}
	if w.Audience != Everyone && (m.company == "" || w.Audience != ForCompany(m.company)) {
		return false
	}
	return !sp.CompaniesApart || !w.Author.IsGuest() || m.ID == w.Author.ID || m.company != "" && companyKey(w.Author.Company) == m.company
}

// refusal is why the person cannot be mentioned in the text, nil for no reason.
func (m mentionable) refusal(sp Space, w writing) error {
	switch {
	case !m.reads(sp, w):
		return ErrMentionUnread.With(w.Field, "Name", m.Name)
	case sp.CompaniesApart && m.IsGuest() && !w.Author.IsGuest() && w.Audience == Everyone:
		if m.company == "" {
			return ErrMentionAlone.With(w.Field, "Name", m.Name)
		}
		return ErrMentionApart.With(w.Field, "Name", m.Name, "Company", m.Company)
	}
	return nil
}

// renderIn is renderText for what stands in a space: each "@" before the name
// of somebody there whom the actor sees becomes a link to them. The longest
// name counts, and "#" with a number tells apart who is called the same. It
// looks people up before the transaction that keeps the text, which asks
// tx.mention whether they may be mentioned.
func (s *Store) renderIn(ctx context.Context, actor Account, space ID, field, body string) (rendered, error) {
	return s.renderUpTo(ctx, actor, space, field, body, MaxText)
}

// renderUpTo is renderIn for a text of another length.
func (s *Store) renderUpTo(ctx context.Context, actor Account, space ID, field, body string, limit int) (rendered, error) {
	text, err := parseUpTo(field, body, limit)
	if err != nil || text.tree == nil {
		return rendered{}, err
	}
	signs := atSigns(text.tree, text.source)
	if len(signs) == 0 {
		return text.render(nil)
	}
	var people map[string][]mentionable
	err = s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToOpen)
		if err != nil {
			return err
		}
		people, err = tx.named(ctx, sp, actor, signs)
		return err
	})
	if err != nil {
		return rendered{}, err
	}
	mentions, doubt := settle(field, text.source, signs, people)
	html, err := text.render(mentions)
	html.doubt = doubt
	return html, err
}

// settle puts the people into the tree of the text, from its end to its
// beginning, so that each sign still stands where it was found.
func settle(field string, source []byte, signs []*atSign, people map[string][]mentionable) (mentions []mention, doubt error) {
	known := map[ID]bool{}
	for _, sign := range slices.Backward(signs) {
		called, end := sign.longest(people)
		if len(called) == 0 {
			continue
		}
		number, numbered := numberAt(source, sign.node, end)
		i := slices.IndexFunc(called, func(m mentionable) bool { return m.ID == number })
		switch {
		case i >= 0:
			end = numbered
		case len(called) > 1:
			doubt = ErrMentionTwice.With(field, "Name", called[0].Name, "Choices", choices(called))
			continue
		default:
			i = 0
		}
		m := mention{Account: called[i].ID, Name: called[i].Name, Guest: called[i].IsGuest()}
		putMention(sign.node, sign.at, end, m)
		if !known[m.Account] {
			known[m.Account] = true
			mentions = append(mentions, m)
		}
	}
	slices.Reverse(mentions)
	return mentions, doubt
}

// longest are the people who have the longest of the names that may follow the
// sign, and where it ends.
func (a *atSign) longest(people map[string][]mentionable) (called []mentionable, end int) {
	for _, name := range slices.Backward(a.names) {
		if called := people[name.key]; len(called) > 0 {
			return called, name.end
		}
	}
	return nil, 0
}

// choices names people of one name with their numbers and companies.
func choices(called []mentionable) string {
	list := make([]string, len(called))
	for i, person := range called {
		list[i] = "@" + person.Name + "#" + person.ID.String()
		if person.Company != "" {
			list[i] += " (" + person.Company + ")"
		}
	}
	return strings.Join(list, ", ")
}

// nameBatch is how many names one statement asks for.
const nameBatch = 500

// named finds the people in a space who have one of the names after the signs,
// and whom the actor sees there, by their folded names.
func (tx tx) named(ctx context.Context, sp Space, actor Account, signs []*atSign) (map[string][]mentionable, error) {
	var keys []any
	asked := map[string]bool{}
	for _, sign := range signs {
		for _, name := range sign.names {
			if !asked[name.key] {
				asked[name.key] = true
				keys = append(keys, name.key)
			}
		}
	}
	people := map[string][]mentionable{}
	for batch := range slices.Chunk(keys, nameBatch) {
		found, err := tx.mentionables(ctx, sp, actor, `m.name_key IN (`+placeholders(4, len(batch))+`)`, maxNamed, batch...)
		if err != nil {
			return nil, err
		}
		for _, person := range found {
			people[person.key] = append(people[person.key], person)
		}
	}
	return people, nil
}

// maxNamed is more than one text can name.
const maxNamed = maxAts * 20

// mentionables are the people in a space now who can act and whom the actor
// sees, under one more condition of the membership m with arguments from $4.
func (tx tx) mentionables(ctx context.Context, sp Space, actor Account, condition string, limit int, args ...any) ([]mentionable, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`, m.name_key, a.company_key
		FROM accounts me
		JOIN spaces s ON s.id = $1
		JOIN memberships m ON m.space_id = s.id AND m.account_kind IN ('member', 'guest')
		JOIN accounts a ON a.id = m.account_id
		WHERE me.id = $3 AND `+insideNow+` AND a.status = 'active' AND `+seesPerson("a")+` AND `+condition+`
		LIMIT `+itoa(limit), append([]any{sp.ID, at(tx.now), actor.ID}, args...)...)
	return all(rows, err, func(row scanner) (mentionable, error) {
		var m mentionable
		err := row.Scan(append(m.scanPerson(), &m.key, &m.company)...)
		return m, err
	})
}

// mention keeps whom a text names, in the transaction that keeps the text, and
// refuses who would not be able to read it. Who is named for the first time is
// told, and follows the thread from now on.
func (tx tx) mention(ctx context.Context, sp Space, actor Account, w writing, text rendered) error {
	if text.doubt != nil {
		return text.doubt
	}
	if err := tx.mayMention(ctx, sp, actor, w, text.mentions); err != nil {
		return err
	}
	fresh, err := tx.keepMentions(ctx, w, text.mentions)
	if err != nil {
		return err
	}
	for _, person := range fresh {
		if person == actor.ID {
			continue
		}
		err := tx.happened(ctx, happening{
			Kind: MentionAdded, Space: sp.ID, Thread: w.Thread, Thing: w.Comment, Account: person, Actor: actor.ID, Audience: w.Audience,
		})
		if err != nil {
			return err
		}
	}
	return tx.beginFollowing(ctx, sp, w.Thread, fresh...)
}

// keepMentions writes who is named now and returns those who were not before.
func (tx tx) keepMentions(ctx context.Context, w writing, mentions []mention) (fresh []ID, err error) {
	column, id := w.place()
	rows, err := tx.query(ctx, `SELECT account_id FROM mentions WHERE `+column+` = $1`, id)
	before, err := all(rows, err, scanID)
	if err != nil {
		return nil, err
	}
	for _, m := range mentions {
		if i := slices.Index(before, m.Account); i >= 0 {
			before = slices.Delete(before, i, i+1)
			continue
		}
		_, err := tx.exec(ctx, `INSERT INTO mentions (`+column+`, account_id, created_at) VALUES ($1, $2, $3)`, id, m.Account, at(tx.now))
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, m.Account)
	}
	for _, gone := range before {
		if _, err := tx.exec(ctx, `DELETE FROM mentions WHERE `+column+` = $1 AND account_id = $2`, id, gone); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// place is the column of the table of mentions that the text belongs to.
func (w writing) place() (column string, id ID) {
	switch {
	case w.Comment != 0:
		return "comment_id", w.Comment
	case w.Thread != 0:
		return "thread_id", w.Thread
	}
	return "space_id", w.Space
}

func (tx tx) mayMention(ctx context.Context, sp Space, actor Account, w writing, mentions []mention) error {
	if len(mentions) == 0 {
		return nil
	}
	ids := make([]any, len(mentions))
	for i, m := range mentions {
		ids[i] = m.Account
	}
	found, err := tx.mentionables(ctx, sp, actor, `m.account_id IN (`+placeholders(4, len(ids))+`)`, len(ids), ids...)
	if err != nil {
		return err
	}
	for _, m := range mentions {
		i := slices.IndexFunc(found, func(person mentionable) bool { return person.ID == m.Account })
		if i < 0 {
			return ErrMentionLeft.With(w.Field, "Name", m.Name)
		}
		if err := found[i].refusal(sp, w); err != nil {
			return err
		}
	}
	return nil
}
