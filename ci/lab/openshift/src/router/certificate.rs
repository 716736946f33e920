//! The router's own certificate: what a client meets where no Route passes it through.
//!
//! On OpenShift the ingress operator issues it for the domain of the cluster, and nobody outside trusts its issuer.
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

const ISSUER: &str = "ingress-operator@lab";

/// The certificate, which is issued anew when the domain changes.
#[derive(Default)]
pub(super) struct Certificate {
    domain: String,
    pem: String,
}

impl Certificate {
    /// The certificate and its key, as HAProxy reads them.
    pub(super) fn of(&mut self, domain: &str) -> Result<String, rcgen::Error> {
        if self.pem.is_empty() || self.domain != domain {
            self.pem = issue(domain)?;
            domain.clone_into(&mut self.domain);
        }
        Ok(self.pem.clone())
    }
}

fn issue(domain: &str) -> Result<String, rcgen::Error> {
    let mut authority = CertificateParams::new(Vec::<String>::new())?;
    authority.distinguished_name.push(DnType::CommonName, ISSUER);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let name = format!("*.{domain}");
    let mut leaf = CertificateParams::new([name.clone()])?;
    leaf.distinguished_name.push(DnType::CommonName, name);
    let certificate = leaf.signed_by(&key, &issuer)?;
    Ok(format!("{}{}{}", certificate.pem(), issuer.pem(), key.serialize_pem()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_stays_while_the_domain_does() {
        let mut certificate = Certificate::default();
        let first = certificate.of("apps.example.com").unwrap();
        assert_eq!(certificate.of("apps.example.com").unwrap(), first);
        assert_ne!(certificate.of("apps.example.org").unwrap(), first);
        assert_eq!(first.matches("BEGIN CERTIFICATE").count(), 2);
    }
}
