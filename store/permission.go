package store

// Operation is something that can be done with a space. The one table below
// says who may; product.md and the matrix of the security rules are its source.
type Operation int

// The operations on a space and on what is in it.
const (
	ToKnow         Operation = iota // lists, search, counts: that it exists
	ToOpen                          // open it, read and download inside
	ToJoin                          // become a member without being asked
	ToAskToJoin                     // ask its administrators
	ToLeave                         // leave, unless membership is fixed
	ToFollow                        // follow and unfollow, unless membership is fixed
	ToWrite                         // add threads and comments, if publishing is open
	ToEditOwn                       // edit and delete what one wrote
	ToModerate                      // edit and delete what others wrote
	ToManage                        // settings, cover, members, roles
	ToDelete                        // delete the space
	ToSeeGuests                     // guests' addresses, status and ends
	ToInvite                        // invite guests
	ToManageGuests                  // cancel, end date, permission, remove from the space
	ToResend                        // resend, copy the link
	ToUpload                        // put files and folders into the drive, if publishing is open
	ToDownload                      // fetch files from the drive; guests who only read as the policy says
	operationCount
)

// Operations are all of them, for tests that must not miss one.
func Operations() []Operation {
	list := make([]Operation, operationCount)
	for i := range list {
		list[i] = Operation(i)
	}
	return list
}

// Standing is what an account is to one space.
type Standing int

// The standings, as the columns of the matrix name them.
const (
	SystemAdminOutside Standing = iota // SA: a system administrator who is not in the space
	SpaceAdmin                         // SpA
	MemberInside                       // M
	MemberOutside                      // m
	GuestEditor                        // GE
	GuestReader                        // GR
	GuestOutside                       // g
	standingCount
)

// verdict is what the table answers.
type verdict int

const (
	no          verdict = iota // known, but refused: ErrForbidden
	yes                        //
	unknown                    // not to be known of: ErrNotFound
	ifPublishes                // if the space lets everybody publish (S4-13, C17)
	ifJoins                    // unless membership is fixed (S0-15)
	ownOnly                    // only for what is the actor's own; the method looks
	ifDownloads                // if the policy in force in the space lets guests who only read download
	ifInvites                  // if the policy in force in the space lets them invite (C5, C6)
)

// kinds holds one verdict per kind of space: guest, open, private, secret.
type kinds [4]verdict

func all4(v verdict) kinds { return kinds{v, v, v, v} }

// permissions is the whole table: operation × standing × kind of space.
// An operation without a row refuses everybody, and a test fails.
var permissions = [operationCount][standingCount]kinds{
	ToKnow: {
		SystemAdminOutside: all4(yes), // in the administration's pages
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(yes),
		MemberOutside:      {unknown, yes, yes, unknown},
		GuestEditor:        all4(yes),
		GuestReader:        all4(yes),
		GuestOutside:       all4(unknown),
	},
	ToOpen: {
		SystemAdminOutside: all4(no), // join first: audited, administrators told
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(yes),
		MemberOutside:      {unknown, yes, no, unknown},
		GuestEditor:        all4(yes),
		GuestReader:        all4(yes),
		GuestOutside:       all4(unknown),
	},
	ToJoin: {
		SystemAdminOutside: all4(yes), // as administrator
		SpaceAdmin:         all4(no),
		MemberInside:       all4(no),
		MemberOutside:      {unknown, ifJoins, no, unknown},
		GuestEditor:        all4(no),
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToAskToJoin: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(no),
		MemberInside:       all4(no),
		MemberOutside:      {unknown, no, ifJoins, unknown},
		GuestEditor:        all4(no),
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToLeave: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes), // not the last one; the database looks too
		MemberInside:       all4(ifJoins),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(ifJoins),
		GuestReader:        all4(ifJoins),
		GuestOutside:       all4(unknown),
	},
	ToFollow: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(ifJoins),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(ifJoins),
		GuestReader:        all4(ifJoins),
		GuestOutside:       all4(unknown),
	},
	ToWrite: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(ifPublishes),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(ifPublishes),
		GuestReader:        all4(no), // S3-06
		GuestOutside:       all4(unknown),
	},
	ToEditOwn: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(yes),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(ifPublishes), // while it may add
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToModerate:  administratorsOnly,
	ToManage:    administratorsOnly,
	ToSeeGuests: administratorsOnly,
	ToDelete: {
		SystemAdminOutside: all4(yes), // any space
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(no),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(no),
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToInvite: {
		SystemAdminOutside: all4(no), // S0-19: not without being in the space
		SpaceAdmin:         all4(ifInvites),
		MemberInside:       all4(ifInvites),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(no), // S4-20
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToManageGuests: {
		SystemAdminOutside: all4(no), // through the administration's pages
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(ownOnly),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(no),
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToResend: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(ownOnly),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(no),
		GuestReader:        all4(no),
		GuestOutside:       all4(unknown),
	},
	ToUpload: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(ifPublishes),
		MemberOutside:      {unknown, no, no, unknown},
		GuestEditor:        all4(ifPublishes),
		GuestReader:        all4(no), // S3-06
		GuestOutside:       all4(unknown),
	},
	ToDownload: {
		SystemAdminOutside: all4(no),
		SpaceAdmin:         all4(yes),
		MemberInside:       all4(yes),
		MemberOutside:      {unknown, yes, no, unknown},
		GuestEditor:        all4(yes),
		GuestReader:        all4(ifDownloads), // S3-06
		GuestOutside:       all4(unknown),
	},
}

var administratorsOnly = [standingCount]kinds{
	SystemAdminOutside: all4(no),
	SpaceAdmin:         all4(yes),
	MemberInside:       all4(no),
	MemberOutside:      {unknown, no, no, unknown},
	GuestEditor:        all4(no),
	GuestReader:        all4(no),
	GuestOutside:       all4(unknown),
}

// Can reports whether the actor through whom the space was loaded may do op.
// Of what is only allowed for one's own things it says no.
func (sp Space) Can(op Operation) bool { return sp.judge(op) == nil }

// Owns reports whether the actor may do op with things of their own.
func (sp Space) Owns(op Operation) bool {
	return sp.Can(op) || permissions[op][sp.Standing][sp.Kind.index()] == ownOnly
}

// judge asks the table.
func (sp Space) judge(op Operation) error {
	switch permissions[op][sp.Standing][sp.Kind.index()] {
	case yes:
		return nil
	case unknown:
		return ErrNotFound
	case ifPublishes:
		if sp.Publishing == "everyone" {
			return nil
		}
	case ifJoins:
		if !sp.FixedMembership {
			return nil
		}
		return ErrMembershipFixed
	case ifDownloads:
		if sp.Policy.On(ReadersDownload) {
			return nil
		}
		return ErrReadersDownload
	case ifInvites:
		return sp.judgeInviting()
	case no, ownOnly:
	}
	return ErrForbidden
}

// ReadersDownload is the setting that lets guests who only read fetch files.
const ReadersDownload = "guest.readers_download"

// ErrReadersDownload: guests who only read fetch no files here (S3-06).
var ErrReadersDownload = &Error{Kind: Forbidden, Code: "readers_download", Setting: ReadersDownload}

// ErrMembershipFixed: the space's administrators keep its membership fixed (S0-15).
var ErrMembershipFixed = &Error{Kind: Forbidden, Code: "membership_fixed"}
