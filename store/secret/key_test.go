package secret_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"guesthouse/store/secret"
)

func TestLoadKeyMakesOneKeyThatStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "key")

	// Of eight that start at once, all get the same key.
	macs := make([]string, 8)
	var group sync.WaitGroup
	for i := range macs {
		group.Go(func() {
			key, err := secret.LoadKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			macs[i] = string(key.MAC("test"))
		})
	}
	group.Wait()
	for _, mac := range macs {
		if mac != macs[0] || mac == "" {
			t.Fatal("two processes got different keys")
		}
	}

	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file has mode %v, %v; want 0600", info.Mode().Perm(), err)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("%d files beside the key, %v; want the key alone", len(files)-1, err)
	}
}

func TestLoadKeyRefusesDamage(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("A", 43)
	for name, text := range map[string]string{
		"empty": "", "short": good[:42], "long": good + "A", "not base64": good[:42] + "!", "zeros": strings.Repeat("\x00", 32),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "key")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := secret.LoadKey(path)
			if err == nil {
				t.Fatal("a damaged key was taken")
			}
			if len(text) > 40 && strings.Contains(err.Error(), text[:40]) {
				t.Error("the error quotes the key")
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != text {
				t.Error("the damaged file was touched")
			}
		})
	}
	if _, err := secret.LoadKey(filepath.Join(t.TempDir(), "no", "such", "folder")); err == nil {
		t.Error("a key in a folder that is not there")
	}
}

func TestMACTellsPartsAndPurposesApart(t *testing.T) {
	t.Parallel()
	key, other := secret.NewKey(), secret.NewKey()
	base := key.MAC("code", []byte("ab"), []byte("c"))
	for name, mac := range map[string][]byte{
		"parts moved":     key.MAC("code", []byte("a"), []byte("bc")),
		"parts joined":    key.MAC("code", []byte("abc")),
		"empty part":      key.MAC("code", []byte("ab"), []byte("c"), nil),
		"another purpose": key.MAC("cookie", []byte("ab"), []byte("c")),
		"another key":     other.MAC("code", []byte("ab"), []byte("c")),
	} {
		if bytes.Equal(mac, base) {
			t.Errorf("%s: same MAC", name)
		}
	}
	if !bytes.Equal(base, key.MAC("code", []byte("ab"), []byte("c"))) {
		t.Error("the same input has two MACs")
	}
}

func TestKeyTokenCanBeMadeAgain(t *testing.T) {
	t.Parallel()
	key, nonce := secret.NewKey(), []byte("sixteen bytes...")
	token := key.Token("invitation", nonce)
	if len(token) != 43 || token != key.Token("invitation", nonce) {
		t.Errorf("token of %d characters, or another one at the second time", len(token))
	}
	if token == key.Token("reset", nonce) || token == secret.NewKey().Token("invitation", nonce) ||
		token == key.Token("invitation", []byte("other nonce")) {
		t.Error("two purposes, keys or nonces share a token")
	}
}

// SEC-P4
func TestSealOpensOnlyWhatWasSealed(t *testing.T) {
	t.Parallel()
	key := secret.NewKey()
	text, row := []byte("Correct horse"), []byte("mail 7")
	sealed, err := key.Seal("outbox", text, row)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, text) {
		t.Error("the text can be read")
	}
	again, err := key.Seal("outbox", text, row)
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("sealing twice gives the same bytes, %v", err)
	}
	if got, err := key.Open("outbox", sealed, row); err != nil || !bytes.Equal(got, text) {
		t.Errorf("Open = %q, %v", got, err)
	}

	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another row":     func() ([]byte, error) { return key.Open("outbox", sealed, []byte("mail 8")) },
		"another purpose": func() ([]byte, error) { return key.Open("totp", sealed, row) },
		"another key":     func() ([]byte, error) { return secret.NewKey().Open("outbox", sealed, row) },
		"flipped bit":     func() ([]byte, error) { return key.Open("outbox", flipped, row) },
		"cut":             func() ([]byte, error) { return key.Open("outbox", sealed[:20], row) },
		"nothing":         func() ([]byte, error) { return key.Open("outbox", nil, row) },
	} {
		if got, err := open(); !errors.Is(err, secret.ErrSealed) || got != nil {
			t.Errorf("%s: Open = %q, %v; want ErrSealed", name, got, err)
		}
	}
}

// SEC-I7
func TestKeyNeverPrintsItself(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(strings.Repeat("QUFB", 10)+"QUE"), 0o600); err != nil { // 32 times "A"
		t.Fatal(err)
	}
	key, err := secret.LoadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "key", key)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "key", key, "inside", struct{ Key secret.Key }{key})
	text, err := json.Marshal(map[string]any{"key": key})
	if err != nil {
		t.Fatal(err)
	}
	log.Write(text)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&log, verb+"\n", key)
		fmt.Fprintf(&log, verb+"\n", struct{ hidden secret.Key }{key})
		fmt.Fprintf(&log, verb+"\n", &struct{ hidden secret.Key }{key})
	}
	for _, leak := range []string{"AAAA", "QUFB", "41414141", "0x41, 0x41", "65 65"} {
		if strings.Contains(log.String(), leak) {
			t.Errorf("the key leaks as %q", leak)
		}
	}
	if !strings.Contains(log.String(), "[secret key]") {
		t.Error("nothing says that a key was hidden")
	}
}
