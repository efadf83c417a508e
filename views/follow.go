package views

// turned is the value of a switch in a form.
func turned(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// pressed is aria-pressed.
func pressed(on bool) string {
	if on {
		return "true"
	}
	return "false"
}
