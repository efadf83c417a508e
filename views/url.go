package views

import (
	"net/url"
	"strconv"
	"strings"

	"guesthouse/static"
	"guesthouse/store"
)

// The addresses of pages and acts, one function for each. Links and redirects
// are built by them and by nothing else.

// Pages at a fixed address.
const (
	HomeURL               = "/"
	SetupURL              = "/setup"
	LoginURL              = "/login"
	LogoutURL             = "/logout"
	LanguageURL           = "/language"
	VerificationURL       = "/verification"
	VerificationResendURL = "/verification/resend"
	PasswordForgottenURL  = "/password/forgotten"

	ProfileURL         = "/profile"
	ProfilePasswordURL = "/profile/password"
	ProfilePictureURL  = "/profile/picture"
	ProfileAddressURL  = "/profile/address"
	ProfileSessionsURL = "/profile/sessions"

	ProfilePictureDeleteURL     = "/profile/picture/delete"
	ProfileExportURL            = "/profile/export"
	ProfileSecondStepURL        = "/profile/second-step"
	ProfileSecondStepConfirmURL = "/profile/second-step/confirm"

	SessionsDeleteURL = "/profile/sessions/delete"
	ConfirmURL        = "/profile/confirmation"

	SpacesURL   = "/spaces"
	NewSpaceURL = "/spaces/new"

	AdminURL               = "/admin"
	AdminMembersURL        = "/admin/members"
	AdminGuestsURL         = "/admin/guests"
	GuestActsURL           = "/admin/guest-acts"
	NewGuestActURL         = GuestActsURL + "/new"
	AdminGuestsCSVURL      = AdminGuestsURL + ".csv"
	AdminAccessURL         = "/admin/access"
	AdminAccessCSVURL      = AdminAccessURL + ".csv"
	AdminRequestsURL       = "/admin/requests"
	AdminLicencesURL       = "/admin/licences"
	AdminAuthenticationURL = "/admin/authentication"
	AdminPolicyURL         = "/admin/policy"
	AdminPresetsURL        = AdminPolicyURL + "/presets"
	AdminNewMemberURL      = "/admin/members/new"
	AdminMailURL           = "/admin/mail"
	AdminMailTestURL       = "/admin/mail/test"
	AdminAuditURL          = "/admin/audit"
	AdminReviewsURL        = "/admin/reviews"
	AdminAuditCSVURL       = "/admin/audit.csv"

	MailboxURL = "/dev/mailbox"

	LiveURL    = "/live"
	SearchURL  = "/search"
	ReviewsURL = "/reviews"
	EndingsURL = "/endings"
)

// PresetURL is what a preset of the policy changes.
func PresetURL(preset string) string { return AdminPresetsURL + "/" + url.PathEscape(preset) }

// LoginNextURL is the sign-in page that leads on to a path of this portal.
func LoginNextURL(next string) string {
	if next == "" || next == HomeURL {
		return LoginURL
	}
	return LoginURL + "?next=" + url.QueryEscape(next)
}

// PasswordForgottenSentURL is the page after asking for a reset mail.
const PasswordForgottenSentURL = PasswordForgottenURL + "?sent=1"

// ConfirmNextURL asks for the password again and leads on.
func ConfirmNextURL(next string) string { return ConfirmURL + "?next=" + url.QueryEscape(next) }

// ProfileAddressSentURL is the page after asking for another address.
const ProfileAddressSentURL = ProfileAddressURL + "?sent=1"

// AddressURL is where the link to a new address leads.
func AddressURL(token string) string { return "/address/" + url.PathEscape(token) }

// PasswordResetURL is where a reset link leads.
func PasswordResetURL(token string) string { return "/password/reset/" + url.PathEscape(token) }

// SessionDeleteURL ends one of one's own sessions.
func SessionDeleteURL(session store.ID) string {
	return ProfileSessionsURL + "/" + session.String() + "/delete"
}

// RememberedBrowserDeleteURL asks for a code in a browser again.
func RememberedBrowserDeleteURL(browser store.ID) string {
	return ProfileSessionsURL + "/browsers/" + browser.String() + "/delete"
}

// RecoveryURL asks before a guest without e-mail gets a new page, and makes it.
func RecoveryURL(guest store.ID) string { return "/guests/" + guest.String() + "/recovery" }

// RecoveryPageURL is that page, to print and hand over.
func RecoveryPageURL(guest store.ID) string { return RecoveryURL(guest) + "/page" }

// The directory and the org chart.
const (
	PeopleURL           = "/people"
	ChartURL            = "/orgchart"
	AdminChartURL       = "/admin/orgchart"
	AdminChartCSVURL    = AdminChartURL + ".csv"
	AdminChartImportURL = AdminChartURL + "/import"
)

// DepartmentURL is the org chart with one department opened beside it.
func DepartmentURL(department store.ID) string {
	return WithQuery(ChartURL, "department", department.String()) + "#department"
}

// AdminDepartmentURL is where a department is changed.
func AdminDepartmentURL(department store.ID) string { return AdminChartURL + "/" + department.String() }

// AdminDepartmentMoveURL puts a department up or down.
func AdminDepartmentMoveURL(department store.ID) string {
	return AdminDepartmentURL(department) + "/move"
}

// AdminDepartmentDeleteURL asks before a department is deleted, and deletes it.
func AdminDepartmentDeleteURL(department store.ID) string {
	return AdminDepartmentURL(department) + "/delete"
}

// AdminDepartmentPeopleURL puts somebody into a department.
func AdminDepartmentPeopleURL(department store.ID) string {
	return AdminDepartmentURL(department) + "/people"
}

// AdminDepartmentPersonDeleteURL takes somebody out of a department.
func AdminDepartmentPersonDeleteURL(department, account store.ID) string {
	return AdminDepartmentPeopleURL(department) + "/" + account.String() + "/delete"
}

// AdminChartListURL is a list of departments that was read: what it would do
// and, once it was applied, what it did.
func AdminChartListURL(list store.ID) string { return AdminChartImportURL + "/" + list.String() }

// PersonURL is the profile of a person, for those who may see them.
func PersonURL(account store.ID) string { return "/people/" + account.String() }

// PictureURL is the picture of a person.
func PictureURL(account store.ID) string { return "/people/" + account.String() + "/picture" }

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

// SpaceURL is the page of a space.
func SpaceURL(space store.ID) string { return SpacesURL + "/" + space.String() }

// JoinedURL is where somebody goes who has joined: the space or, where the
// invitation named none, the home page.
func JoinedURL(space store.ID) string {
	if space == 0 {
		return HomeURL
	}
	return SpaceURL(space)
}

// SpaceSettingsURL is a space's form of settings.
func SpaceSettingsURL(space store.ID) string { return SpaceURL(space) + "/settings" }

// SpaceDeleteURL asks before a space is deleted, and deletes it.
func SpaceDeleteURL(space store.ID) string { return SpaceURL(space) + "/delete" }

// SpaceJoinURL joins a space.
func SpaceJoinURL(space store.ID) string { return SpaceURL(space) + "/join" }

// SpaceLeaveURL leaves a space.
func SpaceLeaveURL(space store.ID) string { return SpaceURL(space) + "/leave" }

// SpaceFavouriteURL marks a space as a favourite, or no more.
func SpaceFavouriteURL(space store.ID) string { return SpaceURL(space) + "/favourite" }

// SpaceCoverURL is the uploaded cover of a space; hash changes with the picture.
func SpaceCoverURL(space store.ID, hash string) string {
	return SpaceURL(space) + "/cover?v=" + url.QueryEscape(hash)
}

// CoverURL is the picture of a space's cover, built in or uploaded.
func CoverURL(space store.ID, cover string) string {
	if hash, ok := strings.CutPrefix(cover, "blob:"); ok {
		return SpaceCoverURL(space, hash)
	}
	return static.Cover(strings.TrimPrefix(cover, "preset:"))
}

// ThreadsURL is the list of a space's threads.
func ThreadsURL(space store.ID) string { return SpaceURL(space) + "/threads" }

// ThreadURL is a thread.
func ThreadURL(space, thread store.ID) string { return ThreadsURL(space) + "/" + thread.String() }

// CommentsURL is where comments are added to a thread.
func CommentsURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/comments" }

// CommentsBeforeURL is a page that shows a thread, at the comments before one.
func CommentsBeforeURL(page string, comment store.ID) string {
	return WithQuery(page, "before", comment.String()) + "#comments"
}

// CommentsAfterURL is a page that shows a thread, at the comments after one.
func CommentsAfterURL(page string, comment store.ID) string {
	return WithQuery(page, "after", comment.String()) + "#comments"
}

// CommentsNewestURL is a page that shows a thread, at its end.
func CommentsNewestURL(page string) string { return WithQuery(page, "newest", "1") + "#comments" }

// CommentEditURL is where a comment is changed.
func CommentEditURL(space, thread, comment store.ID) string {
	return CommentsURL(space, thread) + "/" + comment.String()
}

// CommentDeleteURL takes a comment back.
func CommentDeleteURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/delete"
}

// CommentRestoreURL brings a comment back that was just deleted.
func CommentRestoreURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/restore"
}

// CommentPinURL puts a comment to the top of its thread, or takes it down.
func CommentPinURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/pin"
}

// CommentHistoryURL is what a comment said before.
func CommentHistoryURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/history"
}

// ThreadHistoryURL is what a thread's name and text were before.
func ThreadHistoryURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/history" }

// ThreadPinURL puts a thread before the others, or back among them.
func ThreadPinURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/pin" }

// PreviewURL is what a text in Markdown will look like, for the script.
func PreviewURL(space store.ID) string { return SpaceURL(space) + "/preview" }

// ThreadNewURL is the form for a new thread.
func ThreadNewURL(space store.ID) string { return ThreadsURL(space) + "/new" }

// ThreadEditURL is the form that changes a thread.
func ThreadEditURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/edit" }

// SpacePeopleURL is who is in a space.
func SpacePeopleURL(space store.ID) string { return SpaceURL(space) + "/people" }

// NewSpaceOfURL is the form for a new space of a kind.
func NewSpaceOfURL(kind store.SpaceKind) string { return WithQuery(NewSpaceURL, "kind", string(kind)) }

// JoinRequestURL is where somebody who asked is let into a space.
func JoinRequestURL(space, account store.ID) string {
	return SpaceURL(space) + "/requests/" + account.String()
}

// JoinRequestDeleteURL is where somebody who asked is refused.
func JoinRequestDeleteURL(space, account store.ID) string {
	return JoinRequestURL(space, account) + "/delete"
}

// CommentInURL is a page that shows a thread, with a comment in its middle.
func CommentInURL(page string, comment store.ID) string {
	return WithQuery(page, "comment", comment.String()) + "#comment-" + comment.String()
}

// CommentURL is a comment's permanent link.
func CommentURL(space, thread, comment store.ID) string {
	return CommentInURL(ThreadURL(space, thread), comment)
}

// MembersURL is the Members tab of Manage Guests.
func MembersURL(space store.ID) string { return SpaceURL(space) + "/members" }

// MemberURL is where a member's role is changed.
func MemberURL(space, account store.ID) string { return MembersURL(space) + "/" + account.String() }

// MemberDeleteURL asks before a member is removed from a space, and does it.
func MemberDeleteURL(space, account store.ID) string { return MemberURL(space, account) + "/delete" }

// GuestsURL is Manage Guests.
func GuestsURL(space store.ID) string { return SpaceURL(space) + "/guests" }

// GuestURL is where a guest's permission and end in a space are changed.
func GuestURL(space, account store.ID) string { return GuestsURL(space) + "/" + account.String() }

// GuestDeleteURL asks before a guest is removed from a space, and does it.
func GuestDeleteURL(space, account store.ID) string { return GuestURL(space, account) + "/delete" }

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

// NewGuestURL is the picker of guests who have an account.
func NewGuestURL(space store.ID) string { return GuestsURL(space) + "/new" }

// PickGuestURL is that picker with one guest looked for.
func PickGuestURL(space store.ID, login string) string {
	return WithQuery(NewGuestURL(space), "q", login)
}

// AdminGuestURL is a guest's page in the administration.
func AdminGuestURL(account store.ID) string { return AdminGuestsURL + "/" + account.String() }

// AdminNewGuestURL invites guests into the organisation alone.
const AdminNewGuestURL = AdminGuestsURL + "/new"

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

// SpaceAccessURL is who from outside can see a space.
func SpaceAccessURL(space store.ID) string { return SpaceURL(space) + "/access" }

// GuestActURL tells what became of an act on several guests.
func GuestActURL(act store.ID) string { return GuestActsURL + "/" + act.String() }

// SuspensionURL is where a guest is suspended.
func SuspensionURL(account store.ID) string { return AdminGuestURL(account) + "/suspension" }

// SuspensionDeleteURL ends a guest's suspension.
func SuspensionDeleteURL(account store.ID) string { return SuspensionURL(account) + "/delete" }

// AdminGuestDeleteURL asks before a guest's account is deleted, and does it.
func AdminGuestDeleteURL(account store.ID) string { return AdminGuestURL(account) + "/delete" }

// AdminGuestUndoURL takes a planned deletion back.
func AdminGuestUndoURL(account store.ID) string { return AdminGuestDeleteURL(account) + "/undo" }

// AdminGuestEraseURL asks before a person is taken out of the records, and does it.
func AdminGuestEraseURL(account store.ID) string { return AdminGuestURL(account) + "/erasure" }

// AdminGuestDataURL is where what is known of a guest is changed.
func AdminGuestDataURL(account store.ID) string { return AdminGuestURL(account) + "/data" }

// AdminGuestSponsorURL is where another member comes to answer for a guest.
func AdminGuestSponsorURL(account store.ID) string { return AdminGuestURL(account) + "/sponsor" }

// AdminGuestAddressURL is where a guest gets another address.
func AdminGuestAddressURL(account store.ID) string { return AdminGuestURL(account) + "/address" }

// AdminGuestResetURL mails a guest the link to choose a new password.
func AdminGuestResetURL(account store.ID) string { return AdminGuestURL(account) + "/password-reset" }

// AdminGuestLimitsURL lets a guest try again at once.
func AdminGuestLimitsURL(account store.ID) string { return AdminGuestURL(account) + "/limits/delete" }

// AdminDiagnosisURL says why an address can't sign in.
const AdminDiagnosisURL = AdminGuestsURL + "/diagnosis"

// AdminGuestSessionsURL signs a guest out everywhere.
func AdminGuestSessionsURL(account store.ID) string {
	return AdminGuestURL(account) + "/sessions/delete"
}

// AdminGuestSpaceURL asks before a guest is removed from a space, and does it.
func AdminGuestSpaceURL(account, space store.ID) string {
	return AdminGuestURL(account) + "/spaces/" + space.String() + "/delete"
}

// AdminMemberURL is where what a member may do in the portal is changed.
func AdminMemberURL(account store.ID) string { return AdminMembersURL + "/" + account.String() }

// MemberSuspensionURL is where a member is deactivated.
func MemberSuspensionURL(account store.ID) string { return AdminMemberURL(account) + "/suspension" }

// MemberSuspensionDeleteURL lets a deactivated member in again.
func MemberSuspensionDeleteURL(account store.ID) string {
	return MemberSuspensionURL(account) + "/delete"
}

// MemberDepartmentURL changes where a member works.
func MemberDepartmentURL(account store.ID) string { return AdminMemberURL(account) + "/department" }

// MemberGuestsURL hands over the guests that a member answers for.
func MemberGuestsURL(account store.ID) string { return AdminMemberURL(account) + "/guests" }

// DemotionURL is where a member becomes a guest.
func DemotionURL(account store.ID) string { return AdminMemberURL(account) + "/demotion" }

// ConversionURL is where a guest becomes a member.
func ConversionURL(account store.ID) string { return AdminGuestURL(account) + "/conversion" }

// AdminMemberLinkURL makes a new link for a member who has no password yet.
func AdminMemberLinkURL(account store.ID) string { return AdminMemberURL(account) + "/link" }

// AdminMailRetryURL tries a mail again at once.
func AdminMailRetryURL(mail store.ID) string { return AdminMailURL + "/" + mail.String() + "/retry" }

// AdminMailCancelURL takes a mail out of the queue.
func AdminMailCancelURL(mail store.ID) string { return AdminMailURL + "/" + mail.String() + "/delete" }

// MailboxMailURL is one mail in the built-in mailbox; part is "" for its text,
// "html" or "source".
func MailboxMailURL(mail store.ID, part string) string {
	return WithQuery(MailboxURL+"/"+mail.String(), "part", part)
}

// MailboxHTMLURL is the HTML of a mail alone, as a mail program would show it.
func MailboxHTMLURL(mail store.ID) string { return MailboxURL + "/" + mail.String() + "/html" }

// WithQuery adds pairs of name and value to an address. Empty values are left out.
func WithQuery(address string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return address
	}
	return address + "?" + values.Encode()
}

// SpaceReviewsURL is where a review of a space's guests begins.
func SpaceReviewsURL(space store.ID) string { return SpaceURL(space) + "/reviews" }

// AdminGuestExpiryURL is where the end of a guest's account is set.
func AdminGuestExpiryURL(account store.ID) string { return AdminGuestURL(account) + "/expiry" }

// MentionsURL offers people whom one may mention in a space.
func MentionsURL(space store.ID) string { return SpaceURL(space) + "/mentions" }

// MentionsInURL offers people whom one may mention in a thread, 0 for a new one.
func MentionsInURL(space, thread store.ID) string {
	if thread == 0 {
		return MentionsURL(space)
	}
	return WithQuery(MentionsURL(space), "thread", thread.String())
}

// ReactionsURL is who reacted to a comment, and where one reacts.
func ReactionsURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/reactions"
}

// ReactionsDeleteURL takes one's reaction back.
func ReactionsDeleteURL(space, thread, comment store.ID) string {
	return ReactionsURL(space, thread, comment) + "/delete"
}

// ThreadFollowURL follows a thread or stops.
func ThreadFollowURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/follow" }

// SpaceFollowURL follows a space or stops.
func SpaceFollowURL(space store.ID) string { return SpaceURL(space) + "/follow" }

// FilesURL is the drive of a space.
func FilesURL(space store.ID) string { return SpaceURL(space) + "/files" }

// FolderURL is a folder of the drive; 0 is its top.
func FolderURL(space, folder store.ID) string {
	if folder == 0 {
		return FilesURL(space)
	}
	return WithQuery(FilesURL(space), "folder", folder.String())
}

// The acts with folders; what an act needs of a page stands at the same address.
const (
	filesDeletedPart   = "/deleted"
	filesDownloadsPart = "/downloads"
	filesZIPPart       = "/zip"
	foldersPart        = "/folders"
)

// FoldersURL is what the addresses of folders begin with.
func FoldersURL(space store.ID) string { return FilesURL(space) + foldersPart }

// NewFolderURL is the form for a folder in another one, and makes it.
func NewFolderURL(space, parent store.ID) string {
	address := FoldersURL(space) + "/new"
	if parent == 0 {
		return address
	}
	return WithQuery(address, "folder", parent.String())
}

// FolderEditURL gives a folder another name.
func FolderEditURL(space, folder store.ID) string { return FoldersURL(space) + "/" + folder.String() }

// FolderMoveURL chooses where a folder is to lie.
func FolderMoveURL(space, folder store.ID) string { return FolderEditURL(space, folder) + "/move" }

// FolderDeleteURL deletes a folder with what is in it.
func FolderDeleteURL(space, folder store.ID) string { return FolderEditURL(space, folder) + "/delete" }

// FolderRestoreURL brings a deleted folder back.
func FolderRestoreURL(space, folder store.ID) string {
	return FolderEditURL(space, folder) + "/restore"
}

// FilesDeletedURL is what was deleted from the drive lately.
func FilesDeletedURL(space store.ID) string { return FilesURL(space) + filesDeletedPart }

// FilesDownloadsURL is who fetched what.
func FilesDownloadsURL(space store.ID) string { return FilesURL(space) + filesDownloadsPart }

// FilesDownloadsCSVURL is the same for a spreadsheet.
func FilesDownloadsCSVURL(space store.ID) string { return FilesDownloadsURL(space) + ".csv" }

// FilesZIPURL sends several files in one; those of a folder with what is below it.
func FilesZIPURL(space store.ID) string { return FilesURL(space) + filesZIPPart }

// FolderZIPURL sends a folder.
func FolderZIPURL(space, folder store.ID) string {
	return WithQuery(FilesZIPURL(space), "folder", folder.String())
}

// FileURL is the page of a file.
func FileURL(space, file store.ID) string { return FilesURL(space) + "/" + file.String() }

// FileEditURL gives a file another name.
func FileEditURL(space, file store.ID) string { return FileURL(space, file) + "/edit" }

// FileMoveURL chooses where a file is to lie.
func FileMoveURL(space, file store.ID) string { return FileURL(space, file) + "/move" }

// FileDeleteURL deletes a file.
func FileDeleteURL(space, file store.ID) string { return FileURL(space, file) + "/delete" }

// FileRestoreURL brings a deleted file back.
func FileRestoreURL(space, file store.ID) string { return FileURL(space, file) + "/restore" }

// FileVersionsURL takes a new version of a file.
func FileVersionsURL(space, file store.ID) string { return FileURL(space, file) + "/versions" }

// FileVersionRestoreURL makes an earlier version the newest.
func FileVersionRestoreURL(space, file store.ID, version int) string {
	return FileVersionsURL(space, file) + "/" + strconv.Itoa(version) + "/restore"
}

// FileDownloadURL sends a file; version is 0 for the newest.
func FileDownloadURL(space, file store.ID, version int) string {
	address := FileURL(space, file) + "/download"
	if version == 0 {
		return address
	}
	return WithQuery(address, "version", strconv.Itoa(version))
}

// FileOpenURL shows a file in the browser, where it is of a kind that runs nothing.
func FileOpenURL(space, file store.ID) string { return FileURL(space, file) + "/open" }

// FilePictureURL is a picture in the drive, made anew to be shown.
func FilePictureURL(space, file store.ID) string { return FileURL(space, file) + "/picture" }
