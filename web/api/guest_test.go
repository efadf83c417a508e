package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// object is a JSON object in a call.
type object = map[string]any

// sample are the two guests of the documented sample: passwords of letters only.
func sample() []object {
	return []object{
		{"name": "Aki Sample", "code": "aki@sample.example", "password": "password", "timezone": "Asia/Tokyo", "locale": "ja", "company": "Sample"},
		{"name": "Ben Sample", "code": "ben@sample.example", "password": "password", "timezone": "America/Los_Angeles"},
	}
}

// Acceptance 2, 3, 6: the samples make two guests who are in no space, and
// nobody is sent a mail. S1-01 to S1-24.
func TestAddGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	if a := root.call("POST", "/k/v1/guests.json", object{"guests": sample()}).ok(); a.body != "{}" {
		t.Errorf("the answer is %s, want {}", a.body)
	}
	if mails := w.Mails(); len(mails) != 0 {
		t.Errorf("%d mails left, want none", len(mails)) // S1-03
	}
	again := root.call("POST", "/k/v1/guests.json", object{"guests": sample()}).want(400, "CB_VA01")
	if got := again.problems(); len(got["guests[0].code"]) != 1 || len(got["guests[1].code"]) != 1 {
		t.Errorf("the problems of known addresses are %v", got)
	}
	program{w: w, t: t, proof: credentials("aki@sample.example", "password")}.
		call("GET", "/k/v1/space.json?id=1", nil).want(401, "SLASH_PA02") // SEC-P5
}

// Acceptance 4: all that is wrong is said at once.
func TestAddGuestsProblems(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	text := func(n int) string { return strings.Repeat("あ", n) }
	a := root.call("POST", "/k/v1/guests.json", object{"guests": []object{
		sample()[0],
		{
			"name": text(129), "code": "no address", "timezone": "Nowhere/Else", "locale": "fr", "surNameReading": text(65),
			"givenNameReading": text(65), "company": text(101), "division": text(101), "phone": text(101), "callto": text(257),
		},
		{"name": "NUL\x00", "code": 5, "password": true, "timezone": nil},
	}}).want(400, "CB_VA01")
	var got []string
	for path, messages := range a.problems() {
		got = append(got, path)
		if len(messages) != 1 || strings.Contains(messages[0], "api.") {
			t.Errorf("%s: %q", path, messages)
		}
	}
	slices.Sort(got)
	want := []string{}
	for _, name := range []string{"callto", "code", "company", "division", "givenNameReading", "locale", "name", "password", "phone", "surNameReading", "timezone"} {
		want = append(want, "guests[1]."+name)
	}
	want = append(want, "guests[2].code", "guests[2].name", "guests[2].password", "guests[2].timezone")
	if !slices.Equal(got, want) {
		t.Errorf("the problems are of\n%v, want\n%v", got, want)
	}
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()[:1]}).ok() // nothing was made before
}

// Acceptance 4: what only the store knows to be wrong is said together with what
// is wrong by itself. S1-09, S1-10, S1-13.
func TestAddGuestsProblemsTogether(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	taken, first, again, weak := sample()[0], sample()[1], sample()[1], sample()[0]
	taken["code"], taken["name"] = strings.ToUpper(w.Host.Login), strings.Repeat("x", 129)
	again["code"], again["image"] = "BEN@Sample.example", "unknown"
	weak["password"], weak["name"] = "ab", "  "
	a := root.call("POST", "/k/v1/guests.json", object{"guests": []any{taken, first, again, weak, nil}}).want(400, "CB_VA01")
	got := slices.Sorted(maps.Keys(a.problems()))
	want := []string{"guests[0].code", "guests[0].name", "guests[2].code", "guests[2].image", "guests[3].name", "guests[3].password", "guests[4]"}
	if !slices.Equal(got, want) {
		t.Errorf("the problems are of %v, want %v", got, want)
	}
	if text := root.call("POST", "/k/v1/guests.json", object{"guests": []any{object{"locale": "fr"}}}, func(r *http.Request) {
		r.Header.Set("Accept-Language", "en")
	}).problems()["guests[0].locale"]; !slices.Equal(text, []string{"must be one of the enum value"}) { // reference, section 5
		t.Errorf("the language is said to be %q", text)
	}
}

// S1-07: what "guests" may be.
func TestGuestLists(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	var many []object
	var codes []string
	for i := range 101 {
		code := fmt.Sprintf("g%d@many.example", i)
		many = append(many, object{"name": "Many", "code": code, "password": "password", "timezone": "UTC"})
		codes = append(codes, code)
	}
	for name, body := range map[string]any{
		"missing": object{}, "null": object{"guests": nil}, "empty": object{"guests": []int{}},
		"an object": object{"guests": object{}}, "a text": object{"guests": "a"}, "101": object{"guests": many},
	} {
		a := root.call("POST", "/k/v1/guests.json", body).want(400, "CB_VA01")
		if got := a.problems(); len(got) != 1 || len(got["guests"]) != 1 {
			t.Errorf("%s: the problems are %v", name, got)
		}
	}
	root.call("DELETE", "/k/v1/guests.json", object{"guests": codes}).want(400, "CB_VA01")
}

// Acceptance 11, 22: deleting by query and by body, by the guest form too, all
// or none; an address that comes back is somebody else.
func TestDeleteGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	find := func() store.ID {
		t.Helper()
		account, err := w.Store.PersonByLogin(t.Context(), w.Root, "aki@sample.example")
		if err != nil {
			t.Fatal(err)
		}
		return account.ID
	}
	root.call("POST", "/k/guest/"+w.Space.String()+"/v1/guests.json", object{"guests": sample()}).ok()
	first := find()
	root.call("DELETE", "/k/v1/guests.json", object{"guests": []string{"aki@sample.example", "nobody@sample.example"}}).want(400, "GAIA_IL26")
	query := url.Values{"guests[0]": {"aki@sample.example"}, "guests[1]": {"ben@sample.example"}}
	if a := root.call("DELETE", "/k/v1/guests.json?"+query.Encode(), nil).ok(); a.body != "{}" {
		t.Errorf("the answer is %s, want {}", a.body)
	}
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()[:1]}).ok()
	if find() == first {
		t.Error("a deleted address came back as the same account") // S2-08
	}
	root.call("DELETE", "/k/v1/guests.json", object{"guests": []string{"AKI@sample.example"}}).ok()
}

// 100 addresses of 254 characters in a query: the client never moves them into
// a body (reference, section 3).
func TestLongQueries(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	var fields []string
	for i := range 100 {
		local := fmt.Sprintf("%s%03d", strings.Repeat("a", 61), i)
		domain := strings.Repeat(strings.Repeat("b", 60)+".", 3) + "example"
		fields = append(fields, fmt.Sprintf("guests%%5B%d%%5D=%s%%40%s", i, local, domain))
	}
	a := as(t, w, w.Root).call("DELETE", "/k/v1/guests.json?"+strings.Join(fields, "&"), nil).want(400, "GAIA_IL26")
	if got := a.problems(); len(got) != 100 {
		t.Errorf("%d addresses are said to be unknown, want 100", len(got))
	}
}

// Acceptance 9, 10: the list of a space's guests is replaced, or stays.
func TestUpdateSpaceGuests(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := as(t, w, w.Host)
	path := "/k/guest/" + w.Space.String() + "/v1/space/guests.json"
	inside := func() int {
		t.Helper()
		sp, err := w.Store.Space(t.Context(), w.Host, w.Space, store.ToOpen)
		if err != nil {
			t.Fatal(err)
		}
		return sp.GuestCount
	}
	host.call("PUT", path, object{"id": w.Space, "guests": []string{w.GuestEditor.Login, w.GuestOutside.Login}}).ok()
	if n := inside(); n != 2 {
		t.Errorf("%d guests are inside, want 2", n)
	}
	host.call("PUT", path, object{"id": w.Space, "guests": []string{"nobody@sample.example"}}).want(400, "GAIA_IL26")
	if n := inside(); n != 2 {
		t.Errorf("after an error %d guests are inside, want 2", n)
	}
	host.call("PUT", path, object{"id": w.Space.String(), "guests": []string{}}).ok()
	if n := inside(); n != 0 {
		t.Errorf("%d guests are inside, want none", n)
	}
	host.call("PUT", "/k/v1/space/guests.json", object{"id": w.Space, "guests": []string{}}).want(400, "GAIA_IL23")
	host.call("PUT", path, object{"id": w.Spaces[store.OpenSpace], "guests": []string{}}).want(403, "CB_NO02")
	host.call("PUT", path, object{"id": w.Space}).want(400, "CB_VA01")
}

// C4: the rule for passwords that a program sets.
func TestPasswordRuleOfTheAPI(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := as(t, w, w.Root)
	guest := sample()[1]
	guest["password"] = "ab"
	a := root.call("POST", "/k/v1/guests.json", object{"guests": []object{guest}}).want(400, "CB_VA01")
	if len(a.problems()["guests[0].password"]) == 0 {
		t.Errorf("two characters: %s", a.body)
	}
	guest["password"] = "abc"
	root.call("POST", "/k/v1/guests.json", object{"guests": []object{guest}}).ok()
	if err := w.Store.ChangePolicy(t.Context(), w.Root, store.PolicyChange{Settings: map[string]string{"password.api_rule": "same_as_signup"}}); err != nil {
		t.Fatal(err)
	}
	root.call("POST", "/k/v1/guests.json", object{"guests": sample()[:1]}).want(400, "CB_VA01")
	good := sample()[0]
	good["password"] = storetest.Password
	root.call("POST", "/k/v1/guests.json", object{"guests": []object{good}}).ok()
}
