//! The certificates of an installation: read from the folder that keeps them, made where they are missing or not good.

use crate::pki::authority::{LeafRequest, RootAuthority, is_valid_for};
use crate::pki::error::PkiError;
use cluster::state::StateFolder;

/// The certificates of an installation, as PEM.
#[derive(Clone)]
pub struct Pki {
    /// The root's certificate: what a client of the gateway trusts.
    pub root_crt: String,
    /// The wildcard certificate of the external Gateway.
    pub wildcard_crt: String,
    /// The key of the wildcard certificate.
    pub wildcard_key: String,
    /// Key, certificate and root of Kafka, in one file, as Kafka reads them.
    pub kafka_pem: String,
}

impl std::fmt::Debug for Pki {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pki").field("root_crt", &self.root_crt).finish_non_exhaustive()
    }
}

impl Pki {
    /// Reads the certificates for these names from a folder. What is missing, for another name or expires soon is made.
    pub fn open(folder: &StateFolder, domain: &str, kafka_host: &str) -> Result<Self, PkiError> {
        let root = open_root(folder)?;
        let (wildcard_crt, wildcard_key) = open_leaf(
            folder,
            &root,
            &LeafRequest { file: "wildcard", name: format!("*.{domain}"), is_client: false },
        )?;
        let (kafka_crt, kafka_key) = open_leaf(
            folder,
            &root,
            &LeafRequest { file: "kafka", name: kafka_host.to_owned(), is_client: true },
        )?;
        let kafka_pem = format!("{kafka_key}{kafka_crt}{}", root.crt);
        Ok(Self { root_crt: root.crt, wildcard_crt, wildcard_key, kafka_pem })
    }
}

/// Reads the root from a folder, or makes it.
pub(crate) fn open_root(folder: &StateFolder) -> Result<RootAuthority, PkiError> {
    let failed = |source| PkiError::Make { name: "root", source };
    if let (Some(crt), Some(key)) = (folder.read("root.crt")?, folder.read("root.key")?)
        && is_valid_for(&crt, None)
    {
        return RootAuthority::from_pem(crt, &key).map_err(failed);
    }
    let (root, key) = RootAuthority::make().map_err(failed)?;
    folder.write("root.key", &key)?;
    folder.write("root.crt", &root.crt)?;
    // Certificates of another root are of no use any more.
    folder.remove("wildcard.crt")?;
    folder.remove("kafka.crt")?;
    Ok(root)
}

fn open_leaf(
    folder: &StateFolder,
    root: &RootAuthority,
    leaf: &LeafRequest,
) -> Result<(String, String), PkiError> {
    let (crt_file, key_file) = (format!("{}.crt", leaf.file), format!("{}.key", leaf.file));
    if let (Some(crt), Some(key)) = (folder.read(&crt_file)?, folder.read(&key_file)?)
        && is_valid_for(&crt, Some(&leaf.name))
    {
        return Ok((crt, key));
    }
    let (crt, key) = root.sign(leaf).map_err(|source| PkiError::Make { name: leaf.file, source })?;
    folder.write(&key_file, &key)?;
    folder.write(&crt_file, &crt)?;
    Ok((crt, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::*;

    fn folder() -> (tempfile::TempDir, StateFolder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(dir.path().join("pki"));
        (dir, folder)
    }

    fn der(pem: &str) -> Vec<u8> {
        x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap().1.contents
    }

    #[test]
    fn leaf_is_signed_by_a_root_that_is_a_ca() {
        let (_dir, folder) = folder();
        let pki = Pki::open(&folder, "apps.test", "kafka.test").unwrap();
        let (root, leaf) = (der(&pki.root_crt), der(&pki.wildcard_crt));
        let (_, root) = X509Certificate::from_der(&root).unwrap();
        let (_, leaf) = X509Certificate::from_der(&leaf).unwrap();

        leaf.verify_signature(Some(root.public_key())).unwrap();
        assert_ne!(root.subject(), leaf.subject());
        assert!(root.is_ca() && !leaf.is_ca());
        let names = leaf.subject_alternative_name().unwrap().unwrap();
        assert_eq!(names.value.general_names, [GeneralName::DNSName("*.apps.test")]);
    }

    #[test]
    fn certificates_are_kept() {
        let (_dir, folder) = folder();
        let first = Pki::open(&folder, "apps.test", "kafka.test").unwrap();
        let again = Pki::open(&folder, "apps.test", "kafka.test").unwrap();
        assert_eq!((first.wildcard_crt, first.kafka_pem), (again.wildcard_crt, again.kafka_pem));
    }

    #[test]
    fn other_domain_gets_a_new_leaf_of_the_same_root() {
        let (_dir, folder) = folder();
        let first = Pki::open(&folder, "apps.test", "kafka.test").unwrap();
        let other = Pki::open(&folder, "other.test", "kafka.test").unwrap();
        assert_eq!((&first.root_crt, &first.kafka_pem), (&other.root_crt, &other.kafka_pem));
        assert_ne!(first.wildcard_crt, other.wildcard_crt);
    }

    #[test]
    fn new_root_replaces_its_leaves() {
        let (_dir, folder) = folder();
        let first = Pki::open(&folder, "apps.test", "kafka.test").unwrap();
        folder.remove("root.crt").unwrap();
        let other = Pki::open(&folder, "apps.test", "kafka.test").unwrap();
        assert_ne!(first.wildcard_crt, other.wildcard_crt);
    }
}
