//! The writing half of sealing: a named thread takes the encrypted payload in pieces, hashes and writes them, signs
//! them on the way, and puts the canonical frame around them. Without the word that the payload is complete, the
//! unfinished file is thrown away.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::crc32::Crc32;
use super::error::{BundleError, Result, refuse};
use super::keys::Signer;
use super::outer::{Frame, PAYLOAD_AT, UNTRUSTED};
use crate::domain::fault::BundleFault;
use crate::domain::ids::ContentHash;

/// Bytes handed from the encrypting to the writing thread at once, and how many such pieces may wait.
const CHUNK_BYTES: usize = 1 << 18;
const CHUNKS_WAITING: usize = 4;
/// Bytes after which the disk is asked to begin.
const FLUSH_BYTES: usize = 16 << 20;

/// Starts the thread `bundle-seal` on an empty file; what is written to the first value becomes the payload.
pub(super) fn start_writing(file: NamedTempFile, signer: Signer, comment: String) -> Result<(ChunkWriter, Writing)> {
    let (sender, receiver) = sync_channel(CHUNKS_WAITING);
    let thread = std::thread::Builder::new().name(String::from("bundle-seal"));
    let thread = thread.spawn(move || write_outer(file, receiver, &signer, &comment));
    let thread = thread.map_err(|source| BundleError::io("no thread for sealing", source))?;
    Ok((ChunkWriter { chunk: Vec::with_capacity(CHUNK_BYTES), sender }, Writing(Some(thread))))
}

/// The writing thread. Whoever drops a bundle in the making waits until its unfinished file is gone.
pub(super) struct Writing(Option<JoinHandle<Result<Written>>>);

impl Writing {
    pub(super) fn join(&mut self) -> Result<Written> {
        match self.0.take().map(JoinHandle::join) {
            Some(Ok(written)) => written,
            _ => refuse(BundleFault::Other, "the sealing thread stopped unexpectedly"),
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // a field above has closed the channel: the thread ends with an error that nobody waits for
        if self.0.is_some() {
            self.join().err();
        }
    }
}

/// What the writing thread gives back.
pub(super) struct Written {
    pub(super) file: NamedTempFile,
    pub(super) payload_sha256: ContentHash,
    pub(super) bytes: u64,
}

enum Chunk {
    Bytes(Vec<u8>),
    /// The payload is complete: without it the file is thrown away.
    End,
}

/// Hands pieces to the writing thread.
pub(super) struct ChunkWriter {
    chunk: Vec<u8>,
    sender: SyncSender<Chunk>,
}

impl ChunkWriter {
    fn send(&self, chunk: Chunk) -> io::Result<()> {
        self.sender.send(chunk).ok().ok_or_else(|| io::Error::other("the writing thread stopped"))
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.chunk);
        self.send(Chunk::Bytes(rest))?;
        self.send(Chunk::End)
    }
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK_BYTES {
            let full = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK_BYTES + (1 << 17)));
            self.send(Chunk::Bytes(full))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gives the signer the payload's bytes, and hashes and writes them on the way.
struct PayloadReader<'a> {
    chunks: Receiver<Chunk>,
    chunk: Vec<u8>,
    at: usize,
    file: &'a mut File,
    sha256: Sha256,
    crc: Crc32,
    bytes: u64,
    ended: bool,
    failure: Option<io::Error>,
    flusher: Flusher,
}

impl PayloadReader<'_> {
    fn next_chunk(&mut self) -> io::Result<()> {
        match self.chunks.recv() {
            Ok(Chunk::Bytes(bytes)) => {
                self.file.write_all(&bytes)?;
                self.sha256.update(&bytes);
                self.crc.update(&bytes);
                self.bytes += bytes.len() as u64;
                self.flusher.wrote(bytes.len());
                self.chunk = bytes;
                self.at = 0;
            }
            Ok(Chunk::End) => self.ended = true,
            Err(_) => return Err(io::Error::new(io::ErrorKind::BrokenPipe, "sealing was given up")),
        }
        Ok(())
    }
}

impl Read for PayloadReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() && !self.ended {
            if let Err(error) = self.next_chunk() {
                let kind = error.kind();
                self.failure = Some(error);
                return Err(kind.into());
            }
        }
        let count = buffer.len().min(self.chunk.len() - self.at);
        buffer[..count].copy_from_slice(&self.chunk[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Syncs what was written while more is being encrypted, so that the last sync has little left to do. A failure is
/// kept and reported by [`Flusher::finish`]: the system reports each only once, and the last sync may not see it.
struct Flusher {
    ask: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
    waiting_bytes: usize,
}

impl Flusher {
    fn start(file: &File) -> io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        let file = file.try_clone()?;
        let thread = std::thread::Builder::new().name(String::from("bundle-flush"));
        let thread = thread.spawn(move || {
            while asked.recv().is_ok() {
                file.sync_data()?;
            }
            Ok(())
        })?;
        Ok(Self { ask, thread, waiting_bytes: 0 })
    }

    fn wrote(&mut self, bytes: usize) {
        self.waiting_bytes += bytes;
        // a thread that is still busy takes these bytes along the next time
        if self.waiting_bytes >= FLUSH_BYTES && self.ask.try_send(()).is_ok() {
            self.waiting_bytes = 0;
        }
    }

    /// Waits for the sync that is under way; its failure, or that of an earlier one.
    fn finish(self) -> io::Result<()> {
        drop(self.ask);
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("the flushing thread stopped unexpectedly")))
    }
}

fn write_outer(
    mut temporary: NamedTempFile,
    chunks: Receiver<Chunk>,
    signer: &Signer,
    comment: &str,
) -> Result<Written> {
    let failed = |source| BundleError::io("the bundle cannot be written", source);
    let flusher = Flusher::start(temporary.as_file()).map_err(failed)?;
    let file = temporary.as_file_mut();
    file.write_all(&Frame::new(0, 0).head()).map_err(failed)?;
    let mut payload = PayloadReader {
        chunks,
        chunk: Vec::new(),
        at: 0,
        file,
        sha256: Sha256::new(),
        crc: Crc32::default(),
        bytes: 0,
        ended: false,
        failure: None,
        flusher,
    };
    let signed = signer.sign(&mut payload, comment, UNTRUSTED);
    let PayloadReader { sha256, crc, bytes, failure, flusher, .. } = payload;
    let flushed = flusher.finish();
    if let Some(source) = failure {
        return Err(failed(source));
    }
    flushed.map_err(failed)?;
    let signature = signed?;
    let Ok(size) = u32::try_from(bytes) else { return refuse(BundleFault::TooLarge, "the payload has 4 GiB or more") };
    let frame = Frame::new(size, crc.finish());
    let tail = frame.tail(&signature)?;
    let file = temporary.as_file_mut();
    file.write_all(&tail).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    file.write_all(&frame.head()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    let payload_sha256 = ContentHash(sha256.finalize().into());
    Ok(Written { file: temporary, payload_sha256, bytes: PAYLOAD_AT as u64 + bytes + tail.len() as u64 })
}
