package views

import (
	"context"
	"io"
	"regexp"
	"strings"

	"github.com/a-h/templ"

	"guesthouse/store"
)

// mentionLink is a mention as the store wrote it: whom it names, and that they
// were a guest. What people type is never this, its "<" is another.
var mentionLink = regexp.MustCompile(`<a class="mention" href="/people/(\d+)" data-person="\d+">(@[^<]*)</a>( <span class="tag tag--guest" data-guest></span>)?`)

// proseOf is prose that may mention people: each as they are to its reader now,
// with the mention "Guest" in the reader's language (S4-10). People whom the
// page knows nothing about stand as they were written.
func proseOf(p Page, html store.HTML, people map[store.ID]store.Mentioned) templ.Component {
	if !strings.Contains(string(html), `<a class="mention"`) {
		return prose(html)
	}
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		text, last := string(html), 0
		for _, at := range mentionLink.FindAllStringSubmatchIndex(text, -1) {
			if _, err := io.WriteString(w, text[last:at[0]]); err != nil {
				return err
			}
			last = at[1]
			m, known := people[store.ParseID(text[at[2]:at[3]])]
			if !known {
				m = store.Mentioned{Seen: true}
				m.ID, m.Kind, m.Status = store.ParseID(text[at[2]:at[3]]), store.Member, store.StatusActive
				m.Name = unescaped.Replace(strings.TrimPrefix(text[at[4]:at[5]], "@"))
				if at[6] >= 0 {
					m.Kind = store.Guest
				}
			}
			if err := mentioned(p, m).Render(ctx, w); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, text[last:])
		return err
	})
}

// unescaped reads what the store escaped in a name.
var unescaped = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&")

// mentionPerson is the person of a mention, whose name begins with "@".
func mentionPerson(m store.Mentioned) Person {
	person := PersonOf(m.Account)
	person.Name = "@" + person.Name
	if m.Opens {
		person.URL = PersonURL(m.ID)
	}
	return person
}

// MentionList is what the box of mentions offers.
type MentionList struct {
	Page
	People []store.Mentionable
}

func (m MentionList) option(person store.Mentionable) string { return "mention-" + person.ID.String() }

// mentionsIn lets the script offer people in a field of a text of the thread.
func mentionsIn(space, thread store.ID) Script {
	return Script{"data-mentions": MentionsInURL(space, thread)}
}
