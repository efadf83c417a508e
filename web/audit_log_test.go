package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
	"guesthouse/web/webtest"
)

// suspended makes a few entries: two suspensions and a change of rights.
func suspended(t *testing.T, w *webtest.World, reason string) *webtest.Client {
	t.Helper()
	root := w.As("root")
	root.Post(guestPath(w.GuestEditor)+"/suspension", url.Values{"reason": {reason}}).Want(http.StatusSeeOther)
	w.Clock.Advance(2 * store.Day)
	root = w.As("root") // the other session has ended
	root.Post(guestPath(w.GuestReader)+"/spaces/"+w.Space.String()+"/delete", nil).Want(http.StatusSeeOther)
	root.Post("/admin/members/"+w.Host.ID.String(), url.Values{"system_admin": {"on"}}).Want(http.StatusSeeOther)
	return root
}

func TestAuditLog(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := suspended(t, w, "contract ended")
	for query, want := range map[string]string{
		"":                                        "member.rights_changed guest.removed guest.suspended",
		"?action=guest.":                          "guest.removed guest.suspended",
		"?action=nonsense":                        "",
		"?person=mario%40studio.example":          "guest.removed",
		"?person=" + w.GuestEditor.ID.String():    "guest.suspended",
		"?person=nobody":                          "",
		"?space=" + w.Space.String():              "guest.removed",
		"?until=2026-09-17":                       "guest.suspended",
		"?from=2026-09-18":                        "member.rights_changed guest.removed",
		"?from=2026-09-17&until=2026-09-19":       "member.rights_changed guest.removed guest.suspended",
		"?from=2026-09-18&until=2026-09-18":       "",
		"?before=1":                               "",
		"?action=%25&person=%00&space=x&before=x": "",
	} {
		page := root.Get("/admin/audit" + query).Want(http.StatusOK)
		var got []string
		for _, action := range []string{"member.rights_changed", "guest.removed", "guest.suspended"} {
			for range page.Count(`tr[data-action="` + action + `"]`) {
				got = append(got, action)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
	// S2-14, S4-10: who, whom with the badge, why, from where.
	page := root.Get("/admin/audit?action=guest.suspended")
	row := `tr[data-action="guest.suspended"]`
	text := page.Text(row)
	for _, want := range []string{"Rita Root", "Erika Mustermann", "contract ended", "127.0.0.1", "Guest suspended"} {
		if !strings.Contains(text, want) {
			t.Errorf("the row %q does not tell %q", text, want)
		}
	}
	if page.Attr(row+" td [data-guest]", "class") == "" || page.Value("action") != "" && page.Value("action") != "guest." {
		t.Error("the guest has no badge")
	}
	page = root.Get("/admin/audit?from=yesterday&until=2026-13-01&person=who").Want(http.StatusUnprocessableEntity)
	if page.Problem("from") != "bad_day" || page.Problem("until") != "bad_day" || page.Value("from") != "yesterday" || page.Value("person") != "who" {
		t.Error("bad dates are not told, or what was typed is gone")
	}
}

func TestAuditLogByKey(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	for i := range store.PageSize + 1 {
		if err := w.Store.SetMemberRights(t.Context(), w.Root, w.Host.ID, i%2 == 0, true); err != nil {
			t.Fatal(err)
		}
	}
	page := root.Get("/admin/audit?action=member.")
	if page.Count("tbody tr") != store.PageSize {
		t.Errorf("%d rows on the first page", page.Count("tbody tr"))
	}
	page = root.Get(page.Attr(`.pager a[rel="next"]`, "href")).Want(http.StatusOK)
	if page.Count("tbody tr") != 1 || page.Exists(`.pager a[rel="next"]`) || !page.Exists(".pager a") {
		t.Errorf("%d rows on the second page", page.Count("tbody tr"))
	}
}

// SEC-I4: what people typed never becomes a formula.
func TestAuditExport(t *testing.T) {
	t.Parallel()
	for _, sign := range []string{"=", "+", "-", "@"} {
		w := webtest.New(t)
		reason := sign + `1+1,"x"`
		root := suspended(t, w, reason)
		for _, path := range []string{"/admin/audit.csv", "/admin/audit?format=csv"} {
			page := root.Get(path).Want(http.StatusOK)
			if !strings.HasPrefix(page.Body, "\ufefftime,action,") || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/csv") ||
				!strings.HasPrefix(page.Header.Get("Content-Disposition"), "attachment; filename=") {
				t.Fatalf("%s begins with %.30q", path, page.Body)
			}
			records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(page.Body, "\ufeff"))).ReadAll()
			if err != nil || len(records) != 4 {
				t.Fatalf("%s: %d records, %v", path, len(records), err)
			}
			if last := records[3]; last[1] != "guest.suspended" || last[11] != "'"+reason || last[6] != "Erika Mustermann" || last[7] != "yes" || last[0] != "2026-09-17T10:00:00Z" {
				t.Errorf("%s: record %q", path, last)
			}
		}
		if body := root.Get("/admin/audit.csv?action=member.").Body; strings.Count(body, "\n") != 2 {
			t.Errorf("filtered: %q", body)
		}
		if body := root.Get("/admin/audit.csv?action=nothing").Want(http.StatusOK).Body; strings.Count(body, "\n") != 1 {
			t.Errorf("empty: %q", body)
		}
		root.Get("/admin/audit.csv?from=x").Want(http.StatusSeeOther)
	}
}

var audited = regexp.MustCompile(`(?:Action: +|action(?:, \w+)? :?= |changeMail\(ctx, actor, id, )"([a-z_]+\.[a-z_]+)"`)

// Every action that the store writes down has its sentence in each language.
func TestEveryActionHasItsSentence(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../store/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no sources of the store", err)
	}
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file) //nolint:gosec // our own sources
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range audited.FindAllStringSubmatch(string(text), -1) {
			found++
			for _, lang := range locale.Languages {
				if sentence := views.AuditText(locale.For(lang, nil), match[1]); sentence == "audit."+match[1] {
					t.Errorf("%s: %s has no sentence in %s", file, match[1], lang)
				}
			}
			group := match[1][:strings.IndexByte(match[1], '.')+1]
			if locale.For("en", nil).T("audit_group."+strings.TrimSuffix(group, ".")) == "audit_group."+strings.TrimSuffix(group, ".") && group != "administrator." && group != "environment." {
				t.Errorf("%s: the filter of the log knows no group %s", file, group)
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d actions found: the search is wrong", found)
	}
}
