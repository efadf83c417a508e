package store

import (
	_ "embed" // the list below
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// commonList is in alphabetical order; passwords/generate.go says where it is from.
//
//go:embed passwords/common.txt
var commonList string

var commonPasswords = sync.OnceValue(func() []string { return strings.Fields(commonList) })

// commonPassword tells what guessers try first: the passwords that most people
// choose, also with digits or signs around them, and mere patterns.
func commonPassword(password string) bool {
	password = strings.ToLower(password)
	core := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	return guessedAtOnce(password) || 2*len(core) > len(password) && guessedAtOnce(core)
}

func guessedAtOnce(text string) bool {
	unit := repeated(text)
	short := unit != text && utf8.RuneCountInString(unit) < 4
	return short || listed(text) || listed(unit) || sequence(text)
}

func listed(password string) bool {
	_, found := slices.BinarySearch(commonPasswords(), password)
	return found
}

// repeated is the shortest text that, written several times, makes the given one:
// "abc" of "abcabcabc", or the text itself. Text found in itself doubled, before
// its end, is such a repetition.
func repeated(text string) string {
	if text == "" {
		return ""
	}
	period := strings.Index((text + text)[1:], text) + 1
	return text[:period]
}

// sequence tells a run along the alphabet, the digits or a row of the keyboard.
func sequence(password string) bool {
	for _, row := range []string{
		"abcdefghijklmnopqrstuvwxyz", "01234567890", "1234567890123456789012345678901234567890",
		"qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
		"`1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz0123456789",
	} {
		if strings.Contains(row, password) || strings.Contains(backwards(row), password) {
			return true
		}
	}
	return false
}

func backwards(text string) string {
	bytes := []byte(text) // the rows are ASCII
	slices.Reverse(bytes)
	return string(bytes)
}
