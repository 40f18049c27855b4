//! The model as the API's own JSON.
//!
//! In: a [`Definition`] that was checked. Out: [`wire::Router`], its text, and the body of an update. Pure: the same
//! input gives the same bytes, and reading what was emitted gives the same router. It knows where each thing stands in
//! the API's resource, and not whether it makes sense there.

#[cfg(feature = "cli")]
pub mod schema;
pub mod wire;

use serde::Serialize;
use serde_json::{Map, Number, Value};

use crate::model::{
    Condition, Criterion, Data, Defaults, Definition, Direction, Metric, ProviderChoice, Route, Router,
    Selection, Variant,
};
use crate::source::Spanned;

/// The fields of a router that an update sets.
const UPDATE_MASK: &str = "displayName,defaults,routes,defaultRoute";

/// The router that a definition deploys. `None` when part of it could not be read: that was reported, and half a router
/// is never emitted.
///
/// A condition loses the white space at its end, such as the line break that closes a block scalar: CEL has no use for
/// it. What the wire form spells as nothing (`null`, an empty `routes` or `model_selection`, an unspecified sort
/// direction) is left out.
pub fn router(definition: &Definition) -> Option<wire::Router> {
    if definition.damaged {
        return None;
    }
    let Router { name, display_name, defaults, routes, default, unknown } = &definition.router;
    if routes.is_empty() && default.is_none() {
        return None;
    }
    Some(wire::Router {
        name: text(name.as_ref())?,
        display_name: display_name.as_ref().map(|n| n.value.clone()),
        defaults: defaults.as_ref().map(self::defaults),
        routes: routes.iter().map(conditional_route).collect::<Option<_>>()?,
        default_route: match default {
            Some(default) => Some(route(default)?),
            None => None,
        },
        unknown: object(unknown),
    })
}

/// What updates a router that is deployed already to be what its definition says.
///
/// The mask always names every field that a definition can set, also those that are absent: the service clears what the
/// mask names and the body lacks, so a part that was removed from the file is removed from the router. Unknown keys
/// stand in the body and not in the mask: some of them, such as times that the service itself sets, cannot be updated.
pub fn update(router: &wire::Router) -> wire::Update<'_> {
    wire::Update { version: 1, update_mask: UPDATE_MASK, body: router }
}

/// The JSON text of a router, an update, or a slice of either: indented by two spaces, ending with a line break, and
/// the same bytes for the same input.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    // Writing to memory fails only for map keys that are no text, and the wire has none.
    let mut out = serde_json::to_string_pretty(value).unwrap_or_default();
    out.push('\n');
    out
}

fn defaults(defaults: &Defaults) -> wire::Defaults {
    wire::Defaults {
        text_generation_config: block(defaults.text_generation_config.as_ref()),
        message_templates: block(defaults.message_templates.as_ref()),
        unknown: object(&defaults.unknown),
    }
}

fn conditional_route(item: &Route) -> Option<wire::ConditionalRoute> {
    Some(wire::ConditionalRoute {
        route: route(item)?,
        condition: condition(item.when.as_ref()?),
        unknown: object(&item.unknown_beside),
    })
}

fn condition(condition: &Condition) -> wire::Condition {
    wire::Condition {
        cel_expression: condition.text.trim_ascii_end().to_owned(),
        unknown: object(&condition.unknown),
    }
}

fn route(route: &Route) -> Option<wire::Route> {
    Some(wire::Route {
        route_id: text(route.id.as_ref())?,
        variants: route.variants.iter().map(weighted_variant).collect::<Option<_>>()?,
        unknown: object(&route.unknown),
    })
}

fn weighted_variant(item: &Variant) -> Option<wire::WeightedVariant> {
    Some(wire::WeightedVariant {
        variant: variant(item)?,
        weight: item.weight.as_ref()?.value,
        unknown: object(&item.unknown_beside),
    })
}

fn variant(variant: &Variant) -> Option<wire::Variant> {
    Some(wire::Variant {
        variant_id: text(variant.id.as_ref())?,
        model_id: text(variant.model.as_ref())?,
        model_selection: (!variant.selection.is_empty()).then(|| selection(&variant.selection)),
        text_generation_config: block(variant.text_generation_config.as_ref()),
        message_templates: block(variant.message_templates.as_ref()),
        web_search: block(variant.web_search.as_ref()),
        web_search_options: block(variant.web_search_options.as_ref()),
        compression: block(variant.compression.as_ref()),
        unknown: object(&variant.unknown),
    })
}

fn selection(selection: &Selection) -> wire::ModelSelection {
    wire::ModelSelection {
        models: selection.models.as_ref().map(|models| texts(&models.items)),
        sort: selection.sort.as_ref().map(|sort| sort.iter().map(criterion).collect()),
        ignore: selection.ignore.as_ref().map(|ignore| texts(ignore)),
        provider: selection.provider.as_ref().map(provider),
        unknown: object(&selection.unknown),
    }
}

fn provider(provider: &ProviderChoice) -> wire::Provider {
    wire::Provider {
        order: provider.order.as_ref().map(|order| texts(order)),
        allow_fallbacks: provider.allow_fallbacks.as_ref().map(|b| b.value),
        unknown: object(&provider.unknown),
    }
}

fn criterion(criterion: &Criterion) -> wire::SortCriterion {
    wire::SortCriterion {
        metric: match criterion.metric {
            None => wire::SortMetric::Unspecified,
            Some(Metric::Price) => wire::SortMetric::Price,
            Some(Metric::Latency) => wire::SortMetric::Latency,
            Some(Metric::Throughput) => wire::SortMetric::Throughput,
            Some(Metric::Intelligence) => wire::SortMetric::Intelligence,
            Some(Metric::Math) => wire::SortMetric::Math,
            Some(Metric::Coding) => wire::SortMetric::Coding,
        },
        direction: criterion.direction.map(|direction| match direction {
            Direction::Ascending => wire::SortDirection::Ascending,
            Direction::Descending => wire::SortDirection::Descending,
        }),
        unknown: object(&criterion.unknown),
    }
}

fn text(text: Option<&Spanned<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

fn texts(texts: &[Spanned<String>]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

fn block(block: Option<&Spanned<Data>>) -> Option<Value> {
    block.map(|block| value(&block.value))
}

fn object(entries: &[(String, Data)]) -> Map<String, Value> {
    entries.iter().map(|(key, data)| (key.clone(), value(data))).collect()
}

/// Plain data as JSON. It nests no deeper than the YAML that it was read from.
pub fn value(data: &Data) -> Value {
    match data {
        Data::Null => Value::Null,
        Data::Bool(b) => Value::Bool(*b),
        Data::Int(n) => Value::from(*n),
        // JSON has no infinity; the lowering refuses it.
        Data::Float(n) => Number::from_f64(*n).map_or(Value::Null, Value::Number),
        Data::String(s) => Value::String(s.clone()),
        Data::List(items) => items.iter().map(value).collect(),
        Data::Map(entries) => Value::Object(object(entries)),
    }
}
