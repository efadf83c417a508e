package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockData keeps a second portal out of the data folder (SEC-R3). The system
// takes the lock back when the process ends, however it ends.
func lockData(folder string) (unlock func(), err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the folder
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil { //nolint:gosec // a file descriptor fits
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("another portal is running on the data folder %s: stop it first, or give this one another --data", folder)
	}
	return func() { _ = file.Close() }, nil // the process ends
}

func isAddressInUse(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }
