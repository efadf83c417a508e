package store

import (
	"context"
	"encoding/json"
	"time"
)

// Errors of templates.
var (
	ErrUnknownTemplate = &Error{Kind: Invalid, Code: "unknown_template", Field: "template"}
	ErrTemplateExists  = &Error{Kind: Invalid, Code: "template_exists", Field: "name"}
	// ErrTooManyTemplates: as many as there may be are there. Args: Max.
	ErrTooManyTemplates = &Error{Kind: Invalid, Code: "too_many_templates", Field: "name"}
)

// maxTemplates is how many models an organisation has, and templateThreads how
// many threads one of them.
const (
	maxTemplates    = 200
	templateThreads = 50
)

// Template is a model that spaces are made from.
type Template struct {
	ID        ID
	Name      string
	Threads   int
	CreatedBy Account
	CreatedAt time.Time

	cover   string
	content templateContent
}

// templateContent is what a space is like that is made from the template.
type templateContent struct {
	Body            string           `json:"body"` // Markdown
	MultiThread     bool             `json:"multi_thread"`
	FixedMembership bool             `json:"fixed_membership"`
	Publishing      string           `json:"publishing"`
	AppsBy          string           `json:"apps_by"`
	Shows           Shows            `json:"shows"`
	Threads         []templateThread `json:"threads"` // the first is that of every space
}

type templateThread struct {
	Name string `json:"name"`
	Body string `json:"body"` // Markdown
}

// SaveTemplate saves a space as a model: its settings, its text and its threads
// with theirs, no people, no comments and no files (S0-09). A system
// administrator may who also administers the space; what changes there later
// changes no template. Errors: ErrForbidden, those of the door and of a name,
// ErrTemplateExists, ErrTooManyTemplates.
func (s *Store) SaveTemplate(ctx context.Context, actor Account, space ID, name string) (id ID, err error) {
	name, err = CleanName("name", name, MaxName)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		sp, err := tx.space(ctx, by, space, ToManage)
		if err != nil {
			return err
		}
		if err := tx.roomForTemplate(ctx); err != nil {
			return err
		}
		content, err := tx.templateOf(ctx, sp)
		if err != nil {
			return err
		}
		text, err := json.Marshal(content)
		if err != nil {
			return err
		}
		err = tx.row(ctx, `
			INSERT INTO templates (name, name_key, cover, content, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (name_key) DO NOTHING
			RETURNING id`, name, FoldKey(name), sp.Cover, string(text), by.ID, at(tx.now)).Scan(&id)
		if err != nil {
			return missing(err, ErrTemplateExists)
		}
		return tx.audit(ctx, event{Action: "template.created", Actor: by.ID, Space: sp.ID, Subject: name})
	})
	return id, err
}

// roomForTemplate refuses one that no list would show.
func (tx tx) roomForTemplate(ctx context.Context) error {
	var there int
	if err := tx.row(ctx, `SELECT COUNT(*) FROM (SELECT id FROM templates LIMIT $1) AS t`, maxTemplates).Scan(&there); err != nil {
		return err
	}
	if there >= maxTemplates {
		return ErrTooManyTemplates.With("name", "Max", maxTemplates)
	}
	return nil
}

// templateOf is what a template keeps of a space: of its threads those that are
// for everybody, in the order in which they were begun.
func (tx tx) templateOf(ctx context.Context, sp Space) (templateContent, error) {
	content := templateContent{
		Body: sp.Body, MultiThread: sp.MultiThread, FixedMembership: sp.FixedMembership, Publishing: sp.Publishing,
		AppsBy: sp.AppsBy, Shows: sp.Shows,
	}
	rows, err := tx.query(ctx, `
		SELECT t.name, t.body
		FROM threads t
		WHERE t.id IN (SELECT id FROM threads WHERE space_id = $1 AND audience = '')
		ORDER BY t.id
		LIMIT $2`, sp.ID, templateThreads)
	content.Threads, err = all(rows, err, func(row scanner) (t templateThread, err error) { return t, row.Scan(&t.Name, &t.Body) })
	return content, err
}

const templateColumns = `t.id, t.name, t.cover, t.content, t.created_at, ` + personColumns

func scanTemplate(row scanner) (t Template, err error) {
	var text string
	err = row.Scan(append([]any{&t.ID, &t.Name, &t.cover, &text, moment{&t.CreatedAt}}, t.CreatedBy.scanPerson()...)...)
	if err == nil {
		err = json.Unmarshal([]byte(text), &t.content)
	}
	t.Threads = len(t.content.Threads)
	return t, err
}

// Templates are all models by name, for who may make spaces: members.
func (s *Store) Templates(ctx context.Context, actor Account) (list []Template, err error) {
	err = s.read(ctx, func(tx tx) error {
		me, err := tx.actor(ctx, actor)
		if err != nil {
			return err
		}
		if me.IsGuest() {
			return ErrForbidden
		}
		rows, err := tx.query(ctx, `
			SELECT `+templateColumns+`
			FROM templates t
			JOIN accounts a ON a.id = t.created_by
			ORDER BY t.name_key
			LIMIT $1`, maxTemplates)
		list, err = all(rows, err, scanTemplate)
		return err
	})
	return list, err
}

func (tx tx) template(ctx context.Context, id ID) (Template, error) {
	t, err := scanTemplate(tx.row(ctx, `
		SELECT `+templateColumns+`
		FROM templates t
		JOIN accounts a ON a.id = t.created_by
		WHERE t.id = $1`, id))
	return t, missing(err, ErrUnknownTemplate)
}

// DeleteTemplate takes a model away, for system administrators. The spaces that
// were made from it stay.
func (s *Store) DeleteTemplate(ctx context.Context, actor Account, id ID) error {
	return s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		var name, cover string
		err = tx.row(ctx, `DELETE FROM templates WHERE id = $1 RETURNING name, cover`, id).Scan(&name, &cover)
		if err != nil {
			return missing(err, ErrNotFound)
		}
		if err := tx.dropCover(ctx, cover); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "template.deleted", Actor: by.ID, Subject: name})
	})
}

// FromTemplate is a space to be made from a model.
type FromTemplate struct {
	Template        ID
	Name            string
	Kind            SpaceKind
	FixedMembership *bool         // nil as the template has it
	Members         []MemberEntry // at least one administrator
}

// CreateSpaceFromTemplate makes a space as its template says (S0-08). Errors:
// those of CreateSpace; ErrUnknownTemplate of the field "id", ErrNoAdminLeft of
// "members", ErrNoSuchMember of members[0].entity.code.
func (s *Store) CreateSpaceFromTemplate(ctx context.Context, actor Account, in FromTemplate) (id ID, err error) {
	if err := s.mayCreate(ctx, actor, in.Kind); err != nil {
		return 0, err
	}
	name, err := CleanName("name", in.Name, MaxName)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx tx) error {
		creator, err := tx.creator(ctx, actor, in.Kind)
		if err != nil {
			return err
		}
		model, err := tx.template(ctx, in.Template)
		if err != nil {
			return fieldError(err, "id")
		}
		people, err := tx.peopleOf(ctx, creator, in.Members)
		if err != nil {
			return err
		}
		fixed := model.content.FixedMembership
		set(&fixed, in.FixedMembership)
		id, err = tx.createSpace(ctx, newSpace{
			Kind: in.Kind, Name: name, Cover: model.cover, MultiThread: model.content.MultiThread, FixedMembership: fixed, Creator: creator,
		})
		if err != nil {
			return err
		}
		err = tx.audit(ctx, event{
			Action: "space.created", Actor: creator.ID, Space: id, Subject: name,
			Details: map[string]string{"kind": string(in.Kind), "template": model.Name},
		})
		if err != nil {
			return err
		}
		if err := tx.firstMembers(ctx, id, creator, people); err != nil {
			return err
		}
		return tx.applyTemplate(ctx, creator, id, model.content)
	})
	return id, err
}

// peopleOf are the people of a call as those of a new space.
func (tx tx) peopleOf(ctx context.Context, creator Account, entries []MemberEntry) (NewSpace, error) {
	var people NewSpace
	wanted, err := tx.membersByCode(ctx, entries)
	if err != nil {
		return people, err
	}
	for id, role := range wanted {
		if role == Administrator {
			people.Administrators = append(people.Administrators, id)
		} else {
			people.Members = append(people.Members, id)
		}
	}
	if len(people.Administrators) == 0 {
		return people, ErrNoAdminLeft.With("members") // S0-18
	}
	people.Members = append(people.Members, creator.ID)
	return people, nil
}

// applyTemplate gives a new space the texts, settings and threads of its
// template. Nobody is mentioned by them.
func (tx tx) applyTemplate(ctx context.Context, creator Account, space ID, content templateContent) error {
	text, err := renderText("body", content.Body)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		UPDATE spaces
		SET body = $2, body_html = $3, publishing = $4, apps_by = $5,
			show_announcement = $6, show_threads = $7, show_apps = $8, show_members = $9, show_related_links = $10
		WHERE id = $1`, space, text.Body, text.HTML, content.Publishing, content.AppsBy,
		content.Shows.Announcement, content.Shows.Threads, content.Shows.Apps, content.Shows.Members, content.Shows.RelatedLinks)
	if err != nil {
		return err
	}
	for i, thread := range content.Threads {
		text, err := renderText("body", thread.Body)
		if err != nil {
			return err
		}
		switch {
		case i == 0: // every space has one already, which bears its name
			_, err = tx.exec(ctx, `UPDATE threads SET body = $2, body_html = $3 WHERE space_id = $1`, space, text.Body, text.HTML)
		case content.MultiThread:
			_, err = tx.createThread(ctx, newThread{Space: space, Name: thread.Name, Text: text, Author: creator, Shared: true})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AdministeredSpaces are the spaces that the actor administers, by name, for the
// choice of one of them.
func (s *Store) AdministeredSpaces(ctx context.Context, actor Account) (list []Space, err error) {
	err = s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT s.id, s.name
			FROM memberships m
			JOIN spaces s ON s.id = m.space_id
			WHERE m.account_id = $1 AND m.role = 'administrator' AND `+insideNow+`
			ORDER BY s.name_key, s.id`, actor.ID, at(tx.now))
		list, err = all(rows, err, func(row scanner) (sp Space, err error) { return sp, row.Scan(&sp.ID, &sp.Name) })
		return err
	})
	return list, err
}
