//! What is worth knowing about a request, whatever becomes of it.

use super::decide::Decision;
use super::own::brought;
use super::prompt::Prompt;
use super::request::{Note, Request};
use super::rules::{
    ANOTHER_ROUTER, METADATA_AT_TOP_LEVEL, MISSING_PROMPT_VARIABLE, PARAMETER_SET_TWICE,
    REQUEST_LEVEL_SELECTION,
};
use crate::check::rules::REQUEST_BREAKS_CONTRACT;
use crate::compile::{Parameters, Plan};
use crate::diag::Meta;
use crate::diag::suggest::and_list;

/// Something that the sender of a request may not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Meta,
    /// What it is about, without values of the request: a key.
    pub about: String,
    /// What is the matter.
    pub message: String,
}

/// All that is worth knowing about a request for a router.
pub fn findings(plan: &Plan, request: &Request, decision: &Decision<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    for note in &request.notes {
        out.push(match note {
            Note::MetadataUnused => Finding {
                rule: &METADATA_AT_TOP_LEVEL,
                about: "metadata".to_owned(),
                message:
                    "`metadata` at the top level of an API body is not seen by any condition: send it as \
                          `extra_body.metadata`"
                        .to_owned(),
            },
            Note::OwnSelection => Finding {
                rule: &REQUEST_LEVEL_SELECTION,
                about: "extra_body".to_owned(),
                message: own(request),
            },
        });
    }
    let other = request.model.as_deref().and_then(|model| model.strip_prefix("inworld/"));
    if let Some(other) = other.filter(|name| !name.contains('/') && **name != *plan.router) {
        out.push(Finding {
            rule: &ANOTHER_ROUTER,
            about: "model".to_owned(),
            message: format!(
                "the request asks for the router `{other}`, which will get it: here it is decided as if for `{}`, the only \
                 one given",
                plan.router
            ),
        });
    }
    if !decision.keeps_promises
        && let Some(promises) = &plan.metadata
    {
        out.extend(promises.broken_by(&request.metadata, true).into_iter().map(|violation| Finding {
            rule: &REQUEST_BREAKS_CONTRACT,
            message: format!("`{}` {}", violation.key, violation.what),
            about: violation.key,
        }));
    }
    if let Some(promises) = &plan.prompt_variables {
        let sent = request.prompt_variables();
        if !promises.kept_by(&sent) {
            // Their values are what users said.
            out.extend(promises.broken_by(&sent, false).into_iter().map(|violation| Finding {
                rule: &REQUEST_BREAKS_CONTRACT,
                message: format!("the prompt variable `{}` {}", violation.key, violation.what),
                about: variable(&violation.key),
            }));
        }
    }
    out
}

/// What a broken promise of a prompt variable is about.
fn variable(name: &str) -> String {
    format!("prompt_variables.{name}")
}

/// What is said of keys that a request brings itself.
fn own(request: &Request) -> String {
    let keys = request.own.as_deref().map(brought).unwrap_or_default();
    let taken: Vec<&str> = keys.iter().copied().filter(|key| *key != "ignore").collect();
    let adds = keys.contains(&"ignore");
    let takes = match taken.as_slice() {
        [] => String::new(),
        [_] => format!("{}, which takes the place of the variant's", and_list(taken)),
        _ => format!("{}, which take the place of the variant's", and_list(taken)),
    };
    let adds = if adds { "`ignore`, which adds to the variant's" } else { "" };
    let and = if takes.is_empty() || adds.is_empty() { "" } else { ", and " };
    format!("the request brings its own {takes}{and}{adds}")
}

/// Adds what is worth knowing about what goes with a request to the model.
pub fn prompt_findings(
    request: &Request,
    parameters: &Parameters,
    prompt: &Prompt,
    findings: &mut Vec<Finding>,
) {
    // That one is missing is said with what comes of it, and not as a broken promise besides.
    let missing: Vec<String> = prompt.missing.iter().map(|name| variable(name)).collect();
    findings.retain(|f| *f.rule != REQUEST_BREAKS_CONTRACT || !missing.contains(&f.about));
    let missing = prompt.missing.iter().map(|name| Finding {
        rule: &MISSING_PROMPT_VARIABLE,
        about: name.clone(),
        message: format!(
            "the request gives the prompt variable `{name}` no value: the model reads `{{{{{name}}}}}` as it stands"
        ),
    });
    let twice = request.set_twice(parameters).into_iter().map(|name| Finding {
        rule: &PARAMETER_SET_TWICE,
        about: name.to_owned(),
        message: format!(
            "`{name}` is set by the request and by the router, and which of them counts is not documented: set it in one \
             place"
        ),
    });
    findings.extend(missing.chain(twice));
}
