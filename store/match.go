package store

import "strings"

// likeEscaper makes what people type harmless within LIKE … ESCAPE '\'.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains is the LIKE pattern of a folded key that holds the query.
func contains(query string) string {
	// PostgreSQL takes neither NUL nor broken characters.
	query = strings.ReplaceAll(strings.ToValidUTF8(clip(query, 500), ""), "\x00", "")
	return "%" + likeEscaper.Replace(FoldKey(strings.TrimSpace(query))) + "%"
}

// placeholders is "$from, …" for n arguments.
func placeholders(from, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = "$" + itoa(from+i)
	}
	return strings.Join(marks, ", ")
}

// replaceMark puts the number of an argument in the place of each "?".
func replaceMark(condition string, number int) string {
	return strings.ReplaceAll(condition, "?", "$"+itoa(number))
}
