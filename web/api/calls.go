package api

import (
	"errors"
	"reflect"

	"guesthouse/store"
)

// who is the first look at a caller; the store decides the rest.
type who int

const (
	anybody        who = iota // whoever may use the API at all
	administrators            // system administrators
)

// call is one line of the table of contents of the API.
type call struct {
	method   string
	resource string // the address without its beginning and .json
	who      who
	scope    store.APIScope // which API passwords and tokens may make it
	recent   bool           // by session, only with a password that was given a short time ago
	upload   bool           // reads a file from the request itself, and checks the token after it
	input    reflect.Type   // the struct of its parameters
	run      func(*request) (any, error)
}

// with makes a call of a function that takes its parameters as a struct.
func with[T any](scope store.APIScope, method, resource string, run func(*request, T) (any, error)) *call {
	return withProblems(scope, method, resource, func(q *request, in T, wrong problems) (any, error) {
		if len(wrong) > 0 {
			return nil, wrong
		}
		return run(q, in)
	})
}

// withProblems is with for a function that is told what is wrong with parameters,
// to say it together with what else is.
func withProblems[T any](scope store.APIScope, method, resource string, run func(*request, T, problems) (any, error)) *call {
	return &call{scope: scope, method: method, resource: resource, input: reflect.TypeFor[T](), run: func(q *request) (any, error) {
		var in T
		var wrong problems
		if err := q.params.into(&in); err != nil && !errors.As(err, &wrong) {
			return nil, err
		}
		return run(q, in, wrong)
	}}
}

// byAdministrators lets only system administrators call.
func (c *call) byAdministrators() *call {
	c.who = administrators
	return c
}

// recently asks a browser's session for a password of the last ten minutes.
func (c *call) recently() *call {
	c.recent = true
	return c
}

// Call is a line of the table as others read it.
type Call struct {
	Method         string
	Resource       string
	Administrators bool           // only system administrators
	Scope          store.APIScope // which API passwords and tokens may make it
	Upload         bool           // it takes a form with a file
	Input          reflect.Type   // the struct of its parameters, with their rules in tags
}

// Calls are all calls that there are.
func Calls() []Call {
	var list []Call
	for _, c := range (&API{}).table() {
		list = append(list, Call{
			Method: c.method, Resource: c.resource, Administrators: c.who == administrators, Scope: c.scope,
			Upload: c.upload, Input: c.input,
		})
	}
	return list
}

// table is every call that there is. The router, the matrix of rights and the
// description of the API read it.
func (a *API) table() []*call {
	var all []*call
	for _, group := range [][]*call{
		a.guestCalls(),
		a.spaceCalls(),
		a.threadCalls(),
		a.searchCalls(),
		a.fileCalls(),
	} {
		all = append(all, group...)
	}
	return all
}
