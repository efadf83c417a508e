package views

import (
	"strconv"
	"strings"

	"guesthouse/store"
)

// BulkPage is the form that takes a list of guests.
type BulkPage struct {
	Page
	Space      store.Space
	List       string
	Encoding   string
	Subject    string
	Message    string
	Permission string
	Days, On   string
	OwnSubject string // the portal's own subject, as an example
	FileLost   bool   // a file was uploaded, which a browser does not send again by itself
}

func (m BulkPage) encodings() []Option {
	var options []Option
	for _, name := range store.Encodings {
		label := name
		if name == "auto" {
			label = m.T("bulk.encoding_auto")
		}
		options = append(options, Option{Value: name, Label: label})
	}
	return options
}

// BulkTemplate is the first line of the template, in the reader's words.
func (p Page) BulkTemplate() []string {
	headings := make([]string, len(store.ListColumns))
	for i, column := range store.ListColumns {
		headings[i] = p.T("bulk_heading." + column)
	}
	return headings
}

// example is a list as it may look, line by line.
func (m BulkPage) example() []string {
	return append([]string{strings.Join(m.BulkTemplate()[:5], ",")}, strings.Split(m.T("bulk.example"), "\n")...)
}

// ShowBulkPage is a list of guests, before and after it was sent.
type ShowBulkPage struct {
	Page
	store.BulkSending
	Filter string // "" for all, problems, invited, added, unchanged
	From   int    // the first row that is shown
}

// bulkPageSize is how many rows of a list one page shows.
const bulkPageSize = 50

// Sent reports whether the list was sent.
func (m ShowBulkPage) Sent() bool { return !m.SentAt.IsZero() }

// sends is how many mails of invitation the list sends.
func (m ShowBulkPage) sends() int { return m.Count(store.VerdictInvited) }

// sendLabel says what the button does: where invitations have to be approved,
// it asks for them.
func (m ShowBulkPage) sendLabel() string {
	if m.Count(store.VerdictRequested) > 0 {
		return m.T("bulk.ask", "N", m.Good())
	}
	return m.T("bulk.send", "N", m.Good())
}

// Headline says in a line how the list stands.
func (m ShowBulkPage) Headline() string {
	if m.Sent() {
		return m.T("bulk.sent_title", "N", m.Good(), "Of", len(m.Rows))
	}
	return m.T("bulk.check_title", "N", m.Good(), "Of", len(m.Rows))
}

// readAs says how the list was understood, so that a wrong guess is seen.
func (m ShowBulkPage) readAs() string {
	separator := m.T("bulk_separator." + map[string]string{"\t": "tab", ";": "semicolon", ",": "comma"}[m.Delimiter])
	head := m.T("bulk.without_headings")
	if m.Headed {
		head = m.T("bulk.with_headings")
	}
	if m.Encoding == "" {
		return m.T("bulk.read_pasted", "Separator", separator, "Headings", head)
	}
	return m.T("bulk.read_file", "Encoding", m.Encoding, "Separator", separator, "Headings", head)
}

// fits reports whether a row is in the part of the list that a filter names.
func (m ShowBulkPage) fits(row store.BulkRow, filter string) bool {
	switch filter {
	case "problems":
		return row.Problem() || m.Invitations[row.Invitation].Delivery == "failed"
	case "invited":
		return row.Verdict == store.VerdictInvited || row.Verdict == store.VerdictRequested
	case "added":
		return row.Verdict == store.VerdictAdded
	case "unchanged":
		return row.Verdict == store.VerdictAlreadyInvited || row.Verdict == store.VerdictAlreadyGuest || row.Verdict == store.VerdictAlreadyRequested
	}
	return true
}

func (m ShowBulkPage) matching(filter string) []store.BulkRow {
	var rows []store.BulkRow
	for _, row := range m.Rows {
		if m.fits(row, filter) {
			rows = append(rows, row)
		}
	}
	return rows
}

// shown are the rows of this page.
func (m ShowBulkPage) shown() []store.BulkRow {
	rows := m.matching(m.Filter)
	from := min(max(m.From, 0), len(rows))
	return rows[from:min(from+bulkPageSize, len(rows))]
}

// pager leads through the rows.
func (m ShowBulkPage) pager() Pager {
	total := len(m.matching(m.Filter))
	at := func(from int) string {
		return WithQuery(BulkURL(m.Space.ID, m.ID), "filter", m.Filter, "from", positive(from))
	}
	pager := Pager{Text: m.T("bulk.rows_of", "From", min(m.From+1, total), "To", min(m.From+bulkPageSize, total), "Of", total)}
	if m.From > 0 {
		pager.Previous = at(max(m.From-bulkPageSize, 0))
	}
	if m.From+bulkPageSize < total {
		pager.Next = at(m.From + bulkPageSize)
	}
	return pager
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// segments narrow the list down to what a person looks for.
func (m ShowBulkPage) segments() []Tab {
	var tabs []Tab
	for _, filter := range []string{"", "problems", "invited", "added", "unchanged"} {
		n := len(m.matching(filter))
		if n == 0 && filter != m.Filter && filter != "problems" {
			continue
		}
		key := "bulk_filter." + filter
		if filter == "" {
			key = "common.all"
		}
		tabs = append(tabs, Tab{
			Label: m.T(key), Count: n, Current: filter == m.Filter,
			URL: WithQuery(BulkURL(m.Space.ID, m.ID), "filter", filter),
		})
	}
	return tabs
}

// bulkVerdicts are what a dry run says where something will happen or the row
// itself is wrong; the others are as in the results of a send.
var bulkVerdicts = map[store.Verdict]result{
	store.VerdictInvited:    {"info", "mail", "bulk.will_invite", ""},
	store.VerdictAdded:      {"ok", "check", "bulk.will_add", "bulk.will_add_note"},
	store.VerdictRowProblem: {"danger", "alert", "bulk.row_problem", ""},
	store.VerdictOverLimit:  {"warn", "clock", "bulk.over_limit", "bulk.over_limit_note"},
}

// result is the verdict on a row, or what became of it.
func (m ShowBulkPage) result(row store.BulkRow) result {
	own, ok := bulkVerdicts[row.Verdict]
	if ok && (!m.Sent() || row.Problem()) {
		own.label = m.T(own.label)
		if own.note != "" {
			own.note = m.T(own.note)
		}
		return own
	}
	sent := store.SentAddress{
		AddressResult: store.AddressResult{Email: row.Email, Verdict: row.Verdict}, Invitation: m.Invitations[row.Invitation],
	}
	return SendingPage{Page: m.Page, Space: m.Space}.result(sent)
}

// ResultText is what became of a row, in words, for the file of results.
func (m ShowBulkPage) ResultText(row store.BulkRow) string {
	r := m.result(row)
	text := []string{r.label}
	if r.note != "" {
		text = append(text, r.note)
	}
	for _, problem := range row.Problems {
		text = append(text, m.problemText(problem))
	}
	return strings.Join(text, "; ")
}

func (m ShowBulkPage) problemText(problem store.CellProblem) string {
	return m.T("common.about_field", "Field", m.T("bulk_heading."+problem.Column), "Problem", m.Error(problem.Code, problem.Args))
}

// Ends says when the access of a row ends.
func (m ShowBulkPage) Ends(row store.BulkRow) string {
	switch {
	case row.Days > 0:
		return m.T("invite.period_days", "N", row.Days)
	case !row.EndsAt.IsZero():
		return m.Date(row.EndsAt)
	}
	if usual := m.Policy.GuestEnd(row.Category).Days; usual > 0 { // where the list says nothing
		return m.T("invite.period_days", "N", usual)
	}
	return m.T("invite.no_end_date")
}

// known is what the list says of the guest beside the address.
func (m ShowBulkPage) known(row store.BulkRow) string {
	var parts []string
	for _, part := range []string{row.Name, row.Company} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if row.Category != "" {
		parts = append(parts, m.T("bulk_category."+row.Category))
	}
	return strings.Join(parts, " · ")
}

// delivered counts the mails that the mail server took, and those that failed.
func (m ShowBulkPage) delivered() (sent, failed int) {
	for _, row := range m.Rows {
		if row.Verdict != store.VerdictInvited {
			continue
		}
		switch m.Invitations[row.Invitation].Delivery {
		case "sent":
			sent++
		case "failed", "dropped":
			failed++
		}
	}
	return sent, failed
}

// underWay reports whether some mails are still to be handed over.
func (m ShowBulkPage) underWay() bool {
	sent, failed := m.delivered()
	return m.Sent() && sent+failed < m.sends()
}

// parts are the bar of the progress.
func (m ShowBulkPage) parts() []MeterPart {
	sent, failed := m.delivered()
	of := float64(max(m.sends(), 1))
	return []MeterPart{{Percent: 100 * float64(sent) / of}, {Percent: 100 * float64(failed) / of, Class: "is-danger"}}
}

func (m ShowBulkPage) progress() string {
	sent, _ := m.delivered()
	return m.T("bulk.progress", "N", sent, "Of", m.sends())
}

// hereURL is this page as it is filtered.
func (m ShowBulkPage) hereURL() string {
	return WithQuery(BulkURL(m.Space.ID, m.ID), "filter", m.Filter, "from", positive(m.From))
}
