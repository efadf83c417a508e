package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// serveMetrics answers Prometheus and pprof on an address of their own, which
// the portal's visitors cannot reach (SEC-S10). An empty address is none.
func serveMetrics(ctx context.Context, address string, log *slog.Logger) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	listeners, port, err := listen(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.Handler())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	for _, listener := range listeners {
		go func() {
			if err := server.Serve(listener); err != nil && err != http.ErrServerClosed { //nolint:errorlint // the library's own value
				log.Error("serve metrics", "error", err)
			}
		}()
	}
	log.Info("metrics are served", "port", port)
	return func() { _ = server.Close() }, nil // nobody waits for metrics
}
