package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/store/storetest"
	"guesthouse/web/webtest"
)

// Words that stand in everything of one sort, and in nothing else: whoever must
// not read that sort reads the word nowhere.
const (
	wombat     = "Wombat"     // the name of the guest space
	kookaburra = "Kookaburra" // for everybody in it
	quokka     = "Quokka"     // for its team
	ibis       = "Ibis"       // the guests of the one company, and its name
	egret      = "Egret"      // what they write, and what is for them
	bilby      = "Bilby"      // the guests of the other company, and its name
	potoroo    = "Potoroo"    // what they write, and what is for them
	dugong     = "Dugong"     // the name of the secret space
	numbat     = "Numbat"     // what is in it, and in a chat of two
)

// Where the hidden things of a hiding are.
type hidingPlace int

const (
	among   hidingPlace = iota // in the guest space that the readers are in
	away                       // all the same, but in a vault: the guest space has none of them
	nowhere                    // nothing was ever written in either
)

// hiding is a guest space of companies apart in which some things are for some
// people only, beside a secret one.
type hiding struct {
	*webtest.World

	t        *testing.T
	people   map[string]*store.Account // the readers, by their roles
	cookies  map[string]string
	workshop stage
	vault    stage
	secret   stage
	named    []named // the things that addresses may name

	hiding    bool    // what is put down now is hidden from the guests of the first company
	concealed []named // all that is
}

// named is a thing in the words of addresses: ":thread" and so on.
type named map[string]string

// stage is a space with what everybody in it reads.
type stage struct {
	space, thread, comment, folder, file, chat store.ID
}

// A fixed order: the same people have the same numbers in each hiding.
var hiddenFrom = []string{"AE", "AR", "BE", "BR", "g", "removed", "ended", "suspended", "m", "M", "SpA of another", "SA", "host"}

func newHiding(t *testing.T, where hidingPlace) *hiding {
	t.Helper()
	inner := storetest.New(t)
	h := &hiding{
		World: webtest.On(t, inner, quick), t: t,
		people: map[string]*store.Account{}, cookies: map[string]string{"anonymous": ""},
	}
	h.cast()
	h.workshop = h.stage(store.GuestSpace, wombat, kookaburra)
	h.vault = h.stage(store.GuestSpace, "Vault", "Vault")
	h.secret = h.stage(store.SecretSpace, dugong, numbat)
	h.enter(h.workshop, "AE", "AR", "removed", "ended", "suspended")
	h.enter(h.vault, "BE", "BR")
	place := h.vault
	if where == among {
		place = h.workshop
		h.enter(place, "BE", "BR")
	}
	if where != nowhere {
		h.hide(place)
		h.confide()
	}
	h.talkOn()
	h.leave()
	h.nameAll()
	return h
}

func (h *hiding) do(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// cast are the people. Each role that reads has one.
func (h *hiding) cast() {
	h.t.Helper()
	hash, err := h.Store.HashPassword(h.t.Context(), "given by somebody")
	h.do(err)
	for role, account := range map[string]*store.Account{"g": &h.GuestOutside, "host": &h.Host, "m": &h.Outsider, "M": &h.Editor, "SA": &h.Root} {
		h.people[role] = account
	}
	h.do(h.Store.Seed(h.t.Context(), func(seed store.Seeder) error {
		for _, in := range []struct {
			role, name, company string
			kind                store.AccountKind
		}{
			{"AE", ibis + " Anna", ibis + " Werke", store.Guest}, {"AR", ibis + " Aldo", ibis + " WERKE", store.Guest},
			{"BE", bilby + " Berta", bilby + " GmbH", store.Guest}, {"BR", bilby + " Bruno", bilby + " GmbH", store.Guest},
			{"removed", "Remo Ved", "Past", store.Guest}, {"ended", "Ende Nd", "Past", store.Guest}, {"suspended", "Sus Pended", "Past", store.Guest},
			{"SpA of another", "Anton Other", "", store.Member},
		} {
			email, _, _ := strings.Cut(in.role, " ")
			account, err := seed.Account(store.SeedAccount{
				Kind: in.kind, Name: in.name, Company: in.company, Email: store.Email(strings.ToLower(email) + "@crawl.example"), MayCreateGuestSpaces: in.kind == store.Member,
			}, hash)
			if err != nil {
				return err
			}
			h.people[in.role] = &account
		}
		return nil
	}))
	berta := *h.people["BE"]
	picture := strings.NewReader(string(aPicture(h.t)))
	h.do(h.Store.SetPicture(h.t.Context(), berta, picture))
	_, err = h.Store.CreateSpace(h.t.Context(), *h.people["SpA of another"], store.NewSpace{Kind: store.GuestSpace, Name: "Another", MultiThread: true})
	h.do(err)
	_, err = h.Store.UpdateProfile(h.t.Context(), berta, store.Profile{
		Name: berta.Name, Locale: "en", TimeZone: "UTC",
		Details: &store.ProfileDetails{SurNameReading: bilby + " reading", Company: berta.Company, Division: bilby + " division", Phone: "+49 30 4711", CallTo: bilby},
	})
	h.do(err)
	daily := map[string]string{"comments": "daily", "mentions": "daily", "files": "daily", "chat": "daily"}
	h.do(h.Store.ChooseNotices(h.t.Context(), *h.people["AR"], 0, daily))
	for _, role := range hiddenFrom {
		h.cookies[role] = h.SignIn(*h.people[role])
	}
}

func (h *hiding) enter(s stage, roles ...string) {
	h.t.Helper()
	h.do(h.Store.Seed(h.t.Context(), func(seed store.Seeder) error {
		for _, role := range roles {
			as := store.Editor
			if strings.HasSuffix(role, "R") {
				as = store.Reader
			}
			if err := seed.Membership(s.space, *h.people[role], as, h.Clock.Now().AddDate(1, 0, 0)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// leave takes people out of the guest space, each in another way.
func (h *hiding) leave() {
	h.t.Helper()
	ctx, space := h.t.Context(), h.workshop.space
	h.do(h.Store.RemoveGuest(ctx, h.Host, space, h.people["removed"].ID, ""))
	h.do(h.Store.ChangeGuest(ctx, h.Host, space, h.people["ended"].ID, store.GuestChange{Access: &store.AccessText{On: "2026-09-01"}, Confirmed: true}))
	h.do(h.Store.Suspend(ctx, h.Root, h.people["suspended"].ID, ""))
}

// stage makes a space with what is for everybody in it.
func (h *hiding) stage(kind store.SpaceKind, name, word string) stage {
	h.t.Helper()
	ctx := h.t.Context()
	members := []store.ID{h.Host.ID}
	if kind == store.GuestSpace {
		members = append(members, h.Editor.ID)
	}
	space, err := h.Store.CreateSpace(ctx, h.Host, store.NewSpace{Kind: kind, Name: name, MultiThread: true, Members: members, Administrators: members[:1]})
	h.do(err)
	h.do(h.Store.UpdateSpace(ctx, h.Host, space, store.SpaceSettings{Name: name, Body: word + " body", MultiThread: true, CompaniesApart: kind == store.GuestSpace}))
	s := stage{space: space}
	s.thread = h.thread(s, h.Host, word+" plan", store.Everyone)
	s.comment = h.say(s, s.thread, h.Host, word+" comment", store.Everyone)
	s.folder = h.folder(s, h.Host, word+" folder", store.Everyone)
	s.file = h.file(s, h.Host, s.folder, word+" file.txt", store.Everyone)
	s.chat, err = h.Store.SpaceChat(ctx, h.Host, space)
	h.do(err)
	h.send(s.chat, h.Host, word+" message", store.Everyone)
	return s
}

// talkOn is what everybody in the guest space reads and came after what is hidden.
func (h *hiding) talkOn() {
	h.t.Helper()
	s, company := h.workshop, store.ForCompany(store.FoldKey(ibis+" Werke"))
	own := h.thread(s, *h.people["AE"], egret+" thread", store.Everyone)
	h.say(s, own, h.Host, egret+" answer", company)
	h.say(s, s.thread, *h.people["AE"], egret+" comment @"+h.Host.Name, store.Everyone)
	said := h.say(s, s.thread, h.Host, kookaburra+" last", store.Everyone)
	h.do(h.Store.EditComment(h.t.Context(), h.Host, s.space, s.thread, said, 1, kookaburra+" last, again"))
	h.say(s, s.thread, h.Host, egret+" for @"+h.people["AR"].Name, company)
	h.do(h.Store.React(h.t.Context(), *h.people["AE"], s.space, s.thread, s.comment, "heart", true))
	h.file(s, *h.people["AE"], s.folder, egret+" file.txt", store.Everyone)
	h.send(s.chat, *h.people["AE"], egret+" message", store.Everyone)
	h.send(s.chat, h.Host, kookaburra+" message, again", store.Everyone)
	_, _, err := h.Store.SendTo(h.t.Context(), h.Host, h.people["AE"].ID, store.NewMessage{Text: egret + " between us"})
	h.do(err)
	for more := true; more; {
		more, err = h.Store.IndexNow(h.t.Context())
		h.do(err)
	}
	h.do(h.Store.MakeNotices(h.t.Context()))
	h.Clock.Advance(2 * time.Minute)
}

func (h *hiding) thread(s stage, by store.Account, name string, audience store.Audience) store.ID {
	h.t.Helper()
	thread, err := h.Store.CreateThread(h.t.Context(), by, s.space, store.NewThread{Name: name, Body: name + " body", Audience: audience})
	h.do(err)
	h.name(":space", s.space, ":thread", thread.ID)
	return thread.ID
}

func (h *hiding) say(s stage, thread store.ID, by store.Account, body string, audience store.Audience, files ...string) store.ID {
	h.t.Helper()
	var uploads []store.ID
	for _, name := range files {
		uploads = append(uploads, h.upload(s, by, name))
	}
	c, err := h.Store.AddComment(h.t.Context(), by, s.space, thread, store.NewComment{Body: body, Audience: audience, Uploads: uploads})
	h.do(err)
	h.name(":space", s.space, ":thread", thread, ":comment", c.ID)
	return c.ID
}

func (h *hiding) upload(s stage, by store.Account, name string) store.ID {
	h.t.Helper()
	u, err := h.Store.KeepUpload(h.t.Context(), by, s.space, name, strings.NewReader("text of "+name))
	h.do(err)
	h.name(":space", s.space, ":upload", u.ID)
	return u.ID
}

func (h *hiding) folder(s stage, by store.Account, name string, audience store.Audience) store.ID {
	h.t.Helper()
	folder, err := h.Store.CreateFolder(h.t.Context(), by, s.space, store.NewFolder{Name: name, Audience: audience})
	h.do(err)
	h.name(":space", s.space, ":folder", folder.ID)
	return folder.ID
}

func (h *hiding) file(s stage, by store.Account, in store.ID, name string, audience store.Audience) store.ID {
	h.t.Helper()
	received, err := h.Store.ReceiveFile(h.t.Context(), by, s.space, name, strings.NewReader("text of "+name))
	h.do(err)
	f, err := h.Store.AddFile(h.t.Context(), by, s.space, store.NewFile{ReceivedFile: received, Folder: in, Audience: audience})
	h.do(err)
	h.name(":space", s.space, ":file", f.ID)
	h.name(":space", s.space, ":file", f.ID, ":version", 1)
	return f.ID
}

func (h *hiding) send(chat store.ID, by store.Account, text string, audience store.Audience) store.ID {
	h.t.Helper()
	m, err := h.Store.SendMessage(h.t.Context(), by, chat, store.NewMessage{Text: text, Audience: audience})
	h.do(err)
	h.name(":chat", chat, ":message", m.ID)
	return m.ID
}

// name puts down what addresses say of a thing: pairs of a place and a number.
func (h *hiding) name(pairs ...any) {
	n := named{}
	for i := 0; i < len(pairs); i += 2 {
		n[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	h.named = append(h.named, n)
	if h.hiding {
		h.concealed = append(h.concealed, n)
	}
}

// nameAll puts down what addresses may name besides.
func (h *hiding) nameAll() {
	h.t.Helper()
	for _, s := range []stage{h.workshop, h.secret} {
		h.name(":space", s.space)
		h.name(":chat", s.chat)
	}
	for _, role := range []string{"AE", "BE"} {
		h.name(":account", h.people[role].ID)
		h.name(":account", h.people[role].ID, ":space", h.workshop.space)
	}
	h.hiding = true
	h.name(":account", h.people["BE"].ID)
	h.name(":space", h.secret.space)
	h.name(":chat", h.secret.chat)
	h.hiding = false
	for _, row := range h.Dump()["attachments"] {
		cell := func(name string) string {
			return regexp.MustCompile(`(?m)^` + name + `=(\d+)$`).FindStringSubmatch(row)[1]
		}
		h.name(":space", cell("space_id"), ":thread", cell("thread_id"), ":comment", cell("comment_id"), ":file", cell("id"))
	}
}

// all are the numbers that a place may hold.
func (h *hiding) all(place string) (ids []string) {
	for _, n := range h.named {
		if id := n[place]; id != "" && !slices.Contains(ids, id) && (place != ":file" || n[":comment"] == "") {
			ids = append(ids, id)
		}
	}
	return ids
}

// as is a browser of one of the roles.
func (h *hiding) as(role string) *webtest.Client {
	h.t.Helper()
	c := h.Anonymous()
	if h.cookies[role] != "" {
		c.SetCookie("guesthouse", h.cookies[role])
	}
	return c
}
