//! Names and sums: ids are unique, weights make 100, and what tests and invariants name is there.

use rustc_hash::FxHashMap;

use super::{At, Pass, errors, routes};
use crate::diag::suggest;
use crate::model::{Definition, Expectation, Route};
use crate::source::{Span, Spanned};

impl Pass<'_> {
    pub(super) fn names(&mut self, definition: &Definition) {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for (path, route) in routes(definition) {
            if let Some(id) = &route.id {
                match seen.get(id.value.as_str()) {
                    Some(first) => {
                        self.push(
                            errors::duplicate_id(id, *first, "route", "router"),
                            Some(route),
                            None,
                            path.to_string(),
                        );
                    }
                    None => {
                        seen.insert(&id.value, id.span);
                    }
                }
            }
            self.variants(path, route);
        }
        let invariants = definition.invariants.iter().map(|invariant| invariant.name.as_ref());
        self.unique_names(invariants, "invariant", "invariants");
        self.unique_names(definition.tests.iter().map(|test| test.name.as_ref()), "test", "tests");
        self.invariant_names(definition);
        self.test_names(definition);
    }

    fn unique_names<'d>(
        &mut self,
        names: impl Iterator<Item = Option<&'d Spanned<String>>>,
        what: &str,
        list: &str,
    ) {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for (index, name) in names.enumerate() {
            let Some(name) = name else { continue };
            match seen.get(name.value.as_str()) {
                Some(first) => {
                    let diagnostic = errors::duplicate_name(name, *first, what);
                    self.push(diagnostic, None, None, format!("{list}[{index}]"));
                }
                None => {
                    seen.insert(&name.value, name.span);
                }
            }
        }
    }

    fn variants(&mut self, path: At<'_>, route: &Route) {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        // One alone repeats nobody.
        let many = route.variants.len() > 1;
        for variant in route.variants.iter().filter(|_| many) {
            let Some(id) = &variant.id else { continue };
            match seen.get(id.value.as_str()) {
                Some(first) => {
                    let diagnostic = errors::duplicate_id(id, *first, "variant", "route");
                    self.push(diagnostic, Some(route), Some(variant), path.to_string());
                }
                None => {
                    seen.insert(&id.value, id.span);
                }
            }
        }
        // A weight that could not be read was reported; what the others sum to then says nothing.
        let weights: Option<Vec<&Spanned<u32>>> = route.variants.iter().map(|v| v.weight.as_ref()).collect();
        let Some(weights) = weights.filter(|w| !w.is_empty()) else { return };
        let sum: u64 = weights.iter().map(|w| u64::from(w.value)).sum();
        if sum != 100 {
            let diagnostic = errors::weights_not_100(route.variants_span, &weights, sum);
            self.push(diagnostic, Some(route), None, format!("{path}.variants"));
        }
    }

    fn invariant_names(&mut self, definition: &Definition) {
        for (index, invariant) in definition.invariants.iter().enumerate() {
            for claim in &invariant.claims {
                let path = || format!("invariants[{index}]");
                for name in &claim.target.route {
                    let known: Vec<&str> = ids(definition).collect();
                    self.known(name, "route", &known, path());
                }
                for name in &claim.target.variant {
                    let known: Vec<&str> = variant_ids(definition, None).collect();
                    self.known(name, "variant", &known, path());
                }
            }
        }
    }

    fn test_names(&mut self, definition: &Definition) {
        for (index, test) in definition.tests.iter().enumerate() {
            for (path, expect) in test.expectations() {
                self.expected_names(definition, expect, &format!("tests[{index}].{path}"));
            }
        }
    }

    fn expected_names(&mut self, definition: &Definition, expect: &Expectation, path: &str) {
        let mut route = None;
        if let Some(Spanned { value: Some(name), span }) = &expect.route {
            let known: Vec<&str> = ids(definition).collect();
            if self.known(&Spanned::new(name.clone(), *span), "route", &known, path.to_owned()) {
                route = Some(name.as_str());
            } else {
                // Which variants were meant cannot be told.
                return;
            }
        }
        let known: Vec<&str> = variant_ids(definition, route).collect();
        for name in expect.variant.iter().chain(expect.shares.iter().map(|(name, _)| name)) {
            self.known(name, "variant", &known, path.to_owned());
        }
    }

    /// Whether a name is one of those that are there; a pattern with `*` must fit one.
    fn known(&mut self, name: &Spanned<String>, what: &str, known: &[&str], path: String) -> bool {
        let good = known.iter().any(|k| fits(&name.value, k));
        if !good {
            let near = suggest::nearest(&name.value, known.iter().copied());
            self.push(errors::unknown_reference(name, what, known, near), None, None, path);
        }
        good
    }
}

fn ids(definition: &Definition) -> impl Iterator<Item = &str> {
    let router = &definition.router;
    router.routes.iter().chain(&router.default).filter_map(|r| r.id.as_ref()).map(|id| id.value.as_str())
}

fn variant_ids<'d>(definition: &'d Definition, route: Option<&'d str>) -> impl Iterator<Item = &'d str> {
    let router = &definition.router;
    router
        .routes
        .iter()
        .chain(&router.default)
        .filter(move |r| route.is_none_or(|id| r.id.as_ref().is_some_and(|i| i.value == id)))
        .flat_map(|r| &r.variants)
        .filter_map(|v| v.id.as_ref())
        .map(|id| id.value.as_str())
}

/// Whether a name is what a pattern says, `*` standing for any text.
pub fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        assert!(fits("eu-*", "eu-west"));
        assert!(fits("*", ""));
        assert!(fits("a*b*c", "a1b2c"));
        assert!(!fits("a*b*c", "a1c2b"));
        assert!(!fits("ab", "abc"));
        assert!(!fits("ab*b", "ab"));
    }
}
