package api

import (
	"errors"
	"net/http"

	"guesthouse/store"
)

// threadCalls are about what is written in a space.
func (a *API) threadCalls() []*call {
	return []*call{
		with(store.APIContent, http.MethodPost, "space/thread", a.addThread),
		with(store.APIContent, http.MethodPut, "space/thread", a.updateThread),
		with(store.APIContent, http.MethodPost, "space/thread/comment", a.addThreadComment),
	}
}

// idAnswer is the ID of what was made.
type idAnswer struct {
	ID string `json:"id"`
}

// threadInput is a new thread.
type threadInput struct {
	Space store.ID `api:"space,required"`
	Name  string   `api:"name,required,max=128"`
}

// addThread begins a thread in a space with several.
func (a *API) addThread(q *request, in threadInput) (any, error) {
	if _, err := q.inSpace(in.Space, store.ToWrite); err != nil {
		return nil, err
	}
	t, err := a.Store.CreateThread(q.Context(), q.actor(), in.Space, store.NewThread{Name: in.Name})
	return idAnswer{ID: t.ID.String()}, oneThread(err, "space")
}

// oneThread is that a space has one thread only, as what is wrong with a parameter.
func oneThread(err error, path string) error {
	if !errors.Is(err, store.ErrOneThread) {
		return err
	}
	var known *store.Error
	if errors.As(err, &known) && known.Field != "" {
		path = known.Field
	}
	return problems{{path: path, err: store.ErrOneThread}}
}

// threadChange is what changes of a thread; what is left out stays.
type threadChange struct {
	ID   store.ID `api:"id,required"`
	Name *string  `api:"name,max=128"`
	Body *string  `api:"body,max=65535"`
}

// updateThread changes a thread, which names its space by itself.
func (a *API) updateThread(q *request, in threadChange) (any, error) {
	space, err := a.Store.SpaceOfThread(q.Context(), q.actor(), in.ID)
	if err != nil {
		return nil, err
	}
	sp, err := a.Store.Space(q.Context(), q.actor(), space, store.ToOpen)
	if err != nil {
		return nil, err
	}
	if err := q.formFits(sp); err != nil {
		return nil, err
	}
	err = a.Store.ChangeThread(q.Context(), q.actor(), space, in.ID, store.ThreadChange{Name: in.Name, HTML: in.Body})
	return nil, oneThread(err, "name")
}

// commentInput is a comment in a thread.
type commentInput struct {
	Space   store.ID    `api:"space,required"`
	Thread  store.ID    `api:"thread,required"`
	Comment commentText `api:"comment,required"`
}

type commentText struct {
	Text     string        `api:"text,max=65535"`
	Files    []commentFile `api:"files,max=5"`
	Mentions []entity      `api:"mentions,max=10"`
}

type commentFile struct {
	FileKey string `api:"fileKey,required,max=200"`
	Width   int    `api:"width,min=100,max=750"`
}

// addThreadComment says something in a thread; mentions stand before the text.
func (a *API) addThreadComment(q *request, in commentInput) (any, error) {
	if _, err := q.inSpace(in.Space, store.ToWrite); err != nil {
		return nil, err
	}
	comment := store.PlainComment{Text: in.Comment.Text}
	for _, file := range in.Comment.Files {
		comment.Files = append(comment.Files, store.KeyedFile{Key: file.FileKey, Width: file.Width})
	}
	for _, person := range in.Comment.Mentions {
		comment.Mentions = append(comment.Mentions, person.Code)
	}
	c, err := a.Store.AddPlainComment(q.Context(), q.actor(), in.Space, in.Thread, comment)
	if errors.Is(err, store.ErrUploadGone) {
		return nil, noFile
	}
	return idAnswer{ID: c.ID.String()}, under("comment", err)
}

// under puts the name of an object before the fields of what is wrong with it.
func under(object string, err error) error {
	var several store.Problems
	var one *store.Error
	switch {
	case errors.As(err, &several):
	case errors.As(err, &one) && one.Field != "":
		several = store.Problems{one}
	default:
		return err
	}
	inner := make(store.Problems, len(several))
	for i, problem := range several {
		inner[i] = problem.With(object + "." + problem.Field)
	}
	return inner
}
