//! The configuration for a Route of each kind.
use super::*;
use crate::router::backend::Server;
use std::net::Ipv4Addr;

fn route(name: &str, termination: Termination, insecure: Insecure) -> Route {
    Route {
        backend: format!("be:n:{name}"),
        host: format!("{name}.apps.example.com"),
        termination,
        insecure,
        timeout: Some("600s".to_owned()),
        servers: vec![Server { name: "pod:p".to_owned(), address: Ipv4Addr::LOCALHOST, port: 8443 }],
    }
}

/// The lines of a section.
fn section<'a>(config: &'a str, head: &str) -> Vec<&'a str> {
    let lines = config.lines().skip_while(|line| *line != head).skip(1);
    lines.take_while(|line| line.starts_with(' ')).map(str::trim).collect()
}

#[test]
fn passed_route_is_found_by_its_server_name() {
    let config = config(&[route("a", Termination::Passthrough, Insecure::Redirect)], "/d");
    let expected = "use_backend be:n:a if { req.ssl_sni,lower -m str a.apps.example.com }";
    assert!(section(&config, "frontend public_ssl").contains(&expected));
    let redirect = "http-request redirect scheme https code 302 if { req.hdr(host),field(1,:),lower -m str a.apps.example.com }";
    assert!(section(&config, "frontend public").contains(&redirect));
    let backend = ["mode tcp", "balance source", "timeout tunnel 600s", "server pod:p 127.0.0.1:8443"];
    assert_eq!(section(&config, "backend be:n:a"), backend);
}

#[test]
fn edge_route_is_behind_the_certificate_of_the_router() {
    let config = config(&[route("a", Termination::Edge, Insecure::Allow)], "/d");
    let expected = "use_backend be:n:a if { req.hdr(host),field(1,:),lower -m str a.apps.example.com }";
    for frontend in ["frontend fe_sni", "frontend public"] {
        assert!(section(&config, frontend).contains(&expected), "{frontend}");
    }
    assert!(!section(&config, "frontend public_ssl").iter().any(|line| line.contains("be:n:a")));
}

#[test]
fn backend_without_pods_has_no_server() {
    let mut one = route("a", Termination::Passthrough, Insecure::None);
    one.servers.clear();
    let config = config(&[one], "/d");
    assert_eq!(section(&config, "backend be:n:a").len(), 3);
    assert_eq!(section(&config, "backend openshift_default"), ["mode http"]);
}

#[test]
fn line_of_the_log_is_json_when_filled_in() {
    let config = config(&[], "/d");
    for frontend in ["frontend public_ssl", "frontend fe_sni", "frontend public"] {
        let line = section(&config, frontend).into_iter().find_map(|line| line.strip_prefix("log-format '"));
        let line = line.unwrap().trim_end_matches('\'');
        let mut filled =
            line.replace("%Ts.%ms", "1.5").replace("%U", "1").replace("%B", "2").replace("%Tt", "3");
        filled = filled.replace("%ST", "200");
        let parsed: serde_json::Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(parsed["backend"], "%b");
    }
}
