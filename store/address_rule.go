package store

import (
	"context"
	"strings"
)

// Errors of the address rules: whom an organisation lets in as a guest at all.
// Args: Domain. Each names the setting that it comes from.
var (
	ErrDomainRefused    = &Error{Kind: Conflict, Code: "domain_refused", Setting: "invite.refused_domains"}
	ErrDomainNotAllowed = &Error{Kind: Conflict, Code: "domain_not_allowed", Setting: "invite.allowed_domains"}
	ErrOwnDomain        = &Error{Kind: Conflict, Code: "own_domain", Setting: "invite.own_domains"}
)

// AddressAllowed says whether a guest may have the address: it is nil,
// ErrOwnDomain, ErrDomainRefused or ErrDomainNotAllowed. The organisation's own
// domains come first, since their people can be added as members; what is
// refused stays so although it is also allowed. A guest without e-mail has no
// domain, which no rule is about.
func (p Policy) AddressAllowed(email Email) error {
	if email == "" {
		return nil
	}
	domain := email.Domain()
	for _, rule := range []struct {
		err  *Error
		hits bool
	}{
		{ErrOwnDomain, domainIn(p.Domains("invite.own_domains"), domain)},
		{ErrDomainRefused, domainIn(p.Domains("invite.refused_domains"), domain)},
		{ErrDomainNotAllowed, !p.allowsDomain(domain)},
	} {
		if rule.hits {
			return rule.err.With("", "Domain", domain, "Address", string(email))
		}
	}
	return nil
}

// allowsDomain is true for every domain where none is listed.
func (p Policy) allowsDomain(domain string) bool {
	allowed := p.Domains("invite.allowed_domains")
	return len(allowed) == 0 || domainIn(allowed, domain)
}

// domainIn reports whether a list names the domain: "partner.example" is that
// domain alone, ".partner.example" also everything below it.
func domainIn(list []string, domain string) bool {
	for _, entry := range list {
		base, below := strings.CutPrefix(entry, ".")
		if domain == base || below && strings.HasSuffix(domain, entry) {
			return true
		}
	}
	return false
}

// addressAllowed asks the organisation's rules about an address; see
// Policy.AddressAllowed.
func (tx tx) addressAllowed(ctx context.Context, email Email) error {
	e, err := tx.environment(ctx)
	if err != nil {
		return err
	}
	return e.Policy.AddressAllowed(email)
}

// verdictOf is a refusal by the address rules as a verdict, "" for none.
func verdictOf(refusal error) Verdict {
	for verdict, err := range addressRefusals {
		if err.Is(refusal) {
			return verdict
		}
	}
	return ""
}

// addressRefusals are the verdicts that come from an address rule.
var addressRefusals = map[Verdict]*Error{
	VerdictOwnDomain:        ErrOwnDomain,
	VerdictDomainRefused:    ErrDomainRefused,
	VerdictDomainNotAllowed: ErrDomainNotAllowed,
}

// Setting is the policy setting that a verdict comes from, or "".
func (v Verdict) Setting() string {
	if err, ok := addressRefusals[v]; ok {
		return err.Setting
	}
	return ""
}
