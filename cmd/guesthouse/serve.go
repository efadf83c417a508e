package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"guesthouse/store"
	"guesthouse/web"
	"guesthouse/web/webhook"

	mailer "guesthouse/mail"
)

// serveCommand runs the portal; its fields are the settings of product use.
type serveCommand struct {
	place
	logging

	Addr             string   `help:"Address to listen on. localhost means every loopback address; port 0 picks one and prints it." default:"localhost:8080"`
	SMTP             string   `name:"smtp" help:"smtp://user:password@host:587 (STARTTLS) or smtps://… (TLS), with ?tls=none, starttls or required. Empty: the built-in mailbox at /dev/mailbox." placeholder:"URL"`
	MailFrom         string   `help:"Sender of every mail. Guesthouse <guesthouse@HOST of the base URL> when empty." placeholder:"ADDRESS"`
	Preset           string   `help:"Policy at the first start: ${enum}." enum:"guesthouse,guest-spaces,workspaces,groups" default:"guesthouse"`
	Organization     string   `help:"Name of the organisation at the first start." default:"Guesthouse"`
	AdminEmail       string   `help:"With --admin-password: makes the first administrator when there is none." placeholder:"ADDRESS"`
	AdminPassword    string   `help:"Password of the first administrator, 15 characters at least." placeholder:"PASSWORD"`
	AdminName        string   `help:"Name of the first administrator." default:"Administrator"`
	Limits           string   `help:"open lifts the rate limits for load tests; only with a loopback base URL." enum:"standard,open" default:"standard"`
	TrustedProxies   []string `help:"Networks whose X-Forwarded-For counts, for example 127.0.0.1/32." placeholder:"NETWORK"`
	OutgoingNetworks []string `help:"Networks that webhooks may lead to though they are private, also without encryption, for example 10.20.0.0/16." placeholder:"NETWORK"`
	MetricsAddr      string   `help:"Address for Prometheus metrics and pprof, apart from the portal. Empty: none." placeholder:"ADDRESS"`
}

// memoryLimit makes the collector work harder before a small machine swaps.
const memoryLimit = 512 << 20

// Run serves until ctx ends.
func (c *serveCommand) Run(ctx context.Context) error {
	debug.SetMemoryLimit(memoryLimit)
	log := c.logger()
	slog.SetDefault(log)
	unlock, err := lockData(c.Data)
	if err != nil {
		return err
	}
	defer unlock()
	listeners, port, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	portal, err := c.open(ctx, log, port)
	if err != nil {
		closeAll(listeners)
		return err
	}
	defer portal.close()
	if err := portal.announce(ctx, c); err != nil {
		closeAll(listeners)
		return err
	}
	return portal.serve(ctx, c.MetricsAddr, listeners)
}

// portal is everything that runs.
type portal struct {
	base    *url.URL
	store   *store.Store
	server  *web.Server
	worker  *mailer.Worker
	caller  *webhook.Worker
	mailbox *mailer.Mailbox // nil with a mail server
	log     *slog.Logger
}

func (c *serveCommand) open(ctx context.Context, log *slog.Logger, port int) (*portal, error) {
	base, err := c.baseURL(port)
	if err != nil {
		return nil, err
	}
	if c.Limits == "open" && !loopback(base.Hostname()) {
		return nil, fmt.Errorf("--limits open is for load tests: it needs a loopback --base-url, not %s", base.Host)
	}
	sender, err := c.sender(base)
	if err != nil {
		return nil, err
	}
	proxies, err := parseNetworks("trusted-proxies", c.TrustedProxies)
	if err != nil {
		return nil, err
	}
	outgoing, err := parseNetworks("outgoing-networks", c.OutgoingNetworks)
	if err != nil {
		return nil, err
	}
	p := &portal{base: base, log: log}
	transport, err := c.transport(p, base)
	if err != nil {
		return nil, err
	}
	p.store, err = store.Open(ctx, store.Options{
		Data: c.Data, Database: c.Database, Host: base.Hostname(), Open: c.Limits == "open", Log: log,
		Outgoing: store.Outgoing{Networks: outgoing},
	})
	if err != nil {
		return nil, err
	}
	if c.Database == "" { // the lock of the data folder keeps everybody else out
		if err := errors.Join(p.store.ReleaseMails(ctx), p.store.ReleaseDeliveries(ctx), p.store.ReleaseLeases(ctx)); err != nil {
			p.closeStore()
			return nil, err
		}
	}
	p.worker = &mailer.Worker{Outbox: p.store, Transport: transport, Log: log, Environment: p.mailEnvironment(sender)}
	p.caller = &webhook.Worker{Queue: p.store, Sender: &webhook.Sender{Outgoing: p.store.Outgoing()}, Log: log}
	p.server, err = web.New(web.Config{
		Store: p.store, BaseURL: base, TrustedProxies: proxies, Log: log, Version: version,
		Mailbox: p.mailbox, Mail: mailSettings(transport, sender),
	})
	if err != nil {
		p.closeStore()
		return nil, err
	}
	return p, nil
}

// transport is the mail server of --smtp, or the built-in mailbox.
func (c *serveCommand) transport(p *portal, base *url.URL) (mailer.Transport, error) {
	if c.SMTP == "" {
		p.mailbox = &mailer.Mailbox{}
		return p.mailbox, nil
	}
	server, err := mailer.ParseSMTP(c.SMTP)
	if err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	return &mailer.Relay{Server: server, Hello: base.Hostname()}, nil
}

// mailSettings are what administrators see of them.
func mailSettings(transport mailer.Transport, sender mail.Address) web.MailSettings {
	settings := web.MailSettings{Sender: sender}
	if relay, ok := transport.(*mailer.Relay); ok {
		settings.Server = net.JoinHostPort(relay.Server.Host, strconv.Itoa(relay.Server.Port))
		settings.Encryption = string(relay.Server.Security)
		settings.Login = relay.Server.User
	}
	return settings
}

func (p *portal) mailEnvironment(sender mail.Address) func(context.Context) (mailer.Environment, error) {
	return func(ctx context.Context) (mailer.Environment, error) {
		e, err := p.store.Environment(ctx)
		return mailer.Environment{BaseURL: p.base.String(), Organization: e.Name, From: sender}, err
	}
}

// serve answers requests, delivers mail and tidies up until ctx ends.
func (p *portal) serve(ctx context.Context, metrics string, listeners []net.Listener) error {
	stopMetrics, err := serveMetrics(ctx, metrics, p.log)
	if err != nil {
		closeAll(listeners)
		return err
	}
	defer stopMetrics()
	p.worker.Start()
	p.caller.Start()
	tidy, stop := context.WithCancel(ctx)
	tidied := make(chan struct{})
	go func() {
		defer close(tidied)
		p.tidy(tidy)
	}()
	err = p.server.Serve(ctx, listeners...)
	stop()
	<-tidied
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 4*time.Second)
	defer cancel()
	p.stopSending(ending)
	return err
}

// stopSending ends mails and webhooks at the same time: together they have the
// few seconds that are left. SEC-R8
func (p *portal) stopSending(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() {
		if err := p.worker.Stop(ctx); err != nil {
			p.log.Warn("a mail in hand was cut off; it is tried again", "error", err)
		}
	})
	both.Go(func() {
		if err := p.caller.Stop(ctx); err != nil {
			p.log.Warn("an event in hand was cut off; it is sent again", "error", err)
		}
	})
	both.Wait()
}

// tidy is the periodic work. It takes a lease, so that with many processes
// each piece runs once.
func (p *portal) tidy(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() {
		p.repeat(ctx, "sweep", 10*time.Minute, func(ctx context.Context) error {
			return errors.Join(p.store.Sweep(ctx), p.store.SweepFiles(ctx))
		})
	})
	// Whoever is given less than a day is told at once (S3-17).
	both.Go(func() { p.repeat(ctx, "ends", time.Minute, p.store.TellEnds) })
	// What is written can be found a moment later.
	both.Go(func() { p.store.KeepSearch(ctx) })
	both.Go(func() { p.follow(ctx) })
	both.Wait()
}

// followEvery is how often what other processes have noted is looked for.
const followEvery = 5 * time.Second

// follow makes notices of what happens, and mails of notices, until ctx ends.
// Every process does: what one has taken on is marked in the same transaction.
func (p *portal) follow(ctx context.Context) {
	stirred := p.store.Stirred()
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for {
		err := errors.Join(p.store.MakeNotices(ctx), p.store.MailNotices(ctx))
		if err != nil && ctx.Err() == nil {
			p.log.Error("make notices", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-stirred:
		case <-ticker.C:
		}
	}
}

// repeat does a piece of work now and again and again until ctx ends.
func (p *portal) repeat(ctx context.Context, name string, every time.Duration, work func(context.Context) error) {
	holder := strconv.FormatInt(time.Now().UnixNano(), 36)
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		held, err := p.store.Lease(ctx, name, holder, every-time.Second)
		if err == nil && held {
			err = work(ctx)
		}
		if err != nil && ctx.Err() == nil {
			p.log.Error("tidy up", "work", name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (p *portal) close() { p.closeStore() }

func (p *portal) closeStore() {
	if err := p.store.Close(); err != nil {
		p.log.Error("close the database", "error", err)
	}
}

func (c *place) baseURL(port int) (*url.URL, error) {
	text := cmp.Or(c.BaseURL, "http://localhost:"+strconv.Itoa(port))
	base, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, fmt.Errorf("--base-url %q must be of the form https://portal.example", text)
	}
	if base.Path != "" || base.RawQuery != "" || base.User != nil {
		return nil, fmt.Errorf("--base-url %q must have a host and nothing after it", text)
	}
	return base, nil
}

func (c *serveCommand) sender(base *url.URL) (mail.Address, error) {
	text := cmp.Or(c.MailFrom, "Guesthouse <guesthouse@"+base.Hostname()+">")
	sender, err := mail.ParseAddress(text)
	if err != nil {
		return mail.Address{}, fmt.Errorf("--mail-from %q must be of the form Name <address@host>", text)
	}
	return *sender, nil
}

func parseNetworks(setting string, texts []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			address, addressErr := netip.ParseAddr(text)
			if addressErr != nil {
				return nil, fmt.Errorf("--%s %q is no network such as 10.0.0.0/8", setting, text)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// loopback reports whether a host is this machine and nothing else.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
