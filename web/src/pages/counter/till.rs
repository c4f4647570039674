//! What the counter holds while the app is open: the basket, its quote, the sheet shown. Looking at another page, or
//! changing the language, loses none of it.

use std::collections::BTreeMap;

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{
    AgreementView, Ask, Done, MemberPage, MemberRow, QuoteLine, QuoteView, ReceiptView, Reply, Trouble, Wish,
};
use regulars_rules::event::Product;
use regulars_rules::id::{EventId, MemberId};
use regulars_rules::message::Refusal;
use regulars_rules::number::Quantity;

use super::model::{Draft, EnrolDraft, ProductDraft};
use crate::client::Client;
use crate::shared::*;

/// Why there is no answer.
#[derive(Debug, Clone)]
pub enum Problem {
    /// The program says no.
    Refused(Refusal),
    /// It failed.
    Failed(Trouble),
}

/// The problem in an answer, if it is one.
pub fn problem_of(reply: Reply) -> Option<Problem> {
    match reply {
        Reply::Refused(refusal) => Some(Problem::Refused(refusal)),
        Reply::Failed(trouble) => Some(Problem::Failed(trouble)),
        _ => None,
    }
}

/// Shows a problem.
#[component]
pub fn ProblemNote(problem: Problem, testid: &'static str) -> impl IntoView {
    match problem {
        Problem::Refused(refusal) => view! { <RefusalNote refusal=refusal testid=testid /> }.into_any(),
        Problem::Failed(trouble) => view! { <TroubleNote trouble=trouble testid=testid /> }.into_any(),
    }
}

/// The counter's memory.
#[derive(Clone, Copy)]
pub struct Till {
    pub client: Client,
    /// The basket.
    pub draft: RwSignal<Draft>,
    /// What would follow; `None` with an empty basket, or before the first answer.
    pub quote: RwSignal<Option<QuoteView>>,
    /// Each line's part of the quote, by the line's key.
    pub line_quotes: RwSignal<BTreeMap<u32, QuoteLine>>,
    /// Whether the quote is of an older basket: an answer is on its way.
    pub quoting: RwSignal<bool>,
    /// Why there is no quote.
    pub quote_problem: RwSignal<Option<Problem>>,
    /// The page of the basket's member.
    pub member: RwSignal<Option<MemberPage>>,
    /// Discounts that were agreed on and can be used.
    pub agreements: RwSignal<Vec<AgreementView>>,
    /// The receipt shown in place of the basket.
    pub receipt: RwSignal<Option<ReceiptView>>,
    /// The search text.
    pub text: RwSignal<String>,
    /// The search box.
    pub search: StoredValue<Option<NodeRef<html::Input>>, LocalStorage>,
    /// Sheets.
    pub paying: RwSignal<bool>,
    pub enrolling: RwSignal<bool>,
    pub listing: RwSignal<bool>,
    pub receipts_open: RwSignal<bool>,
    /// The receipt chosen in the sheet of receipts; `None`: the list.
    pub chosen_receipt: RwSignal<Option<EventId>>,
    pub scanning: RwSignal<bool>,
    /// What the enrolment begins with.
    pub enrol_draft: RwSignal<EnrolDraft>,
    /// What a new product begins with.
    pub product_draft: RwSignal<ProductDraft>,
}

impl Till {
    /// Sets the counter up. Once, by the app.
    pub fn start(client: Client) -> Self {
        let till = Self {
            client,
            draft: RwSignal::default(),
            quote: RwSignal::new(None),
            line_quotes: RwSignal::default(),
            quoting: RwSignal::new(false),
            quote_problem: RwSignal::new(None),
            member: RwSignal::new(None),
            agreements: RwSignal::default(),
            receipt: RwSignal::new(None),
            text: RwSignal::default(),
            search: StoredValue::new_local(None),
            paying: RwSignal::new(false),
            enrolling: RwSignal::new(false),
            listing: RwSignal::new(false),
            receipts_open: RwSignal::new(false),
            chosen_receipt: RwSignal::new(None),
            scanning: RwSignal::new(false),
            enrol_draft: RwSignal::default(),
            product_draft: RwSignal::default(),
        };
        till.keep_quote_fresh();
        till.keep_member_fresh();
        till.keep_agreements_fresh();
        till
    }

    /// Few programs have discounts that somebody agrees on; the others are not asked.
    fn keep_agreements_fresh(self) {
        let known = memo(move |_| {
            self.client.status.with(|status| status.as_ref().is_some_and(|status| status.agreed_discounts))
        });
        Effect::new(move |_| {
            self.client.changed.track();
            if !known.get() {
                self.agreements.set(Vec::new());
                return;
            }
            self.client.ask_then(Ask::Agreements, move |reply| {
                if let Reply::Agreements(all) = reply {
                    // What has expired meanwhile is not used.
                    let gone = |draft: &Draft| draft.agreed.as_ref().is_some_and(|own| !all.contains(own));
                    if self.draft.with_untracked(gone) {
                        self.draft.update(|draft| draft.agreed = None);
                    }
                    self.agreements.set(all);
                }
            });
        });
    }

    fn keep_quote_fresh(self) {
        let basket = memo(move |_| self.draft.with(|draft| draft.basket().ok()));
        let last_question = StoredValue::new(0_u32);
        Effect::new(move |_| {
            self.client.changed.track();
            let question = last_question.with_value(|last| last.wrapping_add(1));
            last_question.set_value(question);
            let Some(basket) = basket.get().filter(|basket| !basket.lines.is_empty()) else {
                self.quote.set(None);
                self.quote_problem.set(None);
                self.line_quotes.set(BTreeMap::new());
                self.quoting.set(false);
                return;
            };
            let keys: Vec<u32> = self.draft.with_untracked(|draft| draft.lines.iter().map(|own| own.key).collect());
            self.quoting.set(true);
            self.client.ask_then(Ask::Quote(basket), move |reply| {
                if last_question.get_value() != question {
                    return; // of an older basket
                }
                self.quoting.set(false);
                match reply {
                    Reply::Quote(quote) => {
                        self.quote_problem.set(None);
                        self.line_quotes.set(map_of(keys.into_iter().zip(quote.lines.iter().cloned())));
                        self.quote.set(Some(*quote));
                    }
                    other => {
                        self.quote.set(None);
                        self.quote_problem.set(problem_of(other));
                    }
                }
            });
        });
    }

    fn keep_member_fresh(self) {
        let id = memo(move |_| self.draft.with(|draft| draft.member.as_ref().map(|member| member.id)));
        Effect::new(move |_| {
            self.client.changed.track();
            let Some(id) = id.get() else {
                self.member.set(None);
                return;
            };
            self.client.ask_then(Ask::Member(id), move |reply| {
                let still =
                    self.draft.with_untracked(|draft| draft.member.as_ref().map(|member| member.id) == Some(id));
                if let Reply::Member(page) = reply
                    && still
                {
                    self.draft.update(|draft| {
                        draft.member = Some(page.row.clone());
                        draft.keep_vouchers(&page.vouchers);
                    });
                    self.member.set(Some(*page));
                }
            });
        });
    }

    /// Adds goods to the basket.
    pub fn add(self, product: &Product, quantity: Quantity) {
        self.draft.update(|draft| draft.add(product, quantity));
        self.clear_search();
    }

    /// Names the member.
    pub fn choose_member(self, member: MemberRow) {
        self.draft.update(|draft| draft.set_member(Some(member)));
        self.clear_search();
    }

    /// Names a member of whom only the identity is known.
    pub fn choose_member_by_id(self, id: MemberId) {
        self.client.ask_then(Ask::Member(id), move |reply| {
            if let Reply::Member(page) = reply {
                self.choose_member(page.row.clone());
                self.member.set(Some(*page));
            }
        });
    }

    /// Empties the search box and puts the focus there.
    pub fn clear_search(self) {
        self.text.set(String::new());
        self.focus_search();
    }

    /// Puts the focus into the search box.
    pub fn focus_search(self) {
        request_animation_frame(move || {
            let input =
                self.search.try_with_value(|search| *search).flatten().and_then(|search| search.get_untracked());
            if let Some(input) = input {
                let _ = input.focus();
            }
        });
    }

    /// Opens the enrolment.
    pub fn enrol(self, begin: EnrolDraft) {
        self.enrol_draft.set(begin);
        self.enrolling.set(true);
    }

    /// Opens the form for a new product.
    pub fn list_product(self, begin: ProductDraft) {
        self.product_draft.set(begin);
        self.listing.set(true);
    }

    /// Opens the receipts: the list, or one of them.
    pub fn open_receipts(self, chosen: Option<EventId>) {
        self.chosen_receipt.set(chosen);
        self.receipts_open.set(true);
    }

    /// Shows a receipt in place of the basket.
    pub fn show_receipt(self, event: EventId) {
        self.client.ask_then(Ask::Receipt(event), move |reply| {
            if let Reply::Receipt(receipt) = reply {
                self.receipt.set(Some(*receipt));
            }
        });
    }

    /// Begins anew.
    pub fn new_sale(self) {
        self.receipt.set(None);
        self.draft.set(Draft::default());
        self.clear_search();
    }

    /// Does what a person wishes; `done` hears the answer, `failed` why there is none.
    pub fn wish(self, wish: Wish, done: impl FnOnce(Done) + 'static, failed: impl FnOnce(Problem) + 'static) {
        self.client.ask_then(Ask::Do(wish), move |reply| match reply {
            Reply::Done(result) => done(result),
            other => {
                if let Some(problem) = problem_of(other) {
                    failed(problem);
                }
            }
        });
    }
}

/// The counter's memory, from anywhere.
pub fn use_till() -> Till {
    expect_context()
}
