package store

import (
	"context"
	"encoding/json"
)

// ErrBasicNeedsTwoStep: with basic passwords two-step verification stays on
// unless the administrator confirms that it shall not (SEC-P3).
var ErrBasicNeedsTwoStep = &Error{Kind: Conflict, Code: "basic_needs_two_step", Field: "twostep.guests", Setting: "password.preset"}

// ErrAcknowledge: mailing passwords needs the administrator's word that they
// know what it means (C3).
var ErrAcknowledge = &Error{Kind: Conflict, Code: "acknowledge_welcome_password", Field: "signup.welcome_password"}

// PolicyChange is a form of settings. Names that are missing stay as they are.
type PolicyChange struct {
	Settings     map[string]string
	Confirmed    bool // leave two-step off although passwords are basic (SEC-P3)
	Acknowledged bool // know what mailing passwords means (C3)
	EndSessions  bool // sign all guests out, so that two-step is asked at once (S0-39)
}

// ChangePolicy changes settings for a system administrator. Choosing basic
// passwords switches two-step on (SEC-P3). Errors: ErrForbidden,
// ErrBasicNeedsTwoStep, ErrAcknowledge, Problems with bad values.
func (s *Store) ChangePolicy(ctx context.Context, actor Account, change PolicyChange) error {
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		policy, err := e.Policy.apply(change)
		if err != nil {
			return err
		}
		settings, err := json.Marshal(policy)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE environment SET settings = $1 WHERE id = 1`, string(settings)); err != nil {
			return err
		}
		if change.EndSessions {
			if err := tx.endGuestSessions(ctx, actor); err != nil {
				return err
			}
		}
		return tx.auditPolicy(ctx, actor, e.Policy, policy)
	})
}

// apply is the policy after the change, or every problem of it at once.
func (p Policy) apply(change PolicyChange) (Policy, error) {
	policy := p
	var problems Problems
	for _, setting := range Settings {
		value, given := change.Settings[setting.Name]
		if !given {
			continue
		}
		changed, err := policy.With(setting.Name, value)
		if err := problems.Add(err); err != nil {
			return p, err
		}
		policy = changed
	}
	if err := problems.Err(); err != nil {
		return p, err
	}
	return p.guard(policy, change)
}

// guard holds what settings owe each other. It looks at what this change
// brings about: what was confirmed before is not asked again.
func (p Policy) guard(policy Policy, change PolicyChange) (Policy, error) {
	choseBasic := policy.basic() && !p.basic()
	if choseBasic && !change.Confirmed {
		changed, err := policy.With("twostep.guests", "on")
		if err != nil {
			return p, err
		}
		policy = changed
	}
	bare := policy.basic() && !policy.On("twostep.guests")
	if bare && (choseBasic || p.On("twostep.guests")) && !change.Confirmed {
		return p, ErrBasicNeedsTwoStep
	}
	if policy.mailsPasswords() && !p.mailsPasswords() && !change.Acknowledged {
		return p, ErrAcknowledge
	}
	return policy, nil
}

func (p Policy) basic() bool { return p.Value("password.preset") == PasswordBasic }

func (p Policy) mailsPasswords() bool { return p.Value("signup.welcome_password") == "include_once" }

// endGuestSessions signs every guest out; their codes end with the sessions.
func (tx tx) endGuestSessions(ctx context.Context, actor Account) error {
	_, err := tx.exec(ctx, `
		DELETE FROM sessions WHERE account_id IN (SELECT id FROM accounts WHERE kind = 'guest')`)
	if err != nil {
		return err
	}
	return tx.audit(ctx, event{Action: "guest.all_signed_out", Actor: actor.ID})
}

// auditPolicy writes what changed, setting by setting.
func (tx tx) auditPolicy(ctx context.Context, actor Account, before, after Policy) error {
	changes := before.Changes(after)
	if len(changes) == 0 {
		return nil
	}
	return tx.audit(ctx, event{Action: "policy.changed", Actor: actor.ID, Details: detailsOf(changes)})
}
