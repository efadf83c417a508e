package store

import "context"

// What a space's administrators are told of by mail.
const (
	NoticeAdministratorJoined = "administrator-joined" // a system administrator let themselves in
	NoticeJoinRequested       = "join-requested"       // a member asks to be let into a private space
)

// notice is the data of a MailNotification about a space.
type notice struct {
	Event   string       `json:"event"`
	Actor   noticePerson `json:"actor"`
	Space   string       `json:"space"`
	SpaceID ID           `json:"space_id"`
}

type noticePerson struct {
	Name  string `json:"name"`
	Guest bool   `json:"guest,omitempty"`
}

// tellAdministrators queues a mail to each administrator of the space but the actor.
func (tx tx) tellAdministrators(ctx context.Context, sp Space, actor Account, event string) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	rows, err := tx.query(ctx, `
		SELECT `+accountColumns+`
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.space_id = $1 AND m.role = 'administrator' AND a.status = 'active' AND a.id <> $2`, sp.ID, actor.ID)
	administrators, err := all(rows, err, scanAccount)
	if err != nil {
		return err
	}
	for _, to := range administrators {
		if to.Email == "" {
			continue
		}
		_, err := tx.queue(ctx, newMail{
			Kind: MailNotification, Lane: LaneRest, To: to.Email, Account: to.ID, Space: sp.ID,
			Locale: e.localeOf(to), TimeZone: to.TimeZone,
			Data: notice{Event: event, Actor: noticePerson{Name: actor.Name, Guest: actor.IsGuest()}, Space: sp.Name, SpaceID: sp.ID},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
