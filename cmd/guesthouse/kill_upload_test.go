package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"guesthouse/store"
)

// Killed in the middle of uploads, over and over: no row is without its file,
// after the sweep no file is without its row, and what was acknowledged is there
// (SEC-I6, SEC-R2).
func TestKilledWhileUploading(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, data, "--limits", "open")
	host := p.visitor()
	setUp(t, p, host)
	space := createSpace(t, host, "Autumn catalogue")

	acknowledged := map[string]bool{}
	for range 5 {
		for _, hash := range uploadUntilKilled(t, p, space) {
			acknowledged[hash] = true
		}
		wantContents(t, data, acknowledged) // as the kill left it
		p = start(t, data, "--limits", "open")
	}
	p.kill()
	if len(acknowledged) == 0 {
		t.Fatal("nothing was acknowledged before a kill: the test proves nothing")
	}
	t.Logf("%d files were acknowledged", len(acknowledged))
	rows := wantContents(t, data, acknowledged)

	s, err := store.Open(t.Context(), store.Options{Data: data, Now: func() time.Time { return time.Now().Add(2 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SweepFiles(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for hash := range filesIn(t, data) {
		if !rows[hash] {
			t.Errorf("after the sweep the file %s is there without a row", hash)
		}
	}
	wantContents(t, data, acknowledged)
}

// uploadUntilKilled sends files from two browsers at once, one as a form and one
// in pieces, kills the portal in the midst of it, and gives the hashes of those
// that were answered with success.
func uploadUntilKilled(t *testing.T, p *process, space string) []string {
	t.Helper()
	var mu sync.Mutex
	var acknowledged []string
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	enough := make(chan struct{})
	note := func(content []byte) {
		sum := sha256.Sum256(content)
		mu.Lock()
		defer mu.Unlock()
		acknowledged = append(acknowledged, hex.EncodeToString(sum[:]))
		if len(acknowledged) == 3 {
			close(enough)
		}
	}
	var uploaders sync.WaitGroup
	for _, send := range []func(context.Context, *visitor, string, []byte) bool{sendForm, sendPieces} {
		host := signedIn(t, p)
		uploaders.Go(func() {
			for {
				content := make([]byte, 200_000+rand.IntN(200_000)) //nolint:gosec // no secret
				for i := range content {
					content[i] = byte(rand.IntN(256)) //nolint:gosec // no secret
				}
				if !send(ctx, host, space, content) {
					return // killed
				}
				note(content)
			}
		})
	}
	<-enough
	// Any moment is as good as another; a few milliseconds make it differ.
	<-time.After(time.Duration(rand.IntN(20)) * time.Millisecond) //nolint:gosec // no secret
	p.kill()
	uploaders.Wait()
	return acknowledged
}

// sendForm says something with a file, as a browser without the script does.
func sendForm(ctx context.Context, host *visitor, space string, content []byte) bool {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("files", "photo.bin")
	if err != nil {
		return false
	}
	_, _ = part.Write(content) // into memory
	_ = w.WriteField("text", "A file")
	_ = w.Close()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, host.at(space+"/threads/1/comments"), &body)
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", w.FormDataContentType())
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	got, err := host.do(request)
	return err == nil && got.Status == http.StatusOK
}

// sendPieces sends a file as the script does.
func sendPieces(ctx context.Context, host *visitor, space string, content []byte) bool {
	var upload struct {
		ID     string `json:"id"`
		Offset int    `json:"offset"`
		Whole  bool   `json:"whole"`
	}
	send := func(path, kind string, body []byte) bool {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, host.at(path), bytes.NewReader(body))
		if err != nil {
			return false
		}
		request.Header.Set("Content-Type", kind)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		response, err := host.client.Do(request)
		if err != nil {
			return false
		}
		defer func() { _ = response.Body.Close() }() // it was only read
		return response.StatusCode < 300 && json.NewDecoder(response.Body).Decode(&upload) == nil
	}
	if !send(space+"/uploads", "application/x-www-form-urlencoded", fmt.Appendf(nil, "name=photo.bin&size=%d", len(content))) {
		return false
	}
	for !upload.Whole {
		piece := content[upload.Offset:min(upload.Offset+100_000, len(content))]
		if !send(fmt.Sprintf("%s/uploads/%s?offset=%d", space, upload.ID, upload.Offset), "application/octet-stream", piece) {
			return false
		}
	}
	return true
}

// wantContents looks whether every row of a content has its file, whole, and
// whether the acknowledged ones have rows. It gives the hashes of all rows.
func wantContents(t *testing.T, data string, acknowledged map[string]bool) map[string]bool {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "guesthouse.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // it was only read
	found, err := db.QueryContext(t.Context(), `SELECT hash FROM blobs`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }() // its error is looked at
	files, rows := filesIn(t, data), map[string]bool{}
	for found.Next() {
		var hash string
		if err := found.Scan(&hash); err != nil {
			t.Fatal(err)
		}
		rows[hash] = true
		if files[hash] != hash {
			t.Errorf("the row of %s has no file, or another: %q", hash, files[hash])
		}
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	for hash := range acknowledged {
		if !rows[hash] {
			t.Errorf("%s was acknowledged and has no row", hash)
		}
	}
	return rows
}

// filesIn are the contents that lie in the folder of files: the hash that names
// each, and the hash of what is in it.
func filesIn(t *testing.T, data string) map[string]string {
	t.Helper()
	folder := filepath.Join(data, "files")
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		dir := filepath.Base(filepath.Dir(path))
		if dir == "incoming" || dir == "parts" {
			return nil
		}
		content, err := os.ReadFile(path) //nolint:gosec // in the folder of the test
		sum := sha256.Sum256(content)
		files[dir+filepath.Base(path)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
