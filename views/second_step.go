package views

import "guesthouse/store"

// SecondStepPage is where one enrols the second step, and ends it.
type SecondStepPage struct {
	Page
	Own  store.OwnFactor
	Code string // what was typed
}

// hasApp reports whether there is an app that comes with recovery codes and can
// be switched off.
func (m SecondStepPage) hasApp() bool { return m.Own.Factor == store.FactorTOTP && m.Own.Recovers }
