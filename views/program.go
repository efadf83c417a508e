package views

// Addresses about the REST API.
const (
	ProgramsURL = "/k/docs"         // the page about it; its scripts can make calls
	OpenAPIURL  = "/k/openapi.yaml" // its description, for programs
)

// ProgramsPage says which calls the REST API takes.
type ProgramsPage struct {
	Page

	Calls []ProgramCall
}

// ProgramCall is one call of the REST API.
type ProgramCall struct {
	Method         string
	Address        string
	Administrators bool // only system administrators
}
