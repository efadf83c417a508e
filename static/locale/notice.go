package locale

// Notice says what somebody did, after their name: of a kind of notice, n
// times, others more people along with them. Pages and mails say it alike.
func (p Printer) Notice(kind string, n, others int) string {
	switch {
	case others > 0:
		return p.T("notice."+kind+"_others", "Others", p.T("notice.others", "N", others), "N", n)
	case n > 1:
		return p.T("notice."+kind+"_many", "N", n)
	}
	return p.T("notice." + kind)
}
