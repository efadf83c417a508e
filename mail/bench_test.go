package mail_test

import (
	"fmt"
	"testing"

	"guesthouse/mail"
	"guesthouse/mail/mailtest"
	"guesthouse/store"
)

// BenchmarkHandOver is one mail on a kept connection, rendering left out.
func BenchmarkHandOver(b *testing.B) {
	server := mailtest.NewServer(b)
	smtp, err := mail.ParseSMTP(server.URL())
	if err != nil {
		b.Fatal(err)
	}
	line, err := (&mail.Relay{Server: smtp, Hello: "portal.example.com"}).Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	e := envelope("erika@partner.example")
	for i := 0; b.Loop(); i++ {
		e.MessageID = fmt.Sprintf("%d@portal.example.com", i)
		if _, err := line.Send(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// BenchmarkRender is one invitation.
func BenchmarkRender(b *testing.B) {
	m := store.OutboxMail{Kind: store.MailInvitation, To: "erika@partner.example", Locale: "en", TimeZone: "Europe/Berlin",
		CreatedAt: queuedAt, Secret: token,
		Data: []byte(`{"inviter":{"name":"Jane Roe"},"space":"Autumn catalogue","permission":"edit","expires_at":"2026-09-24T08:20:00Z"}`)}
	for b.Loop() {
		if _, err := mail.Render(m, env); err != nil {
			b.Fatal(err)
		}
	}
}
