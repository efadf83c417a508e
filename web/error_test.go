package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		err    error
		status int
		code   string
		retry  string
	}{
		{"not found", store.ErrNotFound, http.StatusNotFound, "not_found", ""},
		{"forbidden", fmt.Errorf("open the desk: %w", store.ErrForbidden), http.StatusForbidden, "forbidden", ""},
		{"invalid", store.ErrRequired, http.StatusUnprocessableEntity, "required", ""},
		{"conflict", store.ErrAddressTaken, http.StatusConflict, "address_taken", ""},
		{"gone", &store.Error{Kind: store.Gone, Code: "GAIA_IR01"}, http.StatusGone, "GAIA_IR01", ""},
		{"too many", store.ErrTooMany.After(1500 * time.Millisecond), http.StatusTooManyRequests, "too_many", "2"},
		{"too large", &store.Error{Kind: store.TooLarge, Code: "too_large"}, http.StatusRequestEntityTooLarge, "too_large", ""},
		{"busy", store.ErrBusy, http.StatusServiceUnavailable, "busy", "5"},
		{"no room on the disk", store.ErrDiskFull, http.StatusInsufficientStorage, "disk_full", ""}, // SEC-R4
		{"a deadline", fmt.Errorf("read: %w", context.DeadlineExceeded), http.StatusServiceUnavailable, "busy", "5"},
		{"a fault", errors.New("something"), http.StatusInternalServerError, "internal", ""},
		{"our own refusal", errCrossSite, http.StatusForbidden, "cross_site", ""},
		{"the router's", echo.NewHTTPError(http.StatusUnsupportedMediaType), http.StatusBadRequest, "bad_request", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := newInside(t, get("/desk", anybody, func(echo.Context) error { return test.err }))
			w := in.ask("", http.MethodGet, "/desk", "")
			if w.Code != test.status || w.Header().Get("Retry-After") != test.retry {
				t.Errorf("%d, Retry-After %q; want %d, %q", w.Code, w.Header().Get("Retry-After"), test.status, test.retry)
			}
			body := w.Body.String()
			if !strings.Contains(body, `data-error="`+test.code+`"`) {
				t.Errorf("the page does not say %s", test.code)
			}
			if strings.Contains(body, "error_title.") || strings.Contains(body, ">error.") {
				t.Error("the page shows a key instead of words")
			}
			if fault := test.status == http.StatusInternalServerError; strings.Contains(in.log.String(), "level=ERROR") != (fault || test.name == "a deadline") {
				t.Errorf("the log says %s", in.log)
			}
		})
	}
}

// SEC-R7
func TestPanic(t *testing.T) {
	t.Parallel()
	in := newInside(t, get("/desk", anybody, func(echo.Context) error { panic("the drawer is stuck") }))
	w := in.ask("", http.MethodGet, "/desk", "")
	id := w.Header().Get("X-Request-Id")
	if w.Code != http.StatusInternalServerError || id == "" || !strings.Contains(w.Body.String(), id) {
		t.Errorf("%d with the reference %q", w.Code, id)
	}
	if strings.Contains(w.Body.String(), "drawer") {
		t.Error("the page tells what is inside")
	}
	if !strings.Contains(in.log.String(), "drawer") || !strings.Contains(in.log.String(), id) {
		t.Errorf("the log says %s", in.log)
	}
}

// An error page comes even when the store says nothing any more.
func TestErrorWithoutAStore(t *testing.T) {
	t.Parallel()
	in := newInside(t, get("/desk", somebody, ok))
	token := in.world.SignIn(in.world.Editor)
	if err := in.world.Store.Close(); err != nil {
		t.Fatal(err)
	}
	w := in.ask(token, http.MethodGet, "/desk", "")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), `data-error="internal"`) {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

// SEC-I7
func TestLogHoldsNoSecrets(t *testing.T) {
	t.Parallel()
	in := newInside(t,
		get("/papers/:token", anybody, ok),
		post("/papers/:token", anybody, func(echo.Context) error { return errors.New("the printer is out of paper") }))
	token := in.world.SignIn(in.world.Editor)
	in.ask(token, http.MethodGet, "/papers/t0ken?code=13572468", "")
	in.ask(token, http.MethodPost, "/papers/t0ken", "password=swordfish&email=erika%40partner.example")
	in.ask(token, "T0KEN", "/papers/t0ken", "")
	in.ask(token, http.MethodGet, "/nowhere/t0ken", "")
	log := in.log.String()
	for _, secret := range []string{"t0ken", "T0KEN", token, "13572468", "swordfish", "erika", "editor@"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	if !strings.Contains(log, "route=/papers/:token") {
		t.Errorf("the log does not name the route:\n%s", log)
	}
}
