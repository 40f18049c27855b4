//! Numbers that are compared with one another: values for all of them at once, or why there are none.
//!
//! The least value that each can have is pushed along the comparisons until nothing moves. What moves on and on goes in a
//! circle with a step upwards in it.

use super::super::solve::Lit;

/// An end of the interval that a number lies in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) at: f64,
    /// The end itself does not belong to it.
    pub(crate) open: bool,
    pub(crate) lit: Lit,
}

/// A number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) whole: bool,
    pub(crate) low: Option<End>,
    pub(crate) high: Option<End>,
}

/// One number is less than another, or equal unless that is `strict`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) less: usize,
    pub(crate) more: usize,
    pub(crate) strict: bool,
    pub(crate) lit: Lit,
}

/// A number, and how often a little more than that.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
struct Least(f64, u32);

/// At most so many literals of a conflict are looked at one by one for a smaller one.
const MINIMISED: usize = 32;

/// Values in the order of the nodes, or the literals that exclude each other.
pub(crate) fn arrange(nodes: &[Node], edges: &[Edge]) -> Result<Vec<f64>, Vec<Lit>> {
    let mut ends: Vec<Lit> = nodes.iter().flat_map(|n| [n.low, n.high]).flatten().map(|e| e.lit).collect();
    ends.extend(edges.iter().map(|edge| edge.lit));
    ends.sort_unstable();
    ends.dedup();
    let Some(least) = push(nodes, edges, &ends) else {
        let mut kept = ends;
        if kept.len() <= MINIMISED {
            for lit in kept.clone() {
                let fewer: Vec<Lit> = kept.iter().copied().filter(|other| *other != lit).collect();
                if push(nodes, edges, &fewer).is_none() {
                    kept = fewer;
                }
            }
        }
        return Err(kept);
    };
    // A little is so little that nothing between two values or before an end is jumped over.
    let mut stops: Vec<f64> = least.iter().map(|least| least.0).collect();
    stops.extend(nodes.iter().filter_map(|node| node.high).map(|end| end.at));
    stops.sort_by(f64::total_cmp);
    let gap = stops.iter().zip(stops.iter().skip(1)).map(|(a, b)| b - a).filter(|gap| *gap > 0.0);
    let most = least.iter().map(|least| least.1).max().unwrap_or_default();
    let little = gap.fold(1.0, f64::min) / f64::from(most + 1);
    // Of few digits where that is possible.
    let round = 10.0_f64.powf(little.log10().floor());
    Ok(least.into_iter().map(|Least(at, times)| at + f64::from(times) * round).collect())
}

/// The least value of each node, as far as these literals say something about it.
fn push(nodes: &[Node], edges: &[Edge], given: &[Lit]) -> Option<Vec<Least>> {
    let holds = |lit: Lit| given.binary_search(&lit).is_ok();
    let ends = nodes.iter().flat_map(|n| [n.low, n.high]).flatten().map(|end| end.at);
    let steps = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    // Low enough for all others to stand above it, one after the other.
    let bottom = ends.fold(0.0, f64::min).floor() - 2.0 * f64::from(steps) - 2.0;
    let has_high = nodes.iter().any(|n| n.high.is_some_and(|end| holds(end.lit)));
    let bottom = if has_high { bottom } else { 0.0 };
    let rounded = |least: Least, whole: bool| match least {
        Least(at, times) if whole => Least(if times > 0 { at.floor() + 1.0 } else { at.ceil() }, 0),
        least => least,
    };
    let mut least: Vec<Least> = nodes
        .iter()
        .map(|node| match node.low.filter(|end| holds(end.lit)) {
            Some(end) => rounded(Least(end.at, u32::from(end.open)), node.whole),
            None => Least(bottom, 0),
        })
        .collect();
    let mut moved = true;
    for _ in 0..2 * nodes.len() + 2 {
        moved = false;
        for edge in edges.iter().filter(|edge| holds(edge.lit)) {
            let (Some(from), Some(node)) = (least.get(edge.less).copied(), nodes.get(edge.more)) else {
                continue;
            };
            let pushed = rounded(Least(from.0, from.1 + u32::from(edge.strict)), node.whole);
            if let Some(to) = least.get_mut(edge.more).filter(|to| **to < pushed) {
                *to = pushed;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let below = |(least, node): (&Least, &Node)| {
        node.high
            .filter(|end| holds(end.lit))
            .is_none_or(|end| least.0 < end.at || least.0 <= end.at && least.1 == 0 && !end.open)
    };
    (!moved && least.iter().zip(nodes).all(below)).then_some(least)
}

#[cfg(test)]
mod tests {
    use super::super::super::solve::Core;
    use super::*;

    /// Where a range ends, and whether the end is left out.
    type At = Option<(f64, bool)>;

    /// Whether numbers are whole, their ends, and which is less than which; the literals of ends come before those of
    /// edges.
    fn values(whole: &[bool], ends: &[(At, At)], edges: &[(usize, usize, bool)]) -> Result<Vec<f64>, usize> {
        let mut core = Core::new(1_000);
        let mut end = |end: At| end.map(|(at, open)| End { at, open, lit: core.fresh() });
        let nodes: Vec<Node> = whole
            .iter()
            .zip(ends)
            .map(|(whole, (low, high))| Node { whole: *whole, low: end(*low), high: end(*high) })
            .collect();
        let edges: Vec<Edge> = edges
            .iter()
            .map(|(less, more, strict)| Edge { less: *less, more: *more, strict: *strict, lit: core.fresh() })
            .collect();
        arrange(&nodes, &edges).map_err(|lits| lits.len())
    }

    #[test]
    fn chains_and_circles() {
        let free = (None, None);
        assert_eq!(values(&[false; 3], &[free; 3], &[(0, 1, true), (1, 2, true)]), Ok(vec![0.0, 0.1, 0.2]));
        assert_eq!(values(&[true; 3], &[free; 3], &[(0, 1, true), (1, 2, true)]), Ok(vec![0.0, 1.0, 2.0]));
        assert_eq!(values(&[false; 2], &[free; 2], &[(0, 1, false), (1, 0, false)]), Ok(vec![0.0, 0.0]));
        assert_eq!(values(&[false; 2], &[free; 2], &[(0, 1, false), (1, 0, true)]), Err(2));
        assert_eq!(values(&[true; 2], &[free; 2], &[(0, 1, true), (1, 0, false)]), Err(2));
    }

    #[test]
    fn between_ends() {
        let unit = (Some((3.0, true)), Some((4.0, true)));
        assert_eq!(values(&[false; 2], &[unit; 2], &[(0, 1, true)]), Ok(vec![3.1, 3.2]));
        assert_eq!(
            values(&[true, false], &[(Some((3.0, false)), None), unit], &[(0, 1, true)]),
            Ok(vec![3.0, 3.1])
        );
        // A whole number above one that is more than 3 is 4 at least.
        assert_eq!(values(&[false, true], &[unit, unit], &[(0, 1, true)]), Err(2));
        let closed = (None, Some((4.0, false)));
        assert_eq!(values(&[false, true], &[unit, closed], &[(0, 1, true)]), Ok(vec![3.1, 4.0]));
        let below = (None, Some((-7.0, false)));
        let found = values(&[true; 2], &[(None, None), below], &[(0, 1, true)]).unwrap();
        assert!(found[0] < found[1] && found[1] <= -7.0, "{found:?}");
    }
}
