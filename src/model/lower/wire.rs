//! The wire form: the API's own Router resource, in either casing.

use super::Lower;
use super::fields::Fields;
use crate::model::{Contract, Defaults, Definition, Form, Reuse, Route, Router, Variant, errors};
use crate::source::Span;
use crate::yaml::{Kind, Node};

/// Keys of the authoring form, and what they are called here.
const RENAMES: &[(&str, &str)] = &[("default", "defaultRoute")];

impl Lower<'_> {
    pub(super) fn wire_router(&mut self, root: &Node) -> Option<Definition> {
        let mut fields = self.fields(root, "a router")?;
        let mut router = Router::default();
        match fields.take(self, "name") {
            Some(entry) => router.name = self.router_name(&entry.value),
            None if self.cut => {}
            None => self.missing_or_misspelt(&mut fields, "name"),
        }
        if let Some(entry) = fields.take(self, "display_name") {
            router.display_name = self.text(&entry.value, "the name shown to people, as text");
        }
        if let Some(entry) = fields.take(self, "defaults") {
            let mark = self.enter("defaults");
            router.defaults = self.wire_defaults(&entry.value);
            self.leave(mark);
        }
        let routes = fields.take(self, "routes");
        if let Some(entry) = routes {
            let mark = self.enter("routes");
            for (index, item) in
                self.blocks(&entry.value, "a list of routes").unwrap_or_default().iter().enumerate()
            {
                let inner = self.enter_item(index);
                router.routes.extend(self.wire_item(item));
                self.subject.route = None;
                self.leave(inner);
            }
            self.leave(mark);
        }
        let default = fields.take(self, "default_route");
        if let Some(entry) = default {
            let mark = self.enter(entry.key.text());
            router.default = self.wire_default(&entry.value);
            self.subject.route = None;
            self.leave(mark);
        }
        // Routes that could not be read are routes all the same.
        let tried =
            routes.is_some_and(|r| matches!(&r.value.kind, Kind::Sequence(items) if !items.is_empty()));
        if default.is_none() && router.routes.is_empty() && !tried && !self.damaged {
            self.push(errors::no_routes(routes.map_or(fields.head(), |r| r.key.span), "defaultRoute"));
        }
        router.unknown =
            fields.finish(self, &["name", "displayName", "defaults", "routes", "defaultRoute"], RENAMES);
        Some(Definition {
            form: Form::Wire,
            span: root.span,
            router,
            contract: Contract::default(),
            reuse: Reuse::default(),
            invariants: Vec::new(),
            tests: Vec::new(),
            templates: std::mem::take(&mut self.templates),
            damaged: self.damaged,
        })
    }

    fn wire_defaults(&mut self, node: &Node) -> Option<Defaults> {
        let mut fields = self.fields(node, "the defaults")?;
        let text_generation_config = self.generation_config(&mut fields);
        let message_templates = self.message_templates(&mut fields);
        let unknown = fields.finish(self, &["text_generation_config", "message_templates"], &[]);
        Some(Defaults { span: node.span, text_generation_config, message_templates, unknown })
    }

    /// `{route, condition}`
    fn wire_item(&mut self, node: &Node) -> Option<Route> {
        let mut fields = self.fields(node, "an item of `routes`")?;
        let condition = fields.take(self, "condition");
        let mut route = match fields.take(self, "route") {
            Some(entry) => {
                let mark = self.enter("route");
                let route = self.wire_route(&entry.value);
                self.leave(mark);
                route
            }
            None => {
                self.missing(&fields, "route");
                None
            }
        };
        let when = match condition {
            Some(entry) => self.fields(&entry.value, "a condition").and_then(|mut inner| {
                let mut when = match inner.take(self, "cel_expression") {
                    Some(expression) => self.condition(expression),
                    None => {
                        self.missing(&inner, "cel_expression");
                        None
                    }
                };
                let unknown = inner.finish(self, &["cel_expression"], &[]);
                if let Some(when) = &mut when {
                    when.unknown = unknown;
                }
                when
            }),
            None => {
                self.missing(&fields, "condition");
                None
            }
        };
        let beside = fields.finish(self, &["route", "condition"], &[]);
        if let Some(route) = &mut route {
            route.when = when;
            route.span = node.span;
            route.unknown_beside = beside;
        }
        route
    }

    fn wire_default(&mut self, node: &Node) -> Option<Route> {
        let mut fields = self.fields(node, "the default route")?;
        if let Some(entry) = fields.take(self, "condition") {
            self.push(errors::default_with_condition(entry.key.span, "defaultRoute"));
        }
        // The default route is a route itself; some write it wrapped as the items of `routes` are.
        if let Some(entry) = fields.take(self, "route") {
            self.push(errors::wrapped_default(entry.key.span));
            return self.wire_route(&entry.value);
        }
        self.wire_route_fields(fields, node.span)
    }

    fn wire_route(&mut self, node: &Node) -> Option<Route> {
        let fields = self.fields(node, "a route")?;
        self.wire_route_fields(fields, node.span)
    }

    fn wire_route_fields(&mut self, mut fields: Fields<'_>, span: Span) -> Option<Route> {
        let id = match fields.take(self, "route_id") {
            Some(entry) => self.filled_text(&entry.value, "the route's id, as text"),
            None => {
                self.missing(&fields, "route_id");
                None
            }
        };
        self.subject.route = id.as_ref().map(|id| id.value.clone());
        let mut variants = Vec::new();
        let mut variants_span = fields.head();
        match fields.take(self, "variants") {
            Some(entry) => {
                variants_span = entry.key.span;
                let mark = self.enter("variants");
                let items = self.blocks(&entry.value, "a list of variants").unwrap_or_default();
                if items.is_empty() && matches!(entry.value.kind, crate::yaml::Kind::Sequence(_)) {
                    self.push(errors::no_variants(entry.value.span));
                }
                for (index, item) in items.iter().enumerate() {
                    let inner = self.enter_item(index);
                    variants.extend(self.wire_variant_item(item));
                    self.subject.variant = None;
                    self.leave(inner);
                }
                self.leave(mark);
            }
            None => self.missing(&fields, "variants"),
        }
        let unknown = fields.finish(self, &["route_id", "variants"], &[]);
        Some(Route { span, id, when: None, variants, variants_span, unknown, unknown_beside: Vec::new() })
    }

    /// `{variant, weight}`
    fn wire_variant_item(&mut self, node: &Node) -> Option<Variant> {
        let mut fields = self.fields(node, "an item of `variants`")?;
        let weight = match fields.take(self, "weight") {
            Some(entry) => self.weight(&entry.value),
            None => {
                self.missing(&fields, "weight");
                None
            }
        };
        let mut variant = match fields.take(self, "variant") {
            Some(entry) => {
                let mark = self.enter("variant");
                let variant = self.wire_variant(&entry.value);
                self.leave(mark);
                variant
            }
            None => {
                self.missing(&fields, "variant");
                None
            }
        };
        let beside = fields.finish(self, &["variant", "weight"], &[]);
        if let Some(variant) = &mut variant {
            variant.weight = weight;
            variant.unknown_beside = beside;
        }
        variant
    }

    fn wire_variant(&mut self, node: &Node) -> Option<Variant> {
        let mut fields = self.fields(node, "a variant")?;
        let id = match fields.take(self, "variant_id") {
            Some(entry) => self.filled_text(&entry.value, "the variant's id, as text"),
            None => {
                self.missing(&fields, "variant_id");
                None
            }
        };
        self.subject.variant = id.as_ref().map(|id| id.value.clone());
        let model = match fields.take(self, "model_id") {
            Some(entry) => self.filled_text(&entry.value, "a model id, as text"),
            None => {
                self.missing(&fields, "model_id");
                None
            }
        };
        let selection = match fields.take(self, "model_selection") {
            Some(entry) => {
                let mark = self.enter("model_selection");
                let selection = self.wire_selection(&entry.value);
                self.leave(mark);
                selection
            }
            None => crate::model::Selection::default(),
        };
        let mut variant = self.variant_config(&mut fields, node.span, id, None, model, selection);
        let mut unknown = self.legacy_variant_fields(&mut fields);
        unknown.extend(fields.finish(
            self,
            &[
                "variant_id",
                "model_id",
                "model_selection",
                "text_generation_config",
                "message_templates",
                "web_search",
                "web_search_options",
                "compression",
            ],
            &[],
        ));
        variant.unknown = unknown;
        Some(variant)
    }
}
