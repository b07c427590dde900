//! Sorting, once for everything.
//!
//! The sorts of the standard library are fast for long lists and are compiled anew for every type: in the page they were
//! 64 KB. Lists here are short, or sorted already but for a few places.

/// Lists up to this length are sorted by insertion, which keeps equal elements in order.
const SHORT: usize = 32;

/// Sorts in place. Equal elements keep their order in lists of up to 32; in longer ones their order is the same every time.
pub fn sort_by<T>(items: &mut [T], mut is_before: impl FnMut(&T, &T) -> bool) {
    if (1..items.len()).all(|at| !is_before(&items[at], &items[at - 1])) {
        return;
    }
    if items.len() <= SHORT {
        insert_each(items, &mut is_before);
    } else {
        heap(items, &mut is_before);
    }
}

/// Sorts by what the elements are.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, |a, b| a < b);
}

/// Sorts by a key of the elements.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, |a, b| key(a) < key(b));
}

/// What an iterator gives, in order and each once.
pub fn distinct<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut found: Vec<T> = items.into_iter().collect();
    sort(&mut found);
    found.dedup();
    found
}

fn insert_each<T>(items: &mut [T], is_before: &mut impl FnMut(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && is_before(&items[at], &items[at - 1]) {
            items.swap(at, at - 1);
            at -= 1;
        }
    }
}

fn heap<T>(items: &mut [T], is_before: &mut impl FnMut(&T, &T) -> bool) {
    let length = items.len();
    for root in (0..length / 2).rev() {
        sift(items, root, is_before);
    }
    for end in (1..length).rev() {
        items.swap(0, end);
        sift(&mut items[..end], 0, is_before);
    }
}

/// Lets the element at `root` sink below all that are behind it.
fn sift<T>(items: &mut [T], mut root: usize, is_before: &mut impl FnMut(&T, &T) -> bool) {
    loop {
        let mut child = 2 * root + 1;
        if child >= items.len() {
            return;
        }
        if child + 1 < items.len() && is_before(&items[child], &items[child + 1]) {
            child += 1;
        }
        if !is_before(&items[root], &items[child]) {
            return;
        }
        items.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that repeat, in no order.
    fn mixed(length: u64) -> Vec<u64> {
        (0..length).map(|at| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % (length / 2 + 1)).collect()
    }

    #[test]
    fn every_length_is_sorted_as_the_standard_library_does() {
        for length in 0..200 {
            let mut ours = mixed(length);
            let mut theirs = ours.clone();
            sort(&mut ours);
            theirs.sort();
            assert_eq!(ours, theirs, "{length}");
            theirs.dedup();
            assert_eq!(distinct(mixed(length)), theirs);
            ours.reverse();
            sort_by_key(&mut ours, |&number| std::cmp::Reverse(number));
            assert!(ours.is_sorted_by(|a, b| a >= b));
        }
    }

    #[test]
    fn equal_elements_of_a_short_list_keep_their_order() {
        let mut pairs: Vec<(u64, usize)> = mixed(32).into_iter().enumerate().map(|(at, key)| (key, at)).collect();
        let mut stable = pairs.clone();
        sort_by_key(&mut pairs, |pair| pair.0);
        stable.sort_by_key(|pair| pair.0);
        assert_eq!(pairs, stable);
    }
}
