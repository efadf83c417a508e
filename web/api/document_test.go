package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// document reads the description, which has to be valid by the rules of OpenAPI.
func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// operations are the calls of the description by method and resource.
func operations(t *testing.T) map[string]*openapi3.Operation {
	t.Helper()
	all := map[string]*openapi3.Operation{}
	for path, item := range document(t).Paths.Map() {
		for method, operation := range item.Operations() {
			all[method+" "+strings.TrimSuffix(strings.TrimPrefix(path, "/"), ".json")] = operation
		}
	}
	return all
}

// The description has every call and no other, with the rules of its parameters
// as the tags say them.
func TestDocumentIsTheTable(t *testing.T) {
	t.Parallel()
	described := operations(t)
	for _, call := range Calls() {
		name := call.Method + " " + call.Resource
		operation := described[name]
		if operation == nil {
			t.Errorf("%s is not described", name)
			continue
		}
		delete(described, name)
		if by := operation.Extensions["x-who"] == "administrators"; by != call.Administrators {
			t.Errorf("%s is said to be for administrators only: %t", name, by)
		}
		if scope := operation.Extensions["x-scope"]; scope != string(call.Scope) {
			t.Errorf("%s is said to need the scope %v, and needs %s", name, scope, call.Scope)
		}
		if call.Upload {
			if operation.RequestBody.Value.Content.Get("multipart/form-data") == nil {
				t.Errorf("%s is not said to take a form", name)
			}
			continue
		}
		media := operation.RequestBody.Value.Content.Get("application/json")
		compareObject(t, name+": ", call.Input, media.Schema.Value)
		if media.Example == nil {
			t.Errorf("%s has no example", name)
		}
		if call.Method == http.MethodGet || call.Method == http.MethodDelete {
			compareQuery(t, name, operation, media.Schema.Value)
		}
	}
	for name := range described {
		t.Errorf("%s is described, and is no call", name)
	}
}

// compareQuery compares the parameters in the address with those in the body.
func compareQuery(t *testing.T, name string, operation *openapi3.Operation, body *openapi3.Schema) {
	t.Helper()
	left := maps.Clone(body.Properties)
	for _, parameter := range operation.Parameters {
		inBody, ok := left[parameter.Value.Name]
		switch {
		case parameter.Value.In != openapi3.ParameterInQuery:
		case !ok:
			t.Errorf("%s takes %s in the address and not in the body", name, parameter.Value.Name)
		case constraintsOf(parameter.Value.Schema.Value) != constraintsOf(inBody.Value):
			t.Errorf("%s takes another %s in the address than in the body", name, parameter.Value.Name)
		}
		delete(left, parameter.Value.Name)
	}
	for parameter := range left {
		t.Errorf("%s takes %s in the body and not in the address", name, parameter)
	}
}

// compareObject compares the fields of a struct with the members of an object.
func compareObject(t *testing.T, path string, input reflect.Type, schema *openapi3.Schema) {
	t.Helper()
	if !schema.Type.Is("object") {
		t.Errorf("%s is no object", path)
		return
	}
	left := maps.Clone(schema.Properties)
	for i := range input.NumField() {
		tag, ok := input.Field(i).Tag.Lookup("api")
		if !ok {
			continue
		}
		r := ruleOf(tag)
		member, ok := left[r.name]
		if !ok {
			t.Errorf("%s%s is not described", path, r.name)
			continue
		}
		delete(left, r.name)
		if member.Value.Description == "" {
			t.Errorf("%s%s has no words", path, r.name)
		}
		if !neededByHand[path+r.name] && slices.Contains(schema.Required, r.name) != r.required {
			t.Errorf("%s%s is said to be needed: %t", path, r.name, !r.required)
		}
		compareValue(t, path+r.name, r, input.Field(i).Type, member.Value)
	}
	for name := range left {
		t.Errorf("%s%s is described, and is no parameter", path, name)
	}
}

// neededByHand are the parameters that a handler itself asks for, because what
// is empty is not left out.
var neededByHand = map[string]bool{"PUT space/body: body": true}

func compareValue(t *testing.T, path string, r rule, kind reflect.Type, schema *openapi3.Schema) {
	t.Helper()
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	if got, want := constraintsOf(schema), r.constraints(kind); got != want {
		t.Errorf("%s is described as\n%+v, the tag says\n%+v", path, got, want)
		return
	}
	switch kind.Kind() {
	case reflect.Struct:
		compareObject(t, path+".", kind, schema)
	case reflect.Slice:
		each := rule{required: true, format: r.format, enum: r.enum}
		compareValue(t, path+"[]", each, kind.Elem(), schema.Items.Value)
	}
}

// constraints are all that is asked of a value.
type constraints struct {
	types, enum, format, pattern                       string
	least, most, shortest, longest, fewest, mostOfThem string
}

func constraintsOf(s *openapi3.Schema) constraints {
	c := constraints{format: s.Format, pattern: s.Pattern, shortest: above(s.MinLength), fewest: above(s.MinItems)}
	if s.Type != nil {
		c.types = strings.Join(s.Type.Slice(), ",")
	}
	var values []string
	for _, value := range s.Enum {
		values = append(values, fmt.Sprintf("%T %v", value, value))
	}
	c.enum = strings.Join(values, ",")
	if s.Min != nil {
		c.least = strconv.FormatFloat(*s.Min, 'f', -1, 64)
	}
	if s.Max != nil {
		c.most = strconv.FormatFloat(*s.Max, 'f', -1, 64)
	}
	if s.MaxLength != nil {
		c.longest = above(*s.MaxLength)
	}
	if s.MaxItems != nil {
		c.mostOfThem = above(*s.MaxItems)
	}
	return c
}

func above[T int | uint64](n T) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// constraints are what a tag asks of a parameter of a type.
func (r rule) constraints(kind reflect.Type) constraints {
	switch {
	case kind == idType:
		return constraints{types: "integer,string", least: "1", pattern: "^0*[1-9][0-9]{0,18}$"}
	case kind.Kind() == reflect.Bool:
		return constraints{enum: "bool true,bool false,string true,string false"}
	case kind.Kind() == reflect.Int:
		return constraints{types: "integer,string", least: strconv.Itoa(r.min), most: above(r.max), pattern: "^[0-9]+$"}
	case kind.Kind() == reflect.Slice:
		most := r.max
		if most == 0 {
			most = listMax
		}
		return constraints{types: "array", fewest: above(r.min), mostOfThem: strconv.Itoa(most)}
	case kind.Kind() == reflect.Struct:
		return constraints{types: "object"}
	}
	c := constraints{types: "string", format: map[string]string{"zone": "time-zone"}[r.format], longest: above(r.max), shortest: above(r.min)}
	if r.format == "email" {
		c.format = "email"
	}
	if r.required {
		c.shortest = strconv.Itoa(max(r.min, 1))
	}
	var values []string
	for _, value := range r.enum {
		values = append(values, "string "+value)
	}
	c.enum = strings.Join(values, ",")
	return c
}

// Every code that the source answers with is described, with its status, and no
// other; a call has the statuses of its codes.
func TestDocumentHasTheCodes(t *testing.T) {
	t.Parallel()
	doc, statuses := document(t), codesOfSource(t)
	described := map[string]bool{}
	for name, operation := range operations(t) {
		answers := map[string][]string{} // the codes by status that a reader of OpenAPI is told of
		for status, response := range operation.Responses.Map() {
			if status != "200" {
				answers[status] = enumOf(response.Value.Content.Get("application/json").Schema.Value, "code")
			}
		}
		used := map[string]bool{}
		for _, code := range slices.Concat(extension(doc.Extensions), extension(operation.Extensions)) {
			described[code], used[statuses[code]] = true, true
			if !slices.Contains(answers[statuses[code]], code) {
				t.Errorf("%s can be refused with %s, but status %q is described with %v", name, code, statuses[code], answers[statuses[code]])
			}
		}
		for status := range answers {
			if !used[status] {
				t.Errorf("%s is described with %s, for which it has no code", name, status)
			}
		}
	}
	for code := range statuses {
		if !described[code] {
			t.Errorf("no call is described as refused with %s", code)
		}
	}
}

// enumOf are the values that a member of an object may have.
func enumOf(schema *openapi3.Schema, member string) []string {
	var all []string
	for _, part := range append(openapi3.SchemaRefs{{Value: schema}}, schema.AllOf...) {
		if property := part.Value.Properties[member]; property != nil {
			for _, value := range property.Value.Enum {
				all = append(all, fmt.Sprint(value))
			}
		}
	}
	return all
}

func extension(extensions map[string]any) []string {
	list, _ := extensions["x-codes"].([]any)
	var codes []string
	for _, code := range list {
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}
