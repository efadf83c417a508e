package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxFileName is how many bytes a name may have on the disks that people save to.
const maxFileName = 255

// reservedNames are devices on some systems, with any ending.
var reservedNames = map[string]bool{
	"con": true, "prn": true, "aux": true, "nul": true, "conin$": true, "conout$": true, "clock$": true,
}

// CleanFileName makes the name under which somebody sends a file safe to be shown
// and saved, in every script: the last part of a path, without signs that steer
// a terminal, turn the direction of writing, hide, or mean something to a file
// system, without dots at its ends, never a device, at most 255 bytes with its
// ending kept. A name of which nothing is left is "file". It never fails: people
// do not choose the names of what they are sent.
func CleanFileName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Zs, r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029', r == utf8.RuneError, hidden(r) && r != '\u200d' && r != '\u200c':
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	name = trimFileName(name)
	base, _, _ := strings.Cut(strings.ToLower(name), ".")
	if device(strings.TrimRight(base, " ")) {
		name = "_" + name
	}
	name = trimFileName(shortFileName(name))
	if name == "" || !hasVisible(name) {
		return "file"
	}
	return name
}

// trimFileName takes off the blanks and dots at the ends: a dot before a name
// hides the file, one after it gets lost.
func trimFileName(name string) string { return strings.Trim(name, ". \u200c\u200d") }

// device reports whether a name in small letters is a device: con, com1, LPT¹.
func device(base string) bool {
	if reservedNames[base] {
		return true
	}
	port, ok := strings.CutPrefix(base, "com")
	if !ok {
		port, ok = strings.CutPrefix(base, "lpt")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// shortFileName cuts a long name in its middle: the ending stays.
func shortFileName(name string) string {
	if len(name) <= maxFileName {
		return name
	}
	ending := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 32 {
		name, ending = name[:i], name[i:]
	}
	name = name[:maxFileName-len(ending)]
	for !utf8.ValidString(name) {
		name = name[:len(name)-1]
	}
	return strings.TrimRight(name, ". ") + ending
}
