//! Does a request keep what `metadata` and `prompt_variables` promise?

use std::borrow::Cow;

use super::plain::Plain;
use crate::cel::Value;
use crate::cel::types::{Domain, Field, Type};
use crate::cel::value::{Key, MapValue, Names};
use crate::model::Declarations;

/// A promise that a request breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The key, with the path inside it: `account.plan`, `tags[2]`.
    pub key: String,
    /// What is wrong with it, as the rest of a sentence that begins with the key.
    pub what: String,
}

/// How a promise is broken.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Breach {
    /// Required, and not there.
    Absent,
    /// Null, and not nullable.
    Null,
    /// Not of its type, which is this, in words.
    Type(String),
    /// None of its few values.
    Value,
    /// Below its `min`.
    Below,
    /// Above its `max`.
    Above,
}

impl Breach {
    /// What is wrong, as the rest of a sentence that begins with the key, without the value.
    pub fn words(&self) -> String {
        match self {
            Self::Absent => "is required and absent".to_owned(),
            Self::Null => "is null, and is not declared `nullable`".to_owned(),
            Self::Type(words) => format!("is not {words}, as it is declared"),
            Self::Value => "is none of the values of its `enum`".to_owned(),
            Self::Below => "is below its `min`".to_owned(),
            Self::Above => "is above its `max`".to_owned(),
        }
    }
}

/// What callers promise, for holding many requests to it.
#[derive(Clone, Debug)]
pub struct Promises {
    /// All of it.
    pub declared: Declarations,
    /// The keys of that, in the same order.
    names: Names,
    /// What values plainly keep each of them.
    plain: Vec<Plain>,
    /// How many keys every request is to carry.
    required: usize,
}

impl Promises {
    /// All that is declared.
    pub fn of(declared: &Declarations) -> Self {
        let names = declared.keys.keys().map(|key| &**key).collect();
        let plain = declared.keys.values().map(|declaration| Plain::of(&declaration.field)).collect();
        Self { declared: declared.clone(), names, plain, required: declared.required().count() }
    }

    /// The number of a key among those that are declared.
    pub(crate) fn number(&self, key: &str) -> Option<usize> {
        self.names.find(key.as_bytes())
    }

    /// Whether there is nothing that [`violations`] would tell. That takes as long as the request has keys, however many
    /// are declared.
    pub fn kept_by(&self, sent: &MapValue) -> bool {
        let mut holding = self.hold();
        for (key, value) in sent.iter() {
            if let Key::String(key) = key {
                holding.value(self.number(key), key, value);
            }
        }
        holding.is_kept()
    }

    /// Begins to hold a request to them.
    pub(crate) fn hold(&self) -> Holding<'_> {
        Holding { promises: self, required: 0, kept: true }
    }

    /// Whether a value keeps what is promised of it where that is not plain.
    #[inline(never)]
    fn look_closer(&self, at: usize, key: &str, value: &Value) -> bool {
        let declared = self.declared.keys.get_index(at);
        declared.is_none_or(|(_, declaration)| is_kept(key, &declaration.field, Some(value)))
    }

    /// What of it a request breaks: [`violations`]. `values`: whether those of the request may be told.
    pub fn broken_by(&self, sent: &MapValue, values: bool) -> Vec<Violation> {
        let keys = sent.iter().filter_map(|(key, _)| match key {
            Key::String(key) => Some(&**key),
            _ => None,
        });
        broken(&self.declared, |key| sent.get_str(key).map(Cow::Borrowed), keys, values)
    }
}

/// How far a request is known to keep promises.
pub(crate) struct Holding<'p> {
    promises: &'p Promises,
    /// How many of the keys that it is to carry were there.
    required: usize,
    kept: bool,
}

impl Holding<'_> {
    /// Looks at a key that it carries, of this number if it is declared.
    #[inline]
    pub(crate) fn value(&mut self, number: Option<usize>, key: &str, value: &Value) {
        match number.and_then(|at| Some((at, self.promises.plain.get(at)?))) {
            Some((at, plain)) => {
                self.required += usize::from(plain.required);
                self.kept &= plain.is_kept_by(value) || self.promises.look_closer(at, key, value);
            }
            None => self.kept = false,
        }
    }

    /// Whether it keeps all of them, if these were all its keys.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept && self.required == self.promises.required
    }
}

/// The way to a value: a key, and the steps inside it.
#[derive(Debug)]
pub struct Path<'a> {
    up: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Debug)]
enum Step<'a> {
    /// A key that is declared.
    Key(&'a str),
    Item(usize),
    /// A key of a map whose keys are data.
    Entry(&'a Key),
}

impl<'a> Path<'a> {
    fn of(name: &'a str) -> Self {
        Self { up: None, step: Step::Key(name) }
    }

    fn down<'b>(&'b self, step: Step<'b>) -> Path<'b> {
        Path { up: Some(self), step }
    }

    /// With all that is in the request: `account.plan`, `tags[2]`.
    pub fn key(&self) -> String {
        self.written(|step| match step {
            Step::Key(name) => format!(".{name}"),
            Step::Item(index) => format!("[{index}]"),
            Step::Entry(key) => format!(".{}", key_text(key)),
        })
    }

    /// With what is in the declaration alone: `account.plan`, `tags[]`, `prices.*`.
    pub fn place(&self) -> String {
        self.written(|step| match step {
            Step::Key(name) => format!(".{name}"),
            Step::Item(_) => "[]".to_owned(),
            Step::Entry(_) => ".*".to_owned(),
        })
    }

    fn written(&self, step: impl Fn(&Step<'_>) -> String) -> String {
        let mut steps = vec![step(&self.step)];
        let mut up = self.up;
        while let Some(path) = up {
            steps.push(step(&path.step));
            up = path.up;
        }
        steps.reverse();
        let path = steps.concat();
        path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
    }
}

/// A broken promise as it is found.
struct Broken<'a> {
    path: &'a Path<'a>,
    breach: Breach,
    value: Option<&'a Value>,
    domain: &'a Domain,
}

/// How many broken promises of one request are listed.
const MOST: usize = 20;

/// The promises that a request breaks, in the order of the declarations; then keys that nobody declared.
pub fn violations<'v>(
    declared: &Declarations,
    get: impl FnMut(&str) -> Option<Cow<'v, Value>>,
    keys: impl IntoIterator<Item = &'v str>,
) -> Vec<Violation> {
    broken(declared, get, keys, true)
}

fn broken<'v>(
    declared: &Declarations,
    get: impl FnMut(&str) -> Option<Cow<'v, Value>>,
    keys: impl IntoIterator<Item = &'v str>,
    values: bool,
) -> Vec<Violation> {
    let mut out = Vec::new();
    each(declared, get, &mut |broken| {
        if out.len() < MOST {
            out.push(match values {
                true => Violation { key: broken.path.key(), what: words_of(&broken) },
                false => Violation { key: broken.path.place(), what: broken.breach.words() },
            });
        }
    });
    for key in keys {
        if !declared.keys.contains_key(key) && out.len() < MOST {
            out.push(Violation { key: key.to_owned(), what: "is not declared".to_owned() });
        }
    }
    out
}

/// Whether a value of a declared key, or its absence, keeps what is promised of the key.
pub(crate) fn is_kept(name: &str, promised: &Field, value: Option<&Value>) -> bool {
    let mut kept = true;
    field(&Path::of(name), promised, value, &mut |_| kept = false);
    kept
}

/// Every promise that a request's metadata breaks, without values of the request.
pub fn breaches<'v>(
    declared: &Declarations,
    get: impl FnMut(&str) -> Option<Cow<'v, Value>>,
    tell: &mut dyn FnMut(&Path<'_>, Breach),
) {
    each(declared, get, &mut |broken| tell(broken.path, broken.breach));
}

fn each<'v>(
    declared: &Declarations,
    mut get: impl FnMut(&str) -> Option<Cow<'v, Value>>,
    tell: &mut dyn FnMut(Broken<'_>),
) {
    for (name, declaration) in &declared.keys {
        field(&Path::of(name), &declaration.field, get(name).as_deref(), tell);
    }
}

fn field(path: &Path<'_>, field: &Field, value: Option<&Value>, tell: &mut dyn FnMut(Broken<'_>)) {
    let breach = match value {
        None if field.required => Breach::Absent,
        None => return,
        Some(Value::Null) if field.nullable || matches!(field.ty, Type::Dyn) => return,
        Some(Value::Null) => Breach::Null,
        Some(value) => {
            if !typed(path, &field.ty, value, tell) {
                Breach::Type(words(&field.ty))
            } else if let Some(breach) = outside(&field.domain, value) {
                breach
            } else {
                return;
            }
        }
    };
    tell(Broken { path, breach, value, domain: &field.domain });
}

/// Whether a value is of a type; what is wrong inside lists and maps is reported there.
fn typed(path: &Path<'_>, ty: &Type, value: &Value, tell: &mut dyn FnMut(Broken<'_>)) -> bool {
    match (ty, value) {
        (Type::Dyn | Type::Error, _)
        | (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Uint, Value::Uint(_))
        | (Type::Double, Value::Double(_))
        | (Type::Number, Value::Int(_) | Value::Uint(_) | Value::Double(_))
        | (Type::String, Value::String(_)) => true,
        (Type::List(inner), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                inside(&path.down(Step::Item(index)), inner, item, tell);
            }
            true
        }
        (Type::Map(_, inner), Value::Map(map)) => {
            for (key, item) in map.iter() {
                inside(&path.down(Step::Entry(key)), inner, item, tell);
            }
            true
        }
        (Type::Record(record), Value::Map(map)) => {
            for (name, inner) in &record.fields {
                field(&path.down(Step::Key(name)), inner, map.get_str(name), tell);
            }
            true
        }
        _ => false,
    }
}

fn inside(path: &Path<'_>, ty: &Type, value: &Value, tell: &mut dyn FnMut(Broken<'_>)) {
    if !typed(path, ty, value, tell) {
        let domain = &Domain::default();
        tell(Broken { path, breach: Breach::Type(words(ty)), value: Some(value), domain });
    }
}

fn outside(domain: &Domain, value: &Value) -> Option<Breach> {
    if let Some(allowed) = &domain.one_of
        && !allowed.iter().any(|v| same(v, value))
    {
        return Some(Breach::Value);
    }
    let number = number(value)?;
    if domain.min.is_some_and(|min| number < min) {
        return Some(Breach::Below);
    }
    domain.max.is_some_and(|max| number > max).then_some(Breach::Above)
}

/// What is wrong, as the rest of a sentence that begins with the key.
fn words_of(broken: &Broken<'_>) -> String {
    let shown = broken.value.map(show).unwrap_or_default();
    let number = broken.value.and_then(number).unwrap_or_default();
    match &broken.breach {
        breach @ (Breach::Absent | Breach::Null) => breach.words(),
        Breach::Type(words) => format!("is {shown}, and is declared {words}"),
        Breach::Value => {
            let allowed = broken.domain.one_of.as_deref().unwrap_or_default();
            let few: Vec<String> = allowed.iter().take(8).map(show).collect();
            let more = if allowed.len() > 8 { ", …" } else { "" };
            format!("is {shown}, and can be {}{more}", few.join(", "))
        }
        Breach::Below => {
            format!("is {number}, below its `min` of {}", broken.domain.min.unwrap_or_default())
        }
        Breach::Above => {
            format!("is {number}, above its `max` of {}", broken.domain.max.unwrap_or_default())
        }
    }
}

fn same(a: &Value, b: &Value) -> bool {
    a == b || number(a).is_some() && number(a) == number(b)
}

#[expect(clippy::cast_precision_loss, reason = "compared with bounds, which are doubles")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(*n as f64),
        Value::Uint(n) => Some(*n as f64),
        Value::Double(n) => Some(*n),
        _ => None,
    }
}

fn key_text(key: &Key) -> String {
    match key {
        Key::String(s) => s.to_string(),
        other => format!("{other:?}"),
    }
}

/// A type with its article-free name for people.
fn words(ty: &Type) -> String {
    match ty {
        Type::Record(_) => "a map".to_owned(),
        other => format!("`{other}`"),
    }
}

/// A value as JSON has it, cut where long.
fn show(value: &Value) -> String {
    match value {
        Value::String(s) if s.chars().count() > 40 => {
            format!("{:?}…", s.chars().take(40).collect::<String>())
        }
        Value::String(s) => format!("{s:?}"),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Uint(n) => n.to_string(),
        Value::Double(n) => format!("{n:?}"),
        other => format!("{other:?}"),
    }
}
