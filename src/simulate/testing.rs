//! What tests of this folder share.

use crate::catalogue::Catalogue;
use crate::compile::{self, Plan};
use crate::diag::Sink;
use crate::source::Sources;
use crate::{check, model, yaml};

/// The plan of a definition without errors.
pub(crate) fn plan(definition: &str) -> Plan {
    let catalogue = &Catalogue::embedded();
    let mut sources = Sources::new();
    let (text, fault) = yaml::decode(definition.as_bytes().to_vec(), &yaml::Options::default().limits);
    let file = sources.add("router.yaml", text);
    let mut sink = Sink::new();
    let options = yaml::Options::default();
    let tree = yaml::parse_decoded(sources.get(file).unwrap(), fault.as_ref(), &options, &mut sink);
    let definition = model::lower(&tree, &mut sink).definitions.pop().unwrap();
    let with =
        check::Options { catalogue, as_of: None, metadata: None, limits: crate::cel::Limits::default() };
    let checked = check::check(definition, &with, &mut sink);
    compile::compile(&checked, catalogue).unwrap_or_else(|| panic!("{:#?}", sink.as_slice()))
}
