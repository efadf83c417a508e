package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

func TestUpdateProfile(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	good := store.Profile{Name: " Erika  M. ", Locale: "zh", TimeZone: "Asia/Shanghai"}
	for _, test := range []struct {
		name   string
		change func(*store.Profile)
		want   error
	}{
		{"name", func(p *store.Profile) { p.Name = "" }, store.ErrRequired},
		{"long name", func(p *store.Profile) { p.Name = strings.Repeat("x", 129) }, store.ErrNameTooLong},
		{"language", func(p *store.Profile) { p.Locale = "de" }, store.ErrUnknownLanguage},
		{"zone", func(p *store.Profile) { p.TimeZone = "Local" }, store.ErrUnknownZone},
		{"nothing", func(*store.Profile) {}, nil},
		{"language of the browser", func(p *store.Profile) { p.Locale = "auto" }, nil},
	} {
		form := good
		test.change(&form)
		changed, err := w.Store.UpdateProfile(t.Context(), w.GuestEditor, form)
		if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
		if err == nil && (changed.Locale != form.Locale || changed.TimeZone != form.TimeZone || !strings.HasPrefix(changed.Name, "Erika")) {
			t.Errorf("%s: %+v", test.name, changed)
		}
	}
	gone := w.GuestReader
	if err := w.Store.Suspend(t.Context(), w.Root, gone.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Store.UpdateProfile(t.Context(), gone, good); !errors.Is(err, store.ErrSignIn) { // SEC-S4
		t.Errorf("a suspended guest: %v", err)
	}
}

// SEC-S2, SEC-T6: another password, a new session, nothing else stays open.
func TestChangePassword(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	here, there := w.SignIn(w.Host), w.SignIn(w.Host)
	link := resetToken(t, w, w.Host)
	change := store.PasswordChange{Token: here, Current: storetest.Password, Password: freshPassword}
	for name, test := range map[string]struct {
		change func(*store.PasswordChange)
		want   error
	}{
		"no current":    {func(c *store.PasswordChange) { c.Current = "" }, store.ErrRequired},
		"wrong current": {func(c *store.PasswordChange) { c.Current = "wrong" }, store.ErrPasswordWrong},
		"the same":      {func(c *store.PasswordChange) { c.Password = storetest.Password }, store.ErrPasswordSame},
		"too short":     {func(c *store.PasswordChange) { c.Password = "short" }, store.ErrPasswordTooShort},
		"no session":    {func(c *store.PasswordChange) { c.Token = "x" }, store.ErrSignIn},
	} {
		form := change
		test.change(&form)
		if _, err := w.Store.ChangePassword(t.Context(), form); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	entry, err := w.Store.ChangePassword(t.Context(), change)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{here, there} {
		if _, err := w.Store.Visit(t.Context(), token); !errors.Is(err, store.ErrSignIn) {
			t.Errorf("a session before: %v", err)
		}
	}
	if _, err := w.Store.Visit(t.Context(), entry.Token); err != nil {
		t.Errorf("the new session: %v", err)
	}
	if _, err := w.Store.PasswordLink(t.Context(), link); !errors.Is(err, store.ErrLinkGone) {
		t.Errorf("the reset link before: %v", err)
	}
	told := false
	for _, mail := range w.Mails() {
		told = told || mail.Kind == store.MailPasswordChanged
	}
	if !told {
		t.Error("the owner was not told")
	}
}

// SEC-T10: an open browser is no way to try passwords.
func TestOwnPasswordIsLimited(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := w.SignIn(w.Host)
	for range 5 {
		if err := w.Store.Confirm(t.Context(), token, "wrong"); !errors.Is(err, store.ErrPasswordWrong) {
			t.Fatal(err)
		}
	}
	if err := w.Store.Confirm(t.Context(), token, storetest.Password); !errors.Is(err, store.ErrTooMany) {
		t.Errorf("the sixth: %v", err)
	}
	w.Clock.Advance(time.Minute)
	if err := w.Store.Confirm(t.Context(), token, storetest.Password); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// SEC-S3: ten minutes.
func TestRecent(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := w.SignIn(w.Host)
	recent := func() bool {
		t.Helper()
		visit, err := w.Store.Visit(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return visit.Recent(w.Store.Now())
	}
	if !recent() {
		t.Error("right after signing in")
	}
	w.Clock.Advance(10 * time.Minute)
	if recent() {
		t.Error("ten minutes later")
	}
	if err := w.Store.Confirm(t.Context(), token, storetest.Password); err != nil {
		t.Fatal(err)
	}
	if !recent() {
		t.Error("after giving the password again")
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	here, there, third := w.SignIn(w.Host), w.SignIn(w.Host), w.SignIn(w.Host)
	foreign := w.SignIn(w.Editor)
	id := func(token string) store.ID {
		visit, err := w.Store.Visit(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return visit.Session.ID
	}
	if n := sessions(t, w, w.Host); n != 3 {
		t.Errorf("%d sessions", n)
	}
	if err := w.Store.EndSession(t.Context(), w.Host, id(foreign)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("end somebody else's: %v", err)
	}
	if err := w.Store.EndSession(t.Context(), w.Host, id(there)); err != nil {
		t.Error(err)
	}
	ended, err := w.Store.EndOtherSessions(t.Context(), w.Host, here)
	if err != nil || ended != 1 {
		t.Errorf("%d ended, %v", ended, err)
	}
	for _, token := range []string{there, third} {
		if _, err := w.Store.Visit(t.Context(), token); !errors.Is(err, store.ErrSignIn) {
			t.Errorf("an ended session: %v", err)
		}
	}
	for _, token := range []string{here, foreign} {
		if _, err := w.Store.Visit(t.Context(), token); err != nil {
			t.Errorf("a session that stays: %v", err)
		}
	}
	w.Clock.Advance(2 * time.Hour) // SEC-S3: idle ones are not shown
	if n := sessions(t, w, w.Host); n != 0 {
		t.Errorf("%d sessions after two idle hours", n)
	}
}

func TestAgentName(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0":                                                       "Firefox (Windows)",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                  "Safari (macOS)",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                        "Chrome (Android)",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":          "Edge (Windows)",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1": "Chrome (iPhone)",
		"curl/8.14.1": "",
	} {
		if got := store.AgentName(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

func TestMaskEmail(t *testing.T) {
	t.Parallel()
	for email, want := range map[store.Email]string{
		"erika@partner.example": "e•••a@partner.example",
		"bo@partner.example":    "b•••@partner.example",
		"x@y.example":           "x•••@y.example",
		"":                      "",
	} {
		if got := store.MaskEmail(email); got != want {
			t.Errorf("%q: %q", email, got)
		}
	}
}

// S1-14 to S1-19, S3-20: guests say themselves where they belong and how to
// call them; a member's department is not theirs to change.
func TestProfileDetails(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := storetest.New(t)
	form := store.Profile{Name: "Erika M.", Locale: "en", TimeZone: "UTC", Details: &store.ProfileDetails{
		SurNameReading: "ムスターマン", GivenNameReading: "エリカ", Company: "Partner", Division: "Design", Phone: "+49 30 1234", CallTo: "erika.m",
	}}
	guest, err := w.Store.UpdateProfile(ctx, w.GuestEditor, form)
	do(t, err)
	if guest.Company != "Partner" || guest.Division != "Design" || guest.SurNameReading != "ムスターマン" || guest.Phone != "+49 30 1234" || guest.CallTo != "erika.m" {
		t.Errorf("saved as %+v", guest)
	}
	member, err := w.Store.UpdateProfile(ctx, w.Editor, form)
	do(t, err)
	if member.Company != "" || member.Division != w.Editor.Division || member.GivenNameReading != "エリカ" {
		t.Errorf("a member's: %+v", member)
	}
	form.Details = &store.ProfileDetails{
		SurNameReading: strings.Repeat("x", 65), Company: strings.Repeat("x", 101), CallTo: "javascript:alert(1)",
	}
	_, err = w.Store.UpdateProfile(ctx, w.GuestEditor, form)
	var problems store.Problems
	if !errors.As(err, &problems) || len(problems) != 3 || !errors.Is(err, store.ErrUnsafeCall) {
		t.Errorf("three fields at fault: %v", err)
	}
	form.Details = nil
	if guest, err = w.Store.UpdateProfile(ctx, w.GuestEditor, form); err != nil || guest.Company != "Partner" {
		t.Errorf("without details: %q, %v", guest.Company, err)
	}
}

// S4-22, SEC-A5: guests see the profiles of those with whom they share a space,
// without the address; an ID that nobody has is the same as somebody elsewhere.
func TestPerson(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := storetest.New(t)
	for _, test := range []struct {
		name  string
		actor store.Account
		whom  store.ID
		want  error
	}{
		{"a guest sees the host", w.GuestEditor, w.Host.ID, nil},
		{"a guest sees a guest of the same space", w.GuestEditor, w.GuestReader.ID, nil},
		{"a guest sees nobody from elsewhere", w.GuestEditor, w.Outsider.ID, store.ErrNotFound},
		{"a guest from elsewhere sees nobody", w.GuestOutside, w.Host.ID, store.ErrNotFound},
		{"a guest sees themselves", w.GuestOutside, w.GuestOutside.ID, nil},
		{"a member sees every guest", w.Outsider, w.GuestEditor.ID, nil},
		{"nobody has this number", w.Host, 987654321, store.ErrNotFound},
	} {
		person, err := w.Store.Person(ctx, test.actor, test.whom)
		if !errors.Is(err, test.want) || person.Email != "" || person.Login != "" {
			t.Errorf("%s: %+v, %v", test.name, person, err)
		}
	}
}
