package store

import (
	"context"
	"encoding/json"
)

// SettingChange is one setting before and after.
type SettingChange struct{ Name, Before, After string }

// Preset is the policy after a preset was chosen, and whether there is one of
// that name. A preset sets everything but domains: those are the organisation's
// own, and no preset knows them.
func (p Policy) Preset(name string) (Policy, bool) {
	policy, ok := PresetPolicy(name)
	for _, setting := range Settings {
		if value, has := p[setting.Name]; has && setting.Form == DomainsSetting {
			policy[setting.Name] = value
		}
	}
	return policy, ok
}

// Changes are the settings that differ in another policy, in the order of Settings.
func (p Policy) Changes(after Policy) []SettingChange {
	var changes []SettingChange
	for _, setting := range Settings {
		if was, is := p.Value(setting.Name), after.Value(setting.Name); was != is {
			changes = append(changes, SettingChange{setting.Name, was, is})
		}
	}
	return changes
}

// ApplyPreset sets the lot in one go, for a system administrator. Of the change
// only its confirmations count. When nothing differs, nothing is written.
// Errors: ErrForbidden, ErrUnknownPreset, ErrBasicNeedsTwoStep, ErrAcknowledge.
func (s *Store) ApplyPreset(ctx context.Context, actor Account, preset string, change PolicyChange) error {
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil {
			return err
		}
		policy, ok := e.Policy.Preset(preset)
		if !ok {
			return ErrUnknownPreset
		}
		if policy, err = e.Policy.guard(policy, change); err != nil {
			return err
		}
		changes := e.Policy.Changes(policy)
		if len(changes) == 0 && e.Preset == preset {
			return nil
		}
		settings, err := json.Marshal(policy)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE environment SET settings = $1, preset = $2 WHERE id = 1`, string(settings), preset); err != nil {
			return err
		}
		details := detailsOf(changes)
		details["preset"] = preset
		return tx.audit(ctx, event{Action: "policy.preset_applied", Actor: actor.ID, Details: details})
	})
}

// detailsOf are changed settings for the audit log.
func detailsOf(changes []SettingChange) map[string]string {
	details := map[string]string{}
	for _, change := range changes {
		details[change.Name] = change.Before + " → " + change.After
	}
	return details
}
