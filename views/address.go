package views

// AddressPage asks for another address for one's own account.
type AddressPage struct {
	Page
	Current string // the address of today
	Typed   string
	Sent    bool
}

// AddressLinkPage is where the mailed link to a new address leads.
type AddressLinkPage struct {
	Page
	Token         string
	Before, After string
}
