package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

// desk is a portal in which everything is there once, so that every address of
// the table of routes leads to something real.
type desk struct {
	*webtest.World

	t       *testing.T
	params  map[string]string // of the addresses, by their names; some only under a prefix
	cookies map[string]string // of the roles, by their names
	second  store.Account     // a second administrator of the guest space
	folders int               // made elsewhere, to be called by their numbers
}

// roles are all that somebody can be to the guest space; the cast of the
// matrix of rights comes last, in the order of its columns.
var roles = []string{
	"anonymous", "pending", "changing", "owing", "suspended", "ended", // out of reach
	"GE", "GR", "g", "M", "m", "SpA", "SA",
}

func newDesk(t *testing.T, change ...func(*store.Options)) *desk {
	t.Helper()
	d := &desk{World: webtest.On(t, storetest.New(t, change...)), t: t, cookies: map[string]string{}}
	password, err := d.Store.HashPassword(t.Context(), "given by somebody")
	d.do(err)
	var changing, owing, suspended, ended, pending store.Account
	d.do(d.Store.Seed(t.Context(), func(seed store.Seeder) (err error) {
		for name, into := range map[string]*store.Account{"changing": &changing, "owing": &owing, "suspended": &suspended, "ended": &ended, "pending": &pending} {
			*into, err = seed.Account(store.SeedAccount{
				Kind: store.Guest, Email: store.Email(name + "@partner.example"), Name: "Guest " + name, MustChange: name == "changing",
			}, password)
			if err != nil {
				return err
			}
			if err := seed.Membership(d.Space, *into, store.Editor, d.Clock.Now().AddDate(1, 0, 0)); err != nil {
				return err
			}
		}
		d.second, err = seed.Account(store.SeedAccount{Kind: store.Member, Email: "second@works.example", Name: "Second"}, password)
		if err != nil {
			return err
		}
		return seed.Membership(d.Space, d.second, store.Administrator, store.Account{}.EndsAt)
	}))
	for role, account := range map[string]store.Account{
		"changing": changing, "owing": owing, "suspended": suspended, "ended": ended, "GE": d.GuestEditor, "GR": d.GuestReader,
		"g": d.GuestOutside, "M": d.Editor, "m": d.Outsider, "SpA": d.Host, "SA": d.Root,
	} {
		d.cookies[role] = d.SignIn(account)
	}
	d.do(d.Store.Suspend(t.Context(), d.Root, suspended.ID, ""))
	d.do(d.Store.ChangeGuest(t.Context(), d.Host, d.Space, ended.ID, store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true}))
	policy(t, d.World, map[string]string{"twostep.guests": "on"})
	entry, err := d.Store.SignIn(t.Context(), store.Credentials{Login: pending.Login, Password: "given by somebody"})
	d.do(err)
	d.cookies["pending"] = entry.Token
	policy(t, d.World, map[string]string{"twostep.guests": "off"})
	terms, err := d.Store.PublishTerms(t.Context(), d.Root, map[string]string{"en": "Be kind."})
	d.do(err)
	for _, guest := range []store.Account{ended, d.GuestEditor, d.GuestReader, d.GuestOutside} {
		d.do(d.Store.AcceptTerms(t.Context(), guest, terms, "en"))
	}
	d.furnish()
	return d
}

func (d *desk) do(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// furnish makes the things that the addresses name.
func (d *desk) furnish() {
	d.t.Helper()
	ctx, space := d.t.Context(), d.Space
	d.do(d.Store.UpdateSpace(ctx, d.Host, space, store.SpaceSettings{Name: "The guest space", Upload: aPicture(d.t), MultiThread: true}))
	d.do(d.Store.SetPicture(ctx, d.Host, strings.NewReader(string(aPicture(d.t)))))
	threads, err := d.Store.Threads(ctx, d.Host, space, "")
	d.do(err)
	attached, err := d.Store.KeepUpload(ctx, d.Host, space, "plan.png", bytes.NewReader(aPicture(d.t)))
	d.do(err)
	waiting, err := d.Store.KeepUpload(ctx, d.Host, space, "waiting.txt", strings.NewReader("Not sent yet"))
	d.do(err)
	comment, err := d.Store.AddComment(ctx, d.Host, space, threads.Items[0].ID, store.NewComment{Body: "A comment of the host", Uploads: []store.ID{attached.ID}})
	d.do(err)
	file, folder := d.drive()
	sending, err := d.Store.InviteGuests(ctx, d.Host, space, store.Invite{Emails: "invited@else.example"})
	d.do(err)
	bulk, err := d.Store.ReadBulk(ctx, d.Host, space, store.BulkForm{Text: "listed@else.example"})
	d.do(err)
	_, err = d.Store.InviteUnaffiliated(ctx, d.Root, store.Invite{Emails: "nowhere@else.example"})
	d.do(err)
	nowhere, _, err := d.Store.UnaffiliatedInvitations(ctx, d.Root, 0)
	d.do(err)
	_, link, err := d.Store.AddMember(ctx, d.Root, store.NewMember{Name: "New", Email: "new@works.example"})
	d.do(err)
	mails, _, err := d.Store.Outbox(ctx, d.Root, "", 0)
	d.do(err)
	guests, err := d.Store.SpaceGuests(ctx, d.Host, space, store.InvitedGuest, store.SpaceGuestCursor{})
	d.do(err)
	private := d.Spaces[store.PrivateSpace]
	d.do(d.Store.AskToJoin(ctx, d.Outsider, private))
	policy(d.t, d.World, map[string]string{"invite.who": "members", "invite.approval": "space_admin"})
	_, err = d.Store.InviteGuests(ctx, d.Editor, space, store.Invite{Emails: "asked@else.example"})
	d.do(err)
	policy(d.t, d.World, map[string]string{"invite.who": "space_admins", "invite.approval": "none"})
	newMember := mustFind(d.t, d.Dump()["accounts"], "login_key=new@works.example")
	offline := d.withoutEmail()
	act, err := d.Store.DoGuestAct(ctx, d.Root, store.GuestSelection{Entries: []store.ID{2 * d.GuestOutside.ID}},
		store.GuestActForm{Act: store.ActExtend, Access: store.AccessText{Days: "never"}})
	d.do(err)
	chat, err := d.Store.SpaceChat(ctx, d.Host, space)
	d.do(err)
	message, err := d.Store.SendMessage(ctx, d.Host, chat, store.NewMessage{Text: "A message of the host"})
	d.do(err)
	department, list := d.chart()
	webhook, delivery := d.webhook()
	d.params = map[string]string{
		":webhook": webhook.String(), ":delivery": delivery.String(),
		":department": department.String(), ":import": list.String(), "/admin/orgchart:account": d.Editor.ID.String(),
		":chat": chat.String(), ":message": message.ID.String(),
		":act":     act.String(),
		":request": mustFind(d.t, d.Dump()["invitation_requests"], "email=asked@else.example"),
		":group":   "guests",
		":preset":  "groups",
		":version": "1",
		":upload":  waiting.ID.String(), "/spaces/:space/threads:file": mustFind(d.t, d.Dump()["attachments"], "name=plan.png"),
		":file": file.String(), ":folder": folder.String(),
		"/guests:account": offline.String(),
		":template":       "999999", // the administrator is in no space that could be saved as one
		":space":          space.String(), ":thread": threads.Items[0].ID.String(), ":comment": comment.ID.String(),
		":invitation": guests.Rows[0].Invitation.ID.String(), ":token": link, ":mail": mails[0].ID.String(), ":session": "987654321", ":notice": "987654321", ":browser": "987654321", ":credential": "987654321", ":sending": sending.ID.String(), ":bulk": bulk.String(),
		"/spaces/:space/members:account": d.Editor.ID.String(), "/spaces/:space/guests:account": d.GuestReader.ID.String(),
		"/spaces/:space/requests:account": d.Outsider.ID.String(), "/spaces/:space/requests:space": private.String(),
		"/admin/invitations:invitation": nowhere[0].ID.String(),
		"/admin/members:account":        newMember, "/admin/guests:account": d.GuestReader.ID.String(),
		"/people:account": d.Host.ID.String(), "/invitations:token": d.invitationToken(guests.Rows[0].Invitation.ID),
	}
}

// webhook is a webhook with an event that waits for it.
func (d *desk) webhook() (webhook, delivery store.ID) {
	d.t.Helper()
	webhook, err := d.Store.CreateWebhook(d.t.Context(), d.Root, store.WebhookForm{
		Name: "Register", URL: "https://hooks.partner.example/", Events: []string{store.EventDeleted}, Enabled: true,
	})
	d.do(err)
	d.do(d.Store.PingWebhook(d.t.Context(), d.Root, webhook))
	log, _, err := d.Store.Deliveries(d.t.Context(), d.Root, webhook, "", 0)
	d.do(err)
	return webhook, log[0].ID
}

// chart is a department with somebody in it, and a list that was read.
func (d *desk) chart() (department, list store.ID) {
	d.t.Helper()
	department, err := d.Store.AddDepartment(d.t.Context(), d.Root, 1, 0, "Sales")
	d.do(err)
	d.do(d.Store.PutInDepartment(d.t.Context(), d.Root, department, d.Editor.ID, "Clerk", true))
	list, err = d.Store.ReadChart(d.t.Context(), d.Root, []byte("department\nFinance\n"), "", "")
	d.do(err)
	return department, list
}

// teamFile is what the files and folders of the team alone are called.
const teamFile = "Quetzalcoatl"

// drive is a file and a folder of the host, beside others that are for the team.
func (d *desk) drive() (file, folder store.ID) {
	d.t.Helper()
	ctx := d.t.Context()
	add := func(name string, audience store.Audience, in store.ID) store.File {
		received, err := d.Store.ReceiveFile(ctx, d.Host, d.Space, name, strings.NewReader("%PDF-1.7 of "+name))
		d.do(err)
		f, err := d.Store.AddFile(ctx, d.Host, d.Space, store.NewFile{ReceivedFile: received, Audience: audience, Folder: in})
		d.do(err)
		return f
	}
	inside, err := d.Store.CreateFolder(ctx, d.Host, d.Space, store.NewFolder{Name: "Proofs"})
	d.do(err)
	hidden, err := d.Store.CreateFolder(ctx, d.Host, d.Space, store.NewFolder{Name: teamFile, Audience: store.TeamOnly})
	d.do(err)
	add(teamFile+".pdf", store.TeamOnly, 0)
	add(teamFile+" inside.pdf", store.Everyone, hidden.ID)
	add(teamFile+" too.pdf", store.TeamOnly, inside.ID)
	return add("Proof.pdf", store.Everyone, inside.ID).ID, inside.ID
}

// withoutEmail is a guest without e-mail who got a recovery page.
func (d *desk) withoutEmail() store.ID {
	d.t.Helper()
	ctx := d.t.Context()
	inv, err := d.Store.InvitePrinted(ctx, d.Host, d.Space, store.PrintedInvite{Identifier: "on.paper", Name: "Ana Silva"})
	d.do(err)
	joined, err := d.Store.AcceptInvitation(ctx, d.invitationToken(inv.ID), store.SignUp{DisplayName: "Ana Silva", Password: "plenty of apples 4 winter", Terms: true})
	d.do(err)
	d.do(d.Store.RecoverGuest(ctx, d.Root, joined.Account.ID, ""))
	return joined.Account.ID
}

func (d *desk) invitationToken(id store.ID) string {
	d.t.Helper()
	_, _, token, err := d.Store.InvitationLink(d.t.Context(), d.Host, d.Space, id)
	d.do(err)
	return token
}

var idColumn = regexp.MustCompile(`(?m)^id=(\d+)$`)

// mustFind is the ID of the row that holds a cell.
func mustFind(t *testing.T, rows []string, cell string) string {
	t.Helper()
	for _, row := range rows {
		if strings.Contains(row, cell) {
			return idColumn.FindStringSubmatch(row)[1]
		}
	}
	t.Fatalf("no row with %s", cell)
	return ""
}

// path is a route's address with something real in the place of every name.
// One name can be given something else.
func (d *desk) path(r web.Route, instead ...string) string {
	d.t.Helper()
	return parameter.ReplaceAllStringFunc(r.Pattern, func(name string) string {
		if len(instead) == 2 && instead[0] == name {
			return instead[1]
		}
		longest := ""
		for key := range d.params {
			prefix, own := strings.CutSuffix(key, name)
			if own && strings.HasPrefix(r.Pattern, prefix) && len(key) > len(longest) {
				longest = key
			}
		}
		if longest == "" {
			d.t.Fatalf("%s %s: the desk has nothing for %s", r.Method, r.Pattern, name)
		}
		return d.params[longest]
	})
}

// as is a browser of somebody of the roles.
func (d *desk) as(role string) *webtest.Client {
	d.t.Helper()
	c := d.Anonymous()
	if role != "anonymous" {
		c.SetCookie("guesthouse", d.cookies[role])
	}
	return c
}

// send sends a request of a route with a form.
func (d *desk) send(role string, r web.Route, path string, form url.Values) *webtest.Page {
	d.t.Helper()
	if r.Method == http.MethodPost {
		return d.as(role).Post(path, form)
	}
	return d.as(role).Get(path)
}

// changed are the tables that differ from before, but for what only counts.
func (d *desk) changed(before map[string][]string) (names []string) {
	d.t.Helper()
	after := d.Dump()
	for name, rows := range before {
		if name != "throttles" && strings.Join(rows, "\n\n") != strings.Join(after[name], "\n\n") {
			names = append(names, name)
		}
	}
	return names
}
