//! JSON Schemas of what is emitted: strict about what we write, open where unknown keys are carried through.

use std::borrow::Cow;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema, json_schema};

use super::wire;
use crate::model::schema::tidy;

/// Schema of what `irc build` prints, and of the list answer in the same casing.
pub fn wire() -> Schema {
    of::<WireDocument>()
}

/// Schema of what `irc build --update` prints.
pub fn update() -> Schema {
    of::<UpdateDocument>()
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().with_transform(tidy).into_generator().into_root_schema_for::<T>()
}

/// One router, what the list call answers, or what is printed for several.
struct WireDocument;

impl JsonSchema for WireDocument {
    fn schema_name() -> Cow<'static, str> {
        "WireDocument".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let router = generator.subschema_for::<wire::Router>();
        json_schema!({
            "title": "Router resource",
            "description": "A router as the API has it, a list of routers, or the answer of the API's list call.",
            "if": {"type": "array"},
            "then": {"items": router},
            "else": {
                "if": {"type": "object", "required": ["routers"]},
                "then": {"properties": {
                    "routers": {"type": "array", "items": router},
                    "nextPageToken": {"type": "string", "description": "What to ask the next page with."},
                }},
                "else": router,
            },
        })
    }
}

/// One update, or what is printed for several.
struct UpdateDocument;

impl JsonSchema for UpdateDocument {
    fn schema_name() -> Cow<'static, str> {
        "UpdateDocument".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let update = generator.subschema_for::<wire::Update<'_>>();
        json_schema!({
            "title": "Update of a router",
            "description": "Body and mask of the request that updates a router, or a list of such.",
            "if": {"type": "array"},
            "then": {"items": update},
            "else": update,
        })
    }
}
