package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// Limits that hold before a pixel is decoded.
const (
	maxSide          = 8000
	maxPixels        = 25_000_000
	maxPixelsPerByte = 4000      // a WebP of 44 bytes can cost seconds
	maxWork          = 150 << 20 // bytes that the decoder needs
	maxScans         = 100       // of a JPEG: each goes over the whole picture again
)

// format is what is known of a picture before it is decoded.
type format struct {
	kind        kind
	orientation int // 1..8, of EXIF
}

// kind is a kind of file.
type kind struct {
	config func(io.Reader) (image.Config, error)
	pixels func(io.Reader) (image.Image, error)
	exif   func(data []byte) []byte
}

// kindOf goes by the first bytes: names and declared types are not to be trusted.
func kindOf(data []byte) (kind, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return kind{png.DecodeConfig, png.Decode, exifOfPNG}, true
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return kind{jpeg.DecodeConfig, jpeg.Decode, exifOfJPEG}, true
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return kind{gif.DecodeConfig, gif.Decode, noEXIF}, true
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return kind{webp.DecodeConfig, webp.Decode, exifOfWebP}, true
	}
	return kind{}, false
}

// examine tells what a file is and whether decoding it stays within the limits.
func examine(data []byte) (format, error) {
	kind, ok := kindOf(data)
	if !ok {
		return format{}, ErrNotAPicture
	}
	config, err := guard(func() (image.Config, error) { return kind.config(bytes.NewReader(data)) })
	if err != nil || config.Width < 1 || config.Height < 1 {
		return format{}, ErrNotAPicture
	}
	if config.Width > maxSide || config.Height > maxSide {
		return format{}, ErrTooLarge
	}
	pixels := config.Width * config.Height
	if pixels > maxPixels || pixels > maxPixelsPerByte*len(data) {
		return format{}, ErrTooLarge
	}
	if pixels*bytesForFour(data, config.ColorModel)/4 > maxWork || bytes.Count(data, []byte("\xff\xda")) > maxScans {
		return format{}, ErrTooLarge
	}
	return format{kind: kind, orientation: orientation(kind.exif(data))}, nil
}

// bytesForFour is what the decoder needs for four pixels. For most kinds that is
// the picture itself; a progressive JPEG is held as numbers of four bytes as well.
func bytesForFour(data []byte, model color.Model) int {
	if bytes.HasPrefix(data, []byte("\xff\xd8")) {
		samples, progressive := frameOfJPEG(data)
		if progressive {
			return samples * 5
		}
		return samples
	}
	size := 4
	if model == color.RGBA64Model || model == color.NRGBA64Model {
		size = 8
	}
	if interlaced(data) { // decoded pass by pass, then put together
		size *= 2
	}
	return 4 * size
}

// interlaced reads the last field of the header of a PNG.
func interlaced(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\x89PNG")) && len(data) > 28 && data[28] != 0
}

// decode reads the pixels. The decoders' own words about damage help nobody.
func (f format) decode(data []byte) (image.Image, error) {
	img, err := guard(func() (image.Image, error) { return f.kind.pixels(bytes.NewReader(data)) })
	if err != nil || img.Bounds().Empty() {
		return nil, ErrNotAPicture
	}
	return img, nil
}

// guard takes a panic of a decoder for what it is: damage that it did not foresee.
func guard[T any](decode func() (T, error)) (value T, err error) {
	defer func() {
		if recover() != nil {
			err = ErrNotAPicture
		}
	}()
	return decode()
}

// frameOfJPEG reads the frame header: the samples of four pixels, over all
// components, and whether the picture is progressive. A file without a readable
// frame header counts as the most expensive.
func frameOfJPEG(data []byte) (samples int, progressive bool) {
	const worst = 4 * 4
	for marker, body := range segmentsOfJPEG(data) {
		if marker < 0xC0 || marker > 0xC2 {
			continue
		}
		progressive = marker == 0xC2
		if len(body) < 6 || len(body) < 6+3*int(body[5]) {
			return worst, progressive
		}
		sum, most := 0, 1
		for i := range int(body[5]) {
			sampling := body[6+3*i+1]
			area := int(sampling>>4) * int(sampling&15)
			sum += area
			most = max(most, area)
		}
		return min(worst, (4*sum+most-1)/most), progressive
	}
	return worst, true
}

// segmentsOfJPEG goes over the segments before the pixels, with marker and body.
func segmentsOfJPEG(data []byte) func(yield func(marker byte, body []byte) bool) {
	return func(yield func(byte, []byte) bool) {
		rest := data[2:]
		for len(rest) >= 4 && rest[0] == 0xFF {
			if rest[1] == 0xFF { // padding
				rest = rest[1:]
				continue
			}
			marker, length := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
			if marker == 0xDA || length < 2 || length+2 > len(rest) {
				return
			}
			if !yield(marker, rest[4:length+2]) {
				return
			}
			rest = rest[length+2:]
		}
	}
}
