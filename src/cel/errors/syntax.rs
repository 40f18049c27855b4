//! What can be wrong with an expression's text, in words.

use crate::cel::ast::Kind;

/// Words at the second places of an issue.
pub(crate) mod label {
    pub(crate) const OPENED_HERE: &str = "opened here";
    pub(crate) const NEVER_CLOSED: &str = "this one is not closed";
    pub(crate) const NOR_THIS: &str = "nor is this one";
    pub(crate) const STILL_OPEN: &str = "and this one is still open";
    pub(crate) const LINE_ENDS: &str = "the line ends here";
    pub(crate) const TEXT_ENDS: &str = "the expression ends here";
    pub(crate) const NEEDS_RIGHT: &str = "something must follow this";
    pub(crate) const OUTER_TERNARY: &str = "this choice has no `:` yet";
    pub(crate) const TERNARY_BEGINS: &str = "the choice begins here";
}

/// What an argument turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is what it is named after")]
pub enum Form {
    Literal,
    Name,
    DottedName,
    Field,
    OptionalField,
    Index,
    Call,
    Operator,
    List,
    Map,
    Message,
    Macro,
}

impl Form {
    pub(crate) fn of(kind: &Kind) -> Self {
        match kind {
            Kind::Literal(_) => Form::Literal,
            Kind::Ident { leading_dot: true, .. } => Form::DottedName,
            Kind::Ident { .. } | Kind::Error => Form::Name,
            Kind::Select { optional: true, .. } => Form::OptionalField,
            Kind::Select { .. } => Form::Field,
            Kind::Index { .. } => Form::Index,
            Kind::Call { .. } => Form::Call,
            Kind::Unary { .. } | Kind::Binary { .. } | Kind::Logical { .. } | Kind::Ternary { .. } => {
                Form::Operator
            }
            Kind::List(_) => Form::List,
            Kind::Map(_) => Form::Map,
            Kind::Struct { .. } => Form::Message,
            Kind::Macro(_) => Form::Macro,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Form::Literal => "a literal",
            Form::Name => "a name",
            Form::DottedName => "a name with a dot before it",
            Form::Field => "a field",
            Form::OptionalField => "an optional field",
            Form::Index => "an index",
            Form::Call => "a function call",
            Form::Operator => "a whole expression",
            Form::List => "a list",
            Form::Map => "a map",
            Form::Message => "a message",
            Form::Macro => "a macro",
        }
    }
}

/// The kinds of fault that the text of an expression can have.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "fields are named after what they hold; `found` is the text at the place")]
pub enum SyntaxKind {
    /// More text than the bound.
    TooLong { bytes: usize, limit: usize },
    /// More nodes than the bound.
    TooManyNodes { limit: usize },
    /// Deeper than the bound.
    TooDeep { limit: usize },
    /// Loops in loops in loops.
    TooManyComprehensions { limit: usize },
    /// The rest is not shown.
    TooManyIssues { limit: usize },
    /// Nothing but space and comments.
    Empty,

    /// A character that is no part of CEL.
    UnknownCharacter { text: String },
    /// A character that cannot be seen, or looks like a space and is none.
    InvisibleCharacter { code: u32 },
    /// A name with letters beyond ASCII.
    NotAsciiName { name: String },
    /// `$name`
    SigilName { sign: String, name: String },
    /// `${…}` or `{{…}}`
    Template,
    /// `#`
    HashComment,
    /// `/*`
    BlockComment,
    /// `/pattern/`
    RegexLiteral { pattern: String },

    /// No closing quote.
    UnterminatedString { quote: String },
    /// `“text”`
    SmartQuotes { quote: String },
    /// `"text'`
    MixedQuotes { opened: String, closed: String },
    /// A line break between single quotes.
    LineBreakInText { quote: String },
    /// `''text''`
    DoubledQuotes { quote: String },
    /// `f"text"`
    StringPrefix { prefix: String },
    /// `\d`
    UnknownEscape { text: String },
    /// `\x1`
    ShortEscape { text: String, digits: usize, radix: u32 },
    /// `\ud800`
    NoSuchCodePoint { text: String },
    /// `b"\u00e9"`
    UnicodeEscapeInBytes,

    /// Beyond 64 bits.
    IntOutOfRange { text: String },
    /// Beyond 64 bits.
    UintOutOfRange { text: String },
    /// Infinite.
    DoubleOutOfRange { text: String },
    /// `1_000`
    DigitSeparator { text: String },
    /// `1,000`
    DigitGrouping,
    /// `10ms`
    NumberSuffix { number: String, suffix: String },
    /// `1.`
    NumberEndsInDot,

    /// The text ends where a value must come.
    EndsEarly { after: String },
    /// Nothing before an operator, or another thing where a value must begin.
    MissingLeft { found: String },
    /// Nothing between an operator and a closing bracket or comma.
    MissingRight { operator: String, found: String },
    /// Nothing between two operators.
    MissingBetween { before: String, found: String },
    /// Two values, and no operator between them.
    MissingOperator { found: String, in_list: bool },
    /// An operator twice.
    DoubledOperator { operator: String },
    /// `== =`
    TwoOperators { before: String, found: String },
    /// `list.exists(m => p)`
    Lambda { arrow: String, name: String },
    /// `> =`
    SplitOperator { operator: &'static str },
    /// An operator or word of another language that CEL has under another name.
    WrongOperator { wrote: String, right: &'static str },
    /// An operator that CEL has nothing for.
    UnknownOperator { wrote: String },
    /// `a contains b`
    InfixMethod { wrote: String, method: &'static str },
    /// `not in`, `!in`
    NotIn { wrote: String },
    /// `x between 1 and 5`
    Between,
    /// `x in 1..5`; what was meant, if that is plain.
    Range { meant: Option<String> },
    /// `if`, `then`, `else`
    IfExpression,
    /// `+1`
    UnaryPlus,
    /// `!-x`
    MixedPrefixes { outer: &'static str, inner: &'static str },
    /// `?:`
    Elvis,
    /// `a?.b`
    OptionalChaining,
    /// `a ? b`
    MissingElse,
    /// `a ? b ? c : d : e`
    NestedTernary,
    /// `:` out of place
    StrayColon,
    /// `,` out of place
    StrayComma,
    /// `f(a,)`
    TrailingComma,
    /// `;`
    Semicolon,

    /// An opening bracket without its end.
    Unclosed { open: String, closer: &'static str },
    /// `(a]`
    WrongCloser { expected: &'static str, found: String },
    /// A closing bracket without its beginning.
    UnmatchedCloser { found: String },
    /// `()`
    EmptyParentheses,
    /// `(a, b)`
    ListInParentheses { in_list: bool },
    /// `{a, b}`
    ListInBraces,
    /// `(a)(b)`
    NotCallable { what: String },
    /// `{a}`
    MissingColon { found: String },
    /// `Type{1}`
    MissingFieldName { found: String },
    /// `a.`
    MissingMember { found: String },
    /// `a."b"`, `a.1`
    IndexAfterDot { found: String },
    /// `a.true`
    KeywordMember { word: String },
    /// A word that CEL keeps for itself.
    ReservedWord { word: String },
    /// A quoted field name where they are off.
    QuotedName { text: String },
    /// A quoted name that is no field's.
    QuotedNameHere { text: String },
    /// What stands between backticks is no name.
    QuotedNameText { text: String },
    /// Optional syntax where it is off.
    OptionalSyntax { form: &'static str },

    /// `has(name)`
    HasOnBareName { name: String },
    /// `has(a.b == c)`
    HasComparison { field: String, operator: &'static str },
    /// `has(a["b"])`
    HasIndex { operand: String, index: String },
    /// `has(1)`
    HasArgument { found: Form },
    /// `x.all(1, p)`
    MacroVariable { name: String, found: Form, variables: usize },
    /// `x.all(__result__, p)`
    AccumulatorName { name: String },
    /// `x.all(a, a, p)`
    SameVariable { name: String },
    /// `cel.block(x, …)`, `cel.index(x)`
    BlockArgument { list: bool },
}

impl SyntaxKind {
    /// True for a bound that was passed: the text may be well formed.
    pub fn is_limit(&self) -> bool {
        matches!(
            self,
            SyntaxKind::TooLong { .. }
                | SyntaxKind::TooManyNodes { .. }
                | SyntaxKind::TooDeep { .. }
                | SyntaxKind::TooManyComprehensions { .. }
                | SyntaxKind::TooManyIssues { .. }
        )
    }
}
