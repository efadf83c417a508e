package picture_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"guesthouse/store/picture"
)

// The corners of the test picture, which is blocks of them.
var (
	red   = color.RGBA{R: 255, A: 255}
	green = color.RGBA{G: 255, A: 255}
	blue  = color.RGBA{B: 255, A: 255}
	white = color.RGBA{R: 255, G: 255, B: 255, A: 255}
)

// quarters is red and green over blue and white.
func quarters(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := [2][2]color.RGBA{{red, green}, {blue, white}}[2*y/height][2*x/width]
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := jpeg.Encode(&data, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// exif is EXIF data with an orientation and the marker of a place.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	head := "MM\x00*"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		head = "II*\x00"
	}
	data := order.AppendUint32([]byte(head), 8)
	data = order.AppendUint16(data, 2) // entries
	for _, tag := range []uint16{0x010F, 0x0112} {
		data = order.AppendUint16(order.AppendUint16(data, tag), 3)
		data = order.AppendUint32(data, 1)
		data = order.AppendUint16(order.AppendUint16(data, orientation), 0)
	}
	return append(data, place...)
}

const place = "GPS 35.6586N 139.7454E"

// withEXIF puts EXIF data into a JPEG.
func withEXIF(data, exif []byte) []byte {
	segment := append([]byte("\xff\xe1\x00\x00Exif\x00\x00"), exif...)
	binary.BigEndian.PutUint16(segment[2:], uint16(len(segment)-2))
	return bytes.Join([][]byte{data[:2], segment, data[2:]}, nil)
}

// chunk is a chunk of a PNG.
func chunk(name string, body []byte) []byte {
	data := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	data = append(append(data, name...), body...)
	return binary.BigEndian.AppendUint32(data, crc32.ChecksumIEEE(data[4:]))
}

// webp is a lossless WebP picture of one transparent pixel.
func webp(t *testing.T) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func prepare(t *testing.T, data []byte, options picture.Options) (picture.Picture, image.Image) {
	t.Helper()
	got, err := picture.New().Prepare(t.Context(), bytes.NewReader(data), options)
	if err != nil {
		t.Fatal(err)
	}
	img, format, err := image.Decode(bytes.NewReader(got.Data))
	if err != nil {
		t.Fatalf("what was encoded does not decode: %v", err)
	}
	if got.Type != "image/"+format || img.Bounds().Dx() != got.Width || img.Bounds().Dy() != got.Height {
		t.Errorf("says %s of %d×%d, is %s of %v", got.Type, got.Width, got.Height, format, img.Bounds())
	}
	return got, img
}

// corners names the colours of the corners, from the top left.
func corners(img image.Image) string {
	b := img.Bounds()
	dx, dy := b.Dx()/8, b.Dy()/8
	var names strings.Builder
	for _, at := range []image.Point{{b.Min.X + dx, b.Min.Y + dy}, {b.Max.X - 1 - dx, b.Min.Y + dy}, {b.Min.X + dx, b.Max.Y - 1 - dy}, {b.Max.X - 1 - dx, b.Max.Y - 1 - dy}} {
		palette := color.Palette{red, green, blue, white, color.Transparent}
		names.WriteByte("RGBW."[palette.Index(img.At(at.X, at.Y))])
	}
	return names.String()
}

// SEC-I5
func TestPrepareReadsFourKinds(t *testing.T) {
	t.Parallel()
	var animation bytes.Buffer
	first, second := image.NewPaletted(image.Rect(0, 0, 40, 20), color.Palette{red, green, blue, white}), image.NewPaletted(image.Rect(0, 0, 40, 20), color.Palette{white})
	for y := range 20 {
		for x := range 40 {
			first.SetColorIndex(x, y, uint8(2*(y/10)+x/20))
		}
	}
	if err := gif.EncodeAll(&animation, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	transparent := quarters(40, 20)
	for y := range 10 {
		for x := range 20 {
			transparent.SetRGBA(x, y, color.RGBA{})
		}
	}
	for _, test := range []struct {
		name    string
		data    []byte
		want    string
		corners string
	}{
		{"PNG", asPNG(t, quarters(40, 20)), "image/jpeg", "RGBW"},
		{"PNG with transparency", asPNG(t, transparent), "image/png", ".GBW"},
		{"JPEG", asJPEG(t, quarters(40, 20)), "image/jpeg", "RGBW"},
		{"first frame of a GIF", animation.Bytes(), "image/jpeg", "RGBW"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, img := prepare(t, test.data, picture.Options{MaxWidth: 100, MaxHeight: 100})
			if got.Type != test.want || got.Width != 40 || got.Height != 20 || corners(img) != test.corners {
				t.Errorf("%s %d×%d %s, want %s 40×20 %s", got.Type, got.Width, got.Height, corners(img), test.want, test.corners)
			}
		})
	}
	t.Run("WebP", func(t *testing.T) {
		t.Parallel()
		if got, _ := prepare(t, webp(t), picture.Options{}); got.Width != 1 || got.Height != 1 {
			t.Errorf("%d×%d, want 1×1", got.Width, got.Height)
		}
	})
}

func TestPrepareFits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		width, height int
		options       picture.Options
		wantW, wantH  int
	}{
		{"never enlarged", 40, 20, picture.Options{MaxWidth: 400, MaxHeight: 400}, 40, 20},
		{"by width", 400, 200, picture.Options{MaxWidth: 100, MaxHeight: 100}, 100, 50},
		{"by height", 200, 400, picture.Options{MaxWidth: 100, MaxHeight: 100}, 50, 100},
		{"a little smaller", 110, 100, picture.Options{MaxWidth: 100, MaxHeight: 100}, 100, 91},
		{"much smaller", 1601, 803, picture.Options{MaxWidth: 16, MaxHeight: 16}, 16, 8},
		{"square of a wide one", 400, 200, picture.Options{MaxWidth: 100, MaxHeight: 100, Square: true}, 100, 100},
		{"square of a small one", 40, 20, picture.Options{MaxWidth: 100, MaxHeight: 100, Square: true}, 20, 20},
		{"thread", 8000, 1, picture.Options{MaxWidth: 100, MaxHeight: 100}, 100, 1},
		{"pole", 1, 8000, picture.Options{MaxWidth: 100, MaxHeight: 100}, 1, 100},
		{"no bounds named", 2500, 100, picture.Options{}, 2048, 82},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, img := prepare(t, asPNG(t, quarters(test.width, test.height)), test.options)
			if got.Width != test.wantW || got.Height != test.wantH {
				t.Errorf("%d×%d, want %d×%d", got.Width, got.Height, test.wantW, test.wantH)
			}
			if min(got.Width, got.Height) > 4 && corners(img) != "RGBW" {
				t.Errorf("corners %s, want RGBW", corners(img))
			}
		})
	}
}

// SEC-I5: orientation applied, metadata gone.
func TestPrepareTurnsUpright(t *testing.T) {
	t.Parallel()
	upright := []string{1: "RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"}
	plain := asJPEG(t, quarters(80, 40))
	plainPNG := asPNG(t, quarters(80, 40))
	for orientation := 1; orientation <= 8; orientation++ {
		data := exif(binary.BigEndian, uint16(orientation))
		for name, file := range map[string][]byte{
			"JPEG":             withEXIF(plain, exif(binary.LittleEndian, uint16(orientation))),
			"JPEG, big endian": withEXIF(plain, data),
			"PNG":              bytes.Join([][]byte{plainPNG[:33], chunk("eXIf", data), plainPNG[33:]}, nil),
		} {
			got, img := prepare(t, file, picture.Options{MaxWidth: 40, MaxHeight: 100})
			wantW, wantH := 40, 20
			if orientation >= 5 {
				wantW, wantH = 40, 80
			}
			if corners(img) != upright[orientation] || got.Width != wantW || got.Height != wantH {
				t.Errorf("%s, orientation %d: %s %d×%d, want %s %d×%d", name, orientation,
					corners(img), got.Width, got.Height, upright[orientation], wantW, wantH)
			}
			if bytes.Contains(got.Data, []byte("Exif")) || bytes.Contains(got.Data, []byte("eXIf")) || bytes.Contains(got.Data, []byte(place)) {
				t.Errorf("%s, orientation %d: metadata survives", name, orientation)
			}
		}
	}
}

func TestDamagedEXIFIsUpright(t *testing.T) {
	t.Parallel()
	plain := asJPEG(t, quarters(80, 40))
	good := exif(binary.LittleEndian, 6)
	far := bytes.Clone(good)
	binary.LittleEndian.PutUint32(far[4:], 0xFFFFFFFF)
	many := bytes.Clone(good)
	binary.LittleEndian.PutUint16(many[8:], 0xFFFF)
	for name, test := range map[string]struct {
		exif []byte
		want string
	}{
		"empty":                  {nil, "RGBW"},
		"cut in the header":      {good[:6], "RGBW"},
		"cut in the entries":     {good[:25], "RGBW"},
		"far away":               {far, "RGBW"},
		"unknown order":          {append([]byte("XX"), good[2:]...), "RGBW"},
		"orientation 0":          {exif(binary.LittleEndian, 0), "RGBW"},
		"orientation 9":          {exif(binary.LittleEndian, 9), "RGBW"},
		"more entries than data": {many, "BRWG"},
	} {
		if _, img := prepare(t, withEXIF(plain, test.exif), picture.Options{}); corners(img) != test.want {
			t.Errorf("%s: corners %s, want %s", name, corners(img), test.want)
		}
	}
}

// SEC-I5: the hostile set.
func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	small := asPNG(t, quarters(40, 20))
	photo := asJPEG(t, quarters(400, 200))
	bomb := webp(t)
	binary.LittleEndian.PutUint32(bomb[21:], 4999|4999<<14|1<<28)
	header := func(width, height uint32, depth, kind, interlace byte) []byte {
		body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
		body = append(body, depth, kind, 0, 0, interlace)
		return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", body)...)
	}
	filled := func(data []byte) []byte { return append(data, chunk("tEXt", make([]byte, 100_000))...) }
	scans := bytes.Clone(photo[:len(photo)-2])
	scans = append(scans, bytes.Repeat([]byte("\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"), 200)...)

	for _, test := range []struct {
		name string
		data []byte
		want error
	}{
		{"nothing", nil, picture.ErrNotAPicture},
		{"text", []byte("hello"), picture.ErrNotAPicture},
		{"SVG", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), picture.ErrNotAPicture},
		{"HTML behind a GIF's name", []byte("GIF89a<script>alert(1)</script>"), picture.ErrTooLarge}, // by the size that it spells
		{"BMP", append([]byte("BM"), make([]byte, 100)...), picture.ErrNotAPicture},
		{"TIFF", []byte("II*\x00\x08\x00\x00\x00\x00\x00"), picture.ErrNotAPicture},
		{"AVIF", []byte("\x00\x00\x00 ftypavif"), picture.ErrNotAPicture},
		{"PNG: name alone", small[:8], picture.ErrNotAPicture},
		{"PNG: header alone", small[:33], picture.ErrNotAPicture},
		{"PNG: cut", small[:len(small)-20], picture.ErrNotAPicture},
		{"PNG: wrong checksum", flip(small, 30), picture.ErrNotAPicture},
		{"PNG: damaged pixels", flip(small, 60), picture.ErrNotAPicture},
		{"PNG: no width", filled(header(0, 10, 8, 2, 0)), picture.ErrNotAPicture},
		{"PNG: 2³¹ wide", filled(header(1<<31, 1, 8, 2, 0)), picture.ErrNotAPicture},
		{"PNG: too wide", filled(header(8001, 10, 8, 2, 0)), picture.ErrTooLarge},
		{"PNG: too high", filled(header(10, 8001, 8, 2, 0)), picture.ErrTooLarge},
		{"PNG: too many pixels", filled(header(5001, 5000, 8, 2, 0)), picture.ErrTooLarge},
		{"PNG: too many pixels for its size", header(1000, 1000, 1, 0, 0), picture.ErrTooLarge},
		{"PNG: 16 bits at 25 megapixels", filled(header(5000, 5000, 16, 6, 0)), picture.ErrTooLarge},
		{"PNG: interlaced at 25 megapixels", filled(header(5000, 5000, 8, 6, 1)), picture.ErrTooLarge},
		{"JPEG: name alone", []byte("\xff\xd8\xff"), picture.ErrNotAPicture},
		{"JPEG: cut", photo[:len(photo)/4], picture.ErrNotAPicture},
		{"JPEG: endless padding", append([]byte("\xff\xd8"), bytes.Repeat([]byte{0xff}, 100_000)...), picture.ErrNotAPicture},
		{"JPEG: too many scans", scans, picture.ErrTooLarge},
		{"JPEG: too large", resized(photo, 60_000, 60_000), picture.ErrTooLarge},
		{"JPEG: progressive at 25 megapixels", append(progressive(resized(photo, 5000, 5000)), make([]byte, 100_000)...), picture.ErrTooLarge},
		{"GIF: name alone", []byte("GIF89a"), picture.ErrNotAPicture},
		{"GIF: no frame", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), picture.ErrNotAPicture},
		{"GIF: 65,535 a side", []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), picture.ErrTooLarge},
		{"WebP: name alone", []byte("RIFF\x04\x00\x00\x00WEBP"), picture.ErrNotAPicture},
		{"WebP: 44 bytes for 25 megapixels", bomb, picture.ErrTooLarge},
		{"WebP: cut", webp(t)[:30], picture.ErrNotAPicture},
		{"file too large", append(bytes.Clone(small), make([]byte, picture.MaxBytes)...), picture.ErrTooLarge},
		{"endless", nil, picture.ErrTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var r io.Reader = bytes.NewReader(test.data)
			if test.name == "endless" {
				r = io.MultiReader(bytes.NewReader(small), zeros{})
			}
			got, err := picture.New().Prepare(t.Context(), r, picture.Options{MaxWidth: 100, MaxHeight: 100})
			if !errors.Is(err, test.want) || got.Data != nil {
				t.Errorf("%d bytes, %v; want %v", len(got.Data), err, test.want)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func flip(data []byte, at int) []byte {
	data = bytes.Clone(data)
	data[at] ^= 0xFF
	return data
}

// resized changes what the frame header of a JPEG says.
func resized(data []byte, width, height uint16) []byte {
	data = bytes.Clone(data)
	at := bytes.Index(data, []byte("\xff\xc0"))
	binary.BigEndian.PutUint16(data[at+5:], height)
	binary.BigEndian.PutUint16(data[at+7:], width)
	return data
}

func progressive(data []byte) []byte {
	return bytes.Replace(data, []byte("\xff\xc0"), []byte("\xff\xc2"), 1)
}

func TestPrepareTellsWhyReadingEnded(t *testing.T) {
	t.Parallel()
	reset := errors.New("connection reset")
	if _, err := picture.New().Prepare(t.Context(), iotest.ErrReader(reset), picture.Options{}); !errors.Is(err, reset) {
		t.Errorf("%v, want %v", err, reset)
	}
}

func FuzzPrepare(f *testing.F) {
	var data bytes.Buffer
	if err := png.Encode(&data, quarters(4, 4)); err != nil {
		f.Fatal(err)
	}
	f.Add(data.Bytes())
	data.Reset()
	if err := jpeg.Encode(&data, quarters(16, 8), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(withEXIF(data.Bytes(), exif(binary.BigEndian, 6)))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	preparer := picture.New()
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := preparer.Prepare(context.Background(), bytes.NewReader(data), picture.Options{MaxWidth: 32, MaxHeight: 32})
		if err == nil && (got.Width < 1 || got.Width > 32 || got.Height < 1 || got.Height > 32 || len(got.Data) == 0) {
			t.Errorf("%d×%d, %d bytes", got.Width, got.Height, len(got.Data))
		}
		if err != nil && !errors.Is(err, picture.ErrNotAPicture) && !errors.Is(err, picture.ErrTooLarge) {
			t.Errorf("unforeseen: %v", err)
		}
	})
}
