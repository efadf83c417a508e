package store

import "context"

// Frame is what stands around every page of somebody who is signed in.
type Frame struct {
	Spaces []Space // of the rail
	Unread int     // messages in chats
	Unseen int     // notices at the bell, NoticesShown+1 for more
}

// Frame reads what stands around a page of the actor, as of one moment.
func (s *Store) Frame(ctx context.Context, actor Account) (Frame, error) {
	var f Frame
	err := s.read(ctx, func(tx tx) (err error) {
		if f.Spaces, err = tx.railSpaces(ctx, actor); err != nil {
			return err
		}
		if f.Unread, err = tx.unreadMessages(ctx, actor); err != nil {
			return err
		}
		f.Unseen, err = tx.unseenNotices(ctx, actor)
		return err
	})
	return f, err
}
