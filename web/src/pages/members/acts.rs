//! What one does with a member: each a short form in the sheet, each one wish.

use leptos::ev::SubmitEvent;
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, MemberRow, Reply, Wish};
use regulars_rules::event::{CardFault, STORED_VALUE, Tender};
use regulars_rules::id::{MemberId, Text};
use regulars_rules::number::{Money, Points};

use super::list::month_name;
use super::model::{
    FieldError, ProfileDraft, ProfileField, amount_of, days_of, mask, points_to_adjust, points_to_send,
};
use super::page::{Member, use_member};
use super::sections::qr_picture;
use crate::shared::*;

/// What the sheet is open for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Correct the data.
    Edit,
    /// A new card.
    Replace,
    /// Points to a friend.
    Send,
    /// Correct the points.
    Adjust,
    /// Took part.
    Attend,
    /// Set or take a mark.
    Mark,
    /// Leave or be cancelled.
    Leave,
    /// Sell stored value.
    Load,
    /// Exchange points by a rule.
    Redeem(Text),
    /// Hand out an entitlement.
    Give(Text),
    /// Approve or reject the application.
    Decide(bool),
    /// The card's QR, large.
    ShowQr,
}

impl Act {
    const fn title(&self) -> (&'static str, &'static str) {
        match self {
            Self::Edit => ("修改资料", "Edit details"),
            Self::Replace => ("补换卡", "Replace the card"),
            Self::Send => ("转赠积分", "Give points to a friend"),
            Self::Adjust => ("调整积分", "Correct the points"),
            Self::Attend => ("参加活动", "Took part in an activity"),
            Self::Mark => ("标记", "Marks"),
            Self::Leave => ("退会", "Leave"),
            Self::Load => ("充值", "Load stored value"),
            Self::Redeem(_) => ("积分兑换", "Exchange points"),
            Self::Give(_) => ("发放权益", "Give a benefit"),
            Self::Decide(true) => ("批准入会", "Approve the application"),
            Self::Decide(false) => ("不批准入会", "Reject the application"),
            Self::ShowQr => ("会员码", "Member code"),
        }
    }
}

/// The one sheet of the page.
#[component]
pub fn ActSheet() -> impl IntoView {
    let member = use_member();
    let title = derived(move || {
        member.act.with(|act| act.as_ref().map(Act::title)).map(|(zh, en)| t(zh, en).to_owned()).unwrap_or_default()
    });
    view! {
        <Sheet open=member.sheet_open title=title testid="act">
            {move || {
                member
                    .act
                    .get()
                    .map(|act| match act {
                        Act::Edit => view! { <Edit /> }.into_any(),
                        Act::Replace => view! { <Replace /> }.into_any(),
                        Act::Send => view! { <Send /> }.into_any(),
                        Act::Adjust => view! { <Adjust /> }.into_any(),
                        Act::Attend => view! { <Attend /> }.into_any(),
                        Act::Mark => view! { <Marks /> }.into_any(),
                        Act::Leave => view! { <Leave /> }.into_any(),
                        Act::Load => view! { <Load /> }.into_any(),
                        Act::Redeem(rule) => view! { <Redeem rule=rule /> }.into_any(),
                        Act::Give(id) => view! { <Give entitlement=id /> }.into_any(),
                        Act::Decide(approved) => view! { <Decide approved=approved /> }.into_any(),
                        Act::ShowQr => view! { <ShowQr /> }.into_any(),
                    })
            }}
        </Sheet>
    }
}

/// A form with its refusal and its one action. Enter sends it.
#[component]
fn ActForm(
    #[prop(into)] on_submit: Press,
    #[prop(into)] action: Signal<String>,
    #[prop(optional)] danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let member = use_member();
    view! {
        <form
            class="form m-form"
            novalidate
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                if !disabled.get_untracked() {
                    on_submit.run();
                }
            }
        >
            {children()}
            {move || member.refusal.get().map(|refusal| view! { <RefusalNote refusal=refusal testid="act-refusal" /> })}
            <button
                type="submit"
                class=if danger { "button danger wide" } else { "button main wide" }
                disabled=move || disabled.get() || member.busy.get()
                aria-busy=move || member.busy.get().to_string()
                data-testid="act-submit"
            >
                {move || member.busy.get().then(|| view! { <span class="wheel" aria-hidden="true"></span> })}
                {move || action.get()}
            </button>
        </form>
    }
}

/// What is wrong with a field, in words.
pub fn words_of(error: FieldError) -> String {
    match error {
        FieldError::Empty => t("请填写", "Please fill this in"),
        FieldError::NotANumber => t("请填数字，例如 12.50", "A number, such as 12.50"),
        FieldError::TooFine => t("最多两位小数", "At most two decimals"),
        FieldError::NotPositive => t("要大于 0", "It must be above 0"),
        FieldError::TooMany => t("比现有的多", "More than there is"),
        FieldError::Zero => t("0 不会改变什么", "0 changes nothing"),
        FieldError::NotAPhone => t("手机号是 5 到 15 位数字", "A phone number has 5 to 15 digits"),
        FieldError::NotADay => t("没有这一天", "There is no such day"),
    }
    .to_owned()
}

/// Where a form says what is wrong with a field.
type Wrong = RwSignal<Option<String>>;

/// Takes what was read; where it is wrong, says so at the field.
fn checked<T>(read: Result<T, FieldError>, wrong: Wrong) -> Option<T> {
    match read {
        Ok(value) => {
            wrong.set(None);
            Some(value)
        }
        Err(error) => {
            wrong.set(Some(words_of(error)));
            None
        }
    }
}

fn required(text: &str) -> Result<Text, FieldError> {
    let text = text.trim();
    if text.is_empty() { Err(FieldError::Empty) } else { Ok(Text::from(text)) }
}

fn who(member: Member) -> Option<MemberId> {
    member.id.get_untracked()
}

#[component]
fn Edit() -> impl IntoView {
    let member = use_member();
    let status = member.client.status.get_untracked();
    let needed = status.as_ref().map(|status| status.join.required.clone()).unwrap_or_default();
    let draft = member.now().map(|page| ProfileDraft::of(&page.profile, &needed)).unwrap_or_default();
    let is_needed = |name: &str| needed.iter().any(|own| own == name);
    let phone_needed = is_needed("phone");
    let shows_document = is_needed("id_number") || is_needed("id-number") || !draft.id_number.is_empty();
    let offers_lunar = draft.lunar || status.is_some_and(|status| status.lunar);
    let name = RwSignal::new(draft.name.clone());
    let phone = RwSignal::new(draft.phone.clone());
    let year = RwSignal::new(draft.year.clone());
    let month = RwSignal::new(draft.month.to_string());
    let on = RwSignal::new(draft.day.to_string());
    let is_lunar = RwSignal::new(draft.lunar);
    let id_number = RwSignal::new(draft.id_number.clone());
    let more: Vec<(Text, RwSignal<String>)> =
        draft.more.iter().map(|(name, text)| (name.clone(), RwSignal::new(text.clone()))).collect();
    let more = StoredValue::new(more);
    let (wrong_name, wrong_phone, wrong_birthday) = (Wrong::default(), Wrong::default(), Wrong::default());
    let blank = t("不知道", "Unknown");
    let months = std::iter::once(("0".to_owned(), blank.to_owned()))
        .chain((1..=12_u8).map(|month| {
            (month.to_string(), if offers_lunar { format!("{month} {}", t("月", "")) } else { month_name(month) })
        }))
        .collect::<Vec<_>>();
    let days = derived(move || {
        let longest = if is_lunar.get() {
            30
        } else {
            days_of(month.with(|month| month.parse().unwrap_or(0)), year.with(|year| year.trim().parse().ok()))
        };
        std::iter::once(("0".to_owned(), blank.to_owned()))
            .chain((1..=longest).map(|day| (day.to_string(), format!("{day} {}", t("日", "")))))
            .collect::<Vec<_>>()
    });
    let submit = move || {
        let draft = ProfileDraft {
            name: name.get_untracked(),
            phone: phone.get_untracked(),
            year: year.get_untracked(),
            month: month.with_untracked(|month| month.parse().unwrap_or(0)),
            day: on.with_untracked(|day| day.parse().unwrap_or(0)),
            lunar: is_lunar.get_untracked(),
            id_number: id_number.get_untracked(),
            more: more.with_value(|more| map_of(more.iter().map(|(name, text)| (name.clone(), text.get_untracked())))),
        };
        for wrong in [wrong_name, wrong_phone, wrong_birthday] {
            wrong.set(None);
        }
        match (draft.read(), who(member)) {
            (Ok(profile), Some(id)) => {
                member.wish(Wish::Edit { member: id, profile }, t("资料已保存", "Details saved"))
            }
            (Ok(_), None) => {}
            (Err((field, error)), _) => {
                let wrong = match field {
                    ProfileField::Name => wrong_name,
                    ProfileField::Phone => wrong_phone,
                    ProfileField::Birthday => wrong_birthday,
                };
                wrong.set(Some(words_of(error)));
            }
        }
    };
    let further = more.with_value(|more| {
        more.iter()
            .map(|(name, text)| {
                let needed = needed.iter().any(|own| own == name);
                view! { <Field label=code(name) value=*text required=needed testid=format!("edit-{name}") /> }
            })
            .collect_view()
    });
    view! {
        <ActForm on_submit=submit action=t("保存", "Save")>
            <Field label=code("name") value=name error=wrong_name required=true focused=true testid="edit-name" />
            <Field label=code("phone") value=phone kind="tel" inputmode="tel" error=wrong_phone required=phone_needed testid="edit-phone" />
            <fieldset class="m-birthday">
                <legend>{code("birthday")}</legend>
                <Field label=t("年（可不填）", "Year (optional)") value=year inputmode="numeric" testid="edit-year" />
                <Choice label=t("月", "Month") value=month options=months testid="edit-month" />
                <Choice label=t("日", "Day") value=on options=days testid="edit-day" />
                <Show when=move || offers_lunar>
                    <Tick label=t("是农历", "Lunar calendar") value=is_lunar testid="edit-lunar" />
                </Show>
                {move || wrong_birthday.get().map(|wrong| view! { <p class="m-wrong" role="alert">{wrong}</p> })}
            </fieldset>
            <Show when=move || shows_document>
                <Field label=code("id_number") value=id_number testid="edit-id-number" />
            </Show>
            {further}
        </ActForm>
    }
}

#[component]
fn Replace() -> impl IntoView {
    let member = use_member();
    let (lost, damaged) = member
        .client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.replacement_fees).unwrap_or_default());
    let fee = |fee: Money| {
        if fee.is_zero() { t("免费", "free").to_owned() } else { format!("{} {}", t("收", "fee"), money(fee)) }
    };
    let mut options = Vec::new();
    if let Some(amount) = lost {
        options.push(("lost".to_owned(), t("丢了，挂失补办", "Lost").to_owned(), fee(amount)));
    }
    if let Some(amount) = damaged {
        options.push(("damaged".to_owned(), t("坏了，以旧换新", "Damaged, handed in").to_owned(), fee(amount)));
    }
    let fault = RwSignal::new(options.first().map(|(own, ..)| own.clone()).unwrap_or_default());
    let action = derived(move || {
        let chosen = if fault.with(|fault| fault == "lost") { lost } else { damaged };
        match chosen {
            Some(amount) if amount.is_positive() => format!("{} {}", t("换卡，收", "Replace, take"), money(amount)),
            _ => t("换卡", "Replace").to_owned(),
        }
    });
    let submit = move || {
        let fault = if fault.with_untracked(|fault| fault == "lost") { CardFault::Lost } else { CardFault::Damaged };
        if let Some(id) = who(member) {
            member.wish(Wish::ReplaceCard { member: id, fault }, t("已换卡", "Card replaced"));
        }
    };
    view! {
        <ActForm on_submit=submit action=action>
            <p>{t("旧卡马上作废，积分、券和储值都留在会员名下。", "The old card is void at once; points, vouchers and stored value stay with the member.")}</p>
            <Options label=t("原因", "Reason") value=fault options=options />
        </ActForm>
    }
}

/// Finds another member.
#[component]
fn FriendSearch(chosen: RwSignal<Option<MemberRow>>) -> impl IntoView {
    let member = use_member();
    let typed = RwSignal::new(String::new());
    let found = RwSignal::new(None::<Vec<MemberRow>>);
    let active = RwSignal::new(0_usize);
    let mut ask = debounce(std::time::Duration::from_millis(120), move |text: String| {
        member.client.ask_then(Ask::Find { text: Text::from(text.trim()), limit: 8 }, move |reply| {
            if let Reply::Found { members, .. } = reply
                && typed.try_get_untracked().as_deref() == Some(text.as_str())
            {
                let own = member.id.try_get_untracked().flatten();
                let _ = found.try_set(Some(members.into_iter().filter(|row| Some(row.id) != own).collect()));
                let _ = active.try_set(0);
            }
        });
    });
    Effect::new(move |_| {
        let text = typed.get();
        if text.trim().is_empty() {
            found.set(None);
        } else {
            ask(text);
        }
    });
    let choose = move |index: usize| {
        if let Some(row) = found.with_untracked(|found| found.as_ref().and_then(|found| found.get(index).cloned())) {
            chosen.set(Some(row));
        }
    };
    let on_key = Callback::new(move |key: String| {
        let last = found.with_untracked(|found| found.as_ref().map_or(0, Vec::len)).saturating_sub(1);
        match key.as_str() {
            "ArrowDown" => active.update(|active| *active = active.saturating_add(1).min(last)),
            "ArrowUp" => active.update(|active| *active = active.saturating_sub(1)),
            "Enter" => choose(active.get_untracked()),
            _ => return false,
        }
        true
    });
    let spoken = derived(move || {
        found
            .with(|found| found.as_ref().is_some_and(|found| !found.is_empty()))
            .then(|| format!("friend-{}", active.get()))
    });
    view! {
        <SearchBox
            value=typed
            placeholder=t("朋友的手机尾号、姓名或卡号", "The friend's phone digits, name or card")
            focused=true
            controls="friends"
            active=spoken
            on_key=on_key
            testid="friend-search"
        />
        <ul class="m-friends" id="friends" role="listbox" aria-label=t("会员", "Members")>
            {move || {
                found
                    .get()
                    .map(|found| {
                        if found.is_empty() {
                            return view! { <li class="quiet-text">{t("没有这样的会员。", "No such member.")}</li> }.into_any();
                        }
                        found
                            .into_iter()
                            .enumerate()
                            .map(|(index, mut row)| {
                                row.phone = Text::from(mask(&row.phone));
                                view! {
                                    <li
                                        id=format!("friend-{index}")
                                        role="option"
                                        aria-selected=move || (active.get() == index).to_string()
                                        data-testid="friend"
                                        on:click=move |_| choose(index)
                                    >
                                        <MemberLine member=row />
                                    </li>
                                }
                            })
                            .collect_view()
                            .into_any()
                    })
            }}
        </ul>
    }
}

#[component]
fn Send() -> impl IntoView {
    let member = use_member();
    let balance = member.now().map(|page| page.points.balance).unwrap_or_default();
    let friend = RwSignal::new(None::<MemberRow>);
    let typed = RwSignal::new(String::new());
    let wrong = Wrong::default();
    let action = derived(move || match points_to_send(&typed.get(), balance) {
        Ok(amount) => format!("{} {} {}", t("转赠", "Give"), points(amount), t("分", "points")),
        Err(_) => t("转赠", "Give").to_owned(),
    });
    let submit = move || {
        let Some(amount) = checked(points_to_send(&typed.get_untracked(), balance), wrong) else { return };
        if let (Some(from), Some(to)) = (who(member), friend.with_untracked(|friend| friend.as_ref().map(|row| row.id)))
        {
            member.wish(Wish::SendPoints { from, to, points: amount }, t("已转赠", "Points given"));
        }
    };
    let submit = StoredValue::new(submit);
    view! {
        {move || match friend.get() {
            None => view! { <div class="form"><FriendSearch chosen=friend /></div> }.into_any(),
            Some(mut row) => {
                row.phone = Text::from(mask(&row.phone));
                view! {
                    <ActForm on_submit=move || submit.with_value(|submit| submit()) action=action>
                        <div class="m-friend">
                            <MemberLine member=row />
                            <Button tone=Tone::Quiet on_press=move || friend.set(None)>{t("换人", "Change")}</Button>
                        </div>
                        <Field
                            label=t("多少分", "How many points")
                            value=typed
                            inputmode="decimal"
                            hint=format!("{} {} {}", t("有", "There are"), points(balance), t("分", "points"))
                            error=wrong
                            focused=true
                            testid="send-points"
                        />
                    </ActForm>
                }
                .into_any()
            }
        }}
    }
}

#[component]
fn Adjust() -> impl IntoView {
    let member = use_member();
    let direction = RwSignal::new("more".to_owned());
    let typed = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let (wrong, wrong_reason) = (Wrong::default(), Wrong::default());
    let read = move |typed: &str, less: bool| -> Result<Points, FieldError> { points_to_adjust(typed, less) };
    let action = derived(move || match read(&typed.get(), direction.with(|direction| direction == "less")) {
        Ok(change) => format!("{} {} {}", t("调整", "Correct by"), points_change(change), t("分", "points")),
        Err(_) => t("调整", "Correct").to_owned(),
    });
    let submit = move || {
        let change =
            checked(read(&typed.get_untracked(), direction.with_untracked(|direction| direction == "less")), wrong);
        let why = checked(required(&reason.get_untracked()), wrong_reason);
        if let (Some(change), Some(why), Some(id)) = (change, why, who(member)) {
            member.wish(Wish::Adjust { member: id, points: change, reason: why }, t("积分已调整", "Points corrected"));
        }
    };
    view! {
        <ActForm on_submit=submit action=action>
            <Options
                label=t("加还是减", "More or fewer")
                value=direction
                options=vec![
                    ("more".to_owned(), t("加积分", "Add points").to_owned(), String::new()),
                    ("less".to_owned(), t("减积分", "Take points").to_owned(), String::new()),
                ]
            />
            <Field label=t("多少分", "How many points") value=typed inputmode="decimal" error=wrong focused=true testid="adjust-points" />
            <Field
                label=t("原因", "Reason")
                value=reason
                required=true
                error=wrong_reason
                hint=t("会写进会员的记录，谁都看得到。", "It is written into the member's history, for all to see.")
                testid="adjust-reason"
            />
        </ActForm>
    }
}

#[component]
fn Attend() -> impl IntoView {
    let member = use_member();
    let activities = member
        .client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.activities.clone()).unwrap_or_default());
    let options: Vec<_> = activities.iter().map(|(id, name)| (id.to_string(), label(name), String::new())).collect();
    let chosen = RwSignal::new(options.first().map(|(own, ..)| own.clone()).unwrap_or_default());
    let submit = move || {
        if let Some(id) = who(member) {
            member.wish(
                Wish::Attend { member: id, activity: Text::from(chosen.get_untracked()) },
                t("已登记参加", "Attendance recorded"),
            );
        }
    };
    view! {
        <ActForm on_submit=submit action=t("登记参加", "Record attendance")>
            <Options label=t("哪个活动", "Which activity") value=chosen options=options />
        </ActForm>
    }
}

/// The mark that programs ask for most.
const FIXED: &str = "fixed";

#[component]
fn Marks() -> impl IntoView {
    let member = use_member();
    let marks = member.now().map(|page| page.marks.clone()).unwrap_or_default();
    let mut options: Vec<(String, String, String)> = marks
        .iter()
        .map(|mark| (mark.to_string(), format!("{} {}", t("去掉", "Take off"), code(mark)), String::new()))
        .collect();
    if !marks.iter().any(|mark| mark == FIXED) {
        options.push((FIXED.to_owned(), format!("{} {}", t("标为", "Mark as"), code(FIXED)), String::new()));
    }
    options.push((String::new(), t("标为别的", "Another mark").to_owned(), String::new()));
    let chosen = RwSignal::new(options.first().map(|(own, ..)| own.clone()).unwrap_or_default());
    let other = RwSignal::new(String::new());
    let wrong = Wrong::default();
    let is_other = memo(move |_| chosen.with(String::is_empty));
    let marks = StoredValue::new(marks);
    let submit = move || {
        let word = if is_other.get_untracked() { other.get_untracked() } else { chosen.get_untracked() };
        if let (Some(mark), Some(id)) = (checked(required(&word), wrong), who(member)) {
            let on = !marks.with_value(|marks| marks.contains(&mark));
            member.wish(
                Wish::Mark { member: id, mark, on },
                if on { t("已标记", "Marked") } else { t("标记已去掉", "Mark taken off") },
            );
        }
    };
    view! {
        <ActForm on_submit=submit action=t("保存", "Save")>
            <Options label=t("标记", "Mark") value=chosen options=options />
            <Show when=move || is_other.get()>
                <Field label=t("标记名", "Its name") value=other error=wrong focused=true testid="mark-name" />
            </Show>
        </ActForm>
    }
}

#[component]
fn Leave() -> impl IntoView {
    let member = use_member();
    let confirm = use_confirm();
    let by = RwSignal::new("left".to_owned());
    let reason = RwSignal::new(String::new());
    let wrong = Wrong::default();
    let name = member.now().map(|page| page.row.name.to_string()).unwrap_or_default();
    let submit = move || {
        let cancelled = by.with_untracked(|by| by == "cancelled");
        let (Some(reason), Some(id)) = (checked(required(&reason.get_untracked()), wrong), who(member)) else { return };
        let question = Question {
            title: if cancelled {
                format!("{} {name}？", t("注销", "Cancel the membership of"))
            } else {
                format!("{} {}", name, t("退会？", "leaves?"))
            },
            text: t(
                "卡马上作废，不能再积分和优惠。记录会保留。",
                "The card is void at once: no more points and prices. The history stays.",
            )
            .to_owned(),
            action: if cancelled { t("注销", "Cancel membership") } else { t("退会", "Leave") }.to_owned(),
            danger: true,
        };
        confirm.ask(question, move || {
            member.wish(
                Wish::Leave { member: id, reason: reason.clone(), cancelled },
                if cancelled { t("已注销", "Membership cancelled") } else { t("已退会", "Left") },
            );
        });
    };
    view! {
        <ActForm on_submit=submit action=t("继续", "Continue") danger=true>
            <Options
                label=t("谁提出的", "Who asked for it")
                value=by
                options=vec![
                    ("left".to_owned(), t("会员自己退会", "The member leaves").to_owned(), String::new()),
                    ("cancelled".to_owned(), t("店里注销", "The shop cancels").to_owned(), String::new()),
                ]
            />
            <Field label=t("原因", "Reason") value=reason required=true error=wrong testid="leave-reason" />
        </ActForm>
    }
}

/// Amounts that are often loaded.
const OFTEN: [&str; 4] = ["100", "200", "500", "1000"];

#[component]
fn Load() -> impl IntoView {
    let member = use_member();
    let kinds: Vec<Text> = member
        .client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.tenders.clone()).unwrap_or_default())
        .into_iter()
        .filter(|kind| kind != STORED_VALUE)
        .collect();
    let first = kinds.first().map_or_else(|| "cash".to_owned(), ToString::to_string);
    let second = kinds.get(1).map_or_else(|| first.clone(), ToString::to_string);
    let kinds = StoredValue::new(kinds.iter().map(|kind| (kind.to_string(), code(kind))).collect::<Vec<_>>());
    let typed = RwSignal::new(String::new());
    let wrong = Wrong::default();
    // Of several payments each says its amount; a single one pays it all.
    let split = RwSignal::new(false);
    let tenders = [first, second].map(|kind| (RwSignal::new(kind), RwSignal::new(String::new()), Wrong::default()));
    let [(kind_1, amount_1, wrong_1), (kind_2, amount_2, wrong_2)] = tenders;
    let action = derived(move || match amount_of(&typed.get()) {
        Ok(amount) => format!("{} {}", t("充值", "Load"), money(amount)),
        Err(_) => t("充值", "Load").to_owned(),
    });
    let submit = move || {
        let Some(amount) = checked(amount_of(&typed.get_untracked()), wrong) else { return };
        let mut paid = Vec::new();
        if split.get_untracked() {
            for (kind, own, wrong) in tenders {
                let Some(amount) = checked(amount_of(&own.get_untracked()), wrong) else { return };
                paid.push(Tender { kind: Text::from(kind.get_untracked()), amount });
            }
        } else {
            paid.push(Tender { kind: Text::from(kind_1.get_untracked()), amount });
        }
        if let Some(id) = who(member) {
            member.wish(Wish::Load { member: id, amount, tenders: paid }, t("已充值", "Loaded"));
        }
    };
    let options = move || kinds.get_value();
    view! {
        <ActForm on_submit=submit action=action>
            <Field label=t("充多少", "How much") value=typed prefix="¥" inputmode="decimal" error=wrong focused=true testid="load-amount" />
            <div class="chips" role="group" aria-label=t("常用金额", "Usual amounts")>
                {OFTEN
                    .map(|amount| {
                        let on = derived(move || typed.with(|typed| typed == amount));
                        view! { <Chip on=on on_press=move || typed.set(amount.to_owned())>{format!("¥{amount}")}</Chip> }
                    })
                    .collect_view()}
            </div>
            <Choice label=t("怎么付", "Paid by") value=kind_1 options=options() testid="load-tender" />
            <Tick label=t("分两种方式付", "Paid in two ways") value=split testid="load-split" />
            <Show when=move || split.get()>
                <Field label=t("其中付", "Of which") value=amount_1 prefix="¥" inputmode="decimal" error=wrong_1 testid="load-tender-amount" />
                <Choice label=t("还用", "And by") value=kind_2 options=options() testid="load-tender-2" />
                <Field label=t("付", "How much") value=amount_2 prefix="¥" inputmode="decimal" error=wrong_2 testid="load-tender-2-amount" />
            </Show>
        </ActForm>
    }
}

#[component]
fn Redeem(rule: Text) -> impl IntoView {
    let member = use_member();
    let offer = member.now().and_then(|page| page.redemptions.iter().find(|offer| offer.rule == rule).cloned());
    let Some(offer) = offer else {
        return view! { <p>{t("这项兑换现在没有了。", "This exchange is no longer offered.")}</p> }.into_any();
    };
    let units = RwSignal::new(1_u32);
    let most = offer.units_max;
    let gift = if offer.gives == "gift" {
        label(&offer.gift)
    } else {
        format!("{} {}", money(offer.value), t("券", "voucher"))
    };
    let each = format!("{} {} → {gift}", points(offer.points), t("分", "points"));
    let action = derived(move || format!("{} {} {}", t("兑换", "Exchange"), count(units.get()), t("份", "units")));
    let submit = move || {
        if let Some(id) = who(member) {
            member.wish(
                Wish::Redeem { member: id, rule: rule.clone(), times: units.get_untracked() },
                t("已兑换", "Exchanged"),
            );
        }
    };
    view! {
        <ActForm on_submit=submit action=action>
            <p class="m-each">{each}</p>
            <div class="m-units" role="group" aria-label=t("几份", "How many units")>
                <Button
                    icon=Icon::Minus
                    name=t("少一份", "One less")
                    disabled=derived(move || units.get() <= 1)
                    on_press=move || units.update(|units| *units = units.saturating_sub(1).max(1))
                    testid="units-less"
                />
                <input
                    type="text"
                    inputmode="numeric"
                    aria-label=t("份数", "Units")
                    data-testid="units"
                    prop:value=move || units.get().to_string()
                    on:change=move |event| {
                        let wanted = event_target_value(&event).trim().parse::<u32>().unwrap_or(1).clamp(1, most.max(1));
                        units.set(wanted);
                        units.notify();
                    }
                />
                <Button
                    icon=Icon::Plus
                    name=t("多一份", "One more")
                    disabled=derived(move || units.get() >= most)
                    on_press=move || units.update(|units| *units = units.saturating_add(1).min(most))
                    testid="units-more"
                />
                <Button tone=Tone::Quiet on_press=move || units.set(most.max(1)) testid="units-most">
                    {t("最多", "All:")} " " {count(most)}
                </Button>
            </div>
        </ActForm>
    }
    .into_any()
}

#[component]
fn Give(entitlement: Text) -> impl IntoView {
    let member = use_member();
    let own = member.now().and_then(|page| page.entitlements.iter().find(|own| own.id == entitlement).cloned());
    let note = RwSignal::new(String::new());
    let by_other = RwSignal::new(false);
    let submit = move || {
        if let Some(id) = who(member) {
            member.wish(
                Wish::Give {
                    member: id,
                    entitlement: entitlement.clone(),
                    note: Text::from(note.with_untracked(|note| note.trim().to_owned())),
                    by_other: by_other.get_untracked(),
                },
                t("已发放", "Given"),
            );
        }
    };
    let name = own.as_ref().map(|own| label(&own.label)).unwrap_or_default();
    let holder_only = own.as_ref().is_some_and(|own| own.holder_only);
    view! {
        <ActForm on_submit=submit action=t("确认发放", "Confirm: given")>
            <p class="m-each">{name}</p>
            <Show when=move || holder_only>
                <p class="quiet-text">{t("限本人领取，请核对会员。", "For the card's holder only: check who it is.")}</p>
            </Show>
            <Tick label=t("由别人代领", "Someone else collects it for them") value=by_other testid="give-by-other" />
            <Field
                label=t("备注（可不填）", "Note (optional)")
                value=note
                placeholder=t("例如：礼盒一份，本人领取", "e.g. one gift box, handed to the holder")
                focused=true
                testid="give-note"
            />
        </ActForm>
    }
}

#[component]
fn Decide(approved: bool) -> impl IntoView {
    let member = use_member();
    let reason = RwSignal::new(String::new());
    let wrong = Wrong::default();
    let submit = move || {
        let words = reason.get_untracked();
        let words = if approved { Some(Text::from(words.trim())) } else { checked(required(&words), wrong) };
        if let (Some(reason), Some(id)) = (words, who(member)) {
            member.wish(
                Wish::Approve { member: id, approved, reason },
                if approved { t("已批准", "Approved") } else { t("已拒绝", "Rejected") },
            );
        }
    };
    let role = member
        .client
        .status
        .with_untracked(|status| status.as_ref().map(|status| status.join.approval.clone()).unwrap_or_default());
    let by = (!role.is_empty()).then(|| {
        format!("{}{}", t("本方案由", "This program asks for the approval of: "), code(&role)) + t("审批。", ".")
    });
    view! {
        <ActForm on_submit=submit action=if approved { t("批准", "Approve") } else { t("不批准", "Reject") } danger=!approved>
            {by.map(|by| view! { <p class="quiet-text">{by}</p> })}
            <Field
                label=if approved { t("谁批的、备注（可不填）", "By whom, note (optional)") } else { t("原因", "Reason") }
                value=reason
                required=!approved
                error=wrong
                focused=true
                testid="decide-reason"
            />
        </ActForm>
    }
}

#[component]
fn ShowQr() -> impl IntoView {
    let member = use_member();
    let page = member.now();
    let number = page.as_ref().map(|page| page.row.card.to_string()).unwrap_or_default();
    view! {
        <div class="m-qr-large">
            {page.map(|page| qr_picture(&page.card_qr))}
            <p class="m-card-number">{number}</p>
            <p class="quiet-text">{t("收银台扫这个码就能找到会员。", "Scanning this at the counter finds the member.")}</p>
        </div>
    }
}
