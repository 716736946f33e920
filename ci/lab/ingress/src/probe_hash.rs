//! The hash by which net-istio recognises a generation of routes in the data plane.
//!
//! A request with `K-Network-Hash: override` gets the header replaced by the hash of the routes that it went
//! through, so that whoever sends it learns which generation a gateway serves.
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::kingress::{HeaderMatch, HttpPath, Ingress, IngressSpec};

const HASH_HEADER: &str = "K-Network-Hash";
const OVERRIDE: &str = "override";

/// The digest of the specification with the namespace and name of its ingress, in hexadecimal.
pub(crate) fn probe_hash(ingress: &Ingress) -> Result<String, serde_json::Error> {
    let mut digest = Sha256::new_with_prefix(serde_json::to_vec(&ingress.spec)?);
    for part in [&ingress.metadata.namespace, &ingress.metadata.name] {
        digest.update(part.as_deref().unwrap_or_default());
    }
    Ok(digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

/// `spec` with a path that answers the probe before each of its paths.
pub(crate) fn with_probe(spec: &IngressSpec, hash: &str) -> IngressSpec {
    let mut spec = spec.clone();
    for rule in &mut spec.rules {
        let probes: Vec<_> = rule.http.paths.iter().map(|path| probe_of(path, hash)).collect();
        rule.http.paths.splice(0..0, probes);
    }
    spec
}

fn probe_of(path: &HttpPath, hash: &str) -> HttpPath {
    let mut probe = path.clone();
    probe.headers.insert(HASH_HEADER.to_owned(), HeaderMatch { exact: OVERRIDE.to_owned() });
    probe.append_headers.insert(HASH_HEADER.to_owned(), hash.to_owned());
    probe
}
