package store_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"guesthouse/store"
)

// SEC-I6: 34 hostile names, and what becomes of them. Those of all scripts stay.
func TestCleanFileName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("長", 100)
	for name, want := range map[string]string{
		"../../etc/passwd":              "passwd",
		`..\..\boot.ini`:                "boot.ini",
		`C:\Users\me\plan.pdf`:          "plan.pdf",
		"/etc/":                         "file",
		"..":                            "file",
		".":                             "file",
		"":                              "file",
		"   ":                           "file",
		".htaccess":                     "htaccess",
		"...hidden.txt":                 "hidden.txt",
		"name.txt. . .":                 "name.txt",
		"a\x00b.txt":                    "ab.txt",
		"line\r\nSet-Cookie: x.txt":     "lineSet-Cookie_ x.txt",
		"tab\there.txt":                 "tabhere.txt",
		"\x1b[31mred.txt":               "[31mred.txt",
		"invoice\u202efdp.exe":          "invoicefdp.exe",
		"iso\u2066lated\u2069.txt":      "isolated.txt",
		"zero\u200bwidth\ufeff.txt":     "zerowidth.txt",
		"para\u2029graph.txt":           "paragraph.txt",
		"CON":                           "_CON",
		"nul.txt":                       "_nul.txt",
		"com1.tar.gz":                   "_com1.tar.gz",
		"LPT\u00b9.txt":                 "_LPT\u00b9.txt",
		"community.txt":                 "community.txt",
		`what?"<is>|this*.txt`:          "what___is__this_.txt",
		"e\u0301te\u0301.txt":           "été.txt",
		"bad\xff\xfeutf.txt":            "badutf.txt",
		"\u3000全角\u3000空白.txt":          "全角 空白.txt",
		"報告書（最終）.xlsx":                  "報告書（最終）.xlsx",
		"отчёт 2026.docx":               "отчёт 2026.docx",
		"تقرير.pdf":                     "تقرير.pdf",
		"👩\u200d🔧.png":                  "👩\u200d🔧.png",
		long + ".pdf":                   strings.Repeat("長", 83) + ".pdf",
		strings.Repeat("a", 300):        strings.Repeat("a", 255),
		"\u200b\u2800\u202e":            "file",
		"x." + strings.Repeat("é", 200): "x." + strings.Repeat("é", 126),
	} {
		got := store.CleanFileName(name)
		if got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
		if len(got) > 255 || !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) || strings.ContainsAny(got, "/\\\x00\r\n") {
			t.Errorf("%q becomes %q, which is not safe", name, got)
		}
		if again := store.CleanFileName(got); again != got {
			t.Errorf("%q becomes %q, and that becomes %q", name, got, again)
		}
	}
}
