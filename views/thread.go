package views

import "guesthouse/store"

// ThreadRow is a thread in a list.
type ThreadRow struct {
	store.Thread
	Lang string // of its name
}

func threadRows(threads []store.Thread) []ThreadRow {
	rows := make([]ThreadRow, len(threads))
	for i, t := range threads {
		rows[i] = ThreadRow{Thread: t, Lang: LangOf(t.Name, "")}
	}
	return rows
}

// ThreadsPage is the list of a space's threads.
type ThreadsPage struct {
	SpaceFrame
	Threads []ThreadRow
	Pager   Pager
}

// NewThreadsPage shows one page of a space's threads.
func NewThreadsPage(p Page, sp store.Space, threads store.Page[store.Thread]) ThreadsPage {
	m := ThreadsPage{SpaceFrame: NewSpaceFrame(p, sp, "threads"), Threads: threadRows(threads.Items)}
	if threads.Next != "" {
		m.Pager.Next = WithQuery(ThreadsURL(sp.ID), "after", threads.Next)
	}
	return m
}

// ThreadForm is the dialog in which a thread begins or is changed.
type ThreadForm struct {
	Page
	Space  store.Space
	Thread store.ID // 0 for a new one
	Name   string
	Body   string
}

func (m ThreadForm) action() string {
	if m.Thread == 0 {
		return ThreadsURL(m.Space.ID)
	}
	return ThreadURL(m.Space.ID, m.Thread)
}

func (m ThreadForm) close() string {
	if m.Thread == 0 {
		return ThreadsURL(m.Space.ID)
	}
	return ThreadURL(m.Space.ID, m.Thread)
}

// ThreadPage is a thread of a space with several.
type ThreadPage struct {
	SpaceFrame
	Conversation ConversationOf
	Edits        bool // the reader may change its name and text
}

// NewThreadPage shows a thread.
func NewThreadPage(p Page, c store.Conversation) ThreadPage {
	p.Title = c.Thread.Name
	m := ThreadPage{SpaceFrame: NewSpaceFrame(p, c.Space, "threads"), Conversation: NewConversation(p, c)}
	m.Edits = p.Account != nil && c.Space.Edits(*p.Account, c.Thread.Author.ID)
	return m
}

// ConversationOf is a thread with its comments as they stand on a page.
type ConversationOf struct {
	store.Conversation
	Rows []CommentRow
	URL  string // of the page that shows it
	Text string // what was typed into the composer and not sent
}

// CommentRow is one comment.
type CommentRow struct {
	store.Comment
	Person Person
	Lang   string // of what it says
	Edits  bool   // the reader may change it
}

// NewConversation fits a thread to its reader.
func NewConversation(p Page, c store.Conversation) ConversationOf {
	m := ConversationOf{Conversation: c, URL: ThreadURL(c.Space.ID, c.Thread.ID)}
	for _, comment := range c.Comments {
		m.Rows = append(m.Rows, CommentRow{
			Comment: comment, Person: PersonOf(comment.Author), Lang: LangOf(comment.Body, comment.Author.Locale),
			Edits: p.Account != nil && !comment.Deleted() && c.Space.Edits(*p.Account, comment.Author.ID),
		})
	}
	return m
}

// CommentForm is the dialog in which a comment is changed.
type CommentForm struct {
	Page
	Space   store.ID
	Thread  store.ID
	Comment store.ID
	Text    string
}

func (c CommentRow) anchor() string { return "comment-" + c.ID.String() }

// composerNotes are the ids of what describes the composer.
func composerNotes(p Page) string {
	if p.Errors.Has("text") {
		return "text-error readers"
	}
	return "readers"
}

// whyNoComposer is the key of why the reader cannot write here.
func whyNoComposer(sp store.Space) string {
	switch {
	case !sp.Inside():
		return "comment.join_first"
	case sp.Standing == store.GuestReader:
		return "comment.read_only"
	}
	return "comment.administrators_only"
}
