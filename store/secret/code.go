package secret

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"unicode"
)

// CodeDigits is the length of a verification code.
const CodeDigits = 8

// maxTypedCode is more than any code typed with blanks and dashes between its digits.
const maxTypedCode = 128

var codes = big.NewInt(100_000_000)

// Code makes a verification code of [CodeDigits] digits, each value equally likely.
func Code() string {
	n, err := rand.Int(rand.Reader, codes)
	if err != nil {
		panic("secret: the system gives no random numbers: " + err.Error()) // crypto/rand never does
	}
	return fmt.Sprintf("%0*d", CodeDigits, n)
}

// CleanCode takes away what people and mail programs add to a code: blanks,
// dashes, invisible characters and full-width digits. It does not decide whether
// the rest is a code. Overlong text gives "".
func CleanCode(typed string) string {
	if len(typed) > maxTypedCode {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case unicode.IsSpace(r), unicode.In(r, unicode.Pd, unicode.Cf), r == '−', r == 'ー':
			return -1
		}
		return r
	}, typed)
}
