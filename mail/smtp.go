package mail

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// Security is how the connection to the mail server is protected.
type Security string

// The ways to protect a connection. There is none that encrypts only if the
// server offers it: whoever stands between would take the offer out. SEC-M4
const (
	NoTLS       Security = "none"
	StartTLS    Security = "starttls"
	ImplicitTLS Security = "tls"
)

// SMTP is the mail server that the setting --smtp names.
type SMTP struct {
	Host     string
	Port     int
	User     string
	Password string
	Security Security
	Roots    *x509.CertPool // nil for those of the system
}

// ParseSMTP reads the setting: smtp://user:password@host:587 (STARTTLS) or
// smtps://… (TLS from the start), with ?tls=none|starttls|required. Without
// tls=, STARTTLS is required unless the host is loopback. Errors do not repeat
// the setting, which may hold a password.
func ParseSMTP(setting string) (SMTP, error) {
	u, err := url.Parse(setting)
	if err != nil {
		return SMTP{}, errors.New("--smtp is not a URL such as smtp://user:password@mail.example.com:587; " +
			"special characters in a password are written as %40")
	}
	s := SMTP{Host: u.Hostname(), User: u.User.Username()}
	s.Password, _ = u.User.Password()
	if s.Host == "" {
		return SMTP{}, errors.New("--smtp names no host; it looks like smtp://mail.example.com:587")
	}
	if (u.Path != "" && u.Path != "/") || u.Fragment != "" {
		return SMTP{}, errors.New("--smtp has something after the host that is not ?tls=")
	}
	if s.User == "" && s.Password != "" {
		return SMTP{}, errors.New("--smtp has a password and no user")
	}
	if s.Security, err = security(u); err != nil {
		return SMTP{}, err
	}
	if s.Port, err = port(u); err != nil {
		return SMTP{}, err
	}
	return s, nil
}

func security(u *url.URL) (Security, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", errors.New("--smtp has a query that cannot be read; only ?tls= is known")
	}
	for name, values := range query {
		if name != "tls" || len(values) != 1 {
			return "", errors.New("--smtp has a query other than one ?tls=")
		}
	}
	tls := query.Get("tls")
	if query.Has("tls") && tls != "none" && tls != "starttls" && tls != "required" {
		return "", errors.New("--smtp: tls is none, starttls or required")
	}
	switch {
	case u.Scheme == "smtps" && (tls == "" || tls == "required"):
		return ImplicitTLS, nil
	case u.Scheme == "smtps":
		return "", fmt.Errorf("--smtp: smtps:// is TLS from the start and cannot have tls=%s", tls)
	case u.Scheme != "smtp":
		return "", errors.New("--smtp begins with smtp:// or smtps://")
	case tls == "none", tls == "" && loopback(u.Hostname()):
		return NoTLS, nil
	}
	return StartTLS, nil
}

func port(u *url.URL) (int, error) {
	text := u.Port()
	switch {
	case text == "" && u.Scheme == "smtps":
		return 465, nil
	case text == "":
		return 587, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return 0, errors.New("--smtp has a port that is not 1 to 65535")
	}
	return n, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// String is the setting without the password, for logs and pages.
func (s SMTP) String() string {
	u := url.URL{Scheme: "smtp", Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port))}
	switch s.Security {
	case ImplicitTLS:
		u.Scheme = "smtps"
	default:
		u.RawQuery = "tls=" + string(s.Security)
	}
	if s.User != "" {
		u.User = url.User(s.User)
	}
	return u.String()
}

// GoString keeps the password out of %#v.
func (s SMTP) GoString() string { return "mail.SMTP(" + s.String() + ")" }

// MarshalText keeps the password out of whatever is written about the setting.
func (s SMTP) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
