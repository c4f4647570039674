//! What a page may ask of the worker, and what it gets. Plain data: money is [`Money`], reasons are [`Trace`]s.
//!
//! A page sends a [`Call`] and receives one [`Reply`] with the same number, perhaps after [`Push::Progress`].
//! [`Push`] comes unasked. All travel as bytes ([`encode`], [`decode`]).

use std::collections::BTreeMap;

use regulars_rules::describe::{Chart, Month};
use regulars_rules::event::{CardFault, Product, Profile, ReturnedLine, Tags, Tender};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::message::{Diagnostic, Label, Message, Refusal, RuleRef, Trace, Value};
use regulars_rules::number::{Money, Points, Quantity, Rate};
use regulars_rules::preview::{OwnBands, OwnField, Preview, PreviewAsk};
use regulars_rules::simulate::{Comparison, Total};
use regulars_rules::staff::decide::StaffWish;
use regulars_rules::staff::fact::{Origin, Person, Scope, Store};
use regulars_rules::staff::pay::{Proposal, Running, Statement};
use regulars_rules::time::{BusinessTime, Day, Minute};
use serde::{Deserialize, Serialize};

/// One question, numbered by the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    /// The page's number for it.
    pub number: u32,
    /// The business time at the page (time is an argument, also here).
    pub now: BusinessTime,
    /// Milliseconds since 1970, for the clock of events.
    pub now_ms: u64,
    /// Sixteen random bytes for each event that may follow come from this seed.
    pub entropy: [u8; 16],
    /// Who is at the page: the guide's code.
    pub staff: Text,
    /// The question.
    pub ask: Ask,
}

/// What comes from the worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one at a time, never kept in numbers")]
pub enum FromWorker {
    /// The answer to a call.
    Reply(u32, Box<Reply>),
    /// Something that nobody asked for.
    Push(Push),
}

/// Unasked news.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one at a time, never kept in numbers")]
pub enum Push {
    /// The worker runs; ask [`Ask::Open`].
    Ready,
    /// A long call goes on: done so far, of how much (0: unknown), and what.
    Progress {
        /// The call.
        number: u32,
        /// Done so far.
        done: u32,
        /// Of how much.
        total: u32,
        /// What is being done.
        what: Message,
    },
    /// The journal has grown (by this tab or another): ask again for what is shown.
    Changed(ShopStatus),
    /// Something is wrong with the storage: full, evicted, lost, upgraded by another tab.
    Trouble(Trouble),
}

/// Something that the person must know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trouble {
    /// What happened.
    pub what: Message,
    /// What was kept and what to do.
    pub remedy: Message,
    /// Whether writing has stopped (export still works).
    pub read_only: bool,
}

/// The questions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Ask {
    /// Opens the shop that this device holds.
    Open {
        /// Whether the page remembers that there is one: if there is none, it was lost.
        known: bool,
    },
    /// Makes a sample shop. Labelled as a sample for ever.
    StartSample,
    /// Starts empty with a program and a name.
    StartEmpty {
        /// The shop's name.
        name: Text,
        /// A program's id.
        program: Text,
    },
    /// The shop's status line.
    Status,
    /// Goods and members that match what was typed or scanned.
    Find {
        /// What was typed: name, code, phone, its last four digits, card number.
        text: Text,
        /// At most this many of each.
        limit: u32,
    },
    /// The products most often sold lately, and all of them by page.
    Products {
        /// Search text, empty for all (most sold first).
        text: Text,
        /// From which row.
        offset: u32,
        /// How many.
        limit: u32,
    },
    /// The QR code in a picture of the camera, where the browser itself reads none.
    ReadCode {
        /// Pixels in a row.
        width: u32,
        /// Red, green, blue and opacity of each pixel.
        #[serde(with = "whole")]
        rgba: Vec<u8>,
    },
    /// Members by page.
    Members(MemberQuery),
    /// One member's page.
    Member(MemberId),
    /// What happened to a member, newest first, with reasons.
    History(MemberId),
    /// What would follow if a basket were sold.
    Quote(Basket),
    /// What would follow if goods came back.
    QuoteReturn {
        /// The sale.
        sale: EventId,
        /// What of it.
        lines: Vec<ReturnedLine>,
    },
    /// A wish: becomes events, saved, or a refusal.
    Do(Wish),
    /// A receipt.
    Receipt(EventId),
    /// Receipts of a day, newest first, or those whose number matches.
    Receipts {
        /// The day.
        day: Day,
        /// A receipt number or its end; empty: all of the day.
        text: Text,
    },
    /// What is due on a day.
    Due(Day),
    /// The day's figures, hour by hour, beside those of a week before.
    Today(Day),
    /// All programs.
    Programs,
    /// One program in plain words, with the parameters as given (or as set by the shop).
    Program {
        /// Its id.
        id: Text,
        /// Parameter values to try; those not named keep theirs.
        set: BTreeMap<Text, Text>,
    },
    /// A program's month: its days with their lunar dates, and what holds on each.
    ProgramMonth {
        /// Its id.
        id: Text,
        /// Parameter values to try, as in `Program`.
        set: BTreeMap<Text, Text>,
        /// A day of the month.
        month: Day,
    },
    /// Adopts a program from a day on.
    Adopt {
        /// Its id.
        id: Text,
        /// Parameter values.
        set: BTreeMap<Text, Text>,
        /// The first day.
        from: Day,
    },
    /// Looks at a file to import: what its columns are, what each row would do. Changes nothing.
    PreviewImport(ImportFile),
    /// Imports it. Rows that were imported before add nothing; progress is pushed.
    Import(ImportFile),
    /// Stops the running import; what was saved stays, and a repeat goes on from there.
    CancelImport,
    /// A CSV of members, products or sales.
    Export(TableKind),
    /// How much storage, how safe.
    Storage,
    /// Asks the browser to keep the storage; the answer is in the reply.
    Persist,
    /// A plain backup of everything.
    Backup,
    /// Restores a backup into this device: its events are added to what is here.
    Restore(#[serde(with = "whole")] Vec<u8>),
    /// Erases this device's shop, after the page has asked twice.
    Erase,
    /// The programs that a commission can be previewed with. Needs no shop.
    CommissionPrograms,
    /// Previews commission. Needs no shop.
    Commission {
        /// By which rules.
        by: CommissionBy,
        /// The sales.
        ask: PreviewAsk,
    },
    /// Checks a document as it is being written, and compares it with the version in force. Needs no shop.
    CheckDocument(Draft),
    /// Adopts a document of one's own from a day on.
    AdoptDocument {
        /// The document with its parameters.
        draft: Draft,
        /// The first day.
        from: Day,
    },
    /// The shop's own journal under another policy; nothing is changed by it.
    WhatIf(WhatIfAsk),
    /// Why a figure of the last what-if is what it is, as it is and as it would be.
    WhatIfWhy(WhatIfWho),
    /// The staff's figures of a month.
    StaffMonth(Day),
    /// The staff's figures of a month, as a table for spreadsheets.
    StaffTable(Day),
    /// One person's statement of a month with all reasons, and what else concerns them.
    Statement {
        /// Whose.
        staff: Text,
        /// First day of the month.
        month: Day,
    },
    /// What the staff have to do on a day, and what waits for somebody's word.
    StaffDue(Day),
    /// Discounts that all parties have agreed on, for the counter.
    Agreements,
    /// A wish among the staff: becomes events, saved, or a refusal.
    DoStaff(StaffWish),
    /// What may stand at a place of a document that is being written. Needs no shop.
    Complete {
        /// The document.
        document: String,
        /// The place, in bytes.
        at: u32,
    },
    /// The documents of a program's id: as it comes with the product, and as the shop follows it.
    Documents(Text),
    /// The first and the last day of the journal.
    Span,
}

/// By which rules a commission is previewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommissionBy {
    /// A program that comes with the product, by its id.
    Program(Text),
    /// A document.
    Document(String),
    /// Bands of one's own.
    Own(OwnBands),
}

/// A document that is being written, with the parameters set for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its text.
    pub document: String,
    /// Parameter values.
    pub set: BTreeMap<Text, Text>,
}

/// Another policy over the shop's own journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatIfAsk {
    /// The document with its parameters.
    pub draft: Draft,
    /// From which day it would have been followed, and sums are counted.
    pub from: Day,
    /// The day on which members are looked at, and in whose month pay ends.
    pub at: Day,
    /// Whether versions that the shop adopted after `from` take over on their day, as they really did.
    pub later: bool,
}

/// Whose figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhatIfWho {
    /// A member's tier and points.
    Member(MemberId),
    /// A person's pay.
    Staff(Text),
    /// A sum, by rule.
    Total(Total),
}

/// The answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "one at a time, always boxed in FromWorker")]
pub enum Reply {
    /// To `Open`, `StartSample`, `StartEmpty`, `Status`, `Restore`, `Erase`: how the shop stands; `None`: there is none.
    Status(Option<ShopStatus>),
    /// To `Find`.
    Found {
        /// Goods.
        goods: Vec<Product>,
        /// Members.
        members: Vec<MemberRow>,
    },
    /// To `Products`.
    Products {
        /// How many match in all.
        total: u32,
        /// This page of them.
        rows: Vec<Product>,
    },
    /// To `ReadCode`: its text; `None`: there is none in the picture.
    Code(Option<Text>),
    /// To `Members`.
    Members {
        /// How many match in all.
        total: u32,
        /// This page of them.
        rows: Vec<MemberRow>,
    },
    /// To `Member`.
    Member(Box<MemberPage>),
    /// To `History`.
    History(Vec<HistoryEntry>),
    /// To `Quote`.
    Quote(Box<QuoteView>),
    /// To `QuoteReturn`.
    ReturnQuote(ReturnView),
    /// To `Do`: what was saved.
    Done(Done),
    /// The program refuses, and says why.
    Refused(Refusal),
    /// To `Receipt`.
    Receipt(Box<ReceiptView>),
    /// To `Receipts`.
    Receipts(Vec<ReceiptRow>),
    /// To `Due`.
    Due(Vec<DueTask>),
    /// To `Today`.
    Today(Box<TodayView>),
    /// To `Programs`.
    Programs(Vec<ProgramRow>),
    /// To `Program`, `Adopt`.
    Program(Box<ProgramView>),
    /// To `ProgramMonth`.
    ProgramMonth(Box<Month>),
    /// To `PreviewImport`.
    Preview(Box<ImportPreview>),
    /// To `Import`.
    Imported(ImportResult),
    /// To `Export`, `StaffTable`, `Backup`: a file.
    File {
        /// Suggested name.
        name: Text,
        /// Its type.
        mime: Text,
        /// Its content.
        #[serde(with = "whole")]
        bytes: Vec<u8>,
    },
    /// To `Storage`, `Persist`.
    Storage(StorageView),
    /// To `CommissionPrograms`.
    CommissionPrograms(Vec<CommissionProgram>),
    /// To `Commission`.
    Commission(Box<Preview>),
    /// To `Commission`: what is wrong with bands of one's own, and in which field.
    WrongBands(Vec<(OwnField, Diagnostic)>),
    /// To `CheckDocument`.
    Checked(Box<CheckedView>),
    /// To `WhatIf`.
    WhatIf(Box<Comparison>),
    /// To `WhatIfWhy`: reasons as it is, and as it would be.
    WhatIfWhy(Vec<Trace>, Vec<Trace>),
    /// To `StaffMonth`.
    StaffMonth(Box<StaffMonthView>),
    /// To `Statement`.
    Statement(Box<StatementView>),
    /// To `StaffDue`.
    StaffDue(Box<StaffDueView>),
    /// To `Complete`: where the word begins, in bytes, and what it may be.
    Completions(u32, Vec<Text>),
    /// To `Documents`.
    Documents(Box<DocumentsView>),
    /// To `Agreements`: newest first.
    Agreements(Vec<AgreementView>),
    /// To `Span`; `None`: nothing was recorded.
    Span(Option<(Day, Day)>),
    /// Done, nothing to tell.
    Nothing,
    /// It failed: what happened, what was kept, what to do.
    Failed(Trouble),
}

/// A program that a commission can be previewed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionProgram {
    /// Its id.
    pub id: Text,
    /// Its title.
    pub title: Label,
    /// The roles that its commission rules name; empty: for everyone.
    pub roles: Vec<Text>,
    /// Whether a rule looks at a target.
    pub needs_target: bool,
    /// Its commission, holdback and draw in words.
    pub lines: Vec<SectionLine>,
}

/// A line of the difference between two documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedLine {
    /// Its number in the old document, from 1; `None`: it is new.
    pub old: Option<u32>,
    /// Its number in the new document, from 1; `None`: it is gone.
    pub new: Option<u32>,
    /// Its text.
    pub text: String,
}

/// What the check says of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedView {
    /// Whether it runs.
    pub runs: bool,
    /// The diagnostics, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// Its id; empty where it has none.
    pub id: Text,
    /// Its version.
    pub version: u32,
    /// The day from which it says it holds.
    pub effective_from: Option<Day>,
    /// The earliest day from which it may be adopted.
    pub adopt_from: Option<Day>,
    /// Plain words, by section; empty where it does not run.
    pub sections: Vec<(Message, Vec<SectionLine>)>,
    /// Lines that differ from the document of the same id in force (or as it comes with the product), with three
    /// lines around each; empty: none differ.
    pub changes: Vec<ChangedLine>,
    /// Whether it was compared with the version that the shop follows, and not with the one of the product.
    pub compared_with_own: bool,
    /// The same differences in plain words; empty where either does not run.
    pub changed_words: Vec<ChangedWords>,
}

/// What a change of a document says in plain words, by section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedWords {
    /// The section.
    pub title: Message,
    /// What held.
    pub gone: Vec<Message>,
    /// What holds instead.
    pub new: Vec<Message>,
}

/// The documents of one program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentsView {
    /// As it comes with the product.
    pub shipped: Option<String>,
    /// As the shop adopted it last, and from when.
    pub own: Option<(Day, String)>,
    /// What the shop has set.
    pub set: BTreeMap<Text, Text>,
}

/// A person on the staff page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRow {
    /// The person as listed; a code alone where they are not.
    pub person: Person,
    /// Whether they have left.
    pub left: Option<Day>,
    /// Income of the month.
    pub income: Money,
    /// Fines and damages.
    pub deductions: Money,
    /// Held back.
    pub held: Money,
    /// What pay comes to.
    pub payable: Money,
    /// Of which not yet paid.
    pub outstanding: Money,
    /// KPI points.
    pub kpi_points: i64,
    /// Sales of the month that are theirs, as sold.
    pub sales: Money,
    /// Deals of the month.
    pub deals: u32,
}

/// The staff's month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMonthView {
    /// First day.
    pub month: Day,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether it is over.
    pub over: bool,
    /// The people: those with figures, and those on the list.
    pub rows: Vec<StaffRow>,
    /// What the rules propose in this month.
    pub proposals: Vec<Proposal>,
    /// Deals of this month that nobody gets: receipt, day, price, why.
    pub unassigned: Vec<(EventId, Day, Money, Message)>,
    /// Windows that are not over.
    pub running: Vec<Running>,
    /// The sum of all rows; its person is nobody.
    pub total: StaffRow,
    /// The first month that may be closed: those up to it are over and stand open; `None`: there is none.
    pub closable_from: Option<Day>,
    /// What one may record.
    pub can: StaffCan,
}

/// What the program in force lets one record among the staff, and the choices for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCan {
    /// The roles that the program speaks of; empty: any.
    pub roles: Vec<Text>,
    /// Stores.
    pub stores: Vec<Store>,
    /// The people on the list.
    pub people: Vec<Person>,
    /// Targets that may be set.
    pub targets: Vec<TargetChoice>,
    /// Whether deals go to those on duty: then it is recorded who was, who is booked, who may receive all the same.
    pub duty: bool,
    /// Whether somebody stands in for those who are away.
    pub stand_ins: bool,
    /// Meetings, and the branches that hold them.
    pub meetings: Vec<(RuleChoice, Vec<Text>)>,
    /// Inspections whose visits are drawn by lot.
    pub inspections: Vec<RuleChoice>,
    /// What is recorded of a business client's account.
    pub account: Option<AccountChoice>,
    /// The projects that somebody follows.
    pub projects: Vec<ProjectChoice>,
    /// Whether clients have files that somebody holds.
    pub files: bool,
    /// Whether members belong to people.
    pub owners: bool,
    /// Whether complaints have a clock.
    pub complaints: bool,
    /// What may be asked for.
    pub approvals: Vec<ApprovalChoice>,
    /// Whether sanctions are reviewed.
    pub reviews: bool,
    /// Whether it matters in which store one works.
    pub by_store: bool,
    /// Whether anything pays the staff or counts points for them.
    pub pays: bool,
}

/// What is recorded of a business client's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountChoice {
    /// Grades of credit, lowest first.
    pub credits: Vec<Text>,
    /// What is judged.
    pub judgements: Vec<Text>,
}

/// Projects that somebody follows: the signed ones, or those that are not yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectChoice {
    /// Which.
    pub signed: bool,
    /// Their stages.
    pub stages: Vec<Text>,
}

/// A target that may be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetChoice {
    /// The rule.
    pub rule: Text,
    /// Its name.
    pub label: Label,
    /// `money`, `count`, `rate`, `score`.
    pub unit: Text,
    /// For whom: `all`, `area`, `store`, `person`.
    pub per: Text,
    /// First day of the period of the month shown.
    pub from: Day,
    /// First day after it.
    pub to: Day,
}

/// Something that needs somebody's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalChoice {
    /// The rule.
    pub rule: RuleChoice,
    /// What it is about: `discount`, `tier`, `membership`, `credit`, `consent`, `other`.
    pub matter: Text,
    /// The tiers or discounts of which one is asked for; empty: the rule says which.
    pub about: Vec<RuleChoice>,
}

/// One of several rules that something may be recorded by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChoice {
    /// The rule.
    pub rule: Text,
    /// Its name.
    pub label: Label,
}

/// One person's month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatementView {
    /// The person as listed at the month's end; a code alone where they are not.
    pub row: StaffRow,
    /// First day of the month.
    pub month: Day,
    /// Whether it is over.
    pub over: bool,
    /// Whether it is closed.
    pub closed: bool,
    /// The statement; `None`: nothing was found for that month.
    pub statement: Option<Statement>,
    /// Income, less what goods that came back took of it.
    pub income: Money,
    /// What was paid out of it: day, amount.
    pub payments: Vec<(Day, Money)>,
    /// Their targets of the month, and those of their shop, area, and all.
    pub targets: Vec<TargetView>,
    /// Their windows that are not over.
    pub running: Vec<Running>,
    /// What they broke, newest first.
    pub breaches: Vec<BreachView>,
    /// The rules that they can break, and what the next time would bring.
    pub conduct: Vec<ConductView>,
    /// The assessments that may be filled in for the month.
    pub assessments: Vec<AssessmentView>,
    /// How many members are theirs, where members belong to people.
    pub members: u32,
    /// What one may record.
    pub can: StaffCan,
}

/// How far a target is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetView {
    /// The rule.
    pub rule: RuleRef,
    /// For whom.
    pub scope: Scope,
    /// First day of the period.
    pub from: Day,
    /// First day after it.
    pub to: Day,
    /// The figure to be reached.
    pub target: Value,
    /// So far.
    pub reached: Value,
    /// Still missing.
    pub missing: Value,
    /// In thousandths of the target.
    pub reached_permille: u32,
}

/// A rule of conduct that was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachView {
    /// The event.
    pub event: EventId,
    /// The day.
    pub day: Day,
    /// The rule.
    pub rule: RuleRef,
    /// What happened.
    pub note: Text,
    /// Damage to be made good.
    pub damages: Money,
    /// Whether a review lifted it.
    pub lifted: bool,
    /// Whether a review is open.
    pub under_review: bool,
}

/// What the next breach of a rule would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConductView {
    /// The rule.
    pub rule: RuleRef,
    /// Which time it would be.
    pub count: i64,
    /// Taken off pay.
    pub fine: Money,
    /// What is proposed.
    pub propose: Vec<Text>,
    /// Whether damage is made good besides.
    pub damages: bool,
}

/// An assessment of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentView {
    /// The rule.
    pub rule: RuleRef,
    /// First day of the period.
    pub from: Day,
    /// The items that are filled in: id, name, out of.
    pub items: Vec<(Text, Label, Quantity)>,
    /// What it came to, if it was filled in.
    pub result: Option<Trace>,
}

/// What the staff have to do.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StaffDueView {
    /// The tasks, person by person; those of nobody last.
    pub tasks: Vec<StaffTaskView>,
    /// What waits for somebody's word.
    pub requests: Vec<RequestView>,
    /// Visits that were drawn and are not recorded yet, by day.
    pub visits: Vec<VisitView>,
    /// Business clients' accounts as they stand.
    pub accounts: Vec<AccountView>,
    /// Their projects.
    pub projects: Vec<ProjectView>,
    /// Clients' files.
    pub files: Vec<FileView>,
}

/// A business client's account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountView {
    /// The client.
    pub client: MemberRow,
    /// Grade of credit; may be empty.
    pub credit: Text,
    /// What is owed.
    pub owed: Money,
    /// What was judged, and what was found.
    pub judgements: Vec<(Text, Text)>,
    /// The most that they may owe.
    pub limit: Money,
    /// How they stand, and why.
    pub trace: Trace,
}

/// A business client's project.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProjectView {
    /// The client.
    pub client: MemberRow,
    /// Its name.
    pub project: Text,
    /// Its size.
    pub amount: Money,
    /// Whether it is signed.
    pub signed: bool,
    /// Its stage; may be empty.
    pub stage: Text,
    /// The names of those who follow it; else the roles that should.
    pub by: Vec<Text>,
    /// Whether these are roles: nobody on the list has them.
    pub nobody: bool,
    /// Why they do.
    pub trace: Trace,
}

/// A client's file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileView {
    /// The client.
    pub client: MemberRow,
    /// Where they came from.
    pub origin: Origin,
    /// The names of those who hold the original.
    pub keepers: Vec<Text>,
    /// Of those who have a copy.
    pub copies: Vec<Text>,
    /// Of those whose backup is kept in step.
    pub backups: Vec<Text>,
}

/// A visit that was drawn by lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitView {
    /// The draw.
    pub of: EventId,
    /// The inspection's name.
    pub label: Label,
    /// The store's code.
    pub store: Text,
    /// What it is called.
    pub name: Text,
    /// The day.
    pub day: Day,
}

/// One thing to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StaffTaskView {
    /// What sort: `care`, `owner-ends`, `deal-out`, `owner-full`, `complaint`, `list`, `class`.
    pub kind: Text,
    /// The rule.
    pub rule: RuleRef,
    /// For whom; `None`: for the shop.
    pub member: Option<MemberRow>,
    /// Who is to do it: their code; empty: nobody in particular.
    pub staff: Text,
    /// Their name.
    pub name: Text,
    /// The last day on which it is in time; `None`: any.
    pub last: Option<Day>,
    /// In words.
    pub what: Message,
    /// What is said, or done.
    pub says: Label,
    /// Why, and why they.
    pub trace: Trace,
    /// The complaint, where it is one.
    pub complaint: Option<EventId>,
}

/// A request for approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestView {
    /// The event that asked.
    pub event: EventId,
    /// When.
    pub day: Day,
    /// The rule.
    pub rule: RuleRef,
    /// The member concerned.
    pub member: Option<MemberRow>,
    /// The person concerned; empty: none.
    pub staff: Text,
    /// What is asked for.
    pub about: Text,
    /// The amount.
    pub amount: Money,
    /// The rate.
    pub rate: Rate,
    /// What for.
    pub note: Text,
    /// The parties whose word is awaited; empty: it is granted, and can be carried out.
    pub waiting: Vec<Text>,
}

/// How the shop stands: the quiet status line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopStatus {
    /// The shop's name.
    pub name: Text,
    /// Whether it is a made-up sample.
    pub sample: bool,
    /// Id of the program in force.
    pub program: Text,
    /// Its title.
    pub program_title: Label,
    /// Its version.
    pub version: u32,
    /// Whether the program uses lunar days (then dates show them).
    pub lunar: bool,
    /// The lunar date of today `(month, is leap, day)`.
    pub lunar_today: (u8, bool, u8),
    /// Whether today is a member day of the program (a discount by calendar holds).
    pub special_day: Option<Label>,
    /// Events in the journal.
    pub events: u64,
    /// Members.
    pub members: u32,
    /// Events not yet backed up.
    pub unsaved_events: u64,
    /// Whether this tab writes (another one does otherwise; wishes are passed on to it or refused with a remedy).
    pub writer: bool,
    /// Whether the browser promised to keep the storage; `None`: not asked.
    pub persistent: Option<bool>,
    /// Fields that enrolment requires, and its routes and choices.
    pub join: JoinView,
    /// The tiers, lowest first.
    pub tiers: Vec<(Text, Label)>,
    /// Tenders taken: `cash`, `card`, `mobile`, `cheque`, `stored-value`.
    pub tenders: Vec<Text>,
    /// Staff codes known (from events), for choosing who is at the counter.
    pub staff: Vec<Text>,
    /// Fees for replacing a lost and a damaged card; `None`: not replaced.
    pub replacement_fees: (Option<Money>, Option<Money>),
    /// Whether points may be given to another member.
    pub transfers: bool,
    /// Whether stored value is sold.
    pub stored_value: bool,
    /// Activities that earn points.
    pub activities: Vec<(Text, Label)>,
    /// Whether a discount may be agreed on by approvals.
    pub agreed_discounts: bool,
}

/// How one joins the program in force.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinView {
    /// Fields that must be filled in.
    pub required: Vec<Text>,
    /// Least age.
    pub min_age: Option<i32>,
    /// Grades to choose from.
    pub choices: Vec<Text>,
    /// The role that must approve; empty: none.
    pub approval: Text,
    /// The routes: id, name, in words, fee (zero: none).
    pub routes: Vec<RouteView>,
}

/// One way to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteView {
    /// Its id.
    pub id: Text,
    /// What it asks for.
    pub words: Message,
    /// Its fee.
    pub fee: Money,
    /// Whether it needs receipts.
    pub needs_receipts: bool,
}

/// Which members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberQuery {
    /// Name, phone, its last digits, card number; empty: all.
    pub text: Text,
    /// A tier's id; empty: all.
    pub tier: Text,
    /// Last visit before this day.
    pub unseen_since: Option<Day>,
    /// Birthday in this month; 0: any.
    pub birthday_month: u8,
    /// Order.
    pub sort: MemberSort,
    /// From which row.
    pub offset: u32,
    /// How many.
    pub limit: u32,
}

/// The order of a member list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberSort {
    /// Last visit, newest first.
    #[default]
    LastVisit,
    /// Spend, highest first.
    Spend,
    /// Points, highest first.
    Points,
    /// Joined, newest first.
    Joined,
    /// Name.
    Name,
}

/// A member in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// Identity.
    pub id: MemberId,
    /// Name.
    pub name: Text,
    /// Phone.
    pub phone: Text,
    /// Card number.
    pub card: Text,
    /// Tier id and rank; an empty id where the program has none.
    pub tier: Text,
    /// The tier's name.
    pub tier_label: Label,
    /// Rank, 0 is the lowest.
    pub tier_rank: u8,
    /// Points that can be used.
    pub points: Points,
    /// Lifetime spend.
    pub spend: Money,
    /// Last visit.
    pub last_visit: Option<Day>,
    /// Birthday month and day.
    pub birthday: Option<(u8, u8)>,
    /// `active`, `applied`, `left`, `cancelled`, `refused`, `expired`.
    pub status: Text,
}

/// A member's page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberPage {
    /// The row.
    pub row: MemberRow,
    /// Their data.
    pub profile: Profile,
    /// The day they joined, and how.
    pub joined: Day,
    /// The route, in words.
    pub route: Text,
    /// The grade chosen.
    pub choice: Text,
    /// The guide they belong to.
    pub guide: Text,
    /// First day on which the card is not valid; `None`: for ever.
    pub card_expires: Option<Day>,
    /// Cards that are void: number, day, why.
    pub void_cards: Vec<(Text, Day, CardFault)>,
    /// QR of the card number as rows of dark (true) modules.
    pub card_qr: Vec<Vec<bool>>,
    /// Progress to the next tier; `None` at the top or without tiers.
    pub next_tier: Option<NextTier>,
    /// How the tier was reached.
    pub tier_trace: Trace,
    /// Lots of points, soonest lapse first.
    pub lots: Vec<LotView>,
    /// Points figures in all.
    pub points: PointsView,
    /// The same of each kind that the program keeps apart; none: there is but one.
    pub kinds: Vec<KindView>,
    /// Open vouchers: number, value, first day on which it is gone.
    pub vouchers: Vec<VoucherView>,
    /// Stored value usable, and awaiting its payment.
    pub stored_value: Money,
    /// Not yet cleared.
    pub stored_pending: Money,
    /// Payments that must still arrive.
    pub uncleared: Vec<UnclearedView>,
    /// Entitlements and whether they can be given now.
    pub entitlements: Vec<EntitlementView>,
    /// What points can be exchanged for now.
    pub redemptions: Vec<RedemptionView>,
    /// Marks (`fixed`, …).
    pub marks: Vec<Text>,
    /// Number of visits, pieces, activities.
    pub visits: u32,
    /// Members they brought.
    pub referred: u32,
}

/// A payment that must still arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnclearedView {
    /// The sale or the load, and the place among its tenders.
    pub payment: (EventId, u32),
    /// Its kind.
    pub kind: Text,
    /// How much.
    pub amount: Money,
    /// Since when.
    pub since: Day,
}

/// Points that lapse on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotView {
    /// What is left of them.
    pub left: Points,
    /// First day on which they are gone; `None`: never.
    pub gone: Option<Day>,
    /// Their kind; empty where there is but one.
    pub kind: Label,
}

/// Points of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindView {
    /// The kind's name.
    pub label: Label,
    /// Usable now.
    pub balance: Points,
    /// Owed: only points of this kind settle it.
    pub debt: Points,
}

/// Points in all, which add up: issued + received = balance - debt + redeemed + lapsed + reversed + sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsView {
    /// Given.
    pub issued: Points,
    /// Received from others.
    pub received: Points,
    /// Usable now.
    pub balance: Points,
    /// Owed: taken back after they were spent.
    pub debt: Points,
    /// Used.
    pub redeemed: Points,
    /// Lapsed.
    pub lapsed: Points,
    /// Taken back.
    pub reversed: Points,
    /// Given to others.
    pub sent: Points,
}

/// What is missing to the next tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextTier {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub label: Label,
    /// Each demand: metric's name, figure now, figure needed, missing, share reached in per mille.
    pub demands: Vec<DemandView>,
    /// Whether one demand is enough.
    pub any: bool,
    /// Over which window, in words.
    pub window: Message,
}

/// One demand of a tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemandView {
    /// Metric.
    pub metric: Message,
    /// Now.
    pub now: Value,
    /// Needed.
    pub needed: Value,
    /// Still missing.
    pub missing: Value,
    /// 0-1000.
    pub reached_permille: u32,
}

/// An open voucher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherView {
    /// The event that gave it.
    pub from: EventId,
    /// Which of that event's.
    pub index: u32,
    /// Its value.
    pub value: Money,
    /// First day on which it is gone; `None`: never.
    pub expires: Option<Day>,
    /// Its name.
    pub label: Label,
}

/// An entitlement on a member's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntitlementView {
    /// Id.
    pub id: Text,
    /// Name.
    pub label: Label,
    /// Whether it can be given now.
    pub open: bool,
    /// Why not, or until when.
    pub reason: Option<Message>,
    /// When it was last given.
    pub last_given: Option<Day>,
    /// Whether only the holder may use it.
    pub holder_only: bool,
}

/// A redemption that the program offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionView {
    /// Rule id.
    pub rule: Text,
    /// Name.
    pub label: Label,
    /// Points for one unit.
    pub points: Points,
    /// Units that the balance allows.
    pub units_max: u32,
    /// `voucher`, `price`, `gift`.
    pub gives: Text,
    /// Value of a unit; zero for gifts.
    pub value: Money,
    /// The gift's name.
    pub gift: Label,
}

/// One entry of a member's history.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The event.
    pub event: EventId,
    /// When.
    pub at: BusinessTime,
    /// By whom.
    pub staff: Text,
    /// What, in words.
    pub what: Message,
    /// Change of points, spend, stored value.
    pub points: Points,
    /// Money paid or given back.
    pub money: Money,
    /// Why.
    pub reasons: Vec<Trace>,
    /// Whether a receipt can be shown.
    pub receipt: bool,
}

/// A discount that all parties have agreed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementView {
    /// The discount's rule.
    pub rule: Text,
    /// Its name.
    pub label: Label,
    /// The rate agreed on.
    pub rate: Rate,
    /// Who spoke for each party (`operations=chen`).
    pub parties: Vec<Text>,
    /// The member whom it is for; `None`: whoever buys.
    pub member: Option<MemberId>,
    /// What was said of it.
    pub note: Text,
    /// When it was asked for.
    pub day: Day,
}

/// Goods about to be sold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// The member, if one is named.
    pub member: Option<MemberId>,
    /// The lines.
    pub lines: Vec<BasketLine>,
    /// Vouchers to use.
    pub vouchers: Vec<(EventId, u32)>,
    /// Points to use against the price: rule and points.
    pub points: Option<(Text, Points)>,
    /// A reduction by hand on the whole.
    pub off: Money,
    /// A discount agreed by approvals: rule, rate, who approved.
    pub agreed: Option<(Text, Rate, Vec<Text>)>,
}

/// One line about to be sold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    /// Product code (or free name).
    pub product: Text,
    /// Name shown.
    pub name: Text,
    /// Category.
    pub category: Text,
    /// Tags.
    pub tags: Tags,
    /// How many.
    pub quantity: Quantity,
    /// Unit price.
    pub price: Money,
}

/// What would follow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct QuoteView {
    /// Each line.
    pub lines: Vec<QuoteLine>,
    /// Before reductions.
    pub total: Money,
    /// Reductions, each with its reasons, in order.
    pub discounts: Vec<Figure>,
    /// Vouchers and points used, each with its reasons.
    pub uses: Vec<Figure>,
    /// To pay.
    pub pay: Money,
    /// How the sum to pay came about.
    pub pay_trace: Trace,
    /// Points that this sale brings.
    pub points: Points,
    /// Why.
    pub points_trace: Trace,
    /// The tier after it, if it changes.
    pub tier_after: Option<(Text, Label)>,
    /// Progress to the next tier after it.
    pub next_tier: Option<NextTier>,
    /// The member as on their row, if one is named.
    pub member: Option<MemberRow>,
    /// Vouchers that could be used.
    pub vouchers: Vec<VoucherView>,
    /// Points against the price that could be used: most units for this basket.
    pub price_redemptions: Vec<RedemptionView>,
    /// Stored value that could pay.
    pub stored_value: Money,
    /// Entitlements open now.
    pub entitlements: Vec<EntitlementView>,
    /// What refuses it as it stands (then the figures are those without it).
    pub refusal: Option<Refusal>,
    /// Routes of joining that this basket would satisfy, where no member is named.
    pub could_join: Vec<RouteView>,
}

/// A figure with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Rule id.
    pub rule: Text,
    /// Its name.
    pub label: Label,
    /// How much.
    pub amount: Money,
    /// Why.
    pub trace: Trace,
}

/// One line of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// Before reductions.
    pub amount: Money,
    /// After the line's own.
    pub net: Money,
    /// Reductions of this line.
    pub discounts: Vec<Figure>,
    /// Whether it earns points.
    pub earns: bool,
    /// Why it earns none or gets no discount, in a word or two.
    pub note: Option<Message>,
}

/// What would follow if goods came back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReturnView {
    /// Money to give back.
    pub refund: Money,
    /// Of which to stored value.
    pub to_stored_value: Money,
    /// Earned points taken back.
    pub points_back: Points,
    /// Of which become a debt because they are spent.
    pub debt: Points,
    /// Used points given back.
    pub points_restored: Points,
    /// Value of the used vouchers that can be used again.
    pub vouchers_back: Money,
    /// Taken from the stored value, because a period's reward was paid too much.
    pub rebate_back: Money,
    /// Why.
    pub trace: Trace,
    /// What refuses it.
    pub refusal: Option<Refusal>,
}

/// A wish.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Wish {
    /// Sell.
    Sell {
        /// What.
        basket: Basket,
        /// Payments; they must sum to the price.
        tenders: Vec<Tender>,
    },
    /// Enrol.
    Enrol {
        /// What is known of them.
        profile: Profile,
        /// The route.
        route: Text,
        /// Receipts that qualify.
        receipts: Vec<EventId>,
        /// The grade chosen.
        choice: Text,
        /// Who brought them.
        referrer: Option<MemberId>,
        /// The guide they belong to.
        guide: Text,
    },
    /// Take goods back.
    Return {
        /// The sale.
        sale: EventId,
        /// What of it.
        lines: Vec<ReturnedLine>,
        /// Tender for what is not stored value.
        tender: Text,
    },
    /// Exchange points.
    Redeem {
        /// Who.
        member: MemberId,
        /// Rule.
        rule: Text,
        /// How many times.
        times: u32,
    },
    /// Sell stored value.
    Load {
        /// Who.
        member: MemberId,
        /// How much.
        amount: Money,
        /// Payments.
        tenders: Vec<Tender>,
    },
    /// A payment arrived or did not.
    SettleTender {
        /// The load.
        of: EventId,
        /// Which tender.
        tender: u32,
        /// Whether it arrived.
        cleared: bool,
    },
    /// Took part.
    Attend {
        /// Who.
        member: MemberId,
        /// In what.
        activity: Text,
    },
    /// Points to a friend.
    SendPoints {
        /// From.
        from: MemberId,
        /// To.
        to: MemberId,
        /// How many.
        points: Points,
    },
    /// Hand out an entitlement.
    Give {
        /// To whom.
        member: MemberId,
        /// What.
        entitlement: Text,
        /// In words.
        note: Text,
        /// Whether someone else collects it for the member.
        by_other: bool,
    },
    /// Correct a balance.
    Adjust {
        /// Whose.
        member: MemberId,
        /// More or fewer.
        points: Points,
        /// Why.
        reason: Text,
    },
    /// New card.
    ReplaceCard {
        /// Whose.
        member: MemberId,
        /// Why.
        fault: CardFault,
    },
    /// Another term.
    RenewCard(MemberId),
    /// Correct data.
    Edit {
        /// Whose.
        member: MemberId,
        /// The data.
        profile: Profile,
    },
    /// Leave, or be cancelled.
    Leave {
        /// Who.
        member: MemberId,
        /// Why.
        reason: Text,
        /// Whether the shop cancels.
        cancelled: bool,
    },
    /// Decide an application.
    Approve {
        /// Whose.
        member: MemberId,
        /// Yes or no.
        approved: bool,
        /// Why.
        reason: Text,
    },
    /// Set or take a mark.
    Mark {
        /// Whose.
        member: MemberId,
        /// Which.
        mark: Text,
        /// Set or taken.
        on: bool,
    },
    /// Pay a period's rebate out.
    PayRebate {
        /// Whose.
        member: MemberId,
        /// Which.
        rule: Text,
    },
    /// List or change a product.
    ListProduct(Product),
    /// Take a product off the list.
    DropProduct(Text),
}

/// What was saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The events, the first is the wish's own.
    pub events: Vec<EventId>,
    /// The member it is about (an enrolment: the new one).
    pub member: Option<MemberId>,
    /// The receipt to show, if there is one.
    pub receipt: Option<Box<ReceiptView>>,
    /// What to tell: "card 1000023", "points 22", …
    pub notes: Vec<Message>,
}

/// A receipt, as on paper.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReceiptView {
    /// The sale, load or return.
    pub event: EventId,
    /// Its number.
    pub number: Text,
    /// When.
    pub at: BusinessTime,
    /// Lunar date `(month, leap, day)` where the program uses it.
    pub lunar: Option<(u8, bool, u8)>,
    /// Shop.
    pub shop: Text,
    /// By whom.
    pub staff: Text,
    /// The member.
    pub member: Option<MemberRow>,
    /// Lines with what came back already.
    pub lines: Vec<ReceiptLine>,
    /// Before reductions.
    pub total: Money,
    /// Reductions.
    pub discounts: Vec<(Label, Money)>,
    /// Vouchers and points used.
    pub uses: Vec<(Label, Money)>,
    /// Paid.
    pub pay: Money,
    /// By tender.
    pub tenders: Vec<Tender>,
    /// Points earned by it.
    pub points: Points,
    /// Points now.
    pub points_after: Points,
    /// What is missing to the next tier.
    pub next_tier: Option<NextTier>,
    /// Until when it can come back, in words.
    pub return_until: Option<Message>,
    /// Why it cannot come back now, if so.
    pub return_refusal: Option<Refusal>,
    /// Whether it is a sale (`sale`), a `return` or a `load`.
    pub kind: Text,
    /// Reasons of its figures.
    pub reasons: Vec<Trace>,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// Product.
    pub product: Text,
    /// Name.
    pub name: Text,
    /// Tags.
    pub tags: Tags,
    /// How many.
    pub quantity: Quantity,
    /// How many came back already.
    pub returned: Quantity,
    /// After reductions.
    pub net: Money,
    /// Whether it may come back at all.
    pub returnable: bool,
}

/// A receipt in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRow {
    /// The event.
    pub event: EventId,
    /// Its number.
    pub number: Text,
    /// When.
    pub at: BusinessTime,
    /// The member's name.
    pub member: Text,
    /// Paid.
    pub pay: Money,
    /// `sale`, `return`, `load`.
    pub kind: Text,
    /// Goods in a few words.
    pub goods: Text,
}

/// Something that is due.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DueTask {
    /// `birthday`, `lapse-soon`, `lapse`, `review`, `rebate`, `card-expires`, `application`, `uncleared`.
    pub kind: Text,
    /// For whom.
    pub member: Option<MemberRow>,
    /// The payment that it is about: the sale or the load, the place among its tenders.
    pub payment: Option<(EventId, u32)>,
    /// In words.
    pub what: Message,
    /// The rule.
    pub rule: Option<RuleRef>,
    /// Figure, if one belongs to it.
    pub figure: Option<Value>,
    /// Why.
    pub trace: Option<Trace>,
}

/// The day's figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TodayView {
    /// The day.
    pub day: Day,
    /// Its figures.
    pub now: DayFigures,
    /// Those of the same weekday a week before, the whole day.
    pub before: DayFigures,
    /// The part of them that the day is compared with: all, or up to `compared_until`.
    pub compared: DayFigures,
    /// The time up to which it is compared, if the day is not over.
    pub compared_until: Option<Minute>,
    /// Those of each of the last 14 days, oldest first.
    pub fortnight: Vec<(Day, Money)>,
    /// What is due.
    pub due: Vec<DueTask>,
}

/// Figures of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFigures {
    /// Takings by hour, 0-23 (returns taken off).
    pub takings: Vec<Money>,
    /// Sales by hour.
    pub sales: Vec<u32>,
    /// Members joined by hour.
    pub joined: Vec<u32>,
    /// Points given by hour.
    pub points_given: Vec<Points>,
    /// Points used by hour.
    pub points_used: Vec<Points>,
    /// Takings in all.
    pub takings_total: Money,
    /// From members.
    pub takings_members: Money,
    /// Sales in all.
    pub sales_total: u32,
    /// Joined in all.
    pub joined_total: u32,
    /// Given in all.
    pub points_given_total: Points,
    /// Used in all.
    pub points_used_total: Points,
    /// Average sale.
    pub average: Money,
}

/// A program in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRow {
    /// Its id.
    pub id: Text,
    /// Title.
    pub title: Label,
    /// Summary.
    pub summary: Label,
    /// Trade.
    pub trade: Text,
    /// The size of shop that it is written for: `small`, `middle`, `large`; empty where it does not say.
    pub size: Text,
    /// Version.
    pub version: u32,
    /// Source.
    pub source: Text,
    /// In force from this day.
    pub in_force_from: Option<Day>,
    /// Adopted from a later day.
    pub planned_from: Option<Day>,
    /// How many parameters are still blank.
    pub blanks: u32,
    /// Number of tiers, and whether it has points, discounts, lunar days, stored value.
    pub tiers: u32,
    /// Its features in words.
    pub features: Vec<Message>,
    /// How many rules it is made of.
    pub rules: u32,
}

/// A program's page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProgramView {
    /// The row.
    pub row: ProgramRow,
    /// Plain words, by section.
    pub sections: Vec<(Message, Vec<SectionLine>)>,
    /// The tiers as a ladder: id, name, what it takes, what it brings.
    pub ladder: Vec<(Text, Label, Message, Vec<Message>)>,
    /// What it gives by steps, for charts.
    pub charts: Vec<Chart>,
    /// Whether anything of it holds on some days and not on others: then it has a calendar.
    pub has_days: bool,
    /// The parameters.
    pub parameters: Vec<ParameterView>,
    /// What the check says.
    pub diagnostics: Vec<Diagnostic>,
    /// The document itself.
    pub document: String,
    /// The earliest day from which it may be adopted.
    pub adopt_from: Day,
}

/// A sentence about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionLine {
    /// In words.
    pub words: Message,
    /// The rule.
    pub rule: Option<RuleRef>,
}

/// A parameter to set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterView {
    /// Its name in the document.
    pub name: Text,
    /// Its name for people.
    pub label: Label,
    /// `money`, `rate`, `points`, `count`, `span`, `flag`, `text`.
    pub kind: Text,
    /// Value now.
    pub value: Text,
    /// Default.
    pub default: Text,
    /// Choices.
    pub choices: Vec<Text>,
    /// Least.
    pub least: Text,
    /// Most.
    pub most: Text,
    /// Why it is a parameter (`blank in the document`, `unclear: …`).
    pub source: Label,
    /// Whether the shop has set it.
    pub is_set: bool,
}

/// Which table a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableKind {
    /// Members.
    Members,
    /// Products.
    Products,
    /// Sales, one row a line.
    Sales,
}

/// A file to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Its name.
    pub name: Text,
    /// Its bytes as they are.
    #[serde(with = "whole")]
    pub bytes: Vec<u8>,
    /// What it holds; `None`: guess from the columns.
    pub kind: Option<TableKind>,
    /// Which field each column is, by column number; empty: guess. A column of no use has an empty field.
    pub columns: Vec<Text>,
    /// `utf-8`, `gb18030`; empty: notice it.
    pub encoding: Text,
}

/// What an import would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportPreview {
    /// What the file holds.
    pub kind: TableKind,
    /// Its encoding.
    pub encoding: Text,
    /// Headers as in the file.
    pub headers: Vec<Text>,
    /// Which field each column was taken for.
    pub columns: Vec<Text>,
    /// Fields that there are for this kind: name, whether it is required.
    pub fields: Vec<(Text, bool)>,
    /// The first rows as they stand, with their verdicts.
    pub rows: Vec<ImportRow>,
    /// Rows in all.
    pub total: u32,
    /// Rows that would be taken.
    pub good: u32,
    /// Rows that are here already.
    pub known: u32,
    /// Rows with something wrong.
    pub bad: u32,
    /// The first hundred of those.
    pub problems: Vec<ImportProblem>,
}

/// A row of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Line in the file.
    pub line: u32,
    /// Its cells.
    pub cells: Vec<Text>,
    /// What is wrong; empty: it is good.
    pub problems: Vec<Message>,
    /// Whether it is here already.
    pub known: bool,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProblem {
    /// Line in the file.
    pub line: u32,
    /// Field.
    pub field: Text,
    /// What stands there.
    pub text: Text,
    /// Why it cannot be taken.
    pub reason: Message,
}

/// What an import did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportResult {
    /// Rows taken.
    pub taken: u32,
    /// Rows that were here already.
    pub known: u32,
    /// Rows left out.
    pub left_out: u32,
    /// Events written.
    pub events: u32,
    /// Whether it was cancelled on the way.
    pub cancelled: bool,
    /// The first hundred problems.
    pub problems: Vec<ImportProblem>,
}

/// How much storage, how safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageView {
    /// Bytes used.
    pub used_bytes: u64,
    /// Bytes that the browser grants.
    pub quota_bytes: u64,
    /// Whether the browser promised to keep it; `None`: it cannot say.
    pub persistent: Option<bool>,
    /// Events in the journal.
    pub events: u64,
    /// Events not yet backed up.
    pub unsaved_events: u64,
    /// Day of the last backup.
    pub backed_up: Option<Day>,
    /// The state hash of the book.
    pub hash: Text,
    /// Events set aside: id and why.
    pub set_aside: Vec<(EventId, Message)>,
}

/// Bytes in one piece. By itself serde walks a `Vec<u8>` byte by byte, which holds the page up with a large file.
mod whole {
    use core::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// To bytes.
///
/// # Errors
/// Where a message cannot be written, which no message of this module can cause.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(message)
}

/// From bytes.
///
/// # Errors
/// Where the bytes are not such a message.
pub fn decode<'d, T: Deserialize<'d>>(bytes: &'d [u8]) -> Result<T, postcard::Error> {
    postcard::from_bytes(bytes)
}
