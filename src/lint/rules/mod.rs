//! Every rule, one a file.
//!
//! In: a definition or a file, through a context. Out: the list [`ALL`]. A new rule is a file here, a line in the list and
//! a page `docs/diagnostics/<name>.md`; it refuses to know the others.

mod auto_pool_too_small;
mod auto_without_sort;
mod blank_in_comparison;
mod capability_mismatch;
mod comparison_to_bool_literal;
mod compression_without_templates;
mod duplicate_condition;
mod enum_case_mismatch;
mod fallback_much_dearer;
mod fallback_repeats_primary;
mod identical_variants;
mod ignored_model_listed;
mod no_default_route;
mod no_fallback;
mod pattern_as_text;
mod provider_order_has_no_effect;
mod reasoning_takes_all;
mod repeated_model;
mod secret_in_definition;
mod shadowed_default_config;
mod single_provider_route;
mod sort_has_no_effect;
mod template_variable_spelling;
mod unanchored_regex;
mod undeclared_template_variable;
mod undocumented_cel_feature;
mod unknown_role;
mod unused_allow;
mod unused_metadata;
mod unused_prompt_variable;
mod zero_weight_variant;

use super::Rule;

/// In the order of their codes; the one that looks at what all others found is the last of those that look at files.
pub(super) static ALL: &[&Rule] = &[
    &zero_weight_variant::RULE,
    &shadowed_default_config::RULE,
    &duplicate_condition::RULE,
    &identical_variants::RULE,
    &fallback_repeats_primary::RULE,
    &repeated_model::RULE,
    &ignored_model_listed::RULE,
    &provider_order_has_no_effect::RULE,
    &sort_has_no_effect::RULE,
    &auto_without_sort::RULE,
    &auto_pool_too_small::RULE,
    &capability_mismatch::RULE,
    &reasoning_takes_all::RULE,
    &compression_without_templates::RULE,
    &undeclared_template_variable::RULE,
    &template_variable_spelling::RULE,
    &unknown_role::RULE,
    &enum_case_mismatch::RULE,
    &blank_in_comparison::RULE,
    &pattern_as_text::RULE,
    &secret_in_definition::RULE,
    &unanchored_regex::RULE,
    &unused_allow::RULE,
    &no_fallback::RULE,
    &single_provider_route::RULE,
    &fallback_much_dearer::RULE,
    &no_default_route::RULE,
    &comparison_to_bool_literal::RULE,
    &unused_metadata::RULE,
    &unused_prompt_variable::RULE,
    &undocumented_cel_feature::RULE,
];
