//! From text to values.

use std::sync::Arc;

use super::needs::{Fields, Needs};
use super::scan::{Number, Scanner};
use super::texts::Texts;
use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::cel::value::{Key, MapValue};
use crate::simulate::json::parse_json;
use crate::simulate::usage::{COUNTS, Usage, count, tokens};

/// What making values takes.
#[derive(Debug)]
pub(super) struct Tools {
    numbers: Numbers,
    pub(super) words: Words,
    pub(super) role: Key,
    pub(super) content: Key,
    joined: String,
    /// The memory of the texts of the request before.
    pub(super) spare: Vec<String>,
}

/// What making texts takes.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) texts: Texts,
    /// Where those with escapes are put together.
    pub(super) scratch: String,
    /// The usual roles, none of which needs escapes.
    roles: [Arc<str>; 5],
}

impl Words {
    fn new() -> Self {
        let mut texts = Texts::new();
        let roles = ["user", "assistant", "system", "tool", "developer"].map(|role| texts.get(role));
        Self { texts, scratch: String::new(), roles }
    }

    fn read(&mut self, scanner: &mut Scanner<'_>) -> Option<Arc<str>> {
        let text = scanner.string(&mut self.scratch)?;
        Some(self.texts.get(text))
    }

    /// Reads one, and writes it to a position of a map.
    fn read_at(&mut self, scanner: &mut Scanner<'_>, map: &mut MapValue, at: usize, key: &Key) -> Option<()> {
        let text = scanner.string(&mut self.scratch)?;
        match map.text_at(at, key) {
            Some(held) => self.texts.exchange(held, text),
            None => map.write(at, key, Value::String(self.texts.get(text))),
        }
        Some(())
    }

    /// The same for the role of a message, which nearly always is that of the message before it in this place.
    fn read_role(
        &mut self,
        scanner: &mut Scanner<'_>,
        map: &mut MapValue,
        at: usize,
        key: &Key,
    ) -> Option<()> {
        if let Some(old) = map.text_at(at, key)
            && self.roles.iter().any(|role| Arc::ptr_eq(role, old))
            && scanner.is_text(old.as_bytes())
        {
            return Some(());
        }
        self.read_at(scanner, map, at, key)
    }
}

/// A copy of a text, in memory that is there.
pub(super) fn copied(text: &str, spare: &mut Vec<String>) -> String {
    let mut copy = spare.pop().unwrap_or_default();
    copy.clear();
    copy.push_str(text);
    copy
}

/// The key of a member of a message.
enum MessageKey<'t> {
    Role,
    Content,
    Other(&'t [u8]),
}

impl<'t> MessageKey<'t> {
    /// Nearly always the role comes first, and then the content.
    fn next(scanner: &mut Scanner<'t>, has_role: bool) -> Option<Self> {
        if !has_role && scanner.is_key(b"role") {
            return Some(Self::Role);
        }
        if has_role && scanner.is_key(b"content") {
            return Some(Self::Content);
        }
        Some(match scanner.key()? {
            b"role" => Self::Role,
            b"content" => Self::Content,
            other => Self::Other(other),
        })
    }
}

impl Tools {
    pub(super) fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            words: Words::new(),
            role: Key::String("role".into()),
            content: Key::String("content".into()),
            joined: String::new(),
            spare: Vec::new(),
        }
    }

    pub(super) fn optional_text(&mut self, scanner: &mut Scanner<'_>) -> Option<Option<String>> {
        if scanner.peek()? == b'n' {
            return scanner.word("null").map(|()| None);
        }
        let text = scanner.string(&mut self.words.scratch)?;
        Some(Some(copied(text, &mut self.spare)))
    }

    /// A value, written to a position of a map.
    pub(super) fn value_at(
        &mut self,
        scanner: &mut Scanner<'_>,
        map: &mut MapValue,
        at: usize,
        key: &Key,
    ) -> Option<()> {
        if scanner.peek()? == b'"' {
            return self.words.read_at(scanner, map, at, key);
        }
        map.write(at, key, self.value(scanner)?);
        Some(())
    }

    #[expect(clippy::cast_precision_loss, reason = "that is what the assumption says")]
    pub(super) fn value(&mut self, scanner: &mut Scanner<'_>) -> Option<Value> {
        Some(match scanner.peek()? {
            b'"' => Value::String(self.words.read(scanner)?),
            b'n' => scanner.word("null").map(|()| Value::Null)?,
            b't' => scanner.word("true").map(|()| Value::Bool(true))?,
            b'f' => scanner.word("false").map(|()| Value::Bool(false))?,
            b'[' | b'{' => parse_json(scanner.skip()?, self.numbers).ok()?,
            _ => match (scanner.number()?, self.numbers) {
                (Number::Int(value), Numbers::Json) => Value::Int(value),
                (Number::Int(value), Numbers::Double) => Value::Double(value as f64),
                (Number::Double(value), _) => Value::Double(value),
                (Number::Other(text), numbers) => parse_json(text, numbers).ok()?,
            },
        })
    }

    /// The value of `prompt_variables`, where it counts.
    pub(super) fn variables(&mut self, scanner: &mut Scanner<'_>, needs: &Needs) -> Option<Option<Value>> {
        match needs.variables {
            true => self.value(scanner).map(Some),
            false => scanner.skip().map(|_| None),
        }
    }

    pub(super) fn usage(&mut self, scanner: &mut Scanner<'_>) -> Option<Option<Usage>> {
        if scanner.peek()? != b'{' {
            return scanner.skip().map(|_| None);
        }
        let mut counts = [None; COUNTS.len()];
        scanner.members(|scanner| {
            let key = scanner.key()?;
            self.count(scanner, b"", key, &mut counts)
        })?;
        Some(tokens(|key| COUNTS.iter().zip(counts).find(|(name, _)| ***name == *key)?.1))
    }

    /// One count, or an object that holds some.
    fn count(
        &mut self,
        scanner: &mut Scanner<'_>,
        outer: &[u8],
        key: &[u8],
        counts: &mut [Option<u64>; COUNTS.len()],
    ) -> Option<()> {
        let place = |name: &&str| match name.split_once('.') {
            Some((own, inner)) => own.as_bytes() == outer && inner.as_bytes() == key,
            None => outer.is_empty() && name.as_bytes() == key,
        };
        if let Some(known) = COUNTS.iter().position(place).and_then(|at| counts.get_mut(at)) {
            *known = count(&self.value(scanner)?);
            return Some(());
        }
        let mut holds = false;
        for (name, known) in COUNTS.iter().zip(counts.iter_mut()) {
            if outer.is_empty() && name.split_once('.').is_some_and(|(own, _)| own.as_bytes() == key) {
                // Of several such objects the last counts.
                (holds, *known) = (true, None);
            }
        }
        if holds && scanner.peek()? == b'{' {
            return scanner.members(|scanner| {
                let inner = scanner.key()?;
                self.count(scanner, key, inner, counts)
            });
        }
        scanner.skip().map(drop)
    }

    /// The usage within an answer.
    pub(super) fn response(&mut self, scanner: &mut Scanner<'_>) -> Option<Option<Usage>> {
        if scanner.peek()? != b'{' {
            return scanner.skip().map(|_| None);
        }
        let mut usage = None;
        scanner.members(|scanner| {
            match scanner.key()? {
                b"usage" => usage = self.usage(scanner)?,
                _ => drop(scanner.skip()?),
            }
            Some(())
        })?;
        Some(usage)
    }

    /// A message, into a map if it is to be kept.
    pub(super) fn message(
        &mut self,
        scanner: &mut Scanner<'_>,
        mut map: Option<&mut MapValue>,
        fields: &Fields,
        parts: &mut bool,
    ) -> Option<()> {
        let (mut has_role, mut has_content, mut plain, mut count) = (false, false, true, 0);
        scanner.members(|scanner| {
            match (MessageKey::next(scanner, has_role)?, &mut map) {
                (MessageKey::Role, _) if has_role => return None,
                (MessageKey::Content, _) if has_content => return None,
                (MessageKey::Role, map) => {
                    has_role = true;
                    match map {
                        Some(map) => self.words.read_role(scanner, map, count, &self.role)?,
                        None => drop(scanner.string(&mut self.words.scratch)?),
                    }
                    count += 1;
                }
                (MessageKey::Content, map) => {
                    has_content = true;
                    plain = scanner.peek()? == b'"';
                    match map {
                        Some(map) if plain => self.words.read_at(scanner, map, count, &self.content)?,
                        map => {
                            let content = self.content(scanner, map.is_some(), parts)?;
                            if let Some(map) = map {
                                map.write(count, &self.content, content.unwrap_or_else(|| "".into()));
                            }
                        }
                    }
                    count += 1;
                }
                (MessageKey::Other(key), Some(map)) if fields.hold(key) => {
                    let key = Key::String(self.words.texts.get(str::from_utf8(key).ok()?));
                    map.end_at(count);
                    map.insert(key, self.value(scanner)?);
                    count = map.len();
                }
                _ => drop(scanner.skip()?),
            }
            Some(())
        })?;
        if let Some(map) = map {
            map.end_at(count);
            if !(plain && has_content) {
                self.bring_into_order(map);
            }
        }
        has_role.then_some(())
    }

    /// Puts role and content before the rest, as it is done with a message whose content is not plain text.
    fn bring_into_order(&self, map: &mut MapValue) {
        if !map.iter().map(|(key, _)| key).take(2).eq([&self.role, &self.content]) {
            let content = map.get_str("content").cloned().unwrap_or_else(|| "".into());
            let role = map.get_str("role").cloned().unwrap_or(Value::Null);
            let first = [(self.role.clone(), role), (self.content.clone(), content)];
            let rest = map.iter().map(|(key, value)| (key.clone(), value.clone()));
            *map = first.into_iter().chain(rest).fold(MapValue::default(), |mut map, (key, value)| {
                map.insert(key, value);
                map
            });
        }
    }

    /// What the content of a message says, unless it is null.
    pub(super) fn content(
        &mut self,
        scanner: &mut Scanner<'_>,
        keep: bool,
        parts: &mut bool,
    ) -> Option<Option<Value>> {
        match scanner.peek()? {
            b'n' => scanner.word("null").map(|()| None),
            b'[' => {
                *parts = true;
                self.joined.clear();
                let mut any = false;
                scanner.items(|scanner| self.content_part(scanner, &mut any))?;
                Some(Some(Value::String(self.joined.as_str().into())))
            }
            b'"' if !keep => scanner.skip().map(|_| Some(Value::Null)),
            b'"' => self.words.read(scanner).map(|text| Some(Value::String(text))),
            _ => None,
        }
    }

    /// Adds the text of a part, if it has one.
    fn content_part(&mut self, scanner: &mut Scanner<'_>, any: &mut bool) -> Option<()> {
        let start = self.joined.len();
        let mut has = false;
        if scanner.peek()? == b'"' {
            has = self.add(scanner, *any)?;
        } else {
            scanner.members(|scanner| {
                if scanner.key()? != b"text" {
                    return scanner.skip().map(drop);
                }
                // Of several the last counts.
                self.joined.truncate(start);
                has = self.add(scanner, *any)?;
                Some(())
            })?;
        }
        *any |= has;
        Some(())
    }

    /// Adds a text, behind a line break unless it is the first. False for what is no text.
    fn add(&mut self, scanner: &mut Scanner<'_>, behind: bool) -> Option<bool> {
        if scanner.peek()? != b'"' {
            return scanner.skip().map(|_| false);
        }
        if behind {
            self.joined.push('\n');
        }
        self.joined.push_str(scanner.string(&mut self.words.scratch)?);
        Some(true)
    }
}
