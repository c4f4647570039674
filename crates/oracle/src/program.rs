//! A program's member rules, read from its document with a plain TOML table; `$parameter`s are put in first.
//! The document is taken to be right: whoever calls has had it checked.

use toml::{Table, Value};

use crate::calendar::{self, Day, Span};
use crate::exact::{self, Fraction, Mode, Rounding};
use crate::facts::{Birthday, Line};

/// Over what time a figure is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Since the beginning.
    Lifetime,
    /// That far back.
    Rolling(Span),
    /// The calendar period of so many months.
    Calendar(i64),
    /// The year since the last anniversary of joining.
    MembershipYear,
}

impl Window {
    fn read(text: &str) -> Result<Self, String> {
        Ok(match text {
            "lifetime" => Self::Lifetime,
            "day" | "transaction" => Self::Rolling(Span::Days(1)),
            "membership year" => Self::MembershipYear,
            _ => match calendar_months(text) {
                Some(months) => Self::Calendar(months),
                None => Self::Rolling(Span::parse(text).ok_or_else(|| format!("window {text}"))?),
            },
        })
    }

    /// First day that counts, seen from a day.
    #[must_use]
    pub fn start(self, day: Day, joined: Day) -> Day {
        match self {
            Self::Lifetime => Day::MIN,
            Self::Rolling(span) => span.start(day),
            Self::Calendar(months) => calendar::period_start(day, months),
            Self::MembershipYear => {
                let mut start = joined;
                let mut years = 0;
                while calendar::plus_months(joined, 12 * (years + 1)) <= day {
                    years += 1;
                    start = calendar::plus_months(joined, 12 * years);
                }
                start
            }
        }
    }
}

pub(crate) fn calendar_months(text: &str) -> Option<i64> {
    match text {
        "calendar month" => Some(1),
        "calendar quarter" => Some(3),
        "calendar half" => Some(6),
        "calendar year" => Some(12),
        _ => None,
    }
}

/// A figure that tiers look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Money paid.
    Spend,
    /// Sales.
    Visits,
    /// Pieces.
    Items,
    /// Points earned.
    PointsEarned,
    /// Points there.
    PointsBalance,
    /// Months since joining.
    MonthsMember,
    /// Activities.
    Activities,
}

/// What a tier asks for.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// All of these.
    pub all: Vec<(Metric, i128)>,
    /// One of these.
    pub any: Vec<(Metric, i128)>,
}

/// A tier.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Id.
    pub id: String,
    /// What it asks for; `None`: it can only be granted.
    pub reach: Option<Reach>,
    /// Tiers of earlier programs whose members it takes.
    pub was: Vec<String>,
}

/// When tiers are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// At once.
    Immediately,
    /// On review days.
    AtReview,
    /// Never.
    Never,
}

/// Review days.
#[derive(Debug, Clone)]
pub enum Review {
    /// None.
    Never,
    /// So often from joining.
    Every(Span),
    /// First days of calendar periods.
    Calendar(i64),
    /// These days of the year.
    Days(Vec<(i64, i64)>),
}

impl Review {
    /// Whether a day is a review day of someone who joined earlier.
    #[must_use]
    pub fn is_on(&self, day: Day, joined: Day) -> bool {
        let date = calendar::date(day);
        match self {
            Self::Never => false,
            Self::Calendar(months) => date.day == 1 && (date.month - 1) % months == 0,
            Self::Days(days) => days.iter().any(|(month, dom)| calendar::day(date.year, *month, *dom) == day),
            Self::Every(Span::Days(days)) => day > joined && (day - joined) % days == 0,
            Self::Every(Span::Months(months)) => (1..=600)
                .map(|times| calendar::plus_months(joined, months * times))
                .take_while(|on| *on <= day)
                .any(|on| on == day),
        }
    }
}

/// When and for whom.
#[derive(Debug, Clone, Default)]
pub struct When {
    lunar_days: Vec<i64>,
    month_days: Vec<i64>,
    weekdays: Vec<i64>,
    dates: Vec<(Day, Day)>,
    yearly: Vec<[(i64, i64); 2]>,
    birthday: String,
    tiers: Vec<usize>,
    marks: Vec<String>,
    members: bool,
    unless: Option<Box<When>>,
}

/// The circumstances.
#[derive(Debug, Clone, Default)]
pub struct Occasion {
    /// Day.
    pub day: Day,
    /// Tier rank; `None`: no member.
    pub tier: Option<usize>,
    /// Birthday.
    pub birthday: Option<Birthday>,
    /// Marks.
    pub marks: Vec<String>,
}

/// How birthdays are mapped.
#[derive(Debug, Clone, Copy, Default)]
pub struct Birthdays {
    march_first: bool,
    leap_too: bool,
    reach: i64,
}

impl Birthdays {
    fn is_on(self, (month, dom, lunar): Birthday, day: Day) -> bool {
        if lunar {
            let Some(here) = calendar::lunar(day) else { return false };
            let last_of_short_month =
                dom == 30 && here.day == 29 && calendar::lunar(day + 1).is_some_and(|next| next.day == 1);
            return here.month == month && (!here.leap || self.leap_too) && (here.day == dom || last_of_short_month);
        }
        let date = calendar::date(day);
        if (month, dom) == (2, 29) && calendar::month_length(date.year, 2) == 28 {
            let kept = if self.march_first { (3, 1) } else { (2, 28) };
            return (date.month, date.day) == kept;
        }
        (date.month, date.day) == (month, dom)
    }

    fn is_in_month(self, (month, _, lunar): Birthday, day: Day) -> bool {
        if lunar {
            return calendar::lunar(day).is_some_and(|here| here.month == month && (!here.leap || self.leap_too));
        }
        calendar::date(day).month == month
    }
}

/// `12-31`, but not `2026-12-31`.
fn month_and_day(text: &str) -> Option<(i64, i64)> {
    let (month, day) = text.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}

/// Between two days of the year; from a later to an earlier one, over the new year.
fn is_yearly([from, to]: [(i64, i64); 2], day: Day) -> bool {
    let date = calendar::date(day);
    let here = (date.month, date.day);
    // A common year keeps the 28th of February for the 29th.
    let tomorrow = calendar::date(day + 1);
    let common = |end: (i64, i64)| if end == (2, 29) && here == (2, 28) && tomorrow.month == 3 { here } else { end };
    let (from, to) = (common(from), common(to));
    let runs_over_the_new_year = to < from;
    let after_first = here >= from;
    let before_last = here <= to;
    (after_first && before_last) || (runs_over_the_new_year && (after_first || before_last))
}

impl When {
    fn read(rule: &Table, tiers: &[String]) -> Result<Self, String> {
        let mut when = match rule.get("when").and_then(Value::as_table) {
            Some(table) => Self::read_one(table, tiers)?,
            None => Self::default(),
        };
        if let Some(table) = rule.get("unless").and_then(Value::as_table) {
            when.unless = Some(Box::new(Self::read_one(table, tiers)?));
        }
        Ok(when)
    }

    fn read_one(table: &Table, tiers: &[String]) -> Result<Self, String> {
        let numbers = |key: &str| texts(table, key).iter().filter_map(|text| text.parse().ok()).collect();
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let number = |word: &String| names.iter().position(|name| name == word).and_then(|at| i64::try_from(at).ok());
        let (mut dates, mut yearly) = (Vec::new(), Vec::new());
        for text in texts(table, "dates") {
            let (from, to) = text.split_once("..").unwrap_or((&text, &text));
            if let (Some(from), Some(to)) = (month_and_day(from), month_and_day(to)) {
                yearly.push([from, to]);
                continue;
            }
            dates.push((calendar::parse(from).ok_or("dates")?, calendar::parse(to).ok_or("dates")?));
        }
        Ok(Self {
            lunar_days: numbers("lunar_days"),
            month_days: numbers("month_days"),
            weekdays: texts(table, "weekdays").iter().filter_map(number).collect(),
            dates,
            yearly,
            birthday: text(table, "birthday").unwrap_or_default(),
            tiers: texts(table, "tiers").iter().filter_map(|id| tiers.iter().position(|own| own == id)).collect(),
            marks: texts(table, "marks"),
            members: flag(table, "members").unwrap_or(false),
            unless: None,
        })
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, occasion: &Occasion, birthdays: Birthdays) -> bool {
        self.stated_holds(occasion, birthdays)
            && !self.unless.as_ref().is_some_and(|unless| unless.stated_holds(occasion, birthdays))
    }

    fn stated_holds(&self, occasion: &Occasion, birthdays: Birthdays) -> bool {
        let day = occasion.day;
        let near = |reach: i64| {
            occasion.birthday.is_some_and(|own| (-reach..=reach).any(|shift| birthdays.is_on(own, day + shift)))
        };
        let checks = [
            self.lunar_days.is_empty()
                || calendar::lunar(day).is_some_and(|lunar| self.lunar_days.contains(&lunar.day)),
            self.month_days.is_empty() || self.month_days.contains(&calendar::date(day).day),
            self.weekdays.is_empty() || self.weekdays.contains(&calendar::weekday(day)),
            (self.dates.is_empty() && self.yearly.is_empty())
                || self.dates.iter().any(|(from, to)| (*from..=*to).contains(&day))
                || self.yearly.iter().any(|ends| is_yearly(*ends, day)),
            self.tiers.is_empty() || occasion.tier.is_some_and(|tier| self.tiers.contains(&tier)),
            self.marks.is_empty() || self.marks.iter().any(|mark| occasion.marks.contains(mark)),
            !self.members || occasion.tier.is_some(),
            match self.birthday.as_str() {
                "" => true,
                "day" => near(0),
                "week" => near(birthdays.reach),
                _ => occasion.birthday.is_some_and(|own| birthdays.is_in_month(own, day)),
            },
        ];
        checks.iter().all(|check| *check)
    }
}

/// Words that select goods and tenders.
#[derive(Debug, Clone, Default)]
pub struct Words {
    tags: Vec<String>,
    categories: Vec<String>,
    products: Vec<String>,
    brands: Vec<String>,
    counters: Vec<String>,
    tenders: Vec<String>,
}

impl Words {
    fn read(rule: &Table, key: &str) -> Self {
        let Some(table) = rule.get(key).and_then(Value::as_table) else { return Self::default() };
        Self {
            tags: texts(table, "tags"),
            categories: texts(table, "categories"),
            products: texts(table, "products"),
            brands: texts(table, "brands"),
            counters: texts(table, "counters"),
            tenders: texts(table, "tenders"),
        }
    }

    fn names(&self, line: &Line) -> bool {
        self.tags.iter().any(|tag| line.tags.contains(tag))
            || self.counters.iter().any(|own| line.tags.contains(&format!("counter:{own}")))
            || self.brands.iter().any(|own| line.tags.contains(&format!("brand:{own}")))
            || self.categories.contains(&line.category)
            // `mug/red` is a mug.
            || self.products.iter().any(|own| line.product == *own || line.product.starts_with(&format!("{own}/")))
    }

    fn has_goods(&self) -> bool {
        [&self.tags, &self.categories, &self.products, &self.brands, &self.counters].iter().any(|own| !own.is_empty())
    }
}

/// Which goods and tenders count.
#[derive(Debug, Clone, Default)]
pub struct Goods {
    only: Words,
    except: Words,
}

impl Goods {
    pub(crate) fn read(rule: &Table) -> Self {
        Self { only: Words::read(rule, "only"), except: Words::read(rule, "except") }
    }

    /// Whether a line counts.
    #[must_use]
    pub fn holds(&self, line: &Line) -> bool {
        !self.except.names(line) && (!self.only.has_goods() || self.only.names(line))
    }

    /// Whether a tender counts.
    #[must_use]
    pub fn holds_tender(&self, kind: &String) -> bool {
        !self.except.tenders.contains(kind) && (self.only.tenders.is_empty() || self.only.tenders.contains(kind))
    }

    /// A rule for a variant of a product goes before one for the product, that before one for a category, for a brand
    /// or counter, for a tag, for all.
    #[must_use]
    pub fn particular(&self) -> u8 {
        if !self.only.products.is_empty() {
            return if self.only.products.iter().all(|product| product.contains('/')) { 5 } else { 4 };
        }
        if !self.only.categories.is_empty() {
            return 3;
        }
        if !self.only.brands.is_empty() || !self.only.counters.is_empty() {
            return 2;
        }
        u8::from(!self.only.tags.is_empty())
    }
}

/// What earns points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Goods.
    Goods,
    /// Stored value.
    Load,
    /// Joining.
    Joining,
    /// An activity.
    Activity(String),
    /// Any activity that no rule in force names.
    AnyActivity,
}

/// A way of earning.
#[derive(Debug, Clone)]
pub struct Earn {
    /// What earns.
    pub source: Source,
    /// For so much money.
    pub per: i128,
    /// So many points.
    pub points: i128,
    /// Full units only.
    pub full_units: bool,
    /// `paid`, `before-redemption` or `list`.
    pub basis: String,
    /// Whether reductions of the whole basket do not lower the base.
    pub ignores_basket: bool,
    /// Least amount.
    pub from: i128,
    /// Goods and tenders.
    pub goods: Goods,
    /// When.
    pub when: When,
    /// Of which kind its points are.
    pub kind: String,
}

/// When points lapse.
#[derive(Debug, Clone, Copy)]
pub enum Lapse {
    /// Never.
    Never,
    /// A span after, perhaps to the end of the month.
    After(Span, bool),
    /// After this day of the year.
    Yearly(i64, i64),
    /// With the card.
    WithCard,
}

/// A redemption rule.
#[derive(Debug, Clone)]
pub struct Redeem {
    /// Id.
    pub id: String,
    /// How long its vouchers are valid.
    pub valid: Option<Span>,
    /// Whether the last line bears what cannot be shared evenly.
    pub rest_to_last: bool,
    /// Of which kinds the points must be; none: any.
    pub from: Vec<String>,
}

/// A benefit that is a voucher.
#[derive(Debug, Clone)]
pub struct GiftVoucher {
    /// Id of the benefit.
    pub id: String,
    /// Its value.
    pub value: i128,
    /// How long it is valid.
    pub valid: Option<Span>,
}

/// A discount.
#[derive(Debug, Clone)]
pub struct Discount {
    /// Id.
    pub id: String,
    /// Group.
    pub group: String,
    /// Rates by tier; one for all.
    pub rates: Vec<Fraction>,
    /// On the whole basket.
    pub on_basket: bool,
    /// Least number of pieces, in thousandths.
    pub at_least: i128,
    /// Whether they are counted for each counter.
    pub per_counter: bool,
    /// Whether it must be agreed.
    pub agreed: bool,
    /// For members only.
    pub members: bool,
    /// Goods.
    pub goods: Goods,
    /// When.
    pub when: When,
}

impl Discount {
    /// Whether it is about a line, one of several.
    #[must_use]
    pub fn is_about(&self, line: &Line, lines: &[Line]) -> bool {
        let counter = |line: &Line| line.tags.iter().find(|tag| tag.starts_with("counter:")).cloned();
        let there: i128 =
            lines.iter().filter(|other| counter(other) == counter(line)).map(|other| other.quantity).sum();
        self.goods.holds(line) && (!self.per_counter || there >= self.at_least)
    }
}

/// A rebate.
#[derive(Debug, Clone)]
pub struct Rebate {
    /// Id.
    pub id: String,
    /// `None`: on a purchase of stored value.
    pub window: Option<Window>,
    /// Least amount.
    pub from: i128,
    /// Mark that qualifies too.
    pub or_marked: String,
    /// Bands: from, rate.
    pub bands: Vec<(i128, Fraction)>,
    /// Whether each band's rate is on its own part.
    pub marginal: bool,
    /// Cap.
    pub at_most: Fraction,
    /// Whether it is paid as stored value.
    pub to_stored_value: bool,
    /// Whether returns take back what was paid too much.
    pub takes_back: bool,
}

/// A program.
#[derive(Debug, Clone)]
pub struct Program {
    /// Rounding of money.
    pub money: Rounding,
    /// Rounding of points.
    pub points: Rounding,
    /// Birthdays.
    pub birthdays: Birthdays,
    /// Tiers, lowest first.
    pub tiers: Vec<Tier>,
    /// Window of the tiers' figures.
    pub window: Window,
    /// When one rises.
    pub up: Judged,
    /// When one falls.
    pub down: Judged,
    /// One tier at a time.
    pub one_step: bool,
    /// Review days.
    pub review: Review,
    /// Whether a sale counts for the tier under which it is judged.
    pub counts_current_sale: bool,
    /// Whether a return can take a tier.
    pub falls_on_return: bool,
    /// Whether tiers that are gone are matched by rank.
    pub gone_by_rank: bool,
    /// Routes: id and whether their receipts earn.
    pub routes: Vec<(String, bool)>,
    /// How long a card is valid.
    pub card: Option<Span>,
    /// Ways of earning.
    pub earn: Vec<Earn>,
    /// Multipliers.
    pub multiply: Vec<(Fraction, When)>,
    /// Whether several multipliers are multiplied.
    pub product: bool,
    /// Lapse.
    pub lapse: Lapse,
    /// Kinds of points that are kept apart, and their own lapse.
    pub kinds: Vec<(String, Option<Lapse>)>,
    /// Redemptions.
    pub redeem: Vec<Redeem>,
    /// Benefits that are vouchers.
    pub gift_vouchers: Vec<GiftVoucher>,
    /// Discounts.
    pub discount: Vec<Discount>,
    /// Tenders that must clear.
    pub must_clear: Vec<String>,
    /// Rebates.
    pub rebate: Vec<Rebate>,
    /// Points for bringing a member, and of which kind.
    pub referral: Option<(i128, String)>,
    /// Whether used points come back with the goods.
    pub gives_back: bool,
    /// Whether used vouchers come back with all goods.
    pub reopens: bool,
}

pub(crate) fn text(table: &Table, key: &str) -> Option<String> {
    match table.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub(crate) fn texts(table: &Table, key: &str) -> Vec<String> {
    match table.get(key) {
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| match item {
                Value::String(text) => Some(text.clone()),
                Value::Integer(number) => Some(number.to_string()),
                _ => None,
            })
            .collect(),
        Some(_) => text(table, key).into_iter().collect(),
        None => Vec::new(),
    }
}

pub(crate) fn flag(table: &Table, key: &str) -> Option<bool> {
    text(table, key).map(|text| text == "true")
}

/// Money, points: two decimals.
pub(crate) fn hundredths(table: &Table, key: &str) -> Option<i128> {
    Fraction::parse(&text(table, key)?).map(|fraction| fraction.over * 100 / fraction.under)
}

pub(crate) fn rate(table: &Table, key: &str) -> Option<Fraction> {
    Fraction::parse(&text(table, key)?)
}

pub(crate) fn rules<'t>(root: &'t Table, key: &str) -> Vec<&'t Table> {
    match root.get(key) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_table).collect(),
        _ => Vec::new(),
    }
}

fn annual(text: &str) -> Option<(i64, i64)> {
    let (month, dom) = text.split_once('-')?;
    Some((month.parse().ok()?, dom.parse().ok()?))
}

/// Puts the parameters' values where `$name` stands.
fn put_in(value: &mut Value, parameters: &[(String, String)]) {
    match value {
        Value::String(text) => {
            if let Some((_, own)) =
                text.strip_prefix('$').and_then(|name| parameters.iter().find(|(own, _)| own == name))
            {
                text.clone_from(own);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put_in(item, parameters)),
        Value::Table(table) => table.iter_mut().for_each(|(_, item)| put_in(item, parameters)),
        _ => {}
    }
}

fn demands(table: &Table) -> Vec<(Metric, i128)> {
    let scale = [
        ("spend", Metric::Spend, 100),
        ("visits", Metric::Visits, 1),
        ("items", Metric::Items, 1000),
        ("points_earned", Metric::PointsEarned, 100),
        ("points_balance", Metric::PointsBalance, 100),
        ("months_member", Metric::MonthsMember, 1),
        ("activities", Metric::Activities, 1),
    ];
    scale
        .iter()
        .filter_map(|(word, metric, minor)| {
            let fraction = Fraction::parse(&text(table, word)?)?;
            Some((*metric, fraction.over * minor / fraction.under))
        })
        .collect()
}

pub(crate) fn rounding(root: &Table, key: &str, default: Rounding) -> Rounding {
    let Some(table) = root.get("rounding").and_then(Value::as_table).and_then(|t| t.get(key)).and_then(Value::as_table)
    else {
        return default;
    };
    Rounding {
        unit: hundredths(table, "unit").unwrap_or(default.unit),
        mode: match text(table, "mode").as_deref() {
            Some("half-up") => Mode::HalfUp,
            Some("half-even") => Mode::HalfEven,
            Some("down") => Mode::Down,
            Some("up") => Mode::Up,
            _ => default.mode,
        },
    }
}

/// A document with the values of its parameters in their places.
pub(crate) fn whole(document: &str, set: &[(&str, &str)]) -> Result<Table, String> {
    let mut root: Table = document.parse().map_err(|error| format!("{error}"))?;
    let mut parameters: Vec<(String, String)> = Vec::new();
    if let Some(Value::Table(named)) = root.get("parameters") {
        for (name, table) in named {
            let table = table.as_table().ok_or("parameter")?;
            let own = set.iter().find(|(own, _)| own == name).map(|(_, value)| (*value).to_owned());
            parameters.push((name.clone(), own.or_else(|| text(table, "default")).unwrap_or_default()));
        }
    }
    for (_, value) in &mut root {
        put_in(value, &parameters);
    }
    Ok(root)
}

impl Program {
    /// Reads a document; `set` are the shop's own values of parameters.
    ///
    /// # Errors
    /// Says what it could not read.
    pub fn read(document: &str, set: &[(&str, &str)]) -> Result<Self, String> {
        let root = whole(document, set)?;
        let tiers = Self::read_tiers(&root)?;
        let ids: Vec<String> = tiers.iter().map(|tier| tier.id.clone()).collect();
        let empty = Table::new();
        let ladder = root.get("tiers").and_then(Value::as_table).unwrap_or(&empty);
        let judged = |key: &str, default: Judged| match text(ladder, key).as_deref() {
            Some("immediate") => Judged::Immediately,
            Some("review") => Judged::AtReview,
            Some("never") => Judged::Never,
            _ => default,
        };
        let section = |key: &str| root.get(key).and_then(Value::as_table).unwrap_or(&empty);
        let (births, returns) = (section("birthdays"), section("returns"));
        let kinds: Vec<(String, Option<Lapse>)> = rules(&root, "points")
            .iter()
            .map(|rule| {
                let lapse = rule.get("lapse").and_then(Value::as_table).map(Self::read_lapse);
                (text(rule, "id").unwrap_or_default(), lapse)
            })
            .collect();
        let first = kinds.first().map(|(id, _)| id.clone()).unwrap_or_default();
        let mut multiply = Vec::new();
        for rule in rules(&root, "multiply") {
            multiply.push((rate(rule, "factor").ok_or("factor")?, When::read(rule, &ids)?));
        }
        if rules(&root, "referral").iter().any(|rule| !rule.contains_key("points")) {
            return Err("a share of what others buy is not supported".to_owned());
        }
        Ok(Self {
            money: rounding(&root, "money", exact::MONEY),
            points: rounding(&root, "points", exact::POINTS),
            birthdays: Birthdays {
                march_first: text(births, "feb_29").as_deref() == Some("03-01"),
                leap_too: text(births, "lunar_leap").as_deref() == Some("both"),
                reach: text(births, "week_reach_days").and_then(|days| days.parse().ok()).unwrap_or(3),
            },
            window: text(ladder, "window").map_or(Ok(Window::Lifetime), |window| Window::read(&window))?,
            up: judged("up", Judged::Immediately),
            down: judged("down", Judged::Never),
            one_step: text(ladder, "step").as_deref() == Some("one"),
            review: Self::read_review(ladder),
            counts_current_sale: flag(ladder, "counts_current_sale").unwrap_or(false),
            falls_on_return: text(ladder, "on_return").as_deref() != Some("keep"),
            gone_by_rank: text(ladder, "gone").as_deref() == Some("rank"),
            routes: rules(&root, "enrol")
                .iter()
                .map(|rule| (text(rule, "id").unwrap_or_default(), flag(rule, "earns").unwrap_or(true)))
                .collect(),
            card: text(section("card"), "valid").and_then(|valid| Span::parse(&valid)),
            earn: rules(&root, "earn")
                .into_iter()
                .map(|rule| Self::read_earn(rule, &ids, &first))
                .collect::<Result<_, _>>()?,
            multiply,
            product: text(&root, "multipliers").as_deref() == Some("product"),
            lapse: Self::read_lapse(section("lapse")),
            redeem: rules(&root, "redeem")
                .iter()
                .map(|rule| Redeem {
                    id: text(rule, "id").unwrap_or_default(),
                    valid: text(rule, "valid").and_then(|valid| Span::parse(&valid)),
                    rest_to_last: text(rule, "split").as_deref() == Some("rest-to-last"),
                    from: texts(rule, "from"),
                })
                .collect(),
            gift_vouchers: rules(&root, "entitlement")
                .iter()
                .filter_map(|rule| {
                    Some(GiftVoucher {
                        id: text(rule, "id")?,
                        value: hundredths(rule, "voucher")?,
                        valid: text(rule, "valid").and_then(|valid| Span::parse(&valid)),
                    })
                })
                .collect(),
            discount: rules(&root, "discount")
                .into_iter()
                .map(|rule| Self::read_discount(rule, &ids))
                .collect::<Result<_, _>>()?,
            must_clear: texts(section("stored_value"), "must_clear"),
            rebate: rules(&root, "rebate").into_iter().map(Self::read_rebate).collect::<Result<_, _>>()?,
            referral: rules(&root, "referral").iter().find_map(|rule| {
                Some((hundredths(rule, "points")?, text(rule, "kind").unwrap_or_else(|| first.clone())))
            }),
            kinds,
            gives_back: text(returns, "used_points").as_deref() != Some("keep"),
            reopens: text(returns, "used_vouchers").as_deref() != Some("keep"),
            tiers,
        })
    }

    fn read_tiers(root: &Table) -> Result<Vec<Tier>, String> {
        let mut tiers = Vec::new();
        for rule in rules(root, "tier") {
            let reach = match rule.get("reach").and_then(Value::as_table) {
                Some(table) if table.contains_key("score") => return Err("scores are not supported".to_owned()),
                Some(table) => Some(Reach {
                    all: demands(table),
                    any: table.get("any").and_then(Value::as_table).map(demands).unwrap_or_default(),
                }),
                None => None,
            };
            tiers.push(Tier { id: text(rule, "id").unwrap_or_default(), was: texts(rule, "was"), reach });
        }
        Ok(tiers)
    }

    fn read_review(ladder: &Table) -> Review {
        let days = texts(ladder, "review");
        let Some(first) = days.first() else { return Review::Never };
        if let Some(months) = calendar_months(first) {
            return Review::Calendar(months);
        }
        match Span::parse(first) {
            Some(span) => Review::Every(span),
            None => Review::Days(days.iter().filter_map(|day| annual(day)).collect()),
        }
    }

    fn read_earn(rule: &Table, tiers: &[String], first: &str) -> Result<Earn, String> {
        Ok(Earn {
            source: match (text(rule, "activity"), text(rule, "on").as_deref()) {
                (Some(activity), _) if activity == "any" => Source::AnyActivity,
                (Some(activity), _) => Source::Activity(activity),
                (None, Some("load")) => Source::Load,
                (None, Some("enrolment")) => Source::Joining,
                (None, _) => Source::Goods,
            },
            per: hundredths(rule, "per").unwrap_or(0),
            points: hundredths(rule, "points").ok_or("points")?,
            full_units: flag(rule, "full_units").unwrap_or(false),
            basis: text(rule, "basis").unwrap_or_else(|| "paid".to_owned()),
            ignores_basket: text(rule, "basket_discounts").as_deref() == Some("ignore"),
            from: hundredths(rule, "from").unwrap_or(0),
            goods: Goods::read(rule),
            when: When::read(rule, tiers)?,
            kind: text(rule, "kind").unwrap_or_else(|| first.to_owned()),
        })
    }

    fn read_lapse(table: &Table) -> Lapse {
        let to_month_end = text(table, "until").as_deref() == Some("month-end");
        if let Some(span) = text(table, "after").and_then(|after| Span::parse(&after)) {
            return Lapse::After(span, to_month_end);
        }
        if let Some((month, dom)) = text(table, "yearly_on").and_then(|on| annual(&on)) {
            return Lapse::Yearly(month, dom);
        }
        if flag(table, "with_card") == Some(true) { Lapse::WithCard } else { Lapse::Never }
    }

    fn read_discount(rule: &Table, tiers: &[String]) -> Result<Discount, String> {
        let id = text(rule, "id").unwrap_or_default();
        let by_tier = rule.get("by_tier").and_then(Value::as_table);
        let rates = match by_tier {
            Some(table) => tiers.iter().map(|tier| rate(table, tier).unwrap_or(Fraction::ZERO)).collect(),
            None => vec![rate(rule, "rate").or_else(|| rate(rule, "most")).ok_or("rate")?],
        };
        Ok(Discount {
            group: text(rule, "group").unwrap_or_else(|| id.clone()),
            id,
            rates,
            on_basket: text(rule, "on").as_deref() == Some("basket"),
            at_least: text(rule, "at_least_items").and_then(|items| items.parse().ok()).unwrap_or(0_i128) * 1000,
            per_counter: text(rule, "count").as_deref() == Some("counter"),
            agreed: !texts(rule, "approval").is_empty(),
            members: by_tier.is_some() || flag(rule, "members").unwrap_or(true),
            goods: Goods::read(rule),
            when: When::read(rule, tiers)?,
        })
    }

    fn read_rebate(rule: &Table) -> Result<Rebate, String> {
        let from = |table: &Table| {
            hundredths(table, "above").map_or_else(|| hundredths(table, "from").unwrap_or(0), |above| above + 1)
        };
        let bands = match rate(rule, "rate") {
            Some(rate) => vec![(0, rate)],
            None => {
                let mut bands = Vec::new();
                for band in rules(rule, "bands") {
                    bands.push((from(band), rate(band, "rate").ok_or("band")?));
                }
                bands
            }
        };
        let window = match text(rule, "on").as_deref() {
            Some("period") => {
                Some(text(rule, "window").map_or(Ok(Window::Calendar(12)), |window| Window::read(&window))?)
            }
            _ => None,
        };
        Ok(Rebate {
            id: text(rule, "id").unwrap_or_default(),
            window,
            from: from(rule),
            or_marked: text(rule, "or_marked").unwrap_or_default(),
            bands,
            marginal: text(rule, "reading").as_deref() == Some("marginal"),
            at_most: rate(rule, "at_most").unwrap_or(Fraction { over: 1, under: 100 }),
            to_stored_value: text(rule, "pays").as_deref() != Some("gift-card"),
            takes_back: text(rule, "on_return").as_deref() != Some("keep"),
        })
    }

    /// First day on which points earned on a day are gone.
    #[must_use]
    pub fn lapse_day(&self, kind: &str, earned: Day, card_expires: Day) -> Day {
        let own = self.kinds.iter().find(|(id, _)| id == kind).and_then(|(_, lapse)| *lapse);
        match own.unwrap_or(self.lapse) {
            Lapse::Never => calendar::NEVER,
            Lapse::WithCard => card_expires,
            Lapse::Yearly(month, dom) => {
                let year = calendar::date(earned).year;
                let this = calendar::day(year, month, dom);
                1 + if this >= earned { this } else { calendar::day(year + 1, month, dom) }
            }
            Lapse::After(span, to_month_end) => {
                let mut day = span.end(earned);
                while to_month_end && calendar::date(day).day != 1 {
                    day += 1;
                }
                day
            }
        }
    }

    /// The kind of points that is meant where none is named.
    #[must_use]
    pub fn first_kind(&self) -> String {
        self.kinds.first().map(|(id, _)| id.clone()).unwrap_or_default()
    }

    /// What several multipliers make together.
    #[must_use]
    pub fn factor(&self, occasion: &Occasion) -> Fraction {
        let mut holding =
            self.multiply.iter().filter(|(_, when)| when.holds(occasion, self.birthdays)).map(|(factor, _)| *factor);
        if self.product {
            return holding.fold(Fraction::ONE, Fraction::times);
        }
        let Some(first) = holding.next() else { return Fraction::ONE };
        holding.fold(first, |most, factor| if factor.is_more_than(most) { factor } else { most })
    }

    /// Points of a rule for a base, multiplied, rounded once.
    #[must_use]
    pub fn points_for(&self, rule: &Earn, base: i128, factor: Fraction) -> i128 {
        let units = if rule.full_units {
            Fraction { over: base / rule.per, under: 1 }
        } else {
            Fraction { over: base, under: rule.per }
        };
        units.times(factor).of(rule.points, self.points)
    }

    /// A rebate's amount on a sum, never above its cap.
    #[must_use]
    pub fn rebate_of(&self, rule: &Rebate, sum: i128) -> i128 {
        let mut amount = 0;
        for (at, (from, rate)) in rule.bands.iter().enumerate() {
            let to = rule.bands.get(at + 1).map_or(i128::MAX, |(next, _)| *next);
            if rule.marginal {
                let part = sum.min(to) - from;
                if part > 0 {
                    amount += rate.of(part, self.money);
                }
            } else if (*from..to).contains(&sum) {
                amount = rate.of(sum, self.money);
            }
        }
        let cap = rule.at_most.of(sum, Rounding { unit: self.money.unit, mode: Mode::Down });
        amount.min(cap)
    }
}
