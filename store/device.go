package store

import (
	"context"
	"strings"
)

// Device is where something was done from, as a mail or a list shows it.
type Device struct {
	Agent   string `json:"agent,omitempty"`   // "Firefox (Windows)"
	Address string `json:"address,omitempty"` // of the client
}

func deviceOf(ctx context.Context, agent string) Device {
	return Device{Agent: AgentName(agent), Address: originOf(ctx).Address}
}

// Names of browsers and systems, in the order in which they must be looked
// for: most browsers call themselves Chrome and Safari too.
var (
	browserMarks = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systemMarks = [][2]string{
		{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// AgentName says which browser on which system a User-Agent is, in words that
// are the same in every language. It is "" for one that we do not know.
func AgentName(agent string) string {
	browser, system := marked(agent, browserMarks), marked(agent, systemMarks)
	switch {
	case browser == "" || system == "":
		return browser + system
	default:
		return browser + " (" + system + ")"
	}
}

func marked(agent string, marks [][2]string) string {
	for _, mark := range marks {
		if strings.Contains(agent, mark[0]) {
			return mark[1]
		}
	}
	return ""
}
