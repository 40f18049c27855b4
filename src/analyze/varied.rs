//! Tests that plainly come out both ways: `tier == "pro"`, where callers send other tiers too. Two values of the one key
//! that such a test reads show it, without a question to the solver.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::witness::number_value;
use crate::cel::ast::{Kind, Literal, NodeId};
use crate::cel::interpret::evaluate_part;
use crate::cel::types::{Field, Type};
use crate::cel::value::{Key, MapValue};
use crate::cel::{Ast, Env, Value};

/// A text that nobody writes.
const OTHER: &str = "\u{1}";

/// More values are not tried.
const MOST: usize = 16;

/// Whether a test reads one key alone, and is true for one of the values that callers may send, and false for another.
/// False says nothing.
pub(super) fn is_varied(ast: &Ast, test: NodeId, variables: &FxHashMap<Arc<str>, Field>, env: &Env) -> bool {
    let mut reading = Reading::default();
    if reading.walk(ast, test).is_none() {
        return false;
    }
    let Some((root, inside)) = reading.key.split_first() else { return false };
    let Some(mut field) = variables.get(*root) else { return false };
    for step in inside {
        field = match &field.ty {
            Type::Record(record) => match record.fields.get(*step) {
                Some(field) => field,
                None => return false,
            },
            _ => return false,
        };
    }
    let (mut holds, mut fails) = (false, false);
    for value in reading.values(field).into_iter().take(MOST) {
        let value = inside.iter().rev().fold(value, |value, step| {
            Value::map(MapValue::from_iter([(Key::String(Arc::clone(step)), value)]))
        });
        let sent = IndexMap::from([(Arc::clone(root), value)]);
        match evaluate_part((ast, test), env, &sent) {
            Ok(Value::Bool(true)) => holds = true,
            Ok(Value::Bool(false)) => fails = true,
            _ => return false,
        }
        if holds && fails {
            return true;
        }
    }
    false
}

/// What a test reads, and compares it with.
#[derive(Default)]
struct Reading<'a> {
    /// The path of the key; empty until one is read.
    key: Vec<&'a Arc<str>>,
    texts: Vec<&'a str>,
    numbers: Vec<f64>,
}

impl<'a> Reading<'a> {
    /// `None` where it reads another key too, or binds variables of its own. As deep as the tree, which the parser bounds.
    #[expect(clippy::cast_precision_loss, reason = "some number near it will do")]
    fn walk(&mut self, ast: &'a Ast, id: NodeId) -> Option<()> {
        match ast.kind(id) {
            Kind::Ident { .. } | Kind::Select { .. } => {
                let key = path(ast, id)?;
                if self.key.is_empty() {
                    self.key = key;
                } else if self.key != key {
                    return None;
                }
                return Some(());
            }
            Kind::Literal(Literal::String(text)) => self.texts.push(&text.value),
            Kind::Literal(Literal::Int(number)) => self.numbers.push(*number as f64),
            Kind::Literal(Literal::Double(number)) => self.numbers.push(*number),
            // A pattern seldom finds itself, and takes long to compile.
            Kind::Call { function, .. } if *function.text == *"matches" => return None,
            Kind::Literal(_)
            | Kind::List(_)
            | Kind::Unary { .. }
            | Kind::Binary { .. }
            | Kind::Call { .. } => {}
            _ => return None,
        }
        ast.children(id).into_iter().try_for_each(|child| self.walk(ast, child))
    }

    /// Values that callers may send for the key, among them some that a comparison tells apart.
    fn values(&self, field: &Field) -> Vec<Value> {
        if let Some(values) = &field.domain.one_of {
            return values.to_vec();
        }
        match field.ty {
            Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
            Type::String => self.texts.iter().chain(&[OTHER]).map(|text| Value::from(*text)).collect(),
            Type::Int | Type::Double | Type::Number => {
                let near = self.numbers.iter().flat_map(|number| {
                    let number = number.floor();
                    [number - 1.0, number, number + 1.0, number + 2.0]
                });
                let (min, max) = (field.domain.min.unwrap_or(f64::MIN), field.domain.max.unwrap_or(f64::MAX));
                // Larger ones are no longer apart from those beside them, whatever their type.
                near.filter(|number| (min..=max).contains(number) && number.abs() < 1e15)
                    .map(|number| number_value(number, &field.ty))
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The path of the key that a node reads.
fn path(ast: &Ast, mut id: NodeId) -> Option<Vec<&Arc<str>>> {
    let mut path = Vec::new();
    while let Kind::Select { operand, field, optional: false } = ast.kind(id) {
        path.push(&field.text);
        id = *operand;
    }
    let Kind::Ident { name, leading_dot: false } = ast.kind(id) else { return None };
    path.push(&name.text);
    path.reverse();
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::super::question::Answer;
    use super::super::{Budget, Pass};
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::diag::Sink;
    use crate::source::Sources;
    use crate::{check, model, yaml};

    const METADATA: &str = "
  tier: {type: string, enum: [free, pro]}
  only: {type: string, enum: [one]}
  name: string
  note: {type: string, nullable: true}
  flag: bool
  on: {type: bool, enum: [true]}
  seats: {type: int, min: 1, max: 10}
  score: {type: number, min: 0, max: 100}
  share: {type: double, min: 0.25}
  level: {type: int, enum: [1, 5]}
  tags: {type: list, items: string}
  account: {type: map, fields: {plan: string, seats: {type: int, max: 3}}}
";

    /// Whether each test comes out both ways, and whether the solver finds that possible.
    fn found(tests: &[&str]) -> Vec<(bool, bool)> {
        let routes = tests.iter().enumerate().map(|(index, test)| {
            let quoted = serde_json::to_string(test).unwrap();
            format!("  - {{id: r{index}, when: {quoted}, model: openai/gpt-4o}}\n")
        });
        let routes: String = routes.collect();
        let text =
            format!("name: r\nmetadata:{METADATA}routes:\n{routes}default: {{model: openai/gpt-4o}}\n");
        let (mut sources, mut sink) = (Sources::new(), Sink::new());
        let file = sources.add("router.yaml", text);
        let tree = yaml::parse(sources.get(file).unwrap(), &yaml::Options::default(), &mut sink);
        let definition = model::lower(&tree, &mut sink).definitions.pop().unwrap();
        let catalogue = Catalogue::embedded();
        let limits = crate::cel::Limits::default();
        let options = check::Options { catalogue: &catalogue, as_of: None, metadata: None, limits };
        let checked = check::check(definition, &options, &mut sink);
        let told: Vec<_> = sink.finish(&Default::default()).into_iter().map(|d| d.message).collect();
        assert!(checked.sound, "{told:?}");
        let mut sink = Sink::new();
        let mut pass = Pass::open(&checked, &catalogue, &sources, Budget::default(), &mut sink).unwrap();
        (0..tests.len())
            .map(|index| {
                let ast = &pass.expression(index).unwrap().ast;
                let varied = is_varied(ast, ast.root(), &pass.universe.places.variables, &checked.env);
                let truth = pass.conditions[index].truth;
                let possible = [truth.yes, truth.no].map(|lit| pass.universe.ask(&[lit]) == Answer::Possible);
                (varied, possible == [true; 2])
            })
            .collect()
    }

    #[test]
    fn what_is_varied_is_possible_both_ways() {
        let tests = [
            ("tier == \"pro\"", true),
            ("tier != \"pro\"", true),
            ("tier in [\"pro\"]", true),
            ("tier in [\"pro\", \"free\"]", false),
            ("tier.startsWith(\"p\")", true),
            ("tier.startsWith(\"x\")", false),
            ("only == \"one\"", false),
            ("name == \"x\"", true),
            ("name.startsWith(\"eu-\")", true),
            ("name.contains(\"\")", false),
            ("name.matches(\"^a+$\")", false),
            ("name == name", false),
            ("note == \"x\"", true),
            ("note == null", false),
            ("flag", true),
            ("!flag", true),
            ("on", false),
            ("seats >= 5", true),
            ("seats >= 1", false),
            ("seats > 10", false),
            ("seats in [1, 2]", true),
            ("seats < 2", true),
            ("score > 99.5", true),
            ("score > 100.0", false),
            ("score <= 100", false),
            ("share < 0.25", false),
            ("share < 0.5", false),
            ("share > 7", true),
            ("level > 3", true),
            ("level < 1", false),
            ("tags.exists(t, t == \"x\")", false),
            ("account.plan == \"a\"", true),
            ("account.seats > 2", true),
            ("account.seats > 3", false),
            ("tier == name", false),
            ("has(account.plan)", false),
            ("messages.size() > 2", false),
            ("true", false),
        ];
        let texts = tests.map(|(text, _)| text);
        for ((text, expected), (varied, possible)) in tests.iter().zip(found(&texts)) {
            assert_eq!(varied, *expected, "{text}");
            assert!(possible || !varied, "{text}");
        }
    }
}
