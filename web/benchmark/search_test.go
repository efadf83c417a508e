package benchmark

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"guesthouse/store"
)

// comments is how many comments are searched: BENCH_COMMENTS, or 100,000.
func comments(t testing.TB) int {
	text := os.Getenv("BENCH_COMMENTS")
	if text == "" {
		return 100_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// talk is what the comments are made of: one in ten is of a meeting.
var talk = []string{
	"図面の第三版を共有フォルダーに入れました。ご確認をお願いします。", "来週の会議は水曜日の午後三時からに変わりました。資料は前日までに送ります。",
	"The corrected covers for pages 12 to 40 are ready to be read.", "我们已经确认了仓库的交货时间，请大家按计划准备。", "見積書を更新しました。前回との差は運送費だけです。",
	"Dock doors 3 and 4 are confirmed for Monday morning.", "内装の色は二番目の案に決まりました。", "合同已经寄出，预计三天内到达。",
	"Photos of the sample are in the drive, in both sizes.", "写真の差し替えが終わりました。明日、印刷所に渡します。",
}

// library fills the town with comments: half of them stand in a space of the
// host, half in one that the host is not in.
func (w *town) library(n int) (guest store.Account) {
	w.t.Helper()
	var halls [2]store.ID
	w.seed(func(seed store.Seeder) (err error) {
		other, err := seed.Account(store.SeedAccount{Kind: store.Member, Email: "librarian@works.example", Name: "Libby Librarian"}, "")
		if err != nil {
			return err
		}
		if guest, err = seed.Account(store.SeedAccount{Kind: store.Guest, Email: "visitor@partner.example", Name: "Vic Visitor", Company: "Partner"}, ""); err != nil {
			return err
		}
		for i, host := range []store.Account{w.host, other} {
			space, err := seed.Space(store.GuestSpace, "Library", host)
			if err != nil {
				return err
			}
			if halls[i], err = seed.Thread(space, "Talk", host); err != nil {
				return err
			}
		}
		return seed.Membership(w.hall, guest, store.Reader, time.Time{})
	})
	const together = 1000
	for first := 0; first < n; first += together {
		w.seed(func(seed store.Seeder) error {
			for i := first; i < min(first+together, n); i++ {
				if err := seed.Comment(halls[i/len(talk)%2], w.host, fmt.Sprintf("%s (%d)", talk[i%len(talk)], i)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for more := true; more; {
		var err error
		more, err = w.store.IndexNow(w.t.Context())
		w.must(err)
	}
	return guest
}

// finding is the work of a search that finds so many things.
func (w *town) finding(actor store.Account, text string, want int) func() int {
	return func() int {
		found, err := w.store.Search(w.t.Context(), actor, store.SearchQuery{Text: text})
		w.must(err)
		if len(found.Items) != want || found.Preparing {
			w.t.Fatalf("%q finds %d, want %d", text, len(found.Items), want)
		}
		return 0
	}
}

// search is measured in the larger town, among many comments.
func (r *report) search() {
	n := comments(r.t)
	began := time.Now()
	guest := r.large.library(n)
	r.t.Logf("wrote and indexed %d comments in %v", n, time.Since(began).Round(time.Second))
	const goal = 10 * time.Millisecond
	for _, row := range []struct {
		work  string
		actor store.Account
		text  string
		want  int
	}{
		{"a two-character Japanese word", r.large.host, "会議", store.SearchPage},
		{"a word and a character that are rare together", r.large.host, "会議 図面", 0},
		{"the beginning of an English word", r.large.host, "confirm", store.SearchPage},
		{"the same for a guest of one space, who sees none of them", guest, "会議", 0},
	} {
		figure := measure(r.t, r.large.finding(row.actor, row.text, row.want))
		r.other(fmt.Sprintf("search, newest 20 of %d comments: %s", n, row.work), ms(goal), ms(figure.cpu), figure.cpu <= goal)
	}
}

// BenchmarkSearch is the search for a two-character Japanese word alone.
func BenchmarkSearch(b *testing.B) {
	w := newTown(b, neighbours)
	guest := w.library(comments(b))
	for name, work := range map[string]func() int{
		"member": w.finding(w.host, "会議", store.SearchPage), "none": w.finding(w.host, "会議 図面", 0),
		"prefix": w.finding(w.host, "confirm", store.SearchPage), "guest": w.finding(guest, "会議", 0),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				work()
			}
		})
	}
}
