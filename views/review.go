package views

import (
	"guesthouse/store"
)

// ReviewsPage are the guests about whom the reader is asked.
type ReviewsPage struct {
	Page
	Items []store.ReviewItem
	Days  string            // of a new end, as typed
	Typed map[string]string // the answers of a form that is shown again
	First string
	Next  string
}

// field is the name of the field with the answer about a guest.
func (m ReviewsPage) field(item store.ReviewItem) string {
	return "decision-" + item.Review.String() + "-" + item.Guest.ID.String()
}

// choices are the answers that there are.
func (m ReviewsPage) choices(item store.ReviewItem) []Choice {
	name := m.field(item)
	var list []Choice
	for _, decision := range []store.Decision{store.KeepGuest, store.ExtendTo, store.EndGuest} {
		list = append(list, Choice{
			Name: name, Value: string(decision), Label: m.T("review.decision." + string(decision)),
			Checked: m.Typed[name] == string(decision), Regular: true,
		})
	}
	return list
}

// begins reports whether the item is the first of its review on the page.
func (m ReviewsPage) begins(i int) bool {
	return i == 0 || m.Items[i-1].Review != m.Items[i].Review
}

// group are the items of the review that begins with the item i.
func (m ReviewsPage) group(i int) []store.ReviewItem {
	end := i + 1
	for end < len(m.Items) && !m.begins(end) {
		end++
	}
	return m.Items[i:end]
}

// AdminReviewsPage are the reviews of all spaces.
type AdminReviewsPage struct {
	Page
	Closed  bool
	Reviews []store.Review
	First   string
	Next    string
}

// every says how often guests are reviewed.
func (m AdminReviewsPage) every() string {
	days, on := m.Policy.Days("review.every_days")
	if !on {
		return m.T("admin_reviews.never")
	}
	return m.T("admin_reviews.every", "N", days, "Answer", m.Policy.Number("review.answer_days"))
}

func (m AdminReviewsPage) tabs() []Tab {
	return []Tab{
		{Label: m.T("admin_reviews.open"), URL: AdminReviewsURL, Count: NoCount, Current: !m.Closed},
		{Label: m.T("admin_reviews.ended"), URL: WithQuery(AdminReviewsURL, "show", "ended"), Count: NoCount, Current: m.Closed},
	}
}

// answered is how many guests of a review somebody has answered about.
func (m AdminReviewsPage) answered(r store.Review) int { return max(r.Guests-r.Open, 0) }
