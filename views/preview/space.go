package preview

import (
	"time"

	"github.com/a-h/templ"

	"guesthouse/store"
	"guesthouse/views"
)

// More people of the sample data.
var (
	richard = store.Account{ID: 14, Kind: store.Member, Name: "Richard Roe", Email: "richard.roe@example.com", Division: "Sales", Status: store.StatusActive}
	gone    = store.Account{ID: 21, Kind: store.Guest, Name: "Max Mustermann", Company: "Partner", Status: store.StatusDeleted}
	hanako  = store.Account{ID: 19, Kind: store.Guest, Name: "山田 花子", Locale: "ja", Company: "Studio", Status: store.StatusActive}
)

// spaceAs is a guest space as somebody sees it.
func spaceAs(standing store.Standing) store.Space {
	return store.Space{
		ID: 1, Kind: store.GuestSpace, Name: "Autumn catalogue", Cover: "preset:harbour", Publishing: store.PublishEveryone,
		MemberCount: 6, GuestCount: 4, ThreadCount: 1, Version: 3, Standing: standing,
		Body:     "Everything for the autumn catalogue.",
		BodyHTML: "<p>Everything for the autumn catalogue, from the page plan to the printed copy. Press date is <strong>Monday 26 October</strong>.</p><ul><li>Decisions are written in the thread, not in mail.</li></ul>",
	}
}

func allHands() store.Space {
	return store.Space{
		ID: 4, Kind: store.OpenSpace, Name: "All hands", Cover: "preset:ridge", Publishing: store.PublishEveryone,
		MemberCount: 48, ThreadCount: 1, Standing: store.MemberInside,
	}
}

func said(id store.ID, author store.Account, html store.HTML, ago time.Duration) store.Comment {
	return store.Comment{ID: id, Author: author, Body: string(html), BodyHTML: html, CreatedAt: Now.Add(-ago)}
}

func talk(sp store.Space) store.Conversation {
	deleted := said(8, richard, "", 20*time.Hour)
	deleted.DeletedAt = Now
	edited := said(9, erika, "<p>The corrected covers for pages 12–40 are there. Please check the bleed on page 18.</p>", 14*time.Minute)
	edited.EditedAt = Now
	return store.Conversation{
		Space: sp, Earlier: 7,
		Thread: store.Thread{ID: 5, Space: sp.ID, Name: "Cover proofs, round 2", Author: jane, CommentCount: 12, CreatedAt: Now.Add(-72 * time.Hour), BodyHTML: "<p>One folder per round.</p>"},
		Comments: []store.Comment{
			said(6, jane, "<p>Round 2 starts today. Please note the page in your comment.</p>", 70*time.Hour),
			said(7, gone, "<p>Pages 4–11 are unchanged.</p>", 50*time.Hour),
			deleted,
			said(10, hanako, "<p>18ページの写真は差し替えます。</p>", 3*time.Hour),
			edited,
		},
	}
}

func threads() []store.Thread {
	return []store.Thread{
		{ID: 5, Space: 1, Name: "Cover proofs, round 2", CommentCount: 12, ActiveAt: Now.Add(-14 * time.Minute), Last: store.Word{Author: erika, Text: "The corrected covers are there. Please check the bleed on 18.", At: Now}},
		{ID: 6, Space: 1, Name: "店頭写真", CommentCount: 31, ActiveAt: Now.Add(-2 * time.Hour), Last: store.Word{Author: hanako, Text: "候補を6枚に絞りました。", At: Now}},
		{ID: 7, Space: 1, Name: "Page plan", ActiveAt: Now.Add(-72 * time.Hour)},
	}
}

// overviewOf is the page of the space for somebody, with one thread or several.
func overviewOf(p views.Page, standing store.Standing, several bool) views.SpacePage {
	o := store.SpaceOverview{Space: spaceAs(standing), Members: []store.Account{jane, richard, taro}, Guests: []store.Account{erika, hanako}}
	if several {
		o.Space.MultiThread, o.Space.ThreadCount = true, 3
		o.Threads.Items = threads()
	} else {
		c := talk(o.Space)
		o.Conversation = &c
	}
	return views.NewSpacePage(p, o)
}

// spacePages are the pages of a space.
func spacePages(lang string) []Sample {
	titled := func(reader *store.Account, title string, args ...any) views.Page {
		p := frame(lang, reader, "", "")
		if title != "" {
			p.Title = p.T(title, args...)
		}
		return p
	}
	over := func(p views.Page, dialog func(views.Page) templ.Component) templ.Component {
		return views.DialogPage(p, dialog(p), func(p views.Page) templ.Component {
			p.Errors = nil
			return views.ShowSpace(overviewOf(p, store.SpaceAdmin, false))
		})
	}
	confirm := func(p views.Page) views.SpaceConfirm {
		return views.SpaceConfirm{Page: p, Space: spaceAs(store.SpaceAdmin)}
	}
	wrong := titled(&jane, "")
	wrong.Errors = views.Problems{{Field: "text", Code: "required"}}
	failed := overviewOf(wrong, store.SpaceAdmin, false)
	door := spaceAs(store.SystemAdminOutside)
	private := store.Space{ID: 9, Kind: store.PrivateSpace, Name: "Office move", Cover: "preset:paper", MemberCount: 3, Standing: store.MemberOutside}
	conversation := talk(spaceAs(store.SpaceAdmin))
	conversation.Space.MultiThread, conversation.Space.ThreadCount = true, 3
	return []Sample{
		{"space", views.ShowSpace(overviewOf(titled(&jane, ""), store.SpaceAdmin, false))},
		{"space-threads", views.ShowSpace(overviewOf(titled(&jane, ""), store.SpaceAdmin, true))},
		{"space-guest", views.ShowSpace(overviewOf(titled(&erika, ""), store.GuestReader, false))},
		{"space-comment-error", views.ShowSpace(failed)},
		{"space-door", views.ShowSpaceDoor(views.SpaceDoor{Page: titled(&jane, "space.join_as_admin"), Space: door})},
		{"space-ask", views.ShowSpaceDoor(views.SpaceDoor{Page: titled(&richard, "space.ask_to_join"), Space: private})},
		{"space-asked", views.ShowSpaceDoor(views.SpaceDoor{Page: titled(&richard, "space.asked"), Space: private, Asked: true})},
		{"space-delete", over(titled(&jane, "space.delete_title", "Space", "Autumn catalogue"), func(p views.Page) templ.Component { return views.ConfirmSpaceDelete(confirm(p)) })},
		{"space-leave", over(titled(&jane, "space.leave_title", "Space", "Autumn catalogue"), func(p views.Page) templ.Component { return views.ConfirmSpaceLeave(confirm(p)) })},
		{"threads", views.ListThreads(views.NewThreadsPage(titled(&jane, "space.threads"), conversation.Space, store.Page[store.Thread]{Items: threads(), Next: "next"}))},
		{"thread", views.ShowThread(views.NewThreadPage(titled(&jane, ""), conversation))},
		{"thread-new", over(titled(&jane, "thread.new"), func(p views.Page) templ.Component {
			return views.EditThread(views.ThreadForm{Page: p, Space: conversation.Space})
		})},
		{"comment-edit", over(titled(&jane, "comment.edit"), func(p views.Page) templ.Component {
			return views.EditComment(views.CommentForm{Page: p, Space: 1, Thread: 5, Comment: 6, Text: "Round 2 starts today.", Version: 1})
		})},
		{"people", people(titled(&jane, "space.people"))},
		{"members", over(titled(&jane, "space.manage_members"), manageMembers)},
		{"member-remove", over(titled(&jane, "space.remove_title"), func(p views.Page) templ.Component {
			rows := views.InsideRows(p, []store.Membership{{Account: richard, Role: store.Editor}})
			return views.ConfirmRemoveMember(views.RemoveMember{Page: p, Space: spaceAs(store.SpaceAdmin), Member: rows[0]})
		})},
		{"settings", settings(titled(&jane, "space.settings"), nil)},
		{"settings-conflict", conflict(titled(&jane, "space.settings"))},
	}
}

func people(p views.Page) templ.Component {
	return views.ShowPeople(views.PeoplePage{
		SpaceFrame: views.NewSpaceFrame(p, spaceAs(store.SpaceAdmin), "people"),
		Members:    views.InsideRows(p, []store.Membership{{Account: jane, Role: store.Administrator}, {Account: richard, Role: store.Editor}, {Account: taro, Role: store.Editor}}),
		Guests:     views.InsideRows(p, []store.Membership{{Account: erika, Role: store.Editor}, {Account: hanako, Role: store.Reader}}),
	})
}

func manageMembers(p views.Page) templ.Component {
	return views.ShowManageMembers(views.ManageMembers{
		Page: p, Space: spaceAs(store.SpaceAdmin), Query: "ta",
		Members:    views.InsideRows(p, []store.Membership{{Account: jane, Role: store.Administrator}, {Account: richard, Role: store.Editor}}),
		Candidates: views.NewCandidates([]store.Account{taro}),
		Requests:   []store.JoinRequest{{Account: store.Account{ID: 16, Kind: store.Member, Name: "Jean Dupont", Status: store.StatusActive}}},
	})
}

func settings(p views.Page, changed *store.Space) templ.Component {
	sp := spaceAs(store.SpaceAdmin)
	return views.EditSpace(views.SettingsPage{
		SpaceFrame: views.NewSpaceFrame(p, sp, ""), Body: sp.Body, Publishing: sp.Publishing, Version: 3, Changed: changed,
		Form: views.SpaceForm{Page: p, Kind: sp.Kind, Name: sp.Name, Cover: sp.Cover},
	})
}

func conflict(p views.Page) templ.Component {
	saved := spaceAs(store.SpaceAdmin)
	saved.Name = "Autumn catalogue 2027"
	return settings(p, &saved)
}
