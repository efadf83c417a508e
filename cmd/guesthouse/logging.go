package main

import (
	"log/slog"
	"os"

	"golang.org/x/term"
)

// logging holds the settings of the log.
type logging struct {
	LogLevel  string `help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	LogFormat string `help:"text or json; text on a terminal and json elsewhere when empty." enum:",text,json" default:""`
}

func (l logging) logger() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.LogLevel)); err != nil {
		level = slog.LevelInfo // the parser let nothing else in
	}
	options := &slog.HandlerOptions{Level: level}
	format := l.LogFormat
	if format == "" && !term.IsTerminal(int(os.Stderr.Fd())) { //nolint:gosec // a file descriptor fits
		format = "json"
	}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
