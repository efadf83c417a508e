package locale

import (
	_ "embed"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones go with the program: small machines and containers have none
)

//go:embed zones.txt
var zoneList string

// zones are the names of zones.txt, one per place, without old spellings.
var zones = sync.OnceValue(func() []string { return strings.Fields(zoneList) })

// Zones is the sorted list of IANA time zones to choose from. Do not change it.
func Zones() []string { return zones() }

// loaded keeps the zones that were asked for: reading one costs more than a
// query. There are only as many as the tz database has.
var loaded sync.Map

// LoadZone is the time zone of this IANA name. Old spellings, which browsers
// still send, are understood; what is no zone is false.
func LoadZone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false // Go would answer with UTC and the machine's own zone
	}
	if zone, ok := loaded.Load(name); ok {
		return zone.(*time.Location), true
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	loaded.Store(name, zone)
	return zone, true
}
