//! Suites: files of tests for routers that are defined elsewhere.

use super::shared::Shelf;
use super::{File, Loaded, Options, load, read};
use crate::analyze::rules::DEFAULT_UNREACHABLE;
use crate::check::{self, Checked};
use crate::compile::compile;
use crate::diag::{Sink, Suppressions};
use crate::model::{self, Definition, Suite};
use crate::source::{Loader, Sources};
use crate::suite::{self, Runner, no_such_router, several_routers, unreadable_router};
use crate::yaml;

/// Checks the suites of a file that was taken in. Out come the definitions that they test, each with the tests of its suite
/// in the place of its own. What else there is to say of a definition is said when it is checked itself.
pub fn check_suites(
    sources: &mut Sources,
    loaded: &Loaded,
    loader: &dyn Loader,
    options: &Options<'_>,
    sink: &mut Sink,
) -> File {
    let mut suppressions = Suppressions::default();
    let mut suites = Vec::new();
    if let Some(source) = sources.get(loaded.file) {
        let tree = yaml::parse_decoded(source, loaded.fault.as_ref(), &options.yaml, sink);
        tree.suppressions(source).into_iter().for_each(|s| suppressions.push(s));
        suites = model::lower_suites(&tree, sink);
    }
    let with = options.of_check();
    let mut definitions = Vec::new();
    for suite in suites {
        let from = sources.get(loaded.file).map_or_else(String::new, |file| file.name().to_owned());
        let (path, router) = parts(&suite.router.value);
        let (name, bytes) = match loader.load(&from, path) {
            Ok(found) => found,
            Err(error) => {
                sink.push(unreadable_router(&suite.router, path, &error.reason));
                continue;
            }
        };
        let definition = load(sources, &name, bytes, options);
        let (lowered, allowed) = read(sources, &definition, options, sink);
        allowed.iter().cloned().for_each(|s| suppressions.push(s));
        let mut shelf = Shelf::new(loader, options);
        for mut found in chosen(lowered.definitions, &suite, router, sink) {
            found.tests = suite.tests.clone();
            shelf.complete(&mut found, sources, definition.file, sink);
            let checked = check::check(found, &with, sink);
            if options.tests {
                examine(&checked, loader, sources, options, None, sink);
            }
            definitions.push(checked);
        }
        shelf.suppressions.into_iter().for_each(|s| suppressions.push(s));
    }
    File { definitions, suppressions }
}

/// Looks at the tests of a definition by themselves. `analyzed`: from where in the sink on it is told which routes no request
/// takes; if nobody asked that, it is asked here. Of a route that is an error there it is not told a second time.
pub(super) fn examine(
    checked: &Checked,
    loader: &dyn Loader,
    sources: &Sources,
    options: &Options<'_>,
    analyzed: Option<usize>,
    sink: &mut Sink,
) {
    if checked.definition.tests.is_empty() {
        return;
    }
    let Some(plan) = compile(checked, options.catalogue) else { return };
    let runner = Runner::new(checked, &plan, options.catalogue, loader, sources);
    let runner = match analyzed {
        Some(from) => {
            let mut told = sink.as_slice().iter().skip(from);
            let mut never = vec![false; plan.routes.len()];
            never.push(told.any(|d| d.meta.code == DEFAULT_UNREACHABLE.code));
            runner.knowing(never)
        }
        None => runner.proving(options.analysis),
    };
    suite::examine(&runner, sink);
}

/// The path, and the router of the file that is meant.
fn parts(written: &str) -> (&str, Option<&str>) {
    match written.rsplit_once(':') {
        Some((path, router)) if model::is_bare_name(router) && !path.is_empty() => (path, Some(router)),
        _ => (written, None),
    }
}

fn chosen(
    mut definitions: Vec<Definition>,
    suite: &Suite,
    router: Option<&str>,
    sink: &mut Sink,
) -> Vec<Definition> {
    let name = |definition: &Definition| {
        definition.router.name.as_ref().map(|name| model::bare_name(&name.value).to_owned())
    };
    let names: Vec<String> = definitions.iter().filter_map(name).collect();
    if let Some(router) = router {
        definitions.retain(|definition| name(definition).as_deref() == Some(router));
    }
    match definitions.len() {
        1 => definitions,
        // What is wrong with the file was said.
        0 if names.is_empty() && sink.error_count() > 0 => Vec::new(),
        0 => {
            sink.push(no_such_router(&suite.router, &names));
            Vec::new()
        }
        _ => {
            sink.push(several_routers(&suite.router, &names));
            Vec::new()
        }
    }
}
