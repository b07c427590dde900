//! Locks by the names that the kernel of the run gives them. The model names a lock once, after Linux 4.10; where a whole
//! sentence is made, kernels of the XArray's era get their own words.

use crate::revision::{Counter, Revision};

/// The sentence with the lock names of that kernel: `takes xa_lock` for `takes tree_lock` from 4.20 on.
///
/// `tree_lock` became the `xa_lock` of `i_pages` in 4.20 (and 4.17 renamed it), `mmap_sem` `mmap_lock` in 5.8, and `i_mmap_sem`
/// `invalidate_lock` in 5.15.
#[must_use]
pub fn with_kernel_words(sentence: &str, revision: &Revision) -> String {
    let Some(xarray) = revision.xarray() else { return sentence.into() };
    let named = sentence.replace("tree_lock", "xa_lock");
    // What counts entries is before 5.13.
    let file_lock = if xarray.counter == Counter::Entries { "i_mmap_sem" } else { "invalidate_lock" };
    let parts: Vec<String> = named.split("i_mmap_sem").map(|part| part.replace("mmap_sem", "mmap_lock")).collect();
    parts.join(file_lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kernel_has_its_own_words() {
        let sentence = "A takes tree_lock, i_mmap_sem and mmap_sem of process P";
        assert_eq!(with_kernel_words(sentence, &Revision::V4_10), sentence);
        assert_eq!(
            with_kernel_words(sentence, &Revision::V5_10),
            "A takes xa_lock, i_mmap_sem and mmap_lock of process P"
        );
        assert_eq!(
            with_kernel_words(sentence, &Revision::V7_3),
            "A takes xa_lock, invalidate_lock and mmap_lock of process P"
        );
    }
}
