//! Writing a bundle: the same entries give the same bytes.

use crate::bundle::manifest::{
    BundleEntries, BundleEntry, BundleManifest, FORMAT, GZIP, JOURNAL, LARGEST, LARGEST_CONTENT, MANIFEST,
    MOST_ENTRIES, RECORDING, comment, type_meta,
};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use vocabulary::{Digest, FileReaders, write_whole_file};

/// The limits within which a bundle is read, and so is written.
#[derive(Debug, Clone, Copy)]
struct BundleLimits {
    /// Of the file, in bytes.
    file: u64,
    /// Of what is unpacked, in bytes.
    content: u64,
    /// Of the number of entries, without the manifest.
    entries: usize,
}

const LIMITS: BundleLimits =
    BundleLimits { file: LARGEST, content: LARGEST_CONTENT, entries: MOST_ENTRIES - 1 };

/// The size of a block of a tar archive: a header is one, and contents are padded to whole ones.
const TAR_BLOCK: u64 = 512;

/// Writes a bundle, whole or not at all.
pub fn write(path: &Path, entries: &BundleEntries) -> io::Result<()> {
    write_whole_file(path, &encode(entries)?, FileReaders::Everybody)
}

/// The bytes of a bundle. What does not fit is left out, the largest entry first, and listed. Without journal and recording a
/// bundle could not be read, so they are never left out.
pub(super) fn encode(entries: &BundleEntries) -> io::Result<Vec<u8>> {
    encode_within(entries, LIMITS)
}

fn encode_within(entries: &BundleEntries, limits: BundleLimits) -> io::Result<Vec<u8>> {
    let mut kept: BTreeMap<&str, &[u8]> =
        entries.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    let mut by_size: Vec<_> =
        kept.keys().copied().filter(|name| ![JOURNAL, RECORDING].contains(name)).collect();
    by_size.sort_by_key(|name| kept[name].len());
    let mut left_out = Vec::new();
    let mut most = limits.content;
    loop {
        while size_in_archive(&kept) > most || kept.len() > limits.entries {
            let too_large = || {
                io::Error::new(io::ErrorKind::FileTooLarge, "a bundle of that size could not be read again")
            };
            let largest = by_size.pop().ok_or_else(too_large)?;
            kept.remove(largest);
            left_out.push(largest.to_owned());
        }
        let content = archive(&kept, &left_out)?;
        if content.len() as u64 <= limits.content {
            let bytes = gzip(&content)?;
            if bytes.len() as u64 <= limits.file {
                return Ok(bytes);
            }
        }
        most = size_in_archive(&kept) / 4 * 3;
    }
}

/// How much of an archive these entries take up.
fn size_in_archive(entries: &BTreeMap<&str, &[u8]>) -> u64 {
    entries.values().map(|content| TAR_BLOCK + (content.len() as u64).next_multiple_of(TAR_BLOCK)).sum()
}

/// A tar archive of these entries, with their manifest.
fn archive(kept: &BTreeMap<&str, &[u8]>, left_out: &[String]) -> io::Result<Vec<u8>> {
    let listed = kept.iter().map(|(name, content)| {
        ((*name).to_owned(), BundleEntry { bytes: content.len() as u64, sha256: Digest::of_bytes(content) })
    });
    let manifest =
        BundleManifest { type_meta: type_meta(), entries: listed.collect(), left_out: left_out.to_vec() };
    let manifest = serde_json::to_vec_pretty(&manifest)?;

    let mut archive = tar::Builder::new(Vec::new());
    let files = kept.iter().map(|(name, content)| (*name, *content));
    for (name, content) in std::iter::once((MANIFEST, manifest.as_slice())).chain(files) {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, content)?;
    }
    archive.into_inner()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::read::decode;
    use rstest::rstest;

    /// Bytes that do not become fewer by compression.
    fn noise(seed: u8, length: usize) -> Vec<u8> {
        let blocks = (0_u32..).flat_map(|block| {
            let digest = Digest::of_bytes(format!("{seed} {block}").as_bytes()).to_string();
            digest.into_bytes()
        });
        blocks.take(length).collect()
    }

    fn entries() -> BundleEntries {
        [
            (JOURNAL, noise(0, 3_000)),
            (RECORDING, noise(1, 9_000)),
            ("evidence/a", noise(2, 5_000)),
            ("evidence/b", noise(3, 500)),
        ]
        .map(|(name, content)| (name.to_owned(), content))
        .into()
    }

    #[rstest]
    #[case::all_fits(BundleLimits { file: 40_000, content: 40_000, entries: 4 }, 4)]
    #[case::too_large_a_file(BundleLimits { file: 8_500, content: 40_000, entries: 4 }, 3)]
    #[case::too_much_content(BundleLimits { file: 40_000, content: 20_000, entries: 4 }, 3)]
    #[case::too_many_entries(BundleLimits { file: 40_000, content: 40_000, entries: 2 }, 2)]
    fn what_is_written_can_be_read(#[case] limits: BundleLimits, #[case] kept: usize) {
        let bytes = encode_within(&entries(), limits).unwrap();
        assert!(bytes.len() as u64 <= limits.file, "{} bytes", bytes.len());
        let found = decode(&bytes).unwrap();
        assert_eq!(found.len(), kept, "{:?}", found.keys());
        assert!(
            found.contains_key(JOURNAL) && found.contains_key(RECORDING),
            "the largest is never left out"
        );
    }

    #[test]
    fn what_could_not_be_read_is_not_written() {
        let limits = BundleLimits { file: 4_000, content: 40_000, entries: 4 };
        let error = encode_within(&entries(), limits).unwrap_err();
        assert_eq!(error.to_string(), "a bundle of that size could not be read again");
    }
}
