//! Whom a client of the external Gateway trusts: the configured root, or whom this machine trusts by itself.

use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::Verdict;
use harness::outcome::SkipReason;
use probe::Roots;
use rustls_pki_types::CertificateDer;
use std::path::Path;
use std::sync::Arc;

/// The configured root; a verdict where none is.
pub fn configured(cx: &Context) -> Result<Result<Roots, Verdict>, HarnessError> {
    let Some(path) = &cx.inputs().tls.root_ca else {
        let purpose = "to trust the certificate of the external Gateway".to_owned();
        let reason = SkipReason::NeedsInput { key: "tls.root_ca".to_owned(), purpose };
        return Ok(Err(Verdict::NotApplicable(reason)));
    };
    cx.certificates("tls.root_ca", || Ok(Roots::Pem(read("tls.root_ca", path)?))).map(Ok)
}

/// Whom this machine trusts by itself: the file that the inputs name, or its own store.
pub fn of_this_machine(cx: &Context) -> Result<Roots, HarnessError> {
    cx.certificates("tls.machine_roots", || {
        if let Some(path) = &cx.inputs().tls.machine_roots {
            return Ok(Roots::Pem(read("tls.machine_roots", path)?));
        }
        // Some stores hold what cannot be read as a certificate; a client leaves those out, too.
        let store = rustls_native_certs::load_native_certs();
        Ok(if store.certs.is_empty() { Roots::None } else { Roots::Pem(pem(&store.certs)) })
    })
}

fn read(key: &'static str, path: &Path) -> Result<String, HarnessError> {
    std::fs::read_to_string(path).map_err(|source| HarnessError::Input {
        key,
        path: path.to_owned(),
        source: Arc::new(source),
    })
}

fn pem(certificates: &[CertificateDer<'_>]) -> String {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    let one = |certificate: &CertificateDer<'_>| {
        let text = BASE64_STANDARD.encode(certificate);
        format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
    };
    certificates.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_survives_its_pem() {
        let key = rcgen::generate_simple_self_signed(["a.example".to_owned()]).unwrap();
        let der = key.cert.der().clone();
        let pem = pem(std::slice::from_ref(&der));
        let read: Vec<_> = rustls_pemfile::certs(&mut pem.as_bytes()).collect::<Result<_, _>>().unwrap();
        assert_eq!(read, [der]);
    }
}
