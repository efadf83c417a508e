package views

import "guesthouse/store"

// ThreadsURL is the list of a space's threads.
func ThreadsURL(space store.ID) string { return SpaceURL(space) + "/threads" }

// ThreadURL is a thread.
func ThreadURL(space, thread store.ID) string { return ThreadsURL(space) + "/" + thread.String() }

// CommentsURL is where comments are added to a thread.
func CommentsURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/comments" }

// CommentsBeforeURL is a page that shows a thread, at the comments before one.
func CommentsBeforeURL(page string, comment store.ID) string {
	return WithQuery(page, "before", comment.String()) + "#comments"
}

// CommentsAfterURL is a page that shows a thread, at the comments after one.
func CommentsAfterURL(page string, comment store.ID) string {
	return WithQuery(page, "after", comment.String()) + "#comments"
}

// CommentsNewestURL is a page that shows a thread, at its end.
func CommentsNewestURL(page string) string { return WithQuery(page, "newest", "1") + "#comments" }

// CommentEditURL is where a comment is changed.
func CommentEditURL(space, thread, comment store.ID) string {
	return CommentsURL(space, thread) + "/" + comment.String()
}

// CommentDeleteURL takes a comment back.
func CommentDeleteURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/delete"
}

// CommentRestoreURL brings a comment back that was just deleted.
func CommentRestoreURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/restore"
}

// CommentPinURL puts a comment to the top of its thread, or takes it down.
func CommentPinURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/pin"
}

// CommentHistoryURL is what a comment said before.
func CommentHistoryURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/history"
}

// ThreadHistoryURL is what a thread's name and text were before.
func ThreadHistoryURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/history" }

// ThreadPinURL puts a thread before the others, or back among them.
func ThreadPinURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/pin" }

// PreviewURL is what a text in Markdown will look like, for the script.
func PreviewURL(space store.ID) string { return SpaceURL(space) + "/preview" }

// ThreadNewURL is the form for a new thread.
func ThreadNewURL(space store.ID) string { return ThreadsURL(space) + "/new" }

// ThreadEditURL is the form that changes a thread.
func ThreadEditURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/edit" }

// CommentInURL is a page that shows a thread, with a comment in its middle.
func CommentInURL(page string, comment store.ID) string {
	return WithQuery(page, "comment", comment.String()) + "#comment-" + comment.String()
}

// CommentURL is a comment's permanent link.
func CommentURL(space, thread, comment store.ID) string {
	return CommentInURL(ThreadURL(space, thread), comment)
}

// MentionsURL offers people whom one may mention in a space.
func MentionsURL(space store.ID) string { return SpaceURL(space) + "/mentions" }

// MentionsInURL offers people whom one may mention in a thread, 0 for a new one.
func MentionsInURL(space, thread store.ID) string {
	if thread == 0 {
		return MentionsURL(space)
	}
	return WithQuery(MentionsURL(space), "thread", thread.String())
}

// ReactionsURL is who reacted to a comment, and where one reacts.
func ReactionsURL(space, thread, comment store.ID) string {
	return CommentEditURL(space, thread, comment) + "/reactions"
}

// ThreadFollowURL follows a thread or stops.
func ThreadFollowURL(space, thread store.ID) string { return ThreadURL(space, thread) + "/follow" }

// SpaceFollowURL follows a space or stops.
func SpaceFollowURL(space store.ID) string { return SpaceURL(space) + "/follow" }
