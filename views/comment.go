package views

import (
	"guesthouse/store"
)

// ConversationOf is a thread with its comments as they stand on a page.
type ConversationOf struct {
	store.Conversation
	Rows   []CommentRow
	Pinned *CommentRow
	URL    string // of the page that shows it
	Typed
}

// Typed is what was typed into the composer and not sent.
type Typed struct {
	Text     string
	Audience string     // the value of the choice
	Preview  store.HTML // "" when none was asked for
	Sent     Sent       // the files
}

// CommentRow is one comment.
type CommentRow struct {
	*store.Comment
	Person Person
	Lang   string // of what it says
	Edits  bool   // the reader may change it
}

// NewConversation fits a thread to its reader.
func NewConversation(p Page, c store.Conversation) ConversationOf {
	m := ConversationOf{Conversation: c, URL: ThreadURL(c.Space.ID, c.Thread.ID)}
	row := func(comment *store.Comment) CommentRow {
		return CommentRow{
			Comment: comment, Person: PersonOf(comment.Author), Lang: LangOf(comment.Body, comment.Author.Locale),
			Edits: p.Account != nil && !comment.Deleted() && c.Space.Edits(*p.Account, comment.Author.ID),
		}
	}
	m.Rows = make([]CommentRow, len(c.Comments))
	for i := range c.Comments {
		m.Rows[i] = row(&c.Comments[i])
	}
	if c.Pinned != nil {
		pinned := row(c.Pinned)
		m.Pinned = &pinned
	}
	return m
}

// ofComment tells those who hear buttons one by one which comment is meant.
func ofComment(p Page, c *CommentRow) string {
	return ": " + p.T("comment.of", "Name", c.Person.Name) + ", " + p.DateTime(c.CreatedAt)
}

func (c *CommentRow) anchor() string { return "comment-" + c.ID.String() }

// audienceOptions are the audiences that the reader chooses among; none where
// there is nothing to choose.
func (m *ConversationOf) audienceOptions(p Page) []Option {
	return p.AudienceOptions(m.Space, m.Audiences)
}

// AudienceOptions are audiences as a select shows them, each with the number of
// people who will read; none where there is nothing to choose.
func (p Page) AudienceOptions(sp store.Space, choices []store.AudienceChoice) []Option {
	if len(choices) < 2 || !withGuests(sp) {
		return nil
	}
	options := make([]Option, len(choices))
	for i, choice := range choices {
		options[i] = Option{Value: audienceValue(choice.Audience), Label: p.audienceOption(sp, choice)}
	}
	return options
}

func audienceValue(audience store.Audience) string {
	if audience == store.Everyone {
		return "everyone"
	}
	return string(audience)
}

func (p Page) audienceOption(sp store.Space, choice store.AudienceChoice) string {
	members := p.T("person.members", "N", sp.MemberCount)
	switch choice.Audience {
	case store.Everyone:
		return p.T("audience.everyone", "Members", members, "Guests", p.T("person.guests", "N", sp.GuestCount))
	case store.TeamOnly:
		return p.T("audience.team", "Members", members)
	}
	company := choice.Company
	if company == "" {
		company = choice.Audience.Company()
	}
	return p.T("audience.company", "Company", company, "Members", members, "Guests", p.T("person.guests", "N", choice.Guests))
}

// readers says who will read what is written, where there is no choice.
func (m *ConversationOf) readers(p Page) string {
	switch {
	case p.Guest() && (m.Space.CompaniesApart || m.Thread.Audience.Company() != ""):
		return p.T("audience.own_company")
	case m.Thread.Audience == store.TeamOnly:
		return p.audienceOption(m.Space, store.AudienceChoice{Audience: store.TeamOnly})
	}
	return p.readers(m.Space)
}

// audienceTag says for whom something is.
func (p Page) audienceTag(audience store.Audience, company string) string {
	if audience == store.TeamOnly {
		return p.T("audience.tag_team")
	}
	if company == "" {
		company = audience.Company()
	}
	return p.T("audience.tag_company", "Company", company)
}

// company is the name of the company that something is for: as its author
// writes it, or its guests.
func (m *ConversationOf) company(audience store.Audience, author store.Account) string {
	if author.IsGuest() {
		return author.Company
	}
	for _, choice := range m.Audiences {
		if choice.Audience == audience {
			return choice.Company
		}
	}
	return ""
}

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

// CommentForm is the dialog in which a comment is changed.
type CommentForm struct {
	Page
	Space   store.ID
	Thread  store.ID
	Comment store.ID
	Text    string
	Version int            // that it was opened at
	Now     *store.Comment // what somebody else saved meanwhile
	Preview store.HTML     // "" when none was asked for
	Files   []store.Attachment
	Remove  []string // IDs of files to take out, as they were ticked
}

// PreviewPage is what a text will look like, or why it cannot be saved.
type PreviewPage struct {
	Page
	HTML    store.HTML
	Problem string
}

// HistoryPage is the dialog with the versions of a comment or of a thread's text.
type HistoryPage struct {
	Page
	Sub      string
	Close    string
	Versions []store.Version
	Older    string // where the older ones stand; "" for nowhere

	history store.History
}

// NewHistoryPage shows a history; the title of the page is set.
func NewHistoryPage(p Page, h store.History) HistoryPage {
	m := HistoryPage{Page: p, Sub: h.Thread.Name, Close: ThreadURL(h.Space.ID, h.Thread.ID), Versions: h.Versions, history: h}
	older := ThreadHistoryURL(h.Space.ID, h.Thread.ID)
	if h.Comment.ID != 0 {
		m.Close = CommentURL(h.Space.ID, h.Thread.ID, h.Comment.ID)
		older = CommentHistoryURL(h.Space.ID, h.Thread.ID, h.Comment.ID)
	}
	if h.Older != 0 {
		m.Older = WithQuery(older, "before", store.ID(h.Older).String())
	}
	return m
}

// newest is the number of the version that is in force.
func (m HistoryPage) newest() int {
	if m.history.Comment.ID != 0 {
		return m.history.Comment.Version
	}
	return m.history.Thread.Version
}
