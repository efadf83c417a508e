package static

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sheet is the style sheet without its comments, cut into its layers.
func sheet(t *testing.T) map[string]string {
	t.Helper()
	css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(file(t, "css/app.css")), "")
	layers := map[string]string{}
	for _, at := range regexp.MustCompile(`@layer (\w+) \{`).FindAllStringSubmatchIndex(css, -1) {
		depth, from := 1, at[1]
		end := from
		for ; end < len(css) && depth > 0; end++ {
			switch css[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		layers[css[at[2]:at[3]]] += css[from : end-1]
	}
	rest := regexp.MustCompile(`(?m)^@layer [\w, ]+;$`).ReplaceAllString(css, "")
	for _, body := range layers {
		rest = strings.Replace(rest, body, "", 1)
	}
	if rest = regexp.MustCompile(`@layer \w+ \{\}|\s`).ReplaceAllString(rest, ""); rest != "" {
		t.Errorf("outside of the layers: %.80q", rest)
	}
	return layers
}

func TestLayers(t *testing.T) {
	t.Parallel()
	order := "@layer reset, tokens, base, layout, components, screens, utilities, print;"
	if !strings.Contains(string(file(t, "css/app.css")), order) {
		t.Errorf("the style sheet does not say %q", order)
	}
	colour := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|hwb|o?klch|o?klab|lab|lch)\(|[\s:,(](?:white|black|red|green|blue|gray|grey|silver|yellow|orange|purple)[\s;,)]`)
	layers := sheet(t)
	for name, body := range layers {
		if found := colour.FindString(body); name != "tokens" && found != "" {
			t.Errorf("layer %s has the colour %q: colours are tokens", name, found)
		}
		if name != "utilities" && strings.Contains(body, "!important") {
			t.Errorf("layer %s has !important", name)
		}
		if strings.Contains(body, "url(") {
			t.Errorf("layer %s loads something with url()", name)
		}
	}
	if len(layers) != 8 {
		t.Errorf("%d layers", len(layers))
	}
}

// tokens are the values of the first block and, with light-dark(), of the
// second.
func tokens(t *testing.T) (first, both map[string]string) {
	t.Helper()
	fallback, supports, found := strings.Cut(sheet(t)["tokens"], "@supports (color: light-dark(#000, #fff)) {")
	if !found {
		t.Fatal("no block for browsers with light-dark()")
	}
	supports, _, _ = strings.Cut(supports, `:root[data-theme`)
	declaration := regexp.MustCompile(`(--[\w-]+):\s*([^;]+);`)
	read := func(css string) map[string]string {
		values := map[string]string{}
		for _, m := range declaration.FindAllStringSubmatch(css, -1) {
			values[m[1]] = m[2]
		}
		return values
	}
	return read(fallback), read(supports)
}

// pair cuts light-dark(a, b) into a and b wherever it stands in the value.
func pair(value string) (light, dark string) {
	before, rest, found := strings.Cut(value, "light-dark(")
	if !found {
		return value, value
	}
	depth, comma, end := 1, 0, 0
	for i := 0; i < len(rest) && depth > 0; i++ {
		switch rest[i] {
		case '(':
			depth++
		case ')':
			depth--
			end = i
		case ',':
			if depth == 1 {
				comma = i
			}
		}
	}
	restLight, restDark := pair(rest[end+1:])
	return before + rest[:comma] + restLight, before + strings.TrimSpace(rest[comma+1:end]) + restDark
}

func TestFallbackIsTheLightTheme(t *testing.T) {
	t.Parallel()
	first, both := tokens(t)
	if len(both) < 35 {
		t.Fatalf("only %d colours found", len(both))
	}
	for name, value := range both {
		if light, dark := pair(value); first[name] != light || light == dark {
			t.Errorf("%s: fallback %q, light %q, dark %q", name, first[name], light, dark)
		}
	}
	colour := regexp.MustCompile(`^#[0-9a-f]{6}$`)
	for name, value := range first {
		if _, ok := both[name]; colour.MatchString(value) && !ok {
			t.Errorf("%s has no dark value", name)
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		t.Fatalf("no colour: %q", hex)
	}
	part := func(shift int) float64 {
		c := float64(rgb>>shift&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*part(16) + .7152*part(8) + .0722*part(0)
}

// Every pair of ink and ground that occurs can be read, in both themes.
func TestContrast(t *testing.T) {
	t.Parallel()
	_, both := tokens(t)
	grounds := []string{"--paper", "--surface", "--sunken", "--raised"}
	soft := []string{"--accent-soft", "--guest-soft", "--ok-soft", "--info-soft", "--warn-soft", "--danger-soft", "--neutral-soft"}
	for _, c := range []struct {
		inks, grounds []string
		least         float64
	}{
		{[]string{"--ink"}, []string{"--paper", "--surface"}, 14.4},
		{[]string{"--ink"}, slices.Concat(grounds, soft), 10.5},
		{[]string{"--ink-2"}, grounds, 6.9},
		{[]string{"--ink-2"}, []string{"--guest-soft", "--warn-soft"}, 6.9},
		{[]string{"--ink-3"}, slices.Concat(grounds, []string{"--neutral-soft"}), 4.5},
		{[]string{"--line-strong"}, grounds, 3.1},
		{[]string{"--on-accent"}, []string{"--accent", "--accent-hover"}, 7.7},
		{[]string{"--accent-ink"}, append(slices.Clone(grounds), "--accent-soft"), 7.7},
		{[]string{"--guest-ink"}, append(slices.Clone(grounds), "--guest-soft"), 8.6},
		{[]string{"--ok-ink"}, []string{"--ok-soft", "--surface"}, 6.5},
		{[]string{"--info-ink"}, []string{"--info-soft", "--surface"}, 6.5},
		{[]string{"--warn-ink"}, []string{"--warn-soft", "--surface"}, 6.5},
		{[]string{"--danger-ink"}, []string{"--danger-soft", "--surface"}, 6.5},
		{[]string{"--neutral-ink"}, []string{"--neutral-soft", "--surface"}, 6.5},
		{[]string{"--on-danger"}, []string{"--danger"}, 6.5},
		{[]string{"--focus"}, grounds, 5.1},
	} {
		for _, ink := range c.inks {
			for _, ground := range c.grounds {
				inkLight, inkDark := pair(both[ink])
				groundLight, groundDark := pair(both[ground])
				for theme, colours := range map[string][2]string{"light": {inkLight, groundLight}, "dark": {inkDark, groundDark}} {
					a, b := luminance(t, colours[0]), luminance(t, colours[1])
					if got := (max(a, b) + .05) / (min(a, b) + .05); got < c.least {
						t.Errorf("%s on %s in %s: %.2f, want %.2f", ink, ground, theme, got, c.least)
					}
				}
			}
		}
	}
}
