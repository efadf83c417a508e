package store

import (
	"context"
	"time"
)

// MailSuspension tells guests what became of their account, and whom to ask.
const MailSuspension = "suspension"

// What can become of a guest: in the mail to the guest, and the topics of the
// notices to the sponsor and the administrators of the guest's spaces.
const (
	NoticeGuestSuspended      = "guest_suspended"
	NoticeGuestReactivated    = "guest_reactivated"
	NoticeGuestRemoved        = "guest_removed" // from one space
	NoticeGuestDeletion       = "guest_deletion"
	NoticeGuestDeletionUndone = "guest_deletion_undone"
	NoticeGuestDeleted        = "guest_deleted"
)

// standing is what became of a guest, for everybody who is told (beyond 10).
type standing struct {
	What     string
	By       Account // the zero account is the portal itself
	Guest    Account
	Reason   string    // for the hosts; the guest reads a plain line
	Space    ID        // of a removal
	DeleteAt time.Time // of a deletion with a period of grace
}

// standingMail is mail.Suspension, to the guest.
type standingMail struct {
	What     string    `json:"what"`
	Contact  string    `json:"contact"`
	Space    string    `json:"space,omitempty"`
	DeleteAt time.Time `json:"delete_at,omitzero"`
}

// standingNotice is mail.Notification, to the hosts.
type standingNotice struct {
	Topic    string       `json:"topic"`
	By       mailedPerson `json:"by"`
	Guest    mailedPerson `json:"guest"`
	Reason   string       `json:"reason,omitempty"`
	Space    string       `json:"space,omitempty"`
	SpaceID  ID           `json:"space_id,omitempty"`
	DeleteAt time.Time    `json:"delete_at,omitzero"`
}

// tellStanding queues the mails about what becomes of a guest. It comes before
// memberships go, as it looks at the guest's spaces.
func (tx tx) tellStanding(ctx context.Context, in standing) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	hosts, err := tx.hostsOf(ctx, in)
	if err != nil {
		return err
	}
	mails, err := tx.guestsCopy(ctx, in, e)
	if err != nil {
		return err
	}
	by := e.author(in.By)
	for _, h := range hosts {
		mails = append(mails, newMail{
			Kind: MailNotification, Lane: LaneRest, To: h.account.Email, Account: h.account.ID, Space: h.space,
			Locale: e.localeOf(h.account), TimeZone: h.account.TimeZone,
			Data: standingNotice{
				Topic: in.What, By: by, Guest: mailed(in.Guest), Reason: in.Reason,
				Space: h.name, SpaceID: h.space, DeleteAt: in.DeleteAt,
			},
		})
	}
	return tx.queueAll(ctx, mails)
}

// guestsCopy is the mail to the guest, if there is an address: a plain line
// and whom to ask.
func (tx tx) guestsCopy(ctx context.Context, in standing, e Environment) ([]newMail, error) {
	if in.Guest.Email == "" {
		return nil, nil
	}
	contact, err := tx.contactOf(ctx, in.Guest)
	if err != nil {
		return nil, err
	}
	data := standingMail{What: in.What, Contact: contact.Name, DeleteAt: in.DeleteAt}
	if in.Space != 0 {
		err := tx.row(ctx, `SELECT name FROM spaces WHERE id = $1`, in.Space).Scan(&data.Space)
		if err != nil {
			return nil, missing(err, ErrNotFound)
		}
	}
	return []newMail{{
		Kind: MailSuspension, Lane: LaneRest, To: in.Guest.Email, Account: in.Guest.ID, ReplyTo: contact.Email,
		Locale: e.localeOf(in.Guest), TimeZone: in.Guest.TimeZone, Data: data,
	}}, nil
}

// host is somebody who answers for a guest, and the space by which they do; 0
// for a sponsor.
type host struct {
	account Account
	space   ID
	name    string // of the space
}

// hostsOf are who hears what becomes of a guest: the administrators of the
// guest's spaces, or of the one that it is about, and the sponsor. Each once,
// and not whoever did it.
func (tx tx) hostsOf(ctx context.Context, in standing) ([]host, error) {
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`, s.id, s.name
		FROM memberships g
		JOIN memberships m ON m.space_id = g.space_id AND m.role = 'administrator'
		JOIN accounts a ON a.id = m.account_id
		JOIN spaces s ON s.id = g.space_id
		WHERE g.account_id = $1 AND (g.space_id = $2 OR $2 = 0) AND a.status = 'active' AND a.email IS NOT NULL`,
		in.Guest.ID, in.Space)
	found, err := all(rows, err, func(row scanner) (h host, err error) {
		return h, row.Scan(append(h.account.scan(), &h.space, &h.name)...)
	})
	if err != nil {
		return nil, err
	}
	if in.Guest.Sponsor != 0 {
		sponsor, err := tx.account(ctx, in.Guest.Sponsor)
		if err != nil {
			return nil, err
		}
		if sponsor.Active(tx.now) && sponsor.Email != "" {
			found = append(found, host{account: sponsor})
		}
	}
	told := map[ID]bool{in.By.ID: true}
	var hosts []host
	for _, h := range found {
		if !told[h.account.ID] {
			told[h.account.ID] = true
			hosts = append(hosts, h)
		}
	}
	return hosts, nil
}
