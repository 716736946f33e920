//! The two ports that the kubelet probes: HTTP for the controller, HTTPS for the webhook. Every answer is 200.
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Context as _;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, body::Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use rcgen::CertifiedKey;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

const HTTP_PORT: u16 = 8080;
const HTTPS_PORT: u16 = 8443;
const COMMON_NAME: &str = "net-istio-webhook";

/// Serves both ports, for ever.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let http = bind(HTTP_PORT).await?;
    let https = bind(HTTPS_PORT).await?;
    let tls = acceptor()?;
    tokio::try_join!(serve_plain(http), serve_tls(https, tls))?;
    Ok(())
}

async fn bind(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))
        .await
        .with_context(|| format!("could not listen on {port}"))
}

async fn serve_plain(listener: TcpListener) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(answer(stream));
    }
}

async fn serve_tls(listener: TcpListener, tls: TlsAcceptor) -> anyhow::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let tls = tls.clone();
        tokio::spawn(async move {
            match tls.accept(stream).await {
                Ok(stream) => answer(stream).await,
                Err(error) => debug!(%error, "handshake failed"),
            }
        });
    }
}

async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: S) {
    let ok =
        service_fn(|_: Request<Incoming>| async { Ok::<_, Infallible>(Response::new(String::from("ok\n"))) });
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), ok).await;
    if let Err(error) = served {
        debug!(%error, "connection failed");
    }
}

/// A certificate that nobody verifies: the kubelet does not, and no webhook is registered.
fn acceptor() -> anyhow::Result<TlsAcceptor> {
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed([COMMON_NAME.to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
