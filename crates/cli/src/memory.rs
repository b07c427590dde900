//! How much memory there is: a search that nobody bounded ends as a bound before the machine has none left. Where the system
//! does not say, there is no such bound.

use std::fs;

/// Of what is free, searches take four fifths: the rest is for what they do not count, and for others.
const SHARE: (u64, u64) = (4, 5);

/// Bytes that so many searches at once may each take, if the system says how many are free.
pub(crate) fn share_of(searches: usize) -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| free_of(&text));
    let number = |path: &str| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    // A container's own limit; `max` is none.
    let most = number("/sys/fs/cgroup/memory.max");
    let container = most.map(|most| most.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    let free = [machine, container].into_iter().flatten().min()?;
    Some(share(free, searches))
}

const fn share(free: u64, searches: usize) -> u64 {
    let searches = if searches == 0 { 1 } else { searches as u64 };
    free / SHARE.1 * SHARE.0 / searches
}

/// `MemAvailable` of `/proc/meminfo`, which counts kilobytes.
fn free_of(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_what_is_free() {
        assert_eq!(free_of("MemTotal:  8 kB\nMemAvailable:    3 kB\n"), Some(3 * 1024));
        assert_eq!(free_of("MemTotal:  8 kB\n"), None);
        assert_eq!(free_of("MemAvailable: much kB\n"), None);
    }

    #[test]
    fn several_searches_share_it() {
        assert_eq!([0, 1, 4].map(|searches| share(1000, searches)), [800, 800, 200]);
    }
}
