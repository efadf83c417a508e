package main

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// program runs one command to its end and gives what it said.
func program(t *testing.T, input string, args ...string) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...) //nolint:gosec // ourselves
	cmd.Env = append(os.Environ(), "TEST_BE_THE_PROGRAM=1")
	cmd.Stdin = strings.NewReader(input)
	said, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(said), cmd.ProcessState.ExitCode()
}

// SEC-R3: a second portal on the same data folder refuses.
func TestOnePortalPerDataFolder(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	start(t, data)
	output, code := program(t, "", "serve", "--addr", "localhost:0", "--data", data)
	if code == 0 || !strings.Contains(output, "another portal is running") {
		t.Errorf("the second start exited with %d: %s", code, output)
	}
}

// SEC-R8: a stop that is asked for is clean, and what was written is there.
func TestStopsWhenAsked(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, data)
	setUp(t, p, p.visitor())
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the portal ended with %v", err)
	}
	again := start(t, data)
	signedIn(t, again)
	if again.setup != "" {
		t.Error("a portal with an administrator prints a setup code")
	}
}

// Settings that cannot be meant are refused with a sentence.
func TestRefusedSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"an unknown flag":               {[]string{"serve", "--adr", "x"}, "--adr"},
		"open limits on a public host":  {[]string{"serve", "--limits", "open", "--base-url", "https://portal.example"}, "loopback"}, // SEC-S10
		"a base URL with a path":        {[]string{"serve", "--base-url", "https://portal.example/guests"}, "--base-url"},
		"a mail server that is no URL":  {[]string{"serve", "--smtp", "mail.example"}, "--smtp"},
		"a sender that is no address":   {[]string{"serve", "--mail-from", "nobody"}, "--mail-from"},
		"a proxy that is no network":    {[]string{"serve", "--trusted-proxies", "proxy"}, "--trusted-proxies"},
		"a receiver's network is none":  {[]string{"serve", "--outgoing-networks", "10.0.0.0/33"}, "--outgoing-networks"},
		"half an administrator":         {[]string{"serve", "--admin-email", "jane@works.example"}, "--admin-password"},
		"a preset that is not there":    {[]string{"serve", "--preset", "anything"}, "preset"},
		"an administrator without name": {[]string{"admin", "create", "--email", "jane@works.example"}, "--name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := test.args
			if args[0] == "serve" {
				args = append(args, "--addr", "localhost:0", "--data", t.TempDir())
			}
			output, code := program(t, "", args...)
			if code == 0 || !strings.Contains(output, test.want) {
				t.Errorf("exited with %d: %s", code, output)
			}
		})
	}
}

// The commands for scripts work beside a running portal, and by the same rules.
func TestCommands(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := start(t, data)
	refused, code := program(t, "short\n", "admin", "create", "--data", data, "--email", "ada@works.example", "--name", "Ada")
	if code == 0 || !strings.Contains(refused, "15") { // SEC-P2
		t.Errorf("a short password: exited with %d: %s", code, refused)
	}
	if output, code := program(t, hostPassword+"\n", "admin", "create", "--data", data, "--email", "jane@works.example", "--name", "Jane Roe"); code != 0 {
		t.Fatalf("admin create: %s", output)
	}
	signedIn(t, p)
	output, code := program(t, "", "admin", "reset-password", "--data", data, "--base-url", p.base, "--email", "jane@works.example")
	_, link, found := strings.Cut(output, p.base)
	if code != 0 || !found {
		t.Fatalf("reset-password: exited with %d: %s", code, output)
	}
	if page := p.visitor().get(strings.TrimSpace(link)); page.Status != http.StatusOK {
		t.Errorf("the printed link answered %d", page.Status)
	}
	if output, code := program(t, "", "admin", "reset-password", "--data", data, "--base-url", p.base, "--email", "jane@works.example", "--without-second-step"); code != 0 || !strings.Contains(output, p.base) {
		t.Errorf("reset-password --without-second-step: exited with %d: %s", code, output)
	}
	if output, code := program(t, "", "guests", "list", "--data", data, "--json"); code != 0 || output != "" {
		t.Errorf("guests list: exited with %d: %q", code, output)
	}
	if output, code := program(t, "", "version"); code != 0 || !strings.HasPrefix(output, "guesthouse ") {
		t.Errorf("version: exited with %d: %s", code, output)
	}
}

// A setting comes from a flag, from the environment, from a file that the
// environment names, and from the settings file; unknown names are an error.
func TestWhereSettingsComeFrom(t *testing.T) {
	for name, test := range map[string]struct {
		environ map[string]string
		config  string
		fails   string
	}{
		"the environment":           {environ: map[string]string{"GUESTHOUSE_ORGANIZATION": "Example Works"}},
		"a file named by it":        {environ: map[string]string{"GUESTHOUSE_ORGANIZATION_FILE": "{config}"}, config: "Example Works\n"},
		"the settings file":         {config: "# who we are\norganization = Example Works\n"},
		"a slip in the file":        {config: "organisation = Example Works\n", fails: "organisation"},
		"a slip in the environment": {environ: map[string]string{"GUESTHOUSE_ORGANISATION": "x"}, fails: "GUESTHOUSE_ORGANISATION"},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir() + "/settings"
			if err := os.WriteFile(path, []byte(test.config), 0o600); err != nil {
				t.Fatal(err)
			}
			for key, value := range test.environ {
				t.Setenv(key, strings.ReplaceAll(value, "{config}", path))
			}
			var cli commandLine
			parser, err := newParser(&cli)
			args := []string{"serve"}
			if test.config != "" && len(test.environ) == 0 {
				args = []string{"--config", path, "serve"}
			}
			if err == nil {
				_, err = parser.Parse(args)
			}
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || cli.Serve.Organization != "Example Works" {
				t.Errorf("organization %q, %v", cli.Serve.Organization, err)
			}
		})
	}
}
