//! The wording of [`SyntaxKind`]: what is wrong, why, and what to write instead.

use super::SyntaxKind;

impl SyntaxKind {
    pub(super) fn message(&self) -> String {
        use SyntaxKind as S;
        match self {
            S::TooLong { bytes, limit } => {
                format!("the expression has {bytes} bytes, more than the limit of {limit}")
            }
            S::TooManyNodes { limit } => {
                format!("the expression has more than {limit} parts, which is the limit")
            }
            S::TooDeep { limit } => {
                format!("the expression nests more than {limit} levels deep, which is the limit")
            }
            S::TooManyComprehensions { limit } => {
                format!("loops nest more than {limit} levels deep, which is the limit")
            }
            S::TooManyIssues { limit } => {
                format!("the expression has more than {limit} faults; the rest is not shown")
            }
            S::Empty => "the expression is empty".into(),

            S::UnknownCharacter { text } => format!("{} has no meaning here", character(text)),
            S::InvisibleCharacter { code } => format!("there is an invisible character here, U+{code:04X}"),
            S::NotAsciiName { name } => format!("the name `{name}` has letters other than a to z"),
            S::SigilName { sign, name } => format!("the name `{name}` must not begin with `{sign}`"),
            S::Template => "an expression is not a template: braces do not insert a name".into(),
            S::HashComment => "`#` does not begin a comment in CEL".into(),
            S::BlockComment => "CEL has no `/* */` comments".into(),
            S::RegexLiteral { .. } => "a pattern is not written between slashes in CEL".into(),

            S::UnterminatedString { quote } => {
                format!("the text that opens with `{quote}` has no closing quote")
            }
            S::SmartQuotes { .. } => "typographic quotes do not enclose text in CEL".into(),
            S::MixedQuotes { opened, closed } => {
                format!("the text opens with `{opened}` and closes with `{closed}`")
            }
            S::LineBreakInText { quote } => {
                format!("text between `{quote}` must not go over the end of the line")
            }
            S::DoubledQuotes { quote } => {
                format!("the quote `{quote}` is doubled, so the text ends before it begins")
            }
            S::StringPrefix { prefix } => format!("`{prefix}` is no prefix for text in CEL"),
            S::UnknownEscape { text } => format!("`{text}` is no escape in CEL"),
            S::ShortEscape { text, digits, radix } => {
                format!("the escape `{text}` needs {digits} {} digits", base(*radix))
            }
            S::NoSuchCodePoint { text } => format!("`{text}` stands for no character"),
            S::UnicodeEscapeInBytes => "bytes have no `\\u` escapes".into(),

            S::IntOutOfRange { text } => format!("`{text}` is out of range for an int"),
            S::UintOutOfRange { text } => format!("`{text}` is out of range for a uint"),
            S::DoubleOutOfRange { text } => format!("`{text}` is out of range for a double"),
            S::DigitSeparator { text } => format!("`{text}` is no number: CEL has no `_` between digits"),
            S::DigitGrouping => "a comma cannot part the digits of a number".into(),
            S::NumberSuffix { number, suffix } => format!("`{suffix}` cannot follow the number `{number}`"),
            S::NumberEndsInDot => "a number cannot end in a point".into(),

            S::EndsEarly { after } if after.is_empty() => {
                "the expression ends before it says anything".into()
            }
            S::EndsEarly { after } => {
                format!("the expression ends after `{after}`, where a value must follow")
            }
            S::MissingLeft { found } => format!("a value is missing before `{found}`"),
            S::MissingRight { operator, found } => {
                format!("a value is missing between `{operator}` and `{found}`")
            }
            S::MissingBetween { before, found } => {
                format!("a value is missing between `{before}` and `{found}`")
            }
            S::MissingOperator { found, in_list: true } => {
                format!("a comma or an operator is missing before `{}`", shorten(found))
            }
            S::MissingOperator { found, .. } => format!("an operator is missing before `{}`", shorten(found)),
            S::TwoOperators { before, found } => format!("`{found}` cannot follow `{before}` directly"),
            S::Lambda { arrow, .. } => format!("a comma must stand here, not `{arrow}`"),
            S::DoubledOperator { operator } => format!("`{operator}` is there twice"),
            S::SplitOperator { operator } => {
                format!("`{operator}` is one word: no space may stand inside it")
            }
            S::WrongOperator { wrote, .. } => format!("`{wrote}` is no operator in CEL"),
            S::UnknownOperator { wrote } => format!("CEL has no operator `{wrote}`"),
            S::InfixMethod { wrote, .. } => format!("`{wrote}` is no operator in CEL"),
            S::NotIn { wrote } => format!("CEL has no operator `{wrote}`"),
            S::Between => "CEL has no `between`".into(),
            S::Range { .. } => "CEL has no ranges".into(),
            S::IfExpression => "CEL has no `if` and `else`".into(),
            S::UnaryPlus => "CEL has no `+` sign before a value".into(),
            S::MixedPrefixes { outer, inner } => format!("`{inner}` cannot follow `{outer}` directly"),
            S::Elvis => "CEL has no `?:` operator".into(),
            S::OptionalChaining => "CEL has no `?.` operator".into(),
            S::MissingElse => "`?` has no `:` with the other value".into(),
            S::NestedTernary => "a choice inside a choice needs parentheses".into(),
            S::StrayColon => "`:` has no meaning here".into(),
            S::StrayComma => "`,` has no meaning here".into(),
            S::TrailingComma => "the last argument must not be followed by `,`".into(),
            S::Semicolon => "an expression does not end in `;`".into(),

            S::Unclosed { open, closer } => format!("`{closer}` is missing: `{open}` is not closed"),
            S::WrongCloser { expected, found } => format!("`{expected}` must stand here, not `{found}`"),
            S::UnmatchedCloser { found } => format!("`{found}` closes nothing"),
            S::EmptyParentheses => "there is nothing between these parentheses".into(),
            S::ListInParentheses { .. } => "parentheses hold one value, not a list".into(),
            S::ListInBraces => "braces hold a map, not a list".into(),
            S::NotCallable { what } => {
                format!("`{}` cannot be called: it is no function's name", shorten(what))
            }
            S::MissingColon { found } if found.is_empty() => "`:` and a value are missing".into(),
            S::MissingColon { found } => format!("`:` and a value are missing before `{}`", shorten(found)),
            S::MissingFieldName { found } if found.is_empty() => "the name of a field is missing".into(),
            S::MissingFieldName { found } => {
                format!("the name of a field must stand here, not `{}`", shorten(found))
            }
            S::MissingMember { found } if found.is_empty() => "a name must follow the `.`".into(),
            S::MissingMember { found } => format!("a name must follow the `.`, not `{}`", shorten(found)),
            S::IndexAfterDot { found } => format!("`{}` cannot follow a `.`: it is no name", shorten(found)),
            S::KeywordMember { word } => format!("`{word}` cannot be the name of a field"),
            S::ReservedWord { word } => format!("`{word}` is a reserved word and cannot be a name"),
            S::QuotedName { text } => {
                format!("names in backticks are not available in the router profile: `` {text} ``")
            }
            S::QuotedNameHere { text } => {
                format!("`` `{text}` `` is no value: backticks are for fields behind a `.`")
            }
            S::QuotedNameText { text } => format!("`` {text} `` is no name"),
            S::OptionalSyntax { form } => format!("`{form}` is not available in the router profile"),

            S::HasOnBareName { name } => {
                format!("`has({name})` asks about a variable, but `has` takes a field")
            }
            S::HasComparison { field, operator } => {
                format!("`has` takes the field alone, `{field}`, without `{operator}`")
            }
            S::HasIndex { .. } => "`has` takes a field behind a `.`, not an index".into(),
            S::HasArgument { found } => format!("`has` takes a field such as `a.b`, not {}", found.words()),
            S::MacroVariable { name, found, variables: 1 } => {
                format!("the first argument of `{name}` names a variable, but this is {}", found.words())
            }
            S::MacroVariable { name, found, .. } => {
                format!("the first two arguments of `{name}` name variables, but this is {}", found.words())
            }
            S::AccumulatorName { name } => {
                format!("`{name}` cannot be a variable here: CEL uses the name itself")
            }
            S::SameVariable { name } => format!("both variables are named `{name}`"),
            S::BlockArgument { list: true } => {
                "the first argument of `cel.block` must be a list, written out".into()
            }
            S::BlockArgument { list: false } => "this must be a whole number, written out".into(),
        }
    }

    pub(super) fn note(&self) -> Option<String> {
        use SyntaxKind as S;
        let note = match self {
            S::InvisibleCharacter { .. } => {
                "it often comes along when text is copied from a web page or a chat"
            }
            S::SmartQuotes { .. } => "word processors and chats put them in place of the plain ones",
            S::DoubledQuotes { .. } => "two quotes with nothing between them are an empty text",
            S::UnknownEscape { .. } => "a backslash begins an escape: \\n, \\t, \\\\, \\\", \\x41, \\u00e9 …",
            S::NoSuchCodePoint { text } if text.len() == 6 => {
                "it is half of a pair; CEL writes such a character as one escape of eight digits"
            }
            S::IntOutOfRange { .. } => "an int has 64 bits: -9223372036854775808 to 9223372036854775807",
            S::UintOutOfRange { .. } => "a uint has 64 bits: 0u to 18446744073709551615u",
            S::MixedPrefixes { .. } => "CEL's grammar takes a run of `!` or a run of `-`, not both",
            S::NestedTernary => "without them it is not clear which `:` belongs to which `?`",
            S::QuotedNameHere { .. } => "text stands in `\"` or `'`, and a variable's name without quotes",
            S::ReservedWord { word } if word != "in" => "behind a `.` the word may stand: `a.if`",
            _ => return None,
        };
        Some(note.into())
    }

    pub(super) fn help(&self) -> Option<String> {
        use SyntaxKind as S;
        Some(match self {
            S::TooLong { .. } | S::TooManyNodes { .. } => {
                "split it up, or test membership with `in` and a list rather than with a long chain".into()
            }
            S::TooDeep { .. } => "chain with `&&` and `||`, which count as one level, or split it up".into(),
            S::TooManyComprehensions { .. } => "work with fewer macros inside each other".into(),
            S::TooManyIssues { .. } => "mend the first ones and look again".into(),
            S::Empty => "write a condition, or `true` for always".into(),

            S::UnknownCharacter { text } if text == "\\" => {
                "a backslash may stand only inside quotes; a line break needs none".into()
            }
            S::UnknownCharacter { .. } => "delete it, or put it into quotes if it is text".into(),
            S::InvisibleCharacter { .. } => "delete it, or put an ordinary space in its place".into(),
            S::NotAsciiName { .. } => {
                "names are made of a-z, A-Z, 0-9 and `_`; put it into quotes if it is text".into()
            }
            S::SigilName { name, .. } => format!("write `{name}`"),
            S::Template => "write the name alone: `tier == \"pro\"`".into(),
            S::HashComment => "begin the comment with `//`".into(),
            S::BlockComment => "begin a comment with `//`; it ends with its line".into(),
            S::RegexLiteral { pattern } => {
                format!("use the method `matches` and a raw string: `.matches(r\"{}\")`", shorten(pattern))
            }

            S::UnterminatedString { quote } if quote == "`" => "close the name with a backtick".into(),
            S::UnterminatedString { quote } if quote.chars().count() == 3 => {
                format!("close it with `{quote}`; three quotes enclose text of several lines, one quote is enough here")
            }
            S::UnterminatedString { quote } if quote == "\"" || quote == "'" => {
                format!("close it with `{quote}`; text of several lines stands between three quotes")
            }
            S::UnterminatedString { .. } => "enclose text in `\"` or `'`".into(),
            S::SmartQuotes { quote } => format!("use `{quote}`"),
            S::MixedQuotes { opened, .. } => format!("close it with `{opened}`"),
            S::LineBreakInText { .. } => "write `\\n` for a line break, or put the text between three quotes".into(),
            S::DoubledQuotes { quote } => format!("write one `{quote}` at each end"),
            S::StringPrefix { prefix } if prefix.eq_ignore_ascii_case("rb") => "write `br\"…\"` for raw bytes".into(),
            S::StringPrefix { .. } => {
                "there are `r` for raw text, `b` for bytes and `br` for both; join text with `+`".into()
            }
            S::UnknownEscape { text } => {
                format!("double the backslash, `\\{text}`, or write a raw string for a pattern: `r\"{text}\"`")
            }
            S::ShortEscape { text, digits, .. } => match text.strip_prefix('\\') {
                Some(octal) if octal.bytes().all(|b| b.is_ascii_digit()) => format!("write `\\{octal:0>3}`"),
                _ => format!("write exactly {digits} digits, with zeros in front"),
            },
            S::NoSuchCodePoint { .. } => "write the character itself, or its number as `\\U` and eight digits".into(),
            S::UnicodeEscapeInBytes => {
                "write the character itself, or each of its bytes as `\\x` and two digits".into()
            }

            S::IntOutOfRange { text } => format!("write a double, `{text}.0`, if about that much will do"),
            S::UintOutOfRange { .. } => "write a double if about that much will do".into(),
            S::DoubleOutOfRange { .. } => "the largest double is about 1.8e308".into(),
            S::DigitSeparator { .. } | S::DigitGrouping => "write the digits without anything between them".into(),
            S::NumberSuffix { suffix, .. } if suffix.starts_with('.') => "put it into quotes if it is text".into(),
            S::NumberSuffix { number, suffix } => match suffix.as_str() {
                "s" | "ms" | "m" | "h" | "us" | "ns" => {
                    format!("for a span of time write `duration(\"{number}{suffix}\")`")
                }
                "L" | "l" | "n" | "i" => format!("write `{number}`"),
                "f" | "F" | "d" | "D" => format!("write `{number}` with a point: `{number}.0`"),
                "k" | "K" | "M" | "G" => "write the number out".into(),
                _ => "put an operator between them, or put it all into quotes if it is text".into(),
            },
            S::NumberEndsInDot => "write a digit behind the point: `1.0`".into(),

            S::EndsEarly { .. } => "write the missing value, or delete the operator".into(),
            S::MissingLeft { found } | S::MissingRight { found, .. } if found == "," => {
                "write the missing value, or delete the `,`".into()
            }
            S::MissingLeft { found } if matches!(found.as_str(), ")" | "]" | "}") => {
                "write the missing value".into()
            }
            S::MissingLeft { .. } | S::MissingRight { .. } | S::MissingBetween { .. } => {
                "write the missing value, or delete the operator".into()
            }
            S::TwoOperators { .. } => "write one of them".into(),
            S::Lambda { name, .. } => format!("name the element, then say what is asked of it: `list.{name}(x, x > 1)`"),
            S::MissingOperator { in_list: true, .. } => {
                "put `,` between two values of a list, or an operator such as `==`; text needs quotes".into()
            }
            S::MissingOperator { .. } => {
                "put an operator between the two values, such as `==`, `&&` or `||`; text needs quotes".into()
            }
            S::DoubledOperator { operator } => format!("write `{operator}` once"),
            S::SplitOperator { operator } => format!("write `{operator}`"),
            S::WrongOperator { right: "!", .. } => "write `!` before what is to be negated".into(),
            S::WrongOperator { right, .. } => format!("write `{right}`"),
            S::UnknownOperator { wrote } => match wrote.as_str() {
                "??" => "ask whether it is there: `has(a.b) ? a.b : other`".into(),
                "++" => "an expression changes nothing; to add, write `a + 1`".into(),
                "--" => "an expression changes nothing; to subtract, write `a - 1`".into(),
                "**" | "^" => "multiply instead, or compare with `!=` for either-or".into(),
                _ => "the operators are `==` `!=` `<` `<=` `>` `>=` `in` `&&` `||` `!` `+` `-` `*` `/` `%` `? :`".into(),
            },
            S::InfixMethod { wrote, .. } if wrote.to_ascii_lowercase().ends_with("like") => {
                "call `a.contains(b)`, `a.startsWith(b)` or `a.endsWith(b)`, without `%` in the text".into()
            }
            S::InfixMethod { method, .. } => format!("call it as a method: `a.{method}(b)`"),
            S::NotIn { .. } => "negate the whole: `!(a in b)`".into(),
            S::Range { meant: Some(meant) } => format!("compare twice: `{meant}`"),
            S::Between | S::Range { meant: None } => "compare twice: `x >= low && x <= high`".into(),
            S::IfExpression => "write `condition ? value : other`".into(),
            S::UnaryPlus => "delete it".into(),
            S::MixedPrefixes { outer, inner } => format!("use parentheses: `{outer}({inner}x)`"),
            S::Elvis => "name the value twice: `a != \"\" ? a : other`".into(),
            S::OptionalChaining => "ask first whether it is there: `has(a.b) && a.b == c`".into(),
            S::MissingElse => "write both values: `condition ? value : other`".into(),
            S::NestedTernary => "put parentheses around the inner choice".into(),
            S::StrayColon => "write `==` to compare; `:` belongs into maps and behind `?`".into(),
            S::StrayComma => "join conditions with `&&` or `||`; a list stands in brackets".into(),
            S::TrailingComma => "delete the `,`".into(),
            S::Semicolon => "delete it; join conditions with `&&`".into(),

            S::Unclosed { closer, .. } => format!("write `{closer}` where it must end"),
            S::WrongCloser { expected, .. } => format!("write `{expected}`"),
            S::UnmatchedCloser { .. } => "delete it, or open it before".into(),
            S::EmptyParentheses => "write a value between them; the empty list is `[]`".into(),
            S::ListInParentheses { in_list: true } => "write the list in brackets: `a in [b, c]`".into(),
            S::ListInParentheses { in_list: false } => "write a list in brackets: `[a, b]`".into(),
            S::NotCallable { .. } => "write an operator before the parenthesis, or a method's name".into(),
            S::ListInBraces => "write the list in brackets: `[a, b]`".into(),
            S::MissingColon { .. } => "write `key: value`; a list stands in brackets".into(),
            S::MissingFieldName { .. } => "write `name: value`".into(),
            S::MissingMember { .. } => "write the field's name, or delete the `.`".into(),
            S::IndexAfterDot { found } => format!("use brackets: `[{}]`", shorten(found)),
            S::KeywordMember { word } => format!("use brackets: `[\"{word}\"]`"),
            S::ReservedWord { word } => match word.as_str() {
                "if" | "else" => "to choose between two values write `condition ? value : other`".into(),
                "for" | "while" | "loop" => {
                    "to go over a list write `list.exists(x, …)`, or `all`, `filter` or `map`".into()
                }
                "return" => "delete it: an expression is its own result".into(),
                "let" | "var" | "const" => "use another name; values cannot be declared in an expression".into(),
                _ => "use another name".into(),
            },
            S::QuotedName { .. } => "use brackets: `a[\"b-c\"]`".into(),
            S::QuotedNameHere { text } => format!("write `\"{text}\"` for text"),
            S::QuotedNameText { .. } => {
                "letters, digits, `_`, `.`, `-`, `/` and spaces may stand between backticks".into()
            }
            S::OptionalSyntax { .. } => "ask first whether it is there: `has(a.b) && a.b == c`".into(),

            S::HasOnBareName { .. } => "write `has(a.b)` to ask whether the field `b` of `a` is there".into(),
            S::HasComparison { field, operator } => format!("write `has({field}) && {field} {operator} …`"),
            S::HasIndex { operand, index } => {
                format!("write `{} in {}` to ask for a key", shorten(index), shorten(operand))
            }
            S::HasArgument { .. } => "write `has(a.b)` to ask whether the field `b` of `a` is there".into(),
            S::MacroVariable { name, variables: 1, .. } => {
                format!("choose a name for the element: `list.{name}(x, …)`")
            }
            S::MacroVariable { name, .. } => format!("choose two names: `list.{name}(i, x, …)`"),
            S::AccumulatorName { .. } | S::SameVariable { .. } => "choose another name".into(),
            S::BlockArgument { list: true } => "write the values in brackets".into(),
            S::BlockArgument { list: false } => "write a number from 0 up".into(),
        })
    }

    /// False where another mending would say something else: which of two operators is meant, and where the bracket that
    /// is closed was to open, nobody can know.
    pub(super) fn fix_is_safe(&self) -> bool {
        !matches!(self, SyntaxKind::TwoOperators { .. } | SyntaxKind::UnmatchedCloser { .. })
    }

    /// What the fix of such an issue does.
    pub(super) fn fix_title(&self) -> String {
        use SyntaxKind as S;
        match self {
            S::InvisibleCharacter { .. } => "remove the invisible character".into(),
            S::SigilName { sign, .. } => format!("remove the `{sign}`"),
            S::Template => "remove the braces".into(),
            S::HashComment | S::BlockComment => "comment with `//`".into(),
            S::RegexLiteral { .. } => "write the pattern as a raw string".into(),
            S::SmartQuotes { .. } | S::MixedQuotes { .. } => "use plain quotes that match".into(),
            S::UnknownEscape { .. } => "keep the backslashes".into(),
            S::NoSuchCodePoint { .. } => "write the pair as one escape".into(),
            S::DigitSeparator { .. } => "remove the `_`".into(),
            S::NumberSuffix { .. } => "write `0x` in lower case".into(),
            S::NumberEndsInDot => "add a `0`".into(),
            S::DoubledOperator { operator } => format!("remove one `{operator}`"),
            S::UnaryPlus => "remove the `+`".into(),
            S::TwoOperators { found, .. } => format!("remove the `{found}`"),
            S::Lambda { .. } => "put a comma in its place".into(),
            S::DigitGrouping => "remove the comma".into(),
            S::StrayColon => "write `==`".into(),
            S::LineBreakInText { .. } => "put the text between three quotes".into(),
            S::DoubledQuotes { .. } => "write one quote at each end".into(),
            S::StringPrefix { .. } => "write a prefix that CEL has".into(),
            S::SplitOperator { operator } => format!("write `{operator}`"),
            S::WrongOperator { right, .. } => format!("write `{right}`"),
            S::InfixMethod { method, .. } => format!("call the method `{method}`"),
            S::NotIn { .. } => "negate the whole".into(),
            S::OptionalChaining => "write `.?`".into(),
            S::MixedPrefixes { .. } | S::NestedTernary => "add parentheses".into(),
            S::TrailingComma => "remove the `,`".into(),
            S::Semicolon => "remove the `;`".into(),
            S::WrongCloser { expected, .. } => format!("write `{expected}`"),
            S::UnmatchedCloser { found } => format!("remove the `{found}`"),
            S::HasComparison { .. } => "ask first, then compare".into(),
            S::HasIndex { .. } => "write it as a field".into(),
            // Lists in parentheses, names and numbers behind a dot.
            _ => "use brackets".into(),
        }
    }
}

/// A character for a reader, by its number if it cannot be shown.
fn character(text: &str) -> String {
    match text.chars().next() {
        Some('`') => "a single backtick".into(),
        Some(c) if c.is_control() => format!("the character U+{:04X}", u32::from(c)),
        _ => format!("`{text}`"),
    }
}

fn base(radix: u32) -> &'static str {
    if radix == 8 { "octal" } else { "hexadecimal" }
}

/// The beginning of a text that may be long.
fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.lines().next().unwrap_or("");
    if line.len() == text.len() && text.chars().count() <= MOST {
        return text.to_owned();
    }
    let start: String = line.chars().take(MOST).collect();
    format!("{}…", start.trim_end())
}
