package views

import (
	"net/url"
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
	ProfileSecondStepPutAwayURL = "/profile/second-step/put-away"
	ProfileSecondStepCodesURL   = "/profile/second-step/codes"
	ProfileSecondStepDeleteURL  = "/profile/second-step/delete"

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
	AdminTrashURL          = "/admin/trash"
	AdminTemplatesURL      = "/admin/templates"
	AdminAuthenticationURL = "/admin/authentication"
	AdminPolicyURL         = "/admin/policy"
	AdminPresetsURL        = AdminPolicyURL + "/presets"
	AdminNewMemberURL      = "/admin/members/new"
	AdminMailURL           = "/admin/mail"
	AdminMailTestURL       = "/admin/mail/test"
	AdminWebhooksURL       = "/admin/webhooks"
	AdminNewWebhookURL     = AdminWebhooksURL + "/new"
	AdminAuditURL          = "/admin/audit"
	AdminReviewsURL        = "/admin/reviews"
	AdminAuditCSVURL       = "/admin/audit.csv"

	MailboxURL = "/dev/mailbox"

	LiveURL    = "/live"
	SearchURL  = "/search"
	ReviewsURL = "/reviews"
	EndingsURL = "/endings"
)

// TrashRestoreURL brings a deleted space back.
func TrashRestoreURL(space store.ID) string { return AdminTrashURL + "/" + space.String() + "/restore" }

// TemplateDeleteURL deletes a template.
func TemplateDeleteURL(template store.ID) string {
	return AdminTemplatesURL + "/" + template.String() + "/delete"
}

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

// MemberSecondStepDeleteURL is where the second step of a member is switched off.
func MemberSecondStepDeleteURL(account store.ID) string {
	return AdminMemberURL(account) + "/second-step/delete"
}

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
