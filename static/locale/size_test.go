package locale_test

import (
	"testing"

	"guesthouse/static/locale"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 1023: "1,023 bytes", 1024: "1 KB", 1536: "1.5 KB", 18*1024*1024 + 400*1024: "18.4 MB",
		100 << 20: "100 MB", 1<<20 - 1: "1.0 MB", 10 << 30: "10 GB", 3 << 40: "3 TB",
	} {
		if got := locale.For("en", nil).Size(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	if got := locale.For("ja", nil).Size(17); got != "17 バイト" {
		t.Errorf("in Japanese: %q", got)
	}
}
