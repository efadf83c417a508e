package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
)

// SEC-A5, S0-04, S4-22: whatever a role opens, and whatever it asks for, no
// answer names what is not for it: page, error, title or header.
func TestNoAnswerNamesWhatIsNotForIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var hidden string
	d.do(d.Store.Seed(t.Context(), func(seed store.Seeder) error {
		id, err := seed.Space(store.SecretSpace, "Zanzibar", d.second)
		hidden = id.String()
		return err
	}))
	others := []string{"Zanzibar", "Otto", "outsider@", "Rita", "root@", "new@works", "invited@else", "Guest pending", "suspended@"}
	guestSpace := []string{"The guest space", teamFile, "A comment of the host", "Erika", "Mario", "Jane Roe", "Guest ended"}
	for role, canaries := range map[string][]string{
		"anonymous": append([]string{"Kari", "kari@"}, append(others, guestSpace...)...),
		"pending":   append([]string{"Kari", "kari@"}, append(others[:7:7], guestSpace...)...),
		"GE":        append([]string{teamFile, "Kari", "kari@", "mario@", "host@", "editor@"}, others[:7]...),
		"GR":        append([]string{teamFile, "Kari", "kari@", "erika@", "host@", "editor@"}, others[:7]...),
		"g":         append(others, guestSpace...),
		"ended":     append([]string{"Kari", "kari@"}, append(others, guestSpace[:5]...)...),
		"m":         {"Zanzibar", "The guest space", "A comment of the host", "invited@else", "erika@", "mario@", "kari@"},
		"M":         {"Zanzibar", "invited@else", "erika@", "mario@", "kari@", "pending@"},
	} {
		c := d.as(role)
		look := func(path string) {
			t.Helper()
			page := c.Get(path)
			for _, canary := range canaries {
				if strings.Contains(page.Body, canary) || strings.Contains(page.Header.Get("Location"), url.QueryEscape(canary)) {
					t.Errorf("%s reads %q on %s (%d)", role, canary, path, page.Status)
				}
			}
		}
		for _, r := range d.Server.Table() {
			if r.Method != http.MethodGet || strings.Contains(r.Pattern, ":token") {
				continue // whoever holds a link may read whose it is
			}
			paths := []string{d.path(r)}
			if strings.HasPrefix(r.Pattern, "/spaces/:space") {
				paths = append(paths, d.path(r, ":space", hidden))
			}
			for _, path := range paths {
				for _, query := range []string{"", "?q=a", "?show=all", "?status=invited", "?before=1", "?sort=name&after=x"} {
					look(path + query)
				}
			}
		}
	}
}
