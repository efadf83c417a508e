package store_test

import (
	"errors"
	"strings"
	"testing"

	"guesthouse/store"
)

var (
	modern = store.PasswordPreset(store.PasswordModern)
	basic  = store.PasswordPreset(store.PasswordBasic)
)

// SEC-P2, SEC-P3, S0-32, C4
func TestPasswordPolicy(t *testing.T) {
	t.Parallel()
	custom := store.PasswordPreset(store.PasswordCustom)
	custom.Min, custom.Letters = 8, true
	digits := store.PasswordPolicy{Preset: store.PasswordCustom, Min: 4, Max: 64, Digits: true}
	own := []string{"Example Works", "Erika Weber", "erika@partner.example", "山田"}
	for _, test := range []struct {
		name     string
		policy   store.PasswordPolicy
		password string
		want     string // code, or "" when it may be chosen
	}{
		{"modern: nothing", modern, "", "required"},
		{"modern: 9", modern, "tulip-9-x", "password_too_short"},
		{"modern: 10", modern, "tulip-90-x", ""},
		{"modern: 10 of three bytes", modern, "紫陽花咲梅雨晴間一日", ""},
		{"modern: 9 of three bytes", modern, "紫陽花咲梅雨晴間一", "password_too_short"},
		{"modern: only letters", modern, "correct horse battery", ""},
		{"modern: only digits", modern, "8301957264", ""},
		{"modern: blanks count", modern, "  o  o  o x", ""},
		{"modern: 128", modern, strings.Repeat("tulip-9x", 15) + "orchids!", ""},
		{"modern: 129", modern, strings.Repeat("tulip-9x", 16) + "!", "password_too_long"},
		{"modern: 128 emoji", modern, strings.Repeat("🌷🌹🌺🌻", 31) + "🌷🌷🌹🌹", ""},
		{"modern: 1,000", modern, strings.Repeat("x", 1000), "password_too_long"},
		{"modern: a megabyte", modern, strings.Repeat("🌷", 1<<18), "password_too_long"},
		{"modern: invalid UTF-8", modern, "tulip\xff\xfe-90-x", "not_utf8"},
		{"modern: common", modern, "1q2w3e4r5t", "password_common"},
		{"modern: common in capitals", modern, "BasketBall", "password_common"},
		{"modern: common with a year", modern, "Password2026", "password_common"},
		{"modern: common with a sign", modern, "Sunshine1!", "password_common"},
		{"modern: common behind digits", modern, "123password", "password_common"},
		{"modern: common twice", modern, "passwordpassword", "password_common"},
		{"modern: one letter", modern, "aaaaaaaaaaaa", "password_common"},
		{"modern: short unit", modern, "abcabcabcabc", "password_common"},
		{"modern: alphabet", modern, "efghijklmnop", "password_common"},
		{"modern: alphabet backwards", modern, "ponmlkjihgfe", "password_common"},
		{"modern: digits", modern, "1234567890123", "password_common"},
		{"modern: keyboard", modern, "qwertyuiopasdf", "password_common"},
		{"modern: product", modern, "Guesthouse", "password_own_name"},
		{"modern: product and year", modern, "guesthouse-2026", "password_own_name"},
		{"modern: organisation", modern, "example works", "password_own_name"},
		{"modern: organisation packed", modern, "ExampleWorks1", "password_own_name"},
		{"modern: organisation full width", modern, "Ｅｘａｍｐｌｅ２０２６", "password_own_name"},
		{"modern: name turned", modern, "weber.erika!", "password_own_name"},
		{"modern: address", modern, "erika@partner.example", "password_own_name"},
		{"modern: name of two characters", modern, "山田20268301", "password_own_name"},
		{"modern: name in a sentence", modern, "erika grows tulips", ""},
		{"modern: name and ten digits", modern, "erika8301957264", ""},
		{"basic: S0-32 sample", basic, "a1b", ""},
		{"basic: 2", basic, "a1", "password_too_short"},
		{"basic: no digit", basic, "abc", "password_needs_letter_digit"},
		{"basic: no letter", basic, "123", "password_needs_letter_digit"},
		{"basic: signs only", basic, "!?-", "password_needs_letter_digit"},
		{"basic: letters of any script", basic, "花子1", ""},
		{"basic: digits of any script", basic, "ab１", ""},
		{"basic: common is allowed", basic, "password1", ""},
		{"basic: 129", basic, strings.Repeat("a1b2", 33), "password_too_long"},
		{"custom: letter missing", custom, "83019572", "password_needs_letter"},
		{"custom: common of 8", custom, "iloveyou", "password_common"},
		{"custom: 8", custom, "tulip-9x", ""},
		{"custom: digit missing", digits, "tulip", "password_needs_digit"},
		{"custom: its own end", digits, strings.Repeat("1", 65), "password_too_long"},
		{"member: basic does not hold", basic.ForMember(), "a1b", "password_too_short"},
		{"member: custom holds", digits.ForMember(), "1234", ""},
		{"administrator: 14", modern.ForAdministrator(), "tulip-90-xyzab", "password_too_short"},
		{"administrator: 15", modern.ForAdministrator(), "tulip-90-xyzabc", ""},
		{"administrator: basic does not hold", basic.ForAdministrator(), "abcdefghijklmn1", "password_common"},
		{"administrator: custom is raised", digits.ForAdministrator(), "1234", "password_too_short"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := test.policy.Check("password", test.password, own...)
			if test.want == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			var problem *store.Error
			if !errors.As(err, &problem) || problem.Code != test.want || problem.Field != "password" {
				t.Fatalf("%v, want %s of password", err, test.want)
			}
			for _, value := range problem.Args {
				if value == test.password {
					t.Error("the error tells the password")
				}
			}
		})
	}
}

func TestPasswordErrorsSayTheLength(t *testing.T) {
	t.Parallel()
	var problem *store.Error
	if err := modern.ForAdministrator().Check("password", "short"); !errors.As(err, &problem) || problem.Args["Min"] != 15 {
		t.Errorf("%v does not say 15", err)
	}
	if err := modern.Check("password", strings.Repeat("x", 200)); !errors.As(err, &problem) || problem.Args["Max"] != 128 {
		t.Errorf("%v does not say 128", err)
	}
}
