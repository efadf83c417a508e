package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"guesthouse/store"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

// mark is what must never become an element of a page.
const mark = `<b data-mark="1">x</b>`

// nastyValues are typed into every field of every form. The store has its own,
// longer list; these are what could break on the way there and back.
var nastyValues = []string{
	"", " ", "\x00", "a\x00b", "\xff\xfe", "\u202egnp.exe", "\u200b", "a\r\nBcc: x@y.example", "\x1b[31m", strings.Repeat("\u0301", 200),
	"'; DROP TABLE accounts; --", `\%_`, "-1", "9223372036854775808", "1e309", "１２３４５６７８", "2026-02-30", "0000-00-00",
	mark, `"><img src=x onerror=alert(1) data-mark=1>`, `' data-mark='1`, "javascript:alert(1)", "[x](javascript:alert(1))", "{{.}}${x}%s",
	"//evil.example", "/spaces/../..", "🏠", strings.Repeat("🏠", 129), strings.Repeat("a", 6000), strings.Repeat("a", 300) + "@b.example",
	"a@b", "Name <a@b.example>, x", "on", "preset:../../x", "Local",
}

// postForm is a form of a page, as a browser would send it untouched.
type postForm struct {
	role, page, action string
	fields             url.Values
	typed              []string // the names of the fields that take a text
}

// formsOf are all forms that the pages of the portal show to a role.
func (d *desk) formsOf(role string) (forms []postForm) {
	d.t.Helper()
	seen := map[string]bool{}
	for _, r := range d.Server.Table() {
		if r.Method != http.MethodGet {
			continue
		}
		page := d.as(role).Get(d.path(r))
		if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || page.Body == "" {
			continue
		}
		root, err := html.Parse(strings.NewReader(page.Body))
		d.do(err)
		for _, node := range cascadia.QueryAll(root, cascadia.MustCompile(`form[method="post"]`)) {
			form := readForm(node, page.URL.RequestURI())
			form.role, form.page = role, d.path(r)
			key := r.Pattern + " " + anyNumber.ReplaceAllString(form.action, "N") + strings.Join(form.typed, ",")
			short := form.action + strings.Join(form.typed, ",")
			if len(form.typed) > 0 && !seen[key] && !seen[short] {
				seen[key], seen[short] = true, true
				forms = append(forms, form)
			}
		}
	}
	return forms
}

func readForm(node *html.Node, own string) postForm {
	attr := func(n *html.Node, name string) string {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	form := postForm{action: attr(node, "action"), fields: url.Values{}}
	if form.action == "" {
		form.action = own
	}
	for _, field := range cascadia.QueryAll(node, cascadia.MustCompile("input[name], textarea[name], select[name]")) {
		name, kind := attr(field, "name"), attr(field, "type")
		switch {
		case kind == "file":
		case kind == "checkbox" || kind == "radio":
			if cascadia.MustCompile("[checked]").Match(field) {
				form.fields.Add(name, attr(field, "value"))
			}
			form.typed = append(form.typed, name)
		case field.Data == "select":
			if chosen := cascadia.Query(field, cascadia.MustCompile("option[selected]")); chosen != nil {
				form.fields.Add(name, attr(chosen, "value"))
			}
			form.typed = append(form.typed, name)
		default:
			value := attr(field, "value")
			if field.Data == "textarea" && field.FirstChild != nil {
				value = field.FirstChild.Data
			}
			form.fields.Add(name, value)
			form.typed = append(form.typed, name)
		}
	}
	slices.Sort(form.typed)
	form.typed = slices.Compact(form.typed)
	return form
}

// SEC-I2: every nasty value in every field of every form of every page: the
// answer is a success or the form with its problem, and what was typed is kept.
// SEC-I3: afterwards no page of anybody shows any of it as more than text.
func TestNastyForms(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(o *store.Options) { o.Open = true })
	tried := map[string]bool{}
	for _, role := range []string{"anonymous", "pending", "changing", "SpA", "SA", "GE"} {
		for _, form := range d.formsOf(role) {
			if form.action == "/logout" || strings.HasSuffix(form.action, "/delete") || strings.HasSuffix(form.action, "/join") {
				continue // they end what the others need, and take no text
			}
			tried[anyNumber.ReplaceAllString(form.action, "N")] = true
			for _, name := range form.typed {
				for _, value := range nastyValues {
					d.try(t, form, name, value)
				}
			}
		}
	}
	for _, action := range []string{"/login", "/profile", "/spaces", "/spaces/N/settings", "/admin/members", "/verification"} {
		if !tried[action] {
			t.Errorf("no page has a form for %s; there are %v", action, slices.Sorted(maps.Keys(tried)))
		}
	}
	d.noMarks(t)
}

func (d *desk) try(t *testing.T, form postForm, name, value string) {
	t.Helper()
	fields := maps.Clone(form.fields)
	fields.Set(name, value)
	page := d.as(form.role).Post(form.action, fields) // fails the test from 500 on
	switch page.Status {
	case http.StatusSeeOther:
		if to := page.Location(); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
			t.Errorf("%s, %s=%.30q leads to %q", form.action, name, value, to)
		}
	case http.StatusUnprocessableEntity:
		if !page.Exists("[data-problem]") && !page.Exists(".error-summary") && !page.Exists(".alert, [role=alert]") {
			t.Errorf("%s, %s=%.30q: nothing says what is wrong", form.action, name, value)
		}
		if left, shown := typed(page, name); shown && printable(value) && left != value {
			t.Errorf("%s, %s=%.30q: %.30q is left of it", form.action, name, value, left)
		}
	case http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusConflict,
		http.StatusGone, http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
	default:
		t.Errorf("%s, %s=%.30q answers %d", form.action, name, value, page.Status)
	}
}

// typed is what stands in the field of the page that takes a text; ok is false
// where there is none.
func typed(page *webtest.Page, name string) (left string, ok bool) {
	if name == "code" || name == "setup_code" {
		return "", false
	}
	field := `[name="` + name + `"]`
	if wrong := `[aria-invalid="true"]` + field; page.Exists("textarea"+wrong) || page.Exists(`input[type="text"]`+wrong) {
		return page.Held(wrong), true // there may be others of the name beneath a dialog
	}
	for _, kind := range []string{`input[type="text"]`, `input[type="email"]`, `input:not([type])`} {
		if field := kind + `[name="` + name + `"]`; page.Exists(field) {
			return page.Attr(field, "value"), true
		}
	}
	if page.Exists(`textarea[name="` + name + `"]`) {
		return page.Value(name), true
	}
	return "", false
}

// printable reports whether a browser could have sent a value and shown it again.
func printable(value string) bool {
	return utf8.ValidString(value) && !strings.ContainsFunc(value, unicode.IsControl)
}

// noMarks looks at every page for every role.
func (d *desk) noMarks(t *testing.T) {
	t.Helper()
	shown := false
	for _, r := range d.Server.Table() {
		if r.Method != http.MethodGet {
			continue
		}
		for _, role := range []string{"anonymous", "GE", "M", "SpA", "SA"} {
			page := d.as(role).Get(d.path(r))
			if !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") || page.Body == "" {
				continue
			}
			shown = shown || strings.Contains(page.Body, "&lt;b data-mark")
			for _, bad := range []string{"[data-mark]", "[onerror]", `a[href^="javascript:"]`, "script:not([src])", "[style]", `base`} {
				if page.Exists(bad) {
					t.Errorf("%s for %s has %s", d.path(r), role, bad)
				}
			}
		}
	}
	if !shown {
		t.Error("no page shows what was typed")
	}
}

// SEC-A4, SEC-T8: what a form does not have is ignored, however it is called.
func TestForgedFields(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	forged := url.Values{}
	for _, name := range []string{
		"id", "ID", "account", "Account", "kind", "Kind", "email", "Email", "login", "role", "Role", "status", "system_admin", "SystemAdmin",
		"may_create_guest_spaces", "space", "Space", "sponsor", "ends_at", "created_by", "author", "isPrivate", "is_admin", "admin",
	} {
		forged.Set(name, map[bool]string{true: "administrator", false: d.Host.ID.String()}[strings.EqualFold(name, "role")])
	}
	sign := maps.Clone(forged)
	maps.Copy(sign, url.Values{"display_name": {"Erika M."}, "locale": {"en"}, "timezone": {"UTC"}})
	d.as("GE").Post("/profile", sign).Want(http.StatusSeeOther)
	comment := maps.Clone(forged)
	comment.Set("text", "Forged")
	d.as("GE").Post(d.path(web.Route{Pattern: "/spaces/:space/threads/:thread/comments"}), comment).Want(http.StatusSeeOther)
	row := find(d.Dump()["accounts"], "\nlogin_key=erika@partner.example\n")
	for _, cell := range []string{"kind=guest", "email=erika@partner.example", "status=active", "display_name=Erika M."} {
		if !strings.Contains(row, cell) {
			t.Errorf("the guest has not %s", cell)
		}
	}
	if admin := d.as("GE").Get("/admin"); admin.Status != http.StatusNotFound {
		t.Errorf("the guest comes into the administration: %d", admin.Status)
	}
	if author := find(d.Dump()["comments"], "body=Forged\n"); !strings.Contains(author, "author_id="+d.GuestEditor.ID.String()+"\n") {
		t.Errorf("the comment is by somebody else: %s", author)
	}
}

func find(rows []string, cell string) string {
	for _, row := range rows {
		if strings.Contains(row, cell) {
			return row
		}
	}
	return ""
}
