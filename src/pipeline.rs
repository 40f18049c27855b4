//! The façade: the passes in their order.

mod shared;
mod suites;

use crate::analyze;
use crate::catalogue::{Catalogue, Date};
use crate::cel;
use crate::check::{self, Checked};
use crate::diag::{Sink, Suppressions, Switches};
use crate::format::{self, Formatted};
use crate::lint;
use crate::model::{self, Declarations, Metadata};
use crate::registry;
use crate::source::{FileId, Loader, Sources};
use crate::yaml;
use shared::Shelf;
pub use suites::check_suites;

/// What a run rests on.
#[derive(Debug)]
pub struct Options<'a> {
    /// Which models there are.
    pub catalogue: &'a Catalogue,
    /// The day that retirement dates are compared with; none to leave them alone.
    pub as_of: Option<Date>,
    /// What callers send, for definitions that do not say so. Findings point at it: the file that it stands in is to be
    /// the same one of the sources that the definitions are checked with.
    pub metadata: Option<&'a Declarations>,
    /// Bounds on files.
    pub yaml: yaml::Options,
    /// Bounds on expressions.
    pub cel: cel::Limits,
    /// Bounds on questions about all requests.
    pub analysis: analyze::Budget,
    /// Which lints are on.
    pub rules: Switches,
    /// Whether tests are looked at by themselves. Whoever runs them need not ask for it.
    pub tests: bool,
}

impl<'a> Options<'a> {
    /// The usual bounds, no date, no shared metadata.
    pub fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            as_of: None,
            metadata: None,
            yaml: yaml::Options::default(),
            cel: cel::Limits::default(),
            analysis: analyze::Budget::default(),
            rules: Switches::default(),
            tests: true,
        }
    }

    /// What single definitions are checked against.
    fn of_check(&self) -> check::Options<'a> {
        check::Options {
            catalogue: self.catalogue,
            as_of: self.as_of,
            metadata: self.metadata,
            limits: self.cel,
        }
    }
}

/// A file, checked.
#[derive(Debug)]
pub struct File {
    /// Its definitions, in order.
    pub definitions: Vec<Checked>,
    /// What its comments allow.
    pub suppressions: Suppressions,
}

/// A file that was taken in, and what is wrong with its bytes.
#[derive(Debug)]
pub struct Loaded {
    file: FileId,
    fault: Option<yaml::DecodeFault>,
}

/// Takes in a file's bytes under its display name.
pub fn load(sources: &mut Sources, name: &str, bytes: Vec<u8>, options: &Options<'_>) -> Loaded {
    let (text, fault) = yaml::decode(bytes, &options.yaml.limits);
    Loaded { file: sources.add(name, text), fault }
}

/// Lays out a file that was taken in.
pub fn lay_out(sources: &Sources, loaded: &Loaded, options: &Options<'_>, sink: &mut Sink) -> Formatted {
    match sources.get(loaded.file) {
        Some(file) => format::format(file, loaded.fault.as_ref(), &options.yaml, sink),
        None => Formatted::Unreadable,
    }
}

/// Checks a file that was taken in.
pub fn check(
    sources: &mut Sources,
    loaded: &Loaded,
    loader: &dyn Loader,
    options: &Options<'_>,
    sink: &mut Sink,
) -> File {
    let file = loaded.file;
    let (lowered, mut suppressions) = read(sources, loaded, options, sink);
    let with = options.of_check();
    for shared in &lowered.shared {
        check::check_shared(shared, &with, sink);
    }
    let mut shelf = Shelf::new(loader, options);
    let mut checked = Vec::new();
    for mut definition in lowered.definitions {
        shelf.complete(&mut definition, sources, file, sink);
        checked.push(check::check(definition, &with, sink));
    }
    one_of_each_name(&checked, sources, sink);
    for definition in &checked {
        let before = sink.as_slice().len();
        analyze::analyze(definition, options.catalogue, sources, options.analysis, sink);
        if options.tests {
            suites::examine(definition, loader, sources, options, Some(before), sink);
        }
        check::show_uses(definition, sink.iter_mut().skip(before));
    }
    lint(file, &checked, &suppressions, sources, options, sink);
    shelf.suppressions.into_iter().for_each(|s| suppressions.push(s));
    File { definitions: checked, suppressions }
}

/// Whatever is unwise in the definitions, and then in the file.
fn lint(
    file: FileId,
    definitions: &[Checked],
    suppressions: &Suppressions,
    sources: &Sources,
    options: &Options<'_>,
    sink: &mut Sink,
) {
    let rules = &options.rules;
    for definition in definitions {
        let with = lint::Options { catalogue: options.catalogue, rules, analysis: options.analysis };
        let before = sink.as_slice().len();
        lint::definition(definition, with, sources, sink);
        check::show_uses(definition, sink.iter_mut().skip(before));
    }
    let whole = lint::File {
        id: file,
        suppressions,
        complete: !definitions.is_empty() && definitions.iter().all(|definition| definition.sound),
        rule: registry::by_name,
        names: || registry::all().map(|rule| rule.name).collect(),
    };
    lint::file(whole, rules, sources, sink);
}

/// The files that the definitions of a file refer to, as they are written there.
pub fn references(sources: &Sources, loaded: &Loaded, options: &Options<'_>) -> Vec<String> {
    let (lowered, _) = read(sources, loaded, options, &mut Sink::new());
    let mut files = Vec::new();
    for definition in lowered.definitions {
        files.extend(definition.reuse.files.into_iter().map(|path| path.value));
        if let Metadata::File(path) = definition.contract.metadata {
            files.push(path.value);
        }
    }
    files
}

/// Reports a router name that two documents of a file have.
fn one_of_each_name(definitions: &[Checked], sources: &Sources, sink: &mut Sink) {
    for (at, checked) in definitions.iter().enumerate() {
        let (Some(bare), Some(name)) = (checked.name(), &checked.definition.router.name) else { continue };
        let earlier = definitions.iter().take(at).find(|other| other.name() == Some(bare));
        if let Some(first) = earlier.and_then(|other| other.definition.router.name.as_ref()) {
            let line = sources.get(first.span.file).map_or(0, |f| f.position(first.span.start).line);
            sink.push(
                check::duplicate_router(name, &format!("on line {line}"))
                    .also(first.span, "named here first"),
            );
        }
    }
}

fn read(
    sources: &Sources,
    loaded: &Loaded,
    options: &Options<'_>,
    sink: &mut Sink,
) -> (model::Lowered, Suppressions) {
    let Some(source) = sources.get(loaded.file) else { return Default::default() };
    let tree = yaml::parse_decoded(source, loaded.fault.as_ref(), &options.yaml, sink);
    let mut suppressions = Suppressions::of(loaded.file);
    tree.suppressions(source).into_iter().for_each(|s| suppressions.push(s));
    (model::lower(&tree, sink), suppressions)
}

/// Reads a file of metadata declarations that was taken in.
pub fn declarations(
    sources: &Sources,
    loaded: &Loaded,
    options: &Options<'_>,
    sink: &mut Sink,
) -> Option<Declarations> {
    let source = sources.get(loaded.file)?;
    let tree = yaml::parse_decoded(source, loaded.fault.as_ref(), &options.yaml, sink);
    model::read_metadata(&tree, sink)
}
