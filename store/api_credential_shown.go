package store

import (
	"encoding/json"
	"time"
)

// ShownAPICredential is a value on its way to the one page that shows it.
type ShownAPICredential struct {
	ID    ID     `json:"id"`
	Value string `json:"value"`
}

// shownLife is how long a value waits for its page.
const shownLife = time.Minute

// sealedAPICredential is what is sealed of it.
type sealedAPICredential struct {
	ShownAPICredential

	Until time.Time `json:"until"`
}

// SealAPICredential hides a value, so that the browser of this session can carry
// it to the page that shows it: the portal keeps it nowhere.
func (s *Store) SealAPICredential(session Session, shown ShownAPICredential) ([]byte, error) {
	text, err := json.Marshal(sealedAPICredential{shown, s.Now().Add(shownLife)})
	if err != nil {
		return nil, err
	}
	return s.key.Seal("api-credential", text, []byte(session.ID.String()))
}

// OpenAPICredential is what SealAPICredential hid for this session a moment ago.
func (s *Store) OpenAPICredential(session Session, sealed []byte) (ShownAPICredential, bool) {
	text, err := s.key.Open("api-credential", sealed, []byte(session.ID.String()))
	if err != nil {
		return ShownAPICredential{}, false
	}
	var opened sealedAPICredential
	if err := json.Unmarshal(text, &opened); err != nil || !s.Now().Before(opened.Until) {
		return ShownAPICredential{}, false
	}
	return opened.ShownAPICredential, true
}
