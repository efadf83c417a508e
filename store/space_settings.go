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
	Shows           *Shows            // nil keeps them
	AppsBy          string            // "" keeps it
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
		return tx.updateSpace(ctx, actor, before, own, in, &text)
	})
}

// updateSpace writes what differs. A text of nil stays as it is.
func (tx tx) updateSpace(ctx context.Context, actor Account, before Space, own Policy, in SpaceSettings, text *rendered) error {
	after := before
	after.Name, after.Own = in.Name, own
	if text != nil {
		after.Body, after.BodyHTML = text.Body, text.HTML
	}
	if in.Shows != nil {
		after.Shows = *in.Shows
	}
	after.AppsBy = cmp.Or(in.AppsBy, before.AppsBy)
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
			fixed_membership = $8, publishing = $9, settings = $10, updated_at = $11, companies_apart = $12, updated_by = $13,
			show_announcement = $14, show_threads = $15, show_apps = $16, show_members = $17, show_related_links = $18, apps_by = $19,
			version = version + 1
		WHERE id = $1`,
		before.ID, after.Name, FoldKey(after.Name), after.Body, after.BodyHTML, after.Cover, after.MultiThread,
		after.FixedMembership, after.Publishing, settings, at(tx.now), after.CompaniesApart, actor.ID,
		after.Shows.Announcement, after.Shows.Threads, after.Shows.Apps, after.Shows.Members, after.Shows.RelatedLinks, after.AppsBy)
	if err != nil {
		return err
	}
	if after.CompaniesApart != before.CompaniesApart {
		if err := tx.recountShared(ctx, after); err != nil {
			return err
		}
	}
	if text != nil {
		w := writing{Space: before.ID, Author: actor, Field: "body"}
		if err := tx.mention(ctx, after, actor, w, *text); err != nil {
			return err
		}
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
	note("apps_by", sp.AppsBy, after.AppsBy, after.AppsBy)
	shows, shown := sp.Shows.parts(), after.Shows.parts()
	for i, part := range shows {
		note(part.name, strconv.FormatBool(part.on), strconv.FormatBool(shown[i].on), strconv.FormatBool(shown[i].on))
	}
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

// shownPart is one part of a page and whether it is shown.
type shownPart struct {
	name string
	on   bool
}

func (s Shows) parts() []shownPart {
	return []shownPart{
		{"show_announcement", s.Announcement}, {"show_threads", s.Threads}, {"show_apps", s.Apps},
		{"show_members", s.Members}, {"show_related_links", s.RelatedLinks},
	}
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
