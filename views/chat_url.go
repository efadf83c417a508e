package views

import "guesthouse/store"

// The pages of chats at a fixed address.
const (
	ChatsURL       = "/chats"
	ChatsNewURL    = ChatsURL + "/new"
	ChatsUnreadURL = ChatsURL + "/unread"
)

// ChatURL is a chat, at its end.
func ChatURL(chat store.ID) string { return ChatsURL + "/" + chat.String() }

// ChatWithURL is the chat with somebody, or the form for its first message.
func ChatWithURL(account store.ID) string { return WithQuery(ChatsNewURL, "account", account.String()) }

// SpaceChatURL leads to the chat of a space.
func SpaceChatURL(space store.ID) string { return SpaceURL(space) + "/chat" }

// ChatMuteURL switches the notices of a chat off, or on again.
func ChatMuteURL(chat store.ID) string { return ChatURL(chat) + "/mute" }

// MessagesBeforeURL is a chat before one of its messages.
func MessagesBeforeURL(chat, message store.ID) string {
	return WithQuery(ChatURL(chat), "before", message.String())
}

// MessagesAfterURL is a chat after one of its messages.
func MessagesAfterURL(chat, message store.ID) string {
	return WithQuery(ChatURL(chat), "after", message.String())
}

// MessageURL is a message where it stands in its chat.
func MessageURL(chat, message store.ID) string {
	return WithQuery(ChatURL(chat), "at", message.String()) + "#message-" + message.String()
}

// MessageEditURL is where a message is changed.
func MessageEditURL(chat, message store.ID) string {
	return ChatURL(chat) + "/messages/" + message.String()
}

// MessageDeleteURL takes a message back.
func MessageDeleteURL(chat, message store.ID) string {
	return MessageEditURL(chat, message) + "/delete"
}

// MessageRestoreURL brings a message back that was just deleted.
func MessageRestoreURL(chat, message store.ID) string {
	return MessageEditURL(chat, message) + "/restore"
}
