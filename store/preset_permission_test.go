package store_test

import (
	"testing"

	"guesthouse/store"
	"guesthouse/store/storetest"
)

// S3-06, S3-09, S4-13, C17: the effective right is the switch of the space and
// the permission of the guest; a change of either is in force on the next
// request, also for what somebody has open. Under each preset, in each kind of
// space that it lets guests into.
func TestEffectiveRight(t *testing.T) {
	t.Parallel()
	for _, preset := range store.Presets {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			w := under(t, preset)
			kinds := []store.SpaceKind{store.GuestSpace}
			if preset == "groups" {
				kinds = store.SpaceKinds
			}
			for _, kind := range kinds {
				publishing{World: w, space: w.Spaces[kind], kind: kind}.check(t)
			}
		})
	}
}

type publishing struct {
	*storetest.World
	space store.ID
	kind  store.SpaceKind
}

func (p publishing) check(t *testing.T) {
	t.Helper()
	threads, err := p.Store.Threads(t.Context(), p.Host, p.space, "")
	wantErr(t, err, nil)
	thread := threads.Items[0].ID
	comments := map[store.ID]store.ID{}
	for _, author := range []store.Account{p.Host, p.Editor, p.GuestEditor} {
		comment, err := p.Store.AddComment(t.Context(), author, p.space, thread, store.NewComment{Body: "Hello"})
		wantErr(t, err, nil)
		comments[author.ID] = comment.ID
	}
	for _, step := range []struct {
		switched   string
		permission string // of GuestEditor, who could write when the page was opened
		writes     map[*store.Account]bool
	}{
		{store.PublishEveryone, "edit", map[*store.Account]bool{&p.Host: true, &p.Editor: true, &p.GuestEditor: true, &p.GuestReader: false}},
		{store.PublishEveryone, "read", map[*store.Account]bool{&p.Host: true, &p.Editor: true, &p.GuestEditor: false, &p.GuestReader: false}},
		{store.PublishAdministrators, "edit", map[*store.Account]bool{&p.Host: true, &p.Editor: false, &p.GuestEditor: false, &p.GuestReader: false}},
		{store.PublishAdministrators, "read", map[*store.Account]bool{&p.Host: true, &p.Editor: false, &p.GuestEditor: false, &p.GuestReader: false}},
		{store.PublishEveryone, "edit", map[*store.Account]bool{&p.Host: true, &p.Editor: true, &p.GuestEditor: true, &p.GuestReader: false}},
	} {
		sp, err := p.Store.Space(t.Context(), p.Host, p.space, store.ToManage)
		wantErr(t, err, nil)
		wantErr(t, p.Store.UpdateSpace(t.Context(), p.Host, p.space, store.SpaceSettings{Name: sp.Name, Publishing: step.switched}), nil)
		wantErr(t, p.Store.ChangeGuest(t.Context(), p.Host, p.space, p.GuestEditor.ID, store.GuestChange{Permission: &step.permission}), nil)
		for actor, writes := range step.writes {
			p.checkWriting(t, *actor, thread, comments[actor.ID], writes)
		}
	}
}

// checkWriting tries all that writes; reading stays with everybody inside.
func (p publishing) checkWriting(t *testing.T, actor store.Account, thread, own store.ID, writes bool) {
	t.Helper()
	want := map[bool]error{true: nil, false: store.ErrForbidden}[writes]
	_, err := p.Store.AddComment(t.Context(), actor, p.space, thread, store.NewComment{Body: "And more"})
	if !is(err, want) {
		t.Errorf("%s comments in the %s space: %v, want %v", actor.Name, p.kind, err, want)
	}
	if _, err := p.Store.Space(t.Context(), actor, p.space, store.ToWrite); !is(err, want) {
		t.Errorf("%s at the door of the %s space: %v, want %v", actor.Name, p.kind, err, want)
	}
	if own != 0 {
		wantOwn := want
		if actor.Kind == store.Member {
			wantOwn = nil // members keep what they wrote
		}
		if err := p.Store.EditComment(t.Context(), actor, p.space, thread, own, 1, "Better"); !is(err, wantOwn) {
			t.Errorf("%s edits the own comment in the %s space: %v, want %v", actor.Name, p.kind, err, wantOwn)
		}
	}
	for _, op := range []store.Operation{store.ToOpen, store.ToFollow, store.ToLeave} { // what reading lets one do
		if _, err := p.Store.Space(t.Context(), actor, p.space, op); err != nil {
			t.Errorf("%s, operation %d in the %s space: %v", actor.Name, op, p.kind, err)
		}
	}
	if _, err := p.Store.Conversation(t.Context(), actor, p.space, thread, store.Place{}); err != nil {
		t.Errorf("%s reads in the %s space: %v", actor.Name, p.kind, err)
	}
}
