//! The files that definitions refer to.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Loaded, Options, declarations, load};
use crate::check;
use crate::diag::{Sink, Suppression};
use crate::model::{self, Declarations, Definition, Metadata, Shared};
use crate::source::{FileId, Loader, Sources};
use crate::yaml;

/// The files that the definitions of one file refer to. Each is taken in once.
pub(super) struct Shelf<'a> {
    loader: &'a dyn Loader,
    options: &'a Options<'a>,
    /// By the path as written.
    found: FxHashMap<String, Result<FileId, String>>,
    /// What was taken in here. What is wrong in other files was said when they were read.
    loaded: FxHashMap<FileId, Loaded>,
    metadata: FxHashMap<FileId, Option<Declarations>>,
    shared: FxHashMap<FileId, Arc<Taken>>,
    /// What comments in them allow.
    pub(super) suppressions: Vec<Suppression>,
}

/// What a file holds for others.
struct Taken {
    documents: Vec<Shared>,
    /// A part of it could not be read.
    damaged: bool,
}

impl<'a> Shelf<'a> {
    pub(super) fn new(loader: &'a dyn Loader, options: &'a Options<'a>) -> Self {
        Self {
            loader,
            options,
            found: FxHashMap::default(),
            loaded: FxHashMap::default(),
            metadata: FxHashMap::default(),
            shared: FxHashMap::default(),
            suppressions: Vec::new(),
        }
    }

    /// Gives a definition what stands in the files that it refers to.
    pub(super) fn complete(
        &mut self,
        definition: &mut Definition,
        sources: &mut Sources,
        from: FileId,
        sink: &mut Sink,
    ) {
        if let Metadata::File(path) = definition.contract.metadata.clone() {
            let declared = match self.file(sources, &path.value, from) {
                Ok(file) => self.metadata(sources, file, sink),
                Err(reason) => {
                    sink.push(model::errors::unreadable_reference(&path, &reason));
                    None
                }
            };
            definition.contract.metadata = declared.map_or(Metadata::Unknown, Metadata::Declared);
        }
        let mut seen: Vec<FileId> = Vec::new();
        for path in std::mem::take(&mut definition.reuse.files) {
            let file = match self.file(sources, &path.value, from) {
                Ok(file) => file,
                Err(reason) => {
                    sink.push(model::errors::unreadable_shared(&path, &reason));
                    definition.reuse.unread = true;
                    continue;
                }
            };
            // Two paths may lead to one file.
            let text = |file: FileId| sources.get(file).map(|source| source.text());
            if seen.iter().any(|other| *other == file || text(*other) == text(file)) {
                continue;
            }
            seen.push(file);
            let taken = self.shared(sources, file, sink);
            definition.reuse.unread |= taken.damaged;
            if taken.documents.is_empty() && !taken.damaged {
                sink.push(model::errors::not_shared(&path));
                definition.reuse.unread = true;
            }
            for document in &taken.documents {
                definition.reuse.shared.push(Arc::clone(&document.library));
                join(&mut definition.contract.metadata, &document.metadata, sink);
            }
            definition.reuse.files.push(path);
        }
        if definition.reuse.unread {
            definition.contract.metadata = Metadata::Unknown;
        }
    }

    /// The file that a path leads to.
    fn file(&mut self, sources: &mut Sources, path: &str, from: FileId) -> Result<FileId, String> {
        if let Some(found) = self.found.get(path) {
            return found.clone();
        }
        let from = sources.get(from).map(|f| f.name().to_owned()).unwrap_or_default();
        let found = match self.loader.load(&from, path) {
            Ok((name, bytes)) => Ok(match sources.by_name(&name) {
                Some(known) => known.id(),
                None => {
                    let loaded = load(sources, &name, bytes, self.options);
                    let file = loaded.file;
                    self.loaded.insert(file, loaded);
                    file
                }
            }),
            Err(error) => Err(error.reason),
        };
        self.found.insert(path.to_owned(), found.clone());
        found
    }

    /// The block of a `metadata` file.
    fn metadata(&mut self, sources: &Sources, file: FileId, sink: &mut Sink) -> Option<Declarations> {
        if let Some(known) = self.metadata.get(&file) {
            return known.clone();
        }
        let (known, mut ignored) = (Loaded { file, fault: None }, Sink::new());
        let found = match self.loaded.get(&file) {
            Some(loaded) => declarations(sources, loaded, self.options, sink),
            None => declarations(sources, &known, self.options, &mut ignored),
        };
        self.metadata.insert(file, found.clone());
        found
    }

    /// What a file of `use` holds.
    fn shared(&mut self, sources: &Sources, file: FileId, sink: &mut Sink) -> Arc<Taken> {
        if let Some(known) = self.shared.get(&file) {
            return Arc::clone(known);
        }
        let (known, mut ignored) = (Loaded { file, fault: None }, Sink::new());
        let (loaded, sink) = match self.loaded.get(&file) {
            Some(loaded) => (loaded, sink),
            None => (&known, &mut ignored),
        };
        let mut taken = Taken { documents: Vec::new(), damaged: true };
        if let Some(source) = sources.get(file) {
            let tree = yaml::parse_decoded(source, loaded.fault.as_ref(), &self.options.yaml, sink);
            taken.damaged = tree.documents.iter().any(|document| document.damaged);
            taken.documents = model::lower_shared(&tree, sink);
            self.suppressions.extend(tree.suppressions(source));
        }
        let taken = Arc::new(taken);
        self.shared.insert(file, Arc::clone(&taken));
        taken
    }
}

/// Adds the declarations of a shared file to those that a definition has.
fn join(metadata: &mut Metadata, other: &Metadata, sink: &mut Sink) {
    match (&mut *metadata, other) {
        (_, Metadata::Inferred) => {}
        (Metadata::Inferred, other) => *metadata = other.clone(),
        (Metadata::Declared(own), Metadata::Declared(other)) => {
            for (name, declaration) in &other.keys {
                match own.keys.get(name) {
                    // Rather the definition's own has to go than what others share.
                    Some(again) => {
                        sink.push(check::key_declared_twice(again.name_span, name, declaration.name_span));
                    }
                    None => _ = own.keys.insert(name.clone(), declaration.clone()),
                }
            }
        }
        _ => *metadata = Metadata::Unknown,
    }
}
