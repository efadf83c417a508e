package store

import (
	"context"
	"slices"
	"strings"
)

// PersonalData is what the portal knows of a person besides the address and
// what they may do: their own words, or an administrator's (S1-14 to S1-19).
type PersonalData struct {
	Name             string
	SurNameReading   string
	GivenNameReading string
	Company          string
	Division         string
	Phone            string
	CallTo           string
	Category         string // one of Categories or "" (S4-26)
	Locale           string // en, ja, zh, or auto for what the browser asks for
	TimeZone         string
}

// Errors of personal data.
var (
	ErrUnknownCategory = &Error{Kind: Invalid, Code: "unknown_category", Field: "category"}
	// ErrUnsafeCall: an address that a browser would run and not call.
	ErrUnsafeCall = &Error{Kind: Invalid, Code: "unsafe_call", Field: "callto"}
	// ErrChangedMeanwhile: somebody else has changed the account since the form was filled.
	ErrChangedMeanwhile = &Error{Kind: Conflict, Code: "changed_meanwhile"}
)

// PersonalDataOf is what is known of an account now.
func PersonalDataOf(a Account) PersonalData {
	return PersonalData{
		Name: a.Name, SurNameReading: a.SurNameReading, GivenNameReading: a.GivenNameReading, Company: a.Company,
		Division: a.Division, Phone: a.Phone, CallTo: a.CallTo, Category: a.Category, Locale: a.Locale, TimeZone: a.TimeZone,
	}
}

// personalField is one field with its name in forms and in the audit log.
type personalField struct {
	name  string
	value *string
	limit int // in characters; 0 for what is chosen from a list
}

func (d *PersonalData) fields() []personalField {
	return []personalField{
		{"display_name", &d.Name, MaxName},
		{"sur_name_reading", &d.SurNameReading, 64},
		{"given_name_reading", &d.GivenNameReading, 64},
		{"company", &d.Company, 100},
		{"division", &d.Division, 100},
		{"phone", &d.Phone, 100},
		{"callto", &d.CallTo, 256},
		{"category", &d.Category, 0},
		{"locale", &d.Locale, 0},
		{"timezone", &d.TimeZone, 0},
	}
}

// clean is the data as it is stored, or every problem at once.
func (d PersonalData) clean() (PersonalData, error) {
	var problems Problems
	for _, field := range d.fields() {
		text, err := *field.value, error(nil)
		switch {
		case field.name == "display_name":
			text, err = CleanName(field.name, text, field.limit)
		case field.limit > 0:
			text, err = CleanLine(field.name, text, field.limit)
		case field.name == "category" && text != "" && !slices.Contains(Categories, text):
			err = ErrUnknownCategory
		case field.name == "locale":
			err = checkOwnLocale(text)
		case field.name == "timezone":
			err = checkZone(text)
		}
		if err := problems.Add(err); err != nil {
			return d, err
		}
		if err == nil {
			*field.value = text
		}
	}
	if runs(d.CallTo) {
		problems = append(problems, ErrUnsafeCall)
	}
	return d, problems.Err()
}

// runs tells addresses that a browser would run or open as a page of its own
// making (S1-19). They are never links here; that they are refused keeps them
// out of exports, too.
func runs(address string) bool {
	scheme, _, found := strings.Cut(strings.ToLower(address), ":")
	return found && slices.Contains([]string{"javascript", "data", "vbscript", "file", "blob"}, strings.TrimSpace(scheme))
}

// updateProfile writes what is new of a person's data and says what changed,
// for the audit log. It is the one way in which names and companies change: the
// person's own edits and those of an administrator both come here.
func (tx tx) updateProfile(ctx context.Context, person Account, data PersonalData) (changed map[string]string, err error) {
	before := PersonalDataOf(person)
	was := before.fields()
	changed = map[string]string{}
	for i, field := range data.fields() {
		if *field.value != *was[i].value {
			changed[field.name] = arrow(*was[i].value, *field.value)
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	_, err = tx.exec(ctx, `
		UPDATE accounts
		SET display_name = $2, name_key = $3, sur_name_reading = $4, given_name_reading = $5, company = $6, division = $7,
			phone = $8, callto = $9, category = $10, locale = $11, timezone = $12, company_key = $13, version = version + 1
		WHERE id = $1`,
		person.ID, data.Name, FoldKey(data.Name), data.SurNameReading, data.GivenNameReading, data.Company, data.Division,
		data.Phone, data.CallTo, data.Category, data.Locale, data.TimeZone, companyKey(data.Company))
	return changed, err
}

// arrow is a change in signs that need no language.
func arrow(before, after string) string {
	if before == "" {
		before = "–"
	}
	if after == "" {
		after = "–"
	}
	return before + " → " + after
}

// ChangeGuestData changes what is known of a guest, for a system administrator
// (S3-20). version is that of the account when the form was filled; when
// somebody has changed it since, the answer is ErrChangedMeanwhile and nothing
// is written.
func (s *Store) ChangeGuestData(ctx context.Context, actor Account, guest ID, version int, in PersonalData) error {
	data, err := in.clean()
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx tx) error {
		actor, person, err := tx.guestAt(ctx, actor, guest, version)
		if err != nil {
			return err
		}
		changed, err := tx.updateProfile(ctx, person, data)
		if err != nil || len(changed) == 0 {
			return err
		}
		return tx.audit(ctx, event{
			Action: "guest.data_changed", Actor: actor.ID, Account: guest, Subject: person.Login, Details: changed,
		})
	})
}

// guestAt is guestFor for a form that was filled from a version of the account.
func (tx tx) guestAt(ctx context.Context, actor Account, id ID, version int) (administrator, guest Account, err error) {
	administrator, guest, err = tx.guestFor(ctx, actor, id)
	if err == nil && guest.Version != version {
		err = ErrChangedMeanwhile
	}
	return administrator, guest, err
}
