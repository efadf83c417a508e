package store

import "context"

// writePeopleWords brings the words by which accounts are found in the
// directory up to date: those of the name, its reading, company and
// department. Addresses are none of them: they are not for everybody.
func (tx tx) writePeopleWords(ctx context.Context, ids []ID) error {
	if len(ids) == 0 {
		return nil
	}
	was := map[ID]map[string]bool{}
	err := tx.eachOf(ctx, `SELECT account_id, word FROM people_words WHERE account_id IN (`, ids, func(row scanner) error {
		var id ID
		var word string
		err := row.Scan(&id, &word)
		if was[id] == nil {
			was[id] = map[string]bool{}
		}
		was[id][word] = true
		return err
	})
	if err != nil {
		return err
	}
	var added [][]any
	err = tx.eachOf(ctx, `
		SELECT a.id, a.display_name, a.sur_name_reading, a.given_name_reading, a.company, a.division
		FROM accounts a
		WHERE a.status <> 'deleted' AND a.id IN (`, ids, func(row scanner) error {
		var id ID
		var name, sur, given, company, division string
		if err := row.Scan(&id, &name, &sur, &given, &company, &division); err != nil {
			return err
		}
		for _, word := range searchWords(nil, name, sur+" "+given, company, division) {
			if was[id][word] {
				delete(was[id], word)
				continue
			}
			added = append(added, []any{id, word})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id, words := range was {
		for word := range words {
			if _, err := tx.exec(ctx, `DELETE FROM people_words WHERE account_id = $1 AND word = $2`, id, word); err != nil {
				return err
			}
		}
	}
	return tx.insertAll(ctx, `INSERT INTO people_words (account_id, word)`, ` ON CONFLICT DO NOTHING`, added, nil)
}
