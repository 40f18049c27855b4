//! What is worth knowing about a request, whatever becomes of it.

use super::request::{Note, Request};
use crate::cel::value::Key;
use crate::check::{contract, rules};
use crate::compile::Plan;

/// Something that the sender of a request may not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// What it is about, without values of the request: a key.
    pub about: String,
    /// What is the matter.
    pub message: String,
}

/// All that is worth knowing about a request for a router.
pub fn findings(plan: &Plan, request: &Request) -> Vec<Finding> {
    let mut out = Vec::new();
    for note in &request.notes {
        out.push(match note {
            Note::MetadataUnused => Finding {
                rule: "metadata-at-top-level",
                about: "metadata".to_owned(),
                message: "`metadata` at the top level of an API body is not seen by routing: put it into `extra_body`"
                    .to_owned(),
            },
            Note::OwnSelection => Finding {
                rule: "request-level-selection",
                about: "extra_body".to_owned(),
                message: "the request carries its own models, sort, ignore or provider, which this decision leaves out"
                    .to_owned(),
            },
        });
    }
    let other = request.model.as_deref().and_then(|model| model.strip_prefix("inworld/"));
    if let Some(other) = other.filter(|name| !name.contains('/') && **name != *plan.router) {
        out.push(Finding {
            rule: "another-router",
            about: "model".to_owned(),
            message: format!(
                "the request asks for the router `{other}`, and is decided as if for `{}`",
                plan.router
            ),
        });
    }
    if let Some(declared) = &plan.metadata {
        let keys = request.metadata.iter().filter_map(|(key, _)| match key {
            Key::String(key) => Some(&**key),
            _ => None,
        });
        let get = |name: &str| request.metadata(name).cloned();
        out.extend(contract::violations(declared, get, keys).into_iter().map(|violation| Finding {
            rule: rules::REQUEST_BREAKS_CONTRACT.name,
            message: format!("`{}` {}", violation.key, violation.what),
            about: violation.key,
        }));
    }
    out
}
