//! `irc config`: the settings in force, and where each comes from.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use toml::Spanned;

use super::super::args::{FailOn, Form, Global};
use super::super::output::{Output as Streams, Stream};
use super::super::session::Against;
use super::super::{Outcome, files};
use super::written::{LevelWord, WrittenLevels};
use super::{Config, Source, Written};
use crate::analyze::STEPS;
use crate::catalogue::Catalogue;
use crate::diag::Level;
use crate::render::{self, Format, escape};
use crate::source::LineIndex;

const EXAMPLES: &str = "\
Examples:
  irc config
  irc config legacy/old.yaml         with what is different for this file
  irc config --deny analysis --format json";

/// Print the settings in force and where each comes from
///
/// The nearest irc.toml at or above the current folder holds them, or above PATH if that lies elsewhere.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Args {
    /// The file that the settings are for, or a folder near which they are looked for
    path: Option<PathBuf>,
    /// How to print: human or json
    #[arg(long, value_enum, default_value_t, value_name = "FORM", hide_possible_values = true)]
    format: Form,
    #[command(flatten)]
    against: Against,
}

impl Args {
    /// The file that is asked about. Of a folder's files some may be meant by an override and others not.
    fn file(&self) -> Option<&Path> {
        self.path.as_deref().filter(|path| !path.is_dir())
    }
}

/// What `irc config --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::cli) struct Output {
    /// Version of this shape: 1.
    version: u32,
    /// The irc.toml that was read; null if there is none.
    file: Option<String>,
    /// Every setting by its name in irc.toml: `fail-on`, `models.extra`.
    settings: IndexMap<&'static str, Setting>,
    /// Levels that were set, for rules and groups, the later over the earlier. A rule that is not set, and whose group is
    /// not, has its own level.
    lint: Vec<SetLevel>,
    /// What is different for some paths, the later over the earlier.
    overrides: Vec<SetOverride>,
}

/// A setting.
#[derive(Debug, Serialize, JsonSchema)]
struct Setting {
    /// Its value as irc.toml has it; null for none.
    value: Value,
    /// Where it comes from.
    from: From,
    /// The line of irc.toml; null if it comes from elsewhere.
    line: Option<u32>,
}

/// Where a setting comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum From {
    /// Nothing was said.
    Default,
    /// From irc.toml.
    File,
    /// From an option of the command line.
    CommandLine,
}

/// A level that was set.
#[derive(Debug, Serialize, JsonSchema)]
struct SetLevel {
    /// A rule or a group of rules.
    name: String,
    /// `off`, `info`, `warning` or `error`.
    level: &'static str,
    /// Where it comes from.
    from: From,
    /// The line of irc.toml; null if it comes from elsewhere.
    line: Option<u32>,
}

/// Levels for some paths.
#[derive(Debug, Serialize, JsonSchema)]
struct SetOverride {
    /// Patterns of the paths.
    paths: Vec<String>,
    /// The line of irc.toml.
    line: u32,
    /// Whether it is for the file that was asked about; null if none was.
    applies: Option<bool>,
    /// The levels.
    lint: Vec<SetLevel>,
}

pub(in crate::cli) fn run(args: &Args, global: &Global, output: &mut Streams) -> anyhow::Result<Outcome> {
    let paths: Vec<PathBuf> = args.path.iter().cloned().collect();
    let mut config = Config::load(global, &paths)?;
    args.against.ask(&mut config)?;
    let shown = listed(&config, args);
    let options = output.options(Stream::Out, !global.quiet);
    let out = output.stream(Stream::Out);
    match args.format {
        Form::Human => human(&shown, args, global, &options, out)?,
        Form::Json => render::json::pretty(&shown, out)?,
    }
    Ok(Outcome::Clean)
}

/// Lines of irc.toml.
struct Lines<'a> {
    source: &'a Source,
    index: LineIndex,
}

impl Lines<'_> {
    fn of<T>(&self, spanned: &Spanned<T>) -> u32 {
        let offset = u32::try_from(spanned.span().start).unwrap_or(u32::MAX);
        self.index.position(&self.source.text, offset).line
    }

    fn levels(&self, written: &WrittenLevels) -> Vec<SetLevel> {
        let set = |(name, word): (&Spanned<String>, &LevelWord)| SetLevel {
            name: name.get_ref().clone(),
            level: Level::from(*word).as_str(),
            from: From::File,
            line: Some(self.of(name)),
        };
        let mut levels: Vec<SetLevel> = written.iter().map(set).collect();
        levels.sort_by_key(|level| level.line);
        levels
    }
}

fn listed(config: &Config, args: &Args) -> Output {
    let nothing = Written::default();
    let written = config.source.as_ref().map_or(&nothing, |source| &source.written);
    let lines = config.source.as_ref().map(|source| Lines { source, index: LineIndex::new(&source.text) });
    let mut lint = lines.as_ref().map(|lines| lines.levels(&written.lint)).unwrap_or_default();
    // What is set on both is set by the command line.
    lint.retain(|set| !config.asked.entries().any(|(name, _)| name == set.name));
    lint.extend(config.asked.entries().map(|(name, level)| SetLevel {
        name: name.to_owned(),
        level: level.as_str(),
        from: From::CommandLine,
        line: None,
    }));
    let path = args.file().map(files::absolute);
    let overrides = lines.iter().flat_map(|lines| {
        written.overrides.iter().zip(&config.overrides).map(|(one, own)| SetOverride {
            paths: one.get_ref().paths.iter().map(|pattern| pattern.get_ref().clone()).collect(),
            line: lines.of(one),
            applies: path.as_ref().map(|path| own.is_for(path)),
            lint: lines.levels(&one.get_ref().lint),
        })
    });
    Output {
        version: 1,
        file: config.source.as_ref().map(|source| source.shown.clone()),
        settings: settings(written, lines.as_ref(), &args.against),
        lint,
        overrides: overrides.collect(),
    }
}

fn settings(
    written: &Written,
    lines: Option<&Lines<'_>>,
    against: &Against,
) -> IndexMap<&'static str, Setting> {
    /// A value of the file, with its line.
    fn file<T: Serialize>(value: Option<&Spanned<T>>, lines: Option<&Lines<'_>>, default: Value) -> Setting {
        match value {
            Some(value) => Setting {
                value: json!(value.get_ref()),
                from: From::File,
                line: lines.map(|lines| lines.of(value)),
            },
            None => Setting { value: default, from: From::Default, line: None },
        }
    }
    fn list(
        value: Option<&Spanned<Vec<Spanned<String>>>>,
        lines: Option<&Lines<'_>>,
        default: Value,
    ) -> Setting {
        let set = file(value.map(|list| Spanned::new(list.span(), ())).as_ref(), lines, default);
        match value {
            Some(list) => {
                let words: Vec<&String> = list.get_ref().iter().map(Spanned::get_ref).collect();
                Setting { value: json!(words), ..set }
            }
            None => set,
        }
    }
    let over = |asked: Option<Value>, set: Setting| match asked {
        Some(value) => Setting { value, from: From::CommandLine, line: None },
        None => set,
    };
    let path = |path: Option<&PathBuf>| path.map(|path| json!(path));
    let format = written.format.as_ref();
    let fail_on = written.fail_on.as_ref();
    IndexMap::from([
        ("include", list(written.include.as_ref(), lines, Value::Null)),
        ("exclude", list(written.exclude.as_ref(), lines, json!([]))),
        ("format", file(format, lines, json!(word(&Format::default())))),
        ("fail-on", file(fail_on, lines, json!(word(&FailOn::default())))),
        ("baseline", file(written.baseline.as_ref(), lines, Value::Null)),
        (
            "catalogue",
            over(path(against.catalog.as_ref()), file(written.catalogue.as_ref(), lines, Value::Null)),
        ),
        ("metrics", over(path(against.metrics.as_ref()), file(written.metrics.as_ref(), lines, Value::Null))),
        ("models.extra", file(written.models.extra.as_ref(), lines, json!([]))),
        (
            "metadata",
            over(path(against.metadata.as_ref()), file(written.metadata.as_ref(), lines, Value::Null)),
        ),
        (
            "analysis.budget",
            over(
                against.analysis_budget.map(|steps| json!(steps)),
                file(written.analysis.budget.as_ref(), lines, json!(STEPS)),
            ),
        ),
    ])
}

/// What the command line calls a value.
fn word<T: clap::ValueEnum>(value: &T) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}

fn human(
    shown: &Output,
    args: &Args,
    global: &Global,
    options: &render::Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.summary {
        match &shown.file {
            Some(file) => writeln!(out, "settings of {}", escape::line(file))?,
            None if global.no_config => {
                writeln!(out, "no irc.toml is read (--no-config); these are the defaults")?
            }
            None => writeln!(out, "there is no irc.toml here or above; these are the defaults")?,
        }
        writeln!(out)?;
    }
    let file = shown.file.as_deref().unwrap_or_default();
    let origin = |from: From, line: Option<u32>| match (from, line) {
        (From::Default, _) => "default".to_owned(),
        (From::CommandLine, _) => "command line".to_owned(),
        (From::File, line) => format!("{file}:{}", line.unwrap_or(1)),
    };
    let mut rows: Vec<[String; 3]> = Vec::new();
    for (key, set) in &shown.settings {
        rows.push([(*key).to_owned(), in_words(key, &set.value), origin(set.from, set.line)]);
    }
    let level = |set: &SetLevel, from: String| [format!("lint.{}", set.name), set.level.to_owned(), from];
    rows.extend(shown.lint.iter().filter(|l| l.from == From::File).map(|l| level(l, origin(l.from, l.line))));
    for one in shown.overrides.iter().filter(|one| one.applies != Some(false)) {
        let paths =
            if args.file().is_none() { format!(", for {}", one.paths.join(", ")) } else { String::new() };
        rows.extend(one.lint.iter().map(|l| level(l, format!("{}{paths}", origin(l.from, l.line)))));
    }
    rows.extend(shown.lint.iter().filter(|l| l.from != From::File).map(|l| level(l, origin(l.from, l.line))));
    // For one path it is known which of several levels counts.
    let again = |at: usize, key: &str| rows.iter().skip(at + 1).any(|[later, _, _]| later == key);
    let rows: Vec<[String; 3]> = rows
        .iter()
        .enumerate()
        .filter(|(at, [key, _, _])| args.file().is_none() || !again(*at, key))
        .map(|(_, row)| row.each_ref().map(|cell| escape::line(cell).into_owned()))
        .collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [key, value, from] in &rows {
        let (begin, end) = if options.color { ("\x1b[36m", "\x1b[0m") } else { ("", "") };
        writeln!(out, "{begin}{key:first$}{end}  {value:second$}  {from}")?;
    }
    Ok(())
}

/// A value for people.
fn in_words(key: &str, value: &Value) -> String {
    match value {
        Value::Null if key == "include" => "the usual names".to_owned(),
        Value::Null if key == "catalogue" => match Catalogue::snapshot().date {
            Some(date) => format!("built in, of {date}"),
            None => "built in".to_owned(),
        },
        Value::Null => "none".to_owned(),
        Value::Array(list) if list.is_empty() => "none".to_owned(),
        Value::Array(list) => list.iter().map(|item| in_words(key, item)).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
