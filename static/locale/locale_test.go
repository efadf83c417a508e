package locale

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"":                            "en",
		"en-GB,en;q=0.9":              "en",
		"ja":                          "ja",
		"ja-JP,en;q=0.5":              "ja",
		"zh-CN,zh;q=0.9,en;q=0.8":     "zh",
		"zh-HK":                       "zh",
		"zh-TW,zh-Hant;q=0.9":         "zh",
		"zh-Hant-HK,en;q=0.1":         "zh",
		"de-DE,de;q=0.9,ja;q=0.3":     "ja",
		"fr":                          "en",
		"en;q=0.2,zh-TW;q=0.8":        "zh",
		"*":                           "en",
		"not a header,,,;;q=x":        "en",
		"xx-invalid-language-tag, ja": "ja",
		"ja;q=0":                      "en",
	} {
		if got := Match(header); got != want {
			t.Errorf("Match(%q) = %q, want %q", header, got, want)
		}
	}
}

func TestT(t *testing.T) {
	t.Parallel()
	en, ja, zh := For("en", nil), For("ja", nil), For("zh", nil)
	when := time.Date(2026, 9, 18, 7, 30, 0, 0, time.UTC)
	for _, c := range []struct{ name, got, want string }{
		{"plain", en.T("nav.home"), "Home"},
		{"plain, arguments that nobody asked for", en.T("nav.home", "N", 1), "Home"},
		{"Japanese", ja.T("nav.home"), "ホーム"},
		{"missing key", en.T("no.such.key"), "no.such.key"},
		{"one", en.T("invite.send", "N", 1), "Send 1 invitation"},
		{"many", en.T("invite.send", "N", 2), "Send 2 invitations"},
		{"none", en.T("invite.send", "N", 0), "Send 0 invitations"},
		{"64 bits", en.T("invite.send", "N", int64(1)), "Send 1 invitation"},
		{"thousands", en.T("invite.send", "N", 12345), "Send 12,345 invitations"},
		{"no plural in Chinese", zh.T("invite.send", "N", 1), "发送 1 份邀请"},
		{"forgotten argument", en.T("invite.did_you_mean"), "Did you mean {{.Guess}}?"},
		{"text is not read again", en.T("invite.did_you_mean", "Guess", "{{.Guess}}"), "Did you mean {{.Guess}}?"},
		{"error with a date", en.Error("access_ended", map[string]any{"Date": when}), "Your access ended on 18 Sep 2026."},
		{"error with one", en.Error("code_wrong", map[string]any{"N": 1}), "That code is not right. Check the newest mail from us. 1 try left."},
		{"error without a guess", en.Error("not_an_address", map[string]any{"Text": "x", "Guess": ""}), "x is not an email address."},
		{"error with a guess", en.Error("not_an_address", map[string]any{"Text": "x", "Guess": "y"}), "x is not an email address. Did you mean y?"},
		{"plain error", en.Error("required", nil), "Fill in this field."},
		{"unknown error", en.Error("no_such", nil), "error.no_such"},
		{"zero printer", Printer{}.T("nav.home"), "Home"},
		{"unknown language", For("tlh", nil).T("nav.home"), "Home"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	berlin, _ := LoadZone("Europe/Berlin")
	tokyo, _ := LoadZone("Asia/Tokyo")
	shanghai, _ := LoadZone("Asia/Shanghai")
	when := time.Date(2026, 9, 18, 7, 30, 0, 0, time.UTC)
	en, ja, zh, utc := For("en", berlin), For("ja", tokyo), For("zh", shanghai), For("en", nil)
	for _, c := range []struct{ got, want string }{
		{en.Date(when), "18 Sep 2026"},
		{en.DateTime(when), "18 Sep 2026, 09:30"},
		{en.Clock(when), "09:30"},
		{en.Exact(when), "18 Sep 2026, 09:30 (UTC+02:00, Europe/Berlin)"},
		{ja.Date(when), "2026年9月18日"},
		{ja.DateTime(when), "2026年9月18日 16:30"},
		{ja.Exact(when), "2026年9月18日 16:30（UTC+09:00、Asia/Tokyo）"},
		{zh.DateTime(when), "2026年9月18日 15:30"},
		{zh.Exact(when), "2026年9月18日 15:30（UTC+08:00，Asia/Shanghai）"},
		{utc.Exact(when), "18 Sep 2026, 07:30 (UTC)"},
		{en.Date(time.Time{}) + en.DateTime(time.Time{}) + en.Exact(time.Time{}), ""},
		{Printer{}.DateTime(when), "18 Sep 2026, 07:30"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestRelative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		distance   time.Duration
		en, ja, zh string
	}{
		{0, "just now", "たった今", "刚刚"},
		{-59 * time.Second, "just now", "たった今", "刚刚"},
		{30 * time.Second, "in 1 min", "あと1分", "1 分钟后"},
		{-14 * time.Minute, "14 min ago", "14分前", "14 分钟前"},
		{day - time.Minute, "in 23 h", "あと23時間", "23 小时后"},
		{day, "in 1 day", "あと1日", "1 天后"},
		{week - time.Minute, "in 6 d 23 h", "あと6日23時間", "6 天 23 小时后"},
		{week, "in 7 days", "あと7日", "7 天后"},
		{-8*day - time.Hour, "8 days ago", "8日前", "8 天前"},
		{10 * week, "in 10 weeks", "あと10週間", "10 周后"},
		{95 * day, "in 3 months", "あと3か月", "3 个月后"},
		{15 * day, "in 2 weeks", "あと2週間", "2 周后"},
		{27 * day, "in 4 weeks", "あと4週間", "4 周后"},
		{180*day - time.Second, "in 6 months", "あと6か月", "6 个月后"},
		{-350 * day, "1 year ago", "1年前", "1 年前"},
		{-2 * year, "2 years ago", "2年前", "2 年前"},
	} {
		now := time.Date(2026, 9, 18, 7, 30, 0, 0, time.UTC)
		at := now.Add(c.distance)
		for lang, want := range map[string]string{"en": c.en, "ja": c.ja, "zh": c.zh} {
			if got := For(lang, nil).Relative(at, now); got != want {
				t.Errorf("%s %v: %q, want %q", lang, c.distance, got, want)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	p := For("en", nil)
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -999: "-999"} {
		if got := p.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "999+"} {
		if got := p.Count999(n); got != want {
			t.Errorf("Count999(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestZones(t *testing.T) {
	t.Parallel()
	if len(Zones()) < 300 || !slices.IsSorted(Zones()) {
		t.Fatalf("%d zones, sorted: %v", len(Zones()), slices.IsSorted(Zones()))
	}
	for _, name := range Zones() {
		if zone, ok := LoadZone(name); !ok || zone.String() != name {
			t.Errorf("zone %q cannot be loaded", name)
		}
	}
	for _, name := range []string{"", "Local", "Nowhere/At_All", "../zone.tab", "/etc/localtime"} {
		if _, ok := LoadZone(name); ok {
			t.Errorf("LoadZone(%q) found a zone", name)
		}
	}
}

func TestScriptWords(t *testing.T) {
	t.Parallel()
	var words map[string]string
	if err := json.Unmarshal([]byte(For("ja", nil).ScriptWords()), &words); err != nil {
		t.Fatal(err)
	}
	if words["copied"] != "コピーしました" {
		t.Errorf("copied is %q", words["copied"])
	}
}

func TestAPlainMessageCostsALookup(t *testing.T) {
	p := For("en", nil)
	if n := testing.AllocsPerRun(100, func() { p.T("nav.home") }); n != 0 {
		t.Errorf("a plain message takes %v allocations", n)
	}
}

func BenchmarkPlain(b *testing.B) {
	p := For("en", nil)
	for b.Loop() {
		p.T("nav.home")
	}
}

func BenchmarkPlural(b *testing.B) {
	p := For("en", nil)
	for b.Loop() {
		p.T("invite.send", "N", 12)
	}
}
