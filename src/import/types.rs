//! Types of metadata keys, as far as conditions tell them.

use super::write::Out;
use crate::cel::Type;
use crate::cel::checker::merge;
use crate::check::Checked;
use crate::format::scalar;

/// A key with its type, and what that rests on.
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) ty: Out,
    pub(super) why: String,
}

/// How many routes are named as a reason.
const MOST_NAMED: usize = 3;

/// The keys that conditions use. One whose uses disagree is declared as `dyn`, which fits all of them.
pub(super) fn declared(checked: &Checked) -> Vec<Declared> {
    let parts: Vec<_> = checked.conditions.iter().map(|c| c.as_ref().map(|c| &*c.checked)).collect();
    let merged = merge(parts.iter().flatten().copied());
    let known = merged.variables.iter().map(|(name, ty)| {
        let users = checked.definition.router.routes.iter().zip(&parts);
        let users = users.filter(|(_, part)| part.is_some_and(|part| part.inferred.contains_key(name)));
        let ids: Vec<String> =
            users.filter_map(|(route, _)| route.id.as_ref()).map(|id| shown(&id.value)).collect();
        let conflict =
            merged.conflicts.iter().find(|conflict| conflict.path.split('.').next() == Some(&**name));
        let (ty, why) = match conflict {
            Some(conflict) => (Out::word("dyn"), conflict.message().replace('`', "")),
            None => (of(ty), named(&ids)),
        };
        Declared { name: name.to_string(), ty, why }
    });
    known.collect()
}

fn named(ids: &[String]) -> String {
    let first = ids.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(MOST_NAMED) {
        0 => format!("as used by {first}"),
        more => format!("as used by {first} and {more} more"),
    }
}

/// A word in a comment: one line, nothing hidden.
fn shown(text: &str) -> String {
    text.chars()
        .map(|c| if scalar::is_hidden(c) { c.escape_default().to_string() } else { c.into() })
        .collect()
}

/// A type in the words of the definition language; what JSON cannot carry is anything.
fn of(ty: &Type) -> Out {
    let word = match ty {
        Type::Bool => "bool",
        Type::Int | Type::Uint => "int",
        Type::Double => "double",
        Type::Number => "number",
        Type::String => "string",
        Type::List(item) => match &**item {
            Type::Dyn => "list",
            item => return Out::flow(vec![("type", Out::word("list")), ("items", of(item))]),
        },
        Type::Map(..) => "map",
        Type::Record(record) if record.fields.is_empty() => "map",
        Type::Record(record) => {
            let fields = record.fields.iter().map(|(name, field)| (name.to_string(), of(&field.ty)));
            let fields = Out::Flow(fields.collect());
            return Out::flow(vec![("type", Out::word("map")), ("fields", fields)]);
        }
        _ => "dyn",
    };
    Out::word(word)
}
