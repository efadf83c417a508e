package store

import "context"

// requestsMail tells approvers that requests wait for them. Without a SpaceID
// they stand in the administration.
type requestsMail struct {
	Topic   string       `json:"topic"`
	By      mailedPerson `json:"by"`
	Space   string       `json:"space"`
	SpaceID ID           `json:"space_id,omitempty"`
	Count   int          `json:"count"`
}

// tellApprovers mails each of those who may approve once, however many
// addresses were asked for.
func (tx tx) tellApprovers(ctx context.Context, actor Account, sp Space, n int) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	data := requestsMail{Topic: NoticeInvitationsRequested, By: mailed(actor), Space: sp.Name, SpaceID: sp.ID, Count: n}
	query := `
		SELECT ` + accountColumns + `
		FROM memberships m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.space_id = $1 AND m.role = 'administrator' AND a.status = 'active' AND a.id <> $2`
	args := []any{sp.ID, actor.ID}
	if sp.approval() == "sys_admin" {
		data.SpaceID = 0
		query = `SELECT ` + accountColumns + ` FROM accounts a WHERE system_admin AND deleted_at IS NULL AND a.status = 'active' AND a.id <> $1`
		args = []any{actor.ID}
	}
	rows, err := tx.query(ctx, query, args...)
	approvers, err := all(rows, err, scanAccount)
	if err != nil {
		return err
	}
	var mails []newMail
	for _, to := range approvers {
		if to.Email == "" {
			continue
		}
		mails = append(mails, newMail{
			Kind: MailNotification, Lane: LaneRest, To: to.Email, Account: to.ID, Space: data.SpaceID,
			Locale: e.localeOf(to), TimeZone: to.TimeZone, Data: data,
		})
	}
	return tx.queueAll(ctx, mails)
}

// decisionMail tells who asked what became of it.
type decisionMail struct {
	Topic    string       `json:"topic"`
	By       mailedPerson `json:"by"`
	Space    string       `json:"space"`
	SpaceID  ID           `json:"space_id"`
	Approved []string     `json:"approved,omitempty"`
	Refused  []string     `json:"refused,omitempty"`
	Reason   string       `json:"reason,omitempty"`
}

// tellRequesters mails each who asked, once for each space, what was decided.
func (tx tx) tellRequesters(ctx context.Context, e Environment, actor Account, in RequestDecision, decided []DecidedRequest) error {
	type place struct{ requester, space ID }
	mails := map[place]*decisionMail{}
	var order []place
	for _, d := range decided {
		r := d.Request
		if d.Problem != nil || r.Requester.ID == actor.ID {
			continue
		}
		at := place{r.Requester.ID, r.Wanted.Space}
		if mails[at] == nil {
			mails[at] = &decisionMail{
				Topic: NoticeInvitationsDecided, By: mailed(actor), Space: r.SpaceName, SpaceID: r.Wanted.Space, Reason: in.Reason,
			}
			order = append(order, at)
		}
		if in.Approve {
			mails[at].Approved = append(mails[at].Approved, r.Shown())
		} else {
			mails[at].Refused = append(mails[at].Refused, r.Shown())
		}
	}
	for _, at := range order {
		to, err := tx.account(ctx, at.requester)
		if err != nil {
			return err
		}
		if to.Email == "" {
			continue
		}
		_, err = tx.queue(ctx, newMail{
			Kind: MailNotification, Lane: LaneRest, To: to.Email, Account: to.ID, Space: at.space,
			Locale: e.localeOf(to), TimeZone: to.TimeZone, Data: mails[at],
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Shown names whom the request is about: a guest who was picked by name, whose
// address need not be known to who asked, and anybody else by the address.
func (r InvitationRequest) Shown() string {
	if r.Guest.ID != 0 {
		return r.Guest.Name
	}
	return string(r.Wanted.Email)
}
