package store

import (
	"context"
	"io"

	"guesthouse/store/picture"
)

// accountPicture is the side of a person's picture in pixels.
const accountPicture = 256

var accountPictureOptions = picture.Options{MaxWidth: accountPicture, MaxHeight: accountPicture, Square: true}

// SetPicture gives the actor an uploaded picture: the square in its middle,
// made anew (SEC-I5).
func (s *Store) SetPicture(ctx context.Context, actor Account, upload io.Reader) error {
	kept, err := s.keepPicture(ctx, "picture", upload, accountPictureOptions)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		if err := tx.nameContent(ctx, kept); err != nil {
			return err
		}
		return tx.changePicture(ctx, actor, kept.Hash, "profile.picture_changed")
	})
}

// RemovePicture takes the actor's picture away. Removing none is no error.
func (s *Store) RemovePicture(ctx context.Context, actor Account) error {
	return s.write(ctx, func(tx tx) error {
		return tx.changePicture(ctx, actor, "", "profile.picture_removed")
	})
}

func (tx tx) changePicture(ctx context.Context, actor Account, hash, action string) error {
	before, err := tx.actor(ctx, actor)
	if err != nil || before.Picture == hash {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE accounts SET picture = $2 WHERE id = $1`, actor.ID, hash); err != nil {
		return err
	}
	if before.Picture != "" {
		if err := tx.dropBlob(ctx, before.Picture); err != nil {
			return err
		}
	}
	return tx.audit(ctx, event{Action: action, Actor: actor.ID, Account: actor.ID, Subject: before.Login})
}

// PersonPicture opens the picture of a person for those who may see the
// person. Somebody one may not see and somebody without a picture are the same
// ErrNotFound (SEC-A1).
func (s *Store) PersonPicture(ctx context.Context, actor Account, person ID) (Picture, error) {
	var hash string
	err := s.read(ctx, func(tx tx) error {
		account, err := tx.person(ctx, actor, person)
		hash = account.Picture
		return err
	})
	if err != nil {
		return Picture{}, err
	}
	if hash == "" {
		return Picture{}, ErrNotFound
	}
	return s.openPicture(ctx, hash)
}

// person is the door to another person: members see everybody who has not
// left, guests see themselves and those whom they see in a space they share (S4-22).
func (tx tx) person(ctx context.Context, actor Account, id ID) (Account, error) {
	viewer, err := tx.actor(ctx, actor)
	if err != nil {
		return Account{}, err
	}
	account, err := tx.account(ctx, id)
	switch {
	case err != nil:
		return Account{}, err
	case account.Former():
		return Account{}, ErrNotFound
	case !viewer.IsGuest() || viewer.ID == id:
		return account, nil
	}
	var known bool
	err = tx.row(ctx, `
		SELECT EXISTS (
			SELECT 1 FROM accounts me JOIN accounts o ON o.id = $2
			WHERE me.id = $1 AND `+acquainted("o", "$3")+`)`,
		viewer.ID, id, at(tx.now)).Scan(&known)
	if err == nil && !known {
		err = ErrNotFound
	}
	return account, err
}
