//! Every JSON Schema that this tool publishes, in one list.
//!
//! The files under `schemas/` are generated from the types beside each entry and committed; a test generates them again
//! and compares. What is printed is the committed text, so the binary carries no generator.

use std::borrow::Cow;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use crate::emit::wire;
use crate::model::schema::{self, closed, tidy};

/// A published schema.
pub struct Published {
    /// What it is asked for by, and the start of its file's name.
    pub name: &'static str,
    /// What it describes, in one line.
    pub about: &'static str,
    /// The committed file.
    pub text: &'static str,
    generate: fn() -> Value,
}

impl Published {
    /// The schema as the types have it now.
    pub fn generate(&self) -> Value {
        (self.generate)()
    }
}

macro_rules! published {
    ($( $name:literal, $about:literal, $generate:expr; )*) => {
        /// All of them.
        pub static ALL: &[Published] = &[$(Published {
            name: $name,
            about: $about,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/", $name, ".schema.json")),
            generate: $generate,
        }),*];
    };
}

published! {
    "router", "a router definition, as people write it", router;
    "wire", "the API's Router resource, as `irc build` prints it", wire;
    "update", "the body and mask of an update, as `irc build --update` prints it", update;
}

/// The schema of a type, with our own touches. `is_closed`: keys that are not listed are faults.
fn of<T: JsonSchema>(name: &str, is_closed: bool) -> Value {
    let mut settings = SchemaSettings::draft2020_12().with_transform(tidy);
    if is_closed {
        settings = settings.with_transform(closed);
    }
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), json!(format!("{name}.schema.json")));
    schema.to_value()
}

fn router() -> Value {
    of::<schema::Router>("router", true)
}

fn wire() -> Value {
    of::<WireDocument>("wire", false)
}

fn update() -> Value {
    of::<UpdateDocument>("update", false)
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
            "description": "A router, a list of routers, or the answer of the API's list call.",
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
            "description": "What updates a router, or a list of such.",
            "if": {"type": "array"},
            "then": {"items": update},
            "else": update,
        })
    }
}
