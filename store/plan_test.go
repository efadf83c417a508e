package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// Every statement that the tests of this package run is explained at the end:
// none may read a whole table that grows, or sort it, but for these reasons.
func TestMain(m *testing.M) { storetest.MainWithPlans(m, plansWithReason) }

const sort = "USE TEMP B-TREE FOR"

var plansWithReason = []storetest.Reason{
	reason("m.account_id IN (", sort, "the spaces of the guests of one page"),
	reason("ORDER BY m.favourite DESC", sort, "the spaces of one account, two tables apart"),
	reason("mine.role = 'administrator' JOIN spaces s", sort, "what ends within three days in the spaces of one administrator"),
	reason("LEFT JOIN memberships h ON h.space_id", sort, "the administrators of the spaces of one guest"),
	reason("s.id IN ( SELECT id FROM ( SELECT s.id FROM spaces s WHERE", sort, "two pages at most, each found by its index"),
	reason("OR invitation_id IN (SELECT id FROM invitations WHERE", sort, "the mails to one person"),
	reason("(l.actor_id = $2 OR l.account_id = $2)", sort, "the entries of one person"),
	reason("OR l.actor_id IN (SELECT id FROM accounts WHERE login_key =", sort, "the entries of one address"),
	reason("l.created_at >= $2 AND l.created_at < $3", sort, "the entries of a time that an administrator chose, of which one page is kept"),
	reason("DELETE FROM throttles WHERE bucket = $1 OR bucket LIKE $2", "SCAN throttles", "after a password was set; the table holds what the last day counted"),
	reason("WHERE system_admin AND deleted_at IS NULL", "SCAN accounts USING INDEX accounts_administrators", "an index of the administrators alone"),
	reason("WHERE system_admin AND deleted_at IS NULL AND a.status", "SCAN a USING INDEX accounts_administrators", "an index of the administrators alone"),
	reason("m.role = 'administrator' AND a.status = 'active' AND (a.ends_at", sort, "the administrators of one space"),
	reason("WHERE a.system_admin AND a.deleted_at IS NULL AND a.status = 'active'", "", "the system administrators alone, by their index"),
	reason("FROM invitation_tokens WHERE invitation_id = $1 ORDER BY", sort, "the links of one invitation, five a day"),
	reason("LEFT JOIN memberships mine", sort, "the spaces of one guest"),
	reason("HAVING COUNT(CASE WHEN ends_at IS NULL", "SCAN memberships USING COVERING INDEX memberships_places", "places are counted, never stored (SEC-A3)"),
	reason("HAVING COUNT(*) > 1) AS m JOIN accounts a", "", "guests of several spaces are counted, never stored (SEC-A3); the page of licences asks"),
	reason("WHERE i.email = $1 AND i.status IN ('pending', 'declined', 'cancelled')", sort, "the invitations of one address"),
	reason("LIMIT $3) known", "SCAN", "at most five hundred addresses that begin alike"),
	reason("WHERE data LIKE $1", "SCAN outbox", "an erasure looks for a name in all mails of the last days"),
	reason("UPDATE comment_versions SET body", "SCAN comment_versions", "an erasure looks for a person in all earlier texts"),
	reason("UPDATE thread_versions SET body", "SCAN thread_versions", "as above"),
	reason("DELETE FROM bulk_sendings WHERE LOWER(list)", "SCAN bulk_sendings", "an erasure looks for an address in what was sent this week"),
	reason("DELETE FROM sendings WHERE LOWER(results)", "SCAN sendings", "an erasure looks for an address in what was sent this week"),
	reason("FROM spaces s WHERE s.guest_count > 0 AND NOT EXISTS (SELECT 1 FROM reviews", "SCAN s", "a sweep looks which spaces are due; it has no hurry"),
	reason("AS i JOIN memberships m ON m.space_id = i.space", sort, "the open reviews of one person"),
	reason("GROUP BY i.reviewer_id) AS n", "USE TEMP B-TREE FOR GROUP BY", "the guests of one review, when it begins"),
	reason("WHERE m.account_id = $1", sort, "the spaces of one person, before their account changes"),
	reason("LEFT JOIN spaces s ON s.id = e.space_id", sort, "what ends within a month, in two indexes by its end"),
	reason("SELECT state, COUNT(*)", "", "it looks at a thousand rows"),
	reason("FROM register_stale ORDER BY entry_id", "SCAN register_stale", "the notes of one transaction"),
	reason("CROSS JOIN register r", sort, "a thousand entries at most, gathered by their rarest property"),
	reason("COUNT(*) FROM (SELECT", "SCAN few", "it ends at the limit"),
	reason("CROSS JOIN register r", "SCAN few", "as above"),
	reason("CROSS JOIN register r", "SCAN found", "as above"),
	reason("r.state = 'waiting' AND ($1 OR s.settings", "SCAN r USING", "an index of the requests alone that wait"),
	reason("GROUP BY theirs.account_id) known", sort, "the guests of the spaces of one account"),
	reason("AS mine UNION SELECT id FROM", sort, "two parts at most of the entries of one person, each found by its index"),
	reason("mine.guests, mine.news", sort, "the chats of the spaces of one account"),
	reason("search_words MATCH", "SCAN search_words VIRTUAL TABLE INDEX", "the index of words, read from the newest on"),
	reason("DELETE FROM search_words WHERE rowid", "SCAN search_words VIRTUAL TABLE INDEX 0:=", "one row, by its number"),
	reason("search_fills", "", "five rows"),
	reason("FROM search_notes ORDER BY id LIMIT", "SCAN search_notes", "it ends at the limit"),
	reason("AS audience) thing ON TRUE", "SCAN thing", "one row that the statement makes itself"),
	reason("FROM memberships theirs JOIN memberships mine", sort, "the common spaces of the people of one page"),
	reason("ORDER BY a.company_key, m.name_key, m.account_id", sort, "the guests of one space, by their companies"),
	reason("few CROSS JOIN accounts a", sort, "a thousand people at most, or who is in a space with one guest"),
	reason("few CROSS JOIN accounts a", "SCAN few", "as above"),
	reason("few CROSS JOIN accounts a", "SCAN found", "as above"),
	reason("FROM departments d ORDER BY d.parent_id", "SCAN d", "two thousand departments at most, and the chart shows all of them"),
	reason("FROM department_people p JOIN accounts me ON me.id = $1 LEFT JOIN accounts a ON a.id = p.account_id AND", "", "the heads of all departments, or the people of one"),
	reason("FROM department_people p JOIN accounts a ON a.id = p.account_id WHERE p.department_id = $1 ORDER BY", sort, "the people of one department, for a file"),
	reason("DELETE FROM chart_imports WHERE LOWER(list)", "SCAN chart_imports", "an erasure looks for an address in what was read this week"),
	reason("pragma_database_list", "SCAN", "only a test asks"),
	reason("GROUP BY there.company_key", "", "the companies of one space, of a thousand guests at most"),
	reason("FROM events WHERE noticed_at IS NULL", "SCAN events USING INDEX events_waiting", "an index of the events alone of which notices are still to be made"),
	reason("SELECT COUNT(*) FROM (SELECT id FROM templates LIMIT", "SCAN templates", "two hundred at most"),
	reason("FROM templates t JOIN accounts a ON a.id = t.created_by ORDER BY", "SCAN t", "the models, of which there are few, and the list shows all"),
	reason("ORDER BY s.id LIMIT $5 OFFSET $6", "SCAN s", "the spaces in order, of which a call asks for a hundred at most"),
	reason("FROM webhooks w JOIN webhook_health h ON h.webhook_id = w.id JOIN webhook_deliveries d ON d.id = (", sort, "one delivery of each webhook, of which there are twenty at most"),
	reason("UPDATE webhook_deliveries SET lease_until_at = NULL WHERE lease_until_at IS NOT NULL", "SCAN webhook_deliveries USING INDEX webhook_deliveries_leased", "an index of those alone that are in hand, when the portal starts"),
	reason("SELECT 1 FROM spaces WHERE deleted_at IS NULL LIMIT 1000", "SCAN spaces", "it ends at the limit"),
}

func reason(statement, step, why string) storetest.Reason {
	return storetest.Reason{Statement: statement, Step: step, Why: why}
}

// Lists are what most pages are made of: this test only runs each of them, so
// that its statements are among those that TestMain explains.
func TestEveryListIsExplained(t *testing.T) {
	t.Parallel()
	w := storetest.New(t)
	ctx, s := t.Context(), w.Store
	space, err := s.CreateSpace(ctx, w.Host, store.NewSpace{Kind: store.GuestSpace, Name: "Lists", Administrators: []store.ID{w.Host.ID}, MultiThread: true})
	if err != nil {
		t.Fatal(err)
	}
	thread, err := s.CreateThread(ctx, w.Host, space, store.NewThread{Name: "First"})
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range map[string]func() error{
		"spaces of a member":       func() error { _, err := s.SpacesOf(ctx, w.Host, ""); return err },
		"guest spaces":             func() error { _, err := s.SpacesOf(ctx, w.Host, "", store.GuestSpace); return err },
		"rail":                     func() error { _, err := s.RailSpaces(ctx, w.Host); return err },
		"frame":                    func() error { _, err := s.Frame(ctx, w.Host); return err },
		"spaces to join":           func() error { _, err := s.SpacesToJoin(ctx, w.Outsider, "", false); return err },
		"all spaces":               func() error { _, err := s.SpacesToJoin(ctx, w.Root, "", true); return err },
		"members of a space":       func() error { _, err := s.MembersOf(ctx, w.Host, space, store.Member, "", ""); return err },
		"guests of a space":        func() error { _, err := s.MembersOf(ctx, w.Host, space, store.Guest, "x", ""); return err },
		"candidates":               func() error { _, err := s.MemberCandidates(ctx, w.Host, space, "r"); return err },
		"home of a member":         func() error { _, err := s.Home(ctx, w.Host, ""); return err },
		"home of a guest":          func() error { _, err := s.Home(ctx, w.GuestEditor, ""); return err },
		"threads":                  func() error { _, err := s.Threads(ctx, w.Host, space, ""); return err },
		"conversation":             func() error { _, err := s.Conversation(ctx, w.Host, space, thread.ID, store.Place{}); return err },
		"join requests":            func() error { _, err := s.JoinRequests(ctx, w.Host, w.Spaces[store.PrivateSpace]); return err },
		"guests of several spaces": func() error { _, err := s.LicenceHolders(ctx, w.Root, ""); return err },
		"all members":              func() error { _, _, err := s.Members(ctx, w.Root, store.MemberFilter{}, store.Cursor{}); return err },
		"suspended members": func() error {
			_, _, err := s.Members(ctx, w.Root, store.MemberFilter{Status: store.SuspendedMember}, store.Cursor{})
			return err
		},
		"invited members": func() error {
			_, _, err := s.Members(ctx, w.Root, store.MemberFilter{Status: store.InvitedMember}, store.Cursor{})
			return err
		},
		"active members": func() error {
			_, _, err := s.Members(ctx, w.Root, store.MemberFilter{Status: store.ActiveMember}, store.Cursor{})
			return err
		},
		"members by state":    func() error { _, err := s.MemberCounts(ctx, w.Root); return err },
		"guests of a sponsor": func() error { _, err := s.GuestsOfSponsor(ctx, w.Root, w.Host.ID); return err },
		"queue":               func() error { _, _, err := s.Outbox(ctx, w.Root, "", 0); return err },
		"refused":             func() error { _, _, err := s.Outbox(ctx, w.Root, store.MailIsRefused, 0); return err },
		"overview":            func() error { _, err := s.Overview(ctx, w.Root); return err },
		"audit":               func() error { _, _, err := s.AuditLog(ctx, w.Root, store.AuditFilter{}, 0); return err },
		"sweep":               func() error { return s.Sweep(ctx) },
		"files":               func() error { return s.SweepFiles(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			if err := list(); err != nil {
				t.Error(err)
			}
		})
	}
}
