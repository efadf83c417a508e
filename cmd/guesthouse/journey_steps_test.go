package main

import (
	"net/http"
	"testing"

	"golang.org/x/net/html"
)

func setUp(t *testing.T, p *process, host *visitor) {
	t.Helper()
	if p.setup == "" {
		t.Fatal("the console gave no setup code")
	}
	done := host.post("/setup",
		"setup_code", p.setup, "organization", "Example Works", "display_name", "Jane Roe",
		"email", "jane@works.example", "password", hostPassword,
		"preset", "guesthouse", "locale", "en", "timezone", "Europe/Berlin")
	if done.Status != http.StatusOK || done.Path != "/" {
		t.Fatalf("setup led to %d at %s", done.Status, done.Path)
	}
}

// createSpace makes a guest space and gives its path.
func createSpace(t *testing.T, host *visitor, name string) string {
	t.Helper()
	page := host.get("/spaces/new")
	me := personIn(page.find("body")) // the first person named on a page is the reader
	made := host.post("/spaces", "kind", "guest", "name", name, "cover", "preset:harbour", "members", me, "administrators", me)
	if made.Status != http.StatusOK {
		t.Fatalf("making a space answered %d", made.Status)
	}
	return made.Path
}

func invite(t *testing.T, host *visitor, space, emails string) {
	t.Helper()
	sent := host.post(space+"/invitations", "emails", emails, "subject", "Come in", "message", "We work here.", "permission", "edit", "locale", "en")
	if sent.Status != http.StatusOK {
		t.Fatalf("inviting answered %d", sent.Status)
	}
}

// personIn is the account in a row of a table.
func personIn(row *html.Node) string {
	if row == nil {
		return ""
	}
	for node := range row.Descendants() {
		if person := attribute(node, "data-person"); person != "" {
			return person
		}
	}
	return ""
}
