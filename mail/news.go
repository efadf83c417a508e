package mail

import (
	"cmp"
	"time"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// News tells what is new in spaces and chats: at once, or in a digest. Its words
// are read at the hand-over. S1-24, C15
type News struct {
	Topic  string     `json:"topic"`
	Digest string     `json:"digest,omitempty"` // hourly or daily; "" at once
	Space  string     `json:"space,omitempty"`  // of a mail at once about one space
	Items  []NewsItem `json:"items,omitempty"`
	// The tokens of the links that end the mails of the space, and all. RFC 8058
	EndSpace string `json:"end_space,omitempty"`
	EndAll   string `json:"end_all,omitempty"`
}

// NewsItem is one thing, or several of one kind in one place.
type NewsItem struct {
	Kind    string    `json:"kind"`
	N       int       `json:"n"`
	By      Person    `json:"by"`               // who did the newest
	Others  int       `json:"others,omitempty"` // how many more people did the rest
	Space   string    `json:"space,omitempty"`
	SpaceID store.ID  `json:"space_id,omitempty"`
	Name    string    `json:"name,omitempty"` // of the thread or file
	Thread  store.ID  `json:"thread_id,omitempty"`
	Thing   store.ID  `json:"thing_id,omitempty"`
	Excerpt string    `json:"excerpt,omitempty"`
	At      time.Time `json:"at"`
}

// line says who did what: "Erika Mustermann (guest) mentioned you".
func (i NewsItem) line(p locale.Printer) string {
	return p.T("notice.line", "By", i.By.in(p), "What", p.Notice(i.Kind, i.N, i.Others))
}

// place is what it is about: the thread or file, else the space.
func (i NewsItem) place() string {
	if i.Name != "" {
		return i.Name
	}
	return i.Space
}

// url is the permanent address of the thing.
func (i NewsItem) url(l links) string {
	switch i.Kind {
	case store.NoticeMention, store.NoticeReply, store.NoticeComment, store.NoticeThread:
		switch {
		case i.Thread == 0: // named in the text of the space
			return l.space(i.SpaceID)
		case i.Kind == store.NoticeThread || i.Thing == 0:
			return l.thread(i.SpaceID, i.Thread)
		}
		return l.comment(i.SpaceID, i.Thread, i.Thing)
	case store.NoticeFile:
		return l.file(i.SpaceID, i.Thing)
	case store.NoticeMessage:
		return l.chat(i.Thread)
	}
	return l.space(i.SpaceID)
}

// letter is empty where nothing is left to tell.
func (m News) letter(w writer) letter {
	if len(m.Items) == 0 {
		return letter{}
	}
	l := m.several(w)
	if len(m.Items) == 1 {
		l = m.one(w)
	}
	l.Notes = m.notes(w)
	return l
}

func (m News) one(w writer) letter {
	item := m.Items[0]
	line := item.line(w.Printer)
	subject := line
	if item.place() != "" {
		subject = w.T("mail.news.subject", "What", line, "Where", item.place())
	}
	l := letter{
		Subject: subject,
		Title:   line, Preheader: item.Excerpt, Quote: quote(item.Excerpt),
		Action: link{w.T("mail.news.action." + item.action()), item.url(w.links)},
	}
	if item.Name != "" {
		l.Facts = append(l.Facts, fact{Label: w.T("mail.news.label." + item.action()), Value: item.Name})
	}
	if item.Space != "" {
		l.Facts = append(l.Facts, fact{Label: w.T("mail.news.label.space"), Value: item.Space})
	}
	if l.Preheader == "" {
		l.Preheader = subject
	}
	return l
}

// action is what kind of thing the button opens.
func (i NewsItem) action() string {
	switch i.Kind {
	case store.NoticeFile:
		return "file"
	case store.NoticeMessage:
		return "chat"
	case store.NoticeAdded, store.NoticeJoined:
		return "space"
	}
	return "thread"
}

// several has one button, to the list in the portal, and a link for each thing.
func (m News) several(w writer) letter {
	title := w.T("mail.news.title_space", "Space", m.Space, "N", len(m.Items))
	switch {
	case m.Digest == store.MailDaily:
		title = w.T("mail.news.title_daily", "Organization", w.env.Organization, "N", len(m.Items))
	case m.Space == "":
		title = w.T("mail.news.title", "Organization", w.env.Organization, "N", len(m.Items))
	}
	l := letter{
		Subject: title, Title: title, Preheader: m.Items[0].line(w.Printer),
		Action: link{w.T("mail.news.action.all"), w.links.notifications()},
	}
	for _, i := range m.Items {
		where := cmp.Or(i.place(), w.T("mail.news.action."+i.action()))
		if m.Space == "" && i.Name != "" && i.Space != "" {
			where = w.T("mail.news.where", "Name", i.Name, "Space", i.Space)
		}
		l.Items = append(l.Items, item{Text: i.line(w.Printer), Link: link{where, i.url(w.links)}, Quote: quote(i.Excerpt)})
	}
	return l
}

// notes say why the mail came, and end mails like it in one click.
func (m News) notes(w writer) []note {
	notes := []note{{
		Text: w.T("mail.news.why"), Link: link{w.T("mail.news.choose"), w.links.noticeChoices()},
	}}
	if m.EndSpace != "" {
		notes = append(notes, note{Text: w.T("mail.news.end_space_text", "Space", m.Space), Link: link{w.T("mail.news.end_space"), w.links.unsubscribe(m.EndSpace)}})
	}
	if m.EndAll != "" {
		notes = append(notes, note{Text: w.T("mail.news.end_all_text"), Link: link{w.T("mail.news.end_all"), w.links.unsubscribe(m.EndAll)}})
	}
	return notes
}
