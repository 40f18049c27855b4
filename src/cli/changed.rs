//! `irc check --changed-since`: only definitions that differ from a revision, or that use a file that does.

use std::path::Path;

use anyhow::anyhow;
use rayon::prelude::*;

use super::files::{Found, Input, Place};
use super::git::Changes;
use super::output::Output;
use super::session::Session;
use crate::catalogue::Catalogue;
use crate::pipeline::{self, Options};
use crate::source::Sources;

/// Leaves the definitions that a change may concern, and says where that is another choice than usual.
pub(super) fn only(
    found: Found,
    revision: &str,
    session: &Session,
    quiet: bool,
    output: &mut Output,
) -> anyhow::Result<Found> {
    let changes = Changes::since(revision).map_err(|reason| anyhow!(reason))?;
    // What the settings are made of concerns every definition.
    if let Some(path) = session.rests_on().find(|path| changes.differs(path)) {
        if !quiet {
            let shown = path.display();
            output.complain(&format!("{shown} differs from `{revision}`: all definitions are checked"));
        }
        return Ok(found);
    }
    let Found { inputs, problems, folders } = found;
    let count = inputs.len();
    let inputs: Vec<Input> =
        inputs.into_par_iter().filter(|input| concerns(input, &changes, &session.catalogue)).collect();
    if inputs.is_empty() && count > 0 && !quiet {
        output.complain(&format!("nothing differs from `{revision}`: no definition is checked"));
    }
    Ok(Found { inputs, problems, folders })
}

/// Whether a definition, or a file that it refers to, is another one than it was.
fn concerns(input: &Input, changes: &Changes, catalogue: &Catalogue) -> bool {
    let Place::Disk(path) = &input.place else { return true };
    if changes.has(path) {
        return true;
    }
    // What cannot be read is told when it is checked.
    let Ok(bytes) = input.read() else { return true };
    let (mut sources, options) = (Sources::new(), Options::new(catalogue));
    let loaded = pipeline::load(&mut sources, &input.name, bytes, &options);
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut used = pipeline::references(&sources, &loaded, &options).into_iter();
    used.any(|file| changes.has(&folder.join(file)))
}
