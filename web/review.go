package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// reviewRoutes are asking who still belongs in a space, and answering.
func (s *Server) reviewRoutes() []*route {
	return []*route{
		get(views.ReviewsURL, members, s.showReviews),
		post(views.ReviewsURL, members, s.answerReviews),
		post("/spaces/:space/reviews", somebody, s.createReview),
		get(views.AdminReviewsURL, administrators, s.listReviews),
	}
}

// showReviews are the guests about whom the reader is asked.
func (s *Server) showReviews(c echo.Context) error {
	return s.renderReviews(c, http.StatusOK, nil, nil)
}

func (s *Server) renderReviews(c echo.Context, status int, typed url.Values, problems views.Problems) error {
	p, err := s.page(c, "review.title")
	if err != nil {
		return err
	}
	p.Errors = problems
	list, err := s.Store.ReviewItems(c.Request().Context(), actor(c), c.QueryParam("after"))
	if err != nil {
		return err
	}
	m := views.ReviewsPage{Page: p, Items: list.Items, Days: "30", Typed: map[string]string{}}
	if list.Next != "" {
		m.Next = views.WithQuery(views.ReviewsURL, "after", list.Next)
	}
	if c.QueryParam("after") != "" {
		m.First = views.ReviewsURL
	}
	for name := range typed {
		m.Typed[name] = typed.Get(name)
	}
	if typed != nil {
		m.Days = typed.Get("ends_in_days")
	}
	return s.render(c, status, views.ShowReviews(m))
}

// answerReviews takes one field for each guest who was answered about.
func (s *Server) answerReviews(c echo.Context) error {
	var form struct {
		Days string `form:"ends_in_days"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	typed := c.Request().PostForm
	answers := answersOf(typed, form.Days)
	if len(answers) == 0 {
		return s.renderReviews(c, http.StatusUnprocessableEntity, typed, views.ProblemsOf(store.ErrRequired.With("decision")))
	}
	done, err := s.Store.AnswerReview(c.Request().Context(), actor(c), answers)
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.renderReviews(c, http.StatusUnprocessableEntity, typed, problems)
	}
	if missed := len(answers) - done; missed > 0 {
		s.flash(c, "flash.review_answered_partly", "N", done, "Missed", missed)
	} else {
		s.flash(c, "flash.review_answered", "N", done)
	}
	return s.redirect(c, views.ReviewsURL)
}

// answersOf reads the fields "decision-REVIEW-GUEST".
func answersOf(typed url.Values, days string) []store.ReviewAnswer {
	var answers []store.ReviewAnswer
	for name := range typed {
		key, ok := strings.CutPrefix(name, "decision-")
		decision := store.Decision(typed.Get(name))
		if !ok || decision == store.Undecided {
			continue
		}
		review, guest, _ := strings.Cut(key, "-")
		answers = append(answers, store.ReviewAnswer{
			Review: store.ParseID(review), Guest: store.ParseID(guest), Decision: decision, Days: days,
		})
	}
	return answers
}

// createReview begins a review of a space's guests now.
func (s *Server) createReview(c echo.Context) error {
	err := s.Store.StartReview(c.Request().Context(), actor(c), spaceID(c))
	switch {
	case errors.Is(err, store.ErrReviewOpen):
		s.flash(c, "flash.review_open")
	case errors.Is(err, store.ErrNothingToReview):
		s.flash(c, "flash.nothing_to_review")
		return s.redirect(c, views.GuestsURL(spaceID(c)))
	case err != nil:
		return err
	default:
		s.flash(c, "flash.review_started")
	}
	return s.redirect(c, views.ReviewsURL)
}

// listReviews are the reviews of all spaces, for administrators.
func (s *Server) listReviews(c echo.Context) error {
	p, err := s.adminPage(c, views.AdminReviewsURL, "admin.reviews")
	if err != nil {
		return err
	}
	closed := c.QueryParam("show") == "ended"
	list, err := s.Store.Reviews(c.Request().Context(), actor(c), closed, c.QueryParam("after"))
	if err != nil {
		return err
	}
	m := views.AdminReviewsPage{Page: p, Closed: closed, Reviews: list.Items}
	if list.Next != "" {
		m.Next = views.WithQuery(views.AdminReviewsURL, "show", c.QueryParam("show"), "after", list.Next)
	}
	if c.QueryParam("after") != "" {
		m.First = views.WithQuery(views.AdminReviewsURL, "show", c.QueryParam("show"))
	}
	return s.render(c, http.StatusOK, views.AdminReviews(m))
}
