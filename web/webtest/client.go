package webtest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Client is one browser. It does not follow redirects by itself: see Page.Follow.
type Client struct {
	Language string // what it sends as Accept-Language; "" for en

	world *World
	t     testing.TB
	http  *http.Client
}

// File is a file in a form.
type File struct {
	Name    string
	Content []byte
}

// Get opens a page.
func (c *Client) Get(path string) *Page {
	c.t.Helper()
	return c.Do(c.Request(http.MethodGet, path, nil))
}

// Fragment opens a page as the browser's script does to show a dialog.
func (c *Client) Fragment(path string) *Page {
	c.t.Helper()
	r := c.Request(http.MethodGet, path, nil)
	r.Header.Set("HX-Request", "true")
	return c.Do(r)
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) *Page {
	c.t.Helper()
	r := c.Request(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.Do(r)
}

// PostFiles sends a form with files.
func (c *Client) PostFiles(path string, form url.Values, files map[string]File) *Page {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			c.must(w.WriteField(name, value))
		}
	}
	for name, file := range files {
		part, err := w.CreateFormFile(name, file.Name)
		c.must(err)
		_, err = part.Write(file.Content)
		c.must(err)
	}
	c.must(w.Close())
	r := c.Request(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.Do(r)
}

// Request is a request as a browser would make it from a page of the portal,
// for tests that want to change something about it.
func (c *Client) Request(method, path string, body io.Reader) *http.Request {
	c.t.Helper()
	if !strings.HasPrefix(path, "http://") && !strings.HasPrefix(path, "https://") {
		path = c.world.URL + path
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, path, body)
	c.must(err)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", c.language())
	if method != http.MethodGet && method != http.MethodHead {
		r.Header.Set("Origin", "null") // as our Referrer-Policy makes browsers say it
	}
	return r
}

// Do sends a request and fails the test when the answer is 500 or above, 503
// and 507 with a page excepted.
func (c *Client) Do(r *http.Request) *Page {
	c.t.Helper()
	response, err := c.http.Do(r)
	c.must(err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	c.must(err)
	page := &Page{
		Status: response.StatusCode, Header: response.Header, Body: string(body), URL: response.Request.URL,
		client: c, t: c.t,
	}
	if page.Status >= 500 && page.Status != http.StatusServiceUnavailable && page.Status != http.StatusInsufficientStorage {
		c.t.Fatalf("%s %s answers %d\n%s", r.Method, r.URL.Path, page.Status, c.world.Log())
	}
	return page
}

// SetCookie puts a cookie into the browser.
func (c *Client) SetCookie(name, value string) {
	c.http.Jar.SetCookies(c.base(), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// Cookie is the value of one of the browser's cookies, "" when there is none.
func (c *Client) Cookie(name string) string {
	for _, cookie := range c.http.Jar.Cookies(c.base()) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

func (c *Client) base() *url.URL {
	base, err := url.Parse(c.world.URL)
	c.must(err)
	return base
}

func (c *Client) language() string {
	if c.Language != "" {
		return c.Language
	}
	return "en"
}

func (c *Client) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}
