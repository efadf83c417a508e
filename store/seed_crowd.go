package store

// Crowd is many guests of one space with all that they leave behind: an
// invitation that was accepted, its mail, a session, an entry in the audit log
// and two comments each. It is what benchmarks grow.
type Crowd struct {
	Space  ID
	Thread ID      // of their comments
	Host   Account // who invited them
	First  int     // the number in the first one's name and address
	Count  int
}

// crowdOf numbers the people of a crowd from $1 to $2 and finds their accounts.
const crowdOf = `
	WITH RECURSIVE n (i) AS (
		SELECT CAST($1 AS BIGINT)
		UNION ALL
		SELECT i + 1 FROM n WHERE i < $2)`

const crowdAccounts = ` FROM n JOIN accounts a ON a.login_key = 'guest' || n.i || '@crowd.example' AND a.deleted_at IS NULL`

// Crowd makes the people of a crowd, a few statements for all of them.
func (s Seeder) Crowd(in Crowd) error {
	now, first, last := at(s.tx.now), in.First, in.First+in.Count-1
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO accounts (kind, login_key, email, display_name, name_key, company, company_key, created_at)` + crowdOf + `
			SELECT 'guest', 'guest' || i || '@crowd.example', 'guest' || i || '@crowd.example', 'Guest ' || i, 'guest ' || i, 'Crowd', 'crowd', $3
			FROM n`, []any{now}},
		{`INSERT INTO memberships (space_id, account_id, account_kind, name_key, role, seen_at, joined_at)` + crowdOf + `
			SELECT $3, a.id, a.kind, a.name_key, 'editor', $4, $4` + crowdAccounts, []any{in.Space, now}},
		{`INSERT INTO invitations (space_id, email, subject, message, role, locale, inviter_id, status, account_id, delivery, created_at, expires_at)` + crowdOf + `
			SELECT $3, a.email, 'Come in', 'We share the plans here.', 'editor', 'en', $4, 'accepted', a.id, 'sent', $5, $5` + crowdAccounts,
			[]any{in.Space, in.Host.ID, now}},
		{`INSERT INTO outbox (kind, lane, recipient, account_id, space_id, locale, timezone, message_id, data, state, created_at, next_try_at, give_up_at, closed_at)` + crowdOf + `
			SELECT 'welcome', 1, a.email, a.id, $3, 'en', 'UTC', '<crowd' || n.i || '@crowd.example>', '{}', 'sent', $4, $4, $4, $4` + crowdAccounts,
			[]any{in.Space, now}},
		{`INSERT INTO sessions (token_hash, account_id, stage, authenticated_at, created_at, seen_at, expires_at)` + crowdOf + `
			SELECT CAST('crowd' || n.i AS {{bytes}}), a.id, 'full', $3, $3, $3, $4` + crowdAccounts, []any{now, at(s.tx.now.Add(sessionLifeKept))}},
		{`INSERT INTO audit (action, actor_id, account_id, space_id, subject, created_at)` + crowdOf + `
			SELECT 'guest.joined', a.id, a.id, $3, a.login_key, $4` + crowdAccounts, []any{in.Space, now}},
		{`INSERT INTO comments (thread_id, author_id, body, body_html, excerpt, renderer, created_at)` + crowdOf + `
			SELECT $3, a.id, w.body, '<p>' || w.body || '</p>', w.body, 1, $4` + crowdAccounts + `
			CROSS JOIN (SELECT 'I have read the plans.' AS body UNION ALL SELECT 'They look good to me.') w`, []any{in.Thread, now}},
	} {
		if _, err := s.tx.exec(s.ctx, s.tx.db.translate(step.query), append([]any{first, last}, step.args...)...); err != nil {
			return err
		}
	}
	_, err := s.tx.exec(s.ctx, `UPDATE spaces SET guest_count = guest_count + $2 WHERE id = $1`, in.Space, in.Count)
	if err != nil {
		return err
	}
	_, err = s.tx.exec(s.ctx, `UPDATE threads SET comment_count = comment_count + $2, shared_comment_count = shared_comment_count + $2 WHERE id = $1`, in.Thread, 2*in.Count)
	return err
}

// Thread makes a thread in a space.
func (s Seeder) Thread(space ID, name string, author Account) (ID, error) {
	text, err := renderText("body", "")
	if err != nil {
		return 0, err
	}
	return s.tx.createThread(s.ctx, newThread{Space: space, Name: name, Text: text, Author: author, Shared: true})
}
