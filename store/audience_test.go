package store_test

import (
	"testing"

	"guesthouse/store"
)

// Beyond 8, 9: an audience is read from a form, and never names a company that
// is none.
func TestParseAudience(t *testing.T) {
	for text, want := range map[string]store.Audience{
		"": store.Everyone, "everyone": store.Everyone, "team": store.TeamOnly, "company:acme gmbh": "company:acme gmbh",
	} {
		if got, err := store.ParseAudience(text); err != nil || got != want {
			t.Errorf("ParseAudience(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"company:", "company:ACME", "guests", "TEAM"} {
		if got, err := store.ParseAudience(text); err == nil {
			t.Errorf("ParseAudience(%q) = %q, no error", text, got)
		}
	}
}

// S4-10: what is said in a thread is for the thread's readers at most.
func TestAudienceNarrowsOnly(t *testing.T) {
	acme, globex := store.ForCompany("acme"), store.ForCompany("globex")
	for _, c := range []struct{ inner, outer, want store.Audience }{
		{store.Everyone, store.Everyone, store.Everyone},
		{store.TeamOnly, store.Everyone, store.TeamOnly},
		{store.Everyone, store.TeamOnly, store.TeamOnly},
		{acme, store.Everyone, acme},
		{store.Everyone, acme, acme},
		{acme, acme, acme},
		{acme, globex, store.TeamOnly},
		{acme, store.TeamOnly, store.TeamOnly},
		{store.TeamOnly, acme, store.TeamOnly},
	} {
		if got := c.inner.Within(c.outer); got != c.want {
			t.Errorf("%q within %q = %q, want %q", c.inner, c.outer, got, c.want)
		}
	}
	if got := store.ForCompany(""); got != store.TeamOnly {
		t.Errorf("the audience of no company is %q, want the team", got)
	}
}
