//! Writing a bundle: the same entries give the same bytes.
//!
//! An entry is written each time it is needed: once to be measured, once into the archive. So no entry has to be in memory,
//! and the archive is none either: it goes to the file piece by piece, and its digest is put in its place at last.

use crate::bundle::gzip::write_gzip;
use crate::bundle::manifest::{
    BundleEntries, BundleEntry, BundleManifest, JOURNAL, LARGEST, LARGEST_CONTENT, MANIFEST, MOST_ENTRIES,
    RECORDING, type_meta,
};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use vocabulary::{DigestWriter, FileReaders, write_whole_file_with};

/// What writes an entry: the same bytes each time.
pub type EntryWriter<'a> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + 'a>;
/// What a bundle is made of, by name.
pub type BundleParts<'a> = BTreeMap<String, EntryWriter<'a>>;

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

/// Writes a bundle of entries that are in memory, whole or not at all.
pub fn write(path: &Path, entries: &BundleEntries) -> io::Result<()> {
    write_parts(path, &parts_of(entries))
}

/// Writes a bundle, whole or not at all.
pub fn write_parts(path: &Path, parts: &BundleParts<'_>) -> io::Result<()> {
    write_whole_file_with(path, FileReaders::Everybody, |file| {
        let mut to = BufWriter::new(&mut *file);
        let length = encode_within(parts, LIMITS, &mut to)?;
        to.flush()?;
        drop(to);
        // An attempt before the last may have been longer.
        file.set_len(length)
    })
}

/// The writers of entries that are in memory.
fn parts_of(entries: &BundleEntries) -> BundleParts<'_> {
    entries.iter().map(|(name, content)| (name.clone(), entry_of(content))).collect()
}

/// The writer of an entry that is in memory.
pub fn entry_of<'a>(content: impl AsRef<[u8]> + 'a) -> EntryWriter<'a> {
    Box::new(move |to| to.write_all(content.as_ref()))
}

/// Writes a bundle from the begin of `to` on, and returns its length. What does not fit is left out, the largest entry first,
/// and listed. Without journal and recording a bundle could not be read, so they are never left out.
fn encode_within(
    parts: &BundleParts<'_>,
    limits: BundleLimits,
    to: &mut (impl Write + Seek),
) -> io::Result<u64> {
    let mut kept = BTreeMap::<&str, BundleEntry>::new();
    for (name, part) in parts {
        kept.insert(name, measure(part)?);
    }
    let mut by_size: Vec<_> =
        kept.keys().copied().filter(|name| ![JOURNAL, RECORDING].contains(name)).collect();
    by_size.sort_by_key(|name| kept[name].bytes);
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
        to.seek(SeekFrom::Start(0))?;
        let content = write_gzip(to, |archive| write_archive(archive, parts, &kept, &left_out))?;
        let length = to.stream_position()?;
        if content <= limits.content && length <= limits.file {
            return Ok(length);
        }
        most = size_in_archive(&kept) / 4 * 3;
    }
}

/// The size and the digest of an entry.
fn measure(part: &EntryWriter<'_>) -> io::Result<BundleEntry> {
    write_measured(part, &mut io::sink())
}

fn write_measured(part: &EntryWriter<'_>, to: &mut dyn Write) -> io::Result<BundleEntry> {
    let mut measured = DigestWriter::new(to);
    let mut buffered = BufWriter::with_capacity(1 << 16, &mut measured);
    part(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    let (bytes, sha256) = measured.finish();
    Ok(BundleEntry { bytes, sha256 })
}

/// How much of an archive these entries take up.
fn size_in_archive(entries: &BTreeMap<&str, BundleEntry>) -> u64 {
    entries.values().map(|entry| TAR_BLOCK + entry.bytes.next_multiple_of(TAR_BLOCK)).sum()
}

/// Writes a tar archive of these entries, with their manifest.
fn write_archive(
    to: &mut dyn Write,
    parts: &BundleParts<'_>,
    kept: &BTreeMap<&str, BundleEntry>,
    left_out: &[String],
) -> io::Result<()> {
    let listed = kept.iter().map(|(name, entry)| ((*name).to_owned(), entry.clone()));
    let manifest =
        BundleManifest { type_meta: type_meta(), entries: listed.collect(), left_out: left_out.to_vec() };
    let manifest = serde_json::to_vec_pretty(&manifest)?;
    let mut archive = tar::Builder::new(to);
    archive.append_data(&mut header(manifest.len() as u64), MANIFEST, manifest.as_slice())?;
    for (name, entry) in kept {
        // The header alone: the content follows piece by piece.
        archive.append_data(&mut header(entry.bytes), name, io::empty())?;
        let written = parts.get(*name).map(|part| write_measured(part, archive.get_mut())).transpose()?;
        if written.as_ref() != Some(entry) {
            return Err(io::Error::other(format!("`{name}` was written twice, and is not the same")));
        }
        let padding = entry.bytes.next_multiple_of(TAR_BLOCK) - entry.bytes;
        io::copy(&mut io::Read::take(io::repeat(0), padding), archive.get_mut())?;
    }
    archive.finish()
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_size(bytes);
    header
}

/// The bytes of a bundle.
#[cfg(test)]
pub(super) fn encode(entries: &BundleEntries) -> io::Result<Vec<u8>> {
    encode_in_memory(entries, LIMITS)
}

#[cfg(test)]
fn encode_in_memory(entries: &BundleEntries, limits: BundleLimits) -> io::Result<Vec<u8>> {
    let mut bytes = io::Cursor::new(Vec::new());
    let length = encode_within(&parts_of(entries), limits, &mut bytes)?;
    let mut bytes = bytes.into_inner();
    bytes.truncate(usize::try_from(length).map_err(io::Error::other)?);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::read::decode;
    use rstest::rstest;
    use std::cell::Cell;
    use vocabulary::Digest;

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
        let bytes = encode_in_memory(&entries(), limits).unwrap();
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
        let error = encode_in_memory(&entries(), limits).unwrap_err();
        assert_eq!(error.to_string(), "a bundle of that size could not be read again");
    }

    #[test]
    fn entry_that_is_another_the_second_time_is_an_error() {
        let count = Cell::new(0);
        let mut parts = BundleParts::new();
        let part = |to: &mut dyn Write| {
            count.set(count.get() + 1);
            write!(to, "{}", count.get())
        };
        parts.insert(JOURNAL.to_owned(), Box::new(part));
        let error = encode_within(&parts, LIMITS, &mut io::Cursor::new(Vec::new())).unwrap_err();
        assert_eq!(error.to_string(), "`journal.jsonl` was written twice, and is not the same");
    }
}
