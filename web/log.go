package web

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// accessLevel keeps what programs ask all day out of the ordinary log.
func accessLevel(c echo.Context) slog.Level {
	switch patternOf(c) {
	case healthPath, readyPath, staticPattern:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

func accessAttrs(c echo.Context, took time.Duration) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("id", requestID(c)),
		slog.String("method", methodOf(c)),
		slog.String("route", patternOf(c)),
		slog.Int("status", c.Response().Status),
		slog.Int64("bytes", c.Response().Size),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if visit := visitOf(c); visit != nil {
		attrs = append(attrs, slog.String("account", visit.Account.ID.String()))
	}
	return attrs
}

// methodOf is the request's method, if it is one that a client does not make up.
func methodOf(c echo.Context) string {
	switch method := c.Request().Method; method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "OTHER"
}

// patternOf is the route's pattern, "" when no route has answered.
func patternOf(c echo.Context) string {
	if r, ok := c.Get(keyRoute).(*route); ok {
		return r.pattern
	}
	return ""
}

func requestID(c echo.Context) string {
	id, _ := c.Get(keyRequestID).(string)
	return id
}
