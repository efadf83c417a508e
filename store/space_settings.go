package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

// ErrSpaceChanged: somebody else saved the settings since the form was filled.
var ErrSpaceChanged = &Error{Kind: Conflict, Code: "space_changed"}

// ErrUnknownPublishing: neither everyone nor administrators.
var ErrUnknownPublishing = &Error{Kind: Invalid, Code: "unknown_publishing", Field: "publishing"}

// The values of Space.Publishing (S4-13).
const (
	PublishEveryone       = "everyone"
	PublishAdministrators = "administrators"
)

// SpaceSettings are what a space's administrators change. The kind is fixed
// (S0-01), and multiple threads are never switched off again (S0-14): asking for
// it changes nothing.
type SpaceSettings struct {
	Name            string
	Body            string // Markdown
	Cover           string // preset:NAME; "" keeps the cover
	Upload          []byte // a picture to use instead
	MultiThread     bool
	FixedMembership bool
	CompaniesApart  bool              // guests of different companies do not see each other
	Publishing      string            // "" keeps it
	Own             map[string]string // stricter settings of its own; missing ones stay, AsOrganization takes one back
	Version         int               // of the space that the form was filled from; 0 overwrites
}

// UpdateSpace changes a space's settings. Who saves a form that was filled before
// somebody else saved gets ErrSpaceChanged and loses nothing: the form shows
// what is now there beside what they typed.
// Errors: those of the door, ErrSpaceChanged, and of fields those of CreateSpace
// and ErrSettingWider.
func (s *Store) UpdateSpace(ctx context.Context, actor Account, id ID, in SpaceSettings) error {
	if _, err := s.Space(ctx, actor, id, ToManage); err != nil {
		return err // before a picture is decoded for somebody who may not
	}
	var problems Problems
	name, err := CleanName("name", in.Name, MaxName)
	if err := problems.Add(err); err != nil {
		return err
	}
	text, err := s.renderIn(ctx, actor, id, "body", in.Body)
	if err := problems.Add(err); err != nil {
		return err
	}
	if in.Publishing != "" && !slices.Contains([]string{PublishEveryone, PublishAdministrators}, in.Publishing) {
		problems = append(problems, ErrUnknownPublishing)
	}
	cover, kept, err := s.chooseCover(ctx, in.Cover, in.Upload)
	if err := problems.Add(err); err != nil {
		return err
	}
	if err := problems.Err(); err != nil {
		return err
	}
	in.Name, in.Cover = name, cover
	return s.write(ctx, func(tx tx) error {
		before, err := tx.space(ctx, actor, id, ToManage)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != before.Version {
			return ErrSpaceChanged
		}
		own, err := before.decide(in.Own)
		if err != nil {
			return err
		}
		if err := tx.nameCover(ctx, kept); err != nil {
			return err
		}
		return tx.updateSpace(ctx, actor, before, own, in, text)
	})
}

func (tx tx) updateSpace(ctx context.Context, actor Account, before Space, own Policy, in SpaceSettings, text rendered) error {
	after := before
	after.Name, after.Body, after.BodyHTML, after.Own = in.Name, text.Body, text.HTML, own
	after.MultiThread = before.MultiThread || in.MultiThread
	after.FixedMembership, after.CompaniesApart = in.FixedMembership, in.CompaniesApart
	if in.Cover != "" {
		after.Cover = in.Cover
	}
	if in.Publishing != "" {
		after.Publishing = in.Publishing
	}
	changes := before.changes(after)
	if len(changes) == 0 {
		return nil
	}
	settings, err := own.encode()
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE spaces
		SET name = $2, name_key = $3, body = $4, body_html = $5, cover = $6, multi_thread = $7,
			fixed_membership = $8, publishing = $9, settings = $10, updated_at = $11, companies_apart = $12, version = version + 1
		WHERE id = $1`,
		before.ID, after.Name, FoldKey(after.Name), after.Body, after.BodyHTML, after.Cover, after.MultiThread,
		after.FixedMembership, after.Publishing, settings, at(tx.now), after.CompaniesApart)
	if err != nil {
		return err
	}
	if after.CompaniesApart != before.CompaniesApart {
		if err := tx.recountShared(ctx, after); err != nil {
			return err
		}
	}
	w := writing{Space: before.ID, Author: actor, Field: "body"}
	if err := tx.mention(ctx, after, actor, w, text); err != nil {
		return err
	}
	if err := tx.audit(ctx, event{
		Action: "space.changed", Actor: actor.ID, Space: before.ID, Subject: after.Name, Details: changes,
	}); err != nil {
		return err
	}
	if after.Cover == before.Cover {
		return nil
	}
	return tx.dropCover(ctx, before.Cover)
}

// changes are the settings that differ, for the audit log: the new values, and
// only that it changed for what is long.
func (sp Space) changes(after Space) map[string]string {
	changes := map[string]string{}
	note := func(name, old, new, shown string) {
		if old != new {
			changes[name] = shown
		}
	}
	note("name", sp.Name, after.Name, after.Name)
	note("body", sp.Body, after.Body, "")
	note("cover", sp.Cover, after.Cover, "")
	note("publishing", sp.Publishing, after.Publishing, after.Publishing)
	multi, fixed := strconv.FormatBool(after.MultiThread), strconv.FormatBool(after.FixedMembership)
	note("multi_thread", strconv.FormatBool(sp.MultiThread), multi, multi)
	note("fixed_membership", strconv.FormatBool(sp.FixedMembership), fixed, fixed)
	apart := strconv.FormatBool(after.CompaniesApart)
	note("companies_apart", strconv.FormatBool(sp.CompaniesApart), apart, apart)
	for _, setting := range narrowable() {
		own := after.Own[setting.Name]
		note(setting.Name, sp.Own[setting.Name], own, cmp.Or(own, AsOrganization))
	}
	note(MembersInvite, cmp.Or(sp.Own[MembersInvite], "off"), cmp.Or(after.Own[MembersInvite], "off"), cmp.Or(after.Own[MembersInvite], "off"))
	return changes
}

// dropCover forgets an uploaded cover that no space shows any more (S0-16).
func (tx tx) dropCover(ctx context.Context, cover string) error {
	hash, ok := strings.CutPrefix(cover, "blob:")
	if !ok {
		return nil
	}
	return tx.dropBlob(ctx, hash)
}

// DeleteSpace deletes a space with all that is in it: threads, comments,
// memberships, and the invitations into it, whose links end. Its people keep
// their accounts. Its administrators may, and every system administrator.
func (s *Store) DeleteSpace(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, id, ToDelete)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM spaces WHERE id = $1`, sp.ID); err != nil {
			return err
		}
		if err := tx.dropCover(ctx, sp.Cover); err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "space.deleted", Actor: actor.ID, Space: sp.ID, Subject: sp.Name,
			Details: map[string]string{
				"kind": string(sp.Kind), "members": itoa(sp.MemberCount), "guests": itoa(sp.GuestCount), "threads": itoa(sp.ThreadCount),
			},
		})
	})
}

// SpaceCover opens the uploaded cover of a space for those who may know that the
// space exists. It is ErrNotFound for a built-in cover.
func (s *Store) SpaceCover(ctx context.Context, actor Account, id ID) (Picture, error) {
	sp, err := s.Space(ctx, actor, id, ToKnow)
	if err != nil {
		return Picture{}, err
	}
	hash, ok := strings.CutPrefix(sp.Cover, "blob:")
	if !ok {
		return Picture{}, ErrNotFound
	}
	return s.openPicture(ctx, hash)
}
