//! Where the request stands in a record, if it is not the record itself.

use crate::catalogue::assumptions::Numbers;
use crate::cel::Value;
use crate::simulate::parse_json;

/// The way to the request within each record, as `--request-field body.request` says it.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct RequestField<'a>(Vec<&'a str>);

impl<'a> RequestField<'a> {
    pub(in crate::cli) fn new(field: Option<&'a str>) -> Self {
        Self(field.map(|field| field.split('.').collect()).unwrap_or_default())
    }

    /// True when the record is the request.
    pub(in crate::cli) fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    /// The key of the record that leads to it.
    pub(in crate::cli) fn top(&self) -> Option<&'a str> {
        self.0.first().copied()
    }

    /// The request within a record.
    pub(in crate::cli) fn within(&self, record: &Value, numbers: Numbers) -> Result<Value, String> {
        match self.find(record, numbers)? {
            Value::String(text) if !self.is_whole() => {
                parse_json(&text, numbers).map_err(|error| error.to_string())
            }
            value => Ok(value),
        }
    }

    /// What stands there.
    pub(in crate::cli) fn find(&self, record: &Value, numbers: Numbers) -> Result<Value, String> {
        let read = |text: &str| parse_json(text, numbers).map_err(|error| error.to_string());
        let mut value = record.clone();
        for (at, name) in self.0.iter().enumerate() {
            let path = || self.0.get(..=at).unwrap_or_default().join(".");
            // Some logs hold a request as text.
            if let Value::String(text) = &value {
                value = read(text)?;
            }
            let Value::Map(fields) = &value else {
                return Err(format!("the record has no `{}`", path()));
            };
            value = fields.get_str(name).cloned().ok_or_else(|| format!("the record has no `{}`", path()))?;
        }
        Ok(value)
    }
}
