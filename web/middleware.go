package web

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/web/api"
)

// Keys of what is kept with a request.
const (
	keyRequestID = "request"
	keyVisit     = "visit"
	keyToken     = "token"
	keyRoute     = "route"
)

// trace gives the request its reference and writes the access log. The log
// holds the pattern of the route and not its path: paths hold tokens (SEC-I7).
func (s *Server) trace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		id := strings.ToLower(rand.Text()[:10])
		if api.Owns(c.Request().URL.Path) {
			id += strings.ToLower(rand.Text()[:10]) // as long as programs know it
		}
		c.Set(keyRequestID, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		r := c.Request()
		c.SetRequest(r.WithContext(store.WithOrigin(r.Context(), store.Origin{Address: c.RealIP(), RequestID: id})))
		if err := next(c); err != nil {
			s.fail(err, c)
		}
		if uploads := c.Request().MultipartForm; uploads != nil {
			_ = uploads.RemoveAll() // the server knows the request only without them
		}
		s.Log.LogAttrs(r.Context(), accessLevel(c), "request", accessAttrs(c, time.Since(began))...)
		return nil
	}
}

// recovered turns a panic into an error page.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch reason := recover(); reason {
			case nil:
			case http.ErrAbortHandler:
				panic(reason) // net/http's own way to break off an answer
			default:
				err = fmt.Errorf("panic: %v\n%s", reason, debug.Stack())
			}
		}()
		return next(c)
	}
}

const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; " +
	"base-uri 'none'; object-src 'none'"

// secured sets the headers of every answer, error pages included (SEC-S8, SEC-S9).
func (s *Server) secured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		h.Set("Cache-Control", "no-store")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// addressed refuses requests for another host than the base URL's: no page is
// ever built for a name that somebody else chose (SEC-S7). Only the two probes
// answer under every name, because a supervisor asks by address.
func (s *Server) addressed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !s.ourHost(r) && r.URL.Path != healthPath && r.URL.Path != readyPath {
			return errUnknownHost
		}
		return next(c)
	}
}

// ourHost reports whether a request is for the host of the base URL.
func (s *Server) ourHost(r *http.Request) bool {
	return hostOf(r.Host, s.BaseURL.Scheme) == hostOf(s.BaseURL.Host, s.BaseURL.Scheme)
}

// hostOf is a host in one spelling: small letters, no port where it goes
// without saying.
func hostOf(host, scheme string) string {
	host = strings.ToLower(host)
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// sameSite refuses changes that another site asks for (SEC-S5). A browser says
// where a request comes from; one that carries our cookie and does not say is
// refused as well.
func (s *Server) sameSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if safe(r.Method) {
			return next(c)
		}
		silent := r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == ""
		if silent && s.cookie(c.Request(), sessionCookie) != "" {
			return errCrossSite
		}
		if !s.sentByUs(r) {
			return errCrossSite
		}
		return next(c)
	}
}

// sentByUs reports whether nothing says that another site made the browser send
// a request. Our Referrer-Policy makes browsers send "Origin: null" with our own
// forms, so it counts only where a browser does not say the site.
func (s *Server) sentByUs(r *http.Request) bool {
	if s.cross.Check(r) != nil {
		return false
	}
	return r.Header.Get("Sec-Fetch-Site") != "" || s.ownOrigin(r.Header.Get("Origin"))
}

// ownOrigin reports whether an Origin header, if there is one, is the base
// URL's: net/http compares hosts only, and http is not https.
func (s *Server) ownOrigin(origin string) bool {
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == s.BaseURL.Scheme && hostOf(u.Host, u.Scheme) == hostOf(s.BaseURL.Host, u.Scheme)
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}
