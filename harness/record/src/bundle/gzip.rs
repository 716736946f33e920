//! A gzip file (RFC 1952) whose comment tells what is behind it.

use crate::bundle::manifest::{FORMAT, GZIP, comment};
use flate2::write::DeflateEncoder;
use flate2::{Compression, CrcWriter};
use std::io::{self, Seek, SeekFrom, Write};
use vocabulary::{Digest, DigestWriter};

/// Writes a content from where `to` is, and returns the size of the content. The comment is of the same length whatever it
/// tells, so that its place is kept until that is known.
pub(super) fn write_gzip(
    to: &mut (impl Write + Seek),
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<u64> {
    to.write_all(&GZIP)?;
    let place = to.stream_position()?;
    to.write_all(comment(FORMAT, &Digest::of_bytes(b"")).as_bytes())?;
    to.write_all(&[0])?;

    let (bytes, digest) = write_behind(DigestWriter::new(&mut *to), write)?;
    let end = to.stream_position()?;
    to.seek(SeekFrom::Start(place))?;
    to.write_all(comment(FORMAT, &digest).as_bytes())?;
    to.seek(SeekFrom::Start(end))?;
    Ok(bytes)
}

/// Writes what is behind the header. Returns the size of the content, and the digest of what was written.
fn write_behind(
    to: DigestWriter<impl Write>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<(u64, Digest)> {
    let encoder = DeflateEncoder::new(to, Compression::best());
    let mut content = CrcWriter::new(encoder);
    write(&mut content)?;
    let (sum, amount) = (content.crc().sum(), content.crc().amount());
    let encoder = content.into_inner();
    let bytes = encoder.total_in();
    let mut behind = encoder.finish()?;
    behind.write_all(&sum.to_le_bytes())?;
    behind.write_all(&amount.to_le_bytes())?;
    let (_, digest) = behind.finish();
    Ok((bytes, digest))
}

/// The gzip file of a content.
#[cfg(test)]
pub(super) fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = io::Cursor::new(Vec::new());
    write_gzip(&mut file, |to| to.write_all(content))?;
    Ok(file.into_inner())
}
