//! Delta debugging: leaves out as much as it can.

/// The smallest part of `items` for which `still_fails` says so, as far as leaving out one part after the
/// other finds it: none of what is left can be left out alone. `still_fails` is not asked about all of
/// `items`, which is known to fail. If it gives an error, so does this, at once.
///
/// This is Zeller's and Hildebrandt's algorithm `ddmin`: it tries large parts first, then smaller ones, so
/// that one item of many is found in a number of steps that grows as their logarithm.
pub fn minimize<T: Clone, E>(
    items: Vec<T>,
    mut still_fails: impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    if items.is_empty() || still_fails(&[])? {
        return Ok(vec![]);
    }
    let mut items = items;
    let mut parts = 2;
    while items.len() >= 2 {
        let size = items.len().div_ceil(parts);
        let part = try_find(items.chunks(size), |part| still_fails(part))?.map(<[T]>::to_vec);
        if let Some(part) = part {
            items = part;
            parts = 2;
            continue;
        }
        let without = |start: usize| {
            let end = (start + size).min(items.len());
            [&items[..start], &items[end..]].concat()
        };
        // With two parts, what one leaves out is the other.
        let starts = (0..items.len()).step_by(size).filter(|_| parts > 2);
        let rest = try_find(starts.map(without), |rest| still_fails(rest))?;
        if let Some(rest) = rest {
            items = rest;
            parts = (parts - 1).max(2);
        } else if size == 1 {
            break;
        } else {
            parts = (2 * parts).min(items.len());
        }
    }
    Ok(items)
}

/// The first of `items` for which `is_found` says so, unless it gives an error before.
fn try_find<T, E>(
    items: impl Iterator<Item = T>,
    mut is_found: impl FnMut(&T) -> Result<bool, E>,
) -> Result<Option<T>, E> {
    for item in items {
        if is_found(&item)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    fn minimize(items: Vec<i32>, mut fails: impl FnMut(&[i32]) -> bool) -> Vec<i32> {
        super::minimize(items, |part| Ok::<_, Infallible>(fails(part))).unwrap()
    }

    #[test]
    fn it_stops_at_once_when_told_to() {
        let mut tries = 0;
        let ended = super::minimize((0..100).collect(), |_: &[i32]| {
            tries += 1;
            if tries < 5 { Ok(false) } else { Err("enough") }
        });
        assert_eq!((ended, tries), (Err("enough"), 5));
    }

    #[test]
    fn what_matters_remains_and_nothing_else() {
        for needed in [vec![], vec![7], vec![0, 99], vec![3, 4, 50], vec![10, 20, 30, 40]] {
            let mut tries = 0;
            let left = minimize((0..100).collect(), |part| {
                tries += 1;
                needed.iter().all(|item| part.contains(item))
            });
            assert_eq!(left, needed);
            assert!(tries < 200, "{tries} tries for {needed:?}");
        }
    }

    #[test]
    fn nothing_can_be_left_out_of_the_result() {
        // At least five even numbers, or the number 13 with the number 31.
        let fails = |part: &[i32]| {
            let even = part.iter().filter(|item| *item % 2 == 0).count();
            even >= 5 || (part.contains(&13) && part.contains(&31))
        };
        let left = minimize((0..64).collect(), fails);
        assert!(fails(&left));
        for place in 0..left.len() {
            let mut less = left.clone();
            less.remove(place);
            assert!(!fails(&less), "{left:?} without {place}");
        }
    }
}
