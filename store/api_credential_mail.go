package store

import (
	"context"
	"time"
)

// apiCredentialMail is mail.APICredential.
type apiCredentialMail struct {
	Kind   APICredentialKind `json:"kind"`
	Name   string            `json:"name"`
	Scopes []APIScope        `json:"scopes"`
	EndsAt time.Time         `json:"ends_at"`
	MadeAt time.Time         `json:"made_at"`
	Device Device            `json:"device"`
}

// tellAPICredential mails the owner that there is a new way into the account.
func (tx tx) tellAPICredential(ctx context.Context, owner Account, c APICredential, agent string) error {
	if owner.Email == "" {
		return nil
	}
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	_, err = tx.queue(ctx, newMail{
		Kind: MailAPICredential, Lane: LaneRest, To: owner.Email, Account: owner.ID,
		Locale: e.localeOf(owner), TimeZone: owner.TimeZone,
		Data: apiCredentialMail{
			Kind: c.Kind, Name: c.Name, Scopes: c.Scopes, EndsAt: c.ExpiresAt, MadeAt: tx.now, Device: deviceOf(ctx, agent),
		},
	})
	return err
}
