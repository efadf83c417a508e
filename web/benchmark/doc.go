// Package benchmark measures what docs/performance.md promises: `make bench`
// builds environments of two sizes, measures each row beside the smallest
// honest program of the same stack, and writes the figures down.
package benchmark
