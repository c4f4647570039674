//! Business clients: their accounts, their projects, and who holds their files.

use regulars_desk::protocol::{AccountChoice, AccountView, FileView, MemberRow, ProjectView, StaffCan};
use regulars_rules::id::Text;
use regulars_rules::staff::fact::{Origin, StaffFact};

use leptos::prelude::*;

use super::acts::{Acts, use_acts};
use super::form::{FieldOf, Form, Input};
use super::forms::{at, member, member_field, needed, nobody, noted, people, text};
use super::list::Month;
use super::model::amount_or_zero;
use crate::pages::members::model::FieldError;
use crate::shared::*;

/// What an account judges as good; every other word is not.
const GOOD: &str = "good";
const POOR: &str = "poor";

/// What can be recorded of them.
#[component]
pub fn ClientActions(can: Memo<StaffCan>) -> impl IntoView {
    let acts = use_acts();
    let set_account = move || {
        if let Some(choice) = can.with_untracked(|can| can.account.clone()) {
            acts.begin(account(&choice, None));
        }
    };
    view! {
        <Show when=move || can.with(|can| can.account.is_some())>
            <Button on_press=set_account testid="staff-account">{t("记客户账目", "Record an account")}</Button>
        </Show>
        <Show when=move || can.with(|can| !can.projects.is_empty())>
            <Button on_press=move || acts.begin(can.with_untracked(|can| project(can, None))) testid="staff-project">{t("记项目", "Record a project")}</Button>
        </Show>
        <Show when=move || can.with(|can| can.files)>
            <Button on_press=move || acts.begin(can.with_untracked(file)) testid="staff-file">{t("建客户档案", "File a client")}</Button>
        </Show>
    }
}

/// How they stand.
#[component]
pub fn Clients(page: Month, can: Memo<StaffCan>) -> impl IntoView {
    let acts = use_acts();
    let panel = |testid: &'static str, title: &'static str, rows: Vec<AnyView>| {
        (!rows.is_empty()).then(|| {
            view! {
                <section class="panel s-panel" data-testid=testid>
                    <h2>{title} " " <span class="s-number">{count(i64::try_from(rows.len()).unwrap_or(i64::MAX))}</span></h2>
                    <ul class="s-lines">{rows}</ul>
                </section>
            }
        })
    };
    move || {
        page.due.with(|due| {
            let due = due.as_ref()?;
            let accounts = due.accounts.iter().map(|own| account_line(acts, can, own)).collect();
            let projects = due.projects.iter().map(|own| project_line(acts, can, own)).collect();
            let files = due.files.iter().map(file_line).collect();
            Some(view! {
                {panel("staff-accounts", t("企业客户", "Business clients"), accounts)}
                {panel("staff-projects", t("项目", "Projects"), projects)}
                {panel("staff-files", t("客户档案", "Clients’ files"), files)}
            })
        })
    }
}

fn client_name(row: &MemberRow) -> AnyView {
    let name = if row.name.is_empty() { t("未留姓名", "No name given").to_owned() } else { row.name.to_string() };
    view! {
        <a href=link(&format!("members/{}", row.id))>{name}</a> " "
        <TierBadge rank=row.tier_rank label=label(&row.tier_label) />
    }
    .into_any()
}

fn account_line(acts: Acts, can: Memo<StaffCan>, own: &AccountView) -> AnyView {
    let held = own.clone();
    let begin = move || {
        if let Some(choice) = can.with_untracked(|can| can.account.clone()) {
            acts.begin(account(&choice, Some(&held)));
        }
    };
    let owed = format!("{} {}", t("欠", "owes"), money(own.owed));
    let limit = format!("{} {}", t("最多可欠", "may owe"), money(own.limit));
    let over = own.owed > own.limit;
    view! {
        <li class="s-line" data-testid="staff-account-line">
            <span class="s-line-words">
                <span>{client_name(&own.client)}</span>
                <span class="quiet-text">{say(&own.trace.message)} " " <Why title=own.client.name.to_string() traces=&own.trace testid="staff-account-why" /></span>
                <span>
                    <b class="figure">{owed}</b> " · " {limit}
                    {over.then(|| view! { " " <span class="tag warn">{t("超限", "over the limit")}</span> })}
                </span>
            </span>
            <Button icon=Icon::Edit on_press=begin testid="staff-account-edit">{t("更新", "Update")}</Button>
        </li>
    }
    .into_any()
}

fn project_line(acts: Acts, can: Memo<StaffCan>, own: &ProjectView) -> AnyView {
    let held = own.clone();
    let begin = move || acts.begin(can.with_untracked(|can| project(can, Some(&held))));
    let by = match (own.by.is_empty(), own.nobody) {
        (true, _) => t("没有人需要跟进", "nobody need follow it").to_owned(),
        (false, true) => format!("{} {}", t("名单上还没有", "nobody on the list is"), codes(&own.by)),
        (false, false) => {
            let all: Vec<&str> = own.by.iter().map(Text::as_str).collect();
            format!("{}{}", t("跟进：", "Followed by "), all.join(t("、", ", ")))
        }
    };
    let stage = if own.stage.is_empty() { String::new() } else { format!(" · {}", code(&own.stage)) };
    let state = if own.signed { t("已签约", "signed") } else { t("未签约", "not signed") };
    view! {
        <li class="s-line" data-testid="staff-project-line">
            <span class="s-line-words">
                <span><b>{own.project.to_string()}</b> " · " {client_name(&own.client)}</span>
                <span><span class="figure">{money(own.amount)}</span> " · " {state} {stage}</span>
                <span class="quiet-text">{by} " " <Why title=own.project.to_string() traces=&own.trace testid="staff-project-why" /></span>
            </span>
            <Button icon=Icon::Edit on_press=begin testid="staff-project-edit">{t("更新", "Update")}</Button>
        </li>
    }
    .into_any()
}

fn origin_words(origin: Origin) -> &'static str {
    match origin {
        Origin::Personal => t("个人客户", "found by one person"),
        Origin::Team => t("团队客户", "found by a team"),
        Origin::Company => t("公司客户", "the company’s"),
    }
}

fn file_line(own: &FileView) -> AnyView {
    let part = |words: &'static str, names: &[Text]| {
        let all: Vec<&str> = names.iter().map(Text::as_str).collect();
        (!all.is_empty()).then(|| format!("{words} {}", all.join(t("、", ", "))))
    };
    let held: Vec<String> = [
        part(t("原件", "original:"), &own.keepers),
        part(t("副本", "copy:"), &own.copies),
        part(t("备份", "backup:"), &own.backups),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! {
        <li class="s-line" data-testid="staff-file-line">
            <span class="s-line-words">
                <span>{client_name(&own.client)} " " <span class="tag">{origin_words(own.origin)}</span></span>
                <span class="quiet-text">{held.join(" · ")}</span>
            </span>
        </li>
    }
    .into_any()
}

/// An account as it stands from today on.
fn account(choice: &AccountChoice, known: Option<&AccountView>) -> Form {
    let client = known.map(|own| own.client.id);
    let mut fields = Vec::new();
    let mut place = |field: FieldOf| {
        fields.push(field);
        fields.len().saturating_sub(1)
    };
    let client_at = client.is_none().then(|| place(member_field(true)));
    let credits = std::iter::once(nobody()).chain(choice.credits.iter().map(|own| (own.to_string(), own.to_string())));
    let credit = known.map(|own| own.credit.to_string()).unwrap_or_default();
    let credit_at =
        place(FieldOf::new("credit", t("资信等级", "Grade of credit"), Input::Choice(credits.collect())).start(credit));
    let owed = known.map(|own| own.owed.to_string()).unwrap_or_default();
    let owed_at = place(FieldOf::new("owed", t("现在欠多少", "What is owed now"), Input::Money).start(owed));
    let judged: Vec<(Text, usize)> = choice
        .judgements
        .iter()
        .map(|name| {
            let found = known.and_then(|own| own.judgements.iter().find(|(own, _)| own == name));
            let found = found.map(|(_, found)| found.to_string()).unwrap_or_default();
            let mut choices = vec![
                (String::new(), t("还没评定", "not judged yet").to_owned()),
                (GOOD.to_owned(), t("好", "good").to_owned()),
                (POOR.to_owned(), t("不好", "not good").to_owned()),
            ];
            // Somebody may have recorded another word by import.
            if !choices.iter().any(|(own, _)| *own == found) {
                choices.push((found.clone(), found.clone()));
            }
            (name.clone(), place(FieldOf::new("judgement", code_title(name), Input::Choice(choices)).start(found)))
        })
        .collect();
    Form {
        title: known.map_or_else(
            || t("记客户账目", "Record an account").to_owned(),
            |own| format!("{} · {}", t("客户账目", "Account"), own.client.name),
        ),
        lead: String::new(),
        fields,
        action: t("记下来", "Record").to_owned(),
        said: t("账目已记", "Recorded"),
        read: Box::new(move |values| {
            let typed = client_at.map(|place| member(values, place).ok_or((place, FieldError::Empty))).transpose()?;
            let member = client.or(typed).ok_or((0, FieldError::Empty))?;
            let found = |(name, place): &(Text, usize)| {
                let found = text(values, *place);
                (!found.is_empty()).then(|| (name.clone(), found))
            };
            noted(StaffFact::AccountSet {
                member,
                credit: text(values, credit_at),
                owed: amount_or_zero(at(values, owed_at)).map_err(|error| (owed_at, error))?,
                judgements: map_of(judged.iter().filter_map(found)),
            })
        }),
        sure: None,
    }
}

/// A project as it stands from today on.
fn project(can: &StaffCan, known: Option<&ProjectView>) -> Form {
    let identity = known.map(|own| (own.client.id, own.project.clone()));
    let mut fields = Vec::new();
    let mut place = |field: FieldOf| {
        fields.push(field);
        fields.len().saturating_sub(1)
    };
    let new_at = identity.is_none().then(|| {
        (place(member_field(true)), place(FieldOf::new("project", t("项目名称", "Name of the project"), Input::Text)))
    });
    let amount = known.map(|own| own.amount.to_string()).unwrap_or_default();
    let amount_at = place(FieldOf::new("amount", t("金额", "Amount"), Input::Money).start(amount));
    let signed = known.is_some_and(|own| own.signed);
    let signed_at =
        place(FieldOf::new("signed", t("已签约", "It is signed"), Input::Tick).start(if signed { "yes" } else { "" }));
    let stages =
        can.projects.iter().flat_map(|own| own.stages.iter().map(|stage| (stage.to_string(), code_title(stage))));
    let stages: Vec<_> = stages.collect();
    let stage_at = (!stages.is_empty()).then(|| {
        let choices = std::iter::once(nobody()).chain(stages).collect();
        let stage = known.map(|own| own.stage.to_string()).unwrap_or_default();
        let hint = t("签约以后才有。", "Once it is signed.");
        place(FieldOf::new("state", t("进展", "Stage"), Input::Choice(choices)).start(stage).hint(hint))
    });
    Form {
        title: known.map_or_else(
            || t("记项目", "Record a project").to_owned(),
            |own| format!("{} · {}", t("项目", "Project"), own.project),
        ),
        lead: String::new(),
        fields,
        action: t("记下来", "Record").to_owned(),
        said: t("项目已记", "Recorded"),
        read: Box::new(move |values| {
            let typed = match new_at {
                Some((client_at, name_at)) => {
                    Some((member(values, client_at).ok_or((client_at, FieldError::Empty))?, needed(values, name_at)?))
                }
                None => None,
            };
            let (member, project) = identity.clone().or(typed).ok_or((0, FieldError::Empty))?;
            if at(values, amount_at).is_empty() {
                return Err((amount_at, FieldError::Empty));
            }
            noted(StaffFact::ProjectSet {
                member,
                project,
                amount: amount_or_zero(at(values, amount_at)).map_err(|error| (amount_at, error))?,
                signed: at(values, signed_at) == "yes",
                state: stage_at.map(|place| text(values, place)).unwrap_or_default(),
            })
        }),
        sure: None,
    }
}

/// A client's file, by where they came from.
fn file(can: &StaffCan) -> Form {
    let origins = Origin::ALL.map(|own| {
        let who = match own {
            Origin::Personal => {
                t("谁找到的，一位；原件归主管", "the one who found them; the original goes to the supervisor")
            }
            Origin::Team => t("两位以上，各留自己那份", "two or more, each with a copy of their part"),
            Origin::Company => t("主管分给谁；可以不分", "whoever the supervisor assigns; may be nobody"),
        };
        (own.word().to_owned(), origin_words(own).to_owned(), who.to_owned())
    });
    Form {
        title: t("建客户档案", "File a client").to_owned(),
        lead: String::new(),
        fields: vec![
            member_field(true),
            FieldOf::new("origin", t("从哪里来", "Where from"), Input::Options(origins.into()))
                .start(Origin::Company.word()),
            FieldOf::new("holders", t("谁留副本", "Who has a copy"), Input::Many(people(can))),
        ],
        action: t("建档", "File").to_owned(),
        said: t("档案已建", "Filed"),
        read: Box::new(|values| {
            let member = member(values, 0).ok_or((0, FieldError::Empty))?;
            let chosen = Origin::ALL.into_iter().find(|own| own.word() == at(values, 1));
            let origin = chosen.ok_or((1, FieldError::Empty))?;
            let holders = at(values, 2).lines().map(Text::from).collect();
            noted(StaffFact::ClientFiled { member, origin, holders })
        }),
        sure: None,
    }
}
