package web_test

import (
	"strings"

	"guesthouse/store"
)

// hide does in a guest space what its team and the guests of the other company do there.
func (h *hiding) hide(s stage) {
	h.t.Helper()
	h.hiding = true
	defer func() { h.hiding = false }()
	h.writeForTheTeam(s)
	h.writeOfTheOther(s)
	h.keepFiles(s)
	h.chatOn(s)
	ctx, berta := h.t.Context(), *h.people["BE"]
	_, err := h.Store.InviteGuests(ctx, h.Host, s.space, store.Invite{Emails: "potoroo@invited.example", Message: potoroo})
	h.do(err)
	h.do(h.Store.Favourite(ctx, berta, s.space, true))
	h.upload(s, berta, potoroo+" waiting.txt")
}

// writeForTheTeam is what the team says to itself: a thread, and comments in one
// that is for everybody, with their earlier words.
func (h *hiding) writeForTheTeam(s stage) {
	h.t.Helper()
	ctx, space := h.t.Context(), s.space
	hidden := h.thread(s, h.Host, quokka+" thread", store.TeamOnly)
	h.do(h.Store.UpdateThread(ctx, h.Host, space, hidden, store.EditedThread{Name: quokka + " renamed", Body: quokka, Version: 1}))
	h.do(h.Store.PinThread(ctx, h.Host, space, hidden, true))
	inside := h.say(s, hidden, h.Editor, quokka+" inside @"+h.Host.Name, store.Everyone, quokka+" inside.txt")
	h.do(h.Store.PinComment(ctx, h.Host, space, hidden, inside, true))
	said := h.say(s, s.thread, h.Host, quokka+" said @"+h.Editor.Name, store.TeamOnly, quokka+" attached.txt")
	h.do(h.Store.EditComment(ctx, h.Host, space, s.thread, said, 1, quokka+" said again"))
	h.do(h.Store.PinComment(ctx, h.Host, space, s.thread, said, true))
	h.do(h.Store.React(ctx, h.Editor, space, s.thread, said, "star", true))
	gone := h.say(s, s.thread, h.Host, quokka+" deleted", store.TeamOnly, quokka+" deleted.txt")
	h.do(h.Store.DeleteComment(ctx, h.Host, space, s.thread, gone))
}

// writeOfTheOther is what the other company says and is told.
func (h *hiding) writeOfTheOther(s stage) {
	h.t.Helper()
	ctx, berta, company := h.t.Context(), *h.people["BE"], store.ForCompany(store.FoldKey(bilby+" GmbH"))
	told := h.thread(s, h.Host, potoroo+" told", company)
	h.say(s, told, berta, potoroo+" thanks", store.Everyone, potoroo+" thanks.txt")
	own := h.thread(s, berta, potoroo+" own", store.Everyone)
	h.say(s, own, h.Host, potoroo+" answer", store.Everyone)
	h.say(s, s.thread, h.Host, potoroo+" for @"+berta.Name, company)
	said := h.say(s, s.thread, berta, potoroo+" said", store.Everyone, potoroo+" attached.txt")
	h.do(h.Store.EditComment(ctx, berta, s.space, s.thread, said, 1, potoroo+" said again"))
	h.do(h.Store.EditComment(ctx, h.Host, s.space, s.thread, said, 2, potoroo+" said by the host"))
	gone := h.say(s, s.thread, berta, potoroo+" deleted", store.Everyone)
	h.do(h.Store.DeleteComment(ctx, berta, s.space, s.thread, gone))
	for _, reaction := range store.Reactions[:3] { // to what everybody reads
		h.do(h.Store.React(ctx, berta, s.space, s.thread, s.comment, reaction, true))
	}
	h.do(h.Store.FollowThread(ctx, berta, s.space, s.thread, true))
}

// keepFiles puts files into the drive for the team and by the other company,
// beside what everybody reads and within it.
func (h *hiding) keepFiles(s stage) {
	h.t.Helper()
	ctx, berta, company := h.t.Context(), *h.people["BE"], store.ForCompany(store.FoldKey(bilby+" GmbH"))
	hidden := h.folder(s, h.Host, quokka+" folder", store.TeamOnly)
	h.file(s, h.Host, hidden, quokka+" within.txt", store.Everyone)
	h.file(s, h.Host, 0, kookaburra+" file.txt", store.TeamOnly) // called like one that everybody sees
	plain := h.file(s, h.Host, s.folder, quokka+" beside.txt", store.TeamOnly)
	h.do(h.Store.RenameFile(ctx, h.Host, s.space, plain, quokka+" renamed.txt"))
	gone := h.file(s, h.Host, s.folder, quokka+" deleted.txt", store.TeamOnly)
	h.do(h.Store.DeleteFile(ctx, h.Host, s.space, gone))
	theirs := h.folder(s, berta, potoroo+" folder", store.Everyone)
	h.file(s, berta, theirs, potoroo+" within.txt", store.Everyone)
	h.file(s, h.Host, s.folder, potoroo+" for them.txt", company)
	own := h.file(s, berta, s.folder, potoroo+" beside.txt", store.Everyone)
	received, err := h.Store.ReceiveFile(ctx, berta, s.space, potoroo+" version.txt", strings.NewReader(potoroo+" version"))
	h.do(err)
	_, err = h.Store.AddFileVersion(ctx, berta, s.space, own, received)
	h.do(err)
	h.do(h.Store.NoteDownloads(ctx, berta, s.space, []store.ID{s.file, own}))
}

// chatOn is what the team and the other company say in the chat of the space,
// and to each other.
func (h *hiding) chatOn(s stage) {
	h.t.Helper()
	ctx, berta := h.t.Context(), *h.people["BE"]
	h.send(s.chat, h.Host, quokka+" message", store.TeamOnly)
	h.send(s.chat, berta, potoroo+" message", store.Everyone)
	gone := h.send(s.chat, berta, potoroo+" message deleted", store.Everyone)
	h.do(h.Store.DeleteMessage(ctx, berta, s.chat, gone))
	taken := h.send(s.chat, berta, potoroo+" message taken away", store.Everyone)
	h.do(h.Store.DeleteMessage(ctx, h.Host, s.chat, taken))
	chat, m, err := h.Store.SendTo(ctx, berta, h.Host.ID, store.NewMessage{Text: numbat + " between us"})
	h.do(err)
	h.name(":chat", chat)
	h.name(":chat", chat, ":message", m.ID)
}

// confide fills the secret space.
func (h *hiding) confide() {
	h.t.Helper()
	h.hiding = true
	defer func() { h.hiding = false }()
	s := h.secret
	h.say(s, s.thread, h.Host, numbat+" confided", store.Everyone, numbat+" attached.txt")
	h.file(s, h.Host, 0, numbat+" secret.txt", store.Everyone)
	h.send(s.chat, h.Host, numbat+" confided", store.Everyone)
}
