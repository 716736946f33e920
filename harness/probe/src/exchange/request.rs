//! The HTTP request that an order describes.

use crate::exchange::payload::{PayloadError, decode_payload};
use crate::order::Order;
use crate::order::http::HttpOrder;
use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use thiserror::Error;

/// An order does not describe a request.
#[derive(Debug, Error)]
pub(crate) enum RequestError {
    #[error("`{0}` is not a method")]
    Method(String),
    #[error("`{0}` is not a path")]
    Path(String),
    #[error("`{0}` is not a host")]
    Host(String),
    #[error("header `{0}` is not a header")]
    Header(String),
    #[error(transparent)]
    Body(#[from] PayloadError),
    #[error("the request cannot be made")]
    Other(#[from] http::Error),
}

/// The request of an order, for HTTP/1.1 or HTTP/2.
pub(crate) fn build_request(
    http: &HttpOrder,
    order: &Order,
    is_h2: bool,
) -> Result<Request<Full<Bytes>>, RequestError> {
    let method =
        Method::from_bytes(http.method.as_bytes()).map_err(|_| RequestError::Method(http.method.clone()))?;
    let path = http.path.parse::<PathAndQuery>().map_err(|_| RequestError::Path(http.path.clone()))?;
    let host = http.host.clone().unwrap_or_else(|| authority(order));
    let uri = if is_h2 {
        let authority = host.parse::<Authority>().map_err(|_| RequestError::Host(host.clone()))?;
        let scheme = if order.tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
        Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build()?
    } else {
        Uri::from(path)
    };
    let mut request = Request::new(Full::new(decode_payload(&http.body)?));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    if !is_h2 {
        headers.insert(HOST, HeaderValue::from_str(&host).map_err(|_| RequestError::Host(host))?);
    }
    for (name, value) in &http.headers {
        let invalid = || RequestError::Header(name.clone());
        let name = name.parse::<HeaderName>().map_err(|_| invalid())?;
        headers.append(name, HeaderValue::from_str(value).map_err(|_| invalid())?);
    }
    Ok(request)
}

/// The dialled host as a request names it: without the port if it is the default one of the scheme.
fn authority(order: &Order) -> String {
    let default_port = if order.tls.is_some() { 443 } else { 80 };
    if order.to.port == default_port {
        order.to.host.clone()
    } else {
        format!("{}:{}", order.to.host, order.to.port)
    }
}
