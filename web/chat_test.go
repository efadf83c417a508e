package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// chatWith is the address of the chat of two people, who have begun it.
func chatWith(t *testing.T, w *webtest.World, a, b store.Account, text string) string {
	t.Helper()
	chat, _, err := w.Store.SendTo(t.Context(), a, b.ID, store.NewMessage{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return "/chats/" + chat.String()
}

func chatOfSpace(t *testing.T, w *webtest.World) string {
	t.Helper()
	chat, err := w.Store.SpaceChat(t.Context(), w.Host, w.Space)
	if err != nil {
		t.Fatal(err)
	}
	return "/chats/" + chat.String()
}

// S4-18: without a script a guest writes to a member from nothing to an answer.
func TestChatWithoutScript(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	guest, host := w.As("guest"), w.As("host")
	page := guest.Get("/chats/new?account=" + w.Host.ID.String()).Want(http.StatusOK)
	if page.Text("h1") != "Jane Roe" || page.Text("#readers") != "Only you and Jane Roe" {
		t.Errorf("the form says %q, %q", page.Text("h1"), page.Text("#readers"))
	}
	form := url.Values{"text": {"Good **morning** https://example.org"}, "account": {w.Host.ID.String()}, "client_id": {page.Value("client_id")}}
	address := guest.Post("/chats/new", form).Want(http.StatusSeeOther).Location()
	if again := guest.Post("/chats/new", form).Want(http.StatusSeeOther).Location(); again != address {
		t.Errorf("sent twice it leads to %s and %s", address, again)
	}
	home := host.Get("/").Want(http.StatusOK)
	if home.Text("#chat-unread") != "1 new" {
		t.Errorf("beside Chat stands %q", home.Text("#chat-unread"))
	}
	list := host.Get("/chats").Want(http.StatusOK)
	if !strings.Contains(list.Text(".chat__item"), "Good morning https://example.org") || !list.Exists(".chat__item [data-guest]") {
		t.Errorf("the list says %q", list.Text(".chat__item"))
	}
	read := host.Get(address).Want(http.StatusOK)
	if read.Count(".msg") != 1 || !read.Exists(".msg strong") || !read.Exists(`.msg a[href="https://example.org"]`) || read.Text(".day") != "Today" {
		t.Errorf("the chat says %q", read.Text(".chat__messages"))
	}
	if read.Text("#chat-unread") != "" {
		t.Errorf("after reading %q", read.Text("#chat-unread"))
	}
	host.Post(address, url.Values{"text": {"And to you"}, "client_id": {read.Value("client_id")}}).Want(http.StatusSeeOther)
	if page := guest.Get(address); page.Count(".msg") != 2 || guest.Get("/chats/new?account="+w.Host.ID.String()).Location() != address {
		t.Errorf("the guest reads %d messages", page.Count(".msg"))
	}
	empty := host.Post(address, url.Values{"text": {" "}}).Want(http.StatusUnprocessableEntity)
	if empty.Attr("#text", "aria-invalid") != "true" {
		t.Error("nothing was sent without a word about it")
	}
	long := strings.Repeat("あ", store.MaxText+1)
	if page := host.Post(address, url.Values{"text": {long}}).Want(http.StatusUnprocessableEntity); page.Value("text") != long {
		t.Error("a text that is too long is gone")
	}
}

// SEC-A1, S4-22: a chat of others, a person whom one must not know of, and
// nobody at all are answered alike.
func TestForeignChatsAreUnknown(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	address := chatWith(t, w, w.Host, w.Editor, "canary")
	guest := w.As("guest")
	pairs := [][2]string{
		{address, "/chats/987654"},
		{chatOfSpace(t, w), "/chats/987654"},
		{"/chats/new?account=" + w.Outsider.ID.String(), "/chats/new?account=987654"},
		{"/chats/new?account=" + w.GuestOutside.ID.String(), "/chats/new?account=x"},
	}
	for i, pair := range pairs {
		reader := guest
		if i == 1 {
			reader = w.As("elsewhere")
		}
		a, b := reader.Get(pair[0]).Want(http.StatusNotFound), reader.Get(pair[1]).Want(http.StatusNotFound)
		if maskedAnswer(a, pair[0]) != maskedAnswer(b, pair[1]) {
			t.Errorf("%s and %s are told apart", pair[0], pair[1])
		}
	}
	for _, other := range []store.Account{w.Outsider, w.GuestOutside} {
		guest.Post("/chats/new", url.Values{"account": {other.ID.String()}, "text": {"x"}}).Want(http.StatusNotFound)
	}
	// A member knows the guest, and is told why they cannot write.
	page := w.As("outsider").Get("/chats/new?account=" + w.GuestEditor.ID.String()).Want(http.StatusForbidden)
	if page.Code() != "chat_no_common_space" {
		t.Errorf("a member of no common space reads %s", page.Code())
	}
}

// S4-18, S4-22: a chat without a common space can be read and says so; what
// was typed in vain is shown, the other person's page and picture are not.
func TestReadOnlyChat(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	address := chatWith(t, w, w.Host, w.GuestEditor, "Hello")
	if err := w.Store.SetPicture(t.Context(), w.Host, strings.NewReader(string(aPicture(t)))); err != nil {
		t.Fatal(err)
	}
	guest := w.As("guest")
	if page := guest.Get(address); !page.Exists(`h1 a[href="/people/`+w.Host.ID.String()+`"]`) || !page.Exists(".msg img") {
		t.Error("a guest of the same space finds no profile and no picture")
	}
	for _, space := range w.Spaces {
		if err := w.Store.RemoveGuest(t.Context(), w.Host, space, w.GuestEditor.ID, ""); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]*webtest.Client{"guest": guest, "host": w.As("host")} {
		page := c.Get(address).Want(http.StatusOK)
		if page.Exists("#chat-form") || !strings.Contains(page.Text("#chat-closed"), "in no space together") || page.Count(".msg") != 1 {
			t.Errorf("%s reads %q", name, page.Text(".chat__main"))
		}
		refused := c.Post(address, url.Values{"text": {"typed in vain"}}).Want(http.StatusForbidden)
		if !strings.Contains(refused.Text(".chat__foot"), "typed in vain") {
			t.Errorf("%s: what was typed is gone", name)
		}
	}
	page := guest.Get(address)
	if page.Text("h1") != "Jane Roe" || page.Exists("h1 a") || page.Exists(".chat__main img") || page.Exists(".chat__list .avatar img") {
		t.Error("a guest finds the profile or the picture of somebody whom they must not know of")
	}
}

// S4-10: the composer says who reads; members keep guests out of what is for
// the team, which is marked, and guests are not asked.
func TestComposerOfASpaceSaysWhoReads(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host, guest := w.As("host"), w.As("guest")
	address := chatOfSpace(t, w)
	if to := host.Get("/spaces/" + w.Space.String() + "/chat").Want(http.StatusSeeOther).Location(); to != address {
		t.Errorf("the tab leads to %s", to)
	}
	if got := host.Get(address).Texts("#audience option"); len(got) != 2 || got[0] != "Everyone in The guest space: 2 members and 2 guests" || got[1] != "Team only: 2 members, no guests" {
		t.Errorf("a member chooses from %q", got)
	}
	if page := guest.Get(address); page.Exists("#audience") || page.Text("#readers") != "Everyone in The guest space: 2 members and 2 guests" {
		t.Errorf("a guest reads %q", page.Text("#readers"))
	}
	host.Post(address, url.Values{"text": {"canary"}, "audience": {"team"}}).Want(http.StatusSeeOther)
	if page := host.Get(address); page.Text(".msg .tag--outline") != "Team only" {
		t.Error("what is for the team is not marked")
	}
	for _, path := range []string{address, "/chats", "/", address + "?after=1", address + "?at=1"} {
		for _, page := range []*webtest.Page{guest.Get(path), guest.Fragment(path)} {
			if strings.Contains(page.Body, "canary") {
				t.Errorf("a guest reads it in %s", path)
			}
		}
	}
	guest.Post(address, url.Values{"text": {"x"}, "audience": {"team"}}).Want(http.StatusUnprocessableEntity)
	w.As("elsewhere").Post(address, url.Values{"text": {"x"}, "audience": {"nonsense"}}).Want(http.StatusNotFound)
	// Where companies are apart, how many guests of others there are is nobody's business.
	if err := w.Store.Seed(t.Context(), func(seed store.Seeder) error { return seed.Apart(w.Space) }); err != nil {
		t.Fatal(err)
	}
	page := guest.Get(address)
	if strings.Contains(page.Text(".chat__main"), "2 guests") || page.Text("#readers") != "The members in The guest space and the guests of your company" {
		t.Errorf("a guest of a company reads %q", page.Text(".chat__main"))
	}
}

// SEC-A5: the script is given messages after the last one that it has, one by
// itself, and what it sends comes back with what others said meanwhile.
func TestChatForTheScript(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	address := chatWith(t, w, w.Host, w.GuestEditor, "one")
	host := w.As("host")
	first := host.Get(address).Attr(".msg", "data-message")
	if _, _, err := w.Store.SendTo(t.Context(), w.GuestEditor, w.Host.ID, store.NewMessage{Text: "two"}); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"text": {"three"}, "client_id": {"c1"}, "after": {first}}
	for range 2 { // the second time nobody heard of the first
		r := host.Request(http.MethodPost, address, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("HX-Request", "true")
		if page := host.Do(r).Want(http.StatusOK); strings.Join(page.Texts(".msg .prose"), " ") != "two three" || page.Exists("html > head > title") {
			t.Errorf("got %v", page.Texts(".msg .prose"))
		}
	}
	if page := host.Fragment(address + "?after=" + first); strings.Join(page.Texts(".msg .prose"), " ") != "two three" {
		t.Errorf("after the first %v", page.Texts(".msg .prose"))
	}
	if page := host.Fragment(address + "?only=" + first); strings.Join(page.Texts(".msg .prose"), " ") != "one" {
		t.Errorf("the first alone %v", page.Texts(".msg .prose"))
	}
	if page := w.As("guest").Fragment("/chats/unread"); page.Text("#chat-unread") != "1 new" {
		t.Errorf("new are %q", page.Text("#chat-unread"))
	}
	if page := w.As("editor").Fragment(address + "?only=" + first); page.Status != http.StatusNotFound {
		t.Errorf("another gets %d", page.Status)
	}
}

// SEC-T4: only opening a chat marks it as read: not asking whether it is there.
func TestLookingIntoAChatMarksItRead(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	address := chatWith(t, w, w.Host, w.GuestEditor, "one")
	guest := w.As("guest")
	guest.Do(guest.Request(http.MethodHead, address, nil))
	if page := guest.Fragment("/chats/unread"); page.Text("#chat-unread") != "1 new" {
		t.Errorf("after HEAD %q", page.Text("#chat-unread"))
	}
	guest.Get(address)
	if page := guest.Fragment("/chats/unread"); page.Text("#chat-unread") != "" {
		t.Errorf("after GET %q", page.Text("#chat-unread"))
	}
}

// Own messages are edited in a dialog and taken back with a way to undo it.
func TestMessageIsEditedAndTakenBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	address := chatWith(t, w, w.Host, w.GuestEditor, "one")
	host := w.As("host")
	message := address + "/messages/" + host.Get(address).Attr(".msg", "data-message")
	if page := host.Get(message).Want(http.StatusOK); page.Value("text") != "one" && page.Count("dialog") != 1 {
		t.Error("the dialog does not show the message")
	}
	if dialog := host.Fragment(message).Want(http.StatusOK); dialog.Exists("nav") || !dialog.Exists("dialog") {
		t.Error("the script gets more than the dialog")
	}
	host.Post(message, url.Values{"text": {""}}).Want(http.StatusUnprocessableEntity)
	page := host.Post(message, url.Values{"text": {"two"}}).Want(http.StatusSeeOther).Follow()
	if page.Text(".msg .prose") != "two" || !strings.Contains(page.Text(".msg"), "edited") {
		t.Errorf("edited it says %q", page.Text(".msg"))
	}
	page = host.Post(message+"/delete", nil).Want(http.StatusSeeOther).Follow()
	if strings.Contains(page.Body, "two") || page.Attr(".flash form", "action") != message+"/restore" {
		t.Errorf("deleted it says %q", page.Text(".msg"))
	}
	if list := w.As("guest").Get("/chats"); strings.Contains(list.Body, "two") {
		t.Error("the list still says it")
	}
	if page := host.Post(message+"/restore", nil).Follow(); page.Text(".msg .prose") != "two" {
		t.Error("it was not brought back")
	}
	w.As("guest").Post(message+"/delete", nil).Want(http.StatusForbidden)
	host.Post(address+"/mute", url.Values{"muted": {"on"}}).Want(http.StatusSeeOther)
	if page := host.Get(address); !page.Exists(`button[name="muted"][value="off"]`) {
		t.Error("a muted chat does not say so")
	}
}

// SEC-S4, SEC-A5: a message is told on the open pages of both, of nobody else,
// and for the team alone on the team's.
func TestMessagesAreTold(t *testing.T) {
	t.Parallel()
	w := webtest.New(t, quick)
	address := chatWith(t, w, w.Host, w.GuestEditor, "one")
	chat := store.ParseID(strings.TrimPrefix(address, "/chats/"))
	space := chatOfSpace(t, w)
	guest, reader := listen(t, w, w.GuestEditor, "/live"), listen(t, w, w.GuestReader, "/live?space="+w.Space.String())
	guest.next()
	reader.next()
	send := func(chat store.ID, in store.NewMessage) string {
		m, err := w.Store.SendMessage(t.Context(), w.Host, chat, in)
		if err != nil {
			t.Fatal(err)
		}
		return m.ID.String()
	}
	two := send(chat, store.NewMessage{Text: "two"})
	if kind, data := guest.next(); kind != "news" || !strings.Contains(data, `"kind":"message.added"`) || !strings.Contains(data, `"thing":`+two) {
		t.Errorf("the guest is told %q %q", kind, data)
	}
	send(store.ParseID(strings.TrimPrefix(space, "/chats/")), store.NewMessage{Text: "canary", Audience: store.TeamOnly})
	three := send(store.ParseID(strings.TrimPrefix(space, "/chats/")), store.NewMessage{Text: "three"})
	if kind, data := reader.next(); kind != "news" || !strings.Contains(data, `"thing":`+three) {
		t.Errorf("another guest is told %q %q", kind, data)
	}
}

// The page of a chat of two says its days and offers what was said before.
func TestChatIsPaged(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	address := chatWith(t, w, w.Host, w.GuestEditor, "0")
	chat := store.ParseID(strings.TrimPrefix(address, "/chats/"))
	w.Clock.Advance(30 * time.Hour)
	for range 60 {
		if _, err := w.Store.SendMessage(t.Context(), w.Host, chat, store.NewMessage{Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	host := w.As("host")
	end := host.Get(address)
	if end.Count(".msg") != store.PageSize || !end.Exists("[data-chat]") {
		t.Errorf("%d messages", end.Count(".msg"))
	}
	start := host.Get(end.Attr(`.chat__talk > p a`, "href")).Want(http.StatusOK)
	if got := start.Texts(".day"); start.Count(".msg") != 11 || len(got) != 2 || got[0] != "Yesterday" || got[1] != "Today" || start.Exists("[data-chat]") {
		t.Errorf("%d messages of %v", start.Count(".msg"), got)
	}
	if page := host.Get(start.Attr(".msg a.meta", "href")).Want(http.StatusOK); page.Count(".msg") != 1+store.PageSize/2 {
		t.Errorf("around the first %d", page.Count(".msg"))
	}
}

// S4-18: who may be written to is offered on their page, and nobody else.
func TestProfileLeadsToTheChat(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	for name, test := range map[string]struct {
		reader string
		other  store.Account
		want   bool
	}{
		"guest to member":               {"guest", w.Host, true},
		"member to guest":               {"host", w.GuestEditor, true},
		"member to member":              {"outsider", w.Host, true},
		"member to a guest of no space": {"host", w.GuestOutside, false},
		"to oneself":                    {"host", w.Host, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := w.As(test.reader).Get("/people/" + test.other.ID.String()).Want(http.StatusOK)
			link := `a[href="/chats/new?account=` + test.other.ID.String() + `"]`
			if page.Exists(link) != test.want {
				t.Errorf("the link is there: %v", !test.want)
			}
			if test.want {
				w.As(test.reader).Get(page.Attr(link, "href")).Want(http.StatusOK)
			}
		})
	}
}
