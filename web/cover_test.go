package web_test

import (
	"slices"
	"testing"

	"guesthouse/static"
	"guesthouse/store"
)

// The store offers the covers that are there, and all of them. S0-16
func TestCoverPresets(t *testing.T) {
	t.Parallel()
	presets := slices.Sorted(slices.Values(store.CoverPresets))
	if !slices.Equal(presets, static.Covers) {
		t.Errorf("the store offers %q, there are %q", presets, static.Covers)
	}
}
