package views

import "guesthouse/store"

// signs are the icons of the reactions, which look alike on every machine; their
// words are in the catalogue under "reaction.".
var signs = map[store.Reaction]string{
	"thumbs_up": "thumb", "heart": "heart", "smile": "smile", "star": "star", "eyes": "eye", "done": "check",
}

// ReactionsOf are the reactions to a comment as its reader sees them.
type ReactionsOf struct {
	Page
	Space   store.Space
	Thread  store.ID
	Comment store.Comment
}

// May reports whether the reader may react.
func (m ReactionsOf) May() bool { return m.Space.Can(store.ToWrite) }

func (m ReactionsOf) url() string {
	return ReactionsURL(m.Space.ID, m.Thread, m.Comment.ID)
}

func (m ReactionsOf) id() string { return "reactions-" + m.Comment.ID.String() }

func (m ReactionsOf) mine(reaction store.Reaction) bool {
	for _, r := range m.Comment.Reacted {
		if r.Reaction == reaction {
			return r.Mine
		}
	}
	return false
}

// action is where a button with the reaction posts: to add it, or to take it back.
func (m ReactionsOf) action(reaction store.Reaction) string {
	if m.mine(reaction) {
		return ReactionsDeleteURL(m.Space.ID, m.Thread, m.Comment.ID)
	}
	return m.url()
}

// says is the reaction in words: how many people, and whether the reader too.
func (m ReactionsOf) says(r store.Reacted) string {
	key := "reaction.says"
	if r.Mine {
		key = "reaction.says_you"
	}
	return m.T(key, "N", r.Count, "Reaction", m.T("reaction."+string(r.Reaction)))
}

// ReactorsPage tells who reacted to a comment.
type ReactorsPage struct {
	Page
	Space  store.Space
	Thread store.ID
	People store.Page[store.Reactor]
	Here   string
}

func (m ReactorsPage) next() string { return WithQuery(m.Here, "after", m.People.Next) }

// reactions are those to one comment of the thread.
func (m ConversationOf) reactions(p Page, c CommentRow) ReactionsOf {
	return ReactionsOf{Page: p, Space: m.Space, Thread: m.Thread.ID, Comment: c.Comment}
}
