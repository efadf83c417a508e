// Guesthouse is a self-hosted portal where an organisation works with people
// outside: one binary, one organisation, one address.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commandLine is the command line: its commands and, in their fields, the settings.
// A setting is a flag, an environment variable (GUESTHOUSE_BASE_URL) and a line
// of the file of --config, under the same name.
type commandLine struct {
	Config kong.ConfigFlag `help:"Read settings from a file with lines of the form: name = value." placeholder:"FILE"`

	Serve   serveCommand   `cmd:"" help:"Run the portal."`
	Admin   adminCommand   `cmd:"" help:"Make an administrator, or let one back in."`
	Guests  guestsCommand  `cmd:"" help:"Guests, for scripts."`
	Version versionCommand `cmd:"" help:"Show version, commit and schema."`
	Help    helpCommand    `cmd:"" help:"Explain each command and setting with its default."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it. It gives the exit
// code: 0, 1 for a failure, 2 for a command line that cannot be understood.
func run(ctx context.Context, args []string) int {
	var cli commandLine
	parser, err := newParser(&cli)
	if err != nil {
		fmt.Fprintln(os.Stderr, "guesthouse:", err)
		return 2
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "guesthouse:", err)
		return 2
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "guesthouse:", err)
		return 1
	}
	return 0
}

func newParser(cli *commandLine) (*kong.Kong, error) {
	if err := checkEnvironment(cli, os.Environ()); err != nil {
		return nil, err
	}
	return kong.New(cli,
		kong.Name("guesthouse"),
		kong.Description("A self-hosted portal where an organisation works with outside people."),
		kong.DefaultEnvars(environmentPrefix),
		kong.Configuration(readConfig),
		kong.Resolvers(kong.ResolverFunc(fromSecretFile)),
	)
}
