package main

import (
	"fmt"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"guesthouse/store"
)

// version is set when a release is built.
var version = "development"

type versionCommand struct{}

// Run prints version, commit and schema.
func (versionCommand) Run() error {
	schema, err := store.SchemaVersion()
	if err != nil {
		return err
	}
	fmt.Printf("guesthouse %s, commit %s, schema %d\n", version, commit(), schema)
	return nil
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "unknown"
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

// Run explains the program, or the commands that are named.
func (h helpCommand) Run(app *kong.Kong) error {
	if len(h.Command) == 0 {
		h.Command = []string{"serve"}
		if context, err := kong.Trace(app, nil); err == nil {
			if err := context.PrintUsage(false); err != nil {
				return err
			}
		}
	}
	context, err := kong.Trace(app, h.Command)
	if err != nil {
		return err
	}
	return context.PrintUsage(false)
}
