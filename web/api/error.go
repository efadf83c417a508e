package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// refusal is an answer that is no success. Its words stand in the catalogues
// under "api." and the code.
type refusal struct {
	status int
	code   string
}

func (r *refusal) Error() string { return r.code }

// What the API itself refuses, before the store is asked.
var (
	noCredentials  = &refusal{status: http.StatusUnauthorized, code: "CB_AU01"}
	wrongPassword  = &refusal{status: http.StatusUnauthorized, code: "CB_WA01"}
	noXRequested   = &refusal{status: http.StatusUnauthorized, code: "CB_JH01"}
	wrongToken     = &refusal{status: http.StatusForbidden, code: "CB_CS01"}
	tokenMayNot    = &refusal{status: http.StatusForbidden, code: "GAIA_NO01"}
	notJSON        = &refusal{status: http.StatusBadRequest, code: "CB_IJ01"}
	illegalRequest = &refusal{status: http.StatusBadRequest, code: "CB_IL02"}
	plainForm      = &refusal{status: http.StatusBadRequest, code: "GAIA_IL23"}
	tooManyCalls   = &refusal{status: http.StatusTooManyRequests, code: "GAIA_TO04"}
	noResource     = &refusal{status: http.StatusNotFound, code: "GH_NF01"}
	noMethod       = &refusal{status: http.StatusMethodNotAllowed, code: "GH_ME01"}
	tooLarge       = &refusal{status: http.StatusRequestEntityTooLarge, code: "GH_LA01"}
	otherHost      = &refusal{status: http.StatusMisdirectedRequest, code: "GH_HO01"}
	noFile         = &refusal{status: http.StatusNotFound, code: "GAIA_BL01"}
	stillRunning   = &refusal{status: http.StatusConflict, code: "GH_ID02"}
	confirmFirst   = &refusal{status: http.StatusForbidden, code: "GH_CF01"}
)

// invalid is a call whose parameters are at fault.
const invalid = "CB_VA01"

// codes are the answers to errors of the store that have one of their own.
var codes = map[string]refusal{
	store.ErrLoginFailed.Code:      *wrongPassword,
	store.ErrLoginFailedOften.Code: *wrongPassword,
	store.ErrSuspended.Code:        {status: http.StatusUnauthorized, code: "CB_US02"},
	store.ErrAccessEnded.Code:      {status: http.StatusUnauthorized, code: "CB_US02"},
	store.ErrAPISecondStep.Code:    {status: http.StatusUnauthorized, code: "CB_TW02"},
	store.ErrAPIChangeFirst.Code:   {status: http.StatusUnauthorized, code: "SLASH_PA02"},
	store.ErrQuotaFull.Code:        {status: http.StatusForbidden, code: "GH_QU01"},
	store.ErrLicencesFull.Code:     {status: http.StatusForbidden, code: "GH_QU01"},
	store.ErrNoPlaceYet.Code:       {status: http.StatusForbidden, code: "GH_QU01"},
	store.ErrSpaceFull.Code:        {status: http.StatusForbidden, code: "GH_QU01"},
	store.ErrNoSuchGuest.Code:      {status: http.StatusBadRequest, code: "GAIA_IL26"},
	store.ErrGuestSpacesOff.Code:   {status: http.StatusBadRequest, code: "GH_FE01"},
	store.ErrUnaffiliatedOff.Code:  {status: http.StatusBadRequest, code: "GH_FE01"},
	store.ErrApprovalNeeded.Code:   {status: http.StatusForbidden, code: "CB_NO02"},
	store.ErrKeyElsewhere.Code:     {status: http.StatusForbidden, code: "CB_NO02"},
	store.ErrFileTooLarge.Code:     *tooLarge,
	store.ErrOtherCall.Code:        {status: http.StatusConflict, code: "GH_ID01"},
}

// kinds are the answers to all other errors of the store. What may not be
// known of and what is not allowed are one answer, so that nobody probes IDs.
var kinds = map[store.Kind]refusal{
	store.Invalid:      {status: http.StatusBadRequest, code: invalid},
	store.Unauthorized: *noCredentials,
	store.Forbidden:    {status: http.StatusForbidden, code: "CB_NO02"},
	store.NotFound:     {status: http.StatusForbidden, code: "CB_NO02"},
	store.Conflict:     {status: http.StatusConflict, code: "GAIA_UN03"},
	store.Gone:         {status: http.StatusConflict, code: "GAIA_UN03"},
	store.TooMany:      {status: http.StatusTooManyRequests, code: "GH_TM01"},
	store.TooLarge:     *tooLarge,
	store.Busy:         {status: http.StatusServiceUnavailable, code: "GAIA_DA02"},
	store.Full:         {status: http.StatusInsufficientStorage, code: "GH_FU01"},
}

// ours is a fault of ours.
var ours = refusal{status: http.StatusInternalServerError, code: "GH_IN01"}

// problem is what is wrong with one parameter: a key of the catalogue, or an
// error of the store, which has its sentence there.
type problem struct {
	path string
	key  string
	args []any
	err  *store.Error
}

// problems are all that is wrong with a call's parameters, reported together.
type problems []problem

func (p problems) Error() string { return invalid }

// answerTo is the one map from errors to answers.
func answerTo(err error) refusal {
	var own *refusal
	var known *store.Error
	var tooLong *http.MaxBytesError
	var wrong problems
	switch {
	case errors.As(err, &own):
		return *own
	case errors.As(err, &wrong):
		return refusal{status: http.StatusBadRequest, code: invalid}
	case errors.As(err, &known):
		if answer, ok := codes[known.Code]; ok {
			return answer
		}
		if known.Field != "" { // whatever its kind, it is about a parameter
			return refusal{status: http.StatusBadRequest, code: invalid}
		}
		return kinds[known.Kind]
	case errors.As(err, &tooLong):
		return *tooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return kinds[store.Busy]
	}
	return ours
}

// and adds the problems in an error of the store that are about parameters of
// which nothing was said yet. What else went wrong goes before all problems.
func (p problems) and(err error) error {
	more := problemsOf(err)
	if err != nil && len(more) == 0 {
		return err
	}
	known := map[string]bool{}
	for _, one := range p {
		known[one.path] = true
	}
	for _, one := range more {
		entry, _, _ := strings.Cut(one.path, ".")
		if !known[one.path] && !known[entry] {
			p = append(p, one)
		}
	}
	return p
}

// errorBody is the one form of every answer that is no success.
type errorBody struct {
	Code    string              `json:"code"`
	ID      string              `json:"id"`
	Message string              `json:"message"`
	Errors  map[string]messages `json:"errors,omitempty"`
}

type messages struct {
	Messages []string `json:"messages"`
}

// fail answers a call that went wrong, and is the only place that logs it.
func (a *API) fail(q *request, err error) {
	if errors.Is(err, context.Canceled) && q.Context().Err() != nil {
		return // nobody is there to read an answer
	}
	q.drain()
	answer := answerTo(err)
	id := q.w.Header().Get("X-Request-Id")
	if answer == ours || errors.Is(err, context.DeadlineExceeded) {
		a.Log.LogAttrs(q.Context(), slog.LevelError, "call failed",
			slog.String("id", id), slog.String("route", a.Pattern(q.URL.Path)), slog.String("error", err.Error()))
	}
	words := q.words()
	body := errorBody{Code: answer.code, ID: id, Message: words.T("api." + answer.code), Errors: explain(words, err, answer)}
	var known *store.Error
	if errors.As(err, &known) {
		if wait := max(known.RetryAfter.Seconds(), 0); wait > 0 {
			q.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait))))
		}
	}
	q.w.Header().Set("X-Cybozu-Error", answer.code)
	if err := q.send(answer.status, body); err != nil {
		a.Log.LogAttrs(q.Context(), slog.LevelDebug, "answer not sent", slog.String("id", id), slog.String("error", err.Error()))
	}
}

// explain says what is wrong with each parameter.
func explain(words locale.Printer, err error, answer refusal) map[string]messages {
	if answer.status != http.StatusBadRequest {
		return nil
	}
	all := map[string]messages{}
	for _, one := range problemsOf(err) {
		text := ""
		if one.err != nil {
			text = words.Error(one.err.Code, one.err.Args)
		} else {
			text = words.T(one.key, one.args...)
		}
		all[one.path] = messages{append(all[one.path].Messages, text)}
	}
	return all
}

// problemsOf are the problems in an error: the API's own, or those of the
// store, whose fields are paths of parameters.
func problemsOf(err error) problems {
	var own problems
	if errors.As(err, &own) {
		return own
	}
	var several store.Problems
	var one *store.Error
	if !errors.As(err, &several) && errors.As(err, &one) {
		several = store.Problems{one}
	}
	for _, each := range several {
		if each.Field != "" {
			own = append(own, problem{path: each.Field, err: each})
		}
	}
	return own
}

func panicked(reason any) error {
	if reason == http.ErrAbortHandler { //nolint:errorlint // it is a value that net/http compares
		panic(reason)
	}
	return fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
}
