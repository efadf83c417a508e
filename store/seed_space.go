package store

import (
	"context"
	"fmt"
	"time"
)

// FullSpace is a space with several threads in which much was written: it is
// what benchmarks compare with one in which little was.
type FullSpace struct {
	Name     string
	Host     Account // who made it; of all that was written nothing is new to them
	Reader   Account // a guest who may read, and has read it all too
	Comments int     // that everybody may read, fifty of them in threads of their own; a tenth as many of the team's come on top, and as many messages
	Files    int     // half of them in one folder
	People   int     // half of them guests, of ten companies
}

// FilledSpace is a space that was made, and the things in it that pages show.
type FilledSpace struct {
	ID     ID
	Thread ID // the long one
	Middle ID // the comment in its middle
	First  ID // the oldest comment
	Folder ID
	Chat   ID
}

// seedThreads is how many threads with one comment a FullSpace has besides the
// long one: a page of them.
const seedThreads = PageSize

// seedWords say what the comments, messages and files are about.
const seedWords = `CASE n.i % 5
	WHEN 0 THEN 'The plans of floor ' || n.i || ' are in the drive now.'
	WHEN 1 THEN 'Dock doors 3 and 4 are confirmed for Monday morning.'
	WHEN 2 THEN '来週の会議は水曜日の午後三時からに変わりました。'
	WHEN 3 THEN 'I have looked at page ' || n.i || ' and changed two words.'
	ELSE '我们已经确认了仓库的交货时间。' END`

// SeedFullSpace makes a space and all that is in it, a few statements and one
// transaction for everything of a kind.
func (s *Store) SeedFullSpace(ctx context.Context, in FullSpace) (f FilledSpace, err error) {
	for _, fill := range []func(Seeder, FullSpace, *FilledSpace) error{
		Seeder.beginFullSpace, Seeder.fillPeople, Seeder.fillThreads, Seeder.fillComments, Seeder.fillFiles, Seeder.fillChat,
		Seeder.fillNotices, Seeder.countFullSpace,
	} {
		if err := s.Seed(ctx, func(seed Seeder) error { return fill(seed, in, &f) }); err != nil {
			return f, fmt.Errorf("fill the space %s: %w", in.Name, err)
		}
	}
	return f, nil
}

func (s Seeder) beginFullSpace(in FullSpace, f *FilledSpace) (err error) {
	if f.ID, err = s.Space(GuestSpace, in.Name, in.Host); err != nil {
		return err
	}
	return s.Membership(f.ID, in.Reader, Reader, time.Time{})
}

// fill inserts a row for each of the numbers n.i from 1 to last; the arguments
// follow from $3 on.
func (s Seeder) fill(insert string, last int, query string, args ...any) error {
	_, err := s.tx.exec(s.ctx, insert+crowdOf+query, append([]any{1, last}, args...)...)
	return err
}

// seedLogin is the address of person n.i of the space named $3.
const seedLogin = `'person' || n.i || '@' || LOWER($3) || '.example'`

// seedAuthor joins the author a of thing n.i: somebody of the first $4 people
// of the space named $3, who are members at odd numbers.
const seedAuthor = ` FROM n JOIN accounts a ON a.login_key = 'person' || (n.i % $4 + 1) || '@' || LOWER($3) || '.example' AND a.deleted_at IS NULL`

func (s Seeder) fillPeople(in FullSpace, f *FilledSpace) error {
	err := s.fill(`INSERT INTO accounts (kind, login_key, email, display_name, name_key, company, company_key, created_at)`, in.People, `
		SELECT CASE n.i % 2 WHEN 0 THEN 'guest' ELSE 'member' END, `+seedLogin+`, `+seedLogin+`, 'Person ' || n.i, 'person ' || n.i,
			'Partner ' || (n.i % 10), 'partner ' || (n.i % 10), $4
		FROM n`, in.Name, at(s.tx.now))
	if err != nil {
		return err
	}
	return s.fill(`INSERT INTO memberships (space_id, account_id, account_kind, name_key, role, seen_at, joined_at)`, in.People, `
		SELECT $4, a.id, a.kind, a.name_key, 'editor', $5, $5
		FROM n
		JOIN accounts a ON a.login_key = `+seedLogin+` AND a.deleted_at IS NULL`, in.Name, f.ID, at(s.tx.now))
}

func (s Seeder) fillThreads(in FullSpace, f *FilledSpace) (err error) {
	for i := range seedThreads {
		if _, err := s.Thread(f.ID, fmt.Sprintf("Room %d", i+1), in.Host); err != nil {
			return err
		}
	}
	f.Thread, err = s.Thread(f.ID, "Plans", in.Host)
	return err
}

// fillComments puts a comment into each thread and the others into the last one.
// Every eleventh is the team's.
func (s Seeder) fillComments(in FullSpace, f *FilledSpace) error {
	const insert = `INSERT INTO comments (thread_id, author_id, body, body_html, excerpt, renderer, audience, shared, created_at)`
	const words = `, a.id, ` + seedWords + `, '<p>' || ` + seedWords + ` || '</p>', ` + seedWords + `, 1, `
	err := s.fill(insert, seedThreads, `
		SELECT t.id`+words+`'', TRUE, $5`+seedAuthor+`
		JOIN threads t ON t.space_id = $6 AND t.name = 'Room ' || n.i`, in.Name, in.People, at(s.tx.now), f.ID)
	if err != nil {
		return err
	}
	many := in.Comments - seedThreads
	err = s.fill(insert, many+many/10, `
		SELECT $6`+words+`
			CASE n.i % 11 WHEN 0 THEN 'team' ELSE '' END, n.i % 11 <> 0, $5 - ($2 - n.i) * 1000`+seedAuthor, in.Name, in.People, at(s.tx.now), f.Thread)
	if err != nil {
		return err
	}
	err = s.tx.row(s.ctx, `SELECT MIN(id) FROM comments WHERE thread_id = $1`, f.Thread).Scan(&f.First)
	if err != nil {
		return err
	}
	return s.tx.row(s.ctx, `
		SELECT id FROM comments
		WHERE thread_id = $1 AND id >= $2 AND audience = ''
		ORDER BY id
		LIMIT 1`, f.Thread, f.First+ID(many/2)).Scan(&f.Middle)
}

// fillFiles gives all files one content. Every eleventh is the team's.
func (s Seeder) fillFiles(in FullSpace, f *FilledSpace) error {
	const hash = "full-space"
	_, err := s.tx.exec(s.ctx, `INSERT INTO blobs (hash, size_bytes, type, created_at) VALUES ($1, 1000, 'text/plain', $2) ON CONFLICT DO NOTHING`, hash, at(s.tx.now))
	if err != nil {
		return err
	}
	err = s.tx.row(s.ctx, `
		INSERT INTO folders (space_id, depth, name, name_key, shared, file_count, shared_file_count, created_by, created_at, changed_at)
		VALUES ($1, 1, 'Drawings', 'drawings', TRUE, $2, $2, $3, $4, $4)
		RETURNING id`, f.ID, in.Files/2, in.Host.ID, at(s.tx.now)).Scan(&f.Folder)
	if err != nil {
		return err
	}
	err = s.fill(`
		INSERT INTO files (space_id, folder_id, name, name_key, audience, realm, shared, created_by, created_at,
			version, hash, size_bytes, type, changed_by, changed_at)`, in.Files+in.Files/10, `
		SELECT $6, CASE n.i % 2 WHEN 0 THEN CAST($7 AS BIGINT) ELSE 0 END, 'Plan ' || n.i || '.txt', 'plan ' || n.i || '.txt',
			CASE n.i % 11 WHEN 0 THEN 'team' ELSE '' END, CASE n.i % 11 WHEN 0 THEN 'team' ELSE '' END, n.i % 11 <> 0,
			a.id, $5, 1, $8, 1000 + n.i, 'text/plain', a.id, $5`+seedAuthor, in.Name, in.People, at(s.tx.now), f.ID, f.Folder, hash)
	if err != nil {
		return err
	}
	_, err = s.tx.exec(s.ctx, `
		INSERT INTO file_versions (file_id, number, hash, size_bytes, spent_bytes, type, created_by, created_at)
		SELECT id, 1, hash, size_bytes, size_bytes, type, created_by, created_at FROM files WHERE space_id = $1`, f.ID)
	return err
}

func (s Seeder) fillChat(in FullSpace, f *FilledSpace) error {
	if err := s.tx.row(s.ctx, `SELECT id FROM chats WHERE space_id = $1`, f.ID).Scan(&f.Chat); err != nil {
		return err
	}
	err := s.fill(`INSERT INTO messages (chat_id, author_id, audience, body, body_html, excerpt, renderer, created_at)`, in.Comments+in.Comments/10, `
		SELECT $6, a.id, CASE n.i % 11 WHEN 0 THEN 'team' ELSE '' END, `+seedWords+`, '<p>' || `+seedWords+` || '</p>', `+seedWords+`, 1,
			$5 - ($2 - n.i) * 1000`+seedAuthor, in.Name, in.People, at(s.tx.now), f.Chat)
	if err != nil {
		return err
	}
	_, err = s.tx.exec(s.ctx, `UPDATE chats SET last_id = (SELECT MAX(id) FROM messages WHERE chat_id = $1) WHERE id = $1`, f.Chat)
	return err
}

// fillNotices tells the host and the reader of every comment that they may read;
// they have looked at none of it yet.
func (s Seeder) fillNotices(in FullSpace, f *FilledSpace) error {
	_, err := s.tx.exec(s.ctx, `
		INSERT INTO notifications (account_id, kind, space_id, thread_id, thing_id, actor_id, created_at)
		SELECT r.id, 'comment', t.space_id, t.id, c.id, c.author_id, c.created_at
		FROM comments c
		JOIN threads t ON t.id = c.thread_id
		JOIN accounts r ON r.id IN ($2, $3)
		WHERE t.space_id = $1 AND (r.kind = 'member' OR c.shared)`, f.ID, in.Host.ID, in.Reader.ID)
	return err
}

// countFullSpace brings the counters up to what was written past them, of which
// the host and the reader have seen all.
func (s Seeder) countFullSpace(_ FullSpace, f *FilledSpace) error {
	for _, query := range []string{
		`UPDATE threads
		SET comment_count = (SELECT COUNT(*) FROM comments c WHERE c.thread_id = threads.id),
			last_comment_id = (SELECT MAX(c.id) FROM comments c WHERE c.thread_id = threads.id),
			shared_comment_count = (SELECT COUNT(*) FROM comments c WHERE c.thread_id = threads.id AND c.shared),
			shared_comment_id = (SELECT MAX(c.id) FROM comments c WHERE c.thread_id = threads.id AND c.shared)
		WHERE space_id = $1`,
		`UPDATE spaces
		SET multi_thread = TRUE,
			activity_count = (SELECT SUM(t.comment_count) FROM threads t WHERE t.space_id = spaces.id),
			last_comment_id = (SELECT MAX(t.last_comment_id) FROM threads t WHERE t.space_id = spaces.id),
			shared_activity_count = (SELECT SUM(t.shared_comment_count) FROM threads t WHERE t.space_id = spaces.id),
			shared_comment_id = (SELECT MAX(t.shared_comment_id) FROM threads t WHERE t.space_id = spaces.id),
			member_count = (SELECT COUNT(*) FROM memberships m WHERE m.space_id = spaces.id AND m.account_kind = 'member'),
			guest_count = (SELECT COUNT(*) FROM memberships m WHERE m.space_id = spaces.id AND m.account_kind = 'guest'),
			file_count = (SELECT COUNT(*) FROM files d WHERE d.space_id = spaces.id),
			shared_file_count = (SELECT COUNT(*) FROM files d WHERE d.space_id = spaces.id AND d.shared)
		WHERE id = $1`,
		`UPDATE memberships
		SET seen_count = (SELECT CASE WHEN account_kind = 'guest' THEN s.shared_activity_count ELSE s.activity_count END FROM spaces s WHERE s.id = $1)
		WHERE space_id = $1`,
	} {
		if _, err := s.tx.exec(s.ctx, query, f.ID); err != nil {
			return err
		}
	}
	return nil
}

// LeaveUnnoticed makes no notices of what has happened so far.
func (s Seeder) LeaveUnnoticed() error {
	_, err := s.tx.exec(s.ctx, `UPDATE events SET noticed_at = $1 WHERE id IN (SELECT id FROM events WHERE noticed_at IS NULL)`, at(s.tx.now))
	return err
}
