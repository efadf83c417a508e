package webhook

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"time"

	"guesthouse/store"
)

// What one request may take, and how much of the answer is read (SEC-A6). The
// answer is not kept: it could be the page of a service that nobody outside is
// to read.
const (
	sendLimit   = 5 * time.Second
	answerLimit = 256 << 10
	headerLimit = 64 << 10
)

// Sender sends events to webhooks. The zero Sender may call public addresses
// with https.
type Sender struct {
	Outgoing store.Outgoing
	Roots    *x509.CertPool // who certificates are believed from; the system's when nil

	// Lookup asks for the addresses of a name; the system's resolver when nil.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Limit  time.Duration // for one request; 5 s if zero

	once      sync.Once
	transport *http.Transport
}

// Send tries to deliver an event and says what came of it. It follows no
// redirect, keeps no connection and asks no proxy.
func (s *Sender) Send(ctx context.Context, d store.Delivery, now time.Time) store.Try {
	began := time.Now()
	try := s.send(ctx, d, now)
	try.At, try.Took = now, time.Since(began)
	return try
}

func (s *Sender) send(ctx context.Context, d store.Delivery, now time.Time) store.Try {
	if len(d.Secrets) == 0 {
		return store.Try{Reason: store.TryBadKey}
	}
	ctx, cancel := context.WithTimeout(ctx, s.limit())
	defer cancel()
	target, err := s.Outgoing.Target(d.URL) // the settings may be others since it was saved
	if err != nil {
		return store.Try{Reason: store.TryForbidden}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(d.Payload))
	if err != nil {
		return store.Try{Reason: store.TryNoName}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Guesthouse")
	sign(request.Header, d, now)
	answer, err := s.transportOnce().RoundTrip(request)
	if err != nil {
		return store.Try{Reason: reasonOf(ctx, err)}
	}
	if answer.StatusCode >= http.StatusOK { // behind a 101 there is no answer but the bare connection
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, answerLimit)) // the status has said it all
	}
	_ = answer.Body.Close()
	return store.Try{Status: answer.StatusCode, Reason: reasonOfStatus(answer.StatusCode)}
}

func (s *Sender) limit() time.Duration {
	if s.Limit == 0 {
		return sendLimit
	}
	return s.Limit
}

func (s *Sender) transportOnce() *http.Transport {
	s.once.Do(func() {
		s.transport = &http.Transport{
			DialContext: s.dialPlain, DialTLSContext: s.dialEncrypted, DisableKeepAlives: true, DisableCompression: true,
			MaxResponseHeaderBytes: headerLimit,
		}
	})
	return s.transport
}

func reasonOf(ctx context.Context, err error) string {
	var refused *refusal
	switch {
	case errors.As(err, &refused) && refused.reason == store.TryForbidden:
		return store.TryForbidden
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return store.TryTooSlow // whichever of the limits of the request and its connection came first
	case errors.As(err, &refused):
		return refused.reason
	}
	return store.TryNoHTTP
}

func reasonOfStatus(status int) string {
	if status >= 300 && status < 400 {
		return store.TryRedirect
	}
	return store.TryAnswered
}

// arrived reports whether the receiver has taken the event.
func arrived(try store.Try) bool { return try.Status >= 200 && try.Status < 300 }
