package store

import (
	"context"
	"slices"
	"strings"
)

// examineStranger looks at an address that nobody signs in with: who had it,
// and what became of invitations.
func (tx tx) examineStranger(ctx context.Context, d *Diagnosis) error {
	if err := tx.examineInvitations(ctx, d); err != nil {
		return err
	}
	moved, err := scanAccount(tx.row(ctx, `
		SELECT `+accountColumns+`
		FROM former_addresses f
		JOIN accounts a ON a.id = f.account_id
		WHERE f.email = $1 AND a.deleted_at IS NULL
		ORDER BY f.until_at DESC
		LIMIT 1`, d.Address))
	if missing(err, nil) != nil {
		return err
	}
	if moved.ID != 0 {
		d.Account = moved
		d.find(Finding{What: AddressChanged, By: moved})
	}
	gone, err := scanAccount(tx.row(ctx, `
		SELECT `+accountColumns+`
		FROM accounts a
		WHERE a.login_key = $1 AND a.deleted_at IS NOT NULL
		ORDER BY a.id DESC
		LIMIT 1`, d.Address))
	if missing(err, nil) != nil {
		return err
	}
	if gone.ID != 0 {
		if d.Account.ID == 0 {
			d.Account = gone
		}
		by, err := tx.lastActor(ctx, gone.ID, "guest.deleted")
		if err != nil {
			return err
		}
		d.find(Finding{What: AccountDeleted, At: gone.DeletedAt, By: by, Reason: gone.StatusReason})
	}
	if len(d.Findings) == 0 {
		d.find(Finding{What: NotInvited})
	}
	return nil
}

// maxFoundInvitations bounds how many invitations one diagnosis tells.
const maxFoundInvitations = 5

// examineInvitations finds what became of the newest invitations of an address
// that nobody has accepted.
func (tx tx) examineInvitations(ctx context.Context, d *Diagnosis) error {
	rows, err := tx.query(ctx, `
		SELECT `+invitationColumns+`, COALESCE(s.name, ''), `+personColumns+`
		FROM invitations i
		JOIN accounts a ON a.id = i.inviter_id
		LEFT JOIN spaces s ON s.id = i.space_id
		WHERE i.email = $1 AND i.status IN ('pending', 'declined', 'cancelled')
		ORDER BY i.id DESC
		LIMIT $2`, d.Address, maxFoundInvitations)
	type found struct {
		Invitation
		name    string
		inviter Account
	}
	list, err := all(rows, err, func(row scanner) (f found, err error) {
		return f, row.Scan(append(append(f.scan(), &f.name), f.inviter.scanPerson()...)...)
	})
	for _, f := range list {
		finding := Finding{
			What: InvitationOpen, By: f.inviter, At: f.CreatedAt, Until: f.ExpiresAt, Space: f.Space, Name: f.name, Reply: f.DeliveryReply,
		}
		switch {
		case f.Status == InvitationDeclined:
			finding.What = InvitationRefused
		case f.Status == InvitationCancelled:
			finding.What = InvitationEnded
		case !tx.now.Before(f.ExpiresAt):
			finding.What = InvitationExpired
		case f.Delivery == "failed":
			finding.What = InvitationFailed
		case f.Delivery == "queued" || f.Delivery == "deferred":
			finding.What = InvitationUnsent
		}
		d.find(finding)
	}
	// What can still be used comes first.
	slices.SortStableFunc(d.Findings, func(a, b Finding) int { return rank(a.What) - rank(b.What) })
	return err
}

func rank(what Hindrance) int {
	switch what {
	case InvitationOpen, InvitationUnsent, InvitationFailed:
		return 0
	case InvitationExpired:
		return 1
	}
	return 2
}

// Bounds of the search for similar addresses.
const (
	similarStart = 2   // signs that both begin with
	similarRead  = 500 // addresses that are compared
	similarShown = 5
)

// similar are the addresses of guests and open invitations that one takes for
// this one: with a slip of the finger, or at another domain (S2-15).
func (tx tx) similar(ctx context.Context, address string) ([]Similar, error) {
	if len(address) < similarStart {
		return nil, nil
	}
	start := address[:similarStart]
	rows, err := tx.query(ctx, `
		SELECT login_key, id FROM (
			SELECT a.login_key, a.id FROM accounts a
			WHERE a.deleted_at IS NULL AND a.login_key >= $1 AND a.login_key < $2
			LIMIT $3) known
		UNION ALL
		SELECT email, 0 FROM (
			SELECT i.email FROM invitations i
			WHERE i.email >= $1 AND i.email < $2 AND i.status = 'pending'
			LIMIT $3) invited`, start, start+"\x7f", similarRead)
	list, err := all(rows, err, func(row scanner) (s Similar, err error) { return s, row.Scan(&s.Address, &s.Account) })
	seen := map[string]bool{address: true}
	var found []Similar
	for _, one := range list {
		if !seen[one.Address] && len(found) < similarShown && alike(address, one.Address) {
			seen[one.Address] = true
			found = append(found, one)
		}
	}
	return found, err
}

// alike reports whether two addresses are easily taken for each other.
func alike(a, b string) bool {
	localA, _, okA := strings.Cut(a, "@")
	localB, _, okB := strings.Cut(b, "@")
	return okA && okB && localA == localB || distance(a, b) <= 2
}

// distance is how many signs must be put in, taken out or changed to get from
// one text to the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
