//! The layout of a condition: its own words with blanks between them, broken up at `&&` and `||` where it is long.
//!
//! The words stay as they are written: quotes, raw strings, numbers and parentheses are the author's.

use crate::cel::{self, ParseOptions};

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    text: &'t str,
    /// A blank stands before it.
    spaced: bool,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Or,
    And,
    Question,
    /// The `:` of a `? :`.
    Otherwise,
    Open,
    Close,
    Comma,
    Other,
}

/// What is known of a condition that can be laid out.
pub(super) struct Condition<'t> {
    words: Vec<Word<'t>>,
    /// Where each word begins in the condition's text.
    pub(super) starts: Vec<usize>,
}

/// How the tree of a condition is compared. `None` when it has faults.
pub(super) fn meaning(text: &str) -> Option<String> {
    let (ast, issues) = cel::parse(text, &ParseOptions::full());
    issues.is_empty().then(|| cel::print(&ast))
}

/// Reads a condition. `None` when it is to stay as it is: it has faults or comments, or a string of several lines.
pub(super) fn read(text: &str) -> Option<Condition<'_>> {
    let meaning = self::meaning(text)?;
    let (spans, _) = cel::token_spans(text);
    let mut words = Words::default();
    let mut at = 0;
    let mut starts = Vec::with_capacity(spans.len());
    for span in spans {
        let (start, end) = (span.start as usize, span.end as usize);
        let word = text.get(start..end)?;
        if !text.get(at..start)?.trim().is_empty() || word.contains(['\n', '\r']) {
            return None;
        }
        words.push(word);
        starts.push(start);
        at = end;
    }
    let condition = Condition { words: words.done, starts };
    let same = text.get(at..)?.trim().is_empty() && self::meaning(&condition.one_line())? == meaning;
    same.then_some(condition)
}

#[derive(Default)]
struct Words<'t> {
    done: Vec<Word<'t>>,
    /// Open brackets, and how many `?` wait for their `:` in each; the first stands for the whole.
    open: Vec<usize>,
    outer: usize,
    /// The last word ends a value.
    value: bool,
    /// Nothing stands between the last word and the next.
    tight: bool,
}

impl<'t> Words<'t> {
    fn push(&mut self, text: &'t str) {
        let value = self.value;
        let waiting = self.open.last_mut().unwrap_or(&mut self.outer);
        let (mut spaced, mut role, mut tight, mut ends) = (true, Role::Other, false, false);
        match text {
            "(" | "[" | "{" => {
                spaced = !value;
                (role, tight) = (Role::Open, true);
                self.open.push(0);
            }
            ")" | "]" | "}" => {
                (spaced, role, ends) = (false, Role::Close, true);
                self.open.pop();
            }
            "," => (spaced, role) = (false, Role::Comma),
            "." => (spaced, tight) = (!value, true),
            "||" => role = Role::Or,
            "&&" => role = Role::And,
            "!" | "-" if !value => tight = true,
            "?" if value => {
                role = Role::Question;
                *waiting += 1;
            }
            // `a.?b`, `[?a]`
            "?" => tight = true,
            ":" if *waiting > 0 => {
                role = Role::Otherwise;
                *waiting -= 1;
            }
            ":" => spaced = false,
            "in" | "!=" => {}
            _ => ends = text.chars().any(char::is_alphanumeric) || text.starts_with(['"', '\'', '_', '`']),
        }
        spaced &= !self.tight && !self.done.is_empty();
        self.done.push(Word { text, spaced, role });
        (self.value, self.tight) = (ends, tight);
    }
}

impl Condition<'_> {
    /// All of it on one line.
    pub(super) fn one_line(&self) -> String {
        join(&self.words)
    }

    /// On as many lines as it needs to fit into `width`; broken up at its outermost operators in any case if `broken`.
    pub(super) fn lines(&self, width: usize, broken: bool) -> Vec<String> {
        let mut out = Vec::new();
        lay(&self.words, Room { indent: 0, hang: 0, width }, broken, &mut out);
        out.into_iter().map(|(indent, text)| format!("{:indent$}{text}", "")).collect()
    }
}

fn join(words: &[Word<'_>]) -> String {
    let mut out = String::new();
    for (at, word) in words.iter().enumerate() {
        if at > 0 && word.spaced {
            out.push(' ');
        }
        out.push_str(word.text);
    }
    out
}

/// Where lines may stand.
#[derive(Clone, Copy)]
struct Room {
    indent: usize,
    /// How much deeper what follows an operator stands.
    hang: usize,
    /// Where a line must end.
    width: usize,
}

type Lines = Vec<(usize, String)>;

/// Lays words out. They nest no deeper than the parser allows.
fn lay(words: &[Word<'_>], room: Room, broken: bool, out: &mut Lines) {
    let text = join(words);
    let fits = room.indent + text.chars().count() <= room.width;
    if fits && !broken {
        out.push((room.indent, text));
        return;
    }
    for role in [Role::Question, Role::Or, Role::And] {
        let parts = split(words, role);
        if parts.len() > 1 {
            chain(&parts, room, out);
            return;
        }
    }
    match widest_group(words).filter(|_| !fits) {
        Some((open, close)) => bracketed(words, (open, close), room, out),
        None => out.push((room.indent, text)),
    }
}

/// Parts of an operator chain: the first as it is, each other one behind its operator.
fn chain(parts: &[&[Word<'_>]], room: Room, out: &mut Lines) {
    for (at, part) in parts.iter().enumerate() {
        let inner = Room { hang: 2, indent: room.indent + if at > 0 { room.hang } else { 0 }, ..room };
        let Some((operator, rest)) = part.split_first().filter(|_| at > 0) else {
            lay(part, inner, false, out);
            continue;
        };
        let mut lines = Vec::new();
        let narrower = Room { width: room.width.saturating_sub(operator.text.len() + 1), ..inner };
        lay(rest, narrower, false, &mut lines);
        if let Some((_, first)) = lines.first_mut() {
            *first = format!("{} {first}", operator.text);
        }
        out.append(&mut lines);
    }
}

/// Splits words before each operator of this kind that stands in no bracket; `? :` into its three parts.
fn split<'w, 't>(words: &'w [Word<'t>], role: Role) -> Vec<&'w [Word<'t>]> {
    let mut parts = Vec::new();
    let (mut depth, mut nested, mut from, mut done) = (0_usize, 0_usize, 0, false);
    for (at, word) in words.iter().enumerate() {
        let cut = match word.role {
            Role::Open => {
                depth += 1;
                false
            }
            Role::Close => {
                depth = depth.saturating_sub(1);
                false
            }
            // Operators behind a `?` belong to its branches.
            Role::Question if depth == 0 => {
                nested += 1;
                role == Role::Question && nested == 1 && !done
            }
            Role::Otherwise if depth == 0 => {
                nested = nested.saturating_sub(1);
                let own = role == Role::Question && nested == 0 && !done;
                done |= own;
                own
            }
            other => depth == 0 && nested == 0 && other == role,
        };
        if cut {
            parts.extend(words.get(from..at));
            from = at;
        }
    }
    parts.extend(words.get(from..));
    parts
}

/// The outermost brackets that hold the most.
fn widest_group(words: &[Word<'_>]) -> Option<(usize, usize)> {
    let (mut depth, mut open) = (0_usize, 0);
    let mut found: Option<(usize, usize, usize)> = None;
    for (at, word) in words.iter().enumerate() {
        match word.role {
            Role::Open => {
                if depth == 0 {
                    open = at;
                }
                depth += 1;
            }
            Role::Close => {
                depth = depth.saturating_sub(1);
                if depth == 0 && at > open + 1 {
                    let length = words.get(open..at).map_or(0, |inside| join(inside).len());
                    if found.is_none_or(|(most, ..)| length >= most) {
                        found = Some((length, open, at));
                    }
                }
            }
            _ => {}
        }
    }
    found.map(|(_, open, close)| (open, close))
}

/// What stands in a pair of brackets on lines of its own.
fn bracketed(words: &[Word<'_>], (open, close): (usize, usize), room: Room, out: &mut Lines) {
    let part = |range: std::ops::Range<usize>| words.get(range).unwrap_or_default();
    out.push((room.indent, join(part(0..open + 1))));
    let inner = Room { indent: room.indent + 2, hang: 0, width: room.width.saturating_sub(1) };
    let items = split(part(open + 1..close), Role::Comma);
    let count = items.len();
    for (at, item) in items.into_iter().enumerate() {
        let item = behind_comma(item);
        if item.is_empty() {
            continue;
        }
        lay(item, inner, false, out);
        if at + 1 < count
            && let Some((_, last)) = out.last_mut()
        {
            last.push(',');
        }
    }
    out.push((room.indent, join(part(close..words.len()))));
}

/// The words behind the comma that opens them, if one does.
fn behind_comma<'w, 't>(words: &'w [Word<'t>]) -> &'w [Word<'t>] {
    match words.split_first() {
        Some((first, rest)) if first.role == Role::Comma => rest,
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_line(text: &str) -> String {
        read(text).map_or("as it is".to_owned(), |condition| condition.one_line())
    }

    fn lines(text: &str, width: usize, broken: bool) -> String {
        read(text).unwrap().lines(width, broken).join("\n")
    }

    #[test]
    fn blanks_are_put_right_and_words_left_alone() {
        for (text, expected) in [
            ("a==b", "a == b"),
            ("  a  &&\n\tb ", "a && b"),
            ("!a&&-b<- 1", "!a && -b < -1"),
            ("f( x ,y )[ 0 ] . z", "f(x, y)[0].z"),
            ("x in[ 'a','b' ]", "x in ['a', 'b']"),
            ("(a||b)&&c", "(a || b) && c"),
            ("a?b:c?d:e", "a ? b : c ? d : e"),
            ("{'a':b?c:d}.size()>0", "{'a': b ? c : d}.size() > 0"),
            ("a.?b.orValue(c)", "a.?b.orValue(c)"),
            ("a[?b]", "a[?b]"),
            (r#"m.matches( r"(?i)\bx\b" )"#, r#"m.matches(r"(?i)\bx\b")"#),
            ("0x1F+1e3>2u", "0x1F + 1e3 > 2u"),
            ("a - -1", "a - -1"),
            (".a.b", ".a.b"),
            ("a == b // why", "as it is"),
            ("a ==", "as it is"),
            ("\"\"\"a\nb\"\"\" == x", "as it is"),
        ] {
            assert_eq!(one_line(text), expected, "{text}");
        }
    }

    #[test]
    fn long_ones_are_broken_at_their_outermost_operators() {
        assert_eq!(lines("aaaa && bbbb || cccc", 40, false), "aaaa && bbbb || cccc");
        assert_eq!(lines("aaaa && bbbb || cccc", 40, true), "aaaa && bbbb\n|| cccc");
        assert_eq!(lines("aaaa && bbbb || cccc", 11, false), "aaaa\n  && bbbb\n|| cccc");
        assert_eq!(
            lines("tier == 'pro' && (region == 'eu' || region == 'us')", 24, false),
            "tier == 'pro'\n&& (\n  region == 'eu'\n  || region == 'us'\n)"
        );
        assert_eq!(
            lines("messages.exists(m, m.content.contains('aaa'))", 30, false),
            "messages.exists(\n  m,\n  m.content.contains('aaa')\n)"
        );
        assert_eq!(lines("aaaa ? bbbb : cccc", 10, false), "aaaa\n? bbbb\n: cccc");
        assert_eq!(lines("a == 'very long text'", 5, false), "a == 'very long text'");
        assert_eq!(lines("a in ['x', 'yyyyyy']", 12, false), "a in [\n  'x',\n  'yyyyyy'\n]");
    }
}
