//! What is fixed about a rule: the static description that every diagnostic carries.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what the author wants.
    Warning,
    /// The definition must not be deployed.
    Error,
}

impl Severity {
    /// The word shown and written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What configuration can set a rule to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Not reported.
    Off,
    /// As information.
    Info,
    /// As a warning.
    Warning,
    /// As an error.
    Error,
}

impl Level {
    /// The severity that findings have at this level. A rule that is off and is asked for all the same speaks as information.
    pub fn severity(self) -> Severity {
        match self {
            Self::Off | Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }

    /// The word in `irc.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What kind of rule it is; configuration can name a whole group.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Group {
    /// Files and YAML.
    Yaml,
    /// Shape of the definition.
    Shape,
    /// CEL.
    Cel,
    /// Names, references, ranges.
    Names,
    /// Certainly a fault though it could be deployed.
    Correctness,
    /// Probably not what the author meant.
    Suspicious,
    /// What requests cost.
    Cost,
    /// What happens when a provider fails.
    Resilience,
    /// The same could be said better.
    Style,
    /// Not for everybody, or not proved in practice yet.
    Nursery,
    /// Tests and simulation.
    Test,
    /// Claims about all requests.
    Analysis,
    /// A fault of the tool itself.
    Internal,
}

impl Group {
    /// Whether an error of this group leaves open what a definition does. Others say that it does what it should not.
    pub fn leaves_open(self) -> bool {
        matches!(self, Self::Yaml | Self::Shape | Self::Cel | Self::Names | Self::Internal)
    }

    /// The word in `irc.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Shape => "shape",
            Self::Cel => "cel",
            Self::Names => "names",
            Self::Correctness => "correctness",
            Self::Suspicious => "suspicious",
            Self::Cost => "cost",
            Self::Resilience => "resilience",
            Self::Style => "style",
            Self::Nursery => "nursery",
            Self::Test => "test",
            Self::Analysis => "analysis",
            Self::Internal => "internal",
        }
    }
}

/// Whether a rule offers fixes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fixability {
    /// Never.
    None,
    /// In some cases.
    Sometimes,
    /// Always.
    Always,
}

/// A rule. Its name is its face, the code its index; neither is ever given to another rule.
#[derive(Debug)]
pub struct Meta {
    /// Kebab-case name.
    pub name: &'static str,
    /// `IRC` and three digits.
    pub code: &'static str,
    /// Level unless configured otherwise.
    pub level: Level,
    /// Its group.
    pub group: Group,
    /// The version that had it first.
    pub since: &'static str,
    /// Whether it offers fixes.
    pub fixable: Fixability,
    /// Its page, which `irc explain` prints: Markdown with a failing and a passing example.
    pub page: &'static str,
}

impl Meta {
    /// What its page says below the name, without links to other pages: those lead somewhere only where the page stands.
    pub fn description(&self) -> String {
        let below = self.page.split_once('\n').map_or("", |(_, below)| below);
        unlinked(below.trim())
    }

    /// The first sentence of its page, on one line.
    pub fn summary(&self) -> String {
        let paragraph = self.description().split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let ends = paragraph.match_indices(". ").map(|(at, _)| paragraph.get(..at).unwrap_or_default());
        // A point inside of quoted text ends nothing.
        let mut whole = ends.filter(|text| text.matches('`').count().is_multiple_of(2));
        let sentence = whole.next().unwrap_or(&paragraph).trim_end_matches([':', '.']);
        format!("{sentence}.")
    }
}

/// Leaves of each link to another page its words.
fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("](") {
        let target = behind.split_once(')').filter(|(target, _)| target.contains(".md"));
        match (before.rsplit_once('['), target) {
            (Some((before, words)), Some((_, behind))) => {
                out.push_str(before);
                out.push_str(words);
                rest = behind;
            }
            _ => {
                out.push_str(before);
                out.push_str("](");
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    out
}

impl PartialEq for Meta {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Meta {}

/// Which rules are on: as they are by themselves, but for those that were set.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    set: Vec<(&'static str, bool)>,
}

impl Switches {
    /// Sets a rule on or off.
    pub fn set(&mut self, rule: &'static Meta, on: bool) {
        self.set.push((rule.name, on));
    }

    /// Whether a rule is on.
    pub fn is_on(&self, rule: &Meta) -> bool {
        let set = self.set.iter().rev().find(|(name, _)| *name == rule.name);
        set.map_or(rule.level != Level::Off, |(_, on)| *on)
    }
}

/// The [`Meta`] of a rule, its page taken from `docs/diagnostics/<name>.md`.
#[macro_export]
#[doc(hidden)]
macro_rules! rule_meta {
    ($code:literal $name:literal, $level:ident, $group:ident, $fixable:ident) => {
        $crate::diag::Meta {
            name: $name,
            code: $code,
            level: $crate::diag::Level::$level,
            group: $crate::diag::Group::$group,
            since: "0.1.0",
            fixable: $crate::diag::Fixability::$fixable,
            page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/diagnostics/", $name, ".md")),
        }
    };
}

/// Declares rules: one `static` of type [`Meta`] each, its page taken from `docs/diagnostics/<name>.md`, and the list `ALL`.
#[macro_export]
#[doc(hidden)]
macro_rules! declare_rules {
    ($( $ident:ident = $code:literal $name:literal, $level:ident, $group:ident, $fixable:ident; )*) => {
        $(
            #[doc = concat!("`", $name, "`: see `docs/diagnostics/", $name, ".md`.")]
            pub static $ident: $crate::diag::Meta =
                $crate::rule_meta!($code $name, $level, $group, $fixable);
        )*
        /// Every rule of this pass.
        pub static ALL: &[&$crate::diag::Meta] = &[$(&$ident),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(page: &'static str) -> Meta {
        Meta {
            name: "sample",
            code: "IRC999",
            level: Level::Error,
            group: Group::Internal,
            since: "0.1.0",
            fixable: Fixability::None,
            page,
        }
    }

    #[test]
    fn pages_are_summed_up() {
        let rule =
            meta("# sample\n\nA `x. y` is wrong ([A02](../a.md)), and\nso is `z`. More.\n\n## Fails\n\nb\n");
        assert_eq!(rule.summary(), "A `x. y` is wrong (A02), and so is `z`.");
        assert!(rule.description().starts_with("A `x. y` is wrong (A02), and\nso is `z`. More.\n\n## Fails"));
        assert_eq!(meta("# sample\n\nThis:\n\n* a").summary(), "This.");
        assert_eq!(meta("").summary(), ".");
    }

    #[test]
    fn only_links_to_pages_go() {
        assert_eq!(unlinked("[a](b.md) and [c\nd](../e.md#f)."), "a and c\nd.");
        assert_eq!(unlinked("`^[a-z](x)` [a](b.md)"), "`^[a-z](x)` a");
        assert_eq!(unlinked("](x.md) [a](b.md"), "](x.md) [a](b.md");
    }
}
