//! A program's rules for its staff's pay, read from its document; as for members, the document is taken to be right.

use toml::{Table, Value};

use crate::calendar::{self, Day, Span};
use crate::exact::{self, Fraction, Rounding};
use crate::program::{self, Goods, flag, hundredths, rate, rules, text, texts};

/// Millionths in the whole.
pub const WHOLE: i128 = 1_000_000;

/// A band: first figure in it, its rate, an amount instead.
#[derive(Debug, Clone, Copy)]
pub struct Band {
    /// First figure in it: fen, or millionths.
    pub from: i128,
    /// First figure after it.
    pub to: Option<i128>,
    /// The rate.
    pub rate: Fraction,
    /// An amount instead of the rate.
    pub fixed: Option<i128>,
}

/// Bands, and whether each rate is on its own part.
#[derive(Debug, Clone)]
pub struct Bands {
    /// The bands.
    pub bands: Vec<Band>,
    /// Whether each band's rate is on its own part.
    pub marginal: bool,
}

impl Bands {
    fn holds(band: &Band, figure: i128) -> bool {
        figure >= band.from && band.to.is_none_or(|to| figure < to)
    }

    /// The band of a figure.
    #[must_use]
    pub fn of(&self, figure: i128) -> Option<&Band> {
        self.bands.iter().find(|band| Self::holds(band, figure))
    }

    /// What a part of a figure brings, of which `before` was counted already.
    #[must_use]
    pub fn bring(&self, before: i128, after: i128, rounding: Rounding) -> i128 {
        if !self.marginal {
            return self
                .of(after)
                .map_or(0, |band| band.fixed.unwrap_or_else(|| band.rate.of(after - before, rounding)));
        }
        let mut sum = 0;
        for band in &self.bands {
            let part = band.to.map_or(after, |to| after.min(to)) - before.max(band.from);
            if part > 0 {
                sum += band.fixed.unwrap_or_else(|| band.rate.of(part, rounding));
            }
        }
        sum
    }

    /// The same bands over amounts, when they are over shares of a whole.
    #[must_use]
    pub fn of_whole(&self, whole: i128) -> Self {
        let up = Rounding { unit: 1, mode: exact::Mode::Up };
        let border = |at: i128| exact::round(at * whole, WHOLE, up);
        let bands = self.bands.iter().map(|band| Band { from: border(band.from), to: band.to.map(border), ..*band });
        Self { bands: bands.collect(), marginal: self.marginal }
    }
}

/// What a fixed amount is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// A piece.
    Piece,
    /// A line.
    Line,
    /// A deal.
    Deal,
}

/// How much.
#[derive(Debug, Clone)]
pub enum Pays {
    /// By bands; a flat rate is one band.
    Bands(Bands),
    /// So much for each.
    Fixed(i128, Each),
}

/// What is reckoned as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// A line.
    Line,
    /// A deal.
    Deal,
    /// A calendar period of so many months.
    Months(i64),
}

/// What bands look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The amount.
    Amount,
    /// How much of a target it is.
    Target(String),
    /// The line's discount.
    Discount,
}

/// One commission rule.
#[derive(Debug, Clone)]
pub struct Commission {
    /// Id.
    pub id: String,
    /// Whose; empty: everyone's.
    pub roles: Vec<String>,
    /// Sorts of deal.
    pub on: Vec<String>,
    /// Goods.
    pub goods: Goods,
    /// Of one group the most particular is taken.
    pub group: String,
    /// How much.
    pub pays: Pays,
    /// What is reckoned as one.
    pub per: Per,
    /// What bands look at.
    pub of: Of,
    /// `paid`, `before-discounts` or `entitled`.
    pub base: String,
    /// Only money that is there.
    pub arrived: bool,
    /// Each who shares has it in full.
    pub in_full: bool,
    /// Most.
    pub cap: Option<i128>,
    /// Least.
    pub floor: Option<i128>,
    /// On the deals of those below.
    pub team: bool,
    /// Less what these bring those below.
    pub net_of: Vec<String>,
    /// Parts in which it is paid.
    pub instalments: i64,
    /// Time between them.
    pub every: Span,
}

impl Commission {
    fn read(rule: &Table) -> Result<Self, String> {
        let of = match text(rule, "of").as_deref() {
            Some("attainment") => Of::Target(text(rule, "target").ok_or("target")?),
            Some("discount") => Of::Discount,
            _ => Of::Amount,
        };
        let pays = if let Some(rate) = rate(rule, "rate") {
            Pays::Bands(Bands { bands: vec![Band { from: 0, to: None, rate, fixed: None }], marginal: false })
        } else if let Some(amount) = hundredths(rule, "fixed") {
            let each = match text(rule, "each").as_deref() {
                Some("line") => Each::Line,
                Some("deal") => Each::Deal,
                _ => Each::Piece,
            };
            Pays::Fixed(amount, each)
        } else {
            Pays::Bands(read_bands(rule, of != Of::Amount)?)
        };
        let on = texts(rule, "on");
        Ok(Self {
            id: text(rule, "id").unwrap_or_default(),
            roles: texts(rule, "roles"),
            on: if on.is_empty() { vec!["sale".to_owned()] } else { on },
            goods: Goods::read(rule),
            group: text(rule, "group").unwrap_or_default(),
            pays,
            per: match text(rule, "per").as_deref() {
                Some("line") => Per::Line,
                Some(word) => program::calendar_months(word).map_or(Per::Deal, Per::Months),
                None => Per::Deal,
            },
            of,
            base: text(rule, "base").unwrap_or_else(|| "paid".to_owned()),
            arrived: flag(rule, "arrived").unwrap_or(false),
            in_full: text(rule, "split").as_deref() == Some("each"),
            cap: hundredths(rule, "cap"),
            floor: hundredths(rule, "floor"),
            team: flag(rule, "team").unwrap_or(false),
            net_of: texts(rule, "net_of"),
            instalments: text(rule, "instalments").and_then(|count| count.parse().ok()).unwrap_or(1),
            every: text(rule, "every").and_then(|every| Span::parse(&every)).unwrap_or(Span::Months(1)),
        })
    }

    /// Whether it is for a role.
    #[must_use]
    pub fn is_for(&self, role: &str) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|own| own == role)
    }

    /// Within its cap and floor; what rests on nothing and is nothing stays so.
    #[must_use]
    pub fn bounded(&self, base: i128, amount: i128) -> i128 {
        if base <= 0 && amount <= 0 {
            return amount;
        }
        match (self.cap, self.floor) {
            (Some(cap), _) if amount > cap => cap,
            (_, Some(floor)) if amount < floor => floor,
            _ => amount,
        }
    }
}

fn read_bands(rule: &Table, are_rates: bool) -> Result<Bands, String> {
    let border = |table: &Table, key: &str| {
        if are_rates {
            let up = Rounding { unit: 1, mode: exact::Mode::Up };
            rate(table, key).map(|share| share.of(WHOLE, up))
        } else {
            hundredths(table, key)
        }
    };
    let mut bands: Vec<Band> = Vec::new();
    for table in rules(rule, "bands") {
        let from = match border(table, "above") {
            Some(above) => above + 1,
            None => border(table, "from").ok_or("from")?,
        };
        if let Some(last) = bands.last_mut() {
            last.to = Some(from);
        }
        let fixed = hundredths(table, "fixed");
        let rate = rate(table, "rate").unwrap_or(Fraction::ZERO);
        bands.push(Band { from, to: border(table, "to"), rate, fixed });
    }
    Ok(Bands { bands, marginal: text(rule, "reading").as_deref() == Some("marginal") })
}

/// What is kept of pay.
#[derive(Debug, Clone)]
pub struct Holdback {
    /// Id.
    pub id: String,
    /// Of which sorts; empty: all income.
    pub of: Vec<String>,
    /// How much.
    pub rate: Fraction,
    /// Whose; empty: everyone's.
    pub roles: Vec<String>,
    /// Months of the calendar period at whose end it is settled.
    pub months: i64,
    /// Whether those who left wait for it.
    pub leavers_wait: bool,
}

/// Points for a figure held against a target, or for each event.
#[derive(Debug, Clone)]
pub struct Kpi {
    /// Id.
    pub id: String,
    /// `sales`, `takings`, `deals` or `recruits`.
    pub metric: String,
    /// Sorts of deal.
    pub on: Vec<String>,
    /// Goods.
    pub goods: Goods,
    /// Months of its period.
    pub months: i64,
    /// The target's rule; empty: `at`.
    pub target: String,
    /// The same for everyone.
    pub at: i128,
    /// The step.
    pub each: Fraction,
    /// Points for a step above.
    pub over: i128,
    /// Points for a step below.
    pub under: i128,
    /// Points for each event, instead of steps.
    pub points: Option<i128>,
}

/// The rules.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Rounding of money.
    pub money: Rounding,
    /// Commission.
    pub commission: Vec<Commission>,
    /// Holdbacks.
    pub holdback: Vec<Holdback>,
    /// Least pay a month.
    pub draw: i128,
    /// Whose.
    pub draw_roles: Vec<String>,
    /// Whether deals are for those on duty.
    pub on_duty: bool,
    /// KPI points of persons.
    pub kpi: Vec<Kpi>,
    /// Whether there are other KPI rules, which are not reckoned here.
    pub kpi_of_others: bool,
    /// A point's worth.
    pub per_point: i128,
    /// Whether points below zero reduce pay.
    pub reduces_pay: bool,
    /// Whose points are worth something.
    pub kpi_roles: Vec<String>,
    /// Tenders that must clear.
    pub must_clear: Vec<String>,
}

impl Terms {
    /// Reads a document; `set` are the shop's own values of parameters.
    ///
    /// # Errors
    /// Says what it could not read.
    pub fn read(document: &str, set: &[(&str, &str)]) -> Result<Self, String> {
        let root = program::whole(document, set)?;
        let empty = Table::new();
        let section = |key: &str| root.get(key).and_then(Value::as_table).unwrap_or(&empty);
        let mut kpi = Vec::new();
        for rule in rules(&root, "kpi").into_iter().filter(|rule| Kpi::is_of_persons(rule)) {
            kpi.push(Kpi::read(rule)?);
        }
        Ok(Self {
            money: program::rounding(&root, "money", exact::MONEY),
            commission: rules(&root, "commission").into_iter().map(Commission::read).collect::<Result<_, _>>()?,
            holdback: rules(&root, "holdback")
                .iter()
                .map(|rule| {
                    Ok(Holdback {
                        id: text(rule, "id").unwrap_or_default(),
                        of: texts(rule, "of"),
                        rate: rate(rule, "rate").ok_or("rate")?,
                        roles: texts(rule, "roles"),
                        months: text(rule, "release").and_then(|word| program::calendar_months(&word)).unwrap_or(12),
                        leavers_wait: text(rule, "on_leaving").as_deref() == Some("year-end"),
                    })
                })
                .collect::<Result<_, String>>()?,
            draw: hundredths(section("draw"), "amount").unwrap_or(0),
            draw_roles: texts(section("draw"), "roles"),
            on_duty: text(section("attribution"), "rule").as_deref() == Some("on-duty"),
            kpi_of_others: rules(&root, "kpi").iter().any(|rule| !Kpi::is_of_persons(rule)),
            kpi,
            per_point: hundredths(section("kpi_pay"), "per_point").unwrap_or(0),
            reduces_pay: flag(section("kpi_pay"), "reduces_pay").unwrap_or(false),
            kpi_roles: texts(section("kpi_pay"), "roles"),
            must_clear: texts(section("stored_value"), "must_clear"),
        })
    }
}

impl Kpi {
    /// Whether it is about what persons sold or whom they recruited; others are not reckoned here.
    fn is_of_persons(rule: &Table) -> bool {
        let metric = text(rule, "metric").unwrap_or_default();
        let is_plain = ["sales", "takings", "deals", "recruits"].contains(&metric.as_str());
        let is_theirs = text(rule, "per").as_deref() == Some("person")
            || (metric == "recruits" && text(rule, "to").as_deref() == Some("guide"));
        is_plain && is_theirs
    }

    fn read(rule: &Table) -> Result<Self, String> {
        let metric = text(rule, "metric").ok_or("metric")?;
        let on = texts(rule, "on");
        let whole = |key: &str| text(rule, key).and_then(|number| number.parse::<i128>().ok());
        let is_money = metric == "sales" || metric == "takings";
        Ok(Self {
            id: text(rule, "id").unwrap_or_default(),
            on: if on.is_empty() { vec!["sale".to_owned()] } else { on },
            goods: Goods::read(rule),
            months: text(rule, "window").and_then(|word| program::calendar_months(&word)).unwrap_or(1),
            target: text(rule, "target").unwrap_or_default(),
            at: if is_money { hundredths(rule, "at") } else { whole("at") }.unwrap_or(0),
            each: rate(rule, "each").unwrap_or(Fraction::ONE),
            over: whole("over").unwrap_or(1),
            under: whole("under").unwrap_or(-1),
            points: whole("points"),
            metric,
        })
    }
}

/// First day after the calendar period of so many months that holds a day.
#[must_use]
pub fn period_end(of: Day, months: i64) -> Day {
    calendar::plus_months(calendar::period_start(of, months), months)
}
