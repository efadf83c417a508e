package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"guesthouse/static"
	"guesthouse/views"
)

// route is one line of the table of contents.
type route struct {
	method  string
	pattern string
	handler echo.HandlerFunc
	guard   guard
	picture bool // the form may hold a picture
	text    bool // the form holds a text that somebody may have pasted
	files   bool // the form may hold files, which are read as they come
	recent  bool // only for who gave the password a short time ago
}

// get is a route that shows something and changes nothing.
func get(pattern string, g guard, handler echo.HandlerFunc) *route {
	return &route{method: http.MethodGet, pattern: pattern, guard: g, handler: handler}
}

// post is a route that changes something.
func post(pattern string, g guard, handler echo.HandlerFunc) *route {
	return &route{method: http.MethodPost, pattern: pattern, guard: g, handler: handler}
}

// takesPicture lets a form hold a picture.
func (r *route) takesPicture() *route {
	r.picture = true
	return r
}

// takesFiles lets a form hold files. Its handler reads it with receive.
func (r *route) takesFiles() *route {
	r.files = true
	return r
}

// takesText lets a form hold more than is ever saved, so that who pasted too
// much gets it back with a word about it.
func (r *route) takesText() *route {
	r.text = true
	return r
}

// recently asks for the password again when it was given more than ten minutes
// ago (SEC-S3).
func (r *route) recently() *route {
	r.recent = true
	return r
}

// routes is the table of contents of the portal: every page and act with who
// may come to it.
func (s *Server) routes() []*route {
	var all []*route
	for _, group := range [][]*route{
		s.gateRoutes(),
		s.addressRoutes(),
		s.spaceRoutes(),
		s.uploadRoutes(),
		s.threadRoutes(),
		s.guestRoutes(),
		s.bulkRoutes(),
		s.unaffiliatedRoutes(),
		s.requestRoutes(),
		s.printedRoutes(),
		s.secondStepRoutes(),
		s.recoveryRoutes(),
		s.adminRoutes(),
		s.policyRoutes(),
		s.termsRoutes(),
		s.guestPageRoutes(),
		s.registerRoutes(),
		s.licenceRoutes(),
		s.trashRoutes(),
		s.templateRoutes(),
		s.memberStandingRoutes(),
		s.reviewRoutes(),
		s.endingRoutes(),
		s.mailboxRoutes(),
		s.ownDataRoutes(),
		s.searchRoutes(),
		s.chatRoutes(),
		s.peopleRoutes(),
		s.mentionRoutes(),
		s.fileRoutes(),
		s.noticeRoutes(),
		s.programRoutes(),
		s.apiCredentialRoutes(),
		s.webhookRoutes(),
	} {
		all = append(all, group...)
	}
	return all
}

// threadRoutes are what is said in a space.
func (s *Server) threadRoutes() []*route {
	return []*route{
		get("/spaces/:space/threads", somebody, s.listThreads),
		post("/spaces/:space/threads", somebody, s.createThread).takesText(),
		post("/spaces/:space/preview", somebody, s.showPreview).takesText(),
		get("/spaces/:space/threads/new", somebody, s.newThread),
		get("/spaces/:space/threads/:thread", somebody, s.showThread),
		post("/spaces/:space/threads/:thread", somebody, s.updateThread).takesText(),
		get("/spaces/:space/threads/:thread/edit", somebody, s.editThread),
		get("/spaces/:space/threads/:thread/history", somebody, s.threadHistory),
		post("/spaces/:space/threads/:thread/pin", somebody, s.pinThread),
		post("/spaces/:space/threads/:thread/comments", somebody, s.createComment).takesFiles(),
		get("/spaces/:space/threads/:thread/comments/:comment", somebody, s.editComment),
		post("/spaces/:space/threads/:thread/comments/:comment", somebody, s.updateComment).takesText(),
		get("/spaces/:space/threads/:thread/comments/:comment/history", somebody, s.commentHistory),
		post("/spaces/:space/threads/:thread/comments/:comment/pin", somebody, s.pinComment),
		post("/spaces/:space/threads/:thread/comments/:comment/delete", somebody, s.deleteComment),
		post("/spaces/:space/threads/:thread/comments/:comment/restore", somebody, s.restoreComment),
	}
}

// gateRoutes lead in and out, and to one's own account.
func (s *Server) gateRoutes() []*route {
	return []*route{
		post(views.LanguageURL, anybody, s.setLanguage),

		get(views.SetupURL, anybody, s.newSetup),
		post(views.SetupURL, anybody, s.createSetup),
		get(views.LoginURL, anybody, s.newSession),
		post(views.LoginURL, anybody, s.createSession),
		post(views.LogoutURL, anybody, s.deleteSession),
		get(views.VerificationURL, waiting, s.newVerification),
		post(views.VerificationURL, waiting, s.createVerification),
		post(views.VerificationResendURL, waiting, s.resendVerification),
		get(views.PasswordForgottenURL, anybody, s.newPasswordReset),
		post(views.PasswordForgottenURL, anybody, s.createPasswordReset),
		get("/password/reset/:token", anybody, s.showPasswordLink),
		post("/password/reset/:token", anybody, s.createPassword),

		get(views.ProfileURL, somebody, s.showProfile),
		post(views.ProfileURL, somebody, s.updateProfile),
		post(views.ProfilePictureURL, somebody, s.updatePicture).takesPicture(),
		post(views.ProfilePictureDeleteURL, somebody, s.deletePicture),
		get(views.ProfilePasswordURL, changing, s.editPassword),
		post(views.ProfilePasswordURL, changing, s.updatePassword),
		get(views.ProfileSessionsURL, somebody, s.listSessions),
		post(views.ProfileSessionsURL+"/:session/delete", somebody, s.deleteOtherSession),
		post(views.SessionsDeleteURL, somebody, s.deleteOtherSessions),
		get(views.ConfirmURL, somebody, s.newConfirmation),
		post(views.ConfirmURL, somebody, s.createConfirmation),
		get(views.LiveURL, somebody, s.showLive),
		get("/people/:account", somebody, s.showPerson),
		get("/people/:account/picture", somebody, s.showPersonPicture),
	}
}

// spaceRoutes are the home page, the spaces and what people write in them.
func (s *Server) spaceRoutes() []*route {
	return []*route{
		get(views.HomeURL, somebody, s.showHome),
		get(views.SpacesURL, members, s.listSpaces),
		post(views.SpacesURL, members, s.createSpace).takesPicture(),
		get(views.NewSpaceURL, members, s.newSpace),
		get("/spaces/:space", somebody, s.showSpace),
		get("/spaces/:space/cover", somebody, s.showSpaceCover),
		get("/spaces/:space/settings", somebody, s.editSpace),
		post("/spaces/:space/settings", somebody, s.updateSpace).takesPicture(),
		get("/spaces/:space/delete", somebody, s.confirmDeleteSpace),
		post("/spaces/:space/delete", somebody, s.deleteSpace),
		post("/spaces/:space/join", somebody, s.joinSpace),
		get("/spaces/:space/leave", somebody, s.confirmLeaveSpace),
		post("/spaces/:space/leave", somebody, s.leaveSpace),
		post("/spaces/:space/favourite", somebody, s.favouriteSpace),

		get("/spaces/:space/people", somebody, s.showPeople),
		get("/spaces/:space/members", somebody, s.listSpaceMembers),
		post("/spaces/:space/members", somebody, s.createSpaceMember),
		post("/spaces/:space/members/:account", somebody, s.updateSpaceMember),
		get("/spaces/:space/members/:account/delete", somebody, s.confirmRemoveSpaceMember),
		post("/spaces/:space/members/:account/delete", somebody, s.deleteSpaceMember),
		post("/spaces/:space/requests/:account", somebody, s.acceptJoinRequest),
		post("/spaces/:space/requests/:account/delete", somebody, s.refuseJoinRequest),
	}
}

// guestRoutes are managing guests, inviting them, and their coming in.
func (s *Server) guestRoutes() []*route {
	const guests, invitations = "/spaces/:space/guests", "/spaces/:space/invitations"
	return []*route{
		get(guests, somebody, s.listGuests),
		post(guests, somebody, s.createGuest),
		get(guests+"/:account", somebody, s.editGuest),
		post(guests+"/:account", somebody, s.updateGuest),
		get(guests+"/:account/delete", somebody, s.newGuestRemoval),
		post(guests+"/:account/delete", somebody, s.deleteGuest),

		get(invitations+"/new", somebody, s.newInvitation),
		post(invitations, somebody, s.createInvitations),
		post(invitations+"/preview", somebody, s.previewInvitation),
		get(invitations+"/results/:sending", somebody, s.showSending),
		post(invitations+"/:invitation", somebody, s.updateInvitation),
		post(invitations+"/:invitation/resend", somebody, s.resendInvitation),
		post(invitations+"/:invitation/delete", somebody, s.cancelInvitation),
		get(invitations+"/:invitation/link", somebody, s.showInvitationLink),
		post(invitations+"/:invitation/link", somebody, s.copyInvitationLink),

		get(views.InvitationDeclinedURL, anybody, s.showDeclined),
		get(views.InvitationAskedURL, anybody, s.showAsked),
		get("/invitations/:token", anybody, s.showInvitation),
		post("/invitations/:token", anybody, s.acceptInvitation),
		post("/invitations/:token/switch", anybody, s.switchAccount),
		post("/invitations/:token/join", anybody, s.joinInvitation),
		get("/invitations/:token/decline", anybody, s.newDecline),
		post("/invitations/:token/decline", anybody, s.declineInvitation),
		post("/invitations/:token/renewal", anybody, s.askForRenewal),
	}
}

// adminRoutes are the administration.
func (s *Server) adminRoutes() []*route {
	return []*route{
		get(views.AdminURL, administrators, s.showOverview),
		post(views.AdminURL, administrators, s.updateOrganization).recently(),
		get(views.AdminMembersURL, administrators, s.listMembers),
		post(views.AdminMembersURL, administrators, s.createMember),
		get(views.AdminNewMemberURL, administrators, s.newMember),
		get(views.AdminMembersURL+"/:account", administrators, s.showMember),
		post(views.AdminMembersURL+"/:account", administrators, s.updateMember).recently(),
		post(views.AdminMembersURL+"/:account/link", administrators, s.renewMemberLink),
		get(views.AdminGuestsURL+"/:account", administrators, s.showManagedGuest),
		get(views.AdminGuestsURL+"/:account/suspension", administrators, s.newSuspension),
		post(views.AdminGuestsURL+"/:account/suspension", administrators, s.createSuspension),
		get(views.AdminGuestsURL+"/:account/suspension/delete", administrators, s.newReactivation),
		post(views.AdminGuestsURL+"/:account/suspension/delete", administrators, s.deleteSuspension),
		get(views.AdminGuestsURL+"/:account/delete", administrators, s.newDeletion).recently(),
		post(views.AdminGuestsURL+"/:account/delete", administrators, s.createDeletion).recently(),
		get(views.AdminGuestsURL+"/:account/spaces/:space/delete", administrators, s.newRemoval),
		post(views.AdminGuestsURL+"/:account/spaces/:space/delete", administrators, s.createRemoval),
		post(views.AdminGuestsURL+"/:account/sessions/delete", administrators, s.deleteGuestSessions),
		get(views.AdminAuthenticationURL, administrators, s.showAuthentication),
		post(views.AdminAuthenticationURL, administrators, s.updateAuthentication).recently(),
		get(views.AdminMailURL, administrators, s.showOutbox),
		post(views.AdminMailTestURL, administrators, s.createTestMail),
		post(views.AdminMailURL+"/:mail/retry", administrators, s.retryMail),
		post(views.AdminMailURL+"/:mail/delete", administrators, s.cancelMail),
		get(views.AdminAuditURL, administrators, s.showAuditLog),
		get(views.AdminAuditCSVURL, administrators, s.exportAuditLog).recently(),
	}
}

// aliases are addresses of earlier days and of other products that lead here.
var aliases = map[string]string{
	"/guest/login":         views.LoginURL,
	"/k/guest/guest/login": views.LoginURL,
	"/k":                   views.HomeURL,
	"/k/":                  views.HomeURL,
	"/k/guest":             views.HomeURL,
	"/k/guest/":            views.HomeURL,
}

// register puts the table into the router.
func (s *Server) register() {
	routes := s.routes()
	s.known = pagesOf(routes)
	for _, r := range routes {
		s.add(r, s.guarded(r))
	}
	for from, to := range aliases {
		s.plain(from, func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, to) })
	}
	icon := static.URL("favicon.svg")
	s.plain("/favicon.ico", func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, icon) }) // asked for by programs that read no page
	s.plain(healthPath, s.showHealth)
	s.plain(readyPath, s.showReady)
	s.plain(views.OpenAPIURL, s.showOpenAPI)
	s.plain(staticPattern, s.showStatic)
}

// plain registers what has no guard and asks nobody who they are.
func (s *Server) plain(path string, handler echo.HandlerFunc) {
	r := get(path, anybody, handler)
	s.add(r, func(c echo.Context) error {
		c.Set(keyRoute, r)
		return handler(c)
	})
}

func (s *Server) add(r *route, handler echo.HandlerFunc) {
	s.echo.Add(r.method, r.pattern, handler)
	if r.method == http.MethodGet {
		s.echo.Add(http.MethodHead, r.pattern, handler)
	}
}
