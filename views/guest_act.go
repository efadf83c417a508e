package views

import (
	"guesthouse/store"
)

// GuestActPage is an act on several guests, before it is done or after.
type GuestActPage struct {
	Page
	Plan             store.SeveralGuests
	Filter           RegisterFilter
	Days, On, Reason string
}

// Meant are those whom the act is on.
func (m GuestActPage) Meant() []store.ActLine { return m.lines(false) }

// Left are those who are left as they are.
func (m GuestActPage) Left() []store.ActLine { return m.lines(true) }

func (m GuestActPage) lines(skipped bool) []store.ActLine {
	var lines []store.ActLine
	for _, line := range m.Plan.Lines {
		if (line.Skip != "") == skipped {
			lines = append(lines, line)
		}
	}
	return lines
}

// NeedsSpace reports whether the space is still to be chosen.
func (m GuestActPage) NeedsSpace() bool { return m.Plan.Act == store.ActRemove && m.Plan.Space.ID == 0 }

// Spaces are the spaces of those who are selected.
func (m GuestActPage) Spaces() []Option {
	var options []Option
	seen := map[store.ID]bool{}
	for _, line := range m.Plan.Lines {
		for _, space := range line.Spaces {
			if line.Account.ID != 0 && !seen[space.Space] {
				seen[space.Space] = true
				options = append(options, Option{Value: space.Space.String(), Label: space.Name, Lang: LangOf(space.Name, "")})
			}
		}
	}
	return options
}

// Consequences are what the act ends and what it leaves.
func (m GuestActPage) Consequences() (ending, staying []string) {
	switch m.Plan.Act {
	case store.ActSuspend:
		return []string{m.T("suspend.signed_out"), m.T("suspend.links_end")}, []string{m.T("guest_act.spaces_stay"), m.T("suspend.undo")}
	case store.ActDelete:
		final := m.T("delete_guest.for_good")
		if m.Plan.Grace > 0 {
			final = m.T("guest_act.grace", "N", m.Plan.Grace)
		}
		return []string{m.T("guest_act.spaces_end"), final}, []string{m.T("delete_guest.written_stays"), m.T("delete_guest.address_free")}
	case store.ActRemove:
		return []string{m.T("guest_act.space_closes", "Space", m.Plan.Space.Name)}, []string{m.T("remove_guest.written_stays"), m.T("guest_act.other_spaces_stay")}
	case store.ActReactivate:
		return nil, []string{m.T("guest_act.back"), m.T("guest_act.same_spaces")}
	case store.ActExtend:
	}
	return nil, []string{m.T("guest_act.counted_from_now"), m.T("guest_act.space_ends_stay")}
}

// dangerous reports whether the act takes access away.
func (m GuestActPage) dangerous() bool {
	return m.Plan.Act != store.ActExtend && m.Plan.Act != store.ActReactivate
}

// button is the word on the button that does it.
func (m GuestActPage) button() string {
	return m.T("guest_act.do."+string(m.Plan.Act), "N", len(m.Meant()))
}
