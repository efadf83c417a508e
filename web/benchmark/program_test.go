package benchmark

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program are the rows about the binary: its size, its start and its memory.
func (r *report) program() {
	binary := filepath.Join(r.t.TempDir(), "guesthouse")
	build := exec.CommandContext(r.t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "guesthouse/cmd/guesthouse")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		r.t.Fatalf("build the program: %v\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		r.t.Fatal(err)
	}
	size := float64(info.Size()) / 1e6
	r.other("the program", "25 MB", fmt.Sprintf("%.0f MB", size), size <= 25)

	for _, w := range []*town{r.small, r.large} {
		data := fmt.Sprintf("%d guests (%s)", w.people, databaseSize(r.t, w.dir))
		w.must(w.store.Close())
		took := startTime(r.t, binary, w.dir)
		goal := 80 * time.Millisecond
		if w == r.large {
			goal = 300 * time.Millisecond
		}
		r.other("start to the first page, "+data, ms(goal), ms(took), took <= goal)
		idle, after := memory(r.t, binary, w)
		r.other("memory of the process, idle, "+data, "40 MiB", mib(idle), idle <= 40<<20)
		r.other("memory after 2,000 pages, 64 at once, "+data, "96 MiB", mib(after), after <= 96<<20)
	}
}

// running is a started program.
type running struct {
	url     string
	process *exec.Cmd
	took    time.Duration // to the first page
}

var addressLine = regexp.MustCompile(`Guesthouse is at (http://\S+)`)

func start(t testing.TB, binary, data string) running {
	t.Helper()
	began := time.Now()
	process := exec.CommandContext(t.Context(), binary, "serve", "--addr", "localhost:0", "--data", data, "--limits", "open", "--log-level", "error")
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := addressLine.FindStringSubmatch(lines.Text()); found != nil {
			p := running{url: found[1], process: process}
			p.get(t, "/login", "")
			p.took = time.Since(began)
			return p
		}
	}
	t.Fatal("the program ended without saying where it is")
	return running{}
}

func (p running) stop(t testing.TB) {
	t.Helper()
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.process.Wait(); err != nil {
		t.Fatal(err)
	}
}

func (p running) get(t testing.TB, path, token string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.AddCookie(&http.Cookie{Name: "guesthouse", Value: token})
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %d", path, response.StatusCode)
	}
}

// startTime is the shortest of five starts; the first reads the program from
// the disk.
func startTime(t testing.TB, binary, data string) time.Duration {
	t.Helper()
	best := time.Hour
	for range 5 {
		p := start(t, binary, data)
		best = min(best, p.took)
		p.stop(t)
	}
	return best
}

// memory is what the process holds after its first page, and after many pages
// for many at once.
func memory(t testing.TB, binary string, w *town) (idle, after uint64) {
	t.Helper()
	p := start(t, binary, w.dir)
	defer p.stop(t)
	idle = resident(t, p.process.Process.Pid)
	at64(2000, func() { p.get(t, "/", w.hostToken) })
	return idle, resident(t, p.process.Process.Pid)
}

// resident is the memory of a process that is in the machine's, as Linux says it.
func resident(t testing.TB, pid int) uint64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmRSS:" {
			kib, err := strconv.ParseUint(fields[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatal("the process does not say how much memory it holds")
	return 0
}
