package web

// Route is a line of the table of contents, for tests.
type Route struct {
	Method, Pattern string
	Guard           string
	Picture         bool
}

// Table is the table of contents, for tests.
func (s *Server) Table() []Route {
	names := map[guard]string{
		anybody: "anybody", waiting: "waiting", changing: "changing",
		somebody: "somebody", members: "members", administrators: "administrators",
	}
	var table []Route
	for _, r := range s.routes() {
		table = append(table, Route{Method: r.method, Pattern: r.pattern, Guard: names[r.guard], Picture: r.picture})
	}
	return table
}
