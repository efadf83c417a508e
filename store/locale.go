package store

import (
	"slices"
	"time"
)

// ErrUnknownLanguage and ErrUnknownZone: not one of those offered.
var (
	ErrUnknownLanguage = &Error{Kind: Invalid, Code: "unknown_language", Field: "locale"}
	ErrUnknownZone     = &Error{Kind: Invalid, Code: "unknown_zone", Field: "timezone"}
)

// locales are the languages of pages and mails.
var locales = []string{"en", "ja", "zh"}

// autoLocale is the language of who leaves the choice to the browser.
const autoLocale = "auto"

func checkLocale(locale string) error {
	if !slices.Contains(locales, locale) {
		return ErrUnknownLanguage
	}
	return nil
}

// checkOwnLocale takes what a person may choose for themselves.
func checkOwnLocale(locale string) error {
	if locale == autoLocale {
		return nil
	}
	return checkLocale(locale)
}

// checkZone takes the IANA names of time zones.
func checkZone(zone string) error {
	if zone == "" || zone == "Local" || len(zone) > 64 {
		return ErrUnknownZone
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return ErrUnknownZone
	}
	return nil
}

// loadZone is a named time zone, or UTC where the name is unknown.
func loadZone(name string) *time.Location {
	if checkZone(name) != nil {
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}
