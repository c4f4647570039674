//! Exact arithmetic: fractions of whole numbers, rounded once where a figure is made.

/// How what lies between two units is brought to one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To the nearer; halves away from zero.
    HalfUp,
    /// To the nearer; halves to the even one.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

/// To which unit, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounding {
    /// The unit, in minor units of the figure.
    pub unit: i128,
    /// How.
    pub mode: Mode,
}

/// Money unless a program says otherwise: half up to the fen.
pub const MONEY: Rounding = Rounding { unit: 1, mode: Mode::HalfUp };
/// Points unless a program says otherwise: whole points, what is left over is dropped.
pub const POINTS: Rounding = Rounding { unit: 100, mode: Mode::Down };
/// Down to the smallest unit.
pub const DOWN: Rounding = Rounding { unit: 1, mode: Mode::Down };

/// A fraction; the denominator is above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub over: i128,
    /// Below the line.
    pub under: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self { over: 0, under: 1 };
    /// The whole.
    pub const ONE: Self = Self { over: 1, under: 1 };

    /// Reads `0.05`, `5%`, `12`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (digits, mut under) = match text.strip_suffix('%') {
            Some(rest) => (rest.trim(), 100_i128),
            None => (text, 1),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        for _ in decimals.chars() {
            under = under.checked_mul(10)?;
        }
        let over: i128 = format!("{whole}{decimals}").replace(',', "").parse().ok()?;
        Some(Self { over, under })
    }

    /// The product.
    #[must_use]
    pub const fn times(self, other: Self) -> Self {
        Self { over: self.over * other.over, under: self.under * other.under }
    }

    /// Whether it is more.
    #[must_use]
    pub const fn is_more_than(self, other: Self) -> bool {
        self.over * other.under > other.over * self.under
    }

    /// This part of a figure, rounded.
    #[must_use]
    pub fn of(self, figure: i128, rounding: Rounding) -> i128 {
        round(self.over * figure, self.under, rounding)
    }
}

/// `over / under`, rounded; zero where `under` is zero.
#[must_use]
pub fn round(over: i128, under: i128, rounding: Rounding) -> i128 {
    if under == 0 {
        return 0;
    }
    let negative = (over < 0) != (under < 0);
    let (over, under) = (over.abs(), (under * rounding.unit).abs());
    let (whole, rest) = (over / under, over % under);
    let more = match rounding.mode {
        Mode::Down => false,
        Mode::Up => rest > 0,
        Mode::HalfUp => 2 * rest >= under,
        Mode::HalfEven => 2 * rest > under || (2 * rest == under && whole % 2 == 1),
    };
    let size = (whole + i128::from(more)) * rounding.unit;
    if negative { -size } else { size }
}

/// Shares a total by weights so that the shares sum to it. Each gets its exact share rounded down; what is left over
/// goes fen by fen to those that lost most by it (the earlier of two), or all of it to the last one with a weight.
#[must_use]
pub fn split(total: i128, weights: &[i128], rest_to_last: bool) -> Vec<i128> {
    let all: i128 = weights.iter().map(|weight| (*weight).max(0)).sum();
    if all == 0 {
        return weights.iter().enumerate().map(|(at, _)| if at == 0 { total } else { 0 }).collect();
    }
    let mut shares: Vec<i128> = weights.iter().map(|weight| (total * (*weight).max(0)).div_euclid(all)).collect();
    let left = total - shares.iter().sum::<i128>();
    if rest_to_last {
        let last = weights.iter().rposition(|weight| *weight > 0);
        for (at, share) in shares.iter_mut().enumerate() {
            if Some(at) == last {
                *share += left;
            }
        }
        return shares;
    }
    for _ in 0..left {
        let mut most: Option<(i128, usize)> = None;
        for (at, (weight, share)) in weights.iter().zip(&shares).enumerate() {
            let lost = total * (*weight).max(0) - share * all;
            if most.is_none_or(|(worst, _)| lost > worst) {
                most = Some((lost, at));
            }
        }
        for (at, share) in shares.iter_mut().enumerate() {
            if most.is_some_and(|(_, worst)| worst == at) {
                *share += 1;
            }
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_by_the_book() {
        assert_eq!(round(5, 2, MONEY), 3);
        assert_eq!(round(-5, 2, MONEY), -3);
        assert_eq!(round(5, 2, Rounding { unit: 1, mode: Mode::HalfEven }), 2);
        assert_eq!(round(12_299, 1, POINTS), 12_200);
        assert_eq!(Fraction::parse("2.5%"), Some(Fraction { over: 25, under: 1000 }));
    }

    #[test]
    fn shares_sum_to_the_total() {
        assert_eq!(split(100, &[200, 150], false), vec![57, 43]);
        assert_eq!(split(50, &[200, 150], true), vec![28, 22]);
        assert_eq!(split(10, &[1, 1, 1], false), vec![4, 3, 3]);
    }
}
