package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"guesthouse/store"
)

type guestsInviteCommand struct {
	place
	Space      string   `help:"Number of the space, as its address says." required:""`
	As         string   `help:"Address of the member who invites; what they may not do, the command may not." required:""`
	Email      []string `help:"Address to invite; several times for several." required:""`
	Permission string   `help:"What the guests may do: ${enum}." enum:"edit,read" default:"edit"`
	Days       string   `help:"Days until access ends, counted from joining. Nothing: as the organisation has it; never: no end." default:""`
}

// Run invites guests and prints what became of each address. It fails when one
// of them was not invited. The mails leave with the portal that is running, or
// with the next that starts.
func (c *guestsInviteCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(s *store.Store) error {
		ctx := store.ConsoleContext(ctx)
		inviter, err := s.ConsoleAccount(ctx, c.As, store.Member)
		if err != nil {
			return fmt.Errorf("--as %s: %w", c.As, sentence(err))
		}
		sending, err := s.InviteGuests(ctx, inviter, store.ParseID(c.Space), store.Invite{
			Emails: strings.Join(c.Email, "\n"), Permission: c.Permission, Access: store.AccessText{Days: c.Days},
		})
		if err != nil {
			return err
		}
		var problems []error
		for _, result := range sending.Results {
			fmt.Printf("%s\t%s\n", result.Verdict, result.Shown())
			if !result.Verdict.Good() {
				problems = append(problems, fmt.Errorf("%s: %s", result.Shown(), result.Verdict))
			}
		}
		return errors.Join(problems...)
	})
}

type guestsSuspendCommand struct {
	place
	Login  string `arg:"" help:"Address or identifier of the guest."`
	Reason string `help:"Why; the audit log and the mails say it." default:""`
}

// Run suspends a guest: whoever is signed in is out with the next request.
func (c *guestsSuspendCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(s *store.Store) error {
		ctx := store.ConsoleContext(ctx)
		guest, err := s.ConsoleAccount(ctx, c.Login, store.Guest)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Login, sentence(err))
		}
		if err := s.Suspend(ctx, s.Operator(), guest.ID, c.Reason); err != nil {
			return err
		}
		fmt.Println("Done.")
		return nil
	})
}
