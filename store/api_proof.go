package store

import (
	"sync"
	"time"
)

const (
	proofLife  = 5 * time.Minute
	proofsKept = 1000
)

// proof remembers, in this process only, that a password was right. It holds
// the hash that it was right for: another password, by whatever path, ends it.
type proof struct {
	mu    sync.Mutex // whoever brings the same password waits for one comparison
	phc   string
	until time.Time

	mark  [32]byte
	users int
}

// proofs are the passwords that were right a moment ago, by a mark that only we
// can make of login, password and client.
type proofs struct {
	mu  sync.Mutex
	all map[[32]byte]*proof
}

func (p *proofs) take(mac []byte) *proof {
	p.mu.Lock()
	defer p.mu.Unlock()
	mark := [32]byte(mac)
	if p.all == nil || len(p.all) >= proofsKept {
		p.makeRoom()
	}
	one := p.all[mark]
	if one == nil {
		one = &proof{mark: mark}
		p.all[mark] = one
	}
	one.users++
	return one
}

// makeRoom keeps only what is being used.
func (p *proofs) makeRoom() {
	kept := map[[32]byte]*proof{}
	for mark, one := range p.all {
		if one.users > 0 {
			kept[mark] = one
		}
	}
	p.all = kept
}

// give ends the use of a proof. A password that was wrong is not remembered.
func (p *proofs) give(one *proof) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if one.users--; one.users == 0 && one.phc == "" {
		delete(p.all, one.mark)
	}
}
