package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// AuditEntry is one row of the audit log with the names that belong to its
// numbers as they are now.
type AuditEntry struct {
	ID            ID
	Action        string
	Actor         ID // 0: the portal itself or a stranger
	ActorName     string
	ActorIsGuest  bool
	ActorFormer   bool
	Account       ID
	AccountName   string
	AccountGuest  bool
	AccountFormer bool
	Space         ID
	SpaceName     string
	Subject       string
	Reason        string
	Details       map[string]string
	ClientAddress string
	RequestID     string
	At            time.Time
}

// AuditFilter narrows the audit log; a zero field does not.
type AuditFilter struct {
	Action  string // the whole word, or its beginning up to a dot: "guest."
	Person  ID     // as actor or as the one it was done to
	Space   ID
	From    time.Time // included
	Until   time.Time // excluded
	Address string    // whose account did it or it was done to, or that the entry names
}

// AuditLog is the audit log, the newest first, for system administrators.
// before is the ID of the last entry seen, or 0.
func (s *Store) AuditLog(ctx context.Context, actor Account, filter AuditFilter, before ID) (list []AuditEntry, more bool, err error) {
	list, err = s.auditRows(ctx, actor, filter, before, PageSize+1)
	list, more = page(list)
	return list, more, err
}

// EachAuditEntry gives fn every entry of the filtered log, the newest first,
// reading in pieces so that an export of any length stays small in memory.
func (s *Store) EachAuditEntry(ctx context.Context, actor Account, filter AuditFilter, fn func(AuditEntry) error) error {
	var before ID
	for {
		list, err := s.auditRows(ctx, actor, filter, before, 500)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, entry := range list {
			if err := fn(entry); err != nil {
				return err
			}
			before = entry.ID
		}
	}
}

func (s *Store) auditRows(ctx context.Context, actor Account, filter AuditFilter, before ID, limit int) (list []AuditEntry, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		where, args := filter.where(before)
		rows, err := tx.query(ctx, `
			SELECT l.id, l.action, l.actor_id, COALESCE(b.display_name, ''), COALESCE(b.kind, '') = 'guest', COALESCE(b.status, '') = 'deleted',
				l.account_id, COALESCE(a.display_name, ''), COALESCE(a.kind, '') = 'guest', COALESCE(a.status, '') = 'deleted',
				l.space_id, COALESCE(s.name, ''), l.subject, l.reason, l.details,
				l.client_address, l.request_id, l.created_at
			FROM audit l
			LEFT JOIN accounts b ON b.id = l.actor_id
			LEFT JOIN accounts a ON a.id = l.account_id
			LEFT JOIN spaces s ON s.id = l.space_id
			WHERE `+where+`
			ORDER BY l.id DESC
			LIMIT `+itoa(limit), args...)
		list, err = all(rows, err, scanAuditEntry)
		return err
	})
	return list, err
}

// where is the condition of the filter with its arguments.
func (f AuditFilter) where(before ID) (string, []any) {
	if before == 0 {
		before = lastID
	}
	args := []any{before}
	condition := "l.id < $1"
	and := func(text string, arg any) {
		args = append(args, arg)
		condition += " AND " + replaceMark(text, len(args))
	}
	switch {
	case f.Action == "":
	case !strings.HasSuffix(f.Action, "."):
		and("l.action = ?", f.Action)
	default:
		and(`l.action LIKE ? ESCAPE '\'`, likeEscaper.Replace(f.Action)+"%")
	}
	if f.Person != 0 {
		and("(l.actor_id = ? OR l.account_id = ?)", f.Person)
	}
	if f.Space != 0 {
		and("l.space_id = ?", f.Space)
	}
	if f.Address != "" {
		and(`(l.subject = ?
			OR l.actor_id IN (SELECT id FROM accounts WHERE login_key = ? AND deleted_at IS NULL)
			OR l.account_id IN (SELECT id FROM accounts WHERE login_key = ? AND deleted_at IS NULL))`, loginForm(f.Address))
	}
	if !f.From.IsZero() {
		and("l.created_at >= ?", at(f.From))
	}
	if !f.Until.IsZero() {
		and("l.created_at < ?", at(f.Until))
	}
	return condition, args
}

func scanAuditEntry(row scanner) (AuditEntry, error) {
	var e AuditEntry
	var details string
	err := row.Scan(&e.ID, &e.Action, nullID{&e.Actor}, &e.ActorName, &e.ActorIsGuest, &e.ActorFormer,
		nullID{&e.Account}, &e.AccountName, &e.AccountGuest, &e.AccountFormer,
		nullID{&e.Space}, &e.SpaceName, &e.Subject, &e.Reason, &details,
		&e.ClientAddress, &e.RequestID, moment{&e.At})
	if err != nil {
		return e, err
	}
	return e, json.Unmarshal([]byte(details), &e.Details)
}

// loginForm is an address as accounts and audit rows hold it.
func loginForm(text string) string {
	if address, err := ParseEmail(text); err == nil {
		return string(address)
	}
	return strings.TrimSpace(text)
}
