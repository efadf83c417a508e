package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestMain lets the test binary be the program, so that a test can start it as
// a process of its own and kill it.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_BE_THE_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a running portal.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	base  string
	setup string // the one-time code, before there is an administrator
}

var (
	baseLine  = regexp.MustCompile(`Guesthouse is at (http://\S+)`)
	setupLine = regexp.MustCompile(`One-time code: (\S+)`)
)

// start runs "guesthouse serve" on a data folder and waits until it answers.
func start(t *testing.T, data string, args ...string) *process {
	t.Helper()
	args = append([]string{"serve", "--addr", "localhost:0", "--data", data, "--log-level", "error"}, args...)
	return startArgs(t, args)
}

func startArgs(t *testing.T, args []string) *process {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], args...) //nolint:gosec // ourselves
	cmd.Env = append(os.Environ(), "TEST_BE_THE_PROGRAM=1")
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd}
	t.Cleanup(p.kill)
	p.read(output)
	return p
}

// read takes from the console what a person would: where to go, and the code.
func (p *process) read(output io.Reader) {
	p.t.Helper()
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if match := setupLine.FindStringSubmatch(lines.Text()); match != nil {
			p.setup = match[1]
		}
		if match := baseLine.FindStringSubmatch(lines.Text()); match != nil { // the last line
			p.base = match[1]
			go func() { _, _ = io.Copy(io.Discard, output) }() // keep the pipe open
			return
		}
	}
	p.t.Fatal("the portal ended before it was ready")
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill() // it may have ended
		_ = p.cmd.Wait()         // of course it did not end well
	}
}

// visitor is a plain HTTP client with a cookie jar, as a script would use.
type visitor struct {
	p      *process
	client *http.Client
}

func (p *process) visitor() *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &visitor{p: p, client: &http.Client{Jar: jar}}
}

// answer is what came back, after redirects.
type answer struct {
	Status int
	Path   string
	Body   string
}

func (v *visitor) get(path string) answer {
	v.p.t.Helper()
	request, err := http.NewRequestWithContext(v.p.t.Context(), http.MethodGet, v.at(path), nil)
	if err != nil {
		v.p.t.Fatal(err)
	}
	got, err := v.do(request)
	if err != nil {
		v.p.t.Fatal(err)
	}
	return got
}

// post sends a form with pairs of names and values, with the Origin header of
// a browser.
func (v *visitor) post(path string, pairs ...string) answer {
	v.p.t.Helper()
	got, err := v.tryPost(v.p.t.Context(), path, pairs...)
	if err != nil {
		v.p.t.Fatal(err)
	}
	return got
}

func (v *visitor) tryPost(ctx context.Context, path string, pairs ...string) (answer, error) {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, v.at(path), strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", v.p.base)
	return v.do(request)
}

func (v *visitor) do(request *http.Request) (answer, error) {
	response, err := v.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // read to its end below
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	if response.StatusCode >= 500 {
		v.p.t.Errorf("%s %s answered %d", request.Method, request.URL.Path, response.StatusCode)
	}
	return answer{Status: response.StatusCode, Path: response.Request.URL.Path, Body: string(body)}, nil
}

// at takes a path or a whole link from a mail.
func (v *visitor) at(path string) string {
	if parsed, err := url.Parse(path); err == nil && parsed.IsAbs() {
		return v.p.base + parsed.RequestURI()
	}
	return v.p.base + path
}

// has reports whether the page has an element with all these attributes.
func (a answer) has(tag string, attributes ...string) bool {
	return a.find(tag, attributes...) != nil
}

func (a answer) find(tag string, attributes ...string) *html.Node {
	root, err := html.Parse(strings.NewReader(a.Body))
	if err != nil {
		return nil
	}
	var search func(*html.Node) *html.Node
	search = func(node *html.Node) *html.Node {
		if node.Type == html.ElementNode && node.Data == tag && matches(node, attributes) {
			return node
		}
		for child := node.FirstChild; child != nil; child = child.NextSibling {
			if found := search(child); found != nil {
				return found
			}
		}
		return nil
	}
	return search(root)
}

func matches(node *html.Node, attributes []string) bool {
	for i := 0; i+1 < len(attributes); i += 2 {
		if attribute(node, attributes[i]) != attributes[i+1] {
			return false
		}
	}
	return true
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
