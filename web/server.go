// Package web takes requests in and gives answers out: routes and their
// guards, sessions, forms, error pages. It knows nothing of SQL or rules.
package web

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/mail"
	"guesthouse/static"
	"guesthouse/store"
	"guesthouse/web/api"
)

// Config is what a Server needs to know.
type Config struct {
	Store          *store.Store
	BaseURL        *url.URL       // the address that people use (SEC-S7)
	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts
	Mailbox        *mail.Mailbox  // the built-in mailbox, which keeps all mails; nil where a mail server takes them
	Mail           MailSettings   // how mails leave, for the administration
	Log            *slog.Logger   // slog.Default when nil
	Version        string
	LookEvery      time.Duration // how often open pages are looked after; 2 s when 0
}

// MailSettings are the settings of mail in force, as the administration shows
// them: never a password.
type MailSettings struct {
	Server     string // host and port; "" for the built-in mailbox
	Encryption string // none, starttls or tls
	Login      string // the user name at the mail server; "" for none
	Sender     netmail.Address
}

// From is the sender as people write it.
func (m MailSettings) From() string { return mail.Written(m.Sender) }

// Server is one portal. Two of them can live in one process: nothing is global.
type Server struct {
	Config

	echo     *echo.Echo
	known    []pattern // of the pages that one may be led on to
	cross    *http.CrossOriginProtection
	clients  *clients
	static   http.Handler
	live     *lookout
	api      *api.API
	stopping atomic.Bool
}

// New makes the portal that config describes.
func New(config Config) (*Server, error) {
	if config.Store == nil {
		return nil, errors.New("web: no store")
	}
	if config.BaseURL == nil || config.BaseURL.Host == "" || (config.BaseURL.Scheme != "http" && config.BaseURL.Scheme != "https") {
		return nil, errors.New("web: the base URL must begin with http:// or https://")
	}
	if config.Log == nil {
		config.Log = slog.Default()
	}
	s := &Server{
		Config:  config,
		echo:    echo.New(),
		cross:   http.NewCrossOriginProtection(),
		clients: newClients(perClient),
		static:  static.Handler(),
	}
	s.api = s.newAPI()
	s.live = newLookout(s, cmp.Or(config.LookEvery, lookEvery))
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.IPExtractor = ipExtractor(config.TrustedProxies)
	s.echo.HTTPErrorHandler = s.fail
	s.echo.Binder = binder{}
	s.echo.Pre(s.trace, s.recovered, s.secured, s.programs, s.crowd, s.addressed, s.sameSite)
	s.register()
	return s, nil
}

// Handler answers every request of the portal.
func (s *Server) Handler() http.Handler { return s.echo }

// Limits of a connection (SEC-R7).
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 30 * time.Second
	answerTimeout = 60 * time.Second
	idleTimeout   = 90 * time.Second
	stopTimeout   = 10 * time.Second
	headerBytes   = 32 << 10
	connections   = 1000
	perClient     = 100 // requests for pages
	perClientOpen = 250 // connections: a hundred calls of the API may run beside the pages
)

// Serve answers on the listeners until ctx ends, then lets the requests that
// are under way come to their end for ten seconds (SEC-R8). What it returns is
// nil after a stop that was asked for.
func (s *Server) Serve(ctx context.Context, listeners ...net.Listener) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(s.live.close) // streams do not end by themselves
	ended := make(chan error, len(listeners))
	door := newDoor(s.limits())
	for _, listener := range listeners {
		go func() { ended <- server.Serve(door.guard(listener)) }()
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-ended:
	}
	s.stopping.Store(true)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		_ = server.Close() // whoever is still there had ten seconds
	}
	if errors.Is(failed, http.ErrServerClosed) {
		return nil
	}
	return failed
}

// limits are how many connections there may be, in all and from one client;
// none when the limits are open. A trusted proxy stands for many clients.
func (s *Server) limits() doorLimits {
	if s.Store.OpenLimits() {
		return doorLimits{}
	}
	return doorLimits{all: connections, each: perClientOpen, proxies: s.TrustedProxies}
}

// secure reports whether people reach the portal over https.
func (s *Server) secure() bool { return s.BaseURL.Scheme == "https" }

// base is the base URL without a slash at its end.
func (s *Server) base() string { return strings.TrimRight(s.BaseURL.String(), "/") }

func ipExtractor(trusted []netip.Prefix) echo.IPExtractor {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, prefix := range trusted {
		options = append(options, echo.TrustIPRange(&net.IPNet{
			IP:   prefix.Masked().Addr().AsSlice(),
			Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(options...)
}
