package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"guesthouse/mail/mailtest"
)

// Killed in the middle of inviting, over and over: every acknowledged
// invitation has its row, its mail and a live link after the restart
// (SEC-M1, SEC-R2).
func TestKilledWhileInviting(t *testing.T) {
	t.Parallel()
	server := mailtest.NewServer(t)
	data := t.TempDir()
	args := []string{"--smtp", server.URL(), "--limits", "open"}
	p := start(t, data, args...)
	host := p.visitor()
	setUp(t, p, host)
	space := createSpace(t, host, "Autumn catalogue")

	var acknowledged []string
	for round := range 5 {
		acknowledged = append(acknowledged, inviteUntilKilled(t, p, space, round)...)
		p = start(t, data, args...)
	}
	if len(acknowledged) == 0 {
		t.Fatal("no invitation was acknowledged before a kill: the test proves nothing")
	}
	t.Logf("%d invitations were acknowledged", len(acknowledged))
	host = signedIn(t, p)
	guests := host.get(space + "/guests?status=invited")
	for _, address := range acknowledged {
		if !guests.has("tr", "data-email", address) && !onLaterPage(host, space, address) {
			t.Errorf("%s was acknowledged and has no row", address)
		}
		link := server.WaitFor(address, "invitation").Link()
		if page := p.visitor().get(link); page.Status != http.StatusOK {
			t.Errorf("the link of %s answered %d", address, page.Status)
		}
	}
}

// inviteUntilKilled invites from two browsers at once, kills the portal in the
// midst of it, and gives the addresses whose sending was answered with success.
func inviteUntilKilled(t *testing.T, p *process, space string, round int) []string {
	t.Helper()
	var mu sync.Mutex
	var acknowledged []string
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var inviters sync.WaitGroup
	enough := make(chan struct{})
	for browser := range 2 {
		host := signedIn(t, p)
		inviters.Go(func() {
			for n := 0; ; n++ {
				address := fmt.Sprintf("guest-%d-%d-%d@partner.example", round, browser, n)
				sent, err := host.tryPost(ctx, space+"/invitations", "emails", address, "permission", "edit", "locale", "en")
				if err != nil {
					return // killed
				}
				if sent.Status == http.StatusOK {
					mu.Lock()
					acknowledged = append(acknowledged, address)
					if len(acknowledged) == 3 {
						close(enough)
					}
					mu.Unlock()
				}
			}
		})
	}
	<-enough
	// Any moment is as good as another; a few milliseconds make it differ.
	<-time.After(time.Duration(rand.IntN(20)) * time.Millisecond) //nolint:gosec // no secret
	p.kill()
	inviters.Wait()
	return acknowledged
}

func signedIn(t *testing.T, p *process) *visitor {
	t.Helper()
	host := p.visitor()
	if home := host.post("/login", "login", "jane@works.example", "password", hostPassword); home.Path != "/" {
		t.Fatalf("sign-in led to %d at %s", home.Status, home.Path)
	}
	return host
}

// onLaterPage follows the list to its later pages.
func onLaterPage(host *visitor, space, address string) bool {
	page := host.get(space + "/guests?status=invited")
	for {
		next := page.find("a", "rel", "next")
		if next == nil {
			return false
		}
		page = host.get(attribute(next, "href"))
		if page.has("tr", "data-email", address) {
			return true
		}
	}
}
