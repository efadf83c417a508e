package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

func invitationID(c echo.Context) store.ID { return store.ParseID(c.Param("invitation")) }

// updateInvitation changes what the guest will be allowed.
func (s *Server) updateInvitation(c echo.Context) error {
	var form guestForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	err := s.Store.ChangeInvitation(c.Request().Context(), actor(c), spaceID(c), invitationID(c), form.change())
	if err != nil {
		return s.actFailed(c, err)
	}
	return s.done(c, views.GuestsURL(spaceID(c)))
}

// resendInvitation mails an invitation again, or takes its cancellation back.
func (s *Server) resendInvitation(c echo.Context) error {
	inv, err := s.Store.ResendInvitation(c.Request().Context(), actor(c), spaceID(c), invitationID(c))
	if err != nil {
		return s.actFailed(c, err)
	}
	if inv.Printed() {
		return s.redirect(c, views.InvitationLinkURL(inv.Space, inv.ID))
	}
	s.flash(c, "flash.invitation_resent", "Email", string(inv.Email))
	return s.redirect(c, views.GuestsURL(spaceID(c)))
}

// cancelInvitation cancels an invitation; the flash can take it back (S0-26).
func (s *Server) cancelInvitation(c echo.Context) error {
	inv, err := s.Store.CancelInvitation(c.Request().Context(), actor(c), spaceID(c), invitationID(c))
	if err != nil {
		return s.actFailed(c, err)
	}
	s.flashUndo(c, views.InvitationResendURL(inv.Space, inv.ID), "flash.invitation_cancelled", "Email", inv.Login())
	return s.redirect(c, views.GuestsURL(spaceID(c)))
}

// showInvitationLink shows the link. The button on the list leads here by way
// of copyInvitationLink, which writes it down.
func (s *Server) showInvitationLink(c echo.Context) error {
	sp, inv, token, err := s.Store.InvitationLink(c.Request().Context(), actor(c), spaceID(c), invitationID(c))
	if errors.Is(err, store.ErrInvitationClosed) {
		return s.actFailed(c, err)
	}
	if err != nil {
		return err
	}
	if inv.Printed() {
		return s.showPrintedInvitation(c, sp, inv, token)
	}
	p, err := s.page(c, "guest.copy_link")
	if err != nil {
		return err
	}
	m := views.LinkPage{
		GuestsPage: views.GuestsPage{Page: p, Space: sp}, Invitation: inv, Link: s.base() + views.InvitationURL(token),
	}
	return s.overSpace(c, http.StatusOK, p, sp, views.ShowInvitationLink(m))
}

// copyInvitationLink writes down that somebody had the link shown.
func (s *Server) copyInvitationLink(c echo.Context) error {
	if err := s.Store.NoteLinkCopied(c.Request().Context(), actor(c), spaceID(c), invitationID(c)); err != nil {
		return s.actFailed(c, err)
	}
	return s.redirect(c, views.InvitationLinkURL(spaceID(c), invitationID(c)))
}
