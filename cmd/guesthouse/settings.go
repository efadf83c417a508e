package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

const environmentPrefix = "GUESTHOUSE"

// place is where an environment lives; every command but version needs it.
type place struct {
	Data     string `help:"Folder for the database, the files and the key." default:"./data"`
	Database string `help:"postgres://… instead of SQLite in the data folder." placeholder:"URL"`
	BaseURL  string `name:"base-url" help:"Address that people use; every link in every mail is built from it. http://localhost and the port of --addr when empty." placeholder:"URL"`
}

// readConfig reads lines of the form "name = value"; # begins a comment. A name
// that no command has is an error, so that a slip of the pen does not go unseen.
func readConfig(from io.Reader) (kong.Resolver, error) {
	values := map[string]string{}
	lines := bufio.NewScanner(from)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("line %d of the settings file is not of the form: name = value", number)
		}
		values[strings.TrimPrefix(strings.TrimSpace(name), "--")] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return configFile(values), lines.Err()
}

type configFile map[string]string

// Validate refuses names that nothing has.
func (c configFile) Validate(app *kong.Application) error {
	known := settingNames(app.Node)
	for name := range c {
		if !slices.Contains(known, name) {
			return fmt.Errorf("the settings file names %q, which is no setting", name)
		}
	}
	return nil
}

// Resolve gives the file's value of a flag, or nothing.
func (c configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if value, ok := c[flag.Name]; ok {
		return value, nil
	}
	return nil, nil
}

// fromSecretFile reads GUESTHOUSE_NAME_FILE, the customary way to hand a
// secret to a service.
func fromSecretFile(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	path := os.Getenv(environmentName(flag.Name) + "_FILE")
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read the file of --%s: %w", flag.Name, err)
	}
	return strings.TrimRight(string(content), "\r\n"), nil
}

// checkEnvironment refuses GUESTHOUSE_… variables that name no setting.
func checkEnvironment(cli *commandLine, environ []string) error {
	parser, err := kong.New(cli)
	if err != nil {
		return err
	}
	known := settingNames(parser.Model.Node)
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, environmentPrefix+"_") {
			continue
		}
		isKnown := slices.ContainsFunc(known, func(setting string) bool {
			return name == environmentName(setting) || name == environmentName(setting)+"_FILE"
		})
		if !isKnown {
			return fmt.Errorf("the environment variable %s is no setting", name)
		}
	}
	return nil
}

func environmentName(setting string) string {
	return environmentPrefix + "_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

func settingNames(node *kong.Node) []string {
	var names []string
	for _, flag := range node.Flags {
		names = append(names, flag.Name)
	}
	for _, child := range node.Children {
		names = append(names, settingNames(child)...)
	}
	return names
}
