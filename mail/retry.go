package mail

import (
	"time"

	"guesthouse/store"
)

// pauses are how long a mail waits after each failure. SEC-M3
var pauses = store.Pauses{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}
