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
	May     bool   // the reader may react
	URL     string // of their page
	Comment *store.Comment
}

// NewReactions fits the reactions to a comment of a thread to their reader.
func NewReactions(p Page, sp *store.Space, thread store.ID, comment *store.Comment) ReactionsOf {
	return ReactionsOf{Page: p, May: sp.Can(store.ToWrite), URL: ReactionsURL(sp.ID, thread, comment.ID), Comment: comment}
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
		return m.URL + "/delete"
	}
	return m.URL
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
	Reactions ReactionsOf
	People    store.Page[store.Reactor]
	Close     string
}

func (m ReactorsPage) next() string { return WithQuery(m.Reactions.URL, "after", m.People.Next) }
