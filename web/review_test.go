package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guesthouse/store"
	"guesthouse/web/webtest"
)

// Beyond 7: a review from its button to the last answer, without a script.
func TestReviewInTheBrowser(t *testing.T) {
	t.Parallel()
	w := webtest.New(t)
	host := w.As("host")
	started := host.Post("/spaces/"+w.Space.String()+"/reviews", nil).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(started.Body, "Erika Mustermann") || !strings.Contains(started.Body, "Mario Rossi") {
		t.Fatal("the page does not list the guests")
	}
	if home := host.Get("/"); !strings.Contains(home.Body, "2 guests wait for your review") {
		t.Error("the home page does not say that guests wait")
	}
	items, err := w.Store.ReviewItems(t.Context(), w.Host, "")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"ends_in_days": {"0"}}
	name := map[store.ID]string{}
	for _, item := range items.Items {
		name[item.Guest.ID] = "decision-" + item.Review.String() + "-" + item.Guest.ID.String()
	}
	host.Post("/reviews", form).Want(http.StatusUnprocessableEntity)
	form.Set(name[w.GuestEditor.ID], "extend")
	form.Set(name[w.GuestReader.ID], "end")
	refused := host.Post("/reviews", form).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(refused.Body, `data-problem="bad_number"`) || strings.Count(refused.Body, " checked") != 2 {
		t.Error("a bad number of days is not said beside its field, or the answers are lost")
	}
	if _, err := w.Store.Space(t.Context(), w.GuestReader, w.Space, store.ToOpen); err != nil {
		t.Errorf("half of a refused form was done: %v", err)
	}
	form.Set("ends_in_days", "45")
	saved := host.Post("/reviews", form).Want(http.StatusSeeOther).Follow()
	if !strings.Contains(saved.Body, "2 answers saved") {
		t.Error("the flash does not say what was saved")
	}
	admin := w.As("root").Get("/admin/reviews?show=ended").Want(http.StatusOK)
	if !strings.Contains(admin.Body, "2 / 2") {
		t.Error("the administration does not show the review that ended")
	}
}
