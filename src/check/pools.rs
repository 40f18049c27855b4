//! Pools: lists of models with a name, put in where they are named.

use std::collections::{HashMap, HashSet};

use super::models::Place;
use super::{At, Pass, errors};
use crate::diag::{Diagnostic, Label, Subject, suggest};
use crate::model::{Definition, Library, Pool, PoolList, PoolUse, Selection, Variant};
use crate::source::{Span, Spanned};

/// How many models pools may put into the lists of one definition.
const MOST_MODELS: usize = 20_000;

/// What was found while pools are put in.
struct Pools {
    used: HashSet<String>,
    /// How many models may still be put in.
    left: usize,
}

/// A list of what was written in it and what pools put in.
struct Merged {
    items: Vec<Spanned<String>>,
    /// What it holds, and whether a pool brought it.
    from_pool: HashMap<String, bool>,
}

impl Merged {
    /// Adds a model, unless the list has it and one of the two is from a pool: a list that its author wrote stays as it
    /// is.
    fn add(&mut self, item: Spanned<String>, from_pool: bool) {
        match self.from_pool.get(&item.value) {
            Some(earlier) if *earlier || from_pool => return,
            _ => self.from_pool.insert(item.value.clone(), from_pool),
        };
        self.items.push(item);
    }
}

impl Pass<'_> {
    /// Puts the models of pools in where pools are named. What a list holds already is not put in again, nor is the
    /// model that the list is to stand in for.
    pub(super) fn pools(&mut self, definition: &mut Definition) {
        self.pool_models(&self.reuse.own);
        let mut pools = Pools { used: HashSet::new(), left: MOST_MODELS };
        let router = &mut definition.router;
        let routes = router.routes.iter_mut().enumerate().map(|(at, route)| (At::Route(at), route));
        let default = router.default.iter_mut().map(|route| (At::Default("default"), route));
        for (path, route) in routes.chain(default) {
            let mut found = Vec::new();
            for (index, variant) in route.variants.iter_mut().enumerate() {
                self.pools_of_variant(variant, &mut pools, |diagnostic| found.push((index, diagnostic)));
            }
            for (index, diagnostic) in found {
                let variant = route.variants.get(index);
                self.push(diagnostic, Some(route), variant, format!("{path}.variants[{index}]"));
            }
        }
        if definition.damaged {
            return;
        }
        let reuse = self.reuse;
        for (name, pool) in reuse.own.pools.iter().filter(|(name, _)| !pools.used.contains(&***name)) {
            let diagnostic = errors::unused_name(pool.name_span, "pool", name);
            self.push(diagnostic, None, None, format!("pools.{name}"));
        }
    }

    /// Checks what pools hold, where they are written.
    pub(super) fn pool_models(&mut self, library: &Library) {
        for (name, pool) in &library.pools {
            self.models_of_pool(name, pool);
        }
    }

    fn models_of_pool(&mut self, name: &str, pool: &Pool) {
        for (index, model) in pool.models.iter().flatten().enumerate() {
            if let Some(diagnostic) = self.model(model, Place::Candidate) {
                self.push(diagnostic, None, None, format!("pools.{name}[{index}]"));
            }
        }
    }

    fn pools_of_variant(
        &mut self,
        variant: &mut Variant,
        pools: &mut Pools,
        mut found: impl FnMut(Diagnostic),
    ) {
        let mut uses = std::mem::take(&mut variant.selection.pools);
        let primary = variant.model.as_ref().filter(|_| !variant.is_auto());
        let primary = primary.map(|model| model.value.clone());
        for kind in [PoolList::Models, PoolList::Ignore] {
            let mut uses = uses.iter_mut().filter(|used| used.list == kind).peekable();
            let Some(items) = list(&mut variant.selection, kind).filter(|_| uses.peek().is_some()) else {
                continue;
            };
            let primary = primary.as_ref().filter(|_| kind == PoolList::Models);
            let mut written = std::mem::take(items).into_iter().enumerate().peekable();
            let mut merged = Merged { items: Vec::new(), from_pool: HashMap::new() };
            for used in uses {
                while let Some((_, item)) = written.next_if(|(at, _)| *at < used.at) {
                    merged.add(item, false);
                }
                let models = self.models_for(used, pools, &mut found).unwrap_or_default();
                if primary.is_some() {
                    self.as_fallbacks(used, &models, &mut found);
                }
                let ends = models.first().zip(models.last());
                used.holds = ends.map(|(first, last)| Span { end: last.span.end, ..first.span });
                let others = models.into_iter().filter(|model| primary != Some(&model.value));
                others.for_each(|model| merged.add(model, true));
            }
            written.for_each(|(_, item)| merged.add(item, false));
            *items = merged.items;
        }
        variant.selection.pools = uses;
    }

    /// The models of the pool that is named, if there is such a pool and room for them.
    fn models_for(
        &mut self,
        used: &PoolUse,
        pools: &mut Pools,
        found: &mut impl FnMut(Diagnostic),
    ) -> Option<Vec<Spanned<String>>> {
        let reuse = self.reuse;
        let name = &used.name;
        let mut known = reuse.pools(&name.value);
        let Some(pool) = known.next() else {
            if !reuse.unread {
                let names: Vec<&str> = reuse.pool_names().collect();
                found(errors::unknown_pool(
                    name,
                    &names,
                    suggest::nearest(&name.value, names.iter().copied()),
                ));
            }
            return None;
        };
        if pools.used.insert(name.value.clone()) {
            if let Some(second) = known.next() {
                let own = reuse.own.pools.contains_key(name.value.as_str());
                let (again, first) = rather_own(own, pool.name_span, second.name_span);
                found(errors::defined_twice(again, "pool", &name.value, first));
            }
            if !reuse.own.pools.contains_key(name.value.as_str()) {
                self.models_of_pool(&name.value, pool);
            }
        }
        let models = pool.models.as_ref()?;
        let Some(left) = pools.left.checked_sub(models.len()) else {
            if pools.left > 0 {
                found(errors::too_many_pool_models(name, MOST_MODELS));
            }
            pools.left = 0;
            return None;
        };
        pools.left = left;
        Some(models.clone())
    }

    /// Reports what may stand in a pool, but not among fallbacks.
    fn as_fallbacks(&self, used: &PoolUse, models: &[Spanned<String>], found: &mut impl FnMut(Diagnostic)) {
        for model in models {
            if self.model(model, Place::Candidate).is_none()
                && let Some(diagnostic) = self.model(model, Place::Fallback)
            {
                found(diagnostic.also(used.name.span, "the pool stands among fallbacks here"));
            }
        }
    }
}

/// Adds to a finding in what a pool of a shared file put in where that pool was named.
pub(super) fn show_use(definition: &Definition, diagnostic: &mut Diagnostic) {
    let Subject { route, variant, .. } = &diagnostic.subject;
    let is = |id: &Option<Spanned<String>>, name: &Option<String>| {
        id.as_ref().is_some_and(|id| name.as_ref() == Some(&id.value))
    };
    let routes = definition.router.routes.iter().chain(&definition.router.default);
    let variants = routes.filter(|r| is(&r.id, route)).flat_map(|r| &r.variants);
    let mut uses = variants.filter(|v| is(&v.id, variant)).flat_map(|v| &v.selection.pools);
    let put_in = |used: &&PoolUse| {
        used.name.span.file != diagnostic.span.file
            && used.holds.is_some_and(|holds| holds.contains(diagnostic.span))
    };
    if let Some(used) = uses.find(put_in) {
        let message = format!("the pool `{}` is used here", used.name.value);
        diagnostic.labels.push(Label { span: used.name.span, message });
    }
}

fn list(selection: &mut Selection, kind: PoolList) -> Option<&mut Vec<Spanned<String>>> {
    match kind {
        PoolList::Models => selection.models.as_mut().map(|models| &mut models.items),
        PoolList::Ignore => selection.ignore.as_mut().map(|ignore| &mut ignore.value),
    }
}

/// Of two places that define one name, the one to change and the other: rather the definition's own, where the first one
/// is, than what others share.
pub(super) fn rather_own(own: bool, first: Span, second: Span) -> (Span, Span) {
    if own { (first, second) } else { (second, first) }
}
