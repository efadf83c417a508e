package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func threadID(c echo.Context) store.ID { return store.ParseID(c.Param("thread")) }

// listThreads are the threads of a space.
func (s *Server) listThreads(c echo.Context) error {
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToOpen)
	if err != nil {
		return err
	}
	threads, err := s.Store.Threads(ctx, actor(c), sp.ID, c.QueryParam("after"))
	if err != nil {
		return err
	}
	page, err := s.page(c, "space.threads")
	if err != nil {
		return err
	}
	m := views.NewThreadsPage(page, sp, threads)
	if c.QueryParam("after") != "" {
		m.Pager.Previous = views.ThreadsURL(sp.ID)
	}
	return s.render(c, http.StatusOK, views.ListThreads(m))
}

// place is where the address wants to read a thread.
func place(c echo.Context) store.Place {
	return store.Place{
		Before: store.ParseID(c.QueryParam("before")),
		After:  store.ParseID(c.QueryParam("after")),
		Around: store.ParseID(c.QueryParam("comment")),
		Newest: c.QueryParam("newest") != "",
	}
}

// showThread is a thread where the reader goes on, or at one of its comments.
func (s *Server) showThread(c echo.Context) error {
	return s.showConversation(c, http.StatusOK, "", nil)
}

func (s *Server) showConversation(c echo.Context, status int, typed string, problems views.Problems) error {
	conversation, err := s.Store.Conversation(c.Request().Context(), actor(c), spaceID(c), threadID(c), place(c))
	if err != nil {
		return err
	}
	page, err := s.page(c, "")
	if err != nil {
		return err
	}
	page.Errors = problems
	m := views.NewThreadPage(page, conversation)
	m.Conversation.Text = typed
	return s.render(c, status, views.ShowThread(m))
}

// threadForm is a thread as it was typed.
type threadForm struct {
	Name string `form:"name"`
	Body string `form:"body"`
}

// newThread shows the form for a new thread.
func (s *Server) newThread(c echo.Context) error {
	sp, err := s.threadSpace(c)
	if err != nil {
		return err
	}
	return s.showThreadForm(c, http.StatusOK, sp, 0, threadForm{}, nil)
}

// threadSpace is the space of the address, if a thread may begin in it.
func (s *Server) threadSpace(c echo.Context) (store.Space, error) {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToWrite)
	if err == nil && !sp.MultiThread {
		return sp, store.ErrOneThread
	}
	return sp, err
}

func (s *Server) showThreadForm(c echo.Context, status int, sp store.Space, thread store.ID, form threadForm, problems views.Problems) error {
	title := "thread.new"
	if thread != 0 {
		title = "thread.edit"
	}
	page, err := s.page(c, title)
	if err != nil {
		return err
	}
	page.Errors = problems
	return s.overSpace(c, status, page, sp, views.EditThread(views.ThreadForm{
		Page: page, Space: sp, Thread: thread, Name: form.Name, Body: form.Body,
	}))
}

// createThread begins a thread and opens it.
func (s *Server) createThread(c echo.Context) error {
	var form threadForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	thread, err := s.Store.CreateThread(c.Request().Context(), actor(c), spaceID(c), store.NewThread{Name: form.Name, Body: form.Body})
	if err == nil {
		return s.redirect(c, views.ThreadURL(thread.Space, thread.ID))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	sp, err := s.threadSpace(c)
	if err != nil {
		return err
	}
	return s.showThreadForm(c, http.StatusUnprocessableEntity, sp, 0, form, problems)
}

// editThread shows the form that changes a thread.
func (s *Server) editThread(c echo.Context) error {
	sp, thread, err := s.ownThread(c)
	if err != nil {
		return err
	}
	return s.showThreadForm(c, http.StatusOK, sp, thread.ID, threadForm{Name: thread.Name, Body: thread.Body}, nil)
}

// ownThread is the thread of the address, if the reader may change it.
func (s *Server) ownThread(c echo.Context) (store.Space, store.Thread, error) {
	sp, thread, err := s.Store.Thread(c.Request().Context(), actor(c), spaceID(c), threadID(c))
	if err == nil && !sp.Edits(actor(c), thread.Author.ID) {
		err = store.ErrForbidden
	}
	return sp, thread, err
}

// updateThread saves a thread's name and text.
func (s *Server) updateThread(c echo.Context) error {
	var form threadForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.UpdateThread(c.Request().Context(), actor(c), spaceID(c), threadID(c), form.Name, form.Body)
	if err == nil {
		s.flash(c, "flash.thread_saved")
		return s.redirect(c, views.ThreadURL(spaceID(c), threadID(c)))
	}
	problems, err := reshow(err)
	if err != nil {
		return err
	}
	sp, thread, err := s.ownThread(c)
	if err != nil {
		return err
	}
	return s.showThreadForm(c, http.StatusUnprocessableEntity, sp, thread.ID, form, problems)
}
