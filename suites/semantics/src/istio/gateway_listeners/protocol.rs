//! Protocols, as Istio names them: of a Gateway's server by its text, of a Service's port by its hints.

use view::service::ServicePort;

/// A protocol that Istio knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the protocol of its name")]
pub enum Protocol {
    Tcp,
    Udp,
    Grpc,
    GrpcWeb,
    Http,
    HttpProxy,
    Http2,
    Https,
    Tls,
    Mongo,
    Redis,
    MySql,
    /// What Istio does not know, and sniffs where it is a port of a Service.
    Unsupported,
}

/// The ports of a Service that are TCP where nothing tells their protocol: SMTP, DNS, MySQL, MongoDB.
const WELL_KNOWN_PORTS: &[u16] = &[25, 53, 3306, 27017];

impl Protocol {
    /// The protocol of a name, in whatever case. Read in `Parse` of `pkg/config/protocol/instance.go`.
    pub fn parse(name: &str) -> Self {
        match name.to_lowercase().as_str() {
            "tcp" => Self::Tcp,
            "udp" => Self::Udp,
            "grpc" => Self::Grpc,
            "grpc-web" => Self::GrpcWeb,
            "http" => Self::Http,
            "http_proxy" => Self::HttpProxy,
            "http2" => Self::Http2,
            "https" => Self::Https,
            "tls" => Self::Tls,
            "mongo" => Self::Mongo,
            "redis" => Self::Redis,
            "mysql" => Self::MySql,
            _ => Self::Unsupported,
        }
    }

    /// Whether it is HTTP without TLS. Read in `IsHTTP` of `pkg/config/protocol/instance.go`.
    pub fn is_http(self) -> bool {
        matches!(self, Self::Http | Self::Http2 | Self::HttpProxy | Self::Grpc | Self::GrpcWeb)
    }

    /// The protocol of a Service's port: UDP by its transport, or what `appProtocol` or the name begins with. Read in
    /// `ConvertProtocol` of `pkg/config/kube/conversion.go`.
    pub fn of_service_port(port: &ServicePort) -> Self {
        if port.protocol.as_deref() == Some("UDP") {
            return Self::Udp;
        }
        let hint = match port.app_protocol.as_deref() {
            Some("kubernetes.io/h2c") => return Self::Http2,
            Some("kubernetes.io/ws") => return Self::Http,
            Some("kubernetes.io/wss") => return Self::Https,
            Some(app_protocol) => app_protocol,
            None => &port.name,
        };
        let grpc_web = "grpc-web";
        if hint.get(..grpc_web.len()).is_some_and(|start| start.eq_ignore_ascii_case(grpc_web)) {
            return Self::GrpcWeb;
        }
        match Self::parse(hint.split_once('-').map_or(hint, |(start, _)| start)) {
            Self::Unsupported if WELL_KNOWN_PORTS.contains(&port.port) => Self::Tcp,
            protocol => protocol,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::name("http-web", None, Protocol::Http)]
    #[case::app_protocol_first("http-web", Some("tcp"), Protocol::Tcp)]
    #[case::grpc_web("grpc-web-a", None, Protocol::GrpcWeb)]
    #[case::nothing("", None, Protocol::Unsupported)]
    #[case::h2c("a", Some("kubernetes.io/h2c"), Protocol::Http2)]
    fn app_protocol_comes_before_the_name(
        #[case] name: &str,
        #[case] app_protocol: Option<&str>,
        #[case] expected: Protocol,
    ) {
        let app_protocol = app_protocol.map(str::to_owned);
        let port = ServicePort { name: name.to_owned(), app_protocol, ..ServicePort::default() };
        assert_eq!(Protocol::of_service_port(&port), expected);
    }
}
