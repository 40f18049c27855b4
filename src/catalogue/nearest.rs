//! The ids nearest to one that is not known.
//!
//! A model that the snapshot lacks may be a slip of the pen or newer than the snapshot, and the two want different
//! words. What differs in its numbers (`gpt-5.9`), or by a word more or less, may well exist: a suggestion, no slip.

use super::id::last_segment;
use super::{Catalogue, ModelId, Target, provider_of};

/// An id that may have been meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion {
    /// The id, in the form that was asked for: `provider/model`, or a bare name, with the suffix that was written.
    pub id: String,
    /// How it differs.
    pub reason: Reason,
    /// True when the text as it stands is surely a mistake, not something newer than the catalogue.
    pub slip: bool,
}

/// How a suggestion differs from what is written. Earlier ones are better suggestions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// In a letter or two, in casing, or in how words are separated.
    Spelling,
    /// In the provider: that one serves a model of this name.
    OtherProvider,
    /// In its numbers, or by words at its end.
    OtherVersion,
}

/// Providers that serve no models but their maker's own. Others host what they like, perhaps since yesterday.
pub(super) const OWN_MODELS_ONLY: [&str; 5] = ["anthropic", "deepseek", "google-ai-studio", "openai", "xai"];

/// Names beyond this many characters have no neighbours: bounds the work on a hostile definition.
const MAX_CHARS: usize = 120;

impl Catalogue {
    /// Up to `n` ids that may have been meant by a model id that is not known, best first; none for one that is.
    pub fn nearest(&self, id: &str, n: usize) -> Vec<Suggestion> {
        let Ok(id) = ModelId::parse(id) else { return Vec::new() };
        if id.name.chars().count() > MAX_CHARS {
            return Vec::new();
        }
        if self.contains(id.name) || self.knows_bare(id.name) {
            return Vec::new();
        }
        let mut found = match (id.target, id.name.split_once('/')) {
            // A router's name is written as a model of `inworld`, and may be one that lacks its `models/`.
            (_, Some((provider, model))) => self.nearest_concrete(provider, model),
            (Target::Auto, None) => Vec::new(),
            (_, None) => self.nearest_bare(id.name),
        };
        found.sort_by(|a, b| {
            let by_id = a.to.id.cmp(&b.to.id);
            // Of the versions of one model the newest first, where they are equally far.
            let by_id = if a.to.reason == Reason::OtherVersion { by_id.reverse() } else { by_id };
            a.rank.cmp(&b.rank).then(by_id)
        });
        found.dedup_by(|a, b| a.to.id == b.to.id);
        let suffix = id.suffix.map_or("", |suffix| suffix.as_str());
        let mut found: Vec<Suggestion> = found.into_iter().map(|candidate| candidate.to).take(n).collect();
        found.iter_mut().for_each(|suggestion| suggestion.id.push_str(suffix));
        found
    }

    /// The providers that may have been meant by a name that is none, best first: `antropic`, `google`.
    pub fn nearest_providers(&self, name: &str) -> Vec<&str> {
        if name.chars().count() > MAX_CHARS {
            return Vec::new();
        }
        let written = Name::new(name).letters;
        let mut near: Vec<(bool, usize, &str)> = Vec::new();
        for provider in self.providers() {
            let known = Name::new(provider).letters;
            let (short, long) = in_order(&written, &known);
            let distance = strsim::osa_distance(&written, &known);
            let spelling = distance <= 1 && short.len() >= 3 || distance <= 2 && short.len() >= 5;
            // `google`, `vertex`, `fireworks-ai`
            let part = short.len() >= 4 && long.contains(short);
            if spelling || part {
                near.push((!spelling, if spelling { distance } else { 0 }, provider));
            }
        }
        near.sort_unstable();
        near.into_iter().map(|(_, _, provider)| provider).collect()
    }

    fn nearest_bare(&self, name: &str) -> Vec<Candidate> {
        let written = Name::new(name);
        let declared = self.declared.iter().map(String::as_str).filter(|name| !name.contains('/'));
        let declared = declared.chain(["auto"]).filter_map(|known| {
            let near = written.compare(&Name::new(known))?;
            Some((known, near))
        });
        let served = self.prepared().iter().filter_map(|known| {
            let near = written.compare(&known.last)?;
            Some((last_segment(&known.id), near))
        });
        declared
            .chain(served)
            .map(|(known, (reason, distance))| {
                Candidate::new(known, reason, distance, reason == Reason::Spelling)
            })
            .collect()
    }

    fn nearest_concrete(&self, provider: &str, model: &str) -> Vec<Candidate> {
        let known_provider = self.has_provider(provider);
        let near = if known_provider { vec![provider] } else { self.nearest_providers(provider) };
        let whole = Name::new(model);
        let last = Name::new(last_segment(model));
        // Written without its provider: `meta-llama/Llama-4-Scout-17B-16E-Instruct`.
        let unprefixed = Name::new(&format!("{provider}/{model}"));
        let elsewhere_is_a_slip = !known_provider || OWN_MODELS_ONLY.contains(&provider);
        let mut found = Vec::new();
        for known in self.prepared() {
            let its_provider = provider_of(&known.id).unwrap_or_default();
            if let Some(place) = near.iter().position(|name| *name == its_provider) {
                let compared = whole.compare(&known.whole).into_iter().chain(last.compare(&known.last));
                let Some((reason, distance)) = compared.min() else { continue };
                // Near in both: the provider counts like letters, in the order of likelihood.
                let distance = distance + if known_provider { 0 } else { 1 + place };
                let slip = reason == Reason::Spelling;
                found.push(Candidate::new(&known.id, reason, distance, slip));
            } else if known.last.letters == last.letters {
                found.push(Candidate::new(&known.id, Reason::OtherProvider, 0, elsewhere_is_a_slip));
            } else if !known_provider && unprefixed.letters == known.whole.letters {
                found.push(Candidate::new(&known.id, Reason::OtherProvider, 0, true));
            }
        }
        found
    }

    fn prepared(&self) -> &[Known] {
        self.index.near.get_or_init(|| self.ids().filter_map(Known::new).collect())
    }
}

/// A known id made comparable.
#[derive(Clone, Debug)]
pub(super) struct Known {
    id: String,
    /// The model's name at its provider.
    whole: Name,
    /// Its last segment.
    last: Name,
}

impl Known {
    fn new(id: &str) -> Option<Known> {
        let (_, model) = id.split_once('/')?;
        Some(Known { id: id.to_owned(), whole: Name::new(model), last: Name::new(last_segment(model)) })
    }
}

/// The shorter text first.
fn in_order<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a.len() <= b.len() { (a, b) } else { (b, a) }
}

struct Candidate {
    to: Suggestion,
    rank: (Reason, usize),
}

impl Candidate {
    fn new(id: &str, reason: Reason, distance: usize, slip: bool) -> Candidate {
        Candidate { to: Suggestion { id: id.to_owned(), reason, slip }, rank: (reason, distance) }
    }
}

/// A name made comparable.
#[derive(Clone, Debug)]
struct Name {
    /// Small letters, words separated by `-` whatever stood there.
    words: String,
    /// The same without separators.
    letters: String,
    /// Its digits: what they are is a version, a size or a date.
    digits: String,
    /// `letters` without digits.
    stem: String,
}

impl Name {
    fn new(name: &str) -> Name {
        let words: String = name
            .chars()
            .map(|c| if matches!(c, '.' | '_' | '/' | ':' | '@') { '-' } else { c.to_ascii_lowercase() })
            .collect();
        let letters: String = words.chars().filter(|c| *c != '-').collect();
        let (digits, stem) = letters.chars().partition(char::is_ascii_digit);
        Name { words, letters, digits, stem }
    }

    /// How a written name differs from a known one and how far, or none when they are not near.
    fn compare(&self, known: &Name) -> Option<(Reason, usize)> {
        if self.letters == known.letters {
            return Some((Reason::Spelling, 0));
        }
        let (short, long) = in_order(&self.letters, &known.letters);
        if self.digits == known.digits && long.len() - short.len() <= 2 {
            let distance = strsim::osa_distance(&self.letters, &known.letters);
            let whole = short.len() >= 8 && !self.differs_in_short_word(known);
            if distance == 1 && short.len() >= 3 || distance == 2 && whole {
                return Some((Reason::Spelling, distance));
            }
        }
        let one_is_the_start = |start: &Name, of: &Name| {
            of.words.strip_prefix(&start.words).is_some_and(|rest| rest.starts_with('-'))
        };
        let versions = !self.stem.is_empty() && self.stem == known.stem;
        (versions || one_is_the_start(self, known) || one_is_the_start(known, self))
            .then(|| (Reason::OtherVersion, strsim::osa_distance(&self.words, &known.words)))
    }

    /// `kimi-k3-eu` is not `kimi-k3-us` misspelt.
    fn differs_in_short_word(&self, known: &Name) -> bool {
        let (mine, theirs) = (self.words.split('-'), known.words.split('-'));
        mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).any(|(a, b)| a != b && a.len().max(b.len()) < 5)
    }
}
