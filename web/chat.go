package web

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func chatID(c echo.Context) store.ID    { return store.ParseID(c.Param("chat")) }
func messageID(c echo.Context) store.ID { return store.ParseID(c.Param("message")) }

// chatRoutes are the chats of two people and of spaces.
func (s *Server) chatRoutes() []*route {
	const message = "/chats/:chat/messages/:message"
	return []*route{
		get(views.ChatsURL, somebody, s.listChats),
		get(views.ChatsUnreadURL, somebody, s.showUnread),
		get(views.ChatsNewURL, somebody, s.newChat),
		post(views.ChatsNewURL, somebody, s.createChat),
		get("/chats/:chat", somebody, s.showChat),
		post("/chats/:chat", somebody, s.createMessage),
		post("/chats/:chat/mute", somebody, s.muteChat),
		get(message, somebody, s.editMessage),
		post(message, somebody, s.updateMessage),
		post(message+"/delete", somebody, s.deleteMessage),
		post(message+"/restore", somebody, s.restoreMessage),
		get("/spaces/:space/chat", somebody, s.showSpaceChat),
	}
}

// listChats are the reader's chats. The script gets the list alone.
func (s *Server) listChats(c echo.Context) error {
	page, err := s.page(c, "chat.title")
	if err != nil {
		return err
	}
	m, err := s.chatFrame(c, page, store.ParseID(c.QueryParam("open")), c.QueryParam("from"))
	if err != nil {
		return err
	}
	if page.Fragment {
		return s.render(c, http.StatusOK, views.ChatCards(m))
	}
	m.Open = 0 // a page shows the list alone
	return s.render(c, http.StatusOK, views.ListChats(m))
}

// chatFrame is the list of chats with one of them open.
func (s *Server) chatFrame(c echo.Context, page views.Page, open store.ID, from string) (views.ChatFrame, error) {
	chats, err := s.Store.Chats(c.Request().Context(), actor(c), from)
	if err != nil {
		return views.ChatFrame{}, err
	}
	m := views.NewChatFrame(page, chats, open)
	if from != "" {
		m.Pager.Previous = views.ChatsURL
	}
	return m, nil
}

// showUnread is the number beside "Chat", which the script asks for.
func (s *Server) showUnread(c echo.Context) error {
	page, err := s.gatePage(c, "chat.title")
	if err != nil {
		return err
	}
	n, err := s.Store.UnreadMessages(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ChatUnread(page, n))
}

// showSpaceChat leads to the chat of a space.
func (s *Server) showSpaceChat(c echo.Context) error {
	chat, err := s.Store.SpaceChat(c.Request().Context(), actor(c), spaceID(c))
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, views.ChatURL(chat))
}

// showChat is a chat at its end, before, after or around one of its messages.
// The script gets the messages alone.
func (s *Server) showChat(c echo.Context) error {
	ctx := c.Request().Context()
	where := store.TalkAt{
		Before: store.ParseID(c.QueryParam("before")), After: store.ParseID(c.QueryParam("after")),
		Around: store.ParseID(c.QueryParam("at")), Only: store.ParseID(c.QueryParam("only")),
	}
	talk, err := s.Store.Talk(ctx, actor(c), chatID(c), where)
	if err != nil {
		return err
	}
	if talk.Later == 0 && where.Only == 0 && c.Request().Method == http.MethodGet {
		if err := s.Store.SawChat(ctx, actor(c), talk.Chat); err != nil {
			return err
		}
	}
	if fragment(c) {
		return s.showMessages(c, talk)
	}
	return s.showTalk(c, http.StatusOK, talk, nil)
}

// showMessages are messages without the page around them.
func (s *Server) showMessages(c echo.Context, talk store.Talk) error {
	page, err := s.gatePage(c, "chat.title")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Messages(views.NewMessageRows(page, talk)))
}

// showTalk is the page of a chat; change fills in what its form held.
func (s *Server) showTalk(c echo.Context, status int, talk store.Talk, change func(*views.ChatPage)) error {
	page, err := s.page(c, "")
	if err != nil {
		return err
	}
	m, err := s.chatPage(c, page, talk)
	if err != nil {
		return err
	}
	if change != nil {
		change(&m)
	}
	return s.render(c, status, views.ShowChat(m))
}

func (s *Server) chatPage(c echo.Context, page views.Page, talk store.Talk) (views.ChatPage, error) {
	frame, err := s.chatFrame(c, page, talk.Chat.ID, "")
	if err != nil {
		return views.ChatPage{}, err
	}
	m := views.NewChatPage(frame, talk)
	m.ClientID = newClientID()
	return m, nil
}

// newClientID is what a form calls the message that it sends.
func newClientID() string {
	var random [16]byte
	_, _ = rand.Read(random[:]) // crypto/rand never fails
	return hex.EncodeToString(random[:])
}

// newChat leads to the chat with somebody, or is the form of its first message.
func (s *Server) newChat(c echo.Context) error {
	other := store.ParseID(c.QueryParam("account"))
	chat, err := s.Store.ChatWith(c.Request().Context(), actor(c), other)
	if err != nil {
		return err
	}
	if chat.ID != 0 {
		return c.Redirect(http.StatusSeeOther, views.ChatURL(chat.ID))
	}
	return s.showTalk(c, http.StatusOK, store.Talk{Chat: chat}, func(m *views.ChatPage) { m.With = other })
}

// messageForm is a message as it was typed.
type messageForm struct {
	Text     string `form:"text"`
	Audience string `form:"audience"`
	ClientID string `form:"client_id"`
	Account  string `form:"account"` // whom the first message is for
	After    string `form:"after"`   // the newest message that the script has
}

// message is what the form says; the problem is that of its audience.
func (f messageForm) message() (store.NewMessage, error) {
	audience, err := store.ParseAudience(f.Audience)
	return store.NewMessage{Text: f.Text, Audience: audience, ClientID: f.ClientID}, err
}

// createChat sends somebody the first message.
func (s *Server) createChat(c echo.Context) error {
	var form messageForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx, other := c.Request().Context(), store.ParseID(form.Account)
	chat, _, err := s.Store.SendTo(ctx, actor(c), other, store.NewMessage{Text: form.Text, ClientID: form.ClientID})
	if err == nil {
		return s.redirect(c, views.ChatURL(chat))
	}
	if errors.Is(err, store.ErrChatReadOnly) {
		if with, again := s.Store.ChatWith(ctx, actor(c), other); again == nil && with.ID != 0 {
			return s.refuseMessage(c, with.ID, form, err)
		}
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	with, err := s.Store.ChatWith(ctx, actor(c), other)
	if err != nil {
		return err
	}
	return s.showTalk(c, http.StatusUnprocessableEntity, store.Talk{Chat: with}, func(m *views.ChatPage) {
		m.With = other
		fillChat(m, form, problems)
	})
}

// createMessage says something in a chat. The script gets the messages that it
// has not seen yet.
func (s *Server) createMessage(c echo.Context) error {
	var form messageForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	in, err := form.message()
	if err == nil {
		_, err = s.Store.SendMessage(ctx, actor(c), chatID(c), in)
	} else if _, known := s.Store.Talk(ctx, actor(c), chatID(c), store.TalkAt{}); known != nil {
		err = known // who must not know of the chat is told so first
	}
	if err != nil {
		return s.refuseMessage(c, chatID(c), form, err)
	}
	if !fragment(c) || form.After == "" {
		return s.redirect(c, views.ChatURL(chatID(c)))
	}
	talk, err := s.Store.Talk(ctx, actor(c), chatID(c), store.TalkAt{After: store.ParseID(form.After)})
	if err != nil {
		return err
	}
	return s.showMessages(c, talk)
}

// refuseMessage shows the chat again with what was typed: to be put right, or
// to be kept where nobody can write any more.
func (s *Server) refuseMessage(c echo.Context, chat store.ID, form messageForm, refusal error) error {
	problems := views.ProblemsOf(refusal)
	if problems == nil && !errors.Is(refusal, store.ErrForbidden) && !errors.Is(refusal, store.ErrChatReadOnly) {
		return refusal
	}
	talk, err := s.Store.Talk(c.Request().Context(), actor(c), chat, store.TalkAt{})
	if err != nil {
		return err
	}
	if problems == nil && fragment(c) {
		return refusal // the script keeps the text
	}
	status := http.StatusUnprocessableEntity
	if problems == nil {
		status = http.StatusForbidden
	}
	return s.showTalk(c, status, talk, func(m *views.ChatPage) {
		fillChat(m, form, problems)
		if problems == nil && form.Text != "" {
			m.Refused = "chat.not_sent"
		}
	})
}

// fillChat puts what was typed back into the form.
func fillChat(m *views.ChatPage, form messageForm, problems views.Problems) {
	m.Errors, m.Text, m.Audience = problems, form.Text, form.Audience
}

// muteChat switches the notices of a chat off, or on again.
func (s *Server) muteChat(c echo.Context) error {
	var form struct {
		Muted tick `form:"muted"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.MuteChat(c.Request().Context(), actor(c), chatID(c), bool(form.Muted)); err != nil {
		return err
	}
	if form.Muted {
		s.flash(c, "flash.chat_muted")
	} else {
		s.flash(c, "flash.chat_unmuted")
	}
	return s.redirect(c, views.ChatURL(chatID(c)))
}

// editMessage shows a message of one's own in a form.
func (s *Server) editMessage(c echo.Context) error {
	_, message, err := s.Store.Message(c.Request().Context(), actor(c), chatID(c), messageID(c))
	if err != nil {
		return err
	}
	return s.showMessageForm(c, http.StatusOK, message.Body, nil)
}

func (s *Server) showMessageForm(c echo.Context, status int, text string, problems views.Problems) error {
	page, err := s.page(c, "chat.edit")
	if err != nil {
		return err
	}
	page.Errors = problems
	dialog := views.EditMessage(views.MessageForm{Page: page, Chat: chatID(c), Message: messageID(c), Text: text})
	if page.Fragment {
		return s.render(c, status, dialog)
	}
	talk, err := s.Store.Talk(c.Request().Context(), actor(c), chatID(c), store.TalkAt{})
	if err != nil {
		return err
	}
	beneath := page.Beneath(dialog)
	beneath.Errors = nil // they are the dialog's
	m, err := s.chatPage(c, beneath, talk)
	if err != nil {
		return err
	}
	return s.render(c, status, views.ShowChat(m))
}

// updateMessage saves a message.
func (s *Server) updateMessage(c echo.Context) error {
	var form messageForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.EditMessage(c.Request().Context(), actor(c), chatID(c), messageID(c), form.Text)
	if err == nil {
		return s.redirect(c, views.MessageURL(chatID(c), messageID(c)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	return s.showMessageForm(c, http.StatusUnprocessableEntity, form.Text, problems)
}

// deleteMessage takes a message back; the next page offers to undo it.
func (s *Server) deleteMessage(c echo.Context) error {
	if err := s.Store.DeleteMessage(c.Request().Context(), actor(c), chatID(c), messageID(c)); err != nil {
		return err
	}
	s.flashUndo(c, views.MessageRestoreURL(chatID(c), messageID(c)), "flash.message_deleted")
	return s.redirect(c, views.ChatURL(chatID(c)))
}

// restoreMessage brings a message back that was just deleted.
func (s *Server) restoreMessage(c echo.Context) error {
	if err := s.Store.RestoreMessage(c.Request().Context(), actor(c), chatID(c), messageID(c)); err != nil {
		return err
	}
	return s.redirect(c, views.ChatURL(chatID(c)))
}
