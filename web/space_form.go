package web

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// spaceForm is a new space as it was typed. Its address of a GET holds the same,
// so that people can be looked for without losing anything.
type spaceForm struct {
	Kind            string   `form:"kind" query:"kind"`
	Name            string   `form:"name" query:"name"`
	Cover           []string `form:"cover" query:"cover"` // a browser adds an empty one for the file
	MultiThread     string   `form:"multi_thread" query:"multi_thread"`
	FixedMembership string   `form:"fixed_membership" query:"fixed_membership"`
	Members         []string `form:"members" query:"members"`
	Administrators  []string `form:"administrators" query:"administrators"`
	Template        string   `form:"template" query:"template"`
	Query           string   `query:"q"`
}

func (f spaceForm) cover() string {
	for _, cover := range f.Cover {
		if cover != "" {
			return cover
		}
	}
	return ""
}

func ids(texts []string) []store.ID {
	list := make([]store.ID, 0, len(texts))
	for _, text := range texts {
		if id := store.ParseID(strings.TrimSpace(text)); !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// newSpace shows the form for a new space: a guest space where one may make
// one, unless the address says otherwise.
func (s *Server) newSpace(c echo.Context) error {
	var form spaceForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	reader := actor(c)
	kind, guestSpaces := store.SpaceKind(form.Kind), environment.Policy.On(store.GuestSpaces)
	switch {
	case form.Kind == "" && guestSpaces && reader.MayCreate(store.GuestSpace):
		kind = store.GuestSpace
	case form.Kind == "" || !slices.Contains(store.SpaceKinds, kind):
		kind = store.OpenSpace
	}
	if !reader.MayCreate(kind) {
		return store.ErrForbidden // S0-02: the direct address refuses too
	}
	if kind == store.GuestSpace && !guestSpaces {
		return store.ErrGuestSpacesOff // S0-06
	}
	form.Kind = string(kind)
	if len(form.Members) == 0 && len(form.Administrators) == 0 {
		form.Administrators = []string{reader.ID.String()}
	}
	return s.showSpaceForm(c, http.StatusOK, form, nil, false)
}

func (s *Server) showSpaceForm(c echo.Context, status int, form spaceForm, problems views.Problems, uploadLost bool) error {
	kind := store.SpaceKind(form.Kind)
	title := "space.new_internal"
	if kind == store.GuestSpace {
		title = "space.new"
	}
	page, err := s.page(c, title)
	if err != nil {
		return err
	}
	page.Errors = problems
	m := views.NewSpaceForm{SpaceForm: views.SpaceForm{
		Page: page, Kind: kind, Name: form.Name, Cover: form.cover(), MultiThread: form.MultiThread != "",
		FixedMembership: form.FixedMembership != "", UploadLost: uploadLost,
	}, Query: form.Query, Template: form.Template}
	if m.Templates, err = s.Store.Templates(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	if m.People, err = s.formMembers(c, form); err != nil {
		return err
	}
	return s.overHome(c, status, page, views.CreateSpace(m))
}

// formMembers are the people in the form: those who were chosen, the creator
// first, then those who were found and are not.
func (s *Server) formMembers(c echo.Context, form spaceForm) ([]views.FormMember, error) {
	ctx, creator := c.Request().Context(), actor(c)
	administrators := ids(form.Administrators)
	chosen := append([]store.ID{creator.ID}, ids(form.Members)...)
	chosen = append(chosen, administrators...)
	people, err := s.Store.MembersByID(ctx, creator, unique(chosen))
	if err != nil {
		return nil, err
	}
	found, err := s.Store.MemberCandidates(ctx, creator, 0, form.Query)
	if err != nil {
		return nil, err
	}
	var list []views.FormMember
	for _, account := range people {
		member := views.NewFormMember(account)
		member.Chosen, member.Self = true, account.ID == creator.ID
		member.Administrator = slices.Contains(administrators, account.ID)
		list = append(list, member)
	}
	for _, account := range found {
		if !slices.ContainsFunc(people, func(a store.Account) bool { return a.ID == account.ID }) {
			list = append(list, views.NewFormMember(account))
		}
	}
	return list, nil
}

func unique(list []store.ID) []store.ID {
	var once []store.ID
	for _, id := range list {
		if !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	return once
}

// overHome is a dialog over the portal home.
func (s *Server) overHome(c echo.Context, status int, page views.Page, dialog templ.Component) error {
	if page.Fragment {
		return s.render(c, status, dialog)
	}
	beneath := page
	beneath.Errors = nil // they are the dialog's
	home, err := s.home(c, beneath)
	if err != nil {
		return err
	}
	return s.render(c, status, views.DialogPage(page, dialog, func(p views.Page) templ.Component {
		p.Current = views.NavHome
		home.Page = p
		return views.ShowHome(home)
	}))
}

// createSpace makes a space and opens it.
func (s *Server) createSpace(c echo.Context) error {
	var form spaceForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	upload, err := uploadedPicture(c, "cover")
	if err != nil {
		return err
	}
	kind := store.SpaceKind(form.Kind)
	id, err := s.Store.CreateSpace(c.Request().Context(), actor(c), store.NewSpace{
		Kind: kind, Name: form.Name, Cover: form.cover(), Upload: upload,
		MultiThread: form.MultiThread != "", FixedMembership: form.FixedMembership != "",
		Members: ids(form.Members), Administrators: ids(form.Administrators), Template: store.ParseID(form.Template),
	})
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		if !slices.Contains(store.SpaceKinds, kind) {
			form.Kind = string(store.OpenSpace)
		}
		return s.showSpaceForm(c, http.StatusUnprocessableEntity, form, problems, len(upload) > 0)
	}
	s.flash(c, "flash.space_created", "Space", strings.TrimSpace(form.Name))
	return s.redirect(c, views.SpaceURL(id))
}

// uploadedPicture is the file of a form's field; nothing when none was chosen.
func uploadedPicture(c echo.Context, field string) ([]byte, error) {
	return uploaded(c, field, pictureBytes)
}

// uploaded is the file of a form's field, up to so many bytes; nothing when none
// was chosen.
func uploaded(c echo.Context, field string, limit int64) ([]byte, error) {
	header, err := c.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, formError(err)
	}
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, limit))
}

// settingsForm are a space's settings as they were typed.
type settingsForm struct {
	Name            string   `form:"name"`
	Body            string   `form:"body"`
	Cover           []string `form:"cover"`
	MultiThread     string   `form:"multi_thread"`
	FixedMembership string   `form:"fixed_membership"`
	CompaniesApart  string   `form:"companies_apart"`
	Publishing      string   `form:"publishing"`
	Shows           []string `form:"shows"` // nothing at all when the form had no such field
	Version         int      `form:"version"`
	Preview         tick     `form:"preview"`

	own map[string]string // policy settings, under their own names
}

// shows is what the page shows after the form; nil when it was not asked.
func (f settingsForm) shows(sp store.Space) *store.Shows {
	if len(f.Shows) == 0 {
		return nil
	}
	shows := sp.Shows
	shows.Announcement = slices.Contains(f.Shows, "announcement")
	shows.Threads = slices.Contains(f.Shows, "threads")
	shows.Members = slices.Contains(f.Shows, "members")
	return &shows
}

// editSpace shows a space's settings.
func (s *Server) editSpace(c echo.Context) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToManage)
	if err != nil {
		return err
	}
	form := settingsForm{Name: sp.Name, Body: sp.Body, Cover: []string{sp.Cover}, Publishing: sp.Publishing, Version: sp.Version}
	if sp.FixedMembership {
		form.FixedMembership = "on"
	}
	if sp.CompaniesApart {
		form.CompaniesApart = "on"
	}
	return s.showSettings(c, http.StatusOK, sp, form, nil, settingsNotes{})
}

// settingsNotes are what else to say on a form that is shown again.
type settingsNotes struct {
	changed    *store.Space // what somebody else saved meanwhile
	preview    store.HTML   // of the text, if it was asked for
	uploadLost bool
}

func (s *Server) showSettings(c echo.Context, status int, sp store.Space, form settingsForm, problems views.Problems, notes settingsNotes) error {
	page, err := s.page(c, "space.settings")
	if err != nil {
		return err
	}
	page.Errors = problems
	frame := views.NewSpaceFrame(page, sp, "")
	shows := sp.Shows
	if chosen := form.shows(sp); chosen != nil {
		shows = *chosen
	}
	cover := spaceForm{Cover: form.Cover}.cover()
	if cover == "" {
		cover = sp.Cover
	}
	return s.render(c, status, views.EditSpace(views.SettingsPage{
		SpaceFrame: frame, Body: form.Body, Publishing: form.Publishing, Own: form.own, Version: form.Version,
		Changed: notes.changed, Preview: notes.preview,
		CompaniesApart: form.CompaniesApart != "", Shows: shows,
		Form: views.SpaceForm{
			Page: page, Kind: sp.Kind, Name: form.Name, Cover: cover, MultiThread: form.MultiThread != "",
			FixedMembership: form.FixedMembership != "", UploadLost: notes.uploadLost,
		},
	}))
}

// updateSpace saves a space's settings. When somebody else saved meanwhile, the
// form shows what they saved beside what was typed, and nothing is lost.
func (s *Server) updateSpace(c echo.Context) error {
	var form settingsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	form.own = posted(c, store.OwnSettingNames())
	upload, err := uploadedPicture(c, "cover")
	if err != nil {
		return err
	}
	if form.Preview {
		return s.previewSpace(c, form, len(upload) > 0)
	}
	ctx := c.Request().Context()
	sp, err := s.Store.Space(ctx, actor(c), spaceID(c), store.ToManage)
	if err != nil {
		return err
	}
	err = s.Store.UpdateSpace(ctx, actor(c), spaceID(c), store.SpaceSettings{
		Name: form.Name, Body: form.Body, Cover: spaceForm{Cover: form.Cover}.cover(), Upload: upload,
		MultiThread: form.MultiThread != "", FixedMembership: form.FixedMembership != "",
		CompaniesApart: form.CompaniesApart != "",
		Publishing:     form.Publishing, Own: form.own, Version: form.Version, Shows: form.shows(sp),
	})
	if err == nil {
		s.flash(c, "flash.settings_saved")
		return s.redirect(c, views.SpaceURL(spaceID(c)))
	}
	return s.reshowSettings(c, form, err, len(upload) > 0)
}

// previewSpace shows the settings again with what the text will look like.
func (s *Server) previewSpace(c echo.Context, form settingsForm, uploadLost bool) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToManage)
	if err != nil {
		return err
	}
	html, err := s.Store.Preview(c.Request().Context(), actor(c), sp.ID, "body", form.Body)
	problems, err := reshowOrNil(err)
	if err != nil {
		return err
	}
	return s.showSettings(c, unlessProblems(problems), sp, form, problems, settingsNotes{uploadLost: uploadLost, preview: html})
}

func (s *Server) reshowSettings(c echo.Context, form settingsForm, failed error, uploadLost bool) error {
	problems, err := reshow(failed)
	conflict := errors.Is(failed, store.ErrSpaceChanged)
	if err != nil && !conflict {
		return err
	}
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToManage)
	if err != nil {
		return err
	}
	notes := settingsNotes{uploadLost: uploadLost}
	status := http.StatusUnprocessableEntity
	if conflict {
		notes.changed, form.Version, status = &sp, sp.Version, http.StatusConflict
	}
	return s.showSettings(c, status, sp, form, problems, notes)
}
