package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// dryRun reads a list as the administrator of the space and judges it.
func (w world) dryRun(in store.BulkForm) store.BulkSending {
	w.t.Helper()
	id, err := w.Store.ReadBulk(w.t.Context(), w.Host, w.Space, in)
	w.do(err)
	list, err := w.Store.BulkSending(w.t.Context(), w.Host, w.Space, id)
	w.do(err)
	return list
}

const japaneseList = "氏名,メールアドレス,会社名,権限,終了日\n山田 花子,hanako@studio.example,スタジオ,閲覧のみ,2026年12月31日\n"

// Bulk, encodings: with and without a mark, as spreadsheets of several countries write them.
func TestBulkEncodings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	encoded := func(e encoding.Encoding, text string) []byte {
		data, err := e.NewEncoder().Bytes([]byte(text))
		w.do(err)
		return data
	}
	const western = "address;name\na@x.example;José Bérénice Müller\n"
	const chinese = "邮箱,姓名\nsan@x.example,张三\n"
	for _, test := range []struct {
		name     string
		file     []byte
		language string
		encoding string // chosen by hand
		found    string
		guest    string
	}{
		{"UTF-8", []byte(japaneseList), "en", "", "UTF-8", "山田 花子"},
		{"UTF-8 with a mark", []byte("\ufeff" + japaneseList), "en", "", "UTF-8", "山田 花子"},
		{"UTF-16LE with a mark", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), japaneseList), "en", "", "UTF-16LE", "山田 花子"},
		{"UTF-16BE with a mark", encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), japaneseList), "en", "", "UTF-16BE", "山田 花子"},
		{"UTF-16LE without a mark", encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), western), "en", "", "UTF-16LE", "José Bérénice Müller"},
		{"UTF-16BE without a mark", encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), western), "en", "", "UTF-16BE", "José Bérénice Müller"},
		{"Shift_JIS", encoded(japanese.ShiftJIS, japaneseList), "en", "", "Shift_JIS", "山田 花子"},
		{"Shift_JIS said so", encoded(japanese.ShiftJIS, japaneseList), "zh", "Shift_JIS", "Shift_JIS", "山田 花子"},
		{"GB18030 for who reads Chinese", encoded(simplifiedchinese.GB18030, chinese), "zh", "", "GB18030", "张三"},
		{"Windows-1252", encoded(charmap.Windows1252, western), "en", "", "Windows-1252", "José Bérénice Müller"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := world{w.World, t}
			list := w.dryRun(store.BulkForm{File: test.file, Language: test.language, Encoding: test.encoding})
			if list.Encoding != test.found || len(list.Rows) != 1 || list.Rows[0].Name != test.guest || len(list.Rows[0].Problems) != 0 {
				t.Errorf("read as %s: %+v", list.Encoding, list.Rows)
			}
		})
	}
}

// Bulk, wrong lists: each is told for what it is, and nothing is kept.
func TestBulkListsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct {
		name string
		in   store.BulkForm
		want error
	}{
		{"nothing", store.BulkForm{Text: " \n\n"}, store.ErrListEmpty},
		{"headings alone", store.BulkForm{Text: "address,name\n"}, store.ErrListEmpty},
		{"no column of addresses", store.BulkForm{Text: "name,company\nErika,Partner\n"}, store.ErrListNoAddress},
		{"a column that nobody knows", store.BulkForm{Text: "address,shoe size\na@x.example,43\n"}, store.ErrListColumns},
		{"a column twice", store.BulkForm{Text: "address,e-mail\na@x.example,b@x.example\n"}, store.ErrListTwice},
		{"ten megabytes", store.BulkForm{File: []byte(strings.Repeat("a@x.example\n", 900_000))}, store.ErrListTooLarge},
		{"too many rows", store.BulkForm{Text: addresses(store.MaxListRows + 1)}, store.ErrListTooLong},
		{"a spreadsheet's own file", store.BulkForm{File: []byte("PK\x03\x04\x14\x00\x06\x00")}, store.ErrListNotText},
		{"another encoding than was said", store.BulkForm{File: []byte("a@x.example;\xff\xfe\xfd"), Encoding: "UTF-8"}, store.ErrWrongEncoding},
		{"an encoding that nobody knows", store.BulkForm{File: []byte("a@x.example"), Encoding: "EBCDIC"}, store.ErrBadEncoding},
		{"a bad permission beside it", store.BulkForm{Text: "a@x.example", Permission: "own"}, store.ErrBadPermission},
		{"a date that has passed beside it", store.BulkForm{Text: "a@x.example", Access: store.AccessText{On: "2026-01-01"}}, store.ErrPastDate},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := w.Store.ReadBulk(t.Context(), w.Host, w.Space, test.in); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
	if n := w.number(`SELECT COUNT(*) FROM bulk_sendings`); n != 0 {
		t.Errorf("%d lists were kept", n)
	}
}

func addresses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "guest%d@partner.example\n", i)
	}
	return b.String()
}

// Bulk, rows: what cells say, in three languages, and what is wrong with them.
func TestBulkRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := w.dryRun(store.BulkForm{Permission: "read", Access: store.AccessText{Days: "30"}, Text: strings.Join([]string{
		"Kind;E-Mail Address;Full name;COMPANY;Role;End date;Language",
		"customer;a@x.example;Erika Weber;Partner;can create and edit;90 days;ja",
		";b@x.example;;;;;",
		";c@x.example;Max;;閲覧のみ;2026/12/31;",
		"パートナー;d@x.example;李四;;可创建和编辑;never;中文",
		";A@X.example;;;;;",
		`;=cmd|' /C calc'!A0;;;;;`,
		";e@x.example;=1+1;@SUM(A1);;;",
		";f@x.example;;;owner;tomorrow;Klingon",
		";g@x.example;;;;2026-01-01;",
		";h@x.example;;;;4000;",
		";i@x.example;;;;;;surplus",
		`;"Weber, Erika <j@x.example>";;;;;`,
		";k@gmial.com;;;;;",
	}, "\n")})
	if list.Delimiter != ";" || !list.Headed {
		t.Errorf("cut at %q, headed %v", list.Delimiter, list.Headed)
	}
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		w.do(err)
		return at.Add(store.Day - time.Second)
	}
	want := []struct {
		line     int
		guest    string // name, company, category, language
		role     store.Role
		days     int
		endsAt   time.Time
		problems string
	}{
		{2, "Erika Weber|Partner|customer|ja", store.Editor, 90, time.Time{}, ""},
		{3, "|||", store.Reader, 30, time.Time{}, ""},
		{4, "Max|||", store.Reader, 0, day("2026-12-31"), ""},
		{5, "李四||partner|zh", store.Editor, 0, time.Time{}, ""},
		{6, "|||", store.Reader, 30, time.Time{}, "address:cell_duplicate"},
		{7, "|||", store.Reader, 30, time.Time{}, "address:not_an_address"},
		{8, "|||", store.Reader, 30, time.Time{}, "name:cell_formula company:cell_formula"},
		{9, "|||", store.Reader, 0, time.Time{}, "permission:cell_choice ends:cell_date language:cell_choice"},
		{10, "|||", store.Reader, 0, time.Time{}, "ends:past_date"},
		{11, "|||", store.Reader, 0, time.Time{}, "ends:bad_number"},
		{12, "|||", store.Reader, 30, time.Time{}, "address:cell_extra"},
		{13, "Weber, Erika|||", store.Reader, 30, time.Time{}, ""},
		{14, "|||", store.Reader, 30, time.Time{}, "address:not_an_address"},
	}
	if len(list.Rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(list.Rows), len(want))
	}
	for i, row := range list.Rows {
		var problems []string
		for _, p := range row.Problems {
			problems = append(problems, p.Column+":"+p.Code)
		}
		guest := strings.Join([]string{row.Name, row.Company, row.Category, row.Locale}, "|")
		is := want[i]
		if row.Line != is.line || guest != is.guest || row.Role != is.role || row.Days != is.days ||
			!row.EndsAt.Equal(is.endsAt) || strings.Join(problems, " ") != is.problems {
			t.Errorf("line %d: %q %s %d %v %v, want %+v", row.Line, guest, row.Role, row.Days, row.EndsAt, problems, is)
		}
	}
}

// Bulk, tables: separators, order of columns, quotes, and lists without headings.
func TestBulkTables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, test := range []struct{ name, text, want string }{
		{"addresses alone", "a@x.example\nb@x.example", "a@x.example| b@x.example|"},
		{"addresses in a line", "a@x.example, Max <b@x.example>, c@x.example", "a@x.example| b@x.example|Max c@x.example|"},
		{"no headings", "a@x.example,Erika,Partner,read", "a@x.example|Erika"},
		{"tabs, as pasted from a spreadsheet", "Mail\tName\r\na@x.example\tErika\r\n", "a@x.example|Erika"},
		{"semicolons with a decimal comma", "name;address\n\"Weber, Erika\";a@x.example", "a@x.example|Weber, Erika"},
		{"old line ends", "address,name\ra@x.example,Erika\r", "a@x.example|Erika"},
		{"a name over two lines is refused as a name", "address,name\na@x.example,\"Erika\nWeber\"", "a@x.example|"},
		{"empty lines and columns", "\naddress,,name,\n\na@x.example,,Erika,\n,,,\n", "a@x.example|Erika"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := world{w.World, t}
			var rows []string
			for _, row := range w.dryRun(store.BulkForm{Text: test.text}).Rows {
				rows = append(rows, string(row.Email)+"|"+row.Name)
			}
			if got := strings.Join(rows, " "); got != test.want {
				t.Errorf("read %q, want %q", got, test.want)
			}
		})
	}
}

// Beyond 13: a dry run sends nothing; the word sends all good rows at once,
// each with what its row says, and once only (SEC-T3).
func TestBulkSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	list := w.dryRun(store.BulkForm{Message: "Welcome", Text: strings.Join([]string{
		"address,name,company,category,permission,end date,language",
		"new@x.example,Erika Weber,Weber Ltd,partner,read,30,ja",
		"kari@elsewhere.example,,,,edit,2026-12-31,",
		"host@works.example,,,,,,",
		"erika@partner.example,,,,,,",
		"nobody,,,,,,",
	}, "\n")})
	verdicts := []store.Verdict{
		store.VerdictInvited, store.VerdictAdded, store.VerdictAlreadyMember, store.VerdictAlreadyGuest, store.VerdictRowProblem,
	}
	for i, row := range list.Rows {
		if row.Verdict != verdicts[i] {
			t.Errorf("line %d: %s, want %s", row.Line, row.Verdict, verdicts[i])
		}
	}
	if list.Good() != 2 || w.number(`SELECT COUNT(*) FROM invitations`) != 0 || w.number(`SELECT COUNT(*) FROM outbox`) != 0 {
		t.Fatalf("the dry run: %d good", list.Good())
	}
	var wait sync.WaitGroup
	for range 30 {
		wait.Go(func() {
			if err := w.Store.SendBulk(ctx, w.Host, w.Space, list.ID); err != nil && !errors.Is(err, store.ErrBusy) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	mails := w.Deliver()
	if len(mails) != 2 {
		t.Errorf("%d mails, want 2", len(mails))
	}
	sent, err := w.Store.BulkSending(ctx, w.Host, w.Space, list.ID)
	w.do(err)
	inv := sent.Invitations[sent.Rows[0].Invitation]
	if inv.Name != "Erika Weber" || inv.Company != "Weber Ltd" || inv.Category != "partner" || inv.Role != store.Reader ||
		inv.AccessDays != 30 || inv.Locale != "ja" || inv.Message != "Welcome" || inv.Delivery != "sent" {
		t.Errorf("invited with %+v", inv)
	}
	if n := w.number(`SELECT COUNT(*) FROM memberships WHERE account_id = $1 AND space_id = $2 AND role = 'editor' AND ends_at > 0`, w.GuestOutside.ID, w.Space); n != 1 {
		t.Error("who had an account was not added as the row says")
	}
	// S0-33: what the list said of the guest comes into the account.
	token := ""
	for _, mail := range mails {
		if mail.Kind == store.MailInvitation {
			token = mail.Secret
		}
	}
	joined, err := w.Store.AcceptInvitation(ctx, token, store.SignUp{DisplayName: "Erika", Password: "a quiet house by the sea"})
	w.do(err)
	if joined.Account.Company != "Weber Ltd" || joined.Account.Category != "partner" {
		t.Errorf("joined as %+v", joined.Account)
	}
}

// S0-19: who may not invite reads, sees and sends no list; nobody sees another's.
func TestBulkIsItsOwners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := w.dryRun(store.BulkForm{Text: "a@x.example"})
	for name, test := range map[string]struct {
		actor store.Account
		want  error
	}{
		"editor":   {w.Editor, store.ErrForbidden},
		"outsider": {w.Outsider, store.ErrNotFound},
		"guest":    {w.GuestEditor, store.ErrForbidden},
		"root":     {w.Root, store.ErrForbidden},
	} {
		for act, err := range map[string]error{
			"read": func() error {
				_, err := w.Store.ReadBulk(t.Context(), test.actor, w.Space, store.BulkForm{Text: "x"})
				return err
			}(),
			"see":  func() error { _, err := w.Store.BulkSending(t.Context(), test.actor, w.Space, list.ID); return err }(),
			"send": w.Store.SendBulk(t.Context(), test.actor, w.Space, list.ID),
		} {
			if !errors.Is(err, test.want) {
				t.Errorf("%s may %s: %v, want %v", name, act, err, test.want)
			}
		}
	}
	w.do(w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		return seed.Membership(w.Space, w.Outsider, store.Administrator, time.Time{})
	}))
	if err := w.Store.SendBulk(t.Context(), w.Outsider, w.Space, list.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another administrator sends it: %v", err)
	}
	w.Clock.Advance(8 * store.Day)
	if err := w.Store.SendBulk(t.Context(), w.Host, w.Space, list.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a week later: %v", err)
	}
	w.do(w.Store.Sweep(t.Context()))
	if n := w.number(`SELECT COUNT(*) FROM bulk_sendings`); n != 0 {
		t.Errorf("%d lists are left after the sweep", n)
	}
}

// SEC-M6: 500 a day for one inviter; the dry run says which rows do not fit, and
// sending sends the others. Nothing good is no send at all.
func TestBulkLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.dryRun(store.BulkForm{Text: addresses(499)})
	w.do(w.Store.SendBulk(t.Context(), w.Host, w.Space, first.ID))
	second := w.dryRun(store.BulkForm{Text: "one@y.example\ntwo@y.example\nguest7@partner.example"})
	want := []store.Verdict{store.VerdictInvited, store.VerdictOverLimit, store.VerdictAlreadyInvited}
	for i, row := range second.Rows {
		if row.Verdict != want[i] {
			t.Errorf("line %d: %s, want %s", row.Line, row.Verdict, want[i])
		}
	}
	if second.Left != 1 {
		t.Errorf("%d left, want 1", second.Left)
	}
	w.do(w.Store.SendBulk(t.Context(), w.Host, w.Space, second.ID))
	if n := w.number(`SELECT COUNT(*) FROM invitations`); n != 500 {
		t.Errorf("%d invitations, want 500", n)
	}
	third := w.dryRun(store.BulkForm{Text: "three@y.example"})
	if err := w.Store.SendBulk(t.Context(), w.Host, w.Space, third.ID); !errors.Is(err, store.ErrNobodyInvited) {
		t.Errorf("nobody fits: %v", err)
	}
	if n := w.number(`SELECT COUNT(*) FROM bulk_sendings WHERE sent_at IS NULL`); n != 1 {
		t.Error("a list by which nobody came in counts as sent")
	}
}

func BenchmarkBulkSend(b *testing.B) {
	w := storetest.New(b)
	text := addresses(store.MaxListRows)
	for b.Loop() {
		b.StopTimer()
		if err := w.Store.Exec(b.Context(), `DELETE FROM throttles`); err != nil {
			b.Fatal(err)
		}
		if err := w.Store.Exec(b.Context(), `UPDATE invitations SET status = 'cancelled'`); err != nil {
			b.Fatal(err)
		}
		if err := w.Store.Exec(b.Context(), `DELETE FROM invitation_tokens`); err != nil {
			b.Fatal(err)
		}
		id, err := w.Store.ReadBulk(b.Context(), w.Host, w.Space, store.BulkForm{Text: text})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := w.Store.SendBulk(b.Context(), w.Host, w.Space, id); err != nil {
			b.Fatal(err)
		}
	}
}
