//! The authoring form.

use std::sync::Arc;

use super::Lower;
use super::fields::{Fields, is_null, snake};
use crate::diag::suggest::nearest;
use crate::model::{
    Caller, Condition, Contract, Defaults, Definition, Form, Reuse, Route, Router, Selection, Variant, errors,
};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node, ScalarType};

pub(super) const ROUTER_KEYS: &[&str] = &[
    "irc",
    "name",
    "display_name",
    "description",
    "use",
    "metadata",
    "prompt_variables",
    "conditions",
    "pools",
    "callers",
    "defaults",
    "routes",
    "default",
    "invariants",
    "tests",
];
const ROUTER_RENAMES: &[(&str, &str)] = &[
    ("display_name", "display_name"),
    ("default_route", "default"),
    ("prompt_variables", "prompt_variables"),
];
const ROUTE_KEYS: &[&str] = &["id", "when", "description", "variants", "variant"];
const VARIANT_KEYS: &[&str] = &[
    "id",
    "description",
    "weight",
    "model",
    "fallbacks",
    "candidates",
    "sort",
    "ignore",
    "provider",
    "text_generation_config",
    "message_templates",
    "web_search",
    "web_search_options",
    "compression",
];
/// Keys of a route that no router has, and that make one.
const OF_A_ROUTE: &[&str] = &[
    "id",
    "variants",
    "variant",
    "model",
    "fallbacks",
    "candidates",
    "sort",
    "ignore",
    "provider",
    "text_generation_config",
    "message_templates",
    "web_search",
    "web_search_options",
    "compression",
];
/// Keys of the wire form, in the reference's casing, and what they are called here.
const ROUTE_RENAMES: &[(&str, &str)] = &[
    ("route_id", "id"),
    ("condition", "when"),
    ("cel_expression", "when"),
    ("variant_id", "variant"),
    ("model_id", "model"),
    ("model_selection", ""),
    ("models", "fallbacks"),
    ("text_generation_config", "text_generation_config"),
    ("message_templates", "message_templates"),
    ("web_search", "web_search"),
    ("web_search_options", "web_search_options"),
];
const VARIANT_RENAMES: &[(&str, &str)] = &[
    ("variant_id", "id"),
    ("model_id", "model"),
    ("model_selection", ""),
    ("models", "fallbacks"),
    ("text_generation_config", "text_generation_config"),
    ("message_templates", "message_templates"),
    ("web_search", "web_search"),
    ("web_search_options", "web_search_options"),
];

/// What a key of the wire form, in either casing, is called in a definition; several where that depends on the place.
pub fn wire_names(name: &str) -> Vec<&'static str> {
    let name = snake(name);
    let tables = [ROUTER_RENAMES, ROUTE_RENAMES, VARIANT_RENAMES];
    let mut names: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.iter())
        .filter(|(old, _)| *old == &*name)
        .map(|(_, new)| *new)
        .collect();
    names.dedup();
    names
}

impl Lower<'_> {
    pub(super) fn authoring_router(&mut self, root: &Node) -> Option<Definition> {
        let mut fields = self.fields(root, "a router definition")?;
        let mut router = Router::default();
        if let Some(entry) = fields.take(self, "irc") {
            self.version(&entry.value);
        }
        match fields.take(self, "name") {
            Some(entry) => router.name = self.router_name(&entry.value),
            None if !self.cut && self.lacks(&fields, "name") => {
                self.missing(&fields, "name");
            }
            None => {}
        }
        if let Some(entry) = fields.take(self, "display_name") {
            router.display_name = self.text(&entry.value, "the name shown to people, as text");
        }
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let mut reuse = Reuse::default();
        if let Some(entry) = fields.take(self, "use") {
            reuse.files = self.used_files(&entry.value);
        }
        let mut contract = Contract::default();
        if let Some(entry) = fields.take(self, "metadata") {
            let mark = self.enter("metadata");
            contract.metadata = self.metadata(&entry.value);
            self.leave(mark);
        }
        if let Some(entry) = fields.take(self, "prompt_variables") {
            let mark = self.enter("prompt_variables");
            contract.prompt_variables = self.prompt_variables(&entry.value);
            self.leave(mark);
        }
        if let Some(entry) = fields.take(self, "callers") {
            contract.callers = self.callers(&entry.value);
        }
        reuse.own = self.library(&mut fields);
        if let Some(entry) = fields.take(self, "defaults") {
            let mark = self.enter("defaults");
            router.defaults = self.defaults(&entry.value);
            self.leave(mark);
        }
        let routes = fields.take(self, "routes");
        if let Some(entry) = routes {
            let mark = self.enter("routes");
            router.routes = self.routes(&entry.value);
            self.leave(mark);
        }
        let default = fields.take(self, "default");
        if let Some(entry) = default {
            let mark = self.enter("default");
            let beside =
                if is_null(&entry.value) { fields.take_behind(entry, OF_A_ROUTE) } else { Vec::new() };
            match errors::not_indented(entry.key.span, &beside) {
                Some(diagnostic) => self.push(diagnostic),
                None => router.default = self.route(&entry.value, true),
            }
            self.subject.route = None;
            self.leave(mark);
        }
        let pasted = fields.has("default_route") || fields.has("defaultRoute");
        let unread = if routes.is_none() { self.cut } else { self.damaged };
        let misspelt = !self.lacks(&fields, "default") || routes.is_none() && !self.lacks(&fields, "routes");
        if default.is_none() && !pasted && !misspelt && router.routes.is_empty() && !unread {
            self.push(errors::no_routes(routes.map_or(fields.head(), |r| r.key.span), "default"));
        }
        let invariants = match fields.take(self, "invariants") {
            Some(entry) => self.invariants(&entry.value),
            None => Vec::new(),
        };
        let tests = match fields.take(self, "tests") {
            Some(entry) => self.tests(&entry.value),
            None => Vec::new(),
        };
        fields.finish(self, ROUTER_KEYS, ROUTER_RENAMES);
        Some(Definition {
            form: Form::Authoring,
            span: root.span,
            router,
            contract,
            reuse,
            invariants,
            tests,
            templates: std::mem::take(&mut self.templates),
            damaged: self.damaged,
        })
    }

    fn callers(&mut self, node: &Node) -> Vec<Spanned<Caller>> {
        let words = self.texts(node, "a list of callers", "a caller, as text", true).unwrap_or_default();
        let mut out: Vec<Spanned<Caller>> = Vec::new();
        for word in words {
            let known = Caller::ALL.map(|(_, name)| name);
            match Caller::ALL.iter().find(|(_, name)| *name == word.value) {
                Some((caller, _)) if !out.iter().any(|other| other.value == *caller) => {
                    out.push(Spanned::new(*caller, word.span));
                }
                Some(_) => {}
                None => {
                    let near = nearest(&word.value, known);
                    self.push(errors::unknown_word(word.span, "caller", &word.value, &known, near));
                }
            }
        }
        out
    }

    pub(super) fn version(&mut self, node: &Node) {
        match &node.kind {
            Kind::Scalar(s) if matches!(s.resolve(), ScalarType::Int(1)) => {}
            Kind::Scalar(s) if matches!(s.resolve(), ScalarType::Int(_) | ScalarType::Float(_)) => {
                self.push(errors::unsupported_version(node.span, &s.value));
            }
            _ => self.wrong_type(node, "the version of the definition language, a whole number", None),
        }
    }

    fn defaults(&mut self, node: &Node) -> Option<Defaults> {
        let mut fields = self.fields(node, "the defaults")?;
        let text_generation_config = self.generation_config(&mut fields);
        let message_templates = self.message_templates(&mut fields);
        let known = &["text_generation_config", "message_templates"];
        let unknown = fields.finish(self, known, &known.map(|k| (k, k)));
        Some(Defaults { span: node.span, text_generation_config, message_templates, unknown })
    }

    fn routes(&mut self, node: &Node) -> Vec<Route> {
        let Some(items) = self.blocks(node, "a list of routes, each beginning with `-`") else {
            return Vec::new();
        };
        let mut routes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mark = self.enter_item(index);
            routes.extend(self.route(item, false));
            self.subject.route = None;
            self.leave(mark);
        }
        routes
    }

    fn route(&mut self, node: &Node, is_default: bool) -> Option<Route> {
        let what = if is_default { "the default route" } else { "a route" };
        let mut fields = self.fields(node, what)?;
        let long = fields.has("variants");
        let id = match fields.take(self, "id") {
            Some(entry) => self.filled_text(&entry.value, "the route's id, as text"),
            None if is_default => Some(Spanned::new("default".to_owned(), fields.head())),
            None => {
                let pasted = ["route_id", "routeId"].iter().any(|key| fields.has(key));
                if !pasted && self.lacks(&fields, "id") {
                    self.missing(&fields, "id");
                }
                None
            }
        };
        self.subject.route = id.as_ref().map(|id| id.value.clone());
        let when = self.route_condition(&mut fields, is_default);
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let (variants, variants_span) = if long {
            self.long_form(&mut fields)
        } else {
            let variant = self.short_form(&mut fields, node.span);
            self.subject.variant = None;
            (vec![variant], fields.head())
        };
        let known: Vec<&str> = if long {
            vec!["id", "when", "description", "variants"]
        } else {
            ROUTE_KEYS
                .iter()
                .chain(VARIANT_KEYS.iter().filter(|k| !ROUTE_KEYS.contains(k)))
                .copied()
                .collect()
        };
        fields.finish(self, &known, ROUTE_RENAMES);
        Some(Route {
            span: node.span,
            id,
            when,
            variants,
            variants_span,
            unknown: Vec::new(),
            unknown_beside: Vec::new(),
        })
    }

    fn route_condition(&mut self, fields: &mut Fields<'_>, is_default: bool) -> Option<Condition> {
        let Some(entry) = fields.take(self, "when") else {
            let pasted = ["condition", "cel_expression", "celExpression"].iter().any(|key| fields.has(key));
            if !is_default && !pasted && self.lacks(fields, "when") {
                self.push(errors::missing_condition(fields.head()));
            }
            return None;
        };
        if is_default {
            self.push(errors::default_with_condition(entry.key.span, "default"));
            return None;
        }
        self.condition(entry)
    }

    /// A condition: text, or YAML's `true` and `false`.
    pub(super) fn condition(&mut self, entry: &Entry) -> Option<Condition> {
        let node = &entry.value;
        match &node.kind {
            Kind::Scalar(scalar)
                if matches!(scalar.resolve(), ScalarType::String | ScalarType::Bool(_))
                    && !scalar.value.trim().is_empty() =>
            {
                // YAML writes True and TRUE too; CEL has only the small ones.
                let text: Arc<str> = match scalar.resolve() {
                    ScalarType::Bool(b) => Arc::from(if b { "true" } else { "false" }),
                    _ => Arc::from(scalar.value.as_str()),
                };
                Some(Condition {
                    text,
                    span: node.span,
                    map: scalar.map.clone(),
                    style: scalar.style,
                    inlined: Vec::new(),
                    unknown: Vec::new(),
                })
            }
            Kind::Scalar(_) => {
                self.damaged = true;
                self.push(errors::no_expression(node, entry.key.span));
                None
            }
            _ => {
                self.wrong_type(node, "a condition: a CEL expression as text", None);
                None
            }
        }
    }

    fn long_form(&mut self, fields: &mut Fields<'_>) -> (Vec<Variant>, Span) {
        let Some(entry) = fields.take(self, "variants") else { return (Vec::new(), fields.head()) };
        for key in VARIANT_KEYS.iter().chain(&["variant"]).filter(|k| !matches!(**k, "id" | "description")) {
            if let Some(stray) = fields.take(self, key) {
                self.push(errors::variants_and(stray.key.span, key, entry.key.span));
            }
        }
        let mut variants = Vec::new();
        let Some(items) = self.blocks(&entry.value, "a list of variants, each beginning with `-`") else {
            return (variants, entry.key.span);
        };
        if items.is_empty() {
            self.push(errors::no_variants(entry.value.span));
        }
        let mark = self.enter("variants");
        let only = items.len() == 1;
        for (index, item) in items.iter().enumerate() {
            let inner = self.enter_item(index);
            variants.extend(self.variant(item, only));
            self.subject.variant = None;
            self.leave(inner);
        }
        self.leave(mark);
        (variants, entry.key.span)
    }

    fn variant(&mut self, node: &Node, only: bool) -> Option<Variant> {
        let mut fields = self.fields(node, "a variant")?;
        let id = match fields.take(self, "id") {
            Some(entry) => self.filled_text(&entry.value, "the variant's id, as text"),
            None => {
                if !fields.has("variant_id") && !fields.has("variantId") && self.lacks(&fields, "id") {
                    self.missing(&fields, "id");
                }
                None
            }
        };
        self.subject.variant = id.as_ref().map(|id| id.value.clone());
        if let Some(entry) = fields.take(self, "description") {
            self.text(&entry.value, "a description, as text");
        }
        let variant = self.variant_body(&mut fields, node.span, id, only);
        fields.finish(self, VARIANT_KEYS, VARIANT_RENAMES);
        Some(variant)
    }

    /// A route whose only variant's keys stand on the route itself.
    fn short_form(&mut self, fields: &mut Fields<'_>, span: Span) -> Variant {
        let id = match fields.take(self, "variant") {
            Some(entry) => self.filled_text(&entry.value, "the variant's id, as text"),
            None => Some(Spanned::new("main".to_owned(), fields.head())),
        };
        self.variant_body(fields, span, id, true)
    }

    fn variant_body(
        &mut self,
        fields: &mut Fields<'_>,
        span: Span,
        id: Option<Spanned<String>>,
        only: bool,
    ) -> Variant {
        let weight = match fields.take(self, "weight") {
            Some(entry) => self.weight(&entry.value),
            None if only => Some(Spanned::new(100, fields.head())),
            None => {
                if self.lacks(fields, "weight") {
                    self.missing(fields, "weight");
                }
                None
            }
        };
        let model = match fields.take(self, "model") {
            Some(entry) if is_null(&entry.value) => {
                self.push(errors::no_model(entry.key.span));
                None
            }
            Some(entry) => self.filled_text(&entry.value, "a model id, as text"),
            None => {
                let pasted = fields.has("model_id") || fields.has("modelId");
                // Where `variants` is misspelt, the models are below it.
                if !pasted && self.lacks(fields, "model") && self.lacks(fields, "variants") {
                    self.push(errors::missing_model(fields.head(), fields.what));
                }
                None
            }
        };
        let auto = model.as_ref().map(|m| m.value == "auto");
        let selection = self.authoring_selection(fields, auto);
        self.variant_config(fields, span, id, weight, model, selection)
    }

    /// What both forms write alike: the configuration blocks of a variant.
    pub(super) fn variant_config(
        &mut self,
        fields: &mut Fields<'_>,
        span: Span,
        id: Option<Spanned<String>>,
        weight: Option<Spanned<u32>>,
        model: Option<Spanned<String>>,
        selection: Selection,
    ) -> Variant {
        let text_generation_config = self.generation_config(fields);
        let message_templates = self.message_templates(fields);
        let web_search = self.web_search(fields);
        let web_search_options = self.web_search_options(fields);
        if let (Some(_), Some(_), Some(first), Some(second)) = (
            &web_search,
            &web_search_options,
            fields.key_span("web_search"),
            fields.key_span("web_search_options"),
        ) {
            self.push(errors::two_web_searches(second, first));
        }
        let compression = self.compression(fields);
        Variant {
            span,
            id,
            weight,
            model,
            selection,
            text_generation_config,
            message_templates,
            web_search,
            web_search_options,
            compression,
            unknown: Vec::new(),
            unknown_beside: Vec::new(),
        }
    }
}
