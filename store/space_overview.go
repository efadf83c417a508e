package store

import (
	"context"
)

// SpaceOverview is what the page of a space shows.
type SpaceOverview struct {
	Space        Space
	Threads      Page[Thread]  // of a space with several
	Conversation *Conversation // of a space with one thread
	Members      []Account     // the first few, by name
	Guests       []Account
	Mentioned    map[ID]Mentioned // whom the space's text names
	Files        []File           // those that changed last
}

// fewPeople is how many faces stand on the page of a space.
const fewPeople = 6

// SpaceOverview opens a space; place says where its one thread is opened. Whoever
// is inside has seen the space then: that is its "last seen", which is written
// only when there was something new (SEC-T4), and never keeps a full disk from
// showing the page.
func (s *Store) SpaceOverview(ctx context.Context, actor Account, id ID, place Place) (SpaceOverview, error) {
	var o SpaceOverview
	var news bool
	err := s.read(ctx, func(tx tx) (err error) {
		if o.Space, err = tx.space(ctx, actor, id, ToOpen); err != nil {
			return err
		}
		if o.Threads, err = tx.threads(ctx, actor, o.Space, ""); err != nil {
			return err
		}
		if !o.Space.MultiThread && len(o.Threads.Items) > 0 {
			c, err := tx.conversation(ctx, actor, o.Space, o.Threads.Items[0].ID, place)
			if err != nil {
				return err
			}
			o.Conversation = &c
		}
		if o.Members, err = tx.few(ctx, actor, o.Space, Member); err != nil {
			return err
		}
		if o.Guests, err = tx.few(ctx, actor, o.Space, Guest); err != nil {
			return err
		}
		if o.Mentioned, err = tx.mentioned(ctx, actor, o.Space, 0, nil); err != nil {
			return err
		}
		if o.Files, err = tx.latestFiles(ctx, actor, o.Space); err != nil {
			return err
		}
		news, err = tx.toldNow(ctx, toldOf(actor, o.Space, o.Conversation))
		return err
	})
	if err != nil {
		return SpaceOverview{}, err
	}
	return o, s.saw(ctx, actor, o.Space, o.Conversation, news)
}

// few are the first people of a kind whom the actor sees in the space.
func (tx tx) few(ctx context.Context, actor Account, sp Space, kind AccountKind) ([]Account, error) {
	rows, err := tx.query(ctx, `
		SELECT `+personColumns+`
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		JOIN spaces s ON s.id = m.space_id
		JOIN accounts me ON me.id = $5
		WHERE m.space_id = $1 AND m.account_kind = $3 AND `+insideNow+` AND `+seesPerson("a")+`
		ORDER BY m.name_key, m.account_id
		LIMIT $4`, sp.ID, at(tx.now), string(kind), fewPeople, actor.ID)
	return all(rows, err, func(row scanner) (Account, error) {
		var a Account
		err := row.Scan(a.scanPerson()...)
		return a, err
	})
}
