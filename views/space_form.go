package views

import (
	"strconv"
	"strings"

	"guesthouse/static"
	"guesthouse/store"
)

// SpaceForm is what a space looks like and which rules it has, as it was typed.
type SpaceForm struct {
	Page
	Kind            store.SpaceKind
	Name            string
	Cover           string // preset:NAME; blob:HASH keeps the uploaded one
	MultiThread     bool
	FixedMembership bool
	UploadLost      bool // a picture was chosen, which a browser does not keep
}

// NewSpaceForm is the dialog New Guest Space, and that of the other kinds.
type NewSpaceForm struct {
	SpaceForm
	People    []FormMember
	Query     string           // who was looked for
	Templates []store.Template // models that the space can be made from
	Template  string           // the one that was chosen
}

// FormMember is somebody in the Members tab of a new space.
type FormMember struct {
	Person        Person
	Sub           string // address and division, to tell equal names apart
	Chosen        bool
	Administrator bool
	Self          bool
}

// SettingsPage is the form of a space's settings.
type SettingsPage struct {
	SpaceFrame
	Form           SpaceForm
	Body           string
	Publishing     string
	CompaniesApart bool
	Shows          store.Shows
	Own            map[string]string // settings of its own, as they were typed
	Version        int
	Changed        *store.Space // what somebody else saved meanwhile
	Preview        store.HTML   // of the text; "" when none was asked for
}

// cover is one entry of the cover chooser.
type cover struct{ value, name, image string }

func (m SpaceForm) covers() []cover {
	covers := make([]cover, 0, len(store.CoverPresets))
	for _, name := range store.CoverPresets {
		covers = append(covers, cover{value: "preset:" + name, name: m.T("cover." + name), image: static.Cover(name)})
	}
	return covers
}

// uploaded reports whether the space has a cover of its own, to keep.
func (m SpaceForm) uploaded() bool { return strings.HasPrefix(m.Cover, "blob:") }

// internalKinds are the kinds without guests.
var internalKinds = []store.SpaceKind{store.OpenSpace, store.PrivateSpace, store.SecretSpace}

func (m NewSpaceForm) tabs() []Tab {
	members := m.Errors.Has("members", "administrators") || m.Query != "" && len(m.Errors) == 0
	return []Tab{
		{Label: m.T("space.appearance"), URL: "#appearance", Count: NoCount, Panel: "appearance", Current: !members},
		{Label: m.T("space.members"), URL: "#members", Count: m.chosen(), Panel: "members", Current: members},
	}
}

// templates are the choices of a model, first none.
func (m NewSpaceForm) templates() []Option {
	options := []Option{{Label: m.T("space.from_scratch")}}
	for _, t := range m.Templates {
		options = append(options, Option{Value: t.ID.String(), Label: t.Name, Lang: LangOf(t.Name, "")})
	}
	return options
}

func (m NewSpaceForm) chosen() int {
	n := 0
	for _, person := range m.People {
		if person.Chosen {
			n++
		}
	}
	return n
}

func (m SettingsPage) version() string { return strconv.Itoa(m.Version) }
