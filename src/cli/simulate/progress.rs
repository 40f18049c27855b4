//! How far a run has come, for somebody who waits for it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Who waits less is not told.
const SOON: Duration = Duration::from_secs(1);

/// A bar on the terminal, drawn when a run takes long.
pub(super) struct Progress {
    started: Instant,
    /// Bytes that were read of the file, as it lies there.
    read: Arc<AtomicU64>,
    /// Of so many; none where that is not known.
    size: Option<u64>,
    /// Whether anybody sees it, and with which characters.
    shown: Option<bool>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `shown`: none where nobody would see it; else whether the terminal has more than ASCII.
    pub(super) fn new(path: &Path, shown: Option<bool>) -> Self {
        let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
        Self { started: Instant::now(), read: Arc::default(), size, shown, bar: None }
    }

    /// What counts the bytes.
    pub(super) fn meter(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// Draws it anew, if it is time.
    pub(super) fn tick(&mut self) {
        let Some(unicode) = self.shown else { return };
        if self.bar.is_none() && self.started.elapsed() >= SOON {
            let bar = bar(self.size, unicode, ProgressDrawTarget::stderr());
            // What was read before took its second too: the speed is that of what follows.
            bar.set_position(self.read.load(Ordering::Relaxed));
            bar.reset_eta();
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.read.load(Ordering::Relaxed));
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

fn bar(size: Option<u64>, unicode: bool, target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(size, target);
    let template = match size {
        Some(_) => "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
        None => "{bytes}, {bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars(if unicode { "█▉▊▋▌▍▎▏ " } else { "## " }));
    bar
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    fn drawn(size: Option<u64>, unicode: bool) -> String {
        let term = InMemoryTerm::new(5, 100);
        let bar = bar(size, unicode, ProgressDrawTarget::term_like(Box::new(term.clone())));
        bar.set_position(512);
        bar.tick();
        term.contents()
    }

    #[test]
    fn how_far_it_has_come() {
        assert!(drawn(Some(2048), true).starts_with("███████▌"), "{}", drawn(Some(2048), true));
        assert!(drawn(Some(2048), true).contains("512 B of 2.00 KiB"));
        assert!(drawn(Some(2048), false).is_ascii());
        assert!(drawn(None, true).starts_with("512 B"));
    }

    #[test]
    fn nothing_is_drawn_where_nobody_waits() {
        let mut progress = Progress::new(Path::new("."), None);
        progress.tick();
        assert!(progress.bar.is_none());
    }
}
