//! What a basket comes to: reductions, the price, each line's share of it, the points.

use crate::exact;
use crate::facts::{Line, Sale, Use};
use crate::program::{Discount, Occasion, Program, Source};

/// Figures of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// After its own reductions.
    pub net: i128,
    /// Its share of reductions of the whole.
    pub off: i128,
    /// Its share of benefits used.
    pub used: i128,
    /// Its weight in the points.
    pub weight: i128,
    /// Of which kind its points are.
    pub kind: String,
}

impl Share {
    /// Its share of the price.
    #[must_use]
    pub const fn paid(&self) -> i128 {
        self.net - self.off - self.used
    }
}

/// Shares the price among the lines.
#[must_use]
pub fn shares(program: &Program, sale: &Sale) -> Vec<Share> {
    let mut shares: Vec<Share> =
        sale.lines.iter().map(|line| Share { net: line.amount - line.off, ..Share::default() }).collect();
    let weights = |shares: &[Share]| shares.iter().map(Share::paid).collect::<Vec<_>>();
    for (rule, off) in &sale.offs {
        // A reduction lies on the goods that its rule names; one of no rule on all.
        let rule = program.discount.iter().find(|own| own.id == *rule);
        let of_rule = sale.lines.iter().zip(&shares).map(|(line, share)| {
            if rule.is_none_or(|rule| rule.is_about(line, &sale.lines)) { share.paid() } else { 0 }
        });
        let parts = exact::split(*off, &of_rule.collect::<Vec<_>>(), false);
        for (share, part) in shares.iter_mut().zip(parts) {
            share.off += part;
        }
    }
    for used in &sale.uses {
        let (amount, rest_to_last) = match used {
            Use::Voucher(_, _, amount) => (*amount, false),
            Use::Points(rule, _, amount) => {
                (*amount, program.redeem.iter().any(|own| own.id == *rule && own.rest_to_last))
            }
        };
        let parts = exact::split(amount, &weights(&shares), rest_to_last);
        for (share, part) in shares.iter_mut().zip(parts) {
            share.used += part;
        }
    }
    shares
}

/// Points of a sale in these circumstances, by kind; the lines' weights and kinds are put into the shares.
#[must_use]
pub fn points(program: &Program, sale: &Sale, occasion: &Occasion, shares: &mut [Share]) -> Vec<(String, i128)> {
    let rules: Vec<_> = program.earn.iter().filter(|rule| rule.source == Source::Goods).collect();
    let mut bases = vec![0_i128; rules.len()];
    for (line, share) in sale.lines.iter().zip(shares.iter_mut()) {
        let mut chosen: Option<usize> = None;
        for (at, rule) in rules.iter().enumerate() {
            let better = chosen
                .and_then(|best| rules.get(best))
                .is_none_or(|best| rule.goods.particular() > best.goods.particular());
            if rule.goods.holds(line) && rule.when.holds(occasion, program.birthdays) && better {
                chosen = Some(at);
            }
        }
        let Some((at, rule)) = chosen.and_then(|at| Some((at, rules.get(at)?))) else { continue };
        let mut base = match rule.basis.as_str() {
            "paid" => share.net - share.off - share.used,
            "before-redemption" => share.net - share.off,
            _ => line.amount,
        };
        if rule.ignores_basket && rule.basis != "list" {
            base += share.off;
        }
        if let Some(sum) = bases.get_mut(at) {
            *sum += base;
        }
        // Lines under one rule weigh by their base; under several, by what they bring.
        share.kind.clone_from(&rule.kind);
        share.weight = if rules.len() == 1 { base } else { base * rule.points / rule.per };
    }
    let factor = program.factor(occasion);
    let mut by_kind: Vec<(String, i128)> = Vec::new();
    for (rule, base) in rules.iter().zip(bases) {
        let all: i128 = sale.tenders.iter().map(|(_, amount)| amount).sum();
        let good: i128 =
            sale.tenders.iter().filter(|(kind, _)| rule.goods.holds_tender(kind)).map(|(_, amount)| amount).sum();
        let counted = if all > 0 && good != all { exact::round(base * good, all, program.money) } else { base };
        if base > 0 && counted >= rule.from {
            let points = program.points_for(rule, counted, factor);
            match by_kind.iter_mut().find(|(kind, _)| *kind == rule.kind) {
                Some((_, sum)) => *sum += points,
                None => by_kind.push((rule.kind.clone(), points)),
            }
        }
    }
    by_kind.retain(|(_, points)| *points > 0);
    by_kind
}

/// Reductions with their rules.
pub type Given = Vec<(String, i128)>;

/// The reductions that the program gives on a basket: by line, and on the whole, each with its rule.
#[must_use]
pub fn discounts(program: &Program, lines: &[Line], occasion: &Occasion) -> (Vec<Given>, Given) {
    let pieces: i128 = lines.iter().map(|line| line.quantity).sum();
    let rate_of = |rule: &Discount| match rule.rates.as_slice() {
        [one] => *one,
        many => many.get(occasion.tier.unwrap_or(0)).copied().unwrap_or(exact::Fraction::ZERO),
    };
    let holds = |rule: &Discount| {
        !rule.agreed
            && (pieces >= rule.at_least && !rule.per_counter
                || rule.per_counter && lines.iter().any(|line| rule.is_about(line, lines)))
            && (!rule.members || occasion.tier.is_some())
            && rule.when.holds(occasion, program.birthdays)
    };
    let mut groups: Vec<&String> = Vec::new();
    for rule in program.discount.iter().filter(|rule| !rule.on_basket) {
        if !groups.contains(&&rule.group) {
            groups.push(&rule.group);
        }
    }
    let mut by_line = Vec::new();
    for line in lines {
        let mut left = line.amount;
        let mut given = Given::new();
        for group in &groups {
            let mut best: Option<(String, i128)> = None;
            for rule in program.discount.iter().filter(|rule| rule.group == **group && !rule.on_basket) {
                if !holds(rule) || !rule.goods.holds(line) {
                    continue;
                }
                let amount = rate_of(rule).of(left, program.money);
                if amount > best.as_ref().map_or(0, |(_, most)| *most) {
                    best = Some((rule.id.clone(), amount));
                }
            }
            if let Some((id, amount)) = best {
                left -= amount;
                given.push((id, amount));
            }
        }
        by_line.push(given);
    }
    let mut on_whole = Given::new();
    for rule in program.discount.iter().filter(|rule| rule.on_basket && holds(rule)) {
        let mut reduced = lines.to_vec();
        for (line, given) in reduced.iter_mut().zip(&by_line) {
            line.off = given.iter().map(|(_, amount)| amount).sum();
        }
        let so_far = Sale { lines: reduced, offs: on_whole.clone(), ..Sale::default() };
        let left = lines.iter().zip(shares(program, &so_far)).filter(|(line, _)| rule.is_about(line, lines));
        let base: i128 = left.map(|(_, share)| share.paid()).sum();
        let amount = rate_of(rule).of(base, program.money);
        if amount > 0 {
            on_whole.push((rule.id.clone(), amount));
        }
    }
    (by_line, on_whole)
}
