//! Model selection: fallbacks or candidates, sort priorities, what to ignore, which providers; and weights.

use super::Lower;
use super::fields::{Fields, key_text, snake};
use crate::diag::suggest;
use crate::model::{
    Criterion, Direction, Form, Metric, Models, PoolList, PoolUse, ProviderChoice, Selection, errors,
};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node, ScalarType};

const METRIC_PREFIX: &str = "SORT_METRIC_";
const DIRECTION_PREFIX: &str = "SORT_DIRECTION_";

impl Lower<'_> {
    /// `auto` says whether the variant's model is `auto`; `None` when the model could not be read.
    pub(super) fn authoring_selection(&mut self, fields: &mut Fields<'_>, auto: Option<bool>) -> Selection {
        let fallbacks = fields.take(self, "fallbacks");
        let candidates = fields.take(self, "candidates");
        if let (Some(f), Some(c)) = (fallbacks, candidates) {
            self.push(errors::fallbacks_and_candidates(c.key.span, f.key.span));
        } else if let (Some(f), Some(true)) = (fallbacks, auto) {
            self.push(errors::rename_list(f.key.span, "fallbacks", "candidates"));
        } else if let (Some(c), Some(false)) = (candidates, auto) {
            self.push(errors::rename_list(c.key.span, "candidates", "fallbacks"));
        }
        let mut pools = Vec::new();
        let models = fallbacks.or(candidates).and_then(|entry| self.models(entry, &mut pools));
        self.selection_rest(fields, models, pools)
    }

    pub(super) fn wire_selection(&mut self, node: &Node) -> Selection {
        let Some(mut fields) = self.fields(node, "a model selection") else { return Selection::default() };
        let models = fields.take(self, "models").and_then(|entry| self.models(entry, &mut Vec::new()));
        let mut selection = self.selection_rest(&mut fields, models, Vec::new());
        selection.unknown = fields.finish(self, &["models", "sort", "ignore", "provider"], &[]);
        selection
    }

    fn models(&mut self, entry: &Entry, pools: &mut Vec<PoolUse>) -> Option<Models> {
        let key = Spanned::new(entry.key.text().to_owned(), entry.key.span);
        let words = ("a list of model ids", "a model id, as text");
        let items = self.models_and_pools(&entry.value, words, PoolList::Models, pools)?;
        Some(Models { key, items })
    }

    fn selection_rest(
        &mut self,
        fields: &mut Fields<'_>,
        models: Option<Models>,
        mut pools: Vec<PoolUse>,
    ) -> Selection {
        let sort = fields.take(self, "sort").and_then(|entry| {
            let mark = self.enter("sort");
            let sort = self.sort(&entry.value);
            self.leave(mark);
            sort
        });
        let ignore = fields.take(self, "ignore").and_then(|entry| {
            let words = ("a list of models and providers", "a model id or a provider, as text");
            let items = self.models_and_pools(&entry.value, words, PoolList::Ignore, &mut pools)?;
            Some(Spanned::new(items, entry.value.span))
        });
        let provider = fields.take(self, "provider").and_then(|entry| {
            let mark = self.enter("provider");
            let provider = self.provider(&entry.value);
            self.leave(mark);
            provider
        });
        Selection { models, sort, ignore, provider, pools, unknown: Vec::new() }
    }

    fn provider(&mut self, node: &Node) -> Option<ProviderChoice> {
        let mut fields = self.fields(node, "provider preferences")?;
        let single = self.form == Form::Authoring;
        let order = fields.take(self, "order").and_then(|entry| {
            let items = self.texts(&entry.value, "a list of providers", "a provider, as text", single)?;
            Some(Spanned::new(items, entry.value.span))
        });
        let allow_fallbacks = fields
            .take(self, "allow_fallbacks")
            .and_then(|entry| self.boolean(&entry.value, "`true` or `false`"));
        let unknown =
            fields.finish(self, &["order", "allow_fallbacks"], &[("allow_fallbacks", "allow_fallbacks")]);
        Some(ProviderChoice { span: node.span, order, allow_fallbacks, unknown })
    }

    fn sort(&mut self, node: &Node) -> Option<Spanned<Vec<Criterion>>> {
        if self.form == Form::Authoring && !matches!(node.kind, Kind::Sequence(_)) {
            return self.criterion(node).map(|c| Spanned::new(vec![c], node.span));
        }
        let items = self.items(node, "a list of sort criteria")?;
        let mut criteria: Vec<Criterion> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mark = self.enter_item(index);
            if let Some(criterion) = self.criterion(item) {
                let earlier = criteria.iter().find(|c| c.metric == criterion.metric && c.metric.is_some());
                if let (Some(earlier), Some(metric)) = (earlier, criterion.metric) {
                    self.push(errors::repeated_metric(criterion.span, earlier.span, metric));
                }
                criteria.push(criterion);
            }
            self.leave(mark);
        }
        Some(Spanned::new(criteria, node.span))
    }

    /// `price`, `price asc`, `{latency: descending}`, `{metric: …, direction: …}`
    fn criterion(&mut self, node: &Node) -> Option<Criterion> {
        match &node.kind {
            Kind::Scalar(scalar) if matches!(scalar.resolve(), ScalarType::String) => {
                let text = self.filled_text(node, "a sort criterion such as `price` or `latency desc`")?;
                let mut words = words(&text.value);
                let (at, word) = words.next()?;
                let place = |at: usize, word: &str| scalar.map.span(node.span.file, at..at + word.len());
                let metric = self.metric(word, place(at, word))?;
                let direction = match words.next() {
                    Some((at, word)) => self.direction(word, place(at, word))?,
                    None => None,
                };
                if let Some((at, word)) = words.next() {
                    self.push(errors::words_after_direction(place(at, word), word));
                    return None;
                }
                Some(Criterion { metric, direction, span: node.span, unknown: Vec::new() })
            }
            Kind::Mapping(entries) => {
                let named = entries
                    .iter()
                    .any(|e| matches!(key_text(e).map(snake).as_deref(), Some("metric" | "direction")));
                if let (false, [only]) = (named, entries.as_slice())
                    && self.form == Form::Authoring
                {
                    let metric = self.metric(only.key.text(), only.key.span)?;
                    let direction = self.filled_text(&only.value, "`ascending` or `descending`")?;
                    let direction = self.direction(&direction.value, direction.span)?;
                    return Some(Criterion { metric, direction, span: node.span, unknown: Vec::new() });
                }
                if !named && entries.len() > 1 && self.form == Form::Authoring {
                    self.push(errors::several_criteria(node));
                    return None;
                }
                let mut fields = self.fields(node, "a sort criterion")?;
                let metric = match fields.take(self, "metric") {
                    Some(entry) => {
                        let text = self.filled_text(&entry.value, "a sort metric, as text");
                        text.and_then(|t| self.metric(&t.value, t.span))
                    }
                    None => {
                        if self.lacks(&fields, "metric") {
                            self.missing(&fields, "metric");
                        }
                        None
                    }
                };
                let direction = fields.take(self, "direction").and_then(|entry| {
                    let text = self.filled_text(&entry.value, "`ascending` or `descending`")?;
                    self.direction(&text.value, text.span)
                });
                let unknown = fields.finish(self, &["metric", "direction"], &[]);
                Some(Criterion { metric: metric?, direction: direction.flatten(), span: node.span, unknown })
            }
            _ => {
                self.wrong_type(node, "a sort criterion such as `price` or `latency desc`", None);
                None
            }
        }
    }

    /// The outer `None` is a reported fault, the inner one the wire form's `…_UNSPECIFIED`.
    fn metric(&mut self, word: &str, span: Span) -> Option<Option<Metric>> {
        let wire = self.form == Form::Wire;
        let bare = word.strip_prefix(METRIC_PREFIX);
        if wire && bare == Some("UNSPECIFIED") {
            return Some(None);
        }
        let lower = bare.unwrap_or(word).to_ascii_lowercase();
        let found = Metric::ALL.iter().find(|(_, name)| *name == lower).map(|(metric, _)| *metric);
        match found {
            Some(metric) if wire == bare.is_some() && (wire || word == lower) => Some(Some(metric)),
            Some(_) => {
                let written =
                    if wire { format!("{METRIC_PREFIX}{}", lower.to_ascii_uppercase()) } else { lower };
                self.push(errors::metric_spelling(span, word, &written));
                None
            }
            None => {
                let known: Vec<String> = Metric::ALL
                    .iter()
                    .map(|(_, name)| {
                        if wire {
                            format!("{METRIC_PREFIX}{}", name.to_ascii_uppercase())
                        } else {
                            (*name).to_owned()
                        }
                    })
                    .collect();
                let near = suggest::nearest(&lower, Metric::ALL.iter().map(|(_, n)| *n));
                let near = near.and_then(|n| known.iter().find(|k| k.to_ascii_lowercase().ends_with(n)));
                self.push(errors::unknown_word(span, "sort metric", word, &known, near.map(String::as_str)));
                None
            }
        }
    }

    fn direction(&mut self, word: &str, span: Span) -> Option<Option<Direction>> {
        let wire = self.form == Form::Wire;
        let bare = word.strip_prefix(DIRECTION_PREFIX);
        if wire && bare == Some("UNSPECIFIED") {
            return Some(None);
        }
        let direction = match (bare.unwrap_or(word), wire == bare.is_some()) {
            ("asc" | "ascending", true) if !wire => Some(Direction::Ascending),
            ("desc" | "descending", true) if !wire => Some(Direction::Descending),
            ("ASCENDING", true) if wire => Some(Direction::Ascending),
            ("DESCENDING", true) if wire => Some(Direction::Descending),
            _ => None,
        };
        if direction.is_none() {
            let known: &[&str] = if wire {
                &["SORT_DIRECTION_ASCENDING", "SORT_DIRECTION_DESCENDING"]
            } else {
                &["ascending", "descending", "asc", "desc"]
            };
            let lower = bare.unwrap_or(word).to_ascii_lowercase();
            let near = suggest::nearest(&lower, ["ascending", "descending", "asc", "desc"]);
            let near = near.and_then(|n| {
                known
                    .iter()
                    .find(|k| k.to_ascii_lowercase().rsplit('_').next().is_some_and(|k| k.starts_with(n)))
            });
            self.push(errors::unknown_word(span, "sort direction", word, known, near.copied()));
            return None;
        }
        Some(direction)
    }

    /// A whole number of percent, 0 to 100 (A01).
    pub(super) fn weight(&mut self, node: &Node) -> Option<Spanned<u32>> {
        let expected = "a weight: a whole number from 0 to 100";
        let Kind::Scalar(scalar) = &node.kind else {
            self.wrong_type(node, expected, None);
            return None;
        };
        match scalar.resolve() {
            ScalarType::Int(n) => match u32::try_from(n) {
                Ok(weight) if weight <= 100 => Some(Spanned::new(weight, node.span)),
                _ => {
                    self.push(errors::weight_range(node.span, &scalar.value));
                    None
                }
            },
            // Beyond 64 bits.
            ScalarType::Float(n) if n.fract() == 0.0 && !scalar.value.contains(['.', 'e', 'E']) => {
                self.push(errors::weight_range(node.span, &scalar.value));
                None
            }
            ScalarType::Float(_) => {
                self.push(errors::weight_fraction(node.span, &scalar.value));
                None
            }
            _ => {
                let digits = scalar.value.trim().trim_end_matches('%').trim();
                let fix = digits.parse::<u32>().ok().filter(|n| *n <= 100).map(|n| n.to_string());
                self.wrong_type(node, expected, fix);
                None
            }
        }
    }
}

/// The words of a text with their offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}
