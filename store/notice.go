package store

import "context"

// Topics of a MailNotification.
const (
	NoticeGuestAdded          = "guest_added"          // to a guest who was put into a space
	NoticeCodesRest           = "codes_rest"           // to the owner of an account whose codes somebody guessed
	NoticeAdministratorJoined = "administrator_joined" // a system administrator let themselves in
	NoticeJoinRequested       = "join_requested"       // a member asks to be let into a private space

	NoticeReviewStarted          = "review_started"            // to whoever is to confirm guests
	NoticeReviewReminder         = "review_reminder"           // the same, three days before the time is up
	NoticeNoSpaceSuspension      = "no_space_suspension"       // to a guest in no space, before the suspension
	NoticeNoSpaceDeletion        = "no_space_deletion"         // to the same, before the deletion
	NoticeGuestNoSpaceSuspension = "guest_no_space_suspension" // to the sponsor
	NoticeGuestNoSpaceDeletion   = "guest_no_space_deletion"   // to the sponsor
	NoticeInvitationsRequested   = "invitations_requested"     // to who approves: invitations wait
	NoticeInvitationsDecided     = "invitations_decided"       // to who asked: what was approved and refused
)

// spaceNotice is mail.Notification to a space's administrators.
type spaceNotice struct {
	Topic   string       `json:"topic"`
	By      mailedPerson `json:"by"`
	Space   string       `json:"space"`
	SpaceID ID           `json:"space_id"`
}

// tellAdministrators queues a mail to each administrator of the space but the actor.
func (tx tx) tellAdministrators(ctx context.Context, sp Space, actor Account, topic string) error {
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
			Data: spaceNotice{Topic: topic, By: mailed(actor), Space: sp.Name, SpaceID: sp.ID},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
