//! A kernel release or a revision of the patch series, as named switches: those that both eras have, and those of its era.
//!
//! There is one engine and no forks of it: kernel code asks `task.radix().wake_mode_downgrade`. Every switch
//! names the commit or mail that flipped it; the presets are settings of all of them ([`PRESETS`], [`XARRAY_PRESETS`]).
//!
//! Source: kernel-semantics §10 and §12, kernel-semantics-xarray §13; the recorded variants of `tests/vectors`.

mod common;
mod preset;
mod radix;
mod switches;
mod xarray;

pub use common::{CommonSwitches, MkcleanRange, WakeMode};
pub(crate) use preset::unlisted;
pub use preset::{PRESETS, Preset, XARRAY_PRESETS, all_presets, preset};
pub use radix::{FaultOrder, InsertIndex, RadixSwitches, SplitOnFallback, UnlockOnPreloadFail};
pub use switches::{SWITCHES, Switch, XARRAY_SWITCHES, switch};
pub use xarray::{
    Counter, DowngradeDecided, HugeZeroBusy, InsertPage, LayoutBreak, LayoutScan, MixedAssociation, PageLockWaits,
    PageState, PmdFaultChecks, ReadFault, SmallerEntry, TowriteCleared, UnlockByPage, WritebackMeetsLock,
    XArraySwitches,
};

/// All decisions in which the modelled kernels differ.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Revision {
    /// Those of both eras.
    pub common: CommonSwitches,
    /// Those of its era.
    pub era: EraSwitches,
}

/// The switches of one era.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EraSwitches {
    /// The radix tree: to 4.19.
    Radix(RadixSwitches),
    /// The XArray: from 4.20 on.
    XArray(XArraySwitches),
}

/// A part of a revision that changes.
pub(crate) enum Changed {
    Common(CommonSwitches),
    Radix(RadixSwitches),
    XArray(XArraySwitches),
}

macro_rules! changed {
    ($($part:ident($switches:ident),)*) => {
        $(impl From<$switches> for Changed {
            fn from(switches: $switches) -> Changed {
                Changed::$part(switches)
            }
        })*
    };
}

changed! { Common(CommonSwitches), Radix(RadixSwitches), XArray(XArraySwitches), }

/// The kernel of a script that names none: 4.10.0.
impl Default for Revision {
    fn default() -> Revision {
        Revision::V4_10
    }
}

impl Revision {
    /// Linux 4.10.0, the base of the model.
    pub const V4_10: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::V4_10);
    /// See [`RadixSwitches::SERIES_V4`].
    pub const SERIES_V4: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::SERIES_V4);
    /// See [`RadixSwitches::SERIES_V5`].
    pub const SERIES_V5: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::SERIES_V5);
    /// See [`RadixSwitches::SERIES_V6`].
    pub const SERIES_V6: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::SERIES_V6);
    /// See [`RadixSwitches::SERIES_V8`].
    pub const SERIES_V8: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::SERIES_V8);
    /// See [`RadixSwitches::SERIES_V9`].
    pub const SERIES_V9: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::SERIES_V9);
    /// See [`RadixSwitches::V4_10_17`].
    pub const V4_10_17: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::V4_10_17);
    /// See [`RadixSwitches::V4_11`].
    pub const V4_11: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::V4_11);
    /// See [`RadixSwitches::V4_12_4`].
    pub const V4_12_4: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::V4_12_4);
    /// See [`RadixSwitches::V4_13_4`].
    pub const V4_13_4: Revision = Self::of_radix(CommonSwitches::V4_10, RadixSwitches::V4_13_4);
    /// Every switch at its corrected setting, later fixes included where they apply to the radix tree's era.
    pub const FIXED: Revision = Self::of_radix(CommonSwitches::MENDED, RadixSwitches::FIXED);
    /// See [`XArraySwitches::V5_10_13`].
    pub const V5_10_13: Revision = Self::of_xarray(CommonSwitches::V4_10, XArraySwitches::V5_10_13);
    /// See [`XArraySwitches::V5_10`].
    pub const V5_10: Revision = Self::of_xarray(
        CommonSwitches { wake_mode_delete: WakeMode::All, ..CommonSwitches::V4_10 },
        XArraySwitches::V5_10,
    );
    /// See [`XArraySwitches::V6_1`].
    pub const V6_1: Revision = Self::of_xarray(CommonSwitches::MENDED, XArraySwitches::V6_1);
    /// See [`XArraySwitches::V6_12`].
    pub const V6_12: Revision = Self::of_xarray(CommonSwitches::MENDED, XArraySwitches::V6_12);
    /// See [`XArraySwitches::V7_3`].
    pub const V7_3: Revision = Self::of_xarray(CommonSwitches::MENDED, XArraySwitches::V7_3);
    /// See [`XArraySwitches::FIXED`].
    pub const XARRAY_FIXED: Revision = Self::of_xarray(CommonSwitches::MENDED, XArraySwitches::FIXED);

    /// A kernel of the radix tree's era.
    #[must_use]
    pub const fn of_radix(common: CommonSwitches, radix: RadixSwitches) -> Revision {
        Revision { common, era: EraSwitches::Radix(radix) }
    }

    /// A kernel of the XArray's era.
    #[must_use]
    pub const fn of_xarray(common: CommonSwitches, xarray: XArraySwitches) -> Revision {
        Revision { common, era: EraSwitches::XArray(xarray) }
    }

    /// The switches of both eras; there always are some.
    #[must_use]
    pub const fn common(&self) -> Option<&CommonSwitches> {
        Some(&self.common)
    }

    /// The switches of the radix tree's era, if it is of that era.
    #[must_use]
    pub const fn radix(&self) -> Option<&RadixSwitches> {
        match &self.era {
            EraSwitches::Radix(switches) => Some(switches),
            EraSwitches::XArray(_) => None,
        }
    }

    /// The switches of the XArray's era, if it is of that era.
    #[must_use]
    pub const fn xarray(&self) -> Option<&XArraySwitches> {
        match &self.era {
            EraSwitches::Radix(_) => None,
            EraSwitches::XArray(switches) => Some(switches),
        }
    }

    /// Is it of the XArray's era?
    #[must_use]
    pub const fn is_xarray(&self) -> bool {
        self.xarray().is_some()
    }

    /// The presets of its era.
    #[must_use]
    pub const fn presets(&self) -> &'static [Preset] {
        match self.era {
            EraSwitches::Radix(_) => PRESETS,
            EraSwitches::XArray(_) => XARRAY_PRESETS,
        }
    }

    /// The switches that its era has.
    #[must_use]
    pub const fn switches(&self) -> &'static [Switch] {
        match self.era {
            EraSwitches::Radix(_) => SWITCHES,
            EraSwitches::XArray(_) => XARRAY_SWITCHES,
        }
    }

    /// The kernel of its era with every switch at its corrected setting.
    #[must_use]
    pub const fn fixed(&self) -> &'static Revision {
        match self.era {
            EraSwitches::Radix(_) => &Self::FIXED,
            EraSwitches::XArray(_) => &Self::XARRAY_FIXED,
        }
    }

    /// The same with other switches in one part.
    pub(crate) const fn with(self, changed: Changed) -> Revision {
        match changed {
            Changed::Common(common) => Revision { common, ..self },
            Changed::Radix(switches) => Revision { era: EraSwitches::Radix(switches), ..self },
            Changed::XArray(switches) => Revision { era: EraSwitches::XArray(switches), ..self },
        }
    }

    /// The nearest name: a preset, or the preset that needs the fewest changes with those changes:
    /// `4.10.0 wake_mode_delete=all`. Reading it back gives the same revision.
    #[must_use]
    pub fn name(&self) -> String {
        let (preset, changes) = self.nearest_preset();
        let mut name = preset.name.to_owned();
        for (switch, value) in changes {
            name.push_str(&format!(" {switch}={value}"));
        }
        name
    }

    /// The preset that differs in the fewest switches, 4.10.0 or 6.12 first among equals, and those differences.
    #[must_use]
    pub fn nearest_preset(&self) -> (&'static Preset, Vec<(&'static str, &'static str)>) {
        let changes = |preset: &Preset| -> Vec<_> {
            self.switches()
                .iter()
                .filter(|switch| (switch.get)(self) != (switch.get)(&preset.revision))
                .map(|switch| (switch.name, (switch.get)(self)))
                .collect()
        };
        self.presets()
            .iter()
            .map(|preset| (preset, changes(preset)))
            .min_by_key(|(preset, changes)| (changes.len(), !matches!(preset.name, "4.10.0" | "6.12")))
            .expect("there are presets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_reads_back_every_value() {
        for switch in SWITCHES {
            assert_eq!((switch.get)(&Revision::V4_10), switch.values[0], "{}", switch.name);
            for value in switch.values {
                let mut revision = Revision::V4_10;
                assert!((switch.set)(&mut revision, value));
                assert_eq!((switch.get)(&revision), *value, "{}", switch.name);
            }
            assert!(!(switch.set)(&mut Revision::V4_10.clone(), "nonsense"));
        }
    }

    #[test]
    fn presets_are_found_by_their_names() {
        for known in PRESETS {
            assert_eq!(preset(known.name).map(|p| p.revision), Some(known.revision));
            assert_eq!(known.revision.name(), known.name);
        }
        assert_eq!(preset("v4.10").map(|p| p.name), Some("4.10.0"));
        assert_eq!(preset("v4.12.4").map(|p| p.name), Some("4.12.4"));
        assert!(preset("5.0").is_none());
    }

    #[test]
    fn a_changed_preset_names_its_change() {
        let mut revision = Revision::V4_10;
        revision.common.wake_mode_delete = WakeMode::All;
        assert_eq!(revision.name(), "4.10.0 wake_mode_delete=all");
    }
}
