package store

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"strings"
	"time"

	"guesthouse/store/secret"
)

// Limits of sign-in (SEC-P7).
const (
	patience       = 5   // failures in a row before one has to wait
	restsAfter     = 100 // failures in a row, then the password rests until a reset
	failuresKept   = 7 * Day
	clientFailures = 30
	clientWindow   = 10 * time.Minute
)

// try is one try of a password. It spends from the bucket of the browser and
// account where the browser is known, else from those of the account and the
// client; so strangers cannot lock a person out of their own browser.
type try struct {
	login  string // key of the login; "" when a session asks for its own password
	bucket string
	client string // bucket of the client; "" where it does not count
	count  int    // failures in a row, this try included
}

// often reports whether the next step is a wait.
func (t *try) often() bool { return t.count >= patience }

func (s *Store) trySignIn(ctx context.Context, key, device string) *try {
	bucket := s.loginBucket(key)
	if nonce, known := s.knowsDevice(device, key); known {
		return &try{login: key, bucket: bucket + ":" + nonce}
	}
	return &try{login: key, bucket: bucket, client: "signin-client:" + clientOf(ctx)}
}

// loginBucket names the limit of a login, whether somebody has it or not. It
// does not hold what was typed, which may be a password.
func (s *Store) loginBucket(key string) string {
	return "signin:" + hex.EncodeToString(s.key.MAC("login", []byte(key))[:16])
}

// spendTry counts a try as failed until forgive takes it back. While the wait
// after earlier failures lasts, the answer is ErrTooMany and nothing counts.
func (tx tx) spendTry(ctx context.Context, try *try) error {
	try.count = 0
	if tx.open {
		return nil
	}
	if try.client != "" {
		if err := tx.spend(ctx, try.client, 1, clientFailures, clientWindow); err != nil {
			return err
		}
	}
	err := tx.row(ctx, `
		INSERT INTO throttles (bucket, count, started_at, until_at, expires_at)
		VALUES ($1, 1, $2, 0, $3)
		ON CONFLICT (bucket) DO UPDATE
		SET count = CASE WHEN throttles.expires_at <= $2 THEN 1 ELSE throttles.count + 1 END,
		    expires_at = $3
		WHERE throttles.until_at <= $2
		RETURNING count`,
		try.bucket, at(tx.now), at(tx.now.Add(failuresKept))).Scan(&try.count)
	if err != nil {
		return tx.stillWaiting(ctx, try.bucket, err)
	}
	wait := waitAfter(try.count)
	if wait == 0 {
		return nil
	}
	_, err = tx.exec(ctx, `UPDATE throttles SET until_at = $2 WHERE bucket = $1`, try.bucket, at(tx.now.Add(wait)))
	return err
}

// stillWaiting turns "no row" of a bucket that is shut into ErrTooMany with
// the time that is left.
func (tx tx) stillWaiting(ctx context.Context, bucket string, err error) error {
	if missing(err, nil) != nil {
		return err
	}
	var until time.Time
	if err := tx.row(ctx, `SELECT until_at FROM throttles WHERE bucket = $1`, bucket).Scan(moment{&until}); err != nil {
		return err
	}
	return ErrTooMany.After(until.Sub(tx.now))
}

// forgive takes back what the right password had spent, and forgets the
// failures before it.
func (tx tx) forgive(ctx context.Context, try try) error {
	if tx.open {
		return nil
	}
	if _, err := tx.exec(ctx, `DELETE FROM throttles WHERE bucket = $1`, try.bucket); err != nil || try.client == "" {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE throttles SET count = count - 1 WHERE bucket = $1 AND count > 0`, try.client)
	return err
}

// forgetFailures lets the account be tried again, from every browser.
func (tx tx) forgetFailures(ctx context.Context, account Account) error {
	bucket := tx.loginBucket(account.Login)
	_, err := tx.exec(ctx, `DELETE FROM throttles WHERE bucket = $1 OR bucket LIKE $2`, bucket, bucket+":%")
	return err
}

// ClientOf is the part of an address that stands for one client: all of it in
// IPv4, the /64 in IPv6, of which one customer has every address. What is no
// address stands for itself.
func ClientOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	return prefix.Addr().String()
}

// A device cookie is a nonce and, for each login that signed in with it, a
// mark that only we can make: nonce.mark.mark, the newest first. It opens
// nothing; it only tells a known browser from a stranger.
const (
	deviceLogins = 5
	deviceMark   = 12 // bytes
	deviceNonce  = 16 // bytes
	maxDevice    = 300
)

func (s *Store) deviceMark(nonce, key string) string {
	return base64.RawURLEncoding.EncodeToString(s.key.MAC("device", []byte(nonce), []byte(key))[:deviceMark])
}

// knowsDevice reports whether the browser signed in to this login before, and
// the nonce that tells it from others.
func (s *Store) knowsDevice(device, key string) (nonce string, known bool) {
	nonce, marks, ok := splitDevice(device)
	if !ok {
		return "", false
	}
	mark := s.deviceMark(nonce, key)
	for _, one := range marks {
		if subtle.ConstantTimeCompare([]byte(one), []byte(mark)) == 1 {
			return nonce, true
		}
	}
	return "", false
}

// rememberDevice is the device cookie after a sign-in with this login.
func (s *Store) rememberDevice(device, key string) string {
	nonce, marks, ok := splitDevice(device)
	if !ok {
		token, _ := secret.Token()
		nonce, marks = token[:deviceNonce], nil
	}
	mark := s.deviceMark(nonce, key)
	kept := []string{nonce, mark}
	for _, one := range marks {
		if one != mark && len(kept) <= deviceLogins {
			kept = append(kept, one)
		}
	}
	return strings.Join(kept, ".")
}

func splitDevice(device string) (nonce string, marks []string, ok bool) {
	parts := strings.Split(device, ".")
	if len(device) > maxDevice || len(parts) < 2 || len(parts[0]) != deviceNonce {
		return "", nil, false
	}
	for _, part := range parts {
		if _, err := base64.RawURLEncoding.DecodeString(part); err != nil {
			return "", nil, false
		}
	}
	return parts[0], parts[1:], true
}
