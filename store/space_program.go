package store

import (
	"context"
	"slices"
)

// ErrKindFixed: a space's kind, and with it who may know of it, is fixed when it
// is made (S0-01, S0-13).
var ErrKindFixed = &Error{Kind: Invalid, Code: "kind_fixed"}

// SpaceDetails is a space with what programs ask about it.
type SpaceDetails struct {
	Space
	Creator       Account
	Modifier      Account
	DefaultThread ID
}

// SpaceDetails is a space that the actor may open, with who made and changed it.
func (s *Store) SpaceDetails(ctx context.Context, actor Account, id ID) (SpaceDetails, error) {
	var d SpaceDetails
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, id, ToOpen)
		if err != nil {
			return err
		}
		d = SpaceDetails{Space: sp}
		var creator, modifier ID
		err = tx.row(ctx, `
			SELECT s.created_by, COALESCE(s.updated_by, s.created_by), (SELECT MIN(t.id) FROM threads t WHERE t.space_id = s.id)
			FROM spaces s
			WHERE s.id = $1`, sp.ID).Scan(&creator, &modifier, nullID{&d.DefaultThread})
		if err != nil {
			return err
		}
		if d.Creator, err = tx.account(ctx, creator); err != nil {
			return err
		}
		d.Modifier, err = tx.account(ctx, modifier)
		return err
	})
	return d, err
}

// SpaceChange is what a program changes of a space. What is nil stays.
type SpaceChange struct {
	Name              *string
	Private           *bool
	MultiThread       bool // false changes nothing (S0-14)
	FixedMembership   *bool
	ShowsAnnouncement *bool // these count where there are several threads
	ShowsThreads      *bool
	ShowsApps         *bool
	ShowsMembers      *bool
	ShowsRelatedLinks *bool
	AppsBy            *string // everyone or administrators
}

// ChangeSpace changes some settings of a space for a program, as UpdateSpace does
// for people. Errors: those of the door, those of a name, ErrKindFixed of the
// field "isPrivate", ErrUnknownPublishing.
func (s *Store) ChangeSpace(ctx context.Context, actor Account, id ID, in SpaceChange) error {
	sp, err := s.Space(ctx, actor, id, ToManage)
	if err != nil {
		return err
	}
	var problems Problems
	name := sp.Name
	if in.Name != nil {
		if name, err = CleanName("name", *in.Name, MaxName); problems.Add(err) != nil {
			return err
		}
	}
	if in.Private != nil && *in.Private == (sp.Kind == OpenSpace) {
		problems = append(problems, ErrKindFixed.With("isPrivate"))
	}
	if in.AppsBy != nil && !slices.Contains([]string{PublishEveryone, PublishAdministrators}, *in.AppsBy) {
		problems = append(problems, ErrUnknownPublishing.With("permissions.createApp"))
	}
	if err := problems.Err(); err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		before, err := tx.space(ctx, actor, id, ToManage)
		if err != nil {
			return err
		}
		settings := before.settings()
		if in.Name != nil {
			settings.Name = name
		}
		settings.MultiThread = in.MultiThread
		set(&settings.FixedMembership, in.FixedMembership)
		set(&settings.AppsBy, in.AppsBy)
		if before.MultiThread || in.MultiThread {
			settings.Shows = in.over(before.Shows)
		}
		return tx.updateSpace(ctx, actor, before, before.Own, settings, nil)
	})
}

// over is what a page shows after the change.
func (in SpaceChange) over(shows Shows) *Shows {
	set(&shows.Announcement, in.ShowsAnnouncement)
	set(&shows.Threads, in.ShowsThreads)
	set(&shows.Apps, in.ShowsApps)
	set(&shows.Members, in.ShowsMembers)
	set(&shows.RelatedLinks, in.ShowsRelatedLinks)
	return &shows
}

// set puts a value in its place, if there is one.
func set[T any](into, value *T) {
	if value != nil {
		*into = *value
	}
}
