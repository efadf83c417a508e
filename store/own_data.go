package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// OwnData is what the portal holds about the person who asks (beyond 15): what
// is short. What can be long is read piece by piece with OwnThreads,
// OwnComments, OwnMails and OwnHistory, each as it was up to the moment At.
type OwnData struct {
	At       time.Time
	Account  Account
	Sponsor  string // the name of the member who answers for a guest; "" for nobody
	Terms    []OwnTerms
	Spaces   []OwnSpace
	Sessions []Session
}

// OwnTerms is that one accepted a version of the terms of use.
type OwnTerms struct {
	Version    int
	Locale     string // of the text that was shown
	AcceptedAt time.Time
}

// OwnSpace is a space that one is in.
type OwnSpace struct {
	Name  string
	Kind  SpaceKind
	Role  Role
	Since time.Time
	Until time.Time // zero for no end
}

// ExportOwnData notes that the actor takes their own data away, and begins to
// read it. The entry stands before anything leaves.
func (s *Store) ExportOwnData(ctx context.Context, actor Account) (OwnData, error) {
	err := s.write(ctx, func(tx tx) error {
		me, err := tx.ownActor(ctx, actor)
		if err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "profile.exported", Actor: me.ID, Account: me.ID, Subject: me.Login})
	})
	if err != nil {
		return OwnData{}, err
	}
	var data OwnData
	err = s.read(ctx, func(tx tx) (err error) {
		data, err = tx.ownData(ctx, actor)
		return err
	})
	return data, err
}

// ownActor is the actor, if nothing has to come first (SEC-P5, SEC-P9).
func (tx tx) ownActor(ctx context.Context, actor Account) (Account, error) {
	me, err := tx.actor(ctx, actor)
	if err == nil && me.MustChangePassword {
		return Account{}, ErrSignIn
	}
	return me, err
}

func (tx tx) ownData(ctx context.Context, actor Account) (OwnData, error) {
	me, err := tx.ownActor(ctx, actor)
	if err != nil {
		return OwnData{}, err
	}
	data := OwnData{At: tx.now, Account: me}
	if me.Sponsor != 0 {
		sponsor, err := tx.account(ctx, me.Sponsor)
		if err != nil {
			return OwnData{}, err
		}
		if !sponsor.Former() {
			data.Sponsor = sponsor.Name
		}
	}
	if data.Terms, err = tx.ownTerms(ctx, me); err != nil {
		return OwnData{}, err
	}
	if data.Spaces, err = tx.ownSpaces(ctx, me); err != nil {
		return OwnData{}, err
	}
	data.Sessions, err = tx.openSessions(ctx, me)
	return data, err
}

func (tx tx) ownTerms(ctx context.Context, me Account) ([]OwnTerms, error) {
	rows, err := tx.query(ctx, `
		SELECT version, locale, accepted_at
		FROM terms_acceptances
		WHERE account_id = $1
		ORDER BY version`, me.ID)
	return all(rows, err, func(row scanner) (t OwnTerms, err error) {
		return t, row.Scan(&t.Version, &t.Locale, moment{&t.AcceptedAt})
	})
}

// ownSpaces are the spaces whose door is open now (SEC-T7), by name.
func (tx tx) ownSpaces(ctx context.Context, me Account) ([]OwnSpace, error) {
	rows, err := tx.query(ctx, `
		SELECT s.name, s.kind, m.role, m.joined_at, m.ends_at
		FROM memberships m
		JOIN spaces s ON s.id = m.space_id
		WHERE m.account_id = $1 AND (m.ends_at IS NULL OR m.ends_at > $2)`, me.ID, at(tx.now))
	list, err := all(rows, err, func(row scanner) (sp OwnSpace, err error) {
		err = row.Scan(&sp.Name, &sp.Kind, &sp.Role, moment{&sp.Since}, moment{&sp.Until})
		sp.Until = earlier(sp.Until, me.EndsAt)
		return sp, err
	})
	slices.SortStableFunc(list, func(a, b OwnSpace) int { return strings.Compare(FoldKey(a.Name), FoldKey(b.Name)) })
	return list, err
}
