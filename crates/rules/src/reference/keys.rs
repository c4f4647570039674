//! Every table and key of a policy document.
//!
//! A new key goes here in the same change that reads it; the test `every_key_that_is_asked_for_is_described` says which
//! one is missing.

/// What may stand behind a key. Every single value may also be `"$name"`, a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text.
    Text,
    /// A list of texts, or one.
    Texts,
    /// Money: `"12.50"`.
    Money,
    /// Points: `100`, `"28.75"`.
    Points,
    /// A rate from 0% to this.
    Rate(&'static str),
    /// A factor above 0, at most 1000.
    Factor,
    /// A whole number.
    Count(i64, i64),
    /// A list of whole numbers, or one.
    Counts(i64, i64),
    /// `true` or `false`.
    Flag,
    /// A day.
    Day,
    /// A time of day.
    Time,
    /// `90 days`, `12 months`, `1 year`.
    Span,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of these words, or one.
    Words(&'static [&'static str]),
    /// A window: one of the words of [`WINDOWS`], or a span.
    Window,
    /// A border of a band: money, or a rate where the bands are over rates.
    Border,
    /// A text in both languages.
    Label,
    /// A text in both languages, or one for both.
    Remark,
    /// Rates by free names.
    NamedRates(&'static str),
    /// Lists of texts by free names.
    NamedTexts,
    /// A table.
    One(&'static str),
    /// Several tables, `[[…]]`.
    Many(&'static str),
    /// Tables by free names.
    Named(&'static str),
}

/// Words for windows.
pub const WINDOWS: &[&str] = &[
    "lifetime",
    "transaction",
    "day",
    "calendar month",
    "calendar quarter",
    "calendar half",
    "calendar year",
    "membership year",
];

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What may stand behind it.
    pub shape: Shape,
    /// What holds without it; empty: nothing; `!`: it must be there.
    pub default: &'static str,
    /// What it says, in Chinese.
    pub zh: &'static str,
    /// What it says, in English.
    pub en: &'static str,
}

/// One table.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    /// Its name; the root is empty. Names with a space are parts that several tables share.
    pub name: &'static str,
    /// What it is about, in Chinese.
    pub zh: &'static str,
    /// What it is about, in English.
    pub en: &'static str,
    /// The source in whose head comment its example stands; empty: none.
    pub source: &'static str,
    /// Its keys, in groups.
    pub keys: &'static [&'static [Key]],
}

const fn k(name: &'static str, shape: Shape, default: &'static str, zh: &'static str, en: &'static str) -> Key {
    Key { name, shape, default, zh, en }
}

use Shape::{
    Border, Count, Counts, Day, Factor, Flag, Label, Many, Money, Named, NamedRates, NamedTexts, One, Points, Rate,
    Remark, Span, Text, Texts, Time, Window, Word, Words,
};

const CLAUSE: &[Key] = &[k("clause", Text, "", "原文条款", "Clause of the source document")];
const HEAD: &[Key] = &[
    k("id", Text, "!", "编号，同类中唯一", "Its id, unique among its kind"),
    k("label", Label, "", "给人看的名称", "Its name for people"),
    k("clause", Text, "", "原文条款", "Clause of the source document"),
];
const WHEN: &[Key] = &[
    k(
        "when",
        One("when"),
        "always",
        "什么时候、对谁生效；写了的条件都要符合",
        "When and for whom it holds; all that is stated must",
    ),
    k("unless", One("when"), "never", "什么时候、对谁不生效", "When and for whom it does not"),
];
const GOODS: &[Key] = &[
    k("only", One("goods filter"), "everything", "只算这些商品或付款方式", "Only these goods or means of payment"),
    k("except", One("goods filter"), "nothing", "不算这些商品或付款方式", "Not these goods or means of payment"),
];
const ROLES: &[Key] = &[k("roles", Texts, "everyone", "哪些岗位", "Whose: these roles")];
const METRICS: &[Key] = &[
    k("spend", Money, "", "消费额", "Spend"),
    k("visits", Count(0, 1_000_000_000), "", "购买次数", "Purchases"),
    k("items", Count(0, 1_000_000_000), "", "购买件数", "Pieces bought"),
    k("points_earned", Points, "", "累计得到的积分", "Points earned"),
    k("points_balance", Points, "", "可用积分", "Points balance"),
    k("months_member", Count(0, 1_000_000_000), "", "入会满几个月", "Whole months as a member"),
    k("activities", Count(0, 1_000_000_000), "", "参加活动次数", "Activities attended"),
];

/// What can be counted of the staff's work.
const MEASURES: &[&str] = &[
    "sales",
    "takings",
    "member-sales",
    "deals",
    "recruits",
    "returning",
    "returning-rate",
    "member-share",
    "rises",
    "lost",
    "members",
    "repeat-rate",
    "kept-rate",
    "class-share",
    "top-share",
    "membership",
    "score",
    "complaints",
];
const PERIODS: &[&str] = &["calendar month", "calendar quarter", "calendar half", "calendar year"];
const MEASURE: &[Key] = &[
    k("metric", Word(MEASURES), "!", "数什么", "What is counted"),
    k("on", Words(&["sale", "load", "fee"]), "sale", "哪些成交（数成交时）", "On which deals, where deals are counted"),
    k(
        "only",
        One("goods filter"),
        "everything",
        "只数这些商品（数成交时）",
        "Only these goods, where deals are counted",
    ),
    k("except", One("goods filter"), "nothing", "不数这些商品（数成交时）", "Not these goods, where deals are counted"),
    k(
        "share_of",
        Word(&["all-sales", "member-sales"]),
        "all-sales",
        "会员占比以什么为全部",
        "What the members' share is a share of",
    ),
    k("lost_after", Span, "12 months", "多久没有购买算流失", "Without a purchase for so long a member is lost"),
    k("tier", Text, "", "数哪个等级的会员", "The tier whose members are counted"),
    k("top", Rate("100%"), "", "买得最多的多大一部分会员", "The best buyers, as a share of the members"),
    k("item", Text, "", "看考核里哪一项的得分", "The item of the assessments whose scores count"),
];

/// All tables; the first is the document itself.
pub const TABLES: &[Described] = &[
    Described {
        name: "",
        zh: "整个方案",
        en: "The document",
        source: "",
        keys: &[&[
            k("program", One("program"), "!", "方案本身", "The program itself"),
            k(
                "parameters",
                Named("parameters"),
                "",
                "由店里定的数：原文空白、不明，或本来就可选",
                "Figures that the shop sets: blank or unclear in the source, or meant to be chosen",
            ),
            k("rounding", One("rounding"), "", "取整", "Rounding"),
            k("birthdays", One("birthdays"), "", "没有那一天的年份怎么过生日", "Birthdays in years that lack the day"),
            k("join", One("join"), "", "入会条件", "Conditions of joining"),
            k(
                "acknowledge",
                One("acknowledge"),
                "",
                "入会条件涉及个人身份时的理由",
                "Why joining depends on who somebody is",
            ),
            k("enrol", Many("enrol"), "!", "入会方式", "Ways to join"),
            k("card", One("card"), "", "会员卡", "The card"),
            k("tiers", One("tiers"), "", "等级怎么评", "How tiers are judged"),
            k("tier", Many("tier"), "", "等级，从低到高", "The tiers, lowest first"),
            k("earn", Many("earn"), "", "怎么得积分", "How points are earned"),
            k("multiply", Many("multiply"), "", "多倍积分", "Multipliers of points"),
            k(
                "multipliers",
                Word(&["highest", "product"]),
                "highest",
                "几个倍数同时生效：取最高，或连乘",
                "Several multipliers at once: the highest, or their product",
            ),
            k("lapse", One("lapse"), "never", "积分何时失效", "When points lapse"),
            k("redeem", Many("redeem"), "", "积分兑换", "What points are exchanged for"),
            k("discount", Many("discount"), "", "折扣", "Discounts"),
            k("stored_value", One("stored_value"), "none sold", "储值", "Stored value"),
            k("rebate", Many("rebate"), "", "返利", "Rebates"),
            k("entitlement", Many("entitlement"), "", "权益", "Entitlements"),
            k("transfer", One("transfer"), "not allowed", "转赠积分", "Points given to a friend"),
            k("referral", Many("referral"), "", "推荐奖励", "Rewards for bringing a member"),
            k("returns", One("returns"), "any time", "退货", "Returns"),
            k("post", Many("post"), "", "岗位", "Posts"),
            k("commission", Many("commission"), "", "提成", "Commission"),
            k("attribution", One("attribution"), "the seller", "成交归谁", "Who gets a deal"),
            k("holdback", Many("holdback"), "", "暂扣", "Holdback"),
            k("draw", One("draw"), "none", "保底预支", "A least pay, paid ahead"),
            k("conduct", Many("conduct"), "", "行为规范与处分", "Rules of conduct and sanctions"),
            k("appeal", One("appeal"), "", "申诉", "Review of a sanction"),
            k("ownership", One("ownership"), "", "会员归谁照看", "Who looks after a member"),
            k("care", Many("care"), "", "回访与关怀", "What is to be done for members"),
            k("classing", Many("classing"), "", "会员分类照看", "Classes of members for those who look after them"),
            k("profile", One("profile"), "", "会员是怎样的顾客", "What a member is like as a buyer"),
            k(
                "concentration",
                One("concentration"),
                "",
                "销售集中在多少人",
                "How much of the sales comes from how few",
            ),
            k("complaints", One("complaints"), "", "投诉时限", "The clock of complaints"),
            k("list", Many("list"), "", "定期列出的名单", "Lists that are drawn up"),
            k("message", Many("message"), "", "信息怎么写", "What messages may say"),
            k("store_class", Many("store_class"), "", "店铺分类", "Classes of shop"),
            k("target", Many("target"), "", "目标", "Targets"),
            k("kpi", Many("kpi"), "", "绩效分", "KPI points"),
            k("kpi_pay", One("kpi_pay"), "no pay", "绩效分折钱", "What KPI points are worth"),
            k("responsible", One("responsible"), "", "各等级会员由谁负责", "Who answers for members of a tier"),
            k("contest", Many("contest"), "", "竞赛", "Contests"),
            k("figure", Many("figure"), "", "关注的数字", "Figures that are watched"),
            k("clients", One("clients"), "", "客户资料由谁保管", "Who keeps clients' files"),
            k("approval", Many("approval"), "", "审批", "Approvals"),
            k("rights", Many("rights"), "no limit", "资料权限", "Rights to data"),
            k("account", One("account"), "", "企业客户", "Business accounts"),
            k(
                "credit",
                Many("credit"),
                "",
                "客户级别与赊欠上限，从低到高",
                "Grades of client and what they may owe, lowest first",
            ),
            k("project", Many("project"), "", "项目跟踪", "Who follows projects"),
        ]],
    },
    Described {
        name: "program",
        zh: "方案本身",
        en: "The program itself",
        source: "",
        keys: &[&[
            k("id", Text, "!", "编号，与文件名相同", "Its id, the file's name"),
            k("version", Count(1, 1_000_000), "!", "第几版", "Its version"),
            k("effective_from", Day, "!", "从哪天起生效", "The day from which it holds"),
            k("published", Day, "", "公布的日子", "The day on which it was published"),
            k(
                "notice_days",
                Count(0, 365),
                "0",
                "公布后几天才能生效",
                "Days between publishing a change and its beginning",
            ),
            k("title", Label, "!", "名称", "Its name"),
            k("summary", Label, "", "一两句话的说明", "What it is, in a sentence or two"),
            k("source", Text, "", "依据的文件", "The document it was written from"),
            k("trade", Text, "", "行业", "The trade"),
        ]],
    },
    Described {
        name: "parameters",
        zh: "一个由店里定的数；规则里写 $名字 来用它",
        en: "A figure that the shop sets; rules use it as $name",
        source: "",
        keys: &[&[
            k(
                "type",
                Word(&["money", "rate", "points", "count", "span", "flag", "text"]),
                "!",
                "是哪种数",
                "What sort of figure",
            ),
            k("default", Text, "!", "店里没定时用的值", "The value unless the shop sets another"),
            k("label", Label, "!", "给人看的名称", "Its name for people"),
            k(
                "source",
                Remark,
                "",
                "为什么是参数；含 blank 的会提醒店里填",
                "Why it is a parameter; where it says blank, the shop is asked to set it",
            ),
            k("choices", Texts, "", "只能从中选一个", "The choices, if it is one of several"),
            k("least", Text, "", "最小值", "Least value"),
            k("most", Text, "", "最大值", "Most"),
        ]],
    },
    Described {
        name: "rounding",
        zh: "取整：金额和积分各一条",
        en: "Rounding, of money and of points",
        source: "",
        keys: &[&[
            k("money", One("rounding rule"), "0.01, half-up", "金额", "Money"),
            k("points", One("rounding rule"), "1, down", "积分", "Points"),
        ]],
    },
    Described {
        name: "rounding rule",
        zh: "取整到多少、怎么取",
        en: "To what, and how",
        source: "",
        keys: &[&[
            k("unit", Money, "", "取整到的单位", "The unit"),
            k("mode", Word(&["half-up", "half-even", "down", "up"]), "", "取整方式", "The way"),
        ]],
    },
    Described {
        name: "birthdays",
        zh: "没有那一天的年份怎么过生日",
        en: "Birthdays in years that lack the day",
        source: "primitives/calendar.rs",
        keys: &[&[
            k(
                "feb_29",
                Word(&["02-28", "03-01"]),
                "02-28",
                "2月29日生的，平年在哪天过",
                "When 29 February is kept in other years",
            ),
            k(
                "lunar_leap",
                Word(&["regular", "both"]),
                "regular",
                "农历闰月过不过",
                "Whether a lunar birthday is kept in the leap month too",
            ),
            k(
                "week_reach_days",
                Count(0, 14),
                "3",
                "生日周前后各几天",
                "Days before and after that make up the birthday week",
            ),
        ]],
    },
    Described {
        name: "join",
        zh: "入会条件，对各种入会方式都有效",
        en: "Conditions on whoever joins, by whatever way",
        source: "kinds/enrol.rs",
        keys: &[&[
            k("min_age", Count(0, 150), "any", "最小年龄", "Least age"),
            k("required", Texts, "none", "必填的资料", "Fields that must be filled in"),
            k(
                "one_per",
                Words(&["phone", "id_number"]),
                "phone",
                "一人一卡看哪项资料",
                "Fields that only one member may have",
            ),
            k("choices", Texts, "none", "入会时选一种卡", "Card grades of which the applicant chooses one"),
            k("approval", Text, "none", "由哪个岗位审批", "The role whose approval is needed"),
        ]],
    },
    Described {
        name: "acknowledge",
        zh: "入会条件涉及这些身份时的理由",
        en: "Why joining depends on one of these",
        source: "",
        keys: &[&[
            k("age", Text, "", "年龄", "Age"),
            k("ethnicity", Text, "", "民族", "Ethnicity"),
            k("health", Text, "", "健康状况", "Health"),
            k("marital-status", Text, "", "婚姻状况", "Marital status"),
            k("nationality", Text, "", "国籍或籍贯", "Nationality or origin"),
            k("religion", Text, "", "宗教信仰", "Religion"),
            k("sex", Text, "", "性别", "Sex"),
        ]],
    },
    Described {
        name: "enrol",
        zh: "一种入会方式：free、purchase、receipts、fee、load 写一个",
        en: "One way to join: one of free, purchase, receipts, fee, load",
        source: "kinds/enrol.rs",
        keys: &[
            HEAD,
            &[
                k("free", Flag, "", "免费", "Nothing is asked for"),
                k("purchase", Money, "", "单笔消费满多少", "One purchase of at least this much"),
                k("receipts", Money, "", "小票合计满多少", "Receipts of at least this much in all"),
                k(
                    "within",
                    Word(&["day", "month", "2 calendar months", "3 calendar months"]),
                    "day",
                    "小票在多长时间之内",
                    "Over what time the receipts may be spread",
                ),
                k("fee", Money, "", "会费", "A fee"),
                k("load", Money, "", "储值满多少", "Stored value of at least this much"),
                k("earns", Flag, "true", "用来入会的消费是否积分", "Whether the purchases used to join earn points"),
            ],
        ],
    },
    Described {
        name: "card",
        zh: "会员卡",
        en: "The card",
        source: "kinds/card.rs",
        keys: &[&[
            k("valid", Span, "forever", "有效期", "How long it is valid"),
            k("lost", One("card fee"), "not replaced", "遗失补卡", "A lost card"),
            k("damaged", One("card fee"), "not replaced", "损坏换卡", "A damaged card"),
        ]],
    },
    Described {
        name: "card fee",
        zh: "补换卡的费用",
        en: "The fee for a new card",
        source: "",
        keys: &[&[k("fee", Money, "0.00", "工本费", "The fee")]],
    },
    Described {
        name: "tiers",
        zh: "等级怎么评",
        en: "How tiers are judged",
        source: "kinds/tier.rs",
        keys: &[&[
            k("window", Window, "lifetime", "统计周期", "Over what time figures are summed"),
            k("up", Word(&["immediate", "review", "never"]), "immediate", "何时升级", "When one rises"),
            k("down", Word(&["immediate", "review", "never"]), "never", "何时降级", "When one falls"),
            k("step", Word(&["any", "one"]), "any", "一次最多升降几级", "Whether one tier at a time"),
            k(
                "review",
                Texts,
                "none",
                "评定日：6 months、calendar quarter，或 04-01 这样的日子",
                "Review days: 6 months, calendar quarter, or days like 04-01",
            ),
            k(
                "counts_current_sale",
                Flag,
                "false",
                "本单是否算进本单的等级",
                "Whether the current sale counts for its own tier",
            ),
            k(
                "gone",
                Word(&["judge", "rank"]),
                "judge",
                "前一版的等级没有了：重新评，还是按高低对应",
                "Members whose tier is gone: judged anew, or by rank",
            ),
            k(
                "on_return",
                Word(&["judge", "keep"]),
                "judge",
                "退货是否影响等级",
                "Whether a return can take a tier away",
            ),
        ]],
    },
    Described {
        name: "tier",
        zh: "一个等级；第一个人人都有",
        en: "One tier; the first is everyone's",
        source: "kinds/tier.rs",
        keys: &[
            HEAD,
            &[
                k("reach", One("condition"), "", "要达到什么", "What must be reached"),
                k(
                    "by_application",
                    Flag,
                    "false",
                    "是否可以申请、由审批授予",
                    "Whether it may be applied for and granted",
                ),
                k(
                    "was",
                    Texts,
                    "",
                    "前一版里的哪些等级并入这一级",
                    "Tiers of the version before that this one takes over",
                ),
            ],
        ],
    },
    Described {
        name: "condition",
        zh: "要达到的数；写了的都要达到",
        en: "Figures to be reached, all that are stated",
        source: "",
        keys: &[
            METRICS,
            &[
                k("any", One("condition any"), "", "其中一项达到即可", "One of these suffices"),
                k("score", One("condition score"), "", "按权重打分", "A weighted score"),
            ],
        ],
    },
    Described {
        name: "condition any",
        zh: "其中一项达到即可",
        en: "One of these suffices",
        source: "",
        keys: &[METRICS],
    },
    Described {
        name: "condition score",
        zh: "各项乘以权重相加",
        en: "Each figure times its weight, summed",
        source: "",
        keys: &[&[
            k("spend", Rate("100000000%"), "0%", "消费额（元）的权重", "Weight of spend in yuan"),
            k("visits", Rate("100000000%"), "0%", "购买次数的权重", "Weight of purchases"),
            k("items", Rate("100000000%"), "0%", "件数的权重", "Weight of pieces"),
            k("points_earned", Rate("100000000%"), "0%", "累计积分的权重", "Weight of points earned"),
            k("points_balance", Rate("100000000%"), "0%", "可用积分的权重", "Weight of the points balance"),
            k("months_member", Rate("100000000%"), "0%", "入会月数的权重", "Weight of months as a member"),
            k("activities", Rate("100000000%"), "0%", "活动次数的权重", "Weight of activities"),
            k("at_least", Count(0, 1_000_000_000_000), "!", "总分至少", "The least score"),
        ]],
    },
    Described {
        name: "earn",
        zh: "一种得积分的途径",
        en: "One way of earning points",
        source: "kinds/earn.rs",
        keys: &[
            HEAD,
            &[
                k(
                    "on",
                    Word(&["goods", "load", "enrolment"]),
                    "goods",
                    "什么得积分：商品、储值、入会",
                    "What earns: goods, stored value sold, joining",
                ),
                k(
                    "activity",
                    Text,
                    "",
                    "参加哪种活动；any 为其他任何活动",
                    "Which activity; any: whichever no other rule names",
                ),
                k("per", Money, "!", "每满多少钱", "For each so much money"),
                k("points", Points, "!", "得多少分", "So many points"),
                k("full_units", Flag, "false", "不满一份的零头是否不计", "Whether only full units of `per` count"),
                k(
                    "basis",
                    Word(&["paid", "before-redemption", "list"]),
                    "paid",
                    "按哪个金额：实付、抵扣前、原价",
                    "Which amount: paid, before redemptions, list price",
                ),
                k(
                    "basket_discounts",
                    Word(&["count", "ignore"]),
                    "count",
                    "整单优惠是否减少积分",
                    "Whether whole-basket reductions lower it",
                ),
                k("from", Money, "0.00", "一单满多少才积分", "Least amount of a sale that earns"),
            ],
            GOODS,
            WHEN,
        ],
    },
    Described {
        name: "multiply",
        zh: "多倍积分",
        en: "Something that multiplies points",
        source: "",
        keys: &[HEAD, &[k("factor", Factor, "!", "倍数", "By how much")], WHEN],
    },
    Described {
        name: "when",
        zh: "什么时候、对谁；写了的条件都要符合",
        en: "When and for whom; all that is stated must hold",
        source: "",
        keys: &[&[
            k("lunar_days", Counts(1, 30), "", "农历每月哪几天", "Days of the lunar month"),
            k("month_days", Counts(1, 31), "", "每月哪几天", "Days of the month"),
            k("weekdays", Words(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), "", "星期几", "Weekdays"),
            k(
                "dates",
                Texts,
                "",
                "日期：2026-05-01..2026-05-07（一次）、12-01..12-31（每年）",
                "Dates: 2026-05-01..2026-05-07 (once), 12-01..12-31 (every year)",
            ),
            k(
                "birthday",
                Word(&["day", "week", "month"]),
                "",
                "生日当天、当周或当月",
                "The birthday's day, week or month",
            ),
            k("tiers", Texts, "", "哪些等级", "These tiers"),
            k("marks", Texts, "", "有哪些标记", "Members with one of these marks"),
            k("members", Flag, "", "只对会员", "Members only"),
        ]],
    },
    Described {
        name: "goods filter",
        zh: "选商品或付款方式",
        en: "Goods or means of payment",
        source: "",
        keys: &[&[
            k("tags", Texts, "", "商品标记", "Tags of goods"),
            k("categories", Texts, "", "品类", "Categories"),
            k("products", Texts, "", "商品；mug 也包括 mug/red", "Products; mug includes mug/red"),
            k("brands", Texts, "", "品牌", "Brands"),
            k("counters", Texts, "", "专柜", "Counters"),
            k("tenders", Texts, "", "付款方式", "Means of payment"),
        ]],
    },
    Described {
        name: "lapse",
        zh: "积分何时失效：after、yearly_on、with_card 写一个",
        en: "When points lapse: one of after, yearly_on, with_card",
        source: "kinds/lapse.rs",
        keys: &[&[
            k("after", Span, "", "得到后多久", "So long after they were earned"),
            k(
                "until",
                Word(&["day", "month-end"]),
                "day",
                "到那天，还是那个月底",
                "To that day, or to the end of its month",
            ),
            k("yearly_on", Text, "", "每年哪天，如 12-31", "Every year at the end of this day, like 12-31"),
            k("with_card", Flag, "", "随卡到期", "When the card's term ends"),
            k("remind_days", Count(0, 365), "30", "提前几天提醒", "Days of warning"),
        ]],
    },
    Described {
        name: "redeem",
        zh: "积分兑换：voucher、price、gift 写一个",
        en: "What points are exchanged for: one of voucher, price, gift",
        source: "kinds/redeem.rs",
        keys: &[
            HEAD,
            &[
                k("points", Points, "!", "一份要多少分", "Points for one unit"),
                k("voucher", Money, "", "换这么多钱的券", "A voucher of this value"),
                k("valid", Span, "forever", "券的有效期", "How long the voucher is valid"),
                k("price", Money, "", "结账时抵这么多", "So much off the price"),
                k("at_most", Rate("100%"), "100%", "最多抵账单的多少", "At most this share of the bill"),
                k(
                    "split",
                    Word(&["largest-remainder", "rest-to-last"]),
                    "largest-remainder",
                    "抵的钱怎么分到各行",
                    "How it is shared among the lines",
                ),
                k("gift", Label, "", "换礼品", "A gift"),
                k("least", Points, "0", "一次最少用多少分", "Least points at a time"),
                k("most", Points, "no limit", "一次最多用多少分", "Most points at a time"),
            ],
            WHEN,
        ],
    },
    Described {
        name: "discount",
        zh: "折扣：rate、by_tier、most 写一个；同组取最优惠的",
        en: "A discount: one of rate, by_tier, most; of one group the best holds",
        source: "kinds/discount.rs",
        keys: &[
            HEAD,
            &[
                k("rate", Rate("100%"), "", "优惠多少", "How much off"),
                k("by_tier", NamedRates("100%"), "", "按等级优惠多少", "How much off by tier"),
                k("most", Rate("100%"), "", "商定的优惠最多多少", "Most that may be agreed"),
                k("approval", Texts, "none", "要谁都同意", "Whose approval it needs"),
                k("group", Text, "its id", "同组的折扣只取最优惠的", "Of one group the one that gives most holds"),
                k("on", Word(&["line", "basket"]), "line", "逐行，还是整单", "On each line, or on the whole basket"),
                k(
                    "count",
                    Word(&["basket", "counter"]),
                    "basket",
                    "件数按整单数，还是按专柜数",
                    "Whether pieces are counted in the basket, or at one counter",
                ),
                k("at_least_items", Count(0, 1_000_000), "0", "满几件", "Least number of pieces"),
                k("members", Flag, "true", "只对会员", "Whether for members only"),
            ],
            GOODS,
            WHEN,
        ],
    },
    Described {
        name: "stored_value",
        zh: "储值；没有这张表就不办储值",
        en: "Stored value; without the table none is sold",
        source: "kinds/stored_value.rs",
        keys: &[&[
            k(
                "must_clear",
                Texts,
                "none",
                "哪些付款方式要到账才可用",
                "Means of payment whose money must arrive first",
            ),
            k("least", Money, "0.00", "一次最少储多少", "Least amount at a time"),
        ]],
    },
    Described {
        name: "rebate",
        zh: "返利：rate、bands 写一个；from、above 写一个",
        en: "Money back: one of rate, bands; one of from, above",
        source: "kinds/rebate.rs",
        keys: &[
            HEAD,
            &[
                k(
                    "on",
                    Word(&["load", "period"]),
                    "load",
                    "返什么：一次储值，或一段时间的消费",
                    "On one load of stored value, or on a period's purchases",
                ),
                k("window", Window, "calendar year", "多长一期", "The period"),
                k("from", Money, "0.00", "满多少", "At least this much"),
                k("above", Money, "", "超过多少", "More than this"),
                k("or_marked", Text, "", "有此标记的不论多少都返", "A mark that qualifies whatever the amount"),
                k("rate", Rate("100%"), "", "比例", "The rate"),
                k("bands", Many("band"), "", "分档", "Bands"),
                k(
                    "reading",
                    Word(&["whole", "marginal"]),
                    "whole",
                    "分档怎么读：全额按所在档，或分段",
                    "All of it at the band's rate, or each part at its own",
                ),
                k("at_most", Rate("100%"), "1%", "比例上限", "Cap of the rate"),
                k("document_mark", Label, "", "单据上注明的字样", "Words that its documents carry"),
                k("pays", Word(&["stored-value", "gift-card"]), "stored-value", "怎么发", "How it is paid"),
                k(
                    "on_return",
                    Word(&["take-back", "keep"]),
                    "take-back",
                    "退货时是否收回",
                    "Whether a return takes it back",
                ),
            ],
        ],
    },
    Described {
        name: "band",
        zh: "一档：from、above 写一个",
        en: "One band: one of from, above",
        source: "",
        keys: &[&[
            k("from", Border, "!", "从多少起（含）", "From this on"),
            k("above", Border, "", "超过多少", "More than this"),
            k("to", Border, "the next band", "到多少为止（不含）", "Up to this, not included"),
            k("rate", Rate("100%"), "", "比例", "The rate"),
            k("fixed", Money, "", "固定金额（按比例分档时）", "A fixed amount, where borders are rates"),
        ]],
    },
    Described {
        name: "entitlement",
        zh: "一项权益",
        en: "One entitlement",
        source: "kinds/entitlement.rs",
        keys: &[
            HEAD,
            &[
                k(
                    "per",
                    Word(&[
                        "once",
                        "always",
                        "day",
                        "calendar month",
                        "calendar quarter",
                        "calendar half",
                        "calendar year",
                        "membership year",
                    ]),
                    "!",
                    "多久一次",
                    "How often",
                ),
                k("reach", One("condition"), "", "要达到什么", "What must have been reached"),
                k("window", Window, "lifetime", "在多长时间内达到", "Over what time that is counted"),
                k("holder_only", Flag, "false", "是否限本人", "Whether for the holder alone"),
                k("arranged", Texts, "any time", "约定的时间，过时作废", "Arranged times; what is missed lapses"),
                k("voucher", Money, "0.00", "领到的是这么多钱的券", "What is handed out is a voucher of this value"),
                k("valid", Span, "forever", "券的有效期", "How long the voucher is valid"),
            ],
            WHEN,
        ],
    },
    Described {
        name: "transfer",
        zh: "转赠积分",
        en: "Points given to a friend",
        source: "kinds/transfer.rs",
        keys: &[&[
            k("allowed", Flag, "true", "是否允许", "Whether it is allowed"),
            k("least", Points, "0.01", "一次最少", "Least at a time"),
            k("most", Points, "no limit", "一次最多", "Most at a time"),
        ]],
    },
    Described {
        name: "referral",
        zh: "推荐奖励：points、rate、fixed 写一个",
        en: "A reward for bringing a member: one of points, rate, fixed",
        source: "kinds/referral.rs",
        keys: &[
            HEAD,
            &[
                k("points", Points, "", "新会员入会时给的积分", "Points, once, when the new member joins"),
                k(
                    "rate",
                    Rate("100%"),
                    "",
                    "新会员消费的比例，发储值",
                    "A share of what the new member buys, as stored value",
                ),
                k("fixed", Money, "", "新会员每买一件给多少，发储值", "So much for each piece, as stored value"),
            ],
            GOODS,
        ],
    },
    Described {
        name: "returns",
        zh: "退货",
        en: "Returns",
        source: "kinds/returns.rs",
        keys: &[&[
            k("within", Span, "any time", "多久之内", "How long"),
            k("before", Time, "the day's end", "最后一天几点之前", "Until what time on the last day"),
            k("never", One("goods filter"), "none", "哪些商品不退", "Goods that are never taken back"),
            k(
                "used_points",
                Word(&["give-back", "keep"]),
                "give-back",
                "抵扣过的积分是否退回",
                "Whether points used come back",
            ),
            k(
                "used_vouchers",
                Word(&["give-back", "keep"]),
                "give-back",
                "用过的券是否退回",
                "Whether vouchers used come back",
            ),
        ]],
    },
    Described {
        name: "post",
        zh: "一个岗位",
        en: "One post",
        source: "kinds/post.rs",
        keys: &[
            HEAD,
            &[
                k("role", Text, "its id", "岗位的词", "The role of its holders"),
                k("per", Word(&["all", "store", "area", "team"]), "all", "在哪里数人", "Where its holders are counted"),
                k("most", Count(0, 1_000_000), "no limit", "最多几人", "How many at most"),
            ],
        ],
    },
    Described {
        name: "commission",
        zh: "一条提成：rate、fixed、bands 写一个",
        en: "One commission: one of rate, fixed, bands",
        source: "kinds/commission.rs",
        keys: &[
            HEAD,
            ROLES,
            &[
                k(
                    "on",
                    Words(&["sale", "load", "fee"]),
                    "sale",
                    "什么成交：商品、储值、会籍",
                    "On which deals: goods, stored value, memberships",
                ),
                k("group", Text, "", "同组只取最具体的一条", "Of one group the most specific is taken"),
                k("rate", Rate("100%"), "", "比例", "The rate"),
                k("fixed", Money, "", "固定金额", "A fixed amount"),
                k(
                    "each",
                    Word(&["piece", "line", "deal"]),
                    "piece",
                    "固定金额按什么数",
                    "What a fixed amount is paid for",
                ),
                k("bands", Many("band"), "", "分档", "Bands"),
                k(
                    "reading",
                    Word(&["whole", "marginal"]),
                    "whole",
                    "分档怎么读：全额按所在档，或分段",
                    "All of it at the band's rate, or each part at its own",
                ),
                k(
                    "per",
                    Word(&["line", "deal", "calendar month", "calendar quarter", "calendar half", "calendar year"]),
                    "deal",
                    "合在一起算的范围",
                    "What is banded and rounded as one",
                ),
                k(
                    "of",
                    Word(&["amount", "attainment", "discount"]),
                    "amount",
                    "分档看什么：金额、目标完成率、折扣",
                    "What bands look at: amount, share of a target, discount",
                ),
                k("target", Text, "", "看哪个目标", "The target"),
                k(
                    "base",
                    Word(&["paid", "before-discounts", "entitled"]),
                    "paid",
                    "按哪个金额：实付、优惠前、会员应得的优惠不减",
                    "Which amount: paid, before reductions, or not lowered by what the member was entitled to",
                ),
                k("arrived", Flag, "false", "是否只算到账的钱", "Whether only money that arrived counts"),
                k(
                    "split",
                    Word(&["shares", "each"]),
                    "shares",
                    "几人合作：分份额，或各算全额",
                    "Those who share a deal: by parts, or each in full",
                ),
                k("cap", Money, "", "封顶", "Most"),
                k("floor", Money, "", "保底", "Least, where there was anything"),
                k("team", Flag, "false", "算所带的人的成交", "Whether about the deals of those one leads"),
                k("net_of", Texts, "none", "减去他们按这些规则所得", "Less what they get by these rules"),
                k("instalments", Count(1, 120), "1", "分几期发", "In how many equal parts it is paid"),
                k("every", Span, "1 month", "隔多久一期", "Time between them"),
            ],
            GOODS,
        ],
    },
    Described {
        name: "attribution",
        zh: "成交归谁",
        en: "Who gets a deal",
        source: "kinds/attribution.rs",
        keys: &[
            &[
                k(
                    "rule",
                    Word(&["seller", "on-duty"]),
                    "seller",
                    "归开单的人，还是当班的人",
                    "The seller, or whoever was on duty",
                ),
                k("decides", Text, "anyone", "有争议时由哪个岗位定", "The role that decides conflicts"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "holdback",
        zh: "每月收入暂扣一部分",
        en: "A part of each month's pay kept for later",
        source: "kinds/holdback.rs",
        keys: &[
            HEAD,
            ROLES,
            &[
                k(
                    "of",
                    Words(&["commission", "bonus", "prize", "kpi"]),
                    "all of them",
                    "扣哪些收入",
                    "Of which kinds of pay",
                ),
                k("rate", Rate("100%"), "!", "扣多少", "How much"),
                k(
                    "release",
                    Word(&["calendar quarter", "calendar half", "calendar year"]),
                    "calendar year",
                    "何时结清",
                    "Settled with the last month of this",
                ),
                k(
                    "on_leaving",
                    Word(&["release", "year-end"]),
                    "release",
                    "离职时结清，还是等到期末",
                    "Settled on leaving, or at the end all the same",
                ),
            ],
        ],
    },
    Described {
        name: "draw",
        zh: "每月保底，先预支，以后扣回",
        en: "A least pay a month, paid ahead and recovered later",
        source: "",
        keys: &[ROLES, &[k("amount", Money, "!", "保底多少", "The least pay")], CLAUSE],
    },
    Described {
        name: "conduct",
        zh: "一条行为规范",
        en: "One rule of conduct",
        source: "kinds/conduct.rs",
        keys: &[
            HEAD,
            ROLES,
            &[
                k(
                    "who",
                    Word(&["staff", "member"]),
                    "staff",
                    "约束员工，还是会员",
                    "Whether staff or members are bound by it",
                ),
                k("group", Text, "its id", "同组的次数合在一起数", "Breaches of one group are counted together"),
                k("window", Window, "lifetime", "多长时间内的次数", "How far back repeats are counted"),
                k("ladder", Many("conduct rung"), "", "第几次怎么处分", "What follows by how often it was"),
                k("damages", Flag, "false", "是否另外赔偿损失", "Whether damage is made good besides"),
                k("falls_on", Text, "whoever broke it", "由哪个岗位承担", "The role that answers for it"),
                k("never_again", Flag, "false", "离职后是否永不录用", "Whether they are never hired again"),
            ],
        ],
    },
    Described {
        name: "conduct rung",
        zh: "从第几次起怎么处分",
        en: "What follows from a count on",
        source: "",
        keys: &[&[
            k("from", Count(1, 1000), "1", "从第几次起", "From this count on"),
            k("fine", Money, "0.00", "罚款", "A fine"),
            k("points", Points, "0", "扣会员积分", "Points taken off a member"),
            k("days", Count(1, 366), "", "停几天", "Days of suspension"),
            k("propose", Words(&crate::kinds::conduct::MEASURES), "none", "提请的处分", "What is proposed"),
        ]],
    },
    Described {
        name: "appeal",
        zh: "对处分的申诉",
        en: "The review of a sanction",
        source: "",
        keys: &[
            &[
                k("levels", Texts, "one, anybody", "依次由哪些岗位决定", "The roles that decide, one after the other"),
                k("within", Span, "no limit", "多久之内提出", "How long one may ask"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "ownership",
        zh: "会员归谁照看",
        en: "Who looks after a member",
        source: "kinds/ownership.rs",
        keys: &[
            ROLES,
            &[
                k("label", Label, "", "给人看的名称", "Its name for people"),
                k(
                    "term",
                    Span,
                    "for good",
                    "多久没有购买就收回",
                    "Without a purchase for so long the company takes the member back",
                ),
                k(
                    "after_purchase",
                    Word(&["another-term", "for-good"]),
                    "another-term",
                    "有购买之后",
                    "After a purchase",
                ),
                k("purchases", Words(&["sale", "load"]), "sale", "什么算购买", "What counts as a purchase"),
                k(
                    "never_again",
                    Flag,
                    "false",
                    "带过的人不再分到",
                    "Whether it is never dealt to one who had the member",
                ),
                k("most", Count(1, 1_000_000), "no limit", "一人最多几位", "How many a person may have"),
                k("counts", Texts, "all", "哪些等级算数", "The tiers that count"),
                k("stand_in", Word(&["named", "leader"]), "named", "请假时谁代", "Who stands in during leave"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "care",
        zh: "要为会员做的一件事",
        en: "Something to be done for members",
        source: "kinds/care.rs",
        keys: &[
            HEAD,
            &[
                k(
                    "on",
                    Word(&[
                        "purchase",
                        "complete",
                        "enrolment",
                        "purchases",
                        "unseen",
                        "regular",
                        "contacts",
                        "birthday",
                        "birthdays",
                        "dates",
                        "month-end",
                    ]),
                    "!",
                    "跟着什么事做",
                    "What it follows",
                ),
                k("after", Span, "", "多久之后", "So long after it"),
                k("again", Span, "", "联系后多久再做", "So long after a contact"),
                k("before", Count(0, 60), "0", "提前几天", "So many days before"),
                k(
                    "within",
                    Count(1, 3650),
                    "",
                    "几天之内做完，含当天",
                    "Days in which it can be done, the first included",
                ),
                k(
                    "count",
                    Count(1, 1000),
                    "",
                    "第几次购买，或每月几次",
                    "The purchase by number, or how often a month",
                ),
                k("dates", Texts, "", "哪些日子", "The times"),
                k("deals", Words(&["sale", "load", "fee"]), "", "哪些成交", "On which deals"),
                k(
                    "repeat",
                    Word(&["restart", "each"]),
                    "restart",
                    "又有一次时：重新数，还是各数各的",
                    "Another one begins anew, or each has its own",
                ),
                k("only_named", Flag, "false", "只认写明这条规则的联系", "Only a contact that names the rule counts"),
                k("whole_shop", Flag, "false", "全店一次，不是每人一次", "Once for the shop, not for each member"),
                k("who", Word(&["owner", "seller", "closest"]), "owner", "由谁做", "Who does it"),
                k("role", Text, "", "由哪个岗位做", "The role that does it"),
                k("says", Label, "", "说什么", "What is said"),
                k("message", Text, "", "信息按哪条规则写", "The rule for what is written"),
            ],
            WHEN,
        ],
    },
    Described {
        name: "classing",
        zh: "一种会员分类",
        en: "One way of classing members",
        source: "kinds/classing.rs",
        keys: &[
            HEAD,
            &[
                k("window", Window, "lifetime", "统计周期", "Over which figures count"),
                k(
                    "classes",
                    Many("class"),
                    "!",
                    "各类，先符合的先算；最后一类不设条件",
                    "The classes, the first whose demands are met; the last demands nothing",
                ),
                k("reports", Texts, "none", "进入哪些类要报告", "Whoever comes into one of these is a task"),
                k("within", Count(1, 365), "7", "报告保留几天", "For so many days"),
                k("role", Text, "the owner", "由哪个岗位处理", "Whose task"),
            ],
            WHEN,
        ],
    },
    Described {
        name: "class",
        zh: "一类会员",
        en: "One class of members",
        source: "",
        keys: &[
            HEAD,
            &[
                k("goal", Label, "", "照看的目标", "What care is to bring about"),
                k("reach", One("condition"), "", "要达到什么", "What must be reached"),
                k("window", Window, "the classing's", "这一类的统计周期", "A window of its own"),
                k("seen", Span, "", "多久之内有购买", "Bought within so long"),
            ],
        ],
    },
    Described {
        name: "profile",
        zh: "会员是怎样的顾客",
        en: "What a member is like as a buyer",
        source: "",
        keys: &[
            &[
                k("label", Label, "", "给人看的名称", "Its name for people"),
                k("after", Count(1, 1000), "", "几次购买之后", "Once there are so many purchases"),
                k("ticket", Many("trait amount"), "", "客单价分档", "By average purchase"),
                k("frequency", Many("trait count"), "", "购买频率分档", "By purchases in the last 12 months"),
                k("sensitivity", Many("trait rate"), "", "价格敏感分档", "By the share of spend on the tags below"),
                k("sensitive_tags", Texts, "none", "哪些标记算在内", "Those tags"),
                k("style_tags", Text, "", "风格标记的开头", "How tags of style begin"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "trait amount",
        zh: "一档，按金额",
        en: "A band, by amount",
        source: "",
        keys: &[HEAD, &[k("from", Money, "0.00", "从多少起", "From this on")]],
    },
    Described {
        name: "trait count",
        zh: "一档，按次数",
        en: "A band, by count",
        source: "",
        keys: &[HEAD, &[k("from", Count(0, 1_000_000), "0", "从几次起", "From this on")]],
    },
    Described {
        name: "trait rate",
        zh: "一档，按比例",
        en: "A band, by share",
        source: "",
        keys: &[HEAD, &[k("from", Rate("100%"), "0%", "从多少起", "From this on")]],
    },
    Described {
        name: "concentration",
        zh: "销售集中在多少人",
        en: "How much of the sales comes from how few",
        source: "",
        keys: &[
            &[
                k("label", Label, "", "给人看的名称", "Its name for people"),
                k("top", Rate("100%"), "", "买得最多的多大一部分会员", "The best buyers, as a share of the members"),
                k("goal", Rate("100%"), "", "希望占销售的多少", "The share of sales that is wanted"),
                k("window", Window, "", "统计周期", "Over what time"),
                k("tiers", Texts, "all members", "哪些等级", "Of which tiers"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "complaints",
        zh: "投诉时限",
        en: "The clock of complaints",
        source: "kinds/complaints.rs",
        keys: &[
            &[
                k("label", Label, "", "给人看的名称", "Its name for people"),
                k("within_hours", Count(1, 10_000), "", "几小时内处理", "Hours within which one is handled"),
                k("first", Texts, "none", "哪些等级优先", "Tiers whose complaints come first"),
                k("role", Text, "", "由哪个岗位处理", "The role that handles them"),
                k("then", Text, "", "之后由谁处理", "Who handles them after that"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "list",
        zh: "一份定期列出的会员名单",
        en: "A list of members that is drawn up",
        source: "kinds/list.rs",
        keys: &[
            HEAD,
            &[
                k("reach", One("condition"), "", "要达到什么", "What must be reached"),
                k("window", Window, "", "统计周期", "Over what time that is counted"),
                k("unseen", Span, "", "多久没有购买", "Without a purchase for so long"),
                k("never_redeemed", Flag, "false", "从没兑换过", "Those who never used points"),
                k(
                    "every",
                    Word(&[
                        "month",
                        "quarter",
                        "half",
                        "year",
                        "calendar month",
                        "calendar quarter",
                        "calendar half",
                        "calendar year",
                    ]),
                    "",
                    "多久列一次",
                    "How often it is drawn up",
                ),
                k("drawn_up", Texts, "", "每年哪些日子列", "Days of the year on which it is"),
                k("role", Text, "", "交给哪个岗位", "Whose it is"),
            ],
            WHEN,
        ],
    },
    Described {
        name: "message",
        zh: "一种信息怎么写",
        en: "What a message may say",
        source: "kinds/message.rs",
        keys: &[
            HEAD,
            &[
                k("must", Many("word list"), "none", "每组至少有一个", "One word of each list"),
                k("avoid", Many("word list"), "none", "一个也不能有", "No word of any list"),
                k("ends_with", Words(&["shop", "sender"]), "", "结尾写什么", "What it ends with"),
                k("from", Word(&["anyone", "closest"]), "anyone", "由谁发", "Who may send it"),
                k("longest", Count(1, 500), "500", "最多几个字", "Most characters"),
            ],
        ],
    },
    Described {
        name: "word list",
        zh: "一组词",
        en: "A list of words",
        source: "",
        keys: &[&[
            k("label", Label, "", "给人看的名称", "Its name for people"),
            k("words", Texts, "!", "词", "The words"),
        ]],
    },
    Described {
        name: "store_class",
        zh: "一类店铺，按日均销售",
        en: "A class of shop by its average sales a day",
        source: "kinds/store_class.rs",
        keys: &[HEAD, &[k("from", Money, "0.00", "日均销售从多少起", "From this on")]],
    },
    Described {
        name: "target",
        zh: "一个目标",
        en: "A target",
        source: "kinds/target.rs",
        keys: &[
            HEAD,
            ROLES,
            MEASURE,
            &[
                k("window", Word(PERIODS), "any period", "多长一期", "The period"),
                k("per", Word(&["all", "area", "store", "person"]), "", "每个谁", "For whom the figure stands"),
                k("figure", Text, "", "目标数", "The figure"),
                k("by_class", NamedTexts, "", "按店铺分类的目标数", "The figure by class of shop"),
            ],
        ],
    },
    Described {
        name: "kpi",
        zh: "一条绩效分：points，或 each、over、under",
        en: "KPI points: points, or each, over and under",
        source: "kinds/kpi.rs",
        keys: &[
            HEAD,
            MEASURE,
            &[
                k("window", Word(PERIODS), "", "多长一期", "The period"),
                k("per", Word(&["all", "area", "store", "person"]), "", "谁的数", "Whose figure"),
                k("target", Text, "", "对照哪个目标", "The target"),
                k("at", Text, "", "对照一个固定的数", "The same figure for everyone"),
                k("by_tier", NamedRates("100%"), "", "按等级对照的比例", "Rates by tier"),
                k(
                    "members",
                    Word(&["all", "by-tier"]),
                    "all",
                    "合在一起对照，还是各等级各对照",
                    "All together, or those of each tier against its own",
                ),
                k(
                    "rate_of",
                    Word(&["recruits", "target"]),
                    "recruits",
                    "占实际招募的，还是占目标的",
                    "A share of the recruits, or of their target",
                ),
                k("recruits_target", Text, "", "招募的目标", "The target of recruits"),
                k(
                    "counts_in",
                    Word(&["result", "recruited"]),
                    "result",
                    "算进知道结果的月，还是招募的月",
                    "The month of the result, or of the recruits",
                ),
                k(
                    "reading",
                    Word(&["relative", "points"]),
                    "relative",
                    "差距按比例，还是按百分点",
                    "The difference as a share, or in percentage points",
                ),
                k("each", Rate("100000%"), "", "每差多少", "Each full step of the difference"),
                k("over", Count(-1000, 1000), "1", "每高一步几分", "Points for a step above"),
                k("under", Count(-1000, 1000), "-1", "每低一步几分", "Points for a step below"),
                k("whole", Rate("100%"), "", "先取整到", "The figure is brought down to a multiple of this"),
                k("points", Count(-1000, 1000), "", "每发生一次几分", "Points for each event"),
                k(
                    "to",
                    Word(&["guide", "owner", "responsible", "role", "store", "person"]),
                    "",
                    "记给谁",
                    "Who gets them",
                ),
                k("role", Text, "", "记给哪个岗位", "The role that gets them"),
            ],
        ],
    },
    Described {
        name: "kpi_pay",
        zh: "绩效分折钱",
        en: "What KPI points are worth",
        source: "",
        keys: &[
            ROLES,
            &[
                k("per_point", Money, "!", "每分多少钱", "Money for a point"),
                k("reduces_pay", Flag, "false", "负分是否扣钱", "Whether points below zero reduce pay"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "responsible",
        zh: "各等级会员由哪个岗位负责",
        en: "The role that answers for members of a tier",
        source: "",
        keys: &[&[k("by_tier", NamedTexts, "", "按等级写岗位", "Roles by tier")], CLAUSE],
    },
    Described {
        name: "contest",
        zh: "一场竞赛",
        en: "A contest",
        source: "kinds/contest.rs",
        keys: &[
            HEAD,
            ROLES,
            MEASURE,
            &[
                k("window", Word(PERIODS), "!", "多长一期", "The period"),
                k("winners", Count(1, 1000), "1", "前几名", "The first so many"),
                k(
                    "prizes",
                    Texts,
                    "!",
                    "各名次的奖金，最后一个管其余",
                    "Prizes by place; the last stands for all after it",
                ),
                k(
                    "ties",
                    Word(&["each", "split"]),
                    "each",
                    "并列的各得，还是平分",
                    "Those who share a place each get it, or share it",
                ),
                k("least", Text, "", "至少多少才得奖", "Nobody with less wins"),
            ],
        ],
    },
    Described {
        name: "figure",
        zh: "一个关注的数字",
        en: "A figure that is watched",
        source: "kinds/figure.rs",
        keys: &[
            HEAD,
            MEASURE,
            &[
                k("window", Word(PERIODS), "!", "多长一期", "The period"),
                k("growth", Flag, "false", "看比上期的变化", "Whether the change against the period before is watched"),
            ],
        ],
    },
    Described {
        name: "clients",
        zh: "客户资料由谁保管",
        en: "Who keeps clients' files",
        source: "",
        keys: &[
            &[
                k("label", Label, "", "给人看的名称", "Its name for people"),
                k("keeper", Text, "", "保管原件的岗位", "The role that keeps the originals"),
                k("backup", Text, "", "留存备份的岗位", "The role that keeps the backup"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "approval",
        zh: "一种审批：by、bands 写一个",
        en: "One approval: one of by, bands",
        source: "kinds/approval.rs",
        keys: &[
            HEAD,
            &[
                k(
                    "for",
                    Word(&["discount", "tier", "membership", "credit", "consent", "other"]),
                    "other",
                    "审批什么",
                    "What it is about",
                ),
                k("rule", Text, "any", "哪条折扣、哪个等级或级别", "The discount, tier or grade"),
                k(
                    "by",
                    Texts,
                    "",
                    "审批方：岗位，或 roles 里说明的词",
                    "The parties: roles, or words that `roles` explains",
                ),
                k("bands", Many("role band"), "", "按金额由谁审批", "Who by the amount"),
                k(
                    "roles",
                    NamedTexts,
                    "the party's own word",
                    "各方由哪些岗位代表",
                    "The roles that speak for a party",
                ),
                k("needs", Word(&["all", "one"]), "all", "都要同意，还是一方即可", "All of them, or one"),
                k("answer_within", Span, "no limit", "多久之内答复", "How long a request waits"),
                k("valid", Span, "no limit", "同意后多久有效", "How long it may be used once granted"),
            ],
        ],
    },
    Described {
        name: "role band",
        zh: "从多少金额起由谁；界线归高一档",
        en: "Who from an amount on; a border belongs to the higher band",
        source: "",
        keys: &[&[k("from", Money, "!", "从多少起（含）", "From this on"), k("by", Texts, "!", "由谁", "Who")]],
    },
    Described {
        name: "rights",
        zh: "一条资料权限；一条也没有就不限制",
        en: "One rule about rights; with none at all there is no limit",
        source: "kinds/rights.rs",
        keys: &[
            HEAD,
            ROLES,
            &[
                k(
                    "may",
                    Words(&[
                        "open",
                        "edit",
                        "keep",
                        "view",
                        "list",
                        "contact",
                        "confidential",
                        "grade",
                        "assign",
                        "export",
                        "take-out",
                        "run",
                    ]),
                    "",
                    "可以做什么",
                    "What they may do",
                ),
                k(
                    "never",
                    Words(&[
                        "open",
                        "edit",
                        "keep",
                        "view",
                        "list",
                        "contact",
                        "confidential",
                        "grade",
                        "assign",
                        "export",
                        "take-out",
                        "run",
                    ]),
                    "",
                    "不论别处怎么写都不可以",
                    "What they may not do, whatever other rules allow",
                ),
                k("scope", Word(&["own", "team", "store", "area", "all"]), "all", "谁的资料", "Whose data"),
                k("consent", Texts, "", "范围之外要谁同意", "Whose consent opens what lies outside"),
                k("protected", Flag, "false", "导出是否必须设密码", "Whether exports must be protected by a password"),
            ],
        ],
    },
    Described {
        name: "account",
        zh: "怎样的企业客户是 VIP",
        en: "What makes a business client a VIP",
        source: "kinds/account.rs",
        keys: &[
            &[
                k("sales", Money, "0.00", "销售额至少", "Least sales"),
                k("window", Window, "lifetime", "销售额的统计周期", "Over what time"),
                k("judgements", Texts, "none", "要评为良好的各项", "Judgements that must be recorded as good"),
                k("arrears_with", Text, "", "这项良好时有欠款也可以", "Owing is no bar where this judgement is good"),
                k("credit_grades", Texts, "none", "资信等级，从低到高", "Grades of credit, lowest first"),
            ],
            CLAUSE,
        ],
    },
    Described {
        name: "credit",
        zh: "一个客户级别：limit、below 写一个",
        en: "One grade of client: one of limit, below",
        source: "",
        keys: &[
            HEAD,
            &[
                k("sales", Money, "0.00", "销售额至少", "Least sales"),
                k("credit", Text, "any", "资信至少", "Least grade of credit"),
                k("limit", Money, "", "最多可欠（含）", "May owe this at most"),
                k("below", Money, "", "可欠不到这么多", "May owe less than this"),
                k("approval", Text, "none", "再多由哪条审批", "The approval for more"),
            ],
        ],
    },
    Described {
        name: "project",
        zh: "一种状态的项目由谁跟踪",
        en: "Who follows projects of one state",
        source: "kinds/project.rs",
        keys: &[
            HEAD,
            &[
                k("signed", Flag, "false", "已签订，还是未签订", "Signed ones, or those not yet"),
                k("bands", Many("role band"), "!", "按金额由谁跟踪", "Who by the amount"),
                k("stages", Texts, "none", "阶段，按先后", "The stages in their order"),
                k(
                    "tells",
                    Texts,
                    "none",
                    "哪些级别的客户每个阶段都告知",
                    "Grades whose clients are told at each stage",
                ),
            ],
        ],
    },
];

/// A table by its name.
#[must_use]
pub fn table(name: &str) -> Option<&'static Described> {
    TABLES.iter().find(|table| table.name == name)
}

impl Described {
    /// All its keys.
    pub fn all(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }
}

impl Key {
    /// Whether a document cannot do without it.
    #[must_use]
    pub const fn is_needed(&self) -> bool {
        matches!(self.default.as_bytes(), b"!")
    }
}
