//! The lowering: one fault, one message, and nothing dropped in silence.

use crate::read::read;

/// The messages of a definition whose parts are `keys` and a default route.
fn found(keys: &str) -> Vec<String> {
    read(&format!("{{{keys}, default: {{model: a/b}}}}")).found.into_iter().map(|d| d.message).collect()
}

#[test]
fn a_misspelt_key_is_not_missing_as_well() {
    for (keys, message) in [
        ("nmae: a", "a router definition has no field `nmae`"),
        ("name: a, routes: [{idd: r, when: x, model: m}]", "a route has no field `idd`"),
        ("name: a, routes: [{id: r, whn: x, model: m}]", "a route has no field `whn`"),
        ("name: a, routes: [{id: r, when: x, modle: m}]", "a route has no field `modle`"),
        (
            "name: a, routes: [{id: r, when: x, variants: [{id: v, modell: m}]}]",
            "a variant has no field `modell`",
        ),
        (
            "name: a, routes: [{id: r, when: x, variants: [{id: v, model: m, wieght: 1}, {id: w, model: m, weight: 99}]}]",
            "a variant has no field `wieght`",
        ),
        ("name: a, metadata: {b: {tpye: string}}", "a declaration has no field `tpye`"),
        ("name: a, tests: [{expects: {route: r}}]", "a test has no field `expects`"),
        (
            "name: a, defaults: {message_templates: [{rol: user, content: hi}]}",
            "a message template has no field `rol`",
        ),
    ] {
        assert_eq!(found(keys), [message], "{keys}");
    }
}

#[test]
fn a_missing_key_is_missing_whatever_stands_beside_it() {
    assert_eq!(found("name: a, routes: [{id: r, when: x}]"), ["a route has no `model`"]);
    assert_eq!(found("name: a, routes: [{id: r, when: x, x-model: m}]"), ["a route has no `model`"]);
    let wire = read(
        "{name: a, default_route: {route_idd: r, variants: [{variant: {variant_id: v, model_id: m}, weight: 100}]}}",
    );
    assert_eq!(wire.errors(), ["the default route has no `route_id`"]);
}

#[test]
fn what_cannot_be_read_is_reported() {
    for (keys, message) in [
        (
            "name: a, routes: [{id: r, when: x, model: m, sort: ''}]",
            "expected a sort criterion such as `price` or `latency desc`, found empty text",
        ),
        ("name: a, metadata: {b: {enum: [null]}}", "a declaration has no `type`"),
        (
            "name: a, metadata: {b: {enum: [null, c]}}",
            "`null` is no string, which this key is declared to be",
        ),
    ] {
        assert_eq!(found(keys), [message], "{keys}");
    }
}

/// Conditions that name the key are not at fault.
#[test]
fn a_key_whose_type_cannot_be_read_stays_declared() {
    let read = read("{name: a, metadata: {b: text, c: {type: map, fields: {d: text}}}, default: {model: m}}");
    assert_eq!(read.errors(), ["unknown type `text`", "unknown type `text`"]);
    let irc::model::Metadata::Declared(declared) = &read.definitions[0].contract.metadata else { panic!() };
    assert_eq!(declared.keys["b"].field.ty.to_string(), "dyn");
    let irc::cel::types::Type::Record(record) = &declared.keys["c"].field.ty else { panic!() };
    assert_eq!(record.fields["d"].ty.to_string(), "dyn");
}
