package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"guesthouse/store"
)

type adminCommand struct {
	Create        adminCreateCommand `cmd:"" help:"Make an administrator. The password comes from standard input; without one a one-time link is printed."`
	ResetPassword adminResetCommand  `cmd:"" help:"Print a one-time link by which an administrator sets a new password, or take the password from standard input."`
}

type adminCreateCommand struct {
	place
	Email string `help:"Address of the administrator." required:""`
	Name  string `help:"Name of the administrator." required:""`
}

// Run makes the administrator.
func (c *adminCreateCommand) Run(ctx context.Context) error {
	password, err := passwordFromInput(os.Stdin)
	if err != nil {
		return err
	}
	return c.with(ctx, func(s *store.Store) error {
		if err := s.EnsureEnvironment(ctx, "Guesthouse", "guesthouse"); err != nil {
			return err
		}
		_, token, err := s.CreateAdministrator(ctx, store.NewAdministrator{Email: c.Email, Name: c.Name, Password: password})
		if err != nil {
			return err
		}
		return c.printLink(token)
	})
}

type adminResetCommand struct {
	place
	Email             string `help:"Address of the administrator." required:""`
	WithoutSecondStep bool   `help:"Also switch the second step off, for an administrator who lost the authenticator app and the recovery codes."`
}

// Run sets the password, or prints the link.
func (c *adminResetCommand) Run(ctx context.Context) error {
	password, err := passwordFromInput(os.Stdin)
	if err != nil {
		return err
	}
	return c.with(ctx, func(s *store.Store) error {
		token, err := s.AdministratorLink(ctx, c.Email, password, c.WithoutSecondStep)
		if err != nil {
			return err
		}
		if password == "" {
			return c.printLink(token)
		}
		if _, err := s.ResetPassword(ctx, token, password, "console"); err != nil {
			return err
		}
		return c.printLink("")
	})
}

// passwordFromInput is the first line of standard input when something is
// piped in. A person at a terminal gets a link instead, so that no password is
// typed where others see it.
func passwordFromInput(input *os.File) (string, error) {
	if term.IsTerminal(int(input.Fd())) { //nolint:gosec // a file descriptor fits
		return "", nil
	}
	line, err := bufio.NewReader(io.LimitReader(input, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	for len(line) > 0 && (line[len(line)-1] == '\n' || line[len(line)-1] == '\r') {
		line = line[:len(line)-1]
	}
	return line, nil
}

// with opens the environment for one command. A portal may be running on it.
func (c *place) with(ctx context.Context, fn func(*store.Store) error) error {
	base, err := c.baseURL(8080)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{Data: c.Data, Database: c.Database, Host: base.Hostname()})
	if err != nil {
		return err
	}
	return errors.Join(sentence(fn(s)), s.Close())
}

// printLink prints the one-time link of a token, or that all is done.
func (c *place) printLink(token string) error {
	if token == "" {
		fmt.Println("Done.")
		return nil
	}
	base, err := c.baseURL(8080)
	if err != nil {
		return err
	}
	fmt.Printf("Open this link once to set the password: %s/password/reset/%s\n", base, token)
	return nil
}
