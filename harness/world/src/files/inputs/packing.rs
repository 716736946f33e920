//! How a file is packed, by its first bytes: names lie.

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// It is not.
    None,
    /// A tar archive.
    Tar,
    /// Compressed with gzip, whatever that may be.
    Gzip,
    /// A zip archive.
    Zip,
    /// In a way that is not read, by its name.
    Other(&'static str),
}

impl Packing {
    /// How many bytes tell it.
    pub(crate) const HEAD: u64 = 512;

    /// How the file is packed that begins with these bytes.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Other("xz"),
            [b'B', b'Z', b'h', ..] => Self::Other("bzip2"),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Other("zstd"),
            [b'7', b'z', 0xbc, 0xaf, ..] => Self::Other("7z"),
            _ if head.get(257..262) == Some(b"ustar") => Self::Tar,
            _ => Self::None,
        }
    }

    /// Whether a name is that of an archive.
    pub(crate) fn is_archive_name(name: &str) -> bool {
        [".tar", ".tar.gz", ".tgz", ".zip", ".tar.xz", ".tar.bz2", ".tar.zst"]
            .iter()
            .any(|end| name.ends_with(end))
    }
}
