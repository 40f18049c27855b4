//! What is assumed where the service documents nothing. Every answer that rests on one names its id.

use std::fmt;

/// One assumption.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assumption {
    /// `A01` and so on; never given to another.
    pub id: &'static str,
    /// What is taken for true, in one line.
    pub statement: &'static str,
    /// What that means for a definition, and what would differ if the service does otherwise.
    pub explanation: &'static str,
    /// How to choose otherwise, if one can.
    pub switch: Option<Switch>,
}

/// A choice between readings of the service, made by `--assume key=value`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Switch {
    /// What stands before the `=`.
    pub key: &'static str,
    /// What can stand behind it; the first holds unless chosen otherwise.
    pub values: &'static [&'static str],
}

/// All of them, by id.
pub static ALL: &[Assumption] = &[
    Assumption {
        id: "A01",
        statement: "weights are whole numbers from 0 to 100",
        explanation: "The weights of a route must sum to exactly 100; whether fractions may take part is not documented. \
            They are refused here, so a definition that passes is good either way.",
        switch: None,
    },
    Assumption {
        id: "A02",
        statement: "a condition that needs a metadata key the request lacks is an error, and an error does not match",
        explanation: "As in CEL, a missing name has no value. `a || b` is still true when the other side is, and \
            `a && b` still false; otherwise the whole condition has no value and its route is passed over. With \
            `missing=null` the key counts as null instead: `tier != \"pro\"` is then true without a tier.",
        switch: Some(Switch { key: "missing", values: &["error", "null"] }),
    },
    Assumption {
        id: "A03",
        statement: "a JSON number without fraction and exponent is an int in conditions, any other a double",
        explanation: "Comparisons treat both alike: `score > 80` holds for 81 and for 80.5. Arithmetic does not: \
            `score / 2` divides whole numbers when the request says 5, and `score * 1.5` has no overload. Whole \
            numbers beyond 64 bits are doubles. With `numbers=double` every number is a double, as in services that \
            hold metadata in Protobuf's Struct: there `request_count % 2` never has a value.",
        switch: Some(Switch { key: "numbers", values: &["json", "double"] }),
    },
    Assumption {
        id: "A04",
        statement: "message content given as a list of parts is the text of its text parts, joined with line breaks",
        explanation: "Conditions see `content` as one string. Images, audio and files add nothing to it; content that \
            is null, or has no text part, is the empty string.",
        switch: None,
    },
    Assumption {
        id: "A05",
        statement: "requests in Anthropic's shape are read as chat requests",
        explanation: "Their `system` text is a first message of role `system`. Routing metadata is read from \
            `extra_body.metadata`, as in the other shape; their own `metadata` holds only `user_id`, which is taken as \
            the user that sticks to a variant.",
        switch: None,
    },
    Assumption {
        id: "A06",
        statement: "a user's variant is drawn by a hash of router, route and user",
        explanation: "The service promises that one user always gets the same variant, not which. Shares are exact \
            here; which user lands where may differ from the service. A request without a user draws anew each time.",
        switch: None,
    },
    Assumption {
        id: "A07",
        statement: "`price` and `latency` sort upwards and all other metrics downwards unless a direction is given",
        explanation: "So the best comes first: cheap, quick, fast, clever. Prices are compared at three prompt tokens \
            to one completion token; a model without a known price comes last. Write the direction to be independent of it.",
        switch: None,
    },
    Assumption {
        id: "A08",
        statement: "providers that `provider.order` does not list follow behind it, by latency, unless `allow_fallbacks` is false",
        explanation: "With `allow_fallbacks: false` only the listed providers are tried for the primary model. The \
            fallback models come after them in both cases.",
        switch: None,
    },
    Assumption {
        id: "A09",
        statement: "no request brings `models`, `sort`, `ignore` or `provider` of its own",
        explanation: "How such keys of a request combine with the router's own is not documented. Claims about all \
            requests, such as that a provider is never used, hold for requests without them.",
        switch: None,
    },
    Assumption {
        id: "A10",
        statement: "a variant's message templates replace the default ones, they are not added to them",
        explanation: "The vendor's own tool treats `text_generation_config` so: a variant that has one gets nothing from \
            `defaults`. Templates are taken to follow the same rule.",
        switch: None,
    },
    Assumption {
        id: "A11",
        statement: "comparing values of different types follows CEL",
        explanation: "`==` between a number and a text is false and `!=` is true; `<`, `>` and their like have no value, so \
            the route is passed over. The service documents only that mismatched types do not match, which would make \
            such a `!=` false.",
        switch: None,
    },
    Assumption {
        id: "A12",
        statement: "a template variable that the request gives no value for is left as it stands",
        explanation: "`{{agent_name}}` then reaches the model as those very characters. `irc simulate --render` tells \
            which requests would do that.",
        switch: None,
    },
    Assumption {
        id: "A13",
        statement: "`models`, `sort` and `provider` of a request take the place of the variant's own, and its `ignore` adds to it",
        explanation: "A request may bring these keys in `extra_body`. How they combine with the router's is not \
            documented: here each key that the request brings counts instead of the variant's key of that name, and what \
            either of the two ignores is left out.",
        switch: None,
    },
    Assumption {
        id: "A14",
        statement: "requests in the shape of OpenAI's Responses are read as chat requests",
        explanation: "Their `instructions` are a first message of role `system`, `input` as text is a message of the user, \
            and as a list it holds the messages. A call of a tool among them counts as a message of the assistant without \
            text, and its output as one of role `tool`.",
        switch: None,
    },
];

/// Finds an assumption by its id, in either casing.
pub fn find(id: &str) -> Option<&'static Assumption> {
    ALL.iter().find(|assumption| assumption.id.eq_ignore_ascii_case(id))
}

/// What a metadata key that a request lacks is worth (A02).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Missing {
    /// An error, which does not match.
    #[default]
    Error,
    /// Null.
    Null,
}

/// What JSON numbers are in conditions (A03).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Numbers {
    /// Int or double, as they are written.
    #[default]
    Json,
    /// Always double.
    Double,
}

/// The chosen readings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Assumed {
    /// Of A02.
    pub missing: Missing,
    /// Of A03.
    pub numbers: Numbers,
}

impl Assumed {
    /// Makes one choice, written `numbers=double`.
    pub fn choose(&mut self, choice: &str) -> Result<(), NoSuchChoice> {
        match choice {
            "missing=error" => self.missing = Missing::Error,
            "missing=null" => self.missing = Missing::Null,
            "numbers=json" => self.numbers = Numbers::Json,
            "numbers=double" => self.numbers = Numbers::Double,
            _ => return Err(NoSuchChoice(choice.to_owned())),
        }
        Ok(())
    }
}

/// A text that makes no choice that there is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoSuchChoice(String);

impl fmt::Display for NoSuchChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is nothing that can be assumed; choose from", self.0.escape_debug())?;
        let switches = ALL.iter().filter_map(|assumption| assumption.switch);
        let choices = switches.flat_map(|switch| switch.values.iter().map(move |value| (switch.key, value)));
        for (i, (key, value)) in choices.enumerate() {
            write!(f, "{} `{key}={value}`", if i > 0 { "," } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for NoSuchChoice {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_up_and_are_found() {
        for (i, assumption) in ALL.iter().enumerate() {
            assert_eq!(assumption.id, format!("A{:02}", i + 1));
            assert_eq!(find(&assumption.id.to_lowercase()), Some(assumption));
        }
        assert_eq!(ALL.len(), 14);
        assert_eq!(find("A15"), None);
    }

    #[test]
    fn statements_are_one_line_and_explanations_sentences() {
        for Assumption { id, statement, explanation, .. } in ALL {
            assert!(!statement.ends_with('.') && !statement.contains('\n') && statement.len() < 130, "{id}");
            assert!(explanation.ends_with('.') && !explanation.contains("  "), "{id}: {explanation}");
        }
    }

    #[test]
    fn every_switch_can_be_thrown_and_its_first_value_is_the_default() {
        for switch in ALL.iter().filter_map(|assumption| assumption.switch) {
            for (i, value) in switch.values.iter().enumerate() {
                let mut assumed = Assumed::default();
                assumed.choose(&format!("{}={value}", switch.key)).unwrap();
                assert_eq!(assumed == Assumed::default(), i == 0, "{value}");
            }
        }
        let error = Assumed::default().choose("numbers=int").unwrap_err().to_string();
        let expected = "`numbers=int` is nothing that can be assumed; choose from `missing=error`, `missing=null`, \
            `numbers=json`, `numbers=double`";
        assert_eq!(error, expected);
    }
}
