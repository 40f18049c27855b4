//! What the checker finds: the facts. The words stand in `check_words`.

use std::borrow::Cow;
use std::sync::Arc;

use crate::cel::Span;
use crate::cel::checker::names::is_slip;
use crate::cel::env::Profile;
use crate::cel::types::Type;

/// A fault that the checker found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CheckKind {
    /// A name that nothing declares.
    Undeclared {
        /// The name.
        name: Arc<str>,
        /// Declared names that look like it, nearest first.
        suggestions: Vec<Arc<str>>,
        /// What is selected from it, if anything: `tier` of `metadata.tier`.
        member: Option<Member>,
    },
    /// A function that nothing declares.
    UnknownFunction {
        /// Its name, namespace included.
        name: Arc<str>,
        /// What it is called on, if on anything.
        receiver: Option<Operand>,
        /// The texts of its arguments, where they are short.
        args: Vec<Option<String>>,
        /// Functions that look like it, nearest first.
        suggestions: Vec<Arc<str>>,
        /// Which functions there are.
        profile: Profile,
    },
    /// A function or type that exists, but not in this profile.
    OtherProfile {
        /// Its name.
        name: Arc<str>,
        /// What it is called on, if on anything.
        receiver: Option<Operand>,
        /// The texts of its arguments, where they are short.
        args: Vec<Option<String>>,
    },
    /// `Type{field: value}`, whatever the type: there are no messages here.
    UnknownMessage {
        /// The type's name.
        name: Arc<str>,
    },
    /// A field that its record does not have.
    UnknownField {
        /// What the record is called.
        record: Arc<str>,
        /// The field.
        field: Arc<str>,
        /// Fields that look like it, nearest first.
        suggestions: Vec<Arc<str>>,
        /// The fields that it has.
        fields: Vec<Arc<str>>,
    },
    /// A field of a value that has no fields.
    NoFields {
        /// The value.
        operand: Operand,
        /// The field.
        field: Arc<str>,
    },
    /// `==`, `!=` or `in` between values that can never be equal.
    Mismatch {
        /// The operator.
        op: &'static str,
        /// Left of it.
        left: Operand,
        /// Right of it.
        right: Operand,
        /// What was surely meant, as an expression.
        meant: Option<String>,
    },
    /// An operator or index that is not for values of such types.
    NoOperator {
        /// The operator.
        op: &'static str,
        /// Its operands, one or two.
        operands: Vec<Operand>,
        /// What was surely meant, as an expression.
        meant: Option<String>,
    },
    /// A list asked for an item before its first one.
    NegativeIndex {
        /// The index.
        index: i64,
        /// How the item that was meant is written, where that is short.
        meant: Option<String>,
        /// Whether what was meant is the last item.
        last: bool,
    },
    /// Something else where a bool is needed.
    NotBool {
        /// What needs it: `&&`, `exists`, `?:`.
        of: Arc<str>,
        /// What stands there.
        operand: Operand,
        /// What was surely meant, as an expression.
        meant: Option<String>,
    },
    /// The two outcomes of `?:` have different types.
    Branches {
        /// Before the colon.
        then: Operand,
        /// Behind it.
        otherwise: Operand,
    },
    /// A function called with what it does not take.
    Arguments {
        /// Its name.
        function: Arc<str>,
        /// Which of the things that it was given is wrong.
        fault: ArgumentFault,
        /// What it was given: the receiver first, if there is one.
        given: Vec<Operand>,
        /// What it takes.
        signatures: Vec<Signature>,
    },
    /// A comprehension over something without elements.
    NotIterable {
        /// The macro.
        name: Arc<str>,
        /// What it goes over.
        operand: Operand,
    },
    /// A step of `transformMapEntry` that is no map.
    NotEntries {
        /// The macro.
        name: Arc<str>,
        /// What it gives.
        operand: Operand,
    },
    /// A value that is no optional where one is needed: behind a `?`, before `optMap`.
    NotOptional {
        /// The macro that needs one.
        of: Option<Arc<str>>,
        /// The value.
        operand: Operand,
    },
    /// `a < b < c`
    ChainedComparison {
        /// What was meant.
        meant: Option<String>,
        /// Whether it has no meaning at all, rather than another one.
        refused: bool,
    },
    /// A number that may be int or double where the two differ.
    AmbiguousNumber {
        /// The number.
        number: Operand,
        /// What is done with it.
        how: NumberUse,
    },
    /// Comparison with a value that the other side cannot have.
    ImpossibleValue {
        /// The name that has a closed set of values.
        path: Arc<str>,
        /// The value that is not among them.
        value: Arc<str>,
        /// `==`, `!=` or `in`.
        op: &'static str,
        /// All values that it can have.
        allowed: Vec<Arc<str>>,
        /// The nearest of them, if one is near.
        nearest: Option<Arc<str>>,
        /// Whether the nearest differs in upper and lower case only.
        case_only: bool,
    },
    /// A pattern that is no regular expression.
    InvalidRegex {
        /// What is wrong with it.
        message: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// `\b` in a pattern that is not a raw string: a backspace, not a word boundary.
    BackspaceInRegex,
    /// Deeper than the limit.
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More comprehensions in one another than the limit.
    TooManyComprehensions {
        /// The limit.
        limit: usize,
    },
    /// Regular expressions that take too much together.
    TooManyRegexes {
        /// The limit in bytes.
        limit: usize,
    },
    /// Types that nest too deep, or take too long to compare.
    TooComplex {
        /// How many parts a type may have.
        parts: usize,
        /// How deep it may nest.
        depth: usize,
    },
}

/// What is done with a number for which it matters whether it is int or double.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberUse {
    /// `%`, which only ints have.
    Remainder,
    /// Another operator, which wants two ints or two doubles.
    Arithmetic {
        /// The operator.
        op: &'static str,
        /// The type on its other side.
        other: Type,
    },
    /// `string(x)`
    Text,
    /// A function that takes only one of the two.
    Argument {
        /// Its name.
        function: Cow<'static, str>,
        /// The type that it takes.
        takes: Type,
    },
}

/// What is selected from a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The field.
    pub field: Arc<str>,
    /// Where name and field stand.
    pub span: Span,
}

/// A value in the expression, as a message can speak of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// Its type.
    pub ty: Type,
    /// Its text where that is short: a name, a path or a literal.
    pub text: Option<String>,
    /// The variable or field it is, such as `account.plan`, for who knows where that was declared.
    pub path: Option<Arc<str>>,
}

/// What a function takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// What it is called on.
    pub receiver: Option<Type>,
    /// What it takes in parentheses.
    pub params: Vec<Type>,
    /// Whether the last may be repeated.
    pub variadic: bool,
}

/// What is wrong with what a function was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgumentFault {
    /// It is called as `f(x)` and must be called as `x.f()`.
    NotMember,
    /// The other way round.
    NotGlobal,
    /// The receiver's type.
    Receiver,
    /// How many there are.
    Count,
    /// The type of the argument of that number, the receiver not counted.
    Type(usize),
    /// The types together.
    Types,
}

impl CheckKind {
    /// False for what evaluates as it stands, though hardly as meant.
    pub fn is_error(&self) -> bool {
        match self {
            CheckKind::ChainedComparison { refused, .. } => *refused,
            CheckKind::AmbiguousNumber { .. } | CheckKind::BackspaceInRegex => false,
            _ => true,
        }
    }

    /// True for what CEL's own checker lets pass: it fails when it is evaluated, and only if it is.
    pub fn is_of_evaluation(&self) -> bool {
        matches!(self, CheckKind::NegativeIndex { .. } | CheckKind::InvalidRegex { .. })
    }

    /// True for fixes of what has no meaning as it stands and can mean one thing only.
    pub(crate) fn fix_is_safe(&self) -> bool {
        let slip =
            |name: &str, suggestions: &[Arc<str>]| suggestions.iter().all(|meant| is_slip(name, meant));
        match self {
            CheckKind::ImpossibleValue { .. } => false,
            CheckKind::Undeclared { name, suggestions, .. } => slip(name, suggestions),
            CheckKind::UnknownFunction { name, suggestions, .. } => slip(name, suggestions),
            CheckKind::UnknownField { field, suggestions, .. } => slip(field, suggestions),
            _ => self.is_error(),
        }
    }
}
