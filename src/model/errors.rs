//! All wording of the lowering.

mod request_only;
mod reuse;
mod suite;

pub(super) use request_only::request_only;

use super::Metric;
use super::rules::{
    CONFLICTING_FIELDS, INVALID_NAME, INVALID_TYPE, INVALID_VALUE, LEGACY_FIELD_NAME,
    METADATA_KEY_NOT_IDENTIFIER, MISSING_FIELD, NO_ROUTES, NOT_A_ROUTER, OUT_OF_RANGE, UNKNOWN_FIELD,
    UNREADABLE_REFERENCE, UNSUPPORTED_VERSION, WIRE_KEY, WRONG_TYPE,
};
use crate::cel::types::Type;
use crate::diag::suggest::{and_list, is_slip, is_slip_of_one, nearest, or_list};
use crate::diag::{Diagnostic, Edit, Fix, Severity};
use crate::source::{Span, Spanned};
use crate::yaml::rules::BAD_INDENTATION;
use crate::yaml::{Entry, Kind, Node, Scalar, ScalarType, Style};
pub(super) use reuse::{
    condition_not_identifier, condition_reserved, empty_pool, no_metadata_in, path_instead_of_block,
    too_many_files,
};
pub use reuse::{not_shared, unreadable_shared};
pub(super) use suite::{misplaced_field, no_tests, request_and_requests};

/// The service's answer to a router that it cannot take.
const REFUSED: &str = "nothing is built of a definition that is not of the right shape";

pub(super) fn empty_file(span: Span) -> Diagnostic {
    Diagnostic::new(&NOT_A_ROUTER, span, "this file holds no router definition")
        .label("nothing but white space and comments")
        .help("begin with `name:`, then `routes:` and `default:`")
}

pub(super) fn not_a_router(root: &Node) -> Diagnostic {
    let found = describe(root);
    Diagnostic::new(&NOT_A_ROUTER, root.span, format!("expected a router definition, found {found}"))
        .help("a definition is keys and values: `name:`, `routes:`, `default:`")
}

pub(super) fn missing_field(span: Span, field: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, format!("{what} has no `{field}`"))
        .label(format!("`{field}` is missing here"))
        .note(match field {
            "name" => "without a name the router cannot be created, and nobody could call it",
            "id" | "route_id" | "variant_id" => {
                "the service requires it, and every answer, trace and test refers to it"
            }
            "weight" => "the service needs the share of each variant; only a single variant may leave it out",
            _ => REFUSED,
        })
        .help(match field {
            "name" => "add `name:`, as in `name: support`: small letters, digits and `-`".to_owned(),
            "weight" => "add `weight:`, a whole number; the weights of a route sum to exactly 100".to_owned(),
            "type" => "add `type:`, such as `type: string`".to_owned(),
            "expect" => "add what is expected, as in `expect: {route: premium}`".to_owned(),
            _ => format!("add `{field}:`"),
        })
}

pub(super) fn missing_condition(span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, "a route has no `when`")
        .label("`when` is missing here")
        .note("a route without a condition says nothing about which requests take it")
        .help("add `when:` with a CEL expression, `when: true` for a catch-all, or move it to `default:`")
}

pub(super) fn missing_model(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, format!("{what} has no `model`"))
        .label("`model` is missing here")
        .note(REFUSED)
        .help("add `model:`, such as `model: openai/gpt-5.2`, or `model: auto` with `candidates:`")
}

pub(super) fn no_model(key: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, key, "`model` has no value")
        .note(REFUSED)
        .help("write a model id, such as `model: openai/gpt-5.2`, or `auto`")
}

pub(super) fn no_routes(span: Span, default_key: &str) -> Diagnostic {
    Diagnostic::new(&NO_ROUTES, span, "this router leads nowhere: it has neither routes nor a default")
        .note(REFUSED)
        .help(format!("add `{default_key}:`, the route for every request that no condition takes"))
}

pub(super) fn no_variants(span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, "a route has no variants")
        .label("an empty list")
        .note(REFUSED)
        .help("list at least one variant with `model` and `weight: 100`")
}

pub(super) fn no_expression(node: &Node, key: Span) -> Diagnostic {
    let empty = match &node.kind {
        Kind::Scalar(s) => s.value.trim().is_empty() || matches!(s.resolve(), ScalarType::Null),
        _ => false,
    };
    if empty {
        return Diagnostic::new(&MISSING_FIELD, key, "the condition is empty")
            .label("no expression stands here")
            .help("write a CEL expression, such as `tier == \"premium\"`, or `true`");
    }
    Diagnostic::new(&WRONG_TYPE, node.span, format!("expected a condition, found {}", describe(node)))
        .note("the service takes only expressions that are true or false")
        .help("write a CEL expression, such as `tier == \"premium\"`, or `true`")
}

/// `part`: the key of the document that it stands under.
pub(super) fn unknown_field(
    span: Span,
    key: &str,
    (what, part): (&str, &str),
    free: &[&str],
    known: &[&str],
) -> Diagnostic {
    // "the defaults", "compression settings"
    let has = if what.ends_with('s') && !what.starts_with("a ") { "have" } else { "has" };
    let mut out =
        Diagnostic::new(&UNKNOWN_FIELD, span, format!("{what} {has} no field `{key}`")).note(match part {
            "tests" => suite::UNREAD,
            "invariants" => {
                "`irc` would pass it over, and the invariant would claim something else than it seems to"
            }
            "metadata" | "prompt_variables" => "`irc` would pass it over, and check less than it seems to",
            _ => "the service would never see it, so `irc` refuses it rather than drop it in silence",
        });
    if let Some(near) = nearest(key, free.iter().copied()) {
        out = out.label(format!("did you mean `{near}`?")).help(format!("write `{near}`"));
        if is_slip_of_one(key, near, free.iter().copied()) {
            out = out.fix(Fix::safe(format!("rename `{key}` to `{near}`"), span, near));
        }
        return out;
    }
    out.label("unknown here").help(if known.len() <= 16 {
        format!("the fields here are {}; keys of your own begin with `x-`", and_list(known))
    } else {
        "keys of your own begin with `x-`; `irc schema` shows every field".to_owned()
    })
}

pub(super) fn misspelt_field(span: Span, key: &str, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_FIELD, span, format!("{what} has no field `{key}`"))
        .label(format!("did you mean `{name}`?"))
        .note(format!("the service requires `{name}`"))
        .help(format!("write `{name}`"))
        .fix(Fix { safe: is_slip(key, name), ..Fix::safe(format!("rename `{key}` to `{name}`"), span, name) })
}

pub(super) fn unknown_wire_field(span: Span, key: &str, what: &str, meant: Option<&str>) -> Diagnostic {
    let mut out = Diagnostic::new(&UNKNOWN_FIELD, span, format!("{what} has no documented field `{key}`"))
        .severity(Severity::Warning)
        .note("it is carried through as it is; the service may ignore it or refuse the router");
    if let Some(near) = meant {
        out = out.label(format!("did you mean `{near}`?")).help(format!("write `{near}`")).fix(Fix::unsafe_(
            format!("rename `{key}` to `{near}`"),
            span,
            near,
        ));
    }
    out
}

pub(super) fn wire_key(span: Span, key: &str, new: &str, what: &str) -> Diagnostic {
    let out = Diagnostic::new(&WIRE_KEY, span, format!("`{key}` is a key of the API's JSON, not of {what} here"))
        .note("a document is read as the API's JSON only if it has `default_route`, or `route` and `condition` in its routes");
    if new.is_empty() {
        return out.help("write its parts directly on the variant: `fallbacks` or `candidates`, `sort`, `ignore`, `provider`");
    }
    out.label(format!("should be `{new}`")).help(format!("write `{new}`")).fix(Fix::safe(
        format!("rename `{key}` to `{new}`"),
        span,
        new,
    ))
}

pub(super) fn both_casings(span: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, span, format!("`{name}` is written twice, in two spellings"))
        .also(first, "first written here")
        .note("which of the two the service would take is not documented")
        .help("keep one of them")
}

pub(super) fn wrong_type(node: &Node, expected: &str, fix: Option<String>) -> Diagnostic {
    let found = describe(node);
    let mut out = Diagnostic::new(&WRONG_TYPE, node.span, format!("expected {expected}, found {found}"));
    if let Kind::Scalar(s) = &node.kind
        && matches!(s.resolve(), ScalarType::Null)
    {
        return out.label("no value stands here").help("write a value, or remove the key");
    }
    out = out.note(REFUSED);
    if let Some(text) = fix {
        out = out.help(format!("write `{text}`")).fix(Fix::safe(format!("write `{text}`"), node.span, text));
    }
    out
}

/// Keys where a list is to stand: its first item, without the dash or the bracket.
pub(super) fn no_list(node: &Node, first: &Entry, expected: &str) -> Diagnostic {
    let key = first.key.text();
    let help = if matches!(first.value.kind, Kind::Mapping(_)) {
        format!("make each an item of a list, as in `- id: {key}` with its other keys below")
    } else if node.span.start == first.key.span.start {
        format!("begin each item with `- `, as in `- {key}: …`")
    } else {
        "put the items into brackets: `[{…}, {…}]`".to_owned()
    };
    Diagnostic::new(&WRONG_TYPE, first.key.span, format!("expected {expected}, found keys and values"))
        .note(REFUSED)
        .help(help)
}

/// Keys of the default route beside `default:` instead of below it.
pub(super) fn not_indented(default: Span, keys: &[&Entry]) -> Option<Diagnostic> {
    let first = keys.first()?;
    let names: Vec<&str> = keys.iter().map(|entry| entry.key.text()).collect();
    let (belongs, them) = if names.len() == 1 {
        ("belongs to the default route and is", "it")
    } else {
        ("belong to the default route and are", "them")
    };
    let mut out = Diagnostic::new(
        &BAD_INDENTATION,
        first.key.span,
        format!("{} {belongs} not indented below it", and_list(names)),
    )
    .also(default, "nothing stands below this")
    .note(REFUSED)
    .help(format!("put two spaces before {them}"));
    // A value on the line of its key moves with it.
    let on_its_line = |scalar: &Scalar| {
        !matches!(scalar.style, Style::Literal | Style::Folded) && scalar.map.runs().len() <= 1
    };
    if keys.iter().all(|entry| entry.value.scalar().is_some_and(on_its_line)) {
        let edits = keys.iter().map(|entry| Edit {
            span: Span { end: entry.key.span.start, ..entry.key.span },
            text: "  ".to_owned(),
        });
        out = out.fix(Fix { title: format!("indent {them}"), safe: true, edits: edits.collect() });
    }
    Some(out)
}

pub(super) fn empty_text(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_VALUE, span, format!("expected {what}, found empty text")).note(REFUSED)
}

pub(super) fn not_in_json(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_VALUE, span, format!("`{text}` is no number that JSON can write"))
        .note("what stands here is sent as JSON, which has finite numbers only")
        .help(format!("write a finite number, or `\"{text}\"` for the text"))
}

pub(super) fn unsupported_version(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(
        &UNSUPPORTED_VERSION,
        span,
        format!("version `{text}` of the definition language is not known"),
    )
    .label("this `irc` reads version 1")
    .help("write `irc: 1`, or use a newer `irc`")
}

pub(super) fn invalid_name(name: &Spanned<String>) -> Diagnostic {
    let out = Diagnostic::new(&INVALID_NAME, name.span, format!("`{}` cannot be a router's name", name.value))
        .note("a name is small letters, digits and `-`, and begins with a letter or digit; callers write it as `inworld/<name>`, and it can never change");
    if let Some(bare) = name.value.strip_prefix("inworld/") {
        return out.help(format!("write `{bare}`: callers put `inworld/` before it"));
    }
    let slug = slug(super::lower::bare_name(&name.value));
    if slug.is_empty() { out } else { out.help(format!("such as `{slug}`")) }
}

fn slug(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().take(100) {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_owned()
}

pub(super) fn default_with_condition(key: Span, default_key: &str) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, key, format!("`{default_key}` takes no condition"))
        .note("it is where every request goes that no route took")
        .help("remove the condition, or move this route to `routes:`")
}

pub(super) fn wrapped_default(key: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, key, "`defaultRoute` is a route itself and wraps none")
        .note("items of `routes` hold `route` and `condition`; the default route has its `route_id` and `variants` directly in it")
        .help("move `route_id` and `variants` up by one level")
}

pub(super) fn variants_and(stray: Span, key: &str, variants: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, stray, format!("`{key}` and `variants` on the same route"))
        .also(variants, "the variants are listed here")
        .note("a route either lists its variants or is one itself; which of the two is meant cannot be told")
        .help(format!("move `{key}` into a variant, or remove `variants`"))
}

pub(super) fn two_web_searches(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, second, "`web_search_options` beside `web_search`")
        .also(first, "`web_search` is set here")
        .note("the service refuses a variant that has both")
        .help("keep one of them")
}

pub(super) fn fallbacks_and_candidates(candidates: Span, fallbacks: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, candidates, "`candidates` beside `fallbacks`")
        .also(fallbacks, "`fallbacks` is here")
        .note("both are the one list that the API calls `models`: fallbacks of a concrete model, or the pool of `auto`")
        .help("keep `fallbacks` for a concrete model, `candidates` for `auto`")
}

pub(super) fn rename_list(key: Span, old: &str, new: &str) -> Diagnostic {
    let (why, note) = if new == "candidates" {
        ("`auto` has no fallbacks", "with `auto` the list is the pool that the service chooses from")
    } else {
        (
            "only `auto` has candidates",
            "with a concrete model the list is what is tried when it fails, in order",
        )
    };
    Diagnostic::new(&CONFLICTING_FIELDS, key, why)
        .label(format!("should be `{new}`"))
        .note(note)
        .help(format!("write `{new}`"))
        .fix(Fix::unsafe_(format!("rename `{old}` to `{new}`"), key, new))
}

pub(super) fn content_twice(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, second, "`content_items` beside `content`")
        .also(first, "`content` is here")
        .note("which of the two the service would send is not documented")
        .help("keep one of them")
}

pub(super) fn when_and_unless(second: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&CONFLICTING_FIELDS, second, "`unless` beside `when`")
        .also(first, "`when` is here")
        .help("keep one; `when: a && !(b)` says both where neither can fail")
}

pub(super) fn no_claim(span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, "this invariant claims nothing")
        .help("add `never:`, `only:`, `always:` or `survives:`, as in `never: {provider: groq}`")
}

pub(super) fn empty_target(span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, "this claim names nothing")
        .help("name a `route`, `variant`, `model` or `provider`, as in `{provider: groq}`")
}

pub(super) fn repeated_metric(span: Span, earlier: Span, metric: Metric) -> Diagnostic {
    let word = metric.as_str();
    Diagnostic::new(&CONFLICTING_FIELDS, span, format!("`{word}` is listed twice as a sort criterion"))
        .also(earlier, "it already decides here")
        .note("a criterion only breaks the ties of those before it, so the second one decides nothing")
        .help("remove one of the two")
}

pub(super) fn words_after_direction(span: Span, word: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_VALUE, span, format!("`{word}` is too much for one sort criterion"))
        .help("a criterion is a metric and a direction, as in `price asc`; several are a list: `[price, latency desc]`")
}

pub(super) fn metric_spelling(span: Span, word: &str, written: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_VALUE, span, format!("`{word}` is spelt `{written}` here"))
        .help(format!("write `{written}`"))
        .fix(Fix::safe(format!("write `{written}`"), span, written))
}

pub(super) fn unknown_word<S: AsRef<str>>(
    span: Span,
    kind: &str,
    word: &str,
    known: &[S],
    near: Option<&str>,
) -> Diagnostic {
    let all = or_list(known);
    let help = if known.len() == 1 { format!("there is only {all}") } else { format!("one of {all}") };
    let out =
        Diagnostic::new(&INVALID_VALUE, span, format!("unknown {kind} `{word}`")).note(REFUSED).help(help);
    match near {
        Some(near) => out.label(format!("did you mean `{near}`?")).fix(Fix {
            safe: is_slip_of_one(word, near, known.iter().map(AsRef::as_ref)),
            ..Fix::safe(format!("write `{near}`"), span, near)
        }),
        None => out,
    }
}

pub(super) fn out_of_range(span: Span, name: &str, text: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&OUT_OF_RANGE, span, format!("`{name}` cannot be {text}"))
        .note(REFUSED)
        .help(format!("expected {what}"))
}

pub(super) fn too_many_items(span: Span, name: &str, count: usize, max: usize) -> Diagnostic {
    Diagnostic::new(&OUT_OF_RANGE, span, format!("`{name}` has {count} items, and {max} are allowed"))
        .note(REFUSED)
        .help(format!("keep at most {max}"))
}

pub(super) fn several_criteria(node: &Node) -> Diagnostic {
    Diagnostic::new(&INVALID_VALUE, node.span, "one sort criterion cannot hold several metrics")
        .note("criteria have an order: the first decides, and the next breaks its ties")
        .help("write a list: `[{price: asc}, {latency: desc}]`, or `[price asc, latency desc]`")
}

pub(super) fn weight_range(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(&OUT_OF_RANGE, span, format!("a weight cannot be {text}"))
        .note("weights are percent: the service refuses what is not between 0 and 100")
        .help("write a whole number from 0 to 100; the weights of a route sum to exactly 100")
}

pub(super) fn weight_fraction(span: Span, text: &str) -> Diagnostic {
    Diagnostic::new(&OUT_OF_RANGE, span, format!("a weight cannot be the fraction {text}"))
        .note("whether the service takes fractions is not documented")
        .help("write whole numbers: they are percent, and those of a route sum to exactly 100")
        .assumes("A01")
}

pub(super) fn legacy_field(span: Span, old: &str, new: &str) -> Diagnostic {
    Diagnostic::new(&LEGACY_FIELD_NAME, span, format!("`{old}` is an old name of `{new}`"))
        .note("the current API reference does not have it: the service may ignore it")
        .help(format!("write `{new}`"))
        .fix(Fix::safe(format!("rename `{old}` to `{new}`"), span, new))
}

pub(super) fn legacy_block(span: Span, old: &str, new: &str) -> Diagnostic {
    Diagnostic::new(&LEGACY_FIELD_NAME, span, format!("`{old}` is from an old version of the API"))
        .note("the current API reference does not have it: the service may ignore it")
        .help(format!("use `{new}` instead, such as `{new}: {{aggressiveness: 0.5}}`"))
}

/// A file that a definition names and that could not be read.
pub fn unreadable_reference(path: &Spanned<String>, reason: &str) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_REFERENCE, path.span, format!("cannot read `{}`: {reason}", path.value))
        .note("without it nothing is known of what callers send, so conditions cannot be checked")
        .help("the path is relative to the definition's own folder")
}

pub(super) fn empty_metadata_file(span: Span) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, span, "this file declares no metadata")
        .help("write a type for each key that callers send, as in `tier: string`")
}

pub(super) fn not_identifier(span: Span, name: &str) -> Diagnostic {
    if name.is_empty() {
        return Diagnostic::new(
            &METADATA_KEY_NOT_IDENTIFIER,
            span,
            "no condition can use a metadata key that is empty text",
        )
        .note("conditions name metadata keys bare, so a key must be a CEL identifier")
        .help("have callers send the value under a name, such as `tier`");
    }
    let meant: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    Diagnostic::new(&METADATA_KEY_NOT_IDENTIFIER, span, format!("no condition can use the metadata key `{name}`"))
        .note("conditions name metadata keys bare, so a key must be a CEL identifier: letters, digits and `_`, not beginning with a digit")
        .help(if name.starts_with(|c: char| c.is_ascii_digit()) {
            format!("have callers send `_{meant}` instead")
        } else {
            format!("have callers send `{meant}` instead")
        })
}

pub(super) fn reserved_word(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        &METADATA_KEY_NOT_IDENTIFIER,
        span,
        format!("no condition can use the metadata key `{name}`"),
    )
    .note(format!("`{name}` is a reserved word of CEL"))
    .help(format!("have callers send another name, such as `{name}_`"))
}

pub(super) fn named_messages(span: Span) -> Diagnostic {
    Diagnostic::new(
        &METADATA_KEY_NOT_IDENTIFIER,
        span,
        "no condition can use a metadata key named `messages`",
    )
    .note("in conditions `messages` is the list of the request's messages")
    .help("have callers send another name")
}

pub(super) fn types_too_deep(span: Span, depth: usize) -> Diagnostic {
    Diagnostic::new(&INVALID_TYPE, span, format!("types nest deeper than {depth} levels here"))
        .help("use `dyn` for what lies deeper")
}

pub(super) fn only_for(key: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_TYPE, key, format!("`{name}` makes sense only for {what}"))
        .help(format!("remove `{name}`, or change the type"))
}

pub(super) fn type_cut_at_comma(span: Span, start: &str, rest: &str) -> Diagnostic {
    let whole = format!("{start}, {rest}");
    Diagnostic::new(&INVALID_TYPE, span, format!("the type `{whole}` is cut at its comma"))
        .note("inside `{…}` YAML ends a bare value at a comma")
        .help(format!("write it in quotes: `\"{whole}\"`"))
        .fix(Fix::safe("put the type in quotes", span, format!("\"{whole}\"")))
}

pub(super) fn unknown_type(span: Span, text: &str, known: &[&str]) -> Diagnostic {
    let out = Diagnostic::new(&INVALID_TYPE, span, format!("unknown type `{text}`"));
    let word = text.trim().to_ascii_lowercase();
    let alias = match word.as_str() {
        "str" | "text" | "enum" | "uuid" => Some("string"),
        "integer" | "long" | "int64" | "int32" => Some("int"),
        "float" | "float64" | "decimal" | "real" => Some("double"),
        "boolean" => Some("bool"),
        "array" => Some("list"),
        "object" | "dict" | "struct" => Some("map"),
        "any" => Some("dyn"),
        _ => None,
    };
    if let "timestamp" | "duration" | "date" | "datetime" | "time" = word.as_str() {
        let function = if word == "duration" { "duration" } else { "timestamp" };
        return out
            .label("JSON has no such values")
            .note("callers send JSON: a point in time arrives as text")
            .help(format!("declare it `string`, and write `{function}(x)` in the condition"));
    }
    let out =
        out.help(format!("the types are {}; also `list(string)` and `map(string, int)`", and_list(known)));
    match alias.or_else(|| nearest(text, known.iter().copied())) {
        Some(near) => out.label(format!("did you mean `{near}`?")).fix(Fix {
            safe: alias.is_some() || is_slip_of_one(text, near, known.iter().copied()),
            ..Fix::safe(format!("write `{near}`"), span, near)
        }),
        None => out,
    }
}

pub(super) fn empty_range(high: Span, low: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_TYPE, high, "`max` is below `min`: no value is possible")
        .also(low, "`min` is here")
        .help("exchange the two")
}

pub(super) fn empty_enum(span: Span) -> Diagnostic {
    Diagnostic::new(&INVALID_TYPE, span, "an empty `enum` leaves no value")
        .help("list the values that callers may send, or remove `enum`")
}

pub(super) fn enum_value_type(span: Span, text: &str, ty: &Type, quoted: Option<String>) -> Diagnostic {
    let out = Diagnostic::new(
        &INVALID_TYPE,
        span,
        format!("`{text}` is no {ty}, which this key is declared to be"),
    )
    .note("YAML reads a bare number, `true` or `false` as such, not as text");
    match quoted {
        Some(text) => {
            out.help(format!("write `{text}`")).fix(Fix::safe(format!("write `{text}`"), span, text))
        }
        None => out.help("change the value or the declared type"),
    }
}

pub(super) fn null_in_enum(span: Span, ty: &Type) -> Diagnostic {
    Diagnostic::new(&INVALID_TYPE, span, format!("`null` is no {ty}, which this key is declared to be"))
        .help("remove it here, and write `nullable: true` beside `enum` if callers may send null")
}

pub(super) fn enum_value_twice(span: Span, first: Span, text: &str) -> Diagnostic {
    Diagnostic::new(&INVALID_TYPE, span, format!("`{text}` is listed twice"))
        .also(first, "first here")
        .help("remove one of the two")
}

/// What a node is, for people.
fn describe(node: &Node) -> String {
    match &node.kind {
        Kind::Sequence(items) if items.is_empty() => "an empty list".to_owned(),
        Kind::Sequence(_) => "a list".to_owned(),
        Kind::Mapping(_) => "keys and values".to_owned(),
        Kind::Broken => "something that could not be read".to_owned(),
        Kind::Scalar(scalar) => {
            let shown: String = scalar.value.chars().take(40).collect();
            match scalar.resolve() {
                ScalarType::Null => "nothing".to_owned(),
                ScalarType::Bool(_) => format!("the boolean `{shown}`"),
                ScalarType::Int(_) | ScalarType::Float(_) => format!("the number `{shown}`"),
                ScalarType::String => format!("the text `{shown}`"),
            }
        }
    }
}
