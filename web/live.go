package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// Limits of live streams.
const (
	lookEvery        = 2 * time.Second  // revocation is seen within five (SEC-S4)
	streamLife       = 5 * time.Minute  // then the browser comes again
	streamBeat       = 15 * time.Second // so that a dead connection is noticed
	streamsPerReader = 20
)

const eventStream = "text/event-stream"

// errStreams: the reader has as many streams as one browser may.
var errStreams = store.ErrBusy.After(time.Minute)

// showLive is the stream of one open page. Its messages say whether the reader
// may go on reading; when they may not, it ends. docs/frontend.md
func (s *Server) showLive(c echo.Context) error {
	var form struct {
		Space string `query:"space"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if c.Request().Method == http.MethodHead || !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), eventStream) {
		return c.NoContent(http.StatusNoContent) // whoever does not listen would wait for ever
	}
	page := &openPage{
		watch:  store.Watch{Token: s.sessionToken(c), Space: store.ParseID(form.Space)},
		sights: make(chan store.Sight, 1),
	}
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
		case sight, open := <-page.sights:
			if !open {
				return nil // the portal stops, or cannot look: the browser comes again
			}
			err = say("event: %s\ndata: %s\n\n", sight.State, sight.Mark)
			if sight.State != store.SightHere {
				return nil
			}
		}
		if err != nil {
			return nil // the browser has left
		}
	}
}

// openPage is a page with a stream.
type openPage struct {
	watch  store.Watch
	last   store.Sight
	sights chan store.Sight // the newest; closed when nobody looks any more
}

// lookout looks after all open pages of this process at once. It works only
// while there are any.
type lookout struct {
	look  func(context.Context, []store.Watch) ([]store.Sight, error)
	every time.Duration
	fault func(error)

	mu      sync.Mutex
	pages   map[*openPage]struct{}
	readers map[string]int // pages by session
	fresh   chan struct{}  // a page has come and was not looked at yet
	running bool
	closed  bool
}

func newLookout(s *Server, every time.Duration) *lookout {
	return &lookout{
		look: s.Store.Look, every: every,
		fault:   func(err error) { s.Log.Error("look after open pages", "error", err) },
		pages:   map[*openPage]struct{}{},
		readers: map[string]int{},
		fresh:   make(chan struct{}, 1),
	}
}

// add reports whether the page is looked after from now on.
func (l *lookout) add(page *openPage) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.readers[page.watch.Token] >= streamsPerReader {
		return false
	}
	l.pages[page] = struct{}{}
	l.readers[page.watch.Token]++
	if !l.running {
		l.running = true
		go l.run()
	}
	select {
	case l.fresh <- struct{}{}:
	default:
	}
	return true
}

func (l *lookout) remove(page *openPage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(page)
}

func (l *lookout) drop(page *openPage) {
	if _, there := l.pages[page]; !there {
		return
	}
	delete(l.pages, page)
	if l.readers[page.watch.Token]--; l.readers[page.watch.Token] == 0 {
		delete(l.readers, page.watch.Token)
	}
}

// close ends all streams.
func (l *lookout) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.dropAll()
}

func (l *lookout) dropAll() {
	for page := range l.pages {
		l.drop(page)
		close(page.sights)
	}
}

func (l *lookout) run() {
	ticker := time.NewTicker(l.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-l.fresh:
		}
		if !l.round() {
			return
		}
	}
}

// round looks once at every page and reports whether there are any. What
// cannot be looked at is closed: nobody goes on reading on trust.
func (l *lookout) round() bool {
	l.mu.Lock()
	pages := make([]*openPage, 0, len(l.pages))
	watches := make([]store.Watch, 0, len(l.pages))
	for page := range l.pages {
		pages, watches = append(pages, page), append(watches, page.watch)
	}
	l.running = len(pages) > 0
	l.mu.Unlock()
	if len(pages) == 0 {
		return false
	}
	sights, err := l.look(context.Background(), watches)

	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.fault(err)
		l.dropAll()
	}
	for i, sight := range sights {
		l.tell(pages[i], sight)
	}
	return true
}

// tell hands a page's stream what was seen, if it is news. What the stream has
// not read yet is out of date.
func (l *lookout) tell(page *openPage, sight store.Sight) {
	if _, there := l.pages[page]; !there || sight == page.last {
		return
	}
	page.last = sight
	select {
	case <-page.sights:
	default:
	}
	page.sights <- sight
}
