package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"guesthouse/web"
)

// rights are who comes through to what a class of routes does, in the order of
// the last roles: GE GR g M m SpA SA. y comes in, f is refused (403), n must
// not know of it (404). security rules, section 4.
var rights = map[string]string{
	"public":    "yyyyyyy", // strangers too
	"door":      "hhhhhhh", // who is inside already is led home
	"invited":   "ooooooo", // who is signed in as somebody else reads GAIA_AL01 (S2-01)
	"waiting":   "hhhhhhh", // who owes a code; the others are led home
	"password":  "yyyyyyy", // who must choose a password too
	"terms":     "yyyyyyy", // who must accept the terms too
	"own":       "yyyyyyy",
	"members":   "nnnyyyy",
	"admin":     "nnnfffy",
	"recover":   "nnnnnyy", // the sponsor, who is in all spaces of the guest
	"person":    "yynyyyy", // the host of the guest space: seen by members and by who shares a space
	"know":      "yynynyy",
	"open":      "yynynyf",
	"write":     "yfnynyf",
	"upload":    "nfnnnyf", // the administrator's own; whoever else may write does not find it
	"manage":    "ffnfnyf",
	"manage P":  "ffnffyf", // in a private space, of which members know
	"moderate":  "ffnfnyf",
	"invite":    "ffnfnyf",
	"see guest": "ffnfnyf",
	"join":      "ffnfnfy",
	"leave":     "yynynyf",
	"delete":    "ffnfnyy",
	"requests":  "ffnynyf", // the member of the cast has asked for something
	"nobody":    "nnnnnnn", // who is named is nobody
	"mute":      "yynynyf",
	"author":    "ffnfnyf", // the message is the host's
	"own req":   "ffnynnf", // who administers the space knows it, and it is another's
}

// entrance is a row: the class of a route, and the status for who comes in
// with an empty form. What is done once, the next cannot do again.
type entrance struct {
	class string
	in    int
	once  bool
}

// entrances are the rows of the authorisation matrix for the web: a route
// without a row fails.
var entrances = map[string]entrance{
	"POST /language":                               {"public", 303, false},
	"GET /setup":                                   {"public", 404, false}, // SEC-S10: there is an administrator
	"POST /setup":                                  {"public", 404, false},
	"GET /login":                                   {"door", 200, false},
	"POST /login":                                  {"public", 422, false},
	"POST /logout":                                 {"public", 303, false},
	"GET /verification":                            {"waiting", 200, false},
	"POST /verification":                           {"waiting", 422, false},
	"POST /verification/resend":                    {"waiting", 429, false},
	"GET /password/forgotten":                      {"public", 200, false},
	"POST /password/forgotten":                     {"public", 422, false},
	"GET /password/reset/:token":                   {"public", 200, false},
	"POST /password/reset/:token":                  {"public", 422, false},
	"GET /profile":                                 {"own", 200, false},
	"POST /profile":                                {"own", 422, false},
	"POST /profile/picture":                        {"own", 422, false},
	"POST /profile/picture/delete":                 {"own", 303, false},
	"GET /profile/password":                        {"password", 200, false},
	"POST /profile/password":                       {"password", 422, false},
	"GET /profile/sessions":                        {"own", 200, false},
	"POST /profile/sessions/:session/delete":       {"own", 404, false}, // nobody's
	"POST /profile/sessions/delete":                {"own", 303, false},
	"GET /profile/export":                          {"own", 200, false},
	"GET /profile/programs":                        {"admin", 200, false},
	"POST /profile/programs":                       {"admin", 422, false},
	"POST /profile/programs/:credential/delete":    {"admin", 404, false}, // nobody's
	"POST /profile/programs/delete":                {"admin", 303, false},
	"POST /admin/members/:account/programs/delete": {"admin", 303, false},
	"POST /profile/export":                         {"own", 200, false},
	"GET /profile/confirmation":                    {"own", 200, false},
	"POST /profile/confirmation":                   {"own", 422, false},
	"GET /profile/address":                         {"own", 200, false},
	"POST /profile/address":                        {"own", 422, false},
	"GET /address/:token":                          {"public", 410, false}, // SEC-T2: a link to something else
	"POST /address/:token":                         {"public", 410, false},
	"GET /terms":                                   {"terms", 200, false},
	"POST /terms":                                  {"terms", 422, false}, // no version was read
	"GET /people/:account":                         {"person", 200, false},
	"GET /people/:account/picture":                 {"person", 200, false},
	"GET /endings":                                 {"members", 200, false},
	"POST /endings":                                {"members", 422, false},
	"GET /admin/guests/:account/expiry":            {"admin", 200, false},
	"POST /admin/guests/:account/expiry":           {"admin", 422, false},
	"GET /reviews":                                 {"members", 200, false},
	"POST /reviews":                                {"members", 422, false},
	"POST /spaces/:space/reviews":                  {"manage", 303, false},
	"GET /admin/reviews":                           {"admin", 200, false},
	"GET /search":                                  {"own", 200, false},
	"GET /notifications":                           {"own", 200, false},
	"GET /notifications/bell":                      {"own", 200, false},
	"POST /notifications/seen":                     {"own", 303, false},
	"POST /notifications/:notice/seen":             {"own", 404, false}, // nobody's
	"GET /profile/notifications":                   {"own", 200, false},
	"POST /profile/notifications":                  {"own", 303, false},
	"GET /notifications/unsubscribe/:token":        {"public", 410, false}, // SEC-T2: a link to something else
	"POST /notifications/unsubscribe/:token":       {"public", 410, false},
	"GET /live":                                    {"own", 204, false}, // no stream was asked for

	"GET /guests/:account/recovery":                   {"recover", 200, false},
	"POST /guests/:account/recovery":                  {"recover", 303, false},
	"GET /guests/:account/recovery/page":              {"recover", 200, false},
	"POST /profile/sessions/browsers/:browser/delete": {"own", 404, false},     // nobody's
	"GET /profile/second-step":                        {"members", 200, false}, // the guests here have a mailbox
	"POST /profile/second-step":                       {"members", 303, false},
	"POST /profile/second-step/confirm":               {"members", 422, false},
	"POST /profile/second-step/put-away":              {"members", 303, false},
	"POST /profile/second-step/codes":                 {"members", 404, false}, // nobody here has an app
	"POST /profile/second-step/delete":                {"members", 404, false},
	"GET /admin/members/:account/second-step/delete":  {"admin", 200, false},
	"POST /admin/members/:account/second-step/delete": {"admin", 303, false},

	"GET /":                         {"own", 200, false},
	"GET /spaces":                   {"members", 200, false},
	"POST /spaces":                  {"members", 422, false},
	"GET /spaces/new":               {"members", 200, false},
	"GET /spaces/:space":            {"open", 200, false},
	"GET /spaces/:space/cover":      {"know", 200, false},
	"GET /spaces/:space/settings":   {"manage", 200, false},
	"POST /spaces/:space/settings":  {"manage", 422, false},
	"GET /spaces/:space/delete":     {"delete", 200, false},
	"POST /spaces/:space/delete":    {"delete", 303, true},
	"POST /spaces/:space/join":      {"join", 303, false},
	"GET /spaces/:space/leave":      {"leave", 200, false},
	"POST /spaces/:space/leave":     {"leave", 303, false},
	"POST /spaces/:space/favourite": {"open", 303, false},
	"GET /spaces/:space/people":     {"open", 200, false},

	"POST /spaces/:space/uploads":                                              {"write", 422, false}, // no file is announced
	"GET /spaces/:space/uploads/:upload":                                       {"upload", 200, false},
	"POST /spaces/:space/uploads/:upload":                                      {"upload", 200, false}, // it is whole already
	"POST /spaces/:space/uploads/:upload/delete":                               {"upload", 204, true},
	"GET /spaces/:space/threads/:thread/comments/:comment/files/:file":         {"open", 200, false},
	"GET /spaces/:space/threads/:thread/comments/:comment/files/:file/preview": {"open", 200, false},

	"GET /spaces/:space/members":                                    {"open", 200, false}, // who is inside; managing is the administrators'
	"POST /spaces/:space/members":                                   {"manage", 422, false},
	"POST /spaces/:space/members/:account":                          {"manage", 422, false},
	"GET /spaces/:space/members/:account/delete":                    {"manage", 200, false},
	"POST /spaces/:space/members/:account/delete":                   {"manage", 303, true},
	"POST /spaces/:space/requests/:account":                         {"manage P", 303, true},
	"POST /spaces/:space/requests/:account/delete":                  {"manage P", 303, true},
	"GET /spaces/:space/threads":                                    {"open", 200, false},
	"POST /spaces/:space/threads":                                   {"write", 422, false},
	"GET /spaces/:space/threads/new":                                {"write", 200, false},
	"GET /spaces/:space/threads/:thread":                            {"open", 200, false},
	"POST /spaces/:space/threads/:thread":                           {"moderate", 422, false},
	"GET /spaces/:space/threads/:thread/edit":                       {"moderate", 200, false},
	"POST /spaces/:space/threads/:thread/comments":                  {"write", 422, false},
	"POST /spaces/:space/preview":                                   {"open", 200, false},
	"GET /spaces/:space/threads/:thread/history":                    {"open", 200, false},
	"POST /spaces/:space/threads/:thread/pin":                       {"moderate", 303, false},
	"GET /spaces/:space/threads/:thread/comments/:comment/history":  {"open", 200, false},
	"POST /spaces/:space/threads/:thread/comments/:comment/pin":     {"moderate", 303, false},
	"GET /spaces/:space/threads/:thread/comments/:comment":          {"moderate", 200, false},
	"POST /spaces/:space/threads/:thread/comments/:comment":         {"moderate", 422, false},
	"POST /spaces/:space/threads/:thread/comments/:comment/delete":  {"moderate", 303, false},
	"POST /spaces/:space/threads/:thread/comments/:comment/restore": {"moderate", 404, false}, // it is not deleted

	"GET /chats":                                                {"own", 200, false},
	"GET /chats/unread":                                         {"own", 200, false},
	"GET /chats/new":                                            {"nobody", 404, false}, // no account is named
	"POST /chats/new":                                           {"nobody", 404, false},
	"GET /chats/:chat":                                          {"open", 200, false}, // the space's; those of two people have tests of their own
	"POST /chats/:chat":                                         {"write", 422, false},
	"POST /chats/:chat/mute":                                    {"mute", 303, false},
	"GET /chats/:chat/messages/:message":                        {"author", 200, false},
	"POST /chats/:chat/messages/:message":                       {"author", 422, false},
	"POST /chats/:chat/messages/:message/delete":                {"moderate", 303, false},
	"POST /chats/:chat/messages/:message/restore":               {"moderate", 404, false}, // it is not deleted
	"GET /spaces/:space/chat":                                   {"open", 303, false},
	"GET /spaces/:space/files":                                  {"open", 200, false},
	"POST /spaces/:space/files":                                 {"write", 422, false},
	"GET /spaces/:space/files/zip":                              {"open", 422, false}, // nothing was chosen
	"GET /spaces/:space/files/deleted":                          {"write", 200, false},
	"GET /spaces/:space/files/downloads":                        {"manage", 200, false},
	"GET /spaces/:space/files/downloads.csv":                    {"manage", 200, false},
	"POST /spaces/:space/files/folders/new":                     {"write", 422, false},
	"GET /spaces/:space/files/folders/new":                      {"write", 200, false},
	"GET /spaces/:space/files/folders/:folder":                  {"moderate", 200, false},
	"POST /spaces/:space/files/folders/:folder":                 {"moderate", 422, false},
	"GET /spaces/:space/files/folders/:folder/move":             {"moderate", 200, false},
	"POST /spaces/:space/files/folders/:folder/move":            {"moderate", 303, false},
	"POST /spaces/:space/files/folders/:folder/delete":          {"moderate", 303, true},
	"POST /spaces/:space/files/folders/:folder/restore":         {"write", 404, false}, // it is not deleted
	"GET /spaces/:space/files/:file":                            {"open", 200, false},
	"GET /spaces/:space/files/:file/edit":                       {"moderate", 200, false},
	"POST /spaces/:space/files/:file/edit":                      {"moderate", 422, false},
	"GET /spaces/:space/files/:file/move":                       {"moderate", 200, false},
	"POST /spaces/:space/files/:file/move":                      {"moderate", 303, false},
	"POST /spaces/:space/files/:file/delete":                    {"moderate", 303, true},
	"POST /spaces/:space/files/:file/restore":                   {"write", 404, false}, // it is not deleted
	"GET /spaces/:space/files/:file/download":                   {"open", 200, false},
	"GET /spaces/:space/files/:file/open":                       {"open", 200, false},
	"GET /spaces/:space/files/:file/picture":                    {"open", 404, false}, // it is none
	"POST /spaces/:space/files/:file/versions":                  {"write", 422, false},
	"POST /spaces/:space/files/:file/versions/:version/restore": {"write", 303, false},

	"GET /spaces/:space/mentions":                                            {"write", 200, false},
	"POST /spaces/:space/follow":                                             {"leave", 303, false},
	"POST /spaces/:space/threads/:thread/follow":                             {"leave", 303, false},
	"GET /spaces/:space/threads/:thread/comments/:comment/reactions":         {"open", 200, false},
	"POST /spaces/:space/threads/:thread/comments/:comment/reactions":        {"write", 422, false}, // no sign
	"POST /spaces/:space/threads/:thread/comments/:comment/reactions/delete": {"write", 422, false},

	"GET /spaces/:space/guests":                                {"see guest", 200, false},
	"POST /spaces/:space/guests":                               {"invite", 422, false},
	"GET /spaces/:space/guests/new":                            {"invite", 200, false},
	"GET /spaces/:space/guests/:account":                       {"see guest", 200, false},
	"POST /spaces/:space/guests/:account":                      {"manage", 303, false},
	"GET /spaces/:space/guests/:account/delete":                {"manage", 200, false},
	"POST /spaces/:space/guests/:account/delete":               {"manage", 303, true},
	"GET /spaces/:space/invitations/new":                       {"invite", 200, false},
	"POST /spaces/:space/invitations":                          {"invite", 422, false},
	"POST /spaces/:space/invitations/preview":                  {"invite", 200, false},
	"GET /spaces/:space/invitations/printed/new":               {"invite", 200, false},
	"POST /spaces/:space/invitations/printed":                  {"invite", 422, false},
	"GET /spaces/:space/invitations/requests":                  {"requests", 200, false},
	"POST /spaces/:space/invitations/requests":                 {"manage", 422, false},
	"POST /spaces/:space/invitations/requests/:request/delete": {"own req", 303, false},
	"GET /spaces/:space/invitations/results/:sending":          {"invite", 200, false},
	"GET /spaces/:space/invitations/bulk":                      {"invite", 200, false},
	"POST /spaces/:space/invitations/bulk":                     {"invite", 422, false},
	"GET /spaces/:space/invitations/bulk/template":             {"invite", 200, false},
	"GET /spaces/:space/invitations/bulk/:bulk":                {"invite", 200, false},
	"POST /spaces/:space/invitations/bulk/:bulk":               {"invite", 303, false},
	"GET /spaces/:space/invitations/bulk/:bulk/results":        {"invite", 200, false},
	"POST /spaces/:space/invitations/:invitation":              {"manage", 303, false},
	"POST /spaces/:space/invitations/:invitation/resend":       {"manage", 429, false}, // it was sent a moment ago
	"POST /spaces/:space/invitations/:invitation/delete":       {"manage", 303, false},
	"GET /spaces/:space/invitations/:invitation/link":          {"manage", 200, false},
	"POST /spaces/:space/invitations/:invitation/link":         {"manage", 303, false},
	"GET /invitations/declined":                                {"public", 200, false},
	"GET /invitations/asked":                                   {"public", 200, false},
	"GET /invitations/:token":                                  {"invited", 200, false},
	"POST /invitations/:token":                                 {"invited", 422, false},
	"POST /invitations/:token/switch":                          {"public", 303, false},
	"POST /invitations/:token/join":                            {"invited", 303, false}, // to the sign-in
	"GET /invitations/:token/decline":                          {"public", 200, false},
	"POST /invitations/:token/decline":                         {"public", 303, true},
	"POST /invitations/:token/renewal":                         {"public", 303, false},

	"GET /admin":                                                {"admin", 200, false},
	"POST /admin":                                               {"admin", 422, false},
	"GET /admin/members":                                        {"admin", 200, false},
	"POST /admin/members":                                       {"admin", 422, false},
	"GET /admin/members/new":                                    {"admin", 200, false},
	"GET /admin/members/:account":                               {"admin", 200, false},
	"POST /admin/members/:account":                              {"admin", 303, false},
	"POST /admin/members/:account/link":                         {"admin", 303, false},
	"GET /admin/members/:account/suspension":                    {"admin", 200, false},
	"POST /admin/members/:account/suspension":                   {"admin", 303, true},
	"POST /admin/members/:account/suspension/delete":            {"admin", 303, false},
	"POST /admin/members/:account/department":                   {"admin", 303, false},
	"POST /admin/members/:account/guests":                       {"admin", 422, false},
	"GET /admin/members/:account/demotion":                      {"admin", 200, false},
	"POST /admin/members/:account/demotion":                     {"admin", 303, true},
	"GET /admin/guests/:account/conversion":                     {"admin", 200, false},
	"POST /admin/guests/:account/conversion":                    {"admin", 303, true},
	"GET /admin/guests":                                         {"admin", 200, false},
	"GET /admin/guests.csv":                                     {"admin", 200, false},
	"GET /admin/guest-acts/new":                                 {"admin", 404, false},
	"POST /admin/guest-acts":                                    {"admin", 404, false},
	"GET /admin/guest-acts/:act":                                {"admin", 200, false},
	"GET /admin/access":                                         {"admin", 200, false},
	"GET /admin/access.csv":                                     {"admin", 200, false},
	"GET /spaces/:space/access":                                 {"see guest", 200, false},
	"GET /spaces/:space/access.csv":                             {"see guest", 200, false},
	"GET /admin/guests/:account":                                {"admin", 200, false},
	"GET /admin/guests/:account/suspension":                     {"admin", 200, false},
	"POST /admin/guests/:account/suspension":                    {"admin", 303, false},
	"GET /admin/guests/:account/suspension/delete":              {"admin", 200, false},
	"POST /admin/guests/:account/suspension/delete":             {"admin", 303, false},
	"GET /admin/guests/:account/delete":                         {"admin", 200, false},
	"POST /admin/guests/:account/delete":                        {"admin", 303, true},
	"GET /admin/guests/:account/spaces/:space/delete":           {"admin", 200, false},
	"POST /admin/guests/:account/spaces/:space/delete":          {"admin", 303, true},
	"POST /admin/guests/:account/sessions/delete":               {"admin", 303, false},
	"GET /admin/guests/diagnosis":                               {"admin", 200, false},
	"GET /admin/guests/:account/data":                           {"admin", 200, false},
	"POST /admin/guests/:account/data":                          {"admin", 422, false},
	"GET /admin/guests/:account/sponsor":                        {"admin", 200, false},
	"POST /admin/guests/:account/sponsor":                       {"admin", 422, false},
	"GET /admin/guests/:account/address":                        {"admin", 200, false},
	"POST /admin/guests/:account/address":                       {"admin", 422, false},
	"POST /admin/guests/:account/password-reset":                {"admin", 303, false},
	"POST /admin/guests/:account/limits/delete":                 {"admin", 303, false},
	"GET /admin/guests/:account/delete/undo":                    {"admin", 200, false},
	"POST /admin/guests/:account/delete/undo":                   {"admin", 409, false}, // nothing is planned
	"GET /admin/guests/:account/erasure":                        {"admin", 200, false},
	"POST /admin/guests/:account/erasure":                       {"admin", 303, true},
	"GET /admin/guests/new":                                     {"admin", 200, false},
	"GET /admin/invitations":                                    {"admin", 200, false},
	"POST /admin/invitations":                                   {"admin", 422, false},
	"POST /admin/invitations/:invitation/resend":                {"admin", 429, false}, // it was sent a moment ago
	"POST /admin/invitations/:invitation/delete":                {"admin", 303, false},
	"GET /admin/invitations/:invitation/link":                   {"admin", 200, false},
	"POST /admin/invitations/:invitation/link":                  {"admin", 303, false},
	"GET /admin/requests":                                       {"admin", 200, false},
	"POST /admin/requests":                                      {"admin", 422, false},
	"GET /admin/authentication":                                 {"admin", 200, false},
	"POST /admin/authentication":                                {"admin", 303, false},
	"GET /admin/policy":                                         {"admin", 200, false},
	"POST /admin/policy":                                        {"admin", 400, false}, // no section of it
	"GET /admin/policy/presets/:preset":                         {"admin", 200, false},
	"POST /admin/policy/presets/:preset":                        {"admin", 303, true},
	"GET /admin/terms":                                          {"admin", 200, false},
	"POST /admin/terms":                                         {"admin", 422, false},
	"GET /admin/terms/new":                                      {"admin", 200, false},
	"POST /admin/terms/new/preview":                             {"admin", 422, false},
	"POST /admin/terms-withdrawal":                              {"admin", 303, true},
	"GET /admin/terms/:version":                                 {"admin", 200, false},
	"GET /admin/terms/:version/acceptances.csv":                 {"admin", 200, false},
	"GET /admin/audit":                                          {"admin", 200, false},
	"GET /admin/audit.csv":                                      {"admin", 200, false},
	"GET /k/docs":                                               {"members", 200, false},
	"GET /people":                                               {"own", 200, false}, // who is in it differs
	"GET /orgchart":                                             {"own", 200, false}, // C7: guests see the structure
	"GET /admin/orgchart":                                       {"admin", 200, false},
	"POST /admin/orgchart":                                      {"admin", 422, false},
	"GET /admin/orgchart.csv":                                   {"admin", 200, false},
	"GET /admin/orgchart/import":                                {"admin", 200, false},
	"POST /admin/orgchart/import":                               {"admin", 422, false},
	"GET /admin/orgchart/import/:import":                        {"admin", 200, false},
	"POST /admin/orgchart/import/:import":                       {"admin", 303, false},
	"GET /admin/orgchart/:department":                           {"admin", 200, false},
	"POST /admin/orgchart/:department":                          {"admin", 422, false},
	"POST /admin/orgchart/:department/move":                     {"admin", 409, false}, // no version of the chart was read
	"GET /admin/orgchart/:department/delete":                    {"admin", 200, false},
	"POST /admin/orgchart/:department/delete":                   {"admin", 409, false},
	"POST /admin/orgchart/:department/people":                   {"admin", 422, false},
	"POST /admin/orgchart/:department/people/:account/delete":   {"admin", 303, true},
	"GET /admin/licences":                                       {"admin", 200, false},
	"GET /admin/templates":                                      {"admin", 200, false},
	"POST /admin/templates":                                     {"admin", 422, false},
	"POST /admin/templates/:template/delete":                    {"admin", 404, false}, // there is none of this number
	"GET /admin/trash":                                          {"admin", 200, false},
	"POST /admin/trash/:space/restore":                          {"admin", 404, false}, // it is no deleted space
	"GET /admin/webhooks":                                       {"admin", 200, false},
	"POST /admin/webhooks":                                      {"admin", 422, false},
	"GET /admin/webhooks/new":                                   {"admin", 200, false},
	"GET /admin/webhooks/:webhook":                              {"admin", 200, false},
	"POST /admin/webhooks/:webhook":                             {"admin", 422, false},
	"GET /admin/webhooks/:webhook/delete":                       {"admin", 200, false},
	"POST /admin/webhooks/:webhook/delete":                      {"admin", 303, true},
	"GET /admin/webhooks/:webhook/secret":                       {"admin", 200, false},
	"POST /admin/webhooks/:webhook/secret":                      {"admin", 303, false},
	"POST /admin/webhooks/:webhook/ping":                        {"admin", 303, false},
	"POST /admin/webhooks/:webhook/replay":                      {"admin", 422, false},
	"GET /admin/webhooks/:webhook/deliveries/:delivery":         {"admin", 200, false},
	"POST /admin/webhooks/:webhook/deliveries/:delivery/replay": {"admin", 303, false},
	"GET /admin/mail":                                           {"admin", 200, false},
	"POST /admin/mail/test":                                     {"admin", 422, false},
	"POST /admin/mail/:mail/retry":                              {"admin", 303, false},
	"POST /admin/mail/:mail/delete":                             {"admin", 303, true},
	"GET /k/docs/:group":                                        {"members", 200, false},
}

// want is the status that a role gets, and where a redirect leads when it is a
// refusal.
func (e entrance) want(r web.Route, role string) (status int, to string) {
	get := r.Method == http.MethodGet
	pick := func(one, other int) int {
		if get {
			return one
		}
		return other
	}
	switch {
	case e.class == "public" || role == "pending" && e.class == "waiting" || role == "changing" && e.class == "password", role == "owing" && e.class == "terms":
		return e.in, ""
	case e.class == "door" && (role == "anonymous" || role == "suspended" || role == "pending"):
		return e.in, ""
	case e.class == "door":
		return http.StatusSeeOther, "/"
	case e.class == "invited" && (role == "anonymous" || role == "suspended" || role == "pending"):
		return e.in, ""
	case e.class == "invited":
		return http.StatusConflict, ""
	case role == "anonymous" || role == "suspended":
		return pick(http.StatusSeeOther, http.StatusUnauthorized), "/login"
	case role == "pending":
		return pick(http.StatusSeeOther, http.StatusUnauthorized), "/verification"
	case e.class == "waiting":
		return pick(http.StatusSeeOther, http.StatusForbidden), "/"
	case role == "changing":
		return pick(http.StatusSeeOther, http.StatusForbidden), "/profile/password"
	case role == "owing":
		return pick(http.StatusSeeOther, http.StatusForbidden), "/terms"
	case role == "ended":
		role = "g" // the way out leads to one's own home, and to nothing of the space
	}
	column := slices.Index(roles, role) - slices.Index(roles, "GE")
	return map[byte]int{'y': e.in, 'f': http.StatusForbidden, 'n': http.StatusNotFound}[rights[e.class][column]], ""
}

// refused reports whether a role does not come in.
func (e entrance) refused(r web.Route, role string) bool {
	status, to := e.want(r, role)
	return to != "" || status == http.StatusForbidden || status == http.StatusConflict || status == http.StatusNotFound && e.in != http.StatusNotFound
}

// SEC-A1, SEC-P5, SEC-P9, SEC-S4: every route for every role. Who is refused
// changes nothing.
func TestMatrixOfRoutes(t *testing.T) {
	t.Parallel()
	shared := newDesk(t)
	for _, r := range shared.Server.Table() {
		name := r.Method + " " + r.Pattern
		row, ok := entrances[name]
		if !ok || rights[row.class] == "" {
			t.Errorf("%s has no row in the matrix", name)
			continue
		}
		if r.Method == http.MethodGet {
			for _, role := range roles {
				shared.check(t, row, r, role)
			}
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			before := d.Dump()
			for _, role := range roles {
				if row.refused(r, role) {
					d.check(t, row, r, role)
				}
			}
			if changed := d.changed(before); len(changed) > 0 {
				t.Errorf("who was refused changed %v", changed)
			}
			for _, role := range roles {
				if row.refused(r, role) {
					continue
				}
				d.check(t, row, r, role)
				if row.once {
					d = newDesk(t)
				}
			}
		})
	}
	for name := range entrances {
		if !slices.ContainsFunc(shared.Server.Table(), func(r web.Route) bool { return r.Method+" "+r.Pattern == name }) {
			t.Errorf("%s has a row and is no route", name)
		}
	}
}

func (d *desk) check(t *testing.T, row entrance, r web.Route, role string) {
	t.Helper()
	page := d.send(role, r, d.path(r), nil)
	status, to := row.want(r, role)
	if page.Status != status {
		t.Errorf("%s %s for %s: %d (%s), want %d", r.Method, r.Pattern, role, page.Status, page.Code(), status)
		return
	}
	if path, _, _ := strings.Cut(page.Location(), "?"); status == http.StatusSeeOther && to != "" && path != to {
		t.Errorf("%s %s for %s leads to %q, want %q", r.Method, r.Pattern, role, path, to)
	}
}
