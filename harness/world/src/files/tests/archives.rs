//! Archives: those that are read, and hostile ones, which are refused.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use rstest::rstest;
use std::io::{Cursor, Write};
use tar::EntryType;
use zip::write::SimpleFileOptions;

/// A tar archive with these entries. Names are written as they are, also those that lead out.
fn tar(entries: &[(&str, &[u8], EntryType)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content, kind) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        if *kind == EntryType::Symlink {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn must_gather() -> Vec<(&'static str, &'static [u8], EntryType)> {
    vec![
        ("./mg/namespaces/", b"", EntryType::Directory),
        ("./mg/namespaces/n/core/pods.yaml", POD.as_bytes(), EntryType::Regular),
        ("./mg/namespaces/n/pods/a/log.txt", b"{{", EntryType::Regular),
        ("./mg/namespaces/n/link.yaml", b"", EntryType::Symlink),
        ("./mg/inner.tar.gz", b"", EntryType::Regular),
    ]
}

#[rstest]
#[case::tar("mg.tar", tar(&must_gather()))]
#[case::gzip("mg.tar.gz", gzip(&tar(&must_gather())))]
#[case::name_that_lies("mg.zip", gzip(&tar(&must_gather())))]
fn tar_archive_is_read(#[case] name: &str, #[case] bytes: Vec<u8>) {
    let folder = folder::<&str>(&[]);
    write(folder.path(), name, &bytes);
    let files = read(&[&folder.path().join(name)], b"", LIMITS).unwrap();
    assert_eq!(
        not_read(&files, folder.path()),
        [
            format!("LinkInArchive: {name}/mg/namespaces/n/link.yaml (to /etc/passwd)"),
            format!("NestedArchive: {name}/mg/inner.tar.gz"),
        ]
    );
    let line = files.line_of(&ObjectRef::namespaced("Pod", "n", "a"), "metadata.name").unwrap();
    assert!(line.ends_with(&format!("{name}/mg/namespaces/n/core/pods.yaml:3")), "{line}");
}

#[rstest]
#[case::tar(tar(&must_gather()))]
#[case::gzip(gzip(&tar(&must_gather())))]
#[case::zip(zip(&[("mg/a.yaml", POD.as_bytes()), ("mg\\b.txt", b"")]))]
#[case::gzip_of_a_manifest(gzip(POD.as_bytes()))]
#[case::manifest(POD.as_bytes().to_vec())]
fn archive_on_standard_input_is_read(#[case] bytes: Vec<u8>) {
    assert_eq!(objects(&read(&[Path::new("-")], &bytes, LIMITS).unwrap()), ["Pod n/a"]);
}

const SMALL: ReadLimits = ReadLimits { file: 1 << 20, total: 2 << 20, unpacked: 4 << 20, entries: 100 };

fn zeros(mebibytes: usize) -> Vec<u8> {
    vec![b'0'; mebibytes << 20]
}

fn many() -> Vec<(&'static str, &'static [u8], EntryType)> {
    std::iter::repeat_n(("a.txt", b"".as_slice(), EntryType::Regular), 101).collect()
}

#[rstest]
#[case::up(tar(&[("a/../../b.yaml", b"", EntryType::Regular)]), "holds `a/../../b.yaml`, which leads out of the archive")]
#[case::absolute(tar(&[("/etc/b.yaml", b"", EntryType::Regular)]), "holds `/etc/b.yaml`, which leads out of the archive")]
#[case::zip_up(zip(&[("../b.yaml", b"")]), "holds `../b.yaml`, which leads out of the archive")]
#[case::zip_absolute(zip(&[("/b.yaml", b"")]), "holds `/b.yaml`, which leads out of the archive")]
#[case::zip_of_windows(zip(&[("..\\b.yaml", b"")]), "holds `../b.yaml`, which leads out of the archive")]
#[case::bomb(gzip(&tar(&[("a.txt", &zeros(5), EntryType::Regular)])), "`stdin` unpacks to more than 4 MiB")]
#[case::bomb_of_manifests(
    gzip(&tar(&[("a.yaml", &zeros(1), EntryType::Regular), ("b.yaml", &zeros(1), EntryType::Regular), ("c.yaml", &zeros(1), EntryType::Regular)])),
    "the manifests are more than 2 MiB"
)]
#[case::zip_bomb_of_manifests(
    zip(&[("a.yaml", &zeros(1)), ("b.yaml", &zeros(1)), ("c.yaml", &zeros(1))]),
    "the manifests are more than 2 MiB"
)]
#[case::one_large_manifest(gzip(&tar(&[("a.yaml", &zeros(2), EntryType::Regular)])), "1 is larger than any manifest: stdin/a.yaml")]
#[case::one_large_manifest_in_a_zip(zip(&[("a.yaml", &zeros(2))]), "1 is larger than any manifest: stdin/a.yaml")]
#[case::large_gzip_of_a_manifest(gzip(&zeros(2)), "1 is larger than any manifest: stdin")]
#[case::many(tar(&many()), "more than 100 files")]
#[case::cut(gzip(&tar(&must_gather()))[..100].to_vec(), "`stdin` is no archive that can be read")]
#[case::cut_tar(tar(&must_gather())[..600].to_vec(), "`stdin` is no archive that can be read")]
#[case::zip_without_an_end(zip(&[("a.yaml", b"a: 1")])[..40].to_vec(), "`stdin` is no archive that can be read")]
#[case::gzip_of_gzip(gzip(&gzip(b"x")), "1 is an archive within: stdin")]
#[case::xz(b"\xfd7zXZ\0....".to_vec(), "1 is encrypted or compressed in another way: stdin (xz)")]
#[case::link(tar(&[("a.yaml", b"", EntryType::Symlink)]), "1 is a link in an archive: stdin/a.yaml (to /etc/passwd)")]
#[case::device(tar(&[("a.yaml", b"", EntryType::Char)]), "1 is no regular file: stdin/a.yaml")]
fn hostile_archive_is_refused(#[case] bytes: Vec<u8>, #[case] expected: &str) {
    let error = vocabulary::chain(&read(&[Path::new("-")], &bytes, SMALL).unwrap_err());
    assert!(error.contains(expected), "{error}");
}

#[test]
fn any_flipped_byte_of_an_archive_is_survived() {
    for bytes in [gzip(&tar(&must_gather())), zip(&[("a.yaml", POD.as_bytes())])] {
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x55;
            let _ = read(&[Path::new("-")], &flipped, SMALL);
        }
    }
}
