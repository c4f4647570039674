//! What is due on a day.

use super::Entry;

pub const FAMILIES: &[&str] = &["due", "entitlement"];

pub const ENTRIES: &[Entry] = &[
    ("due.application", "{since:date}提交的入会申请在等审批", "Applied on {since:date}; a decision is awaited"),
    (
        "due.arranged",
        "「{label}」约在{from:date}至{last:date}，请提醒来领，过期作废",
        "{label}: arranged for {from:date} to {last:date}; remind them, it is lost if missed",
    ),
    ("due.birthday", "今天生日，送上祝福", "Birthday today: wish them well"),
    (
        "due.card-expires",
        "会员卡用到{last:date}，请提醒续卡",
        "The card is valid until {last:date}: remind them to renew",
    ),
    ("due.lapse", "{points} 分今天失效", "{points} {points|point|points} {points|lapses|lapse} today"),
    (
        "due.lapse-of-kind",
        "{kind} {points} 分今天失效",
        "{kind}: {points} {points|point|points} {points|lapses|lapse} today",
    ),
    (
        "due.lapse-soon",
        "{points} 分可用到{last:date}，请提醒来用",
        "{points} {points|point|points} can be used until {last:date}: remind them",
    ),
    (
        "due.lapse-soon-of-kind",
        "{kind} {points} 分可用到{last:date}，请提醒来用",
        "{kind}: {points} {points|point|points} can be used until {last:date}: remind them",
    ),
    ("due.rebate", "⟦「{label}」⟧可发 {amount}", "⟦{label}: ⟧{amount} to be paid out"),
    ("due.review", "今天评定等级，仍是{tier}", "Reviewed today: stays {tier}"),
    ("due.review-changes", "今天评定等级：{from} → {to}", "Reviewed today: {from} → {to}"),
    (
        "due.uncleared",
        "{tender} {amount} 还没到账，{since:date}收的",
        "{amount} by {tender} has not arrived yet, taken on {since:date}",
    ),
    ("entitlement.arranged", "约定在{from:date}至{last:date}", "arranged for {from:date} to {last:date}"),
    ("entitlement.closed", "现在不能领", "not open now"),
    ("entitlement.given", "{day:date}领过了，{again:date}起可再领", "given on {day:date}; again from {again:date}"),
    ("entitlement.given-once", "{day:date}已经领过，只有一次", "given on {day:date}, and only once"),
    ("entitlement.holder-only", "限本人", "for the card's holder only"),
    ("entitlement.missed", "约定的时间已在{missed:date}结束，没来领，作废", "missed: its time ended on {missed:date}"),
    (
        "entitlement.missed-again",
        "约定的时间已在{missed:date}结束，没来领，作废；下次{from:date}至{last:date}",
        "missed: its time ended on {missed:date}; the next is {from:date} to {last:date}",
    ),
    ("entitlement.not-now", "要符合条件才能领⟦：{when}⟧", "not now⟦; it asks for: {when}⟧"),
    ("entitlement.not-reached", "{window}{reach}后可领", "not yet: it takes {reach} {window}"),
    ("entitlement.not-valid", "会员资格现在无效", "the membership is not valid now"),
    ("entitlement.reach", "{window}{reach}", "with {reach} {window}"),
    ("entitlement.times", "约定时间 {times}，过期作废", "in the arranged time, {times}; lost if missed"),
    ("entitlement.until", "{last:date}前领取", "until {last:date}"),
    ("entitlement.voucher", "{value} 代金券", "a voucher of {value}"),
    ("entitlement.voucher-valid", "{value} 代金券，{span}内有效", "a voucher of {value}, valid for {span}"),
    ("entitlement.words", "{label}：{per}⟦，{when}⟧", "{label}: {per}⟦; {when}⟧"),
];
