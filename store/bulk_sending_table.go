package store

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// The columns of a list of guests, by the names that problems call them.
const (
	ColumnAddress    = "address"
	ColumnName       = "name"
	ColumnCompany    = "company"
	ColumnPermission = "permission"
	ColumnEnds       = "ends"
	ColumnCategory   = "category"
	ColumnLanguage   = "language"
)

// ListColumns are the columns of a list of guests in the order of its template.
var ListColumns = []string{
	ColumnAddress, ColumnName, ColumnCompany, ColumnPermission, ColumnEnds, ColumnCategory, ColumnLanguage,
}

// columnNames are the headings by which a column is known, in the languages of
// the portal, without blanks and signs.
var columnNames = map[string][]string{
	ColumnAddress: {"address", "email", "mail", "emailaddress", "mailaddress", "メールアドレス", "アドレス", "メール", "eメール", "宛先",
		"邮箱", "电子邮箱", "邮箱地址", "电子邮件", "电子邮件地址", "邮件", "邮件地址", "地址", "收件人"},
	ColumnName:    {"name", "fullname", "displayname", "guest", "名前", "お名前", "氏名", "表示名", "ゲスト", "姓名", "名字", "显示名称", "名称", "来宾"},
	ColumnCompany: {"company", "organisation", "organization", "firm", "会社", "会社名", "所属", "企業", "企業名", "公司", "公司名称", "单位", "企业"},
	ColumnPermission: {"permission", "permissions", "role", "access", "rights", "権限", "アクセス権", "ロール",
		"权限", "角色", "访问权限"},
	ColumnEnds: {"ends", "end", "enddate", "until", "accessuntil", "accessends", "accessperiod", "period", "expires", "expiry", "days",
		"期限", "終了日", "利用期間", "利用期限", "有効期限", "期間", "结束日期", "截止日期", "到期日", "有效期", "使用期限", "期限天数"},
	ColumnCategory: {"category", "kind", "type", "種類", "種別", "区分", "分類", "カテゴリ", "カテゴリー", "类别", "类型", "种类", "分类"},
	ColumnLanguage: {"language", "locale", "lang", "言語", "メールの言語", "语言", "邮件语言"},
}

// Errors of a list as a whole.
var (
	ErrListEmpty     = &Error{Kind: Invalid, Code: "list_empty", Field: "list"}
	ErrListTooLong   = &Error{Kind: Invalid, Code: "list_too_long", Field: "list"}
	ErrListNoAddress = &Error{Kind: Invalid, Code: "list_no_address", Field: "list"}
	ErrListColumns   = &Error{Kind: Invalid, Code: "list_columns", Field: "list"}
	ErrListTwice     = &Error{Kind: Invalid, Code: "list_column_twice", Field: "list"}
	ErrListQuote     = &Error{Kind: Invalid, Code: "list_quote", Field: "list"}
)

// MaxListRows is how many guests one list may hold.
const MaxListRows = 500

// listRecord is a line of a list, cut into its cells.
type listRecord struct {
	line  int
	cells []string
}

// guestTable is a list of guests as it stands in the file.
type guestTable struct {
	delimiter rune
	headed    bool
	columns   []string // what each column is; "" for one that is not known and empty
	records   []listRecord
}

// readTable cuts a text into cells and finds out what they are. A list without
// headings begins with the address; then follow the columns of the template.
func readTable(text string) (guestTable, error) {
	t := guestTable{delimiter: delimiterOf(text)}
	records, err := cutRecords(text, t.delimiter, MaxListRows)
	switch {
	case err != nil:
		return guestTable{}, err
	case len(records) == 0:
		return guestTable{}, ErrListEmpty
	}
	switch first := records[0].cells; {
	case onlyAddresses(records):
		t.columns, t.records = ListColumns[:1], oneEach(records)
	case strings.Contains(first[0], "@"):
		t.columns, t.records = ListColumns, records
	default:
		t.headed, t.records = true, records[1:]
		if t.columns, err = columnsOf(first); err != nil {
			return guestTable{}, err
		}
	}
	switch {
	case len(t.records) == 0:
		return guestTable{}, ErrListEmpty
	case len(t.records) > MaxListRows:
		return guestTable{}, ErrListTooLong.With("list", "N", len(t.records), "Max", MaxListRows)
	}
	return t, nil
}

// delimiterOf is the sign between the cells: the one of the tab, the semicolon
// and the comma that the first line has most of.
func delimiterOf(text string) rune {
	line := strings.TrimLeft(text, "\r\n \u3000")
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	best, most := ',', 0
	for _, delimiter := range []rune{'\t', ';', ','} {
		n, quoted := 0, false
		for _, r := range line {
			switch {
			case r == '"':
				quoted = !quoted
			case r == delimiter && !quoted:
				n++
			}
		}
		if n > most {
			best, most = delimiter, n
		}
	}
	return best
}

// cutRecords reads the records that have anything in them, and stops where there
// are far more than so many.
func cutRecords(text string, delimiter rune, most int) (records []listRecord, err error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	reader := csv.NewReader(strings.NewReader(strings.ReplaceAll(text, "\r", "\n")))
	reader.Comma, reader.FieldsPerRecord, reader.LazyQuotes = delimiter, -1, true
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return nil, ErrListQuote.With("list", "Line", wrong.StartLine)
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimFunc(cells[i], blank)
		}
		if slices.ContainsFunc(cells, func(cell string) bool { return cell != "" }) {
			records = append(records, listRecord{line: line, cells: cells})
		}
		if len(records) > 4*most {
			return nil, ErrListTooLong.With("list", "N", len(records), "Max", most)
		}
	}
}

// onlyAddresses reports whether all that stands there are addresses, as in a
// line that was copied out of a mail.
func onlyAddresses(records []listRecord) bool {
	for _, record := range records {
		for _, cell := range record.cells {
			if cell != "" && !strings.Contains(cell, "@") {
				return false
			}
		}
	}
	return true
}

func oneEach(records []listRecord) (each []listRecord) {
	for _, record := range records {
		for _, cell := range record.cells {
			if cell != "" {
				each = append(each, listRecord{line: record.line, cells: []string{cell}})
			}
		}
	}
	return each
}

// columnsOf knows the columns by their headings. One that is not known is told,
// and so is that the addresses are missing.
func columnsOf(headings []string) ([]string, error) {
	columns := make([]string, len(headings))
	var strange []string
	for i, heading := range headings {
		column := columnOf(heading)
		switch {
		case heading == "":
		case column == "":
			strange = append(strange, shown(heading))
		case slices.Contains(columns, column):
			return nil, ErrListTwice.With("list", "Text", shown(heading))
		}
		columns[i] = column
	}
	switch {
	case !slices.Contains(columns, ColumnAddress):
		return nil, ErrListNoAddress.With("list", "Text", shown(strings.Join(headings, ", ")))
	case len(strange) > 0:
		return nil, ErrListColumns.With("list", "Text", shown(strings.Join(strange, ", ")))
	}
	return columns, nil
}

// columnOf is the column of a heading, "" for none that is known.
func columnOf(heading string) string {
	key := plainWord(heading)
	for column, names := range columnNames {
		if slices.Contains(names, key) {
			return column
		}
	}
	return ""
}

// plainWord is a word without what people write differently: capitals, width,
// blanks and signs.
func plainWord(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == 'ー' {
			return unicode.ToLower(r)
		}
		return -1
	}, width.Fold.String(text))
}
