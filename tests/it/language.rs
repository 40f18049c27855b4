//! The tables of keys in `docs/language.md` are made from the schema that editors read: nothing is written twice.

use irc::model::schema::keys::{Key, Shape, shapes};

use crate::readme::generated;

/// What the block of a shape is called in the page.
fn block(shape: &Shape) -> String {
    format!("keys of {}", if shape.name.is_empty() { "the router" } else { &shape.name })
}

fn table(shape: &Shape, leave_out: &[Key]) -> String {
    let mut table = String::from("| key | value | |\n|---|---|---|\n");
    let is_variants = |key: &Key| {
        leave_out.iter().any(|other| (&other.name, &other.description) == (&key.name, &key.description))
    };
    for key in shape.keys.iter().filter(|key| !is_variants(key)) {
        let required = if key.required { ", required" } else { "" };
        let cell = |text: &str| text.replace('|', "\\|").replace("\n\n", " ").replace('\n', " ");
        table.push_str(&format!(
            "| `{}` | {}{required} | {} |\n",
            key.name,
            cell(&key.value),
            cell(&key.description)
        ));
    }
    table
}

#[test]
fn every_key_stands_in_a_table() {
    let shapes = shapes(&irc::model::schema::definition().to_value());
    let variant = shapes.iter().find(|shape| shape.name == "LongVariant").unwrap();
    for shape in &shapes {
        // Of a route only what a variant has not: the short form is explained in words.
        let leave_out = if shape.name.ends_with("Route") { variant.keys.as_slice() } else { &[] };
        generated("docs/language.md", Some(&block(shape)), &table(shape, leave_out));
    }
}
