//! Several threads over the pieces of one source, with the results in the order of the source.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use super::{Chunk, Chunks};

/// Works on every piece, and hands over the results in order. With one thread there is none but the caller's. How much
/// is under way at once is bounded, so memory is too.
///
/// `worker` makes what a thread needs for itself; `work` is given a piece and a buffer to write into; `take` gets what
/// that returned and wrote. What `work` and `take` do must not depend on the number of threads: then nothing does.
pub(in crate::cli) fn in_order<R: Read, W, T: Send>(
    mut chunks: Chunks<R>,
    threads: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &Chunk, &mut Vec<u8>) -> T + Sync,
    mut take: impl FnMut(T, &[u8]) -> anyhow::Result<()>,
    unreadable: impl Fn(&std::io::Error) -> anyhow::Error,
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
    let most = 2 * threads;
    let (give, todo) = mpsc::sync_channel::<(u64, Chunk, Vec<u8>)>(most);
    let todo = Mutex::new(todo);
    let (done, results) = mpsc::channel::<(u64, T, Vec<u8>, Vec<u8>)>();
    thread::scope(|scope| {
        // Moved here, so that whichever way this ends the channel closes and the threads go home.
        let give = give;
        for _ in 0..threads {
            let done = done.clone();
            let (todo, worker, work) = (&todo, &worker, &work);
            scope.spawn(move || {
                let mut own = worker();
                loop {
                    let next = todo.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, chunk, mut out)) = next else { return };
                    out.clear();
                    let result = work(&mut own, &chunk, &mut out);
                    if done.send((number, result, out, chunk.bytes)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut spare: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut waiting = BTreeMap::new();
        let (mut begun, mut taken, mut ended) = (0_u64, 0_u64, false);
        let mut fault = None;
        loop {
            while !ended && begun - taken < most as u64 {
                let (buffer, out) = spare.pop().unwrap_or_default();
                match chunks.next(buffer) {
                    Ok(Some(chunk)) => {
                        if give.send((begun, chunk, out)).is_err() {
                            return Ok(());
                        }
                        begun += 1;
                    }
                    Ok(None) => ended = true,
                    // What came before the fault is still worth having.
                    Err(error) => {
                        fault = Some(unreadable(&error));
                        ended = true;
                    }
                }
            }
            if taken == begun {
                return fault.map_or(Ok(()), Err);
            }
            // A thread that panicked takes its piece with it; the scope passes the panic on.
            let Ok((number, result, out, buffer)) = results.recv() else { return Ok(()) };
            waiting.insert(number, (result, out, buffer));
            while let Some((result, out, buffer)) = waiting.remove(&taken) {
                taken += 1;
                take(result, &out)?;
                spare.push((buffer, out));
            }
        }
    })
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
