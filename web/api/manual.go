package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Manual is the description of the API as a page tells it: in the order of
// openapi.yaml, which is where all of it comes from. Its words are English; those
// for people stand in the catalogues, under "programs." and the names of groups,
// calls and parameters.
type Manual struct {
	Groups []ManualGroup
	Common []Refusal // what every call can be refused with
}

// ManualGroup are the calls about one thing.
type ManualGroup struct {
	Name  string
	Text  string
	Calls []ManualCall
}

// ManualCall is one call as a page tells it.
type ManualCall struct {
	Name       string // unique, such as addGuests
	Title      string
	Text       string
	Method     string
	Resource   string // the address without its beginning and .json
	Who        string // who may call: administrators, readers …
	Form       string // of the address: plain, guest or either
	Client     string // what the official JavaScript client calls it
	Scope      string // what a token needs; "" where there are none
	Upload     bool   // it takes a form with a file
	Parameters []ManualParameter
	Example    string // the parameters, in JSON
	Answer     string // in JSON; "" where it is a file
	Errors     []Refusal
}

// ForGuests reports whether guests may make the call, where the organisation
// lets them make any: what only reads, and is not for administrators.
func (c ManualCall) ForGuests() bool { return c.Method == http.MethodGet && c.Who != "administrators" }

// ManualParameter is a parameter, or one within another.
type ManualParameter struct {
	Path     string // guests[].name
	Key      string // of its words: NewGuest.name
	Text     string
	Kind     string // text, id, number, boolean, list, object or file
	Required bool
	Min, Max string // of characters, entries, or the number; "" is any
	Format   string // email or time-zone
	Values   []string
}

// Refusal is a code that a call can be refused with.
type Refusal struct {
	Status int
	Code   string
}

// Describe is the manual.
var Describe = sync.OnceValue(func() Manual {
	m, err := readManual(openAPI)
	if err != nil {
		panic(fmt.Errorf("openapi.yaml: %w", err)) // a mistake of the build, which the tests find
	}
	return m
})

// reader reads a manual from a document.
type reader struct {
	root     *yaml.Node
	statuses map[string]int // by code
}

func readManual(text []byte) (Manual, error) {
	var file yaml.Node
	if err := yaml.Unmarshal(text, &file); err != nil {
		return Manual{}, err
	}
	r := &reader{root: file.Content[0], statuses: map[string]int{}}
	groups := map[string][]ManualCall{}
	for path, item := range members(at(r.root, "paths")) {
		for method, operation := range members(item) {
			if at(operation, "operationId") == nil {
				continue
			}
			r.learnStatuses(operation)
			call, err := r.call(strings.ToUpper(method), path, operation)
			if err != nil {
				return Manual{}, err
			}
			group := at(operation, "tags").Content[0].Value
			groups[group] = append(groups[group], call)
		}
	}
	m := Manual{Common: r.refusals(at(r.root, "x-codes"))}
	for _, tag := range at(r.root, "tags").Content {
		name := textAt(tag, "name")
		m.Groups = append(m.Groups, ManualGroup{Name: name, Text: textAt(tag, "description"), Calls: groups[name]})
	}
	return m, nil
}

// call reads one operation.
func (r *reader) call(method, path string, operation *yaml.Node) (ManualCall, error) {
	c := ManualCall{
		Name: textAt(operation, "operationId"), Title: textAt(operation, "summary"), Text: textAt(operation, "description"), Method: method, Resource: resourceOf(strings.TrimPrefix(path, "/")),
		Who: textAt(operation, "x-who"), Form: textAt(operation, "x-address"), Client: textAt(operation, "x-client"),
		Scope: textAt(operation, "x-scope"), Errors: r.refusals(at(operation, "x-codes")),
	}
	content := at(operation, "requestBody", "content")
	form := at(content, "multipart/form-data")
	c.Upload = form != nil
	body := cmp.Or(form, at(content, "application/json"))
	schema, name := r.follow(at(body, "schema"))
	c.Parameters = r.parameters(nil, schema, name, "")
	var err error
	if c.Example, err = inJSON(at(body, "example")); err != nil {
		return c, err
	}
	done, _ := r.follow(at(operation, "responses", "200"))
	c.Answer, err = inJSON(at(done, "content", "application/json", "example"))
	return c, err
}

// learnStatuses notes the statuses of the codes that an operation's answers name.
func (r *reader) learnStatuses(operation *yaml.Node) {
	for status, answer := range members(at(operation, "responses")) {
		response, _ := r.follow(answer)
		for _, code := range listAt(response, "content", "application/json", "schema", "properties", "code", "enum") {
			r.statuses[code], _ = strconv.Atoi(status) // the document's tests hold them against the source
		}
	}
}

func (r *reader) refusals(codes *yaml.Node) []Refusal {
	var list []Refusal
	for _, code := range codes.Content {
		list = append(list, Refusal{Status: r.statuses[code.Value], Code: code.Value})
	}
	slices.SortStableFunc(list, func(a, b Refusal) int { return a.Status - b.Status })
	return list
}

// parameters adds those of an object, and of the objects in it, to a list.
func (r *reader) parameters(list []ManualParameter, object *yaml.Node, key, path string) []ManualParameter {
	required := listAt(object, "required")
	for name, described := range members(at(object, "properties")) {
		if name == tokenName { // the page sends it by itself
			continue
		}
		schema, component := r.follow(described)
		p := ManualParameter{Path: path + name, Key: key + "." + name, Required: slices.Contains(required, name)}
		p.Text = cmp.Or(textAt(described, "description"), textAt(schema, "description"))
		p.describe(schema)
		inner, below := schema, p.Path+"."
		if p.Kind == "list" {
			inner, component = r.follow(at(schema, "items"))
			below = p.Path + "[]."
			p.Values = listAt(inner, "enum")
		}
		list = append(list, p)
		if at(inner, "properties") != nil {
			list = r.parameters(list, inner, cmp.Or(component, p.Key), below)
		}
	}
	return list
}

// describe reads what is asked of a value.
func (p *ManualParameter) describe(schema *yaml.Node) {
	p.Format, p.Values = textAt(schema, "format"), listAt(schema, "enum")
	kind := textAt(schema, "type")
	switch {
	case slices.Contains(p.Values, "true"):
		p.Kind, p.Values = "boolean", nil
	case kind == "array":
		p.Kind, p.Min, p.Max = "list", textAt(schema, "minItems"), textAt(schema, "maxItems")
	case kind == "object":
		p.Kind = "object"
	case kind == "string" && at(schema, "contentMediaType") != nil:
		p.Kind = "file"
	case kind == "string":
		p.Kind, p.Min, p.Max = "text", textAt(schema, "minLength"), textAt(schema, "maxLength")
	case at(schema, "maximum") == nil && textAt(schema, "minimum") == "1":
		p.Kind = "id"
	default:
		p.Kind, p.Min, p.Max = "number", textAt(schema, "minimum"), textAt(schema, "maximum")
	}
}

// follow gives what a reference leads to, with the name of the component.
func (r *reader) follow(n *yaml.Node) (to *yaml.Node, component string) {
	ref, ok := strings.CutPrefix(textAt(n, "$ref"), "#/")
	if !ok {
		return n, ""
	}
	steps := strings.Split(ref, "/")
	return at(r.root, steps...), steps[len(steps)-1]
}
