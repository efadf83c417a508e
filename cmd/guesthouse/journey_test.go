package main

import (
	"net/http"
	"strings"
	"testing"

	"guesthouse/mail/mailtest"
	"guesthouse/store/storetest"
)

const hostPassword = "seven green lanterns on the quay"

// The whole main job by the contract's URLs and field names, with a plain HTTP
// client, a real database (PostgreSQL where TEST_DSN is set) and a real SMTP conversation: from an address to a
// guest inside the space who sees that space and nothing else.
func TestJourney(t *testing.T) {
	t.Parallel()
	server := mailtest.NewServer(t)
	p := start(t, t.TempDir(), "--smtp", server.URL(), "--database", storetest.Database(t))
	host := p.visitor()
	setUp(t, p, host)

	space := createSpace(t, host, "Autumn catalogue")
	other := createSpace(t, host, "A secret of the house")
	invite(t, host, space, "erika@partner.example, max@partner.example")
	guests := host.get(space + "/guests")
	for _, address := range []string{"erika@partner.example", "max@partner.example"} {
		if !guests.has("tr", "data-email", address, "data-status", "invited") { // S0-24
			t.Errorf("%s is not shown as invited", address)
		}
	}

	link := server.WaitFor("erika@partner.example", "invitation").Link() // S0-28
	guest := p.visitor()
	if page := guest.get(link); page.Status != http.StatusOK || !strings.Contains(page.Body, "Autumn catalogue") {
		t.Fatalf("the invitation answered %d", page.Status)
	}
	inside := guest.post(link, "display_name", "Erika Mustermann", "password", "paper boats at midnight", "locale", "en", "timezone", "Europe/Berlin")
	if inside.Status != http.StatusOK || inside.Path != space { // S0-33
		t.Fatalf("sign-up led to %d at %s, want %s", inside.Status, inside.Path, space)
	}
	server.WaitFor("erika@partner.example", "welcome")                                                        // S0-34
	if !host.get(space+"/guests").has("tr", "data-email", "erika@partner.example", "data-status", "active") { // S0-25
		t.Error("the guest is not shown as active")
	}
	if again := p.visitor().get(link); again.Status != http.StatusGone || !again.has("main", "data-error", "GAIA_IR01") { // S2-03
		t.Errorf("the used link answered %d", again.Status)
	}
	if got := guest.get(other); got.Status != http.StatusNotFound { // S0-04
		t.Errorf("another space answered %d to the guest", got.Status)
	}
	if home := guest.get("/"); !strings.Contains(home.Body, "Autumn catalogue") || strings.Contains(home.Body, "A secret of the house") {
		t.Error("the guest's home does not show the one space and nothing else")
	}

	if got := host.post("/admin/authentication", "twostep.guests", "on"); got.Status != http.StatusOK { // S0-39
		t.Fatalf("switching two-step on answered %d", got.Status)
	}
	guest = p.visitor()
	if page := guest.post("/login", "login", "erika@partner.example", "password", "paper boats at midnight"); page.Path != "/verification" { // S0-35
		t.Fatalf("sign-in led to %s (%d)", page.Path, page.Status)
	}
	code := server.WaitFor("erika@partner.example", "verification").Code() // S0-36
	if home := guest.post("/verification", "code", code); home.Status != http.StatusOK || !strings.Contains(home.Body, "Autumn catalogue") {
		t.Fatalf("the code led to %d at %s", home.Status, home.Path)
	}

	row := host.get(space+"/guests").find("tr", "data-email", "erika@partner.example")
	account := personIn(row)
	if got := host.post(space + "/guests/" + account + "/delete"); got.Status != http.StatusOK { // S0-26
		t.Fatalf("removing the guest answered %d", got.Status)
	}
	if got := guest.get(space); got.Status != http.StatusNotFound { // SEC-S4: the very next click
		t.Errorf("the removed guest's next click answered %d", got.Status)
	}
}
