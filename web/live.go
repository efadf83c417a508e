package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// Limits of live streams.
const (
	lookEvery        = 2 * time.Second // revocation is seen within five (SEC-S4)
	newsEvery        = 200 * time.Millisecond
	newsKept         = 5 * time.Second  // how late a commit may show what has a smaller ID
	streamLife       = 5 * time.Minute  // then the browser comes again
	streamBeat       = 15 * time.Second // so that a dead connection is noticed
	streamsPerReader = 20
)

const eventStream = "text/event-stream"

// errStreams: the reader has as many streams as one browser may.
var errStreams = store.ErrBusy.After(time.Minute)

// showLive is the stream of one open page. Its messages say whether the reader
// may go on reading, and what happened that the page may want to show; when
// they may not go on, it ends. docs/frontend.md
func (s *Server) showLive(c echo.Context) error {
	var form struct {
		Space string `query:"space"`
		After string `query:"after"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead || !wantsStream(c) {
		return c.NoContent(http.StatusNoContent) // whoever does not listen would wait for ever
	}
	if last := c.Request().Header.Get("Last-Event-ID"); last != "" {
		form.After = last // the browser comes again
	}
	page := newOpenPage(store.Watch{Token: s.sessionToken(c), Space: store.ParseID(form.Space)}, store.ParseID(form.After))
	if !s.live.add(page) {
		return errStreams
	}
	defer s.live.remove(page)

	control := http.NewResponseController(c.Response().Unwrap())
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		return fmt.Errorf("open a stream: %w", err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, eventStream)
	h.Set("X-Accel-Buffering", "no") // a proxy hands each message on
	return s.stream(c, page, control)
}

// wantsStream says whether who asks listens, and so cannot read a page.
func wantsStream(c echo.Context) bool {
	return strings.Contains(c.Request().Header.Get(echo.HeaderAccept), eventStream)
}

// stream writes what is seen of the page until its reader is gone.
func (s *Server) stream(c echo.Context, page *openPage, control *http.ResponseController) error {
	say := func(format string, args ...any) error {
		if err := control.SetWriteDeadline(time.Now().Add(streamBeat)); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(c.Response(), format, args...); err != nil {
			return err
		}
		return control.Flush()
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), streamLife)
	defer cancel()
	beat := time.NewTicker(streamBeat)
	defer beat.Stop()
	if err := say("retry: 2000\n\n"); err != nil {
		return nil //nolint:nilerr // the browser has left
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
			err = say(": \n\n")
		case _, open := <-page.ready:
			if !open {
				return nil // the portal stops, or cannot look: the browser comes again
			}
			sight, news, after := s.live.take(page)
			if sight.State != "" {
				err = say("event: %s\ndata: %s\n\n", sight.State, sight.Mark)
			}
			if sight.State != "" && sight.State != store.SightHere {
				return nil
			}
			for _, one := range news {
				err = errors.Join(err, say("id: %s\nevent: news\ndata: %s\n\n", after, one))
			}
		}
		if err != nil {
			return nil // the browser has left
		}
	}
}
