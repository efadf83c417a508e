//go:build ignore

// Generate writes common.txt from the password list of the npm package
// @zxcvbn-ts/language-common 4.1.3 (MIT, see LICENSE):
//
//	npm pack @zxcvbn-ts/language-common@4.1.3 && tar xzf *.tgz
//	go run store/passwords/generate.go package/src/passwords.json
//
// The list is in the order of frequency. What is kept: all that reach 10
// characters, which the preset "modern" could meet, and then the most common of 8
// and more, for organisations that set their own minimum, up to 10,000 in all.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	wanted  = 10_000
	fits    = 8
	fitsAll = 10
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		log.Fatal(err)
	}
	var kept []string
	for _, least := range []int{fitsAll, fits} {
		for _, password := range list {
			password = strings.ToLower(password)
			if n := utf8.RuneCountInString(password); n >= least && (least == fitsAll || n < fitsAll) && len(kept) < wanted {
				kept = append(kept, password)
			}
		}
	}
	slices.Sort(kept)
	kept = slices.Compact(kept)
	if err := os.WriteFile("store/passwords/common.txt", []byte(strings.Join(kept, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(kept), "passwords")
}
