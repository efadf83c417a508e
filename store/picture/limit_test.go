package picture

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"runtime"
	"testing"
)

// SEC-I5: one at a time, four waiting, the next is refused; one who leaves makes room.
func TestOneAtATimeAndFourWaiting(t *testing.T) {
	t.Parallel()
	p := New()
	leave, err := p.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	entered := make(chan error, waiting)
	for range waiting {
		go func() {
			leave, err := p.enter(ctx)
			if err == nil {
				leave()
			}
			entered <- err
		}()
	}
	for len(p.inside) < 1+waiting {
		runtime.Gosched()
	}
	if _, err := p.enter(t.Context()); !errors.Is(err, ErrBusy) {
		t.Errorf("the sixth gets %v, want ErrBusy", err)
	}
	if len(entered) != 0 {
		t.Errorf("%d entered beside the first", len(entered))
	}
	cancel()
	for range waiting {
		if err := <-entered; !errors.Is(err, context.Canceled) {
			t.Errorf("one who left gets %v, want context.Canceled", err)
		}
	}
	leave()
	if leave, err = p.enter(t.Context()); err != nil {
		t.Fatalf("afterwards: %v", err)
	}
	leave()
	if len(p.inside) != 0 || len(p.slot) != 0 {
		t.Error("somebody is still inside")
	}
}

// SEC-I5: the largest pictures that are let in take less than 200 MiB in all,
// counting also what was freed on the way. Not parallel, to count nothing else.
func TestLargestPicturesStayWithinTheirMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	side := image.Rect(0, 0, 5000, 5000)
	var opaque, transparent, photo bytes.Buffer
	if err := png.Encode(&opaque, image.NewGray(side)); err != nil {
		t.Fatal(err)
	}
	see := image.NewNRGBA(side)
	see.SetNRGBA(7, 7, color.NRGBA{R: 1, A: 1})
	if err := png.Encode(&transparent, see); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&photo, image.NewYCbCr(side, image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"gray PNG": opaque.Bytes(), "transparent PNG": transparent.Bytes(), "JPEG": photo.Bytes()} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := New().Prepare(t.Context(), bytes.NewReader(data), Options{MaxWidth: 1600, MaxHeight: 900})
		runtime.ReadMemStats(&after)
		if err != nil || got.Width != 900 || got.Height != 900 {
			t.Errorf("%s: %d×%d, %v", name, got.Width, got.Height, err)
		}
		if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 200 {
			t.Errorf("%s took %d MiB, want at most 200", name, took)
		} else {
			t.Logf("%s of %d KiB took %d MiB", name, len(data)>>10, took)
		}
	}
}

func TestOrientationOfWebP(t *testing.T) {
	t.Parallel()
	exif := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
	const start = "RIFF\x00\x00\x00\x00WEBP"
	for name, test := range map[string]struct {
		data string
		want int
	}{
		"bare":            {start + "EXIF\x16\x00\x00\x00" + exif, 6},
		"with its header": {start + "EXIF\x1c\x00\x00\x00Exif\x00\x00" + exif, 6},
		"after odd chunk": {start + "VP8L\x01\x00\x00\x00/\x00EXIF\x16\x00\x00\x00" + exif, 6},
		"cut":             {start + "EXIF\x16\x00\x00\x00" + exif[:20], 1},
		"endless chunk":   {start + "EXIF\xff\xff\xff\xff" + exif, 1},
		"none":            {start + "VP8L\x01\x00\x00\x00/", 1},
	} {
		if got := orientation(exifOfWebP([]byte(test.data))); got != test.want {
			t.Errorf("%s: orientation %d, want %d", name, got, test.want)
		}
	}
}
