package views

import (
	"errors"
	"slices"

	"github.com/a-h/templ"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// Problem is what is wrong with one field of a form.
type Problem struct {
	Field string // "" when it is the form as a whole
	Code  string
	Args  map[string]any

	Setting string // the policy setting that caused it, which administrators are told

	id string // of the control, where it is not the name of the field
}

// control is the id of the control that the problem is about.
func (p Problem) control() string {
	if p.id != "" {
		return p.id
	}
	return p.Field
}

// withField is the page for a summary of errors whose form has a field under
// another id than its name, because the page beneath has that one too.
func (p Page) withField(name, id string) Page {
	p.Errors = slices.Clone(p.Errors)
	for i := range p.Errors {
		if p.Errors[i].Field == name {
			p.Errors[i].id = id
		}
	}
	return p
}

// Text is the sentence for the reader.
func (p Problem) Text(words locale.Printer) string { return words.Error(p.Code, p.Args) }

// Summary is the sentence away from its field: one that would not say which
// field it means has the field's name before it.
func (p Problem) Summary(words locale.Printer) string {
	key := "field." + p.Field
	name := words.T(key)
	if p.Code != store.ErrRequired.Code || name == key {
		return p.Text(words)
	}
	return words.T("common.about_field", "Field", name, "Problem", p.Text(words))
}

// Problems are what is wrong with a form, in the order of its fields.
type Problems []Problem

// ProblemsOf takes out of err what a form can show beside its fields. It is
// nil for an error that is not about a form.
func ProblemsOf(err error) Problems {
	var several store.Problems
	if errors.As(err, &several) {
		problems := make(Problems, 0, len(several))
		for _, one := range several {
			problems = append(problems, ProblemOf(one))
		}
		return problems
	}
	var one *store.Error
	if errors.As(err, &one) && (one.Field != "" || one.Kind == store.Invalid) {
		return Problems{ProblemOf(one)}
	}
	return nil
}

// ProblemOf is an error for a person as a problem of a form.
func ProblemOf(err *store.Error) Problem {
	return Problem{Field: err.Field, Code: err.Code, Args: err.Args, Setting: err.Setting}
}

// Of is the problem with a field, and whether there is one.
func (ps Problems) Of(field string) (Problem, bool) {
	for _, p := range ps {
		if p.Field == field {
			return p, true
		}
	}
	return Problem{}, false
}

// HasCode reports whether one of the problems is this one.
func (ps Problems) HasCode(code string) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Code == code })
}

// Has reports whether one of the fields is at fault.
func (ps Problems) Has(fields ...string) bool {
	for _, field := range fields {
		if _, ok := ps.Of(field); ok {
			return true
		}
	}
	return false
}

// Field is one control of a form with its words. ID is the Name unless it is
// said otherwise.
type Field struct {
	Name         string
	ID           string
	Label        string
	Hint         string
	Value        string // what was typed comes back
	Type         string // of an input; text unless it is said otherwise
	Autocomplete string
	InputMode    string
	Placeholder  string
	Max          int // characters
	Rows         int // of a text area
	Optional     bool
	ReadOnly     bool
	Verbatim     bool   // addresses, names of users: no spelling, no capitals
	Describe     string // ids of further elements that describe the control
	Script       Script // attributes for the script
}

// Script are data- attributes by which the browser's script finds a control.
type Script map[string]any

// Option is one entry of a select.
type Option struct {
	Value string
	Label string
	Lang  string
}

// Choice is one checkbox, radio button or switch. ID is the Name and the Value.
type Choice struct {
	Name     string
	Value    string // "on" unless it is said otherwise
	ID       string
	Label    string
	Hint     string
	Checked  bool
	Disabled bool
	Regular  bool // the label is not a heading: in ordinary weight
	Script   Script
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

func (f Field) inputType() string {
	if f.Type != "" {
		return f.Type
	}
	return "text"
}

// describedBy lists the ids of what describes the control: hint, error, more.
func (f Field) describedBy(p Page) string {
	ids := ""
	add := func(id string) {
		if ids != "" {
			ids += " "
		}
		ids += id
	}
	if f.Hint != "" {
		add(f.id() + "-hint")
	}
	if p.Errors.Has(f.Name) {
		add(f.id() + "-error")
	}
	if f.Describe != "" {
		add(f.Describe)
	}
	return ids
}

// attributes are those of the control that only some have.
func (f Field) attributes(p Page) templ.Attributes {
	all := make(templ.Attributes, len(f.Script)+8)
	for name, value := range f.Script {
		all[name] = value
	}
	set := func(name, value string) {
		if value != "" {
			all[name] = value
		}
	}
	set("aria-describedby", f.describedBy(p))
	set("autocomplete", f.Autocomplete)
	set("inputmode", f.InputMode)
	set("placeholder", f.Placeholder)
	if f.Max > 0 {
		all["maxlength"] = f.Max
	}
	if f.Rows > 0 {
		all["rows"] = f.Rows
	}
	if p.Errors.Has(f.Name) {
		all["aria-invalid"] = "true"
	}
	if f.Verbatim {
		all["spellcheck"], all["autocapitalize"] = "false", "off"
	}
	if f.ReadOnly {
		all["readonly"] = true
	}
	return all
}

func (c Choice) id() string {
	switch {
	case c.ID != "":
		return c.ID
	case c.Value != "":
		return c.Name + "-" + c.Value
	}
	return c.Name
}

func (c Choice) value() string {
	if c.Value != "" {
		return c.Value
	}
	return "on"
}

func (c Choice) attributes() templ.Attributes {
	all := make(templ.Attributes, len(c.Script)+2)
	for name, value := range c.Script {
		all[name] = value
	}
	if c.Hint != "" {
		all["aria-describedby"] = c.id() + "-hint"
	}
	return all
}

// LanguageOptions are the languages of the portal in their own words; the
// first, "auto", follows the browser.
func (p Page) LanguageOptions(auto bool) []Option {
	var options []Option
	if auto {
		options = append(options, Option{Value: "auto", Label: p.T("common.language_auto")})
	}
	for _, lang := range locale.Languages {
		options = append(options, Option{Value: lang, Label: locale.Name(lang), Lang: lang})
	}
	return options
}

// ZoneOptions are the time zones to choose from.
func ZoneOptions() []Option {
	zones := locale.Zones()
	options := make([]Option, len(zones))
	for i, zone := range zones {
		options[i] = Option{Value: zone, Label: zone}
	}
	return options
}
