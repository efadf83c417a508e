package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
	"guesthouse/views"
)

// webhookRoutes are the programs that are told what happens to guests. What
// decides where people's data goes asks for the password again.
func (s *Server) webhookRoutes() []*route {
	const webhook = views.AdminWebhooksURL + "/:webhook"
	return []*route{
		get(views.AdminWebhooksURL, administrators, s.listWebhooks),
		post(views.AdminWebhooksURL, administrators, s.createWebhook).recently(),
		get(views.AdminNewWebhookURL, administrators, s.newWebhook),
		get(webhook, administrators, s.showWebhook),
		post(webhook, administrators, s.updateWebhook).recently(),
		get(webhook+"/delete", administrators, s.confirmDeleteWebhook),
		post(webhook+"/delete", administrators, s.deleteWebhook).recently(),
		get(webhook+"/secret", administrators, s.showWebhookSecret).recently(),
		post(webhook+"/secret", administrators, s.rotateWebhookSecret).recently(),
		post(webhook+"/ping", administrators, s.pingWebhook),
		post(webhook+"/replay", administrators, s.replayFailed),
		get(webhook+"/deliveries/:delivery", administrators, s.showDelivery),
		post(webhook+"/deliveries/:delivery/replay", administrators, s.replayDelivery),
	}
}

// webhookForm is a webhook as it is filled in.
type webhookForm struct {
	Name    string   `form:"name"`
	URL     string   `form:"url"`
	Events  []string `form:"events"`
	Enabled string   `form:"enabled"`
}

func (f webhookForm) webhook() store.WebhookForm {
	return store.WebhookForm{Name: f.Name, URL: f.URL, Events: f.Events, Enabled: f.Enabled != ""}
}

func (f webhookForm) shown() views.WebhookFields { return views.WebhookFields(f.webhook()) }

func webhookID(c echo.Context) store.ID { return store.ParseID(c.Param("webhook")) }

func (s *Server) listWebhooks(c echo.Context) error {
	p, err := s.adminPage(c, views.AdminWebhooksURL, "admin.webhooks")
	if err != nil {
		return err
	}
	list, err := s.Store.Webhooks(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ListWebhooks(views.WebhooksPage{Page: p, Webhooks: list}))
}

// newWebhook is the form of a new webhook, which is told of everything unless
// somebody takes an event out.
func (s *Server) newWebhook(c echo.Context) error {
	return s.showNewWebhook(c, http.StatusOK, views.WebhookFields{Events: store.EventTypes, Enabled: true}, nil)
}

func (s *Server) showNewWebhook(c echo.Context, status int, fields views.WebhookFields, problems views.Problems) error {
	p, err := s.adminPage(c, views.AdminWebhooksURL, "webhooks.new")
	if err != nil {
		return err
	}
	p.Errors = problems
	return s.render(c, status, views.NewWebhook(views.NewWebhookPage{Page: p, Fields: fields}))
}

// createWebhook makes a webhook and leads to its secret.
func (s *Server) createWebhook(c echo.Context) error {
	var form webhookForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id, err := s.Store.CreateWebhook(c.Request().Context(), actor(c), form.webhook())
	if err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.showNewWebhook(c, http.StatusUnprocessableEntity, form.shown(), problems)
	}
	return s.redirect(c, views.WebhookSecretURL(id))
}

// deliveryForm narrows the log down.
type deliveryForm struct {
	State  string `query:"state"`
	Before string `query:"before"`
}

func (s *Server) showWebhook(c echo.Context) error {
	var form deliveryForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	m, err := s.webhookPage(c, form)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowWebhook(m))
}

func (s *Server) webhookPage(c echo.Context, form deliveryForm) (views.WebhookPage, error) {
	ctx, administrator := c.Request().Context(), actor(c)
	w, err := s.Store.Webhook(ctx, administrator, webhookID(c))
	if err != nil {
		return views.WebhookPage{}, err
	}
	p, err := s.adminPage(c, views.AdminWebhooksURL, "admin.webhooks")
	if err != nil {
		return views.WebhookPage{}, err
	}
	if !slices.Contains(store.DeliveryStates, form.State) {
		form.State = ""
	}
	p.Title = w.Name
	m := views.WebhookPage{
		Page: p, Webhook: w, State: form.State, Since: p.Now.In(p.Zone()).AddDate(0, 0, -3).Format(time.DateOnly),
		Fields: views.WebhookFields{Name: w.Name, URL: w.URL, Events: w.Events, Enabled: w.Enabled},
	}
	list, more, err := s.Store.Deliveries(ctx, administrator, w.ID, form.State, store.ParseID(form.Before))
	if err != nil {
		return m, err
	}
	m.Deliveries = list
	if form.Before != "" {
		m.First = views.WithQuery(views.WebhookURL(w.ID), "state", form.State)
	}
	if more {
		m.Next = views.WithQuery(views.WebhookURL(w.ID), "state", form.State, "before", list[len(list)-1].ID.String())
	}
	return m, nil
}

func (s *Server) updateWebhook(c echo.Context) error {
	var form webhookForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	id := webhookID(c)
	if err := s.Store.UpdateWebhook(c.Request().Context(), actor(c), id, form.webhook()); err != nil {
		problems, err := reshow(err)
		if err != nil {
			return err
		}
		return s.reshowWebhook(c, problems, func(m *views.WebhookPage) { m.Fields = form.shown() })
	}
	s.flash(c, "flash.webhook_saved")
	return s.redirect(c, views.WebhookURL(id))
}

// reshowWebhook is the page with what was typed, and what is wrong with it.
func (s *Server) reshowWebhook(c echo.Context, problems views.Problems, typed func(*views.WebhookPage)) error {
	m, err := s.webhookPage(c, deliveryForm{})
	if err != nil {
		return err
	}
	m.Errors = problems
	typed(&m)
	return s.render(c, http.StatusUnprocessableEntity, views.ShowWebhook(m))
}

func (s *Server) confirmDeleteWebhook(c echo.Context) error {
	w, err := s.Store.Webhook(c.Request().Context(), actor(c), webhookID(c))
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminWebhooksURL, "webhooks.delete_title", "Name", w.Name)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ConfirmWebhookDeletion(views.WebhookPage{Page: p, Webhook: w}))
}

func (s *Server) deleteWebhook(c echo.Context) error {
	if err := s.Store.DeleteWebhook(c.Request().Context(), actor(c), webhookID(c)); err != nil {
		return err
	}
	s.flash(c, "flash.webhook_deleted")
	return s.redirect(c, views.AdminWebhooksURL)
}

// showWebhookSecret shows a secret to who has just made it.
func (s *Server) showWebhookSecret(c echo.Context) error {
	w, secret, until, err := s.Store.WebhookSecret(c.Request().Context(), actor(c), webhookID(c))
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminWebhooksURL, "webhooks.secret_title", "Name", w.Name)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowSecret(views.SecretPage{Page: p, Webhook: w, Secret: secret, Until: until}))
}

func (s *Server) rotateWebhookSecret(c echo.Context) error {
	id := webhookID(c)
	if err := s.Store.RotateWebhookSecret(c.Request().Context(), actor(c), id); err != nil {
		return err
	}
	return s.redirect(c, views.WebhookSecretURL(id))
}

func (s *Server) pingWebhook(c echo.Context) error {
	id := webhookID(c)
	if err := s.Store.PingWebhook(c.Request().Context(), actor(c), id); err != nil {
		return err
	}
	s.flash(c, "flash.webhook_pinged")
	return s.redirect(c, views.WebhookURL(id))
}

// replayFailed sends again what was given up since a day.
func (s *Server) replayFailed(c echo.Context) error {
	var form struct {
		Since string `form:"since"`
	}
	if err := c.Bind(&form); err != nil {
		return err
	}
	p, err := s.page(c, "admin.webhooks")
	if err != nil {
		return err
	}
	since, ok := parseDay(p.Printer, form.Since)
	if !ok {
		problems := views.Problems{{Field: "since", Code: "bad_day"}}
		return s.reshowWebhook(c, problems, func(m *views.WebhookPage) { m.Since = form.Since })
	}
	n, err := s.Store.ReplayFailed(c.Request().Context(), actor(c), webhookID(c), since)
	if err != nil {
		return err
	}
	s.flash(c, "flash.deliveries_replayed", "N", n)
	return s.redirect(c, views.WebhookURL(webhookID(c)))
}

func (s *Server) showDelivery(c echo.Context) error {
	ctx, administrator := c.Request().Context(), actor(c)
	w, err := s.Store.Webhook(ctx, administrator, webhookID(c))
	if err != nil {
		return err
	}
	d, err := s.Store.Delivery(ctx, administrator, w.ID, store.ParseID(c.Param("delivery")))
	if err != nil {
		return err
	}
	p, err := s.adminPage(c, views.AdminWebhooksURL, "webhooks.delivery_title", "Type", d.Type)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.ShowDelivery(views.DeliveryPage{Page: p, Webhook: w, Delivery: d}))
}

func (s *Server) replayDelivery(c echo.Context) error {
	webhook, delivery := webhookID(c), store.ParseID(c.Param("delivery"))
	if err := s.Store.ReplayDelivery(c.Request().Context(), actor(c), webhook, delivery); err != nil {
		return err
	}
	s.flash(c, "flash.delivery_replayed")
	return s.redirect(c, views.DeliveryURL(webhook, delivery))
}
