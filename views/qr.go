package views

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty border that readers of QR codes need, in modules.
const quiet = 4

// qrCode is a QR code as an SVG: a square of side modules, and the path of the
// dark ones. The page draws it itself, so nothing secret has an address.
type qrCode struct {
	side int
	path string
}

// viewBox is the square with its border.
func (q qrCode) viewBox() string { return fmt.Sprintf("0 0 %d %d", q.side+2*quiet, q.side+2*quiet) }

// qrOf draws a text. One that is too long for a QR code has none: the text
// itself stands beside it.
func qrOf(text string) qrCode {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrCode{}
	}
	q := qrCode{side: code.Bounds().Dx()}
	var path strings.Builder
	for y := range q.side {
		for x := 0; x < q.side; x++ {
			from := x
			for x < q.side && code.At(x, y) == color.Black {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	q.path = path.String()
	return q
}
