package store

import (
	"context"
	"time"
)

// SpaceKind is who a space is for. It is fixed at creation (S0-01).
type SpaceKind string

// The kinds of spaces.
const (
	GuestSpace   SpaceKind = "guest"   // members and invited guests; nobody else knows of it
	OpenSpace    SpaceKind = "open"    // every member may read and join
	PrivateSpace SpaceKind = "private" // every member sees that it exists and may ask to join
	SecretSpace  SpaceKind = "secret"  // nobody else knows of it
)

// SpaceKinds are all kinds, in the order of the forms.
var SpaceKinds = []SpaceKind{GuestSpace, OpenSpace, PrivateSpace, SecretSpace}

func (k SpaceKind) index() int {
	for i, kind := range SpaceKinds {
		if kind == k {
			return i
		}
	}
	return 0 // the strictest
}

// Role is what a membership lets its account do.
type Role string

// The roles. Guests are never administrators (S3-05).
const (
	Administrator Role = "administrator"
	Editor        Role = "editor" // can create and edit
	Reader        Role = "reader" // read only
)

// Space is a place where people work, as one account sees it.
type Space struct {
	ID              ID
	Kind            SpaceKind
	Name            string
	Body            string // Markdown, as it was typed
	BodyHTML        HTML   // rendered and sanitised when it was written
	Cover           string // preset:NAME or blob:HASH
	MultiThread     bool   // never goes back (S0-14)
	FixedMembership bool   // S0-15
	Publishing      string // everyone or administrators (S4-13)
	CompaniesApart  bool   // guests of different companies do not see each other
	Shows           Shows  // what its page shows, where it has several threads
	AppsBy          string // who makes apps in it: everyone or administrators
	MemberCount     int
	GuestCount      int
	ThreadCount     int
	FileCount       int // in the drive, as far as the asking account may know
	Version         int // of the settings; a form that is saved says which it was filled from
	CreatedAt       time.Time
	ActiveAt        time.Time // when something was last written

	Standing  Standing  // what the asking account is here
	Favourite bool      // of the asking account
	Follows   bool      // the asking account does, and its threads unless it chose otherwise for one
	SeenAt    time.Time // when the asking account last looked and found something new
	New       int       // how much was written since
	EndsAt    time.Time // when the asking account's access ends; zero for never

	Policy Policy // in force here: the organisation's, narrowed by Own
	Own    Policy // the space's own stricter settings

	Organization Policy // the organisation's, before the space narrows it

	activity    int         // how much was ever written
	forGuests   counters    // the same, of what every guest may read
	reader      AccountKind // of the asking account
	systemAdmin bool        // the asking account is a system administrator
	usedLately  bool        // it is noted that the asking account was here
}

// Shows are the parts that the page of a space with several threads shows.
type Shows struct {
	Announcement bool // the space's own text
	Threads      bool
	Apps         bool
	Members      bool
	RelatedLinks bool
}

// everything is what a space shows whose administrators have hidden nothing.
var everything = Shows{Announcement: true, Threads: true, Apps: true, Members: true, RelatedLinks: true}

// Shown is what the page of the space shows: everything where there is one thread.
func (sp Space) Shown() Shows {
	if !sp.MultiThread {
		return everything
	}
	return sp.Shows
}

// counters say what is in a space and when something was last written.
type counters struct {
	threads, activity, files int
	activeAt                 time.Time
}

const spaceColumns = `
	s.id, s.kind, s.name, s.body, s.body_html, s.cover, s.multi_thread, s.fixed_membership,
	s.publishing, s.companies_apart, s.member_count, s.guest_count, s.thread_count, s.activity_count, s.version, s.created_at, s.active_at,
	s.shared_thread_count, s.shared_activity_count, s.shared_active_at, s.file_count, s.shared_file_count,
	s.show_announcement, s.show_threads, s.show_apps, s.show_members, s.show_related_links, s.apps_by`

func (sp *Space) scan() []any {
	return []any{
		&sp.ID, &sp.Kind, &sp.Name, &sp.Body, &sp.BodyHTML, &sp.Cover, &sp.MultiThread, &sp.FixedMembership,
		&sp.Publishing, &sp.CompaniesApart, &sp.MemberCount, &sp.GuestCount, &sp.ThreadCount, &sp.activity, &sp.Version,
		moment{&sp.CreatedAt}, moment{&sp.ActiveAt},
		&sp.forGuests.threads, &sp.forGuests.activity, moment{&sp.forGuests.activeAt}, &sp.FileCount, &sp.forGuests.files,
		&sp.Shows.Announcement, &sp.Shows.Threads, &sp.Shows.Apps, &sp.Shows.Members, &sp.Shows.RelatedLinks, &sp.AppsBy,
	}
}

// IsGuestSpace reports whether it is one for members and guests. The policy may
// let guests into spaces of other kinds too (C6).
func (sp Space) IsGuestSpace() bool { return sp.Kind == GuestSpace }

// Apart reports whether the asking account is a guest who sees of the other
// guests only those of their own company.
func (sp Space) Apart() bool {
	return sp.CompaniesApart && (sp.Standing == GuestEditor || sp.Standing == GuestReader || sp.Standing == GuestOutside)
}

// Inside reports whether the asking account is a member or guest of the space.
func (sp Space) Inside() bool {
	switch sp.Standing {
	case SpaceAdmin, MemberInside, GuestEditor, GuestReader:
		return true
	case SystemAdminOutside, MemberOutside, GuestOutside:
	}
	return false
}

// access is what decides a standing: the account and its membership, if any.
type access struct {
	kind        AccountKind
	status      AccountStatus
	endsAt      time.Time
	systemAdmin bool
	mustChange  bool
	owesTerms   bool
	role        *string // nil: not in the space
	memberEnds  time.Time
	favourite   *bool
	follows     *bool
	seenAt      time.Time
	seen        *int
	usedAt      time.Time
}

const accessColumns = `
	a.kind, a.status, a.ends_at, a.system_admin, a.must_change_password, ` + owesTerms + `,
	m.role, m.ends_at, m.favourite, m.follows, m.seen_at, m.seen_count, m.used_at`

func (x *access) scan() []any {
	return []any{
		&x.kind, &x.status, moment{&x.endsAt}, &x.systemAdmin, &x.mustChange, &x.owesTerms,
		&x.role, moment{&x.memberEnds}, &x.favourite, &x.follows, moment{&x.seenAt}, &x.seen, moment{&x.usedAt},
	}
}

// usable says what keeps the account from acting at all at the moment now: nil
// for nothing (SEC-P9).
func (x access) usable(now time.Time) error {
	switch {
	case x.status != StatusActive, !x.endsAt.IsZero() && !now.Before(x.endsAt), x.mustChange:
		return ErrSignIn
	case x.owesTerms:
		return ErrTermsFirst
	}
	return nil
}

// standing is the column of the permission table. A membership whose end has
// come counts as none, whether or not it was swept (SEC-T7).
func (x access) standing(now time.Time) Standing {
	inside := x.role != nil && (x.memberEnds.IsZero() || now.Before(x.memberEnds))
	switch {
	case x.kind == Guest && inside && Role(*x.role) == Editor:
		return GuestEditor
	case x.kind == Guest && inside:
		return GuestReader
	case x.kind == Guest:
		return GuestOutside
	case inside && Role(*x.role) == Administrator:
		return SpaceAdmin
	case inside:
		return MemberInside
	case x.systemAdmin:
		return SystemAdminOutside
	}
	return MemberOutside
}

// see fills in what the space is to the account: to guests it holds no more
// than they may read, not even in its counts.
func (sp *Space) see(x access, now time.Time) {
	if sp.reader = x.kind; x.kind == Guest {
		sp.ThreadCount, sp.activity, sp.ActiveAt = sp.forGuests.threads, sp.forGuests.activity, sp.forGuests.activeAt
		sp.FileCount = sp.forGuests.files
	}
	sp.Standing = x.standing(now)
	sp.systemAdmin = x.systemAdmin
	sp.Favourite = x.favourite != nil && *x.favourite
	sp.Follows = x.follows != nil && *x.follows
	sp.SeenAt = x.seenAt
	sp.usedLately = now.Sub(x.usedAt) < usedApart
	if sp.Inside() && x.seen != nil {
		sp.New = max(sp.activity-*x.seen, 0)
	}
	sp.EndsAt = earlier(x.memberEnds, x.endsAt)
	if sp.Apart() {
		sp.GuestCount = 0 // nobody tells them how many others there are
	}
}

// space is the only door to a space (SEC-A1): it loads the space through the
// actor's membership, as both are now, and asks the permission table.
// What the actor must not know of is ErrNotFound, like an ID that nothing has.
func (tx tx) space(ctx context.Context, actor Account, id ID, op Operation) (Space, error) {
	var sp Space
	var x access
	destinations := append(sp.scan(), x.scan()...)
	destinations = append(destinations, policyColumn{&sp.Own}, policyColumn{&sp.Organization})
	err := tx.row(ctx, `
		SELECT `+spaceColumns+`, `+accessColumns+`, s.settings, e.settings
		FROM accounts a
		JOIN spaces s ON s.id = $2 AND s.deleted_at IS NULL
		CROSS JOIN environment e
		LEFT JOIN memberships m ON m.space_id = s.id AND m.account_id = a.id
		WHERE a.id = $1`, actor.ID, id).Scan(destinations...)
	if err != nil {
		return Space{}, missing(err, ErrNotFound)
	}
	if err := x.usable(tx.now); err != nil {
		return Space{}, err
	}
	sp.see(x, tx.now)
	sp.Policy = sp.Organization.Narrow(sp.Own)
	if err := sp.judge(op); err != nil {
		return Space{}, err
	}
	return sp, nil
}

// Space is the space as the actor sees it, if the actor may do op with it.
// Errors: ErrNotFound, ErrForbidden, ErrSignIn.
func (s *Store) Space(ctx context.Context, actor Account, id ID, op Operation) (Space, error) {
	var sp Space
	err := s.read(ctx, func(tx tx) (err error) {
		sp, err = tx.space(ctx, actor, id, op)
		return err
	})
	return sp, err
}

// newSpace is what it takes to make a space.
type newSpace struct {
	Kind            SpaceKind
	Name            string
	Cover           string // "" for the first preset
	MultiThread     bool
	FixedMembership bool
	Creator         Account
}

// createSpace makes the space's row, its chat and its first thread, which a
// space never is without; its people follow in the same transaction.
func (tx tx) createSpace(ctx context.Context, in newSpace) (ID, error) {
	if in.Cover == "" {
		in.Cover = "preset:harbour"
	}
	var id ID
	err := tx.row(ctx, `
		INSERT INTO spaces (kind, name, name_key, cover, multi_thread, fixed_membership, created_by, created_at, updated_at, active_at, shared_active_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $8)
		RETURNING id`,
		in.Kind, in.Name, FoldKey(in.Name), in.Cover, in.MultiThread, in.FixedMembership, in.Creator.ID, at(tx.now)).Scan(&id)
	if err != nil {
		return 0, err
	}
	if err := tx.createSpaceChat(ctx, id); err != nil {
		return 0, err
	}
	_, err = tx.createThread(ctx, newThread{Space: id, Name: in.Name, Author: in.Creator, Shared: true}) // it is for everyone
	return id, err
}
