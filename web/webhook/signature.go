package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"guesthouse/store"
)

// sign puts the headers of Standard Webhooks on a request: whose event it is,
// when it is sent, and one signature for each secret that is valid now.
func sign(header http.Header, d store.Delivery, now time.Time) {
	timestamp := strconv.FormatInt(now.Unix(), 10)
	signatures := make([]string, len(d.Secrets))
	for i, secret := range d.Secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(d.MessageID + "." + timestamp + "."))
		mac.Write(d.Payload)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	header.Set("Webhook-Id", d.MessageID)
	header.Set("Webhook-Timestamp", timestamp)
	header.Set("Webhook-Signature", strings.Join(signatures, " "))
}
