package store

// MaskEmail hides an address from whoever looks over a shoulder, and from
// whoever has the password and not the mailbox: its owner still knows it.
func MaskEmail(email Email) string {
	local := string(email)
	domain := email.Domain()
	if len(domain) < len(local) {
		local = local[:len(local)-len(domain)-1]
	}
	switch {
	case local == "":
		return ""
	case len(local) < 4: // too short to show two of its letters
		return local[:1] + "•••@" + domain
	}
	return local[:1] + "•••" + local[len(local)-1:] + "@" + domain
}

// MaskLogin hides an address, or the identifier of a guest without e-mail.
func MaskLogin(login string) string {
	if email, err := ParseEmail(login); err == nil {
		return MaskEmail(email)
	}
	if len(login) < 4 {
		return clip(login, 1) + "•••"
	}
	return login[:1] + "•••" + login[len(login)-1:]
}
