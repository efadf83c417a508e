package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"guesthouse/store"
)

// announce prepares the first start and tells the console what to open. What
// it prints is for the person at the console, so it goes to standard output
// and not to the log.
func (p *portal) announce(ctx context.Context, c *serveCommand) error {
	if err := p.store.EnsureEnvironment(ctx, c.Organization, c.Preset); err != nil {
		return fmt.Errorf("make the environment: %w", err)
	}
	if err := c.firstAdministrator(ctx, p.store); err != nil {
		return fmt.Errorf("make the first administrator: %w", err)
	}
	code, err := p.store.SetupCode(ctx)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // there is an administrator
		return fmt.Errorf("make the setup code: %w", err)
	}
	if code != "" {
		fmt.Printf("Set up this portal: %s/setup  One-time code: %s\n", p.base, code)
	}
	if p.mailbox != nil && loopback(p.base.Hostname()) {
		fmt.Printf("No mail leaves this machine. Read it here: %s/dev/mailbox\n", p.base)
	} else if p.mailbox != nil {
		fmt.Fprintln(os.Stderr, "No mail leaves this machine, and /dev/mailbox needs a loopback base URL: set --smtp.")
	}
	fmt.Printf("Guesthouse is at %s\n", p.base)
	return nil
}

// firstAdministrator is made from the flags when nobody can administer yet.
func (c *serveCommand) firstAdministrator(ctx context.Context, s *store.Store) error {
	if c.AdminEmail == "" && c.AdminPassword == "" {
		return nil
	}
	if c.AdminEmail == "" || c.AdminPassword == "" {
		return fmt.Errorf("--admin-email and --admin-password belong together")
	}
	_, _, err := s.EnsureAdministrator(ctx, store.NewAdministrator{
		Email: c.AdminEmail, Name: c.AdminName, Password: c.AdminPassword,
	})
	return sentence(err)
}
