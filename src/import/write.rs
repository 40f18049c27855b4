//! A router as text in the authoring form; the formatter gives it its layout.

use std::collections::BTreeSet;

use super::types::Declared;
use crate::check::Checked;
use crate::format::scalar;
use crate::model::{Criterion, Data, Direction, Route, Selection, Variant};

/// What is written.
#[derive(Clone, Debug)]
pub(super) enum Out {
    /// A word, number or boolean as it stands.
    Word(String),
    /// Text.
    Text(String),
    /// Dashes.
    List(Vec<Out>),
    /// Keys, each with a comment behind it or none.
    Map(Vec<(String, Option<String>, Out)>),
    /// `[…]`
    Items(Vec<Out>),
    /// `{…}`
    Flow(Vec<(String, Out)>),
}

impl Out {
    pub(super) fn word(word: impl Into<String>) -> Self {
        Self::Word(word.into())
    }

    fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn flow(entries: Vec<(&str, Out)>) -> Self {
        Self::Flow(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

/// Entries of a mapping in the making.
#[derive(Default)]
struct Entries(Vec<(String, Option<String>, Out)>);

impl Entries {
    fn put(&mut self, key: &str, value: Out) {
        self.0.push((key.to_owned(), None, value));
    }

    fn put_some(&mut self, key: &str, value: Option<Out>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }
}

const ABOUT_TYPES: &str = "\
# The types are inferred from the conditions: what callers send is not known, and any key may be absent. With this block
# a condition that disagrees with it is an error; correct it from what you know.
";

/// What is left out of configuration blocks: keys that the authoring form does not know.
struct Writer<'a> {
    unknown: &'a BTreeSet<String>,
}

/// A definition with these types, or without a block of types if there are none; without the unknown keys.
pub(super) fn router(checked: &Checked, types: &[Declared], unknown: &BTreeSet<String>) -> String {
    let with = Writer { unknown };
    let router = &checked.definition.router;
    let mut head = Entries::default();
    if let Some(name) = &router.name {
        head.put("name", Out::text(&name.value));
    }
    head.put_some("display_name", router.display_name.as_ref().map(|name| Out::text(&name.value)));
    let mut text = String::new();
    map(&head.0, 0, &mut text);
    if !types.is_empty() {
        let entries = types.iter().map(|d| (d.name.clone(), Some(d.why.clone()), d.ty.clone())).collect();
        text.push('\n');
        text.push_str(ABOUT_TYPES);
        map(&[("metadata".to_owned(), None, Out::Map(entries))], 0, &mut text);
    }
    if let Some(defaults) = &router.defaults {
        let mut entries = Entries::default();
        entries.put_some("text_generation_config", with.data(defaults.text_generation_config.as_deref()));
        entries.put_some("message_templates", with.data(defaults.message_templates.as_deref()));
        let entries = if entries.0.is_empty() { Out::Flow(Vec::new()) } else { Out::Map(entries.0) };
        text.push('\n');
        map(&[("defaults".to_owned(), None, entries)], 0, &mut text);
    }
    for (at, item) in router.routes.iter().enumerate() {
        text.push_str(if at == 0 { "\nroutes:\n" } else { "\n" });
        list(&[Out::Map(with.route(item, false))], 2, &mut text);
    }
    if let Some(default) = &router.default {
        text.push('\n');
        map(&[("default".to_owned(), None, Out::Map(with.route(default, true)))], 0, &mut text);
    }
    text
}

impl Writer<'_> {
    fn route(&self, route: &Route, default: bool) -> Vec<(String, Option<String>, Out)> {
        let mut entries = Entries::default();
        if let Some(id) = route.id.as_ref().filter(|id| !default || id.value != "default") {
            entries.put("id", Out::text(&id.value));
        }
        if let Some(when) = &route.when {
            let text = when.text.trim_ascii_end();
            let word = matches!(text, "true" | "false");
            entries.put("when", if word { Out::word(text) } else { Out::text(text) });
        }
        match route.variants.as_slice() {
            [only] if only.weight.as_ref().is_some_and(|weight| weight.value == 100) => {
                let id = only.id.as_ref().filter(|id| id.value != "main");
                entries.put_some("variant", id.map(|id| Out::text(&id.value)));
                self.variant(only, &mut entries);
            }
            many => {
                let items = many.iter().map(|item| {
                    let mut entries = Entries::default();
                    entries.put_some("id", item.id.as_ref().map(|id| Out::text(&id.value)));
                    let weight = item.weight.as_ref().map(|weight| Out::word(weight.value.to_string()));
                    entries.put_some("weight", weight);
                    self.variant(item, &mut entries);
                    Out::Map(entries.0)
                });
                entries.put("variants", Out::List(items.collect()));
            }
        }
        entries.0
    }

    fn variant(&self, variant: &Variant, entries: &mut Entries) {
        entries.put_some("model", variant.model.as_ref().map(|model| Out::text(&model.value)));
        selection(&variant.selection, variant.is_auto(), entries);
        entries.put_some("text_generation_config", self.data(variant.text_generation_config.as_deref()));
        entries.put_some("message_templates", self.data(variant.message_templates.as_deref()));
        entries.put_some("web_search", self.data(variant.web_search.as_deref()));
        entries.put_some("web_search_options", self.data(variant.web_search_options.as_deref()));
        entries.put_some("compression", self.data(variant.compression.as_deref()));
    }

    fn data(&self, data: Option<&Data>) -> Option<Out> {
        Some(match data? {
            Data::Null => Out::word("null"),
            Data::Bool(value) => Out::word(value.to_string()),
            Data::Int(value) => Out::word(value.to_string()),
            // With a point or an exponent, so that it is read as the same kind of number.
            Data::Float(value) => Out::word(format!("{value:?}")),
            Data::String(value) => Out::text(value),
            Data::List(items) => {
                let written: Vec<Out> = items.iter().filter_map(|item| self.data(Some(item))).collect();
                let small = items.iter().all(|item| !matches!(item, Data::Map(_) | Data::List(_)));
                if small { Out::Items(written) } else { Out::List(written) }
            }
            Data::Map(entries) => {
                let known = entries.iter().filter(|(key, _)| !self.unknown.contains(key));
                let written = known.filter_map(|(key, value)| Some((key.clone(), self.data(Some(value))?)));
                let small = entries.len() <= 3
                    && entries.iter().all(|(_, value)| match value {
                        Data::Map(_) | Data::List(_) => false,
                        Data::String(text) => text.len() <= 30 && scalar::is_simple(text),
                        _ => true,
                    });
                if small {
                    Out::Flow(written.collect())
                } else {
                    Out::Map(written.map(|(key, value)| (key, None, value)).collect())
                }
            }
        })
    }
}

fn selection(selection: &Selection, auto: bool, entries: &mut Entries) {
    let texts = |items: &[crate::source::Spanned<String>]| {
        Out::Items(items.iter().map(|item| Out::text(&item.value)).collect())
    };
    if let Some(models) = &selection.models {
        entries.put(if auto { "candidates" } else { "fallbacks" }, texts(&models.items));
    }
    let criteria = selection.sort.as_ref().map(|sort| (sort.is_empty(), sort.iter().filter_map(criterion)));
    if let Some((empty, criteria)) = criteria.map(|(empty, c)| (empty, c.collect::<Vec<Out>>()))
        && (empty || !criteria.is_empty())
    {
        let criteria = match <[Out; 1]>::try_from(criteria) {
            Ok([only]) => only,
            Err(many) => Out::Items(many),
        };
        entries.put("sort", criteria);
    }
    entries.put_some("ignore", selection.ignore.as_ref().map(|ignore| texts(ignore)));
    if let Some(provider) = &selection.provider {
        let order = provider.order.as_ref().map(|order| ("order".to_owned(), texts(order)));
        let allow = provider.allow_fallbacks.as_ref();
        let allow = allow.map(|allow| ("allow_fallbacks".to_owned(), Out::word(allow.value.to_string())));
        entries.put("provider", Out::Flow(order.into_iter().chain(allow).collect()));
    }
}

/// A criterion without a metric ranks by nothing, and has no place in the authoring form.
fn criterion(criterion: &Criterion) -> Option<Out> {
    let metric = criterion.metric?.as_str();
    Some(Out::word(match criterion.direction {
        None => metric.to_owned(),
        Some(Direction::Ascending) => format!("{metric} asc"),
        Some(Direction::Descending) => format!("{metric} desc"),
    }))
}

fn map(entries: &[(String, Option<String>, Out)], indent: usize, text: &mut String) {
    for (key, comment, value) in entries {
        text.push_str(&" ".repeat(indent));
        text.push_str(&scalar::text(key, true));
        text.push(':');
        behind(value, comment.as_deref(), indent, text);
    }
}

fn list(items: &[Out], indent: usize, text: &mut String) {
    for item in items {
        text.push_str(&" ".repeat(indent));
        text.push('-');
        match item {
            Out::Map(entries) if !entries.is_empty() => {
                let start = text.len();
                map(entries, indent + 2, text);
                // The first key stands on the line of the dash.
                text.replace_range(start..start + indent + 2, " ");
            }
            item => behind(item, None, indent, text),
        }
    }
}

/// What stands behind a colon or a dash.
fn behind(value: &Out, comment: Option<&str>, indent: usize, text: &mut String) {
    let comment = comment.map_or(String::new(), |comment| format!("  # {comment}"));
    match value {
        Out::Map(entries) if !entries.is_empty() => {
            text.push_str(&format!("{comment}\n"));
            map(entries, indent + 2, text);
        }
        Out::List(items) if !items.is_empty() => {
            text.push_str(&format!("{comment}\n"));
            list(items, indent + 2, text);
        }
        Out::Text(value) if is_block(value) => {
            let chomp = match value.len() - value.trim_end_matches('\n').len() {
                0 => "-",
                1 => "",
                _ => "+",
            };
            text.push_str(&format!(" |{chomp}{comment}\n"));
            for line in value.strip_suffix('\n').unwrap_or(value).split('\n') {
                let blanks = if line.is_empty() { 0 } else { indent + 2 };
                text.push_str(&format!("{:blanks$}{line}\n", ""));
            }
        }
        value => {
            text.push(' ');
            flow(value, false, text);
            text.push_str(&format!("{comment}\n"));
        }
    }
}

/// True for text of several lines that a block scalar holds as it is.
fn is_block(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.chars().any(|c| c != '\n' && scalar::is_hidden(c))
        && !text.split('\n').any(|line| !line.is_empty() && line.trim_matches(' ').is_empty())
}

fn flow(value: &Out, inside: bool, text: &mut String) {
    match value {
        Out::Word(word) => text.push_str(word),
        Out::Text(value) => text.push_str(&scalar::text(value, inside)),
        Out::List(items) | Out::Items(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                flow(item, true, text);
            }
            text.push(']');
        }
        Out::Flow(entries) => {
            text.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                text.push_str(&scalar::text(key, true));
                text.push_str(": ");
                flow(value, true, text);
            }
            text.push('}');
        }
        Out::Map(entries) => {
            let entries = entries.iter().map(|(key, _, value)| (key.clone(), value.clone())).collect();
            flow(&Out::Flow(entries), inside, text);
        }
    }
}
