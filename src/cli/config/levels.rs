//! Which level each rule has: what `irc.toml` says, what it says of some paths, what the command line says.

use std::collections::BTreeMap;

use super::super::suggest::did_you_mean;
use super::fault::Fault;
use super::written::WrittenLevels;
use crate::diag::{Diagnostic, Group, Level, Meta, Switches};

/// Levels that one place gives to rules.
#[derive(Debug, Default)]
pub(in crate::cli) struct Layer {
    rules: BTreeMap<&'static str, Level>,
    groups: BTreeMap<&'static str, Level>,
}

impl Layer {
    pub(super) fn new(written: &WrittenLevels, rules: &[&'static Meta]) -> Result<Self, Fault> {
        let mut layer = Self::default();
        for (name, word) in written {
            let fault = |message| Fault { message, span: name.span() };
            layer.set(name.get_ref(), Level::from(*word), rules).map_err(fault)?;
        }
        Ok(layer)
    }

    /// Sets the level of a rule or of a group of rules. `Err` says why that cannot be.
    pub(super) fn set(&mut self, key: &str, level: Level, rules: &[&'static Meta]) -> Result<(), String> {
        if let Some(rule) = rules.iter().find(|rule| rule.name == key) {
            if is_fixed(rule) && level != Level::Error {
                return Err(format!("`{key}` is always an error: what it finds has no meaning"));
            }
            self.rules.insert(rule.name, level);
        } else if let Some(rule) = rules.iter().find(|rule| rule.group.as_str() == key) {
            self.groups.insert(rule.group.as_str(), level);
        } else if let Some(rule) = rules.iter().find(|rule| rule.code.eq_ignore_ascii_case(key)) {
            return Err(format!("rules are set by name: write `{}` for `{key}`", rule.name));
        } else {
            let names = rules.iter().flat_map(|rule| [rule.name, rule.group.as_str()]);
            return Err(format!("there is no rule or group `{key}`{}", did_you_mean(key, names)));
        }
        Ok(())
    }

    /// A rule's own level wins over its group's.
    fn of(&self, rule: &Meta) -> Option<Level> {
        let of_group = || self.groups.get(rule.group.as_str()).filter(|_| !is_fixed(rule));
        self.rules.get(rule.name).or_else(of_group).copied()
    }

    /// Names of rules and groups with their levels.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, Level)> {
        self.groups.iter().chain(&self.rules).map(|(name, level)| (*name, *level))
    }
}

/// The levels in force, for all files or for one. Of several layers the last that speaks of a rule wins.
#[derive(Debug)]
pub(in crate::cli) struct Levels<'a>(pub(super) Vec<&'a Layer>);

impl Levels<'_> {
    fn configured(&self, rule: &Meta) -> Option<Level> {
        self.0.iter().rev().find_map(|layer| layer.of(rule))
    }

    /// Whether findings of a rule are reported at all.
    pub(in crate::cli) fn is_on(&self, rule: &Meta) -> bool {
        self.configured(rule).unwrap_or(rule.level) != Level::Off
    }

    /// Which rules are on and which are off, where that is not as they are by themselves.
    pub(in crate::cli) fn switches(&self, rules: impl Iterator<Item = &'static Meta>) -> Switches {
        let mut switches = Switches::default();
        for rule in rules {
            if self.is_on(rule) != switches.is_on(rule) {
                switches.set(rule, self.is_on(rule));
            }
        }
        switches
    }

    /// A finding at the level that is in force; nothing if that is off.
    pub(super) fn settle(&self, mut found: Diagnostic) -> Option<Diagnostic> {
        match self.configured(found.meta) {
            None => (found.meta.level != Level::Off).then_some(found),
            Some(Level::Off) => None,
            Some(level) => {
                found.severity = level.severity();
                Some(found)
            }
        }
    }
}

/// Rules that cannot be set to anything else: behind their errors there is nothing left to check.
fn is_fixed(rule: &Meta) -> bool {
    rule.level == Level::Error
        && matches!(rule.group, Group::Yaml | Group::Shape | Group::Cel | Group::Internal)
}
