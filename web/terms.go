package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// termsRoutes are the terms of use: for whom they bind, and for administrators.
func (s *Server) termsRoutes() []*route {
	return []*route{
		get(views.TermsURL, agreeing, s.showTerms),
		post(views.TermsURL, agreeing, s.acceptTerms),
		get(views.AdminTermsURL, administrators, s.listTerms),
		post(views.AdminTermsURL, administrators, s.createTerms).recently(),
		get(views.AdminNewTermsURL, administrators, s.newTerms),
		post(views.AdminTermsPreviewURL, administrators, s.previewTerms),
		post(views.AdminTermsWithdrawalURL, administrators, s.withdrawTerms).recently(),
		get(views.AdminTermsURL+"/:version", administrators, s.showTermsVersion),
		get(views.AdminTermsURL+"/:version/acceptances.csv", administrators, s.exportTermsAcceptances).recently(),
	}
}

// termsForm accepts the terms. Version is that of the text that was read.
type termsForm struct {
	Version string `form:"version"`
	Locale  string `form:"locale"`
	Next    string `form:"next"`
}

// showTerms are the terms in force, in the reader's language or in the one that
// was asked for. Who has yet to accept them sees nothing else (SEC-P9).
func (s *Server) showTerms(c echo.Context) error {
	var query struct {
		Lang string `query:"lang"`
		Next string `query:"next"`
	}
	if err := c.Bind(&query); err != nil {
		return err
	}
	return s.showTermsPage(c, http.StatusOK, query.Lang, query.Next, nil)
}

func (s *Server) showTermsPage(c echo.Context, status int, lang, next string, problems views.Problems) error {
	terms, err := s.Store.TermsInForce(c.Request().Context())
	if err != nil {
		return err
	}
	if terms.Version == 0 {
		return store.ErrNotFound
	}
	me := actor(c)
	build := s.page
	if me.MustAcceptTerms {
		build = s.gatePage
	}
	p, err := build(c, "terms.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	if !locale.Known(lang) {
		lang = p.Lang()
	}
	m := views.TermsPage{Page: p, Terms: terms, Text: terms.In(lang), Must: me.MustAcceptTerms, Next: s.next(next)}
	if m.AcceptedAt, err = s.Store.OwnTermsAcceptance(c.Request().Context(), me, terms.Version); err != nil {
		return err
	}
	return s.render(c, status, views.ShowTerms(m))
}

// acceptTerms accepts them and leads on to where the reader wanted to go.
func (s *Server) acceptTerms(c echo.Context) error {
	var form termsForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	version, _ := strconv.Atoi(form.Version) // 0 is no version that can be accepted
	err := s.Store.AcceptTerms(c.Request().Context(), actor(c), version, form.Locale)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showTermsPage(c, http.StatusUnprocessableEntity, form.Locale, form.Next, problems)
	}
	return s.redirect(c, s.next(form.Next))
}

// listTerms are all versions, for administrators.
func (s *Server) listTerms(c echo.Context) error {
	p, err := s.adminPage(c, views.AdminTermsURL, "admin.terms")
	if err != nil {
		return err
	}
	versions, err := s.Store.TermsVersions(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ListTerms(views.AdminTermsPage{Page: p, Versions: versions}))
}

// termsTextForm are the texts of a new version.
type termsTextForm struct {
	En string `form:"text_en"`
	Ja string `form:"text_ja"`
	Zh string `form:"text_zh"`
}

func (f termsTextForm) texts() map[string]string {
	return map[string]string{"en": f.En, "ja": f.Ja, "zh": f.Zh}
}

// newTerms is the form of a new version. It begins with the words in force.
func (s *Server) newTerms(c echo.Context) error {
	terms, err := s.Store.TermsInForce(c.Request().Context())
	if err != nil {
		return err
	}
	texts := map[string]string{}
	for _, text := range terms.Texts {
		texts[text.Locale] = text.Body
	}
	return s.showNewTerms(c, http.StatusOK, views.NewTermsPage{Texts: texts}, nil)
}

func (s *Server) showNewTerms(c echo.Context, status int, m views.NewTermsPage, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminTermsURL, "admin_terms.new_title")
	if err != nil {
		return err
	}
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	m.Page, m.Required = p, environment.Locale
	m.Errors = problems
	return s.render(c, status, views.NewTerms(m))
}

// previewTerms shows what guests would read. It keeps nothing.
func (s *Server) previewTerms(c echo.Context) error {
	var form termsTextForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	environment, err := s.environment(c)
	if err != nil {
		return err
	}
	m := views.NewTermsPage{Texts: form.texts()}
	if m.Preview, err = store.RenderTerms(m.Texts, environment.Locale); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showNewTerms(c, http.StatusUnprocessableEntity, m, problems)
	}
	return s.showNewTerms(c, http.StatusOK, m, nil)
}

// createTerms puts a new version in force.
func (s *Server) createTerms(c echo.Context) error {
	var form termsTextForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	version, err := s.Store.PublishTerms(c.Request().Context(), actor(c), form.texts())
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showNewTerms(c, http.StatusUnprocessableEntity, views.NewTermsPage{Texts: form.texts()}, problems)
	}
	s.flash(c, "flash.terms_published")
	return s.redirect(c, views.AdminTermsVersionURL(version))
}

// withdrawTerms ends that guests are asked.
func (s *Server) withdrawTerms(c echo.Context) error {
	if err := s.Store.WithdrawTerms(c.Request().Context(), actor(c)); err != nil {
		return err
	}
	s.flash(c, "flash.terms_withdrawn")
	return s.redirect(c, views.AdminTermsURL)
}

// termsVersionForm names a version and a page of those who accepted it.
type termsVersionForm struct {
	Version string `param:"version"`
	Before  string `query:"before"`
}

// version is the version with its number, or ErrNotFound.
func (s *Server) termsVersion(c echo.Context, form termsVersionForm) (store.Terms, error) {
	number, _ := strconv.Atoi(form.Version) // what is no number is no version
	return s.Store.TermsVersion(c.Request().Context(), actor(c), number)
}

// showTermsVersion is one version: its words, and who accepted it when.
func (s *Server) showTermsVersion(c echo.Context) error {
	var form termsVersionForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	terms, err := s.termsVersion(c, form)
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminTermsURL, "admin_terms.version", "Version", terms.Version)
	if err != nil {
		return err
	}
	list, more, err := s.Store.TermsAcceptances(c.Request().Context(), actor(c), terms.Version, store.ParseID(form.Before))
	if err != nil {
		return err
	}
	m := views.TermsVersionPage{Page: p, Terms: terms, Acceptances: list}
	if form.Before != "" {
		m.First = views.AdminTermsVersionURL(terms.Version)
	}
	if more {
		m.Next = views.WithQuery(views.AdminTermsVersionURL(terms.Version), "before", list[len(list)-1].ID.String())
	}
	return s.render(c, http.StatusOK, views.ShowTermsVersion(m))
}

// acceptanceColumns are the names of the columns of the file. They stay as they
// are: programs read them.
var acceptanceColumns = []string{"version", "account_id", "name", "login", "company", "accepted", "language", "client_address"}

// exportTermsAcceptances sends who accepted a version, piece by piece.
func (s *Server) exportTermsAcceptances(c echo.Context) error {
	var form termsVersionForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	terms, err := s.termsVersion(c, form)
	if err != nil {
		return err
	}
	ctx, administrator := c.Request().Context(), actor(c)
	if err := s.Store.NoteExport(ctx, administrator, store.ExportOfTerms, 0); err != nil {
		return err
	}
	version := strconv.Itoa(terms.Version)
	out := sheetOf(c, "terms-v"+version, acceptanceColumns)
	for before := store.ID(0); ; {
		list, more, err := s.Store.TermsAcceptances(ctx, administrator, terms.Version, before)
		for i := 0; err == nil && i < len(list); i++ {
			a := list[i]
			err = out.row([]string{
				version, a.Account.ID.String(), a.Account.Name, a.Account.Login, a.Account.Company,
				instant(a.AcceptedAt), a.Locale, a.ClientAddress,
			})
		}
		if err != nil || !more {
			return out.end(err)
		}
		before = list[len(list)-1].ID
	}
}
