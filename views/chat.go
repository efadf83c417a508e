package views

import (
	"time"

	"guesthouse/store"
)

// ChatFrame is what the pages of chats have in common: the list beside them.
type ChatFrame struct {
	Page
	Cards []ChatRow
	Pager Pager
	Open  store.ID // the chat that is open beside the list; 0 for none
}

// NewChatFrame shows a part of the list of chats.
func NewChatFrame(p Page, chats store.Page[store.ChatCard], open store.ID) ChatFrame {
	p.Current = NavChats
	m := ChatFrame{Page: p, Open: open}
	for _, c := range chats.Items {
		row := ChatRow{ChatCard: c, Name: c.Space.Name}
		if !c.OfSpace() {
			row.Person = PersonOf(c.Other)
			row.Name = c.Other.Name
		}
		m.Cards = append(m.Cards, row)
	}
	if chats.Next != "" {
		m.Pager.Next = WithQuery(ChatsURL, "from", chats.Next)
	}
	return m
}

// listURL is where the list is fetched again.
func (m ChatFrame) listURL() string {
	if m.Open == 0 {
		return ChatsURL
	}
	return WithQuery(ChatsURL, "open", m.Open.String())
}

// ChatRow is a chat in the list.
type ChatRow struct {
	store.ChatCard
	Name   string
	Person Person // of a chat of two
}

// lastLine is what the list says of the newest message.
func (c ChatRow) lastLine(p Page) string {
	switch {
	case c.Last.At.IsZero():
		return p.T("chat.nothing_yet")
	case c.Deleted:
		return p.T("chat.deleted")
	}
	return c.Last.Text
}

// unread is a number of new messages as it stands in a list: 100 stands for more.
func unread(n int) string {
	if n > 99 {
		return "99+"
	}
	return count(n)
}

// ChatPage is an open chat.
type ChatPage struct {
	ChatFrame
	Chat     store.Chat
	With     store.ID // to whom the first message goes, of a chat that is none yet
	Rows     []MessageRow
	Earlier  store.ID
	Later    store.ID
	Text     string // what was typed and not sent
	Audience string // that was chosen
	ClientID string
	Refused  string // the key of why what was typed was not sent
}

// MessageRow is a message on a page.
type MessageRow struct {
	store.Message
	Person  Person
	Lang    string // of what it says
	Day     string // the day that begins with it, "" for the same as before
	DayKey  string
	New     bool // the first one that the reader has not read
	Edits   bool // the reader may change it
	Deletes bool // the reader may delete it
}

// NewChatPage shows a part of a chat.
func NewChatPage(frame ChatFrame, t store.Talk) ChatPage {
	m := ChatPage{ChatFrame: frame, Chat: t.Chat, Earlier: t.Earlier, Later: t.Later}
	m.Title = m.name()
	if t.Chat.OfSpace() {
		m.LiveSpace = t.Chat.Space.ID
	}
	m.Rows = messageRows(frame.Page, t)
	return m
}

// NewMessageRows are messages without the page around them.
func NewMessageRows(p Page, t store.Talk) ChatPage {
	return ChatPage{ChatFrame: ChatFrame{Page: p}, Chat: t.Chat, Rows: messageRows(p, t)}
}

func messageRows(p Page, t store.Talk) []MessageRow {
	rows := make([]MessageRow, len(t.Messages))
	day, news := "", false
	for i, msg := range t.Messages {
		row := MessageRow{Message: msg, Person: PersonOf(msg.Author), Lang: LangOf(msg.Body, msg.Author.Locale)}
		if msg.Author.ID == t.Chat.Other.ID && !t.Chat.Known {
			row.Person.Image = "" // S4-22: the name that they wrote under stays, the picture does not
		}
		if p.Account != nil && !msg.Deleted() {
			row.Edits = t.Chat.Edits(*p.Account, msg.Author.ID)
			row.Deletes = t.Chat.Deletes(*p.Account, msg.Author.ID)
		}
		if key := msg.CreatedAt.In(p.Zone()).Format(time.DateOnly); key != day {
			day, row.DayKey, row.Day = key, key, p.day(msg.CreatedAt)
		}
		if !news && i > 0 && p.Account != nil && msg.ID > t.Chat.SeenID && t.Messages[i-1].ID <= t.Chat.SeenID && msg.Author.ID != p.Account.ID {
			news, row.New = true, true
		}
		rows[i] = row
	}
	return rows
}

// day is a day in words: today, yesterday, or its date.
func (p Page) day(t time.Time) string {
	key, now := t.In(p.Zone()).Format(time.DateOnly), p.Now.In(p.Zone())
	switch key {
	case now.Format(time.DateOnly):
		return p.T("chat.today")
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return p.T("chat.yesterday")
	}
	return p.Date(t)
}

// name is that of the space or of the other person.
func (m ChatPage) name() string {
	if m.Chat.OfSpace() {
		return m.Chat.Space.Name
	}
	return m.Chat.Other.Name
}

// other is the other person of a chat of two, with a link where the reader may
// know of them.
func (m ChatPage) other() Person {
	person := PersonOf(m.Chat.Other)
	if m.Chat.Known {
		person.URL = PersonURL(person.ID)
	}
	return person
}

// postURL is where what is typed goes.
func (m ChatPage) postURL() string {
	if m.Chat.ID == 0 {
		return ChatsNewURL
	}
	return ChatURL(m.Chat.ID)
}

// choosesAudience reports whether the reader may keep guests out of what they
// write.
func (m ChatPage) choosesAudience() bool {
	return m.Chat.OfSpace() && !m.Guest() && withGuests(m.Chat.Space)
}

// readers says who reads what is written here.
func (m ChatPage) readers() string {
	sp := m.Chat.Space
	members, guests := m.T("person.members", "N", sp.MemberCount), m.T("person.guests", "N", sp.GuestCount)
	switch {
	case !m.Chat.OfSpace():
		return m.T("chat.readers_pair", "Name", m.Chat.Other.Name)
	case m.Guest() && sp.CompaniesApart:
		return m.T("chat.readers_company", "Space", sp.Name) // how many others there are is not for a guest to know
	case sp.GuestCount > 0:
		return m.T("chat.readers_guests", "Space", sp.Name, "Members", members, "Guests", guests)
	case sp.Kind == store.OpenSpace:
		return m.T("comment.readers_open", "Organization", m.Organization)
	}
	return m.T("chat.readers_members", "Space", sp.Name, "Members", members)
}

// who says under the name who is in the chat.
func (m ChatPage) who() string {
	sp := m.Chat.Space
	members := m.T("person.members", "N", sp.MemberCount)
	switch {
	case m.Guest() && sp.CompaniesApart:
		return m.T("chat.who_company")
	case sp.GuestCount > 0:
		return m.T("chat.who_guests", "Members", members, "Guests", m.T("person.guests", "N", sp.GuestCount))
	}
	return members
}

// teamOnly says who reads what is for the team.
func (m ChatPage) teamOnly() string {
	return m.T("chat.readers_team", "Members", m.T("person.members", "N", m.Chat.Space.MemberCount))
}

// closed is the key of why the reader cannot write here, "" when they can.
func (m ChatPage) closed() string {
	switch {
	case m.Chat.Writes():
		return ""
	case m.Chat.OfSpace():
		return whyNoComposer(m.Chat.Space)
	case m.Chat.Other.Former():
		return "chat.closed_former"
	}
	return "chat.closed"
}

// MessageForm is the dialog in which one's own message is changed.
type MessageForm struct {
	Page
	Chat    store.ID
	Message store.ID
	Text    string
}

func (r MessageRow) anchor() string { return "message-" + r.ID.String() }

// writesTo reports whether the reader may begin to write to somebody of this
// state with whom they share so many spaces: to a guest while both are in one,
// to nobody who is locked out, and not to themselves.
func (p Page) writesTo(who store.Account, status store.GuestStatus, shared int) bool {
	if p.self(who.ID) || status == store.SuspendedGuest || status == store.EndedGuest {
		return false
	}
	return shared > 0 || !p.Guest() && !who.IsGuest()
}
