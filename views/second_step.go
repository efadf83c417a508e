package views

import "guesthouse/store"

// SecondStepPage is where somebody without a mailbox enrols the second step.
type SecondStepPage struct {
	Page
	Own  store.OwnFactor
	Code string // what was typed
}
