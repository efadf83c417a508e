package picture

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation reads how the camera was held from EXIF data: 1, upright, to 8. It
// is 1 when the data does not say. Nothing else is read of it.
func orientation(exif []byte) int {
	const upright = 1
	if len(exif) < 8 {
		return upright
	}
	var order binary.ByteOrder
	switch string(exif[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	start := uint64(order.Uint32(exif[4:]))
	if start+2 > uint64(len(exif)) {
		return upright
	}
	entries := exif[start+2:]
	for range order.Uint16(exif[start:]) {
		if len(entries) < 12 {
			break
		}
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if value := order.Uint16(entries[8:]); 1 <= value && value <= 8 {
				return int(value)
			}
			break
		}
		entries = entries[12:]
	}
	return upright
}

var exifHeader = []byte("Exif\x00\x00")

func noEXIF([]byte) []byte { return nil }

func exifOfJPEG(data []byte) []byte {
	for marker, body := range segmentsOfJPEG(data) {
		if exif, ok := bytes.CutPrefix(body, exifHeader); ok && marker == 0xE1 {
			return exif
		}
	}
	return nil
}

// exifOfPNG finds the chunk eXIf: length, name, body, checksum.
func exifOfPNG(data []byte) []byte {
	for rest := data[8:]; len(rest) >= 12; {
		length := uint64(binary.BigEndian.Uint32(rest))
		if length+12 > uint64(len(rest)) {
			return nil
		}
		if string(rest[4:8]) == "eXIf" {
			return rest[8 : 8+length]
		}
		rest = rest[length+12:]
	}
	return nil
}

// exifOfWebP finds the chunk EXIF: name, length, body, filled up to an even length.
func exifOfWebP(data []byte) []byte {
	for rest := data[12:]; len(rest) >= 8; {
		length := uint64(binary.LittleEndian.Uint32(rest[4:]))
		if length+8 > uint64(len(rest)) {
			return nil
		}
		if string(rest[:4]) == "EXIF" {
			return bytes.TrimPrefix(rest[8:8+length], exifHeader)
		}
		rest = rest[min(length+8+length%2, uint64(len(rest))):]
	}
	return nil
}

// sideways tells orientations in which width and height change places.
func sideways(orientation int) bool { return orientation >= 5 }

// turn makes a picture upright.
func turn(img *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return img
	}
	width, height := img.Rect.Dx(), img.Rect.Dy()
	if sideways(orientation) {
		width, height = height, width
	}
	turned := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			fromX, fromY := origin(x, y, width, height, orientation)
			copy(turned.Pix[turned.PixOffset(x, y):][:4], img.Pix[img.PixOffset(fromX, fromY):][:4])
		}
	}
	return turned
}

// origin is where the pixel at x, y of the upright picture, width by height, lies
// in the picture as it was taken.
func origin(x, y, width, height, orientation int) (fromX, fromY int) {
	right, bottom := width-1-x, height-1-y
	switch orientation {
	case 2:
		return right, y
	case 3:
		return right, bottom
	case 4:
		return x, bottom
	case 5:
		return y, x
	case 6:
		return y, right
	case 7:
		return bottom, right
	case 8:
		return bottom, x
	}
	return x, y
}
