package store

import "context"

// EndMemberFactor switches the second step of a member off who lost the app and
// the recovery codes. Whoever found them must not come in meanwhile: sessions,
// codes and links end too, and a system administrator, whose password may be
// too short for an account without an app (SEC-P2), chooses a new one at the
// next sign-in. The member is told. Without an app only what is offered ends. One's
// own is switched off with EndFactor. Errors: ErrYourself.
func (s *Store) EndMemberFactor(ctx context.Context, actor Account, id ID, reason string) error {
	reason, err := CleanLine("reason", reason, maxReason)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		by, member, err := tx.memberFor(ctx, actor, id)
		switch {
		case err != nil:
			return err
		case by.ID == member.ID:
			return ErrYourself
		}
		return tx.takeFactor(ctx, by, member, reason)
	})
}

// takeFactor is EndMemberFactor when the actor may.
func (tx tx) takeFactor(ctx context.Context, by, member Account, reason string) error {
	if !member.HasApp() {
		return tx.withdrawOffers(ctx, member.ID)
	}
	if err := tx.forgetFactor(ctx, member.ID); err != nil {
		return err
	}
	if err := tx.endAccess(ctx, member.ID); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `
		UPDATE accounts
		SET must_change_password = must_change_password OR system_admin, version = version + 1
		WHERE id = $1`, member.ID)
	if err != nil {
		return err
	}
	if err := tx.tellOfFactor(ctx, member, by, NoticeSecondStepTaken, ""); err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "member.second_step_ended", Actor: by.ID, Account: member.ID, Subject: member.Login, Reason: reason})
}
