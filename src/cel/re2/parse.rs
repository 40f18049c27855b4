//! The grammar of RE2: sequences, alternatives, groups, flags and repetitions.
//!
//! Open groups are kept on a stack of our own, and a faulty part counts as empty text from there on, so that one
//! fault hides no other.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, Dot, Hir, Look, Repetition};

use super::{MAX_DEPTH, MAX_PATTERN_BYTES, MAX_REPEAT, RegexIssue, RegexIssueKind as Kind};
use super::{class, unicode};

/// What a sound pattern means.
pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// No automaton for it takes more bytes; most take far fewer.
    pub(super) bytes: usize,
}

/// What the pattern means, or all that is wrong with it.
pub(super) fn parse(pattern: &str, limit_bytes: usize) -> Result<Parsed, Vec<RegexIssue>> {
    let mut parser = Parser {
        pattern,
        pos: 0,
        flags: Flags::default(),
        groups: Vec::new(),
        top: Alternatives::default(),
        names: BTreeSet::new(),
        operator: None,
        spent: 0,
        limit_bytes,
        issues: Vec::new(),
        stopped: false,
    };
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(vec![RegexIssue::whole(pattern, Kind::TooLong { limit: MAX_PATTERN_BYTES })]);
    }
    while !parser.stopped && parser.step() {}
    parser.finish()
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_all: bool,
    swap_greed: bool,
}

/// A part of a sequence, and what the bounds on repetition need to know of it.
struct Item {
    hir: Hir,
    repeat: u32,
    depth: u32,
    /// No automaton for it takes more.
    bytes: usize,
}

/// Bytes that one state of an automaton takes at most, with what joins it to the others.
const STATE: usize = 128;

/// What stands between two parentheses so far.
#[derive(Default)]
struct Alternatives {
    done: Vec<Hir>,
    sequence: Vec<Item>,
    /// The greatest of all items.
    repeat: u32,
    depth: u32,
    /// The sum of all items.
    bytes: usize,
}

impl Alternatives {
    fn bar(&mut self) {
        for item in &self.sequence {
            self.repeat = self.repeat.max(item.repeat);
            self.depth = self.depth.max(item.depth);
            self.bytes = self.bytes.saturating_add(item.bytes);
        }
        self.bytes = self.bytes.saturating_add(STATE);
        self.done.push(Hir::concat(self.sequence.drain(..).map(|item| item.hir).collect()));
    }

    fn close(mut self) -> Item {
        self.bar();
        Item {
            hir: Hir::alternation(self.done),
            repeat: self.repeat.max(1),
            depth: self.depth.saturating_add(1),
            bytes: self.bytes.saturating_add(STATE),
        }
    }
}

/// A group that is open: what surrounds it, to go on with behind it.
struct Group {
    start: usize,
    /// Behind the opening, `(` or `(?i:`.
    inside: usize,
    flags: Flags,
    outside: Alternatives,
    /// Said of the group once its end is known.
    fault: Option<Kind>,
}

pub(super) struct Parser<'p> {
    pub(super) pattern: &'p str,
    pub(super) pos: usize,
    flags: Flags,
    groups: Vec<Group>,
    top: Alternatives,
    names: BTreeSet<&'p str>,
    /// Where the repetition operator stands that has just been read.
    operator: Option<usize>,
    /// Bytes spent on classes.
    spent: usize,
    limit_bytes: usize,
    issues: Vec<RegexIssue>,
    stopped: bool,
}

impl<'p> Parser<'p> {
    pub(super) fn rest(&self) -> &'p str {
        self.pattern.get(self.pos..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.pos += text.len();
        }
        found
    }

    /// Goes behind the next `end` and gives what stood before it; stays where it is if there is none.
    pub(super) fn eat_until(&mut self, end: &str) -> Option<&'p str> {
        let (before, _) = self.rest().split_once(end)?;
        self.pos += before.len() + end.len();
        Some(before)
    }

    /// Reports the text from `start` to here.
    pub(super) fn issue(&mut self, start: usize, kind: Kind) {
        self.issue_at(start, self.pos, kind);
    }

    pub(super) fn issue_at(&mut self, start: usize, end: usize, kind: Kind) {
        self.issues.push(RegexIssue::new(self.pattern, start, end, kind));
    }

    /// Ends the reading: what follows has no meaning that could be told.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Adds what takes one state.
    pub(super) fn push(&mut self, hir: Hir) {
        self.push_sized(hir, STATE);
    }

    fn push_sized(&mut self, hir: Hir, bytes: usize) {
        self.top.sequence.push(Item { hir, repeat: 1, depth: 0, bytes });
    }

    /// Stands for something that has been reported.
    pub(super) fn push_nothing(&mut self) {
        self.push(Hir::empty());
    }

    pub(super) fn push_class(&mut self, class: ClassUnicode) {
        self.spend(class.ranges().len());
        let bytes = STATE.saturating_add(class::bytes(&class));
        self.push_sized(Hir::class(Class::Unicode(class)), bytes);
    }

    /// Counts ranges of classes against the bound on the compiled size, which they could only exceed.
    pub(super) fn spend(&mut self, ranges: usize) {
        self.spent = self.spent.saturating_add(ranges.saturating_mul(8));
        if self.spent > self.limit_bytes && !self.stopped {
            self.issues.push(RegexIssue::whole(self.pattern, Kind::TooLarge { limit: self.limit_bytes }));
            self.stop();
        }
    }

    /// Adds the other cases to a class if the flag `i` asks for it.
    pub(super) fn fold(&mut self, class: &mut ClassUnicode) {
        if self.flags.fold {
            // Sixteen looks take about as long as one range: a pattern of many wide classes is refused, not waited for.
            let visited = class::fold(class);
            self.spend(visited / 16);
        }
    }

    pub(super) fn push_literal(&mut self, rune: u32) {
        let Some(range) = class::range_of(rune, rune) else {
            // A surrogate, which no text holds.
            return self.push(Hir::fail());
        };
        let mut class = ClassUnicode::new([range]);
        self.fold(&mut class);
        if let Some(literal) = class.literal() {
            self.push_sized(Hir::class(Class::Unicode(class)), literal.len().saturating_mul(STATE));
        } else {
            self.push_class(class);
        }
    }

    /// Reads one item or operator; false at the end.
    fn step(&mut self) -> bool {
        let start = self.pos;
        let Some(c) = self.bump() else { return false };
        let operator = self.operator.take();
        match c {
            '(' => self.open(start),
            ')' => self.close(start),
            '|' => self.top.bar(),
            '*' => self.repeat(start, operator, 0, None),
            '+' => self.repeat(start, operator, 1, None),
            '?' => self.repeat(start, operator, 0, Some(1)),
            '{' => match self.counts() {
                Some((min, max)) => self.repeat(start, operator, min, max),
                None => self.push_literal('{'.into()),
            },
            '[' => self.bracket(start),
            '.' if self.flags.dot_all => self.push_sized(Hir::dot(Dot::AnyChar), STATE + class::ANY),
            '.' => self.push_sized(Hir::dot(Dot::AnyCharExceptLF), 2 * STATE + class::ANY),
            '^' if self.flags.multi_line => self.push(Hir::look(Look::StartLF)),
            '^' => self.push(Hir::look(Look::Start)),
            '$' if self.flags.multi_line => self.push(Hir::look(Look::EndLF)),
            '$' => self.push(Hir::look(Look::End)),
            '\\' => self.backslash(start),
            _ => self.push_literal(c.into()),
        }
        true
    }

    fn finish(mut self) -> Result<Parsed, Vec<RegexIssue>> {
        // Of several groups left open the innermost is the likeliest culprit, and one message says it.
        if let (false, Some(group)) = (self.stopped, self.groups.last()) {
            self.issue_at(group.start, group.inside, Kind::UnclosedGroup);
        }
        while let Some(group) = self.groups.pop() {
            if let Some(fault) = group.fault {
                self.issue_at(group.start, group.inside, fault);
            }
        }
        if self.issues.is_empty() {
            let whole = self.top.close();
            return Ok(Parsed { hir: whole.hir, bytes: whole.bytes.saturating_add(8 * STATE) });
        }
        self.issues.sort_by_key(|issue| (issue.start, issue.end));
        Err(self.issues)
    }

    fn open(&mut self, start: usize) {
        if !self.eat("?") {
            return self.group(start, self.flags, None);
        }
        let rest = self.rest();
        let looks = [("<=", false, false), ("<!", false, true), ("=", true, false), ("!", true, true)];
        if let Some((text, ahead, negative)) = looks.into_iter().find(|(text, ..)| rest.starts_with(text)) {
            self.eat(text);
            let inside = self.pos - start;
            let nothing = |item: &Item| item.hir.properties().maximum_len() == Some(0);
            let first = self.groups.is_empty() && self.top.sequence.iter().all(nothing);
            let look = Kind::Lookaround { ahead, negative, inside, first, last: false };
            return self.group(start, self.flags, Some(look));
        }
        if self.eat("P<") || self.eat("<") {
            self.group_name(start);
        } else if self.eat(">") {
            self.issue(start, Kind::AtomicGroup);
            self.group(start, self.flags, None);
        } else if self.eat("P=") {
            self.skip_to(")");
            self.issue(start, Kind::Backreference);
            self.push_nothing();
        } else if rest.starts_with("P>") || rest.starts_with(['#', '&', 'R', '+']) || starts_with_digit(rest)
        {
            self.skip_to(")");
            self.issue(start, Kind::UnsupportedGroup);
            self.push_nothing();
        } else if rest.starts_with(['|', '\'', '(', '^']) {
            let first = self.bump();
            if first == Some('(') {
                self.skip_to(")");
            } else if first == Some('\'') {
                self.skip_to("'");
            }
            self.issue(start, Kind::UnsupportedGroup);
            self.group(start, self.flags, None);
        } else {
            self.read_flags(start);
        }
    }

    pub(super) fn skip_to(&mut self, end: &str) {
        if self.eat_until(end).is_none() {
            self.pos = self.pattern.len();
        }
    }

    fn group(&mut self, start: usize, flags: Flags, fault: Option<Kind>) {
        if self.groups.len() >= MAX_DEPTH as usize {
            self.issue(start, Kind::TooDeep { limit: MAX_DEPTH });
            return self.stop();
        }
        let outside = std::mem::take(&mut self.top);
        self.groups.push(Group { start, inside: self.pos, flags: self.flags, outside, fault });
        self.flags = flags;
    }

    fn close(&mut self, start: usize) {
        let Some(group) = self.groups.pop() else {
            return self.issue(start, Kind::UnexpectedParenthesis);
        };
        self.flags = group.flags;
        let item = std::mem::replace(&mut self.top, group.outside).close();
        let Some(mut fault) = group.fault else {
            return self.push_item(group.start, item);
        };
        if let Kind::Lookaround { first, last, .. } = &mut fault {
            let rest = self.rest();
            *first &= !rest.starts_with(['*', '+', '?', '{']);
            *last = self.groups.is_empty() && (rest.is_empty() || rest.starts_with('|'));
        }
        self.issue(group.start, fault);
        self.push_nothing();
    }

    fn push_item(&mut self, start: usize, item: Item) {
        if item.depth > MAX_DEPTH {
            self.issue(start, Kind::TooDeep { limit: MAX_DEPTH });
            return self.stop();
        }
        self.top.sequence.push(item);
    }

    fn group_name(&mut self, start: usize) {
        let from = self.pos;
        match self.eat_until(">") {
            None => {
                self.issue(start, Kind::UnclosedGroupName);
                return self.stop();
            }
            Some(name) => {
                let end = self.pos - 1;
                if name.is_empty() || !name.chars().all(is_name_character) {
                    self.issue_at(from, end, Kind::BadGroupName);
                } else if !self.names.insert(name) {
                    self.issue_at(from, end, Kind::DuplicateGroupName);
                }
            }
        }
        self.group(start, self.flags, None);
    }

    /// The flags of `(?i-s)` and `(?i-s:`, from behind the `?`.
    fn read_flags(&mut self, start: usize) {
        let mut flags = self.flags;
        let mut on = true;
        let mut named = true;
        loop {
            let at = self.pos;
            let Some(c) = self.bump() else {
                self.issue(start, Kind::UnclosedGroup);
                return self.stop();
            };
            match c {
                'i' => flags.fold = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_all = on,
                'U' => flags.swap_greed = on,
                '-' if on => {
                    on = false;
                    named = false;
                    continue;
                }
                ':' | ')' => {
                    if !named {
                        self.issue(start, Kind::EmptyFlags);
                    }
                    if c == ':' {
                        self.group(start, flags, None);
                    } else {
                        self.flags = flags;
                    }
                    return;
                }
                _ if c.is_alphabetic() && c != 'P' => self.issue(at, Kind::UnknownFlag),
                _ => {
                    self.issue(start, Kind::UnsupportedGroup);
                    return self.group(start, self.flags, None);
                }
            }
            named = true;
        }
    }

    /// The counts of `{2}`, `{2,}` or `{2,5}` from behind the brace. Anything else makes the brace a character.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let (inside, _) = self.rest().split_once('}')?;
        let (min, max) = match inside.split_once(',') {
            None => (count(inside)?, Some(count(inside)?)),
            Some((min, "")) => (count(min)?, None),
            Some((min, max)) => (count(min)?, Some(count(max)?)),
        };
        self.pos += inside.len() + 1;
        Some((min, max))
    }

    fn eat_operator(&mut self) -> bool {
        let before = self.pos;
        if self.eat("*") || self.eat("+") || self.eat("?") || self.eat("{") && self.counts().is_some() {
            return true;
        }
        self.pos = before;
        false
    }

    fn repeat(&mut self, start: usize, before: Option<usize>, min: u32, max: Option<u32>) {
        let lazy = self.eat("?");
        if let Some(first) = before {
            // All that pile up are one fault.
            while self.eat_operator() {}
            return self.issue(first, Kind::StackedRepetition { inner: start - first });
        }
        self.operator = Some(start);
        let Some(item) = self.top.sequence.pop() else {
            self.issue(start, Kind::NothingToRepeat);
            return self.push_nothing();
        };
        let most = max.unwrap_or(min);
        let mut repeat = item.repeat;
        if most.max(min) > MAX_REPEAT {
            self.issue(start, Kind::RepeatTooLarge { limit: MAX_REPEAT });
        } else if most < min {
            self.issue(start, Kind::ReversedCounts { min, max: most });
        } else {
            repeat = item.repeat.saturating_mul(most.max(1));
            if repeat > MAX_REPEAT {
                self.issue(start, Kind::NestedRepeatTooLarge { product: repeat, limit: MAX_REPEAT });
                repeat = 1;
            }
        }
        let greedy = lazy == self.flags.swap_greed;
        let depth = item.depth.saturating_add(1);
        let hir = if self.issues.is_empty() {
            Hir::repetition(Repetition { min, max, greedy, sub: Box::new(item.hir) })
        } else {
            Hir::empty()
        };
        // A copy for each time, and one more for a loop behind them.
        let copies = most.saturating_add(1) as usize;
        let bytes = item.bytes.saturating_add(STATE).saturating_mul(copies);
        self.push_item(start, Item { hir, repeat, depth, bytes });
    }
}

/// A count as RE2 writes it, without a leading zero. One beyond all bounds is kept beyond all bounds.
fn count(digits: &str) -> Option<u32> {
    let zero_led = digits.len() > 1 && digits.starts_with('0');
    if digits.is_empty() || zero_led || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX))
}

fn starts_with_digit(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
}

/// Letters of any script, digits and underscores.
fn is_name_character(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    let within = |class: ClassUnicode| class.iter().any(|range| range.start() <= c && c <= range.end());
    ["L", "Nl", "Mn", "Mc", "Nd", "Pc"].iter().any(|name| unicode::property(name).is_some_and(within))
}
