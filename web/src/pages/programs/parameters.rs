//! The figures that a program leaves to the shop.

use leptos::prelude::*;
use regulars_desk::protocol::{ParameterView, ProgramView};
use regulars_rules::message::Label;

use super::model::{self, Control, Draft, Fault, Origin};
use crate::shared::*;

#[component]
pub fn Parameters(saved: RwSignal<ProgramView>, draft: RwSignal<Draft>) -> impl IntoView {
    let blanks = memo(move |_| saved.with(|saved| draft.with(|draft| draft.blanks_left(&saved.parameters))));
    let rows = move || {
        let parameters = saved.with(|saved| model::in_document_order(&saved.parameters, &saved.document));
        parameters.into_iter().map(|parameter| view! { <Parameter parameter=parameter draft=draft /> }).collect_view()
    };
    let none = move || saved.with(|saved| saved.parameters.is_empty());
    view! {
        <section class="section params" id="parameters" aria-labelledby="parameters-title">
            <h2 id="parameters-title">{t("本店来定", "For the shop to set")}</h2>
            <Show
                when=move || !none()
                fallback=|| view! { <p class="quiet-text">{t("这个方案的数字原文都写明了，不用再定。", "The document states every figure; there is nothing to set.")}</p> }
            >
                <Show when=move || { blanks.get() > 0 }>
                    <div class="params-blanks" data-testid="blanks">
                        <p>
                            <strong>{move || count(i64::try_from(blanks.get()).unwrap_or(i64::MAX))}</strong> " "
                            {t("处原文没写数字，先按默认值算。", "left blank by the document; the defaults are used until you set them.")}
                        </p>
                        <Button
                            on_press=move || saved.with_untracked(|saved| draft.update(|draft| draft.confirm_blanks(&saved.parameters)))
                            testid="confirm-blanks"
                        >
                            {t("就用默认值", "Use the defaults")}
                        </Button>
                    </div>
                </Show>
                <div class="params-rows">{rows}</div>
            </Show>
        </section>
    }
}

#[component]
fn Parameter(parameter: ParameterView, draft: RwSignal<Draft>) -> impl IntoView {
    let id = format!("param-{}", parameter.name);
    let note = format!("{id}-note");
    let parameter = StoredValue::new(parameter);
    let fault = memo(move |_| {
        parameter
            .with_value(|parameter| draft.with(|draft| draft.fault(parameter)))
            .map(|fault| parameter.with_value(|parameter| fault_words(fault, parameter)))
    });
    let differs = memo(move |_| parameter.with_value(|parameter| draft.with(|draft| draft.differs(parameter))));
    let blank = parameter.with_value(model::is_blank);
    let title = parameter.with_value(|parameter| label(&parameter.label));
    let grouped = matches!(parameter.with_value(model::control), Control::Flag | Control::Days | Control::Span);
    let title_view = if grouped {
        view! { <span class="param-label" id=format!("{id}-label")>{title.clone()}</span> }.into_any()
    } else {
        view! { <label class="param-label" for=id.clone()>{title.clone()}</label> }.into_any()
    };
    view! {
        <div class="param field" class:wrong=move || fault.get().is_some() class:changed=move || differs.get()>
            <div class="param-head">
                {title_view}
                <OriginTag source=parameter.with_value(|parameter| parameter.source.clone()) blank=blank />
            </div>
            <div class="param-box">
                {control(parameter, draft, &id, &note, fault)}
                <Show when=move || differs.get()>
                    <Button
                        tone=Tone::Quiet
                        icon=Icon::Undo
                        name=format!("{}: {title}", t("撤回", "Undo"))
                        on_press=move || draft.update(|draft| parameter.with_value(|parameter| draft.forget(&parameter.name)))
                    />
                </Show>
            </div>
            <p class="field-note" id=note role=move || fault.get().map(|_| "alert")>
                {move || fault.get().unwrap_or_else(|| parameter.with_value(hint))}
            </p>
        </div>
    }
}

/// What the source says of it, as a quiet tag.
#[component]
fn OriginTag(source: Label, blank: bool) -> impl IntoView {
    match model::origin(&source, language()) {
        Origin::Blank(_) if blank => {
            view! { <span class="tag warn">{t("原文空白", "Blank in the document")}</span> }.into_any()
        }
        Origin::Blank(_) => view! { <span class="tag">{t("已定", "Set")}</span> }.into_any(),
        Origin::Unclear(_) => {
            view! { <span class="tag">{t("原文不明确", "Unclear in the document")}</span> }.into_any()
        }
        Origin::Choice(_) => ().into_any(),
    }
}

/// Default, range, and in which way the source is unclear.
fn hint(parameter: &ParameterView) -> String {
    let language = language();
    let mut parts = Vec::new();
    if parameter.is_set || !model::same_value(parameter, &parameter.value, &parameter.default) {
        parts.push(format!(
            "{} {}",
            t("默认", "Default:"),
            model::value_words(parameter, &parameter.default, language)
        ));
    }
    let least = (!parameter.least.is_empty()).then(|| model::value_words(parameter, &parameter.least, language));
    let most = (!parameter.most.is_empty()).then(|| model::value_words(parameter, &parameter.most, language));
    match (least, most) {
        (Some(least), Some(most)) => parts.push(format!("{least} – {most}")),
        (Some(least), None) => parts.push(format!("{} {least}", t("最少", "At least"))),
        (None, Some(most)) => parts.push(format!("{} {most}", t("最多", "At most"))),
        (None, None) => {}
    }
    if let Origin::Blank(why) | Origin::Unclear(why) = model::origin(&parameter.source, language)
        && !why.is_empty()
    {
        parts.push(why.to_owned());
    }
    parts.join(" · ")
}

fn fault_words(fault: Fault, parameter: &ParameterView) -> String {
    let language = language();
    let bound = |text: &str| model::value_words(parameter, text, language);
    match fault {
        Fault::Empty => t("不能空着", "This cannot be empty").to_owned(),
        Fault::NotAFigure => match model::control(parameter) {
            Control::Days => t("两个日期都要选", "Choose both days").to_owned(),
            Control::Count | Control::Span => t("写成整数，如 30", "Write a whole number, like 30").to_owned(),
            Control::Percent => t("写成百分数，如 5 或 2.5", "Write a percentage, like 5 or 2.5").to_owned(),
            Control::Money | Control::Factor | Control::Points | Control::Flag | Control::Choice | Control::Text => {
                t("写成数字，如 12.50", "Write a number, like 12.50").to_owned()
            }
        },
        Fault::TooFine => t("小数位太多，最多两位", "Too many decimals: two at most").to_owned(),
        Fault::TooLow if parameter.least.is_empty() => t("不能小于零", "This cannot be below zero").to_owned(),
        Fault::TooLow => format!("{} {}", t("最少", "At least"), bound(&parameter.least)),
        Fault::TooHigh if parameter.most.is_empty() => t("数字太大", "The number is too large").to_owned(),
        Fault::TooHigh => format!("{} {}", t("最多", "At most"), bound(&parameter.most)),
        Fault::Backwards => t("结束日要在开始日之后", "The last day must not be before the first").to_owned(),
    }
}

/// What the sign before or after an input is.
fn signs(control: Control) -> (&'static str, &'static str) {
    match control {
        Control::Money => ("¥", ""),
        Control::Percent => ("", "%"),
        Control::Factor => ("×", ""),
        Control::Points => ("", t("分", "points")),
        Control::Count | Control::Span | Control::Flag | Control::Choice | Control::Days | Control::Text => ("", ""),
    }
}

fn control(
    parameter: StoredValue<ParameterView>,
    draft: RwSignal<Draft>,
    id: &str,
    note: &str,
    fault: Memo<Option<String>>,
) -> AnyView {
    let sort = parameter.with_value(model::control);
    let shown = move || parameter.with_value(|parameter| draft.with(|draft| draft.shown(parameter)));
    let put = move |typed: String| draft.update(|draft| parameter.with_value(|parameter| draft.put(parameter, typed)));
    let invalid = move || fault.get().is_some().to_string();
    let (id, note) = (id.to_owned(), note.to_owned());
    match sort {
        Control::Money | Control::Percent | Control::Factor | Control::Points | Control::Count | Control::Text => {
            let (before, after) = signs(sort);
            let keyboard = match sort {
                Control::Text => "text",
                Control::Count => "numeric",
                _ => "decimal",
            };
            view! {
                <div class="field-box">
                    {(!before.is_empty()).then(|| view! { <span class="field-prefix" aria-hidden="true">{before}</span> })}
                    <input
                        id=id.clone()
                        type="text"
                        inputmode=keyboard
                        autocomplete="off"
                        aria-invalid=invalid
                        aria-describedby=note
                        data-testid=id
                        prop:value=shown
                        on:input=move |event| put(event_target_value(&event))
                    />
                    {(!after.is_empty()).then(|| view! { <span class="field-suffix" aria-hidden="true">{after}</span> })}
                </div>
            }
            .into_any()
        }
        Control::Choice => {
            let options = parameter.with_value(|parameter| {
                parameter
                    .choices
                    .iter()
                    .map(|choice| {
                        let chosen = *choice == parameter.value;
                        view! { <option value=choice.to_string() selected=chosen>{model::choice_words(choice, language()).to_owned()}</option> }
                    })
                    .collect_view()
            });
            view! {
                <div class="field-box">
                    <select
                        id=id.clone()
                        aria-invalid=invalid
                        aria-describedby=note
                        data-testid=id
                        prop:value=shown
                        on:change=move |event| put(event_target_value(&event))
                    >
                        {options}
                    </select>
                </div>
            }
            .into_any()
        }
        Control::Flag => {
            let radios = [("true", t("是", "Yes")), ("false", t("否", "No"))]
                .into_iter()
                .map(|(value, words)| {
                    view! {
                        <label class="segment">
                            <input
                                type="radio"
                                name=id.clone()
                                value=value
                                data-testid=format!("{id}-{value}")
                                prop:checked=move || shown() == value
                                on:change=move |_| put(value.to_owned())
                            />
                            <span>{words}</span>
                        </label>
                    }
                })
                .collect_view();
            view! {
                <div class="segments" role="radiogroup" aria-labelledby=format!("{id}-label") aria-describedby=note data-testid=id>
                    {radios}
                </div>
            }
            .into_any()
        }
        Control::Span => {
            let parts = move || model::span_parts(&shown());
            let units = [("days", t("天", "days")), ("months", t("个月", "months"))]
                .into_iter()
                .map(
                    |(value, words)| view! { <option value=value selected=move || parts().1 == value>{words}</option> },
                )
                .collect_view();
            view! {
                <div class="param-pair" role="group" aria-labelledby=format!("{id}-label")>
                    <div class="field-box">
                        <input
                            type="text"
                            inputmode="numeric"
                            autocomplete="off"
                            aria-labelledby=format!("{id}-label")
                            aria-invalid=invalid
                            aria-describedby=note
                            data-testid=id.clone()
                            prop:value=move || parts().0
                            on:input=move |event| put(format!("{} {}", event_target_value(&event).trim(), parts().1))
                        />
                    </div>
                    <div class="field-box">
                        <select
                            aria-label=t("单位", "Unit")
                            data-testid=format!("{id}-unit")
                            prop:value=move || parts().1
                            on:change=move |event| put(format!("{} {}", parts().0, event_target_value(&event)))
                        >
                            {units}
                        </select>
                    </div>
                </div>
            }
            .into_any()
        }
        Control::Days => {
            let ends = move || {
                let text = shown();
                let (first, last) = text.split_once("..").unwrap_or((text.as_str(), ""));
                (first.to_owned(), last.to_owned())
            };
            view! {
                <div class="param-pair" role="group" aria-labelledby=format!("{id}-label")>
                    <div class="field-box">
                        <input
                            type="date"
                            aria-label=t("第一天", "First day")
                            aria-invalid=invalid
                            aria-describedby=note
                            data-testid=id.clone()
                            prop:value=move || ends().0
                            on:change=move |event| put(format!("{}..{}", event_target_value(&event), ends().1))
                        />
                    </div>
                    <div class="field-box">
                        <input
                            type="date"
                            aria-label=t("最后一天", "Last day")
                            data-testid=format!("{id}-last")
                            prop:value=move || ends().1
                            on:change=move |event| put(format!("{}..{}", ends().0, event_target_value(&event)))
                        />
                    </div>
                </div>
            }
            .into_any()
        }
    }
}
