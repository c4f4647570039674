//! All rules for the staff of one program.

use super::account::{Account, Credit};
use super::approval::Approval;
use super::assessment::Assessment;
use super::attribution::Attribution;
use super::bonus::{Bonus, Meeting};
use super::care::Care;
use super::classing::{Classing, Concentration, Profile};
use super::commission::Commission;
use super::complaints::Complaints;
use super::conduct::{Appeal, Conduct};
use super::contest::Contest;
use super::figure::Figure;
use super::holdback::{Draw, Holdback};
use super::inspection::Inspection;
use super::kpi::{Kpi, KpiPay, Responsible};
use super::list::List;
use super::message::MessageRule;
use super::ownership::{Clients, Ownership};
use super::post::Post;
use super::project::Project;
use super::ranking::Ranking;
use super::rights::Right;
use super::store_class::StoreClass;
use super::target::Target;
use crate::id::Text;
use crate::primitives::Window;
use crate::reader::Table;

/// The rules for the staff; a program without any has them empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffRules {
    /// `[[post]]`.
    pub post: Vec<Post>,
    /// `[[commission]]`.
    pub commission: Vec<Commission>,
    /// `[attribution]`.
    pub attribution: Attribution,
    /// `[[holdback]]`.
    pub holdback: Vec<Holdback>,
    /// `[draw]`.
    pub draw: Draw,
    /// `[ownership]`.
    pub ownership: Ownership,
    /// `[clients]`.
    pub clients: Clients,
    /// `[[conduct]]`.
    pub conduct: Vec<Conduct>,
    /// `[appeal]`.
    pub appeal: Appeal,
    /// `[[approval]]`.
    pub approval: Vec<Approval>,
    /// `[[rights]]`.
    pub rights: Vec<Right>,
    /// `[account]`.
    pub account: Option<Account>,
    /// `[[credit]]`, lowest grade first.
    pub credit: Vec<Credit>,
    /// `[[project]]`.
    pub project: Vec<Project>,
    /// `[[store_class]]`.
    pub store_class: Vec<StoreClass>,
    /// `[[target]]`.
    pub target: Vec<Target>,
    /// `[[kpi]]`.
    pub kpi: Vec<Kpi>,
    /// `[responsible]`.
    pub responsible: Responsible,
    /// `[kpi_pay]`.
    pub kpi_pay: KpiPay,
    /// `[[contest]]`.
    pub contest: Vec<Contest>,
    /// `[[figure]]`.
    pub figure: Vec<Figure>,
    /// `[[message]]`.
    pub message: Vec<MessageRule>,
    /// `[[care]]`.
    pub care: Vec<Care>,
    /// `[[classing]]`.
    pub classing: Vec<Classing>,
    /// `[profile]`.
    pub profile: Profile,
    /// `[concentration]`.
    pub concentration: Option<Concentration>,
    /// `[complaints]`.
    pub complaints: Option<Complaints>,
    /// `[[list]]`.
    pub list: Vec<List>,
    /// `[[meeting]]`.
    pub meeting: Vec<Meeting>,
    /// `[[bonus]]`.
    pub bonus: Vec<Bonus>,
    /// `[[assessment]]`.
    pub assessment: Vec<Assessment>,
    /// `[[ranking]]`.
    pub ranking: Vec<Ranking>,
    /// `[[inspection]]`.
    pub inspection: Vec<Inspection>,
}

/// Reads one rule, knowing those before it.
type Read<'r, R> = &'r dyn Fn(&Table<'_>, &[R]) -> Option<R>;

/// Reads a list of rules. The reader is called by reference: what a program does not have need not be compiled in a
/// browser that opens a shop.
pub fn read_list<R>(root: &Table<'_>, key: &'static str, read: Read<'_, R>) -> Vec<R> {
    let mut rules = Vec::new();
    for table in root.tables(key) {
        if let Some(rule) = read(&table, &rules) {
            rules.push(rule);
        }
    }
    rules
}

impl StaffRules {
    /// Reads them. `tiers` are the program's tier ids, lowest first.
    #[must_use]
    pub fn read(root: &Table<'_>, tiers: &[Text]) -> Self {
        let account = Account::read(root);
        let store_class = read_list(root, "store_class", &StoreClass::read);
        let target = read_list(root, "target", &|table, earlier| Target::read(table, earlier, tiers, &store_class));
        let kpi = read_list(root, "kpi", &|table, earlier| Kpi::read(table, earlier, tiers, &target));
        let message = read_list(root, "message", &MessageRule::read);
        let care = read_list(root, "care", &|table, earlier| Care::read(table, earlier, tiers, &message));
        let meeting = read_list(root, "meeting", &Meeting::read);
        let assessment = read_list(root, "assessment", &Assessment::read);
        Self {
            post: read_list(root, "post", &Post::read),
            commission: read_list(root, "commission", &Commission::read),
            attribution: Attribution::read(root),
            holdback: read_list(root, "holdback", &Holdback::read),
            draw: Draw::read(root),
            ownership: Ownership::read(root, tiers),
            clients: Clients::read(root),
            conduct: read_list(root, "conduct", &Conduct::read),
            appeal: Appeal::read(root),
            approval: read_list(root, "approval", &Approval::read),
            rights: read_list(root, "rights", &Right::read),
            credit: read_list(root, "credit", &|table, earlier: &[Credit]| {
                Credit::read(table, earlier, account.as_ref())
            }),
            account,
            project: read_list(root, "project", &Project::read),
            store_class,
            target,
            kpi,
            responsible: Responsible::read(root, tiers),
            kpi_pay: KpiPay::read(root),
            contest: read_list(root, "contest", &|table, earlier| Contest::read(table, earlier, tiers)),
            figure: read_list(root, "figure", &|table, earlier| Figure::read(table, earlier, tiers)),
            message,
            care,
            classing: read_list(root, "classing", &|table, earlier| Classing::read(table, earlier, tiers)),
            profile: Profile::read(root),
            concentration: Concentration::read(root, tiers),
            complaints: Complaints::read(root, tiers),
            list: read_list(root, "list", &|table, earlier| List::read(table, earlier, tiers)),
            bonus: read_list(root, "bonus", &|table, earlier| Bonus::read(table, earlier, &meeting)),
            meeting,
            ranking: read_list(root, "ranking", &|table, earlier| Ranking::read(table, earlier, &assessment)),
            assessment,
            inspection: read_list(root, "inspection", &Inspection::read),
        }
    }

    /// Whether a class or list looks at figures over a window.
    #[must_use]
    pub fn minds_windows(&self) -> bool {
        let classes = self.classing.iter().flat_map(|rule| &rule.classes);
        classes.filter(|class| class.reach.is_some()).any(|class| class.window != Window::Lifetime)
            || self.list.iter().any(|list| list.reach.is_some() && list.window != Window::Lifetime)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
