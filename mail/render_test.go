package mail_test

import (
	"encoding/json"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/store"
)

const token = "7Q2MxKdW9PAvL3sT0bYfR8nCeHgJ5uZq1iXoVw4Elk0"

var (
	queuedAt = time.Date(2026, 9, 17, 8, 20, 0, 0, time.UTC)
	env      = mail.Environment{
		BaseURL:      "https://portal.example.com",
		Organization: "Example Works",
		From:         netmail.Address{Name: "Guesthouse", Address: "guesthouse@portal.example.com"},
		Now:          queuedAt.Add(2 * time.Second),
	}
	languages = map[string]string{"en": "Europe/Berlin", "ja": "Asia/Tokyo", "zh": "Asia/Shanghai"}
)

// sample is one mail of each kind, and what it carries in secret.
type sample struct {
	name   string
	kind   string
	data   any
	secret string
}

func samples(lang string) []sample {
	inviter := map[string]string{"en": "Jane Roe", "ja": "山田 太郎", "zh": "张三"}[lang]
	space := map[string]string{"en": "Autumn catalogue", "ja": "新店舗オープン準備", "zh": "秋季目录"}[lang]
	words := map[string]string{
		"en": "Hello,\nthis is where we collect proofs and corrections for the autumn catalogue.",
		"ja": "いつもお世話になっております。\n図面と工程表をこちらで共有させてください。",
		"zh": "您好，\n秋季目录的校样和修改意见都放在这里。",
	}[lang]
	firefox := mail.Device{Agent: "Firefox 128, Windows", Address: "198.51.100.24"}
	by := mail.Person{Name: inviter}
	guest := mail.Person{Name: map[string]string{"en": "Erika Mustermann", "ja": "山田 花子", "zh": "李四"}[lang], Guest: true}
	ends := []mail.AccessEnd{
		{Guest: guest, GuestID: 31, Space: space, SpaceID: 12, EndsAt: queuedAt.Add(24 * time.Hour)},
		{Guest: mail.Person{Name: "Jan Novák", Guest: true}, GuestID: 32, EndsAt: queuedAt.Add(20 * time.Hour)},
		{Guest: guest, GuestID: 31, Space: "Supplier onboarding", SpaceID: 13, EndsAt: queuedAt.Add(24 * time.Hour)},
	}
	const other = "Zc1MxKdW9PAvL3sT0bYfR8nCeHgJ5uZq1iXoVw4Elk0"
	thread := map[string]string{"en": "Cover proofs, round 2", "ja": "表紙の校正（2回目）", "zh": "封面校样（第二轮）"}[lang]
	news := []mail.NewsItem{
		{Kind: store.NoticeMention, N: 1, By: guest, Space: space, SpaceID: 12, Name: thread, Thread: 5, Thing: 99, At: queuedAt,
			Excerpt: map[string]string{"en": "The corrected covers for pages 12 <–> 40 are in Files.", "ja": "修正版をアップロードしました。", "zh": "修改后的封面已上传。"}[lang]},
		{Kind: store.NoticeComment, N: 3, By: by, Others: 1, Space: space, SpaceID: 12, Name: thread, Thread: 5, Thing: 101, Excerpt: "OK", At: queuedAt},
		{Kind: store.NoticeAdded, N: 1, By: by, Space: "Supplier onboarding", SpaceID: 13, Thing: 31, At: queuedAt},
		{Kind: store.NoticeMessage, N: 2, By: guest, Thread: 8, Thing: 9, Excerpt: "13:00?", At: queuedAt},
		{Kind: store.NoticeFile, N: 1, By: guest, Space: space, SpaceID: 12, Name: "cover v2.pdf", Thing: 44, At: queuedAt},
	}
	return []sample{
		{"invitation", store.MailInvitation, mail.Invitation{Inviter: by, Space: space, Message: words,
			Permission: "edit", ExpiresAt: queuedAt.Add(7 * 24 * time.Hour), AccessDays: 180}, token},
		{"welcome", store.MailWelcome, mail.Welcome{Login: "erika@partner.example", Space: space, SpaceID: 12,
			AccessEndsAt: queuedAt.AddDate(0, 6, 0), TwoStep: true}, ""},
		{"welcome-password", store.MailWelcome, mail.Welcome{Login: "erika@partner.example", Space: space, SpaceID: 12},
			"a1 <&b2"},
		{"verification", store.MailVerification, mail.Verification{Minutes: 60, Device: firefox, AskedAt: queuedAt}, "41320756"},
		{"password-reset", store.MailPasswordReset, mail.PasswordReset{ExpiresAt: queuedAt.Add(time.Hour),
			Device: firefox, AskedAt: queuedAt}, token},
		{"password-changed", store.MailPasswordChanged, mail.PasswordChanged{ChangedAt: queuedAt, Device: firefox}, ""},
		{"api-password", store.MailAPICredential, mail.APICredential{Kind: store.APIPassword, Name: "Nightly <import>",
			Scopes: []store.APIScope{store.APIRead, store.APIGuests}, EndsAt: queuedAt.AddDate(0, 0, 90), MadeAt: queuedAt, Device: firefox}, ""},
		{"api-token", store.MailAPICredential, mail.APICredential{Kind: store.APIToken, Name: "Report",
			Scopes: []store.APIScope{store.APIRead}, EndsAt: queuedAt.AddDate(0, 0, 366), MadeAt: queuedAt}, ""},
		{"member-invitation", store.MailMemberInvitation, mail.MemberInvitation{Inviter: by,
			ExpiresAt: queuedAt.Add(7 * 24 * time.Hour)}, token},
		{"renewal-request", store.MailRenewalRequest, mail.RenewalRequest{Address: "zhang.san@supply.example", Space: space,
			SpaceID: 9, InvitationID: 77, ExpiredAt: queuedAt.Add(-8 * 24 * time.Hour)}, ""},
		{"guest-added", store.MailNotification, mail.Notification{Topic: store.NoticeGuestAdded, By: by, Space: space, SpaceID: 12,
			Permission: "read"}, ""},
		{"administrator-joined", store.MailNotification, mail.Notification{Topic: store.NoticeAdministratorJoined,
			By: by, Space: space, SpaceID: 12}, ""},
		{"join-requested", store.MailNotification, mail.Notification{Topic: store.NoticeJoinRequested,
			By: by, Space: space, SpaceID: 12}, ""},
		{"invitations-requested", store.MailNotification, mail.Notification{Topic: store.NoticeInvitationsRequested,
			By: by, Space: space, SpaceID: 12, Count: 3}, ""},
		{"invitations-approved", store.MailNotification, mail.Notification{Topic: store.NoticeInvitationsDecided,
			By: by, Space: space, SpaceID: 12, Approved: []string{"jan@new.example", "kari@elsewhere.example"}}, ""},
		{"invitations-refused", store.MailNotification, mail.Notification{Topic: store.NoticeInvitationsDecided,
			By: by, Space: space, SpaceID: 12, Refused: []string{"jan@new.example"}, Reason: "2026-11"}, ""},
		{"webhook-off", store.MailNotification, mail.Notification{Topic: store.NoticeWebhookOff, Webhook: "Register <of> partners", WebhookID: 4}, ""},
		{"codes-rest", store.MailNotification, mail.Notification{Topic: store.NoticeCodesRest, Device: firefox, At: queuedAt}, ""},
		{"second-step-on", store.MailNotification, mail.Notification{Topic: store.NoticeSecondStepOn, Device: firefox, At: queuedAt}, ""},
		{"second-step-off", store.MailNotification, mail.Notification{Topic: store.NoticeSecondStepOff, Device: firefox, At: queuedAt}, ""},
		{"second-step-taken", store.MailNotification, mail.Notification{Topic: store.NoticeSecondStepTaken, By: by, At: queuedAt}, ""},
		{"recovery-code-used", store.MailNotification, mail.Notification{Topic: store.NoticeRecoveryCodeUsed, Device: firefox, At: queuedAt}, ""},
		{"recovery-codes", store.MailNotification, mail.Notification{Topic: store.NoticeRecoveryCodes, Device: firefox, At: queuedAt}, ""},
		{"suspended", store.MailSuspension, mail.Suspension{What: store.NoticeGuestSuspended, Contact: inviter}, ""},
		{"reactivated", store.MailSuspension, mail.Suspension{What: store.NoticeGuestReactivated, Contact: inviter}, ""},
		{"member-deactivated", store.MailSuspension, mail.Suspension{What: store.NoticeMemberDeactivated, Contact: inviter}, ""},
		{"member-reactivated", store.MailSuspension, mail.Suspension{What: store.NoticeMemberReactivated, Contact: inviter}, ""},
		{"converted", store.MailSuspension, mail.Suspension{What: store.NoticeGuestConverted, Contact: inviter}, ""},
		{"demoted", store.MailSuspension, mail.Suspension{What: store.NoticeMemberDemoted, Contact: inviter}, ""},
		{"removed", store.MailSuspension, mail.Suspension{What: store.NoticeGuestRemoved, Contact: inviter, Space: space}, ""},
		{"deletion", store.MailSuspension, mail.Suspension{What: store.NoticeGuestDeletion, Contact: inviter,
			DeleteAt: queuedAt.AddDate(0, 0, 30)}, ""},
		{"deletion-undone", store.MailSuspension, mail.Suspension{What: store.NoticeGuestDeletionUndone, Contact: inviter}, ""},
		{"deleted", store.MailSuspension, mail.Suspension{What: store.NoticeGuestDeleted, Contact: inviter}, ""},
		{"guest-suspended", store.MailNotification, mail.Notification{Topic: store.NoticeGuestSuspended, By: by, Guest: guest,
			Reason: "A <reason> & more", Space: space, SpaceID: 12}, ""},
		{"guest-reactivated", store.MailNotification, mail.Notification{Topic: store.NoticeGuestReactivated, By: by, Guest: guest}, ""},
		{"guest-removed", store.MailNotification, mail.Notification{Topic: store.NoticeGuestRemoved, By: by, Guest: guest,
			Space: space, SpaceID: 12}, ""},
		{"guest-deletion", store.MailNotification, mail.Notification{Topic: store.NoticeGuestDeletion, By: by, Guest: guest,
			Space: space, SpaceID: 12, DeleteAt: queuedAt.AddDate(0, 0, 30)}, ""},
		{"guest-deletion-undone", store.MailNotification, mail.Notification{Topic: store.NoticeGuestDeletionUndone, By: by, Guest: guest,
			Space: space, SpaceID: 12}, ""},
		{"guest-deleted", store.MailNotification, mail.Notification{Topic: store.NoticeGuestDeleted, By: by, Guest: guest,
			Space: space, SpaceID: 12}, ""},
		{"sponsor-now", store.MailNotification, mail.Notification{Topic: store.NoticeSponsorNow, By: by, Guest: guest}, ""},
		{"sponsor-no-more", store.MailNotification, mail.Notification{Topic: store.NoticeSponsorNoMore, By: by, Guest: guest,
			Reason: "Handed over"}, ""},
		{"address-change", store.MailAddressChange, mail.AddressChange{Before: "erika@partner.example", After: "erika@new.example",
			Contact: inviter}, ""},
		{"address-link", store.MailAddressChange, mail.AddressChange{Before: "erika@partner.example", After: "erika@new.example",
			Contact: inviter, ExpiresAt: queuedAt.Add(time.Hour)}, token}, // S2-13
		{"address-asked", store.MailAddressChange, mail.AddressChange{Before: "erika@partner.example", After: "erika@new.example",
			Contact: inviter, ExpiresAt: queuedAt.Add(time.Hour)}, ""},
		{"expiry-notice", store.MailExpiryNotice, mail.ExpiryNotice{Ends: ends[:1]}, ""},  // S3-17
		{"expiry-notice-many", store.MailExpiryNotice, mail.ExpiryNotice{Ends: ends}, ""}, // S3-17
		{"expiry-guest", store.MailExpiryNotice, mail.ExpiryNotice{ToGuest: true, Contact: "Jane Roe", Ends: ends[:1]}, ""},
		{"expiry-guest-many", store.MailExpiryNotice, mail.ExpiryNotice{ToGuest: true, Ends: ends[1:]}, ""},
		{"expiry-ended", store.MailExpiryNotice, mail.ExpiryNotice{ToGuest: true, Ended: true, Contact: "Jane Roe", Ends: ends[:1]}, ""},
		{"news-mention", store.MailNotification, mail.News{Topic: store.NoticeNews, Space: space, Items: news[:1], EndSpace: token, EndAll: other}, ""}, // S1-24, S4-10
		{"news-space", store.MailNotification, mail.News{Topic: store.NoticeNews, Space: space, Items: news[:2], EndSpace: token, EndAll: other}, ""},   // RFC 8058
		{"news-chat", store.MailNotification, mail.News{Topic: store.NoticeNews, Items: news[3:4], EndAll: other}, ""},
		{"news-digest", store.MailDigest, mail.News{Topic: store.NoticeNews, Digest: store.MailDaily, Items: news, EndAll: other}, ""}, // C15
		{"test", store.MailTest, mail.Test{By: by, AskedAt: queuedAt}, ""},
		{"invitation-organization", store.MailInvitation, mail.Invitation{Inviter: by, ExpiresAt: queuedAt.Add(7 * 24 * time.Hour)}, token},
		{"welcome-organization", store.MailWelcome, mail.Welcome{Login: "erika@partner.example"}, ""},
	}
}

func row(t *testing.T, lang string, s sample) store.OutboxMail {
	t.Helper()
	data, err := json.Marshal(s.data)
	if err != nil {
		t.Fatal(err)
	}
	return store.OutboxMail{ID: 1, Kind: s.kind, To: "erika@partner.example", Locale: lang, TimeZone: languages[lang],
		MessageID: "one@portal.example.com", ReplyTo: "jane.roe@example.com", Data: data, Secret: s.secret,
		Attempts: 1, CreatedAt: queuedAt, GiveUpAt: queuedAt.Add(5 * 24 * time.Hour)}
}

func render(t *testing.T, m store.OutboxMail) mail.Message {
	t.Helper()
	message, err := mail.Render(m, env)
	if err != nil {
		t.Fatal(err)
	}
	return message
}

// S0-28, S0-34, S0-36: what each mail says, in each language.
func TestGolden(t *testing.T) {
	t.Parallel()
	for lang := range languages {
		for _, s := range samples(lang) {
			name := s.name + "." + lang
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				m := render(t, row(t, lang, s))
				golden(t, name+".txt", "Subject: "+m.Subject+"\n\n"+m.Text)
				golden(t, name+".html", lines.Replace(m.HTML)+"\n")
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; read it and run make golden", name)
	}
}

// lines breaks a page where a reviewer wants it broken.
var lines = strings.NewReplacer("<tr>", "\n<tr>", "<td", "\n<td", "<p ", "\n<p ", "<h1", "\n<h1", "<body", "\n<body", "<table", "\n<table")

var (
	hrefs = regexp.MustCompile(`href="([^"]*)"`)
	urls  = regexp.MustCompile(`https?://\S+`)
	// A key of the catalogue, or a placeholder that nothing filled.
	unfilled = regexp.MustCompile(`mail\.[a-z]\S*|\{\{.*`)
	tags     = regexp.MustCompile(`(?s)<style>.*?</style>|<title>.*?</title>|<[^>]*>`)
)

// Both bodies carry the same links and the same facts, in every language, and
// no message is left without its words.
func TestBodiesSayTheSame(t *testing.T) {
	t.Parallel()
	for lang := range languages {
		for _, s := range samples(lang) {
			m := render(t, row(t, lang, s))
			inText := map[string]bool{}
			for _, link := range urls.FindAllString(m.Text, -1) {
				inText[link] = true
			}
			inHTML := map[string]bool{}
			for _, match := range hrefs.FindAllStringSubmatch(m.HTML, -1) {
				inHTML[match[1]] = true
				if !inText[match[1]] {
					t.Errorf("%s %s: %s is in the HTML only", s.name, lang, match[1])
				}
			}
			for link := range inText {
				if !inHTML[link] {
					t.Errorf("%s %s: %s is in the text only", s.name, lang, link)
				}
			}
			for _, body := range []string{m.Subject, m.Text, m.HTML} {
				if found := unfilled.FindString(body); found != "" {
					t.Errorf("%s %s: %q shows", s.name, lang, found)
				}
			}
			if !strings.Contains(m.HTML, `<html lang="`+lang+`"`) {
				t.Errorf("%s %s: the HTML does not name its language", s.name, lang)
			}
		}
	}
}

// S0-28, architecture section 6: an invitation holds exactly one link.
func TestInvitationHasOneLink(t *testing.T) {
	t.Parallel()
	want := "https://portal.example.com/invitations/" + token
	for lang := range languages {
		m := render(t, row(t, lang, samples(lang)[0]))
		if got := urls.FindAllString(m.Text, -1); len(got) != 1 || got[0] != want {
			t.Errorf("%s text: links %q, want the one", lang, got)
		}
		if got := hrefs.FindAllStringSubmatch(m.HTML, -1); len(got) != 1 || got[0][1] != want {
			t.Errorf("%s HTML: links %q, want the one", lang, got)
		}
	}
}

// S0-36: the code stands alone on a line of the text.
func TestVerificationCode(t *testing.T) {
	t.Parallel()
	for lang := range languages {
		m := render(t, row(t, lang, samples(lang)[3]))
		if !strings.Contains(m.Text, "\n41320756\n") {
			t.Errorf("%s: no line with the code alone:\n%s", lang, m.Text)
		}
		if !strings.Contains(m.HTML, ">4132\u00a00756</td>") {
			t.Errorf("%s: the HTML does not show the code in two groups", lang)
		}
		if strings.Contains(m.Subject, "4132") {
			t.Errorf("%s: the code is in the subject %q", lang, m.Subject)
		}
		// S0-37: an hour from the hand-over, not from the queueing.
		if !strings.Contains(m.Text, map[string]string{"en": "11:20 (UTC+02:00", "ja": "18:20", "zh": "17:20"}[lang]) {
			t.Errorf("%s: the end of the code is not an hour after the hand-over:\n%s", lang, m.Text)
		}
	}
}

// S0-34, C3: the password is in the welcome mail only where it is the secret.
func TestWelcomePassword(t *testing.T) {
	t.Parallel()
	for lang := range languages {
		with, without := render(t, row(t, lang, samples(lang)[2])), render(t, row(t, lang, samples(lang)[1]))
		if !strings.Contains(with.Text, "a1 <&b2") || !strings.Contains(with.HTML, "a1 &lt;&amp;b2") {
			t.Errorf("%s: the password is missing", lang)
		}
		if strings.Contains(without.Text, "a1 <&b2") || !strings.Contains(without.Text, "/password/forgotten") {
			t.Errorf("%s: wants a link to set a password instead:\n%s", lang, without.Text)
		}
		// SEC-P4
		heldUp := row(t, lang, samples(lang)[2])
		heldUp.CreatedAt = env.Now.Add(-time.Hour)
		if late := render(t, heldUp); late.Text == with.Text || strings.Contains(late.Text+late.HTML, "a1 ") {
			t.Errorf("%s: the password is in a mail that was held up for an hour", lang)
		}
	}
}

// S0-22: the inviter's words are plain text, and a subject is one line.
func TestInvitersWords(t *testing.T) {
	t.Parallel()
	hostile := mail.Invitation{Inviter: mail.Person{Name: "Jane <b>Roe</b>"}, Space: "A & B", Permission: "read",
		Subject:   "Hello\r\nBcc: everybody@example.com\r\n\r\nBody\x00",
		Message:   "<script>alert(1)</script>\r\n<a href=\"https://evil.example\">click</a>",
		ExpiresAt: queuedAt.Add(36 * time.Hour)}
	m := render(t, row(t, "en", sample{kind: store.MailInvitation, data: hostile, secret: token}))
	if m.Subject != "Hello Bcc: everybody@example.com Body" {
		t.Errorf("subject %q is not one clean line", m.Subject)
	}
	if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<b>") || len(hrefs.FindAllString(m.HTML, -1)) != 1 {
		t.Errorf("the inviter's words became HTML:\n%s", m.HTML)
	}
	if !strings.Contains(m.Text, "  <script>alert(1)</script>\n  <a href=") {
		t.Errorf("the text does not quote the words as they are:\n%s", m.Text)
	}
	if !strings.Contains(m.Text, "36 hours, until 18 Sep 2026, 22:20 (UTC+02:00, Europe/Berlin)") {
		t.Errorf("the text does not say how long the link works:\n%s", m.Text)
	}
	if !strings.Contains(m.Text, "Read only") || !strings.Contains(m.Text, "No end date") {
		t.Errorf("the text does not say what one may and for how long:\n%s", m.Text)
	}
}

// S4-10: a guest who is named is named as a guest.
func TestGuestsAreNamedAsGuests(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"en": "Li Si (guest)", "ja": "Li Si（ゲスト）", "zh": "Li Si（来宾）"} {
		m := render(t, row(t, lang, sample{kind: store.MailTest, data: mail.Test{By: mail.Person{Name: "Li Si", Guest: true}}}))
		if !strings.Contains(m.Text, want) || !strings.Contains(tags.ReplaceAllString(m.HTML, ""), want) {
			t.Errorf("%s: %q is missing:\n%s", lang, want, m.Text)
		}
	}
}

// An unknown language reads English, an unknown zone UTC: better than no mail.
func TestUnknownReader(t *testing.T) {
	t.Parallel()
	r := row(t, "en", samples("en")[0])
	r.Locale, r.TimeZone = "tlh", "Mars/Olympus"
	if m := render(t, r); !strings.Contains(m.Text, "24 Sep 2026, 08:20 (UTC)") {
		t.Errorf("want English and UTC:\n%s", m.Text)
	}
	r.Kind = "postcard"
	if _, err := mail.Render(r, env); err == nil {
		t.Error("a mail of an unknown kind was rendered")
	}
	r.Kind, r.Data = store.MailNotification, []byte(`{"topic":"weather"}`)
	if _, err := mail.Render(r, env); err == nil {
		t.Error("a notice without words was rendered")
	}
	r.Kind, r.Data = store.MailInvitation, []byte("{")
	if _, err := mail.Render(r, env); err == nil {
		t.Error("a mail of broken data was rendered")
	}
}
