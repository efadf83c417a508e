package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/static/locale"
	"guesthouse/store"
	"guesthouse/views"
)

// auditForm narrows the audit log down.
type auditForm struct {
	Action string `query:"action"`
	Person string `query:"person"`
	From   string `query:"from"`
	Until  string `query:"until"`
	Space  string `query:"space"`
	Before string `query:"before"`
	Format string `query:"format"`
}

func (f auditForm) shown() views.AuditFilter {
	return views.AuditFilter{Action: f.Action, Person: f.Person, From: f.From, Until: f.Until, Space: f.Space}
}

// filter is what the store is asked for. Days are those of the reader's zone,
// the last one included.
func (f auditForm) filter(words locale.Printer) (store.AuditFilter, views.Problems) {
	var problems views.Problems
	day := func(field, text string) time.Time {
		if strings.TrimSpace(text) == "" {
			return time.Time{}
		}
		date, ok := parseDay(words, text)
		if !ok {
			problems = append(problems, views.Problem{Field: field, Code: "bad_day"})
		}
		return date
	}
	filter := store.AuditFilter{
		Action: f.Action, Space: store.ParseID(f.Space),
		From: day("from", f.From), Until: day("until", f.Until),
	}
	if !filter.Until.IsZero() {
		filter.Until = filter.Until.AddDate(0, 0, 1)
	}
	if filter.Person = store.ParseID(strings.TrimSpace(f.Person)); filter.Person == 0 {
		filter.Address = strings.TrimSpace(f.Person)
	}
	return filter, problems
}

func (s *Server) showAuditLog(c echo.Context) error {
	var form auditForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if form.Format == "csv" {
		return s.recent(c, s.exportAuditLog)
	}
	p, err := s.adminPage(c, views.AdminAuditURL, "admin.audit")
	if err != nil {
		return err
	}
	filter, problems := form.filter(p.Printer)
	m := views.AuditPage{
		Page: p, Action: form.Action, Person: form.Person, From: form.From, Until: form.Until, Space: form.Space,
		CSV: views.AuditCSVURL(form.shown()),
	}
	if problems != nil {
		m.Errors = problems
		return s.render(c, http.StatusUnprocessableEntity, views.AuditLog(m))
	}
	entries, more, err := s.Store.AuditLog(c.Request().Context(), actor(c), filter, store.ParseID(form.Before))
	if err != nil {
		return err
	}
	m.Lines = views.AuditLines(p.Printer, entries)
	if form.Before != "" {
		m.First = views.AuditURL(form.shown())
	}
	if more {
		m.Next = views.AuditPageURL(form.shown(), entries[len(entries)-1].ID)
	}
	return s.render(c, http.StatusOK, views.AuditLog(m))
}

// auditColumns are the names of the columns of the file. They stay as they
// are: programs read them.
var auditColumns = []string{
	"time", "action", "what", "actor_id", "actor", "account_id", "account", "guest", "space_id", "space",
	"subject", "reason", "details", "client_address", "request_id",
}

// exportTime is how long the export of a long log may take.
const exportTime = 10 * time.Minute

// exportAuditLog sends the log as a file, piece by piece, so that its length
// does not matter.
func (s *Server) exportAuditLog(c echo.Context) error {
	var form auditForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminAuditURL, "admin.audit")
	if err != nil {
		return err
	}
	filter, problems := form.filter(p.Printer)
	if problems != nil {
		return s.redirect(c, views.AuditURL(form.shown()))
	}
	var out *csv.Writer
	begin := func() error {
		if out != nil {
			return nil
		}
		h := c.Response().Header()
		h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
		h.Set(echo.HeaderContentDisposition, `attachment; filename="audit-`+p.Now.In(p.Zone()).Format(time.DateOnly)+`.csv"`)
		// A server without deadlines, as in tests, cannot set them: then none is needed.
		_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(exportTime))
		if _, err := c.Response().Write([]byte("\ufeff")); err != nil { // SEC-I4
			return err
		}
		out = csv.NewWriter(c.Response())
		return out.Write(auditColumns)
	}
	err = s.Store.EachAuditEntry(c.Request().Context(), actor(c), filter, func(entry store.AuditEntry) error {
		if err := begin(); err != nil {
			return err
		}
		return out.Write(auditRecord(p.Printer, entry))
	})
	if err != nil {
		return broken(c, err)
	}
	if err := begin(); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// broken is the end of an answer that went wrong in its middle: it must not
// look whole. Before its first byte the error page is still possible.
func broken(c echo.Context, err error) error {
	if c.Response().Committed {
		panic(http.ErrAbortHandler)
	}
	return err
}

func auditRecord(words locale.Printer, e store.AuditEntry) []string {
	details := ""
	if len(e.Details) > 0 {
		text, _ := json.Marshal(e.Details) // a map of words
		details = string(text)
	}
	guest := ""
	if e.Account != 0 {
		guest = map[bool]string{true: "yes", false: "no"}[e.AccountGuest]
	}
	record := []string{
		e.At.UTC().Format(time.RFC3339), e.Action, views.AuditText(words, e.Action),
		number(e.Actor), e.ActorName, number(e.Account), e.AccountName, guest, number(e.Space), e.SpaceName,
		e.Subject, e.Reason, details, e.ClientAddress, e.RequestID,
	}
	for i, cell := range record {
		record[i] = harmless(cell)
	}
	return record
}

func number(id store.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

// harmless keeps a spreadsheet from taking a cell for a formula (SEC-I4).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
