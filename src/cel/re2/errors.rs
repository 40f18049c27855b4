//! What can be wrong with a pattern, and all wording of it.

/// One fault of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegexIssue {
    /// Where it begins, in bytes of the pattern.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub kind: RegexIssueKind,
    /// What stands there.
    text: String,
}

/// The kinds of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegexIssueKind {
    /// More bytes than are read.
    TooLong {
        /// The bound.
        limit: usize,
    },
    /// Groups and repetitions nest too deeply.
    TooDeep {
        /// The bound.
        limit: u32,
    },
    /// The compiled automaton would be too large.
    TooLarge {
        /// The bound in bytes.
        limit: usize,
    },
    /// `(?=`, `(?!`, `(?<=` or `(?<!`.
    Lookaround {
        /// It looks ahead, not behind.
        ahead: bool,
        /// It asks for absence.
        negative: bool,
        /// Bytes of its opening.
        inside: usize,
        /// Nothing is matched before it.
        first: bool,
        /// Nothing is matched behind it.
        last: bool,
    },
    /// `(?>`.
    AtomicGroup,
    /// `\1`, `\k<name>` or `(?P=name)`.
    Backreference,
    /// Another construct behind `(?` that RE2 does not have.
    UnsupportedGroup,
    /// A letter among flags.
    UnknownFlag,
    /// A `-` among flags with none behind it.
    EmptyFlags,
    /// `(?P<name` without its `>`.
    UnclosedGroupName,
    /// A group name that is empty or holds more than word characters.
    BadGroupName,
    /// A name that two groups bear.
    DuplicateGroupName,
    /// `(` without `)`.
    UnclosedGroup,
    /// `)` without `(`.
    UnexpectedParenthesis,
    /// `[` without `]`.
    UnclosedClass,
    /// A repetition of nothing.
    NothingToRepeat,
    /// A repetition of a repetition.
    StackedRepetition {
        /// Bytes of the first operator.
        inner: usize,
    },
    /// A count beyond RE2's.
    RepeatTooLarge {
        /// The bound.
        limit: u32,
    },
    /// Counts that multiply beyond RE2's.
    NestedRepeatTooLarge {
        /// What they multiply to.
        product: u32,
        /// The bound.
        limit: u32,
    },
    /// `{5,2}`.
    ReversedCounts {
        /// The first count.
        min: u32,
        /// The second.
        max: u32,
    },
    /// A backslash before something that is no escape in RE2.
    UnknownEscape {
        /// It stands in brackets.
        in_class: bool,
    },
    /// A backslash at the end.
    TrailingBackslash,
    /// `\x` without its digits.
    BadHex,
    /// `\x{…}` beyond the last code point.
    BeyondUnicode,
    /// `\C`.
    AnyByte,
    /// `\p` without a name, or without the end of one.
    UnclosedProperty,
    /// `\p{…}` with a name that RE2 does not know.
    UnknownProperty {
        /// The name that was meant.
        intended: Option<&'static str>,
    },
    /// `[:…:]` with a name that does not exist.
    UnknownPosixClass {
        /// The name that was meant.
        intended: Option<&'static str>,
    },
    /// `[z-a]`.
    ReversedRange {
        /// The same the other way round.
        mended: String,
    },
    /// `[a-\d]`.
    SetInRange,
}

use RegexIssueKind as Kind;

impl RegexIssue {
    pub(super) fn new(pattern: &str, start: usize, end: usize, kind: Kind) -> Self {
        let text = pattern.get(start..end).unwrap_or_default().to_owned();
        Self { start, end, kind, text }
    }

    pub(super) fn whole(pattern: &str, kind: Kind) -> Self {
        Self::new(pattern, 0, pattern.len(), kind)
    }

    /// What is wrong.
    pub fn message(&self) -> String {
        let text = self.clipped();
        match &self.kind {
            Kind::TooLong { limit } => {
                format!(
                    "this regular expression is {} bytes long, and the limit is {}",
                    grouped(&self.end),
                    grouped(limit)
                )
            }
            Kind::TooDeep { limit } => {
                format!("groups and repetitions nest more than {limit} deep in this regular expression")
            }
            Kind::TooLarge { limit } => {
                format!("this regular expression takes more than {} bytes to compile", grouped(limit))
            }
            Kind::Lookaround { ahead, negative, .. } => {
                let sign = if *negative { "negative" } else { "positive" };
                let way = if *ahead { "lookahead" } else { "lookbehind" };
                format!("`{text}` is a {sign} {way}, and RE2 has none")
            }
            Kind::AtomicGroup => format!("`{text}` opens an atomic group, and RE2 has none"),
            Kind::Backreference => {
                format!("`{text}` refers back to what a group matched, and RE2 has no backreferences")
            }
            Kind::UnsupportedGroup => match self.group().0 {
                "" => format!("`{text}` means nothing in RE2"),
                what => format!("`{text}` is {what}, and RE2 has none"),
            },
            Kind::UnknownFlag => format!("RE2 has no flag `{text}`"),
            Kind::EmptyFlags => format!("no flag follows the `-` in `{text}`"),
            Kind::UnclosedGroupName => format!("the group name behind `{text}` is not closed by `>`"),
            Kind::BadGroupName if text.is_empty() => "this group name is empty".to_owned(),
            Kind::BadGroupName => format!("`{text}` is no group name"),
            Kind::DuplicateGroupName => format!("two groups are named `{text}`"),
            Kind::UnclosedGroup => format!("`{text}` is not closed by `)`"),
            Kind::UnexpectedParenthesis => "this `)` closes no group".to_owned(),
            Kind::UnclosedClass => "this `[` is not closed by `]`".to_owned(),
            Kind::NothingToRepeat => format!("`{text}` has nothing before it to repeat"),
            Kind::StackedRepetition { .. } => match self.possessive() {
                true => format!("`{text}` is a possessive repetition, and RE2 has none"),
                false => format!("`{text}` repeats a repetition"),
            },
            Kind::RepeatTooLarge { limit } => {
                format!("`{text}` repeats more than {} times, RE2's limit", grouped(limit))
            }
            Kind::NestedRepeatTooLarge { product, limit } => format!(
                "`{text}` and the counts inside it multiply to {} repetitions, and RE2's limit is {}",
                grouped(product),
                grouped(limit)
            ),
            Kind::ReversedCounts { .. } => format!("the counts of `{text}` are the wrong way round"),
            Kind::UnknownEscape { .. } => format!("RE2 has no escape `{text}`{}", self.escape_place()),
            Kind::TrailingBackslash => "nothing follows this `\\`".to_owned(),
            Kind::BadHex => format!("`{text}` is not a complete hexadecimal escape"),
            Kind::BeyondUnicode => format!("`{text}` is beyond the last character, `\\x{{10FFFF}}`"),
            Kind::AnyByte => {
                format!("`{text}` matches a single byte, and CEL's strings are made of characters")
            }
            Kind::UnclosedProperty if text.ends_with('{') => format!("`{text}` is not closed by `}}`"),
            Kind::UnclosedProperty => format!("`{text}` names no Unicode class"),
            Kind::UnknownProperty { .. } => format!("RE2 knows no Unicode class `{text}`"),
            Kind::UnknownPosixClass { .. } => format!("RE2 knows no character class `{text}`"),
            Kind::ReversedRange { .. } => format!("the range `{text}` ends before it begins"),
            Kind::SetInRange => format!("`{text}` is no range: one end is a set of characters"),
        }
    }

    /// What to write instead.
    pub fn help(&self) -> Option<String> {
        let fixed = || self.fix().map(|text| format!("write `{}`", clip(&text)));
        let help = match &self.kind {
            Kind::TooLong { .. } => "split it into several conditions joined by `||`",
            Kind::TooDeep { .. } => "flatten the groups",
            Kind::TooLarge { .. } => "use smaller counts, or smaller classes such as `\\w` for `\\pL`",
            Kind::Lookaround { .. } => return Some(self.look_help()),
            Kind::AtomicGroup => "write `(?:`, since RE2 never backtracks",
            Kind::Backreference => "spell out what may recur, as in `aa|bb` for `(a|b)\\1`",
            Kind::UnsupportedGroup => match self.group().1 {
                "" => return None,
                help => help,
            },
            Kind::UnknownFlag if self.text == "x" => "RE2 has no verbose mode: leave out spaces and comments",
            Kind::UnknownFlag if self.text == "u" => {
                "leave it out: RE2 reads characters, not bytes, as it is"
            }
            Kind::UnknownFlag => {
                "its flags are `i` (any case), `m` (`^` and `$` at lines), `s` (`.` matches `\\n`) and `U` (lazy)"
            }
            Kind::EmptyFlags => "name the flags to turn off, or leave the `-` out",
            Kind::UnclosedGroupName => "a named group is written `(?P<name>…)`",
            Kind::BadGroupName => "a group name is made of letters, digits and `_`",
            Kind::DuplicateGroupName => "leave the name out: `matches` makes no use of it",
            Kind::UnclosedGroup if self.text != "(" => "close it",
            Kind::UnclosedGroup => "close it, or write `\\(` to match a parenthesis",
            Kind::UnexpectedParenthesis => "open it, or write `\\)` to match a parenthesis",
            Kind::UnclosedClass => "close it, or write `\\[` to match a bracket",
            Kind::NothingToRepeat if self.text.starts_with('*') => {
                "write `.*` for any text, or `\\*` to match the character itself"
            }
            Kind::NothingToRepeat => {
                let first = self.text.chars().next().unwrap_or_default();
                return Some(format!("to match the character itself write `\\{first}`"));
            }
            Kind::StackedRepetition { .. } if self.possessive() => {
                return self.fix().map(|fix| format!("write `{fix}`, since RE2 never backtracks"));
            }
            Kind::StackedRepetition { .. } if self.fix().is_some() => return fixed(),
            Kind::StackedRepetition { .. } => "group what is to be repeated again, as in `(?:x{2}){3}`",
            Kind::RepeatTooLarge { .. } | Kind::NestedRepeatTooLarge { .. } => {
                "to ask for a length, compare `size(…)`; otherwise lower the counts"
            }
            Kind::UnknownEscape { in_class } => return self.escape_help(*in_class),
            Kind::TrailingBackslash => "to match a backslash write `\\\\`",
            Kind::BadHex => "write two digits, as in `\\x1F`, or any number in braces, as in `\\x{1F600}`",
            Kind::UnclosedProperty => "write it as in `\\pL` or `\\p{Greek}`",
            Kind::UnknownProperty { intended: None } => {
                "it takes a category such as `L`, `Lu` or `Nd`, or a script such as `Greek`, spelt exactly so"
            }
            Kind::UnknownPosixClass { intended: None } => {
                "they are `alnum`, `alpha`, `ascii`, `blank`, `cntrl`, `digit`, `graph`, `lower`, `print`, `punct`, `space`, `upper`, `word` and `xdigit`"
            }
            Kind::SetInRange => "to match a hyphen, too, put it first or last, as in `[\\d-]`",
            Kind::BeyondUnicode => return None,
            _ => return fixed(),
        };
        Some(help.to_owned())
    }

    /// The text to put in its place, if there is one that was surely meant.
    pub fn fix(&self) -> Option<String> {
        match &self.kind {
            Kind::AnyByte => Some("(?s:.)".to_owned()),
            Kind::AtomicGroup => Some("(?:".to_owned()),
            Kind::Lookaround { ahead, negative: false, first, last, .. } => {
                let edge = if *ahead { *last } else { *first };
                edge.then(|| format!("(?:{})", self.look_inner()))
            }
            Kind::StackedRepetition { inner } => {
                let (first, second) = self.text.split_at_checked(*inner)?;
                (second == "+" || second == first).then(|| first.to_owned())
            }
            Kind::ReversedCounts { min, max } => Some(format!("{{{max},{min}}}")),
            Kind::UnknownEscape { in_class } => self.escape_fix(*in_class),
            Kind::UnknownProperty { intended: Some(name) } => {
                let letter = if self.text.starts_with("\\P") { 'P' } else { 'p' };
                let sign =
                    if self.text.starts_with("\\p{^") || self.text.starts_with("\\P{^") { "^" } else { "" };
                Some(format!("\\{letter}{{{sign}{name}}}"))
            }
            Kind::UnknownPosixClass { intended: Some(name) } => {
                let sign = if self.text.starts_with("[:^") { "^" } else { "" };
                Some(format!("[:{sign}{name}:]"))
            }
            Kind::ReversedRange { mended } => Some(mended.clone()),
            Kind::UnsupportedGroup if self.text.starts_with("(?#") => Some(String::new()),
            Kind::UnsupportedGroup if self.text == "(?|" => Some("(?:".to_owned()),
            Kind::UnsupportedGroup => {
                let name = self.text.strip_prefix("(?'")?.strip_suffix('\'')?;
                Some(format!("(?P<{name}>"))
            }
            _ => None,
        }
    }

    fn clipped(&self) -> String {
        clip(&self.text)
    }

    fn possessive(&self) -> bool {
        let Kind::StackedRepetition { inner } = self.kind else { return false };
        self.text.get(inner..) == Some("+")
    }

    /// What a lookaround asks for.
    fn look_inner(&self) -> &str {
        let Kind::Lookaround { inside, .. } = self.kind else { return "" };
        self.text.get(inside..).and_then(|text| text.strip_suffix(')')).unwrap_or_default()
    }

    fn look_help(&self) -> String {
        let Kind::Lookaround { ahead, negative, first, .. } = self.kind else { return String::new() };
        if let Some(fix) = self.fix() {
            let edge = if ahead { "end" } else { "start" };
            return format!("write `{}`, which asks the same at the {edge} of a pattern", clip(&fix));
        }
        let inner = self.look_inner();
        // Text that would need escaping in a CEL string is left for the author to place.
        let shown = if inner.is_empty() || inner.contains(['"', '\n', '\r']) || inner.chars().count() > 40 {
            "…".to_owned()
        } else {
            inner.strip_prefix(".*").map_or_else(|| format!("^{inner}"), str::to_owned)
        };
        match (ahead, negative) {
            (true, true) if first => {
                format!("ask in the condition instead: `&& !text.matches(r\"{shown}\")`")
            }
            (true, false) if first => {
                format!("ask in the condition instead: `&& text.matches(r\"{shown}\")`")
            }
            (true, true) => "say what may follow, as in `a(?:[^b]|$)` for `a(?!b)`".to_owned(),
            (true, false) => "say all that follows, as in `a(?:bc|bd)` for `a(?=b).[cd]`".to_owned(),
            (false, true) => "say what may stand before, as in `(?:^|[^a])b` for `(?<!a)b`".to_owned(),
            (false, false) => "say all that stands before, as in `(?:ac|bc)d` for `[ab]c(?<=c)d`".to_owned(),
        }
    }

    /// What a construct behind `(?` is called, and what to write instead.
    fn group(&self) -> (&'static str, &'static str) {
        let recursion = ("a call of another group", "write the group out where it is called");
        let inside = self.text.strip_prefix("(?").unwrap_or_default();
        match inside.chars().next() {
            Some('#') => ("a comment", "leave it out"),
            Some('|') => ("a branch reset", "write `(?:`"),
            Some('\'') => ("a group named in quotes", "write `(?P<name>`"),
            Some('(') => ("a conditional group", "spell out both cases as alternatives"),
            Some('P') if inside.len() == 1 => ("", "a named group is written `(?P<name>…)`"),
            Some('&' | 'R' | 'P' | '0'..='9' | '+') => recursion,
            Some('-') if inside.ends_with(')') => recursion,
            Some('^') => ("a reset of flags", "turn flags off by name, as in `(?-i:`"),
            _ => ("", "write `(?:` for a group that catches nothing"),
        }
    }

    fn escape_place(&self) -> &'static str {
        match self.kind {
            Kind::UnknownEscape { in_class: true } if self.text == "\\b" => " inside brackets",
            _ => "",
        }
    }

    fn escape_fix(&self, in_class: bool) -> Option<String> {
        let letter = self.text.strip_prefix('\\')?;
        let plain = |text: &str| Some(text.to_owned());
        match letter {
            "K" if !in_class => return plain(""),
            "e" => return plain("\\x1B"),
            "h" if in_class => return plain(" \\t"),
            "h" => return plain("[ \\t]"),
            "Z" if !in_class => return plain("\\z"),
            "G" if !in_class => return plain("\\A"),
            "H" if !in_class => return plain("[^ \\t]"),
            "N" if !in_class => return plain("[^\\n]"),
            "R" if !in_class => return plain("(?:\\r\\n|\\n|\\r)"),
            "b" if in_class => return plain("\\x08"),
            _ => {}
        }
        let mut chars = letter.chars();
        let first = chars.next()?;
        let rest = chars.as_str();
        match first {
            'u' | 'U' => {
                let digits = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(rest);
                let code = u32::from_str_radix(digits, 16).ok()?;
                // Half of a surrogate pair is no character by itself.
                char::from_u32(code).map(|_| format!("\\x{{{digits}}}"))
            }
            'c' => {
                let control = rest.chars().next()?.to_ascii_uppercase();
                Some(format!("\\x{:02X}", u32::from(control) & 0x1F))
            }
            _ if !first.is_ascii() => Some(first.to_string()),
            _ => None,
        }
    }

    fn escape_help(&self, in_class: bool) -> Option<String> {
        let fixed = self.escape_fix(in_class).map(|fix| format!("write `{fix}`"));
        match self.text.as_str() {
            "\\Z" => fixed.map(|help| help + " for the very end of the text"),
            "\\b" => fixed.map(|help| help + " for a backspace; a word boundary cannot be part of a class"),
            "\\K" if !in_class => Some("leave it out: `matches` only says yes or no".to_owned()),
            "\\X" => Some("write `.` for one character".to_owned()),
            text if fixed.is_none() && (text.starts_with("\\u") || text.starts_with("\\U")) => {
                Some("a character is written by its code point, as in `\\x{1F600}`".to_owned())
            }
            _ => fixed.or_else(|| {
                let itself = self.text.strip_prefix('\\')?;
                (itself.chars().count() == 1)
                    .then(|| format!("to match the character itself write `{itself}`"))
            }),
        }
    }
}

/// Text short enough for a message.
fn clip(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: &impl ToString) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
