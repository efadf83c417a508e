package views

import (
	"strconv"

	"guesthouse/store"
)

// LicencesPage tells the administrators how many places there are and who
// takes them.
type LicencesPage struct {
	Page
	Report  store.PlaceReport
	Holders []LicenceHolder
	First   string // the list of holders from its beginning; "" on its first page
	Next    string // its next page; "" for none
}

// LicenceHolder is a guest of several spaces.
type LicenceHolder struct {
	Person Person
	Spaces int
}

// Model is the model of the quota in words.
func (m LicencesPage) Model() string {
	q := m.Report.Quota
	single := m.T("licences.model_single", "N", q.SingleLimit)
	if q.SingleFree {
		single = m.T("licences.model_single_free")
	}
	switch q.Model {
	case store.PerMemberQuota:
		return m.T("licences.model_per_member", "N", q.PerMember)
	case store.FixedQuota:
		return m.T("licences.model_fixed", "N", q.Guests)
	case store.LicenceQuota:
		return m.T("licences.model_licences", "N", q.Licences) + " " + single
	case store.NoQuota:
	}
	return m.T("licences.model_none")
}

// Counting is which guests count, in words.
func (m LicencesPage) Counting() string {
	if m.Report.Quota.CountsPending {
		return m.T("licences.counts_pending")
	}
	return m.T("licences.counts_active")
}

// AtLimit is what happens at and over the limit, in words.
func (m LicencesPage) AtLimit() string {
	if m.Report.Quota.Warns {
		return m.T("licences.shrink_warn")
	}
	return m.T("licences.shrink_block")
}

// limited reports whether there is any limit.
func (m LicencesPage) limited() bool { return m.Report.Quota.Model != store.NoQuota }

// several reports whether being in several spaces takes something of its own.
func (m LicencesPage) several() bool { return m.Report.Quota.Model == store.LicenceQuota }

// gaugeName is what a limit is about.
func gaugeName(p Page, gauge store.Gauge) string {
	switch gauge.Setting {
	case "quota.licences":
		return p.T("licences.gauge_licences")
	case "quota.single_space_factor":
		return p.T("licences.gauge_single")
	}
	return p.T("licences.gauge_guests")
}

// gaugeWidth is how much of a meter of 100 is filled.
func gaugeWidth(gauge store.Gauge) string {
	if gauge.Limit <= 0 || gauge.Over() {
		return "100"
	}
	return strconv.FormatFloat(100*float64(gauge.Taken)/float64(gauge.Limit), 'f', 1, 64)
}

// gaugeClass is the colour of a meter: the number beside it says the same.
func gaugeClass(gauge store.Gauge) string {
	switch {
	case gauge.Over():
		return "is-danger"
	case gauge.Left() == 0:
		return "is-warn"
	case gauge.Setting == "quota.licences":
		return ""
	}
	return "is-guest"
}
