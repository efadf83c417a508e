package views

import (
	"fmt"
	"strings"
)

// Addresses about the REST API.
const (
	ProgramsURL = "/k/docs"         // the page about it
	OpenAPIURL  = "/k/openapi.yaml" // its description, for programs
)

// ProgramGroupURL is the page about the calls of a group.
func ProgramGroupURL(group string) string { return ProgramsURL + "/" + group }

// programCallURL is where a call is told of.
func programCallURL(group string, call ProgramCall) string {
	return ProgramGroupURL(group) + "#" + call.Name
}

// ProgramsPage is about the REST API as a whole.
type ProgramsPage struct {
	Page

	Groups []ProgramGroup
	Common []ProgramRefusal // what every call can be refused with
}

// ProgramGroupPage is about the calls of one group, one of Groups.
type ProgramGroupPage struct {
	Page

	Groups []ProgramGroup
	Group  ProgramGroup
}

// ProgramGroup are the calls about one thing.
type ProgramGroup struct {
	Name  string
	Calls []ProgramCall
}

// ProgramCall is one call of the REST API.
type ProgramCall struct {
	Name       string
	Method     string
	Resource   string
	Who        string
	Form       string
	Client     string
	Scope      string
	Upload     bool
	Parameters []ProgramParameter
	Example    string
	Answer     string
	Errors     []ProgramRefusal
}

// ProgramParameter is a parameter of a call.
type ProgramParameter struct {
	Path     string
	Key      string
	Kind     string
	Required bool
	Min, Max string
	Format   string
	Values   []string
}

// ProgramRefusal is a code that a call can be refused with.
type ProgramRefusal struct {
	Status int
	Code   string
}

// Forms of addresses: of what is in no space, and of what is in a guest space.
const (
	plainForm = "plain"
	guestForm = "guest"
)

// sampleSpace stands in examples for the ID of a guest space.
const sampleSpace = "7"

// address is the call's plain address, or the one in a guest space.
func (c ProgramCall) address(space string) string {
	if space == "" {
		return "/k/v1/" + c.Resource + ".json"
	}
	return "/k/guest/" + space + "/v1/" + c.Resource + ".json"
}

// anyCall stands for all calls.
var anyCall = ProgramCall{Resource: "RESOURCE"}

// spacePlace stands for the ID of a guest space.
const spacePlace = "SPACE"

// short is the call as lists name it.
func (c ProgramCall) short() string { return c.Method + " " + c.Resource + ".json" }

// addresses are the forms in which the call makes sense.
func (c ProgramCall) addresses() []string {
	switch c.Form {
	case plainForm:
		return []string{c.address("")}
	case guestForm:
		return []string{c.address(spacePlace)}
	}
	return []string{c.address(""), c.address(spacePlace)}
}

func (c ProgramCall) sampleAddress() string {
	if c.Form == guestForm {
		return c.address(sampleSpace)
	}
	return c.address("")
}

// replaces reports whether the call takes something away that is there, so that
// whoever tries it is asked first.
func (c ProgramCall) replaces() bool {
	return c.Method == "DELETE" || c.Method == "PUT" && (c.Resource == "space/guests" || c.Resource == "space/members")
}

// curl is the call as a shell makes it.
func (c ProgramCall) curl(base string) string {
	lines := []string{
		"curl -X " + c.Method + " " + quoted(base+c.sampleAddress()),
		`  -H "X-Cybozu-Authorization: $(printf %s 'LOGIN:PASSWORD' | base64 | tr -d '\n')"`,
	}
	if c.Upload {
		lines = append(lines, "  -F file=@face.png")
	} else {
		lines = append(lines, "  -H 'Content-Type: application/json'", "  -d "+quoted(c.Example))
	}
	return strings.Join(lines, " \\\n")
}

// quoted is a text as a shell takes it whole.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// client is the call as the official JavaScript client makes it.
func (c ProgramCall) client(base string) string {
	space := ""
	if c.Form == guestForm {
		space = "\n  guestSpaceId: " + sampleSpace + ","
	}
	parameters := c.Example
	if c.Upload {
		parameters = "{ file: { path: \"face.png\" } }"
	}
	return fmt.Sprintf(`const client = new KintoneRestAPIClient({
  baseUrl: %q,
  auth: { username: "LOGIN", password: "PASSWORD" },%s
});
await client.%s(%s);`, base, space, c.Client, parameters)
}

// rule says what a parameter is and what is asked of it.
func (p Page) rule(of ProgramParameter) string {
	parts := []string{p.T("programs.kind." + of.Kind)}
	if of.Min != "" && (of.Kind != "text" || of.Min != "1") { // of a text that is needed, that says it
		parts = append(parts, p.T("programs.least."+of.Kind, "N", of.Min))
	}
	if of.Max != "" {
		parts = append(parts, p.T("programs.most."+of.Kind, "N", of.Max))
	}
	if of.Format != "" {
		parts = append(parts, p.T("programs.format."+of.Format))
	}
	return strings.Join(parts, p.T("programs.between"))
}

// guestSpaces are the guest spaces that the reader can name in a call.
func (p Page) guestSpaces() []SpaceLink {
	var list []SpaceLink
	for _, space := range p.Spaces {
		if space.Guest {
			list = append(list, space)
		}
	}
	return list
}
