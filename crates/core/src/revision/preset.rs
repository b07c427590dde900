//! The presets by their names: releases and revisions of the series.

use super::Revision;

/// A named setting of all switches.
#[derive(Debug)]
pub struct Preset {
    /// The name in scripts and links.
    pub name: &'static str,
    /// The switches.
    pub revision: Revision,
    /// One sentence: what it is and what is wrong with it.
    pub about: &'static str,
}

/// The presets of the radix tree's era, oldest first.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "v4",
        revision: Revision::SERIES_V4,
        about: "Series v4, 29 Sep 2016: a downgrade drops tree_lock without locking the entry.",
    },
    Preset {
        name: "v5",
        revision: Revision::SERIES_V5,
        about: "Series v5, 7 Oct 2016: a downgrade wakes one waiter; a failed preload leaks the lock.",
    },
    Preset {
        name: "v6",
        revision: Revision::SERIES_V6,
        about: "Series v6, 12 Oct 2016, the reviewed one: a failed preload puts an entry also when there is none.",
    },
    Preset {
        name: "v8",
        revision: Revision::SERIES_V8,
        about: "Series v8, 19 Oct 2016: only the fallback of a private write splits a huge mapping.",
    },
    Preset { name: "v9", revision: Revision::SERIES_V9, about: "Series v9, 1 Nov 2016: as merged, 642261ac995e." },
    Preset { name: "4.10.0", revision: Revision::V4_10, about: "Linux 4.10.0, February 2017." },
    Preset {
        name: "4.10.17",
        revision: Revision::V4_10_17,
        about: "Linux 4.10.17: looks up again after the preload; strict invalidation unmaps.",
    },
    Preset {
        name: "4.11",
        revision: Revision::V4_11,
        about: "Linux 4.11: one fault handler; a misaligned 2 MiB fault inserts under another index.",
    },
    Preset {
        name: "4.12.4",
        revision: Revision::V4_12_4,
        about: "Linux 4.12.4: grabs before the extent look-up and checks the pmd after the grab.",
    },
    Preset {
        name: "4.13.4",
        revision: Revision::V4_13_4,
        about: "Linux 4.13.4: refuses a 2 MiB fault whose address and offset differ in colour.",
    },
    Preset {
        name: "fixed",
        revision: Revision::FIXED,
        about: "Every switch at its corrected setting, fixes of later releases included.",
    },
];

/// The presets of the XArray's era, oldest first.
pub const XARRAY_PRESETS: &[Preset] = &[
    Preset {
        name: "5.10.13",
        revision: Revision::V5_10_13,
        about: "Linux 5.10.13: a downgrade is decided once, and a deletion wakes one waiter.",
    },
    Preset {
        name: "5.10",
        revision: Revision::V5_10,
        about: "Linux 5.10.223, the end of that line: both mended; fsync write-protects the first page of an entry only.",
    },
    Preset { name: "6.1", revision: Revision::V6_1, about: "Linux 6.1: read faults mark entries DIRTY." },
    Preset { name: "6.12", revision: Revision::V6_12, about: "Linux 6.12.117: fsync skips locked entries." },
    Preset {
        name: "7.3",
        revision: Revision::V7_3,
        about: "Linux 7.3.4: folios with references; breaking a layout deletes all entries of the file.",
    },
    Preset {
        name: "7.3-fixed",
        revision: Revision::XARRAY_FIXED,
        about: "Linux 7.3 with every suspect mended; some of it is a proposal of this project.",
    },
];

/// The presets of both eras, oldest first.
pub fn all_presets() -> impl Iterator<Item = &'static Preset> + Clone {
    PRESETS.iter().chain(XARRAY_PRESETS)
}

/// The preset of that name, of either era; `v4.10` and `4.10` mean `4.10.0`, `v4.12.4` means `4.12.4`.
#[must_use]
pub fn preset(name: &str) -> Option<&'static Preset> {
    let name = name.strip_prefix("series-").unwrap_or(name);
    let plain = match name.strip_prefix('v') {
        Some(release) if release.contains('.') => release,
        _ => name,
    };
    let plain = match plain {
        "4.10" => "4.10.0",
        "4.12" => "4.12.4",
        "4.13" => "4.13.4",
        "4.11.0" => "4.11",
        other => other,
    };
    all_presets().find(|preset| preset.name == plain)
}

/// Why there is no preset of that name, if it is that of a kernel: `There is no revision `4.9`: ... The nearest is `4.10.0`.`,
/// and the nearest. `None`: it is the name of no kernel.
pub(crate) fn unlisted(name: &str) -> Option<(String, &'static str)> {
    let wanted = Version::of(name)?;
    let same_kind = all_presets().filter_map(|preset| Version::of(preset.name).map(|version| (version, preset.name)));
    let (mut before, mut after) = (None, None);
    for (version, name) in same_kind.filter(|(version, _)| version.is_series == wanted.is_series) {
        if version < wanted {
            before = Some((version, name));
        } else if after.is_none() {
            after = Some((version, name));
        }
    }
    let nearest = match (before, after) {
        (Some((_, before)), Some((_, after))) => format!("Nearest are `{before}` before it and `{after}` after it."),
        (Some((_, before)), None) => format!("The nearest is `{before}`, before it."),
        (None, Some((_, after))) => format!("The nearest is `{after}`, after it."),
        (None, None) => return None,
    };
    let what = if wanted.is_series { "revisions of the series" } else { "releases" };
    let why = format!("only some {what} are modelled");
    let (_, suggested) = [before, after].into_iter().flatten().min_by_key(|(version, _)| version.far_from(wanted))?;
    Some((format!("There is no revision `{name}`: {why}. {nearest}"), suggested))
}

/// The place of a kernel among those of its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    /// Is it a revision of the patch series, `v7`, and no release?
    is_series: bool,
    numbers: [u32; 3],
    /// A candidate comes before its release, which has the highest number here.
    candidate: u32,
}

impl Version {
    /// How far two releases lie apart: one point release is 1, one release 1,000; a major number has some 20 of them.
    fn far_from(self, other: Version) -> u32 {
        let place = |version: Version| {
            let [major, minor, point] = version.numbers.map(|number| number.min(1_000));
            (major * 20 + minor) * 1_000 + point
        };
        place(self).abs_diff(place(other))
    }

    /// Of `v7`, `4.9`, `v4.9.12` or `5.0-rc1`; `None`: the name is none of a kernel.
    fn of(name: &str) -> Option<Version> {
        let plain = name.strip_prefix("series-").unwrap_or(name);
        if let &[b'v', digit @ b'1'..=b'9'] = plain.as_bytes() {
            let numbers = [u32::from(digit - b'0'), 0, 0];
            return Some(Version { is_series: true, numbers, candidate: u32::MAX });
        }
        let plain = plain.strip_prefix('v').unwrap_or(plain);
        let (release, candidate) = match plain.split_once("-rc") {
            Some((release, candidate)) => (release, candidate.parse().ok()?),
            None => (plain, u32::MAX),
        };
        let mut numbers = [0; 3];
        let parts: Vec<&str> = release.split('.').collect();
        if !(2..=3).contains(&parts.len()) {
            return None;
        }
        for (number, part) in numbers.iter_mut().zip(parts) {
            *number = part.parse().ok()?;
        }
        Some(Version { is_series: false, numbers, candidate })
    }
}
