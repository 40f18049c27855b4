//! Pages of what has none in a file: groups, assumptions, providers, and what conditions can call. And what stands at the
//! head of a rule's page.

use std::fmt::Write;

use crate::catalogue::assumptions::Assumption;
use crate::catalogue::{Catalogue, functions};
use crate::cel::env::{HostFunction, Profile};
use crate::cel::library::{self, Function, Overload};
use crate::diag::{Fixability, Level, Meta};
use crate::registry;
use crate::render::wrap;

/// How wide a page is, as those in files are.
const WIDTH: usize = 120;

/// The page of a rule, with what the registry knows of it below its name.
pub(super) fn rule(rule: &Meta) -> String {
    let fix = match rule.fixable {
        Fixability::None => "no fix",
        Fixability::Sometimes => "a fix in some cases",
        Fixability::Always => "a fix",
    };
    let level = match rule.level {
        Level::Off => "off unless switched on",
        level => level.as_str(),
    };
    let facts = format!("{}, {level}, group `{}`, {fix}.", rule.code, rule.group.as_str());
    let (title, rest) = rule.page.split_once('\n').unwrap_or((rule.page, ""));
    format!("{title}\n\n{facts}\n{rest}")
}

/// The groups that have rules, in the order of these.
pub(super) fn groups() -> impl Iterator<Item = &'static str> {
    let mut seen = Vec::new();
    registry::all().map(|rule| rule.group.as_str()).filter(move |name| {
        let is_new = !seen.contains(name);
        seen.push(*name);
        is_new
    })
}

/// The rules of a group.
pub(super) fn group(name: &str) -> Option<String> {
    let rules: Vec<&Meta> = registry::all().filter(|rule| rule.group.as_str() == name).collect();
    if rules.is_empty() {
        return None;
    }
    let mut page = format!(
        "# {name}\n\nA group of rules. `--allow {name}`, `--warn {name}` and `--deny {name}` set the level of all that can be set,\n\
         and so does `{name}` below `[lint]` in `irc.toml`.\n\n"
    );
    for rule in rules {
        let _ = writeln!(page, "* {} `{}`: {}", rule.code, rule.name, rule.level.as_str());
    }
    Some(page)
}

/// What is known of a provider.
pub(super) fn provider(catalogue: &Catalogue, name: &str) -> String {
    let models = catalogue.standing_for(name).len();
    let models = if models == 1 { "1 model is".to_owned() } else { format!("{models} models are") };
    format!(
        "# {name}\n\nA provider, of which {models} known: `irc models list --provider {name}`. It may stand in `candidates`, `ignore`\n\
         and `provider.order`, and before the `/` of a model's id.\n"
    )
}

/// What an assumption says, what that means, and how to choose otherwise.
pub(super) fn assumption(assumption: &Assumption) -> String {
    let Assumption { id, statement, explanation, switch } = assumption;
    let claim = format!("Where the service documents nothing, `irc` assumes: {statement}.");
    let mut page = format!("# {id}\n\n{}\n\n{}\n", wrap(&claim, WIDTH, 0), wrap(explanation, WIDTH, 0));
    if let Some(switch) = switch
        && let [usual, others @ ..] = switch.values
    {
        let choices: Vec<String> =
            others.iter().map(|v| format!("`irc simulate --assume {}={v}`", switch.key)).collect();
        let _ = writeln!(
            page,
            "\nTo assume otherwise: {}. What holds unless chosen is `{usual}`.",
            choices.join(" or ")
        );
    }
    page
}

/// A macro: part of the syntax, so no library has it.
struct Macro {
    name: &'static str,
    forms: &'static [&'static str],
    summary: &'static str,
}

const MACROS: &[Macro] = &[
    Macro {
        name: "has",
        forms: &["has(value.field) -> bool"],
        summary: "whether a map has the field; a bare name such as `tier` is no field of anything",
    },
    Macro {
        name: "all",
        forms: &["list(A).all(x, condition) -> bool", "map(K, V).all(key, condition) -> bool"],
        summary: "whether the condition holds for every element, or every key",
    },
    Macro {
        name: "exists",
        forms: &["list(A).exists(x, condition) -> bool", "map(K, V).exists(key, condition) -> bool"],
        summary: "whether the condition holds for at least one element, or one key",
    },
    Macro {
        name: "exists_one",
        forms: &["list(A).exists_one(x, condition) -> bool", "map(K, V).exists_one(key, condition) -> bool"],
        summary: "whether the condition holds for exactly one element, or one key",
    },
    Macro {
        name: "filter",
        forms: &["list(A).filter(x, condition) -> list(A)", "map(K, V).filter(key, condition) -> list(K)"],
        summary: "the elements, or the keys, for which the condition holds",
    },
    Macro {
        name: "map",
        forms: &["list(A).map(x, expression) -> list(B)", "list(A).map(x, condition, expression) -> list(B)"],
        summary: "the expression for each element, or for each for which the condition holds",
    },
];

/// Whatever conditions can call under this name, operators included; nothing if there is none.
pub(super) fn function(name: &str) -> Option<String> {
    let mut sections = Vec::new();
    for found in MACROS.iter().filter(|m| m.name == name) {
        let forms = found.forms.iter().map(|form| (*form).to_owned()).collect();
        sections.push(section(found.summary, forms, false));
    }
    for found in functions::router_env().functions.iter().filter(|f| &*f.name == name) {
        let summary = functions::summary(&found.name).unwrap_or_default();
        sections.push(section(summary, vec![host_form(found)], false));
    }
    for found in library::all().filter(|f| written(f.name) == Some(name.into())) {
        let extension = found.profile == Profile::Full;
        let forms = found
            .overloads
            .iter()
            .filter(|o| extension || o.profile == Profile::Router)
            .map(|o| form(found, o))
            .collect();
        sections.push(section(found.summary, forms, extension));
    }
    (!sections.is_empty()).then(|| format!("# {name}\n\n{}", sections.join("\n")))
}

const EXTENSION: &str =
    "This is an extension of CEL that routers are not documented to have: conditions cannot use it.";

/// Whether the page of a function speaks of extensions alone.
pub(super) fn is_extension(page: &str) -> bool {
    page.matches("```text").count() == page.matches(EXTENSION).count()
}

/// The names that [`function`] knows and that conditions of routers can use.
pub(super) fn function_names() -> Vec<String> {
    let macros = MACROS.iter().map(|m| m.name.to_owned());
    let own = functions::router_env().functions.into_iter().map(|f| f.name.to_string());
    let library = library::all().filter(|f| f.profile == Profile::Router).filter_map(|f| written(f.name));
    let mut names: Vec<String> = macros.chain(own).chain(library).collect();
    names.sort();
    names.dedup();
    names
}

fn section(summary: &str, mut forms: Vec<String>, extension: bool) -> String {
    let mut characters = summary.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    forms.dedup();
    let mut text = format!("{first}{}.\n\n```text\n{}\n```\n", characters.as_str(), forms.join("\n"));
    if extension {
        let _ = writeln!(text, "\n{EXTENSION}");
    }
    text
}

/// A function's name as it stands in an expression: `+` for `_+_`. Nothing for what expressions cannot write.
fn written(name: &str) -> Option<String> {
    match name {
        "@in" => Some("in".to_owned()),
        _ if name.contains('@') => None,
        _ if name.contains(|c: char| c.is_ascii_alphanumeric()) => Some(name.to_owned()),
        _ => Some(name.replace('_', "")),
    }
}

/// One signature as it stands in an expression, with types for values.
fn form(function: &Function, overload: &Overload) -> String {
    let mut params = overload.params.iter().map(ToString::to_string);
    let result = overload.result;
    let name = function.name;
    if name == "@in" {
        let (item, list) = (params.next().unwrap_or_default(), params.next().unwrap_or_default());
        return format!("{item} in {list} -> {result}");
    }
    if written(name).as_deref() != Some(name) {
        return format!("{} -> {result}", operator(name, params));
    }
    let receiver = if overload.member { params.next().map(|p| format!("{p}.")) } else { None };
    let more = if overload.variadic { ", …" } else { "" };
    let params: Vec<String> = params.collect();
    format!("{}{name}({}{more}) -> {result}", receiver.unwrap_or_default(), params.join(", "))
}

/// `int + int` for `_+_`, `bool ? A : A` for `_?_:_`, `list(A)[int]` for `_[_]`.
fn operator(name: &str, mut params: impl Iterator<Item = String>) -> String {
    let tight = name.contains(['[', '.']) || !name.starts_with('_');
    let mut text = String::new();
    for c in name.chars() {
        match c {
            '_' => text.push_str(&params.next().unwrap_or_default()),
            '?' | ':' if !tight => {
                let _ = write!(text, " {c} ");
            }
            c => text.push(c),
        }
    }
    if tight || name.contains('?') {
        return text;
    }
    let sign = name.trim_matches('_');
    text.replacen(sign, &format!(" {sign} "), 1)
}

fn host_form(function: &HostFunction) -> String {
    let mut params = function.params.iter().map(ToString::to_string);
    let receiver = if function.member { params.next() } else { None };
    let receiver = receiver.map(|_| format!("{}.", functions::MESSAGES)).unwrap_or_default();
    let params: Vec<String> = params.collect();
    format!("{receiver}{}({}) -> {}", function.name, params.join(", "), function.result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::assumptions;

    #[test]
    fn assumptions_tell_their_switch() {
        let page = assumption(assumptions::find("A03").unwrap());
        assert!(
            page.starts_with("# A03\n\nWhere the service documents nothing, `irc` assumes: a JSON number")
        );
        assert!(page.ends_with(
            "To assume otherwise: `irc simulate --assume numbers=double`. What holds unless chosen is `json`.\n"
        ));
        assert!(!assumption(assumptions::find("A01").unwrap()).contains("--assume"));
    }

    #[test]
    fn every_function_has_a_page_that_shows_its_forms() {
        for name in function_names() {
            let page = function(&name).unwrap();
            assert!(page.contains(" -> ") && !page.contains("# _"), "{page}");
        }
        for own in functions::router_env().functions {
            assert!(functions::summary(&own.name).is_some(), "{}", own.name);
        }
        assert_eq!(function("no_such_function"), None);
    }

    #[test]
    fn forms_are_written_as_in_expressions() {
        let has = |name: &str, form: &str| {
            let page = function(name).unwrap();
            assert!(page.lines().any(|line| line == form), "{form}\n{page}");
        };
        has("+", "int + int -> int");
        has("-", "-int -> int");
        has("?:", "bool ? A : A -> A");
        has("[]", "list(A)[int] -> A");
        has("in", "A in list(A) -> bool");
        has("&&", "bool && bool -> bool");
        has("matches", "string.matches(string) -> bool");
        has("size", "size(string) -> int");
        has("has", "messages.has() -> bool");
        has("has", "has(value.field) -> bool");
        has("get", "messages.get(int) -> message");
        has("lowerAscii", "string.lowerAscii() -> string");
        assert!(function("lowerAscii").unwrap().contains("conditions cannot use it"));
        assert!(!function("matches").unwrap().contains("conditions cannot use it"));
    }
}
