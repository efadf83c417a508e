package store

import (
	"context"
	"time"
)

// Seeder puts rows into an environment without asking anybody: for tests,
// benchmarks and sample data. The portal itself never uses it.
type Seeder struct {
	ctx context.Context
	tx  tx
}

// Seed runs fn in one transaction.
func (s *Store) Seed(ctx context.Context, fn func(Seeder) error) error {
	return s.write(ctx, func(tx tx) error {
		*tx.spending = true // no place is counted here
		return fn(Seeder{ctx: ctx, tx: tx})
	})
}

// SeedAccount is an account to be made by a Seeder.
type SeedAccount struct {
	Kind                 AccountKind
	Email                Email
	Name                 string
	Locale               string
	TimeZone             string
	Password             string // hashed with the store's hasher; "" for none
	SystemAdmin          bool
	MayCreateGuestSpaces bool
	Company              string
	MustChange           bool // the password was set by somebody else (SEC-P5)
}

// Account makes an account. The password hash is made by Hash beforehand.
func (s Seeder) Account(in SeedAccount, passwordHash string) (Account, error) {
	account, err := s.tx.createAccount(s.ctx, newAccount{
		Kind: in.Kind, Email: in.Email, Name: in.Name, Locale: in.Locale, TimeZone: in.TimeZone,
		PasswordHash: passwordHash, SystemAdmin: in.SystemAdmin, MayCreateGuestSpaces: in.MayCreateGuestSpaces,
		MustChange: in.MustChange,
	})
	if err != nil || in.Company == "" {
		return account, err
	}
	account.Company = in.Company
	_, err = s.tx.exec(s.ctx, `UPDATE accounts SET company = $2, company_key = $3 WHERE id = $1`, account.ID, in.Company, companyKey(in.Company))
	return account, err
}

// Space makes a space with its first administrator and its first thread.
func (s Seeder) Space(kind SpaceKind, name string, administrator Account) (ID, error) {
	id, err := s.tx.createSpace(s.ctx, newSpace{Kind: kind, Name: name, Creator: administrator})
	if err != nil {
		return 0, err
	}
	return id, s.Membership(id, administrator, Administrator, time.Time{})
}

// Membership puts an account into a space; a zero end is none.
func (s Seeder) Membership(space ID, account Account, role Role, endsAt time.Time) error {
	return s.tx.addMembership(s.ctx, newMembership{Space: space, Account: account, Role: role, EndsAt: endsAt})
}

// Happened notes that the actor did something to a thing in a space.
func (s Seeder) Happened(kind string, space, thing ID, actor Account, audience Audience) error {
	return s.tx.happened(s.ctx, happening{Kind: kind, Space: space, Thing: thing, Actor: actor.ID, Audience: audience})
}

// Sponsor makes a member answer for a guest.
func (s Seeder) Sponsor(guest, sponsor ID) error {
	_, err := s.tx.exec(s.ctx, `UPDATE accounts SET sponsor_id = $2 WHERE id = $1`, guest, sponsor)
	return err
}

// Session signs an account in and gives the token of its cookie.
func (s Seeder) Session(account Account) (token string, err error) {
	token, _, err = s.tx.startSession(s.ctx, signIn{Account: account, Given: factorGiven})
	return token, err
}

// HashPassword is the hash of a password with the store's costs.
func (s *Store) HashPassword(ctx context.Context, password string) (string, error) {
	return s.hash(ctx, password)
}
