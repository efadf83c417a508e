package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// noticeRoutes are what is new for somebody, which mails tell it, and the links
// that end them.
func (s *Server) noticeRoutes() []*route {
	return []*route{
		get(views.NotificationsURL, somebody, s.listNotices),
		get(views.BellURL, somebody, s.showBell),
		post(views.NotificationsSeenURL, somebody, s.seeNotices),
		post(views.NotificationsURL+"/:notice/seen", somebody, s.seeNotice),
		get(views.ProfileNotificationsURL, somebody, s.editNoticeChoices),
		post(views.ProfileNotificationsURL, somebody, s.updateNoticeChoices),
		get(views.NotificationsURL+"/unsubscribe/:token", anybody, s.showUnsubscribe),
		post(views.NotificationsURL+"/unsubscribe/:token", anybody, s.unsubscribe),
	}
}

// listNotices is what is new, the newest first. Looking at the list marks
// nothing: what one opens is seen.
func (s *Server) listNotices(c echo.Context) error {
	p, err := s.page(c, "nav.notifications")
	if err != nil {
		return err
	}
	after := c.QueryParam("after")
	list, err := s.Store.Notices(c.Request().Context(), actor(c), after)
	if err != nil {
		return err
	}
	p.Current = views.NavNotifications
	m := views.NoticesPage{Page: p, Notices: list.Items, First: after == ""}
	for _, n := range list.Items {
		m.Newest = max(m.Newest, n.ID)
	}
	if list.Next != "" {
		m.Pager.Next = views.WithQuery(views.NotificationsURL, "after", list.Next)
	}
	if after != "" {
		m.Pager.Previous = views.NotificationsURL
	}
	return s.render(c, http.StatusOK, views.ShowNotices(m))
}

// showBell is the number at the bell alone, for the script.
func (s *Server) showBell(c echo.Context) error {
	p, err := s.gatePage(c, "")
	if err != nil {
		return err
	}
	n, err := s.Store.UnseenNotices(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Bell(p, n))
}

// seeNotices marks everything as read that stood on the page.
func (s *Server) seeNotices(c echo.Context) error {
	var form struct {
		Newest string `form:"newest"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	if err := s.Store.SeeNotices(c.Request().Context(), actor(c), store.ParseID(form.Newest)); err != nil {
		return err
	}
	return s.redirect(c, views.NotificationsURL)
}

// seeNotice marks one as read.
func (s *Server) seeNotice(c echo.Context) error {
	if err := s.Store.SeeNotice(c.Request().Context(), actor(c), store.ParseID(c.Param("notice"))); err != nil {
		return err
	}
	return s.redirect(c, views.NotificationsURL)
}

// editNoticeChoices is which mails one wants.
func (s *Server) editNoticeChoices(c echo.Context) error {
	return s.showNoticeChoices(c, http.StatusOK, nil)
}

func (s *Server) showNoticeChoices(c echo.Context, status int, problems views.Problems) error {
	p, err := s.page(c, "notices.profile_title")
	if err != nil {
		return err
	}
	choices, err := s.Store.NoticeChoices(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	p.Current, p.Errors = views.NavProfile, problems
	return s.render(c, status, views.ShowNoticeChoices(views.NoticeChoicesPage{Page: p, Choices: choices}))
}

// updateNoticeChoices saves the choices for all spaces, or for the one named.
func (s *Server) updateNoticeChoices(c echo.Context) error {
	var form struct {
		Space string `form:"space"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	values := posted(c, store.NoticeCategories)
	if err := s.Store.ChooseNotices(c.Request().Context(), actor(c), store.ParseID(form.Space), values); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showNoticeChoices(c, http.StatusUnprocessableEntity, problems)
	}
	s.flash(c, "flash.settings_saved")
	to := views.ProfileNotificationsURL
	if space := store.ParseID(form.Space); space != 0 {
		to += "#space-" + space.String()
	}
	return s.redirect(c, to)
}

// showUnsubscribe is the page behind the link in a mail's foot. Programs open
// such links unasked: it changes nothing (SEC-T4).
func (s *Server) showUnsubscribe(c echo.Context) error {
	u, err := s.Store.Unsubscription(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return s.renderUnsubscribe(c, u)
}

// unsubscribe ends the mails. The mail program's own button posts here without
// a cookie (RFC 8058) and is answered at once, since it follows no redirection.
func (s *Server) unsubscribe(c echo.Context) error {
	var form struct {
		OneClick string `form:"List-Unsubscribe"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	u, err := s.Store.Unsubscribe(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if form.OneClick != "" {
		return s.renderUnsubscribe(c, u)
	}
	return s.redirect(c, views.UnsubscribeURL(c.Param("token")))
}

func (s *Server) renderUnsubscribe(c echo.Context, u store.Unsubscription) error {
	p, err := s.gatePage(c, "unsubscribe.title")
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowUnsubscribe(views.UnsubscribePage{
		Page: p, Token: c.Param("token"), All: u.All, Ended: u.Ended,
	}))
}
