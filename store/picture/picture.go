// Package picture makes pictures that people upload fit to be shown: bounded in
// size, turned upright, and free of where and with what they were taken. What it
// returns was encoded here, from pixels: nothing else of an upload survives.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
)

var (
	// ErrTooLarge says that the file or the picture in it is over a limit.
	ErrTooLarge = errors.New("picture: too large")
	// ErrNotAPicture says that it is no picture of a kind that we read, or damaged.
	ErrNotAPicture = errors.New("picture: not a PNG, JPEG, GIF or WebP picture")
	// ErrBusy says that too many pictures are being prepared.
	ErrBusy = errors.New("picture: too many at a time")
)

// MaxBytes is the largest file that is read.
const MaxBytes = 5 << 20

// waiting is how many may wait for the one that is decoded.
const waiting = 4

// jpegQuality shows no artefacts on faces at the sizes in use.
const jpegQuality = 85

// defaultSide bounds a picture whose options name no bounds.
const defaultSide = 2048

// Options say how large a picture may be. It is never enlarged.
type Options struct {
	MaxWidth, MaxHeight int  // in pixels; 0 is 2,048
	Square              bool // cut to the square in its middle
}

// Picture is an encoded picture.
type Picture struct {
	Data          []byte
	Type          string // image/jpeg, or image/png when parts are transparent
	Width, Height int
}

// Preparer prepares one picture at a time, because each may take much memory. A
// process has one.
type Preparer struct {
	inside chan struct{} // preparing or waiting
	slot   chan struct{} // preparing
}

// New makes a preparer.
func New() *Preparer {
	return &Preparer{inside: make(chan struct{}, 1+waiting), slot: make(chan struct{}, 1)}
}

// Prepare reads a picture and makes it anew within the options. The errors are
// [ErrTooLarge], [ErrNotAPicture], [ErrBusy], and those of r and ctx.
func (p *Preparer) Prepare(ctx context.Context, r io.Reader, options Options) (Picture, error) {
	// Read first: a slow upload must not keep others waiting.
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Picture{}, fmt.Errorf("read picture: %w", err)
	}
	if len(data) > MaxBytes {
		return Picture{}, ErrTooLarge
	}
	format, err := examine(data)
	if err != nil {
		return Picture{}, err
	}

	leave, err := p.enter(ctx)
	if err != nil {
		return Picture{}, err
	}
	defer leave()
	source, err := format.decode(data)
	if err != nil {
		return Picture{}, err
	}
	return encode(turn(shrink(source, options, format.orientation), format.orientation))
}

// enter waits for the turn of the caller.
func (p *Preparer) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.inside <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	select {
	case p.slot <- struct{}{}:
		return func() { <-p.slot; <-p.inside }, nil
	case <-ctx.Done():
		<-p.inside
		return nil, fmt.Errorf("wait to prepare a picture: %w", context.Cause(ctx))
	}
}

// encode writes a JPEG, or a PNG when a part is transparent.
func encode(img *image.RGBA) (Picture, error) {
	var data bytes.Buffer
	picture := Picture{Type: "image/jpeg", Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	var err error
	if img.Opaque() {
		err = jpeg.Encode(&data, img, &jpeg.Options{Quality: jpegQuality})
	} else {
		picture.Type = "image/png"
		err = png.Encode(&data, img)
	}
	if err != nil {
		return Picture{}, fmt.Errorf("encode picture: %w", err)
	}
	picture.Data = data.Bytes()
	return picture, nil
}
