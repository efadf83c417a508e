package views

// ProgramsURL is the page about the REST API; its scripts can make calls.
const ProgramsURL = "/k/docs"

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
