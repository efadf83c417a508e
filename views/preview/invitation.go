package preview

import (
	"time"

	"github.com/a-h/templ"

	"guesthouse/static"
	"guesthouse/store"
	"guesthouse/views"
)

var catalogue = store.Space{
	ID: 1, Kind: store.GuestSpace, Name: "Autumn catalogue", Cover: "preset:harbour", Publishing: "everyone",
	MemberCount: 6, GuestCount: 2, ThreadCount: 1, Standing: store.SpaceAdmin, CreatedAt: Now.AddDate(0, -1, 0), ActiveAt: Now,
}

func invitationTo(id store.ID, email store.Email, delivery, reply string, left time.Duration) store.Invitation {
	return store.Invitation{
		ID: id, Space: 1, Email: email, Role: store.Editor, Locale: "en", Inviter: 11, Status: store.InvitationPending,
		Delivery: delivery, DeliveryReply: reply, CreatedAt: Now.Add(left - 7*store.Day), ExpiresAt: Now.Add(left), AccessDays: 180,
	}
}

// guestPages are Manage Guests, Invite Guests and the pages of an invitation.
func guestPages(lang string) []Sample {
	return append(manageGuestPages(lang), invitationPages(lang)...)
}

func overCatalogue(p views.Page, dialog templ.Component) templ.Component {
	return views.DialogPage(p, dialog, func(p views.Page) templ.Component {
		p.Errors = nil // they are the dialog's
		return views.ShowSpace(views.NewSpacePage(p, store.SpaceOverview{Space: catalogue, Members: []store.Account{jane, taro}, Guests: []store.Account{erika}}))
	})
}

func manageGuestPages(lang string) []Sample {
	page := func(key string, args ...any) views.Page {
		p := frame(lang, &jane, "", views.SpaceURL(1))
		p.Title = p.T(key, args...)
		return p
	}
	kari := store.Account{ID: 24, Kind: store.Guest, Name: "Kari Nordmann", Email: "kari@example.org", Status: store.StatusSuspended, StatusAt: Now.AddDate(0, 0, -8)}
	rows := []store.SpaceGuest{
		{Status: store.FailedGuest, Invitation: invitationTo(1, "old-name@partner.example", "failed", "550 no such mailbox", 6*store.Day), Inviter: jane.Name, Role: store.Editor, EndsAt: Now.Add(6 * store.Day)},
		{Status: store.ActiveGuest, Account: erika, Role: store.Editor, EndsAt: Now.AddDate(0, 3, 0)},
		{Status: store.SuspendedGuest, Account: kari, Role: store.Reader},
		{Status: store.InvitedGuest, Invitation: invitationTo(2, "juan.perez@example.net", "sent", "250 ok", 23*time.Hour), Inviter: jane.Name, Role: store.Editor, EndsAt: Now.Add(23 * time.Hour)},
		{Status: store.ExpiredGuest, Invitation: invitationTo(3, "zhang.san@supply.example", "sent", "250 ok", -8*store.Day), Inviter: jane.Name, Role: store.Reader, EndsAt: Now.Add(-8 * store.Day)},
		{Status: store.DeclinedGuest, Invitation: invitationTo(4, "no.thanks@example.org", "sent", "250 ok", store.Day), Inviter: jane.Name, Role: store.Reader, EndsAt: Now.Add(store.Day)},
	}
	guests := views.GuestsPage{Page: page("space.manage_guests"), Space: catalogue, Rows: views.GuestRows(rows), Counts: map[store.GuestStatus]int{
		store.FailedGuest: 1, store.ActiveGuest: 1, store.SuspendedGuest: 1, store.InvitedGuest: 1, store.ExpiredGuest: 1, store.DeclinedGuest: 1,
	}}
	empty := views.GuestsPage{Page: page("space.manage_guests"), Space: catalogue}
	edit := views.EditGuestPage{GuestsPage: guests, Guest: guests.Rows[1], Permission: "edit", On: "2026-12-31"}
	edit.Title = edit.T("guest.change_of", "Name", erika.Name)
	remove := views.RemoveGuestPage{GuestsPage: guests, Removal: store.GuestRemoval{Space: catalogue, Guest: erika, Others: []string{"Warehouse move"}, Hidden: true}}
	remove.Title = remove.T("guest.removal_title", "Name", erika.Name)
	link := views.LinkPage{GuestsPage: guests, Invitation: rows[3].Invitation, Link: "https://portal.example.com/invitations/7Q2MxKdW9PAvL3sT0bYfR8nCeHgJ5uZq1iXoVw4Elk0"}
	link.Title = link.T("guest.copy_link")
	return append([]Sample{
		{"guests", overCatalogue(guests.Page, views.ShowGuests(guests))},
		{"guests-empty", overCatalogue(empty.Page, views.ShowGuests(empty))},
		{"guest-edit", overCatalogue(edit.Page, views.EditGuest(edit))},
		{"guest-remove", overCatalogue(remove.Page, views.ConfirmRemoveGuest(remove))},
		{"invitation-link", overCatalogue(link.Page, views.ShowInvitationLink(link))},
	}, invitePages(page, rows)...)
}

func invitePages(page func(string, ...any) views.Page, rows []store.SpaceGuest) []Sample {
	p := page("invite.title")
	preview := views.MailPreview{
		Words: p.Printer, From: "Example Works <guesthouse@example.com>", Sender: "guesthouse@example.com", ReplyTo: views.PersonOf(jane),
		Subject: p.T("mail.invitation.subject", "Space", catalogue.Name, "Organization", "Example Works"),
		Title:   p.T("mail.invitation.title", "Inviter", jane.Name, "Space", catalogue.Name),
		Message: "Hello,\nthis is where we collect proofs.", Until: p.Exact(Now.Add(7 * store.Day)), Link: "https://portal.example.com/invitations/",
	}
	fresh := views.InvitePage{Page: p, Space: catalogue, Subject: preview.Subject, Permission: "edit", Locale: "auto", Mail: preview}
	checked := fresh
	checked.Emails, checked.Message, checked.Days = "jan@example.org, max@partner,example", preview.Message, "180"
	checked.Checked = []store.AddressResult{
		{Email: "jan@example.org", Verdict: store.VerdictInvited}, {Email: "erika@partner.example", Verdict: store.VerdictAdded},
		{Email: "mary@example.com", Verdict: store.VerdictAlreadyMember}, {Email: "kari@example.org", Verdict: store.VerdictSuspended},
		{Email: "juan.perez@example.net", Verdict: store.VerdictAlreadyInvited}, {Email: "mario@studio.example", Verdict: store.VerdictAlreadyGuest},
		{Email: "busy@studio.example", Verdict: store.VerdictTooOften},
		{Text: "max@partner,example", Guess: "max@partner.example", Verdict: store.VerdictNotAnAddress},
	}
	wrong := checked
	wrong.Errors = views.Problems{{Field: "emails", Code: "nobody_invited"}, {Field: "ends_on", Code: "bad_date"}}
	sending := views.SendingPage{Page: p, Space: catalogue, Sent: []store.SentAddress{
		{AddressResult: store.AddressResult{Email: rows[0].Invitation.Email, Verdict: store.VerdictInvited}, Invitation: rows[0].Invitation},
		{AddressResult: store.AddressResult{Email: rows[3].Invitation.Email, Verdict: store.VerdictInvited}, Invitation: rows[3].Invitation},
		{AddressResult: store.AddressResult{Email: "proofs@partner.example", Verdict: store.VerdictInvited}, Invitation: invitationTo(9, "proofs@partner.example", "queued", "", 7*store.Day)},
	}}
	for _, result := range checked.Checked[1:] {
		sending.Sent = append(sending.Sent, store.SentAddress{AddressResult: result})
	}
	sending.Title = sending.Headline()
	return []Sample{
		{"invite", overCatalogue(p, views.NewInvitation(fresh))},
		{"invite-checked", overCatalogue(p, views.NewInvitation(checked))},
		{"invite-wrong", overCatalogue(wrong.Page, views.NewInvitation(wrong))},
		{"invite-result", overCatalogue(sending.Page, views.ShowSending(sending))},
	}
}

func invitationPages(lang string) []Sample {
	open := store.OpenInvitation{
		Invitation: invitationTo(2, "erika@partner.example", "sent", "", 7*store.Day), SpaceName: catalogue.Name, SpaceCover: catalogue.Cover,
		SpaceKind: store.GuestSpace, InviterName: jane.Name, Organization: "Example Works", Passwords: store.PasswordPreset("modern"),
	}
	page := func(reader *store.Account, change func(*views.InvitationPage)) views.InvitationPage {
		m := views.InvitationPage{
			Page: frame(lang, reader, "", ""), Token: "7Q2MxKdW9PAvL3sT0bYfR8nCeHgJ5uZq1iXoVw4Elk0", Open: open, Cover: static.Cover("harbour"),
			Locale: lang, TimeZone: "Europe/Berlin", GuessZone: true,
		}
		m.Title = m.T("invitation.title", "Space", catalogue.Name)
		if change != nil {
			change(&m)
		}
		return m
	}
	wrong := page(nil, func(m *views.InvitationPage) {
		m.Errors = views.Problems{{Field: "display_name", Code: "required"}, {Field: "password", Code: "password_too_short", Args: map[string]any{"Min": 10}}}
	})
	known := page(nil, func(m *views.InvitationPage) { m.Open.HasAccount, m.Open.Role = true, store.Reader })
	declining := page(nil, func(m *views.InvitationPage) { m.Title = m.T("invitation.decline_title") })
	asked := page(nil, func(m *views.InvitationPage) { m.Title = m.T("invitation.asked_title") })
	return append([]Sample{
		{"invitation", views.ShowInvitation(page(nil, nil))},
		{"invitation-wrong", views.ShowInvitation(wrong)},
		{"invitation-has-account", views.ShowInvitation(known)},
		{"invitation-join", views.ShowInvitation(page(&erika, nil))},
		{"invitation-decline", views.DeclineInvitation(declining)},
		{"invitation-asked", views.InvitationDone(asked.Page, asked.T("error.renewal_asked"))},
	}, invitationErrors(lang)...)
}

func invitationErrors(lang string) []Sample {
	page := func(code, art string, reader *store.Account) views.ErrorPage {
		p := frame(lang, reader, "", "")
		p.Title = p.T("error_title." + code)
		return views.ErrorPage{Page: p, Code: code, Text: p.T("error_text." + code), Art: art}
	}
	return []Sample{
		{"error-gone-invitation", views.ShowGoneInvitation(views.GoneInvitationPage{ErrorPage: page("GAIA_IR01", "clock", nil), Token: "x"})},
		{"error-other-account", views.ShowOtherAccount(views.OtherAccountPage{ErrorPage: page("GAIA_AL01", "accounts", &jane), Token: "x", Masked: "e•••a@partner.example"})},
	}
}
