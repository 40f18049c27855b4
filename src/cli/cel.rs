//! `irc cel`: CEL alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::Outcome;
use super::files;
use super::output::{Output, Stream};
use crate::catalogue::assumptions::Numbers;
use crate::catalogue::functions::router_env;
use crate::cel::conformance::{Verdict, checker, parser, values};
use crate::cel::env::{Names, Profile, Typing};
use crate::cel::types::{Field, Type};
use crate::cel::{self, Env, Issue, Span, Value};
use crate::diag::{Sink, shorten};
use crate::pipeline;
use crate::render::escape;
use crate::simulate::parse_json;
use crate::source::Sources;

const EXAMPLES: &str = "\
Examples:
  irc cel eval 'tier == \"pro\" && seats > 3' --vars '{\"tier\": \"pro\", \"seats\": 5}'
  irc cel eval '[1, 2, 3].map(x, x * 2)' --profile full
  irc cel check 'tier.startsWith(\"p\")' --env metadata.yaml
  irc cel conformance conformance.json";

const EVAL: &str = "\
Examples:
  irc cel eval 'tier == \"pro\" && seats > 3' --vars '{\"tier\": \"pro\", \"seats\": 5}'
  irc cel eval '[1, 2, 3].map(x, x * 2)' --profile full";

const CHECK: &str = "\
Examples:
  irc cel check 'tier.startsWith(\"p\") || seats > 3'
  irc cel check 'tier.startsWith(\"p\")' --env metadata.yaml";

const CONFORMANCE: &str = "\
Examples:
  irc cel conformance conformance.json";

/// Evaluate and check CEL expressions on their own
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Print the value of an expression
    #[command(after_help = EVAL)]
    Eval {
        /// The expression
        expression: String,
        /// Variables, as a JSON object
        #[arg(long, value_name = "JSON", default_value = "{}")]
        vars: String,
        #[command(flatten)]
        language: Language,
    },
    /// Print the deduced type of an expression
    #[command(after_help = CHECK)]
    Check {
        /// The expression
        expression: String,
        /// Declarations as in a metadata block; without it types are inferred
        #[arg(long, value_name = "FILE")]
        env: Option<PathBuf>,
        #[command(flatten)]
        language: Language,
    },
    /// Run a table of test cases: values, checker or parser
    #[command(after_help = CONFORMANCE)]
    Conformance {
        /// A JSON file in one of the three formats of the public test data
        file: PathBuf,
    },
}

#[derive(clap::Args, Debug)]
struct Language {
    /// Which functions there are: router (what conditions have) or full (everything)
    #[arg(long, value_enum, default_value_t, value_name = "PROFILE", hide_possible_values = true)]
    profile: Which,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
enum Which {
    #[default]
    Router,
    Full,
}

impl Language {
    fn env(&self) -> Env {
        let profile = match self.profile {
            Which::Router => Profile::Router,
            Which::Full => Profile::Full,
        };
        Env { profile, typing: Typing::Lenient, ..router_env() }
    }
}

pub(super) fn run(args: &Args, output: &mut Output) -> anyhow::Result<Outcome> {
    match &args.command {
        Command::Eval { expression, vars, language } => eval(expression, vars, &language.env(), output),
        Command::Check { expression, env, language } => {
            check(expression, env.as_deref(), language.env(), output)
        }
        Command::Conformance { file } => conformance(file, output),
    }
}

fn eval(expression: &str, vars: &str, env: &Env, output: &mut Output) -> anyhow::Result<Outcome> {
    let vars = parse_json(vars, Numbers::Json).map_err(|error| anyhow!("--vars: {error}"))?;
    let Value::Map(vars) = vars else { bail!("--vars: expected a JSON object of variables") };
    let mut activation: IndexMap<Arc<str>, Value> = IndexMap::new();
    for (key, value) in vars.iter() {
        if let cel::value::Key::String(name) = key {
            activation.insert(name.clone(), value.clone());
        }
    }
    let (ast, issues) = cel::parse(expression, &cel::ParseOptions::for_env(env));
    if !issues.is_empty() {
        return tell(expression, &issues, output);
    }
    match cel::interpret::evaluate(&ast, env, &activation) {
        Ok(value) => {
            writeln!(output.stream(Stream::Out), "{}", escape::line(&value.show(MOST_SHOWN)))?;
            Ok(Outcome::Clean)
        }
        Err(error) => {
            // The checker has better words where it sees the fault as well: a function of another profile, say.
            let issues = faults(&ast, env, &activation);
            if !issues.is_empty() {
                return tell(expression, &issues, output);
            }
            let place = error.span.map(|span| mark(expression, span)).unwrap_or_default();
            write!(output.stream(Stream::Out), "error: {}\n{place}", shown(error.to_string()))?;
            Ok(Outcome::Findings)
        }
    }
}

/// What the checker holds to be wrong whatever the given variables are.
fn faults(ast: &cel::Ast, env: &Env, given: &IndexMap<Arc<str>, Value>) -> Vec<Issue> {
    let variables = given.keys().map(|name| (name.clone(), Field::new(Type::Dyn))).collect();
    let env = Env { variables, names: Names::Inferred, ..env.clone() };
    let (_, mut issues) = cel::check(ast, &env);
    issues.retain(Issue::is_error);
    issues
}

/// How much of a value is printed.
const MOST_SHOWN: usize = 1 << 20;

fn check(
    expression: &str,
    declared: Option<&Path>,
    mut env: Env,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    env.names = Names::Inferred;
    if let Some(path) = declared {
        env.names = Names::Declared;
        let shown = path.display().to_string();
        let bytes = files::read(path).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let catalogue = crate::catalogue::Catalogue::embedded();
        let options = pipeline::Options::new(&catalogue);
        let loaded = pipeline::load(&mut sources, &shown, bytes, &options);
        let declared = pipeline::declarations(&sources, &loaded, &options, &mut sink);
        if let Some(first) = sink.as_slice().first() {
            let at = sources.get(first.span.file).map(|f| f.position(first.span.start));
            let (line, column) = at.map_or((1, 1), |at| (at.line, at.column));
            bail!("{shown}:{line}:{column}: {}", first.message);
        }
        for (name, declaration) in declared.unwrap_or_default().keys {
            env.variables.insert(name, declaration.field);
        }
    }
    let (ast, mut issues) = cel::parse(expression, &cel::ParseOptions::for_env(&env));
    let (checked, found) = cel::check(&ast, &env);
    let found: Vec<Issue> = found.into_iter().filter(|issue| !issue.repeats(&issues)).collect();
    issues.extend(found);
    if issues.iter().any(Issue::is_error) {
        return tell(expression, &issues, output);
    }
    let out = output.stream(Stream::Out);
    writeln!(out, "{}", checked.ty)?;
    for (name, inferred) in &checked.inferred {
        writeln!(out, "  {}: {}, inferred", escape::line(name), escape::line(&shape(&inferred.ty)))?;
    }
    tell(expression, &issues, output)
}

/// A type with the fields of its records, as deep as an expression looks into them.
fn shape(ty: &Type) -> String {
    match ty {
        Type::Record(record) => {
            let fields: Vec<String> =
                record.fields.iter().map(|(name, field)| format!("{name}: {}", shape(&field.ty))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Type::List(item) => format!("list({})", shape(item)),
        Type::Map(key, value) => format!("map({key}, {})", shape(value)),
        other => other.to_string(),
    }
}

/// Prints issues with the place of each.
fn tell(expression: &str, issues: &[Issue], output: &mut Output) -> anyhow::Result<Outcome> {
    let out = output.stream(Stream::Out);
    for issue in issues {
        let level = if issue.is_error() { "error" } else { "warning" };
        write!(out, "{level}: {}\n{}", shown(issue.message()), mark(expression, issue.span))?;
        for (word, text) in [("note", issue.note()), ("help", issue.help())] {
            if let Some(text) = text {
                writeln!(out, "  {word}: {}", shown(text))?;
            }
        }
    }
    Ok(if issues.iter().any(Issue::is_error) { Outcome::Findings } else { Outcome::Clean })
}

/// Words on one line, however much of the expression they quote.
fn shown(mut words: String) -> String {
    shorten(&mut words);
    escape::line(&words).into_owned()
}

/// How many characters of a line are shown on either side of a mark.
const CONTEXT: usize = 60;

/// The line that holds a place, and a mark below it.
fn mark(expression: &str, span: Span) -> String {
    let (start, end) = (span.start as usize, span.end as usize);
    let (Some(before), Some(inside)) = (expression.get(..start), expression.get(start..end)) else {
        return String::new();
    };
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let lead: Vec<char> = before.get(line_start..).unwrap_or_default().chars().collect();
    let lead: String = lead.iter().skip(lead.len().saturating_sub(CONTEXT)).collect();
    let marked: String = inside.chars().take_while(|c| *c != '\n').take(CONTEXT).collect();
    let rest = expression.get(end..).unwrap_or_default();
    let tail: String = if marked.len() == inside.len() {
        rest.chars().take_while(|c| *c != '\n').take(CONTEXT).collect()
    } else {
        String::new()
    };
    let (lead, marked, tail) = (escape::line(&lead), escape::line(&marked), escape::line(&tail));
    let blank = " ".repeat(lead.chars().count());
    format!("  | {lead}{marked}{tail}\n  | {blank}{}\n", "^".repeat(marked.chars().count().max(1)))
}

/// Runs the cases of a file in any of the three formats: a line for each that fails, and the count.
fn conformance(file: &Path, output: &mut Output) -> anyhow::Result<Outcome> {
    let shown = file.display();
    let bytes = files::read(file).map_err(|reason| anyhow!("cannot read {shown}: {reason}"))?;
    let table: Json = serde_json::from_slice(&bytes).with_context(|| format!("cannot read {shown}"))?;
    let Json::Array(cases) = &table else { bail!("{shown} is no table: expected a list of cases") };
    let out = output.stream(Stream::Out);
    let has = |key: &str| cases.iter().any(|case| case.get(key).is_some());
    let (passed, total) = if has("expect") {
        let report = values::run(&table).map_err(|reason| anyhow!("{shown}: {reason}"))?;
        for failure in &report.failures {
            writeln!(out, "{}", escape::line(&failure.to_string()))?;
        }
        (report.passed, report.total())
    } else if has("ast") || has("out_type") {
        let run = if has("ast") { parser::check } else { checker::check };
        let mut passed = 0;
        for case in cases {
            match run(case) {
                Verdict::Pass(_) => passed += 1,
                Verdict::Fail(reason) => {
                    let number = case.get("n").map(ToString::to_string).unwrap_or_default();
                    let expression = case.get("expr").and_then(Json::as_str).unwrap_or_default();
                    let line = format!("{number}: {expression}: {reason}");
                    writeln!(out, "{}", escape::line(&line))?;
                }
            }
        }
        (passed, cases.len())
    } else {
        bail!("{shown} is no table of CEL cases: expected cases with `expect`, `ast` or `out_type`");
    };
    writeln!(out, "passed {passed} of {total}")?;
    Ok(if passed == total { Outcome::Clean } else { Outcome::Findings })
}
