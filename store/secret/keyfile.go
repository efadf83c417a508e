package secret

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadKey reads the environment's key from a file, and makes the file when there
// is none. Of several processes that start at once, all get the same key. A file
// that holds no key is an error and stays as it is: a new key in its place would
// silently make everything sealed with the old one unreadable.
func LoadKey(path string) (Key, error) {
	key, err := readKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := createKey(path, NewKey()); err != nil && !errors.Is(err, fs.ErrExist) {
		return Key{}, fmt.Errorf("make key file: %w", err)
	}
	return readKey(path)
}

func readKey(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Key{}, fmt.Errorf("read key file: %w", err)
	}
	// The decoder's error would quote the key.
	bytes, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(bytes) != keyBytes {
		return Key{}, fmt.Errorf("key file %s does not hold a key of %d bytes in base64url", path, keyBytes)
	}
	return keyOf(bytes), nil
}

// createKey writes the key beside its place and links it there once it is whole,
// so that nobody ever reads half a key. It does not replace a file.
func createKey(path string, key Key) (err error) {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, ".key-*") // made with 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()

	_, err = temp.WriteString(base64.RawURLEncoding.EncodeToString(key.master()) + "\n")
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the new name last through a power cut.
func syncDir(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
