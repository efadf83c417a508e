package views

import "github.com/a-h/templ"

// DialogHead is the top of a dialog and its size.
type DialogHead struct {
	Title string
	Sub   string // a line below it: the space that it is about
	Close string // the page that it stands over
	Size  string // "" for 544 pixels, "mid" for 736, "wide" for 1120
}

// DialogPage is a dialog as a page: alone when the script asked for it, else
// over the page beneath, which gets its Page from here.
func DialogPage(p Page, dialog templ.Component, beneath func(Page) templ.Component) templ.Component {
	if p.Fragment {
		return dialog
	}
	return beneath(p.Beneath(dialog))
}

func (d DialogHead) class() string {
	if d.Size == "" {
		return "dialog"
	}
	return "dialog dialog--" + d.Size
}
