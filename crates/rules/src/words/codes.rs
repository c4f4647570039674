//! Names of the codes that people see: tenders, fields, tags, statuses, trades, kinds of events and tasks.

use super::Entry;
use crate::message::Language;

/// The name of a code; one that is not known comes back as it is.
#[must_use]
pub fn name_of_code(code: &str, language: Language) -> &str {
    find(CODES, code, language).unwrap_or(code)
}

fn find(entries: &'static [Entry], code: &str, language: Language) -> Option<&'static str> {
    let (_, zh, en) = entries.get(entries.binary_search_by(|(own, _, _)| (*own).cmp(code)).ok()?)?;
    Some(if language == Language::Zh { zh } else { en })
}

/// A text argument: a code gets its name where the argument's name says that it is one.
pub fn name_by_argument<'t>(argument: &str, text: &'t str, language: Language) -> &'t str {
    match argument {
        "choice" | "choices" | "tier" | "tiers" => find(TIERS, text, language).unwrap_or(text),
        "approval" | "approvals" | "cause" | "code" | "codes" | "except" | "fault" | "field" | "fields" | "goods" | "invariant"
        | "kind" | "mark" | "marks" | "metric" | "mode" | "only" | "role" | "roles" | "status" | "tag" | "tags" | "tender" | "tenders"
        | "trade" => name_of_code(text, language),
        _ => text,
    }
}

/// Tiers that most programs name alike, for where a rule knows but their ids.
const TIERS: &[Entry] = &[
    ("diamond", "钻石卡", "Diamond"),
    ("gold", "金卡", "Gold"),
    ("ordinary", "普通会员", "Ordinary"),
    ("silver", "银卡", "Silver"),
    ("vip", "VIP", "VIP"),
];

pub(super) const CODES: &[Entry] = &[
    ("active", "有效", "active"),
    ("activities", "参加活动次数", "activities"),
    ("address", "地址", "address"),
    ("adopted", "启用方案", "program adopted"),
    ("application-decided", "审批申请", "application decided"),
    ("applied", "待审批", "awaiting approval"),
    ("attended", "参加活动", "took part"),
    ("beauty", "美容", "beauty"),
    ("birthday", "生日", "birthday"),
    ("cancelled", "已取消", "cancelled"),
    ("card", "刷卡", "bank card"),
    ("card-renewed", "续卡", "card renewed"),
    ("card-replaced", "补换卡", "card replaced"),
    ("carried-over", "旧系统转入", "carried over"),
    ("cash", "现金", "cash"),
    ("chain-stores", "连锁店", "chain stores"),
    ("cheque", "支票", "cheque"),
    ("clothing", "服装", "clothing"),
    ("conservation-of-points", "积分收支相符", "points in and out agree"),
    ("conservation-of-stored-value", "储值收支相符", "stored value in and out agrees"),
    ("cosmetics", "化妆品", "cosmetics"),
    ("count", "整数", "whole number"),
    ("counter", "柜台负责人", "counter manager"),
    ("crystal", "水晶", "crystal"),
    ("damaged", "损坏", "damaged"),
    ("diamond", "钻石", "diamonds"),
    ("down", "舍去", "rounded down"),
    ("email", "邮箱", "e-mail"),
    ("enrolled", "入会", "joined"),
    ("entitlement-given", "发放权益", "benefit given"),
    ("expired", "已到期", "expired"),
    ("fashion", "服饰", "fashion"),
    ("fell", "未达标", "figures fell below"),
    ("figures-fit", "数值未超出范围", "figures fit"),
    ("fixed", "固定客户", "regular client"),
    ("flag", "是或否", "yes or no"),
    ("gender", "性别", "sex"),
    ("general", "通用", "general"),
    ("gift-card", "礼品卡", "gift card"),
    ("granted", "审批授予", "granted"),
    ("half-even", "四舍六入五成双", "half to even"),
    ("half-up", "四舍五入", "half up"),
    ("hotel", "酒店", "hotel"),
    ("id_number", "身份证号", "ID number"),
    ("items", "购买件数", "pieces bought"),
    ("jade", "玉石", "jade"),
    ("jadeite", "翡翠", "jadeite"),
    ("jewellery", "珠宝", "jewellery"),
    ("left", "已退会", "left"),
    ("limited", "限量", "limited"),
    ("loaded", "储值", "stored value sold"),
    ("loose", "散装/拆零", "loose goods"),
    ("lost", "遗失", "lost"),
    ("lots-sum-to-balance", "各批积分与余额相符", "lots sum to the balance"),
    ("mall", "商场", "mall"),
    ("manager", "店长", "manager"),
    ("manual", "手工优惠", "by hand"),
    ("marked", "设置标记", "mark set"),
    ("member-price", "会员价", "member price"),
    ("menswear", "男装", "menswear"),
    ("mobile", "移动支付", "mobile"),
    ("money", "金额", "money"),
    ("months_member", "入会月数", "months as a member"),
    ("name", "姓名", "name"),
    ("occupation", "职业", "occupation"),
    ("online", "网店", "online shop"),
    ("operations", "运营负责人", "operations"),
    ("pearl", "珍珠", "pearls"),
    ("pharmacy", "药房", "pharmacy"),
    ("phone", "手机号", "phone"),
    ("points", "积分", "points"),
    ("points-adjusted", "调整积分", "points corrected"),
    ("points-in-all", "全店积分相符", "points agree in all"),
    ("points-sent", "赠送积分", "points given away"),
    ("points_balance", "可用积分", "points balance"),
    ("points_earned", "累计积分", "points earned"),
    ("product-dropped", "商品下架", "product taken off"),
    ("product-listed", "商品上架", "product listed"),
    ("profile-changed", "修改资料", "details changed"),
    ("program", "方案变更", "program changed"),
    ("promotion", "促销", "promotion"),
    ("rate", "比例", "rate"),
    ("reached", "达标", "figures reached"),
    ("rebate-paid", "发放返利", "reward paid"),
    ("redeemed", "积分兑换", "points exchanged"),
    ("refused", "未通过", "refused"),
    ("returned", "退货", "returned"),
    ("review", "定期评定", "review"),
    ("ruby", "红宝石", "rubies"),
    ("salesperson", "销售员", "salesperson"),
    ("sapphire", "蓝宝石", "sapphires"),
    ("sex", "性别", "sex"),
    ("sold", "销售", "sale"),
    ("span", "时长", "length of time"),
    ("special", "特价", "special price"),
    ("spend", "消费额", "spend"),
    ("stored-value", "储值", "stored value"),
    ("stored-value-in-all", "全店储值相符", "stored value agrees in all"),
    ("supermarket", "超市", "supermarket"),
    ("tender-settled", "款项核销", "payment settled"),
    ("text", "文字", "text"),
    ("tier-granted", "授予等级", "tier granted"),
    ("trade-in", "以旧换新", "trade-in"),
    ("up", "进位", "rounded up"),
    ("visits", "购买次数", "purchases"),
    ("wechat", "微信号", "WeChat"),
];
