package web

import "github.com/labstack/echo/v4"

// posted are the settings of these names in a form that was bound. A form may
// name one several times: a switch posts "off" and, when it is on, "on" after
// it; a choice may have a field for what is not among it. The last value that is
// not empty counts. What the form leaves out is left out.
func posted(c echo.Context, names []string) map[string]string {
	settings := map[string]string{}
	for _, name := range names {
		values, given := c.Request().PostForm[name]
		if !given {
			continue
		}
		settings[name] = ""
		for _, value := range values {
			if value != "" {
				settings[name] = value
			}
		}
	}
	return settings
}
