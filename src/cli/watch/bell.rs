//! What the system tells of changes in folders.
//!
//! Folders are attended to, not files: a file that an editor replaces is another one, and one that is gone may come back.
//! Where the system tells nothing, as of folders that lie on another machine, there is a look every now and then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

/// How long it must be quiet before a look: editors save in several steps.
const QUIET: Duration = Duration::from_millis(8);
/// How long quiet is waited for.
const PATIENCE: Duration = Duration::from_millis(24);
/// How often there is a look although nothing was heard.
const ROUND: Duration = Duration::from_secs(2);
/// The same where the system does not tell.
const DEAF_ROUND: Duration = Duration::from_millis(500);

/// The ear.
pub(super) struct Bell {
    watcher: Option<RecommendedWatcher>,
    /// Why there is none.
    fault: Option<String>,
    /// Kept so that waiting never ends because nobody speaks.
    _speaks: Sender<Event>,
    heard: Receiver<Event>,
    /// What is attended to.
    on: BTreeSet<PathBuf>,
    /// Some folder could not be attended to.
    deaf: bool,
    /// A folder was taken up: what happened before was not heard.
    fresh: bool,
}

/// What was heard.
#[derive(Debug)]
pub(super) struct Heard {
    /// What changed, as the system says.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Anything may have changed.
    pub(super) anything: bool,
    /// Nothing was heard: it is only time for a look.
    pub(super) round: bool,
    first: Instant,
}

impl Heard {
    fn nothing() -> Self {
        Self { paths: BTreeSet::new(), anything: false, round: false, first: Instant::now() }
    }

    /// How long ago the first of it was.
    pub(super) fn ago(&self) -> Duration {
        self.first.elapsed()
    }
}

impl Bell {
    pub(super) fn new() -> Self {
        let (speaks, heard) = channel();
        let tell = speaks.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // What cannot be told may be anything.
            let event = event.unwrap_or_else(|_| Event::new(EventKind::Other));
            if matters(&event) {
                let _ = tell.send(event);
            }
        });
        let fault = watcher.as_ref().err().map(|error| reason(Path::new("files"), error));
        let watcher = watcher.ok();
        Self {
            deaf: watcher.is_none(),
            watcher,
            fault,
            _speaks: speaks,
            heard,
            on: BTreeSet::new(),
            fresh: false,
        }
    }

    /// Attends to these folders and no others. Says why that is not possible, if it is not.
    pub(super) fn attend(&mut self, folders: &BTreeSet<PathBuf>) -> Option<String> {
        let Some(watcher) = &mut self.watcher else { return self.fault.take() };
        for gone in self.on.difference(folders) {
            let _ = watcher.unwatch(gone);
        }
        self.on.retain(|folder| folders.contains(folder));
        let mut fault = None;
        for folder in folders {
            if self.on.contains(folder) {
                continue;
            }
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.on.insert(folder.clone());
                    self.fresh = true;
                }
                Err(_) if !folder.is_dir() => self.fresh = true,
                Err(error) => fault = Some(reason(folder, &error)),
            }
        }
        self.deaf = fault.is_some();
        fault
    }

    /// Waits until there is something to hear, and then until it is quiet.
    pub(super) fn wait(&mut self) -> Heard {
        let mut heard = Heard::nothing();
        if std::mem::take(&mut self.fresh) {
            heard.anything = true;
            return heard;
        }
        match self.heard.recv_timeout(if self.deaf { DEAF_ROUND } else { ROUND }) {
            Ok(event) => {
                heard.first = Instant::now();
                self.hear(event, &mut heard);
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                heard.first = Instant::now();
                (heard.round, heard.anything) = (true, self.deaf);
                return heard;
            }
        }
        while heard.first.elapsed() < PATIENCE {
            let Ok(event) = self.heard.recv_timeout(QUIET) else { break };
            self.hear(event, &mut heard);
        }
        heard
    }

    fn hear(&mut self, event: Event, heard: &mut Heard) {
        heard.anything |= event.need_rescan() || event.paths.is_empty();
        let replaced = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
        for path in event.paths {
            // What stands in its place is not attended to yet.
            if replaced
                && self.on.remove(&path)
                && let Some(watcher) = &mut self.watcher
            {
                let _ = watcher.unwatch(&path);
            }
            heard.paths.insert(path);
        }
    }
}

/// Whether something may be different now. Whoever reads a file changes nothing, we among them.
fn matters(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

fn reason(what: &Path, error: &notify::Error) -> String {
    let why = match &error.kind {
        notify::ErrorKind::MaxFilesWatch => "too many are watched already".to_owned(),
        notify::ErrorKind::Io(error) => crate::cli::files::reason(error),
        _ => error.to_string(),
    };
    format!("the system cannot tell of changes in {}: {why}", what.display())
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, ModifyKind};

    use super::*;

    #[test]
    fn reading_changes_nothing() {
        let kinds = [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), true),
            (EventKind::Create(CreateKind::File), true),
            (EventKind::Modify(ModifyKind::Any), true),
            (EventKind::Other, true),
        ];
        for (kind, expected) in kinds {
            assert_eq!(matters(&Event::new(kind)), expected, "{kind:?}");
        }
    }
}
