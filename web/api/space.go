package api

import (
	"net/http"
	"time"

	"guesthouse/static"
	"guesthouse/store"
)

// spaceCalls are about a space itself.
func (a *API) spaceCalls() []*call {
	return []*call{
		with(store.APIRead, http.MethodGet, "space", a.showSpace),
		with(store.APISpaces, http.MethodPut, "space", a.updateSpace),
		with(store.APISpaces, http.MethodDelete, "space", a.deleteSpace),
		with(store.APIContent, http.MethodPut, "space/body", a.updateSpaceBody),
		with(store.APIRead, http.MethodGet, "space/members", a.listSpaceMembers),
		with(store.APISpaces, http.MethodPut, "space/members", a.updateSpaceMembers),
		with(store.APIRead, http.MethodGet, "spaces/statistics", a.listStatistics),
		with(store.APISpaces, http.MethodPost, "template/space", a.createFromTemplate),
	}
}

// spaceInput names a space.
type spaceInput struct {
	ID store.ID `api:"id,required"`
}

// user is a person as answers name them.
type user struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// left is whoever made something: without a name when they are not active any
// more. Guests are not told the logins of others.
func (q *request) left(person store.Account) user {
	if !person.Active(q.api.Store.Now()) {
		return user{}
	}
	return q.user(person)
}

func (q *request) user(person store.Account) user {
	if person.ID != q.actor().ID && (q.actor().IsGuest() || person.IsGuest()) {
		return user{Name: person.Name} // the addresses of guests are not for everybody either
	}
	return user{Code: person.Shown(), Name: person.Name}
}

// stamp is a moment as answers say it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// spaceAnswer is a space as the API tells it. What it shows is null where there
// is one thread.
type spaceAnswer struct {
	ID                  string           `json:"id"`
	Name                string           `json:"name"`
	DefaultThread       string           `json:"defaultThread"`
	IsPrivate           bool             `json:"isPrivate"`
	Creator             user             `json:"creator"`
	Modifier            user             `json:"modifier"`
	MemberCount         string           `json:"memberCount"`
	CoverType           string           `json:"coverType"`
	CoverKey            string           `json:"coverKey"`
	CoverURL            string           `json:"coverUrl"`
	Body                *string          `json:"body"`
	UseMultiThread      bool             `json:"useMultiThread"`
	IsGuest             bool             `json:"isGuest"`
	AttachedApps        []struct{}       `json:"attachedApps"` // there are none yet
	FixedMember         bool             `json:"fixedMember"`
	ShowAnnouncement    *bool            `json:"showAnnouncement"`
	ShowThreadList      *bool            `json:"showThreadList"`
	ShowAppList         *bool            `json:"showAppList"`
	ShowMemberList      *bool            `json:"showMemberList"`
	ShowRelatedLinkList *bool            `json:"showRelatedLinkList"`
	Permissions         spacePermissions `json:"permissions"`
}

type spacePermissions struct {
	CreateApp string `json:"createApp"`
}

// The values of permissions.createApp.
const (
	appsByEveryone       = "EVERYONE"
	appsByAdministrators = "ADMIN"
)

func (a *API) showSpace(q *request, in spaceInput) (any, error) {
	if _, err := q.inSpace(in.ID, store.ToOpen); err != nil {
		return nil, err
	}
	d, err := a.Store.SpaceDetails(q.Context(), q.actor(), in.ID)
	if err != nil {
		return nil, err
	}
	answer := spaceAnswer{
		ID: d.ID.String(), Name: d.Name, DefaultThread: d.DefaultThread.String(), IsPrivate: private(d.Kind),
		Creator: q.left(d.Creator), Modifier: q.left(d.Modifier), MemberCount: number(d.MemberCount + d.GuestCount),
		UseMultiThread: d.MultiThread, IsGuest: d.IsGuestSpace(), AttachedApps: []struct{}{}, FixedMember: d.FixedMembership,
		Permissions: spacePermissions{CreateApp: appsByEveryone},
	}
	if d.AppsBy == store.PublishAdministrators {
		answer.Permissions.CreateApp = appsByAdministrators
	}
	if html := string(d.BodyHTML); html != "" {
		answer.Body = &html
	}
	if d.MultiThread {
		shows := d.Shows
		answer.ShowAnnouncement, answer.ShowThreadList, answer.ShowAppList = &shows.Announcement, &shows.Threads, &shows.Apps
		answer.ShowMemberList, answer.ShowRelatedLinkList = &shows.Members, &shows.RelatedLinks
	}
	answer.CoverType, answer.CoverKey, answer.CoverURL = a.cover(d.Space)
	return answer, nil
}

// private reports whether not everybody in the organisation may read a space.
func private(kind store.SpaceKind) bool { return kind != store.OpenSpace }

// cover says what the cover of a space is: a built-in one by its name, or an
// uploaded one by the key of its file.
func (a *API) cover(sp store.Space) (kind, key, address string) {
	if preset, ok := cutPreset(sp.Cover); ok {
		return "PRESET", preset, a.Base + static.Cover(preset)
	}
	key = a.Store.CoverKey(sp.ID)
	beginning := "/k/v1/"
	if sp.IsGuestSpace() {
		beginning = "/k/guest/" + sp.ID.String() + "/v1/"
	}
	return "BLOB", key, a.Base + beginning + "file.json?fileKey=" + key
}

// spaceChange is what changes of a space; what is left out stays.
type spaceChange struct {
	ID                  store.ID         `api:"id,required"`
	Name                *string          `api:"name"`
	IsPrivate           *bool            `api:"isPrivate"`
	UseMultiThread      *bool            `api:"useMultiThread"`
	FixedMember         *bool            `api:"fixedMember"`
	ShowAnnouncement    *bool            `api:"showAnnouncement"`
	ShowThreadList      *bool            `api:"showThreadList"`
	ShowAppList         *bool            `api:"showAppList"`
	ShowMemberList      *bool            `api:"showMemberList"`
	ShowRelatedLinkList *bool            `api:"showRelatedLinkList"`
	Permissions         *permissionInput `api:"permissions"`
}

type permissionInput struct {
	CreateApp string `api:"createApp,enum=EVERYONE|ADMIN"`
}

// updateSpace changes what is given. That several threads become one again is
// ignored (S0-14).
func (a *API) updateSpace(q *request, in spaceChange) (any, error) {
	if _, err := q.inSpace(in.ID, store.ToManage); err != nil {
		return nil, err
	}
	change := store.SpaceChange{
		Name: in.Name, Private: in.IsPrivate, MultiThread: in.UseMultiThread != nil && *in.UseMultiThread, FixedMembership: in.FixedMember,
		ShowsAnnouncement: in.ShowAnnouncement, ShowsThreads: in.ShowThreadList, ShowsApps: in.ShowAppList,
		ShowsMembers: in.ShowMemberList, ShowsRelatedLinks: in.ShowRelatedLinkList,
	}
	if in.Permissions != nil && in.Permissions.CreateApp != "" {
		by := store.PublishEveryone
		if in.Permissions.CreateApp == appsByAdministrators {
			by = store.PublishAdministrators
		}
		change.AppsBy = &by
	}
	return nil, a.Store.ChangeSpace(q.Context(), q.actor(), in.ID, change)
}

// deleteSpace moves a space to the trash; for everybody who calls it is gone.
func (a *API) deleteSpace(q *request, in spaceInput) (any, error) {
	if _, err := q.inSpace(in.ID, store.ToDelete); err != nil {
		return nil, err
	}
	return nil, a.Store.DeleteSpace(q.Context(), q.actor(), in.ID)
}

// bodyInput is the text of a space.
type bodyInput struct {
	ID   store.ID `api:"id,required"`
	Body *string  `api:"body,max=65535"`
}

// updateSpaceBody changes the text of a space with several threads.
func (a *API) updateSpaceBody(q *request, in bodyInput) (any, error) {
	if in.Body == nil {
		return nil, problems{{path: "body", key: "api.required"}}
	}
	if _, err := q.inSpace(in.ID, store.ToManage); err != nil {
		return nil, err
	}
	return nil, oneThread(a.Store.UpdateSpaceHTML(q.Context(), q.actor(), in.ID, *in.Body), "id")
}

// templateInput is a space to be made from a template.
type templateInput struct {
	ID          store.ID      `api:"id,required"`
	Name        string        `api:"name,required,max=128"`
	Members     []memberInput `api:"members,required,max=500"`
	IsPrivate   bool          `api:"isPrivate"`
	IsGuest     bool          `api:"isGuest"`
	FixedMember *bool         `api:"fixedMember"`
}

// createFromTemplate makes a space as its template says. A guest space is
// private whatever is asked (S0-13).
func (a *API) createFromTemplate(q *request, in templateInput) (any, error) {
	made := store.FromTemplate{Template: in.ID, Name: in.Name, Kind: store.OpenSpace, FixedMembership: in.FixedMember}
	switch {
	case in.IsGuest:
		made.Kind = store.GuestSpace
	case in.IsPrivate:
		made.Kind = store.PrivateSpace
	}
	for _, m := range in.Members {
		made.Members = append(made.Members, store.MemberEntry{Code: m.Entity.Code, Administrator: m.IsAdmin})
	}
	id, err := a.Store.CreateSpaceFromTemplate(q.Context(), q.actor(), made)
	return idAnswer{ID: id.String()}, err
}
