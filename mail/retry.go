package mail

import "time"

// pauses are how long to wait after the first failure, the second and so on.
// SEC-M3
var pauses = []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

// pause is how long to wait after so many attempts, up to a fifth shorter or
// longer, so that mails which failed together do not come back together. The
// random number is from 0 up to 1.
func pause(attempts int, random float64) time.Duration {
	n := min(max(attempts, 1), len(pauses))
	return time.Duration(float64(pauses[n-1]) * (0.8 + 0.4*random))
}
