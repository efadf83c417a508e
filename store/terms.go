package store

import (
	"context"
	"slices"
	"time"
)

// Languages are those in which the portal speaks, and so its terms.
var Languages = []string{"en", "ja", "zh"}

// Errors of the terms of use.
var (
	// ErrTermsFirst: a guest has not accepted the terms that are in force. Until
	// then everything but that is closed (SEC-P9).
	ErrTermsFirst = &Error{Kind: Forbidden, Code: "accept_terms_first"}
	// ErrTermsNotAccepted: the box was not ticked.
	ErrTermsNotAccepted = &Error{Kind: Invalid, Code: "terms_not_accepted", Field: "terms"}
	// ErrTermsChanged: other terms are in force than those that were shown.
	ErrTermsChanged = &Error{Kind: Invalid, Code: "terms_changed", Field: "terms"}
)

// Terms are one version of the terms of use. A version is never changed: who
// accepted it has accepted these words.
type Terms struct {
	Version     int // 1, 2, 3 …; 0 for no terms
	InForce     bool
	PublishedBy Account // only its name and the like
	PublishedAt time.Time
	Texts       []TermsText // in the order of Languages; not in lists
	Accepted    int         // how many guests did; only in the list
}

// TermsText are the terms in one language.
type TermsText struct {
	Locale string
	Body   string
	HTML   HTML
}

// In is the text for a reader of a language: that language, else the first
// there is.
func (t Terms) In(locale string) TermsText {
	for _, text := range t.Texts {
		if text.Locale == locale {
			return text
		}
	}
	if len(t.Texts) == 0 {
		return TermsText{}
	}
	return t.Texts[0]
}

// owesTerms holds for a guest a who has not accepted the newest terms, for the
// columns of the account; termsAccepted is its opposite for the account me.
const (
	owesTerms     = `(a.kind = 'guest' AND a.terms_version < COALESCE((SELECT g.terms_version FROM environment g), 0))`
	iOweTerms     = `(me.kind = 'guest' AND me.terms_version < COALESCE((SELECT g.terms_version FROM environment g), 0))`
	termsAccepted = `NOT ` + iOweTerms
)

// TermsInForce are the terms that guests accept now; its version is 0 when
// there are none. Everybody may read them, also before signing up.
func (s *Store) TermsInForce(ctx context.Context) (Terms, error) {
	var terms Terms
	err := s.read(ctx, func(tx tx) (err error) {
		terms, err = tx.termsInForce(ctx)
		return err
	})
	return terms, err
}

func (tx tx) termsInForce(ctx context.Context) (Terms, error) {
	var version int
	err := tx.row(ctx, `SELECT COALESCE(MAX(terms_version), 0) FROM environment`).Scan(&version)
	if err != nil || version == 0 {
		return Terms{}, err
	}
	return tx.terms(ctx, version)
}

func (tx tx) terms(ctx context.Context, version int) (Terms, error) {
	t := Terms{}
	err := tx.row(ctx, `
		SELECT t.version, t.version = e.terms_version, t.published_at, `+personColumns+`
		FROM terms t
		CROSS JOIN environment e
		LEFT JOIN accounts a ON a.id = t.published_by
		WHERE t.version = $1`, version).
		Scan(append([]any{&t.Version, &t.InForce, moment{&t.PublishedAt}}, t.PublishedBy.scanPersonOrNone()...)...)
	if err != nil {
		return Terms{}, missing(err, ErrNotFound)
	}
	rows, err := tx.query(ctx, `SELECT locale, body, body_html FROM terms_texts WHERE version = $1`, version)
	t.Texts, err = all(rows, err, func(row scanner) (x TermsText, err error) {
		return x, row.Scan(&x.Locale, &x.Body, &x.HTML)
	})
	if err != nil {
		return Terms{}, err
	}
	e, err := tx.environment(ctx)
	slices.SortFunc(t.Texts, func(x, y TermsText) int { return rankOf(e, x.Locale) - rankOf(e, y.Locale) })
	return t, err
}

// rankOf puts the environment's language first: it stands for those in which
// nobody wrote the terms.
func rankOf(e Environment, locale string) int {
	if locale == e.Locale {
		return -1
	}
	return slices.Index(Languages, locale)
}

// TermsVersion is one version with its texts, for system administrators.
func (s *Store) TermsVersion(ctx context.Context, actor Account, version int) (Terms, error) {
	var terms Terms
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		var err error
		terms, err = tx.terms(ctx, version)
		return err
	})
	return terms, err
}

// TermsVersions are all versions, the newest first, without their texts, for
// system administrators.
func (s *Store) TermsVersions(ctx context.Context, actor Account) ([]Terms, error) {
	var list []Terms
	err := s.read(ctx, func(tx tx) error {
		if _, err := tx.administrator(ctx, actor); err != nil {
			return err
		}
		rows, err := tx.query(ctx, `
			SELECT t.version, t.version = e.terms_version, t.published_at,
				(SELECT COUNT(*) FROM terms_acceptances c WHERE c.version = t.version), `+personColumns+`
			FROM terms t
			CROSS JOIN environment e
			LEFT JOIN accounts a ON a.id = t.published_by
			WHERE t.version > 0
			ORDER BY t.version DESC`)
		list, err = all(rows, err, func(row scanner) (t Terms, err error) {
			return t, row.Scan(append([]any{&t.Version, &t.InForce, moment{&t.PublishedAt}, &t.Accepted}, t.PublishedBy.scanPersonOrNone()...)...)
		})
		return err
	})
	return list, err
}

// RenderTerms checks and renders the terms as they would be published; locale
// is the language in which there must be a text. Texts are by language.
func RenderTerms(texts map[string]string, locale string) (Terms, error) {
	var t Terms
	var problems Problems
	for _, lang := range Languages {
		field := "text_" + lang
		text, err := renderText(field, texts[lang])
		if err == nil && text.Body == "" && lang == locale {
			err = ErrRequired.With(field)
		}
		if err := problems.Add(err); err != nil {
			return Terms{}, err
		}
		if err == nil && text.Body != "" {
			t.Texts = append(t.Texts, TermsText{Locale: lang, Body: text.Body, HTML: text.HTML})
		}
	}
	return t, problems.Err()
}

// PublishTerms puts a new version in force, for a system administrator: from
// now on every guest accepts it before anything else. There must be a text in
// the environment's language; the others are optional.
func (s *Store) PublishTerms(ctx context.Context, actor Account, texts map[string]string) (version int, err error) {
	e, err := s.Environment(ctx)
	if err != nil {
		return 0, err
	}
	terms, err := RenderTerms(texts, e.Locale)
	if err != nil {
		return 0, err
	}
	err = s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		// The row is locked first: of two who publish at once, one waits.
		err = tx.row(ctx, `
			UPDATE environment
			SET terms_version = (SELECT COALESCE(MAX(version), 0) + 1 FROM terms)
			WHERE id = 1
			RETURNING terms_version`).Scan(&version)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO terms (version, published_by, published_at) VALUES ($1, $2, $3)`,
			version, actor.ID.orNull(), at(tx.now))
		if err != nil {
			return err
		}
		for _, text := range terms.Texts {
			_, err := tx.exec(ctx, `INSERT INTO terms_texts (version, locale, body, body_html) VALUES ($1, $2, $3, $4)`,
				version, text.Locale, text.Body, string(text.HTML))
			if err != nil {
				return err
			}
		}
		return tx.audit(ctx, event{Action: "terms.published", Actor: actor.ID, Subject: versionName(version)})
	})
	return version, err
}

// WithdrawTerms ends that guests are asked, for a system administrator. What
// was accepted stays on record.
func (s *Store) WithdrawTerms(ctx context.Context, actor Account) error {
	return s.write(ctx, func(tx tx) error {
		actor, err := tx.administrator(ctx, actor)
		if err != nil {
			return err
		}
		terms, err := tx.termsInForce(ctx)
		if err != nil || terms.Version == 0 {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE environment SET terms_version = 0 WHERE id = 1`); err != nil {
			return err
		}
		return tx.audit(ctx, event{Action: "terms.withdrawn", Actor: actor.ID, Subject: versionName(terms.Version)})
	})
}
