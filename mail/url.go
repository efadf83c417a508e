package mail

import (
	"net/url"
	"strings"

	"guesthouse/store"
)

// links builds the few addresses that mails carry, always from the base URL of
// the environment and never from a request. SEC-S7
type links struct{ base string }

func (l links) to(path string) string { return strings.TrimRight(l.base, "/") + path }

func (l links) login() string { return l.to("/login") }

func (l links) invitation(token string) string {
	return l.to("/invitations/" + url.PathEscape(token))
}

func (l links) passwordForgotten() string { return l.to("/password/forgotten") }

func (l links) passwordReset(token string) string {
	return l.to("/password/reset/" + url.PathEscape(token))
}

// address is where a new address is confirmed.
func (l links) address(token string) string { return l.to("/address/" + url.PathEscape(token)) }

// programs is where API passwords and tokens are listed, and ended.
func (l links) programs() string { return l.to("/profile/programs") }

func (l links) sessions() string { return l.to("/profile/sessions") }

func (l links) space(id store.ID) string { return l.to("/spaces/" + id.String()) }

func (l links) thread(space, thread store.ID) string {
	return l.space(space) + "/threads/" + thread.String()
}

// comment is the permanent address of a comment.
func (l links) comment(space, thread, comment store.ID) string {
	return l.thread(space, thread) + "?comment=" + comment.String() + "#comment-" + comment.String()
}

func (l links) file(space, file store.ID) string { return l.space(space) + "/files/" + file.String() }

func (l links) webhook(id store.ID) string { return l.to("/admin/webhooks/" + id.String()) }

func (l links) chat(id store.ID) string { return l.to("/chats/" + id.String()) }

// notifications is the list of what is new.
func (l links) notifications() string { return l.to("/notifications") }

// noticeChoices is where one chooses which mails come.
func (l links) noticeChoices() string { return l.to("/profile/notifications") }

// unsubscribe ends mails without signing in. RFC 8058
func (l links) unsubscribe(token string) string {
	return l.to("/notifications/unsubscribe/" + url.PathEscape(token))
}

// spaceGuests is the Manage Guests page of a space.
func (l links) spaceGuests(space store.ID) string { return l.space(space) + "/guests" }

// spaceGuest is the row of an invitation on the Manage Guests page.
func (l links) spaceGuest(space, invitation store.ID) string {
	return l.space(space) + "/guests#invitation-" + invitation.String()
}

// invitationRequests is where requests for invitations are answered: in a space,
// or with 0 in the administration.
func (l links) invitationRequests(space store.ID) string {
	if space == 0 {
		return l.to("/admin/requests")
	}
	return l.space(space) + "/invitations/requests"
}

// endings is the page of what ends soon among the guests one answers for.
func (l links) endings() string { return l.to("/endings") }

// guestEndings is that page for one guest.
func (l links) guestEndings(guest store.ID) string { return l.endings() + "?guest=" + guest.String() }

func (l links) mailAdministration() string { return l.to("/admin/mail") }

// shown is a link as people read it: without the scheme.
func shown(link string) string {
	_, rest, found := strings.Cut(link, "://")
	if !found {
		return link
	}
	return strings.TrimSuffix(rest, "/")
}

// host is the name of the portal's host, as it stands in the base URL.
func (l links) host() string {
	u, err := url.Parse(l.base)
	if err != nil || u.Host == "" {
		return shown(l.base)
	}
	return u.Host
}
