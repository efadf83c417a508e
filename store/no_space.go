package store

import (
	"context"
	"errors"
	"time"
)

// A guest in no space serves nobody. Where the organisation says so, such an
// account is suspended after some days, and deleted after some more; each is
// announced a week before, or as long as half the days are.

// noSpaceStep is what will be done to a guest in no space.
type noSpaceStep string

const (
	noSpaceSuspend noSpaceStep = "suspend"
	noSpaceDelete  noSpaceStep = "delete"
)

// announced is how long before it a step is announced, where days pass to it.
func announced(days int) time.Duration { return min(7*Day, time.Duration(days)*Day/2) }

// sweepNoSpace announces and does what is due for guests in no space.
func (s *Store) sweepNoSpace(ctx context.Context) error {
	e, err := s.Environment(ctx)
	if err != nil {
		return err
	}
	var failed error
	for _, step := range []struct {
		setting string
		step    noSpaceStep
	}{{"guest.no_space_days", noSpaceSuspend}, {"guest.no_space_delete_days", noSpaceDelete}} {
		days, on := e.Policy.Days(step.setting)
		if on {
			failed = errors.Join(failed, s.sweepStep(ctx, e, step.step, days))
		}
	}
	return failed
}

// sweepStep goes through those whose announcement is due, a part at a time.
// Each guest is a transaction of its own, which looks again.
func (s *Store) sweepStep(ctx context.Context, e Environment, step noSpaceStep, days int) error {
	var last ID
	for {
		var found []ID
		err := s.read(ctx, func(tx tx) (err error) {
			found, err = tx.absent(ctx, step, tx.now.Add(announced(days)-time.Duration(days)*Day), last, reviewsAtOnce*10)
			return err
		})
		if err != nil || len(found) == 0 {
			return err
		}
		for _, id := range found {
			last = id
			if err := s.write(ctx, func(tx tx) error { return tx.noSpace(ctx, e, step, days, id) }); err != nil {
				return err
			}
		}
	}
}

// absentGuest is the condition that an account a has been in no space, in the
// state that a step begins from, since before the moment $1.
var absentGuest = map[noSpaceStep]string{
	noSpaceSuspend: `
		a.kind = 'guest' AND a.status = 'active' AND (a.ends_at IS NULL OR a.ends_at > $1)
		AND a.created_at <= $1 AND (a.left_at IS NULL OR a.left_at <= $1) AND (a.status_at IS NULL OR a.status_at <= $1)
		AND NOT EXISTS (
			SELECT 1 FROM memberships m
			WHERE m.account_id = a.id AND (m.ends_at IS NULL OR m.ends_at > $1))`,
	noSpaceDelete: `
		a.kind = 'guest' AND a.status = 'suspended' AND a.suspended_for = 'no_space' AND a.status_at <= $1`,
}

func (tx tx) absent(ctx context.Context, step noSpaceStep, before time.Time, last ID, limit int) ([]ID, error) {
	rows, err := tx.query(ctx, `
		SELECT a.id FROM accounts a
		WHERE `+absentGuest[step]+` AND a.id > $2
		ORDER BY a.id
		LIMIT $3`, at(before), last, limit)
	return all(rows, err, scanID)
}

// noSpace announces the step to one guest, or does it when it was announced
// long enough ago.
func (tx tx) noSpace(ctx context.Context, e Environment, step noSpaceStep, days int, id ID) error {
	since, err := tx.absentSince(ctx, step, id, tx.now.Add(announced(days)-time.Duration(days)*Day))
	if err != nil || since.IsZero() {
		return err // came back meanwhile
	}
	guest, err := tx.account(ctx, id)
	if err != nil {
		return err
	}
	dueAt := since.AddDate(0, 0, days)
	if earliest := tx.now.Add(announced(days)); dueAt.Before(earliest) {
		dueAt = earliest // the setting is new: nobody is surprised by it
	}
	fresh, err := tx.exec(ctx, `
		INSERT INTO no_space_notices (account_id, step, since_at, created_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, step) DO UPDATE
		SET since_at = $3, created_at = $4
		WHERE no_space_notices.since_at <> $3`, id, string(step), at(since), at(tx.now))
	if err != nil {
		return err
	}
	if fresh == 1 {
		return tx.announceNoSpace(ctx, e, step, guest, dueAt)
	}
	var noticed time.Time
	err = tx.row(ctx, `SELECT created_at FROM no_space_notices WHERE account_id = $1 AND step = $2`,
		id, string(step)).Scan(moment{&noticed})
	if err != nil || tx.now.Before(since.AddDate(0, 0, days)) || tx.now.Before(noticed.Add(announced(days))) {
		return err
	}
	if step == noSpaceSuspend {
		return tx.suspend(ctx, guest, suspension{cause: ByNoSpace})
	}
	return tx.deleteAccount(ctx, deletion{guest: guest, reason: guest.StatusReason})
}

// absentSince is since when a guest is in no space, or suspended for it; zero
// when they are not, or not for long enough.
func (tx tx) absentSince(ctx context.Context, step noSpaceStep, id ID, before time.Time) (time.Time, error) {
	var created, left, status, ended time.Time
	err := tx.row(ctx, `
		SELECT a.created_at, a.left_at, a.status_at, (SELECT MAX(m.ends_at) FROM memberships m WHERE m.account_id = a.id)
		FROM accounts a
		WHERE `+absentGuest[step]+` AND a.id = $2`, at(before), id).Scan(
		moment{&created}, moment{&left}, moment{&status}, moment{&ended})
	if err != nil {
		return time.Time{}, missing(err, nil)
	}
	if step == noSpaceDelete {
		return status, nil
	}
	since := created
	for _, later := range []time.Time{left, status, ended} {
		if later.After(since) {
			since = later
		}
	}
	return since, nil
}

// noSpaceNotice is mail.Notification about a guest in no space, to the guest
// and to the sponsor.
type noSpaceNotice struct {
	Topic string       `json:"topic"`
	Guest mailedPerson `json:"guest"`
	DueAt time.Time    `json:"due_at"`
}

// announceNoSpace tells the guest and the sponsor what will happen, and when.
func (tx tx) announceNoSpace(ctx context.Context, e Environment, step noSpaceStep, guest Account, dueAt time.Time) error {
	topics := map[noSpaceStep][2]string{
		noSpaceSuspend: {NoticeNoSpaceSuspension, NoticeGuestNoSpaceSuspension},
		noSpaceDelete:  {NoticeNoSpaceDeletion, NoticeGuestNoSpaceDeletion},
	}[step]
	to := map[string]Account{topics[0]: guest}
	if guest.Sponsor != 0 {
		sponsor, err := tx.account(ctx, guest.Sponsor)
		if err != nil {
			return err
		}
		if sponsor.Active(tx.now) {
			to[topics[1]] = sponsor
		}
	}
	for _, topic := range topics {
		person := to[topic]
		if person.Email == "" {
			continue
		}
		_, err := tx.queue(ctx, newMail{
			Kind: MailNotification, Lane: LaneRest, To: person.Email, Account: person.ID,
			Locale: e.localeOf(person), TimeZone: person.TimeZone, GiveUpAt: dueAt,
			Data: noSpaceNotice{Topic: topic, Guest: mailed(guest), DueAt: dueAt},
		})
		if err != nil {
			return err
		}
	}
	return tx.audit(ctx, event{
		Action: "guest.no_space_announced", Account: guest.ID, Subject: guest.Login,
		Details: map[string]string{"step": string(step), "due_at": dueAt.Format(time.RFC3339)},
	})
}
