package web

import (
	"errors"
	"net/http"
	"strconv"

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
	return s.showConversation(c, http.StatusOK, views.Typed{}, nil)
}

func (s *Server) showConversation(c echo.Context, status int, typed views.Typed, problems views.Problems) error {
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
	m.Conversation.Typed = typed
	return s.render(c, status, views.ShowThread(m))
}

// threadForm is a thread as it was typed.
type threadForm struct {
	Name     string `form:"name"`
	Body     string `form:"body"`
	Audience string `form:"audience"`
	Version  int    `form:"version"`
	Preview  tick   `form:"preview"`
}

// fields are the form as it is shown.
func (f threadForm) fields() views.ThreadForm {
	return views.ThreadForm{Name: f.Name, Body: f.Body, Audience: f.Audience, Version: strconv.Itoa(f.Version)}
}

// newThread shows the form for a new thread.
func (s *Server) newThread(c echo.Context) error {
	sp, err := s.threadSpace(c)
	if err != nil {
		return err
	}
	return s.showThreadForm(c, http.StatusOK, sp, views.ThreadForm{}, nil)
}

// threadSpace is the space of the address, if a thread may begin in it.
func (s *Server) threadSpace(c echo.Context) (store.Space, error) {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToWrite)
	if err == nil && !sp.MultiThread {
		return sp, store.ErrOneThread
	}
	return sp, err
}

func (s *Server) showThreadForm(c echo.Context, status int, sp store.Space, m views.ThreadForm, problems views.Problems) error {
	title := "thread.new"
	if m.Thread != 0 {
		title = "thread.edit"
	}
	page, err := s.page(c, title)
	if err != nil {
		return err
	}
	page.Errors = problems
	m.Page, m.Space = page, sp
	if m.Thread == 0 {
		choices, err := s.Store.Audiences(c.Request().Context(), actor(c), sp.ID)
		if err != nil {
			return err
		}
		m.Audiences = page.AudienceOptions(sp, choices)
	}
	return s.overSpace(c, status, page, sp, views.EditThread(m))
}

// createThread begins a thread and opens it, or shows what it will look like.
func (s *Server) createThread(c echo.Context) error {
	var form threadForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m := form.fields()
	audience, err := store.ParseAudience(form.Audience)
	switch {
	case err != nil:
	case bool(form.Preview):
		m.Preview, err = s.Store.Preview(c.Request().Context(), actor(c), spaceID(c), "body", form.Body)
	default:
		var thread store.Thread
		thread, err = s.Store.CreateThread(c.Request().Context(), actor(c), spaceID(c), store.NewThread{
			Name: form.Name, Body: form.Body, Audience: audience,
		})
		if err == nil {
			return s.redirect(c, views.ThreadURL(thread.Space, thread.ID))
		}
	}
	problems, err := reshowOrNil(err)
	if err != nil {
		return err
	}
	sp, err := s.threadSpace(c)
	if err != nil {
		return err
	}
	return s.showThreadForm(c, unlessProblems(problems), sp, m, problems)
}

// unlessProblems is the status of a form that is shown again: for a preview, or
// because something is wrong with it.
func unlessProblems(problems views.Problems) int {
	if problems == nil {
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}

// editThread shows the form that changes a thread.
func (s *Server) editThread(c echo.Context) error {
	sp, thread, err := s.ownThread(c)
	if err != nil {
		return err
	}
	m := threadForm{Name: thread.Name, Body: thread.Body, Version: thread.Version}.fields()
	m.Thread = thread.ID
	return s.showThreadForm(c, http.StatusOK, sp, m, nil)
}

// ownThread is the thread of the address, if the reader may change it.
func (s *Server) ownThread(c echo.Context) (store.Space, store.Thread, error) {
	sp, thread, err := s.Store.Thread(c.Request().Context(), actor(c), spaceID(c), threadID(c))
	if err == nil && !sp.Edits(actor(c), thread.Author.ID) {
		err = store.ErrForbidden
	}
	return sp, thread, err
}

// updateThread saves a thread's name and text. When somebody else saved them
// meanwhile, both are shown, and nobody's are lost.
func (s *Server) updateThread(c echo.Context) error {
	var form threadForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m := form.fields()
	var err error
	if form.Preview {
		m.Preview, err = s.Store.Preview(c.Request().Context(), actor(c), spaceID(c), "body", form.Body)
	} else {
		err = s.Store.UpdateThread(c.Request().Context(), actor(c), spaceID(c), threadID(c), store.EditedThread{
			Name: form.Name, Body: form.Body, Version: form.Version,
		})
		if err == nil {
			s.flash(c, "flash.thread_saved")
			return s.redirect(c, views.ThreadURL(spaceID(c), threadID(c)))
		}
	}
	stale := errors.Is(err, store.ErrEditedMeanwhile)
	problems, err := reshowOrNil(err)
	if err != nil {
		return err
	}
	sp, thread, err := s.ownThread(c)
	if err != nil {
		return err
	}
	m.Thread = thread.ID
	if stale {
		m.Now, m.Version = &thread, strconv.Itoa(thread.Version)
	}
	return s.showThreadForm(c, unlessProblems(problems), sp, m, problems)
}

// pinThread puts a thread before the others of its space, or back among them.
func (s *Server) pinThread(c echo.Context) error {
	var form pinForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.PinThread(c.Request().Context(), actor(c), spaceID(c), threadID(c), form.Pinned == "on")
	if err != nil {
		return err
	}
	return s.redirect(c, views.ThreadURL(spaceID(c), threadID(c)))
}

// threadHistory shows what a thread's name and text were before.
func (s *Server) threadHistory(c echo.Context) error {
	history, err := s.Store.ThreadHistory(c.Request().Context(), actor(c), spaceID(c), threadID(c), before(c))
	if err != nil {
		return err
	}
	return s.showHistory(c, "history.thread", history)
}
