//! Is Claude Code set up as a router needs it?

use std::collections::BTreeMap;

use super::secret::is_encoded_twice;
use super::setup::{BASE_URL, DEFAULT_MODELS};
use crate::catalogue::{Catalogue, ModelId, Target};
use crate::diag::suggest::and_list;
use crate::model::is_bare_name;

/// Where [`BASE_URL`] leads.
const HOST: &str = "api.inworld.ai";
const URL: &str = "ANTHROPIC_BASE_URL";
const TOKEN: &str = "ANTHROPIC_AUTH_TOKEN";
const API_KEY: &str = "ANTHROPIC_API_KEY";
const HEADERS: &str = "ANTHROPIC_CUSTOM_HEADERS";
const MODEL: &str = "ANTHROPIC_MODEL";
const SUBAGENT: &str = "CLAUDE_CODE_SUBAGENT_MODEL";
/// Keys of a settings file, beside its `env`.
const SETTINGS_MODEL: &str = "model";
const KEY_HELPER: &str = "apiKeyHelper";
/// Variables that turn to another service, with its name.
const SWITCHES: [(&str, &str); 2] =
    [("CLAUDE_CODE_USE_BEDROCK", "Amazon Bedrock"), ("CLAUDE_CODE_USE_VERTEX", "Google Vertex AI")];
/// Names that Claude Code itself resolves, by the variables for default models.
const ALIASES: [&str; 5] = ["default", "opus", "sonnet", "haiku", "opusplan"];

/// The names of all findings.
pub const FINDINGS: [&str; 14] = [
    "api-key-in-the-way",
    "authorization-header",
    "base-url-host",
    "base-url-missing",
    "base-url-path",
    "base-url-slash",
    "default-model-bypasses-router",
    "default-model-missing",
    "model-bypasses-router",
    "not-set-up",
    "other-service",
    "token-malformed",
    "token-missing",
    "unknown-model-form",
];

/// Values from one place.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// What the place is called.
    pub from: String,
    /// Variables; and `model` and `apiKeyHelper` of a settings file.
    pub values: BTreeMap<String, String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// Works, and perhaps not as is meant.
    Warning,
    /// Does not work.
    Error,
}

impl Grade {
    /// The word shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that is not as it should be. No part of it holds a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Its name, one of [`FINDINGS`].
    pub name: &'static str,
    /// How bad it is.
    pub grade: Grade,
    /// The variable or setting it is about.
    pub about: String,
    /// Where its value comes from, if it has one.
    pub from: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What happens because of it.
    pub note: String,
    /// What to set.
    pub help: String,
}

/// Whether a variable has to do with Claude Code.
pub fn relevant(variable: &str) -> bool {
    [URL, TOKEN, API_KEY, HEADERS, MODEL, SUBAGENT].contains(&variable)
        || DEFAULT_MODELS.contains(&variable)
        || SWITCHES.iter().any(|(switch, _)| *switch == variable)
}

/// Examines a setup. `layers`: where values come from, each over those before it. `router`: the model that it is to be
/// set up for, as `inworld/support`, if that is known.
pub fn examine(layers: &[Layer], router: Option<&str>, catalogue: &Catalogue) -> Vec<Finding> {
    let mut pass = Pass { layers, catalogue, found: Vec::new() };
    if ![URL, TOKEN, MODEL].iter().chain(&DEFAULT_MODELS).any(|name| pass.get(name).is_some()) {
        pass.not_set_up();
        return pass.found;
    }
    pass.service();
    pass.url();
    pass.token();
    pass.headers();
    pass.models(router);
    pass.found
}

struct Pass<'a> {
    layers: &'a [Layer],
    catalogue: &'a Catalogue,
    found: Vec<Finding>,
}

/// What a model's name is.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Form {
    /// `inworld/<router>`
    Router,
    /// A model, `auto`, or a name that leads to one.
    Model,
    /// Resolved by the variables for default models.
    Alias,
    /// Nothing that the service knows; with what it could be.
    Unknown(Option<String>),
}

impl<'a> Pass<'a> {
    /// The value that counts, and where it comes from. An empty one is none.
    fn get(&self, name: &str) -> Option<(&'a str, &'a str)> {
        let layer = self.layers.iter().rev().find(|layer| layer.values.contains_key(name))?;
        let value = layer.values.get(name)?.as_str();
        (!value.trim().is_empty()).then_some((value, layer.from.as_str()))
    }

    fn push(
        &mut self,
        (name, grade): (&'static str, Grade),
        (about, from): (&str, Option<&str>),
        message: impl Into<String>,
        note: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found.push(Finding {
            name,
            grade,
            about: about.to_owned(),
            from: from.map(str::to_owned),
            message: message.into(),
            note: note.into(),
            help: help.into(),
        });
    }

    fn not_set_up(&mut self) {
        self.push(
            ("not-set-up", Grade::Error),
            (URL, None),
            "Claude Code is not set up for the router",
            "its requests go to Anthropic",
            "`irc env claude-code ROUTER` prints what to set",
        );
    }

    fn service(&mut self) {
        for (switch, service) in SWITCHES {
            let Some((value, from)) = self.get(switch) else { continue };
            if !matches!(value.trim().to_ascii_lowercase().as_str(), "0" | "false" | "no" | "off") {
                self.push(
                    ("other-service", Grade::Error),
                    (switch, Some(from)),
                    format!("{switch} is set"),
                    format!("requests go to {service}, whatever {URL} says"),
                    format!("unset {switch}"),
                );
            }
        }
    }

    fn url(&mut self) {
        let help = format!("set {URL} to {BASE_URL}");
        let Some((value, from)) = self.get(URL) else {
            self.push(
                ("base-url-missing", Grade::Error),
                (URL, None),
                format!("{URL} is not set"),
                "requests go to Anthropic",
                help,
            );
            return;
        };
        let about = (URL, Some(from));
        let inside = value.strip_prefix(BASE_URL).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let Some(rest) = inside else {
            if value.to_ascii_lowercase().contains(HOST) {
                let message = format!("{URL} is not written as `{BASE_URL}`");
                self.push(("base-url-host", Grade::Error), about, message, "requests may not arrive", help);
            } else {
                let message = format!("{URL} does not lead to `{HOST}`");
                let note = "no router is asked, unless what stands there passes requests on";
                self.push(("base-url-host", Grade::Warning), about, message, note, help);
            }
            return;
        };
        let sent = format!("{BASE_URL}{}/v1/messages", shown(rest));
        let note = format!("Claude Code appends its own path: requests go to {sent}, where nothing answers");
        if rest.chars().all(|c| c == '/') && !rest.is_empty() {
            let message = format!("{URL} ends with a slash");
            self.push(("base-url-slash", Grade::Error), about, message, note, help);
        } else if !rest.is_empty() {
            let message = format!("{URL} has a path: `{}`", shown(rest));
            self.push(("base-url-path", Grade::Error), about, message, note, help);
        }
    }

    fn token(&mut self) {
        let key = self.get(API_KEY);
        let Some((value, from)) = self.get(TOKEN) else {
            // A program that prints the key serves as well.
            if self.get(KEY_HELPER).is_none() {
                let help = match key {
                    Some(_) => format!("set {TOKEN} to the key of Inworld, and unset {API_KEY}"),
                    None => format!("set {TOKEN} to the key of Inworld"),
                };
                self.push(
                    ("token-missing", Grade::Error),
                    (TOKEN, None),
                    format!("{TOKEN} is not set"),
                    "the service is not told who asks, and refuses",
                    help,
                );
            } else if let Some((_, from)) = key {
                self.key_in_the_way(from);
            }
            return;
        };
        if let Some((_, from)) = key {
            self.key_in_the_way(from);
        }
        if let Some((what, note, help)) = malformed(value) {
            // The length tells a key that was cut from a whole one, and nothing else.
            let message = format!("{TOKEN} {what} (it has {} characters)", value.chars().count());
            self.push(("token-malformed", Grade::Error), (TOKEN, Some(from)), message, note, help);
        }
    }

    fn key_in_the_way(&mut self, from: &str) {
        self.push(
            ("api-key-in-the-way", Grade::Error),
            (API_KEY, Some(from)),
            format!("{API_KEY} is set"),
            format!("it is sent beside {TOKEN} or in its place, and the service does not know it"),
            format!("unset {API_KEY}"),
        );
    }

    fn headers(&mut self) {
        let Some((value, from)) = self.get(HEADERS) else { return };
        let names =
            value.lines().filter_map(|line| line.split_once(':')).map(|(name, rest)| (name.trim(), rest));
        for (name, rest) in names {
            let scheme = rest.split_whitespace().next().unwrap_or_default();
            let scheme = ["Basic", "Bearer"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known));
            if name.eq_ignore_ascii_case("authorization") {
                let with = scheme.map(|scheme| format!(" with `{scheme}`")).unwrap_or_default();
                self.push(
                    ("authorization-header", Grade::Error),
                    (HEADERS, Some(from)),
                    format!("{HEADERS} sets `Authorization`{with}"),
                    format!("requests of Claude Code carry `Bearer` and {TOKEN}: one of the two is wrong"),
                    format!("take `Authorization` out of {HEADERS}"),
                );
            } else if name.eq_ignore_ascii_case("x-api-key") {
                self.push(
                    ("authorization-header", Grade::Error),
                    (HEADERS, Some(from)),
                    format!("{HEADERS} sets `x-api-key`"),
                    format!("the service is asked in two names: with that and with {TOKEN}"),
                    format!("take `x-api-key` out of {HEADERS}"),
                );
            }
        }
    }

    fn models(&mut self, router: Option<&str>) {
        let main = if self.get(MODEL).is_some() { MODEL } else { SETTINGS_MODEL };
        let named = [main, SUBAGENT].into_iter().chain(DEFAULT_MODELS);
        let mut routers: Vec<&str> = router.into_iter().collect();
        for variable in named.clone() {
            let Some((value, from)) = self.get(variable) else { continue };
            match self.form(value) {
                Form::Router => routers.push(value),
                Form::Unknown(meant) => {
                    self.push(
                        ("unknown-model-form", Grade::Error),
                        (variable, Some(from)),
                        format!(
                            "{} is no model that the service knows: `{}`",
                            written(variable),
                            shown(value)
                        ),
                        "calls that use it fail",
                        match meant {
                            Some(meant) => format!("write `{meant}`"),
                            None => "write `inworld/<router>`, `provider/model` or `auto`".to_owned(),
                        },
                    );
                }
                Form::Model | Form::Alias => {}
            }
        }
        let wanted = routers.first().copied();
        if let Some(wanted) = wanted {
            for variable in named {
                self.leads_to(variable, wanted, main);
            }
        }
        self.missing_defaults(wanted);
    }

    /// Says where a variable leads beside the router.
    fn leads_to(&mut self, variable: &str, wanted: &str, main: &str) {
        let Some((value, from)) = self.get(variable) else { return };
        // What is unknown was told, and an alias is as good as the variable that it leads to.
        if value == wanted || matches!(self.form(value), Form::Unknown(_) | Form::Alias) {
            return;
        }
        let (name, calls) = if variable == main {
            ("model-bypasses-router", "what you type goes")
        } else {
            ("default-model-bypasses-router", "background and subagent calls go")
        };
        self.push(
            (name, Grade::Warning),
            (variable, Some(from)),
            format!("{} is `{}`, not `{}`", written(variable), shown(value), shown(wanted)),
            format!("{calls} there, past the routes of `{}`", shown(wanted)),
            format!("set it to {}", shown(wanted)),
        );
    }

    fn missing_defaults(&mut self, wanted: Option<&str>) {
        let missing: Vec<&str> =
            DEFAULT_MODELS.into_iter().filter(|variable| self.get(variable).is_none()).collect();
        let Some(first) = missing.first() else { return };
        let (is, each) = if missing.len() == 1 { ("is", "it") } else { ("are", "each") };
        let wanted = wanted.map_or("`inworld/<router>`".to_owned(), |wanted| format!("`{}`", shown(wanted)));
        let message = format!("{} {is} not set", and_list(&missing).replace('`', ""));
        self.push(
            ("default-model-missing", Grade::Warning),
            (first, None),
            message,
            "background and subagent calls name a model of Anthropic's, and no router: `--model` does not move them",
            format!("set {each} to {wanted}"),
        );
    }

    fn form(&self, value: &str) -> Form {
        // Claude Code's own mark for the long context window.
        let value = value.strip_suffix("[1m]").unwrap_or(value);
        if ALIASES.contains(&value) {
            return Form::Alias;
        }
        let known = match ModelId::parse(value).map(|id| id.target) {
            Ok(Target::Router(name)) if is_bare_name(name) => return Form::Router,
            Ok(Target::Auto | Target::Hosted(_)) => true,
            // What `inworld/` names is a router or a hosted model.
            Ok(Target::Concrete { provider, .. }) => {
                provider != "inworld" && self.catalogue.has_provider(provider)
            }
            // A name of Anthropic's may be newer than the catalogue.
            Ok(Target::Bare(name)) => self.catalogue.knows_bare(name) || name.starts_with("claude-"),
            _ => false,
        };
        if known {
            return Form::Model;
        }
        let last = value.rsplit('/').next().filter(|_| !value.contains('/') || is_of_routers(value));
        Form::Unknown(last.filter(|name| is_bare_name(name)).map(|name| format!("inworld/{name}")))
    }
}

/// Whether a name with slashes means a router all the same.
fn is_of_routers(name: &str) -> bool {
    name.starts_with("routers/") || name.starts_with("inworld/")
}

/// A setting as people write it.
fn written(variable: &str) -> &str {
    if variable == SETTINGS_MODEL { "`model`" } else { variable }
}

/// What is wrong with a token, what happens, and what to do. The token stands in none of them.
fn malformed(token: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let begins = |word: &str| token.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let refused = "the service does not know it, and refuses";
    if begins("bearer ") {
        return Some((
            "begins with `Bearer`",
            "Claude Code writes `Bearer` before it: the word is sent twice",
            "set it to the key alone",
        ));
    }
    if begins("basic ") {
        return Some((
            "begins with `Basic`",
            "Claude Code sends it as `Bearer Basic …`: `Basic` belongs to the API that manages routers",
            "set it to the key alone",
        ));
    }
    if token.chars().any(|c| c.is_whitespace() || matches!(c, '"' | '\'')) {
        return Some((
            "holds a space, a line break or a quote",
            "it is sent as it stands, and the service refuses",
            "set it to the key alone",
        ));
    }
    if token.contains("${") || token.starts_with('$') {
        return Some((
            "is the name of a variable, not its value",
            refused,
            "set it to the key itself: a settings file does not look variables up",
        ));
    }
    if token.starts_with("sk-ant-") {
        return Some(("is a key of Anthropic's", refused, "set it to the key of Inworld"));
    }
    if is_encoded_twice(token) {
        return Some((
            "is Base64 of a key that is Base64 already",
            refused,
            "set it to the key as it was copied: it is encoded already",
        ));
    }
    None
}

/// A value that is no secret where it is meant to be, and cut where it may be one.
fn shown(value: &str) -> String {
    let hidden = value.chars().count() > 60 || value.contains('@') || value.starts_with("sk-");
    if hidden { format!("(a text of {} characters)", value.chars().count()) } else { value.to_owned() }
}
