//! The resolution of host names, without the C library: `getaddrinfo` does not work in a static binary.
//!
//! The resolver reads `resolv.conf` (name servers, search domains, ndots) and the hosts file of the machine anew for
//! each order, and caches nothing: a cached address would be no observation.

use crate::ended::Ending;
use crate::layer::Layer;
use crate::order::Order;
use crate::recorder::TranscriptRecorder;
use crate::transcript::resolution::{AddressSource, NameResolution};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{LookupIpStrategy, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::system_conf::read_system_conf;
use std::net::IpAddr;

/// The addresses of a host, IPv4 first.
pub(crate) async fn resolve(
    host: &str,
    order: &Order,
    recorder: &mut TranscriptRecorder,
) -> Result<Vec<IpAddr>, Ending> {
    recorder.layer = Layer::Resolve;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let (by, known) = match (bare.parse::<IpAddr>(), order.hosts.get(host)) {
        (Ok(address), _) => (AddressSource::Itself, Some(vec![address])),
        (Err(_), Some(addresses)) => (AddressSource::Order, Some(addresses.clone())),
        (Err(_), None) => (AddressSource::Resolver, None),
    };
    let mut resolution = NameResolution {
        name: host.to_owned(),
        by,
        span: recorder.begin(),
        addresses: Vec::new(),
        error: None,
    };
    recorder.connection().resolution = Some(resolution.clone());
    let resolved = match known {
        Some(addresses) => Ok(addresses),
        None => look_up_by_system(host).await,
    };
    recorder.end(&mut resolution.span);
    let result = match resolved {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err("no address".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    match &result {
        Ok(addresses) => resolution.addresses.clone_from(addresses),
        Err(reason) => resolution.error = Some(reason.clone()),
    }
    recorder.connection().resolution = Some(resolution);
    result.map_err(|reason| Ending::Unresolved { reason })
}

async fn look_up_by_system(host: &str) -> Result<Vec<IpAddr>, NetError> {
    let (config, options) = read_system_conf()?;
    look_up(config, options, host).await
}

async fn look_up(config: ResolverConfig, options: ResolverOpts, host: &str) -> Result<Vec<IpAddr>, NetError> {
    let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
    *builder.options_mut() = options;
    builder.options_mut().ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    let mut addresses: Vec<IpAddr> = builder.build()?.lookup_ip(host).await?.iter().collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_resolver::system_conf::parse_resolv_conf;
    use rstest::rstest;
    use std::sync::{Arc, Mutex};
    use tokio::net::UdpSocket;

    const RESOLV_CONF: &str = "search ns.svc.cluster.local svc.cluster.local cluster.local\nnameserver 127.0.0.1\noptions ndots:5\n";
    const KNOWN: &str = "web.shop.svc.cluster.local";
    const HEADER: usize = 12;

    /// A name server that knows one name with one IPv4 address; it returns its port and the names that it is asked
    /// for.
    async fn name_server() -> (u16, Arc<Mutex<Vec<String>>>) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                let (name, reply) = answer(&query[..length]);
                noted.lock().unwrap().push(name);
                socket.send_to(&reply, from).await.unwrap();
            }
        });
        (port, asked)
    }

    fn answer(query: &[u8]) -> (String, Vec<u8>) {
        let mut at = HEADER;
        let mut labels = Vec::new();
        while query[at] > 0 {
            let label = &query[at + 1..=at + usize::from(query[at])];
            labels.push(String::from_utf8_lossy(label).to_lowercase());
            at += label.len() + 1;
        }
        let (name, question_end) = (labels.join("."), at + 5);
        let (is_known, is_a) = (name == KNOWN, query[at + 2] == 1);
        let mut reply = query[..question_end].to_vec();
        // A response, with an error (no such name) or none, to one question, with one record or none.
        reply[2..HEADER].copy_from_slice(&[0x85, if is_known { 0x80 } else { 0x83 }, 0, 1, 0, 0, 0, 0, 0, 0]);
        if is_known && is_a {
            reply[7] = 1;
            reply.extend_from_slice(&[0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 7]);
        }
        (name, reply)
    }

    #[rstest]
    #[case::short("web.shop", true, &["web.shop.ns.svc.cluster.local", KNOWN])]
    #[case::with_svc("web.shop.svc", true, &["web.shop.svc.ns.svc.cluster.local", "web.shop.svc.svc.cluster.local", KNOWN])]
    #[case::absolute("web.shop.svc.cluster.local.", true, &[KNOWN])]
    #[case::unknown("other.shop.", false, &["other.shop"])]
    #[tokio::test]
    async fn search_domains_are_those_of_the_file(
        #[case] host: &str,
        #[case] is_found: bool,
        #[case] expected: &[&str],
    ) {
        let (port, asked) = name_server().await;
        let (mut config, options) = parse_resolv_conf(RESOLV_CONF).unwrap();
        for server in &mut config.name_servers {
            for connection in &mut server.connections {
                connection.port = port;
            }
        }
        let found = look_up(config, options, host).await;
        let mut asked = asked.lock().unwrap().clone();
        asked.dedup();
        assert_eq!(asked, expected, "{found:?}");
        assert_eq!(found.ok(), is_found.then(|| vec!["10.0.0.7".parse().unwrap()]));
    }
}
