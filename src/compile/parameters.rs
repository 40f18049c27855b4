//! What goes with a request to the model: generation parameters and templates, after the defaults.

use crate::model::{self, Data, Defaults};

/// What a variant adds to a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    /// `text_generation_config`: the variant's own, else the default one. They are not merged.
    pub text_generation_config: Option<Data>,
    /// `message_templates`: the variant's own, else the default ones (A10).
    pub message_templates: Vec<Data>,
    /// `web_search`
    pub web_search: Option<Data>,
    /// `web_search_options`
    pub web_search_options: Option<Data>,
    /// `compression`
    pub compression: Option<Data>,
    /// Whether the variant's templates take the place of default ones, which is assumed (A10).
    pub replaces_templates: bool,
}

impl Parameters {
    pub(super) fn of(variant: &model::Variant, defaults: Option<&Defaults>) -> Parameters {
        let own_templates = variant.message_templates.as_ref();
        let default_templates = defaults.and_then(|defaults| defaults.message_templates.as_ref());
        let templates = match own_templates.or(default_templates).map(|templates| &templates.value) {
            Some(Data::List(templates)) => templates.clone(),
            _ => Vec::new(),
        };
        let own =
            |block: &Option<crate::source::Spanned<Data>>| block.as_ref().map(|block| block.value.clone());
        Parameters {
            text_generation_config: own(&variant.text_generation_config)
                .or_else(|| own(&defaults?.text_generation_config)),
            message_templates: templates,
            web_search: own(&variant.web_search),
            web_search_options: own(&variant.web_search_options),
            compression: own(&variant.compression),
            replaces_templates: own_templates.is_some() && default_templates.is_some(),
        }
    }

    /// The most tokens that a completion may have, where a parameter says so.
    pub fn max_tokens(&self) -> Option<u64> {
        match self.text_generation_config.as_ref()?.get("max_tokens")? {
            Data::Int(tokens) => u64::try_from(*tokens).ok(),
            _ => None,
        }
    }
}
