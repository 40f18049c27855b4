//! Conditions with names: which a definition needs, whether they make sense, and how they are put in where they are
//! named.
//!
//! Each is parsed and typed once, where it is written, with every other name taken for `true` or `false`. What can be
//! wrong with it is said there. Where it is named, its text is put in, in parentheses, and the whole is parsed and typed
//! as it will be deployed.

use std::sync::Arc;

use indexmap::IndexMap;

use super::hints::Part;
use super::{At, Checked, Expression, Pass, errors, pools};
use crate::catalogue::functions;
use crate::cel::ast::{Kind, NodeId};
use crate::cel::checker::Reference;
use crate::cel::types::Field;
use crate::cel::{self, Ast, Env, Issue, Type, library};
use crate::diag::{Diagnostic, Label, Severity, Subject};
use crate::model::{Condition, Inlined, NamedCondition, Reuse, Route};
use crate::source::Span;

/// How deep named conditions may use one another.
const MOST_LEVELS: u32 = 16;
/// How many bytes the conditions of one definition may grow to in all.
const MOST_BYTES: usize = 1 << 20;
/// How many names are explained in one finding.
const MOST_SHOWN: usize = 3;

/// An expression that was parsed, and what is wrong with its text.
pub(super) type Parsed = (Ast, Vec<Issue>);

/// The named conditions that a definition needs: all of its own, and what it uses of those it shares.
#[derive(Default)]
pub(super) struct Shelf<'a> {
    all: IndexMap<Arc<str>, Named<'a>>,
    /// How many bytes may still be put in.
    left: usize,
}

/// One of them.
struct Named<'a> {
    entry: &'a Arc<NamedCondition>,
    /// Where something needs it, if it is not the definition's own.
    needed_at: Option<Span>,
    /// Its expression; empty before it was typed and for what could not be read.
    written: Written,
    /// False where an error was reported: then nothing is made of what uses it.
    sound: bool,
    /// How many bytes it has with all that it uses put in.
    bytes: usize,
    /// How deep it uses others; 1 for none.
    level: u32,
}

/// What stands in an expression between its first and its last token, and the names in it.
#[derive(Default)]
pub(super) struct Written {
    place: cel::Span,
    uses: Vec<Use>,
}

/// A name in an expression.
#[derive(Clone, Copy)]
struct Use {
    place: cel::Span,
    index: usize,
}

impl Written {
    /// True when it names no condition.
    pub(super) fn names_none(&self) -> bool {
        self.uses.is_empty()
    }
}

impl<'a> Shelf<'a> {
    /// True when nothing has a name.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Where an expression names conditions.
    pub(super) fn written(&self, ast: &Ast, checked: &cel::Checked) -> Written {
        let mut uses = Vec::new();
        for id in ast.ids().filter(|_| !self.is_empty()) {
            if let Some(Reference::Variable { name, .. }) = checked.reference(id)
                && let Some(index) = self.all.get_index_of(&**name)
            {
                uses.push(Use { place: ast.span(id), index });
            }
        }
        uses.sort_unstable_by_key(|used| used.place);
        Written { place: ast.span(ast.root()), uses }
    }

    fn get(&self, index: usize) -> Option<&Named<'a>> {
        self.all.get_index(index).map(|(_, named)| named)
    }

    fn spoil(&mut self, index: usize) {
        if let Some((_, named)) = self.all.get_index_mut(index) {
            named.sound = false;
        }
    }

    /// How many bytes an expression of so many grows to.
    fn grown(&self, bytes: usize, uses: &[Use]) -> usize {
        let sizes =
            uses.iter().filter_map(|used| self.get(used.index)).map(|named| named.bytes.saturating_add(2));
        sizes.fold(bytes, usize::saturating_add)
    }
}

impl<'a> Pass<'a> {
    /// Gathers the named conditions that some expressions need, and reports what their names clash with. `env` is given
    /// a variable for each.
    pub(super) fn shelf(&mut self, roots: &[(&Condition, &Ast)], env: &mut Env) -> Shelf<'a> {
        let mut shelf = Shelf { left: MOST_BYTES, ..Shelf::default() };
        let reuse = self.reuse;
        if reuse.names_no_condition() {
            return shelf;
        }
        let options = cel::ParseOptions { limits: env.limits, ..cel::ParseOptions::default() };
        // The last one comes first.
        let mut wanted: Vec<(Arc<str>, Option<Span>)> = Vec::new();
        for (condition, ast) in roots.iter().rev() {
            wanted.extend(needs(condition, ast, reuse));
        }
        wanted.extend(reuse.own.conditions.keys().rev().map(|name| (name.clone(), None)));
        while let Some((name, needed_at)) = wanted.pop() {
            if shelf.all.contains_key(&name) {
                continue;
            }
            let Some(entry) = reuse.conditions(&name).next() else { continue };
            let again = reuse.conditions(&name).nth(1);
            let sound = again.is_none() && entry.condition.is_some() && !self.is_taken(entry, env);
            if let Some(again) = again {
                let own = reuse.own.conditions.contains_key(&name);
                let (again, first) = super::pools::rather_own(own, entry.name_span, again.name_span);
                let diagnostic = errors::defined_twice(again, "condition", &name, first);
                self.push(diagnostic, None, None, At::Condition(&name).to_string());
            }
            if let Some(condition) = &entry.condition {
                let (ast, _) = cel::parse(&condition.text, &options);
                let needs = needs(condition, &ast, reuse).into_iter();
                wanted.extend(needs.map(|(name, place)| (name, needed_at.or(place))));
            }
            let written = Written::default();
            shelf.all.insert(name, Named { entry, needed_at, written, sound, bytes: 0, level: 1 });
        }
        for (name, named) in &shelf.all {
            // What is already reported is no reason to find fault with what uses it.
            let ty = if named.sound { Type::Bool } else { Type::Dyn };
            env.variables.insert(name.clone(), Field { required: true, ..Field::new(ty) });
        }
        shelf
    }

    /// Whether a name means something else already, which is reported.
    fn is_taken(&mut self, entry: &NamedCondition, env: &Env) -> bool {
        let name = &*entry.name;
        let declared = self.metadata.and_then(|metadata| metadata.keys.get(name));
        let diagnostic = if let Some(declaration) = declared {
            errors::named_as_key(entry.name_span, name, declaration.name_span)
        } else if library::lookup_type(name).is_some() {
            errors::named_as_builtin(entry.name_span, name, "a type")
        } else if is_function(name, env) {
            errors::named_as_builtin(entry.name_span, name, "a function")
        } else {
            return false;
        };
        self.push(diagnostic, None, None, At::Condition(name).to_string());
        true
    }

    /// Types the named conditions and finds out how they use one another.
    pub(super) fn named_conditions<'p>(
        &mut self,
        shelf: &mut Shelf<'p>,
        env: &mut Env,
        parts: &mut Vec<Part<'p>>,
    ) {
        let options = cel::ParseOptions { limits: env.limits, ..cel::ParseOptions::default() };
        let regexes = env.regex_bytes_before;
        for index in 0..shelf.all.len() {
            let Some(named) = shelf.get(index) else { continue };
            let (entry, needed_at) = (named.entry, named.needed_at);
            let Some(condition) = &entry.condition else { continue };
            let parsed = cel::parse(&condition.text, &options);
            let at = At::Condition(&entry.name);
            let (checked, sound) = self.sense(condition, &parsed, env, (None, at), needed_at);
            env.regex_bytes_before = env.regex_bytes_before.saturating_add(checked.regex_bytes);
            let written = shelf.written(&parsed.0, &checked);
            parts.push(Part { condition, checked: Arc::new(checked), at });
            if let Some((_, named)) = shelf.all.get_index_mut(index) {
                named.sound &= sound;
                named.written = written;
            }
        }
        env.regex_bytes_before = regexes;
        self.settle(shelf, env);
    }

    /// Goes through the named conditions so that each comes behind those that it uses; reports what uses itself, and
    /// what grows too large.
    fn settle(&mut self, shelf: &mut Shelf<'_>, env: &Env) {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = vec![State::New; shelf.all.len()];
        let mut in_cycle = vec![false; shelf.all.len()];
        for first in 0..shelf.all.len() {
            if states.get(first) != Some(&State::New) {
                continue;
            }
            // What is being looked at, and which of its uses comes next.
            let mut open: Vec<(usize, usize)> = vec![(first, 0)];
            while let Some((index, next)) = open.last_mut() {
                let index = *index;
                if let Some(state) = states.get_mut(index) {
                    *state = State::Open;
                }
                let used = shelf.get(index).and_then(|named| named.written.uses.get(*next)).copied();
                *next += 1;
                let Some(used) = used else {
                    open.pop();
                    self.measure(shelf, index, env);
                    if let Some(state) = states.get_mut(index) {
                        *state = State::Done;
                    }
                    continue;
                };
                match states.get(used.index) {
                    Some(State::New) => open.push((used.index, 0)),
                    Some(State::Open) => {
                        shelf.spoil(index);
                        let known = |at: usize| in_cycle.get(at) == Some(&true);
                        if known(index) && known(used.index) {
                            continue;
                        }
                        let from = open.iter().position(|(at, _)| *at == used.index).unwrap_or(0);
                        let cycle: Vec<usize> = open.iter().skip(from).map(|(at, _)| *at).collect();
                        for at in &cycle {
                            shelf.spoil(*at);
                            if let Some(flag) = in_cycle.get_mut(*at) {
                                *flag = true;
                            }
                        }
                        self.cycle(shelf, &cycle);
                    }
                    _ => {}
                }
            }
        }
    }

    fn cycle(&mut self, shelf: &Shelf<'_>, cycle: &[usize]) {
        let steps: Vec<_> = cycle
            .iter()
            .zip(cycle.iter().cycle().skip(1))
            .filter_map(|(from, to)| {
                let named = shelf.get(*from)?;
                let used = named.written.uses.iter().find(|used| used.index == *to)?;
                let place = named.entry.condition.as_ref()?.place(used.place);
                Some((&*named.entry.name, place))
            })
            .collect();
        let Some(first) = cycle.first().and_then(|index| shelf.get(*index)) else { return };
        let diagnostic = errors::condition_cycle(first.entry.name_span, &steps);
        self.push(diagnostic, None, None, At::Condition(&first.entry.name).to_string());
    }

    /// How large and how deep a named condition is. What it uses was measured before.
    fn measure(&mut self, shelf: &mut Shelf<'_>, index: usize, env: &Env) {
        let Some(named) = shelf.get(index) else { return };
        let used = || named.written.uses.iter().filter_map(|used| shelf.get(used.index));
        let level = 1 + used().map(|named| named.level).max().unwrap_or(0);
        let own = (named.written.place.end - named.written.place.start) as usize;
        let bytes = shelf.grown(own, &named.written.uses);
        let mut sound = named.sound && used().all(|named| named.sound);
        if sound && (level > MOST_LEVELS || bytes > env.limits.bytes) {
            sound = false;
            let (name, span) = (named.entry.name.clone(), named.entry.name_span);
            let diagnostic = if level > MOST_LEVELS {
                errors::names_too_deep(span, &name, MOST_LEVELS)
            } else {
                errors::condition_too_large(span, &name, env.limits.bytes)
            };
            self.push(diagnostic, None, None, At::Condition(&name).to_string());
        }
        if let Some((_, named)) = shelf.all.get_index_mut(index) {
            (named.sound, named.bytes, named.level) = (sound, bytes, level);
        }
    }

    /// Reports the definition's own conditions that no expression needs.
    pub(super) fn unused_conditions(&mut self, shelf: &Shelf<'_>, roots: &[Written]) {
        let mut used = vec![false; shelf.all.len()];
        let mut open: Vec<usize> = roots.iter().flat_map(|root| &root.uses).map(|used| used.index).collect();
        while let Some(index) = open.pop() {
            let Some(flag) = used.get_mut(index).filter(|flag| !**flag) else { continue };
            *flag = true;
            open.extend(shelf.get(index).iter().flat_map(|named| &named.written.uses).map(|used| used.index));
        }
        for (name, entry) in &self.reuse.own.conditions {
            let index = shelf.all.get_index_of(name);
            if index.is_some_and(|index| used.get(index) == Some(&false)) {
                let diagnostic = errors::unused_name(entry.name_span, "condition", name);
                self.push(diagnostic, None, None, At::Condition(name).to_string());
            }
        }
    }

    /// A condition with all that it names put in, as it is deployed. `None` where something that it names has a fault,
    /// which was reported, or where the whole has one, which is reported here.
    pub(super) fn inlined(
        &mut self,
        condition: &Condition,
        written: &Written,
        shelf: &mut Shelf<'_>,
        env: &mut Env,
        (route, at): (Option<&Route>, At<'_>),
    ) -> Option<(Expression, Condition)> {
        let uses = &written.uses;
        if uses.iter().any(|used| shelf.get(used.index).is_none_or(|named| !named.sound)) {
            return None;
        }
        let first = condition.place(uses.first()?.place);
        let bytes = shelf.grown(condition.text.len(), uses);
        if bytes > env.limits.bytes {
            self.push(errors::grows_too_large(first, env.limits.bytes), route, None, at.to_string());
            return None;
        }
        let Some(left) = shelf.left.checked_sub(bytes) else {
            if shelf.left > 0 {
                self.push(errors::all_grow_too_large(first, MOST_BYTES), route, None, at.to_string());
            }
            shelf.left = 0;
            return None;
        };
        shelf.left = left;
        let mut text = Text { shelf, text: String::with_capacity(bytes), inlined: Vec::new() };
        let whole = cel::Span::new(0, condition.text.len());
        text.put(condition, whole, uses, None);
        let whole = Condition { text: text.text.into(), inlined: text.inlined, ..condition.clone() };
        let options = cel::ParseOptions { limits: env.limits, ..cel::ParseOptions::default() };
        let (ast, syntax) = cel::parse(&whole.text, &options);
        let (checked, types) = cel::check(&ast, env);
        env.regex_bytes_before = env.regex_bytes_before.saturating_add(checked.regex_bytes);
        let mut sound = true;
        for issue in syntax.iter().chain(&types) {
            // All but what the whole is too large for was said where it stands.
            let diagnostic = self.issue(issue, &whole, env);
            if diagnostic.severity == Severity::Error {
                sound = false;
                self.push(diagnostic, route, None, at.to_string());
            }
        }
        if let Some(captured) = sound.then(|| Scope::captured(&ast, &whole)).flatten() {
            self.push(captured, route, None, at.to_string());
            sound = false;
        }
        sound.then(|| (Expression { ast: Arc::new(ast), checked: Arc::new(checked) }, whole))
    }
}

fn is_function(name: &str, env: &Env) -> bool {
    let is_macro = matches!(name, "has" | "all" | "exists" | "exists_one" | "existsOne" | "map" | "filter");
    is_macro
        || library::lookup(name).is_some()
        || env.functions.iter().any(|function| *function.name == *name)
        || functions::summary(name).is_some()
}

/// The names in an expression that may be conditions, and where they stand; the last one first.
fn needs(condition: &Condition, ast: &Ast, reuse: &Reuse) -> Vec<(Arc<str>, Option<Span>)> {
    let mut names = Vec::new();
    for id in ast.ids() {
        if let Kind::Ident { name, .. } = ast.kind(id)
            && reuse.conditions(&name.text).next().is_some()
        {
            names.push((name.text.clone(), Some(condition.place(name.span))));
        }
    }
    names.reverse();
    names
}

/// The text of a condition while named ones are put in.
struct Text<'s> {
    shelf: &'s Shelf<'s>,
    text: String,
    inlined: Vec<Inlined>,
}

impl Text<'_> {
    /// Puts in a range of what was written. As deep as names use one another, which is bounded.
    fn put(&mut self, condition: &Condition, range: cel::Span, uses: &[Use], parent: Option<usize>) {
        let slice = |from: u32, to: u32| condition.text.get(from as usize..to as usize).unwrap_or_default();
        let mut at = range.start;
        for used in uses {
            self.text.push_str(slice(at, used.place.start));
            at = used.place.end;
            let Some(named) = self.shelf.get(used.index) else { continue };
            let Some(inner) = &named.entry.condition else { continue };
            let own = self.inlined.len();
            let start = self.here();
            let base = named.written.place.start;
            self.inlined.push(Inlined {
                named: Arc::clone(named.entry),
                outer: start..start,
                inner: start + 1..start + 1,
                base,
                used: used.place,
                parent,
            });
            self.text.push('(');
            self.put(inner, named.written.place, &named.written.uses, Some(own));
            let end = self.here();
            self.text.push(')');
            if let Some(part) = self.inlined.get_mut(own) {
                (part.inner.end, part.outer.end) = (end, end + 1);
            }
        }
        self.text.push_str(slice(at, range.end));
    }

    fn here(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }
}

/// The variables of macros around a place, with what they were put in with.
struct Scope<'a> {
    ast: &'a Ast,
    whole: &'a Condition,
    variables: Vec<(&'a cel::ast::Name, Option<usize>)>,
}

impl<'a> Scope<'a> {
    /// Finds a name of something that was put in which a macro around it would take for its own variable.
    fn captured(ast: &'a Ast, whole: &'a Condition) -> Option<Diagnostic> {
        let mut scope = Scope { ast, whole, variables: Vec::new() };
        scope.look(ast.root())
    }

    /// As deep as the tree, which the parser bounds.
    fn look(&mut self, id: NodeId) -> Option<Diagnostic> {
        match self.ast.kind(id) {
            Kind::Ident { name, leading_dot: false } => {
                let bound = self.variables.iter().rev().find(|(variable, _)| variable.text == name.text)?;
                let level = self.whole.inlined_at(name.span.start);
                (bound.1 != level).then(|| self.report(name, level, *bound)).flatten()
            }
            Kind::Macro(call) => {
                if let Some(found) = call.target.and_then(|range| self.look(range)) {
                    return Some(found);
                }
                let before = self.variables.len();
                let level = |name: &cel::ast::Name| self.whole.inlined_at(name.span.start);
                let variables: Vec<_> = call.vars.iter().map(|name| (name, level(name))).collect();
                self.variables.extend(variables);
                let found = call.args.iter().find_map(|id| self.look(*id));
                self.variables.truncate(before);
                found
            }
            _ => self.ast.children(id).into_iter().find_map(|id| self.look(id)),
        }
    }

    fn report(
        &self,
        name: &cel::ast::Name,
        level: Option<usize>,
        (variable, around): (&cel::ast::Name, Option<usize>),
    ) -> Option<Diagnostic> {
        // The name that stands where the macro does.
        let mut at = level?;
        while let Some(part) = self.whole.inlined.get(at)
            && part.parent != around
        {
            at = part.parent?;
        }
        let named = &self.whole.inlined.get(at)?.named.name;
        Some(errors::captured_variable(
            self.whole.name_place(at)?,
            named,
            &name.text,
            self.whole.place(name.span),
            self.whole.place(variable.span),
        ))
    }
}

/// Adds to findings in what was put in where it was put in, and to those that speak of names where they are defined.
pub fn show_uses<'d>(checked: &Checked, found: impl Iterator<Item = &'d mut Diagnostic>) {
    let definition = &checked.definition;
    let conditions = |subject: &Subject| {
        let route = definition
            .router
            .routes
            .iter()
            .find(|route| route.id.as_ref().is_some_and(|id| subject.route.as_ref() == Some(&id.value)));
        let index =
            subject.path.as_ref().and_then(|path| path.strip_prefix("invariants[")?.split(']').next());
        let invariant = index.and_then(|index| definition.invariants.get(index.parse::<usize>().ok()?));
        let invariant = invariant.and_then(|invariant| invariant.when.as_ref().or(invariant.unless.as_ref()));
        route.and_then(|route| route.when.as_ref()).or(invariant)
    };
    for diagnostic in found {
        pools::show_use(definition, diagnostic);
        let Some(condition) = conditions(&diagnostic.subject).filter(|c| !c.inlined.is_empty()) else {
            continue;
        };
        let covered = condition.names_in(diagnostic.span, MOST_SHOWN);
        if covered.is_empty()
            && let Some((index, part)) = condition.holder_of(diagnostic.span)
            && let Some(place) = condition.name_place(index)
        {
            diagnostic
                .labels
                .push(Label { span: place, message: format!("`{}` is used here", part.named.name) });
        }
        for named in covered {
            let message = format!("`{}` is defined here", named.name);
            diagnostic.labels.push(Label { span: named.name_span, message });
        }
    }
}
