//! What a message to a member may and may not say. Its word lists are data of the program.
//!
//! Programs: P23 (festival and birthday messages wish well, do not mention offers, end with the shop's and the sender's
//! name; season messages advise and do not mention new arrivals; messages to those not seen for long come from the guide
//! closest to the member and do not ask whether something has happened).
//!
//! ```toml
//! [[message]]
//! id = "festival"
//! label = { zh = "节日短信", en = "Festival message" }
//! must = [{ label = { zh = "祝福", en = "a wish" }, words = ["祝", "wish"] }]       # one of each list
//! avoid = [{ label = { zh = "店铺活动", en = "offers" }, words = ["折扣", "sale"] }]  # none of any list
//! ends_with = ["shop", "sender"]
//! from = "closest"                 # who may send it: the guide with most sales to the member, or "anyone" (default)
//! longest = 200                    # in characters; default 500
//! ```
//!
//! Words are found whatever their case; a word of Latin letters only as a whole word (`new` is not in `renew`), a word of
//! other letters even where spaces stand between them.

use super::Head;
use crate::decide::TEXT_CHARS_MAX;
use crate::id::Text;
use crate::message::Label;
use crate::msg;
use crate::reader::Table;

/// A list of words with what they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList {
    /// What they stand for: offers, new arrivals, a wish.
    pub label: Label,
    /// The words.
    pub words: Vec<Text>,
}

/// One rule about messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRule {
    /// Id, label, clause.
    pub head: Head,
    /// Of each list one word must be there.
    pub must: Vec<WordList>,
    /// Of no list a word may be there.
    pub avoid: Vec<WordList>,
    /// Whether it ends with the shop's name.
    pub signs_shop: bool,
    /// Whether it ends with the sender's.
    pub signs_sender: bool,
    /// Whether it comes from the guide closest to the member.
    pub from_closest: bool,
    /// The most characters.
    pub longest: usize,
}

impl MessageRule {
    /// Reads one `[[message]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let (mut signs_shop, mut signs_sender) = (false, false);
        for at in table.texts("ends_with") {
            match at.value.as_str() {
                "shop" => signs_shop = true,
                "sender" => signs_sender = true,
                word => table.context().error(
                    "E007",
                    at.span,
                    msg!("doc.unknown-word", word = word),
                    msg!("help.known-words", words = vec!["shop".into(), "sender".into()]),
                ),
            }
        }
        let longest = i64::try_from(TEXT_CHARS_MAX).unwrap_or(500);
        let rule = Self {
            head: head.clone().unwrap_or_default(),
            must: word_lists(table, "must"),
            avoid: word_lists(table, "avoid"),
            signs_shop,
            signs_sender,
            from_closest: table.word("from", &["anyone", "closest"]) == Some("closest"),
            longest: table
                .count("longest", 1..=longest)
                .and_then(|count| usize::try_from(count).ok())
                .unwrap_or(TEXT_CHARS_MAX),
        };
        table.finish();
        head.map(|_| rule)
    }
}

fn word_lists(table: &Table<'_>, key: &'static str) -> Vec<WordList> {
    let mut lists = Vec::new();
    for list in table.tables(key) {
        let label = list.need_label("label").unwrap_or_default();
        let words: Vec<Text> = list.plain_texts("words").into_iter().filter(|word| !word.trim().is_empty()).collect();
        if words.is_empty() {
            list.missing("words");
        }
        list.finish();
        lists.push(WordList { label, words });
    }
    lists
}
