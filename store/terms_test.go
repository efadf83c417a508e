package store_test

import (
	"errors"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// publish puts terms in force.
func publish(t *testing.T, w *storetest.World, text string) int {
	t.Helper()
	version, err := w.Store.PublishTerms(t.Context(), w.Root, map[string]string{"en": text})
	do(t, err)
	return version
}

// Beyond 12, SEC-P9: who has not accepted the terms in force does nothing at
// all; who has goes on; a new version asks again. Members are never asked.
func TestTermsComeFirst(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := storetest.New(t)
	s, guest := w.Store, w.GuestEditor
	threads, err := s.Threads(ctx, w.Host, w.Space, "")
	do(t, err)
	thread := threads.Items[0].ID
	session := w.SignIn(guest)
	doors := map[string]func(a store.Account) error{
		"open the space": func(a store.Account) error { _, err := s.Space(ctx, a, w.Space, store.ToOpen); return err },
		"comment": func(a store.Account) error {
			_, err := s.AddComment(ctx, a, w.Space, thread, store.NewComment{Body: "Hello"})
			return err
		},
		"threads": func(a store.Account) error { _, err := s.Threads(ctx, a, w.Space, ""); return err },
		"people":  func(a store.Account) error { _, err := s.PersonPicture(ctx, a, w.Host.ID); return notThere(err) },
		"profile": func(a store.Account) error {
			_, err := s.UpdateProfile(ctx, a, store.Profile{Name: a.Name, Locale: "en", TimeZone: "UTC"})
			return err
		},
		"sessions": func(a store.Account) error { _, err := s.Sessions(ctx, a); return err },
	}
	all := func(when string, who store.Account, want error) {
		t.Helper()
		for name, door := range doors {
			if err := door(who); !errors.Is(err, want) {
				t.Errorf("%s, %s: %v, want %v", when, name, err, want)
			}
		}
	}
	all("no terms", guest, nil)
	before := look(t, w, session)

	first := publish(t, w, "Be **kind**.")
	all("terms, a guest", guest, store.ErrTermsFirst)
	all("terms, a member", w.Host, nil)
	if list, err := s.SpacesOf(ctx, guest, ""); err != nil || len(list.Items) != 0 {
		t.Errorf("spaces of a guest who owes the terms: %d, %v", len(list.Items), err)
	}
	if rail, err := s.RailSpaces(ctx, guest); err != nil || len(rail) != 0 {
		t.Errorf("the rail of a guest who owes the terms: %d, %v", len(rail), err)
	}
	if after := look(t, w, session); after.State != store.SightHere || after.Mark == before.Mark {
		t.Errorf("an open page learns nothing: %v then %v", before, after) // SEC-S4
	}
	visit, err := s.Visit(ctx, session)
	do(t, err)
	if !visit.Account.MustAcceptTerms {
		t.Error("the visit does not say that the terms come first")
	}

	for _, wrong := range []int{0, first + 1} {
		if err := s.AcceptTerms(ctx, guest, wrong, "en"); !errors.Is(err, store.ErrTermsChanged) {
			t.Errorf("accepted version %d: %v", wrong, err)
		}
	}
	origin := store.WithOrigin(ctx, store.Origin{Address: "192.0.2.7"})
	for range 2 { // twice is no error
		do(t, s.AcceptTerms(origin, guest, first, "ja"))
	}
	all("accepted", guest, nil)
	all("another guest", w.GuestReader, store.ErrTermsFirst)
	list, more, err := s.TermsAcceptances(ctx, w.Root, first, 0)
	do(t, err)
	if len(list) != 1 || more || list[0].Account.ID != guest.ID || list[0].ClientAddress != "192.0.2.7" ||
		list[0].Locale != "en" || !list[0].AcceptedAt.Equal(w.Clock.Now()) {
		t.Errorf("who accepted: %+v", list)
	}

	second := publish(t, w, "Be kinder.")
	all("a new version", guest, store.ErrTermsFirst)
	do(t, s.AcceptTerms(ctx, guest, second, "en"))
	all("accepted again", guest, nil)
	versions, err := s.TermsVersions(ctx, w.Root)
	do(t, err)
	if len(versions) != 2 || !versions[0].InForce || versions[1].InForce || versions[1].Accepted != 1 || versions[0].PublishedBy.ID != w.Root.ID {
		t.Errorf("versions: %+v", versions)
	}

	third := publish(t, w, "Be kindest.")
	all("a third version", guest, store.ErrTermsFirst)
	do(t, s.WithdrawTerms(ctx, w.Root))
	all("withdrawn", guest, nil)
	if fourth := publish(t, w, "Once more."); fourth != third+1 {
		t.Errorf("after a withdrawal comes version %d", fourth)
	}
	all("asked again", guest, store.ErrTermsFirst)
}

func notThere(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func look(t *testing.T, w *storetest.World, token string) store.Sight {
	t.Helper()
	sights, err := w.Store.Look(t.Context(), []store.Watch{{Token: token, Space: w.Space}})
	do(t, err)
	return sights[0]
}

// Beyond 12: with terms in force nobody signs up without accepting what stood
// on the page; also on paper (C10).
func TestSignUpAcceptsTerms(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := storetest.New(t)
	tokens := invited(t, w, store.Invite{Emails: "new@partner.example"})
	token := tokens["new@partner.example"]
	first := publish(t, w, "Be kind.")
	second := publish(t, w, "Be kinder.")
	form := store.SignUp{DisplayName: "New", Password: freshPassword}
	for _, test := range []struct {
		name   string
		ticked bool
		read   int
		want   error
	}{
		{"not ticked", false, second, store.ErrTermsNotAccepted},
		{"an older text", true, first, store.ErrTermsChanged},
		{"ticked", true, second, nil},
	} {
		form.Terms, form.TermsRead = test.ticked, test.read
		joined, err := w.Store.AcceptInvitation(ctx, token, form)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.want == nil && joined.Account.MustAcceptTerms {
			t.Errorf("%s: the terms are asked for again", test.name)
		}
	}
	inv, err := w.Store.InvitePrinted(ctx, w.Host, w.Space, store.PrintedInvite{Identifier: "on.paper", Name: "Ana Silva"})
	do(t, err)
	_, _, link, err := w.Store.InvitationLink(ctx, w.Host, w.Space, inv.ID)
	do(t, err)
	form.Terms, form.TermsRead = false, 0
	if _, err := w.Store.AcceptInvitation(ctx, link, form); !errors.Is(err, store.ErrTermsNotAccepted) {
		t.Errorf("on paper, not ticked: %v", err)
	}
	form.Terms = true // a program that knows of no version accepts the one in force
	_, err = w.Store.AcceptInvitation(ctx, link, form)
	do(t, err)
	list, _, err := w.Store.TermsAcceptances(ctx, w.Root, second, 0)
	do(t, err)
	if len(list) != 2 {
		t.Errorf("%d accepted", len(list))
	}
}

// SEC-P9: a link of an invitation is no way around the terms, and waits.
func TestTermsBeforeJoining(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	token := invited(t, w, store.Invite{Emails: "other@partner.example"})["other@partner.example"]
	guest := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "other@partner.example", Name: "Other"})
	version := publish(t, w, "Be kind.")
	if _, err := w.Store.JoinInvitation(t.Context(), guest, token); !errors.Is(err, store.ErrTermsFirst) {
		t.Errorf("joined: %v", err)
	}
	do(t, w.Store.AcceptTerms(t.Context(), guest, version, ""))
	_, err := w.Store.JoinInvitation(t.Context(), guest, token)
	do(t, err)
}

// SEC-P5, SEC-P9: a password that must be changed comes before the terms.
func TestPasswordBeforeTerms(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	version := publish(t, w, "Be kind.")
	guest := newAccount(t, w, store.SeedAccount{Kind: store.Guest, Email: "api@partner.example", Name: "From the API", MustChange: true})
	if err := w.Store.AcceptTerms(t.Context(), guest, version, "en"); !errors.Is(err, store.ErrSignIn) {
		t.Errorf("accepted: %v", err)
	}
	entry, err := w.Store.ChangePassword(t.Context(), store.PasswordChange{Token: w.SignIn(w.GuestEditor), Current: storetest.Password, Password: freshPassword})
	do(t, err)
	if !entry.Account.MustAcceptTerms {
		t.Error("a new password stands for the terms")
	}
}

// Only system administrators write terms and see who accepted them; there must
// be a text in the environment's language, and it is cleaned (SEC-I3).
func TestPublishTerms(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := storetest.New(t)
	for name, actor := range map[string]store.Account{"a member": w.Host, "a guest": w.GuestEditor} {
		if _, err := w.Store.PublishTerms(ctx, actor, map[string]string{"en": "x"}); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s publishes: %v", name, err)
		}
		if _, err := w.Store.TermsVersions(ctx, actor); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s sees the versions: %v", name, err)
		}
		if _, _, err := w.Store.TermsAcceptances(ctx, actor, 1, 0); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s sees who accepted: %v", name, err)
		}
		if err := w.Store.WithdrawTerms(ctx, actor); !errors.Is(err, store.ErrForbidden) {
			t.Errorf("%s withdraws: %v", name, err)
		}
	}
	_, err := w.Store.PublishTerms(ctx, w.Root, map[string]string{"en": " ", "ja": "親切に。"})
	var problem *store.Error
	if !errors.As(err, &problem) || problem.Field != "text_en" || !errors.Is(err, store.ErrRequired) {
		t.Errorf("without a text in English: %v", err)
	}
	_, err = w.Store.PublishTerms(ctx, w.Root, map[string]string{"en": "<script>x</script>\n\n**Be** kind.", "ja": "親切に。"})
	do(t, err)
	terms, err := w.Store.TermsInForce(ctx)
	do(t, err)
	html := string(terms.In("en").HTML)
	if strings.Contains(html, "<script") || !strings.Contains(html, "<strong>Be</strong>") {
		t.Errorf("in English: %s", html)
	}
	if terms.In("ja").Body != "親切に。" || terms.In("zh").Locale != "en" {
		t.Errorf("in other languages: %+v", terms.Texts)
	}
	if _, err := w.Store.TermsVersion(ctx, w.Root, terms.Version+1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a version that is none: %v", err)
	}
	if _, err := w.Store.OwnTermsAcceptance(ctx, w.Host, terms.Version); err != nil {
		t.Error(err)
	}
}
