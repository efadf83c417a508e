package store

import (
	"slices"
	"strings"
	"testing"
)

// What people type finds what others wrote: without regard to case, accents,
// width, kana, and where a line was broken.
func TestFoundIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text, query, marked string
	}{
		{"a word", "The harbour is open.", "HARBOUR", "harbour"},
		{"how a word begins", "Meetings on Monday", "meet", "Meet"},
		{"not how short ones begin", "Item it", "it", "it"},
		{"accents typed", "Cafe Muller", "café müller", "Cafe|Muller"},
		{"accents written", "Café Müller, naïve", "cafe muller", "Café|Müller"},
		{"decomposed", "Cafe\u0301 noir", "café", "Cafe\u0301"},
		{"two characters of Japanese", "明日の会議は中止です", "会議", "会議"},
		{"two characters of Chinese", "我们明天见面吧", "见面", "见面"},
		{"one character", "明日の会議は中止です", "会", "会"},
		{"a run of four", "東京都庁へ", "東京都庁", "東京都庁"},
		{"half width", "ﾌｧｲﾙ ＡＢＣ１２３", "ファイル abc123", "ﾌｧｲﾙ|ＡＢＣ１２３"},
		{"hiragana for katakana", "ガイドブック", "がいど", "ガイド"},
		{"broken line", "東京\n都庁", "東京都庁", "東京\n都庁"},
		{"a name with a blank", "山田 太郎です", "山田太郎", "山田 太郎"},
		{"Korean", "내일 회의를 합니다", "회의", "회의"},
		{"two scripts", "Go言語の本", "go言語", "Go言語"},
		{"a phrase", "the blue house and the house blue", `"blue house"`, "blue house"},
		{"a number as a whole", "order 20260917 of 2026", "2026", "2026"},
		{"hidden hyphen", "co\u00ADoperate now", "cooperate", "co\u00ADoperate"},
		{"sharp s", "Hauptstraße 1", "hauptstrasse", "Hauptstraße"},
	} {
		hits, found := foundIn(askedTerms(test.query), test.text)
		if !found {
			t.Errorf("%s: %q is not found in %q", test.name, test.query, test.text)
			continue
		}
		var marked []string
		for _, part := range markHits(test.text, hits[0]) {
			if part.Hit {
				marked = append(marked, part.Text)
			}
		}
		if got := strings.Join(marked, "|"); got != test.marked {
			t.Errorf("%s: marked %q, want %q", test.name, got, test.marked)
		}
		// The index has what is asked of it, or nobody would look.
		tokens := searchTokens(test.text)
		for _, term := range askedTerms(test.query) {
			for _, want := range term.wanted() {
				if !slices.ContainsFunc(tokens, func(token string) bool {
					return token == want.text || want.prefix && strings.HasPrefix(token, want.text)
				}) {
					t.Errorf("%s: the index has no %q among %q", test.name, want.text, tokens)
				}
			}
		}
	}
}

func TestNotFoundIn(t *testing.T) {
	t.Parallel()
	for query, text := range map[string]string{
		"harbours":     "harbour",
		"東京京都":         "東京と京都", // each two neighbours of it, but not together
		`"house blue"`: "blue house",
		`"blue hous"`:  "blue house",
		"other":        "another brother, oth er",
		"会議 資料":        "会議だけ",
		"2026":         "20260917",
	} {
		if _, found := foundIn(askedTerms(query), text); found {
			t.Errorf("%q is found in %q", query, text)
		}
	}
}

// Whatever people type is text: it holds no syntax of the index.
func FuzzAskedTerms(f *testing.F) {
	for _, query := range []string{`"`, `a" OR "b`, "NEAR(a b)", "a*", "col:x", "-a", "^a", "会議*", "\x00", "\xff", "'; DROP", `\'`, "a & b | !c <-> d:*", "(", "\ue000s1", "ﾞ", "e\u0301"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, term := range askedTerms(query) {
			for _, token := range term.wanted() {
				if token.text == "" || strings.ContainsFunc(token.text, func(r rune) bool { return !wordRune(r) }) {
					t.Errorf("%q gives the token %q", query, token.text)
				}
			}
		}
		hits, _ := foundIn(askedTerms(query), query)
		if len(hits) > 0 && markHits(query, hits[0]).String() != query {
			t.Errorf("marking %q changes it", query)
		}
	})
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("before and ", 30) + "the harbour\nmaster " + strings.Repeat("after it ", 60)
	hits, _ := foundIn(askedTerms("harbour"), text)
	got := snippet(text, hits[0])
	if len([]rune(got.String())) > snippetLength+2 || !strings.HasPrefix(got.String(), "…") || !strings.HasSuffix(got.String(), "…") {
		t.Errorf("the snippet is %q", got)
	}
	if !slices.Contains(got, MarkedPart{Text: "harbour", Hit: true}) || strings.Contains(got.String(), "\n") {
		t.Errorf("the snippet is %q", got)
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	text, err := renderText("text", "# Title\n\nSome **bold** and `a < b` [link](https://portal.example/x)\n\n- one\n- two &amp; three\n\n| a | b |\n|---|---|\n| c | d |")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Title", "Some bold and a < b link", "one", "two & three", "a", "b", "c", "d"}
	var got []string
	for line := range strings.Lines(wordsOf(text.HTML)) {
		if line = strings.TrimSpace(line); line != "" {
			got = append(got, line)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
