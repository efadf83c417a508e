package preview

import (
	"time"

	"guesthouse/store"
	"guesthouse/views"
)

// gatePages are the pages before one is inside.
func gatePages(lang string) []Sample {
	page := func(title string, args ...any) views.Page {
		p := frame(lang, nil, "", "")
		p.Title = p.T(title, args...)
		return p
	}
	wrong := func(title string, problems ...views.Problem) views.Page {
		p := page(title)
		p.Errors = problems
		return p
	}
	setup := views.SetupPage{
		Page: page("setup.title"), DisplayName: "Jane Roe", Email: "jane.roe@example.com", Organization: "Example Works",
		Preset: "guesthouse", Locale: lang, TimeZone: "Europe/Berlin", Rules: rules(true, "modern"),
	}
	badSetup := setup
	badSetup.Page = wrong("setup.title",
		views.Problem{Field: "setup_code", Code: "setup_code_wrong", Args: map[string]any{"N": 4}},
		views.Problem{Field: "password", Code: "password_too_short", Args: map[string]any{"Min": 15}},
		views.Problem{Field: "preset", Code: "unknown_preset"})
	challenge := store.Challenge{Factor: store.FactorMail,
		Email: "e•••a@partner.example", Sent: true, Live: true, Tries: 5,
		ExpiresAt: Now.Add(59 * time.Minute), ResendAt: Now.Add(42 * time.Second),
	}
	queued, ended := challenge, challenge
	queued.Sent = false
	ended.Live, ended.ResendAt = false, Now.Add(-time.Minute)
	verify := func(p views.Page, c store.Challenge, code string) Sample {
		return Sample{Page: views.ShowVerification(views.VerificationPage{Page: p, Challenge: c, Code: code, Sender: "guesthouse@example.com"})}
	}
	named := func(name string, sample Sample) Sample {
		sample.Name = name
		return sample
	}
	return []Sample{
		{"setup", views.ShowSetup(setup)},
		{"setup-errors", views.ShowSetup(badSetup)},
		{"login", views.ShowLogin(views.LoginPage{Page: page("login.title"), Next: "/spaces/1"})},
		{"login-error", views.ShowLogin(views.LoginPage{
			Page: page("login.title"), Login: "erika@partner.example", Refused: views.Problem{Code: "login_failed"},
		})},
		{"login-wait", views.ShowLogin(views.LoginPage{
			Page: page("login.title"), Login: "erika@partner.example", Refused: views.Problem{Code: "too_many"}, Wait: 4 * time.Minute,
		})},
		named("verify", verify(page("verify.title"), challenge, "")),
		named("verify-queued", verify(page("verify.title"), queued, "")),
		named("verify-error", verify(wrong("verify.title",
			views.Problem{Field: "code", Code: "code_wrong", Args: map[string]any{"N": 4}}), challenge, "4132 0756")),
		named("verify-ended", verify(wrong("verify.title", views.Problem{Field: "code", Code: "code_ended"}), ended, "4132 0756")),
		{"forgotten", views.ShowForgotten(views.ForgottenPage{Page: page("forgotten.title")})},
		{"forgotten-sent", views.ShowForgotten(views.ForgottenPage{Page: page("forgotten.title"), Sent: true})},
		{"reset", views.ShowReset(views.ResetPage{
			Page: page("reset.title"), Token: "token", Login: "erika@partner.example", Rules: rules(false, "basic"),
		})},
		{"reset-first", views.ShowReset(views.ResetPage{
			Page:  wrong("reset.first_title", views.Problem{Field: "password", Code: "password_common"}),
			Token: "token", Login: "taro@example.com", First: true, Rules: rules(false, "modern"),
		})},
	}
}

// rules are those for the password of an administrator, or of a guest under a preset.
func rules(administrator bool, preset string) store.PasswordPolicy {
	if administrator {
		return store.Policy{}.Passwords(store.Account{Kind: store.Member, SystemAdmin: true})
	}
	return store.Policy{"password.preset": preset}.Passwords(store.Account{Kind: store.Guest})
}

// profilePages are the pages about oneself.
func profilePages(lang string) []Sample {
	page := func(reader *store.Account, problems ...views.Problem) views.Page {
		p := frame(lang, reader, "", views.NavProfile)
		p.Title, p.Errors = p.T("profile.title"), problems
		return p
	}
	must := page(&erika)
	must.Title = must.T("reset.title")
	sessions := []views.SessionRow{
		{Here: true, Session: session(1, store.StageFull, "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", 2*time.Minute)},
		{Session: session(2, store.StageVerification, "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", time.Hour)},
		{Session: session(3, store.StageFull, "", 26*time.Hour)},
	}
	profile := views.ProfilePage{
		Page: page(&jane), Person: views.PersonOf(jane), DisplayName: jane.Name, Email: string(jane.Email),
		Locale: "auto", TimeZone: "Europe/Berlin",
	}
	wrong := profile
	wrong.Page = page(&jane, views.Problem{Field: "display_name", Code: "required"}, views.Problem{Field: "picture", Code: "not_a_picture"})
	wrong.DisplayName, wrong.HasPicture = "", true
	return []Sample{
		{"profile", views.ShowProfile(profile)},
		{"profile-errors", views.ShowProfile(wrong)},
		{"profile-password", views.ShowPassword(views.PasswordPage{Page: page(&jane), Login: string(jane.Email), Rules: rules(true, "")})},
		{"profile-password-wrong", views.ShowPassword(views.PasswordPage{
			Page: page(&erika, views.Problem{Field: "current_password", Code: "password_wrong"}), Login: string(erika.Email), Rules: rules(false, "modern"),
		})},
		{"profile-password-must", views.ShowPassword(views.PasswordPage{Page: must, Must: true, Login: string(erika.Email), Rules: rules(false, "modern")})},
		{"profile-sessions", views.ShowSessions(views.SessionsPage{Page: page(&erika), Sessions: sessions})},
		{"confirm", views.ShowConfirm(views.ConfirmPage{Page: page(&jane), Login: string(jane.Email), Next: "/admin/policy"})},
	}
}

func session(id store.ID, stage store.Stage, agent string, ago time.Duration) store.Session {
	return store.Session{
		ID: id, Stage: stage, UserAgent: agent, ClientAddress: "203.0.113.24",
		CreatedAt: Now.Add(-ago - 40*time.Minute), SeenAt: Now.Add(-ago),
	}
}
