//! What is said to change, and that it does.

mod command;
pub(crate) use command::git;
mod exhaustive;
mod witnesses;

use irc::catalogue::Catalogue;
use irc::catalogue::assumptions::{Assumed, Numbers};
use irc::cel;
use irc::cel::interpret::{Activation, evaluate};
use irc::check::Checked;
use irc::compile::{self, Plan};
use irc::diag::Sink;
use irc::diff::{self, Side};
use irc::simulate::{Decision, Draw, Request, Workspace, decide, parse_json};
use irc::source::{NoFiles, Sources};

/// A definition without errors; none for one with.
fn checked(text: &str, catalogue: &Catalogue) -> Option<Checked> {
    let mut options = irc::Options::new(catalogue);
    // What holds for all requests is not asked here.
    options.analysis.steps = 0;
    let (mut sources, mut sink) = (Sources::new(), Sink::new());
    let loaded = irc::load(&mut sources, "router.yaml", text.as_bytes().to_vec(), &options);
    let mut file = irc::check(&mut sources, &loaded, &NoFiles, &options, &mut sink);
    file.definitions.pop().filter(|checked| checked.sound)
}

fn request(text: &str) -> Request {
    Request::from_value(&parse_json(text, Numbers::default()).unwrap()).unwrap()
}

struct Seen<'r>(&'r Request);

impl Activation for Seen<'_> {
    fn variable(&self, name: &str) -> Option<cel::Value> {
        if name == "messages" { Some(self.0.messages.clone()) } else { self.0.metadata(name).cloned() }
    }
}

/// What an expression comes to, by the reference evaluator.
fn is_true(text: &str, env: &cel::Env, request: &Request) -> bool {
    let (ast, issues) = cel::parse(text, &cel::ParseOptions::default());
    assert!(issues.is_empty(), "{text}: {issues:?}");
    matches!(evaluate(&ast, env, &Seen(request)), Ok(cel::Value::Bool(true)))
}
