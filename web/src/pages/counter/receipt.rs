//! The receipt: on screen, and on paper.

use leptos::html;
use leptos::prelude::*;
use regulars_desk::protocol::{ReceiptLine, ReceiptView};

use super::member_panel::{next_tier_reached, next_tier_words};
use super::model::EnrolDraft;
use super::till::use_till;
use crate::shared::*;

/// What stands on the paper. Used by the counter, and wherever a receipt is looked up.
#[component]
pub fn ReceiptPaper(receipt: ReceiptView) -> impl IntoView {
    let title = match receipt.kind.as_str() {
        "return" => t("退货单", "Return"),
        "load" => t("储值单", "Stored value"),
        _ => t("销售小票", "Receipt"),
    };
    let is_return = receipt.kind == "return";
    let when = format!("{} {}", long_day(receipt.at.day), receipt.at.minute);
    let lunar_words = receipt.lunar.map(lunar);
    let member = receipt.member.as_ref().map(|member| format!("{} · {}", member.name, member.card));
    let tenders =
        receipt.tenders.iter().map(|tender| row(code_title(&tender.kind), money(tender.amount))).collect_view();
    let reductions = receipt
        .discounts
        .iter()
        .chain(&receipt.uses)
        .map(|(name, amount)| row(label(name), money(-*amount)))
        .collect_view();
    let has_member = receipt.member.is_some();
    // The lines stand there as reduced; what they cost before comes beneath.
    let is_reduced = !receipt.discounts.is_empty();
    view! {
        <article class="receipt" data-testid="receipt" data-event=receipt.event.to_string()>
            <header>
                <h2>{receipt.shop.to_string()}</h2>
                <p>{title} " " <strong data-testid="receipt-number">{receipt.number.to_string()}</strong></p>
                <p>{when} {lunar_words.map(|words| format!(" · {words}"))}</p>
                {(!receipt.staff.is_empty()).then(|| view! { <p>{t("收银", "Served by")} " " {receipt.staff.to_string()}</p> })}
                {member.map(|member| view! { <p data-testid="receipt-member">{t("会员", "Member")} " " {member}</p> })}
            </header>
            <table>
                {is_reduced
                    .then(|| {
                        view! {
                            <thead>
                                <tr>
                                    <th scope="col">{t("商品", "Goods")}</th>
                                    <th scope="col" class="figure">{t("数量", "Qty")}</th>
                                    <th scope="col" class="figure">{t("折后", "Reduced")}</th>
                                </tr>
                            </thead>
                        }
                    })}
                <tbody>{receipt.lines.iter().map(line_row).collect_view()}</tbody>
            </table>
            <dl class="figures">
                {(!reductions.is_empty()).then(|| row(if is_reduced { t("原价合计", "Before reductions") } else { t("合计", "Total") }.to_owned(), money(receipt.total)))}
                {reductions}
                <div class="sum due">
                    <dt>
                        {if is_return { t("退款", "Refund") } else { t("实付", "Paid") }} " "
                        {(!receipt.reasons.is_empty()).then(|| view! { <Why title=title traces=receipt.reasons.clone() testid="why-receipt" /> })}
                    </dt>
                    <dd class="figure" data-testid="receipt-pay">{money(receipt.pay)}</dd>
                </div>
                {tenders}
                {has_member.then(|| row(t("本单积分", "Points of this sale").to_owned(), points_change(receipt.points)))}
                {has_member.then(|| row(t("积分余额", "Points now").to_owned(), points(receipt.points_after)))}
            </dl>
            {receipt.next_tier.as_ref().map(|next| view! { <p class="receipt-note">{next_tier_words(next)}</p> })}
            {receipt.return_until.as_ref().map(|until| view! { <p class="receipt-note" data-testid="return-until">{say(until)}</p> })}
        </article>
    }
}

fn row(name: String, figure: String) -> impl IntoView {
    view! {
        <div class="sum">
            <dt>{name}</dt>
            <dd class="figure">{figure}</dd>
        </div>
    }
}

fn line_row(line: &ReceiptLine) -> impl IntoView + use<> {
    let returned =
        line.returned.is_positive().then(|| format!("{} {}", t("已退", "returned"), quantity(line.returned)));
    view! {
        <tr>
            <th scope="row">{line.name.to_string()} {returned.map(|words| view! { <small>{words}</small> })}</th>
            <td class="figure">"×" {quantity(line.quantity)}</td>
            <td class="figure">{money(line.net)}</td>
        </tr>
    }
}

/// After payment: what was earned, what is next, and the next customer.
#[component]
pub fn ReceiptScreen(receipt: ReceiptView) -> impl IntoView {
    let till = use_till();
    let next_button = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = next_button.get() {
            request_animation_frame(move || {
                let _ = button.focus();
            });
        }
    });
    let event = receipt.event;
    let is_sale = receipt.kind == "sale";
    let headline = match receipt.kind.as_str() {
        "return" => t("已退款", "Refunded"),
        "load" => t("已储值", "Loaded"),
        _ => t("已收款", "Paid"),
    };
    let pay = money(if receipt.pay.is_negative() { -receipt.pay } else { receipt.pay });
    let member = receipt.member.clone();
    let is_member = member.is_some();
    let earned = is_member.then(|| points_change(receipt.points));
    let balance = points(receipt.points_after);
    let next_tier = receipt.next_tier.clone();
    view! {
        <div class="receipt-screen">
            <section class="receipt-side">
                <p class="receipt-done">
                    <span class="done-mark"><Picture icon=Icon::Check size=28 /></span>
                    <span>{headline}<strong>{pay}</strong></span>
                </p>
                {member
                    .map(|member| {
                        view! {
                            <div class="member-head">
                                <a class="member-link" href=link(&format!("members/{}", member.id))>{member.name.to_string()}</a>
                                <TierBadge rank=member.tier_rank label=label(&member.tier_label) />
                            </div>
                        }
                    })}
                {earned
                    .map(|earned| {
                        view! {
                            <div class="stats">
                                <Stat label=t("本单积分", "Points of this sale") value=earned testid="receipt-points" />
                                <Stat label=t("积分余额", "Points now") value=balance testid="receipt-points-after" />
                            </div>
                        }
                    })}
                {next_tier
                    .map(|next| {
                        let words = next_tier_words(&next);
                        view! {
                            <div class="tier-progress">
                                <p>{words.clone()}</p>
                                <Meter permille=next_tier_reached(&next) label=words />
                            </div>
                        }
                    })}
                <button node_ref=next_button type="button" class="button main wide pay-button" data-testid="new-sale" on:click=move |_| till.new_sale()>
                    {t("新的一单", "New sale")}
                </button>
                <div class="actions">
                    <Button icon=Icon::Print on_press=print testid="print">{t("打印", "Print")}</Button>
                    {(is_sale && !is_member)
                        .then(|| {
                            view! {
                                <Button
                                    icon=Icon::Person
                                    on_press=move || till.enrol(EnrolDraft { receipts: vec![event], ..EnrolDraft::default() })
                                    testid="enrol-with-receipt"
                                >
                                    {t("用这张小票登记会员", "Enrol with this receipt")}
                                </Button>
                            }
                        })}
                    {is_sale
                        .then(|| {
                            view! {
                                <Button icon=Icon::Return on_press=move || till.open_receipts(Some(event)) testid="return-open">
                                    {t("退货", "Return")}
                                </Button>
                            }
                        })}
                </div>
            </section>
            <ReceiptPaper receipt=receipt />
        </div>
    }
}

/// Prints the receipt: the print style shows nothing else.
pub fn print() {
    let _ = window().print();
}
