package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web"
	"guesthouse/web/webtest"
)

// SEC-T4: no act can be done by looking at its address.
func TestActsArePosts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before := d.Dump()
	pages := map[string]bool{}
	for _, r := range d.Server.Table() {
		pages[r.Pattern] = pages[r.Pattern] || r.Method == http.MethodGet
	}
	for _, r := range d.Server.Table() {
		if !pages[r.Pattern] {
			d.as("SA").Get(d.path(r)).Want(http.StatusMethodNotAllowed)
			d.as("SpA").Get(d.path(r)).Want(http.StatusMethodNotAllowed)
		}
	}
	if changed := d.changed(before); len(changed) > 0 {
		t.Errorf("it changed %v", changed)
	}
}

var (
	requestIDs = regexp.MustCompile(`\b[a-z2-7]{10}\b`)
	anyNumber  = regexp.MustCompile(`\d+`)
)

// maskedAnswer is an answer without what differs between any two: references,
// and the numbers of the address that was asked for.
func maskedAnswer(p *webtest.Page, path string) string {
	body := strings.ReplaceAll(p.Body, url.QueryEscape(path), "PATH")
	body = strings.ReplaceAll(strings.ReplaceAll(body, path, "PATH"), p.Header.Get("X-Request-Id"), "ID")
	return anyNumber.ReplaceAllString(requestIDs.ReplaceAllString(body, "ID"), "N")
}

// SEC-A1: what one must not know of is answered like what nothing has: in
// every address, for every name in it, by everybody who is kept out.
func TestForeignIsUnknown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	form := url.Values{"name": {"x"}, "text": {"x"}, "role": {"editor"}, "account": {"1"}, "permission": {"read"}, "emails": {"a@b.example"}}
	compare := func(role string, r web.Route, foreign, unknown string) {
		t.Helper()
		a, b := d.send(role, r, foreign, form), d.send(role, r, unknown, form)
		if a.Status != b.Status || maskedAnswer(a, foreign) != maskedAnswer(b, unknown) {
			t.Errorf("%s %s for %s: %s answers %d %s, %s answers %d %s", r.Method, r.Pattern, role,
				foreign, a.Status, a.Code(), unknown, b.Status, b.Code())
		}
	}
	names := regexp.MustCompile(`:(space|thread|comment|account|invitation|mail|session|sending|file|folder)\b`)
	for _, r := range d.Server.Table() {
		for _, name := range names.FindAllString(r.Pattern, -1) {
			// A space that one must not know of.
			if name == ":space" && strings.HasPrefix(r.Pattern, "/spaces/") {
				for _, role := range []string{"g", "m", "ended"} {
					compare(role, r, d.path(r, name, d.Space.String()), d.path(r, name, "987654321"))
				}
				compare("m", r, d.path(r, name, d.Spaces[store.SecretSpace].String()), d.path(r, name, "987654321"))
			}
			if name == ":space" || name == ":session" {
				continue
			}
			// What is there, and not in this space, or not of this kind.
			for _, role := range []string{"GE", "M", "SpA", "SA"} {
				if compares(r, name) {
					compare(role, r, d.path(r, name, d.elsewhere(name, r)), d.path(r, name, "987654321"))
				}
			}
		}
	}
}

// compares leaves out where a foreign thing is one's own to see: members may
// see every person's picture, and administrators every mail.
func compares(r web.Route, name string) bool {
	return name != ":mail" && !strings.HasPrefix(r.Pattern, "/people/")
}

// elsewhere is the ID of something that is there, but not where the route looks.
func (d *desk) elsewhere(name string, r web.Route) string {
	d.t.Helper()
	ctx, secret := d.t.Context(), d.Spaces[store.SecretSpace]
	switch name {
	case ":account":
		if strings.HasPrefix(r.Pattern, "/admin/members") {
			return d.GuestEditor.ID.String()
		}
		if strings.HasPrefix(r.Pattern, "/admin/guests") {
			return d.Editor.ID.String()
		}
		return d.GuestOutside.ID.String()
	case ":invitation":
		d.do(d.Store.Seed(ctx, func(seed store.Seeder) error { // another guest space
			if d.params["other"] != "" {
				return nil
			}
			id, err := seed.Space(store.GuestSpace, "Another guest space", d.second)
			d.params["other"] = id.String()
			return err
		}))
		other := store.ParseID(d.params["other"])
		_, err := d.Store.InviteGuests(ctx, d.second, other, store.Invite{Emails: "another@else.example"})
		d.do(err)
		guests, err := d.Store.SpaceGuests(ctx, d.second, other, store.AnyGuest, store.SpaceGuestCursor{})
		d.do(err)
		return guests.Rows[0].Invitation.ID.String()
	}
	switch name {
	case ":file":
		received, err := d.Store.ReceiveFile(ctx, d.Host, secret, "x", strings.NewReader("x"))
		d.do(err)
		f, err := d.Store.AddFile(ctx, d.Host, secret, store.NewFile{ReceivedFile: received})
		d.do(err)
		return f.ID.String()
	case ":folder":
		d.folders++
		folder, err := d.Store.CreateFolder(ctx, d.Host, secret, store.NewFolder{Name: strconv.Itoa(d.folders)})
		d.do(err)
		return folder.ID.String()
	}
	threads, err := d.Store.Threads(ctx, d.Host, secret, "")
	d.do(err)
	if name == ":thread" {
		return threads.Items[0].ID.String()
	}
	comment, err := d.Store.AddComment(ctx, d.Host, secret, threads.Items[0].ID, store.NewComment{Body: "In the secret space"})
	d.do(err)
	return comment.ID.String()
}
