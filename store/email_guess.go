package store

import (
	"strings"

	"golang.org/x/text/width"
)

// guessEmail is the address that was likely meant by a text that is none, or "".
// It is a suggestion only: nothing is sent to it before a person takes it.
func guessEmail(text string) Email {
	if len(text) > maxEmail*4 {
		return ""
	}
	// Input methods leave full-width letters, signs and dots behind.
	text = typedDots.Replace(width.Fold.String(text))
	text = spelledAt.Replace(strings.TrimPrefix(text, "mailto:"))
	text = strings.Map(func(r rune) rune {
		if blank(r) {
			return -1
		}
		return r
	}, text)
	text = strings.Trim(text, ".,;:<>()[]\"'")

	local, domain, _ := strings.Cut(text, "@")
	domain = strings.TrimLeft(domain, "@.") // two signs where one was meant
	domain = mistypedDots.Replace(domain)
	domain = asciiLower(domain)
	if whole, ok := providers[domain]; ok {
		domain = whole
	}
	if meant, ok := misspelt[domain]; ok {
		domain = meant
	}
	email, ok := canonicalEmail(strings.Trim(strings.ReplaceAll(local, "..", "."), ".") + "@" + domain)
	if !ok {
		return ""
	}
	return email
}

var (
	typedDots    = strings.NewReplacer("。", ".", "｡", ".")
	mistypedDots = strings.NewReplacer(",", ".", "..", ".")
	spelledAt    = strings.NewReplacer(" (at) ", "@", "(at)", "@", "[at]", "@", " at ", "@")
)

// providers are the mail services whose names people leave the end off.
var providers = map[string]string{
	"gmail": "gmail.com", "googlemail": "googlemail.com", "hotmail": "hotmail.com", "outlook": "outlook.com",
	"yahoo": "yahoo.com", "icloud": "icloud.com", "live": "live.com", "aol": "aol.com", "proton": "proton.me",
	"protonmail": "protonmail.com", "gmx": "gmx.net", "qq": "qq.com", "163": "163.com", "126": "126.com",
	"sina": "sina.com", "foxmail": "foxmail.com", "docomo": "docomo.ne.jp", "softbank": "softbank.ne.jp",
}

// misspelt are domains under which only those wait who hope for other people's
// mail. An invitation must not go there, so an address in one is refused.
var misspelt = map[string]string{
	"gmial.com": "gmail.com", "gmai.com": "gmail.com", "gmal.com": "gmail.com", "gamil.com": "gmail.com",
	"gnail.com": "gmail.com", "gmail.con": "gmail.com", "gmail.cm": "gmail.com", "gmail.co": "gmail.com",
	"gmaill.com": "gmail.com", "gmail.cmo": "gmail.com", "gmail.comm": "gmail.com",
	"hotmial.com": "hotmail.com", "hotmai.com": "hotmail.com", "hotmal.com": "hotmail.com", "hotmail.con": "hotmail.com",
	"outlok.com": "outlook.com", "outloook.com": "outlook.com", "outlook.con": "outlook.com",
	"yaho.com": "yahoo.com", "yahooo.com": "yahoo.com", "yahoo.con": "yahoo.com",
	"iclod.com": "icloud.com", "icloud.con": "icloud.com",
}
