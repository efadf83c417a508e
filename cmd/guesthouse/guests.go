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
	List    guestsListCommand    `cmd:"" help:"List guests."`
	Invite  guestsInviteCommand  `cmd:"" help:"Invite guests into a space with the rights of one of its members."`
	Suspend guestsSuspendCommand `cmd:"" help:"Suspend a guest: every session ends at once, memberships stay."`
}

type guestsListCommand struct {
	place
	JSON   bool   `name:"json" help:"One JSON object a line."`
	Status string `help:"Only guests of this state: ${enum}." enum:",active,suspended,ended,deleted" default:""`

	Query      string `help:"Only guests whose name, address or company has words that begin so." default:""`
	Space      string `help:"Only guests in the space of this number." default:""`
	Company    string `help:"Only guests of this company." default:""`
	EndsWithin int    `help:"Only guests whose access ends within so many days."`
	NotSince   int    `help:"Only guests who have not signed in for so many days."`
}

// guestRow is a guest as scripts read it.
type guestRow struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Login        string     `json:"login"`
	Email        string     `json:"email"`
	Company      string     `json:"company,omitempty"`
	Sponsor      string     `json:"sponsor,omitempty"`
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
			_, err := fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%d\n", row.ID, row.Status, row.Name, row.Login, len(row.Spaces))
			return err
		})
		return errors.Join(err, out.Flush())
	})
}

func (c *guestsListCommand) each(ctx context.Context, s *store.Store, fn func(guestRow) error) error {
	filter := store.GuestFilter{
		Status: store.GuestStatus(c.Status), Query: c.Query, Company: c.Company, EndsWithin: c.EndsWithin, NotSince: c.NotSince,
	}
	if c.Space != "" {
		if filter.Space = store.ParseID(c.Space); filter.Space == 0 {
			return fmt.Errorf("--space %s: %w", c.Space, sentence(store.ErrNotFound))
		}
	}
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
		ID: guest.ID.String(), Name: guest.Name, Login: guest.Login, Email: string(guest.Email),
		Company: entry.Company(), Sponsor: entry.Sponsor.Name,
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
