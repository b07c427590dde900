//! The scenario on kernels of both eras, side by side by operation of the script.

use super::Build;
use crate::action::Panel;
use crate::by_operation::{ByOperation, by_operation};
use daxscope_core::revision::Revision;

/// What stands beside the kernel that runs: one of the radix tree, and two in use.
const BESIDE: [Revision; 3] = [Revision::V4_10, Revision::V6_12, Revision::V7_3];

impl Build<'_> {
    /// Nothing while its panel is closed, and nothing while what comes is hidden: a whole run would tell it.
    pub(super) fn both_eras(&self) -> ByOperation {
        if self.session.panel != Panel::Compare || self.session.hides_future() {
            return ByOperation::default();
        }
        let scenario = self.run().scenario();
        let mut kernels = BESIDE.to_vec();
        if !kernels.contains(&scenario.revision) {
            kernels.insert(0, scenario.revision);
        }
        by_operation(scenario, &kernels)
    }
}
