package views

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guesthouse/static/locale"
	"guesthouse/store"
)

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Jane Roe": "JR", "erika mustermann": "EM", "Madonna": "M", "Anna Maria de Souza": "AS",
		"山田 太郎": "山", "张三": "张", "김 철수": "김", "": "?", "  ": "?", "Ömer Şahin": "ÖŞ",
	} {
		if got := Initials(name); got != want {
			t.Errorf("Initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestLangOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, writer, want string }{
		{"Jane Roe", "ja", ""},
		{"新店舗オープン準備", "", "ja"},
		{"山田 花子", "ja", "ja"},
		{"张三", "zh", "zh"},
		{"张三", "en", ""},
		{"김철수", "", "ko"},
	} {
		if got := LangOf(test.text, test.writer); got != test.want {
			t.Errorf("LangOf(%q, %q) = %q, want %q", test.text, test.writer, got, test.want)
		}
	}
}

// S4-10: nobody from outside is named without the mention; S2-08: who was
// deleted is told apart from somebody of the same name.
func TestName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		account store.Account
		want    []string
		not     string
	}{
		{"a member", store.Account{ID: 1, Kind: store.Member, Name: "Jane"}, []string{`data-person="1"`, "Jane"}, "tag"},
		{"a guest", store.Account{ID: 2, Kind: store.Guest, Name: "Erika"}, []string{`data-person="2"`, "data-guest>Guest<"}, "Former"},
		{"a former guest", store.Account{ID: 3, Kind: store.Guest, Name: "Erika", Status: store.StatusDeleted}, []string{"data-guest>Former guest<"}, ">Guest<"},
		{"a former member", store.Account{ID: 4, Kind: store.Member, Name: "Jane", Status: store.StatusDeleted}, []string{">Former member<"}, "data-guest"},
		{"markup in a name", store.Account{ID: 5, Kind: store.Guest, Name: `<img src=x onerror=alert(1)>`}, []string{"&lt;img"}, "<img"}, // SEC-I3
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			if err := Name(Page{Printer: locale.For("en", nil)}, PersonOf(test.account)).Render(t.Context(), &b); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("no %s in %s", want, b.String())
				}
			}
			if strings.Contains(b.String(), test.not) {
				t.Errorf("%s in %s", test.not, b.String())
			}
		})
	}
}

func TestProblemsOf(t *testing.T) {
	t.Parallel()
	wrong := &store.Error{Kind: store.Conflict, Code: "address_taken", Field: "email"}
	for _, test := range []struct {
		name   string
		err    error
		fields string // "-" for none of the form's business
	}{
		{"a field", wrong, "email"},
		{"wrapped", fmt.Errorf("invite: %w", wrong), "email"},
		{"several", store.Problems{store.ErrRequired.With("name"), wrong}, "name email"},
		{"the form as a whole", &store.Error{Kind: store.Invalid, Code: "bad"}, ""},
		{"not allowed", store.ErrForbidden, "-"},
		{"a fault", errors.New("fault"), "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			problems := ProblemsOf(test.err)
			if (problems == nil) != (test.fields == "-") {
				t.Fatalf("problems %v", problems)
			}
			var fields []string
			for _, p := range problems {
				fields = append(fields, p.Field)
			}
			if got := strings.Join(fields, " "); problems != nil && got != test.fields {
				t.Errorf("fields %q, want %q", got, test.fields)
			}
		})
	}
}

func TestMeter(t *testing.T) {
	t.Parallel()
	rects := meterRects([]MeterPart{{Percent: 80}, {Percent: 0}, {Percent: 30, Class: "is-guest"}})
	if len(rects) != 2 || rects[0].width != "79.6" || rects[1].x != "80" || rects[1].width != "19.6" {
		t.Errorf("rects %+v", rects)
	}
}

func TestWithQuery(t *testing.T) {
	t.Parallel()
	if got := WithQuery(AdminGuestsURL, "status", "active", "q", "", "after", "a b&c"); got != "/admin/guests?after=a+b%26c&status=active" {
		t.Errorf("address %q", got)
	}
	if got := WithQuery(AdminGuestsURL, "q", ""); got != AdminGuestsURL {
		t.Errorf("address %q", got)
	}
}
