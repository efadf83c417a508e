package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// MaxBatch is how many guests one call adds or deletes.
const MaxBatch = 100

// Errors of lists of guests. Args of the first: Max.
var (
	ErrBatchSize = &Error{Kind: Invalid, Code: "batch_size"}
	// ErrGuestSpacesOff: guest spaces are switched off in the organisation.
	ErrGuestSpacesOff = &Error{Kind: Forbidden, Code: "guest_spaces_off", Setting: GuestSpaces}
)

// NewGuest is a guest account as a program asks for it (S1-08 to S1-19).
type NewGuest struct {
	Code             string // the address, which is the login (S1-09)
	Password         string
	Name             string
	TimeZone         string
	Locale           string // auto, en, zh or ja; "" is auto
	Image            string // key of an upload, or ""
	SurNameReading   string
	GivenNameReading string
	Company          string
	Division         string
	Phone            string
	CallTo           string
}

// guestParameters are the names of a guest's fields in a call.
var guestParameters = map[string]string{
	"display_name": "name", "sur_name_reading": "surNameReading", "given_name_reading": "givenNameReading",
}

func guestField(i int, field string) string {
	return fmt.Sprintf("guests[%d].%s", i, cmp.Or(guestParameters[field], field))
}

// cleanGuest is a guest that was checked.
type cleanGuest struct {
	email    Email
	spelling string
	data     PersonalData
	weak     bool
	hash     string
	picture  keptContent
	key      string
	shared   bool // the key is an earlier guest's too, and used up with theirs
}

// AddGuests makes the accounts of guests who are in no space, all or none, for
// system administrators (S1-01 to S1-24). Nobody is sent a mail; an invitation
// that is open stays so. Whoever set the passwords is not their owner: each guest
// chooses another at the first sign-in (SEC-P5). Errors: ErrForbidden,
// ErrUnaffiliatedOff, those of places; of fields, each as guests[0].name and all
// together: ErrBatchSize, ErrRequired, those of a name, an address, a password
// and a picture, ErrAddressTaken, ErrUnknownLanguage, ErrUnknownZone, ErrUploadGone.
func (s *Store) AddGuests(ctx context.Context, actor Account, guests []NewGuest) ([]Account, error) {
	list, err := s.cleanGuests(ctx, actor, guests)
	if err != nil {
		return nil, err
	}
	if err := s.hashGuests(ctx, list, guests); err != nil { // before the transaction: it takes its time (SEC-T3)
		return nil, err
	}
	var added []Account
	err = s.write(ctx, func(tx tx) error {
		added = nil // a retry starts over
		administrator, e, err := tx.unaffiliating(ctx, actor)
		if err != nil {
			return err
		}
		if err := tx.freeAddresses(ctx, list); err != nil {
			return err
		}
		return tx.spendPlaces(ctx, func() error {
			for i, guest := range list {
				account, err := tx.addGuestAccount(ctx, administrator, e, guest, i)
				if err != nil {
					return err
				}
				added = append(added, account)
			}
			return nil
		})
	})
	return added, err
}

func (s *Store) hashGuests(ctx context.Context, list []cleanGuest, guests []NewGuest) error {
	passwords := make([]string, len(guests))
	for i, guest := range guests {
		passwords[i] = guest.Password
	}
	hashes, err := s.hashAll(ctx, passwords)
	for i, phc := range hashes {
		list[i].hash = phc
	}
	return err
}

// CheckGuests says all that is wrong with guests, as AddGuests would, and makes
// none: for a program that must be told besides what else is wrong.
func (s *Store) CheckGuests(ctx context.Context, actor Account, guests []NewGuest) error {
	_, err := s.cleanGuests(ctx, actor, guests)
	return err
}

// cleanGuests checks all guests at once, and who asks for them first.
func (s *Store) cleanGuests(ctx context.Context, actor Account, guests []NewGuest) ([]cleanGuest, error) {
	var e Environment
	err := s.read(ctx, func(tx tx) (err error) {
		_, e, err = tx.unaffiliating(ctx, actor)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(guests) == 0 || len(guests) > MaxBatch {
		return nil, ErrBatchSize.With("guests", "Max", MaxBatch)
	}
	var problems Problems
	list, seen := make([]cleanGuest, len(guests)), map[Email]bool{}
	for i, guest := range guests {
		clean, found, err := guest.clean(e, s.weak)
		if err != nil {
			return nil, err
		}
		if clean.email != "" && seen[clean.email] {
			found = append(found, ErrAddressTaken.With("code"))
		}
		seen[clean.email], list[i] = true, clean
		for _, problem := range found {
			problems = append(problems, problem.With(guestField(i, problem.Field)))
		}
	}
	if err := s.pictureGuests(ctx, actor, list, &problems); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(tx tx) error { return problems.Add(tx.freeAddresses(ctx, list)) })
	if err != nil {
		return nil, err
	}
	return list, problems.Err()
}

// clean is a guest as it is stored, and what is wrong with it.
func (g NewGuest) clean(e Environment, weak func(string) bool) (cleanGuest, Problems, error) {
	var problems Problems
	clean := cleanGuest{weak: weak(g.Password), key: g.Image}
	data, err := PersonalData{
		Name: g.Name, SurNameReading: g.SurNameReading, GivenNameReading: g.GivenNameReading, Company: g.Company, Division: g.Division,
		Phone: g.Phone, CallTo: g.CallTo, Locale: cmp.Or(g.Locale, autoLocale), TimeZone: g.TimeZone,
	}.clean()
	if err := problems.Add(err); err != nil {
		return clean, nil, err
	}
	clean.data = data
	email, err := ParseEmail(g.Code)
	if err == nil {
		clean.email, clean.spelling = email, spellingOf(g.Code, email)
		err = e.Policy.AddressAllowed(email)
	}
	if err := problems.Add(fieldError(err, "code")); err != nil {
		return clean, nil, err
	}
	err = problems.Add(e.Policy.programPassword("password", g.Password, e.Name, g.Name, string(clean.email)))
	return clean, problems, err
}

// programPassword says why a program may not give a guest this password (C4):
// it is under the guests' own rule, or only has a length, because the guest has
// to choose another anyway (S1-10, SEC-P5).
func (p Policy) programPassword(field, password string, words ...string) error {
	rule := p.GuestPasswords()
	if p.Value("password.api_rule") != "same_as_signup" {
		rule = PasswordPolicy{Min: minBasic, Max: maxPassword}
	}
	return rule.Check(field, password, words...)
}

// pictureGuests makes the pictures of the guests whose uploads are there.
func (s *Store) pictureGuests(ctx context.Context, actor Account, list []cleanGuest, problems *Problems) error {
	keys := make([]string, len(list))
	for i, guest := range list {
		keys[i] = guest.key
	}
	pictures, err := s.keyedPictures(ctx, actor, keys, func(i int) string { return guestField(i, "image") }, problems)
	for i, made := range pictures {
		list[i].picture, list[i].shared = made, slices.Index(keys, keys[i]) < i
	}
	return err
}

// freeAddresses are the problems of addresses that living accounts have.
func (tx tx) freeAddresses(ctx context.Context, list []cleanGuest) error {
	logins := make([]string, len(list))
	for i, guest := range list {
		logins[i] = string(guest.email)
	}
	in, args := inList(1, logins)
	rows, err := tx.query(ctx, `SELECT login_key FROM accounts WHERE login_key IN (`+in+`) AND deleted_at IS NULL`, args...)
	found, err := all(rows, err, func(row scanner) (login string, err error) { return login, row.Scan(&login) })
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for _, login := range found {
		taken[login] = login != ""
	}
	var problems Problems
	for i, login := range logins {
		if taken[login] {
			problems = append(problems, ErrAddressTaken.With(guestField(i, "code")))
		}
	}
	return problems.Err()
}

// addGuestAccount makes one of the accounts, with its picture.
func (tx tx) addGuestAccount(ctx context.Context, administrator Account, e Environment, guest cleanGuest, i int) (Account, error) {
	end := e.Policy.GuestEnd("")
	account, err := tx.createAccount(ctx, newAccount{
		Kind: Guest, Email: guest.email, Spelling: guest.spelling, Name: guest.data.Name, Company: guest.data.Company, Locale: guest.data.Locale,
		TimeZone: guest.data.TimeZone, PasswordHash: guest.hash, MustChange: true, Weak: guest.weak, Sponsor: administrator.ID,
		EndsAt: end.From(tx.now), EndsDays: end.Days,
	})
	if errors.Is(err, ErrAddressTaken) { // somebody was faster
		return Account{}, ErrAddressTaken.With(guestField(i, "code"))
	}
	if err != nil {
		return Account{}, err
	}
	if _, err := tx.updateProfile(ctx, account, guest.data); err != nil {
		return Account{}, err
	}
	if guest.key != "" {
		if err := tx.giveKeyedPicture(ctx, administrator, account.ID, guest); err != nil {
			return Account{}, fieldError(err, guestField(i, "image"))
		}
	}
	err = tx.audit(ctx, event{Action: "guest.created", Actor: administrator.ID, Account: account.ID, Subject: account.Login})
	if err != nil {
		return Account{}, err
	}
	return tx.account(ctx, account.ID)
}

func (tx tx) giveKeyedPicture(ctx context.Context, owner Account, account ID, guest cleanGuest) error {
	if err := tx.nameContent(ctx, guest.picture); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE accounts SET picture = $2 WHERE id = $1`, account, guest.picture.Hash); err != nil {
		return err
	}
	if guest.shared {
		return nil
	}
	upload, err := tx.takeKey(ctx, owner, anySpace, guest.key)
	if err != nil {
		return err
	}
	return tx.dropContents(ctx, upload.hash, upload.preview) // the picture was made anew
}

// DeleteGuests ends the accounts of guests by their addresses, as DeleteGuest
// does, all or none. Errors: ErrForbidden, ErrBatchSize, and for each address
// ErrNoSuchGuest of the field guests[0].
func (s *Store) DeleteGuests(ctx context.Context, actor Account, codes []string) error {
	return s.write(ctx, func(tx tx) error {
		by, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		if len(codes) == 0 || len(codes) > MaxBatch {
			return ErrBatchSize.With("guests", "Max", MaxBatch)
		}
		guests, err := tx.guestsByCode(ctx, codes)
		if err != nil {
			return err
		}
		for _, guest := range guests {
			if err := tx.delete(ctx, deletion{by: by, guest: guest}); err != nil {
				return fmt.Errorf("delete a guest: %w", err)
			}
		}
		return nil
	})
}

// guestsByCode are the living guests of some addresses or identifiers, each once,
// or ErrNoSuchGuest for each that nobody has.
func (tx tx) guestsByCode(ctx context.Context, codes []string) ([]Account, error) {
	var problems Problems
	var guests []Account
	known := map[ID]bool{}
	for i, code := range codes {
		guest, err := tx.accountOfCode(ctx, Guest, code, ErrNoSuchGuest)
		if err := problems.Add(fieldError(err, fmt.Sprintf("guests[%d]", i))); err != nil {
			return nil, err
		}
		if err == nil && !known[guest.ID] {
			known[guest.ID] = true
			guests = append(guests, guest)
		}
	}
	return guests, problems.Err()
}
