//! Why: the quiet link beside a figure, and the one drawer that it opens everywhere.

use leptos::prelude::*;
use regulars_rules::message::{RuleRef, Trace};

use super::formatting::{label, say, show};
use super::language::t;
use super::links::link;
use super::sheet::Sheet;

/// The reasons of one figure or of several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhyOf(pub Vec<Trace>);

impl From<Trace> for WhyOf {
    fn from(trace: Trace) -> Self {
        Self(vec![trace])
    }
}

impl From<&Trace> for WhyOf {
    fn from(trace: &Trace) -> Self {
        Self(vec![trace.clone()])
    }
}

impl From<Vec<Trace>> for WhyOf {
    fn from(traces: Vec<Trace>) -> Self {
        Self(traces)
    }
}

/// Opens the drawer, from anywhere: `use_reasons().open(title, traces)`.
#[derive(Clone, Copy)]
pub struct Reasons {
    open: RwSignal<bool>,
    title: RwSignal<String>,
    traces: RwSignal<Vec<Trace>>,
}

/// The app's one reasons drawer.
pub fn use_reasons() -> Reasons {
    expect_context()
}

impl Reasons {
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), title: RwSignal::default(), traces: RwSignal::default() }
    }

    /// Shows why.
    pub fn open(self, title: impl Into<String>, why: impl Into<WhyOf>) {
        self.title.set(title.into());
        self.traces.set(why.into().0);
        self.open.set(true);
    }
}

/// The quiet "why" beside a figure: `<Why title=t("会员价", "Member price") traces=figure.trace testid="why-pay" />`.
#[component]
pub fn Why(
    /// What figure it is.
    #[prop(into)]
    title: String,
    #[prop(into)] traces: WhyOf,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let reasons = use_reasons();
    let spoken = format!("{}: {title}", t("为什么", "Why"));
    view! {
        <button
            type="button"
            class="why"
            aria-label=spoken
            data-testid=testid.unwrap_or_else(|| "why".to_owned())
            on:click=move |event| {
                event.stop_propagation();
                reasons.open(title.clone(), traces.clone());
            }
        >
            {t("为什么", "why")}
        </button>
    }
}

/// Where the reasons appear. Once, in the frame.
#[component]
pub fn ReasonsDrawer() -> impl IntoView {
    let reasons = use_reasons();
    view! {
        <Sheet open=reasons.open title=reasons.title testid="reasons">
            {move || reasons.traces.with(|traces| view! { <Sentences traces=traces.clone() /> })}
        </Sheet>
    }
}

/// Reasons in the page itself (a member's history): sentences, indented by what rests on what.
#[component]
pub fn Sentences(traces: Vec<Trace>) -> impl IntoView {
    view! { <ol class="reasons">{traces.iter().map(|trace| sentence(trace, None)).collect_view()}</ol> }
}

fn sentence(trace: &Trace, above: Option<&RuleRef>) -> AnyView {
    let figure = trace.figure.as_ref().map(show);
    // A part under the same rule need not repeat where it comes from.
    let source = trace.rule.as_ref().filter(|rule| Some(*rule) != above).map(source);
    let rule = trace.rule.as_ref().or(above);
    let parts = (!trace.parts.is_empty()).then(|| {
        let parts = trace.parts.iter().map(|part| sentence(part, rule)).collect_view();
        view! { <ol>{parts}</ol> }
    });
    view! {
        <li>
            <div class="reason">
                <p>{say(&trace.message)}</p>
                {figure.map(|figure| view! { <span class="figure">{figure}</span> })}
            </div>
            {source}
            {parts}
        </li>
    }
    .into_any()
}

/// Rule, policy version, clause; the rule's name leads to its place in the program's page.
fn source(rule: &RuleRef) -> impl IntoView + use<> {
    let name = label(&rule.label);
    let name = if name.is_empty() { rule.id.to_string() } else { name };
    let address = link(&format!("programs/{}#rule-{}", rule.program, rule.id));
    let clause = rule.clause.to_string();
    let version = format!("{} v{}", rule.program, rule.version);
    view! {
        <p class="source">
            <a href=address on:click=move |_| close_drawer()>{name}</a>
            <span>{version}</span>
            {(!clause.is_empty()).then(|| view! { <span>{clause}</span> })}
        </p>
    }
}

fn close_drawer() {
    // The dialog is native: closing it tells the signal.
    let open = document().query_selector("dialog[data-testid=reasons][open]").ok().flatten();
    if let Some(dialog) =
        open.and_then(|dialog| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlDialogElement>(dialog).ok())
    {
        dialog.close();
    }
}
