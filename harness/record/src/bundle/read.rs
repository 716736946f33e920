//! Reading a bundle, which anybody may have sent: nothing is believed before its digest, and nothing is read without an
//! end.

use crate::bundle::manifest::{
    BundleEntries, BundleError, BundleManifest, FORMAT, FORMAT_1, GZIP, LARGEST, LARGEST_CONTENT, MANIFEST,
    MOST_ENTRIES, comment,
};
use flate2::bufread::GzDecoder;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};
use vocabulary::{Digest, foreign_json_error, one_line};

/// Reads a bundle, and holds all of it against its digests.
pub fn read(path: &Path) -> Result<BundleEntries, BundleError> {
    let io = |source| BundleError::Io { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(io)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(io)?;
    decode(&bytes)
}

/// Reads the bytes of a bundle.
pub fn decode(bytes: &[u8]) -> Result<BundleEntries, BundleError> {
    if bytes.len() as u64 > LARGEST {
        return Err(BundleError::Oversized);
    }
    let behind = bytes.strip_prefix(&GZIP).ok_or(BundleError::Other)?;
    let end = behind.iter().take(200).position(|byte| *byte == 0).ok_or(BundleError::Other)?;
    let said = std::str::from_utf8(&behind[..end]).map_err(|_| BundleError::Other)?;
    let format = match said.split_once(' ') {
        Some((format @ (FORMAT | FORMAT_1), _)) => format,
        Some((format, _)) if format.starts_with("meshproof-bundle/") => {
            return Err(BundleError::Format(one_line(format)));
        }
        _ => return Err(BundleError::Other),
    };
    if said != comment(format, &Digest::of_bytes(&behind[end + 1..])) {
        return Err(BundleError::Damaged);
    }
    entries(&unpack(bytes)?)
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, BundleError> {
    let mut content = Vec::new();
    let mut decoder = GzDecoder::new(bytes);
    let read = decoder
        .by_ref()
        .take(LARGEST_CONTENT + 1)
        .read_to_end(&mut content)
        .map_err(|error| malformed(&error))?;
    if read as u64 > LARGEST_CONTENT {
        return Err(BundleError::OversizedContent);
    }
    if decoder.into_inner().is_empty() {
        Ok(content)
    } else {
        Err(BundleError::Malformed("something follows its end".to_owned()))
    }
}

fn entries(content: &[u8]) -> Result<BundleEntries, BundleError> {
    let mut found = BundleEntries::new();
    for entry in tar::Archive::new(content).entries().map_err(|error| malformed(&error))? {
        let mut entry = entry.map_err(|error| malformed(&error))?;
        let name = entry.path().map_err(|error| malformed(&error))?.into_owned();
        let is_plain = name.components().all(|part| matches!(part, Component::Normal(_)));
        let is_line = |name: &&str| is_plain && one_line(name) == *name;
        let Some(name) = name.to_str().filter(is_line).map(ToOwned::to_owned) else {
            let name = one_line(&name.to_string_lossy());
            return Err(BundleError::Malformed(format!("`{name}` is no name of an entry")));
        };
        if entry.header().entry_type() != tar::EntryType::Regular {
            return Err(BundleError::Malformed(format!("`{name}` is no file")));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(|error| malformed(&error))?;
        if found.insert(name.clone(), bytes).is_some() {
            return Err(BundleError::Malformed(format!("`{name}` is in it twice")));
        }
        if found.len() > MOST_ENTRIES {
            return Err(BundleError::Malformed(format!("it has more than {MOST_ENTRIES} entries")));
        }
    }
    let manifest = found.remove(MANIFEST).ok_or_else(|| BundleError::NoEntry(MANIFEST.to_owned()))?;
    let manifest: BundleManifest = serde_json::from_slice(&manifest)
        .map_err(|error| BundleError::Malformed(format!("`{MANIFEST}`: {}", foreign_json_error(&error))))?;
    let is_listed = |(name, content): (&String, &Vec<u8>)| {
        manifest.entries.get(name).is_some_and(|entry| {
            entry.bytes == content.len() as u64 && entry.sha256 == Digest::of_bytes(content)
        })
    };
    if found.len() != manifest.entries.len() || !found.iter().all(is_listed) {
        return Err(BundleError::Malformed("its entries are not those of its manifest".to_owned()));
    }
    Ok(found)
}

fn malformed(error: &io::Error) -> BundleError {
    BundleError::Malformed(one_line(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::gzip::gzip;
    use crate::bundle::write::encode;
    use rstest::rstest;
    use std::collections::BTreeMap;

    fn small() -> BundleEntries {
        let text = |text: &str| text.as_bytes().to_vec();
        BTreeMap::from([
            ("journal.jsonl".to_owned(), text("{}\n")),
            ("evidence/a/index.txt".to_owned(), text("x")),
        ])
    }

    /// The gzip file of an archive with this entry.
    fn archive(name: &str, content: &[u8], kind: tar::EntryType, times: usize) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for _ in 0..times {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(content.len() as u64);
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            archive.append(&header, content).unwrap();
        }
        gzip(&archive.into_inner().unwrap()).unwrap()
    }

    #[test]
    fn what_was_written_is_read_and_the_bytes_are_the_same_each_time() {
        let bytes = encode(&small()).unwrap();
        assert_eq!(decode(&bytes).unwrap(), small());
        assert_eq!(encode(&small()).unwrap(), bytes);
    }

    #[test]
    fn any_flipped_byte_is_refused() {
        let bytes = encode(&small()).unwrap();
        for at in 0..bytes.len() {
            for bit in [1_u8, 0x80] {
                let mut flipped = bytes.clone();
                flipped[at] ^= bit;
                assert!(decode(&flipped).is_err(), "byte {at}");
            }
        }
    }

    #[test]
    fn any_truncation_is_refused() {
        let bytes = encode(&small()).unwrap();
        assert!((0..bytes.len()).all(|length| decode(&bytes[..length]).is_err()));
    }

    #[rstest]
    #[case::nothing(Vec::new(), "this is not a bundle of meshproof")]
    #[case::text(b"hello".to_vec(), "this is not a bundle of meshproof")]
    #[case::no_archive(gzip(&[7; 2000]).unwrap(), "the bundle is malformed")]
    #[case::empty(gzip(b"").unwrap(), "the bundle has no entry `manifest.json`")]
    #[case::way_out(archive("../etc/passwd", b"x", tar::EntryType::Regular, 1), "is no name of an entry")]
    #[case::link(archive("a", b"", tar::EntryType::Symlink, 1), "`a` is no file")]
    #[case::twice(archive("a", b"x", tar::EntryType::Regular, 2), "`a` is in it twice")]
    #[case::no_manifest(archive("manifest.json", b"[]", tar::EntryType::Regular, 1), "`manifest.json`")]
    #[case::too_many(archive_of_many(), "more than 20000 entries")]
    #[case::too_large(vec![0; usize::try_from(LARGEST).unwrap() + 1], "larger than 64 MiB")]
    #[case::later(
        later(),
        "of format `meshproof-bundle/3`, and this version reads `meshproof-bundle/2` and `meshproof-bundle/1`"
    )]
    fn what_is_no_bundle_is_told_apart(#[case] bytes: Vec<u8>, #[case] told: &str) {
        let error = decode(&bytes).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }

    #[test]
    fn bomb_is_refused_before_it_is_held() {
        let zeros = vec![0; usize::try_from(LARGEST_CONTENT).unwrap() + 1];
        assert!(matches!(decode(&gzip(&zeros).unwrap()), Err(BundleError::OversizedContent)));
    }

    fn archive_of_many() -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        for index in 0..=MOST_ENTRIES {
            let mut header = tar::Header::new_ustar();
            header.set_size(0);
            archive.append_data(&mut header, format!("{index}"), &b""[..]).unwrap();
        }
        gzip(&archive.into_inner().unwrap()).unwrap()
    }

    fn later() -> Vec<u8> {
        let mut bytes = encode(&small()).unwrap();
        let at = GZIP.len() + FORMAT.len() - 1;
        bytes[at] = b'3';
        bytes
    }
}
