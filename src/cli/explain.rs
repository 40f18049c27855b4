//! `irc explain`: the page of a rule.

use anyhow::bail;

use super::Outcome;
use super::output::{Output, Stream};
use super::suggest::did_you_mean;
use crate::registry;
use crate::render::{Options, wrap};

const EXAMPLES: &str = "\
Examples:
  irc explain weights-not-100
  irc explain IRC301
  irc explain                   all rules";

/// Explain a rule: what it says, what happens at run time, and examples
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Name or code of a rule; without it all rules are listed
    name: Option<String>,
}

pub(super) fn run(args: &Args, output: &mut Output) -> anyhow::Result<Outcome> {
    let options = output.options(Stream::Out, false);
    let out = output.stream(Stream::Out);
    match &args.name {
        None => {
            for rule in registry::all() {
                writeln!(out, "{} {:<7} {}", rule.code, rule.level.as_str(), rule.name)?;
            }
        }
        Some(name) => match page(name) {
            Some(page) if options.color => out.write_all(styled(page, &options).as_bytes())?,
            Some(page) => out.write_all(page.as_bytes())?,
            None => {
                bail!(
                    "nothing is known as `{name}`{}; `irc explain` lists all rules",
                    did_you_mean(name, names())
                )
            }
        },
    }
    Ok(Outcome::Clean)
}

/// The Markdown page of whatever goes by this name. Each kind of thing that can be explained is looked up in turn.
fn page(name: &str) -> Option<&'static str> {
    registry::find(name).map(|rule| rule.page)
}

/// Every name that [`page`] knows.
fn names() -> impl Iterator<Item = &'static str> {
    registry::all().flat_map(|rule| [rule.name, rule.code])
}

const BOLD: &str = "\x1b[1m";
const CODE: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";

/// A page for the terminal. It knows as much Markdown as the pages use: headings, paragraphs, fences, inline code.
fn styled(page: &str, options: &Options) -> String {
    let mut out = String::with_capacity(page.len() * 2);
    let mut fenced = false;
    for line in page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            out.push_str(&format!("    {CODE}{line}{RESET}\n"));
        } else if line.starts_with('#') {
            out.push_str(&format!("{BOLD}{}{RESET}\n", line.trim_start_matches('#').trim_start()));
        } else {
            out.push_str(&inline_code(&wrap(line, options.width, 0)));
            out.push('\n');
        }
    }
    out
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
            assert!(page(name).is_some(), "{name}");
        }
        assert_eq!(page("no-such-thing"), None);
    }

    #[test]
    fn pages_are_styled() {
        let options = Options { color: true, unicode: true, width: 80, summary: false };
        let page = "# a-rule\n\nSays `x` twice.\n\n## Fails\n\n```yaml\nname: `a`\n```\n";
        let expected = "\x1b[1ma-rule\x1b[0m\n\nSays \x1b[36mx\x1b[0m twice.\n\n\x1b[1mFails\x1b[0m\n\n    \x1b[36mname: `a`\x1b[0m\n";
        assert_eq!(styled(page, &options), expected);
    }
}
