package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"guesthouse/store"
)

// sendPicture sends a stored picture to somebody who may see it, and closes
// it. The browser may keep it and asks each time whether it still may (SEC-S9).
func sendPicture(c echo.Context, picture store.Picture) error {
	defer func() { _ = picture.Close() }() // it was only read
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, picture.Type)
	h.Set(echo.HeaderCacheControl, "private, no-cache")
	h.Set("ETag", `"`+picture.Hash+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, picture)
	return nil
}
