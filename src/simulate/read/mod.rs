//! Requests straight from their text, with only what decisions look at.
//!
//! In: the text of one JSON object. Out: the [`Request`] that [`parse_json`](super::parse_json) and
//! [`Request::from_value`] make of it, without the parts that no plan looks at: metadata that no condition reads, of
//! messages what none reads, and variables of templates about which nothing is promised. Those are walked over, not built, and what is built is built in the memory of the request
//! before it. It knows none of the reasons why a text is no request: whatever is unusual it leaves to those two.

mod needs;
mod scan;
#[cfg(test)]
mod tests;
mod texts;

use std::sync::Arc;

use super::json::parse_json;
use super::own::SELECTION_KEYS;
use super::request::{BARE_KEYS, Note, RESPONSES_KEYS, Request, Shape};
use super::usage::{COUNTS, Usage, count, tokens};
use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::cel::value::{Key, ListValue, MapValue};
use crate::compile::Plan;
use needs::{Fields, Needs};
use scan::{Number, Scanner};
use texts::Texts;

/// Reads requests, one after the other.
#[derive(Debug)]
pub struct Reader {
    needs: Needs,
    tools: Tools,
    draft: Draft,
    request: Request,
    /// What the request holds while the next one is read: its own memory is free then.
    nothing: Arc<MapValue>,
}

/// What one walk over a body collects. Its memory is used again for the next.
#[derive(Debug, Default)]
struct Draft {
    /// The parts that were met, one bit each.
    seen: u16,
    /// Whether one of them is none of the bare form.
    api: bool,
    top: Metadata,
    routing: Metadata,
    /// Variables of templates, at the top and in `extra_body`.
    top_variables: Option<Value>,
    routing_variables: Option<Value>,
    /// Whether any part holds messages.
    says: bool,
    messages: Arc<ListValue>,
    /// Maps of messages that this request has no use for.
    spare: Vec<Value>,
    system: Option<Value>,
    /// Whether content was given in parts.
    parts: bool,
    user: Option<Arc<str>>,
    model: Option<Arc<str>>,
    usage: Option<Usage>,
    /// That of a `response` beside the request.
    answered: Option<Usage>,
}

/// One of the two objects of a body that hold metadata.
#[derive(Debug, Default)]
struct Metadata {
    values: Arc<MapValue>,
    user_id: Option<Value>,
    /// Whether it has keys other than `user_id`.
    more: bool,
}

impl Reader {
    /// For requests that one of these plans decides about.
    pub fn new(plans: &[Plan], numbers: Numbers) -> Self {
        let nothing = Arc::new(MapValue::default());
        Self {
            needs: Needs::of(plans),
            tools: Tools::new(numbers),
            draft: Draft::default(),
            request: Request::empty(&nothing),
            nothing,
        }
    }

    /// Reads one. `None` where the text is no request, or an unusual one.
    pub fn read(&mut self, text: &str) -> Option<&mut Request> {
        let Self { needs, tools, draft, request, nothing } = self;
        request.metadata = Arc::clone(nothing);
        request.messages = Value::Null;
        draft.begin();
        let mut scanner = Scanner::new(text);
        scanner.members(|scanner, key| draft.part(scanner, key, needs, tools))?;
        scanner.end()?;
        draft.finish(needs, tools, request)?;
        Some(request)
    }
}

/// For how many messages memory is kept from one request to the next.
const SPARE: usize = 64;

/// Parts of a body of which there may be but one: of several the last counts, and that is for others to sort out.
const PARTS: [&str; 9] = [
    "metadata",
    "messages",
    "user",
    "usage",
    "response",
    "prompt_variables",
    "model",
    "extra_body",
    "system",
];
/// The first of them that the bare form has not.
const API: usize = 6;

impl Draft {
    fn begin(&mut self) {
        let spare = &mut self.spare;
        own(&mut self.messages).change(|messages| {
            for mut message in messages.drain(..) {
                if let Value::Map(map) = &mut message
                    && spare.len() < SPARE
                {
                    own(map).clear();
                    spare.push(message);
                }
            }
        });
        self.top.clear();
        self.routing.clear();
        (self.seen, self.api, self.says, self.parts) = (0, false, false, false);
        (self.system, self.user, self.model) = (None, None, None);
        (self.usage, self.answered) = (None, None);
        (self.top_variables, self.routing_variables) = (None, None);
    }

    fn part(&mut self, scanner: &mut Scanner<'_>, key: &str, needs: &Needs, tools: &mut Tools) -> Option<()> {
        // What is said elsewhere than in `messages` is for others to find.
        if RESPONSES_KEYS.contains(&key) {
            return None;
        }
        let Some(at) = PARTS.iter().position(|part| *part == key) else {
            self.api |= !BARE_KEYS.contains(&key);
            return scanner.skip().map(drop);
        };
        let bit = 1 << at;
        (self.seen & bit == 0).then_some(())?;
        self.seen |= bit;
        match key {
            "metadata" => self.top.read(scanner, needs, tools)?,
            "messages" => self.messages(scanner, needs, tools)?,
            "user" => self.user = tools.optional_text(scanner)?,
            "model" => self.model = tools.optional_text(scanner)?,
            "usage" => self.usage = tools.usage(scanner)?,
            "extra_body" => self.extra_body(scanner, needs, tools)?,
            "response" => self.answered = tools.response(scanner)?,
            "prompt_variables" => self.top_variables = tools.variables(scanner, needs)?,
            _ => self.system = tools.content(scanner, true, &mut self.parts)?,
        }
        self.api |= at >= API;
        Some(())
    }

    fn extra_body(&mut self, scanner: &mut Scanner<'_>, needs: &Needs, tools: &mut Tools) -> Option<()> {
        if scanner.peek()? == b'n' {
            return scanner.word("null");
        }
        let (mut has_metadata, mut has_variables) = (false, false);
        scanner.members(|scanner, key| {
            if key == "prompt_variables" {
                (!has_variables).then(|| has_variables = true)?;
                self.routing_variables = tools.variables(scanner, needs)?;
                return Some(());
            }
            if key != "metadata" {
                // What a request says of its own is for others to read.
                if SELECTION_KEYS.contains(&key) && scanner.peek()? != b'n' {
                    return None;
                }
                return scanner.skip().map(drop);
            }
            (!has_metadata).then(|| has_metadata = true)?;
            self.routing.read(scanner, needs, tools)
        })
    }

    fn messages(&mut self, scanner: &mut Scanner<'_>, needs: &Needs, tools: &mut Tools) -> Option<()> {
        if scanner.peek()? == b'n' {
            return scanner.word("null");
        }
        self.says = true;
        let Self { parts, spare, .. } = self;
        if needs.messages == Fields::None {
            return scanner.items(|scanner| tools.message(scanner, None, &needs.messages, parts));
        }
        own(&mut self.messages).change(|messages| {
            scanner.items(|scanner| {
                let mut message = spare.pop().unwrap_or_else(|| Value::map(MapValue::default()));
                let Value::Map(map) = &mut message else { return None };
                let read = tools.message(scanner, Some(own(map)), &needs.messages, parts);
                messages.push(message);
                read
            })
        })
    }

    /// Puts the parts together.
    fn finish(&mut self, needs: &Needs, tools: &Tools, request: &mut Request) -> Option<()> {
        let user_id = match (self.api, self.top.user_id.take()) {
            (true, Some(Value::String(user))) => Some(user),
            (false, _) | (true, None | Some(Value::Null)) => None,
            (true, Some(_)) => return None,
        };
        request.shape = if self.api { Shape::Api } else { Shape::Bare };
        request.notes.clear();
        request.readings.clear();
        if self.api && self.top.more {
            request.notes.push(Note::MetadataUnused);
        }
        if self.parts {
            request.readings.push("A04");
        }
        request.silent = !self.says && self.system.is_none();
        request.messages_known = true;
        if let Some(content) = self.system.take() {
            request.readings.push("A05");
            if needs.messages != Fields::None {
                let system = [(&tools.role, "system".into()), (&tools.content, content)];
                let system = system.map(|(key, value)| (key.clone(), value)).into_iter().collect();
                own(&mut self.messages).change(|messages| messages.insert(0, Value::map(system)));
            }
        }
        request.user_of_metadata = self.user.is_none() && user_id.is_some();
        request.user = self.user.take().or(user_id);
        request.model = self.model.take();
        request.usage = self.usage.take().or(self.answered.take());
        request.metadata = Arc::clone(if self.api { &self.routing.values } else { &self.top.values });
        request.messages = Value::List(Arc::clone(&self.messages));
        let variables = if self.api { &mut self.routing_variables } else { &mut self.top_variables };
        request.variables = match variables.take() {
            Some(Value::Map(variables)) => Some(variables),
            _ => None,
        };
        Some(())
    }
}

impl Metadata {
    fn clear(&mut self) {
        own(&mut self.values).clear();
        (self.user_id, self.more) = (None, false);
    }

    fn read(&mut self, scanner: &mut Scanner<'_>, needs: &Needs, tools: &mut Tools) -> Option<()> {
        if scanner.peek()? == b'n' {
            return scanner.word("null");
        }
        let values = own(&mut self.values);
        // Which of the names were met, one bit each as far as there are bits.
        let mut met = 0_u64;
        scanner.members(|scanner, key| {
            let known = needs.find(key);
            let is_user = key == "user_id";
            self.more |= !is_user;
            let value = if known.is_some() || is_user {
                tools.value(scanner)?
            } else {
                scanner.skip()?;
                Value::Null
            };
            if is_user {
                self.user_id = Some(value.clone());
            }
            match known {
                Some((at, name)) => {
                    let bit = u32::try_from(at).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0);
                    let key = Key::String(Arc::clone(name));
                    if bit == 0 || met & bit != 0 {
                        values.insert(key, value);
                    } else {
                        values.push(key, value);
                    }
                    met |= bit;
                }
                None if needs.all_keys => {
                    values.insert(Key::String(tools.texts.get(key)), Value::Null);
                }
                None => {}
            }
            Some(())
        })
    }
}

/// What making values takes.
#[derive(Debug)]
struct Tools {
    numbers: Numbers,
    texts: Texts,
    role: Key,
    content: Key,
    scratch: String,
    joined: String,
}

impl Tools {
    fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            texts: Texts::new(),
            role: Key::String("role".into()),
            content: Key::String("content".into()),
            scratch: String::new(),
            joined: String::new(),
        }
    }

    fn text(&mut self, scanner: &mut Scanner<'_>) -> Option<Arc<str>> {
        let text = scanner.string(&mut self.scratch)?;
        Some(self.texts.get(text))
    }

    fn optional_text(&mut self, scanner: &mut Scanner<'_>) -> Option<Option<Arc<str>>> {
        match scanner.peek()? {
            b'n' => scanner.word("null").map(|()| None),
            _ => self.text(scanner).map(Some),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "that is what the assumption says")]
    fn value(&mut self, scanner: &mut Scanner<'_>) -> Option<Value> {
        Some(match scanner.peek()? {
            b'"' => Value::String(self.text(scanner)?),
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
    fn variables(&mut self, scanner: &mut Scanner<'_>, needs: &Needs) -> Option<Option<Value>> {
        match needs.variables {
            true => self.value(scanner).map(Some),
            false => scanner.skip().map(|_| None),
        }
    }

    fn usage(&mut self, scanner: &mut Scanner<'_>) -> Option<Option<Usage>> {
        if scanner.peek()? != b'{' {
            return scanner.skip().map(|_| None);
        }
        let mut counts = [None; COUNTS.len()];
        scanner.members(|scanner, key| self.count(scanner, "", key, &mut counts))?;
        Some(tokens(|key| COUNTS.iter().zip(counts).find(|(name, _)| ***name == *key)?.1))
    }

    /// One count, or an object that holds some.
    fn count(
        &mut self,
        scanner: &mut Scanner<'_>,
        outer: &str,
        key: &str,
        counts: &mut [Option<u64>; COUNTS.len()],
    ) -> Option<()> {
        let place = |name: &&str| match name.split_once('.') {
            Some((own, inner)) => own == outer && inner == key,
            None => outer.is_empty() && *name == key,
        };
        if let Some(known) = COUNTS.iter().position(place).and_then(|at| counts.get_mut(at)) {
            *known = count(&self.value(scanner)?);
            return Some(());
        }
        let mut holds = false;
        for (name, known) in COUNTS.iter().zip(counts.iter_mut()) {
            if outer.is_empty() && name.split_once('.').is_some_and(|(own, _)| own == key) {
                // Of several such objects the last counts.
                (holds, *known) = (true, None);
            }
        }
        if holds && scanner.peek()? == b'{' {
            return scanner.members(|scanner, inner| self.count(scanner, key, inner, counts));
        }
        scanner.skip().map(drop)
    }

    /// The usage within an answer.
    fn response(&mut self, scanner: &mut Scanner<'_>) -> Option<Option<Usage>> {
        if scanner.peek()? != b'{' {
            return scanner.skip().map(|_| None);
        }
        let mut usage = None;
        scanner.members(|scanner, key| {
            match key {
                "usage" => usage = self.usage(scanner)?,
                _ => drop(scanner.skip()?),
            }
            Some(())
        })?;
        Some(usage)
    }

    /// A message, into a map if it is to be kept.
    fn message(
        &mut self,
        scanner: &mut Scanner<'_>,
        mut map: Option<&mut MapValue>,
        fields: &Fields,
        parts: &mut bool,
    ) -> Option<()> {
        let (mut has_role, mut has_content, mut plain) = (false, false, true);
        scanner.members(|scanner, key| {
            match (key, &mut map) {
                ("role", _) if has_role => return None,
                ("content", _) if has_content => return None,
                ("role", map) => {
                    has_role = true;
                    let text = self.text(scanner)?;
                    if let Some(map) = map {
                        map.push(self.role.clone(), Value::String(text));
                    }
                }
                ("content", map) => {
                    has_content = true;
                    plain = scanner.peek()? == b'"';
                    let content = self.content(scanner, map.is_some(), parts)?;
                    if let Some(map) = map {
                        map.push(self.content.clone(), content.unwrap_or_else(|| "".into()));
                    }
                }
                (key, Some(map)) if fields.hold(key) => {
                    let key = Key::String(self.texts.get(key));
                    map.insert(key, self.value(scanner)?);
                }
                _ => drop(scanner.skip()?),
            }
            Some(())
        })?;
        if let Some(map) = map
            && !(plain && has_content)
        {
            self.bring_into_order(map);
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
    fn content(&mut self, scanner: &mut Scanner<'_>, keep: bool, parts: &mut bool) -> Option<Option<Value>> {
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
            b'"' => self.text(scanner).map(|text| Some(Value::String(text))),
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
            scanner.members(|scanner, key| {
                if key != "text" {
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
        self.joined.push_str(scanner.string(&mut self.scratch)?);
        Some(true)
    }
}

/// What is shared, to be written: anew, if somebody still holds it.
fn own<T: Default + Clone>(shared: &mut Arc<T>) -> &mut T {
    // Nobody makes weak references, so this is what `make_mut` would find.
    if Arc::strong_count(shared) > 1 {
        *shared = Arc::default();
    }
    Arc::make_mut(shared)
}
