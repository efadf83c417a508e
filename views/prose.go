package views

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"guesthouse/store"
)

// prose writes what the store's sanitizer let through, and is the one place in
// which anything gets into a page without being escaped here (SEC-I3): its type
// says that it was made from Markdown and cleaned when it was written.
func prose(html store.HTML) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, string(html))
		return err
	})
}
