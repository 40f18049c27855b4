//! Functions as the checker sees them: the library's and the environment's, behind one face.

use std::borrow::Cow;

use super::super::env::{Env, HostFunction, Profile, Typing};
use super::super::errors::Signature;
use super::super::library::{self, Function, Overload, Sig};
use super::super::types::Type;
use super::infer::Kinds;
use super::unify::Substitution;

/// All signatures of one name.
pub(super) struct FunctionSet<'a> {
    pub(super) name: &'a str,
    env: &'a Env,
    library: Option<&'static Function>,
}

impl<'a> FunctionSet<'a> {
    /// Its name, for as long as anybody wants it.
    pub(super) fn lasting_name(&self) -> Cow<'static, str> {
        self.library.map_or_else(|| Cow::Owned(self.name.to_owned()), |f| Cow::Borrowed(f.name))
    }

    /// Those that the environment has.
    pub(super) fn overloads(&self) -> impl Iterator<Item = Candidate<'a>> + use<'a, '_> {
        let env = self.env;
        // Strict typing orders no numbers of different types.
        let orders = |f: &Function| matches!(f.name, "_<_" | "_<=_" | "_>_" | "_>=_");
        let unmixed = env.typing < Typing::Standard
            && self.library.is_some_and(|f| f.profile == Profile::Router && orders(f));
        let takes_same = |overload: &Overload| overload.params.first() == overload.params.last();
        let library = self.library.into_iter().flat_map(|function| function.overloads);
        let library = library.filter(move |o| includes(env, o.profile) && (!unmixed || takes_same(o)));
        let host = env.functions.iter().filter(|function| *function.name == *self.name);
        library.map(Candidate::Library).chain(host.map(Candidate::Host))
    }
}

/// What a name means as a function.
pub(super) enum Found<'a> {
    Function(FunctionSet<'a>),
    /// There is one, but the profile lacks it.
    OtherProfile(&'static str),
    Nothing,
}

/// One signature.
#[derive(Clone, Copy)]
pub(super) enum Candidate<'a> {
    Library(&'static Overload),
    Host(&'a HostFunction),
}

/// The type variables that stand for a signature's parameters in one call.
pub(super) type Params = Vec<(Box<str>, Type)>;

/// What `name` means as a function; `name` is complete, no container is tried.
pub(super) fn find<'a>(env: &'a Env, name: &str) -> Found<'a> {
    let function = if env.bare { None } else { library::lookup(name) };
    let library = function.filter(|f| includes(env, f.profile));
    let host = env.functions.iter().find(|f| *f.name == *name);
    let name = match (library, host) {
        (Some(f), _) => Some(f.name),
        (None, Some(f)) => Some(&*f.name),
        (None, None) => None,
    };
    let set = name.map(|name| FunctionSet { name, env, library });
    match (set.filter(|set| set.overloads().next().is_some()), function) {
        (Some(set), _) => Found::Function(set),
        (None, Some(f)) => Found::OtherProfile(f.name),
        (None, None) => Found::Nothing,
    }
}

/// Whether `name` means something as a function, in this profile or another.
pub(super) fn exists(env: &Env, name: &str) -> bool {
    (!env.bare && library::lookup(name).is_some()) || env.functions.iter().any(|f| &*f.name == name)
}

pub(super) fn includes(env: &Env, profile: Profile) -> bool {
    profile == Profile::Router || env.profile == Profile::Full
}

impl Candidate<'_> {
    pub(super) fn id(&self) -> Cow<'static, str> {
        match self {
            Candidate::Library(o) => Cow::Borrowed(o.id),
            Candidate::Host(f) => Cow::Owned(f.id.to_string()),
        }
    }

    pub(super) fn is_member(&self) -> bool {
        match self {
            Candidate::Library(o) => o.member,
            Candidate::Host(f) => f.member,
        }
    }

    fn arity(&self) -> usize {
        match self {
            Candidate::Library(o) => o.params.len(),
            Candidate::Host(f) => f.params.len(),
        }
    }

    pub(super) fn is_variadic(&self) -> bool {
        matches!(self, Candidate::Library(o) if o.variadic)
    }

    /// Whether it takes that many arguments, the receiver counted.
    pub(super) fn takes(&self, count: usize) -> bool {
        count == self.arity() || (self.is_variadic() && count > self.arity())
    }

    /// Whether it plainly does not take values of these types: one of them is of another kind, whatever its parts are.
    pub(super) fn refuses(&self, types: &[Type]) -> bool {
        let Candidate::Library(overload) = self else { return false };
        let last = self.arity().saturating_sub(1);
        types.iter().enumerate().any(|(i, ty)| {
            let wanted = overload.params.get(i.min(last)).map_or(Kinds::ANY, kinds);
            !wanted.meets(Kinds::of(ty))
        })
    }

    /// Whether it compares values of any one type, and these are of one type without parts.
    pub(super) fn compares(&self, types: &[Type]) -> bool {
        let Candidate::Library(Overload {
            params: [Sig::Param(left), Sig::Param(right)],
            result: Sig::Bool,
            ..
        }) = self
        else {
            return false;
        };
        let [first, second] = types else { return false };
        let plain =
            matches!(first, Type::Bool | Type::Int | Type::Uint | Type::Double | Type::Number | Type::String);
        left == right && plain && first == second
    }

    /// How values of these types suit it that it does not refuse, where that is plain: neither they nor what it takes have
    /// parts or variables. `mixed` says that all numbers fit one another.
    pub(super) fn suits(&self, types: &[Type], mixed: bool) -> Option<Suits> {
        let Candidate::Library(overload) = self else { return None };
        let last = self.arity().saturating_sub(1);
        let mut all = Some(Suits::Exactly);
        for (i, ty) in types.iter().enumerate() {
            match (overload.params.get(i.min(last)).and_then(|sig| suits(sig, ty, mixed)), all) {
                (Some(Suits::Not), _) => return Some(Suits::Not),
                (one, Some(Suits::Exactly)) => all = one,
                (Some(_), _) => {}
                (None, _) => all = None,
            }
        }
        all
    }

    /// Whether it takes values of every type.
    pub(super) fn takes_anything(&self) -> bool {
        match self {
            Candidate::Library(o) => o.params.iter().all(|param| *param == Sig::Dyn),
            Candidate::Host(f) => f.params.iter().all(|param| *param == Type::Dyn),
        }
    }

    /// The parameter types for that many arguments, with fresh variables for type parameters.
    pub(super) fn params(&self, count: usize, params: &mut Params, subst: &mut Substitution) -> Vec<Type> {
        let last = self.arity().saturating_sub(1);
        (0..count)
            .map(|i| match self {
                Candidate::Library(o) => {
                    o.params.get(i.min(last)).map_or(Type::Dyn, |s| instantiate(s, params, subst))
                }
                Candidate::Host(f) => {
                    f.params.get(i.min(last)).map_or(Type::Dyn, |t| instantiate_type(t, params, subst))
                }
            })
            .collect()
    }

    pub(super) fn result(&self, params: &mut Params, subst: &mut Substitution) -> Type {
        match self {
            Candidate::Library(o) => instantiate(&o.result, params, subst),
            Candidate::Host(f) => instantiate_type(&f.result, params, subst),
        }
    }

    /// For messages.
    pub(super) fn describe(&self) -> Signature {
        let mut params: Vec<Type> = match self {
            Candidate::Library(o) => o.params.iter().map(plain).collect(),
            Candidate::Host(f) => f.params.clone(),
        };
        let receiver = if self.is_member() && !params.is_empty() { Some(params.remove(0)) } else { None };
        Signature { receiver, params, variadic: self.is_variadic() }
    }
}

/// How values of some types suit a signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Suits {
    Not,
    /// It takes them, as it takes others.
    Also,
    /// It takes values of just these types.
    Exactly,
}

/// What [`Substitution::assign`] answers for one parameter, where both are of one kind, and none has parts or is a
/// variable.
fn suits(sig: &Sig, ty: &Type, mixed: bool) -> Option<Suits> {
    match (sig, ty) {
        (Sig::Bool, Type::Bool)
        | (Sig::Int, Type::Int)
        | (Sig::Uint, Type::Uint)
        | (Sig::Double, Type::Double)
        | (Sig::String, Type::String)
        | (Sig::Bytes, Type::Bytes)
        | (Sig::Timestamp, Type::Timestamp)
        | (Sig::Duration, Type::Duration) => Some(Suits::Exactly),
        (Sig::Int | Sig::Uint | Sig::Double, ty) if ty.is_numeric() => {
            let takes = mixed || (*ty == Type::Number && *sig != Sig::Uint);
            Some(if takes { Suits::Also } else { Suits::Not })
        }
        _ => None,
    }
}

/// What [`Kinds::of`] says of the type that a static table's entry stands for.
fn kinds(sig: &Sig) -> Kinds {
    match sig {
        Sig::Dyn | Sig::Null | Sig::Param(_) => Kinds::ANY,
        Sig::Bool => Kinds::BOOL,
        Sig::Int | Sig::Uint | Sig::Double => Kinds::NUMBER,
        Sig::String => Kinds::STRING,
        Sig::Bytes => Kinds::BYTES,
        Sig::Timestamp => Kinds::TIMESTAMP,
        Sig::Duration => Kinds::DURATION,
        Sig::List(_) => Kinds::LIST,
        Sig::Map(..) => Kinds::MAP,
        Sig::Optional(_) | Sig::Type(_) | Sig::Opaque(_) => Kinds::OTHER,
    }
}

fn variable(name: &str, params: &mut Params, subst: &mut Substitution) -> Type {
    if let Some((_, variable)) = params.iter().find(|(n, _)| &**n == name) {
        return variable.clone();
    }
    let variable = subst.fresh();
    params.push((name.into(), variable.clone()));
    variable
}

/// The type that a static table's entry stands for, parameters as they are.
pub(super) fn plain(sig: &Sig) -> Type {
    convert(sig, &mut |name| Type::Param(name.into()))
}

fn instantiate(sig: &Sig, params: &mut Params, subst: &mut Substitution) -> Type {
    convert(sig, &mut |name| variable(name, params, subst))
}

// Recursion is bounded by what the static tables nest: three levels.
fn convert(sig: &Sig, param: &mut dyn FnMut(&str) -> Type) -> Type {
    match sig {
        Sig::Dyn => Type::Dyn,
        Sig::Null => Type::Null,
        Sig::Bool => Type::Bool,
        Sig::Int => Type::Int,
        Sig::Uint => Type::Uint,
        Sig::Double => Type::Double,
        Sig::String => Type::String,
        Sig::Bytes => Type::Bytes,
        Sig::Timestamp => Type::Timestamp,
        Sig::Duration => Type::Duration,
        Sig::List(t) => Type::list(convert(t, param)),
        Sig::Map(k, v) => {
            let key = convert(k, param);
            Type::map(key, convert(v, param))
        }
        Sig::Optional(t) => Type::optional(convert(t, param)),
        Sig::Type(t) => Type::type_of(convert(t, param)),
        Sig::Param(name) => param(name),
        Sig::Opaque(name) => Type::Opaque((*name).into(), [].into()),
    }
}

/// A declared type with a variable for each of its parameters. As deep as the embedder wrote it.
pub(super) fn instantiate_type(ty: &Type, params: &mut Params, subst: &mut Substitution) -> Type {
    match ty {
        Type::Param(name) => variable(name, params, subst),
        Type::List(t) => Type::list(instantiate_type(t, params, subst)),
        Type::Optional(t) => Type::optional(instantiate_type(t, params, subst)),
        Type::Wrapper(t) => instantiate_type(t, params, subst).nullable(),
        Type::Type(t) => Type::type_of(instantiate_type(t, params, subst)),
        Type::Map(k, v) => {
            let key = instantiate_type(k, params, subst);
            Type::map(key, instantiate_type(v, params, subst))
        }
        Type::Opaque(name, types) if !types.is_empty() => {
            Type::Opaque(name.clone(), types.iter().map(|t| instantiate_type(t, params, subst)).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_suits_as_substitution_says() {
        let sigs = [
            Sig::Bool,
            Sig::Int,
            Sig::Uint,
            Sig::Double,
            Sig::String,
            Sig::Bytes,
            Sig::Timestamp,
            Sig::Duration,
        ];
        let types =
            sigs.iter().map(plain).chain([Type::Number, Type::Dyn, Type::Null, Type::list(Type::Int)]);
        for ty in types {
            for sig in sigs.iter().chain([&Sig::Dyn, &Sig::Param("A"), &Sig::List(&Sig::Int)]) {
                for mixed in [false, true] {
                    let mut subst = Substitution::new(1);
                    subst.mixed_numbers = mixed;
                    let wanted = instantiate(sig, &mut Vec::new(), &mut subst);
                    let takes = subst.assign(&ty, &wanted);
                    let Some(suits) = suits(sig, &ty, mixed) else { continue };
                    assert_eq!(suits != Suits::Not, takes, "{sig:?} {ty:?} {mixed}");
                    assert_eq!(suits == Suits::Exactly, ty == wanted, "{sig:?} {ty:?}");
                }
            }
        }
    }
}
