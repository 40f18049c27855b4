//! Which function a name is, and which of its overloads values fit.

use std::sync::Arc;

use super::super::env::{Env, HostFunction, Lend};
use super::super::library::{self, Overload, Runtime};
use super::super::types::Type;
use super::super::value::{EvalErrorKind, Value};

/// The functions of one name that an environment has: its own, then the library's.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    name: Arc<str>,
    host: Vec<HostFunction>,
    library: Vec<&'static Overload>,
}

impl Functions {
    /// All functions of a full name; `None` if there are none.
    pub(crate) fn find(env: &Env, name: &str) -> Option<Self> {
        let host: Vec<_> = env.functions.iter().filter(|function| *function.name == *name).cloned().collect();
        let library: Vec<_> = of_library(env, name).collect();
        let some = !library.is_empty() || !host.is_empty();
        some.then(|| Functions { name: name.into(), host, library })
    }

    /// Whether one of them is called as `member` says.
    pub(crate) fn has_style(&self, member: bool) -> bool {
        self.host.iter().any(|function| function.member == member)
            || self.library.iter().any(|overload| overload.member == member)
    }

    /// Whether the environment has none of its own.
    pub(crate) fn is_standard(&self) -> bool {
        self.host.is_empty()
    }

    /// What finds its result where that is a part of the receiver and the only function of that name.
    pub(crate) fn lends(&self) -> Option<Lend> {
        match (self.host.as_slice(), self.library.as_slice()) {
            ([only], []) if only.member && only.params.len() == 1 => only.lend,
            _ => None,
        }
    }

    /// Calls the first overload that the values fit. A receiver is the first of them.
    pub(crate) fn call(
        &self,
        member: bool,
        args: &[Value],
        runtime: &mut Runtime,
    ) -> Result<Value, EvalErrorKind> {
        first_fit((self.host.iter(), self.library.iter().copied()), member, (&self.name, args), runtime)
    }
}

/// What [`Functions::call`] of a full name comes to, without keeping the functions.
pub(super) fn call(
    env: &Env,
    name: &str,
    member: bool,
    args: &[Value],
    runtime: &mut Runtime,
) -> Result<Value, EvalErrorKind> {
    let mut host = env.functions.iter().filter(|function| *function.name == *name).peekable();
    let mut library = of_library(env, name).peekable();
    if host.peek().is_none() && library.peek().is_none() {
        return Err(EvalErrorKind::UnknownFunction(name.into()));
    }
    first_fit((host, library), member, (name, args), runtime)
}

/// The library's overloads of a full name that an environment has.
fn of_library<'e>(env: &'e Env, name: &str) -> impl Iterator<Item = &'static Overload> + use<'e> {
    library::lookup(name)
        .filter(|function| !env.bare && function.profile <= env.profile)
        .map_or(&[][..], |function| function.overloads)
        .iter()
        .filter(|overload| overload.profile <= env.profile)
}

fn first_fit<'e>(
    (host, library): (impl Iterator<Item = &'e HostFunction>, impl Iterator<Item = &'static Overload>),
    member: bool,
    (name, args): (&str, &[Value]),
    runtime: &mut Runtime,
) -> Result<Value, EvalErrorKind> {
    for function in host {
        let fits = function.member == member
            && function.params.len() == args.len()
            && function.params.iter().zip(args).all(|(param, arg)| accepts(param, arg));
        if fits {
            return (function.call)(args).map_err(|error| error.kind);
        }
    }
    for overload in library {
        if overload.member == member
            && overload.accepts(args)
            && let Some(call) = overload.call
        {
            return call.run(args, runtime).map_err(|kind| named(kind, name));
        }
    }
    Err(EvalErrorKind::no_overload(name, args))
}

/// Puts in the name that the library's functions leave out.
fn named(kind: EvalErrorKind, name: &str) -> EvalErrorKind {
    match kind {
        EvalErrorKind::NoSuchOverload { function, args } if function.is_empty() => {
            EvalErrorKind::NoSuchOverload { function: name.into(), args }
        }
        kind => kind,
    }
}

/// Whether a value is of a type, as far as can be seen without looking into lists and maps.
fn accepts(ty: &Type, value: &Value) -> bool {
    match ty {
        Type::Dyn | Type::Error | Type::Param(_) | Type::Var(_) => true,
        Type::Null => matches!(value, Value::Null),
        Type::Bool => matches!(value, Value::Bool(_)),
        Type::Int => matches!(value, Value::Int(_)),
        Type::Uint => matches!(value, Value::Uint(_)),
        Type::Double => matches!(value, Value::Double(_)),
        Type::Number => matches!(value, Value::Int(_) | Value::Double(_)),
        Type::String => matches!(value, Value::String(_)),
        Type::Bytes => matches!(value, Value::Bytes(_)),
        Type::Timestamp => matches!(value, Value::Timestamp { .. }),
        Type::Duration => matches!(value, Value::Duration { .. }),
        Type::List(_) => matches!(value, Value::List(_)),
        Type::Map(..) | Type::Record(_) => matches!(value, Value::Map(_)),
        Type::Wrapper(inner) => matches!(value, Value::Null) || accepts(inner, value),
        Type::Optional(_) => matches!(value, Value::Optional(_)),
        Type::Type(_) => matches!(value, Value::Type(_)),
        Type::Opaque(name, _) => matches!(value, Value::Opaque(value) if *value.type_name() == **name),
    }
}
