package store

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"guesthouse/store/picture"
)

// Why a space is not made or changed as asked.
var (
	ErrUnknownKind  = &Error{Kind: Invalid, Code: "unknown_kind", Field: "kind"}
	ErrUnknownCover = &Error{Kind: Invalid, Code: "unknown_cover", Field: "cover"}
	ErrNoSuchMember = &Error{Kind: Invalid, Code: "no_such_member", Field: "members"}
	ErrManyMembers  = &Error{Kind: Invalid, Code: "many_members", Field: "members", Args: map[string]any{"Max": maxNewMembers}}
)

// maxNewMembers is how many people a form may bring at once.
const maxNewMembers = 500

// CoverPresets are the names of the built-in covers, in the order of the forms.
var CoverPresets = []string{"harbour", "ridge", "dunes", "grove", "tiles", "paper", "night", "arches"}

// An uploaded cover is as wide as a large window shows it, and then some.
var coverBounds = picture.Options{MaxWidth: 1920, MaxHeight: 1280}

// NewSpace is a space to be made from scratch.
type NewSpace struct {
	Kind            SpaceKind
	Name            string
	Cover           string // preset:NAME; "" for the first
	Upload          []byte // a picture to use instead
	MultiThread     bool
	FixedMembership bool
	Members         []ID // without a role of their own they can create and edit
	Administrators  []ID // at least one; with no people named at all, the creator
	Template        ID   // a model whose settings, cover and texts it gets (S0-08); 0 for none
}

// CreateSpace makes a space with its people and its first thread. The creator is
// always one of its people. A guest space needs the right to make one (S0-02);
// the others are open to every member, none to guests (S4-21).
// Errors: ErrForbidden; of fields: ErrRequired and those of a name, ErrUnknownKind,
// ErrUnknownCover, those of a picture, ErrNoAdminLeft, ErrNoSuchMember.
func (s *Store) CreateSpace(ctx context.Context, actor Account, in NewSpace) (ID, error) {
	if err := s.mayCreate(ctx, actor, in.Kind); err != nil {
		return 0, err // before a picture is decoded for somebody who may not
	}
	var problems Problems
	name, err := CleanName("name", in.Name, MaxName)
	if err := problems.Add(err); err != nil {
		return 0, err
	}
	if err := problems.Add(in.people(actor.ID)); err != nil {
		return 0, err
	}
	cover, kept, err := s.chooseCover(ctx, in.Cover, in.Upload)
	if err := problems.Add(err); err != nil {
		return 0, err
	}
	if err := problems.Err(); err != nil {
		return 0, err
	}
	var id ID
	err = s.write(ctx, func(tx tx) error {
		creator, err := tx.creator(ctx, actor, in.Kind)
		if err != nil {
			return err
		}
		if err := tx.nameCover(ctx, kept); err != nil {
			return err
		}
		var model Template
		made := newSpace{Kind: in.Kind, Name: name, Cover: cover, MultiThread: in.MultiThread, FixedMembership: in.FixedMembership, Creator: creator}
		if in.Template != 0 {
			if model, err = tx.template(ctx, in.Template); err != nil {
				return err
			}
			made.Cover, made.MultiThread, made.FixedMembership = model.cover, model.content.MultiThread, model.content.FixedMembership
		}
		if id, err = tx.createSpace(ctx, made); err != nil {
			return err
		}
		tx.made(ctx, id)
		err = tx.audit(ctx, event{
			Action: "space.created", Actor: creator.ID, Space: id, Subject: name, Details: map[string]string{"kind": string(in.Kind)},
		})
		if err != nil {
			return err
		}
		if err := tx.firstMembers(ctx, id, creator, in); err != nil || in.Template == 0 {
			return err
		}
		return tx.applyTemplate(ctx, creator, id, model.content)
	})
	return id, err
}

// people puts the creator among the people and checks what can be checked
// without the database.
func (in *NewSpace) people(creator ID) error {
	if len(in.Members) == 0 && len(in.Administrators) == 0 {
		in.Administrators = []ID{creator}
	}
	switch {
	case len(in.Administrators) == 0:
		return ErrNoAdminLeft // S0-18
	case len(in.Members)+len(in.Administrators) > maxNewMembers:
		return ErrManyMembers
	}
	in.Members = append(slices.Clone(in.Members), creator)
	return nil
}

func (s *Store) mayCreate(ctx context.Context, actor Account, kind SpaceKind) error {
	return s.read(ctx, func(tx tx) error {
		_, err := tx.creator(ctx, actor, kind)
		return err
	})
}

// creator is the actor, if they may make a space of that kind at this moment.
func (tx tx) creator(ctx context.Context, actor Account, kind SpaceKind) (Account, error) {
	fresh, err := tx.actor(ctx, actor)
	switch {
	case err != nil:
		return Account{}, err
	case fresh.IsGuest() || fresh.MustChangePassword:
		return Account{}, ErrForbidden
	case !slices.Contains(SpaceKinds, kind):
		return Account{}, ErrUnknownKind
	case !fresh.MayCreate(kind):
		return Account{}, ErrForbidden
	case kind != GuestSpace:
		return fresh, nil
	}
	e, err := tx.environment(ctx)
	if err == nil && !e.Policy.On(GuestSpaces) {
		err = ErrGuestSpacesOff
	}
	return fresh, err
}

// MayCreate reports whether the account may make spaces of a kind (S0-02, S4-21).
func (a Account) MayCreate(kind SpaceKind) bool {
	if a.IsGuest() {
		return false
	}
	return kind != GuestSpace || a.SystemAdmin || a.MayCreateGuestSpaces
}

// firstMembers puts people into a new space, the administrators first.
func (tx tx) firstMembers(ctx context.Context, space ID, creator Account, in NewSpace) error {
	inside := map[ID]bool{}
	add := func(ids []ID, role Role, field string) error {
		for _, id := range ids {
			if inside[id] {
				continue
			}
			inside[id] = true
			if err := tx.addMember(ctx, creator, space, id, role, field); err != nil {
				return err
			}
		}
		return nil
	}
	if err := add(in.Administrators, Administrator, "administrators"); err != nil {
		return err
	}
	return add(in.Members, Editor, "members")
}

// chooseCover checks a preset, or makes an upload into a picture. It is slow and
// comes before the transaction.
func (s *Store) chooseCover(ctx context.Context, cover string, upload []byte) (string, *keptContent, error) {
	if len(upload) > 0 {
		kept, err := s.keepPicture(ctx, "cover", bytes.NewReader(upload), coverBounds)
		if err != nil {
			return "", nil, err
		}
		return "blob:" + kept.Hash, &kept, nil
	}
	if cover == "" {
		return "", nil, nil
	}
	name, ok := strings.CutPrefix(cover, "preset:")
	if !ok || !slices.Contains(CoverPresets, name) {
		return "", nil, ErrUnknownCover
	}
	return cover, nil, nil
}

func (tx tx) nameCover(ctx context.Context, kept *keptContent) error {
	if kept == nil {
		return nil
	}
	return tx.nameContent(ctx, *kept)
}
