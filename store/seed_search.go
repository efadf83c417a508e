package store

// Comment says something in a thread of members and guests alike.
func (s Seeder) Comment(thread ID, author Account, body string) error {
	text, err := renderText("text", body)
	if err != nil {
		return err
	}
	_, err = s.tx.exec(s.ctx, `
		INSERT INTO comments (thread_id, author_id, body, body_html, excerpt, renderer, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		thread, author.ID, text.Body, text.HTML, text.Excerpt, rendererVersion, at(s.tx.now))
	return err
}

// Apart keeps the companies of a space apart.
func (s Seeder) Apart(space ID) error {
	_, err := s.tx.exec(s.ctx, `UPDATE spaces SET companies_apart = TRUE WHERE id = $1`, space)
	return err
}

// ForgetIndex leaves the index as a program with other tokens finds it.
func (s Seeder) ForgetIndex() error {
	if _, err := s.tx.exec(s.ctx, `DELETE FROM search_notes`); err != nil {
		return err
	}
	_, err := s.tx.exec(s.ctx, `UPDATE search_fills SET version = $1, below_id = $2`, searchVersion, lastID)
	return err
}

// LeaveUnindexed forgets what is still to be indexed: a crowd that nobody looks for.
func (s Seeder) LeaveUnindexed() error {
	_, err := s.tx.exec(s.ctx, `DELETE FROM search_notes`)
	return err
}
