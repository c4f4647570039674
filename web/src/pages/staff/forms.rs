//! The forms: what is asked, and the fact that becomes of it.

use regulars_desk::protocol::{
    ApprovalChoice, AssessmentView, ConductView, RequestView, StaffCan, TargetChoice, VisitView,
};
use regulars_rules::id::{EventId, MemberId, Text};
use regulars_rules::number::{Money, Rate};
use regulars_rules::staff::decide::StaffWish;
use regulars_rules::staff::fact::{Person, Scope, Share, StaffFact, Store, Target};
use regulars_rules::time::Day;

use super::form::{FieldOf, Form, Input};
use super::model::{amount_or_zero, figure, moment, name, scores, words};
use super::paper::period_words;
use crate::client::fresh_seed;
use crate::clock;
use crate::pages::members::model::FieldError;
use crate::shared::*;

/// What stands at a place; nothing where there is no such field.
pub(super) fn at(values: &[String], place: usize) -> &str {
    values.get(place).map(|text| text.trim()).unwrap_or_default()
}

pub(super) fn text(values: &[String], place: usize) -> Text {
    Text::from(at(values, place))
}

pub(super) fn needed(values: &[String], place: usize) -> Result<Text, (usize, FieldError)> {
    words(at(values, place)).map_err(|error| (place, error))
}

pub(super) fn member(values: &[String], place: usize) -> Option<MemberId> {
    at(values, place).parse().ok()
}

/// A day that must be there.
fn one_day(values: &[String], place: usize) -> Result<Day, (usize, FieldError)> {
    at(values, place).parse().map_err(|_| (place, FieldError::Empty))
}

pub(super) fn noted(fact: StaffFact) -> Result<StaffWish, (usize, FieldError)> {
    Ok(StaffWish::Note(fact))
}

pub(super) fn nobody() -> (String, String) {
    (String::new(), t("没有", "None").to_owned())
}

/// The people, as choices.
pub(super) fn people(can: &StaffCan) -> Vec<(String, String)> {
    can.people.iter().map(|own| (own.code.to_string(), name(own).to_owned())).collect()
}

/// One of many; the first at the start.
fn one_of(name: &'static str, label: &'static str, choices: Vec<(String, String)>) -> FieldOf {
    let first = choices.first().map(|(own, _)| own.clone()).unwrap_or_default();
    FieldOf::new(name, label, Input::Choice(choices)).start(first)
}

/// One of the people.
fn someone(name: &'static str, label: &'static str, can: &StaffCan) -> FieldOf {
    one_of(name, label, people(can))
}

/// One of the people, or nobody, which is what it starts with.
fn perhaps_someone(name: &'static str, label: &'static str, can: &StaffCan) -> FieldOf {
    one_of(name, label, std::iter::once(nobody()).chain(people(can)).collect())
}

/// A member, by phone, card or name.
pub(super) fn member_field(needed: bool) -> FieldOf {
    let words = if needed { t("会员", "Member") } else { t("会员（可不填）", "Member (optional)") };
    FieldOf::new("member", words, Input::Member).hint(t("手机号、卡号或姓名", "Phone, card or name"))
}

/// Someone joins, or changes their post.
pub fn person(can: &StaffCan, now: Option<Person>) -> Form {
    let is_new = now.is_none();
    let known = now.unwrap_or_default();
    let mut fields = Vec::new();
    fields.push(FieldOf::new("name", t("姓名", "Name"), Input::Text).start(known.name.as_str()));
    if is_new {
        let hint = t("小票上记的就是它；不填就用姓名。", "It is on the receipts; left blank, the name is used.");
        fields.push(FieldOf::new("code", t("工号（可不填）", "Code (optional)"), Input::Text).hint(hint));
    }
    let is_free = can.roles.is_empty();
    if is_free {
        fields.push(FieldOf::new("role", t("岗位", "Role"), Input::Text).start(known.role.as_str()));
    } else {
        let mut choices: Vec<_> = can.roles.iter().map(|own| (own.to_string(), code(own))).collect();
        // Most of those who come are guides.
        let guide = choices.iter().find(|(own, _)| own == "guide").or_else(|| choices.last());
        let first = guide.map(|(own, _)| own.clone()).unwrap_or_default();
        choices.push((String::new(), t("别的", "Another").to_owned()));
        let is_listed = can.roles.contains(&known.role);
        let start = match (known.role.is_empty(), is_listed) {
            (true, _) => first,
            (false, true) => known.role.to_string(),
            (false, false) => String::new(),
        };
        let other = if is_listed { "" } else { known.role.as_str() };
        fields.push(FieldOf::new("role", t("岗位", "Role"), Input::Choice(choices)).start(start));
        fields.push(
            FieldOf::new("role-other", t("别的岗位（可不填）", "Another role (optional)"), Input::Text)
                .start(other)
                .hint(t("方案没有提到的岗位，写在这里。", "One that the program does not speak of.")),
        );
    }
    let store = t("门店", "Store");
    let stores: Vec<_> = can
        .stores
        .iter()
        .map(|own| {
            let words = if own.name.is_empty() { &own.code } else { &own.name };
            (own.code.to_string(), words.to_string())
        })
        .collect();
    let has_stores = !stores.is_empty();
    if has_stores {
        let all = std::iter::once(nobody()).chain(stores).collect();
        fields.push(FieldOf::new("store", store, Input::Choice(all)).start(known.store.as_str()));
    }
    let others = people(can).into_iter().filter(|(own, _)| *own != *known.code);
    let leaders = std::iter::once(nobody()).chain(others).collect();
    fields.push(FieldOf::new("leader", t("上级", "Led by"), Input::Choice(leaders)).start(known.leader.as_str()));
    fields.push(FieldOf::new("team", t("小组（可不填）", "Team (optional)"), Input::Text).start(known.team.as_str()));
    fields.push(FieldOf::new("area", t("区域（可不填）", "Area (optional)"), Input::Text).start(known.area.as_str()));
    let title =
        if is_new { t("添加员工", "Add a person") } else { t("调岗、改资料", "Change post or details") };
    let lead = if is_new {
        ""
    } else {
        t("从今天起算，以前的月份不变。", "From today on; earlier months stay as they are.")
    };
    Form {
        title: title.to_owned(),
        lead: lead.to_owned(),
        fields,
        action: if is_new { t("添加", "Add") } else { t("保存", "Save") }.to_owned(),
        said: if is_new { t("已添加", "Added") } else { t("已保存", "Saved") },
        read: Box::new(move |values| {
            let name = needed(values, 0)?;
            let first = usize::from(is_new).saturating_add(1);
            let store_at = first.saturating_add(1).saturating_add(usize::from(!is_free));
            let next = store_at.saturating_add(usize::from(has_stores));
            let typed = text(values, 1);
            let other = if is_free { Text::default() } else { text(values, first.saturating_add(1)) };
            noted(StaffFact::Listed(Person {
                code: match (is_new, typed.is_empty()) {
                    (false, _) => known.code.clone(),
                    (true, true) => name.clone(),
                    (true, false) => typed,
                },
                name,
                role: if other.is_empty() { text(values, first) } else { other },
                store: if has_stores { text(values, store_at) } else { known.store.clone() },
                leader: text(values, next),
                team: text(values, next.saturating_add(1)),
                area: text(values, next.saturating_add(2)),
            }))
        }),
        sure: None,
    }
}

/// A store opens, or its figures change.
pub fn store() -> Form {
    Form {
        title: t("添加门店", "Add a store").to_owned(),
        lead: String::new(),
        fields: vec![
            FieldOf::new("store-name", t("名称", "Name"), Input::Text),
            FieldOf::new("store-area", t("区域（可不填）", "Area (optional)"), Input::Text),
            FieldOf::new("store-sales", t("日均销售额（可不填）", "Average sales a day (optional)"), Input::Money)
                .hint(t("方案按它分店级。", "Programs class shops by it.")),
        ],
        action: t("添加", "Add").to_owned(),
        said: t("已添加门店", "Store added"),
        read: Box::new(|values| {
            let name = needed(values, 0)?;
            let daily_sales = amount_or_zero(at(values, 2)).map_err(|error| (2, error))?;
            noted(StaffFact::StoreListed(Store { code: name.clone(), name, area: text(values, 1), daily_sales }))
        }),
        sure: None,
    }
}

/// Someone leaves.
pub fn leave(person: &Person) -> Form {
    let (staff, who) = (person.code.clone(), name(person).to_owned());
    Form {
        title: format!("{} · {who}", t("离职", "Leaves")),
        lead: t("工资算到这个月；以前的数字都留着。", "Pay is settled with this month; all earlier figures stay.")
            .to_owned(),
        fields: vec![
            FieldOf::new("reason", t("原因（可不填）", "Reason (optional)"), Input::Text),
            FieldOf::new("dismissed", t("是辞退", "Dismissed"), Input::Tick),
            FieldOf::new("never-again", t("以后不再录用", "Never to be hired again"), Input::Tick),
        ],
        action: t("记为离职", "Record").to_owned(),
        said: t("已记离职", "Recorded"),
        read: Box::new(move |values| {
            noted(StaffFact::Left {
                staff: staff.clone(),
                reason: text(values, 0),
                dismissed: at(values, 1) == "yes",
                never_again: at(values, 2) == "yes",
            })
        }),
        sure: Some(Box::new(move |_| Question {
            title: format!("{who} {}", t("今天离职？", "leaves today?")),
            text: t("从明天起不再算在岗。", "From tomorrow on they are not on the list.").to_owned(),
            action: t("离职", "Record").to_owned(),
            danger: true,
        })),
    }
}

/// Someone receives nobody for some days.
pub fn suspend(person: &Person, days: i64) -> Form {
    let staff = person.code.clone();
    let today = clock::today();
    let last = today.plus_days(i32::try_from(days.max(1)).unwrap_or(1).saturating_sub(1));
    Form {
        title: format!("{} · {}", t("停工", "Suspend"), name(person)),
        lead: t("这几天不接待顾客，成交不算其名下。", "Receives nobody on these days, and has none of their deals.")
            .to_owned(),
        fields: vec![
            FieldOf::new("from", t("从哪天", "From"), Input::Day).start(today.to_string()),
            FieldOf::new("last", t("到哪天（含）", "Until, that day included"), Input::Day).start(last.to_string()),
            FieldOf::new("reason", t("原因、谁定的", "Why, and who decided"), Input::Text),
        ],
        action: t("记为停工", "Record").to_owned(),
        said: t("已记停工", "Recorded"),
        read: Box::new(move |values| {
            let (from, to) = (one_day(values, 0)?, one_day(values, 1)?.plus_days(1));
            noted(StaffFact::Suspended { staff: staff.clone(), from, to, reason: needed(values, 2)? })
        }),
        sure: None,
    }
}

/// What a breach of this count brings, in words.
pub fn follows(rule: &ConductView) -> String {
    let mut words = Vec::new();
    words.push(match language() {
        regulars_rules::message::Language::Zh => format!("第 {} 次", rule.count),
        regulars_rules::message::Language::En => format!("time {}", rule.count),
    });
    if rule.fine.is_positive() {
        words.push(format!("{} {}", t("罚", "fine"), money(rule.fine)));
    }
    words.extend(rule.propose.iter().map(|what| code(what)));
    words.join(" · ")
}

/// A rule of conduct was broken.
pub fn breach(person: &Person, rules: Vec<ConductView>) -> Form {
    let (staff, who) = (person.code.clone(), name(person).to_owned());
    let options = rules.iter().map(|own| (own.rule.id.to_string(), label(&own.rule.label), follows(own))).collect();
    let first = rules.first().map(|own| own.rule.id.to_string()).unwrap_or_default();
    let has_damages = rules.iter().any(|own| own.damages);
    let mut fields = vec![
        FieldOf::new("rule", t("违反了哪一条", "Which rule"), Input::Options(options)).start(first),
        FieldOf::new("note", t("经过", "What happened"), Input::Text),
    ];
    if has_damages {
        let hint = t("只有要赔的条款才填。", "Only for rules under which damage is made good.");
        fields.push(FieldOf::new("damages", t("赔偿（可不填）", "Damages (optional)"), Input::Money).hint(hint));
    }
    let asked = who.clone();
    Form {
        title: format!("{} · {who}", t("记一次违规", "Record a breach")),
        lead: t(
            "右边是这一次会带来什么；提议的由人来定。",
            "Beside each rule: what this time would bring. Proposals are decided by a person.",
        )
        .to_owned(),
        fields,
        action: t("记下来", "Record").to_owned(),
        said: t("已记录", "Recorded"),
        read: Box::new(move |values| {
            let damages = amount_or_zero(at(values, 2)).map_err(|error| (2, error))?;
            noted(StaffFact::Breached {
                staff: staff.clone(),
                member: None,
                rule: text(values, 0),
                damages,
                note: text(values, 1),
            })
        }),
        sure: Some(Box::new(move |values| {
            let rule = rules.iter().find(|own| own.rule.id == at(values, 0));
            let words = rule.map(|own| format!("{}：{}", label(&own.rule.label), follows(own))).unwrap_or_default();
            Question {
                title: format!("{} {asked}？", t("记给", "Record it against")),
                text: words,
                action: t("记下来", "Record").to_owned(),
                danger: true,
            }
        })),
    }
}

/// A review is asked for.
pub fn appeal(of: EventId) -> Form {
    Form {
        title: t("申请复核", "Ask for a review").to_owned(),
        lead: String::new(),
        fields: vec![FieldOf::new("reason", t("理由", "Reason"), Input::Text)],
        action: t("申请", "Ask").to_owned(),
        said: t("已申请复核", "Review asked for"),
        read: Box::new(move |values| noted(StaffFact::Appealed { of, reason: needed(values, 0)? })),
        sure: None,
    }
}

/// The word on a review.
pub fn decide_appeal(of: EventId, can: &StaffCan) -> Form {
    let upheld = vec![
        ("yes".to_owned(), t("撤销处分", "Lift the sanction").to_owned(), String::new()),
        ("no".to_owned(), t("维持处分", "It stands").to_owned(), String::new()),
    ];
    Form {
        title: t("复核结果", "Result of the review").to_owned(),
        lead: String::new(),
        fields: vec![
            FieldOf::new("upheld", t("结果", "Result"), Input::Options(upheld)).start("yes"),
            someone("by", t("谁定的", "Decided by"), can),
            FieldOf::new("reason", t("理由", "Reason"), Input::Text),
        ],
        action: t("记下结果", "Record").to_owned(),
        said: t("已记复核结果", "Result recorded"),
        read: Box::new(move |values| {
            noted(StaffFact::AppealDecided {
                of,
                upheld: at(values, 0) == "yes",
                by: text(values, 1),
                reason: needed(values, 2)?,
            })
        }),
        sure: None,
    }
}

/// A target for a person, a store, or all.
pub fn target(can: &StaffCan, whom: Option<&Person>) -> Form {
    let rules: Vec<TargetChoice> = can.targets.clone();
    let unit = |own: &TargetChoice| match own.unit.as_str() {
        "money" => t("元", "yuan"),
        "rate" => "%",
        "score" => t("分", "points"),
        _ => t("个", "count"),
    };
    let options = rules
        .iter()
        .map(|own| {
            (own.rule.to_string(), label(&own.label), format!("{} · {}", period_words(own.from, own.to), unit(own)))
        })
        .collect();
    let first = rules.first().map(|own| own.rule.to_string()).unwrap_or_default();
    let mut scopes: Vec<(String, String)> = Vec::new();
    scopes.extend(people(can).into_iter().map(|(own, words)| (format!("person:{own}"), words)));
    scopes.extend(can.stores.iter().map(|own| (format!("store:{}", own.code), own.name.to_string())));
    scopes.push(("all:".to_owned(), t("全店", "Everyone together").to_owned()));
    let start = match whom {
        Some(person) => format!("person:{}", person.code),
        None => scopes.first().map(|(own, _)| own.clone()).unwrap_or_default(),
    };
    Form {
        title: t("定目标", "Set a target").to_owned(),
        lead: t("同一个人、同一期再定一次，以后面的为准。", "Set again for the same period, the later one stands.")
            .to_owned(),
        fields: vec![
            FieldOf::new("target", t("哪一项", "Which"), Input::Options(options)).start(first),
            FieldOf::new("scope", t("给谁", "For whom"), Input::Choice(scopes)).start(start),
            FieldOf::new("figure", t("目标", "Figure"), Input::Number),
        ],
        action: t("定下目标", "Set").to_owned(),
        said: t("目标已定", "Target set"),
        read: Box::new(move |values| {
            let rule = rules.iter().find(|own| own.rule == at(values, 0)).ok_or((0, FieldError::Empty))?;
            let figure = figure(at(values, 2), &rule.unit).map_err(|error| (2, error))?;
            let scope = match at(values, 1).split_once(':') {
                Some(("person", code)) => Scope::Person(Text::from(code)),
                Some(("store", code)) => Scope::Store(Text::from(code)),
                _ => Scope::All,
            };
            noted(StaffFact::TargetSet(Target { scope, rule: rule.rule.clone(), from: rule.from, to: rule.to, figure }))
        }),
        sure: None,
    }
}

/// An assessment is filled in.
pub fn assess(person: &Person, own: &AssessmentView) -> Form {
    let (staff, rule, from) = (person.code.clone(), own.rule.id.clone(), own.from);
    let ids: Vec<Text> = own.items.iter().map(|(id, ..)| id.clone()).collect();
    let fields = own
        .items
        .iter()
        .map(|(_, words, most)| {
            FieldOf::new("score", format!("{}（0 – {}）", label(words), quantity(*most)), Input::Number)
        })
        .collect();
    Form {
        title: format!("{} · {}", label(&own.rule.label), name(person)),
        lead: String::new(),
        fields,
        action: t("记下评分", "Record").to_owned(),
        said: t("评分已记", "Scores recorded"),
        read: Box::new(move |values| {
            noted(StaffFact::Assessed { staff: staff.clone(), rule: rule.clone(), from, scores: scores(&ids, values)? })
        }),
        sure: None,
    }
}

/// Someone was on duty.
pub fn duty(person: &Person) -> Form {
    let staff = person.code.clone();
    Form {
        title: format!("{} · {}", t("当班", "On duty"), name(person)),
        lead: t("方案按当班的人算成交。", "The program gives deals to those on duty.").to_owned(),
        fields: vec![
            FieldOf::new("day", t("日期", "Day"), Input::Day).start(clock::today().to_string()),
            FieldOf::new("from", t("从", "From"), Input::Time).start("09:00"),
            FieldOf::new("to", t("到", "Until"), Input::Time).start("21:00"),
        ],
        action: t("记下当班", "Record").to_owned(),
        said: t("已记当班", "Recorded"),
        read: Box::new(move |values| {
            let now = clock::now();
            let from = moment(at(values, 0), at(values, 1), now).map_err(|error| (1, error))?;
            let to = moment(at(values, 0), at(values, 2), now).map_err(|error| (2, error))?;
            noted(StaffFact::Duty { staff: staff.clone(), from, to })
        }),
        sure: None,
    }
}

/// A client comes by appointment.
pub fn book(can: &StaffCan) -> Form {
    Form {
        title: t("记预约", "Book a client").to_owned(),
        lead: t("预约的客户归约的人，不归当班的人。", "A booked client's deal is not that of whoever is on duty.")
            .to_owned(),
        fields: vec![
            someone("staff", t("约了谁", "Booked with"), can),
            member_field(false),
            FieldOf::new("day", t("哪天来", "Day of the visit"), Input::Day).start(clock::today().to_string()),
            perhaps_someone("told", t("告诉了哪位店长", "Manager who was told"), can),
        ],
        action: t("记下预约", "Record").to_owned(),
        said: t("已记预约", "Recorded"),
        read: Box::new(|values| {
            let day = one_day(values, 2)?;
            noted(StaffFact::Booked { staff: text(values, 0), member: member(values, 1), day, told: text(values, 3) })
        }),
        sure: None,
    }
}

/// Whoever is off duty may receive clients all the same.
pub fn waive(can: &StaffCan) -> Form {
    Form {
        title: t("不当班也可接待", "Receive off duty").to_owned(),
        lead: t("当班的人忙不过来时，店长同意。", "When those on duty are full, a manager may allow it.").to_owned(),
        fields: vec![
            someone("staff", t("谁可以接待", "Who may"), can),
            someone("by", t("谁同意的", "Allowed by"), can),
            FieldOf::new("day", t("哪天", "Day"), Input::Day).start(clock::today().to_string()),
            FieldOf::new("reason", t("理由", "Reason"), Input::Text),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("已记录", "Recorded"),
        read: Box::new(|values| {
            let (staff, by, day) = (text(values, 0), text(values, 1), one_day(values, 2)?);
            noted(StaffFact::DutyWaived { staff, by, day, reason: needed(values, 3)? })
        }),
        sure: None,
    }
}

/// Someone is away, and another stands in.
pub fn stand_in(can: &StaffCan) -> Form {
    let today = clock::today();
    Form {
        title: t("代班", "Stand in").to_owned(),
        lead: t(
            "这几天由另一位回访和照看会员，归属不变。",
            "Another one calls and cares for the members; they stay whose they are.",
        )
        .to_owned(),
        fields: vec![
            someone("absent", t("谁不在", "Who is away"), can),
            someone("by", t("谁代", "Who stands in"), can),
            FieldOf::new("from", t("从哪天", "From"), Input::Day).start(today.to_string()),
            FieldOf::new("last", t("到哪天（含）", "Until, that day included"), Input::Day).start(today.to_string()),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("已记代班", "Recorded"),
        read: Box::new(|values| {
            let (from, last) = (one_day(values, 2)?, one_day(values, 3)?);
            let to = last.plus_days(1);
            noted(StaffFact::StandIn { absent: text(values, 0), by: text(values, 1), from, to })
        }),
        sure: None,
    }
}

/// A meeting was held.
pub fn meeting(can: &StaffCan) -> Form {
    let all: Vec<(Text, Text)> = can
        .meetings
        .iter()
        .flat_map(|(rule, branches)| branches.iter().map(|branch| (rule.rule.clone(), branch.clone())))
        .collect();
    let named = |(rule, branch): &(Text, Text)| {
        let own = can.meetings.iter().map(|(own, _)| own).find(|own| own.rule == *rule);
        let store = can.stores.iter().find(|own| own.code == *branch && !own.name.is_empty());
        let branch = store.map_or_else(|| branch.to_string(), |own| own.name.to_string());
        let words = own.map(|own| label(&own.label)).unwrap_or_default();
        let parts = [words, branch].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    };
    let options = all.iter().enumerate().map(|(place, own)| (place.to_string(), named(own))).collect();
    Form {
        title: t("记会议", "Record a meeting").to_owned(),
        lead: String::new(),
        fields: vec![
            one_of("meeting", t("哪个会", "Which"), options),
            FieldOf::new("present", t("谁到了", "Present"), Input::Many(people(can))),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("会议已记", "Recorded"),
        read: Box::new(move |values| {
            let place: usize = at(values, 0).parse().unwrap_or(0);
            let (rule, branch) = all.get(place).cloned().ok_or((0, FieldError::Empty))?;
            let present = at(values, 1).lines().map(Text::from).collect();
            noted(StaffFact::Met { rule, branch, present })
        }),
        sure: None,
    }
}

/// Shops and days are drawn by lot.
pub fn draw(can: &StaffCan) -> Form {
    let options = can.inspections.iter().map(|own| (own.rule.to_string(), label(&own.label))).collect();
    let next = clock::today().month_start().plus_months(1);
    Form {
        title: t("抽签定检查", "Draw the inspections").to_owned(),
        lead: t(
            "门店和日子由抽签决定，种子记在账里，谁都可以核对；一期只抽一次。",
            "Shops and days are drawn by lot. The seed is recorded, so that anybody can check; once for a period.",
        )
        .to_owned(),
        fields: vec![
            one_of("inspection", t("哪一项", "Which"), options),
            FieldOf::new("from", t("从哪天", "From"), Input::Day).start(next.to_string()),
            FieldOf::new("last", t("到哪天（含）", "Until, that day included"), Input::Day)
                .start(next.plus_months(1).plus_days(-1).to_string()),
        ],
        action: t("抽签", "Draw").to_owned(),
        said: t("已抽签", "Drawn"),
        read: Box::new(|values| {
            let (from, to) = (one_day(values, 1)?, one_day(values, 2)?.plus_days(1));
            Ok(StaffWish::DrawVisits { rule: text(values, 0), seed: fresh_seed(), from, to })
        }),
        sure: None,
    }
}

/// What an inspection found.
pub fn inspected(visit: &VisitView) -> Form {
    let (of, store) = (visit.of, visit.store.clone());
    Form {
        title: format!("{} · {}", t("检查结果", "Inspected"), visit.name),
        lead: label(&visit.label),
        fields: vec![
            FieldOf::new(
                "findings",
                t("发现的问题（用分号隔开）", "What was found (separated by semicolons)"),
                Input::Text,
            )
            .hint(t("不填就是一切正常。", "Left blank: all in order.")),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("检查已记", "Recorded"),
        read: Box::new(move |values| {
            let parts = at(values, 0).split([';', '；']).map(str::trim).filter(|part| !part.is_empty());
            noted(StaffFact::Inspected { of, store: store.clone(), findings: parts.map(Text::from).collect() })
        }),
        sure: None,
    }
}

/// A member is given to someone, or taken back by the company.
pub fn owner(person: &Person, can: &StaffCan) -> Form {
    let mut choices = people(can);
    choices.push((String::new(), t("公司收回", "Back to the company").to_owned()));
    Form {
        title: t("会员归谁", "Whose member").to_owned(),
        lead: String::new(),
        fields: vec![
            member_field(true),
            FieldOf::new("owner", t("归", "To"), Input::Choice(choices)).start(person.code.as_str()),
            FieldOf::new("reason", t("理由", "Reason"), Input::Text),
        ],
        action: t("定下来", "Decide").to_owned(),
        said: t("已定归属", "Decided"),
        read: Box::new(|values| {
            let member = member(values, 0).ok_or((0, FieldError::Empty))?;
            noted(StaffFact::OwnerSet { member, owner: text(values, 1), reason: needed(values, 2)? })
        }),
        sure: None,
    }
}

/// Someone gets a deal that nobody had.
pub fn credit(of: EventId, can: &StaffCan) -> Form {
    Form {
        title: t("这一单归谁", "Whose deal").to_owned(),
        lead: String::new(),
        fields: vec![
            someone("staff", t("归", "To"), can),
            FieldOf::new("reason", t("理由（可不填）", "Reason (optional)"), Input::Text),
        ],
        action: t("定下来", "Decide").to_owned(),
        said: t("已定", "Decided"),
        read: Box::new(move |values| {
            let shares = vec![Share { staff: text(values, 0), part: Rate::ONE }];
            noted(StaffFact::Credited { of, shares, reason: text(values, 1) })
        }),
        sure: None,
    }
}

/// A complaint is made.
pub fn complain(can: &StaffCan) -> Form {
    Form {
        title: t("记一条投诉", "Record a complaint").to_owned(),
        lead: String::new(),
        fields: vec![
            FieldOf::new("note", t("内容", "What about"), Input::Text),
            member_field(false),
            perhaps_someone("about", t("关于谁", "About whom"), can),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("投诉已记，开始计时", "Recorded; the clock runs"),
        read: Box::new(|values| {
            let note = needed(values, 0)?;
            noted(StaffFact::ComplaintMade { member: member(values, 1), staff: text(values, 2), note })
        }),
        sure: None,
    }
}

/// A complaint is handled, or goes to head office.
pub fn handle(of: EventId) -> Form {
    Form {
        title: t("处理投诉", "Handle the complaint").to_owned(),
        lead: String::new(),
        fields: vec![
            FieldOf::new("outcome", t("怎么处理的", "What was done"), Input::Text),
            FieldOf::new(
                "escalated",
                t("会员不满意，转总部", "The member is not content: to head office"),
                Input::Tick,
            ),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("已记录", "Recorded"),
        read: Box::new(move |values| {
            let escalated = at(values, 1) == "yes";
            noted(StaffFact::ComplaintHandled { of, outcome: text(values, 0), escalated })
        }),
        sure: None,
    }
}

/// An approval is asked for: only what it is about is asked.
pub fn ask(own: &ApprovalChoice, can: &StaffCan) -> Form {
    let rule = own.rule.rule.clone();
    let matter = own.matter.as_str();
    let mut fields = Vec::new();
    let mut place = |field: FieldOf| {
        fields.push(field);
        fields.len().saturating_sub(1)
    };
    let optional = matches!(matter, "discount" | "other");
    let member_at = place(member_field(!optional));
    let about_at = (!own.about.is_empty()).then(|| {
        let words =
            if matter == "tier" { t("哪个等级", "Which tier") } else { t("哪项优惠", "Which discount") };
        let choices: Vec<_> = own.about.iter().map(|one| (one.rule.to_string(), label(&one.label))).collect();
        place(one_of("matter", words, choices))
    });
    let staff_at = matches!(matter, "consent" | "other").then(|| {
        place(if matter == "consent" {
            someone("staff", t("谁要看", "Who wants to see them"), can)
        } else {
            perhaps_someone("staff", t("员工（可不填）", "Person (optional)"), can)
        })
    });
    let amount_at = matches!(matter, "credit" | "other").then(|| {
        let words =
            if matter == "credit" { t("金额", "Amount") } else { t("金额（可不填）", "Amount (optional)") };
        place(FieldOf::new("amount", words, Input::Money))
    });
    let rate_at = (matter == "discount").then(|| {
        let hint = t("例如 8%：一百元的东西付九十二元。", "8%, say: goods of 100 yuan for 92.");
        place(FieldOf::new("rate", t("优惠多少", "How much off"), Input::Text).hint(hint))
    });
    let note_at = place(FieldOf::new("note", t("说明（可不填）", "Why (optional)"), Input::Text));
    Form {
        title: format!("{} · {}", t("申请", "Ask for"), label(&own.rule.label)),
        lead: String::new(),
        fields,
        action: t("提交", "Submit").to_owned(),
        said: t("已提交", "Submitted"),
        read: Box::new(move |values| {
            let member = member(values, member_at);
            if member.is_none() && !optional {
                return Err((member_at, FieldError::Empty));
            }
            let amount = match amount_at {
                Some(place) => amount_or_zero(at(values, place)).map_err(|error| (place, error))?,
                None => Money::ZERO,
            };
            let rate = match rate_at {
                Some(place) => at(values, place).parse().map_err(|_| (place, FieldError::NotANumber))?,
                None => Rate::ZERO,
            };
            let chosen = |place: Option<usize>| place.map(|place| text(values, place)).unwrap_or_default();
            noted(StaffFact::ApprovalAsked {
                rule: rule.clone(),
                member,
                staff: chosen(staff_at),
                about: chosen(about_at),
                amount,
                rate,
                note: text(values, note_at),
            })
        }),
        sure: None,
    }
}

/// One party's answer.
pub fn answer(request: &RequestView, can: &StaffCan) -> Form {
    let of = request.event;
    let parties: Vec<_> = request.waiting.iter().map(|own| (own.to_string(), code(own))).collect();
    let yes = vec![
        ("yes".to_owned(), t("同意", "Yes").to_owned(), String::new()),
        ("no".to_owned(), t("不同意", "No").to_owned(), String::new()),
    ];
    Form {
        title: t("审批", "Answer").to_owned(),
        lead: label(&request.rule.label),
        fields: vec![
            FieldOf::new("yes", t("意见", "Answer"), Input::Options(yes)).start("yes"),
            one_of("party", t("代表哪一方", "For which party"), parties),
            someone("by", t("谁", "By whom"), can),
            FieldOf::new("reason", t("理由（可不填）", "Reason (optional)"), Input::Text),
        ],
        action: t("记下来", "Record").to_owned(),
        said: t("已记录", "Recorded"),
        read: Box::new(move |values| {
            noted(StaffFact::ApprovalGiven {
                of,
                party: text(values, 1),
                by: text(values, 2),
                yes: at(values, 0) == "yes",
                reason: text(values, 3),
            })
        }),
        sure: None,
    }
}

/// Pay is paid out.
pub fn pay(person: &Person, month: Day, outstanding: Money) -> Form {
    let staff = person.code.clone();
    let who = name(person).to_owned();
    Form {
        title: format!("{} · {who}", t("发工资", "Pay out")),
        lead: t(
            "记下已经发了多少；发之前可以改少，剩下的仍是待发。",
            "Record what was paid; pay less, and the rest stays outstanding.",
        )
        .to_owned(),
        fields: vec![FieldOf::new("amount", t("金额", "Amount"), Input::Money).start(outstanding.to_string())],
        action: t("记为已发", "Record as paid").to_owned(),
        said: t("已记发放", "Payment recorded"),
        read: Box::new(move |values| {
            let amount = amount_or_zero(at(values, 0)).map_err(|error| (0, error))?;
            Ok(StaffWish::Pay { staff: staff.clone(), month, amount: Some(amount) })
        }),
        sure: None,
    }
}
