package web

import (
	"io"

	"guesthouse/store"
	"guesthouse/views"
)

// The files of the export of one's own data. The names of their fields stay as
// they are: programs read them.

type ownProfileFile struct {
	ID               string `json:"id"`
	Kind             string `json:"kind"`
	Login            string `json:"login"`
	Email            string `json:"email"`
	DisplayName      string `json:"display_name"`
	SurNameReading   string `json:"sur_name_reading"`
	GivenNameReading string `json:"given_name_reading"`
	Company          string `json:"company"`
	Division         string `json:"division"`
	Phone            string `json:"phone"`
	CallTo           string `json:"callto"`
	Category         string `json:"category"`
	Language         string `json:"language"`
	TimeZone         string `json:"time_zone"`
	Picture          string `json:"picture"` // the name of the file, "" for none

	Status             string         `json:"status"`
	SystemAdmin        bool           `json:"system_administrator"`
	CreatesGuestSpaces bool           `json:"may_create_guest_spaces"`
	Created            string         `json:"created"`
	LastSignIn         string         `json:"last_sign_in"`
	AccessEnds         string         `json:"access_ends"`
	Sponsor            string         `json:"sponsor"`
	Terms              []ownTermsItem `json:"terms_accepted"`
}

type ownTermsItem struct {
	Version  int    `json:"version"`
	Language string `json:"language"`
	Accepted string `json:"accepted"`
}

func (a ownArchive) profile(picture string) ownProfileFile {
	me := a.data.Account
	file := ownProfileFile{
		ID: me.ID.String(), Kind: string(me.Kind), Login: me.Shown(), Email: string(me.Email), DisplayName: me.Name,
		SurNameReading: me.SurNameReading, GivenNameReading: me.GivenNameReading, Company: me.Company, Division: me.Division,
		Phone: me.Phone, CallTo: me.CallTo, Category: me.Category, Language: me.Locale, TimeZone: me.TimeZone, Picture: picture,
		Status: string(me.Status), SystemAdmin: me.SystemAdmin, CreatesGuestSpaces: me.MayCreateGuestSpaces,
		Created: instant(me.CreatedAt), LastSignIn: instant(me.LastSignInAt), AccessEnds: instant(me.EndsAt),
		Sponsor: a.data.Sponsor, Terms: []ownTermsItem{},
	}
	for _, t := range a.data.Terms {
		file.Terms = append(file.Terms, ownTermsItem{Version: t.Version, Language: t.Locale, Accepted: instant(t.AcceptedAt)})
	}
	return file
}

type ownSpaceItem struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Role  string `json:"role"`
	Since string `json:"since"`
	Until string `json:"until"`
}

func (a ownArchive) spaces() []ownSpaceItem {
	list := []ownSpaceItem{}
	for _, sp := range a.data.Spaces {
		list = append(list, ownSpaceItem{
			Name: sp.Name, Kind: string(sp.Kind), Role: string(sp.Role), Since: instant(sp.Since), Until: instant(sp.Until),
		})
	}
	return list
}

type ownTextItem struct {
	Space   string `json:"space"`
	Thread  string `json:"thread"`
	Text    string `json:"text"`
	Created string `json:"created"`
	Edited  string `json:"edited"`
	Link    string `json:"link"` // "" where one may not open it (any more)
}

type ownMessageItem struct {
	Space   string `json:"space"` // whose chat it is, "" for a chat of two
	With    string `json:"with"`  // the other person of a chat of two
	Text    string `json:"text"`
	Created string `json:"created"`
	Edited  string `json:"edited"`
	Link    string `json:"link"` // "" where one may not open it (any more)
}

// messages are what the person said in chats.
func (a ownArchive) messages(write func(any) error) error {
	return a.Store.OwnMessages(a.c.Request().Context(), a.data, func(m store.OwnMessage) error {
		item := ownMessageItem{Space: m.SpaceName, With: m.With, Text: m.Body, Created: instant(m.CreatedAt), Edited: instant(m.EditedAt)}
		if m.Opens {
			item.Link = a.base() + views.MessageURL(m.Chat, m.ID)
		}
		return write(item)
	})
}

// writing is an object of three lists, each of any length.
func (a ownArchive) writing(w io.Writer) error {
	ctx := a.c.Request().Context()
	item := func(t store.OwnText, path string) ownTextItem {
		link := ""
		if t.Opens {
			link = a.base() + path
		}
		return ownTextItem{
			Space: t.SpaceName, Thread: t.ThreadName, Text: t.Body, Created: instant(t.CreatedAt), Edited: instant(t.EditedAt), Link: link,
		}
	}
	if _, err := io.WriteString(w, `{"threads": `); err != nil {
		return err
	}
	err := writeJSONList(w, func(write func(any) error) error {
		return a.Store.OwnThreads(ctx, a.data, func(t store.OwnText) error {
			return write(item(t, views.ThreadURL(t.Space, t.Thread)))
		})
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `, "comments": `); err != nil {
		return err
	}
	err = writeJSONList(w, func(write func(any) error) error {
		return a.Store.OwnComments(ctx, a.data, func(t store.OwnText) error {
			return write(item(t, views.CommentURL(t.Space, t.Thread, t.ID)))
		})
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `, "messages": `); err != nil {
		return err
	}
	if err := writeJSONList(w, a.messages); err != nil {
		return err
	}
	_, err = io.WriteString(w, "}\n")
	return err
}

type ownSessionItem struct {
	Created       string `json:"created"`
	Seen          string `json:"seen"`
	Ends          string `json:"ends"`
	ClientAddress string `json:"client_address"`
	Agent         string `json:"agent"`
}

func (a ownArchive) sessions() []ownSessionItem {
	list := []ownSessionItem{}
	for _, v := range a.data.Sessions {
		list = append(list, ownSessionItem{
			Created: instant(v.CreatedAt), Seen: instant(v.SeenAt), Ends: instant(v.ExpiresAt),
			ClientAddress: v.ClientAddress, Agent: v.UserAgent,
		})
	}
	return list
}

type ownMailItem struct {
	Kind    string `json:"kind"`
	State   string `json:"state"`
	Created string `json:"created"`
	Closed  string `json:"closed"`
}

func (a ownArchive) mails(w io.Writer) error {
	return writeJSONList(w, func(write func(any) error) error {
		return a.Store.OwnMails(a.c.Request().Context(), a.data, func(m store.OwnMail) error {
			return write(ownMailItem{Kind: m.Kind, State: m.State, Created: instant(m.CreatedAt), Closed: instant(m.ClosedAt)})
		})
	})
}

type ownEntryItem struct {
	Action        string `json:"action"`
	What          string `json:"what"` // the action in words
	ByMe          bool   `json:"by_me"`
	ClientAddress string `json:"client_address"`
	At            string `json:"at"`
}

func (a ownArchive) history(w io.Writer) error {
	return writeJSONList(w, func(write func(any) error) error {
		return a.Store.OwnHistory(a.c.Request().Context(), a.data, func(e store.OwnEntry) error {
			return write(ownEntryItem{
				Action: e.Action, What: views.AuditText(a.words, e.Action), ByMe: e.ByMe, ClientAddress: e.ClientAddress, At: instant(e.At),
			})
		})
	})
}
