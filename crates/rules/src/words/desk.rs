//! What the desk says after a wish, and of its own work (`desk`).

use super::Entry;

pub const FAMILIES: &[&str] = &["desk"];

pub const ENTRIES: &[Entry] = &[
    ("desk.all-returned", "这一单已经全部退完", "Everything of this sale has come back already"),
    ("desk.history-adjusted", "调整积分⟦：{reason}⟧", "Points corrected⟦: {reason}⟧"),
    ("desk.history-applied", "提交入会申请⟦，卡号 {card}⟧", "Applied to join⟦, card {card}⟧"),
    ("desk.history-approved", "入会申请通过", "Application approved"),
    ("desk.history-attended", "参加{label}", "Took part: {label}"),
    ("desk.history-bounced", "款项没有到账", "A payment did not arrive"),
    ("desk.history-brought", "推荐新会员入会⟦：{name}⟧", "Brought a new member⟦: {name}⟧"),
    ("desk.history-cancelled", "会员资格被取消⟦：{reason}⟧", "Membership cancelled⟦: {reason}⟧"),
    ("desk.history-card-renewed", "续卡", "Card renewed"),
    ("desk.history-card-replaced", "{fault:name}补换卡⟦，新卡号 {card}⟧", "Card replaced ({fault:name})⟦, new card {card}⟧"),
    ("desk.history-carried-over", "从旧系统转入", "Carried over from the earlier system"),
    ("desk.history-cleared", "款项已到账", "A payment arrived"),
    ("desk.history-edited", "修改资料", "Details changed"),
    ("desk.history-enrolled", "入会⟦，卡号 {card}⟧", "Joined⟦, card {card}⟧"),
    ("desk.history-given", "领取{label}⟦：{note}⟧", "Given: {label}⟦, {note}⟧"),
    ("desk.history-granted", "授予{label}⟦：{reason}⟧", "Granted: {label}⟦, {reason}⟧"),
    ("desk.history-left", "退会⟦：{reason}⟧", "Left⟦: {reason}⟧"),
    ("desk.history-loaded", "储值 {amount}", "Stored value bought: {amount}"),
    ("desk.history-marked", "标记为{mark}", "Marked: {mark}"),
    ("desk.history-other", "{kind}", "{kind}"),
    ("desk.history-rebate", "发放返利⟦：{label}⟧", "Reward paid⟦: {label}⟧"),
    ("desk.history-received", "收到转赠积分⟦，来自 {name}⟧", "Points received⟦ from {name}⟧"),
    ("desk.history-redeemed", "积分兑换⟦：{label}⟧ ×{times}", "Points exchanged⟦: {label}⟧ ×{times}"),
    ("desk.history-refused", "入会申请未通过⟦：{reason}⟧", "Application refused⟦: {reason}⟧"),
    ("desk.history-returned", "退货", "Goods returned"),
    ("desk.history-sent", "转赠积分⟦给 {name}⟧", "Points given away⟦ to {name}⟧"),
    ("desk.history-sold", "购买⟦ {goods:raw}⟧", "Bought⟦ {goods:raw}⟧"),
    ("desk.history-unmarked", "取消标记{mark}", "Mark taken off: {mark}"),
    ("desk.note-points", "积分 {points}", "{points} {points|point|points}"),
    ("desk.return-until", "{last}之前（含当天）可退", "Can be returned until {last}"),
    ("desk.return-until-time", "{last} {before} 前可退", "Can be returned until {before} on {last}"),
    ("desk.same-id", "两条不同的记录用了同一个编号，都先搁置了，请核对", "Two different records have the same id; both are set aside, check them"),
];
