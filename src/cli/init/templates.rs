//! What is written: the files of `templates/`, with the router's name.

use crate::render::scalar;

/// The name that the routers of the templates have.
const PLACEHOLDER: &str = "my-router";

/// What a definition can begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(super) enum Template {
    #[default]
    Tiers,
    AbTest,
    ClaudeCode,
    Cost,
}

impl Template {
    /// All of them, each with what it is for.
    pub(super) const ALL: [(Template, &'static str); 4] = [
        (Self::Tiers, "better models for those who pay"),
        (Self::AbTest, "a tenth of some users try another model"),
        (Self::ClaudeCode, "Claude Code, answered by another provider when one fails"),
        (Self::Cost, "cheap models for simple tasks"),
    ];

    /// Its name on the command line.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Tiers => "tiers",
            Self::AbTest => "ab-test",
            Self::ClaudeCode => "claude-code",
            Self::Cost => "cost",
        }
    }

    /// The definition of a router of this name.
    pub(super) fn definition(self, name: &str) -> String {
        let text = match self {
            Self::Tiers => include_str!("../../../templates/tiers/router.yaml"),
            Self::AbTest => include_str!("../../../templates/ab-test/router.yaml"),
            Self::ClaudeCode => include_str!("../../../templates/claude-code/router.yaml"),
            Self::Cost => include_str!("../../../templates/cost/router.yaml"),
        };
        // A name such as `0x1f` or `true` is text to YAML only in quotes.
        let line = format!("name: {}\n", scalar(name));
        text.replace(&format!("name: {PLACEHOLDER}\n"), &line).replace(PLACEHOLDER, name)
    }

    /// Requests for it.
    pub(super) fn requests(self, name: &str) -> String {
        let text = match self {
            Self::Tiers => include_str!("../../../templates/tiers/requests.jsonl"),
            Self::AbTest => include_str!("../../../templates/ab-test/requests.jsonl"),
            Self::ClaudeCode => include_str!("../../../templates/claude-code/requests.jsonl"),
            Self::Cost => include_str!("../../../templates/cost/requests.jsonl"),
        };
        text.replace(PLACEHOLDER, name)
    }
}

/// Who runs a job on every push.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub(super) enum Ci {
    #[default]
    Github,
    Gitlab,
    None,
}

impl Ci {
    pub(super) const ALL: [Ci; 3] = [Self::Github, Self::Gitlab, Self::None];

    /// Its name on the command line.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::None => "none",
        }
    }

    /// Where its file stands in a repository, and what it says.
    pub(super) fn file(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Github => {
                Some((".github/workflows/irc.yml", include_str!("../../../templates/ci/github.yml")))
            }
            Self::Gitlab => Some((".gitlab-ci.yml", include_str!("../../../templates/ci/gitlab.yml"))),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn names_are_those_of_the_flags() {
        for (template, _) in Template::ALL {
            assert_eq!(Template::from_str(template.as_str(), false), Ok(template));
        }
        assert_eq!(Template::value_variants().len(), Template::ALL.len());
        for ci in Ci::ALL {
            assert_eq!(Ci::from_str(ci.as_str(), false), Ok(ci));
        }
        assert_eq!(Ci::value_variants().len(), Ci::ALL.len());
    }

    #[test]
    fn every_mention_is_renamed() {
        for (template, _) in Template::ALL {
            for text in [template.definition("0x1f"), template.requests("0x1f")] {
                assert!(text.contains("inworld/0x1f") && !text.contains(PLACEHOLDER), "{text}");
            }
            assert!(template.definition("0x1f").contains("\nname: \"0x1f\"\n"));
            assert!(template.definition("support").contains("\nname: support\n"));
        }
    }
}
