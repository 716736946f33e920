//! Each end of a TLS handshake is told apart, on both sides and in both versions.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use probe::{
    BytesOrder, ChainVerification, ClientCertificate, Ending, ExpectedName, HttpOrder, Layer,
    NameVerification, Roots, SecretText, Side, TlsOrder, TlsVersion, Transcript, observe,
};
use rstest::rstest;
use rustls::version::{TLS12, TLS13};
use rustls::{ALL_VERSIONS, SupportedProtocolVersion};
use support::{Leaf, Root, acceptor, get, order, reset, serve, serve_tls, trusting};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const SPIFFE: &str = "spiffe://cluster.local/ns/a/sa/b";

async fn ask(server: &Leaf, tls: TlsOrder) -> Transcript {
    let port = serve_tls(acceptor(server, ALL_VERSIONS, None, &["h2", "http/1.1"])).await;
    observe(&order(port, get()).with_tls(tls)).await
}

fn present(leaf: &Leaf) -> ClientCertificate {
    ClientCertificate::Pem { chain: leaf.chain.clone(), key: SecretText::new(leaf.key.clone()) }
}

#[tokio::test]
async fn trusted_handshake_is_recorded() {
    let root = Root::new("root");
    let tls = TlsOrder { alpn: vec!["http/1.1".into()], ..trusting(&root) };
    let transcript = ask(&root.leaf(), tls).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let tls = transcript.tls().unwrap();
    assert!(tls.completed && tls.alert.is_none() && !tls.client_certificate_asked);
    assert_eq!(tls.version.as_deref(), Some("TLSv1_3"));
    assert!(tls.cipher.as_deref().is_some_and(|cipher| cipher.starts_with("TLS13_")), "{:?}", tls.cipher);
    assert_eq!((tls.sni.as_deref(), tls.alpn.as_deref()), (Some("localhost"), Some("http/1.1")));
    assert_eq!(tls.peer[0].names, ["DNS:localhost"]);
    assert_eq!((tls.peer[0].issuer.as_str(), tls.peer[0].sha256.len()), ("CN=root", 64));
    let verification = tls.verification.as_ref().unwrap();
    assert_eq!(
        (verification.chain, verification.name),
        (ChainVerification::Trusted, NameVerification::Matches)
    );
}

#[rstest]
#[case::nobody_trusted(
    Roots::None,
    "unknown_ca",
    48,
    ChainVerification::UnknownIssuer,
    NameVerification::Matches
)]
#[case::another_root(Roots::Pem(Root::new("other").pem()), "unknown_ca", 48, ChainVerification::UnknownIssuer, NameVerification::Matches)]
#[tokio::test]
async fn unknown_issuer_is_refused_by_this_side(
    #[case] roots: Roots,
    #[case] alert: &str,
    #[case] number: u8,
    #[case] chain: ChainVerification,
    #[case] name: NameVerification,
) {
    let transcript = ask(&Root::new("root").leaf(), TlsOrder { roots, ..TlsOrder::default() }).await;
    assert!(matches!(transcript.ended, Ending::Untrusted { .. }), "{:?}", transcript.ended);
    let tls = transcript.tls().unwrap();
    let seen = tls.alert.as_ref().unwrap();
    assert_eq!((seen.by, seen.number, seen.name.as_str()), (Side::Client, number, alert));
    let verification = tls.verification.as_ref().unwrap();
    assert_eq!((verification.chain, verification.name, tls.completed), (chain, name, false));
    assert_eq!(tls.peer.len(), 1);
}

#[rstest]
#[case::wrong_name(false, "other.example", ChainVerification::Trusted, NameVerification::Mismatch, 42)]
#[case::expired(true, "localhost", ChainVerification::Expired, NameVerification::Matches, 45)]
#[case::both(true, "other.example", ChainVerification::Expired, NameVerification::Mismatch, 45)]
#[tokio::test]
async fn certificate_is_wrong_in_its_own_way(
    #[case] is_expired: bool,
    #[case] name: &str,
    #[case] chain: ChainVerification,
    #[case] named: NameVerification,
    #[case] alert: u8,
) {
    let root = Root::new("root");
    let leaf = if is_expired { root.expired() } else { root.leaf() };
    let tls = TlsOrder { server_name: Some(name.into()), ..trusting(&root) };
    let transcript = ask(&leaf, tls.clone()).await;
    assert!(matches!(transcript.ended, Ending::Untrusted { .. }), "{:?}", transcript.ended);
    let seen = transcript.tls().unwrap();
    assert_eq!(seen.sni.as_deref(), Some(name));
    assert_eq!(seen.alert.as_ref().unwrap().number, alert);
    let verification = seen.verification.as_ref().unwrap();
    assert_eq!((verification.chain, verification.name), (chain, named));

    let recorded = ask(&leaf, TlsOrder { record_only: true, ..tls }).await;
    assert_eq!(recorded.ended, Ending::Answered);
    assert_eq!(recorded.tls().unwrap().verification.as_ref().unwrap().chain, chain);
}

#[rstest]
#[case::expected(ExpectedName::Uri(SPIFFE.into()), NameVerification::Matches, true)]
#[case::another(ExpectedName::Uri("spiffe://x".into()), NameVerification::Mismatch, false)]
#[case::any(ExpectedName::Any, NameVerification::NotAsked, true)]
#[tokio::test]
async fn workload_is_known_by_its_uri(
    #[case] expect: ExpectedName,
    #[case] name: NameVerification,
    #[case] is_answered: bool,
) {
    let root = Root::new("root");
    let sni = "outbound_.80_._.gateway.ns.svc.cluster.local";
    let tls = TlsOrder { expect, server_name: Some(sni.into()), ..trusting(&root) };
    let transcript = ask(&root.workload(SPIFFE), tls).await;
    assert_eq!(transcript.ended.is_answered(), is_answered, "{:?}", transcript.ended);
    assert_eq!(transcript.tls().unwrap().verification.as_ref().unwrap().name, name);
    assert_eq!(transcript.tls().unwrap().sni.as_deref(), Some(sni));
}

#[rstest]
#[case::none_in_1_3(&TLS13, false, true, Layer::Request, 116, "certificate_required")]
#[case::none_in_1_2(&TLS12, false, false, Layer::Tls, 116, "certificate_required")]
#[case::foreign_in_1_3(&TLS13, true, true, Layer::Request, 48, "unknown_ca")]
#[case::foreign_in_1_2(&TLS12, true, false, Layer::Tls, 48, "unknown_ca")]
#[tokio::test]
async fn client_certificate_is_refused_by_alert(
    #[case] version: &'static SupportedProtocolVersion,
    #[case] is_foreign: bool,
    #[case] completed: bool,
    #[case] layer: Layer,
    #[case] number: u8,
    #[case] name: &str,
    #[values(false, true)] by_bytes: bool,
) {
    let root = Root::new("root");
    let port = serve_tls(acceptor(&root.leaf(), &[version], Some(&root), &[])).await;
    let client = is_foreign.then(|| present(&Root::new("foreign").leaf()));
    let tls = TlsOrder { client, ..trusting(&root) };
    let order = if by_bytes { order(port, BytesOrder::default()) } else { order(port, get()) };
    // A race between the alert and this side's request must not show: so, several times.
    for _ in 0..10 {
        let transcript = observe(&order.clone().with_tls(tls.clone())).await;
        assert_eq!(transcript.ended, Ending::Alert { layer, number, name: name.into() });
        let tls = transcript.tls().unwrap();
        assert_eq!(tls.alert.as_ref().unwrap().by, Side::Server);
        assert_eq!((tls.completed, tls.client_certificate_asked), (completed, true));
    }
}

/// As other servers than rustls refuse a client without a certificate in TLS 1.2, and what they say besides.
#[rstest]
#[case(40, "handshake_failure")]
#[case(70, "protocol_version")]
#[case(112, "unrecognised_name")]
#[tokio::test]
async fn alert_in_the_clear_is_told(#[case] number: u8, #[case] name: &str) {
    let port = serve(move |mut stream| async move {
        stream.read_u8().await.unwrap();
        stream.write_all(&[21, 3, 3, 0, 2, 2, number]).await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let transcript = observe(&order(port, get()).with_tls(TlsOrder::default())).await;
    assert_eq!(transcript.ended, Ending::Alert { layer: Layer::Tls, number, name: name.into() });
}

#[tokio::test]
async fn client_certificate_is_taken() {
    let root = Root::new("root");
    let port = serve_tls(acceptor(&root.leaf(), ALL_VERSIONS, Some(&root), &[])).await;
    let folder = tempfile::tempdir().unwrap();
    let files = ["cert-chain.pem", "key.pem", "root-cert.pem"].map(|name| folder.path().join(name));
    let leaf = root.workload(SPIFFE);
    std::fs::write(&files[0], &leaf.chain).unwrap();
    std::fs::write(&files[1], &leaf.key).unwrap();
    std::fs::write(&files[2], root.pem()).unwrap();
    let [chain, key, roots] = files;
    let tls = TlsOrder {
        roots: Roots::File(roots),
        client: Some(ClientCertificate::Files { chain, key }),
        ..TlsOrder::default()
    };
    let transcript = observe(&order(port, get()).with_tls(tls)).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let tls = transcript.tls().unwrap();
    assert!(tls.client_certificate_asked);
    assert_eq!(tls.client_certificate.as_ref().unwrap().names, [format!("URI:{SPIFFE}")]);
}

#[rstest]
#[case::h2(&["h2", "http/1.1"], Some("h2"))]
#[case::other(&["http/1.1"], Some("http/1.1"))]
#[case::none(&[], None)]
#[tokio::test]
async fn protocol_is_agreed_on(#[case] offered: &[&str], #[case] agreed: Option<&str>) {
    let root = Root::new("root");
    let port = serve_tls(acceptor(&root.leaf(), ALL_VERSIONS, None, &["h2", "http/1.1"])).await;
    let alpn = offered.iter().map(|name| (*name).to_owned()).collect();
    let tls = TlsOrder { alpn, ..trusting(&root) };
    let transcript =
        observe(&order(port, BytesOrder { listen_ms: 20, ..BytesOrder::default() }).with_tls(tls)).await;
    assert_eq!(transcript.ended, Ending::Silent);
    assert_eq!(transcript.tls().unwrap().alpn.as_deref(), agreed);
}

#[tokio::test]
async fn handshake_can_be_of_an_old_version_without_sni() {
    let root = Root::new("root");
    let tls = TlsOrder { versions: vec![TlsVersion::Tls12], without_sni: true, ..trusting(&root) };
    let transcript = ask(&root.leaf(), tls).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let tls = transcript.tls().unwrap();
    assert_eq!((tls.version.as_deref(), tls.sni.as_deref()), (Some("TLSv1_2"), None));
}

#[tokio::test]
async fn host_of_the_request_is_the_server_name() {
    let root = Root::new("root");
    let leaf = root.sign(|params| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("*.apps.example".try_into().unwrap())];
    });
    let port = serve_tls(acceptor(&leaf, ALL_VERSIONS, None, &[])).await;
    let request = HttpOrder { host: Some("hello.apps.example:8443".into()), ..get() };
    let transcript = observe(&order(port, request).with_tls(trusting(&root))).await;
    assert_eq!(transcript.ended, Ending::Answered);
    assert_eq!(transcript.tls().unwrap().sni.as_deref(), Some("hello.apps.example"));
}

#[tokio::test]
async fn reset_in_the_handshake_is_a_reset() {
    let port = serve(|mut stream| async move {
        stream.read_u8().await.unwrap();
        reset(stream);
    })
    .await;
    let transcript = observe(&order(port, get()).with_tls(TlsOrder::default())).await;
    assert_eq!(transcript.ended, Ending::Reset { layer: Layer::Tls, after_bytes: 0 });
}

#[tokio::test]
async fn close_in_the_handshake_is_a_close() {
    let port = serve(|mut stream| async move {
        stream.shutdown().await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let transcript = observe(&order(port, get()).with_tls(TlsOrder::default())).await;
    assert_eq!(transcript.ended, Ending::Closed { layer: Layer::Tls, after_bytes: 0 });
}

#[tokio::test]
async fn server_without_tls_is_a_protocol_error() {
    let port = serve(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let transcript = observe(&order(port, get()).with_tls(TlsOrder::default())).await;
    assert!(matches!(transcript.ended, Ending::ProtocolError { layer: Layer::Tls, .. }), "{transcript:?}");
    assert!(transcript.connection().unwrap().raw.head.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn reset_inside_tls_is_a_reset() {
    let root = Root::new("root");
    let acceptor = acceptor(&root.leaf(), ALL_VERSIONS, None, &[]);
    let port = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            support::read_head(&mut stream).await;
            reset(stream.into_inner().0);
        }
    })
    .await;
    let transcript = observe(&order(port, get()).with_tls(trusting(&root))).await;
    assert_eq!(transcript.ended, Ending::Reset { layer: Layer::Request, after_bytes: 0 });
}

#[rstest]
#[case::no_pem(Roots::Pem("nonsense".into()))]
#[case::no_file(Roots::File("/nowhere/root.pem".into()))]
#[tokio::test]
async fn order_without_usable_roots_is_not_sent(#[case] roots: Roots) {
    let transcript = ask(&Root::new("root").leaf(), TlsOrder { roots, ..TlsOrder::default() }).await;
    assert!(matches!(transcript.ended, Ending::NotSent { .. }), "{:?}", transcript.ended);
}

#[tokio::test]
async fn request_is_http2_where_tls_agrees_on_it() {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let root = Root::new("root");
    let acceptor = acceptor(&root.leaf(), ALL_VERSIONS, None, &["h2"]);
    let port = serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            let service = hyper::service::service_fn(async |request: http::Request<_>| {
                let _: hyper::body::Incoming = request.into_body();
                Ok::<_, std::io::Error>(http::Response::new("hello".to_owned()))
            });
            let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let _ = http2.serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await;
    let tls = TlsOrder { alpn: vec!["h2".into(), "http/1.1".into()], ..trusting(&root) };
    let transcript = observe(&order(port, get()).with_tls(tls)).await;
    assert_eq!(transcript.ended, Ending::Answered);
    let answer = transcript.http().unwrap();
    assert_eq!((answer.version.as_str(), answer.body.text.as_str()), ("HTTP/2.0", "hello"));
}

#[rstest]
#[case::issuer(TlsOrder::default(), "signed by `CN=root`, and by no trusted root")]
#[case::uri(
    TlsOrder { expect: ExpectedName::Uri("spiffe://x".into()), roots: Roots::Pem(String::new()), ..TlsOrder::default() },
    "for the name `DNS:localhost`, not `spiffe://x`"
)]
#[case::name(
    TlsOrder { server_name: Some("other".into()), roots: Roots::Pem(String::new()), ..TlsOrder::default() },
    "for the name `DNS:localhost`, not `other`"
)]
#[tokio::test]
async fn distrust_says_expected_and_observed(#[case] mut tls: TlsOrder, #[case] expected: &str) {
    let root = Root::new("root");
    if tls.roots != Roots::None {
        tls.roots = Roots::Pem(root.pem());
    }
    let transcript = ask(&root.leaf(), tls).await;
    assert_eq!(transcript.ended, Ending::Untrusted { reason: expected.into() });
}
