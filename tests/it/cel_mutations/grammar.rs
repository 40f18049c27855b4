//! CEL's grammar, written from the specification: whether tokens are an expression. It builds no tree and mends
//! nothing; what it knows of the macros is what they demand of their arguments.

use irc::cel::env::Profile;

use super::tokens::Token;

const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Whether these tokens are an expression.
pub(super) fn accepts(tokens: &[Token], profile: Profile) -> bool {
    let mut grammar = Grammar { tokens, at: 0, full: profile == Profile::Full };
    grammar.expression().is_some() && grammar.at == tokens.len()
}

/// What a part is, as far as something depends on it.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    /// A plain name.
    Name(String),
    /// The same in parentheses: a macro may bind it, and it names no message.
    Grouped(String),
    /// `a.b`
    Select,
    /// `.a`, or `a.b` and so on from names alone: what a message may be called.
    Natural,
    List,
    /// A whole number, written out.
    Whole,
    Other,
}

struct Grammar<'t> {
    tokens: &'t [Token],
    at: usize,
    full: bool,
}

impl Grammar<'_> {
    fn is(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Sign(found)) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn want(&mut self, sign: &str) -> Option<()> {
        self.take(sign).then_some(())
    }

    fn expression(&mut self) -> Option<Part> {
        let part = self.or()?;
        if !self.take("?") {
            return Some(part);
        }
        self.or()?;
        self.want(":")?;
        self.expression()?;
        Some(Part::Other)
    }

    fn or(&mut self) -> Option<Part> {
        self.chain(&["||"], |grammar| {
            grammar.chain(&["&&"], |grammar| {
                grammar.chain(&["==", "!=", "<", "<=", ">", ">=", "in"], |grammar| {
                    grammar.chain(&["+", "-"], |grammar| grammar.chain(&["*", "/", "%"], Self::unary))
                })
            })
        })
    }

    fn chain(&mut self, signs: &[&str], part: impl Fn(&mut Self) -> Option<Part>) -> Option<Part> {
        let mut found = part(self)?;
        loop {
            let next = match self.tokens.get(self.at) {
                Some(Token::Sign(sign)) => *sign,
                Some(Token::Name(name)) if name == "in" => "in",
                _ => return Some(found),
            };
            if !signs.contains(&next) {
                return Some(found);
            }
            self.at += 1;
            part(self)?;
            found = Part::Other;
        }
    }

    fn unary(&mut self) -> Option<Part> {
        for sign in ["!", "-"] {
            let start = self.at;
            while self.take(sign) {}
            let count = self.at - start;
            if count > 0 {
                // The smallest int is a literal with its sign.
                let smallest = self.tokens.get(self.at) == Some(&Token::Int(Some(1 << 63)));
                if smallest && sign == "-" && count == 1 {
                    self.at += 1;
                    self.members(Part::Other)?;
                } else {
                    self.member()?;
                }
                return Some(Part::Other);
            }
        }
        self.member()
    }

    fn member(&mut self) -> Option<Part> {
        let part = self.primary()?;
        self.members(part)
    }

    fn members(&mut self, mut part: Part) -> Option<Part> {
        loop {
            if self.take("[") {
                if self.take("?") && !self.full {
                    return None;
                }
                self.expression()?;
                self.want("]")?;
                part = Part::Other;
            } else if self.is("{") && matches!(part, Part::Name(_) | Part::Natural) {
                self.fields()?;
                part = Part::Other;
            } else if self.take(".") {
                let optional = self.take("?");
                if optional && !self.full {
                    return None;
                }
                let name = match self.tokens.get(self.at)? {
                    Token::Name(name) if !is_keyword(name) => name.clone(),
                    // A quoted name is a field and never a method.
                    Token::Quoted(_) if self.full => {
                        self.at += 1;
                        part = if optional { Part::Other } else { Part::Select };
                        continue;
                    }
                    _ => return None,
                };
                self.at += 1;
                part = if !optional && self.take("(") {
                    let args = self.arguments()?;
                    self.fits_a_macro(&part, &name, &args)?;
                    Part::Other
                } else if optional {
                    Part::Other
                } else if matches!(part, Part::Name(_) | Part::Natural)
                    && (self.is("{") || self.names_a_message())
                {
                    Part::Natural
                } else {
                    Part::Select
                };
            } else {
                return Some(part);
            }
        }
    }

    /// Whether what follows here is `.name` again and again and then `{`.
    fn names_a_message(&self) -> bool {
        let mut at = self.at;
        loop {
            match (self.tokens.get(at), self.tokens.get(at + 1)) {
                (Some(Token::Sign("{")), _) => return true,
                (Some(Token::Sign(".")), Some(Token::Name(_))) => at += 2,
                _ => return false,
            }
        }
    }

    fn primary(&mut self) -> Option<Part> {
        let dot = self.take(".");
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        match token {
            Token::Name(name) if !is_keyword(&name) => {
                if RESERVED.contains(&&*name) {
                    return None;
                }
                if !self.take("(") {
                    return Some(if dot { Part::Natural } else { Part::Name(name) });
                }
                let args = self.arguments()?;
                match args.as_slice() {
                    [arg] if name == "has" && !dot && *arg != Part::Select => None,
                    _ => Some(Part::Other),
                }
            }
            _ if dot => None,
            Token::Name(name) => matches!(&*name, "true" | "false" | "null").then_some(Part::Other),
            Token::Int(Some(value)) => i64::try_from(value).is_ok().then_some(Part::Whole),
            Token::Uint(value) => value.is_some().then_some(Part::Other),
            Token::Double(_) | Token::Text(_) | Token::Bytes(_) => Some(Part::Other),
            Token::Sign("(") => {
                let part = self.expression()?;
                self.want(")")?;
                Some(match part {
                    Part::Name(name) => Part::Grouped(name),
                    Part::Natural => Part::Select,
                    part => part,
                })
            }
            Token::Sign("[") => {
                self.list("]", |grammar| {
                    if grammar.take("?") && !grammar.full {
                        return None;
                    }
                    grammar.expression()
                })?;
                Some(Part::List)
            }
            Token::Sign("{") => {
                self.list("}", |grammar| {
                    if grammar.take("?") && !grammar.full {
                        return None;
                    }
                    grammar.expression()?;
                    grammar.want(":")?;
                    grammar.expression()
                })?;
                Some(Part::Other)
            }
            Token::Int(None) | Token::Quoted(_) | Token::Sign(_) => None,
        }
    }

    /// Items and commas up to the closing bracket; one more comma may stand at the end.
    fn list(&mut self, close: &str, item: impl Fn(&mut Self) -> Option<Part>) -> Option<()> {
        if self.take(",") {
            return self.want(close);
        }
        while !self.take(close) {
            item(self)?;
            if !self.take(",") {
                return self.want(close);
            }
        }
        Some(())
    }

    fn arguments(&mut self) -> Option<Vec<Part>> {
        let mut args = Vec::new();
        if self.take(")") {
            return Some(args);
        }
        loop {
            args.push(self.expression()?);
            if !self.take(",") {
                self.want(")")?;
                return Some(args);
            }
        }
    }

    fn fields(&mut self) -> Option<()> {
        self.want("{")?;
        self.list("}", |grammar| {
            if grammar.take("?") && !grammar.full {
                return None;
            }
            match grammar.tokens.get(grammar.at)? {
                Token::Name(name) if !is_keyword(name) => {}
                Token::Quoted(_) if grammar.full => {}
                _ => return None,
            }
            grammar.at += 1;
            grammar.want(":")?;
            grammar.expression()
        })
    }

    fn fits_a_macro(&self, target: &Part, name: &str, args: &[Part]) -> Option<()> {
        let of_cel = self.full && matches!(target, Part::Name(name) | Part::Grouped(name) if name == "cel");
        let variables = match (name, args.len()) {
            ("bind", 3) if of_cel => 1,
            ("block", 2) if of_cel => return (args[0] == Part::List).then_some(()),
            ("index", 1) | ("iterVar" | "accuVar", 2) if of_cel => {
                return args.iter().all(|arg| *arg == Part::Whole).then_some(());
            }
            ("all" | "exists" | "exists_one" | "existsOne" | "filter" | "map", 2) | ("map", 3) => 1,
            ("all" | "exists" | "exists_one" | "existsOne", 3) if self.full => 2,
            ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) if self.full => 2,
            ("optMap" | "optFlatMap", 2) if self.full => 1,
            _ => return Some(()),
        };
        let mut names = Vec::new();
        for variable in &args[..variables] {
            match variable {
                Part::Name(name) | Part::Grouped(name) if name != "__result__" && !names.contains(&name) => {
                    names.push(name)
                }
                _ => return None,
            }
        }
        Some(())
    }
}

fn is_keyword(name: &str) -> bool {
    matches!(name, "in" | "true" | "false" | "null")
}
