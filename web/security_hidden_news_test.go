package web_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"guesthouse/mail"
	"guesthouse/store"
)

// SEC-A5, S4-10: mails at once and digests tell nobody of what is hidden, and
// are the same as when it was written elsewhere.
func TestMailsHoldNothingHidden(t *testing.T) {
	t.Parallel()
	h, elsewhere := newHiding(t, among), newHiding(t, away)
	with, without := h.mails(), elsewhere.mails()
	for role, words := range hiddenWords {
		if role == "anonymous" {
			continue
		}
		text := with[h.people[role].Email]
		for _, word := range words {
			if i := strings.Index(text, word); i >= 0 && (word != wombat || !strings.Contains(text, "no longer in")) { // of their own removal
				t.Errorf("%s is mailed %q: …%s…", role, word, text[max(0, i-100):min(len(text), i+100)])
			}
		}
	}
	for _, role := range []string{"AE", "AR"} {
		a, b := with[h.people[role].Email], without[elsewhere.people[role].Email]
		if a != b {
			t.Errorf("%s is mailed otherwise: %s", role, difference(a, b))
		}
		if !strings.Contains(a, kookaburra) {
			t.Errorf("%s is not even mailed what is for everybody: %q", role, a)
		}
	}
	for role, word := range map[string]string{"BE": potoroo, "M": quokka} {
		if !strings.Contains(with[h.people[role].Email], word) {
			t.Errorf("%s is not mailed what is for them", role)
		}
	}
}

// mailedToken is what a link of a mail ends with.
var mailedToken = regexp.MustCompile(`[\w-]{43}`)

// mails are all that everybody is mailed, in the next day, by address.
func (h *hiding) mails() map[store.Email]string {
	h.t.Helper()
	ctx, all := h.t.Context(), map[store.Email]string{}
	for _, wait := range []time.Duration{0, 25 * time.Hour} {
		h.Clock.Advance(wait)
		h.do(h.Store.MailNotices(ctx))
		var texts []string
		for _, m := range h.Mails() {
			drop, err := h.Store.MailEntitled(ctx, m)
			h.do(err)
			if drop != "" {
				continue
			}
			m, err = h.Store.MailContent(ctx, m)
			h.do(err)
			message, err := mail.Render(m, mail.Environment{BaseURL: "https://portal.example", Organization: "Example", Now: h.Store.Now()})
			h.do(err)
			text := m.Kind + "\n" + message.Subject + "\n" + message.Text + "\n" + message.HTML
			texts = append(texts, string(m.To)+"\n"+mailedToken.ReplaceAllString(text, "TOKEN"))
			h.do(h.Store.MailSent(ctx, m, "250 ok"))
		}
		slices.Sort(texts)
		for _, text := range texts {
			to, rest, _ := strings.Cut(text, "\n")
			all[store.Email(to)] += rest
		}
	}
	return all
}

// S4-10, SEC-A5: open pages are told nothing of what is hidden: not the number
// of a thing, not that there is one.
func TestStreamsTellNothingHidden(t *testing.T) {
	t.Parallel()
	h, elsewhere := newHiding(t, nowhere), newHiding(t, nowhere)
	with, without := h.listen(h.workshop), elsewhere.listen(elsewhere.vault)
	for _, role := range []string{"AE", "AR"} {
		if a, b := strings.Join(with[role], "\n"), strings.Join(without[role], "\n"); a != b || len(with[role]) == 0 {
			t.Errorf("%s is told\n%s\nwant\n%s", role, a, b)
		}
	}
	if len(with["M"]) < 20 {
		t.Errorf("a member is told %v", with["M"]) // or the rest would prove nothing
	}
	for _, role := range []string{"g", "removed", "m", "SpA of another"} {
		if len(with[role]) != 0 {
			t.Errorf("%s is told %v", role, with[role])
		}
	}
}

// listen is what pages of the guest space are told while what is hidden is
// written into a space, until something came for everybody in it.
func (h *hiding) listen(s stage) map[string][]string {
	h.t.Helper()
	streams, told := map[string]listener{}, map[string][]string{}
	inside, outside := []string{"AE", "AR", "M"}, []string{"g", "removed", "m", "SpA of another"}
	for _, role := range append(inside, outside...) {
		l := listen(h.t, h.World, *h.people[role], "/live?space="+h.workshop.space.String())
		if kind, _ := l.next(); kind != "here" {
			h.t.Fatalf("%s begins with %q", role, kind)
		}
		streams[role] = l
	}
	if s == h.workshop {
		h.enter(s, "BE", "BR")
	}
	h.hide(s)
	h.confide()
	h.do(h.Store.MakeNotices(h.t.Context()))
	h.say(h.workshop, h.workshop.thread, h.Host, "The end", store.Everyone)
	end := h.named[len(h.named)-1][":comment"]
	for _, role := range inside {
		for {
			kind, data := streams[role].next()
			if kind == "" {
				h.t.Fatalf("the stream of %s ends", role)
			}
			told[role] = append(told[role], kind+" "+data)
			if strings.Contains(data, `"thing":`+end+`,`) {
				break
			}
		}
	}
	for _, role := range outside {
		_, err := h.Store.EndOtherSessions(h.t.Context(), *h.people[role], "")
		h.do(err)
		for kind, data := streams[role].next(); kind != "gone"; kind, data = streams[role].next() {
			told[role] = append(told[role], kind+" "+data)
			if kind == "" {
				break
			}
		}
	}
	return told
}
