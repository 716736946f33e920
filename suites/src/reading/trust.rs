//! Whom a client of the external Gateway trusts: the configured root, or whom this machine trusts by itself.

use crate::reading::input_file::read_input_file;
use probe::Roots;
use rustls_pki_types::CertificateDer;
use vocabulary::HarnessError;
use world::Context;

/// The configured root; none where the input is not set.
pub fn configured_roots(cx: &Context) -> Result<Option<Roots>, HarnessError> {
    let Some(path) = &cx.inputs().tls.root_ca else { return Ok(None) };
    cx.certificates("tls.root_ca", || Ok(Roots::Pem(read_input_file("tls.root_ca", path)?))).map(Some)
}

/// Whom this machine trusts by itself: the file that the inputs name, or its own store.
pub fn machine_roots(cx: &Context) -> Result<Roots, HarnessError> {
    cx.certificates("tls.machine_roots", || {
        if let Some(path) = &cx.inputs().tls.machine_roots {
            return Ok(Roots::Pem(read_input_file("tls.machine_roots", path)?));
        }
        // Some stores hold what cannot be read as a certificate; a client leaves those out, too.
        let store = rustls_native_certs::load_native_certs();
        Ok(if store.certs.is_empty() { Roots::None } else { Roots::Pem(encode_pem(&store.certs)) })
    })
}

fn encode_pem(certificates: &[CertificateDer<'_>]) -> String {
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
        let pem = encode_pem(std::slice::from_ref(&der));
        let decoded: Vec<_> = rustls_pemfile::certs(&mut pem.as_bytes()).collect::<Result<_, _>>().unwrap();
        assert_eq!(decoded, [der]);
    }
}
