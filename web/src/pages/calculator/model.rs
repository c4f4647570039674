//! What the calculator decides without a browser: what is typed, how it becomes a question, how a link carries it,
//! what a pasted table says.

use regulars_desk::protocol::CommissionBy;
use regulars_rules::id::Text;
use regulars_rules::number::Money;
use regulars_rules::preview::{OwnBands, PreviewAsk, PreviewSale, SALES_MAX};
use regulars_rules::time::Day;

/// The periods over which commission may be counted, in the order of the choice.
pub const PERIODS: [&str; 5] = ["deal", "calendar month", "calendar quarter", "calendar half", "calendar year"];

/// A sale as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedSale {
    /// Day, as `2026-03-02`; empty: the first day of this month.
    pub day: String,
    /// Amount.
    pub amount: String,
    /// Product code.
    pub product: String,
    /// Category.
    pub category: String,
}

/// Everything that is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// A program's id; empty: bands of one's own.
    pub program: String,
    /// The role, where a program names roles.
    pub role: String,
    /// The target, where a rule looks at one.
    pub target: String,
    /// Beginning and rate of each band.
    pub bands: Vec<(String, String)>,
    /// Whether each band's rate is on its part only.
    pub marginal: bool,
    /// Over which period: one of [`PERIODS`].
    pub per: String,
    /// Most.
    pub cap: String,
    /// Least.
    pub floor: String,
    /// Share held back.
    pub holdback: String,
    /// Least pay a month.
    pub draw: String,
    /// The sales.
    pub sales: Vec<TypedSale>,
    /// A further sale.
    pub next: String,
}

impl Typed {
    /// What stands there at first: an example that one changes.
    pub fn example(today: Day) -> Self {
        let day = today.month_start().to_string();
        let pair = |from: &str, rate: &str| (from.to_owned(), rate.to_owned());
        Self {
            program: String::new(),
            role: String::new(),
            target: String::new(),
            bands: vec![pair("0", "4"), pair("150000", "6"), pair("250000", "8")],
            marginal: true,
            per: "calendar month".to_owned(),
            cap: String::new(),
            floor: String::new(),
            holdback: String::new(),
            draw: String::new(),
            sales: vec![TypedSale { day, amount: "145000".to_owned(), ..TypedSale::default() }],
            next: "20000".to_owned(),
        }
    }

    /// By which rules.
    pub fn by(&self) -> CommissionBy {
        if !self.program.is_empty() {
            return CommissionBy::Program(Text::from(&self.program));
        }
        CommissionBy::Own(OwnBands {
            bands: self.bands.iter().map(|(from, rate)| (plain(from), percent(rate))).collect(),
            marginal: self.marginal,
            per: self.per.clone(),
            holdback: percent(&self.holdback),
            draw: plain(&self.draw),
            cap: plain(&self.cap),
            floor: plain(&self.floor),
        })
    }

    /// The question, or the number (from 0) of a sale that cannot be read. `None` stands for the further sale or the target.
    ///
    /// # Errors
    /// Which line.
    pub fn ask(&self, today: Day) -> Result<PreviewAsk, Option<usize>> {
        let mut sales = Vec::new();
        for (number, sale) in self.sales.iter().enumerate() {
            if sale.amount.trim().is_empty() {
                continue;
            }
            sales.push(read_sale(sale, today).ok_or(Some(number))?);
        }
        let last = sales.iter().map(|sale: &PreviewSale| sale.day).max();
        let amount = |text: &str| -> Result<Option<Money>, Option<usize>> {
            let text = plain(text);
            if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| None) }
        };
        let next = amount(&self.next)?.map(|amount| PreviewSale {
            day: last.unwrap_or(today),
            amount,
            ..PreviewSale::default()
        });
        Ok(PreviewAsk { role: Text::from(&self.role), sales, target: amount(&self.target)?, next })
    }

    /// The part of an address behind `#` that carries all of it.
    pub fn to_link(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut put = |key: &str, value: &str| {
            if !value.trim().is_empty() {
                parts.push(format!("{key}={}", escape(value.trim())));
            }
        };
        put("p", &self.program);
        put("role", &self.role);
        put("target", &self.target);
        if self.program.is_empty() {
            put("per", &self.per);
            put("read", if self.marginal { "marginal" } else { "whole" });
            put("cap", &self.cap);
            put("floor", &self.floor);
            put("hold", &self.holdback);
            put("draw", &self.draw);
            for (from, rate) in &self.bands {
                put("b", &format!("{}~{}", from.trim(), rate.trim()));
            }
        }
        put("next", &self.next);
        for sale in self.sales.iter().filter(|sale| !sale.amount.trim().is_empty()) {
            let cells = [&sale.day, &sale.amount, &sale.product, &sale.category];
            let text = cells.map(|cell| cell.trim().replace('~', " ")).join("~");
            put("s", text.trim_end_matches('~'));
        }
        parts.join("&")
    }

    /// From such a part. What it does not name is empty; what it names wrongly is left out.
    pub fn from_link(link: &str, today: Day) -> Option<Self> {
        let link = link.trim_start_matches('#');
        if link.is_empty() || !link.contains('=') {
            return None;
        }
        let mut typed = Self { bands: Vec::new(), sales: Vec::new(), next: String::new(), ..Self::example(today) };
        for part in link.split('&') {
            let Some((key, value)) = part.split_once('=') else { continue };
            let value = unescape(value);
            match key {
                "p" => typed.program = value,
                "role" => typed.role = value,
                "target" => typed.target = value,
                "per" if PERIODS.contains(&value.as_str()) => typed.per = value,
                "read" => typed.marginal = value != "whole",
                "cap" => typed.cap = value,
                "floor" => typed.floor = value,
                "hold" => typed.holdback = value,
                "draw" => typed.draw = value,
                "next" => typed.next = value,
                "b" => {
                    let (from, rate) = value.split_once('~').unwrap_or((&value, ""));
                    typed.bands.push((from.to_owned(), rate.to_owned()));
                }
                "s" if typed.sales.len() < SALES_MAX => {
                    let mut cells = value.split('~').map(str::to_owned);
                    let mut cell = || cells.next().unwrap_or_default();
                    typed.sales.push(TypedSale { day: cell(), amount: cell(), product: cell(), category: cell() });
                }
                _ => {}
            }
        }
        if typed.bands.is_empty() {
            typed.bands.push(("0".to_owned(), String::new()));
        }
        if typed.sales.is_empty() {
            typed.sales.push(TypedSale::default());
        }
        Some(typed)
    }
}

fn read_sale(sale: &TypedSale, today: Day) -> Option<PreviewSale> {
    let day = match sale.day.trim() {
        "" => today.month_start(),
        text => text.parse().ok()?,
    };
    Some(PreviewSale {
        day,
        product: Text::from(sale.product.trim()),
        category: Text::from(sale.category.trim()),
        amount: plain(&sale.amount).parse().ok()?,
        ..PreviewSale::default()
    })
}

/// An amount without the signs that people put around it.
pub fn plain(text: &str) -> String {
    text.trim().trim_start_matches(['¥', '￥']).trim_end_matches('元').replace([',', '，', ' '], "")
}

/// A rate as people type it: `4` and `4%` are both 4 percent.
pub fn percent(text: &str) -> String {
    let text = text.trim().replace('％', "%");
    if text.is_empty() || text.ends_with('%') { text } else { format!("{text}%") }
}

/// Signs that would end a part of the link, and spaces.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' | b',' | b':' => {
                out.push(char::from(byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair: Vec<u8> = rest.by_ref().take(2).collect();
        let digits = std::str::from_utf8(&pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.extend(digits);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a pasted table says: a line a sale; the first cell that is a day, the first other one that is an amount, then
/// product and category. Lines without an amount (a heading) are passed over and counted.
pub fn read_table(text: &str, today: Day) -> (Vec<TypedSale>, usize) {
    let (mut sales, mut passed_over) = (Vec::new(), 0_usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = if line.contains('\t') {
            line.split('\t').map(str::trim).collect()
        } else if line.contains([';', '；']) {
            line.split([';', '；']).map(str::trim).collect()
        } else {
            line.split_whitespace().collect()
        };
        let mut sale = TypedSale::default();
        for cell in cells {
            if sale.day.is_empty()
                && let Some(day) = read_day(cell, today)
            {
                sale.day = day.to_string();
            } else if sale.amount.is_empty() && plain(cell).parse::<Money>().is_ok() {
                sale.amount = plain(cell);
            } else if sale.product.is_empty() {
                sale.product = cell.to_owned();
            } else if sale.category.is_empty() {
                sale.category = cell.to_owned();
            }
        }
        if sale.amount.is_empty() || sales.len() >= SALES_MAX {
            passed_over = passed_over.saturating_add(1);
        } else {
            sales.push(sale);
        }
    }
    (sales, passed_over)
}

/// A day as spreadsheets write it: `2026-03-02`, `2026/3/2`, `2026年3月2日`, `3月2日`.
fn read_day(cell: &str, today: Day) -> Option<Day> {
    let text = cell.replace(['/', '年', '月'], "-").replace(['日', '号'], "");
    let parts: Vec<&str> = text.split('-').filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().ok();
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => Day::from_calendar(year.parse().ok()?, number(month)?, number(day)?),
        [month, day] if cell.contains('月') => Day::from_calendar(today.year(), number(month)?, number(day)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        "2026-03-15".parse().unwrap()
    }

    #[test]
    fn a_link_carries_everything() {
        let mut typed = Typed::example(today());
        typed.holdback = "5".to_owned();
        typed.cap = "1,000".to_owned();
        typed.marginal = false;
        typed.sales.push(TypedSale {
            day: "2026-03-02".to_owned(),
            amount: "99.50".to_owned(),
            product: "面霜 & co".to_owned(),
            category: "care".to_owned(),
        });
        let link = typed.to_link();
        assert!(!link.contains(' ') && !link.contains('&') || link.split('&').all(|part| part.contains('=')), "{link}");
        assert_eq!(Typed::from_link(&link, today()), Some(typed.clone()));
        assert_eq!(Typed::from_link(&format!("#{link}"), today()), Some(typed.clone()));
        typed.program = "salon-card".to_owned();
        let again = Typed::from_link(&typed.to_link(), today()).unwrap();
        assert_eq!((again.program.as_str(), again.sales.len()), ("salon-card", 2));
        assert_eq!(Typed::from_link("", today()), None);
        // Nonsense is left out, not believed.
        let odd = Typed::from_link("per=never&b=1&x=%zz&s=", today()).unwrap();
        assert_eq!((odd.per.as_str(), odd.bands.len()), ("calendar month", 1));
    }

    #[test]
    fn what_is_typed_becomes_a_question() {
        let typed = Typed::example(today());
        let ask = typed.ask(today()).unwrap();
        assert_eq!(ask.sales[0].amount.to_string(), "145000.00");
        assert_eq!(ask.next.unwrap().day.to_string(), "2026-03-01");
        let CommissionBy::Own(own) = typed.by() else { panic!() };
        assert_eq!(own.bands[1], ("150000".to_owned(), "6%".to_owned()));
        let wrong = Typed {
            sales: vec![TypedSale::default(), TypedSale { amount: "abc".into(), ..TypedSale::default() }],
            ..typed.clone()
        };
        assert_eq!(wrong.ask(today()), Err(Some(1)));
        assert_eq!(Typed { next: "x".into(), ..typed }.ask(today()), Err(None));
    }

    #[test]
    fn pasted_tables_are_read() {
        let (sales, passed_over) =
            read_table("日期\t金额\t商品\n2026/3/2\t¥1,234.50\t面霜\t护肤\n3月5日\t200\n", today());
        assert_eq!(passed_over, 1);
        let cells: Vec<_> = sales
            .iter()
            .map(|s| (s.day.as_str(), s.amount.as_str(), s.product.as_str(), s.category.as_str()))
            .collect();
        assert_eq!(cells, [("2026-03-02", "1234.50", "面霜", "护肤"), ("2026-03-05", "200", "", "")]);
        let (sales, passed_over) = read_table("100\n\n200\n3e5\n", today());
        assert_eq!((sales.len(), passed_over), (2, 1));
        let (none, all) = read_table("2026-03-02\n", today());
        assert_eq!((none.len(), all), (0, 1));
    }
}
