package store

import "context"

// ErrCompanyFixed: the guest is in a space in which companies are kept apart.
// Who could say which company they are of could see every company there.
var ErrCompanyFixed = &Error{Kind: Forbidden, Code: "company_fixed", Field: "company"}

// CompanyFixed reports whether the actor's company is not theirs to change.
func (s *Store) CompanyFixed(ctx context.Context, actor Account) (bool, error) {
	var fixed bool
	err := s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		fixed, err = tx.companyFixed(ctx, me)
		return err
	})
	return fixed, err
}

func (tx tx) companyFixed(ctx context.Context, person Account) (bool, error) {
	if !person.IsGuest() {
		return false, nil
	}
	var fixed bool
	err := tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1
			FROM memberships m
			JOIN spaces s ON s.id = m.space_id
			WHERE m.account_id = $1 AND s.companies_apart)`, person.ID).Scan(&fixed)
	return fixed, err
}

// keepsCompany is ErrCompanyFixed when a person may not call themselves of that
// company; other ways to write the same name are theirs.
func (tx tx) keepsCompany(ctx context.Context, person Account, company string) error {
	if companyKey(company) == companyKey(person.Company) {
		return nil
	}
	fixed, err := tx.companyFixed(ctx, person)
	if err == nil && fixed {
		err = ErrCompanyFixed
	}
	return err
}

// recountShared makes true again what every guest of a space may read, after
// companies were put apart there or together: the marks of what guests wrote,
// and the counters that count by them. Who has seen everything has still seen
// everything.
func (tx tx) recountShared(ctx context.Context, sp Space) error {
	threads, err := tx.exec(ctx, `
		UPDATE threads
		SET shared = NOT shared
		WHERE space_id = $1 AND audience = '' AND shared = $2
			AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = threads.created_by AND a.kind = 'guest')`, sp.ID, sp.CompaniesApart)
	if err != nil {
		return err
	}
	comments, err := tx.exec(ctx, `
		UPDATE comments
		SET shared = NOT shared
		WHERE thread_id IN (SELECT t.id FROM threads t WHERE t.space_id = $1) AND audience = '' AND shared = $2
			AND shared = NOT EXISTS (
				SELECT 1
				FROM threads t
				JOIN accounts a ON a.id = comments.author_id
				WHERE t.id = comments.thread_id AND t.shared AND (a.kind = 'member' OR NOT $2))`, sp.ID, sp.CompaniesApart)
	if err != nil {
		return err
	}
	change := threads + comments
	if sp.CompaniesApart {
		change = -change
	}
	for _, query := range []string{`
		UPDATE threads
		SET shared_comment_count = (
				SELECT COUNT(*) FROM comments c WHERE c.thread_id = threads.id AND c.shared AND c.deleted_at IS NULL),
			shared_comment_id = (
				SELECT MAX(c.id) FROM comments c WHERE c.thread_id = threads.id AND c.shared AND c.deleted_at IS NULL),
			shared_active_at = COALESCE((
				SELECT MAX(c.created_at) FROM comments c WHERE c.thread_id = threads.id AND c.shared AND c.deleted_at IS NULL), created_at)
		WHERE space_id = $1`, `
		UPDATE spaces
		SET shared_thread_count = (SELECT COUNT(*) FROM threads t WHERE t.space_id = $1 AND t.shared),
			shared_comment_id = (SELECT MAX(t.shared_comment_id) FROM threads t WHERE t.space_id = $1),
			shared_active_at = COALESCE((SELECT MAX(t.shared_active_at) FROM threads t WHERE t.space_id = $1 AND t.shared), created_at)
		WHERE id = $1`,
	} {
		if _, err := tx.exec(ctx, query, sp.ID); err != nil {
			return err
		}
	}
	if _, err := tx.exec(ctx, `
		UPDATE spaces
		SET shared_activity_count = CASE WHEN shared_activity_count + $2 < 0 THEN 0 ELSE shared_activity_count + $2 END
		WHERE id = $1`, sp.ID, change); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE memberships
		SET seen_count = CASE WHEN seen_count + $2 < 0 THEN 0 ELSE seen_count + $2 END
		WHERE space_id = $1 AND account_kind = 'guest'`, sp.ID, change)
	return err
}
