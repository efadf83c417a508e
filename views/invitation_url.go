package views

import (
	"net/url"

	"guesthouse/store"
)

// InvitationURL is where an invitation's link leads.
func InvitationURL(token string) string { return "/invitations/" + url.PathEscape(token) }

// InvitationSwitchURL signs out and comes back to the invitation.
func InvitationSwitchURL(token string) string { return InvitationURL(token) + "/switch" }

// InvitationJoinURL joins with the account that is signed in.
func InvitationJoinURL(token string) string { return InvitationURL(token) + "/join" }

// What an invitation page leads to when it is done with, the same for every link.
const (
	InvitationDeclinedURL = "/invitations/declined"
	InvitationAskedURL    = "/invitations/asked"
)

// InvitationDeclineURL asks before the invitation is declined, and does it.
func InvitationDeclineURL(token string) string { return InvitationURL(token) + "/decline" }

// InvitationRenewalURL asks the inviter for a new link.
func InvitationRenewalURL(token string) string { return InvitationURL(token) + "/renewal" }

// InvitationsURL is where invitations into a space are made.
func InvitationsURL(space store.ID) string { return SpaceURL(space) + "/invitations" }

// NewInvitationURL is Invite Guests.
func NewInvitationURL(space store.ID) string { return InvitationsURL(space) + "/new" }

// NewPrintedInvitationURL invites a guest without e-mail.
func NewPrintedInvitationURL(space store.ID) string { return PrintedInvitationsURL(space) + "/new" }

// PrintedInvitationsURL is where invitations without e-mail are made.
func PrintedInvitationsURL(space store.ID) string { return InvitationsURL(space) + "/printed" }

// InvitationPreviewURL shows what would be sent, and to whom.
func InvitationPreviewURL(space store.ID) string { return InvitationsURL(space) + "/preview" }

// InvitationResendURL sends an invitation again, with a new link.
func InvitationResendURL(space, invitation store.ID) string {
	return InvitationsURL(space) + "/" + invitation.String() + "/resend"
}

// InvitationDeleteURL cancels an invitation.
func InvitationDeleteURL(space, invitation store.ID) string {
	return InvitationsURL(space) + "/" + invitation.String() + "/delete"
}

// BulkNewURL is where a list of guests is read.
func BulkNewURL(space store.ID) string { return InvitationsURL(space) + "/bulk" }

// BulkTemplateURL is an empty list of guests with its headings.
func BulkTemplateURL(space store.ID) string { return BulkNewURL(space) + "/template" }

// BulkURL is a list of guests: its dry run, then what became of it.
func BulkURL(space, bulk store.ID) string { return BulkNewURL(space) + "/" + bulk.String() }

// BulkResultsURL is what became of a list of guests, as a file.
func BulkResultsURL(space, bulk store.ID) string { return BulkURL(space, bulk) + "/results" }

// SendingURL is what became of each address of one use of Invite Guests.
func SendingURL(space, sending store.ID) string {
	return InvitationsURL(space) + "/results/" + sending.String()
}

// InvitationChangeURL is where an invitation's permission is changed.
func InvitationChangeURL(space, invitation store.ID) string {
	return InvitationsURL(space) + "/" + invitation.String()
}

// InvitationLinkURL shows an invitation's link to copy.
func InvitationLinkURL(space, invitation store.ID) string {
	return InvitationsURL(space) + "/" + invitation.String() + "/link"
}

// InvitationRequestsURL is where requests for invitations into a space are answered.
func InvitationRequestsURL(space store.ID) string { return InvitationsURL(space) + "/requests" }

// InvitationRequestDeleteURL takes back what one has asked for.
func InvitationRequestDeleteURL(space, request store.ID) string {
	return InvitationRequestsURL(space) + "/" + request.String() + "/delete"
}

// UnaffiliatedURL are the open invitations into no space.
const UnaffiliatedURL = "/admin/invitations"

// UnaffiliatedResendURL sends an invitation into no space again.
func UnaffiliatedResendURL(invitation store.ID) string {
	return UnaffiliatedURL + "/" + invitation.String() + "/resend"
}

// UnaffiliatedDeleteURL cancels an invitation into no space.
func UnaffiliatedDeleteURL(invitation store.ID) string {
	return UnaffiliatedURL + "/" + invitation.String() + "/delete"
}

// UnaffiliatedLinkURL shows the link of an invitation into no space.
func UnaffiliatedLinkURL(invitation store.ID) string {
	return UnaffiliatedURL + "/" + invitation.String() + "/link"
}
