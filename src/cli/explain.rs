//! `irc explain`: what is known of a rule, an assumption, a function or a model.

use std::io::Write;

use anyhow::bail;

use super::args::Global;
use super::config::Config;
use super::output::{Output, Stream};
use super::suggest::did_you_mean;
use super::{Outcome, models, session};
use crate::catalogue::{Catalogue, assumptions};
use crate::registry;
use crate::render::{Options, wrap};

mod pages;

const EXAMPLES: &str = "\
Examples:
  irc explain weights-not-100   a rule, by name
  irc explain IRC301            the same, by code
  irc explain A02               an assumption about the service
  irc explain matches           a function, macro or operator of conditions
  irc explain openai/gpt-5.2    a model
  irc explain                   all names";

/// Explain a rule, an assumption, a function of conditions or a model
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to explain; without it all names are listed
    name: Option<String>,
}

pub(super) fn run(args: &Args, global: &Global, output: &mut Output) -> anyhow::Result<Outcome> {
    let options = output.options(Stream::Out, false);
    let out = output.stream(Stream::Out);
    let Some(name) = &args.name else {
        list(&options, out)?;
        return Ok(Outcome::Clean);
    };
    match page(name) {
        Some(page) if options.color => out.write_all(styled(&page, &options).as_bytes())?,
        Some(page) => out.write_all(page.as_bytes())?,
        None => {
            let catalogue = session::catalogue(&Config::load(global)?, None)?;
            if name.contains('/') || catalogue.knows_bare(name) {
                models::explain(&catalogue, name, out)?;
            } else {
                let names = names();
                let near = did_you_mean(name, names.iter().map(String::as_str));
                let more = if near.is_empty() { "; `irc explain` lists all names" } else { &near };
                bail!("nothing is known as `{name}`{more}");
            }
        }
    }
    Ok(Outcome::Clean)
}

/// The Markdown page of whatever goes by this name. Each kind of thing that can be explained is looked up in turn.
fn page(name: &str) -> Option<String> {
    let rule = registry::find(name).map(|rule| rule.page.to_owned());
    rule.or_else(|| assumptions::find(name).map(pages::assumption)).or_else(|| pages::function(name))
}

/// Every name that [`page`] knows and that is worth a suggestion.
fn names() -> Vec<String> {
    let rules = registry::all().flat_map(|rule| [rule.name.to_owned(), rule.code.to_owned()]);
    let assumptions = assumptions::ALL.iter().map(|a| a.id.to_owned());
    rules.chain(assumptions).chain(pages::function_names()).collect()
}

fn list(options: &Options, out: &mut dyn Write) -> std::io::Result<()> {
    let heading = |text: &str| if options.color { format!("{BOLD}{text}{RESET}") } else { text.to_owned() };
    writeln!(out, "{}", heading("rules"))?;
    for rule in registry::all() {
        writeln!(out, "  {} {:<7} {}", rule.code, rule.level.as_str(), rule.name)?;
    }
    writeln!(out, "\n{}", heading("assumptions about the service"))?;
    for assumption in assumptions::ALL {
        writeln!(out, "  {} {}", assumption.id, wrap(assumption.statement, options.width, 6))?;
    }
    writeln!(out, "\n{}", heading("functions, macros and operators of conditions"))?;
    writeln!(out, "  {}", wrap(&pages::function_names().join(" "), options.width, 2))?;
    let models = Catalogue::embedded().ids().count();
    writeln!(out, "\n{}\n  {models}, see `irc models list`", heading("models"))
}

const BOLD: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// A page for the terminal. It knows as much Markdown as the pages use: headings, paragraphs, lists, fences, inline code.
fn styled(page: &str, options: &Options) -> String {
    let mut out = String::with_capacity(page.len() * 2);
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in page.lines() {
        let fence = line.starts_with("```");
        // The lines of a paragraph were broken for files; here they are broken anew.
        let goes_on = !fenced && !fence && !line.is_empty() && !line.starts_with(['#', '*', '-', '|']);
        if goes_on && !paragraph.is_empty() {
            paragraph.push(' ');
            paragraph.push_str(line.trim_start());
            continue;
        }
        flush(&mut paragraph, options, &mut out);
        if fence {
            fenced = !fenced;
        } else if fenced {
            out.push_str(&format!("    {CODE}{line}{RESET}\n"));
        } else if line.starts_with('#') {
            out.push_str(&format!("{BOLD}{}{RESET}\n", line.trim_start_matches('#').trim_start()));
        } else if line.is_empty() {
            out.push('\n');
        } else {
            paragraph.push_str(line);
        }
    }
    flush(&mut paragraph, options, &mut out);
    out
}

fn flush(paragraph: &mut String, options: &Options, out: &mut String) {
    if !paragraph.is_empty() {
        let indent = if paragraph.starts_with(['*', '-']) { 2 } else { 0 };
        out.push_str(&inline_code(&wrap(paragraph, options.width, indent)));
        out.push('\n');
        paragraph.clear();
    }
}

fn inline_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for part in text.split('`') {
        out.push_str(&if code { format!("{CODE}{part}{RESET}") } else { part.to_owned() });
        code = !code;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_page() {
        for name in names() {
            let page = page(&name).unwrap_or_else(|| panic!("{name}"));
            assert!(page.starts_with("# "), "{name}");
        }
        assert_eq!(page("no-such-thing"), None);
        assert_eq!(page("a02"), page("A02"));
    }

    #[test]
    fn pages_are_styled() {
        let options = Options { color: true, unicode: true, width: 80, summary: false };
        let page = "# a-rule\n\nSays `x` twice.\n\n## Fails\n\n```yaml\nname: `a`\n```\n";
        let expected = "\x1b[1ma-rule\x1b[0m\n\nSays \x1b[36mx\x1b[0m twice.\n\n\x1b[1mFails\x1b[0m\n\n    \x1b[36mname: `a`\x1b[0m\n";
        assert_eq!(styled(page, &options), expected);
        let page = "One `a\nb` two.\n* three\n  four\n* five\n\nsix\n";
        let expected = "One \x1b[36ma b\x1b[0m two.\n* three four\n* five\n\nsix\n";
        assert_eq!(styled(page, &options), expected);
    }
}
