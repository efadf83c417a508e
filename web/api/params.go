package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guesthouse/static/locale"
	"guesthouse/store"
)

// params are the parameters of a call: those of the address, of which those in
// the body replace some.
type params struct {
	tree  map[string]any
	token string // the request token of a page
}

// tokenName is the parameter that carries the request token.
const tokenName = "__REQUEST_TOKEN__" //nolint:gosec // the name of a parameter

// read reads the parameters of the call.
func (q *request) read() error {
	tree, err := readQuery(q.URL.RawQuery)
	if err != nil {
		return err
	}
	body, err := readBody(q.Request)
	if err != nil {
		return err
	}
	for name, value := range body {
		tree[name] = value
	}
	q.params = paramsOf(tree)
	return nil
}

// paramsOf takes the request token out of a tree.
func paramsOf(tree map[string]any) params {
	token, _ := text(tree[tokenName])
	delete(tree, tokenName)
	return params{tree: tree, token: token}
}

// into fills the struct that target points to with the parameters. Its fields
// say by their tags what they take:
//
//	Name string `api:"name,required,max=128"`
//
// A pointer is a parameter that may be left out. All that is wrong is reported
// together, by the paths of the parameters.
func (p params) into(target any) error {
	var wrong problems
	fill(reflect.ValueOf(target).Elem(), p.tree, "", &wrong)
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// rule is what a tag says of a parameter.
type rule struct {
	name     string
	required bool
	min, max int // of characters, of entries, or of the number; 0 is any
	enum     []string
	format   string // email or zone
}

// listMax is how many entries a list may have whose rule does not say.
const listMax = 1000

func ruleOf(tag string) rule {
	name, rest, _ := strings.Cut(tag, ",")
	r := rule{name: name}
	for option := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "required":
			r.required = true
		case "min":
			r.min = mustNumber(value)
		case "max":
			r.max = mustNumber(value)
		case "enum":
			r.enum = strings.Split(value, "|")
		case "email", "zone":
			r.format = key
		case "":
		default:
			panic("api: unknown option " + option)
		}
	}
	return r
}

func mustNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic("api: no number: " + text)
	}
	return n
}

func fill(target reflect.Value, tree map[string]any, path string, wrong *problems) {
	for i := range target.NumField() {
		tag, ok := target.Type().Field(i).Tag.Lookup("api")
		if !ok {
			continue
		}
		r := ruleOf(tag)
		at := r.name
		if path != "" {
			at = path + "." + r.name
		}
		value := tree[r.name]
		if value == nil || value == fromQuery("") && !holdsText(target.Field(i).Type()) {
			if r.required {
				wrong.add(at, "api.required")
			}
			continue
		}
		r.set(target.Field(i), value, at, wrong)
	}
}

// holdsText reports whether a field is a text, for which a query may give
// nothing. For everything else that is how clients write null.
func holdsText(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.String
}

func (p *problems) add(path, key string, args ...any) {
	*p = append(*p, problem{path: path, key: key, args: args})
}

var idType = reflect.TypeFor[store.ID]()

// set puts one value into a field, or says what is wrong with it.
func (r rule) set(target reflect.Value, value any, path string, wrong *problems) {
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	switch {
	case target.Type() == idType:
		id, ok := whole(value)
		if !ok || id < 1 {
			wrong.add(path, "api.bad_id")
			return
		}
		target.SetInt(id)
	case target.Kind() == reflect.String:
		r.setText(target, value, path, wrong)
	case target.Kind() == reflect.Bool:
		on, ok := truth(value)
		if !ok {
			wrong.add(path, "api.bad_boolean")
			return
		}
		target.SetBool(on)
	case target.Kind() == reflect.Int:
		r.setNumber(target, value, path, wrong)
	case target.Kind() == reflect.Slice:
		r.setList(target, value, path, wrong)
	case target.Kind() == reflect.Struct:
		object, ok := value.(map[string]any)
		if !ok {
			wrong.add(path, "api.bad_object")
			return
		}
		fill(target, object, path, wrong)
	default:
		panic(fmt.Sprintf("api: no parameter is a %s", target.Type()))
	}
}

func (r rule) setText(target reflect.Value, value any, path string, wrong *problems) {
	given, ok := text(value)
	if !ok || strings.ContainsRune(given, 0) {
		wrong.add(path, "api.bad_text")
		return
	}
	length := utf8.RuneCountInString(given)
	switch {
	case given == "" && r.required:
		wrong.add(path, "api.required")
	case r.max > 0 && length > r.max:
		wrong.add(path, "api.too_long", "Max", r.max)
	case given != "" && length < r.min:
		wrong.add(path, "api.too_short", "Min", r.min)
	case given != "" && r.enum != nil && !slices.Contains(r.enum, given):
		wrong.add(path, "api.not_among", "Values", strings.Join(r.enum, ", "))
	case given != "" && r.format != "" && !fits(r.format, given):
		wrong.add(path, "api.bad_"+r.format)
	}
	target.SetString(given)
}

// fits reports whether a text is an address or the name of a time zone.
func fits(format, given string) bool {
	if format == "zone" {
		_, ok := locale.LoadZone(given)
		return ok
	}
	_, err := store.ParseEmail(given)
	return err == nil && !strings.ContainsAny(given, "<>") // a name stands nowhere beside it
}

func (r rule) setNumber(target reflect.Value, value any, path string, wrong *problems) {
	n, ok := whole(value)
	switch {
	case !ok:
		wrong.add(path, "api.bad_number")
		return
	case n < int64(r.min):
		wrong.add(path, "api.too_small", "Min", r.min)
	case r.max > 0 && n > int64(r.max):
		wrong.add(path, "api.too_big", "Max", r.max)
	}
	target.SetInt(n)
}

func (r rule) setList(target reflect.Value, value any, path string, wrong *problems) {
	if one, ok := value.(fromQuery); ok {
		value = []any{one}
	}
	list, ok := value.([]any)
	most := r.max
	if most == 0 {
		most = listMax
	}
	switch {
	case !ok:
		wrong.add(path, "api.bad_list")
		return
	case len(list) < r.min:
		wrong.add(path, "api.too_few", "Min", r.min)
		return
	case len(list) > most:
		wrong.add(path, "api.too_many", "Max", most)
		return
	}
	each := rule{required: true, format: r.format, enum: r.enum}
	target.Set(reflect.MakeSlice(target.Type(), len(list), len(list)))
	for i, one := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if one == nil {
			wrong.add(at, "api.required")
			continue
		}
		each.set(target.Index(i), one, at, wrong)
	}
}

// text is a value that is one.
func text(value any) (string, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case fromQuery:
		return string(value), true
	}
	return "", false
}

// whole is a value that is a whole number, or a text that is one.
func whole(value any) (int64, bool) {
	var digits string
	switch value := value.(type) {
	case json.Number:
		digits = value.String()
	case string:
		digits = value
	case fromQuery:
		digits = string(value)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && !strings.HasPrefix(digits, "+")
}

// truth is a value that is a boolean, or the text of one.
func truth(value any) (on, ok bool) {
	if on, ok = value.(bool); ok {
		return on, true
	}
	given, _ := text(value)
	return given == "true", given == "true" || given == "false"
}
