package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guesthouse/store/secret"
)

// APICredentialKind is how a program shows an API credential.
type APICredentialKind string

// The kinds of API credentials.
const (
	APIPassword APICredentialKind = "password" // with the login, in the place of the account's own password
	APIToken    APICredentialKind = "token"    // alone, as a bearer token
)

// APICredentialKinds are all kinds, in the order of the form.
var APICredentialKinds = []APICredentialKind{APIPassword, APIToken}

// apiPrefixes begin the values of each kind, so that one that was left lying
// about is recognised, by people and by programs that look for such things.
var apiPrefixes = map[APICredentialKind]string{APIPassword: "gh_pw_", APIToken: "gh_tk_"}

// looksLikeAPICredential reports whether what came as a password is a value of
// ours, or was meant to be one.
func looksLikeAPICredential(text string) bool {
	return strings.HasPrefix(text, apiPrefixes[APIPassword]) || strings.HasPrefix(text, apiPrefixes[APIToken])
}

// APIScope is a part of the calls that a credential may make.
type APIScope string

// The scopes. What the account itself may not do, no scope lets it do.
const (
	APIRead    APIScope = "read"    // read, search, download
	APIContent APIScope = "content" // write texts, threads and comments, upload files
	APISpaces  APIScope = "spaces"  // make, change and delete spaces, and their members
	APIGuests  APIScope = "guests"  // make and delete guests, and put them into spaces
)

// APIScopes are all scopes, in the order of the form.
var APIScopes = []APIScope{APIRead, APIContent, APISpaces, APIGuests}

// Limits of API credentials.
const (
	MaxAPICredentials    = 20  // live ones of an account
	MaxAPICredentialDays = 366 // from making one to its end
	DefaultAPIDays       = 90
	apiMadeADay          = 50
	apiCredentialKept    = 30 * Day // after its end, in the list
	apiHint              = 4        // characters
)

// Errors of making API credentials.
var (
	ErrAPICredentialsFull = &Error{Kind: Invalid, Code: "api_credentials_full"}            // Args: Max
	ErrNoAPIScope         = &Error{Kind: Invalid, Code: "no_api_scope", Field: "scope"}    // none was chosen, or one that there is not
	ErrUnknownAPIKind     = &Error{Kind: Invalid, Code: "unknown_api_kind", Field: "kind"} // neither password nor token
	ErrAPIEnd             = &Error{Kind: Invalid, Code: "api_end", Field: "ends_on"}       // Args: Max days
)

// APICredential is an API password or API token, without its value, which
// nobody has but who made it.
type APICredential struct {
	ID         ID
	Kind       APICredentialKind
	Name       string
	Hint       string // how the value ends
	Scopes     []APIScope
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time // to five minutes; zero for never
	LastClient string
	RevokedAt  time.Time // zero while it was not
}

const apiCredentialColumns = `
	k.id, k.kind, k.name, k.hint, k.scopes, k.created_at, k.expires_at, k.last_used_at, k.last_client, k.revoked_at`

func (c *APICredential) scan() []any {
	return []any{
		&c.ID, &c.Kind, &c.Name, &c.Hint, scopesColumn{&c.Scopes}, moment{&c.CreatedAt}, moment{&c.ExpiresAt},
		moment{&c.LastUsedAt}, &c.LastClient, moment{&c.RevokedAt},
	}
}

// Live reports whether it may be used at the moment now.
func (c APICredential) Live(now time.Time) bool {
	return c.RevokedAt.IsZero() && now.Before(c.ExpiresAt)
}

// Allows reports whether it may make the calls of a scope.
func (c APICredential) Allows(scope APIScope) bool { return slices.Contains(c.Scopes, scope) }

// NewAPICredential is the form of a new one, as typed.
type NewAPICredential struct {
	Kind   string
	Name   string
	Scopes []string
	Days   string // until its end
	On     string // the day of its end, in the maker's zone; it goes before Days
	Agent  string // the browser that asks, for the mail
}

// MakeAPICredential makes an API password or token for the actor, a system
// administrator, and gives its value, which is kept nowhere. The actor is told
// by mail, so that one that somebody else made is noticed.
func (s *Store) MakeAPICredential(ctx context.Context, actor Account, in NewAPICredential) (made APICredential, value string, err error) {
	err = s.write(ctx, func(tx tx) error {
		me, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		if made, err = in.clean(me, tx.now); err != nil {
			return err
		}
		if err := tx.roomForAPICredential(ctx, me); err != nil {
			return err
		}
		token, _ := secret.Token()
		value = apiPrefixes[made.Kind] + token
		made.Hint = value[len(value)-apiHint:]
		if made.ID, err = tx.insertAPICredential(ctx, me, made, value); err != nil {
			return err
		}
		if err := tx.tellAPICredential(ctx, me, made, in.Agent); err != nil {
			return err
		}
		return tx.audit(ctx, made.event("api_credential.made", me, me, map[string]string{
			"scope": made.scopeText(), "ends_at": made.ExpiresAt.Format(time.RFC3339),
		}))
	})
	if err != nil {
		return APICredential{}, "", err
	}
	return made, value, nil
}

// clean reads the form; its problems are told all at once.
func (in NewAPICredential) clean(maker Account, now time.Time) (c APICredential, err error) {
	var problems Problems
	c = APICredential{Kind: APICredentialKind(in.Kind), CreatedAt: now}
	if c.Name, err = CleanName("name", in.Name, MaxName); problems.Add(err) != nil {
		return c, err
	}
	if !slices.Contains(APICredentialKinds, c.Kind) {
		_ = problems.Add(ErrUnknownAPIKind) // an Error is always taken
	}
	if c.Scopes, err = cleanAPIScopes(in.Scopes); problems.Add(err) != nil {
		return c, err
	}
	if c.ExpiresAt, err = in.end(maker.TimeZone, now); problems.Add(err) != nil {
		return c, err
	}
	return c, problems.Err()
}

// cleanAPIScopes are the chosen scopes in the order of the form.
func cleanAPIScopes(chosen []string) (scopes []APIScope, err error) {
	for _, scope := range APIScopes {
		if slices.Contains(chosen, string(scope)) {
			scopes = append(scopes, scope)
		}
	}
	unknown := func(text string) bool { return !slices.Contains(APIScopes, APIScope(text)) }
	if len(scopes) == 0 || slices.ContainsFunc(chosen, unknown) {
		return nil, ErrNoAPIScope
	}
	return scopes, nil
}

// end is when it ends: with a day, else after a number of days.
func (in NewAPICredential) end(zone string, now time.Time) (time.Time, error) {
	if on := strings.TrimSpace(in.On); on != "" {
		end, err := endOfDay(on, zone, now)
		if err == nil && (!end.After(now) || end.After(now.AddDate(0, 0, MaxAPICredentialDays))) {
			err = ErrAPIEnd.With("ends_on", "Max", MaxAPICredentialDays)
		}
		return end, err
	}
	text := strings.TrimSpace(in.Days)
	if text == "" {
		return time.Time{}, ErrRequired.With("ends_in_days")
	}
	days, err := strconv.Atoi(text)
	if err != nil || days < 1 || days > MaxAPICredentialDays {
		return time.Time{}, ErrBadNumber.With("ends_in_days", "Min", 1, "Max", MaxAPICredentialDays)
	}
	return now.Add(time.Duration(days) * Day), nil
}

// roomForAPICredential refuses one too many, of which nobody keeps track.
func (tx tx) roomForAPICredential(ctx context.Context, account Account) error {
	live, err := tx.liveAPICredentials(ctx, account.ID)
	if err != nil {
		return err
	}
	if live >= MaxAPICredentials {
		return ErrAPICredentialsFull.With("", "Max", MaxAPICredentials)
	}
	return tx.spend(ctx, "api-made:"+account.ID.String(), 1, apiMadeADay, Day) // each sends a mail
}

func (tx tx) liveAPICredentials(ctx context.Context, account ID) (n int, err error) {
	err = tx.row(ctx, `
		SELECT COUNT(*) FROM api_credentials WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2`,
		account, at(tx.now)).Scan(&n)
	return n, err
}

func (tx tx) insertAPICredential(ctx context.Context, of Account, c APICredential, value string) (id ID, err error) {
	err = tx.row(ctx, `
		INSERT INTO api_credentials (account_id, kind, name, value_hash, hint, scopes, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		RETURNING id`,
		of.ID, string(c.Kind), c.Name, secret.Hash(value), c.Hint, c.scopeText(), at(tx.now), at(c.ExpiresAt)).Scan(&id)
	return id, err
}

// event is a row of the audit log about a credential.
func (c APICredential) event(action string, by, of Account, details map[string]string) event {
	all := map[string]string{"name": c.Name, "kind": "api_" + string(c.Kind)}
	for name, value := range details {
		all[name] = value
	}
	return event{Action: action, Actor: by.ID, Account: of.ID, Subject: of.Login, Details: all}
}

func (c APICredential) scopeText() string {
	words := make([]string, len(c.Scopes))
	for i, scope := range c.Scopes {
		words[i] = string(scope)
	}
	return strings.Join(words, " ")
}

// scopesColumn scans words with blanks between them.
type scopesColumn struct{ into *[]APIScope }

func (s scopesColumn) Scan(value any) error {
	var text string
	if err := (orZero[string]{&text}).Scan(value); err != nil {
		return err
	}
	*s.into = nil
	for word := range strings.FieldsSeq(text) {
		*s.into = append(*s.into, APIScope(word))
	}
	return nil
}
