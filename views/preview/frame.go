package preview

import (
	"github.com/a-h/templ"

	"guesthouse/store"
	"guesthouse/views"
)

// framePages are the frames and the parts that all pages are built from.
func framePages(lang string) []Sample {
	parts := frame(lang, &jane, "Components", views.NavHome)
	parts.Flash = &views.Flash{Key: "common.done", Undo: "/"}
	wrong := frame(lang, &jane, "Components", views.NavHome)
	wrong.Errors = views.Problems{{Field: "name", Code: "required"}, {Code: "bad_request"}}
	admin := frame(lang, &jane, "Components", views.AdminGuestsURL)
	admin.NoMailLeaves = true
	guest := frame(lang, &erika, "Components", views.NavHome)
	samples := []Sample{
		{"parts", partsPage(parts)},
		{"parts-wrong", partsPage(wrong)},
		{"parts-guest", partsPage(guest)},
		{"admin-frame", adminFrame(admin)},
		{"gate-frame", gateFrame(frame(lang, nil, "Components", ""))},
		{"dialog-frame", views.DialogPage(parts, dialogFrame(parts), func(p views.Page) templ.Component { return partsPage(p) })},
	}
	return append(samples, errorPages(lang)...)
}

func errorPages(lang string) []Sample {
	page := func(code string, reader *store.Account) views.ErrorPage {
		p := frame(lang, reader, "", "")
		p.Title = p.T("error_title." + code)
		return views.ErrorPage{Page: p, Code: code, Text: p.Error(code, nil)}
	}
	missing, broken, kept := page("not_found", nil), page("internal", &jane), page("unauthorized", nil)
	kept.Code, kept.Text, kept.Art = store.ErrSignIn.Code, kept.Error(store.ErrSignIn.Code, nil), "clock"
	return []Sample{
		{"error-not-found", views.ErrorWithSteps(missing, []views.ErrorStep{
			{URL: views.HomeURL, Label: missing.T("error_action.home")},
			{URL: views.LoginURL, Label: missing.T("error_action.sign_in")},
		})},
		{"error-internal", views.ErrorWithSteps(broken, []views.ErrorStep{{URL: views.HomeURL, Label: broken.T("common.try_again")}})},
		{"error-kept", views.ShowKeptForm(views.KeptForm{
			ErrorPage: kept, Step: views.ErrorStep{URL: views.LoginURL, Label: kept.T("error_action.sign_in_new_tab")},
			Action: "/spaces/1/threads", Fields: []views.KeptField{{Name: "text", Value: "A long comment"}},
		})},
	}
}
