//! Writing a bundle: the same entries give the same bytes.

use crate::bundle::manifest::{
    BundleEntries, BundleEntry, BundleManifest, FORMAT, GZIP, LARGEST_CONTENT, MANIFEST, comment, type_meta,
};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use vocabulary::Digest;

/// Writes a bundle, whole or not at all.
pub fn write(path: &Path, entries: &BundleEntries) -> io::Result<()> {
    let bytes = encode(entries)?;
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, bytes)?;
    std::fs::rename(&unfinished, path)
}

/// The bytes of a bundle. What does not fit is left out, the largest entry first, and listed.
pub(super) fn encode(entries: &BundleEntries) -> io::Result<Vec<u8>> {
    let mut total: u64 = entries.values().map(|content| content.len() as u64).sum();
    let mut by_size: Vec<_> = entries.iter().collect();
    by_size.sort_by_key(|(_, content)| content.len());
    let mut left_out = Vec::new();
    while total > LARGEST_CONTENT / 2
        && let Some((name, content)) = by_size.pop()
    {
        total -= content.len() as u64;
        left_out.push(name.clone());
    }
    let kept: BTreeMap<_, _> = entries.iter().filter(|(name, _)| !left_out.contains(name)).collect();
    let listed = kept.iter().map(|(name, content)| {
        ((*name).clone(), BundleEntry { bytes: content.len() as u64, sha256: Digest::of_bytes(content) })
    });
    let manifest = BundleManifest { type_meta: type_meta(), entries: listed.collect(), left_out };
    let manifest = serde_json::to_vec_pretty(&manifest)?;

    let mut archive = tar::Builder::new(Vec::new());
    let files = kept.into_iter().map(|(name, content)| (name.as_str(), content.as_slice()));
    for (name, content) in std::iter::once((MANIFEST, manifest.as_slice())).chain(files) {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content)?;
    }
    gzip(&archive.into_inner()?)
}

/// A gzip file (RFC 1952) whose comment tells what is behind it.
pub(super) fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    let mut body = encoder.finish()?;
    let mut crc = Crc::new();
    crc.update(content);
    body.extend(crc.sum().to_le_bytes());
    body.extend(crc.amount().to_le_bytes());

    let mut file = GZIP.to_vec();
    file.extend(comment(FORMAT, &body).as_bytes());
    file.push(0);
    file.extend(body);
    Ok(file)
}
