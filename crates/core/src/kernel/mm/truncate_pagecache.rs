//! What a range of a file leaves behind in page tables and page cache is taken away (mm/truncate.c, v4.10 to v7.3).

use crate::kernel::{radix_era, xarray_era};
use crate::task::Task;
use crate::units::PageIndex;

/// `truncate_pagecache_range` over whole pages `first..end`.
pub async fn truncate_pagecache_range(task: &Task, first: PageIndex, end: PageIndex) {
    task.within("truncate_pagecache_range", async {
        task.unmap_mapping_range(first, end - first, false).await;
        truncate_inode_pages_range(task, first, end).await;
    })
    .await;
}

/// `truncate_pagecache`: unmaps twice, because a private copy may have been made meanwhile.
pub async fn truncate_pagecache(task: &Task, size: u64) {
    task.within("truncate_pagecache", async {
        task.unmap_mapping_range(size, 0, true).await;
        truncate_inode_pages_range(task, size, u64::MAX).await;
        task.unmap_mapping_range(size, 0, true).await;
    })
    .await;
}

async fn truncate_inode_pages_range(task: &Task, start: PageIndex, end: PageIndex) {
    if task.revision().is_xarray() {
        xarray_era::truncate::truncate_inode_pages_range(task, start, end).await;
    } else {
        radix_era::truncate::truncate_inode_pages_range(task, start, end).await;
    }
}
