//! Which values are conditions, by where they stand.

/// One step from the root of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step<'a> {
    /// To the value of a key.
    Key(&'a str),
    /// To an item of a list.
    Item,
}

/// True where a CEL expression stands. The same words elsewhere, such as a metadata key named `when`, are only text.
pub(super) fn is_condition(path: &[Step<'_>]) -> bool {
    use Step::{Item, Key};
    let path = match path {
        [Key("routers"), Item, rest @ ..] => rest,
        path => path,
    };
    match path {
        [Key("routes"), Item, Key("when")]
        | [Key("invariants"), Item, Key("when" | "unless")]
        | [Key("conditions"), Key(_)] => true,
        [Key("routes"), Item, Key("condition"), Key(key)] => {
            matches!(*key, "cel_expression" | "celExpression")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Step::{Item, Key};
    use super::*;

    #[test]
    fn the_same_word_elsewhere_is_text() {
        assert!(is_condition(&[Key("routes"), Item, Key("when")]));
        assert!(is_condition(&[
            Key("routers"),
            Item,
            Key("routes"),
            Item,
            Key("condition"),
            Key("celExpression")
        ]));
        assert!(!is_condition(&[Key("metadata"), Key("when")]));
        assert!(!is_condition(&[Key("x-old"), Item, Key("when")]));
        assert!(!is_condition(&[Key("routes"), Key("when")]));
    }
}
