//! Posts: how many people of a role there may be, and where.
//!
//! Programs: P22 (one sales manager a province, city and district, one or two deputies a province, one a city or
//! district; one representative a village, community, street or school), P01, P04 (their roles).
//!
//! ```toml
//! [[post]]
//! id = "representative"
//! role = "representative"          # default: the id
//! label = { zh = "业务代表", en = "Representative" }
//! per = "area"                     # area, store, team, all: where they are counted
//! most = 1                         # default: as many as one likes
//! ```

use super::Head;
use crate::id::Text;
use crate::reader::Table;
use crate::staff::fact::Person;

/// Where the holders of a post are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostPer {
    /// In the whole shop.
    All,
    /// In a store.
    Store,
    /// In an area.
    Area,
    /// In a team.
    Team,
}

/// One post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Id, label, clause.
    pub head: Head,
    /// The role of its holders.
    pub role: Text,
    /// Where they are counted.
    pub per: PostPer,
    /// How many at most.
    pub most: Option<i64>,
}

impl Post {
    /// Reads one `[[post]]`.
    #[must_use]
    pub fn read(table: &Table<'_>, earlier: &[Self]) -> Option<Self> {
        let head = Head::read(table, earlier.iter().map(|rule| &rule.head));
        let rule = Self {
            role: table.text("role").unwrap_or_else(|| head.as_ref().map(|head| head.id.clone()).unwrap_or_default()),
            head: head.clone().unwrap_or_default(),
            per: match table.word("per", &["all", "store", "area", "team"]) {
                Some("store") => PostPer::Store,
                Some("area") => PostPer::Area,
                Some("team") => PostPer::Team,
                Some(_) | None => PostPer::All,
            },
            most: table.count("most", 0..=1_000_000),
        };
        table.finish();
        head.map(|_| rule)
    }

    /// Whether two people of the role are counted together.
    #[must_use]
    pub fn counts_together(&self, one: &Person, other: &Person) -> bool {
        match self.per {
            PostPer::All => true,
            PostPer::Store => one.store == other.store,
            PostPer::Area => one.area == other.area,
            PostPer::Team => one.team == other.team,
        }
    }
}
