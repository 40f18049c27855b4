//! The façade: the passes in their order.

use crate::analyze;
use crate::catalogue::{Catalogue, Date};
use crate::cel;
use crate::check::{self, Checked};
use crate::diag::{Sink, Suppressions, Switches};
use crate::format::{self, Formatted};
use crate::lint;
use crate::model::{self, Declarations, Definition, Metadata};
use crate::registry;
use crate::source::{FileId, LoadError, Loader, Sources};
use crate::yaml;

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
    let (definitions, suppressions) = read(sources, loaded, options, sink);
    let mut checked = Vec::new();
    for mut definition in definitions {
        if let Metadata::File(path) = definition.contract.metadata.clone() {
            definition.contract.metadata = match shared(sources, &path.value, file, loader, options, sink) {
                Ok(Some(declared)) => Metadata::Declared(declared),
                Ok(None) => Metadata::Unknown,
                Err(error) => {
                    sink.push(model::errors::unreadable_reference(&path, &error.reason));
                    Metadata::Unknown
                }
            };
        }
        let with = check::Options {
            catalogue: options.catalogue,
            as_of: options.as_of,
            metadata: options.metadata,
            limits: options.cel,
        };
        checked.push(check::check(definition, &with, sink));
    }
    one_of_each_name(&checked, sources, sink);
    for definition in &checked {
        analyze::analyze(definition, options.catalogue, sources, options.analysis, sink);
    }
    lint(file, &checked, &suppressions, sources, options, sink);
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
        lint::definition(definition, with, sources, sink);
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
) -> (Vec<Definition>, Suppressions) {
    let Some(source) = sources.get(loaded.file) else { return (Vec::new(), Suppressions::default()) };
    let tree = yaml::parse_decoded(source, loaded.fault.as_ref(), &options.yaml, sink);
    let mut suppressions = Suppressions::default();
    tree.suppressions(source).into_iter().for_each(|s| suppressions.push(s));
    (model::lower(&tree, sink), suppressions)
}

/// Reads the metadata that a definition keeps in a file of its own. Each file is taken in once.
fn shared(
    sources: &mut Sources,
    path: &str,
    from: FileId,
    loader: &dyn Loader,
    options: &Options<'_>,
    sink: &mut Sink,
) -> Result<Option<Declarations>, LoadError> {
    let from = sources.get(from).map(|f| f.name().to_owned()).unwrap_or_default();
    let (name, bytes) = loader.load(&from, path)?;
    let known = sources.by_name(&name).map(crate::source::SourceFile::id);
    let mut ignored = Sink::new();
    let (loaded, sink) = match known {
        // What is wrong in it was said when it was read first.
        Some(file) => (Loaded { file, fault: None }, &mut ignored),
        None => (load(sources, &name, bytes, options), sink),
    };
    Ok(declarations(sources, &loaded, options, sink))
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
