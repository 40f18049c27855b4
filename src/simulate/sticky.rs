//! Which slot of a route a request falls into (A06).
//!
//! The service promises that a user stays with a variant and that shares are as written, not how it does it. This hash
//! keeps both promises, and it is written down so that anybody can compute it: XXH64 with seed 0 over the parts joined
//! by NUL, taken as a fraction of 2^64.

use xxhash_rust::xxh64::Xxh64;

use crate::compile::SLOTS;

/// The slot of a user: over bare router name, NUL, route id, NUL, user.
pub fn sticky_slot(router: &str, route: &str, user: &str) -> u32 {
    slot(&[router.as_bytes(), route.as_bytes(), user.as_bytes()])
}

/// The slot of a request without a user: over bare router name, NUL, route id, NUL, NUL, seed and the request's index,
/// both as decimal text with a NUL between. No user can name these bytes, as theirs do not begin with NUL.
pub fn draw_slot(router: &str, route: &str, seed: u64, index: u64) -> u32 {
    let (seed, index) = (seed.to_string(), index.to_string());
    slot(&[router.as_bytes(), route.as_bytes(), b"", seed.as_bytes(), index.as_bytes()])
}

fn slot(parts: &[&[u8]]) -> u32 {
    let mut hash = Xxh64::new(0);
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            hash.update(&[0]);
        }
        hash.update(part);
    }
    let scaled = (u128::from(hash.digest()) * u128::from(SLOTS)) >> 64;
    u32::try_from(scaled).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors() {
        // Computed with another implementation of XXH64 (Python's xxhash): they are a promise.
        let expected = include!("sticky_vectors.in");
        for (router, route, user, slot) in expected {
            assert_eq!(sticky_slot(router, route, user), slot, "{router} {route} {user}");
        }
    }

    #[test]
    fn shares_are_as_written() {
        let below = (0..100_000).filter(|i| sticky_slot("r", "a", &format!("user-{i}")) < 7_000).count();
        assert!((69_500..=70_500).contains(&below), "{below}");
        let below = (0..100_000).filter(|i| draw_slot("r", "a", 42, *i) < 2_000).count();
        assert!((19_500..=20_500).contains(&below), "{below}");
    }
}
