//! The configuration of HAProxy.
//!
//! Each connection is told in the log when it ends, in one line of JSON with these keys, in this order: `at` (seconds since 1970),
//! `frontend` (`public_ssl`, `fe_sni` for what is behind the router's own certificate, `public` for what is not encrypted),
//! `client`, `sni` (of TLS) or `host` (of HTTP), `backend` (`be_tcp:<namespace>:<Route>`, `be_edge_http:…`, `be_sni` for TLS that
//! no Route passes through, `openshift_default` for what no Route serves), `server` (`pod:<Pod>:<Service>:<port>:<address>`, or
//! `<NOSRV>`), `address` (of the server, `-:-` without one), `status` (of HTTP), `sent` and `received` (bytes, of the client), `milliseconds`, and `termination` (the two characters of
//! HAProxy's termination state: `--` where all went well, `SC` where no server could be reached). A handshake that fails at the
//! router itself is a line of `at`, `frontend`, `client` and `error`.
use std::fmt::Write as _;

use super::published::{Insecure, Route, Termination};

/// The page that people see where there is no application.
pub(super) const PAGE: &str = "HTTP/1.0 503 Service Unavailable\r\nPragma: no-cache\r\n\
    Cache-Control: private, max-age=0, no-cache, no-store\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n\
    <html><head><title>Application is not available</title></head><body>\n\
    <h1>Application is not available</h1>\n<p>No Route of this host leads to a pod that is ready.</p>\n</body></html>\n";

/// The configuration for these Routes, with its other files in a directory.
pub(super) fn config(routes: &[Route], directory: &str) -> String {
    let mut config = preamble(directory);
    let mut encrypted = String::new();
    let mut ended = String::new();
    let mut plain = String::new();
    for route in routes {
        let Route { backend, host, .. } = route;
        let by_name = format!("  use_backend {backend} if {{ req.ssl_sni,lower -m str {host} }}\n");
        let by_host = format!("  use_backend {backend} if {{ {HOST} -m str {host} }}\n");
        match route.termination {
            Termination::Passthrough => encrypted.push_str(&by_name),
            Termination::Edge => ended.push_str(&by_host),
            Termination::None => plain.push_str(&by_host),
        }
        match route.insecure {
            Insecure::Redirect => {
                plain.insert_str(
                    0,
                    &format!("  http-request redirect scheme https code 302 if {{ {HOST} -m str {host} }}\n"),
                );
            }
            Insecure::Allow => plain.push_str(&by_host),
            Insecure::None => {}
        }
    }
    config.push_str(&frontends(directory, &encrypted, &ended, &plain));
    for route in routes {
        config.push_str(&backend(route));
    }
    config
}

/// The host that a request asks for.
const HOST: &str = "req.hdr(host),field(1,:),lower";

fn preamble(directory: &str) -> String {
    format!(
        "global
  log stdout format raw local0
  maxconn 2000
  nbthread 1
  hard-stop-after 10m
  ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
  log global
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  timeout client-fin 1s
  timeout server-fin 1s
  timeout http-request 10s
  timeout http-keep-alive 300s
  timeout tunnel 1h
  errorfile 503 {directory}/503.http
  error-log-format '{{\"at\":%Ts.%ms,\"frontend\":\"%f\",\"client\":\"%ci:%cp\",\"error\":\"%[fc_err_str]\"}}'

# Whether the router is up.
frontend health
  bind :1936
  mode http
  no log
  http-request return status 200 content-type text/plain string ok if {{ path /healthz /healthz/ready }}
  http-request return status 404
"
    )
}

fn frontends(directory: &str, encrypted: &str, ended: &str, plain: &str) -> String {
    let tcp = log_format("\"sni\":\"%[var(sess.sni),json(utf8s)]\"", "");
    let http = log_format("\"host\":\"%[var(txn.host),json(utf8s)]\"", "\"status\":%ST,");
    let host = format!("  http-request set-var(txn.host) {HOST}\n");
    format!(
        "
# TLS, which is passed through by its server name.
frontend public_ssl
  bind :443
  mode tcp
{tcp}  tcp-request inspect-delay 5s
  tcp-request content set-var(sess.sni) req.ssl_sni if {{ req.ssl_hello_type 1 }}
  tcp-request content accept if {{ req.ssl_hello_type 1 }}
{encrypted}  default_backend be_sni

# What no Route passes through meets the router's own certificate.
backend be_sni
  mode tcp
  server fe_sni unix@{directory}/fe_sni.sock send-proxy-v2

frontend fe_sni
  bind unix@{directory}/fe_sni.sock ssl crt {directory}/default.pem accept-proxy
  mode http
{http}{host}{ended}  default_backend openshift_default

frontend public
  bind :80
  mode http
{http}{host}{plain}  default_backend openshift_default

# It has no server, so that it answers with the page of 503.
backend openshift_default
  mode http
"
    )
}

fn log_format(name: &str, status: &str) -> String {
    format!(
        "  log-format '{{\"at\":%Ts.%ms,\"frontend\":\"%f\",\"client\":\"%ci:%cp\",{name},\"backend\":\"%b\",\"server\":\"%s\",\"address\":\"%si:%sp\",{status}\
         \"sent\":%U,\"received\":%B,\"milliseconds\":%Tt,\"termination\":\"%ts\"}}'\n"
    )
}

fn backend(route: &Route) -> String {
    let (mode, balance, timer) = match route.termination {
        Termination::Passthrough => ("tcp", "source", "tunnel"),
        Termination::Edge | Termination::None => ("http", "random", "server"),
    };
    let mut text = format!("\nbackend {}\n  mode {mode}\n  balance {balance}\n", route.backend);
    if let Some(timeout) = &route.timeout {
        let _ = writeln!(text, "  timeout {timer} {timeout}");
    }
    if mode == "http" {
        text.push_str("  option forwardfor\n");
    }
    for server in &route.servers {
        let _ = writeln!(text, "  server {} {}:{}", server.name, server.address, server.port);
    }
    text
}

#[cfg(test)]
#[path = "haproxy_tests.rs"]
mod tests;
