//! The outside of a bundle: canonical form and signature, without any secret key.

use std::io::{self, Read, Seek, SeekFrom};

use sha2::{Digest as _, Sha256};

use super::MAX_BUNDLE_BYTES;
use super::crc32::Crc32;
use super::error::{BundleError, Result, refuse};
use super::keys::VerifyKey;
use super::outer::{Frame, MAX_TAIL_BYTES, PAYLOAD_AT, Signature, TrustedComment, signature_text};
use crate::domain::fault::BundleFault;
use crate::domain::ids::ContentHash;

/// A bundle whose outside is right: no byte of it was changed since the key in `comment` signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    pub comment: TrustedComment,
    /// SHA-256 of `payload.age`: the bundle's hash.
    pub sha256: ContentHash,
    /// Of the whole file.
    pub bytes: u64,
    pub payload_bytes: u32,
    pub sender: Sender,
}

/// What is known about who signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sender {
    /// The key that the caller expected.
    Expected,
    /// The key that the bundle itself carries: the bundle is whole, but anybody may have made it.
    Unnamed,
}

/// Checks the outside of `file`. With `expected`, the signature must be that key's.
///
/// Every byte before and after the payload is built again and compared; payload and comment are covered by the
/// signature. So no changed, missing or added byte passes.
pub fn outside(file: &mut (impl Read + Seek), expected: Option<&VerifyKey>) -> Result<Outside> {
    let failed = |source| BundleError::io("the bundle cannot be read", source);
    let cut = || BundleError::refused(BundleFault::NotCanonical, "the file is cut or no bundle");
    let bytes = file.seek(SeekFrom::End(0)).map_err(failed)?;
    if bytes > MAX_BUNDLE_BYTES {
        return refuse(BundleFault::TooLarge, format!("the file has {bytes} bytes, more than a bundle may have"));
    }
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut head = [0; PAYLOAD_AT];
    file.read_exact(&mut head).ok().ok_or_else(cut)?;
    let payload_bytes = u32::from_le_bytes([head[18], head[19], head[20], head[21]]);
    let tail_at = PAYLOAD_AT as u64 + u64::from(payload_bytes);
    let tail_bytes = bytes.checked_sub(tail_at).filter(|&count| count <= MAX_TAIL_BYTES).ok_or_else(cut)?;
    file.seek(SeekFrom::Start(tail_at)).map_err(failed)?;
    let mut tail = Vec::new();
    file.take(tail_bytes).read_to_end(&mut tail).map_err(failed)?;
    let signature = Signature::parse(signature_text(&tail).ok_or_else(cut)?)?;
    let key = &signature.comment.key;
    if expected.is_some_and(|expected| expected != key) {
        return refuse(
            BundleFault::UnknownSender,
            format!("the bundle is signed by {}, not by the expected key", key.key_id()),
        );
    }
    file.seek(SeekFrom::Start(PAYLOAD_AT as u64)).map_err(failed)?;
    let mut payload = Hashing::new(file.take(u64::from(payload_bytes)));
    let verified = key.verifies(&signature.signature, &mut payload);
    let (crc, sha256) = payload.finish().map_err(failed)?;
    let frame = Frame::new(payload_bytes, crc);
    if frame.head() != head || frame.tail(&signature.text)? != tail {
        return refuse(BundleFault::NotCanonical, "bytes around payload and signature differ from the one right form");
    }
    if !verified {
        return refuse(BundleFault::BadSignature, "the signature does not match");
    }
    let sender = if expected.is_some() { Sender::Expected } else { Sender::Unnamed };
    Ok(Outside { comment: signature.comment, sha256, bytes, payload_bytes, sender })
}

/// Hashes what is read through it.
struct Hashing<R> {
    input: R,
    sha256: Sha256,
    crc: Crc32,
}

impl<R: Read> Hashing<R> {
    fn new(input: R) -> Self {
        Self { input, sha256: Sha256::new(), crc: Crc32::default() }
    }

    /// Reads what is left, so that the sums are those of everything.
    fn finish(mut self) -> io::Result<(u32, ContentHash)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok((self.crc.finish(), ContentHash(self.sha256.finalize().into())))
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.sha256.update(&buffer[..count]);
        self.crc.update(&buffer[..count]);
        Ok(count)
    }
}
