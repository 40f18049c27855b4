//! What this pass says.

mod condition;

pub(super) use condition::{Reason, ate_condition, ate_fix, ate_help, ate_help_quoted};

use std::ops::Range;

use super::rules;
use super::tree::{Entry, Node};
use crate::diag::{Diagnostic, Edit, Fix};
use crate::source::{FileId, SourceFile, Span};

const NOTHING_DEPLOYED: &str = "a file that cannot be read is not deployed, nor is any other router in it";

pub(super) fn not_utf8(file: &SourceFile, bytes: &[(u32, u8)]) -> Diagnostic {
    let (at, byte) = bytes.first().copied().unwrap_or_default();
    let span = Span { file: file.id(), start: at, end: at.saturating_add(1) };
    let letter = char::from(byte);
    let latin = if letter.is_alphabetic() {
        format!(", which would be `{letter}` in Latin-1")
    } else {
        String::new()
    };
    let more = match bytes.len() {
        0 | 1 => String::new(),
        n => format!(" ({} such bytes in this file)", group(n)),
    };
    Diagnostic::new(
        &rules::NOT_UTF8,
        span,
        format!("this file is not UTF-8: byte `0x{byte:02X}` belongs to no character{more}"),
    )
    .label(format!("byte {at} of the file{latin}"))
    .help("save the file as UTF-8 in your editor")
}

pub(super) fn wide(file: FileId, name: &str) -> Diagnostic {
    let message = format!("this file is {name}, and definitions are read as UTF-8");
    Diagnostic::new(&rules::NOT_UTF8, Span::file_start(file), message)
        .help("save the file as UTF-8 in your editor")
}

pub(super) fn file_too_large(file: FileId, size: usize, limit: usize) -> Diagnostic {
    let message = format!("this file has {} bytes, and {} is the limit", group(size), group(limit));
    Diagnostic::new(&rules::FILE_TOO_LARGE, Span::file_start(file), message)
        .help("give each router a file of its own")
}

pub(super) fn control_character(span: Span, character: char) -> Diagnostic {
    let name = match character {
        '\0' => " (NUL)",
        '\u{8}' => " (backspace)",
        '\u{b}' => " (vertical tab)",
        '\u{c}' => " (form feed)",
        '\u{1b}' => " (escape)",
        '\u{feff}' => " (byte order mark)",
        _ => "",
    };
    let code = u32::from(character);
    let message = format!("an invisible character, U+{code:04X}{name}, which YAML does not allow here");
    Diagnostic::new(&rules::CONTROL_CHARACTER, span, message)
        .help(format!("delete it; where a text needs it, write `\\u{code:04x}` in double quotes"))
        .fix(Fix::safe("delete it", span, ""))
}

pub(super) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    let message = format!("lists and mappings are nested more than {limit} deep, which is the limit");
    Diagnostic::new(&rules::TOO_DEEP, span, message)
        .help("reading stopped here; no definition needs as many levels")
}

pub(super) fn too_many_nodes(span: Span, limit: usize) -> Diagnostic {
    let message = format!("this file holds more than {} values, which is the limit", group(limit));
    Diagnostic::new(&rules::TOO_MANY_NODES, span, message)
        .help("reading stopped here; give each router a file of its own")
}

pub(super) fn too_many_expanded(span: Span, limit: usize) -> Diagnostic {
    let message = format!(
        "with its aliases followed this file holds more than {} values, which is the limit",
        group(limit)
    );
    Diagnostic::new(&rules::TOO_MANY_NODES, span, message)
        .label("reading stopped at this one")
        .help("aliases of values that hold aliases multiply: write what is needed where it is needed")
}

pub(super) fn yaml_version(span: Span, major: u32, minor: u32) -> Diagnostic {
    let message = format!("this file asks for YAML {major}.{minor}, and is read as YAML 1.2");
    Diagnostic::new(&rules::YAML_VERSION, span, message)
        .note("`yes`, `no`, `on` and `off` are text, and `010` is ten")
        .help("delete the line, or write `%YAML 1.2`")
}

pub(super) fn more_findings(limit: usize) -> String {
    format!("this is finding {limit} of this kind in the file; later ones are not shown")
}

pub(super) fn stopped(count: usize, limit: usize) -> String {
    if count >= limit {
        format!("reading stopped here, because {limit} syntax errors in a file are the limit")
    } else {
        "reading stopped here, because so large a file is not read again after every error".to_owned()
    }
}

pub(super) fn duplicate_key(first: &Node, second: &Entry) -> Diagnostic {
    let key = shown(second.key.as_str().unwrap_or_default());
    Diagnostic::new(
        &rules::DUPLICATE_KEY,
        second.key.span,
        format!("the key `{key}` stands in this mapping twice"),
    )
    .label("second time")
    .also(first.span, "first time")
    .note("which of the two counts depends on who reads the file; here it is the first")
    .help("delete one of the two, or rename it")
}

/// Keys of an item that stand in it again, from the first one on.
pub(super) fn item_without_dash(first: &Node, again: &Node, fix: Option<Fix>) -> Diagnostic {
    let key = shown(again.as_str().unwrap_or_default());
    let mut diagnostic = Diagnostic::new(
        &rules::DUPLICATE_KEY,
        again.span,
        format!("the keys of this item stand in it again, from `{key}` on"),
    )
    .label("second time")
    .also(first.span, "first time")
    .note(NOTHING_DEPLOYED)
    .help(format!(
        "if a new item begins here, write `- ` before `{key}`; otherwise delete what stands twice"
    ));
    diagnostic.fixes.extend(fix);
    diagnostic
}

/// More comments are not taken out at once.
const MOST_COMMENTS: usize = 100;

pub(super) fn json_comments(file: FileId, comments: &[Range<usize>]) -> Option<Diagnostic> {
    let first = comments.first()?;
    let others = match comments.len() - 1 {
        0 => String::new(),
        1 => ", and there is another one".to_owned(),
        n => format!(", and there are {} others", group(n)),
    };
    let span = |range: &Range<usize>| Span::new(file, range.start, range.end);
    let mut diagnostic =
        Diagnostic::new(&rules::YAML_SYNTAX, span(first), format!("JSON has no comments{others}"))
            .note(NOTHING_DEPLOYED)
            .help("take them out; a definition in YAML can have comments, which begin with `#`");
    if comments.len() <= MOST_COMMENTS {
        let edits = comments.iter().map(|range| Edit { span: span(range), text: String::new() });
        let title = "take the comments out".to_owned();
        // Words of the author's are lost.
        diagnostic = diagnostic.fix(Fix { title, safe: false, edits: edits.collect() });
    }
    Some(diagnostic)
}

pub(super) fn duplicate_merge(first: &Entry, second: &Entry) -> Diagnostic {
    Diagnostic::new(&rules::DUPLICATE_KEY, second.key.span, "the merge key `<<` stands in this mapping twice")
        .label("second time")
        .also(first.key.span, "first time")
        .help("write one with a list: `<<: [*first, *second]`")
}

pub(super) fn null_key(entry: &Entry) -> Diagnostic {
    if entry.key.span.is_empty() {
        let span = if entry.value.span.is_empty() { entry.key.span } else { entry.value.span };
        return Diagnostic::new(
            &rules::BAD_KEY,
            span,
            "a value without a key: nothing stands before its `:`",
        )
        .help("write the key before the `:`");
    }
    let key = entry.key.as_str().unwrap_or_default();
    Diagnostic::new(
        &rules::BAD_KEY,
        entry.key.span,
        format!("a key must be text, and `{key}` is YAML for nothing"),
    )
    .help(format!("if it is meant as text, write `\"{key}\"`"))
}

pub(super) fn collection_key(key: &Node) -> Diagnostic {
    let found = key.describe();
    Diagnostic::new(&rules::BAD_KEY, key.span, format!("a key must be text, and this one is {found}"))
        .help("write a plain name before the `:`, and quote it if it begins with `[` or `{`")
}

pub(super) fn bad_merge(merge: &Entry, source: &Node, span: Span) -> Diagnostic {
    let message = format!("`<<` takes in the keys of a mapping, and this is {}", source.describe());
    Diagnostic::new(&rules::BAD_MERGE_KEY, span, message)
        .also(merge.key.span, "asked for here")
        .help("name a mapping (`<<: *defaults`) or a list of mappings (`<<: [*a, *b]`)")
}

pub(super) fn tag(span: Span, tag: &str, node: &Node) -> Diagnostic {
    let tag_shown = shown(tag);
    let diagnostic = Diagnostic::new(
        &rules::YAML_TAG,
        span,
        format!("`{tag_shown}` is a YAML tag, and tags mean nothing in a definition"),
    );
    let text = node.scalar().filter(|s| !s.value.is_empty());
    match (tag.starts_with("!!"), text) {
        (true, Some(_)) => diagnostic.help("delete it; for text that looks like a number, use quotes"),
        (true, None) => diagnostic.help("delete it"),
        (false, _) => diagnostic.help("delete it; if the `!` belongs to the text, put the text in quotes"),
    }
}

pub(super) fn bad_tag(span: Span, tag: &str) -> Diagnostic {
    let tag = shown(tag);
    Diagnostic::new(
        &rules::YAML_TAG,
        span,
        format!("YAML takes `{tag}` for a tag, because it begins with `!`"),
    )
    .note("tags mean nothing in a definition")
    .help("put the text in quotes, or delete the tag")
}

pub(super) fn unknown_alias(span: Span, name: &str) -> Diagnostic {
    let name = shown(name);
    Diagnostic::new(&rules::UNKNOWN_ALIAS, span, format!("`*{name}` stands for a value that is marked `&{name}`, and none before it is"))
        .help(format!("write `&{name}` before the value it is to repeat, further up in the same document; if it is meant as text, quote it"))
}

pub(super) fn recursive_alias(span: Span, name: &str) -> Diagnostic {
    let name = shown(name);
    Diagnostic::new(
        &rules::UNKNOWN_ALIAS,
        span,
        format!("`*{name}` stands inside the value that it stands for"),
    )
    .help(format!("a value cannot hold itself: repeat `&{name}` outside of it only"))
}

pub(super) fn tabs(span: Span, more: usize, fix: Fix) -> Diagnostic {
    let lines = match more {
        0 => String::new(),
        1 => " (and so is another line)".to_owned(),
        n => format!(" (and so are {} other lines)", group(n)),
    };
    Diagnostic::new(
        &rules::TAB_INDENTATION,
        span,
        format!("this line is indented with a tab, which YAML does not allow{lines}"),
    )
    .note(NOTHING_DEPLOYED)
    .help("indent with spaces")
    .fix(fix)
}

pub(super) fn over_indented(span: Span, above: &str) -> Diagnostic {
    let above = shown(above);
    Diagnostic::new(
        &rules::BAD_INDENTATION,
        span,
        format!(
            "this line is indented deeper than `{above}` above it, so YAML takes it for more of that value"
        ),
    )
    .note(NOTHING_DEPLOYED)
    .help(format!("indent it like `{above}`; if it belongs to that value, put the value in quotes"))
}

pub(super) fn misindented(span: Span, columns: &[(usize, String)]) -> Diagnostic {
    let fits: Vec<String> =
        columns.iter().map(|(column, name)| format!("{column} to go with `{}`", shown(name))).collect();
    let diagnostic =
        Diagnostic::new(&rules::BAD_INDENTATION, span, "the indentation of this line fits no line above")
            .note(NOTHING_DEPLOYED);
    if fits.is_empty() {
        return diagnostic.help("indent it like the lines it belongs to");
    }
    diagnostic.help(format!("indent it by {}", fits.join(", or by ")))
}

pub(super) fn indent_fix_title(column: usize) -> String {
    format!("indent the line by {column}")
}

pub(super) fn closing_indentation(span: Span, bracket: char) -> Diagnostic {
    Diagnostic::new(
        &rules::BAD_INDENTATION,
        span,
        format!("this `{bracket}` must be indented deeper than the key it belongs to"),
    )
    .note(NOTHING_DEPLOYED)
    .help("put spaces before it, or put it at the end of the line above")
}

pub(super) fn continuation_indentation(span: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::BAD_INDENTATION,
        span,
        "this line looks like more of the text above it, and is not indented as deep as that text must be",
    )
    .note(NOTHING_DEPLOYED)
    .help("put spaces before it")
}

pub(super) fn unclosed_quote(span: Span, quote: char) -> Diagnostic {
    Diagnostic::new(&rules::UNCLOSED_DELIMITER, span, format!("the `{quote}` opened here is never closed"))
        .note(NOTHING_DEPLOYED)
        .help(format!("write `{quote}` where the text ends; if it is meant as a character, quote the text with the other kind"))
}

pub(super) fn unclosed_bracket(span: Span, bracket: char, below: Option<Span>) -> Diagnostic {
    let close = if bracket == '[' { ']' } else { '}' };
    let diagnostic = Diagnostic::new(
        &rules::UNCLOSED_DELIMITER,
        span,
        format!("the `{bracket}` opened here is never closed"),
    )
    .note(NOTHING_DEPLOYED);
    match below {
        Some(line) => diagnostic
            .also(line, "this line is not indented deeper, so it is not inside")
            .help(format!("write `{close}` where it ends, or indent what is inside deeper than its key")),
        None => diagnostic.help(format!("write `{close}` where it ends")),
    }
}

pub(super) fn mismatched(span: Span, open: Span, opened: char, closed: char) -> Diagnostic {
    let right = if opened == '[' { ']' } else { '}' };
    Diagnostic::new(&rules::UNCLOSED_DELIMITER, span, format!("`{opened}` is closed by `{closed}`"))
        .also(open, "opened here")
        .note(NOTHING_DEPLOYED)
        .help(format!("write `{right}`"))
}

pub(super) fn stray_bracket(span: Span, bracket: char) -> Diagnostic {
    Diagnostic::new(&rules::UNCLOSED_DELIMITER, span, format!("this `{bracket}` closes nothing"))
        .note(NOTHING_DEPLOYED)
        .help(format!(
            "delete it, or write the bracket that it closes; if it is meant as text, quote it: `'{bracket}'`"
        ))
}

pub(super) fn bad_escape(span: Span, escape: &str) -> Diagnostic {
    let (message, help) = if escape.starts_with("\\u") {
        let message = format!("`{escape}` is half a character, or no character at all");
        (
            message,
            "characters beyond U+FFFF take two of these, as `\\ud83d\\ude00`, or one `\\U0001f600`"
                .to_owned(),
        )
    } else if escape.starts_with("\\x") || escape.starts_with("\\U") {
        let digits = if escape.starts_with("\\x") { "two" } else { "eight" };
        (format!("`{escape}` is no character"), format!("write {digits} hexadecimal digits behind it"))
    } else {
        let message = format!("`{escape}` means nothing inside double quotes");
        (
            message,
            format!(
                "for a backslash write `\\{escape}`, or use single quotes, where `\\` is just a character"
            ),
        )
    };
    Diagnostic::new(&rules::BAD_ESCAPE, span, message).note(NOTHING_DEPLOYED).help(help)
}

/// Faults of syntax that have no rule of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syntax {
    ColonInValue,
    TextAfterQuote,
    TextAfterValue,
    CommentTouches,
    CommentInText,
    MissingSpace(char),
    MissingColon,
    ItemAmongKeys,
    KeyAmongItems,
    ItemBehindKey,
    ItemInBrackets,
    MissingComma,
    MissingCommaAbove,
    SecondColon,
    NothingBeforeComma,
    ReservedStart(char),
    MissingName(char),
    BlockHeader,
    LoneDash,
    ExplicitKey,
    SecondValue,
    Directive,
    DocumentMarker,
    KeyTooLong,
    Other,
}

pub(super) fn syntax(kind: Syntax, span: Span, text: &str) -> Diagnostic {
    let text = shown(text);
    let (message, help): (String, &str) = match kind {
        Syntax::ColonInValue => (
            "a `: ` inside a value that is not quoted".into(),
            "put the value in quotes; if a key begins here, give it a line of its own",
        ),
        Syntax::TextAfterQuote => (
            format!("the quoted text ends before `{text}`, and nothing may follow it"),
            "put all of the value in quotes; a quote inside it is written twice (`''`), or as `\\\"` in double quotes",
        ),
        Syntax::TextAfterValue => (
            format!("the value ends before `{text}`, and nothing may follow it"),
            "put all of the value in quotes, or give each value a line of its own",
        ),
        Syntax::CommentTouches => (
            "a comment needs a space before its `#`".into(),
            "put a space before the `#`; if it belongs to the text, put it inside the quotes",
        ),
        Syntax::CommentInText => (
            "a comment stands in the middle of a text that goes on below it".into(),
            "put the comment on a line of its own above the key",
        ),
        Syntax::MissingSpace(sign) => {
            (format!("a space is missing behind `{sign}`"), "without it YAML takes both sides for one word")
        }
        Syntax::MissingColon => (
            format!("`{text}` is neither a key with a value nor a list item"),
            "write `key: value`, or `- item`",
        ),
        Syntax::ItemAmongKeys => (
            "a list item stands among keys".into(),
            "a block holds either `key: value` lines or `- item` lines: indent the item below the key it belongs to",
        ),
        Syntax::KeyAmongItems => (
            "a key stands among list items".into(),
            "if an item begins here, write `- ` before it; otherwise indent it to go with the item above, or further out to end the list",
        ),
        Syntax::ItemBehindKey => (
            "a list cannot begin on the line of its key".into(),
            "put the item on the next line, or write the list as `[…]`",
        ),
        Syntax::ItemInBrackets => (
            "items with dashes cannot stand inside brackets".into(),
            "separate the items by commas: `[a, b]`",
        ),
        Syntax::MissingComma => (
            format!("`,` or the closing bracket is missing before `{text}`"),
            "separate items by commas; text that holds `,`, `: ` or brackets needs quotes",
        ),
        Syntax::MissingCommaAbove => (
            "a `,` is missing at the end of this line".into(),
            "inside brackets every item but the last ends with a comma",
        ),
        Syntax::SecondColon => (
            "a second `:` in one item".into(),
            "put a `,` between two items; a value that holds a `:` needs quotes",
        ),
        Syntax::NothingBeforeComma => ("nothing stands before this `,`".into(), "delete it"),
        Syntax::ReservedStart(sign) => (
            format!("a value cannot begin with `{sign}`, which YAML keeps for itself"),
            "put the value in quotes",
        ),
        Syntax::MissingName('*') => {
            ("a value cannot begin with `*`, which YAML takes for an alias".into(), "put the value in quotes")
        }
        Syntax::MissingName(_) => (
            "a value cannot begin with `&`, which YAML takes for an anchor".into(),
            "put the value in quotes",
        ),
        Syntax::BlockHeader => (
            format!("text after `|` and `>` begins on the next line, so `{text}` cannot stand here"),
            "put the text on the next line, indented; if `|` or `>` belongs to it, put it in quotes",
        ),
        Syntax::LoneDash => ("a `-` alone needs quotes inside brackets".into(), "write `'-'`"),
        Syntax::ExplicitKey => {
            ("a value cannot begin with `? `, which YAML takes for a key".into(), "put the value in quotes")
        }
        Syntax::SecondValue => (
            "a second value begins here, where the first one has ended".into(),
            "indent both alike, or put `---` between two documents",
        ),
        Syntax::Directive => (
            format!("`{text}` is no line that may stand here"),
            "a line that begins with `%` is an instruction to YAML, such as `%YAML 1.2`, with `---` on a line below it",
        ),
        Syntax::DocumentMarker => {
            (format!("`{text}` cannot stand on the line of the marker"), "put it on a line of its own")
        }
        Syntax::KeyTooLong => {
            ("a key is longer than 1,024 characters".into(), "if this is no key, put the text in quotes")
        }
        Syntax::Other => (
            "YAML cannot be read here".into(),
            "check quotes, brackets and indentation of this line and the one above",
        ),
    };
    Diagnostic::new(&rules::YAML_SYNTAX, span, message).note(NOTHING_DEPLOYED).help(help)
}

pub(super) fn no_break_space(span: Span) -> Diagnostic {
    Diagnostic::new(
        &rules::CONTROL_CHARACTER,
        span,
        "this is a no-break space (U+00A0), which looks like a space and is none to YAML",
    )
    .help("write a space; these come from copying out of web pages and documents")
    .fix(Fix::safe("write a space", span, " "))
}

/// Text of the user's for a message: one line, and not too much of it.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let text: String =
        text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST + 1).collect();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A number with commas between groups of three digits.
fn group(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A message about more characters than it was made for.
pub(super) fn grown(mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
    diagnostic.span = span;
    if let Some(edit) = diagnostic.fixes.first_mut().and_then(|f| f.edits.first_mut()) {
        edit.span = span;
    }
    diagnostic
}
