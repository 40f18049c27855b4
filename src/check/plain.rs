//! What most declarations ask of a value, made ready to be asked of many.

use crate::cel::Value;
use crate::cel::types::{Domain, Field, Type};
use crate::cel::value::word::Literal;

/// A declaration, as far as it is plain.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    /// Whether every request is to carry the key.
    pub(super) required: bool,
    values: Values,
}

/// What values plainly keep a declaration.
#[derive(Clone, Debug)]
enum Values {
    Bool,
    Text,
    /// One of these texts.
    OneOf(Vec<Literal>),
    Number {
        min: Option<f64>,
        max: Option<f64>,
        whole: bool,
    },
    /// Not plain at all.
    Other,
}

impl Plain {
    pub(super) fn of(field: &Field) -> Plain {
        let Domain { one_of, min, max } = &field.domain;
        let bounded = min.is_some() || max.is_some();
        let values = match (&field.ty, one_of) {
            (Type::Bool, None) if !bounded => Values::Bool,
            (Type::String, None) if !bounded => Values::Text,
            (Type::String, Some(values)) if !bounded => {
                let texts = values.iter().map(|value| match value {
                    Value::String(text) => Some(Literal::new(text)),
                    _ => None,
                });
                texts.collect::<Option<_>>().map_or(Values::Other, Values::OneOf)
            }
            (Type::Int, None) => Values::Number { min: *min, max: *max, whole: true },
            (Type::Number, None) => Values::Number { min: *min, max: *max, whole: false },
            _ => Values::Other,
        };
        Plain { required: field.required, values }
    }

    /// Whether a value certainly keeps it. If not, somebody has to look closer.
    #[inline]
    pub(super) fn is_kept_by(&self, value: &Value) -> bool {
        match (&self.values, value) {
            (Values::Bool, Value::Bool(_)) | (Values::Text, Value::String(_)) => true,
            (Values::OneOf(texts), Value::String(text)) => texts.iter().any(|known| known.is(text)),
            #[expect(clippy::cast_precision_loss, reason = "compared with bounds, which are doubles")]
            (Values::Number { min, max, .. }, Value::Int(number)) => within(*number as f64, *min, *max),
            (Values::Number { min, max, whole: false }, Value::Double(number)) => within(*number, *min, *max),
            _ => false,
        }
    }
}

fn within(number: f64, min: Option<f64>, max: Option<f64>) -> bool {
    min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
}
