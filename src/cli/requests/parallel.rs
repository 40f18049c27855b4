//! Several threads over the pieces of one source, with the results in the order of the source.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError, mpsc};
use std::thread;

use super::{Chunk, Chunks};

/// Works on every piece, and hands over the results in order. The caller's thread is one of those that work, unless others
/// wait for what is read as soon as it is there. How much is under way at once is bounded, so memory is too.
///
/// `worker` makes what a thread needs for itself; `work` is given a piece and a buffer to write into; `take` gets what
/// that returned and wrote. What `work` and `take` do must not depend on the number of threads: then nothing does.
pub(in crate::cli) fn in_order<R: Read + Send, W, T: Send>(
    chunks: Chunks<R>,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &Chunk, &mut Vec<u8>) -> T + Sync,
    take: impl FnMut(T, &[u8]) -> anyhow::Result<()>,
    unreadable: impl Fn(&io::Error) -> anyhow::Error,
) -> anyhow::Result<()> {
    // Who waits for input has no hands free for what others have finished.
    let only_takes = chunks.is_live() && threads > 1;
    let helpers = threads.saturating_sub(usize::from(!only_takes));
    // Whoever works on a piece reads it too: then it lies in the cache of the right processor. Memory is handed back only
    // when a result is taken, which bounds what is under way.
    let (give_back, spare) = mpsc::channel::<Piece>();
    let spare = Mutex::new(spare);
    let source = Mutex::new(Source { chunks, begun: 0, ended: false });
    let (done, results) = mpsc::channel();
    let (source, spare, worker, work) = (&source, &spare, &worker, &work);
    thread::scope(|scope| {
        for _ in 0..helpers {
            for _ in 0..PIECES {
                drop(give_back.send(Piece::default()));
            }
            let done = done.clone();
            scope.spawn(move || {
                let mut own = worker();
                loop {
                    let piece = lock(spare).recv();
                    let Ok(piece) = piece else { return };
                    let next = turn(source).next(piece);
                    let Some((number, read)) = next else { return };
                    if done.send((number, read.map(|piece| finish(work, &mut own, piece, false)))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        // Moved here, so that whichever way this ends the channel closes and the threads go home.
        let mut order = InOrder { waiting: BTreeMap::new(), taken: 0, take, give_back, own: Vec::new() };
        let mut own = (!only_takes).then(worker);
        order.own.extend(own.iter().flat_map(|_| std::iter::repeat_with(Piece::default).take(PIECES)));
        loop {
            let free = if own.is_some() { order.own.pop() } else { None };
            match (free, &mut own) {
                (Some(piece), Some(mine)) => {
                    let next = turn(source).next(piece);
                    match next {
                        Some((number, read)) => {
                            order.add(
                                number,
                                read.map(|piece| finish(work, mine, piece, true)),
                                &unreadable,
                            )?;
                        }
                        None => own = None,
                    }
                    while let Ok((number, result)) = results.try_recv() {
                        order.add(number, result, &unreadable)?;
                    }
                }
                // A thread that panicked takes its piece with it; the scope passes the panic on.
                _ => match results.recv() {
                    Ok((number, result)) => order.add(number, result, &unreadable)?,
                    Err(mpsc::RecvError) => return Ok(()),
                },
            }
        }
    })
}

/// How many pieces of memory each thread has: one to work on, and others that wait until what is before them is finished.
const PIECES: usize = 3;

/// What is to be worked on, and where to write.
type Piece = (Chunk, Vec<u8>);

/// A piece that was worked on.
struct Finished<T> {
    result: T,
    piece: Piece,
    /// Whether its memory belongs to the caller's thread.
    own: bool,
}

fn finish<W, T>(
    work: &impl Fn(&mut W, &Chunk, &mut Vec<u8>) -> T,
    worker: &mut W,
    (chunk, mut out): Piece,
    own: bool,
) -> Finished<T> {
    out.clear();
    let result = work(worker, &chunk, &mut out);
    Finished { result, piece: (chunk, out), own }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often a thread looks whether the source is free before it falls asleep.
const LOOKS: usize = 1000;

/// Locks the source. Whoever holds it mostly reads a piece of a file: to fall asleep and be woken takes longer.
fn turn<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for _ in 0..LOOKS {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => std::hint::spin_loop(),
        }
    }
    lock(mutex)
}

/// Hands over results in the order of their pieces, and memory to those who work.
struct InOrder<T, F> {
    waiting: BTreeMap<u64, io::Result<Finished<T>>>,
    taken: u64,
    take: F,
    give_back: mpsc::Sender<Piece>,
    /// Memory for the caller's thread.
    own: Vec<Piece>,
}

impl<T, F: FnMut(T, &[u8]) -> anyhow::Result<()>> InOrder<T, F> {
    fn add(
        &mut self,
        number: u64,
        finished: io::Result<Finished<T>>,
        unreadable: impl Fn(&io::Error) -> anyhow::Error,
    ) -> anyhow::Result<()> {
        self.waiting.insert(number, finished);
        while let Some(finished) = self.waiting.remove(&self.taken) {
            self.taken += 1;
            let Finished { result, piece, own } = finished.map_err(|error| unreadable(&error))?;
            (self.take)(result, &piece.1)?;
            if own {
                self.own.push(piece);
            } else {
                // At the end nobody wants it.
                drop(self.give_back.send(piece));
            }
        }
        Ok(())
    }
}

/// Where all threads get their pieces.
struct Source<R> {
    chunks: Chunks<R>,
    begun: u64,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// The next piece, with its number, in the memory of another. `None` behind the last one.
    fn next(&mut self, (memory, out): Piece) -> Option<(u64, io::Result<Piece>)> {
        if self.ended {
            return None;
        }
        let read = self.chunks.next(memory).transpose();
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
            let rounds = if chunk.records == 0 { 3_000_000 } else { 1 };
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
