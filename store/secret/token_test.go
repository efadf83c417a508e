package secret_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"guesthouse/store/secret"
)

// SEC-T1
func TestTokenIsRandomAndFoundByItsHash(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		token, hash := secret.Token()
		if seen[token] {
			t.Fatal("a token came twice")
		}
		seen[token] = true
		random, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || len(random) != 32 {
			t.Fatalf("token of %d bytes, %v; want 32 bytes of base64url", len(random), err)
		}
		if !bytes.Equal(hash, secret.Hash(token)) || len(hash) != 32 {
			t.Fatal("the token is not found by its hash")
		}
		if strings.Contains(string(hash), token) {
			t.Fatal("the hash gives the token away")
		}
	}
}

// SEC-T5
func TestMalformedTokensHaveHashes(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "\x00", "../../etc", "\xff\xfe", strings.Repeat("a", 1<<20)} {
		if got := secret.Hash(token); len(got) != 32 {
			t.Errorf("hash of a malformed token has %d bytes, want 32", len(got))
		}
	}
}
