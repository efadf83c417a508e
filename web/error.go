package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// fault is a refusal that the web itself decides on, before the store is asked.
type fault struct {
	status int
	code   string
}

func (f *fault) Error() string { return f.code }

var (
	errBadRequest   = &fault{http.StatusBadRequest, "bad_request"}
	errCrossSite    = &fault{http.StatusForbidden, "cross_site"}
	errChangeFirst  = &fault{http.StatusForbidden, "change_password_first"}
	errConfirmFirst = &fault{http.StatusForbidden, "confirm_first"}
	errVerifyFirst  = &fault{http.StatusUnauthorized, "verify_first"}
	errTooLarge     = &fault{http.StatusRequestEntityTooLarge, "too_large"}
	errUnknownHost  = &fault{http.StatusMisdirectedRequest, "unknown_host"}
)

// statuses is the one map from what a caller can do about an error to HTTP.
var statuses = map[store.Kind]int{
	store.Invalid:      http.StatusUnprocessableEntity,
	store.Unauthorized: http.StatusUnauthorized,
	store.Forbidden:    http.StatusForbidden,
	store.NotFound:     http.StatusNotFound,
	store.Conflict:     http.StatusConflict,
	store.Gone:         http.StatusGone,
	store.TooMany:      http.StatusTooManyRequests,
	store.TooLarge:     http.StatusRequestEntityTooLarge,
	store.Busy:         http.StatusServiceUnavailable,
	store.Full:         http.StatusInsufficientStorage,
}

// answer is an error as it goes out.
type answer struct {
	status     int
	code       string
	args       map[string]any
	retryAfter time.Duration
	setting    string // of the policy, that caused it
	fault      bool   // ours, not the client's
}

func answerTo(err error) answer {
	var known *store.Error
	var refused *fault
	var routed *echo.HTTPError
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &known):
		return answer{status: statuses[known.Kind], code: known.Code, args: known.Args, retryAfter: known.RetryAfter, setting: known.Setting}
	case errors.As(err, &refused):
		return answer{status: refused.status, code: refused.code}
	case errors.As(err, &tooLong):
		return answer{status: errTooLarge.status, code: errTooLarge.code}
	case errors.As(err, &routed):
		return routedAnswer(routed.Code)
	case errors.Is(err, context.DeadlineExceeded):
		return answer{status: http.StatusServiceUnavailable, code: store.ErrBusy.Code, retryAfter: store.ErrBusy.RetryAfter, fault: true}
	}
	return answer{status: http.StatusInternalServerError, code: "internal", fault: true}
}

// routedAnswer is for what the router itself refuses.
func routedAnswer(status int) answer {
	switch status {
	case http.StatusNotFound:
		return answer{status: status, code: store.ErrNotFound.Code}
	case http.StatusMethodNotAllowed:
		return answer{status: status, code: "method_not_allowed"}
	case http.StatusRequestEntityTooLarge:
		return answer{status: status, code: errTooLarge.code}
	}
	if status >= http.StatusInternalServerError {
		return answer{status: http.StatusInternalServerError, code: "internal", fault: true}
	}
	return answer{status: http.StatusBadRequest, code: errBadRequest.code}
}

// fail answers a request that went wrong, and is the only place that logs it.
func (s *Server) fail(err error, c echo.Context) {
	a := answerTo(err)
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		return // nobody is there to read an answer
	}
	if a.fault {
		s.Log.LogAttrs(c.Request().Context(), slog.LevelError, "request failed",
			slog.String("id", requestID(c)), slog.String("route", patternOf(c)), slog.String("error", err.Error()))
	}
	if c.Response().Committed {
		return // too late for an error page
	}
	setRetryAfter(c, a.retryAfter)
	if err := s.showError(c, a); err != nil {
		s.Log.LogAttrs(c.Request().Context(), slog.LevelError, "error page failed",
			slog.String("id", requestID(c)), slog.String("error", err.Error()))
		if !c.Response().Committed {
			c.Response().WriteHeader(a.status)
		}
	}
}

// setRetryAfter says for how long it makes no sense to try again.
func setRetryAfter(c echo.Context, wait time.Duration) {
	if wait > 0 {
		seconds := int((wait + time.Second - 1) / time.Second)
		c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}

func (s *Server) showError(c echo.Context, a answer) error {
	if a.status == http.StatusUnauthorized && a.code == store.ErrSignIn.Code {
		if wantsStream(c) {
			return c.NoContent(http.StatusNoContent) // the one answer after which a browser does not come again
		}
		if safe(c.Request().Method) {
			return s.redirect(c, views.LoginNextURL(c.Request().URL.RequestURI()))
		}
		return s.showKept(c)
	}
	p := s.errorFrame(c)
	p.Failed = true
	m := views.ErrorPage{Page: p, Code: a.code, Text: p.Error(a.code, a.args), Setting: a.setting}
	m.Title = errorTitle(p, a)
	return s.render(c, a.status, views.ErrorWithSteps(m, s.errorSteps(c, p, a)))
}

// errorFrame is the Page of an error page. It is shown even when nothing can
// be asked of the store any more.
func (s *Server) errorFrame(c echo.Context) views.Page {
	p, err := s.gatePage(c, "")
	if err != nil {
		return s.barePage(c, store.Environment{})
	}
	return p
}

// errorTitle is the heading of an error: its own, or that of its kind.
func errorTitle(p views.Page, a answer) string {
	for _, name := range []string{a.code, statusTitles[a.status]} {
		key := "error_title." + name
		if title := p.T(key); title != key {
			return title
		}
	}
	return p.T("error_title.internal")
}

var statusTitles = map[int]string{
	http.StatusBadRequest:            "invalid",
	http.StatusUnauthorized:          "unauthorized",
	http.StatusForbidden:             "forbidden",
	http.StatusNotFound:              "not_found",
	http.StatusConflict:              "conflict",
	http.StatusGone:                  "gone",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnprocessableEntity:   "invalid",
	http.StatusTooManyRequests:       "too_many",
	http.StatusServiceUnavailable:    "busy",
	http.StatusInsufficientStorage:   "disk_full",
}

// errorSteps are the ways on from an error page, the best one first.
func (s *Server) errorSteps(c echo.Context, p views.Page, a answer) []views.ErrorStep {
	home := views.ErrorStep{URL: views.HomeURL, Label: p.T("error_action.home")}
	switch {
	case a.code == errUnknownHost.code:
		return []views.ErrorStep{{URL: s.base() + views.HomeURL, Label: p.T("error_action.home")}}
	case a.code == errVerifyFirst.code:
		return []views.ErrorStep{{URL: views.VerificationURL, Label: p.T("verify.title")}}
	case a.code == store.ErrTermsFirst.Code:
		return []views.ErrorStep{{URL: views.TermsURL, Label: p.T("error_action.accept_terms")}}
	case a.code == errChangeFirst.code:
		return []views.ErrorStep{{URL: views.ProfilePasswordURL, Label: p.T("error_action.change_password")}}
	case a.code == store.ErrLinkGone.Code:
		return []views.ErrorStep{
			{URL: views.PasswordForgottenURL, Label: p.T("error_action.new_link")},
			{URL: views.LoginURL, Label: p.T("error_action.sign_in")},
		}
	case a.status >= http.StatusInternalServerError && safe(c.Request().Method):
		return []views.ErrorStep{{URL: c.Request().URL.RequestURI(), Label: p.T("common.try_again")}, home}
	case visitOf(c) == nil:
		return []views.ErrorStep{home, {URL: views.LoginURL, Label: p.T("error_action.sign_in")}}
	}
	return []views.ErrorStep{home}
}

// reshow takes out of err what is the form's fault, so that the form is shown
// again with status 422. Any other error comes back as it is.
func reshow(err error) (views.Problems, error) {
	problems := views.ProblemsOf(err)
	if problems == nil {
		return nil, err
	}
	return problems, nil
}
