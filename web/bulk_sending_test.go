package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

const bulkList = "address,name,permission\na@x.example,Erika,read\nb@x.example,=1+1,\nc@x.example,,owner\n"

// Beyond 13: the dry run sends nothing and says what is wrong with each row;
// sending sends the good ones once, and the results are there to download.
func TestBulkInTheBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	bulk := "/spaces/" + w.Space.String() + "/invitations/bulk"
	host.Get(bulk).Want(http.StatusOK)
	list := host.Post(bulk, url.Values{"list": {bulkList}}).Want(http.StatusSeeOther).Location()
	page := host.Get(list).Want(http.StatusOK)
	if page.Count(`tr[data-verdict="invited"]`) != 1 || page.Count(`tr[data-verdict="row_problem"]`) != 2 ||
		page.Count(`[data-problem="cell_formula"]`) != 1 || page.Count(`[data-problem="cell_choice"]`) != 1 {
		t.Errorf("the dry run shows %s", page.Text("main"))
	}
	if problems := host.Get(list + "?filter=problems"); problems.Count("tr[data-verdict]") != 2 {
		t.Error("the filter does not show the two rows with problems alone")
	}
	if len(w.Mails()) != 0 {
		t.Error("the dry run mails somebody")
	}
	for range 2 { // a second click
		host.Post(list, nil).Want(http.StatusSeeOther)
	}
	if mails := w.Deliver(); len(mails) != 1 || mails[0].Kind != store.MailInvitation {
		t.Errorf("%d mails, want one", len(mails))
	}
	csv := host.Get(list + "/results").Want(http.StatusOK)
	if !strings.HasPrefix(csv.Body, "\ufeffline,address") || !strings.Contains(csv.Body, "invited,sent") {
		t.Errorf("the results: %q", csv.Body)
	}
	if template := host.Get(bulk + "/template").Want(http.StatusOK); strings.Count(template.Body, ",") != 6 {
		t.Errorf("the template: %q", template.Body)
	}
}

// What is wrong with the list as a whole comes back with what was typed.
func TestBulkFormComesBack(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	bulk := "/spaces/" + w.Space.String() + "/invitations/bulk"
	page := w.As("host").Post(bulk, url.Values{"list": {"shoe,size\nx,43"}, "message": {"Hello <all>"}}).Want(http.StatusUnprocessableEntity)
	if page.Count(`[data-problem="list_no_address"]`) == 0 || page.Value("message") != "Hello <all>" || !strings.Contains(page.Value("list"), "shoe") {
		t.Errorf("came back as %s", page.Text("main"))
	}
}

// S3-07: an invitation into the organisation alone, from the form to the home
// page of the guest; the setting is named by the refusal.
func TestUnaffiliatedInTheBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Get("/admin/guests/new").Want(http.StatusOK)
	bad := root.Post("/admin/invitations", url.Values{"emails": {"a@x.example, nobody"}}).Want(http.StatusUnprocessableEntity)
	if bad.Count(`[data-verdict="not_an_address"]`) != 1 || len(w.Mails()) != 0 {
		t.Error("a bad address among good ones is not told, or somebody was invited")
	}
	root.Post("/admin/invitations", url.Values{"emails": {"a@x.example"}}).Want(http.StatusSeeOther)
	if root.Get("/admin/invitations").Count(`tr[data-email="a@x.example"]`) != 1 {
		t.Error("the invitation is not listed")
	}
	token := ""
	for _, mail := range w.Deliver() {
		if mail.Kind == store.MailInvitation {
			token = mail.Secret
		}
	}
	guest := w.Anonymous()
	guest.Get("/invitations/" + token).Want(http.StatusOK)
	to := guest.Post("/invitations/"+token, url.Values{"display_name": {"Ada"}, "password": {"a quiet house by the sea"}}).
		Want(http.StatusSeeOther).Location()
	if to != "/" {
		t.Errorf("joining leads to %q", to)
	}
	guest.Get("/").Want(http.StatusOK)
}
