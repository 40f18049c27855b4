//! Several threads over the pieces of one source, with the results in the order of the source.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use super::{Chunk, Chunks};

/// Works on every piece, and hands over the results in order. With one thread there is none but the caller's. How much
/// is under way at once is bounded, so memory is too.
///
/// `worker` makes what a thread needs for itself; `work` is given a piece and a buffer to write into; `take` gets what
/// that returned and wrote. What `work` and `take` do must not depend on the number of threads: then nothing does.
pub(in crate::cli) fn in_order<R: Read + Send, W, T: Send>(
    mut chunks: Chunks<R>,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &Chunk, &mut Vec<u8>) -> T + Sync,
    mut take: impl FnMut(T, &[u8]) -> anyhow::Result<()>,
    unreadable: impl Fn(&io::Error) -> anyhow::Error,
) -> anyhow::Result<()> {
    if threads < 2 {
        let (mut own, mut buffer, mut out) = (worker(), Vec::new(), Vec::new());
        while let Some(chunk) =
            chunks.next(std::mem::take(&mut buffer)).map_err(|error| unreadable(&error))?
        {
            out.clear();
            let result = work(&mut own, &chunk, &mut out);
            take(result, &out)?;
            buffer = chunk.bytes;
        }
        return Ok(());
    }
    // Whoever works on a piece reads it too: then it lies in the cache of the right processor. A piece is read into
    // buffers that are handed back only when its result is taken, which bounds what is under way.
    let (give_back, spare) = mpsc::channel::<(Vec<u8>, Vec<u8>)>();
    let source = Mutex::new(Source { chunks, spare, begun: 0, ended: false });
    let (done, results) = mpsc::channel();
    thread::scope(|scope| {
        // Moved here, so that whichever way this ends the channel closes and the threads go home.
        let give_back = give_back;
        for _ in 0..2 * threads {
            drop(give_back.send(Default::default()));
        }
        for _ in 0..threads {
            let done = done.clone();
            let (source, worker, work) = (&source, &worker, &work);
            scope.spawn(move || {
                let mut own = worker();
                loop {
                    let next = source.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((number, read)) = next else { return };
                    let result = read.map(|(chunk, mut out)| {
                        out.clear();
                        (work(&mut own, &chunk, &mut out), out, chunk.bytes)
                    });
                    if done.send((number, result)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut waiting = BTreeMap::new();
        let mut taken = 0_u64;
        // A thread that panicked takes its piece with it; the scope passes the panic on.
        for (number, result) in results {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&taken) {
                taken += 1;
                let (result, out, buffer) = result.map_err(|error| unreadable(&error))?;
                take(result, &out)?;
                // At the end nobody wants it.
                drop(give_back.send((buffer, out)));
            }
        }
        Ok(())
    })
}

/// What is to be worked on, and where to write.
type Piece = (Chunk, Vec<u8>);

/// Where all threads get their pieces.
struct Source<R> {
    chunks: Chunks<R>,
    /// Buffers for the next pieces: to read into, and to write into.
    spare: mpsc::Receiver<(Vec<u8>, Vec<u8>)>,
    begun: u64,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// The next piece, with its number. `None` behind the last one, or when nobody wants it.
    fn next(&mut self) -> Option<(u64, io::Result<Piece>)> {
        if self.ended {
            return None;
        }
        let (buffer, out) = self.spare.recv().ok()?;
        let read = self.chunks.next(buffer).transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        let number = self.begun;
        self.begun += 1;
        Some((number, read?.map(|chunk| (chunk, out))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &[u8], threads: usize) -> (Vec<u64>, Vec<u8>) {
        let (mut firsts, mut all) = (Vec::new(), Vec::new());
        let work = |count: &mut u64, chunk: &Chunk, out: &mut Vec<u8>| {
            *count += 1;
            for (number, line) in chunk.lines() {
                out.extend_from_slice(format!("{number}:").as_bytes());
                out.extend_from_slice(line);
                out.push(b'\n');
            }
            // The first piece takes longest.
            let rounds = if chunk.line == 1 { 3_000_000 } else { 1 };
            std::hint::black_box((0..rounds).fold(0_u64, |sum, i| std::hint::black_box(sum ^ i)));
            chunk.records
        };
        let take = |first, out: &[u8]| {
            firsts.push(first);
            all.extend_from_slice(out);
            Ok(())
        };
        let chunks = Chunks::new(Vec::new(), text, false);
        in_order(chunks, threads, || 0_u64, work, take, |error| anyhow::anyhow!("{error}")).unwrap();
        (firsts, all)
    }

    #[test]
    fn the_same_on_one_thread_and_many() {
        let text: String = (0..200_000).map(|i| format!("line {i} of a log\n")).collect();
        let one = run(text.as_bytes(), 1);
        assert!(one.0.len() > 5, "{}", one.0.len());
        for threads in [2, 3, 8] {
            assert!(run(text.as_bytes(), threads) == one, "{threads}");
        }
    }

    #[test]
    fn who_stops_listening_stops_the_work() {
        let text = "a\n".repeat(1_000_000);
        let mut seen = 0;
        let take = |(), _: &[u8]| {
            seen += 1;
            anyhow::bail!("enough")
        };
        let chunks = Chunks::new(Vec::new(), text.as_bytes(), false);
        let work = |(): &mut (), _: &Chunk, _: &mut Vec<u8>| ();
        let ended = in_order(chunks, 3, || (), work, take, |error| anyhow::anyhow!("{error}"));
        assert_eq!(ended.unwrap_err().to_string(), "enough");
        assert_eq!(seen, 1);
    }
}
