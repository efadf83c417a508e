package locale

import "strconv"

// Size is a number of bytes in the unit that suits it: "17 bytes", "18.4 MB".
// A unit is 1,024 of the one before it.
func (p Printer) Size(n int64) string {
	if n < 1024 {
		return p.T("size.bytes", "N", int(n))
	}
	value, unit := float64(n)/1024, 0
	units := []string{"KB", "MB", "GB", "TB"}
	for value >= 999.95 && unit < len(units)-1 {
		value, unit = value/1024, unit+1
	}
	precision := 1
	if value >= 100 || value == float64(int64(value)) {
		precision = 0
	}
	return strconv.FormatFloat(value, 'f', precision, 64) + " " + units[unit]
}
