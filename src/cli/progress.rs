//! How far a run has come, for somebody who waits for it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Who waits less is not told.
const SOON: Duration = Duration::from_secs(1);

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unit {
    /// Those of a file, as it lies there.
    Bytes,
    Files,
}

/// A bar on the terminal, drawn when a run takes long.
pub(super) struct Progress {
    started: Instant,
    unit: Unit,
    /// What is done.
    done: Arc<AtomicU64>,
    /// Of so much; none where that is not known.
    all: Option<u64>,
    /// Whether anybody sees it, and with which characters.
    shown: Option<bool>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// For a file that is read. `shown`: none where nobody would see it; else whether the terminal has more than ASCII.
    pub(super) fn new(path: &Path, shown: Option<bool>) -> Self {
        let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
        Self::counting(Unit::Bytes, size, shown)
    }

    /// For so many files.
    pub(super) fn of_files(count: usize, shown: Option<bool>) -> Self {
        Self::counting(Unit::Files, u64::try_from(count).ok(), shown)
    }

    fn counting(unit: Unit, all: Option<u64>, shown: Option<bool>) -> Self {
        Self { started: Instant::now(), unit, done: Arc::default(), all, shown, bar: None }
    }

    /// What counts.
    pub(super) fn meter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.done)
    }

    /// Draws it anew, if it is time.
    pub(super) fn tick(&mut self) {
        let Some(unicode) = self.shown else { return };
        if self.bar.is_none() && self.started.elapsed() >= SOON {
            let bar = bar(self.unit, self.all, unicode, ProgressDrawTarget::stderr());
            // What was done before took its second too: the speed is that of what follows.
            bar.set_position(self.done.load(Ordering::Relaxed));
            bar.reset_eta();
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done.load(Ordering::Relaxed));
        }
    }

    /// Takes it away while something is written to the terminal.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(unit: Unit, all: Option<u64>, unicode: bool, target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(all, target);
    let template = match (unit, all) {
        (Unit::Bytes, Some(_)) => "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        (Unit::Bytes, None) => "{bytes}, {bytes_per_sec}",
        (Unit::Files, _) => "{bar:30} {pos} of {len} files, {eta} left",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars(if unicode { "█▉▊▋▌▍▎▏ " } else { "## " }));
    bar
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    fn drawn(unit: Unit, all: Option<u64>, unicode: bool) -> String {
        let term = InMemoryTerm::new(5, 100);
        let bar = bar(unit, all, unicode, ProgressDrawTarget::term_like(Box::new(term.clone())));
        bar.set_position(512);
        bar.tick();
        term.contents()
    }

    #[test]
    fn how_far_it_has_come() {
        let bytes = drawn(Unit::Bytes, Some(2048), true);
        assert!(bytes.starts_with("███████▌"), "{bytes}");
        assert!(bytes.contains("512 B of 2.00 KiB"), "{bytes}");
        assert!(drawn(Unit::Bytes, Some(2048), false).is_ascii());
        assert!(drawn(Unit::Bytes, None, true).starts_with("512 B"));
        let files = drawn(Unit::Files, Some(2048), true);
        assert!(files.starts_with("███████▌") && files.contains("512 of 2048 files"), "{files}");
    }

    #[test]
    fn nothing_is_drawn_where_nobody_waits() {
        let mut progress = Progress::new(Path::new("."), None);
        progress.tick();
        assert!(progress.bar.is_none());
    }
}
