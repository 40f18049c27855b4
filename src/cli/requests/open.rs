//! Opening, and decompressing by the first bytes, whatever a file is called.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{anyhow, bail};
use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::cli::files;

/// How much is read at once.
const BUFFER: usize = 256 << 10;

/// Opens a file, or standard input for `-`. `meter` counts what is read of it.
pub(in crate::cli) fn open(path: &Path, meter: Arc<AtomicU64>) -> anyhow::Result<Box<dyn Read + Send>> {
    let shown = path.display();
    let source: Box<dyn Read + Send> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        if path.is_dir() {
            bail!("cannot read {shown}: it is a folder, not a file of requests");
        }
        let file =
            File::open(path).map_err(|error| anyhow!("cannot read {shown}: {}", files::reason(&error)))?;
        Box::new(file)
    };
    read(Metered { source, meter }).map_err(|error| anyhow!("cannot read {shown}: {}", files::reason(&error)))
}

/// What a source holds, decompressed.
pub(in crate::cli) fn read(mut source: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    // A pipe may give its first bytes one by one.
    let mut first = Vec::new();
    source.by_ref().take(4).read_to_end(&mut first)?;
    let whole = io::Cursor::new(first.clone()).chain(source);
    Ok(match first.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))),
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => {
            Box::new(Frames { source: BufReader::with_capacity(BUFFER, whole), decoder: FrameDecoder::new() })
        }
        // Whoever reads it has a buffer: through another one all of it would be copied.
        _ => Box::new(whole),
    })
}

/// Counts what is read.
struct Metered<R> {
    source: R,
    meter: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.meter.fetch_add(u64::try_from(read).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(read)
    }
}

/// All frames of a Zstandard stream, one after the other, as tools that compress in parallel write them.
struct Frames<R: BufRead> {
    source: R,
    decoder: FrameDecoder,
}

impl<R: BufRead> Frames<R> {
    /// Begins the next frame; false at the end of the stream.
    fn next(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    io::copy(&mut self.source.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            if self.decoder.is_finished() {
                if !self.next()? {
                    return Ok(0);
                }
            } else {
                let step = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.source, step).map_err(io::Error::other)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn text(bytes: Vec<u8>) -> io::Result<String> {
        let mut out = String::new();
        read(io::Cursor::new(bytes))?.read_to_string(&mut out).map(|_| out)
    }

    fn gz(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zst(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    #[test]
    fn whatever_it_is_called() {
        let long = "a line of a log\n".repeat(50_000);
        assert_eq!(text(long.clone().into_bytes()).unwrap(), long);
        assert_eq!(text(gz(&long)).unwrap(), long);
        assert_eq!(text(zst(&long)).unwrap(), long);
        for short in ["", "a", "abc"] {
            assert_eq!(text(short.as_bytes().to_vec()).unwrap(), short);
        }
    }

    #[test]
    fn parts_follow_one_another() {
        assert_eq!(text([gz("a\n"), gz("b\n")].concat()).unwrap(), "a\nb\n");
        let skipped = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0], b"abc".as_slice()].concat();
        let frames = [skipped.clone(), zst("a\n"), skipped, zst(""), zst("b\n")].concat();
        assert_eq!(text(frames).unwrap(), "a\nb\n");
    }

    #[test]
    fn what_is_cut_off_is_an_error() {
        let long = "0123456789 and so on\n".repeat(1000);
        for mut bytes in [gz(&long), zst(&long)] {
            bytes.truncate(bytes.len() - 5);
            assert!(text(bytes).is_err());
        }
        assert!(text([zst("a\n"), b"no frame".to_vec()].concat()).is_err());
    }
}
