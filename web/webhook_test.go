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

func webhookForm(values ...string) url.Values {
	form := url.Values{"name": {"Register"}, "url": {"https://hooks.partner.example/in"}, "events": {"guest.joined", "guest.deleted"}, "enabled": {"on"}}
	for i := 0; i+1 < len(values); i += 2 {
		form[values[i]] = strings.Fields(values[i+1])
	}
	return form
}

// makeWebhook makes a webhook by its form, and gives its page's path.
func makeWebhook(root *webtest.Client) string {
	page := root.Post("/admin/webhooks", webhookForm()).Want(http.StatusSeeOther)
	return strings.TrimSuffix(page.Location(), "/secret")
}

// A webhook from its form to its end: what was typed comes back, the secret is
// shown for ten minutes, everything can be changed.
func TestWebhookPages(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	root.Get("/admin/webhooks").Want(http.StatusOK)
	if page := root.Get("/admin/webhooks/new").Want(http.StatusOK); page.Count(`input[name="events"][checked]`) != len(store.EventTypes) {
		t.Error("a new webhook is not told of everything")
	}
	page := root.Post("/admin/webhooks", webhookForm("url", "http://10.0.0.1/", "events", "guest.joined")).Want(http.StatusUnprocessableEntity)
	if page.Problem("url") != "plain_target" || page.Value("url") != "http://10.0.0.1/" || page.Value("name") != "Register" || page.Count(`input[name="events"][checked]`) != 1 {
		t.Errorf("the problem is %q, typed %q", page.Problem("url"), page.Value("url"))
	}
	if page := root.Post("/admin/webhooks", webhookForm("events", "")).Want(http.StatusUnprocessableEntity); page.Problem("events") != "no_webhook_event" {
		t.Errorf("no event: %q", page.Problem("events"))
	}
	path := makeWebhook(root)
	first := root.Get(path + "/secret").Want(http.StatusOK).Text("#secret")
	if !strings.HasPrefix(first, "whsec_") {
		t.Errorf("the secret is %q", first)
	}
	root.Post(path+"/secret", nil).Want(http.StatusSeeOther)
	if second := root.Get(path + "/secret").Text("#secret"); second == first || !strings.HasPrefix(second, "whsec_") {
		t.Error("the secret was not renewed")
	}
	if page := root.Get(path).Want(http.StatusOK); strings.Contains(page.Body, "whsec_") || page.Value("url") != "https://hooks.partner.example/in" {
		t.Error("the page shows a secret, or not the address")
	}
	if page := root.Post(path, webhookForm("url", "https://127.0.0.1/")).Want(http.StatusUnprocessableEntity); page.Problem("url") != "forbidden_target" {
		t.Errorf("a change to this machine: %q", page.Problem("url"))
	}
	root.Post(path, webhookForm("name", "Other")).Want(http.StatusSeeOther)
	if page := root.Get(path); page.Text("h1") != "Other" {
		t.Errorf("the name is %q", page.Text("h1"))
	}
	if page := root.Get("/admin/webhooks"); !strings.Contains(page.Text("tr[data-webhook]"), "hooks.partner.example") {
		t.Error("the list does not say where it leads")
	}
	for action := range strings.FieldsSeq("webhook.created webhook.rotated webhook.changed") {
		if root.Get("/admin/audit?action="+action).Count("tbody tr") != 1 {
			t.Errorf("%s is not in the audit log", action)
		}
	}
	w.Clock.Advance(10 * time.Minute)
	if page := root.Get(path + "/secret"); strings.Contains(page.Body, "whsec_") {
		t.Error("the secret is shown for more than ten minutes")
	}
}

// Whoever decides where people's data goes gives the password first.
func TestWebhooksAskForThePassword(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	path := makeWebhook(root)
	w.Clock.Advance(11 * time.Minute)
	for _, to := range []string{"/admin/webhooks", path, path + "/secret", path + "/delete"} {
		page := root.Post(to, webhookForm())
		if at := page.Location(); !strings.HasPrefix(at, "/profile/confirmation") && page.Code() != "confirm_first" {
			t.Errorf("%s: %d to %q", to, page.Status, at)
		}
	}
}

// The log tells what came of each event; what failed is sent again, one by one
// or since a day. The overview and the list say that a webhook was switched off.
func TestWebhookLog(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	root := w.As("root")
	path := makeWebhook(root)
	root.Post(path+"/ping", nil).Want(http.StatusSeeOther)
	d, err := w.Store.ClaimDelivery(t.Context(), time.Minute)
	must(t, err)
	now := w.Clock.Now()
	must(t, w.Store.DeliveryDeferred(t.Context(), d, store.Try{At: now, Took: 31 * time.Millisecond, Status: 500, Reason: store.TryAnswered}, now.Add(time.Minute), now))
	page := root.Get(path).Want(http.StatusOK)
	if page.Attr("tr[data-delivery]", "data-state") != store.DeliveryWaiting || !strings.Contains(page.Text("tr[data-delivery]"), "500") {
		t.Errorf("the log says %q", page.Text("tr[data-delivery]"))
	}
	for state, want := range map[string]int{"waiting": 1, "delivered": 0, "failed": 0, "nonsense": 1} {
		if got := root.Get(path + "?state=" + state).Count("tr[data-delivery]"); got != want {
			t.Errorf("%s: %d rows, want %d", state, got, want)
		}
	}
	event := path + "/deliveries/" + d.ID.String()
	details := root.Get(event).Want(http.StatusOK)
	if !strings.Contains(details.Text("pre"), d.MessageID) || !strings.Contains(details.Text("tbody"), "31") {
		t.Errorf("the event says %q and %q", details.Text("pre"), details.Text("tbody"))
	}
	root.Post(event+"/replay", nil).Want(http.StatusSeeOther)
	again, err := w.Store.ClaimDelivery(t.Context(), time.Minute)
	must(t, err)
	must(t, w.Store.DeliveryGone(t.Context(), again, store.Try{At: now, Status: 410, Reason: store.TryAnswered}))

	for _, at := range []string{"/admin", "/admin/webhooks", path} {
		if !root.Get(at).Want(http.StatusOK).Exists(".banner--danger") {
			t.Errorf("%s says nothing of the webhook that is off", at)
		}
	}
	if off := root.Get(path); off.Exists(`form[action$="/replay"]`) || off.Exists(`form[action$="/ping"]`) {
		t.Error("something can be sent to a webhook that is off")
	}
	if page := root.Post(path+"/ping", nil).Want(http.StatusConflict); page.Code() != "webhook_off" {
		t.Errorf("a ping: %s", page.Code())
	}
	root.Post(path, webhookForm()).Want(http.StatusSeeOther)
	if page := root.Post(path+"/replay", url.Values{"since": {"yesterday"}}).Want(http.StatusUnprocessableEntity); page.Problem("since") != "bad_day" || page.Value("since") != "yesterday" {
		t.Errorf("a day that is none: %q, %q", page.Problem("since"), page.Value("since"))
	}
	root.Post(path+"/replay", url.Values{"since": {now.Format(time.DateOnly)}}).Want(http.StatusSeeOther)
	if third, err := w.Store.ClaimDelivery(t.Context(), time.Minute); err != nil || third.MessageID != d.MessageID {
		t.Errorf("sent again: %v, %v", third.MessageID, err)
	}
	root.Get(path + "/delete").Want(http.StatusOK)
	root.Post(path+"/delete", nil).Want(http.StatusSeeOther)
	root.Get(path).Want(http.StatusNotFound)
}
