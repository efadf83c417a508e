package views

import (
	"strconv"

	"guesthouse/store"
)

// Addresses of what is new.
const (
	NotificationsURL        = "/notifications"
	NotificationsSeenURL    = "/notifications/seen"
	BellURL                 = "/notifications/bell"
	ProfileNotificationsURL = "/profile/notifications"

	NavNotifications = NotificationsURL
)

// NoticeSeenURL is where a notice is marked as seen.
func NoticeSeenURL(notice store.ID) string { return NotificationsURL + "/" + notice.String() + "/seen" }

// UnsubscribeURL is where a mailed link ends mails.
func UnsubscribeURL(token string) string { return NotificationsURL + "/unsubscribe/" + token }

// NoticesPage is what is new for the reader.
type NoticesPage struct {
	Page
	Notices []store.Notice
	Newest  store.ID // up to which "mark all as read" goes
	First   bool     // the first page of the list
	Pager   Pager
}

// unseen reports whether something on the page is new.
func (m NoticesPage) unseen() bool {
	for _, n := range m.Notices {
		if n.Unseen {
			return true
		}
	}
	return false
}

// noticeURL is where a notice leads.
func noticeURL(n store.Notice) string {
	switch n.Kind {
	case store.NoticeMention, store.NoticeReply, store.NoticeComment, store.NoticeThread:
		switch {
		case n.Thread == 0: // named in the text of the space
			return SpaceURL(n.Space)
		case n.Kind == store.NoticeThread || n.Thing == 0:
			return ThreadURL(n.Space, n.Thread)
		}
		return CommentURL(n.Space, n.Thread, n.Thing)
	case store.NoticeFile:
		return FileURL(n.Space, n.Thing)
	case store.NoticeMessage:
		return ChatURL(n.Thread)
	}
	return SpaceURL(n.Space)
}

// noticeTitle is what a notice is about: the thread or file, else the space.
func noticeTitle(p Page, n store.Notice) string {
	if n.Name != "" {
		return n.Name
	}
	if n.Kind == store.NoticeMessage {
		return p.T("notices.chat")
	}
	return n.SpaceName
}

// between is what stands between a name and what follows it.
func between(p Page) string {
	if p.Lang() == "en" {
		return " "
	}
	return ""
}

// bellCount is the number at the bell.
func bellCount(n int) string {
	if n > store.NoticesShown {
		return strconv.Itoa(store.NoticesShown) + "+"
	}
	return strconv.Itoa(n)
}

// NoticeChoicesPage is what mails the reader wants.
type NoticeChoicesPage struct {
	Page
	Choices store.NoticeChoices
}

// defaultOptions are the choices for all spaces; the first is the organisation's.
func (m NoticeChoicesPage) defaultOptions(category string) []Option {
	return m.mailOptions(m.T("notices.as_default", "Choice", m.T("notices.choice."+m.Choices.Default[category])))
}

// spaceOptions are those for one space; the first is what counts for all.
func (m NoticeChoicesPage) spaceOptions(category string) []Option {
	return m.mailOptions(m.T("notices.as_above", "Choice", m.T("notices.choice."+m.Choices.Choice(category))))
}

func (m NoticeChoicesPage) mailOptions(first string) []Option {
	options := []Option{{Value: "", Label: first}}
	for _, choice := range store.MailChoices {
		options = append(options, Option{Value: choice, Label: m.T("notices.choice." + choice)})
	}
	return options
}

// differs reports whether a space has choices of its own.
func (m NoticeChoicesPage) differs(s store.SpaceNotices) bool { return len(s.Own) > 0 }

// spaceFormCategories are what is chosen for single spaces.
func spaceFormCategories() []string { return store.NoticeCategories[:3] }

// UnsubscribePage is behind the link in the foot of a mail.
type UnsubscribePage struct {
	Page
	Token string
	All   bool // else the mails of one space
	Ended bool
}

// scope is which mails the link ends, for keys of the catalogue.
func (m UnsubscribePage) scope() string {
	if m.All {
		return "all"
	}
	return "space"
}
