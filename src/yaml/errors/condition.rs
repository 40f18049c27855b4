//! What is said of a condition that YAML did not leave as it was.

use super::{NOTHING_DEPLOYED, shown};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::yaml::rules;

/// What YAML made of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::yaml) enum Reason<'t> {
    Tag { tag: &'t str, anchor: Option<&'t str>, left: &'t str },
    Anchor { anchor: &'t str, left: &'t str },
    OwnAnchor { anchor: &'t str },
    Alias { alias: &'t str },
    Comment { left: &'t str },
    Middle,
    Quote { quote: char },
    Escape,
    Bracket { bracket: char },
    Block { sign: char },
    Start { sign: char },
    Flow { sign: char, left: &'t str },
    Colon,
    Other,
}

pub(in crate::yaml) fn ate_condition(reason: Reason<'_>, span: Span, whole: &str) -> Diagnostic {
    let mut label = String::new();
    let left = |left: &str| match left.trim() {
        "" => String::new(),
        left => format!(": of this condition only `{}` is left", shown(left)),
    };
    let message = match reason {
        Reason::Tag { tag, anchor: None, left: l } => {
            format!("YAML takes `{}` for a tag{}", shown(tag), left(l))
        }
        Reason::Tag { tag, anchor: Some(anchor), left: l } => {
            format!("YAML takes `{}` for a tag and `{}` for an anchor{}", shown(tag), shown(anchor), left(l))
        }
        Reason::Anchor { anchor, left: l } => {
            format!("YAML takes `{}` for an anchor{}", shown(anchor), left(l))
        }
        Reason::OwnAnchor { anchor } => {
            format!("a condition cannot carry an anchor such as `{}`", shown(anchor))
        }
        Reason::Alias { alias } => {
            format!("YAML takes `{}` for an alias, behind which nothing may stand", shown(alias))
        }
        Reason::Comment { left: l } => format!("YAML takes what stands behind ` #` for a comment{}", left(l)),
        Reason::Middle => "a comment ends this condition, which goes on behind it".to_owned(),
        Reason::Quote { quote } => {
            label = "YAML cannot read what follows".to_owned();
            format!("this condition begins with `{quote}`, so YAML ends it at the next `{quote}`")
        }
        Reason::Escape => {
            "in double quotes `\\` begins an escape, and YAML does not know one of those in this condition"
                .to_owned()
        }
        Reason::Bracket { bracket: '[' } => {
            "this condition begins with `[`, so YAML takes it for a list and ends it at the `]`".to_owned()
        }
        Reason::Bracket { bracket } => format!(
            "this condition begins with `{bracket}`, so YAML takes it for a mapping and ends it at the `}}`"
        ),
        Reason::Block { sign } => {
            format!("YAML takes the `{sign}` for the sign that text begins on the next line")
        }
        Reason::Start { sign: sign @ ('-' | '?') } => format!(
            "YAML takes the `{sign} ` for the start of {}",
            if sign == '-' { "a list item" } else { "a key" }
        ),
        Reason::Start { sign: '`' } => {
            "this condition begins with a backtick, which YAML keeps for itself".to_owned()
        }
        Reason::Start { sign } => format!("this condition begins with `{sign}`, which YAML keeps for itself"),
        Reason::Flow { sign, left: l } => {
            format!("inside brackets YAML ends this condition at `{sign}`{}", left(l))
        }
        Reason::Colon => {
            label = "taken for the end of a key".to_owned();
            "YAML takes the `:` in this condition for the end of a key".to_owned()
        }
        Reason::Other => format!("YAML cannot read `{}` without quotes", shown(whole)),
    };
    let note = match reason {
        Reason::Tag { .. } | Reason::Anchor { .. } | Reason::Comment { .. } | Reason::Flow { .. } => {
            "the route would be chosen by what YAML leaves of the condition, not by what is written"
        }
        Reason::OwnAnchor { .. } => "conditions are read as written, and `&` is an operator there",
        _ => NOTHING_DEPLOYED,
    };
    Diagnostic::new(&rules::YAML_ATE_CONDITION, span, message).label(label).note(note)
}

pub(in crate::yaml) fn ate_help(reason: Reason<'_>) -> String {
    match reason {
        Reason::Middle => "put the comment on a line of its own above the condition".to_owned(),
        Reason::Comment { .. } => {
            "finish the condition before the comment; a `#` that belongs to it needs quotes around the whole"
                .to_owned()
        }
        Reason::OwnAnchor { anchor } => {
            let name = shown(anchor.trim_start_matches('&'));
            format!("write the condition under an `x-` key at the top as `&{name}`, and `*{name}` here")
        }
        Reason::Start { sign: '`' } => "delete the backticks".to_owned(),
        Reason::Block { sign } => format!("delete the `{sign}`, or put the condition on the next line"),
        _ => "put the whole condition in single quotes, and write each `'` in it twice".to_owned(),
    }
}

pub(in crate::yaml) fn ate_help_quoted(quoted: Option<&str>) -> String {
    match quoted {
        Some(text) if text.len() <= 100 => format!("put the condition in quotes: `{text}`"),
        Some(_) => "put the condition in quotes".to_owned(),
        None => "write `>-` behind the colon and the condition on the next line: YAML changes nothing there"
            .to_owned(),
    }
}

pub(in crate::yaml) fn ate_fix(quotes: bool) -> &'static str {
    if quotes { "put the condition in quotes" } else { "put the condition in a block of its own" }
}
