package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a comment that a program writes.
const (
	maxKeyedFiles      = 5
	maxProgramMentions = 10
	minFileWidth       = 100
	maxFileWidth       = 750
)

// Errors of a comment that a program writes. Args of the first: Max; of the
// second: Min and Max.
var (
	ErrTooManyMentions = &Error{Kind: Invalid, Code: "too_many_mentions"}
	ErrFileWidth       = &Error{Kind: Invalid, Code: "file_width"}
	// ErrNoSuchPerson: nobody of this code whom the actor sees is in the space.
	ErrNoSuchPerson = &Error{Kind: Invalid, Code: "no_such_person"}
)

// KeyedFile is an upload that becomes a file of a comment.
type KeyedFile struct {
	Key   string
	Width int // at which a picture is shown, 100 to 750; 0 for as it comes
}

// PlainComment is a comment as a program writes it.
type PlainComment struct {
	Text     string      // plain: its signs mean nothing
	Mentions []string    // logins of members, or guest/ and that of a guest; they stand before the text
	Files    []KeyedFile // uploads of the writer
}

// AddPlainComment says something in a thread for a program. Whom it mentions is
// told. Errors: those of AddComment, and of the fields mentions, mentions[0].code,
// files, files[0].width, files[0].fileKey: ErrTooManyMentions, ErrNoSuchPerson,
// ErrTooManyFiles, ErrFileWidth, ErrUploadGone; ErrKeyElsewhere.
func (s *Store) AddPlainComment(ctx context.Context, actor Account, space, thread ID, in PlainComment) (Comment, error) {
	if _, err := s.Space(ctx, actor, space, ToWrite); err != nil {
		return Comment{}, err
	}
	if err := in.check(); err != nil {
		return Comment{}, err
	}
	people, err := s.peopleByCode(ctx, actor, space, in.Mentions)
	if err != nil {
		return Comment{}, err
	}
	var names strings.Builder
	for _, person := range people {
		names.WriteString("@" + person.Name + "#" + person.ID.String() + " ")
	}
	text, err := s.renderUpTo(ctx, actor, space, "text", names.String()+markdownOf(in.Text), 3*MaxText)
	if err != nil {
		return Comment{}, err
	}
	for i, person := range people {
		if !slices.ContainsFunc(text.mentions, func(m mention) bool { return m.Account == person.ID }) {
			return Comment{}, ErrNoSuchPerson.With(fmt.Sprintf("mentions[%d].code", i)) // the name cannot stand in a text
		}
	}
	return s.addComment(ctx, actor, space, thread, NewComment{Keys: in.Files}, text)
}

func (in PlainComment) check() error {
	var problems Problems
	switch {
	case strings.TrimSpace(in.Text) == "" && len(in.Files) == 0:
		problems = append(problems, ErrRequired.With("text"))
	case utf8.RuneCountInString(in.Text) > MaxText:
		problems = append(problems, ErrTextTooLong.With("text", "Max", MaxText))
	}
	if len(in.Mentions) > maxProgramMentions {
		problems = append(problems, ErrTooManyMentions.With("mentions", "Max", maxProgramMentions))
	}
	if len(in.Files) > maxKeyedFiles {
		problems = append(problems, ErrTooManyFiles.With(filesField, "Max", maxKeyedFiles))
	}
	for i, file := range in.Files {
		if file.Width != 0 && (file.Width < minFileWidth || file.Width > maxFileWidth) {
			problems = append(problems, ErrFileWidth.With(fmt.Sprintf("files[%d].width", i), "Min", minFileWidth, "Max", maxFileWidth))
		}
	}
	return problems.Err()
}

// peopleByCode are those whom the codes name, in their order: people who are in
// the space, can act, and are seen there by the actor.
func (s *Store) peopleByCode(ctx context.Context, actor Account, space ID, codes []string) ([]Account, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	people := make([]Account, len(codes))
	err := s.read(ctx, func(tx tx) error {
		sp, err := tx.space(ctx, actor, space, ToWrite)
		if err != nil {
			return err
		}
		var problems Problems
		for i, code := range codes {
			people[i], err = tx.personByCode(ctx, sp, actor, code)
			if err := problems.Add(fieldError(err, fmt.Sprintf("mentions[%d].code", i))); err != nil {
				return err
			}
		}
		return problems.Err()
	})
	return people, err
}

func (tx tx) personByCode(ctx context.Context, sp Space, actor Account, code string) (Account, error) {
	account, err := tx.personOfCode(ctx, code)
	if err != nil {
		return Account{}, err
	}
	found, err := tx.mentionables(ctx, sp, actor, `m.account_id = $4`, 1, account.ID)
	if err == nil && len(found) == 0 {
		err = ErrNoSuchPerson
	}
	return account, err
}

// attachKeyed makes uploads by key the files of a comment that was just written.
func (tx tx) attachKeyed(ctx context.Context, actor Account, sp Space, thread, comment ID, files []KeyedFile) error {
	for i, file := range files {
		f, err := tx.takeKey(ctx, actor, sp.ID, file.Key)
		if err != nil {
			return fieldError(err, fmt.Sprintf("files[%d].fileKey", i))
		}
		width := file.Width
		if f.preview == "" {
			width = 0 // no picture
		}
		_, err = tx.exec(ctx, `
			INSERT INTO attachments (space_id, thread_id, comment_id, name, size_bytes, hash, preview, width)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			sp.ID, thread, comment, f.name, f.size, f.hash, orNone(f.preview), orNull(width))
		if err != nil {
			return err
		}
	}
	return nil
}
