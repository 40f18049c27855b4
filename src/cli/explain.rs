//! `irc explain`: what is known of a rule, a key, an assumption, a function or a model.

use std::io::Write;

use anyhow::bail;
use serde::Serialize;

use super::args::{Form, Global};
use super::config::Config;
use super::output::{Output as Streams, Stream};
use super::suggest::did_you_mean;
use super::{Outcome, models, session};
use crate::catalogue::{Catalogue, assumptions};
use crate::diag::Meta;
use crate::model::schema::keys::Shape;
use crate::registry;
use crate::render::{Options, json, wrap};

mod fields;
mod pages;
mod styled;

const EXAMPLES: &str = "\
Examples:
  irc explain weights-not-100               a rule, by name
  irc explain IRC301                        the same, by code
  irc explain fallbacks                     a key of a definition
  irc explain variants.weight               the same, where several have the name
  irc explain A02                           an assumption about the service
  irc explain matches                       a function, macro or operator of conditions
  irc explain openai/gpt-5.2                a model
  irc explain                               all names";

/// Explain a rule, a key of definitions, an assumption, a function of conditions or a model
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to explain; without it all names are listed
    name: Option<String>,
    /// How to print: human or json
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
}

/// What `irc explain --format json` prints.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(title = "irc explain --format json")]
pub(super) struct Output {
    /// The version of this shape.
    version: u32,
    /// Whatever goes by the name; without a name everything but the models.
    topics: Vec<Topic>,
}

/// Something that can be explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
struct Topic {
    /// What it is.
    kind: Kind,
    /// Its name.
    name: String,
    /// Of a rule: its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// Of a rule: its level unless configured otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    /// Of a rule: its group.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'static str>,
    /// What there is to say, as Markdown.
    page: String,
}

/// The kinds of things that can be explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// A rule of the check.
    Rule,
    /// A group of rules.
    Group,
    /// A key of the definition language.
    Key,
    /// A setting of irc.toml.
    Setting,
    /// An assumption about the service.
    Assumption,
    /// A function, macro or operator of conditions.
    Function,
    /// A model.
    Model,
    /// A provider of models.
    Provider,
}

impl Topic {
    fn new(kind: Kind, name: impl Into<String>, page: impl Into<String>) -> Self {
        Self { kind, name: name.into(), code: None, level: None, group: None, page: page.into() }
    }

    fn rule(rule: &'static Meta) -> Self {
        Self {
            code: Some(rule.code),
            level: Some(rule.level.as_str()),
            group: Some(rule.group.as_str()),
            ..Self::new(Kind::Rule, rule.name, pages::rule(rule))
        }
    }
}

/// What can be explained without a look at the catalogue.
struct Library {
    language: Vec<Shape>,
    settings: Vec<Shape>,
}

impl Library {
    fn open() -> Self {
        Self { language: fields::language(), settings: fields::settings() }
    }

    /// Whatever goes by this name. Each kind is looked up in turn: `type` is a key and a function.
    fn find(&self, name: &str) -> Vec<Topic> {
        let mut found: Vec<Topic> = registry::find(name).map(Topic::rule).into_iter().collect();
        found.extend(pages::group(name).map(|page| Topic::new(Kind::Group, name, page)));
        found.extend(
            assumptions::find(name).map(|a| Topic::new(Kind::Assumption, a.id, pages::assumption(a))),
        );
        found.extend(fields::page(&self.language, name).map(|page| Topic::new(Kind::Key, name, page)));
        found.extend(
            fields::setting_page(&self.settings, name).map(|page| Topic::new(Kind::Setting, name, page)),
        );
        // What conditions cannot use has a page only where nothing else goes by its name.
        let function = pages::function(name).filter(|page| found.is_empty() || !pages::is_extension(page));
        found.extend(function.map(|page| Topic::new(Kind::Function, name, page)));
        if found.is_empty() {
            found.extend(
                fields::wire_page(&self.language, name).map(|page| Topic::new(Kind::Key, name, page)),
            );
        }
        found
    }

    /// Every name that [`Library::find`] knows and that is worth a suggestion.
    fn names(&self) -> Vec<String> {
        let rules = registry::all().flat_map(|rule| [rule.name.to_owned(), rule.code.to_owned()]);
        let assumptions = assumptions::ALL.iter().map(|a| a.id.to_owned());
        let mut names: Vec<String> = rules.chain(assumptions).chain(pages::function_names()).collect();
        names.extend(pages::groups().map(str::to_owned));
        names.extend(fields::names(&self.language));
        names.extend(fields::names(&self.settings));
        names
    }

    /// Each of them once.
    fn all(&self) -> Vec<Topic> {
        let mut topics: Vec<Topic> = registry::all().map(Topic::rule).collect();
        topics.extend(pages::groups().filter_map(|g| Some(Topic::new(Kind::Group, g, pages::group(g)?))));
        let keys = fields::names(&self.language);
        topics.extend(
            keys.iter().filter_map(|k| Some(Topic::new(Kind::Key, k, fields::page(&self.language, k)?))),
        );
        let settings = fields::names(&self.settings);
        topics.extend(
            settings
                .iter()
                .filter_map(|k| Some(Topic::new(Kind::Setting, k, fields::setting_page(&self.settings, k)?))),
        );
        topics.extend(
            assumptions::ALL.iter().map(|a| Topic::new(Kind::Assumption, a.id, pages::assumption(a))),
        );
        let functions = pages::function_names();
        topics.extend(
            functions.iter().filter_map(|f| Some(Topic::new(Kind::Function, f, pages::function(f)?))),
        );
        topics
    }

    /// What may have been meant by a name that nothing goes by.
    fn near(&self, name: &str, catalogue: &Catalogue) -> String {
        let names = self.names();
        // One sign is as far from any letter as from any other sign.
        let words =
            names.iter().map(String::as_str).filter(|n| n.contains(|c: char| c.is_ascii_alphanumeric()));
        let near = did_you_mean(name, words);
        if !near.is_empty() {
            return near;
        }
        // `variants.wieght`: the last part is misspelt, the others may be right.
        if let Some((head, last)) = name.rsplit_once('.') {
            let keys = fields::names(&self.language);
            let whole: Vec<String> = super::suggest::nearest(last, keys.iter().map(String::as_str))
                .into_iter()
                .map(|key| format!("{head}.{key}"))
                .map(|whole| {
                    if self.find(&whole).is_empty() {
                        whole.rsplit('.').next().unwrap_or_default().to_owned()
                    } else {
                        whole
                    }
                })
                .collect();
            if !whole.is_empty() {
                let whole: Vec<String> = whole.iter().map(|name| format!("`{name}`")).collect();
                return format!(": did you mean {}?", whole.join(" or "));
            }
        }
        let models = catalogue.nearest(name, 3).into_iter().map(|near| near.id);
        let providers = catalogue.nearest_providers(name).into_iter().map(str::to_owned);
        let models: Vec<String> = models.chain(providers).take(3).map(|id| format!("`{id}`")).collect();
        if models.is_empty() {
            "; `irc explain` lists all names".to_owned()
        } else {
            format!(": did you mean {}?", models.join(" or "))
        }
    }
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Streams) -> anyhow::Result<Outcome> {
    let options = output.options(Stream::Out, false);
    let library = Library::open();
    let topics = match &args.name {
        Some(name) => named(&library, name, global)?,
        None if args.format == Form::Json => library.all(),
        None => {
            list(&library, &options, output.stream(Stream::Out))?;
            return Ok(Outcome::Clean);
        }
    };
    let out = output.stream(Stream::Out);
    if args.format == Form::Json {
        json::pretty(&Output { version: 1, topics }, out)?;
        return Ok(Outcome::Clean);
    }
    for (at, topic) in topics.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        // What is known of a model is a table already.
        let is_page = !matches!(topic.kind, Kind::Model);
        let text =
            if options.color && is_page { styled::styled(&topic.page, &options) } else { topic.page.clone() };
        out.write_all(text.as_bytes())?;
    }
    Ok(Outcome::Clean)
}

/// Whatever goes by a name: first what needs no catalogue.
fn named(library: &Library, name: &str, global: &Global) -> anyhow::Result<Vec<Topic>> {
    let found = library.find(name);
    if !found.is_empty() {
        return Ok(found);
    }
    let catalogue = session::catalogue(&Config::load(global, &[])?, None)?;
    if catalogue.has_provider(name) && !catalogue.knows_bare(name) {
        return Ok(vec![Topic::new(Kind::Provider, name, pages::provider(&catalogue, name))]);
    }
    if name.contains('/') || catalogue.knows_bare(name) {
        let mut page = Vec::new();
        models::explain(&catalogue, name, &mut page)?;
        return Ok(vec![Topic::new(Kind::Model, name, String::from_utf8_lossy(&page))]);
    }
    bail!("nothing is known as `{name}`{}", library.near(name, &catalogue));
}

fn list(library: &Library, options: &Options, out: &mut dyn Write) -> std::io::Result<()> {
    let heading = |text: &str| styled::heading(text, options);
    writeln!(out, "{}", heading("rules"))?;
    for rule in registry::all() {
        writeln!(out, "  {} {:<7} {}", rule.code, rule.level.as_str(), rule.name)?;
    }
    let words = |names: &[String]| format!("  {}", wrap(&names.join(" "), options.width, 2));
    let groups: Vec<String> = pages::groups().map(str::to_owned).collect();
    writeln!(out, "\n{}\n{}", heading("groups of rules"), words(&groups))?;
    writeln!(out, "\n{}\n{}", heading("keys of a definition"), words(&fields::names(&library.language)))?;
    writeln!(out, "\n{}\n{}", heading("settings of irc.toml"), words(&fields::names(&library.settings)))?;
    writeln!(out, "\n{}", heading("assumptions about the service"))?;
    for assumption in assumptions::ALL {
        writeln!(out, "  {} {}", assumption.id, wrap(assumption.statement, options.width, 6))?;
    }
    writeln!(out, "\n{}", heading("functions, macros and operators of conditions"))?;
    writeln!(out, "{}", words(&pages::function_names()))?;
    let models = Catalogue::embedded().ids().count();
    writeln!(out, "\n{}\n  {models}, see `irc models list`", heading("models"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_page() {
        let library = Library::open();
        for name in library.names() {
            let found = library.find(&name);
            assert!(!found.is_empty() && found.iter().all(|topic| topic.page.starts_with("# ")), "{name}");
        }
        assert_eq!(library.find("no-such-thing"), []);
        assert_eq!(library.find("a02"), library.find("A02"));
        let kinds: Vec<Kind> = library.find("type").iter().map(|topic| topic.kind).collect();
        assert_eq!(kinds, [Kind::Key, Kind::Function]);
    }

    #[test]
    fn what_is_nearly_a_name_is_suggested() {
        let library = Library::open();
        let catalogue = Catalogue::embedded();
        let near = |name: &str| library.near(name, &catalogue);
        assert_eq!(near("weights-not-10"), ": did you mean `weights-not-100`?");
        assert_eq!(near("falbacks"), ": did you mean `fallbacks`?");
        assert_eq!(near("variants.wieght"), ": did you mean `variants.weight`?");
        assert_eq!(near("nowhere.temprature"), ": did you mean `temperature`?");
        assert!(near("gpt5.2").starts_with(": did you mean `gpt-5.2`"), "{}", near("gpt5.2"));
        assert_eq!(near("opnai"), ": did you mean `openai`?");
        assert_eq!(near("zzzzzzzz"), "; `irc explain` lists all names");
        assert!(!near("x").contains('%'), "{}", near("x"));
    }

    #[test]
    fn the_list_holds_each_topic_once() {
        let all = Library::open().all();
        for (at, topic) in all.iter().enumerate() {
            assert!(!all[..at].iter().any(|t| (t.kind, &t.name) == (topic.kind, &topic.name)), "{topic:?}");
        }
        assert!(all.len() > 200, "{}", all.len());
    }
}
