//! What happens to the shop's storage (`store`), and what to do about it.

use super::Entry;

pub const FAMILIES: &[&str] = &["store"];

pub const ENTRIES: &[Entry] = &[
    (
        "store.damaged",
        "{place}损坏：{fault}（第 {from} 条起，到第 {to} 条前）；其余记录都还在",
        "{place} is damaged: {fault} (from record {from} up to {to}); all others are there",
    ),
    (
        "store.evicted",
        "这台设备上的店铺数据被浏览器或人清掉了",
        "The shop's data were on this device and are gone: the browser or a person cleared them",
    ),
    ("store.failed", "没有存成：{detail}", "It could not be saved: {detail}"),
    ("store.fault.altered", "内容和写入时不一样", "it is not as it was written"),
    ("store.fault.cut-short", "不完整", "its end is missing"),
    ("store.fault.foreign", "不是本软件写的", "this app did not write it"),
    ("store.fault.misplaced", "放错了位置", "it stands in the wrong place"),
    ("store.fault.missing", "不见了", "it is missing"),
    ("store.fault.too-large", "大得不合常理", "it is too large to be right"),
    ("store.fault.unreadable", "读不懂", "it cannot be read"),
    ("store.full", "存储空间满了，这次没有存上", "The storage is full; this was not saved"),
    (
        "store.full-needed",
        "存储空间满了，还要约 {bytes:mb} MB；这次没有存上",
        "The storage is full, about {bytes:mb} MB more is needed; this was not saved",
    ),
    ("store.incident.blocked", "升级在等别的标签页：请关掉它们", "The upgrade waits for other tabs: close them"),
    (
        "store.incident.connection-lost",
        "和存储的连接断了，正在重连",
        "The connection to the storage was lost; opening it again",
    ),
    (
        "store.incident.newer-tab",
        "别的标签页已经更新，请刷新这一页",
        "Another tab runs a newer version: reload this one",
    ),
    ("store.incident.reopened", "存储已重新连上", "The storage is open again"),
    (
        "store.interrupted",
        "写入中断，已撤回，没有存一半：{detail}",
        "The write was cut off and undone as a whole: {detail}",
    ),
    (
        "store.moved",
        "别的标签页刚刚记了新账（{expected} → {actual} 条），这次先没存",
        "Another tab has just recorded more ({expected} → {actual} records); this was not saved yet",
    ),
    (
        "store.newer",
        "{place}是更新的版本写的（格式 {found}，这里能读到 {known}，第 {from} 条）",
        "{place} was written by a newer version (layout {found}; {known} is the newest read here, record {from})",
    ),
    ("store.outdated", "别的标签页已经升级了数据", "Another tab has upgraded the data"),
    ("store.place.head", "账本总目", "The journal's head"),
    ("store.place.segment", "一段历史记录", "A stretch of history"),
    ("store.place.snapshot", "快照", "The snapshot"),
    ("store.place.tail", "一条最近的记录", "A recent record"),
    ("store.refused", "浏览器不让本站存数据：{detail}", "The browser keeps nothing for this site: {detail}"),
    (
        "store.remedy.allow-storage",
        "请不要用无痕窗口，并允许本站保存数据，然后刷新",
        "Leave the private window, allow this site to keep data, and reload",
    ),
    (
        "store.remedy.export-and-restore",
        "先停止记账，导出还能读的记录，再从备份恢复",
        "Stop recording, export what can be read, then restore a backup",
    ),
    (
        "store.remedy.free-space",
        "已存的都还在。请先备份，再清出空间后重试",
        "What was saved is still here. Back it up, free some space and try again",
    ),
    ("store.remedy.open-again", "请刷新后重新打开店铺", "Reload and open the shop again"),
    (
        "store.remedy.rebuild-snapshot",
        "不用管它：会从记录重新算出来",
        "Nothing to do: it is made again from the records",
    ),
    ("store.remedy.reload", "请刷新这一页；已存的都还在", "Reload this page; what was saved is still here"),
    (
        "store.remedy.report",
        "已存的都还在。请重试；还不行就先备份，再联系我们",
        "What was saved is still here. Try again; if it fails again, back up and tell us",
    ),
    ("store.remedy.restore", "请从最近的备份恢复", "Restore the latest backup"),
    ("store.remedy.try-again", "请再点一次", "Please do it once more"),
    ("store.remedy.update", "请更新本软件；数据没有动", "Update the app; nothing was changed"),
    ("store.replaced", "店铺已在别的标签页里清除或更换", "The shop was erased or replaced by another tab"),
];
