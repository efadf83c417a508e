package store_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"guesthouse/store"
)

var zalgo = "Z" + strings.Repeat("\u0335", 8)

// nasty are texts that have broken somebody's program. The last three are
// what each kind of field makes of it: a text that begins with "!" is the code of a
// refusal, and "=" means as typed.
var nasty = []struct{ name, text, asName, asLine, asMessage string }{
	{"plain", "Erika Weber", "=", "=", "="},
	{"empty", "", "!required", "=", "="},
	{"blank", "   ", "!required", "", ""},
	{"ideographic space", "\u3000", "!required", "", ""},
	{"no-break space", "\u00a0", "!required", "", ""},
	{"line ends", "\r\n\n", "!required", "", ""},
	{"surrounded", " \u3000Erika\u00a0", "Erika", "Erika", " \u3000Erika"},
	{"one letter", "E", "=", "=", "="},
	{"markup", "<script>alert(1)</script>", "=", "=", "="},
	{"attribute", `"><img src=x onerror=alert(1)>`, "=", "=", "="},
	{"entities", "&lt;b&gt; &amp; &#x3c;", "=", "=", "="},
	{"template", "{{.}} ${7*7} <%= 7 %> #{7}", "=", "=", "="},
	{"SQL", "Robert'); DROP TABLE users;--", "=", "=", "="},
	{"SQL wildcard", "100%_\\", "=", "=", "="},
	{"formula", "=1+1", "=1+1", "=1+1", "=1+1"},
	{"path", "../../etc/passwd", "=", "=", "="},
	{"Windows device", "CON.txt", "=", "=", "="},
	{"shell", "$(reboot) `id` | cat; &", "=", "=", "="},
	{"format verbs", "%s%n%d%v", "=", "=", "="},
	{"null word", "null", "=", "=", "="},
	{"number", "0x1F", "=", "=", "="},
	{"quotes", `'"` + "`´’„“", "=", "=", "="},
	{"backslashes", `\\\n\t\0`, "=", "=", "="},
	{"link", "javascript:alert(1)", "=", "=", "="},
	{"NUL", "a\x00b", "!text_control", "!text_control", "!text_control"},
	{"NUL alone", "\x00", "!text_control", "!text_control", "!text_control"},
	{"bell", "a\ab", "!text_control", "!text_control", "!text_control"},
	{"backspace", "evil\b\b\b\bgood", "!text_control", "!text_control", "!text_control"},
	{"escape sequence", "\x1b[31mred", "!text_control", "!text_control", "!text_control"},
	{"delete", "a\x7fb", "!text_control", "!text_control", "!text_control"},
	{"C1 control", "a\u0085b", "!text_control", "!text_control", "!text_control"},
	{"C1 sequence", "a\u009b31mb", "!text_control", "!text_control", "!text_control"},
	{"form feed", "a\fb", "!text_control", "!text_control", "!text_control"},
	{"vertical tab", "a\vb", "!text_control", "!text_control", "!text_control"},
	{"tab", "a\tb", "!text_control", "!text_control", "="},
	{"line feed", "a\nb", "!text_control", "!text_control", "="},
	{"header injection", "Hello\r\nBcc: all@example.org", "!text_control", "!text_control", "Hello\nBcc: all@example.org"},
	{"carriage return", "a\rb", "!text_control", "!text_control", "a\nb"},
	{"line separator", "a\u2028b", "!text_control", "!text_control", "a\nb"},
	{"paragraph separator", "a\u2029b", "!text_control", "!text_control", "a\nb"},
	{"right-to-left override", "exe.\u202egpj", "!text_control", "!text_control", "!text_control"},
	{"left-to-right override", "a\u202db", "!text_control", "!text_control", "!text_control"},
	{"embedding", "a\u202ab\u202c", "!text_control", "!text_control", "!text_control"},
	{"isolate", "a\u2067b\u2069", "!text_control", "!text_control", "!text_control"},
	{"unclosed isolate", "\u2066", "!text_control", "!text_control", "!text_control"},
	{"annotation", "a\ufff9b\ufffbc", "!text_control", "!text_control", "!text_control"},
	{"noncharacter", "a\uffffb", "!text_control", "!text_control", "!text_control"},
	{"another noncharacter", "a\U0001fffeb", "!text_control", "!text_control", "!text_control"},
	{"language tag", "a\U000e0001b", "!text_control", "!text_control", "!text_control"},
	{"right-to-left mark", "Erika\u200f", "Erika", "Erika", "="},
	{"zero-width space alone", "\u200b", "!name_invisible", "", ""},
	{"zero-width everything", "\u200b\u200c\u200d\u2060\ufeff", "!name_invisible", "", ""},
	{"joiners alone", "\u200c\u200d", "!name_invisible", "", ""},
	{"soft hyphen alone", "\u00ad", "!name_invisible", "", ""},
	{"Hangul filler alone", "\u3164", "!name_invisible", "", ""},
	{"half-width Hangul filler alone", "\uffa0", "!name_invisible", "", ""},
	{"Hangul jamo fillers alone", "\u115f\u1160", "!name_invisible", "", ""},
	{"empty Braille alone", "\u2800", "!name_invisible", "", ""},
	{"grapheme joiner alone", "\u034f", "!name_invisible", "", ""},
	{"variation selector alone", "\ufe0f", "!name_invisible", "", ""},
	{"combining mark alone", "\u0301", "!name_invisible", "", ""},
	{"private use alone", "\ue000", "!name_invisible", "", ""},
	{"Mongolian separator alone", "\u180e", "!name_invisible", "", ""},
	{"impersonation", "IT\u200b Support", "IT Support", "IT Support", "="},
	{"impersonation with a filler", "IT Support\u3164", "IT Support", "IT Support", "="},
	{"byte order mark", "\ufeffErika", "Erika", "Erika", "="},
	{"soft hyphen", "Eri\u00adka", "Erika", "Erika", "="},
	{"invisible plus", "Erika\u2064", "Erika", "Erika", "="},
	{"Persian joiner", "می\u200cخواهم", "=", "=", "="},
	{"Arabic", "محمد", "=", "=", "="},
	{"Hebrew", "שלום", "=", "=", "="},
	{"Arabic ligature", "\ufdfd", "=", "=", "="},
	{"Japanese", "山田 花子", "=", "=", "="},
	{"half-width kana", "ﾔﾏﾀﾞ", "=", "=", "="},
	{"Chinese beyond the first plane", "𠮷野家", "=", "=", "="},
	{"gaiji", "渡\ue000", "=", "=", "="},
	{"ideographic variation", "葛\U000e0100飾", "=", "=", "="},
	{"Thai", "นิกา", "=", "=", "="},
	{"Devanagari", "क्षि", "=", "=", "="},
	{"decomposed", "Rene\u0301", "René", "René", "René"},
	{"decomposed kana", "か\u3099", "が", "が", "が"},
	{"composition exclusion", "\u0958", "\u0915\u093c", "\u0915\u093c", "\u0915\u093c"},
	{"Kelvin sign", "\u212a", "K", "K", "K"},
	{"Ångström sign", "\u212b", "Å", "Å", "Å"},
	{"ligature stays", "ﬁnance", "=", "=", "="},
	{"look-alikes stay", "Аdmin", "=", "=", "="},
	{"emoji", "😀", "=", "=", "="},
	{"emoji family", "👩\u200d👩\u200d👧", "=", "=", "="},
	{"emoji with selector", "❤\ufe0f", "=", "=", "="},
	{"flag", "🇯🇵", "=", "=", "="},
	{"flag of Wales", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "=", "=", "="},
	{"tower of marks", "Z" + strings.Repeat("\u0335", 60), zalgo, zalgo, zalgo},
	{"replacement character", "\ufffd", "=", "=", "="},
	{"invalid byte", "a\xffb", "!not_utf8", "!not_utf8", "!not_utf8"},
	{"overlong slash", "\xc0\xaf", "!not_utf8", "!not_utf8", "!not_utf8"},
	{"surrogate", "\xed\xa0\x80", "!not_utf8", "!not_utf8", "!not_utf8"},
	{"cut character", "日\xe6\x9c", "!not_utf8", "!not_utf8", "!not_utf8"},
	{"above the last", "\xf4\x90\x80\x80", "!not_utf8", "!not_utf8", "!not_utf8"},
	{"Latin-1", "Ren\xe9", "!not_utf8", "!not_utf8", "!not_utf8"},
	{"128 letters", strings.Repeat("a", 128), "=", "=", "="},
	{"129 letters", strings.Repeat("a", 129), "!name_too_long", "!text_too_long", "="},
	{"128 emoji", strings.Repeat("😀", 128), "=", "=", "="},
	{"129 emoji", strings.Repeat("😀", 129), "!name_too_long", "!text_too_long", "="},
	{"128 after trimming", " " + strings.Repeat("a", 128) + " ", strings.Repeat("a", 128), strings.Repeat("a", 128), " " + strings.Repeat("a", 128)},
	{"5,000 letters", strings.Repeat("a", 5000), "!name_too_long", "!text_too_long", "="},
	{"5,001 letters", strings.Repeat("a", 5001), "!name_too_long", "!text_too_long", "!text_too_long"},
	{"a megabyte", strings.Repeat("a", 1<<20), "!name_too_long", "!text_too_long", "!text_too_long"},
	{"a megabyte of marks", "a" + strings.Repeat("\u0301", 1<<19), "!name_too_long", "!text_too_long", "!text_too_long"},
}

// SEC-I2, S0-31
func TestCleanTexts(t *testing.T) {
	t.Parallel()
	for _, test := range nasty {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := store.CleanName("name", test.text, store.MaxName)
			check(t, "name", test.text, got, err, test.asName)
			got, err = store.CleanLine("subject", test.text, store.MaxName)
			check(t, "subject", test.text, got, err, test.asLine)
			got, err = store.CleanMessage("message", test.text, store.MaxMessage)
			check(t, "message", test.text, got, err, test.asMessage)
		})
	}
}

func check(t *testing.T, field, text, got string, err error, want string) {
	t.Helper()
	if code, refused := strings.CutPrefix(want, "!"); refused {
		var problem *store.Error
		if got != "" || !errors.As(err, &problem) || problem.Code != code || problem.Field != field || problem.Kind != store.Invalid {
			t.Errorf("%s %.40q = %.40q, %v; want %s of %s", field, text, got, err, code, field)
		}
		return
	}
	if want == "=" {
		want = text
	}
	if err != nil || got != want {
		t.Errorf("%s %.40q = %.40q, %v; want %.40q", field, text, got, err, want)
	}
}

func TestTooLongSaysHowLong(t *testing.T) {
	t.Parallel()
	_, err := store.CleanName("name", "four", 3)
	var problem *store.Error
	if !errors.As(err, &problem) || problem.Args["Max"] != 3 {
		t.Errorf("%v does not say that 3 characters fit", err)
	}
}

func FuzzCleanName(f *testing.F) {
	for _, test := range nasty {
		f.Add(test.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := store.CleanName("name", text, store.MaxName)
		if err != nil {
			return
		}
		if !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || strings.TrimSpace(name) != name {
			t.Errorf("%q is not clean", name)
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > store.MaxName {
			t.Errorf("%q has %d characters", name, n)
		}
		if strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
			t.Errorf("%q steers the text around it", name)
		}
		if again, err := store.CleanName("name", name, store.MaxName); err != nil || again != name {
			t.Errorf("%q becomes %q, %v", name, again, err)
		}
	})
}

// S0-31: names that a reader takes for the same have the same key.
func TestFoldKey(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"Erika Weber", "ERIKA  weber"},
		{"STRASSE", "straße"},
		{"René", "RENE\u0301"},
		{"ＩＴ　Ｓｕｐｐｏｒｔ", "it support"},
		{"IT Support", "IT\u200b Sup\u00adport\u3164"},
		{"ヤマダ", "ﾔﾏﾀﾞ"},
		{"ﬁnance", "Finance"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ"},
	} {
		if a, b := store.FoldKey(same[0]), store.FoldKey(same[1]); a != b {
			t.Errorf("%q and %q have keys %q and %q", same[0], same[1], a, b)
		}
	}
	for _, differ := range [][2]string{{"Erika", "Erica"}, {"山田", "山口"}, {"a b", "ab"}, {"İ", "i"}} {
		if a, b := store.FoldKey(differ[0]), store.FoldKey(differ[1]); a == b {
			t.Errorf("%q and %q have one key %q", differ[0], differ[1], a)
		}
	}
}
