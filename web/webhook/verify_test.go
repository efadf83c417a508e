package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func verify(secret string, h http.Header, body []byte) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	sent, _ := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(sent, 0)).Abs() > 5*time.Minute {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", h.Get("webhook-id"), sent, body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, got := range strings.Fields(h.Get("webhook-signature")) {
		if hmac.Equal([]byte(got), []byte(want)) {
			return true
		}
	}
	return false
}

// What docs/webhooks.md tells receivers in Go to do is what these tests do.
func TestDocumentedReceiver(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("verify_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, sample, _ := strings.Cut(string(document), "```go\n")
	sample, _, _ = strings.Cut(sample, "```")
	if sample == "" || !strings.Contains(string(source), sample) {
		t.Error("the sample in docs/webhooks.md is another one than the one here")
	}
}

// The example of the specification of Standard Webhooks.
func TestSignatureOfTheSpecification(t *testing.T) {
	t.Parallel()
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	sign(header, delivery("", key, "msg_p5jXN8AQM9LWM0D4loKWxJek", `{"test": 2432232314}`), time.Unix(1614265330, 0))
	if got := header.Get("webhook-signature"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
