//! One sheet for everything that is recorded among the staff. A form is a list of fields and what is made of them: a
//! component for each would be many times the code.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use regulars_desk::protocol::{Ask, Reply};
use regulars_rules::id::Text;
use regulars_rules::staff::decide::StaffWish;
use wasm_bindgen::JsCast;

use super::acts::{Acts, use_acts};
use crate::pages::members::acts::words_of;
use crate::pages::members::model::FieldError;
use crate::shared::*;

/// How a field is filled in.
pub enum Input {
    /// A line of text.
    Text,
    /// An amount.
    Money,
    /// A number.
    Number,
    /// A day.
    Day,
    /// A time.
    Time,
    /// One of many.
    Choice(Vec<(String, String)>),
    /// One of a few, each with what comes with it.
    Options(Vec<(String, String, String)>),
    /// Any of many: a line for each that is chosen.
    Many(Vec<(String, String)>),
    /// Yes or no: `yes` or nothing.
    Tick,
    /// A member: typed as a name, a phone or a card; read as an id.
    Member,
}

/// One field of a form.
pub struct FieldOf {
    pub name: &'static str,
    pub label: String,
    pub input: Input,
    pub start: String,
    pub hint: String,
}

impl FieldOf {
    pub fn new(name: &'static str, label: impl Into<String>, input: Input) -> Self {
        Self { name, label: label.into(), input, start: String::new(), hint: String::new() }
    }

    pub fn start(mut self, start: impl Into<String>) -> Self {
        self.start = start.into();
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// What becomes of what was filled in: a wish, or the number of the field that is wrong and why.
pub type Read = Box<dyn Fn(&[String]) -> Result<StaffWish, (usize, FieldError)> + Send + Sync>;
/// What is asked before it is done.
pub type Sure = Box<dyn Fn(&[String]) -> Question + Send + Sync>;

/// A form.
pub struct Form {
    pub title: String,
    /// Above the fields; may be empty.
    pub lead: String,
    pub fields: Vec<FieldOf>,
    /// The button's words.
    pub action: String,
    /// What is said when it is done.
    pub said: &'static str,
    pub read: Read,
    pub sure: Option<Sure>,
}

/// Values and complaints of the form that is open.
#[derive(Clone, Copy)]
struct Filled {
    values: StoredValue<Vec<RwSignal<String>>>,
    wrong: StoredValue<Vec<RwSignal<Option<String>>>>,
}

impl Filled {
    fn values(self) -> Vec<String> {
        self.values.with_value(|values| values.iter().map(|value| value.get_untracked()).collect())
    }

    /// Says what is wrong with a field, and goes there.
    fn say(self, place: usize, words: String) {
        self.wrong.with_value(|all| {
            if let Some(wrong) = all.get(place) {
                wrong.set(Some(words));
            }
        });
        request_animation_frame(|| {
            let wrong = document().query_selector("dialog[open] [aria-invalid=true]").ok().flatten();
            if let Some(wrong) = wrong.and_then(|own| own.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = wrong.focus();
            }
        });
    }

    fn clear(self) {
        self.wrong.with_value(|all| all.iter().for_each(|wrong| wrong.set(None)));
    }
}

/// The sheet of the page.
#[component]
pub fn ActSheet() -> impl IntoView {
    let acts = use_acts();
    let title =
        derived(move || acts.form.with(|form| form.as_ref().map(|form| form.title.clone()).unwrap_or_default()));
    view! {
        <Sheet open=acts.open title=title testid="staff-act">
            {move || acts.form.with(Option::is_some).then(|| filled_in(acts))}
        </Sheet>
    }
}

fn filled_in(acts: Acts) -> AnyView {
    let starts = acts.form.with_untracked(|form| {
        form.as_ref()
            .map(|form| form.fields.iter().map(|field| field.start.clone()).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let filled = Filled {
        wrong: StoredValue::new(starts.iter().map(|_| RwSignal::new(None)).collect()),
        values: StoredValue::new(starts.into_iter().map(RwSignal::new).collect()),
    };
    let fields = acts.form.with_untracked(|form| {
        let fields = form.as_ref().map(|form| form.fields.as_slice()).unwrap_or_default();
        fields.iter().enumerate().map(|(place, field)| field_view(filled, place, field)).collect_view()
    });
    let (lead, action) = acts
        .form
        .with_untracked(|form| form.as_ref().map(|form| (form.lead.clone(), form.action.clone())).unwrap_or_default());
    view! {
        <form
            class="form m-form"
            novalidate
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                submit(acts, filled);
            }
        >
            {(!lead.is_empty()).then(|| view! { <p class="quiet-text">{lead}</p> })}
            {fields}
            {move || acts.refusal.get().map(|refusal| view! { <RefusalNote refusal=refusal testid="staff-refusal" /> })}
            <button
                type="submit"
                class="button main wide"
                disabled=move || acts.busy.get()
                aria-busy=move || acts.busy.get().to_string()
                data-testid="staff-act-submit"
            >
                {action}
            </button>
        </form>
    }
    .into_any()
}

fn field_view(filled: Filled, place: usize, field: &FieldOf) -> AnyView {
    let value = filled.values.with_value(|all| all.get(place).copied()).unwrap_or_default();
    let wrong = filled.wrong.with_value(|all| all.get(place).copied()).unwrap_or_default();
    let label = field.label.clone();
    let testid = format!("staff-{}", field.name);
    let typed = |kind: &'static str, inputmode: Option<&'static str>, prefix: Option<&'static str>| {
        let hint = field.hint.clone();
        let inputmode = inputmode.unwrap_or("text");
        match prefix {
            Some(prefix) => view! {
                <Field label=label.clone() value=value kind=kind inputmode=inputmode prefix=prefix error=wrong hint=hint focused=place == 0 testid=testid.clone() />
            }
            .into_any(),
            None => view! {
                <Field label=label.clone() value=value kind=kind inputmode=inputmode error=wrong hint=hint focused=place == 0 testid=testid.clone() />
            }
            .into_any(),
        }
    };
    match &field.input {
        Input::Text | Input::Member => typed("text", None, None),
        Input::Money => typed("text", Some("decimal"), Some("¥")),
        Input::Number => typed("text", Some("decimal"), None),
        Input::Day => typed("date", None, None),
        Input::Time => typed("time", None, None),
        Input::Choice(options) => view! {
            <Choice label=label value=value options=options.clone() hint=field.hint.clone() testid=testid />
        }
        .into_any(),
        Input::Options(options) => view! {
            <Options label=label value=value options=options.clone() />
            {move || wrong.get().map(|wrong| view! { <p class="m-wrong" role="alert">{wrong}</p> })}
        }
        .into_any(),
        Input::Many(options) => {
            let chips = options
                .iter()
                .map(|(own, words)| {
                    let (own, chosen) = (own.clone(), own.clone());
                    let is_on = derived(move || value.with(|value| value.lines().any(|line| line == own)));
                    let press = move || {
                        value.update(|value| {
                            let mut lines: Vec<&str> = value.lines().filter(|line| *line != chosen).collect();
                            if lines.len() == value.lines().count() {
                                lines.push(&chosen);
                            }
                            *value = lines.join("\n");
                        });
                    };
                    let (words, testid) = (words.clone(), format!("{testid}-{words}"));
                    view! { <Chip on=is_on on_press=press testid=testid>{words}</Chip> }
                })
                .collect_view();
            view! {
                <fieldset class="m-options">
                    <legend>{label}</legend>
                    <div class="chips">{chips}</div>
                </fieldset>
                {move || wrong.get().map(|wrong| view! { <p class="m-wrong" role="alert">{wrong}</p> })}
            }
            .into_any()
        }
        Input::Tick => {
            let on = RwSignal::new(value.get_untracked() == "yes");
            Effect::new(move |_| value.set(if on.get() { "yes" } else { "" }.to_owned()));
            view! { <Tick label=label value=on testid=testid /> }.into_any()
        }
    }
}

/// Reads the form, looks for the member that it names, asks if one must be sure, and sends the wish.
fn submit(acts: Acts, filled: Filled) {
    if acts.busy.get_untracked() {
        return;
    }
    filled.clear();
    let values = filled.values();
    let member = acts.form.with_untracked(|form| {
        form.as_ref().and_then(|form| form.fields.iter().position(|field| matches!(field.input, Input::Member)))
    });
    let typed = member.and_then(|place| values.get(place)).map(|text| text.trim().to_owned());
    let (Some(place), Some(text)) = (member, typed.filter(|text| !text.is_empty())) else {
        return finish(acts, filled, &values);
    };
    acts.busy.set(true);
    acts.client.ask_then(Ask::Find { text: Text::from(text), limit: 2 }, move |reply| {
        let _ = acts.busy.try_set(false);
        let members = match reply {
            Reply::Found { members, .. } => members,
            Reply::Failed(trouble) => return acts.toasts.failed(&trouble),
            _ => return,
        };
        match members.as_slice() {
            [one] => {
                let mut values = values;
                if let Some(value) = values.get_mut(place) {
                    *value = one.id.to_string();
                }
                finish(acts, filled, &values);
            }
            [] => filled.say(place, t("没有找到这位会员", "No such member").to_owned()),
            _ => filled.say(
                place,
                t("不止一位，请输入完整的手机号或卡号", "More than one: type the whole phone or card number")
                    .to_owned(),
            ),
        }
    });
}

fn finish(acts: Acts, filled: Filled, values: &[String]) {
    let read = acts.form.try_with_untracked(|form| {
        form.as_ref().map(|form| {
            let question = form.sure.as_ref().map(|sure| sure(values));
            ((form.read)(values), question, form.said)
        })
    });
    match read.flatten() {
        None => {}
        Some((Err((place, error)), ..)) => filled.say(place, words_of(error)),
        Some((Ok(wish), None, said)) => acts.wish(wish, said),
        Some((Ok(wish), Some(question), said)) => {
            acts.confirm.ask(question, move || acts.wish(wish.clone(), said));
        }
    }
}
