package api

import (
	"context"
	"strings"

	"guesthouse/static/locale"
)

// words are the language of the answer: that of the caller's account, else what
// the program accepts, else the organisation's.
func (q *request) words() locale.Printer {
	if q.caller != nil && locale.Known(q.caller.Account.Locale) {
		return locale.For(q.caller.Account.Locale, nil)
	}
	if lang, ok := accepted(q.Header.Get("Accept-Language")); ok {
		return locale.For(lang, nil)
	}
	if q.caller != nil {
		return locale.For(q.caller.Environment.Locale, nil)
	}
	environment, err := q.api.Store.Environment(context.WithoutCancel(q.Context()))
	if err != nil {
		return locale.For(locale.Languages[0], nil) // the error to be told is another one
	}
	return locale.For(environment.Locale, nil)
}

// accepted is the best of our languages for a header. An asterisk asks for nothing.
func accepted(header string) (string, bool) {
	var named []string
	for part := range strings.SplitSeq(header, ",") {
		if tag, _, _ := strings.Cut(strings.TrimSpace(part), ";"); tag != "" && tag != "*" {
			named = append(named, part)
		}
	}
	if len(named) == 0 {
		return "", false
	}
	return locale.Match(strings.Join(named, ",")), true
}
