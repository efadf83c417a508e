package secret

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

const (
	saltBytes = 16
	hashBytes = 32
)

// ErrBusy says that too many password hashes are under way or waiting.
var ErrBusy = errors.New("secret: too many password hashes at a time")

// ErrNotAHash is a stored password hash that cannot be read.
var ErrNotAHash = errors.New("secret: not an argon2id hash that we can check")

// Cost is what one password hash costs, and an attacker's every guess.
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32
	Threads uint8
}

var (
	// DefaultCost is argon2id with 19 MiB: about 60 ms on a small machine.
	DefaultCost = Cost{Memory: 19 * 1024, Time: 2, Threads: 1}
	// TestCost is next to nothing, for tests of everything but passwords.
	TestCost = Cost{Memory: 8, Time: 1, Threads: 1}
)

// maxCost bounds what a stored hash can make us spend.
var maxCost = Cost{Memory: 256 * 1024, Time: 16, Threads: 16}

func (c Cost) valid() bool {
	return c.Time >= 1 && c.Threads >= 1 && c.Memory >= 8*uint32(c.Threads) &&
		c.Memory <= maxCost.Memory && c.Time <= maxCost.Time && c.Threads <= maxCost.Threads
}

// Hasher hashes passwords, a bounded number at a time, because each takes much
// memory and a whole processor.
type Hasher struct {
	cost    Cost
	inside  chan struct{} // hashing or waiting
	slots   chan struct{} // hashing
	queued  atomic.Int64  // passwords of batches that were let in
	batched chan struct{} // hashes of batches, which leave a slot to everybody else
}

// NewHasher hashes at [DefaultCost], parallel hashes at a time with waiting more
// in line. Whoever comes then gets [ErrBusy].
func NewHasher(parallel, waiting int) *Hasher {
	return NewHasherCost(parallel, waiting, DefaultCost)
}

// NewHasherCost is [NewHasher] with another cost. Hashes made at a different cost
// still verify and are stale.
func NewHasherCost(parallel, waiting int, cost Cost) *Hasher {
	if parallel < 1 || waiting < 0 || !cost.valid() {
		panic("secret: a hasher needs at least one place and a sensible cost")
	}
	return &Hasher{
		cost:    cost,
		inside:  make(chan struct{}, parallel+waiting),
		slots:   make(chan struct{}, parallel),
		batched: make(chan struct{}, max(1, parallel-1)),
	}
}

// Hash hashes a password as it was typed, into a PHC string with its salt and cost.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	return h.fresh(ctx, password, h.derive)
}

func (h *Hasher) fresh(ctx context.Context, password string, derive func(context.Context, string, phc) ([]byte, error)) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: it ends the program instead
	sum, err := derive(ctx, password, phc{cost: h.cost, salt: salt})
	if err != nil {
		return "", err
	}
	return phc{cost: h.cost, salt: salt, sum: sum}.String(), nil
}

// Verify tells whether the password is the one that was hashed. A stale hash has
// another cost than today's and should be made anew while the password is at hand.
// A hash that cannot be read costs the same work, and is [ErrNotAHash].
func (h *Hasher) Verify(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	parsed, err := parsePHC(stored)
	if err != nil {
		return false, false, errors.Join(err, h.VerifyDummy(ctx, password))
	}
	sum, err := h.derive(ctx, password, parsed)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(sum, parsed.sum) == 1
	return ok, ok && parsed.cost != h.cost, nil
}

// dummySalt stands in for the salt of an account that is not there.
var dummySalt = []byte("no such account!")

// VerifyDummy does the work of [Hasher.Verify] for an unknown login, so that the
// time of the answer does not tell that it is unknown.
func (h *Hasher) VerifyDummy(ctx context.Context, password string) error {
	_, err := h.derive(ctx, password, phc{cost: h.cost, salt: dummySalt})
	return err
}

// derive waits for its turn and hashes.
func (h *Hasher) derive(ctx context.Context, password string, with phc) ([]byte, error) {
	select {
	case h.inside <- struct{}{}:
		defer func() { <-h.inside }()
	default:
		return nil, ErrBusy
	}
	return h.work(ctx, password, with)
}

// work hashes when a slot is free.
func (h *Hasher) work(ctx context.Context, password string, with phc) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to hash a password: %w", context.Cause(ctx))
	}
	return argon2.IDKey([]byte(password), with.salt, with.cost.Time, with.cost.Memory, with.cost.Threads, hashBytes), nil
}

// Load is how many hashes are under way or waiting.
func (h *Hasher) Load() int { return len(h.inside) }

// phc is a password hash with all that is needed to check it.
type phc struct {
	cost Cost
	salt []byte
	sum  []byte
}

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.Memory, p.cost.Time, p.cost.Threads,
		base64.RawStdEncoding.EncodeToString(p.salt), base64.RawStdEncoding.EncodeToString(p.sum))
}

// parsePHC reads what [phc.String] writes, and nothing else.
func parsePHC(stored string) (phc, error) {
	fields := strings.Split(stored, "$")
	if len(stored) > 200 || len(fields) != 6 {
		return phc{}, ErrNotAHash
	}
	var p phc
	_, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &p.cost.Memory, &p.cost.Time, &p.cost.Threads)
	if err != nil {
		return phc{}, ErrNotAHash
	}
	p.salt, _ = base64.RawStdEncoding.DecodeString(fields[4]) // a wrong one fails the comparison below
	p.sum, _ = base64.RawStdEncoding.DecodeString(fields[5])
	if !p.cost.valid() || len(p.salt) < 8 || len(p.sum) != hashBytes || p.String() != stored {
		return phc{}, ErrNotAHash
	}
	return p, nil
}
