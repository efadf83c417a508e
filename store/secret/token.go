// Package secret makes and checks the things that must not be guessed or
// leaked: link tokens, verification codes, password hashes, and the
// environment's key, which never stands in the database.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// tokenBytes is the entropy of a link token.
const tokenBytes = 32

// Token makes a token for a link or cookie, and the hash under which its row is
// found. Only the hash is stored.
func Token() (token string, hash []byte) {
	random := make([]byte, tokenBytes)
	rand.Read(random) // never fails: it ends the program instead
	token = base64.RawURLEncoding.EncodeToString(random)
	return token, Hash(token)
}

// Hash is what is stored of a token. Any text has one, so that a malformed token
// costs the same look-up as an unknown one.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
