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
