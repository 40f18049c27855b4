//! How a definition names a model: `provider/model`, a bare name, `auto`, and what `inworld/…` means.

/// A model as a definition names it, taken apart. Whether it exists only the catalogue knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ModelId<'a> {
    /// As written, without the suffix: the canonical id when the target is concrete or hosted.
    pub name: &'a str,
    /// What it names.
    pub target: Target<'a>,
    /// `:free` or `:fast`. What it does to price and speed is not documented.
    pub suffix: Option<Suffix>,
}

/// What a model id names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target<'a> {
    /// `auto`: the service picks from a pool.
    Auto,
    /// `gpt-5.2`: the service picks the provider. In a pool or an `ignore` list it may be a provider's name.
    Bare(&'a str),
    /// `groq/openai/gpt-oss-120b`: one model of one provider.
    Concrete {
        /// The text before the first `/`.
        provider: &'a str,
        /// All behind it; may hold more `/`.
        model: &'a str,
    },
    /// `inworld/models/<m>`: a model that Inworld hosts itself; its name behind `models/`.
    Hosted(&'a str),
    /// `inworld/<name>`: another router, by its bare name.
    Router(&'a str),
}

/// A documented suffix of a model id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Suffix {
    /// `:free`
    Free,
    /// `:fast`
    Fast,
}

impl Suffix {
    /// With its colon, as written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => ":free",
            Self::Fast => ":fast",
        }
    }
}

/// Why a text cannot name a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModelIdError {
    /// Nothing there.
    Empty,
    /// Nothing before the first `/`.
    NoProvider,
    /// Nothing behind the last `/`, or nothing but a suffix.
    NoModel,
    /// A blank or a control character.
    Blank {
        /// Byte offset of the character.
        at: usize,
        /// The character.
        found: char,
    },
}

impl<'a> ModelId<'a> {
    /// Takes a text apart.
    pub fn parse(text: &'a str) -> Result<ModelId<'a>, ModelIdError> {
        if text.is_empty() {
            return Err(ModelIdError::Empty);
        }
        // Most consist of visible ASCII, which is seen without decoding it: many bytes at once.
        let visible = text.bytes().fold(true, |visible, byte| visible & byte.is_ascii_graphic());
        if !visible
            && let Some((at, found)) = text.char_indices().find(|(_, c)| c.is_whitespace() || c.is_control())
        {
            return Err(ModelIdError::Blank { at, found });
        }
        // Other colons belong to the model's own name.
        let (name, suffix) = [Suffix::Free, Suffix::Fast]
            .into_iter()
            .find_map(|suffix| Some((text.strip_suffix(suffix.as_str())?, Some(suffix))))
            .unwrap_or((text, None));
        if name.is_empty() || name.ends_with('/') {
            return Err(if name == "/" { ModelIdError::NoProvider } else { ModelIdError::NoModel });
        }
        let slash = name.bytes().position(|byte| byte == b'/');
        let target = match slash.and_then(|at| Some((name.get(..at)?, name.get(at + 1..)?))) {
            None if name == "auto" => Target::Auto,
            None => Target::Bare(name),
            Some(("", _)) => return Err(ModelIdError::NoProvider),
            Some(("inworld", model)) => match model.strip_prefix("models/") {
                Some(hosted) => Target::Hosted(hosted),
                None if model.contains('/') => Target::Concrete { provider: "inworld", model },
                None => Target::Router(model),
            },
            Some((provider, model)) => Target::Concrete { provider, model },
        };
        Ok(ModelId { name, target, suffix })
    }

    /// The provider it names; `inworld` for hosted models, none for routers.
    pub fn provider(&self) -> Option<&'a str> {
        match self.target {
            Target::Concrete { provider, .. } => Some(provider),
            Target::Hosted(_) => Some("inworld"),
            Target::Auto | Target::Bare(_) | Target::Router(_) => None,
        }
    }
}

/// The part of a model's name that people say: behind the last `/`.
pub(super) fn last_segment(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Target<'_> {
        ModelId::parse(text).unwrap().target
    }

    #[test]
    fn splits_at_the_first_slash() {
        assert_eq!(target("openai/gpt-5.2"), Target::Concrete { provider: "openai", model: "gpt-5.2" });
        let oss = Target::Concrete { provider: "groq", model: "openai/gpt-oss-120b" };
        assert_eq!(target("groq/openai/gpt-oss-120b"), oss);
    }

    #[test]
    fn knows_the_special_forms() {
        assert_eq!(target("auto"), Target::Auto);
        assert_eq!(target("gpt-5.2"), Target::Bare("gpt-5.2"));
        assert_eq!(target("Auto"), Target::Bare("Auto"));
        assert_eq!(target("inworld/models/GLM-5.3-Flash"), Target::Hosted("GLM-5.3-Flash"));
        assert_eq!(target("inworld/support"), Target::Router("support"));
        assert_eq!(target("inworld/models"), Target::Router("models"));
        assert_eq!(target("inworld/a/b"), Target::Concrete { provider: "inworld", model: "a/b" });
        assert_eq!(ModelId::parse("inworld/models/x").unwrap().provider(), Some("inworld"));
        assert_eq!(ModelId::parse("inworld/x").unwrap().provider(), None);
    }

    #[test]
    fn keeps_suffixes_apart_and_other_colons_in_the_name() {
        let id = ModelId::parse("openai/gpt-5.2:free").unwrap();
        assert_eq!((id.name, id.suffix), ("openai/gpt-5.2", Some(Suffix::Free)));
        let id = ModelId::parse("gpt-5.2:fast").unwrap();
        assert_eq!((id.target, id.suffix), (Target::Bare("gpt-5.2"), Some(Suffix::Fast)));
        let id = ModelId::parse("acme/llama:8b").unwrap();
        assert_eq!((id.name, id.suffix), ("acme/llama:8b", None));
        assert_eq!(ModelId::parse("auto:fast").unwrap().target, Target::Auto);
    }

    #[test]
    fn refuses_what_names_nothing() {
        assert_eq!(ModelId::parse(""), Err(ModelIdError::Empty));
        assert_eq!(ModelId::parse("/"), Err(ModelIdError::NoProvider));
        assert_eq!(ModelId::parse("/gpt-5.2"), Err(ModelIdError::NoProvider));
        for text in ["openai/", ":free", "openai/:fast", "inworld/models/", "groq/openai/"] {
            assert_eq!(ModelId::parse(text), Err(ModelIdError::NoModel), "{text}");
        }
        assert_eq!(ModelId::parse("openai/ gpt"), Err(ModelIdError::Blank { at: 7, found: ' ' }));
        assert_eq!(ModelId::parse("é\u{7}"), Err(ModelIdError::Blank { at: 2, found: '\u{7}' }));
    }
}
