package main

import (
	"strings"
	"testing"

	"guesthouse/mail/mailtest"
)

// S4-27, SEC-A7: the commands work beside a running portal. What they do, they do
// with the rights of whom they act for, and the audit log says that it came from
// the console.
func TestGuestCommands(t *testing.T) {
	t.Parallel()
	data, server := t.TempDir(), mailtest.NewServer(t)
	p := start(t, data, "--smtp", server.URL())
	host := p.visitor()
	setUp(t, p, host)
	space := createSpace(t, host, "Autumn catalogue")
	number := space[strings.LastIndex(space, "/")+1:]
	run := func(args ...string) (string, int) {
		return program(t, "", append([]string{"guests"}, append(args, "--data", data)...)...)
	}

	if output, code := run("invite", "--space", number, "--as", "nobody@works.example", "--email", "otto@partner.example"); code == 0 || !strings.Contains(output, "--as") {
		t.Errorf("for nobody: exited with %d: %s", code, output)
	}
	if output, code := run("invite", "--space", "4711", "--as", "jane@works.example", "--email", "otto@partner.example"); code == 0 || strings.Contains(output, "invited\t") {
		t.Errorf("into a space that the member does not see: exited with %d: %s", code, output)
	}
	output, code := run("invite", "--space", number, "--as", "jane@works.example", "--permission", "read", "--days", "30",
		"--email", "erika@partner.example", "--email", "not an address")
	if code != 1 || !strings.Contains(output, "invited\terika@partner.example") {
		t.Errorf("a good address and a bad one: exited with %d: %s", code, output)
	}
	if output, code := run("suspend", "erika@partner.example"); code == 0 {
		t.Errorf("suspending who is no guest yet: %s", output)
	}
	guest := p.visitor()
	link := server.WaitFor("erika@partner.example", "invitation").Link()
	guest.post(link, "display_name", "Erika Mustermann", "password", "paper boats at midnight", "locale", "en", "timezone", "Europe/Berlin")

	for name, test := range map[string]struct {
		args   []string
		listed bool
	}{
		"all":                {nil, true},
		"of the space":       {[]string{"--space", number}, true},
		"of another space":   {[]string{"--space", "4711"}, false},
		"by name":            {[]string{"--query", "must"}, true},
		"by another name":    {[]string{"--query", "otto"}, false},
		"who are suspended":  {[]string{"--status", "suspended"}, false},
		"of another company": {[]string{"--company", "Partner Ltd"}, false},
	} {
		output, code := run(append([]string{"list", "--json"}, test.args...)...)
		if listed := strings.Contains(output, `"login":"erika@partner.example"`); code != 0 || listed != test.listed {
			t.Errorf("guests %s: exited with %d: %s", name, code, output)
		}
	}
	if output, code := run("suspend", "erika@partner.example", "--reason", "left the project"); code != 0 {
		t.Errorf("suspend: exited with %d: %s", code, output)
	}
	if page := guest.get(space); page.Path != "/login" { // bites with the next request
		t.Errorf("the guest is at %s", page.Path)
	}
	if log := host.get("/admin/audit?action=guest.").Body; !strings.Contains(log, "console") || !strings.Contains(log, "left the project") {
		t.Error("the audit log does not tell of the console")
	}
}
