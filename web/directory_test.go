package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
)

// SEC-A5, S4-16, S4-22, C7: where companies are apart, no page about people
// gives a guest the name or company of another company's guest, in any list,
// search, profile, picture or chart; the hosts read both.
func TestNoOtherCompanyInPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	for _, space := range d.Spaces {
		sp, err := d.Store.Space(ctx, d.Host, space, store.ToManage)
		d.do(err)
		d.do(d.Store.UpdateSpace(ctx, d.Host, space, store.SpaceSettings{Name: sp.Name, CompaniesApart: true, MultiThread: true}))
	}
	space := "/spaces/" + d.Space.String()
	other := "/people/" + d.GuestReader.ID.String()
	for _, path := range []string{
		"/", space, space + "/people", space + "/people?q=mario", space + "/members", "/people", "/people?q=Mario", "/people?company=Studio",
		"/people?kind=guest", "/orgchart", "/people/" + d.Host.ID.String(), "/people/" + d.GuestEditor.ID.String(), other, other + "/picture", "/profile",
	} {
		body := d.as("GE").Get(path).Body
		for _, canary := range []string{"Mario Rossi", ">Studio", "mario@studio"} {
			if strings.Contains(body, canary) {
				t.Errorf("%s tells a guest of another company %q", path, canary)
			}
		}
	}
	if page := d.as("GE").Get(other); page.Status != http.StatusNotFound {
		t.Errorf("the profile of another company's guest: %d", page.Status)
	}
	if page := d.as("M").Get(space + "/people"); !strings.Contains(page.Body, "Mario Rossi") || !strings.Contains(page.Body, "Studio") {
		t.Error("a member does not see who is there")
	}
}

// S1-16, SEC-A5: the form shows the company as fixed and says why, and a forged
// one is refused beside the field.
func TestFixedCompanyInProfile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	sp, err := d.Store.Space(t.Context(), d.Host, d.Space, store.ToManage)
	d.do(err)
	d.do(d.Store.UpdateSpace(t.Context(), d.Host, d.Space, store.SpaceSettings{Name: sp.Name, CompaniesApart: true, MultiThread: true}))
	page := d.as("GE").Get("/profile").Want(http.StatusOK)
	if !page.Exists("#company[readonly]") || !page.Exists("#company-hint") {
		t.Error("the company is not shown as fixed")
	}
	page = d.as("GE").Post("/profile", url.Values{"display_name": {"Erika"}, "locale": {"en"}, "timezone": {"UTC"}, "company": {"Studio"}})
	if page.Status != http.StatusUnprocessableEntity || page.Problem("company") != "company_fixed" {
		t.Errorf("another company: %d, %q", page.Status, page.Problem("company"))
	}
}

// S4-17: the departments by pages: made, put in order, filled, imported, and
// drawn for a member; what was typed comes back when somebody was faster.
func TestOrgChartByPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.as("SA")
	_, form := c.Get("/admin/orgchart").Want(http.StatusOK).Form("form:has([name=parent])")
	old := form.Get("version")
	form.Set("name", "Finance")
	c.Post("/admin/orgchart", form).Want(http.StatusSeeOther)
	page := c.Post("/admin/orgchart", url.Values{"version": {old}, "name": {"Too late"}})
	if page.Status != http.StatusConflict || page.Value("name") != "Too late" {
		t.Errorf("who was slower: %d, %q comes back", page.Status, page.Value("name"))
	}
	chart := d.as("M").Get("/orgchart").Want(http.StatusOK).Text(".org")
	if !strings.Contains(chart, "Sales") || !strings.Contains(chart, "Richard Roe") || !strings.Contains(chart, "Finance") {
		t.Errorf("the chart says %q", chart)
	}
	list := c.Get("/admin/orgchart.csv").Want(http.StatusOK).Body
	if !strings.Contains(list, "Sales,Clerk,editor@works.example,x,Richard Roe") {
		t.Errorf("the export says %q", list)
	}
	policy(t, d.World, map[string]string{"guest.orgchart": "none"})
	if page := d.as("GE").Get("/orgchart"); page.Status != http.StatusNotFound {
		t.Errorf("a guest where there is no chart for guests: %d", page.Status)
	}
	if d.as("GE").Get("/people").Exists(`a[href="/orgchart"]`) {
		t.Error("a link to a chart that is not there")
	}
}
