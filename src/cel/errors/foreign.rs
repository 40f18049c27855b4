//! What other languages call things, and what CEL has in their place.

use crate::cel::types::Type;

/// What CEL has for a word of another language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Instead {
    /// A function or macro of another name, used the same way.
    Renamed(&'static str),
    /// `size()`
    Size,
    /// `size() == 0`
    Empty,
    /// `in`
    In,
    /// `==`
    Equals,
    /// `==` whatever the case.
    EqualsAnyCase,
    /// Lower or upper case; the library's name for it.
    Case(&'static str),
    /// White space cut off.
    Trim,
    /// A conversion such as `string(x)`.
    Conversion(&'static str),
    /// An element or entry: `x[0]`, `x["key"]`.
    Index,
    /// What a comprehension does.
    Comprehension(&'static str),
    /// Part of a text.
    Part,
    /// `+`
    Plus,
    /// `!`
    Not,
    /// `?:`
    Choice,
    /// `has(x.y)`
    Has,
    /// `type(x) == string`
    TypeOf,
    /// There is no clock.
    Clock,
}

impl Instead {
    /// The word to put in place of a function's name, if that is all there is to change.
    pub(crate) fn function(self) -> Option<&'static str> {
        match self {
            Instead::Renamed(name) | Instead::Conversion(name) => Some(name),
            Instead::Size => Some("size"),
            Instead::TypeOf => Some("type"),
            _ => None,
        }
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// A bare name: what CEL writes for it.
pub(crate) fn name(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "None" | "NONE" | "nil" | "Nil" | "NULL" | "Null" | "undefined" => "null",
        _ => return None,
    })
}

/// A field that is a function here.
pub(crate) fn field(name: &str, of: &Type) -> Option<Instead> {
    match method(name, of) {
        Some(found @ (Instead::Size | Instead::Empty)) => Some(found),
        _ => None,
    }
}

/// A function called on a receiver.
pub(crate) fn method(name: &str, receiver: &Type) -> Option<Instead> {
    let receiver = receiver.unwrapped();
    let container = matches!(receiver, Type::List(_) | Type::Map(..) | Type::Record(_));
    Some(match folded(name).as_str() {
        "length" | "len" | "count" | "getlength" | "strlen" => Instead::Size,
        "isempty" | "empty" | "isblank" => Instead::Empty,
        "startswith" | "beginswith" | "hasprefix" => Instead::Renamed("startsWith"),
        "endswith" | "hassuffix" => Instead::Renamed("endsWith"),
        "includes" | "include" | "contains" | "has" | "containskey" | "haskey" | "hasownproperty"
            if container =>
        {
            Instead::In
        }
        "includes" | "include" | "contains" => Instead::Renamed("contains"),
        "containskey" | "haskey" | "hasownproperty" => Instead::In,
        "in" | "oneof" | "isin" => Instead::In,
        "match" | "test" | "search" | "regex" | "regexmatch" | "regexmatches" | "matchesregex"
        | "fullmatch" | "regexp" | "like" => Instead::Renamed("matches"),
        "equals" | "equal" | "equalto" | "eq" | "isequal" => Instead::Equals,
        "equalsignorecase" | "iequals" | "equalfold" | "caseinsensitiveequals" => Instead::EqualsAnyCase,
        "lower" | "tolower" | "tolowercase" | "lowercase" | "downcase" | "casefold" | "lowerascii" => {
            Instead::Case("lowerAscii")
        }
        "upper" | "toupper" | "touppercase" | "uppercase" | "upcase" | "upperascii" => {
            Instead::Case("upperAscii")
        }
        "trim" | "strip" | "trimspace" | "lstrip" | "rstrip" | "trimstart" | "trimend" => Instead::Trim,
        "any" | "some" | "anymatch" | "find" => Instead::Renamed("exists"),
        "every" | "allmatch" => Instead::Renamed("all"),
        "where" | "findall" => Instead::Renamed("filter"),
        "select" | "collect" | "foreach" => Instead::Renamed("map"),
        "keys" | "values" | "items" | "entries" => Instead::Comprehension("m.exists(key, m[key] == 1)"),
        "sum" | "reduce" | "fold" | "max" | "min" => Instead::Comprehension("l.exists(x, x > 10)"),
        "tostring" | "str" => Instead::Conversion("string"),
        "toint" | "toi" | "tointeger" | "parseint" => Instead::Conversion("int"),
        "tofloat" | "todouble" | "tof" | "tonumber" | "parsefloat" => Instead::Conversion("double"),
        "get" | "at" | "elementat" | "first" | "last" | "getordefault" if container => Instead::Index,
        "substr" | "substring" | "slice" | "charat" | "indexof" | "index" | "lastindexof" => Instead::Part,
        "concat" | "append" => Instead::Plus,
        _ => return None,
    })
}

/// A function called on nothing.
pub(crate) fn function(name: &str) -> Option<Instead> {
    Some(match folded(name).as_str() {
        "len" | "length" | "count" | "strlen" => Instead::Size,
        "empty" | "isempty" => Instead::Empty,
        "regexmatch" | "regexmatches" | "match" | "regex" | "rematch" | "research" | "like" | "test" => {
            Instead::Renamed("matches")
        }
        "str" | "tostring" | "text" => Instead::Conversion("string"),
        "float" | "tofloat" | "todouble" | "number" | "tonumber" | "parsefloat" | "float64" => {
            Instead::Conversion("double")
        }
        "toint" | "integer" | "parseint" | "int64" => Instead::Conversion("int"),
        "boolean" | "tobool" => Instead::Conversion("bool"),
        "typeof" | "isinstance" | "istype" | "gettype" => Instead::TypeOf,
        "exists" | "defined" | "isset" | "isdefined" | "isnull" | "coalesce" | "ifnull" | "default" => {
            Instead::Has
        }
        "in" | "oneof" | "includes" => Instead::In,
        "not" => Instead::Not,
        "if" | "iff" | "iif" | "cond" => Instead::Choice,
        "equals" | "eq" | "equal" => Instead::Equals,
        "lower" | "tolower" | "lowercase" | "lcase" | "tolowercase" => Instead::Case("lowerAscii"),
        "upper" | "toupper" | "uppercase" | "ucase" | "touppercase" => Instead::Case("upperAscii"),
        "trim" | "strip" => Instead::Trim,
        "substr" | "substring" | "left" | "right" | "mid" => Instead::Part,
        "concat" | "concatenate" => Instead::Plus,
        "any" | "some" => Instead::Comprehension("l.exists(x, x > 10)"),
        "all" | "every" => Instead::Comprehension("l.all(x, x > 10)"),
        "now" | "today" | "date" | "datetime" | "time" | "currenttime" => Instead::Clock,
        _ => return None,
    })
}
