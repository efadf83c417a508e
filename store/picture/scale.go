package picture

import (
	"image"

	"golang.org/x/image/draw"
)

// shrink cuts and scales a picture as the options say, before it is turned.
func shrink(source image.Image, options Options, orientation int) *image.RGBA {
	maxWidth, maxHeight := bound(options.MaxWidth), bound(options.MaxHeight)
	if sideways(orientation) {
		maxWidth, maxHeight = maxHeight, maxWidth
	}
	area := source.Bounds()
	if options.Square {
		area = middle(area)
	}
	width, height := fit(area.Dx(), area.Dy(), maxWidth, maxHeight)

	// Halving first, which averages four pixels into one, bounds the memory of the
	// last step: at the full size its intermediate result alone would take 32 bytes
	// for each pixel of a whole column.
	for area.Dx() >= 2*width && area.Dy() >= 2*height && area.Dx() > 1 && area.Dy() > 1 {
		half := image.NewRGBA(image.Rect(0, 0, area.Dx()/2, area.Dy()/2))
		draw.ApproxBiLinear.Scale(half, half.Rect, source, area, draw.Src, nil)
		source, area = half, half.Rect
	}
	result := image.NewRGBA(image.Rect(0, 0, width, height))
	if area.Dx() == width && area.Dy() == height {
		draw.Draw(result, result.Rect, source, area.Min, draw.Src)
	} else {
		draw.CatmullRom.Scale(result, result.Rect, source, area, draw.Src, nil)
	}
	return result
}

func bound(side int) int {
	if side < 1 {
		return defaultSide
	}
	return side
}

// middle is the largest square in the middle of a picture.
func middle(area image.Rectangle) image.Rectangle {
	side := min(area.Dx(), area.Dy())
	corner := area.Min.Add(image.Pt((area.Dx()-side)/2, (area.Dy()-side)/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}
}

// fit is the largest size of the same shape within the bounds, and never larger
// than the picture is.
func fit(width, height, maxWidth, maxHeight int) (int, int) {
	if width <= maxWidth && height <= maxHeight {
		return width, height
	}
	if width*maxHeight > height*maxWidth {
		return maxWidth, max(1, (height*maxWidth+width/2)/width)
	}
	return max(1, (width*maxHeight+height/2)/height), maxHeight
}
