package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// guestColumns are the names of the columns of the register's file. They stay
// as they are: programs read them.
var guestColumns = []string{
	"id", "status", "name", "guest", "login", "company", "category", "spaces", "space_names", "licence",
	"sponsor", "last_sign_in", "access_ends", "created",
}

// exportGuests sends the guests whom the filter leaves, or those who were
// ticked, piece by piece.
func (s *Server) exportGuests(c echo.Context) error {
	var form guestActForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	who, shown, err := s.selection(c, form)
	if err != nil {
		return err
	}
	ctx, administrator := c.Request().Context(), actor(c)
	if err := s.Store.NoteExport(ctx, administrator, store.ExportOfGuests, 0); err != nil {
		return err
	}
	out := sheetOf(c, "guests-"+s.Store.Now().Format(time.DateOnly), guestColumns)
	if len(who.Entries) > 0 && !who.All {
		entries, err := s.Store.SelectedGuests(ctx, administrator, who.Entries)
		if err != nil {
			return err
		}
		return out.end(writeGuests(out, entries))
	}
	for from := ""; ; {
		list, err := s.Store.RegisterPart(ctx, administrator, who.Filter, shown.Sort, from)
		if err == nil {
			err = writeGuests(out, list.Items)
		}
		if from = list.Next; err != nil || from == "" {
			return out.end(err)
		}
	}
}

func writeGuests(out *sheet, entries []store.RegisterEntry) error {
	for _, e := range entries {
		var names []string
		for _, space := range e.Spaces {
			names = append(names, space.Name)
		}
		id := ""
		if e.Account.ID != 0 {
			id = e.Account.ID.String()
		}
		err := out.row([]string{
			id, string(e.Status), e.Name(), "yes", e.Login(), e.Company(), e.Category(), strconv.Itoa(len(e.Spaces)), strings.Join(names, "; "),
			e.Licence(), e.Sponsor.Name, instant(e.Account.LastSignInAt), instant(e.EndsAt()), instant(e.CreatedAt()),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
