//! Downloads a text that is published: within a deadline, and up to a size.

use std::time::Duration;
use thiserror::Error;

/// The limits of a download.
#[derive(Debug, Clone, Copy)]
pub(super) struct DownloadLimits {
    /// How long connecting may take.
    pub(super) connect: Duration,
    /// How long all of it may take.
    pub(super) total: Duration,
    /// How many bytes it may have.
    pub(super) bytes: usize,
}

impl Default for DownloadLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), total: Duration::from_mins(2), bytes: 32 << 20 }
    }
}

/// A text could not be downloaded.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// The server did not answer, or answered with an error.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// It is too large.
    #[error("it has more than {0} bytes")]
    Oversized(usize),
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    NotText,
}

/// Downloads a text.
pub(super) async fn fetch(address: &str, limits: &DownloadLimits) -> Result<String, DownloadError> {
    // An error says that this process has a provider already, which is the same one.
    // none: it is installed already
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .https_only(true)
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .build()?;
    read(client.get(address).send().await?.error_for_status()?, limits.bytes).await
}

async fn read(mut response: reqwest::Response, most: usize) -> Result<String, DownloadError> {
    let mut text = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if text.len() + chunk.len() > most {
            return Err(DownloadError::Oversized(most));
        }
        text.extend_from_slice(&chunk);
    }
    String::from_utf8(text).map_err(|_| DownloadError::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::fits("kind: A", Some("kind: A"))]
    #[case::too_large("kind: A\nmetadata: {}\n", None)]
    #[tokio::test]
    async fn download_has_a_largest_size(#[case] text: &'static str, #[case] expected: Option<&str>) {
        let response = reqwest::Response::from(http::Response::new(text));
        assert_eq!(read(response, 10).await.ok().as_deref(), expected);
    }

    #[tokio::test]
    async fn server_that_says_nothing_is_an_error() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://{}/", listener.local_addr().unwrap());
        let limit = Duration::from_millis(100);
        let limits = DownloadLimits { connect: limit, total: limit, ..DownloadLimits::default() };
        let error = fetch(&address, &limits).await.unwrap_err();
        assert!(matches!(&error, DownloadError::Http(error) if error.is_timeout()), "{error:?}");
    }
}
