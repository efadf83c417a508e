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

	Version   string        // that it was opened at
	Now       *store.Thread // what somebody else saved meanwhile
	Preview   store.HTML    // "" when none was asked for
	Audiences []Option      // none where there is no choice
	Audience  string
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
