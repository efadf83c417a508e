package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Environment is the one organisation that this installation serves.
type Environment struct {
	Name     string // 1..128 characters
	Preset   string // where its policy started
	Policy   Policy
	Locale   string // of what is said to nobody in particular
	TimeZone string
}

const environmentColumns = `e.name, e.preset, e.settings, e.locale, e.timezone`

// scan gives the destinations of environmentColumns; the policy is parsed by
// the scanner of its column.
func (e *Environment) scan() []any {
	return []any{&e.Name, &e.Preset, policyColumn{&e.Policy}, &e.Locale, &e.TimeZone}
}

// policyColumn scans the JSON of the settings.
type policyColumn struct{ policy *Policy }

func (p policyColumn) Scan(value any) error {
	var text []byte
	switch value := value.(type) {
	case string:
		text = []byte(value)
	case []byte:
		text = value
	default:
		return fmt.Errorf("scan settings from %T", value)
	}
	*p.policy = Policy{}
	return json.Unmarshal(text, p.policy)
}

// EnsureEnvironment makes the environment's row at the first start. Later
// starts change nothing: the name and the policy belong to the administrators.
func (s *Store) EnsureEnvironment(ctx context.Context, name, preset string) error {
	policy, ok := PresetPolicy(preset)
	if !ok {
		return ErrUnknownPreset
	}
	name, err := CleanName("organization", name, MaxName)
	if err != nil {
		return err
	}
	settings, err := json.Marshal(policy)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		_, err := tx.exec(ctx, `
			INSERT INTO environment (id, name, preset, settings, created_at)
			VALUES (1, $1, $2, $3, $4)
			ON CONFLICT (id) DO NOTHING`,
			name, preset, string(settings), at(tx.now))
		return err
	})
}

// Environment is the organisation and its policy as they are now. Anybody may
// know its name; the policy stays on the server.
func (s *Store) Environment(ctx context.Context) (Environment, error) {
	var e Environment
	err := s.read(ctx, func(tx tx) (err error) {
		e, err = tx.environment(ctx)
		return err
	})
	return e, err
}

func (tx tx) environment(ctx context.Context) (Environment, error) {
	var e Environment
	err := tx.row(ctx, `SELECT `+environmentColumns+` FROM environment e`).Scan(e.scan()...)
	return e, err
}

// ChangeOrganization gives the organisation another name, for a system
// administrator. The same name again is no change and leaves no audit row.
// Errors: ErrForbidden, the problems of CleanName.
func (s *Store) ChangeOrganization(ctx context.Context, actor Account, name string) error {
	name, err := CleanName("organization", name, MaxName)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		e, err := tx.environment(ctx)
		if err != nil || e.Name == name {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE environment SET name = $1 WHERE id = 1`, name); err != nil {
			return err
		}
		return tx.audit(ctx, event{
			Action: "policy.organization_renamed", Actor: actor.ID, Subject: name,
			Details: map[string]string{"before": e.Name, "after": name},
		})
	})
}

// author is how mails name who did something: the organisation where it was
// the portal itself.
func (e Environment) author(by Account) mailedPerson {
	if by.Name == "" {
		by.Name = e.Name
	}
	return mailed(by)
}

// locale is the language to use for somebody: theirs, or the environment's
// when they left it to the browser.
func (e Environment) localeOf(a Account) string {
	if a.Locale == "" || a.Locale == autoLocale {
		return e.Locale
	}
	return a.Locale
}

// Day is one day of 24 hours, the unit of periods in settings.
const Day = 24 * time.Hour
