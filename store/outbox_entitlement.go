package store

import "context"

// endChanged is why a notice of ends is dropped of which one was moved, or is
// not the recipient's to know of any more.
const endChanged = "end_changed"

// MailEntitled looks again, right before the hand-over, whether the recipient
// may still have the mail and what it carries is live. A non-empty answer is
// the reason to drop it (SEC-M5).
func (s *Store) MailEntitled(ctx context.Context, m OutboxMail) (drop string, err error) {
	err = s.read(ctx, func(tx tx) error {
		drop, err = tx.mailDropReason(ctx, m)
		return err
	})
	return drop, err
}

func (tx tx) mailDropReason(ctx context.Context, m OutboxMail) (string, error) {
	if m.unreadable {
		return "unreadable", nil
	}
	if m.account != 0 && m.space != 0 {
		inside, err := tx.inSpace(ctx, m.space, m.account)
		if err != nil || !inside {
			return "not_in_space", err
		}
	}
	if m.account != 0 {
		account, err := tx.account(ctx, m.account)
		if err != nil {
			return "", err
		}
		// Being told of one's own suspension or deletion is not access.
		told := m.Kind == MailSuspension && account.ErasedAt.IsZero() ||
			(m.Kind == MailNotification || m.Kind == MailExpiryNotice) && !account.Former()
		if !account.Active(tx.now) && !told {
			return "account_inactive", nil
		}
	}
	if m.isNews() {
		if drop, err := tx.newsDropReason(ctx, m); err != nil || drop != "" {
			return drop, err
		}
	}
	if m.Kind == MailExpiryNotice {
		notice, standing, err := tx.standingEnds(ctx, m)
		if err != nil || len(standing) < len(notice.Ends) {
			return endChanged, err
		}
	}
	for _, check := range []struct {
		reason string
		wanted bool
		query  string
		key    any
	}{
		{"invitation_ended", m.invitation != 0 && m.Kind == MailInvitation, `
			SELECT EXISTS (
				SELECT 1 FROM invitations i
				JOIN invitation_tokens t ON t.invitation_id = i.id
				WHERE t.token_hash = $1 AND t.ended_at IS NULL AND i.status = 'pending' AND i.expires_at > $2)`, m.tokenHash},
		{"code_ended", m.verification != 0, `
			SELECT EXISTS (SELECT 1 FROM verifications WHERE id = $1 AND used_at IS NULL AND expires_at > $2)`, int64(m.verification)},
		{"link_ended", len(m.tokenHash) > 0 && m.Kind != MailInvitation, `
			SELECT EXISTS (SELECT 1 FROM tokens WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2)`, m.tokenHash},
	} {
		if !check.wanted {
			continue
		}
		var live bool
		if err := tx.row(ctx, check.query, check.key, at(tx.now)).Scan(&live); err != nil {
			return "", err
		}
		if !live {
			return check.reason, nil
		}
	}
	return "", nil
}

// inSpace reports whether an account may hear of what is in a space: it is in
// there and may be used, both at this moment (SEC-S4).
func (tx tx) inSpace(ctx context.Context, space, account ID) (inside bool, err error) {
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM memberships m
			JOIN accounts a ON a.id = m.account_id
			WHERE m.space_id = $1 AND m.account_id = $3 AND `+insideNow+`
				AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $2))`,
		space, at(tx.now), account).Scan(&inside)
	return inside, err
}
