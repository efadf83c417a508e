package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// outboxForm narrows the queue down.
type outboxForm struct {
	State  string `query:"state"`
	Before string `query:"before"`
}

func (s *Server) showOutbox(c echo.Context) error {
	var form outboxForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.outboxPage(c, form)
	if err != nil {
		return err
	}
	m.TestTo = string(actor(c).Email)
	return s.render(c, http.StatusOK, views.Outbox(m))
}

func (s *Server) outboxPage(c echo.Context, form outboxForm) (views.OutboxPage, error) {
	p, err := s.adminPage(c, views.AdminMailURL, "admin.mail")
	if err != nil {
		return views.OutboxPage{}, err
	}
	if !slices.Contains(store.MailStates, form.State) {
		form.State = ""
	}
	m := views.OutboxPage{
		Page: p, State: form.State,
		Server: s.Mail.Server, Encryption: s.Mail.Encryption, Login: s.Mail.Login, Sender: s.Mail.From(),
	}
	ctx, administrator := c.Request().Context(), actor(c)
	if m.Counts, err = s.Store.Overview(ctx, administrator); err != nil {
		return m, err
	}
	list, more, err := s.Store.Outbox(ctx, administrator, form.State, store.ParseID(form.Before))
	if err != nil {
		return m, err
	}
	m.Mails = list
	if form.Before != "" {
		m.First = views.WithQuery(views.AdminMailURL, "state", form.State)
	}
	if more {
		m.Next = views.WithQuery(views.AdminMailURL, "state", form.State, "before", list[len(list)-1].ID.String())
	}
	return m, nil
}

type testMailForm struct {
	Email string `form:"email"`
}

// createTestMail sends a mail by which an administrator sees that mail arrives.
func (s *Server) createTestMail(c echo.Context) error {
	var form testMailForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.SendTestMail(c.Request().Context(), actor(c), form.Email)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		m, err := s.outboxPage(c, outboxForm{})
		if err != nil {
			return err
		}
		m.Errors, m.TestTo = problems, form.Email
		return s.render(c, http.StatusUnprocessableEntity, views.Outbox(m))
	}
	s.flash(c, "flash.test_mail_queued", "Email", form.Email)
	return s.redirect(c, views.AdminMailURL)
}

type mailForm struct {
	Mail string `param:"mail"`
}

func (s *Server) retryMail(c echo.Context) error {
	var form mailForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.RetryMail(c.Request().Context(), actor(c), store.ParseID(form.Mail)); err != nil {
		return err
	}
	s.flash(c, "flash.mail_retried")
	return s.redirect(c, views.AdminMailURL)
}

func (s *Server) cancelMail(c echo.Context) error {
	var form mailForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.CancelMail(c.Request().Context(), actor(c), store.ParseID(form.Mail)); err != nil {
		return err
	}
	s.flash(c, "flash.mail_cancelled")
	return s.redirect(c, views.AdminMailURL)
}
