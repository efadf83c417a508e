package store

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// BulkRow is one guest of a list.
type BulkRow struct {
	Line     int           `json:"line"`
	Address  string        `json:"address"` // as it was typed
	Email    Email         `json:"email,omitempty"`
	Name     string        `json:"name,omitempty"`
	Company  string        `json:"company,omitempty"`
	Category string        `json:"category,omitempty"`
	Role     Role          `json:"role"`
	Days     int           `json:"days,omitempty"`
	EndsAt   time.Time     `json:"ends_at,omitzero"`
	EndSaid  bool          `json:"end_said,omitempty"` // somebody chose the end; else the organisation's rules say it
	Locale   string        `json:"locale,omitempty"`   // of the mail; "" when it depends on the guest
	Problems []CellProblem `json:"problems,omitempty"`

	// Once the list was sent, what became of the guest.
	Verdict    Verdict `json:"verdict,omitempty"`
	Invitation ID      `json:"invitation,omitempty"`
}

// CellProblem is what is wrong with one cell of a list.
type CellProblem struct {
	Column string         `json:"column"`
	Code   string         `json:"code"`
	Args   map[string]any `json:"args,omitempty"`
}

// Errors of the cells of a list.
var (
	ErrCellFormula   = &Error{Kind: Invalid, Code: "cell_formula"}
	ErrCellDuplicate = &Error{Kind: Invalid, Code: "cell_duplicate"}
	ErrCellChoice    = &Error{Kind: Invalid, Code: "cell_choice"}
	ErrCellDate      = &Error{Kind: Invalid, Code: "cell_date"}
	ErrCellExtra     = &Error{Kind: Invalid, Code: "cell_extra"}
)

// MaxCompany is the longest name of a company (S1-16).
const MaxCompany = 100

// listDefaults are what a row has where its own cell is empty.
type listDefaults struct {
	guestOffer
	zone string
	now  time.Time
}

// rows reads what each guest is offered. Of the same address the first row
// counts; the others say which that was.
func (t guestTable) rows(defaults listDefaults) []BulkRow {
	first := map[Email]int{}
	list := make([]BulkRow, 0, len(t.records))
	for _, record := range t.records {
		row := t.row(record, defaults)
		if line, twice := first[row.Email]; twice && row.Email != "" {
			row.add(ColumnAddress, ErrCellDuplicate.With("", "Line", line))
		} else {
			first[row.Email] = row.Line
		}
		list = append(list, row)
	}
	return list
}

func (t guestTable) row(record listRecord, defaults listDefaults) BulkRow {
	row := BulkRow{
		Line: record.line, Role: defaults.role, Days: defaults.days, EndsAt: defaults.endsAt, EndSaid: defaults.said, Locale: defaults.locale,
		Company: defaults.company, Category: defaults.category,
	}
	var cells [7]string
	for i, cell := range record.cells {
		switch {
		case cell == "":
		case i >= len(t.columns) || t.columns[i] == "":
			row.add(ColumnAddress, ErrCellExtra.With("", "Text", shown(cell)))
		default:
			cells[slices.Index(ListColumns, t.columns[i])] = cell
		}
	}
	row.read(cells, defaults)
	return row
}

func (r *BulkRow) read(cells [7]string, defaults listDefaults) {
	r.Address = shown(cells[0])
	if email, err := ParseEmail(cells[0]); err != nil {
		r.add(ColumnAddress, problemOf(cells[0], err))
	} else {
		r.Email = email
		r.Name = nameBeside(cells[0])
	}
	r.text(ColumnName, cells[1], MaxName, &r.Name)
	r.text(ColumnCompany, cells[2], MaxCompany, &r.Company)
	if role, ok := chosen(r, ColumnPermission, cells[3], permissionWords); ok {
		r.Role = Role(role)
	}
	r.ends(cells[4], defaults)
	if category, ok := chosen(r, ColumnCategory, cells[5], categoryWords); ok {
		r.Category = category
	}
	if lang, ok := chosen(r, ColumnLanguage, cells[6], languageWords); ok {
		r.Locale = lang
	}
}

func (r *BulkRow) add(column string, err *Error) {
	r.Problems = append(r.Problems, CellProblem{Column: column, Code: err.Code, Args: err.Args})
}

// text takes a cell of words. What a spreadsheet would take for a formula is no
// name, and is refused rather than changed (SEC-I4).
func (r *BulkRow) text(column, cell string, limit int, into *string) {
	if cell == "" {
		return
	}
	if strings.ContainsRune("=+-@", rune(cell[0])) {
		r.add(column, ErrCellFormula.With("", "Text", shown(cell)))
		return
	}
	text, err := CleanLine(column, cell, limit)
	if err != nil {
		r.add(column, problemOf(cell, err))
		return
	}
	*into = text
}

// nameBeside is the name in "Erika Weber <erika@example.org>", if it is one.
func nameBeside(address string) string {
	open := strings.LastIndexByte(address, '<')
	if open <= 0 {
		return ""
	}
	name, err := CleanLine("", strings.Trim(strings.TrimSpace(address[:open]), `"`), MaxName)
	if err != nil || name == "" || strings.ContainsRune("=+-@", rune(name[0])) {
		return ""
	}
	return name
}

// The words that cells choose with, as plainWord leaves them.
var (
	permissionWords = map[string][]string{
		string(Editor): {"edit", "editor", "write", "canedit", "createandedit", "cancreateandedit", "作成編集可", "作成編集", "編集", "編集可", "可创建和编辑", "创建和编辑", "编辑", "可编辑"},
		string(Reader): {"read", "reader", "readonly", "view", "canread", "閲覧", "閲覧のみ", "只读", "仅查看", "查看"},
	}
	categoryWords = map[string][]string{
		"customer":   {"customer", "client", "顧客", "お客様", "得意先", "客户", "顾客"},
		"partner":    {"partner", "supplier", "パートナー", "取引先", "協力会社", "合作伙伴", "伙伴", "供应商"},
		"coworker":   {"coworker", "colleague", "同僚", "協力者", "協業者", "同事", "协作者"},
		"freelancer": {"freelancer", "freelance", "occasionalfreelancer", "フリーランス", "フリーランサー", "自由职业者"},
	}
	languageWords = map[string][]string{
		"en": {"en", "english", "英語", "英语", "英文"},
		"ja": {"ja", "jp", "japanese", "日本語", "日语", "日文"},
		"zh": {"zh", "cn", "zhcn", "zhhans", "chinese", "中国語", "中文", "简体中文", "汉语"},
	}
	neverWords = []string{"never", "none", "no", "noenddate", "期限なし", "無期限", "なし", "无期限", "永久", "无"}
	dayWords   = []string{"days", "day", "d", "日間", "日", "天"}
	dateForms  = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "2.1.2006", "2 Jan 2006", "2 January 2006"}
)

// chosen is what a cell chooses among some words; ok is false for an empty cell
// and for a word that is none of them.
func chosen(r *BulkRow, column, cell string, words map[string][]string) (value string, ok bool) {
	if cell == "" {
		return "", false
	}
	key := plainWord(cell)
	for value, known := range words {
		if slices.Contains(known, key) {
			return value, true
		}
	}
	r.add(column, ErrCellChoice.With("", "Text", shown(cell)))
	return "", false
}

// ends reads when the access ends: "90", "90 days", "2026-12-31", "never".
func (r *BulkRow) ends(cell string, defaults listDefaults) {
	if cell == "" {
		return
	}
	r.Days, r.EndsAt, r.EndSaid = 0, time.Time{}, true
	if slices.Contains(neverWords, plainWord(cell)) || cell == "-" {
		return
	}
	if n, ok := daysIn(cell); ok {
		if n < 1 || n > MaxAccessDays {
			r.add(ColumnEnds, ErrBadNumber.With("", "Min", 1, "Max", MaxAccessDays))
			return
		}
		r.Days = n
		return
	}
	for _, form := range dateForms {
		day, err := time.Parse(form, cell)
		if err != nil {
			continue
		}
		endsAt, err := endOfDay(day.Format(time.DateOnly), defaults.zone, defaults.now)
		switch {
		case err != nil:
			r.add(ColumnEnds, problemOf(cell, err))
		case !defaults.now.Before(endsAt):
			r.add(ColumnEnds, ErrPastDate)
		default:
			r.EndsAt = endsAt
		}
		return
	}
	r.add(ColumnEnds, ErrCellDate.With("", "Text", shown(cell)))
}

// daysIn is the number in "90", "90 days", "９０日".
func daysIn(cell string) (n int, ok bool) {
	text := strings.ToLower(width.Fold.String(cell))
	for _, unit := range dayWords {
		if number, has := strings.CutSuffix(text, unit); has {
			text = number
			break
		}
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return n, err == nil
}
