//! A preview of commission: sales typed in by hand, under a program's rules or under bands of one's own, without a
//! shop and without a journal. The figures come from the same settling as everyone's pay.

use core::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::event::{Body, Event, Given, Journal, Line, SCHEMA_VERSION, Sold, Tags, Tender};
use crate::fold::fold;
use crate::id::{DeviceId, EventId, Text};
use crate::kinds::commission::{Commission, Of, Pays, Per};
use crate::message::{Diagnostic, Refusal, RuleRef, Trace};
use crate::msg;
use crate::number::{Money, NumberError, Quantity, Rate};
use crate::policy::{Policy, PolicySet, check};
use crate::primitives::{Band, Border, Reading, Steps};
use crate::staff::StaffBook;
use crate::staff::fact::{Person, Scope, StaffFact, Target};
use crate::staff::pay::Statement;
use crate::staff::settle::{Explain, settle};
use crate::time::{BusinessTime, Day};

/// Sales that one preview takes at most.
pub const SALES_MAX: usize = 10_000;

/// A sale as typed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewSale {
    /// Its day.
    pub day: Day,
    /// Product code; may be empty.
    #[serde(default)]
    pub product: Text,
    /// Category; may be empty.
    #[serde(default)]
    pub category: Text,
    /// How many pieces; zero counts as one.
    #[serde(default)]
    pub quantity: Quantity,
    /// Price before reductions.
    pub amount: Money,
    /// Taken off by hand.
    #[serde(default)]
    pub reduced: Money,
}

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewAsk {
    /// The person's role; may be empty.
    #[serde(default)]
    pub role: Text,
    /// The sales.
    pub sales: Vec<PreviewSale>,
    /// A target for each window of the rules that look at one.
    #[serde(default)]
    pub target: Option<Money>,
    /// A further sale: what would it bring?
    #[serde(default)]
    pub next: Option<PreviewSale>,
}

/// Bands of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBands {
    /// Beginning and rate of each band, as typed.
    pub bands: Vec<(String, String)>,
    /// Whether each band's rate is on its part only.
    pub marginal: bool,
    /// `deal`, `calendar month`, `calendar quarter`, `calendar half`, `calendar year`.
    pub per: String,
    /// Share held back each month; empty: none.
    #[serde(default)]
    pub holdback: String,
    /// Least pay a month; empty: none.
    #[serde(default)]
    pub draw: String,
    /// Most; empty: none.
    #[serde(default)]
    pub cap: String,
    /// Least where there was anything; empty: none.
    #[serde(default)]
    pub floor: String,
}

/// Where a diagnostic about bands of one's own belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnField {
    /// A band, from 0.
    Band(u32),
    /// The holdback.
    Holdback,
    /// The draw.
    Draw,
    /// The cap.
    Cap,
    /// The floor.
    Floor,
    /// None in particular.
    Whole,
}

/// First line of the bands in the document that [`OwnBands`] become.
const FIRST_BAND_LINE: u32 = 17;

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.trim().chars() {
        match sign {
            '"' | '\\' => {
                out.push('\\');
                out.push(sign);
            }
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}

impl OwnBands {
    /// The policy document that says the same.
    #[must_use]
    pub fn document(&self) -> String {
        let mut text = String::from(
            "[program]\nid = \"preview\"\nversion = 1\neffective_from = 2000-01-01\n\
             title = { zh = \"自定提成\", en = \"Own bands\" }\n[[enrol]]\nid = \"free\"\nfree = true\n\
             [[commission]]\nid = \"own\"\nlabel = { zh = \"自定提成\", en = \"Own bands\" }\n",
        );
        let _ = writeln!(text, "per = {}", quoted(&self.per));
        let _ = writeln!(text, "reading = \"{}\"", if self.marginal { "marginal" } else { "whole" });
        for (key, value) in [("cap", &self.cap), ("floor", &self.floor)] {
            // A line each, there or not: the lines of the bands stay where they are.
            if value.trim().is_empty() {
                text.push('\n');
            } else {
                let _ = writeln!(text, "{key} = {}", quoted(value));
            }
        }
        text.push_str("bands = [ \n");
        // FIRST_BAND_LINE counts up to here.
        for (from, rate) in &self.bands {
            let _ = writeln!(text, "  {{ from = {}, rate = {} }},", quoted(from), quoted(rate));
        }
        text.push_str("]\n");
        if !self.holdback.trim().is_empty() {
            let _ = writeln!(text, "[[holdback]]\nid = \"own\"\nrate = {}", quoted(&self.holdback));
        }
        if !self.draw.trim().is_empty() {
            let _ = writeln!(text, "[draw]\namount = {}", quoted(&self.draw));
        }
        text
    }

    /// The policy, or what is wrong and in which field.
    ///
    /// # Errors
    /// The diagnostics with their fields.
    pub fn policy(&self) -> Result<Policy, Vec<(OwnField, Diagnostic)>> {
        let document = self.document();
        let (policy, diagnostics) = check(&document);
        if let Some(policy) = policy {
            return Ok(policy);
        }
        let field = |diagnostic: &Diagnostic| {
            let line = diagnostic.line;
            let bands = u32::try_from(self.bands.len()).unwrap_or(u32::MAX);
            if let Some(band) = line.checked_sub(FIRST_BAND_LINE).filter(|band| *band < bands) {
                return OwnField::Band(band);
            }
            let text = usize::try_from(line.saturating_sub(1)).ok().and_then(|line| document.lines().nth(line));
            match text.unwrap_or_default().split(' ').next().unwrap_or_default() {
                "cap" => OwnField::Cap,
                "floor" => OwnField::Floor,
                "rate" => OwnField::Holdback,
                "amount" => OwnField::Draw,
                _ => OwnField::Whole,
            }
        };
        Err(diagnostics.into_iter().map(|diagnostic| (field(&diagnostic), diagnostic)).collect())
    }
}

/// A band, with what of the base falls in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandView {
    /// First figure in it: an amount (of the target's share where the bands look at one).
    pub from: Money,
    /// First figure after it.
    pub to: Option<Money>,
    /// Its rate.
    pub rate: Rate,
    /// What of the base the rate is on.
    pub base: Money,
    /// What that brings.
    pub amount: Money,
}

/// Where one stands in a rule's window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePreview {
    /// The rule.
    pub rule: RuleRef,
    /// First day of the window, and the first after it; the first and the last sale where it has none.
    pub window: (Day, Day),
    /// The base.
    pub base: Money,
    /// What it brings.
    pub amount: Money,
    /// The bands, where it has any; empty for rates per line.
    pub bands: Vec<BandView>,
    /// In which band the base falls, from 0.
    pub band: Option<u32>,
    /// What is missing to the next band.
    pub to_next: Option<Money>,
    /// The reading of the bands: marginal or whole.
    pub marginal: bool,
    /// What the same bands bring read the other way.
    pub other_reading: Option<Money>,
}

/// A preview.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// Sales in all.
    pub sales: Money,
    /// Income in all.
    pub accrued: Money,
    /// Held back in all, less what was settled.
    pub held: Money,
    /// Paid ahead in all, less what was recovered.
    pub drawn: Money,
    /// Pay in all.
    pub payable: Money,
    /// Month by month, with reasons.
    pub months: Vec<Statement>,
    /// Where one stands.
    pub rules: Vec<RulePreview>,
    /// What the further sale would bring.
    pub next: Option<Money>,
}

impl Default for BandView {
    fn default() -> Self {
        Self { from: Money::ZERO, to: None, rate: Rate::ZERO, base: Money::ZERO, amount: Money::ZERO }
    }
}

/// The code of the person whose commission it is.
const ME: &str = "me";

fn refuse(line: usize, reason: crate::message::Message) -> Refusal {
    Refusal::new(msg!("refuse.preview-line", line = line, why = reason), msg!("remedy.preview-line"))
}

fn journal(policy: &Policy, ask: &PreviewAsk, with_next: bool) -> Result<(Journal, Day, Day), Refusal> {
    let mut sales: Vec<(usize, &PreviewSale)> = (1_usize..).zip(&ask.sales).collect();
    if with_next && let Some(next) = &ask.next {
        sales.push((sales.len().saturating_add(1), next));
    }
    let first = sales.iter().map(|(_, sale)| sale.day).min().unwrap_or(Day::FIRST);
    let last = sales.iter().map(|(_, sale)| sale.day).max().unwrap_or(Day::FIRST);
    let mut bodies: Vec<(Day, Body)> = Vec::new();
    let person = Person { code: Text::const_new(ME), role: ask.role.clone(), ..Person::default() };
    bodies.push((first, Body::Staff(Box::new(StaffFact::Listed(person)))));
    if let Some(target) = ask.target {
        for rule in &policy.staff().commission {
            let (Of::Attainment(target_rule), Per::Window(window)) = (&rule.of, rule.per) else { continue };
            let mut from = window.start(first, first);
            while from <= last {
                let to = window.end(from, from);
                let set = StaffFact::TargetSet(Target {
                    scope: Scope::Person(Text::const_new(ME)),
                    rule: target_rule.clone(),
                    from,
                    to,
                    figure: target.minor(),
                });
                bodies.push((first, Body::Staff(Box::new(set))));
                from = to;
            }
        }
    }
    for (line, sale) in sales {
        if sale.amount.is_negative() || sale.reduced.is_negative() || sale.quantity.is_negative() {
            return Err(refuse(
                line,
                msg!("refuse.amount", line = line, product = &sale.product, amount = sale.amount),
            ));
        }
        if sale.reduced > sale.amount {
            return Err(refuse(line, msg!("refuse.reduced-more", amount = sale.amount, off = sale.reduced)));
        }
        let paid = sale.amount.minus(sale.reduced)?;
        let discounts = if sale.reduced.is_positive() {
            vec![Given { rule: Text::const_new("manual"), amount: sale.reduced }]
        } else {
            Vec::new()
        };
        let quantity = if sale.quantity.is_zero() { Quantity::ONE } else { sale.quantity };
        let sold = Sold {
            lines: vec![Line {
                product: sale.product.clone(),
                category: sale.category.clone(),
                tags: Tags::default(),
                quantity,
                amount: sale.amount,
                discounts,
            }],
            tenders: vec![Tender { kind: Text::const_new("cash"), amount: paid }],
            ..Sold::default()
        };
        bodies.push((sale.day, Body::Sold(sold)));
    }
    let device = DeviceId::derived("preview", "device");
    let mut events: Vec<Event> = (1_u64..)
        .zip(bodies)
        .map(|(sequence, (day, body))| Event {
            id: EventId::derived("preview", &sequence.to_string()),
            device,
            sequence,
            clock: sequence,
            at: BusinessTime::noon(day),
            store: Text::default(),
            staff: Text::const_new(ME),
            program: Text::default(),
            policy_version: 1,
            schema: SCHEMA_VERSION,
            body,
        })
        .collect();
    // By day, as typed within a day.
    events.sort_by_key(|event| (event.at.day, event.sequence));
    for (clock, event) in (1_u64..).zip(&mut events) {
        event.clock = clock;
    }
    Ok((Journal::new(events), first, last))
}

/// Previews commission.
///
/// # Errors
/// A [`Refusal`] that names the line.
pub fn preview(policy: &Policy, ask: &PreviewAsk) -> Result<Preview, Refusal> {
    if ask.sales.len() > SALES_MAX {
        return Err(Refusal::new(
            msg!("refuse.preview-too-many", lines = ask.sales.len(), most = SALES_MAX),
            msg!("remedy.preview-too-many"),
        ));
    }
    let policies = PolicySet::single(policy.clone());
    let mut preview = run(policy, &policies, ask, false, true)?;
    if ask.next.is_some() {
        let with = run(policy, &policies, ask, true, false)?;
        preview.next = Some(with.accrued.minus(preview.accrued)?);
    }
    Ok(preview)
}

fn run(
    policy: &Policy,
    policies: &PolicySet,
    ask: &PreviewAsk,
    with_next: bool,
    explain: bool,
) -> Result<Preview, Refusal> {
    let (journal, first, last) = journal(policy, ask, with_next)?;
    let mut preview = Preview {
        sales: ask.sales.iter().try_fold(Money::ZERO, |sum, sale| sum.plus(sale.amount)?.minus(sale.reduced))?,
        ..Preview::default()
    };
    if ask.sales.is_empty() && !with_next {
        return Ok(preview);
    }
    let book = fold(policies, &journal);
    let staff = StaffBook::fold(policies, &journal);
    // As if every window that a sale is in were over, instalments included.
    let mut until = last.month_start().plus_months(1);
    for rule in &policy.staff().commission {
        if let Per::Window(window) = rule.per {
            until = until.max(window.end(last, last));
        }
        let mut paid = until;
        for _ in 1..rule.instalments {
            paid = rule.every.end(paid);
        }
        until = until.max(paid.month_start());
    }
    let explain = if explain { Explain::Person(Text::const_new(ME)) } else { Explain::Nobody };
    let settled = settle(&book, &staff, policies, until, explain)?;
    for statement in settled.statements().filter(|statement| statement.staff == ME) {
        preview.accrued =
            preview.accrued.plus(statement.accrued)?.minus(statement.reversed)?.minus(statement.clawed_back)?;
        preview.payable = preview.payable.plus(statement.payable)?;
        preview.held = statement.held_balance;
        preview.drawn = statement.draw_balance;
        let is_empty = statement.rows.is_empty()
            && statement.released.is_zero()
            && statement.drawn.is_zero()
            && statement.recovered.is_zero();
        if !is_empty {
            preview.months.push(statement.clone());
        }
    }
    for window in settled.windows().iter().filter(|window| window.staff == ME) {
        let Some(rule) = policy.staff().commission.iter().find(|rule| rule.head.id == window.rule.id) else { continue };
        let (base, amount) = (window.base, window.amount);
        preview.rules.push(stand(policy, rule, &window.rule, (window.from, window.to), (base, amount), ask.target)?);
    }
    for rule in policy.staff().commission.iter().filter(|rule| !matches!(rule.per, Per::Window(_))) {
        let amount = Money::sum(
            preview
                .months
                .iter()
                .flat_map(|statement| &statement.rows)
                .filter(|row| row.rule.kind == "commission" && row.rule.id == rule.head.id)
                .map(|row| row.amount),
        )?;
        let counts = preview.months.iter().flat_map(|statement| &statement.rows).any(|row| row.rule.id == rule.head.id);
        if counts {
            preview.rules.push(RulePreview {
                rule: rule.head.reference("commission", policy.program()),
                window: (first, last.plus_days(1)),
                base: Money::ZERO,
                amount,
                bands: rule.steps().map(plain_bands).unwrap_or_default(),
                band: None,
                to_next: None,
                marginal: rule.steps().is_some_and(|steps| steps.reading() == Reading::Marginal),
                other_reading: None,
            });
        }
    }
    Ok(preview)
}

fn plain_bands(steps: &Steps) -> Vec<BandView> {
    if steps.border() != Border::Amount {
        return Vec::new();
    }
    steps
        .bands()
        .iter()
        .map(|band| BandView { from: band.from, to: band.to, rate: band.rate, ..BandView::default() })
        .collect()
}

/// Where a base stands in a rule's bands.
fn stand(
    policy: &Policy,
    rule: &Commission,
    reference: &RuleRef,
    window: (Day, Day),
    (base, amount): (Money, Money),
    target: Option<Money>,
) -> Result<RulePreview, NumberError> {
    let mut view = RulePreview {
        rule: reference.clone(),
        window,
        base,
        amount,
        bands: Vec::new(),
        band: None,
        to_next: None,
        marginal: false,
        other_reading: None,
    };
    let Pays::Steps(steps) = &rule.pays else { return Ok(view) };
    let steps = match (&rule.of, target) {
        (Of::Attainment(_), Some(target)) if target.is_positive() => steps.of_whole(target)?,
        (Of::Attainment(_), _) => return Ok(view),
        (Of::Amount | Of::Discount, _) => steps.clone(),
    };
    view.marginal = steps.reading() == Reading::Marginal;
    let rounding = policy.money_rounding;
    for (place, band) in (0_u32..).zip(steps.bands()) {
        let falls = base >= band.from && band.to.is_none_or(|to| base < to);
        if falls {
            view.band = Some(place);
        }
        if base < band.from && view.to_next.is_none() {
            view.to_next = Some(band.from.minus(base)?);
        }
        let on = part_of(band, base, view.marginal, falls)?;
        view.bands.push(BandView {
            from: band.from,
            to: band.to,
            rate: band.rate,
            base: on,
            amount: band.rate.of_money(on, rounding)?,
        });
    }
    if steps.bands().len() > 1 {
        let other = if view.marginal { Reading::Whole } else { Reading::Marginal };
        view.other_reading = Some(steps.read_as(other).apply(base, rounding)?.0);
    }
    Ok(view)
}

fn part_of(band: &Band, base: Money, marginal: bool, falls: bool) -> Result<Money, NumberError> {
    if !marginal {
        return Ok(if falls { base } else { Money::ZERO });
    }
    let upper = band.to.map_or(base, |to| base.min(to));
    if upper <= band.from { Ok(Money::ZERO) } else { upper.minus(band.from) }
}

/// All the reasons of a preview, month by month, for a page that shows them as one tree.
#[must_use]
pub fn reasons(preview: &Preview) -> Vec<Trace> {
    preview.months.iter().flat_map(|statement| statement.rows.iter().map(|row| row.trace.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(bands: &[(&str, &str)], marginal: bool, per: &str) -> OwnBands {
        OwnBands {
            bands: bands.iter().map(|(from, rate)| ((*from).to_owned(), (*rate).to_owned())).collect(),
            marginal,
            per: per.to_owned(),
            holdback: String::new(),
            draw: String::new(),
            cap: String::new(),
            floor: String::new(),
        }
    }

    fn sale(day: &str, amount: &str) -> PreviewSale {
        PreviewSale { day: day.parse().unwrap(), amount: amount.parse().unwrap(), ..PreviewSale::default() }
    }

    #[test]
    fn the_next_sale_brings_what_r14_says() {
        // R14: 4% to 150,000, 6% to 250,000, 8% above; 145,000 sold, a deal of 20,000 brings 200 + 900 = 1,100.
        let bands = own(&[("0", "4%"), ("150000", "6%"), ("250000", "8%")], true, "calendar month");
        let policy = bands.policy().unwrap();
        let ask = PreviewAsk {
            sales: vec![sale("2026-03-02", "145000.00")],
            next: Some(sale("2026-03-03", "20000.00")),
            ..PreviewAsk::default()
        };
        let preview = preview(&policy, &ask).unwrap();
        assert_eq!(preview.next.map(|money| money.to_string()), Some("1100.00".to_owned()));
        assert_eq!(preview.accrued.to_string(), "5800.00");
        let rule = preview.rules.first().unwrap();
        assert_eq!(rule.to_next.map(|money| money.to_string()), Some("5000.00".to_owned()));
        // Read whole, 145,000 is in the first band: the same 5,800.
        assert_eq!(rule.other_reading.map(|money| money.to_string()), Some("5800.00".to_owned()));
    }

    #[test]
    fn holdback_and_draw_are_shown() {
        // 10% of 1,000 = 100; 5% held: 5; pay 95; least pay 300: 205 ahead.
        let mut bands = own(&[("0", "10%")], false, "deal");
        bands.holdback = "5%".to_owned();
        bands.draw = "300".to_owned();
        let policy = bands.policy().unwrap();
        let ask = PreviewAsk { sales: vec![sale("2026-03-02", "1000.00")], ..PreviewAsk::default() };
        let preview = preview(&policy, &ask).unwrap();
        let figures = [preview.accrued, preview.held, preview.drawn, preview.payable].map(|money| money.to_string());
        assert_eq!(figures, ["100.00", "5.00", "205.00", "300.00"]);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        let mut bands = own(&[("0", "10%"), ("abc", "5%"), ("100", "101%")], false, "deal");
        bands.cap = "-1".to_owned();
        bands.holdback = "200%".to_owned();
        let wrong = bands.policy().unwrap_err();
        let fields: Vec<OwnField> = wrong.iter().map(|(field, _)| *field).collect();
        for field in [OwnField::Band(1), OwnField::Band(2), OwnField::Cap, OwnField::Holdback] {
            assert!(fields.contains(&field), "{field:?} in {fields:?}");
        }
        let quote = own(&[("0\"]\nid = 1", "10%")], false, "deal");
        assert!(quote.policy().is_err_and(|wrong| wrong.iter().any(|(field, _)| *field == OwnField::Band(0))));
        let ask = PreviewAsk {
            sales: vec![
                sale("2026-03-02", "1.00"),
                PreviewSale { reduced: Money::from_minor(200), ..sale("2026-03-02", "1.00") },
            ],
            ..PreviewAsk::default()
        };
        let policy = own(&[("0", "10%")], false, "deal").policy().unwrap();
        assert_eq!(
            preview(&policy, &ask).map_err(|refusal| refusal.code().to_owned()).err(),
            Some("refuse.preview-line".to_owned())
        );
    }

    #[test]
    fn a_preview_without_sales_is_empty() {
        let policy = own(&[("0", "10%")], false, "deal").policy().unwrap();
        assert_eq!(preview(&policy, &PreviewAsk::default()), Ok(Preview::default()));
    }
}
