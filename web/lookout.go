package web

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"guesthouse/store"
)

// openPage is a page with a stream. The lookout alone touches it.
type openPage struct {
	watch  store.Watch
	after  store.ID              // what happened up to here is no news to the page
	placed bool                  // after was compared with what the lookout knows
	told   map[store.ID]struct{} // what happened since and was judged already
	last   store.Sight
	reader store.ID // 0 until the page was looked at

	backlog []store.Happening // between after and what the lookout remembers

	ready chan struct{} // there is something to take; closed when nobody looks any more
	sight *store.Sight  // that the stream has not taken yet
	news  []string      // the same, as JSON
}

// newsAtOnce is how much a stream may leave lying before the page is told to
// fetch itself anew instead.
const newsAtOnce = 100

// recentAtMost is how much of what happened is told one by one.
const recentAtMost = 5_000

// missedNews tells a page that more happened than it was told.
const missedNews = `{"kind":"missed"}`

func newOpenPage(watch store.Watch, after store.ID) *openPage {
	return &openPage{watch: watch, after: after, told: map[store.ID]struct{}{}, ready: make(chan struct{}, 1)}
}

// concerns reports whether something that happened may be news to the page;
// the store says whether it is.
func (p *openPage) concerns(h store.Happening) bool {
	_, told := p.told[h.ID]
	mine := h.Account != 0 && h.Account == p.reader
	here := h.Account == 0 && h.Space != 0 && h.Space == p.watch.Space
	return h.ID > p.after && !told && (mine || here)
}

// candidates are what may be news to the page: the newest, where they are many.
func (p *openPage) candidates(recent []store.Happening) []store.ID {
	var ids []store.ID
	for _, list := range [][]store.Happening{recent, p.backlog} {
		for i := len(list) - 1; i >= 0 && len(ids) <= newsAtOnce; i-- {
			if p.concerns(list[i]) {
				ids = append(ids, list[i].ID)
			}
		}
	}
	return ids
}

// lookout looks after all open pages of this process at once. It works only
// while there are any.
type lookout struct {
	store interface {
		Look(context.Context, []store.Watch) ([]store.Sight, error)
		Happenings(context.Context, store.ID) ([]store.Happening, error)
		LastHappening(context.Context, time.Time) (store.ID, error)
		Now() time.Time
	}
	every   time.Duration
	stirred <-chan struct{}
	fault   func(error)

	mu      sync.Mutex
	pages   map[*openPage]struct{}
	readers map[string]int // pages by session
	fresh   chan struct{}  // a page has come and was not looked at yet
	running bool
	closed  bool

	// Used by run alone.
	settled store.ID          // up to it nothing comes any more
	from    store.ID          // where recent begins
	recent  []store.Happening // what happened since, the oldest first
	skipped bool              // so much happened that the pages fetch themselves anew
}

func newLookout(s *Server, every time.Duration) *lookout {
	return &lookout{
		store: s.Store, every: every, stirred: s.Store.Stirred(),
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
	l.again()
	return true
}

// again asks for a round at once.
func (l *lookout) again() {
	select {
	case l.fresh <- struct{}{}:
	default:
	}
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
		close(page.ready)
	}
}

// run looks at every page each time the clock says so, at new ones when they
// come, and at those that something concerns when it happens: soon, but not
// for every word of many that are written at the same moment.
func (l *lookout) run() {
	ticker := time.NewTicker(l.every)
	defer ticker.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	l.settled = 0
	var stirred <-chan struct{}
	for {
		everybody := false
		select {
		case <-ticker.C:
			everybody = true
		case <-l.fresh:
		case <-pause.C:
			stirred = l.stirred
			continue
		case <-stirred:
			stirred = nil
			pause.Reset(min(newsEvery, l.every))
		}
		if !l.round(everybody) {
			return
		}
	}
}

// round looks at every page, or at those that are new or have news, and reports
// whether there are any pages. What cannot be looked at is closed: nobody goes
// on reading on trust.
func (l *lookout) round(everybody bool) bool {
	if err := l.follow(); err != nil {
		l.fault(err)
		l.lose()
	}
	if err := l.catchUp(); err != nil {
		l.fault(err)
		l.lose()
	}
	pages, watches, open := l.choose(everybody)
	if !open || len(pages) == 0 {
		return open
	}
	sights, err := l.store.Look(context.Background(), watches)
	if err != nil {
		l.fault(err)
		l.lose()
		return true
	}
	l.mu.Lock()
	for i, sight := range sights {
		l.tell(pages[i], watches[i], sight)
	}
	l.mu.Unlock()
	return true
}

// lose closes every page; their browsers come again.
func (l *lookout) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dropAll()
}

// follow reads what happened. Of two writers the one with the smaller ID may
// commit later, so the last seconds are read again each time.
func (l *lookout) follow() error {
	ctx, before := context.Background(), l.store.Now().Add(-newsKept)
	if l.settled == 0 {
		settled, err := l.store.LastHappening(ctx, before)
		if err != nil {
			return err
		}
		l.settled = settled
	}
	l.from, l.recent, l.skipped = l.settled, nil, false
	for after := l.from; ; {
		more, err := l.store.Happenings(ctx, after)
		if err != nil {
			return err
		}
		l.recent = append(l.recent, more...)
		if len(more) == 0 {
			break
		}
		if after = more[len(more)-1].ID; len(l.recent) > recentAtMost {
			l.from, l.recent, l.skipped = after, nil, true // too much to tell one by one
		}
	}
	for _, h := range l.recent {
		if h.At.Before(before) {
			l.settled = h.ID
		}
	}
	l.settled = max(l.settled, l.from)
	return nil
}

// catchUp reads for pages that come, or come again, after a while what they
// have missed, as far as it is not too much.
func (l *lookout) catchUp() error {
	l.mu.Lock()
	var late []*openPage
	for page := range l.pages {
		if page.reader != 0 && !page.placed && page.after != 0 && page.after < l.from {
			late = append(late, page)
		}
	}
	l.mu.Unlock()
	for _, page := range late {
		missed, err := l.store.Happenings(context.Background(), page.after)
		if err != nil {
			return err
		}
		if n := len(missed); n > 0 && missed[n-1].ID >= l.from {
			page.backlog = missed
		}
	}
	return nil
}

// choose is who is looked at in this round, and what may be news to them.
func (l *lookout) choose(everybody bool) (pages []*openPage, watches []store.Watch, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for page := range l.pages {
		watch := page.watch
		if page.reader != 0 {
			l.place(page)
			watch.News = page.candidates(l.recent)
		}
		if everybody || page.reader == 0 || len(watch.News) > 0 {
			pages, watches = append(pages, page), append(watches, watch)
		}
	}
	l.running = len(l.pages) > 0
	return pages, watches, l.running
}

// place finds where the page stands among what happened. One that was made so
// long ago that this is not known any more is told to fetch itself anew.
func (l *lookout) place(page *openPage) {
	newest := l.from
	if n := len(l.recent); n > 0 {
		newest = l.recent[n-1].ID
	}
	switch {
	case l.skipped, !page.placed && page.after != 0 && page.after < l.from && page.backlog == nil:
		page.after, page.news = newest, []string{missedNews}
		page.rouse()
	case !page.placed && page.after == 0:
		page.after = newest
	}
	if page.placed = true; page.backlog == nil {
		page.after = max(page.after, l.from)
	}
}

// tell hands a page's stream what was seen, if it is news.
func (l *lookout) tell(page *openPage, watch store.Watch, sight store.Sight) {
	if _, there := l.pages[page]; !there {
		return
	}
	if page.reader == 0 && sight.Reader != 0 {
		l.again() // now it is known what concerns them
	}
	page.reader = sight.Reader
	page.hear(append(page.backlog, l.recent...), watch.News, sight.News)
	if page.placed {
		page.backlog = nil
	}
	page.forget(l.settled)
	if changed := sight.State != page.last.State || sight.Mark != page.last.Mark; changed {
		page.sight = &sight
	}
	page.last = sight
	if page.sight == nil && len(page.news) == 0 {
		return
	}
	page.rouse()
}

// rouse wakes the page's stream.
func (p *openPage) rouse() {
	select {
	case p.ready <- struct{}{}:
	default:
	}
}

// forget drops what nothing can be confused with any more.
func (p *openPage) forget(settled store.ID) {
	for id := range p.told {
		if id <= settled {
			delete(p.told, id)
		}
	}
	if p.placed {
		p.after = max(p.after, settled) // from here on when the browser comes again
	}
}

// hear queues for the page's stream what of the candidates the reader may know of.
func (p *openPage) hear(recent []store.Happening, candidates, visible []store.ID) {
	for _, id := range candidates {
		p.told[id] = struct{}{}
	}
	told := store.ID(0)
	for _, h := range recent {
		if h.ID <= told || !slices.Contains(visible, h.ID) {
			continue
		}
		told = h.ID
		line, err := json.Marshal(map[string]any{
			"kind": h.Kind, "space": h.Space, "thread": h.Thread, "thing": h.Thing, "actor": h.Actor,
		})
		if err == nil { // words and numbers
			p.news = append(p.news, string(line))
		}
	}
	if len(p.news) > newsAtOnce {
		p.news = []string{missedNews}
	}
}

// take gives a stream what it has not said yet, and from where it goes on when
// its browser comes again.
func (l *lookout) take(page *openPage) (store.Sight, []string, store.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var sight store.Sight
	if page.sight != nil {
		sight = *page.sight
	}
	news := page.news
	page.sight, page.news = nil, nil
	return sight, news, page.after
}
