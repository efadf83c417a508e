package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
)

// SEC-I1, S0-21
func TestParseEmailAccepts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       store.Email
	}{
		{"plain", "jan@example.org", "jan@example.org"},
		{"blanks around", " \t jan@example.org\u3000", "jan@example.org"},
		{"invisible characters around", "\ufeffjan@example.org\u200b", "jan@example.org"},
		{"case", "Jan.Novak@EXAMPLE.org", "jan.novak@example.org"},
		{"plus", "jan+invoices@example.org", "jan+invoices@example.org"},
		{"every sign", "a!#$%&'*+/=?^_{|}~.-z@example.org", "a!#$%&'*+/=?^_{|}~.-z@example.org"},
		{"name", "Erika Weber <erika@example.org>", "erika@example.org"},
		{"quoted name", `"Weber, Erika" <erika@example.org>`, "erika@example.org"},
		{"name with a bracket", "a < b < erika@example.org >", "erika@example.org"},
		{"brackets alone", "<erika@example.org>", "erika@example.org"},
		{"subdomain", "jan@mail.eu.example.org", "jan@mail.eu.example.org"},
		{"hyphens", "jan@ex-ample.org", "jan@ex-ample.org"},
		{"digits", "7@7.example", "7@7.example"},
		{"IDN", "jan@bücher.example", "jan@xn--bcher-kva.example"},
		{"IDN capital", "jan@BÜCHER.example", "jan@xn--bcher-kva.example"},
		{"IDN decomposed", "jan@bu\u0308cher.example", "jan@xn--bcher-kva.example"},
		{"IDN as A-label", "jan@xn--bcher-kva.example", "jan@xn--bcher-kva.example"},
		{"sharp s is its own letter", "jan@straße.example", "jan@xn--strae-oqa.example"},
		{"Japanese domain", "jan@例え.テスト", "jan@xn--r8jz45g.xn--zckzah"},
		{"dotless i is its own letter", "jan@gmaıl.example", "jan@xn--gmal-nza.example"},
		{"longest local part", strings.Repeat("a", 64) + "@example.org", store.Email(strings.Repeat("a", 64) + "@example.org")},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := store.ParseEmail(test.text)
			if err != nil || got != test.want {
				t.Errorf("ParseEmail(%q) = %q, %v; want %q", test.text, got, err, test.want)
			}
		})
	}
}

// SEC-I1: hostile and mistyped addresses. guess is what the person is asked about.
func TestParseEmailRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 60)
	for _, test := range []struct{ name, text, guess string }{
		{"no sign", "jan", ""},
		{"no local part", "@example.org", ""},
		{"no domain", "jan@", ""},
		{"sign alone", "@", ""},
		{"two signs", "jan@@example.org", "jan@example.org"},
		{"two addresses in one", "jan@example.org@evil.example", ""},
		{"one label", "jan@localhost", ""},
		{"one label of a known service", "jan@gmail", "jan@gmail.com"},
		{"comma for dot", "max@partner,example", "max@partner.example"},
		{"misspelt service", "max@gmial.com", "max@gmail.com"},
		{"misspelt end", "max@hotmail.con", "max@hotmail.com"},
		{"blank inside", "jan novak@example.org", "jannovak@example.org"},
		{"blank before the sign", "jan @example.org", "jan@example.org"},
		{"leading dot", ".jan@example.org", "jan@example.org"},
		{"trailing dot in local part", "jan.@example.org", "jan@example.org"},
		{"two dots in local part", "jan..novak@example.org", "jan.novak@example.org"},
		{"trailing dot", "jan@example.org.", "jan@example.org"},
		{"two dots in domain", "jan@example..org", "jan@example.org"},
		{"leading dot in domain", "jan@.example.org", "jan@example.org"},
		{"leading hyphen", "jan@-example.org", ""},
		{"trailing hyphen", "jan@example-.org", ""},
		{"underscore in domain", "jan@ex_ample.org", ""},
		{"IPv4", "jan@192.0.2.1", ""},
		{"address literal", "jan@[192.0.2.1]", ""},
		{"IPv6 literal", "jan@[IPv6:2001:db8::1]", ""},
		{"quoted local part", `"jan novak"@example.org`, ""},
		{"quoted sign", `"jan@evil.example"@example.org`, ""},
		{"comment", "jan(admin)@example.org", ""},
		{"backslash", `jan\@example.org`, ""},
		{"backtick", "jan`id`@example.org", ""},
		{"full-width sign", "jan＠example.org", "jan@example.org"},
		{"full width throughout", "ｊａｎ＠ｅｘａｍｐｌｅ．ｏｒｇ", "jan@example.org"},
		{"full-width domain", "jan@ｅｘａｍｐｌｅ.org", "jan@example.org"},
		{"ideographic full stop", "jan@example。org", "jan@example.org"},
		{"Kelvin sign in local part", "\u212Aim@example.org", ""},
		{"Kelvin sign in domain", "kim@\u212Ayoto.example", ""},
		{"dotless i in local part", "adm\u0131n@example.org", ""},
		{"dotted capital I in domain", "jan@\u0130stanbul.example", ""},
		{"long s in domain", "jan@\u017Ftore.example", ""},
		{"ligature in domain", "jan@o\ufb03ce.example", ""},
		{"Cyrillic a in local part", "j\u0430n@example.org", ""},
		{"accent in local part", "ján@example.org", ""},
		{"soft hyphen in domain", "jan@exam\u00adple.org", ""},
		{"zero-width joiner in domain", "jan@exam\u200dple.org", ""},
		{"zero-width space inside", "ja\u200bn@example.org", "jan@example.org"},
		{"bidi override", "jan@\u202egro.elpmaxe", ""},
		{"header injection", "jan@example.org\r\nBcc: all@example.org", ""},
		{"NUL", "jan@example.org\x00", ""},
		{"NUL in the middle", "jan\x00@example.org", ""},
		{"invalid UTF-8", "jan\xff@example.org", ""},
		{"invalid UTF-8 in domain", "jan@ex\xffample.org", ""},
		{"broken A-label", "jan@xn--a.example", ""},
		{"A-label that folds", "jan@xn--example.org", ""},
		{"unclosed bracket", "Jan <jan@example.org", ""},
		{"empty brackets", "Jan <>", ""},
		{"text after the bracket", "<jan@example.org> Jan", ""},
		{"scheme", "mailto:jan@example.org", "jan@example.org"},
		{"at in words", "jan (at) example.org", "jan@example.org"},
		{"source route", "@relay.example:jan@example.org", ""},
		{"percent encoded break", "jan%0d%0a@exam ple", ""},
		{"65 in local part", strings.Repeat("a", 65) + "@example.org", ""},
		{"64 in a label", "jan@" + strings.Repeat("a", 64) + ".org", ""},
		{"255 in all", "jan@" + long + "." + long + "." + long + "." + long + ".example.org", ""},
		{"ten thousand", strings.Repeat("a", 10_000) + "@example.org", ""},
		{"a million brackets", strings.Repeat("<", 1_000_000), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := store.ParseEmail(test.text)
			var problem *store.Error
			if got != "" || !errors.As(err, &problem) || problem.Code != "not_an_address" {
				t.Fatalf("ParseEmail(%q) = %q, %v; want not_an_address", test.text, got, err)
			}
			if problem.Args["Guess"] != test.guess {
				t.Errorf("guess %q, want %q", problem.Args["Guess"], test.guess)
			}
			if shown := problem.Args["Text"].(string); len([]rune(shown)) > 80 || strings.ContainsAny(shown, "\x00\r\n\u202e") {
				t.Errorf("the message shows %q", shown)
			}
		})
	}
}

func TestParseEmailOfNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n", "\u200b"} {
		if _, err := store.ParseEmail(text); !errors.Is(err, store.ErrRequired) {
			t.Errorf("ParseEmail(%q): %v, want required", text, err)
		}
	}
}

// S0-21
func TestParseEmailsSplits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		good       []store.Email
		bad        []string
	}{
		{"nothing", " ,;\n ", nil, nil},
		{"commas", "a@x.example,b@x.example, c@x.example", []store.Email{"a@x.example", "b@x.example", "c@x.example"}, nil},
		{"trailing comma", "a@x.example, ", []store.Email{"a@x.example"}, nil},
		{"semicolons and lines", "a@x.example; b@x.example\r\nc@x.example\n\n", []store.Email{"a@x.example", "b@x.example", "c@x.example"}, nil},
		{"full-width separators", "a@x.example，b@x.example；c@x.example、d@x.example", []store.Email{"a@x.example", "b@x.example", "c@x.example", "d@x.example"}, nil},
		{"blanks", "a@x.example b@x.example\tc@x.example", []store.Email{"a@x.example", "b@x.example", "c@x.example"}, nil},
		{"twice", "a@x.example, A@X.example, <a@x.example>", []store.Email{"a@x.example"}, nil},
		{"plus is another", "a@x.example, a+1@x.example", []store.Email{"a@x.example", "a+1@x.example"}, nil},
		{"names", "Ann <a@x.example>, Ben B. <b@x.example>", []store.Email{"a@x.example", "b@x.example"}, nil},
		{"comma in quotes", `"Weber, Erika; Dr." <e@x.example>, b@x.example`, []store.Email{"e@x.example", "b@x.example"}, nil},
		{"comma without quotes", "Weber, Erika <e@x.example>; Novak, Jan <j@x.example>", []store.Email{"e@x.example", "j@x.example"}, nil},
		{"unclosed quote", "\"Weber, Erika <e@x.example>\nb@x.example", []store.Email{"b@x.example", "e@x.example"}, nil},
		{"apostrophe", "o'hara@x.example, b@x.example", []store.Email{"o'hara@x.example", "b@x.example"}, nil},
		{"one bad among good", "a@x.example, nobody, b@x.example", []store.Email{"a@x.example", "b@x.example"}, []string{"nobody"}},
		{"bad twice", "nobody, nobody", nil, []string{"nobody"}},
		{"comma for dot", "a@x.example, max@partner,example", []store.Email{"a@x.example"}, []string{"max@partner,example"}},
		{"comma for dot with a name", "Max <max@partner,example>, a@x.example", []store.Email{"a@x.example"}, []string{"Max <max@partner,example>"}},
		{"bracket without its opening", "max@partner,example>", nil, []string{"max@partner", "example>"}},
		{"comma for dot is no merge over a blank", "max@partner, example", nil, []string{"max@partner", "example"}},
		{"good and word", "a@x.example,word", []store.Email{"a@x.example"}, []string{"word"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			good, bad := store.ParseEmails(test.text)
			slices.Sort(good)
			want := slices.Sorted(slices.Values(test.good))
			if !slices.Equal(good, want) {
				t.Errorf("good %q, want %q", good, want)
			}
			var texts []string
			for _, problem := range bad {
				texts = append(texts, problem.Text)
				if problem.Err.Code != "not_an_address" {
					t.Errorf("%q: %v", problem.Text, problem.Err)
				}
			}
			if !slices.Equal(texts, test.bad) {
				t.Errorf("bad %q, want %q", texts, test.bad)
			}
		})
	}
}

func TestParseEmailsOfAHugeListIsQuick(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		strings.Repeat("\"", 1<<20), strings.Repeat("a,", 1<<19), strings.Repeat("a@b,c,", 1<<17), strings.Repeat("\" ,", 1<<18), strings.Repeat("@ ", 1<<19),
	} {
		good, _ := store.ParseEmails(text)
		if len(good) != 0 {
			t.Errorf("%d addresses in %.10q…", len(good), text)
		}
	}
}

// SEC-I1: what is accepted is ASCII, its own canonical form, and has the bytes that were typed.
func FuzzParseEmail(f *testing.F) {
	for _, seed := range []string{
		"jan@example.org", "Jan <JAN@bücher.example>", "max@partner,example", "\u212Aim@\u0130.example", "a@xn--bcher-kva.example", "a@b@c.d", "ａ＠ｂ．ｃ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		email, err := store.ParseEmail(text)
		if err != nil {
			return
		}
		for _, r := range string(email) {
			if r <= ' ' || r >= 0x7f || 'A' <= r && r <= 'Z' {
				t.Errorf("%q has %q", email, r)
			}
		}
		if len(email) > 254 || strings.Count(string(email), "@") != 1 {
			t.Errorf("%q is no bare address", email)
		}
		if again, err := store.ParseEmail(string(email)); err != nil || again != email {
			t.Errorf("%q becomes %q, %v", email, again, err)
		}
		// Equal means the same mailbox: the local part is what was typed but for A to Z.
		local, _, _ := strings.Cut(string(email), "@")
		typed, _, _ := strings.Cut(text, "@")
		typed = strings.TrimSpace(strings.Trim(typed, " \u200b\ufeff\u2060\u3000"))
		if at := strings.LastIndexByte(text, '<'); at >= 0 && strings.HasSuffix(strings.TrimSpace(text), ">") {
			return // taken out of a name
		}
		if len(typed) != len(local) || !strings.EqualFold(typed, local) {
			t.Errorf("local part %q was typed %q", local, typed)
		}
	})
}
