package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"guesthouse/web/api"
)

// contract is the description of the API as a reader of OpenAPI has it.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

// described is the description, valid by the rules of OpenAPI.
var described = sync.OnceValues(func() (contract, error) {
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder) // of files that the tests send
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI())
	if err != nil {
		return contract{}, err
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		return contract{}, err
	}
	router, err := legacy.NewRouter(doc)
	return contract{doc: doc, router: router}, err
})

func theContract(t testing.TB) contract {
	t.Helper()
	c, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// exchange is one call and its answer, as they went over the wire.
type exchange struct {
	method, path string // the path with its query
	header       http.Header
	body         []byte
	status       int
	answered     http.Header
	answer       []byte
}

// check reports whether the description describes an exchange: the answer
// always, and the request where the call succeeded.
func (c contract) check(e exchange) error {
	r, err := e.request()
	if err != nil {
		return err
	}
	route, params, err := c.router.FindRoute(r)
	unknown := err != nil
	if unknown { // no call: what every call answers about its address
		if e.status != http.StatusNotFound && e.status != http.StatusMethodNotAllowed && e.status < http.StatusBadRequest {
			return fmt.Errorf("%s %s is no call: %w", e.method, e.path, err)
		}
		r.Method, r.URL = http.MethodGet, &url.URL{Path: "/k/v1/space.json"}
		if route, params, err = c.router.FindRoute(r); err != nil {
			return err
		}
	}
	file := route.Operation.OperationID == "downloadFile" && e.status == http.StatusOK
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true, ExcludeResponseBody: file,
		},
	}
	if e.status == http.StatusOK {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			return fmt.Errorf("the request: %w", err)
		}
	}
	answer := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: e.status, Header: e.answered, Options: input.Options}
	answer.SetBodyBytes(e.answer)
	if err := openapi3filter.ValidateResponse(context.Background(), answer); err != nil {
		return fmt.Errorf("the answer: %w", err)
	}
	if e.status == http.StatusOK {
		return nil
	}
	return c.checkCode(route.Operation, e.answer)
}

// checkCode reports whether a call may be refused with the code of an answer.
func (c contract) checkCode(operation *openapi3.Operation, answer []byte) error {
	var refused struct{ Code string }
	if err := json.Unmarshal(answer, &refused); err != nil {
		return err
	}
	if !slices.Contains(append(codesIn(c.doc.Extensions), codesIn(operation.Extensions)...), refused.Code) {
		return fmt.Errorf("%s is not described as refused with %s", operation.OperationID, refused.Code)
	}
	return nil
}

// codesIn are the codes that an x-codes names.
func codesIn(extensions map[string]any) []string {
	list, _ := extensions["x-codes"].([]any)
	var codes []string
	for _, code := range list {
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}

// request is the call as it is meant: with the method that a header names, and
// without what a body may say of parameters that are left out.
func (e exchange) request() (*http.Request, error) {
	address, err := url.ParseRequestURI(e.path)
	if err != nil {
		return nil, err
	}
	r := &http.Request{Method: e.method, URL: address, Header: e.header.Clone(), ContentLength: int64(len(e.body))}
	if meant := e.header.Get("X-HTTP-Method-Override"); e.method == http.MethodPost && meant != "" {
		r.Method = meant
	}
	body := e.body
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		if r.Header.Get("Content-Type") == "" {
			r.Header.Set("Content-Type", "application/json")
		}
		if body, err = json.Marshal(withoutNull(object)); err != nil {
			return nil, err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	return r, nil
}

// withoutNull is a value without the members of objects that are null.
func withoutNull(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if inner == nil {
				delete(value, name)
			} else {
				value[name] = withoutNull(inner)
			}
		}
	case []any:
		for i, inner := range value {
			value[i] = withoutNull(inner)
		}
	}
	return value
}

// The checker finds what is wrong: an answer with too much, too little, of
// another type, of a status or with a code that is not described, and a request
// that is not.
func TestContractCanFail(t *testing.T) {
	t.Parallel()
	c := theContract(t)
	header := func(more ...string) http.Header {
		h := http.Header{"Content-Type": {"application/json;charset=utf-8"}, "X-Concurrencylimit-Limit": {"100"}, "X-Concurrencylimit-Running": {"1"}}
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}
	good := exchange{method: "GET", path: "/k/v1/space/members.json?id=1", header: http.Header{}, status: 200, answered: header(), answer: []byte(
		`{"members": [{"entity": {"type": "USER", "code": "a"}, "isAdmin": true, "isImplicit": false, "includeSubs": false}]}`)}
	refused := good
	refused.status, refused.answered = 403, header("X-Cybozu-Error", "CB_NO02")
	refused.answer = []byte(`{"code": "CB_NO02", "id": "01234567890123456789", "message": "No."}`)
	change := good
	change.method, change.path, change.answer = "PUT", "/k/v1/space.json", []byte(`{}`)
	change.header, change.body = http.Header{"Content-Type": {"application/json"}}, []byte(`{"id": "1", "isPrivate": "true", "name": null}`)
	for name, e := range map[string]exchange{"an answer": good, "a refusal": refused, "a change": change} {
		if err := c.check(e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	with := func(e exchange, change func(*exchange)) exchange {
		e.answered, e.header = e.answered.Clone(), e.header.Clone()
		change(&e)
		return e
	}
	replace := func(e exchange, from, to string) exchange {
		return with(e, func(e *exchange) { e.answer = bytes.Replace(e.answer, []byte(from), []byte(to), 1) })
	}
	for name, e := range map[string]exchange{
		"a member too much":        replace(good, `"isAdmin"`, `"more": 1, "isAdmin"`),
		"a member too little":      replace(good, `, "includeSubs": false`, ``),
		"another type":             replace(good, `true`, `"true"`),
		"a value that is none":     replace(good, `USER`, `GROUP`),
		"another content type":     with(good, func(e *exchange) { e.answered.Set("Content-Type", "text/html") }),
		"no header":                with(good, func(e *exchange) { e.answered.Del("X-ConcurrencyLimit-Running") }),
		"a header of another":      with(good, func(e *exchange) { e.answered.Set("X-ConcurrencyLimit-Limit", "many") }),
		"an unknown status":        with(good, func(e *exchange) { e.status = 201 }),
		"an unknown address":       with(good, func(e *exchange) { e.path = "/k/v1/nothing.json" }),
		"an ID that is none":       with(good, func(e *exchange) { e.path = "/k/v1/space/members.json?id=one" }),
		"an error without ID":      replace(refused, `"id"`, `"ID"`),
		"a code of another status": replace(refused, `CB_NO02`, `CB_VA01`),
		"a code of another call":   replace(refused, `CB_NO02`, `GH_QU01`),
		"a code that nobody has":   replace(refused, `CB_NO02`, `CB_XX01`),
		"no X-Cybozu-Error":        with(refused, func(e *exchange) { e.answered.Del("X-Cybozu-Error") }),
		"a body that is none":      with(change, func(e *exchange) { e.body = []byte(`{"id": "1", "isPrivate": "yes"}`) }),
		"a body without its ID":    with(change, func(e *exchange) { e.body = []byte(`{"isPrivate": true}`) }),
	} {
		if err := c.check(e); err == nil {
			t.Errorf("%s: %v", name, "nothing was found")
		}
	}
}
