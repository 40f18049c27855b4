//! The list extension.

use std::cmp::Ordering;

use super::{Function, INT, LIST_A, OPT_A, Outcome, Overload, Runtime, Sig, extension, misfit};
use crate::cel::value::equality::equals;
use crate::cel::value::order::compare;
use crate::cel::value::{EvalErrorKind, Meter, Value};

/// How many elements `lists.range` makes at most.
const RANGE: i64 = 1_000_000;

const LIST_INT: Sig = Sig::List(&Sig::Int);
const LIST_ANY: Sig = Sig::List(&Sig::Dyn);
const LIST_LIST_A: Sig = Sig::List(&LIST_A);

pub(super) static FUNCTIONS: &[Function] = &[
    extension(
        "lists.range",
        "the whole numbers from 0 up to a bound",
        &[Overload::global("lists_range", &[INT], LIST_INT, range)],
    ),
    extension(
        "slice",
        "the elements from one index up to another",
        &[Overload::member("list_slice", &[LIST_A, INT, INT], LIST_A, slice)],
    ),
    extension(
        "flatten",
        "the list with the elements of its lists in their place",
        &[
            Overload::metered("list_flatten", &[LIST_LIST_A], LIST_A, flatten),
            Overload::metered("list_flatten_int", &[LIST_ANY, INT], LIST_ANY, flatten),
        ],
    ),
    extension(
        "distinct",
        "the list without repetitions",
        &[Overload::metered("list_distinct", &[LIST_A], LIST_A, distinct)],
    ),
    extension("sort", "the list in order", &[Overload::member("list_sort", &[LIST_A], LIST_A, sort)]),
    extension(
        "first",
        "the first element, if any",
        &[Overload::member("list_first", &[LIST_A], OPT_A, first)],
    ),
    extension("last", "the last element, if any", &[Overload::member("list_last", &[LIST_A], OPT_A, last)]),
];

/// An index or count, if it is none of the negative ones.
fn natural(value: i64) -> Result<usize, EvalErrorKind> {
    usize::try_from(value).map_err(|_| EvalErrorKind::IndexOutOfRange(value))
}

fn range(args: &[Value]) -> Outcome {
    let [Value::Int(end)] = args else { return Err(misfit(args)) };
    if *end > RANGE {
        return Err(EvalErrorKind::invalid(format!("`lists.range` takes at most {RANGE}")));
    }
    Ok(Value::list((0..*end).map(Value::Int).collect()))
}

fn slice(args: &[Value]) -> Outcome {
    let [Value::List(list), Value::Int(start), Value::Int(end)] = args else { return Err(misfit(args)) };
    if start > end {
        return Err(EvalErrorKind::invalid(format!("a slice cannot start at {start} and end at {end}")));
    }
    let part = list.get(natural(*start)?..natural(*end)?).ok_or(EvalErrorKind::IndexOutOfRange(*end))?;
    Ok(Value::list(part.to_vec()))
}

fn flatten(args: &[Value], runtime: &mut Runtime) -> Outcome {
    let (list, levels) = match args {
        [Value::List(list)] => (list, 1),
        [Value::List(list), Value::Int(levels)] => (list, *levels),
        _ => return Err(misfit(args)),
    };
    if levels < 0 {
        return Err(EvalErrorKind::invalid("`flatten` takes no negative number of levels"));
    }
    let mut flat = Vec::new();
    flatten_into(list, levels, &mut flat, &mut runtime.meter)?;
    Ok(Value::list(flat))
}

fn flatten_into(
    list: &[Value],
    levels: i64,
    flat: &mut Vec<Value>,
    meter: &mut Meter,
) -> Result<(), EvalErrorKind> {
    for element in list {
        meter.spend(1)?;
        match element {
            Value::List(inner) if levels > 0 => flatten_into(inner, levels - 1, flat, meter)?,
            _ => flat.push(element.clone()),
        }
    }
    Ok(())
}

fn distinct(args: &[Value], runtime: &mut Runtime) -> Outcome {
    let [Value::List(list)] = args else { return Err(misfit(args)) };
    let mut kept: Vec<Value> = Vec::new();
    for element in list.iter() {
        let mut known = false;
        for other in &kept {
            runtime.meter.spend(1)?;
            if equals(element, other, &mut runtime.meter)? {
                known = true;
                break;
            }
        }
        if !known {
            kept.push(element.clone());
        }
    }
    Ok(Value::list(kept))
}

fn sort(args: &[Value]) -> Outcome {
    let [Value::List(list)] = args else { return Err(misfit(args)) };
    let mut sorted = list.to_vec();
    let comparable = match sorted.first() {
        None => true,
        Some(first) => sorted
            .iter()
            .all(|element| element.type_name() == first.type_name() && compare(element, first).is_ok()),
    };
    if !comparable {
        return Err(EvalErrorKind::invalid("only a list of one type that has an order can be sorted"));
    }
    sorted.sort_by(total_order);
    Ok(Value::list(sorted))
}

fn total_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Double(a), Value::Double(b)) => a.total_cmp(b),
        _ => compare(a, b).ok().flatten().unwrap_or(Ordering::Equal),
    }
}

fn first(args: &[Value]) -> Outcome {
    let [Value::List(list)] = args else { return Err(misfit(args)) };
    Ok(list.first().map_or(Value::Optional(None), |value| Value::some(value.clone())))
}

fn last(args: &[Value]) -> Outcome {
    let [Value::List(list)] = args else { return Err(misfit(args)) };
    Ok(list.last().map_or(Value::Optional(None), |value| Value::some(value.clone())))
}
