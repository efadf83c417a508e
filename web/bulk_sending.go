package web

import (
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// bulkForm is a list of guests as it was pasted, with what holds for all of it.
type bulkForm struct {
	List       string `form:"list"`
	Encoding   string `form:"encoding"`
	Subject    string `form:"subject"`
	Message    string `form:"message"`
	Permission string `form:"permission"`
	Days       string `form:"ends_in_days"`
	On         string `form:"ends_on"`
}

// bulkRoutes are inviting many guests at once.
func (s *Server) bulkRoutes() []*route {
	const bulk = "/spaces/:space/invitations/bulk"
	return []*route{
		get(bulk, somebody, s.newBulk),
		post(bulk, somebody, s.createBulk).takesPicture(), // a file; what is too long is told in the form
		get(bulk+"/template", somebody, s.showBulkTemplate),
		get(bulk+"/:bulk", somebody, s.showBulk),
		post(bulk+"/:bulk", somebody, s.sendBulk),
		get(bulk+"/:bulk/results", somebody, s.exportBulk),
	}
}

func (s *Server) newBulk(c echo.Context) error {
	return s.showBulkForm(c, http.StatusOK, bulkForm{Permission: "edit", Encoding: store.Encodings[0]}, nil, false)
}

func (s *Server) showBulkForm(c echo.Context, status int, form bulkForm, problems views.Problems, fileLost bool) error {
	sp, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToInvite)
	if err != nil {
		return err
	}
	p, err := s.page(c, "bulk.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.NewBulk(views.BulkPage{
		Page: p, Space: sp, List: form.List, Encoding: form.Encoding, Subject: form.Subject, Message: form.Message,
		Permission: form.Permission, Days: form.Days, On: form.On,
		OwnSubject: subjectIn(p.Printer, sp, p.Organization), FileLost: fileLost,
	}))
}

// createBulk reads a list and leads to its dry run. It invites nobody.
func (s *Server) createBulk(c echo.Context) error {
	var form bulkForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	file, err := uploadedList(c)
	if err != nil {
		return err
	}
	id, err := s.Store.ReadBulk(c.Request().Context(), actor(c), spaceID(c), store.BulkForm{
		Text: form.List, File: file, Encoding: form.Encoding, Language: s.languageOr(c, ""), Subject: form.Subject,
		Message: form.Message, Permission: form.Permission, Access: store.AccessText{Days: form.Days, On: form.On},
	})
	if err != nil {
		problems, other := reshow(err)
		if other != nil {
			return other
		}
		return s.showBulkForm(c, formStatus(c, err), form, problems, len(file) > 0)
	}
	return s.redirect(c, views.BulkURL(spaceID(c), id))
}

// uploadedList is the file of the form, up to a byte more than is read of one.
func uploadedList(c echo.Context) ([]byte, error) {
	return uploaded(c, "file", store.MaxListBytes+1)
}

// bulkFilter is which rows of a list are asked for.
type bulkFilter struct {
	Filter string `query:"filter"`
	From   string `query:"from"`
}

func (s *Server) bulkPage(c echo.Context, problems views.Problems) (views.ShowBulkPage, error) {
	list, err := s.Store.BulkSending(c.Request().Context(), actor(c), spaceID(c), store.ParseID(c.Param("bulk")))
	if err != nil {
		return views.ShowBulkPage{}, err
	}
	p, err := s.page(c, "")
	if err != nil {
		return views.ShowBulkPage{}, err
	}
	p.Errors = problems
	m := views.ShowBulkPage{Page: p, BulkSending: list}
	m.Title = m.Headline()
	return m, nil
}

// showBulk is the dry run of a list and, once it was sent, what became of each row.
func (s *Server) showBulk(c echo.Context) error {
	var filter bulkFilter
	if err := c.Bind(&filter); err != nil {
		return err
	}
	m, err := s.bulkPage(c, nil)
	if err != nil {
		return err
	}
	m.Filter = filter.Filter
	m.From, _ = strconv.Atoi(filter.From) // what is no number begins at the start
	m.From = max(m.From, 0)
	if m.Fragment {
		return s.render(c, http.StatusOK, views.BulkParts(m))
	}
	return s.render(c, http.StatusOK, views.ShowBulk(m))
}

// sendBulk sends a list, once.
func (s *Server) sendBulk(c echo.Context) error {
	id := store.ParseID(c.Param("bulk"))
	err := s.Store.SendBulk(c.Request().Context(), actor(c), spaceID(c), id)
	if errors.Is(err, store.ErrNobodyInvited) {
		m, err := s.bulkPage(c, views.Problems{{Code: store.ErrNobodyInvited.Code}})
		if err != nil {
			return err
		}
		return s.render(c, http.StatusConflict, views.ShowBulk(m))
	}
	if err != nil {
		return err
	}
	return s.redirect(c, views.BulkURL(spaceID(c), id))
}

// showBulkTemplate is an empty list with its headings in the reader's language.
func (s *Server) showBulkTemplate(c echo.Context) error {
	if _, err := s.Store.Space(c.Request().Context(), actor(c), spaceID(c), store.ToInvite); err != nil {
		return err
	}
	p, err := s.gatePage(c, "")
	if err != nil {
		return err
	}
	return sendCSV(c, "guests.csv", [][]string{p.BulkTemplate()})
}

// bulkColumns are the names of the columns of the file of results. They stay as
// they are: programs read them.
var bulkColumns = []string{
	"line", "address", "name", "company", "category", "permission", "ends", "verdict", "delivery", "result",
}

// exportBulk is what became of each row, as a file.
func (s *Server) exportBulk(c echo.Context) error {
	m, err := s.bulkPage(c, nil)
	if err != nil {
		return err
	}
	records := [][]string{bulkColumns}
	for _, row := range m.Rows {
		address := string(row.Email)
		if address == "" {
			address = row.Address
		}
		records = append(records, []string{
			strconv.Itoa(row.Line), address, row.Name, row.Company, row.Category, row.Role.Permission(), m.Ends(row),
			string(row.Verdict), m.Invitations[row.Invitation].Delivery, m.ResultText(row),
		})
	}
	return sendCSV(c, "invitations-"+m.Now.In(m.Zone()).Format(time.DateOnly)+".csv", records)
}

// sendCSV sends a file that spreadsheets open as it is (SEC-I4).
func sendCSV(c echo.Context, name string, records [][]string) error {
	var text strings.Builder
	text.WriteString("\ufeff")
	out := csv.NewWriter(&text)
	for _, record := range records {
		for i, cell := range record {
			record[i] = harmless(cell)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", []byte(text.String()))
}
