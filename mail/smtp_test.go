package mail_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"guesthouse/mail"
)

// SEC-M4
func TestParseSMTP(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]mail.SMTP{
		"smtp://mail.example.com":                             {Host: "mail.example.com", Port: 587, Security: mail.StartTLS},
		"smtp://mail.example.com/":                            {Host: "mail.example.com", Port: 587, Security: mail.StartTLS},
		"smtp://mail.example.com:25":                          {Host: "mail.example.com", Port: 25, Security: mail.StartTLS},
		"smtp://jane:hunter2@mail.example.com":                {Host: "mail.example.com", Port: 587, User: "jane", Password: "hunter2", Security: mail.StartTLS},
		"smtp://jane%40example.com:a%2Fb%3F@mail.example.com": {Host: "mail.example.com", Port: 587, User: "jane@example.com", Password: "a/b?", Security: mail.StartTLS},
		"smtp://mail.example.com?tls=none":                    {Host: "mail.example.com", Port: 587, Security: mail.NoTLS},
		"smtp://mail.example.com?tls=starttls":                {Host: "mail.example.com", Port: 587, Security: mail.StartTLS},
		"smtp://mail.example.com?tls=required":                {Host: "mail.example.com", Port: 587, Security: mail.StartTLS},
		"smtps://mail.example.com":                            {Host: "mail.example.com", Port: 465, Security: mail.ImplicitTLS},
		"smtps://mail.example.com:2465?tls=required":          {Host: "mail.example.com", Port: 2465, Security: mail.ImplicitTLS},
		"smtp://localhost:1025":                               {Host: "localhost", Port: 1025, Security: mail.NoTLS},
		"smtp://127.0.0.1":                                    {Host: "127.0.0.1", Port: 587, Security: mail.NoTLS},
		"smtp://[::1]:25":                                     {Host: "::1", Port: 25, Security: mail.NoTLS},
		"smtp://localhost?tls=required":                       {Host: "localhost", Port: 587, Security: mail.StartTLS},
		"smtp://localhost.example.com":                        {Host: "localhost.example.com", Port: 587, Security: mail.StartTLS},
	} {
		got, err := mail.ParseSMTP(setting)
		if err != nil || got != want {
			t.Errorf("%s is %#v %v, want %#v", setting, got, err, want)
		}
	}
}

func TestParseSMTPRefuses(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"", "mail.example.com", "mail.example.com:587", "http://jane:hunter2@mail.example.com",
		"smtp://", "smtp://:587", "smtp://jane:hunter2@", "smtp://:hunter2@mail.example.com", "smtp://jane:hunter2@mail.example.com/path",
		"smtp://jane:hunter2@mail.example.com:0", "smtp://jane:hunter2@mail.example.com:70000", "smtp://jane:hunter2@mail.example.com:port",
		"smtp://jane:hunter2@mail.example.com?tls=maybe", "smtp://jane:hunter2@mail.example.com?tls=",
		"smtp://jane:hunter2@mail.example.com?tls=none&tls=required", "smtp://jane:hunter2@mail.example.com?verify=no",
		"smtps://jane:hunter2@mail.example.com?tls=none", "smtps://jane:hunter2@mail.example.com?tls=starttls",
		"smtp://jane:hunter2@mail.example.com#x", "smtp://jane:hunter2%zz@mail.example.com"} {
		_, err := mail.ParseSMTP(setting)
		if err == nil {
			t.Errorf("%q was accepted", setting)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "--smtp") {
			t.Errorf("%q: the error %q shows the password or not the setting", setting, err)
		}
	}
}

// SEC-I7: however the setting is written down, the password is not in it.
func TestSMTPHidesItsPassword(t *testing.T) {
	t.Parallel()
	s, err := mail.ParseSMTP("smtp://jane:hunter2@mail.example.com?tls=none")
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{s.String(), fmt.Sprintf("%v %+v %#v %s", s, s, &s, s), string(asJSON)} {
		if strings.Contains(text, "hunter2") || !strings.Contains(text, "mail.example.com") {
			t.Errorf("written as %q", text)
		}
	}
}
