package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
)

const (
	keyBytes   = 32
	nonceBytes = 12
	redacted   = "[secret key]"
)

// ErrSealed is a sealed text that this key, purpose and context do not open: it
// was changed, cut, moved to another row, or sealed with another key.
var ErrSealed = errors.New("secret: sealed text does not open")

// Key is the key of an environment. It is kept outside the database, so that the
// database alone gives nobody a code, a link or a mail body. Each purpose has a
// sub-key of its own. The zero Key is unusable and panics.
type Key struct {
	// A function, because fmt shows no more of one than its address: a Key in an
	// unexported field, where fmt calls no methods, stays hidden as well.
	master func() []byte
}

func keyOf(master []byte) Key {
	return Key{master: func() []byte { return master }}
}

// NewKey makes a random key.
func NewKey() Key {
	master := make([]byte, keyBytes)
	rand.Read(master) // never fails: it ends the program instead
	return keyOf(master)
}

// MAC authenticates the parts for a purpose. Parts are told apart: ("ab", "c")
// and ("a", "bc") differ.
func (k Key) MAC(purpose string, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, k.derive("mac", purpose))
	for _, part := range parts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		mac.Write(length[:])
		mac.Write(part)
	}
	return mac.Sum(nil)
}

// Token makes the same link token again from the random nonce of its row, for
// links that somebody may copy later. The nonce is worth nothing without the key.
func (k Key) Token(purpose string, nonce []byte) string {
	return base64.RawURLEncoding.EncodeToString(k.MAC("token/"+purpose, nonce))
}

// Seal encrypts plaintext. It opens only with the same purpose and context; the
// context is the identity of the row, so that nobody swaps sealed texts.
func (k Key) Seal(purpose string, plaintext, context []byte) ([]byte, error) {
	aead, err := k.aead(purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, nonceBytes, nonceBytes+len(plaintext)+aead.Overhead())
	rand.Read(nonce) // never fails: it ends the program instead
	return aead.Seal(nonce, nonce, plaintext, context), nil
}

// Open decrypts what [Key.Seal] made, or returns [ErrSealed].
func (k Key) Open(purpose string, sealed, context []byte) ([]byte, error) {
	aead, err := k.aead(purpose)
	if err != nil {
		return nil, err
	}
	if len(sealed) < nonceBytes {
		return nil, ErrSealed
	}
	plaintext, err := aead.Open(nil, sealed[:nonceBytes], sealed[nonceBytes:], context)
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

func (k Key) aead(purpose string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.derive("seal", purpose))
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", purpose, err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("seal for %s: %w", purpose, err)
	}
	return aead, nil
}

// derive is the sub-key of one use and purpose.
func (k Key) derive(use, purpose string) []byte {
	if k.master == nil {
		panic("secret: use of a Key that was neither loaded nor made")
	}
	key, err := hkdf.Key(sha256.New, k.master(), nil, "guesthouse/"+use+"/"+purpose, keyBytes)
	if err != nil {
		panic("secret: derive a key: " + err.Error()) // only for overlong keys, and ours are 32 bytes
	}
	return key
}

// String hides the key.
func (k Key) String() string { return redacted }

// GoString hides the key from %#v.
func (k Key) GoString() string { return redacted }

// Format hides the key from every verb of fmt.
func (k Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// LogValue hides the key from log/slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the key from encoders such as JSON.
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }
