package store

import "time"

// Pauses are how long to wait after the first failure, the second and so on;
// the last one counts for all that follow.
type Pauses []time.Duration

// After is how long to wait after so many attempts, up to a fifth shorter or
// longer, so that what failed together does not come back together. The random
// number is from 0 up to 1.
func (p Pauses) After(attempts int, random float64) time.Duration {
	n := min(max(attempts, 1), len(p))
	return time.Duration(float64(p[n-1]) * (0.8 + 0.4*random))
}
