package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"guesthouse/static/locale"
	"guesthouse/store"
)

type guestsCommand struct {
	List guestsListCommand `cmd:"" help:"List all guests."`
}

type guestsListCommand struct {
	place
	JSON   bool   `name:"json" help:"One JSON object a line."`
	Status string `help:"Only guests of this state: ${enum}." enum:",active,suspended,ended,deleted" default:""`
}

// guestRow is a guest as scripts read it.
type guestRow struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Email        string     `json:"email"`
	Status       string     `json:"status"`
	EndsAt       *time.Time `json:"ends_at,omitempty"`
	LastSignInAt *time.Time `json:"last_sign_in_at,omitempty"`
	Spaces       []spaceRow `json:"spaces"`
}

type spaceRow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// Run prints the list.
func (c *guestsListCommand) Run(ctx context.Context) error {
	return c.with(ctx, func(s *store.Store) error {
		out := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
		lines := json.NewEncoder(os.Stdout)
		err := c.each(ctx, s, func(row guestRow) error {
			if c.JSON {
				return lines.Encode(row)
			}
			_, err := fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%d\n", row.ID, row.Status, row.Name, row.Email, len(row.Spaces))
			return err
		})
		return errors.Join(err, out.Flush())
	})
}

func (c *guestsListCommand) each(ctx context.Context, s *store.Store, fn func(guestRow) error) error {
	filter := store.GuestFilter{Status: store.GuestStatus(c.Status)}
	from := ""
	for {
		list, err := s.RegisterPart(ctx, s.Operator(), filter, store.ByName, from)
		if err != nil {
			return err
		}
		for _, entry := range list.Items {
			if entry.Account.ID == 0 {
				continue // an invitation: nobody is inside yet
			}
			if err := fn(rowOf(entry)); err != nil {
				return err
			}
		}
		if from = list.Next; from == "" {
			return nil
		}
	}
}

func rowOf(entry store.RegisterEntry) guestRow {
	guest := entry.Account
	row := guestRow{
		ID: guest.ID.String(), Name: guest.Name, Email: string(guest.Email),
		Status: string(entry.Status), EndsAt: moment(guest.EndsAt),
		LastSignInAt: moment(guest.LastSignInAt), Spaces: []spaceRow{},
	}
	for _, space := range entry.Spaces {
		row.Spaces = append(row.Spaces, spaceRow{ID: space.Space.String(), Name: space.Name, Role: string(space.Role)})
	}
	return row
}

// moment is nil for "none".
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// sentence turns the store's answers for people into the sentences of the
// catalogue, as the pages show them.
func sentence(err error) error {
	var problems store.Problems
	if errors.As(err, &problems) {
		var sentences []error
		for _, problem := range problems {
			sentences = append(sentences, sentence(problem))
		}
		return errors.Join(sentences...)
	}
	var one *store.Error
	if errors.As(err, &one) {
		return errors.New(locale.For("en", time.UTC).Error(one.Code, one.Args))
	}
	return err
}
