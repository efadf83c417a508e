package secret_test

import (
	"strings"
	"testing"

	"guesthouse/store/secret"
)

// SEC-T9
func TestCodeHasEightUniformDigits(t *testing.T) {
	t.Parallel()
	const rounds = 20_000
	var counts [secret.CodeDigits][10]int
	for range rounds {
		code := secret.Code()
		if len(code) != secret.CodeDigits || strings.Trim(code, "0123456789") != "" {
			t.Fatalf("code %q, want %d digits", code, secret.CodeDigits)
		}
		for place, digit := range code {
			counts[place][digit-'0']++
		}
	}
	// 2,000 are expected of each, with a deviation of 42: 400 is more than nine of them.
	for place := range counts {
		for digit, n := range counts[place] {
			if n < rounds/10-400 || n > rounds/10+400 {
				t.Errorf("digit %d came %d times at place %d, want about %d", digit, n, place, rounds/10)
			}
		}
	}
}

// S0-40, SEC-T9
func TestCleanCode(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, typed, want string }{
		{"as sent", "12345678", "12345678"},
		{"leading zeros", "00000012", "00000012"},
		{"groups", " 1234 5678\n", "12345678"},
		{"dash", "1234-5678", "12345678"},
		{"en dash, minus and long vowel", "12–34−56ー78", "12345678"},
		{"full width", "１２３４　５６７８", "12345678"},
		{"no-break space and zero width", "1234\u00a05678\u200b", "12345678"},
		{"other digits stay wrong", "١٢٣٤٥٦٧٨", "١٢٣٤٥٦٧٨"},
		{"letters stay wrong", "1234567O", "1234567O"},
		{"nothing", "", ""},
		{"overlong", strings.Repeat("1", 200), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := secret.CleanCode(test.typed); got != test.want {
				t.Errorf("CleanCode(%q) = %q, want %q", test.typed, got, test.want)
			}
		})
	}
}
