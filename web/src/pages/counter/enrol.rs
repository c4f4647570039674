//! Enrolling: just the fields that the program requires, the reason one may join, consent.

use std::collections::BTreeMap;

use leptos::prelude::*;
use regulars_desk::protocol::{Ask, JoinView, MemberRow, ReceiptRow, Reply, RouteView, Wish};
use regulars_rules::id::{EventId, MemberId, Text};

use super::model::{EnrolDraft, Wrong, enrol_fields, first_route};
use super::till::{Problem, ProblemNote, use_till};
use crate::clock;
use crate::shared::*;

#[component]
pub fn EnrolSheet() -> impl IntoView {
    let till = use_till();
    let here = memo(move |_| till.client.status.with(Option::is_some));
    view! {
        <Sheet open=till.enrolling title=t("登记会员", "Enrol a member") testid="enrol-sheet">
            // How one joins is known once the shop is open.
            <Show when=move || here.get() fallback=|| view! { <Spinner /> }>
                <EnrolForm />
            </Show>
        </Sheet>
    }
}

fn wrong_words(wrong: Wrong) -> String {
    match wrong {
        Wrong::Missing => t("这一项要填", "This is required"),
        Wrong::Phone => t("手机号只写数字，5 到 15 位", "A phone has 5 to 15 digits"),
        Wrong::Birthday => t("日历上没有这一天", "There is no such day"),
    }
    .to_owned()
}

const fn field_kind(field: &str) -> (&'static str, Option<&'static str>) {
    match field.as_bytes() {
        b"phone" => ("tel", Some("tel")),
        b"birthday" => ("date", None),
        b"email" => ("email", Some("email")),
        _ => ("text", None),
    }
}

#[component]
fn EnrolForm() -> impl IntoView {
    let till = use_till();
    let toasts = use_toasts();
    let client = till.client;
    let join: JoinView =
        client.status.with_untracked(|status| status.as_ref().map(|status| status.join.clone()).unwrap_or_default());
    let staff = client.staff;
    let begin = till.enrol_draft.get_untracked();
    let satisfied =
        till.quote.with_untracked(|quote| quote.as_ref().map(|quote| quote.could_join.clone()).unwrap_or_default());
    let with_receipt = !begin.receipts.is_empty();
    // Who comes with a receipt joins by it.
    let by_receipt: Vec<RouteView> = if with_receipt {
        join.routes.iter().filter(|route| route.needs_receipts).cloned().collect()
    } else {
        satisfied
    };
    let route = RwSignal::new(first_route(&join.routes, &by_receipt));
    let receipts = RwSignal::new(begin.receipts.clone());
    let choice = RwSignal::new(join.choices.first().cloned().unwrap_or_default());
    let lunar_birthday = RwSignal::new(false);
    let consent = RwSignal::new(false);
    let referrer = RwSignal::new(None::<MemberRow>);
    let wrong = RwSignal::new(BTreeMap::<Text, Wrong>::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);

    let fields: Vec<(Text, bool, RwSignal<String>)> = enrol_fields(&join.required)
        .into_iter()
        .map(|(field, required)| {
            let text = begin.fields.get(&field).cloned().unwrap_or_default();
            (field, required, RwSignal::new(text))
        })
        .collect();
    let first_empty =
        fields.iter().find(|(_, _, text)| text.with_untracked(String::is_empty)).map(|(field, _, _)| field.clone());
    let min_age = join.min_age;
    let inputs = fields
        .iter()
        .map(|(field, required, text)| {
            let (kind, inputmode) = field_kind(field);
            let own = field.clone();
            let error = derived(move || wrong.with(|wrong| wrong.get(&own).copied().map(wrong_words)));
            let is_birthday = field == "birthday";
            let hint = (is_birthday).then(|| min_age.map(|least| format!("{} {least} {}", t("要满", "At least"), t("岁", "years old")))).flatten();
            view! {
                <Field
                    label=code_title(field)
                    value=*text
                    kind=kind
                    inputmode=inputmode.unwrap_or("text")
                    required=*required
                    error=error
                    hint=hint.unwrap_or_default()
                    focused=first_empty.as_ref() == Some(field)
                    testid=format!("enrol-{field}")
                />
                {is_birthday.then(|| view! { <Tick label=t("按农历过生日", "By the lunar calendar") value=lunar_birthday testid="enrol-lunar" /> })}
            }
        })
        .collect_view();

    let routes = StoredValue::new(join.routes.clone());
    let chosen_route = move || routes.with_value(|routes| routes.iter().find(|own| own.id == route.get()).cloned());
    let required = StoredValue::new(join.required.clone());
    let fields = StoredValue::new(fields);
    let save = move || {
        let draft = EnrolDraft {
            fields: fields.with_value(|fields| {
                map_of(fields.iter().map(|(field, _, text)| (field.clone(), text.get_untracked())))
            }),
            lunar: lunar_birthday.get_untracked(),
            route: route.get_untracked(),
            receipts: receipts.get_untracked(),
            choice: choice.get_untracked(),
            referrer: referrer.with_untracked(|found| found.as_ref().map(|found| found.id)),
        };
        problem.set(None);
        match draft.read(&required.get_value()) {
            Err(found) => wrong.set(found),
            Ok(profile) => {
                wrong.set(BTreeMap::new());
                busy.set(true);
                let needs_receipts = chosen_route().is_some_and(|route| route.needs_receipts);
                till.wish(
                    Wish::Enrol {
                        profile,
                        route: draft.route,
                        receipts: if needs_receipts { draft.receipts } else { Vec::new() },
                        choice: draft.choice,
                        referrer: draft.referrer,
                        guide: staff.get_untracked(),
                    },
                    move |done| {
                        till.enrolling.set(false);
                        let notes: Vec<String> = done.notes.iter().map(say).collect();
                        let words = if notes.is_empty() {
                            t("已登记", "Enrolled").to_owned()
                        } else {
                            format!("{} · {}", t("已登记", "Enrolled"), list(&notes))
                        };
                        toasts.show(words);
                        if let Some(member) = done.member
                            && till.receipt.with_untracked(Option::is_none)
                        {
                            till.choose_member_by_id(member);
                        }
                    },
                    move |found| {
                        busy.try_set(false);
                        problem.try_set(Some(found));
                    },
                );
            }
        }
    };
    let choices = join.choices.clone();
    let many_routes = join.routes.len() > 1;
    let approval = (!join.approval.is_empty()).then(|| code(&join.approval));
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            {inputs}
            {if many_routes {
                view! { <Routes routes=join.routes.clone() route=route satisfied=by_receipt.iter().map(|route| route.id.clone()).collect() /> }.into_any()
            } else {
                view! {
                    <p class="quiet-text" data-testid="enrol-route">{join.routes.first().map(|route| say(&route.words))}</p>
                }.into_any()
            }}
            {move || {
                chosen_route()
                    .is_some_and(|route| route.needs_receipts)
                    .then(|| view! { <ReceiptChoice receipts=receipts /> })
            }}
            {(!choices.is_empty())
                .then(|| {
                    let chips = choices
                        .into_iter()
                        .map(|own| {
                            let same = own.clone();
                            let is_on = derived(move || choice.get() == same);
                            let words = client.status.with_untracked(|status| {
                                status.as_ref().and_then(|status| status.tiers.iter().find(|(id, _)| *id == own).map(|(_, name)| label(name)))
                            }).unwrap_or_else(|| code(&own));
                            let testid = format!("enrol-choice-{own}");
                            view! { <Chip on=is_on on_press=move || choice.set(own.clone()) testid=testid>{words}</Chip> }
                        })
                        .collect_view();
                    view! {
                        <div class="field" role="group" aria-label=t("卡种", "Card")>
                            <span class="field-label">{t("卡种", "Card")}</span>
                            <div class="chips">{chips}</div>
                        </div>
                    }
                })}
            <Referrer referrer=referrer />
            <Tick label=t("顾客同意登记这些资料，用于会员服务", "The customer agrees to this data being kept for membership") value=consent testid="enrol-consent" />
            {approval.map(|role| view! { <p class="quiet-text">{t("登记后要审批：", "Needs approval by: ")} {role}</p> })}
            {move || problem.get().map(|problem| view! { <ProblemNote problem=problem testid="enrol-problem" /> })}
            <button type="submit" class="button main wide pay-button" disabled=move || !consent.get() || busy.get() data-testid="enrol-save">
                {t("登记", "Enrol")}
                {move || {
                    chosen_route()
                        .filter(|route| route.fee.is_positive())
                        .map(|route| format!(" · {} {}", t("收费", "fee"), money(route.fee)))
                }}
            </button>
        </form>
    }
}

/// The ways to join; one that this sale satisfies says so.
#[component]
fn Routes(routes: Vec<RouteView>, route: RwSignal<Text>, satisfied: Vec<Text>) -> impl IntoView {
    let items = routes
        .into_iter()
        .map(|own| {
            let id = own.id.clone();
            let same = own.id.clone();
            let fits = satisfied.contains(&own.id);
            let testid = format!("enrol-route-{}", own.id);
            let fee = own.fee.is_positive().then(|| money(own.fee));
            view! {
                <label class="tick route">
                    <input
                        type="radio"
                        name="route"
                        data-testid=testid
                        prop:checked=move || route.get() == same
                        on:change=move |_| route.set(id.clone())
                    />
                    <span>
                        {say(&own.words)} {fee.map(|fee| format!(" {fee}"))}
                        {fits.then(|| view! { " " <span class="tag accent">{t("本单符合", "this sale fits")}</span> })}
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="routes">
            <legend>{t("凭什么入会", "Joins by")}</legend>
            {items}
        </fieldset>
    }
}

/// Receipts that qualify: today's without a member, or found by number; several where the program wants several.
#[component]
fn ReceiptChoice(receipts: RwSignal<Vec<EventId>>) -> impl IntoView {
    let till = use_till();
    let number = RwSignal::new(String::new());
    let rows = RwSignal::new(Vec::<ReceiptRow>::new());
    let asked = RwSignal::new(false);
    Effect::new(move |_| {
        let text = Text::from(number.get().trim());
        till.client.ask_then(Ask::Receipts { day: clock::today(), text }, move |reply| {
            if let Reply::Receipts(found) = reply {
                asked.try_set(true);
                rows.try_update(|rows| {
                    // Those chosen stay in sight.
                    let chosen = receipts.get_untracked();
                    rows.retain(|row| chosen.contains(&row.event));
                    let more: Vec<ReceiptRow> = found
                        .into_iter()
                        .filter(|row| {
                            row.kind == "sale"
                                && row.member.is_empty()
                                && !rows.iter().any(|own| own.event == row.event)
                        })
                        .take(8)
                        .collect();
                    rows.extend(more);
                });
            }
        });
    });
    view! {
        <div class="field" role="group" aria-label=t("凭哪张小票", "By which receipts")>
            <span class="field-label">{t("凭哪张小票（可多选）", "By which receipts (one or more)")}</span>
            <SearchBox value=number placeholder=t("今天的小票，或输入小票号", "Today's receipts, or a number") testid="enrol-receipt-search" />
            <Show when=move || asked.get() && rows.with(Vec::is_empty)>
                <p class="field-note" data-testid="enrol-no-receipts">
                    {t(
                        "没有未记会员的小票。先收款，再在小票上点「登记会员」。",
                        "No receipts without a member. Take payment first, then enrol from the receipt.",
                    )}
                </p>
            </Show>
            {move || {
                rows.get()
                    .into_iter()
                    .enumerate()
                    .map(|(place, row)| {
                        let event = row.event;
                        view! {
                            <label class="tick">
                                <input
                                    type="checkbox"
                                    data-testid=format!("enrol-receipt-{place}")
                                    prop:checked=move || receipts.with(|receipts| receipts.contains(&event))
                                    on:change=move |input| {
                                        let on = event_target_checked(&input);
                                        receipts
                                            .update(|receipts| {
                                                receipts.retain(|own| *own != event);
                                                if on {
                                                    receipts.push(event);
                                                }
                                            });
                                    }
                                />
                                <span>{row.number.to_string()} " · " {row.at.minute.to_string()} " · " {row.goods.to_string()}</span>
                                <span class="figure">{money(row.pay)}</span>
                            </label>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// Who brought them: folded away, found by phone or name.
#[component]
fn Referrer(referrer: RwSignal<Option<MemberRow>>) -> impl IntoView {
    let till = use_till();
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<MemberRow>::new());
    Effect::new(move |_| {
        let typed = text.get();
        if typed.trim().is_empty() {
            found.set(Vec::new());
            return;
        }
        till.client.ask_then(Ask::Find { text: Text::from(typed.trim()), limit: 4 }, move |reply| {
            if let Reply::Found { members, .. } = reply {
                found.try_set(members);
            }
        });
    });
    let chosen: Memo<Option<(MemberId, String)>> =
        memo(move |_| referrer.with(|own| own.as_ref().map(|own| (own.id, own.name.to_string()))));
    view! {
        <details class="benefits">
            <summary>
                {t("介绍人", "Brought by")} {move || chosen.get().map(|(_, name)| format!(": {name}"))}
            </summary>
            <SearchBox value=text placeholder=t("手机尾号、姓名或卡号", "Phone, name or card") testid="enrol-referrer" />
            <ul>
                {move || {
                    found
                        .get()
                        .into_iter()
                        .map(|member| {
                            let own = member.clone();
                            view! {
                                <li>
                                    <button
                                        type="button"
                                        class="receipt-item"
                                        on:click=move |_| {
                                            referrer.set(Some(own.clone()));
                                            text.set(String::new());
                                        }
                                    >
                                        <MemberLine member=member />
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </details>
    }
}
