//! Money, points, quantities and rates: whole numbers with a fixed scale, never a float.
//!
//! Every figure of the product is one of these. Arithmetic is checked: what does not fit is a
//! [`NumberError`], never a wrapped or saturated figure.

use core::fmt;
use core::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text or a result is not a number that the product can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    /// The text is not a decimal number such as `12.50`.
    NotANumber,
    /// More decimals than the unit has (money 2, points 2, quantity 3).
    TooFine,
    /// Beyond ±9,000,000,000,000 units: no shop's figure.
    TooLarge,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a number; write it like 12.50",
            Self::TooFine => "more decimals than the unit has",
            Self::TooLarge => "larger than any shop's figure",
        })
    }
}

impl std::error::Error for NumberError {}

/// Largest magnitude, in whole units, that is read from a text.
const WHOLE_MAX: i64 = 9_000_000_000_000;

fn parse_fixed(text: &str, decimals: u32) -> Result<i64, NumberError> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(NumberError::NotANumber);
    }
    let mut value: i64 = 0;
    for byte in whole.bytes() {
        if byte == b',' {
            continue;
        }
        if !byte.is_ascii_digit() {
            return Err(NumberError::NotANumber);
        }
        value = value * 10 + i64::from(byte - b'0');
        if value > WHOLE_MAX {
            return Err(NumberError::TooLarge);
        }
    }
    let mut places = 0;
    for byte in fraction.bytes() {
        if !byte.is_ascii_digit() {
            return Err(NumberError::NotANumber);
        }
        if places == decimals {
            if byte != b'0' {
                return Err(NumberError::TooFine);
            }
            continue;
        }
        value = value * 10 + i64::from(byte - b'0');
        places += 1;
    }
    while places < decimals {
        value *= 10;
        places += 1;
    }
    Ok(if negative { -value } else { value })
}

fn write_fixed(f: &mut fmt::Formatter<'_>, value: i64, decimals: u32, trim: bool) -> fmt::Result {
    let unit = 10_u64.pow(decimals);
    let magnitude = value.unsigned_abs();
    if value < 0 {
        f.write_str("-")?;
    }
    write!(f, "{}", magnitude / unit)?;
    let fraction = magnitude % unit;
    if trim && fraction == 0 {
        return Ok(());
    }
    let text = format!("{fraction:0width$}", width = decimals as usize);
    let text = if trim { text.trim_end_matches('0') } else { &text };
    write!(f, ".{text}")
}

macro_rules! fixed_number {
    ($(#[$doc:meta])* $name:ident, $decimals:literal, $trim:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// Decimals of the text form.
            pub const DECIMALS: u32 = $decimals;

            /// From the smallest units (money: fen; points: hundredths; quantity: thousandths).
            #[must_use]
            pub const fn from_minor(minor: i64) -> Self {
                Self(minor)
            }

            /// From whole units.
            ///
            /// # Errors
            /// [`NumberError::TooLarge`] where it does not fit.
            pub const fn from_whole(whole: i64) -> Result<Self, NumberError> {
                match whole.checked_mul(10_i64.pow($decimals)) {
                    Some(minor) => Ok(Self(minor)),
                    None => Err(NumberError::TooLarge),
                }
            }

            /// The figure in its smallest units.
            #[must_use]
            pub const fn minor(self) -> i64 {
                self.0
            }

            /// Sum, or [`NumberError::TooLarge`].
            ///
            /// # Errors
            /// Where the sum does not fit.
            pub const fn plus(self, other: Self) -> Result<Self, NumberError> {
                match self.0.checked_add(other.0) {
                    Some(sum) => Ok(Self(sum)),
                    None => Err(NumberError::TooLarge),
                }
            }

            /// Difference, or [`NumberError::TooLarge`].
            ///
            /// # Errors
            /// Where the difference does not fit.
            pub const fn minus(self, other: Self) -> Result<Self, NumberError> {
                match self.0.checked_sub(other.0) {
                    Some(sum) => Ok(Self(sum)),
                    None => Err(NumberError::TooLarge),
                }
            }

            /// Whether it is below zero.
            #[must_use]
            pub const fn is_negative(self) -> bool {
                self.0 < 0
            }

            /// Whether it is above zero.
            #[must_use]
            pub const fn is_positive(self) -> bool {
                self.0 > 0
            }

            /// Whether it is zero.
            #[must_use]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Sum of many.
            ///
            /// # Errors
            /// Where the sum does not fit.
            pub fn sum(items: impl IntoIterator<Item = Self>) -> Result<Self, NumberError> {
                items.into_iter().try_fold(Self::ZERO, Self::plus)
            }

            /// The exact decimal.
            #[must_use]
            pub fn decimal(self) -> Decimal {
                Decimal::new(self.0, $decimals)
            }
        }

        impl core::ops::Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(self.0.saturating_neg())
            }
        }

        impl FromStr for $name {
            type Err = NumberError;
            fn from_str(text: &str) -> Result<Self, NumberError> {
                parse_fixed(text, $decimals).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_fixed(f, self.0, $decimals, $trim)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_i64(self.0)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                    text.parse().map_err(de::Error::custom)
                } else {
                    i64::deserialize(deserializer).map(Self)
                }
            }
        }
    };
}

fixed_number! {
    /// Money in fen. Text form `1234.50`.
    Money, 2, false
}
fixed_number! {
    /// Points in hundredths, so that programs with fractional points keep them. Text form `28.75`, whole ones `22`.
    Points, 2, true
}
fixed_number! {
    /// A quantity of goods in thousandths: `1`, `0.345` kg.
    Quantity, 3, true
}

impl Quantity {
    /// One piece.
    pub const ONE: Self = Self(1000);

    /// Price of this quantity at a unit price, half-up to the fen.
    ///
    /// # Errors
    /// Where the amount does not fit.
    pub fn price(self, unit_price: Money) -> Result<Money, NumberError> {
        let exact = i128::from(self.0) * i128::from(unit_price.0);
        narrow(divide(exact, 1000, RoundingMode::HalfUp)).map(Money)
    }
}

/// How a figure is brought to its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingMode {
    /// Halves away from zero.
    HalfUp,
    /// Halves to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl RoundingMode {
    /// The word for it in a policy document.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::HalfUp => "half-up",
            Self::HalfEven => "half-even",
            Self::Down => "down",
            Self::Up => "up",
        }
    }
}

/// A unit (in minor units) and a mode: the one named rounding of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounding {
    /// The unit in minor units; at least 1.
    pub unit_minor: i64,
    /// The mode.
    pub mode: RoundingMode,
}

impl Rounding {
    /// Money by default: half-up to the fen.
    pub const MONEY: Self = Self { unit_minor: 1, mode: RoundingMode::HalfUp };
    /// Points by default: down to whole points.
    pub const POINTS: Self = Self { unit_minor: 100, mode: RoundingMode::Down };

    /// `numerator / denominator` minor units, brought to the unit.
    ///
    /// # Errors
    /// Where the figure does not fit.
    #[inline]
    pub fn ratio(self, numerator: i128, denominator: i128) -> Result<i64, NumberError> {
        // Nearly every figure of a shop fits 64 bits, where multiplying and dividing is several times cheaper.
        if let (Ok(numerator), Ok(denominator)) = (i64::try_from(numerator), i64::try_from(denominator))
            && let Some(scaled) = denominator.checked_mul(self.unit_minor.max(1))
            && self.mode == RoundingMode::Down
            && let Some(whole) = numerator.checked_div(scaled)
        {
            return whole.checked_mul(self.unit_minor.max(1)).ok_or(NumberError::TooLarge);
        }
        self.wide_ratio(numerator, denominator)
    }

    fn wide_ratio(self, numerator: i128, denominator: i128) -> Result<i64, NumberError> {
        let unit = i128::from(self.unit_minor.max(1));
        let scaled = denominator.checked_mul(unit).ok_or(NumberError::TooLarge)?;
        narrow(divide(numerator, scaled, self.mode) * unit)
    }
}

/// Integer division with a named rounding. A zero denominator gives zero; callers exclude it.
fn divide(numerator: i128, denominator: i128, mode: RoundingMode) -> i128 {
    // Most figures of a shop fit 64 bits, where division is several times cheaper.
    if let (Ok(n), Ok(d)) = (i64::try_from(numerator), i64::try_from(denominator)) {
        if d == 0 || (n == i64::MIN && d == -1) {
            return 0;
        }
        let (quotient, rest) = (n / d, n % d);
        if rest == 0 {
            return i128::from(quotient);
        }
        return round_off(i128::from(quotient), i128::from(rest), i128::from(d), (n < 0) != (d < 0), mode);
    }
    if denominator == 0 {
        return 0;
    }
    let (quotient, rest) = (numerator / denominator, numerator % denominator);
    if rest == 0 {
        return quotient;
    }
    round_off(quotient, rest, denominator, (numerator < 0) != (denominator < 0), mode)
}

fn round_off(quotient: i128, rest: i128, denominator: i128, negative: bool, mode: RoundingMode) -> i128 {
    let away = if negative { quotient - 1 } else { quotient + 1 };
    let twice = rest.unsigned_abs() * 2;
    let whole = denominator.unsigned_abs();
    match mode {
        RoundingMode::Down => quotient,
        RoundingMode::Up => away,
        RoundingMode::HalfUp => {
            if twice >= whole {
                away
            } else {
                quotient
            }
        }
        RoundingMode::HalfEven => {
            if twice > whole || (twice == whole && quotient % 2 != 0) {
                away
            } else {
                quotient
            }
        }
    }
}

fn narrow(value: i128) -> Result<i64, NumberError> {
    i64::try_from(value).map_err(|_| NumberError::TooLarge)
}

/// A rate or factor: an exact decimal kept as a ratio of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    mantissa: i64,
    denominator: i64,
}

impl Rate {
    /// Nothing.
    pub const ZERO: Self = Self { mantissa: 0, denominator: 1 };
    /// All of it.
    pub const ONE: Self = Self { mantissa: 1, denominator: 1 };

    /// From a decimal of at most 12 decimals.
    ///
    /// # Errors
    /// [`NumberError::TooFine`] or [`NumberError::TooLarge`].
    pub fn from_decimal(decimal: Decimal) -> Result<Self, NumberError> {
        let decimal = decimal.normalize();
        if decimal.scale() > 12 {
            return Err(NumberError::TooFine);
        }
        let mantissa = i64::try_from(decimal.mantissa()).map_err(|_| NumberError::TooLarge)?;
        Ok(Self { mantissa, denominator: 10_i64.pow(decimal.scale()) })
    }

    /// So many parts of a whole of `whole` parts, as near as 12 decimals can say.
    #[must_use]
    pub fn from_parts(parts: i64, whole: i64) -> Self {
        let exact = Decimal::from(parts).checked_div(Decimal::from(whole.max(1))).unwrap_or_default();
        Self::from_decimal(exact.round_dp(12)).unwrap_or(Self::ZERO)
    }

    /// The exact decimal.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::from(self.mantissa).checked_div(Decimal::from(self.denominator)).unwrap_or_default()
    }

    /// This rate of an amount in minor units, as an exact ratio `(numerator, denominator)`.
    #[must_use]
    pub fn of(self, minor: i64) -> (i128, i128) {
        (i128::from(self.mantissa) * i128::from(minor), i128::from(self.denominator))
    }

    /// This rate of money, brought to a unit.
    ///
    /// # Errors
    /// Where the amount does not fit.
    pub fn of_money(self, amount: Money, rounding: Rounding) -> Result<Money, NumberError> {
        let (numerator, denominator) = self.of(amount.minor());
        rounding.ratio(numerator, denominator).map(Money)
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// As a ratio.
    #[must_use]
    pub const fn ratio(self) -> (i64, i64) {
        (self.mantissa, self.denominator)
    }
}

impl PartialOrd for Rate {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rate {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        (i128::from(self.mantissa) * i128::from(other.denominator))
            .cmp(&(i128::from(other.mantissa) * i128::from(self.denominator)))
    }
}

impl FromStr for Rate {
    type Err = NumberError;
    /// `5%`, `0.05`, `1.2`.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let (digits, percent) = match text.strip_suffix('%') {
            Some(rest) => (rest.trim(), true),
            None => (text, false),
        };
        let mut decimal = Decimal::from_str(digits).map_err(|_| NumberError::NotANumber)?;
        if percent {
            decimal = decimal.checked_div(Decimal::ONE_HUNDRED).ok_or(NumberError::TooLarge)?;
        }
        Self::from_decimal(decimal)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decimal().checked_mul(Decimal::ONE_HUNDRED) {
            Some(percent) => write!(f, "{}%", percent.normalize()),
            None => write!(f, "{}", self.decimal()),
        }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.decimal().normalize())
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// How the parts of a sum are brought to whole units so that they add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// Floor each, then give what is left to the largest remainders (ties: the earlier part).
    LargestRemainder,
    /// Floor each, then give what is left to the last part with a weight.
    RestToLast,
}

impl Split {
    /// Splits `total` minor units by `weights`; the parts sum to `total` exactly.
    /// With no positive weight, everything goes to the first part (or nothing, if there is none).
    #[must_use]
    pub fn parts(self, total: i64, weights: &[i64]) -> Vec<i64> {
        let sum: i128 = weights.iter().map(|w| i128::from((*w).max(0))).sum();
        if sum == 0 {
            let mut parts = vec![0; weights.len()];
            if let Some(first) = parts.first_mut() {
                *first = total;
            }
            return parts;
        }
        let mut rests: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
        let mut given: i64 = 0;
        let mut parts: Vec<i64> = Vec::with_capacity(weights.len());
        for (index, weight) in weights.iter().enumerate() {
            let exact = i128::from(total) * i128::from((*weight).max(0));
            let floor = exact.div_euclid(sum);
            // INVARIANT(split): |floor| <= |total|, so it fits.
            let part = i64::try_from(floor).unwrap_or(0);
            given = given.saturating_add(part);
            rests.push((exact.rem_euclid(sum), index));
            parts.push(part);
        }
        let mut left = total.saturating_sub(given);
        match self {
            Self::RestToLast => {
                if let Some(index) = weights.iter().rposition(|w| *w > 0)
                    && let Some(part) = parts.get_mut(index)
                {
                    *part = part.saturating_add(left);
                }
            }
            Self::LargestRemainder => {
                rests.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
                for (_, index) in rests {
                    if left == 0 {
                        break;
                    }
                    if let Some(part) = parts.get_mut(index) {
                        *part = part.saturating_add(1);
                        left -= 1;
                    }
                }
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_round_trip_and_refuse_what_they_cannot_hold() {
        assert_eq!("-9.95".parse::<Money>().map(Money::minor), Ok(-995));
        assert_eq!("1,234.5".parse::<Money>().map(|m| m.to_string()), Ok("1234.50".into()));
        assert_eq!("0.005".parse::<Money>(), Err(NumberError::TooFine));
        assert_eq!("1.500".parse::<Money>().map(Money::minor), Ok(150));
        for bad in ["", "abc", "1e3", "--1", "NaN", "１"] {
            assert_eq!(bad.parse::<Money>(), Err(NumberError::NotANumber), "{bad}");
        }
        assert_eq!("99999999999999".parse::<Money>(), Err(NumberError::TooLarge));
        assert_eq!("28.75".parse::<Points>().map(|p| p.to_string()), Ok("28.75".into()));
        assert_eq!("22".parse::<Points>().map(|p| p.to_string()), Ok("22".into()));
    }

    #[test]
    fn rates_round_as_named() -> Result<(), NumberError> {
        let rate: Rate = "2.5%".parse()?;
        assert_eq!(rate.to_string(), "2.5%");
        let one = Money::from_minor(100);
        assert_eq!(rate.of_money(one, Rounding::MONEY)?.minor(), 3);
        let down = Rounding { unit_minor: 1, mode: RoundingMode::Down };
        assert_eq!(rate.of_money(one, down)?.minor(), 2);
        let even = Rounding { unit_minor: 1, mode: RoundingMode::HalfEven };
        assert_eq!(rate.of_money(one, even)?.minor(), 2);
        assert_eq!(rate.of_money(-one, Rounding::MONEY)?.minor(), -3);
        Ok(())
    }

    #[test]
    fn splits_sum_to_the_fen() {
        assert_eq!(Split::LargestRemainder.parts(100, &[200, 150]), vec![57, 43]);
        assert_eq!(Split::RestToLast.parts(50, &[200, 150]), vec![28, 22]);
        assert_eq!(Split::LargestRemainder.parts(-100, &[1, 1, 1]).iter().sum::<i64>(), -100);
        assert_eq!(Split::LargestRemainder.parts(7, &[0, 0]), vec![7, 0]);
    }
}
