package store

import (
	"errors"
	"time"
)

// Kind says what the caller can do about an [Error].
type Kind int

// The kinds of errors that are meant for people.
const (
	Invalid      Kind = iota // a field is wrong; Field names it
	Unauthorized             // sign in first, or again
	Forbidden                // known, but not allowed
	NotFound                 // not there, or not to be known of
	Conflict                 // true a moment ago, or clashes with what is there
	Gone                     // was there once and has ended
	TooMany                  // wait for RetryAfter
	TooLarge                 // more than the limit
	Busy                     // try again in RetryAfter
	Full                     // the disk has no room for a change
)

// Error is an answer for a person: it has a stable code, under which the
// catalogues hold its sentence, and names the form field at fault if one is.
// Any other error is a fault of ours.
type Error struct {
	Kind       Kind
	Code       string         // stable: key of the message, API code, support reference
	Field      string         // the form field at fault, if one is
	Args       map[string]any // for the message
	RetryAfter time.Duration  // for TooMany and Busy
	Setting    string         // the policy setting that caused a refusal, for administrators
}

func (e *Error) Error() string { return e.Code }

// Is compares by code, so that an error with other arguments is the same error.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.Code == e.Code
}

// With is the same error about one form field, with arguments for its message.
// Arguments come in pairs of name and value.
func (e *Error) With(field string, args ...any) *Error {
	copied := *e
	copied.Field = field
	copied.Args = make(map[string]any, len(e.Args)+len(args)/2)
	for name, value := range e.Args {
		copied.Args[name] = value
	}
	for i := 0; i+1 < len(args); i += 2 {
		if name, ok := args[i].(string); ok {
			copied.Args[name] = args[i+1]
		}
	}
	return &copied
}

// After is the same error with a time to wait before trying again.
func (e *Error) After(wait time.Duration) *Error {
	copied := *e
	copied.RetryAfter = wait
	return &copied
}

// Problems are several fields of one form at fault at the same time.
type Problems []*Error

func (p Problems) Error() string {
	if len(p) == 0 {
		return "no problem"
	}
	return p[0].Code
}

// Unwrap lets errors.Is find each of the problems.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, problem := range p {
		errs[i] = problem
	}
	return errs
}

// Err is the problems as an error, or nil when there are none.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Add appends the problem in err, if there is one, or the several. An error
// that is no answer for a person is returned as it is.
func (p *Problems) Add(err error) error {
	if err == nil {
		return nil
	}
	var several Problems
	if errors.As(err, &several) {
		*p = append(*p, several...)
		return nil
	}
	var one *Error
	if !errors.As(err, &one) {
		return err
	}
	*p = append(*p, one)
	return nil
}

// Errors that every feature shares.
var (
	ErrNotFound  = &Error{Kind: NotFound, Code: "not_found"}
	ErrForbidden = &Error{Kind: Forbidden, Code: "forbidden"}
	ErrSignIn    = &Error{Kind: Unauthorized, Code: "sign_in_first"}
	ErrBusy      = &Error{Kind: Busy, Code: "busy", RetryAfter: 5 * time.Second}
	ErrDiskFull  = &Error{Kind: Full, Code: "disk_full"}
	ErrRequired  = &Error{Kind: Invalid, Code: "required"}
)

// fieldError is err about this form field, when it is an answer for a person.
func fieldError(err error, field string) error {
	var one *Error
	if errors.As(err, &one) {
		return one.With(field)
	}
	return err
}
