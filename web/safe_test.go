package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// What the portal notes when somebody looks: "last seen", and what is new to them.
var seen = regexp.MustCompile(`(?m)^(seen_at|seen_count|seen_id|unread|used_at)=.*$`)

// That a file with people in it was taken along is on record, though it is a look.
var exported = regexp.MustCompile(`(?m)^action=(guests|access)\.exported$`)

// SEC-T4: who only looks changes nothing, whoever it is and wherever they look.
func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	ids := map[string]string{
		":space": w.Space.String(), ":account": w.GuestReader.ID.String(), ":session": "1",
		":thread": "1", ":comment": "1", ":invitation": "1", ":mail": "1", ":token": "a-link-that-is-none", ":bulk": "1", ":upload": "1", ":file": "1", ":version": "1", ":message": "1",
	}
	must(t, w.Store.Seed(t.Context(), func(seed store.Seeder) error {
		thread, err := seed.Thread(w.Space, "Page plan", w.Host)
		ids[":thread"] = thread.String()
		return err
	}))
	chat, message, err := w.Store.SendTo(t.Context(), w.Editor, w.Host.ID, store.NewMessage{Text: "Are you in?"})
	must(t, err)
	ids[":chat"], ids[":message"] = chat.String(), message.ID.String()
	received, err := w.Store.ReceiveFile(t.Context(), w.Host, w.Space, "plan.txt", strings.NewReader("A plan"))
	must(t, err)
	file, err := w.Store.AddFile(t.Context(), w.Host, w.Space, store.NewFile{ReceivedFile: received})
	must(t, err)
	folder, err := w.Store.CreateFolder(t.Context(), w.Host, w.Space, store.NewFolder{Name: "Plans"})
	must(t, err)
	ids[":file"], ids[":folder"] = file.ID.String(), folder.ID.String()
	chart, err := w.Store.Chart(t.Context(), w.Root)
	must(t, err)
	department, err := w.Store.AddDepartment(t.Context(), w.Root, chart.Version, 0, "Sales")
	must(t, err)
	ids[":department"] = department.String()
	webhook, err := w.Store.CreateWebhook(t.Context(), w.Root, store.WebhookForm{
		Name: "Register", URL: "https://hooks.partner.example/", Events: store.EventTypes, Enabled: true,
	})
	must(t, err)
	must(t, w.Store.PingWebhook(t.Context(), w.Root, webhook))
	ids[":webhook"], ids[":delivery"] = webhook.String(), "1"
	clients := map[string]*webtest.Client{}
	for _, who := range webtest.Cast {
		clients[who] = w.As(who)
	}
	before := tables(w)
	for _, r := range w.Server.Table() {
		if r.Method != http.MethodGet {
			continue
		}
		path := parameter.ReplaceAllStringFunc(r.Pattern, func(name string) string { return ids[name] })
		if strings.Contains(path, "//") {
			t.Fatalf("%s: no ID for its parameter", r.Pattern)
		}
		for _, who := range webtest.Cast {
			for _, method := range []string{http.MethodGet, http.MethodGet, http.MethodHead, http.MethodOptions} {
				page := clients[who].Do(clients[who].Request(method, path, nil))
				if page.Status >= http.StatusInternalServerError {
					t.Errorf("%s %s answers %s with %d", method, r.Pattern, who, page.Status)
				}
			}
		}
		after := tables(w)
		for _, name := range slices.Sorted(maps.Keys(after)) {
			if !slices.Equal(before[name], after[name]) {
				t.Errorf("looking at %s changes the table %s", r.Pattern, name)
			}
		}
		before = after
	}
}

func tables(w *webtest.World) map[string][]string {
	tables := w.Dump()
	delete(tables, "file_downloads") // who fetched what, once a day: what a download is noted by (S4-14)
	for name, rows := range tables {
		rows = slices.DeleteFunc(rows, exported.MatchString)
		for i, row := range rows {
			rows[i] = seen.ReplaceAllString(row, "$1")
		}
		slices.Sort(rows)
		tables[name] = rows
	}
	return tables
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
