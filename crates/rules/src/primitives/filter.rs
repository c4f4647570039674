//! Which goods and payments count: tags, categories, products, brands, counters, tenders.

use crate::event::Line;
use crate::id::Text;
use crate::message::Value;
use crate::msg;
use crate::reader::Table;

/// Selects goods. With nothing in `only` everything is selected; what is in `except` never is.
///
/// ```toml
/// except = { tags = ["special", "limited", "promotion"], tenders = ["stored-value"] }
/// only = { brands = ["lan"], products = ["mug"] }   # a brand is a tag `brand:lan`; `mug/red` is a mug too
/// only = { categories = ["diamond", "jade"] }
/// only = { counters = ["jewels"] }                  # goods with the tag `counter:jewels`
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoodsFilter {
    only: Words,
    except: Words,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Words {
    tags: Vec<Text>,
    categories: Vec<Text>,
    products: Vec<Text>,
    brands: Vec<Text>,
    counters: Vec<Text>,
    tenders: Vec<Text>,
}

/// Whether goods are of a product: its code itself, or one of its variants (`mug/red` is a `mug`).
fn is_product(product: &str, code: &str) -> bool {
    code.strip_prefix(product).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The beginning of a tag that names a brand.
pub const BRAND_TAG: &str = "brand:";

fn has_brand(line: &Line, brand: &str) -> bool {
    line.tags.iter().any(|tag| tag.strip_prefix(BRAND_TAG).is_some_and(|own| own == brand))
}

impl Words {
    fn read(table: &Table<'_>) -> Self {
        let words = Self {
            tags: table.plain_texts("tags"),
            categories: table.plain_texts("categories"),
            products: table.plain_texts("products"),
            brands: table.plain_texts("brands"),
            counters: table.plain_texts("counters"),
            tenders: table.plain_texts("tenders"),
        };
        table.finish();
        if words == Self::default() {
            table.context().error("E016", table.span(), msg!("doc.empty-filter"), msg!("help.empty-filter"));
        }
        words
    }

    fn holds_line(&self, line: &Line) -> bool {
        (!self.categories.is_empty() && self.categories.contains(&line.category))
            || (!self.products.is_empty() && self.products.iter().any(|own| is_product(own, &line.product)))
            || (!self.brands.is_empty() && !line.tags.is_empty() && self.brands.iter().any(|own| has_brand(line, own)))
            || (!self.counters.is_empty() && self.counters.iter().any(|own| own == line.tags.counter()))
            || (!self.tags.is_empty() && !line.tags.is_empty() && self.tags.iter().any(|tag| line.tags.contains(tag)))
    }

    fn has_goods(&self) -> bool {
        [&self.tags, &self.categories, &self.products, &self.brands, &self.counters].iter().any(|own| !own.is_empty())
    }

    fn values(&self) -> Vec<Value> {
        [&self.tags, &self.brands, &self.counters, &self.categories, &self.products, &self.tenders]
            .into_iter()
            .flatten()
            .map(Value::from)
            .collect()
    }
}

impl GoodsFilter {
    /// Reads `only` and `except` of a rule's table.
    #[must_use]
    pub fn read(table: &Table<'_>) -> Self {
        Self {
            only: table.table("only").map(|t| Words::read(&t)).unwrap_or_default(),
            except: table.table("except").map(|t| Words::read(&t)).unwrap_or_default(),
        }
    }

    /// Reads a single table of words as what is selected.
    #[must_use]
    pub fn read_named(table: &Table<'_>, key: &'static str) -> Self {
        Self { only: table.table(key).map(|t| Words::read(&t)).unwrap_or_default(), except: Words::default() }
    }

    /// Whether a line of goods counts.
    #[must_use]
    #[inline]
    pub fn holds(&self, line: &Line) -> bool {
        // Most goods have no tags, and most filters name only tags.
        (!self.only.has_goods() || self.only.holds_line(line)) && !self.except.holds_line(line)
    }

    /// Whether money of this tender counts.
    #[must_use]
    pub fn holds_tender(&self, kind: &str) -> bool {
        (self.only.tenders.is_empty() || self.only.tenders.iter().any(|own| own == kind))
            && !self.except.tenders.iter().any(|own| own == kind)
    }

    /// Whether any tender is left out.
    #[must_use]
    pub fn minds_tenders(&self) -> bool {
        !(self.only.tenders.is_empty() && self.except.tenders.is_empty())
    }

    /// Whether whatever another selects, this one selects too, as far as their words tell.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        (self.is_everything() && !self.minds_tenders()) || self == other
    }

    /// Whether all goods count.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        !self.only.has_goods() && !self.except.has_goods()
    }

    /// How particular it is: a variant of a product outranks the product, which outranks a category, a brand or counter, a tag,
    /// everything.
    #[must_use]
    pub fn specificity(&self) -> u8 {
        if !self.only.products.is_empty() {
            if self.only.products.iter().all(|product| product.contains('/')) { 5 } else { 4 }
        } else if !self.only.categories.is_empty() {
            3
        } else if !self.only.brands.is_empty() || !self.only.counters.is_empty() {
            2
        } else {
            u8::from(!self.only.tags.is_empty())
        }
    }

    /// What is selected and left out, for descriptions: `(only, except)`.
    #[must_use]
    pub fn words(&self) -> (Vec<Value>, Vec<Value>) {
        (self.only.values(), self.except.values())
    }
}
