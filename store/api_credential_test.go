package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
)

// nightly is the form of an API credential as most people fill it.
func nightly(kind store.APICredentialKind) store.NewAPICredential {
	return store.NewAPICredential{Kind: string(kind), Name: "Nightly import", Scopes: []string{"read", "guests"}, Days: "90"}
}

// makes makes a credential for somebody, and gives it with its value.
func (w world) makes(who store.Account, kind store.APICredentialKind) (store.APICredential, string) {
	w.t.Helper()
	made, value, err := w.Store.MakeAPICredential(w.t.Context(), who, nightly(kind))
	w.do(err)
	return made, value
}

// calls calls the API with a credential of an account.
func (w world) calls(who store.Account, kind store.APICredentialKind, value string) error {
	w.t.Helper()
	return w.callsFrom("192.0.2.1", who, kind, value)
}

func (w world) callsFrom(client string, who store.Account, kind store.APICredentialKind, value string) (err error) {
	w.t.Helper()
	ctx := store.WithOrigin(w.t.Context(), store.Origin{Address: client})
	var caller store.Caller
	if kind == store.APIToken {
		caller, err = w.Store.CallAPI(ctx, value)
	} else {
		caller, err = w.Store.SignInAPI(ctx, who.Login, value)
	}
	if err == nil && (caller.Account.ID != who.ID || caller.Credential == nil || !caller.Credential.Allows(store.APIGuests) || caller.Credential.Allows(store.APISpaces)) {
		w.t.Errorf("%s is called %s with %+v", who.Login, caller.Account.Login, caller.Credential)
	}
	return err
}

// appointed makes a member a system administrator.
func (w world) appointed(who store.Account) store.Account {
	w.t.Helper()
	w.do(w.Store.SetMemberRights(w.t.Context(), w.Root, who.ID, true, true))
	who.SystemAdmin = true
	return who
}

// What a form must say; all its problems are told at once.
func TestNewAPICredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	noon := w.Clock.Now()
	for name, test := range map[string]struct {
		change func(in *store.NewAPICredential)
		fields []string
		ends   time.Time
	}{
		"as usual":          {func(*store.NewAPICredential) {}, nil, noon.Add(90 * store.Day)},
		"a year":            {func(in *store.NewAPICredential) { in.Days = " 366 " }, nil, noon.Add(366 * store.Day)},
		"with a day":        {func(in *store.NewAPICredential) { in.On, in.Days = "2026-10-01", "x" }, nil, time.Date(2026, 10, 1, 23, 59, 59, 0, time.UTC)},
		"today":             {func(in *store.NewAPICredential) { in.On = "2026-09-17" }, nil, time.Date(2026, 9, 17, 23, 59, 59, 0, time.UTC)},
		"yesterday":         {func(in *store.NewAPICredential) { in.On = "2026-09-16" }, []string{"ends_on"}, noon},
		"in two years":      {func(in *store.NewAPICredential) { in.On = "2028-09-16" }, []string{"ends_on"}, noon},
		"no day":            {func(in *store.NewAPICredential) { in.On = "soon" }, []string{"ends_on"}, noon},
		"too long":          {func(in *store.NewAPICredential) { in.Days = "367" }, []string{"ends_in_days"}, noon},
		"never":             {func(in *store.NewAPICredential) { in.Days = "never" }, []string{"ends_in_days"}, noon},
		"without end":       {func(in *store.NewAPICredential) { in.Days = "" }, []string{"ends_in_days"}, noon},
		"without scope":     {func(in *store.NewAPICredential) { in.Scopes = nil }, []string{"scope"}, noon},
		"an unknown scope":  {func(in *store.NewAPICredential) { in.Scopes = []string{"read", "root"} }, []string{"scope"}, noon},
		"an unknown kind":   {func(in *store.NewAPICredential) { in.Kind = "key" }, []string{"kind"}, noon},
		"nameless":          {func(in *store.NewAPICredential) { in.Name = " " }, []string{"name"}, noon},
		"a name of 128":     {func(in *store.NewAPICredential) { in.Name = strings.Repeat("長", 128) }, nil, noon.Add(90 * store.Day)},
		"a name of 129":     {func(in *store.NewAPICredential) { in.Name = strings.Repeat("長", 129) }, []string{"name"}, noon},
		"nothing of it all": {func(in *store.NewAPICredential) { *in = store.NewAPICredential{} }, []string{"name", "kind", "scope", "ends_in_days"}, noon},
	} {
		in := nightly(store.APIToken)
		test.change(&in)
		made, value, err := w.Store.MakeAPICredential(t.Context(), w.Root, in)
		if !slices.Equal(fieldsOf(err), test.fields) {
			t.Errorf("%s: %v, want problems with %v", name, err, test.fields)
			continue
		}
		if err == nil && (!made.ExpiresAt.Equal(test.ends) || !strings.HasPrefix(value, "gh_tk_") || len(value) < 40 || !strings.HasSuffix(value, made.Hint)) {
			t.Errorf("%s: ends %v, want %v; %d characters, hint %q", name, made.ExpiresAt, test.ends, len(value), made.Hint)
		}
		if err != nil && value != "" {
			t.Errorf("%s: a value without a credential", name)
		}
	}
}

// Only system administrators make, see and revoke them, and each only their own.
func TestWhoHasAPICredentials(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	own, _ := w.makes(w.Root, store.APIToken)
	for _, who := range []store.Account{w.Host, w.Editor, w.Outsider, w.GuestEditor, w.GuestReader, {}} {
		_, _, made := w.Store.MakeAPICredential(ctx, who, nightly(store.APIToken))
		_, all := w.Store.RevokeAPICredentials(ctx, who, w.Root.ID)
		for act, err := range map[string]error{
			"make": made, "list": second(w.Store.APICredentials(ctx, who)), "revoke": w.Store.RevokeAPICredential(ctx, who, own.ID),
			"revoke all": all, "count": second(w.Store.APICredentialsOf(ctx, who, w.Root.ID)),
		} {
			if !errors.Is(err, store.ErrForbidden) && !errors.Is(err, store.ErrSignIn) {
				t.Errorf("%s as %q: %v", act, who.Login, err)
			}
		}
	}
	colleague := w.appointed(w.Host)
	wantErr(t, w.Store.RevokeAPICredential(ctx, colleague, own.ID), store.ErrNotFound)
	if list, err := w.Store.APICredentials(ctx, colleague); err != nil || len(list) != 0 {
		t.Errorf("a colleague sees %v, %v", list, err)
	}
	w.makes(w.Root, store.APIPassword)
	if n, err := w.Store.APICredentialsOf(ctx, colleague, w.Root.ID); err != nil || n != 2 {
		t.Errorf("a colleague counts %d, %v", n, err)
	}
	if n, err := w.Store.RevokeAPICredentials(ctx, colleague, w.Root.ID); err != nil || n != 2 {
		t.Errorf("a colleague revokes %d, %v", n, err)
	}
	if n := w.number(`SELECT COUNT(*) FROM audit WHERE action = 'api_credential.all_revoked' AND actor_id = $1 AND account_id = $2`, colleague.ID, w.Root.ID); n != 1 {
		t.Errorf("%d entries of it", n)
	}
}

// Twenty at a time, fifty a day, because nobody keeps track of more and each sends a mail.
func TestAPICredentialsAreFew(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	var last store.APICredential
	for range store.MaxAPICredentials {
		last, _ = w.makes(w.Root, store.APIToken)
	}
	_, _, err := w.Store.MakeAPICredential(ctx, w.Root, nightly(store.APIToken))
	wantErr(t, err, store.ErrAPICredentialsFull)
	w.do(w.Store.RevokeAPICredential(ctx, w.Root, last.ID))
	w.makes(w.Root, store.APIToken)
	for made := store.MaxAPICredentials + 1; made < 50; made++ {
		list, err := w.Store.APICredentials(ctx, w.Root)
		w.do(err)
		w.do(w.Store.RevokeAPICredential(ctx, w.Root, list[0].ID))
		w.makes(w.Root, store.APIToken)
	}
	_, err = w.Store.RevokeAPICredentials(ctx, w.Root, w.Root.ID)
	w.do(err)
	_, _, err = w.Store.MakeAPICredential(ctx, w.Root, nightly(store.APIToken))
	wantErr(t, err, store.ErrTooMany)
	w.Clock.Advance(store.Day)
	w.makes(w.Root, store.APIToken)
}

// The owner hears of a new one by mail, which does not hold it.
func TestAPICredentialIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, value := w.makes(w.Root, store.APIPassword)
	mails := w.Mails()
	if len(mails) != 1 || mails[0].Kind != store.MailAPICredential || mails[0].To != w.Root.Email || mails[0].Secret != "" {
		t.Fatalf("mails %+v", mails)
	}
	if data := string(mails[0].Data); strings.Contains(data, value) || !strings.Contains(data, "Nightly import") {
		t.Errorf("the mail holds %s", data)
	}
}

// An ended one stays in the list for thirty days.
func TestAPICredentialsAreSwept(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	revoked, value := w.makes(w.Root, store.APIToken)
	w.makes(w.Root, store.APIPassword)
	w.do(w.calls(w.Root, store.APIToken, value))
	w.do(w.Store.RevokeAPICredential(ctx, w.Root, revoked.ID))
	w.do(w.Store.RevokeAPICredential(ctx, w.Root, revoked.ID)) // changes nothing
	for _, step := range []struct {
		after time.Duration
		rows  int
	}{{0, 2}, {29 * store.Day, 2}, {store.Day, 1}, {60 * store.Day, 1}, {30 * store.Day, 0}} {
		w.Clock.Advance(step.after)
		list, err := w.Store.APICredentials(ctx, w.Root)
		w.do(err)
		w.do(w.Store.Sweep(ctx))
		if rows := w.number(`SELECT COUNT(*) FROM api_credentials`); rows != step.rows || len(list) != step.rows {
			t.Errorf("after %v more: %d in the list, %d rows, want %d", step.after, len(list), rows, step.rows)
		}
	}
	if rows := w.number(`SELECT COUNT(*) FROM api_credential_clients`); rows != 0 {
		t.Errorf("%d clients are left", rows)
	}
}

// The value reaches its page in the browser that asked, within a minute.
func TestSealedAPICredential(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	session := func() store.Session {
		visit, err := w.Store.Visit(ctx, w.SignIn(w.Root))
		w.do(err)
		return visit.Session
	}
	mine, other := session(), session()
	shown := store.ShownAPICredential{ID: 7, Value: "gh_tk_value"}
	sealed, err := w.Store.SealAPICredential(mine, shown)
	w.do(err)
	if strings.Contains(string(sealed), "value") {
		t.Error("it is legible")
	}
	if got, ok := w.Store.OpenAPICredential(mine, sealed); !ok || got != shown {
		t.Errorf("opened %+v, %v", got, ok)
	}
	if _, ok := w.Store.OpenAPICredential(other, sealed); ok {
		t.Error("another session opens it")
	}
	if _, ok := w.Store.OpenAPICredential(mine, []byte("nonsense")); ok {
		t.Error("nonsense opens")
	}
	w.Clock.Advance(time.Minute)
	if _, ok := w.Store.OpenAPICredential(mine, sealed); ok {
		t.Error("it opens a minute later")
	}
}

// Two at the same moment take one last place (SEC-A3).
func TestLastAPICredential(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range store.MaxAPICredentials - 1 {
		w.makes(w.Root, store.APIToken)
	}
	act := func() error {
		_, _, err := w.Store.MakeAPICredential(t.Context(), w.Root, nightly(store.APIToken))
		return err
	}
	if won := rush(t, []func() error{act, act, act, act, act, act, act, act}); won != 1 {
		t.Errorf("%d got the last place", won)
	}
}
