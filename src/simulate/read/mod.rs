//! Requests straight from their text, with only what decisions look at.
//!
//! In: the text of one JSON object. Out: the [`Request`] that [`parse_json`](super::parse_json) and
//! [`Request::from_value`] make of it, without the parts that no plan looks at: metadata that no condition reads, of
//! messages what none reads, and variables of templates about which nothing is promised. Those are walked over, not
//! built, and what is built is built in the memory of a request before it. It knows none of the reasons why a text is
//! no request: whatever is unusual it leaves to those two.

mod needs;
mod scan;
#[cfg(test)]
mod tests;
mod texts;
mod tools;

use std::sync::Arc;

use super::own::SELECTION_KEYS;
use super::request::{Note, Request, Shape};
use super::usage::Usage;
use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::cel::value::{Key, ListValue, MapValue};
use crate::compile::Plan;
use needs::{Fields, Needs};
use scan::Scanner;
use tools::{Tools, Words, copied};

/// Reads requests, one after the other.
#[derive(Debug)]
pub struct Reader {
    draft: Draft,
    aids: Aids,
}

/// What reading takes besides.
#[derive(Debug)]
struct Aids {
    needs: Needs,
    tools: Tools,
    habit: Habit,
}

/// Which key came after which: requests of one log are much alike, and a key that is expected is found sooner.
#[derive(Debug, Default)]
struct Habit {
    /// By the part before, the first place for none.
    parts: [Option<Part>; PARTS.len() + 1],
    /// By the number of the name before, the first place for none: one more than the number of the next.
    names: Vec<usize>,
}

impl Habit {
    fn name(&mut self, after: usize) -> Option<&mut usize> {
        if after >= self.names.len() {
            self.names.resize(after + 1, 0);
        }
        self.names.get_mut(after)
    }
}

/// What one walk over a body collects. It is written over what the walk before collected: requests of one log are much
/// alike, and what does not change costs nothing.
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
    /// How many of them are of this request.
    count: usize,
    /// Maps of messages that this request has no use for.
    spare: Vec<Value>,
    system: Option<Value>,
    /// Whether content was given in parts.
    parts: bool,
    user: Option<String>,
    /// Whether there is a model.
    names_model: bool,
    model: Model,
    usage: Option<Usage>,
    /// That of a `response` beside the request.
    answered: Option<Usage>,
}

/// The model that the last request asked for which asked for any: seldom does the next one ask for another.
#[derive(Debug, Default)]
struct Model {
    name: String,
    /// Whether JSON has it as it is: then it is compared with what is written.
    plain: bool,
}

/// One of the two objects of a body that hold metadata.
#[derive(Debug, Default)]
struct Metadata {
    values: Arc<MapValue>,
    /// How many of them are of this request.
    count: usize,
    user_id: Option<Value>,
    /// Whether it has keys other than `user_id`.
    more: bool,
}

impl Reader {
    /// For requests that one of these plans decides about.
    pub fn new(plans: &[Plan], numbers: Numbers) -> Self {
        let aids = Aids { needs: Needs::of(plans), tools: Tools::new(numbers), habit: Habit::default() };
        Self { draft: Draft::default(), aids }
    }

    /// Reads one over another, whose memory it uses. `None` where the text is no request, or an unusual one: what the
    /// other holds then means nothing.
    pub fn read(&mut self, text: &str, request: &mut Request) -> Option<()> {
        let Reader { draft, aids } = self;
        aids.tools.spare.extend(request.user.take());
        draft.begin(request);
        let mut scanner = Scanner::new(text);
        let mut before = 0;
        scanner.members(|scanner| draft.part(scanner, &mut before, aids))?;
        scanner.end()?;
        draft.finish(&aids.needs, &mut aids.tools, request)
    }
}

/// For how many messages memory is kept from one request to the next.
const SPARE: usize = 64;

/// A part of a body of which there may be but one: of several the last counts, and that is for others to sort out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Metadata,
    Messages,
    User,
    Usage,
    Response,
    Variables,
    // Those that the bare form has not.
    Model,
    ExtraBody,
    System,
}

/// The keys of the parts, in their order.
const PARTS: [(&[u8], Part); 9] = [
    (b"metadata", Part::Metadata),
    (b"messages", Part::Messages),
    (b"user", Part::User),
    (b"usage", Part::Usage),
    (b"response", Part::Response),
    (b"prompt_variables", Part::Variables),
    (b"model", Part::Model),
    (b"extra_body", Part::ExtraBody),
    (b"system", Part::System),
];

impl Part {
    fn of(key: &[u8]) -> Option<Part> {
        PARTS.iter().find(|(known, _)| *known == key).map(|(_, part)| *part)
    }

    fn key(self) -> &'static [u8] {
        PARTS.get(self as usize).map(|(key, _)| *key).unwrap_or_default()
    }
}

impl Draft {
    fn begin(&mut self, request: &mut Request) {
        self.exchange(request);
        self.top.begin();
        self.routing.begin();
        (self.seen, self.count) = (0, 0);
        (self.api, self.says, self.parts) = (false, false, false);
        (self.system, self.user, self.names_model) = (None, None, false);
        (self.usage, self.answered) = (None, None);
        (self.top_variables, self.routing_variables) = (None, None);
    }

    /// Gives metadata and messages to a request for those that it holds, or takes them to be written over.
    fn exchange(&mut self, request: &mut Request) {
        let metadata = match request.shape {
            Shape::Api => &mut self.routing,
            Shape::Bare => &mut self.top,
        };
        std::mem::swap(&mut metadata.values, &mut request.metadata);
        if let Value::List(messages) = &mut request.messages {
            std::mem::swap(messages, &mut self.messages);
        }
    }

    fn part(&mut self, scanner: &mut Scanner<'_>, before: &mut usize, aids: &mut Aids) -> Option<()> {
        let expected = aids.habit.parts.get_mut(*before)?;
        let part = match *expected {
            Some(part) if scanner.is_key(part.key()) => part,
            _ => {
                let key = scanner.key()?;
                let Some(part) = Part::of(key) else {
                    // What is said elsewhere than in `messages` is for others to find.
                    if matches!(key, b"instructions" | b"input") {
                        return None;
                    }
                    self.api = true;
                    return scanner.skip().map(drop);
                };
                *expected = Some(part);
                part
            }
        };
        *before = part as usize + 1;
        let bit = 1 << part as u16;
        (self.seen & bit == 0).then_some(())?;
        self.seen |= bit;
        self.api |= part as u16 >= Part::Model as u16;
        let Aids { needs, tools, .. } = aids;
        match part {
            Part::Metadata => self.top.read(scanner, aids)?,
            Part::Messages => self.messages(scanner, needs, tools)?,
            Part::User => self.user = tools.optional_text(scanner)?,
            Part::Usage => self.usage = tools.usage(scanner)?,
            Part::Response => self.answered = tools.response(scanner)?,
            Part::Variables => self.top_variables = tools.variables(scanner, needs)?,
            Part::Model => self.names_model = self.model.read(scanner, &mut tools.words)?,
            Part::ExtraBody => self.extra_body(scanner, aids)?,
            Part::System => self.system = tools.content(scanner, true, &mut self.parts)?,
        }
        Some(())
    }

    fn extra_body(&mut self, scanner: &mut Scanner<'_>, aids: &mut Aids) -> Option<()> {
        if scanner.peek()? == b'n' {
            return scanner.word("null");
        }
        let (mut has_metadata, mut has_variables) = (false, false);
        scanner.members(|scanner| {
            let key: &[u8] = if scanner.is_key(b"metadata") { b"metadata" } else { scanner.key()? };
            if key == b"prompt_variables" {
                (!has_variables).then(|| has_variables = true)?;
                self.routing_variables = aids.tools.variables(scanner, &aids.needs)?;
                return Some(());
            }
            if key != b"metadata" {
                // What a request says of its own is for others to read.
                if SELECTION_KEYS.iter().any(|own| own.as_bytes() == key) && scanner.peek()? != b'n' {
                    return None;
                }
                return scanner.skip().map(drop);
            }
            (!has_metadata).then(|| has_metadata = true)?;
            self.routing.read(scanner, aids)
        })
    }

    fn messages(&mut self, scanner: &mut Scanner<'_>, needs: &Needs, tools: &mut Tools) -> Option<()> {
        if scanner.peek()? == b'n' {
            return scanner.word("null");
        }
        self.says = true;
        let Self { parts, spare, count, .. } = self;
        if needs.messages == Fields::None {
            return scanner.items(|scanner| tools.message(scanner, None, &needs.messages, parts));
        }
        own(&mut self.messages).change(|messages| {
            scanner.items(|scanner| {
                if *count == messages.len() {
                    messages.push(spare.pop().unwrap_or_else(|| Value::map(MapValue::default())));
                }
                let Some(Value::Map(map)) = messages.get_mut(*count) else { return None };
                *count += 1;
                tools.message(scanner, Some(own(map)), &needs.messages, parts)
            })
        })
    }

    /// Takes away what is left of the request before.
    fn end(&mut self) {
        self.top.end();
        self.routing.end();
        if self.count == self.messages.len() {
            return;
        }
        let Self { count, spare, .. } = self;
        own(&mut self.messages).change(|messages| {
            for mut message in messages.drain((*count).min(messages.len())..) {
                if let Value::Map(map) = &mut message
                    && spare.len() < SPARE
                {
                    own(map).end_at(0);
                    spare.push(message);
                }
            }
        });
    }

    /// Puts the parts together.
    fn finish(&mut self, needs: &Needs, tools: &mut Tools, request: &mut Request) -> Option<()> {
        self.end();
        let user_id = match (self.api, self.top.user_id.take()) {
            (true, Some(Value::String(user))) => Some(user.to_string()),
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
        self.model.write(self.names_model, &mut request.model, &mut tools.spare);
        request.usage = self.usage.take().or(self.answered.take());
        self.exchange(request);
        let variables = if self.api { &mut self.routing_variables } else { &mut self.top_variables };
        request.variables = match variables.take() {
            Some(Value::Map(variables)) => Some(variables),
            _ => None,
        };
        Some(())
    }
}

impl Model {
    /// Reads one. False for `null`.
    fn read(&mut self, scanner: &mut Scanner<'_>, words: &mut Words) -> Option<bool> {
        if self.plain && scanner.is_text(self.name.as_bytes()) {
            return Some(true);
        }
        if scanner.peek()? == b'n' {
            return scanner.word("null").map(|()| false);
        }
        let plain = scanner.plain_text();
        self.plain = plain.is_some();
        self.name.clear();
        self.name.push_str(match plain {
            Some(text) => text,
            None => scanner.string(&mut words.scratch)?,
        });
        Some(true)
    }

    /// Gives its name to a request, where that names one.
    fn write(&self, named: bool, model: &mut Option<String>, spare: &mut Vec<String>) {
        match model {
            Some(model) if named && *model == self.name => {}
            _ => {
                spare.extend(model.take());
                *model = named.then(|| copied(&self.name, spare));
            }
        }
    }
}

impl Metadata {
    fn begin(&mut self) {
        (self.user_id, self.more, self.count) = (None, false, 0);
    }

    /// Takes away what is left of the request before, if this one has none.
    fn end(&mut self) {
        if self.count == 0 && !self.values.is_empty() {
            own(&mut self.values).end_at(0);
        }
    }

    fn read(&mut self, scanner: &mut Scanner<'_>, aids: &mut Aids) -> Option<()> {
        if scanner.peek()? == b'n' {
            return scanner.word("null");
        }
        let Aids { needs, tools, habit } = aids;
        let Self { values, user_id, more, count } = self;
        let values = own(values);
        // Which of the names were met, one bit each as far as there are bits.
        let (mut met, mut before) = (0_u64, 0);
        scanner.members(|scanner| {
            let expected = habit.name(before)?;
            let guess = expected.checked_sub(1).and_then(|number| Some((number, needs.name(number)?)));
            let (key, found) = match guess {
                Some((number, name @ Key::String(text))) if scanner.is_key(text.as_bytes()) => {
                    (text.as_bytes(), Some((number, name)))
                }
                _ => {
                    let key = scanner.key()?;
                    (key, needs.find(key))
                }
            };
            let is_user = key == b"user_id";
            *more |= !is_user;
            let Some((number, name)) = found else {
                if is_user {
                    *user_id = Some(tools.value(scanner)?);
                } else {
                    scanner.skip()?;
                }
                if needs.all_keys {
                    values.end_at(*count);
                    values.insert(Key::String(tools.words.texts.get(str::from_utf8(key).ok()?)), Value::Null);
                    *count = values.len();
                }
                return Some(());
            };
            (*expected, before) = (number + 1, number + 1);
            let bit = u32::try_from(number).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0);
            if bit == 0 || met & bit != 0 {
                values.end_at(*count);
                values.insert(name.clone(), tools.value(scanner)?);
                *count = values.len();
            } else {
                tools.value_at(scanner, values, *count, name)?;
                *count += 1;
            }
            met |= bit;
            if is_user {
                *user_id = values.get_str("user_id").cloned();
            }
            Some(())
        })?;
        values.end_at(*count);
        Some(())
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
