package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"
)

// readBody reads the JSON object in the body of a call; an empty body is an
// empty object. Any method may have one.
func readBody(r *http.Request) (map[string]any, error) {
	text, err := io.ReadAll(io.LimitReader(r.Body, bodyBytes+1))
	text = bytes.TrimPrefix(text, byteOrderMark)
	switch {
	case err != nil:
		return nil, errors.Join(illegalRequest, err)
	case len(text) > bodyBytes:
		return nil, tooLarge
	case len(bytes.TrimSpace(text)) == 0:
		return map[string]any{}, nil
	case !saysJSON(r.Header.Get("Content-Type")):
		return nil, notJSON
	}
	return readJSON(text)
}

// byteOrderMark stands before texts that some programs on Windows write.
var byteOrderMark = []byte("\uFEFF")

// drainBytes is how much of a body that was refused is read nevertheless.
const drainBytes = 16 << 20

// body knows whether anybody has looked at it.
type body struct {
	io.ReadCloser
	read bool
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.read = true
	return b.ReadCloser.Read(p)
}

// drain reads what is left of the body of a call that is refused: who is still
// sending would not read the answer, but hear of a connection that broke. Who
// waits to be asked for the body is not asked for it.
func (q *request) drain() {
	if sent, ok := q.Body.(*body); ok && !sent.read && q.Header.Get("Expect") != "" {
		return
	}
	_, _ = io.CopyN(io.Discard, q.Body, drainBytes) // what is wrong with the rest does not matter
}

// saysJSON reports whether a content type is JSON's; some programs say none.
func saysJSON(header string) bool {
	if header == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(header)
	return err == nil && kind == "application/json"
}

// readJSON reads one JSON object. Numbers stay as they were written. What two
// programs may read differently is refused: a name that is given twice, text
// that is no UTF-8.
func readJSON(text []byte) (map[string]any, error) {
	if !utf8.Valid(text) {
		return nil, notJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := readValue(decoder, 0)
	if err != nil {
		return nil, notJSON
	}
	object, ok := value.(map[string]any)
	if _, err := decoder.Token(); !ok || !errors.Is(err, io.EOF) {
		return nil, notJSON
	}
	return object, nil
}

var (
	errTooDeep = errors.New("nested too deeply")
	errTwice   = errors.New("a name is given twice")
)

func readValue(decoder *json.Decoder, level int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return readObject(decoder, level+1)
	case json.Delim('['):
		return readList(decoder, level+1)
	}
	return token, nil
}

func readObject(decoder *json.Decoder, level int) (any, error) {
	if level > depth {
		return nil, errTooDeep
	}
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string) // the decoder takes nothing else here
		if _, twice := object[name]; twice {
			return nil, errTwice
		}
		if object[name], err = readValue(decoder, level); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

func readList(decoder *json.Decoder, level int) (any, error) {
	if level > depth {
		return nil, errTooDeep
	}
	list := []any{}
	for decoder.More() {
		value, err := readValue(decoder, level)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := decoder.Token()
	return list, err
}
