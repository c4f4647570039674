//! What one types: the rules, and the sales. Every cell has a signal of its own, so that typing moves nothing.

use leptos::prelude::*;
use regulars_desk::protocol::CommissionProgram;
use regulars_rules::preview::OwnField;

use super::model::{self, PERIODS, Typed, TypedSale};
use super::view::Answer;
use crate::clock;
use crate::shared::*;

/// A band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandRow {
    key: u32,
    from: RwSignal<String>,
    rate: RwSignal<String>,
}

/// A sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaleRow {
    key: u32,
    day: RwSignal<String>,
    amount: RwSignal<String>,
    product: RwSignal<String>,
    category: RwSignal<String>,
}

/// Everything that is typed, cell by cell.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    pub program: RwSignal<String>,
    pub role: RwSignal<String>,
    pub target: RwSignal<String>,
    pub marginal: RwSignal<bool>,
    pub per: RwSignal<String>,
    pub cap: RwSignal<String>,
    pub floor: RwSignal<String>,
    pub holdback: RwSignal<String>,
    pub draw: RwSignal<String>,
    pub next: RwSignal<String>,
    bands: RwSignal<Vec<BandRow>>,
    sales: RwSignal<Vec<SaleRow>>,
    keys: StoredValue<u32>,
}

impl Rows {
    pub fn new(typed: Typed) -> Self {
        let rows = Self {
            program: RwSignal::new(typed.program),
            role: RwSignal::new(typed.role),
            target: RwSignal::new(typed.target),
            marginal: RwSignal::new(typed.marginal),
            per: RwSignal::new(typed.per),
            cap: RwSignal::new(typed.cap),
            floor: RwSignal::new(typed.floor),
            holdback: RwSignal::new(typed.holdback),
            draw: RwSignal::new(typed.draw),
            next: RwSignal::new(typed.next),
            bands: RwSignal::new(Vec::new()),
            sales: RwSignal::new(Vec::new()),
            keys: StoredValue::new(0),
        };
        for (from, rate) in typed.bands {
            rows.add_band(from, rate);
        }
        for sale in typed.sales {
            rows.add_sale(sale);
        }
        rows
    }

    fn key(self) -> u32 {
        self.keys.update_value(|key| *key = key.wrapping_add(1));
        self.keys.get_value()
    }

    fn add_band(self, from: String, rate: String) {
        let row = BandRow { key: self.key(), from: RwSignal::new(from), rate: RwSignal::new(rate) };
        self.bands.update(|bands| bands.push(row));
    }

    fn add_sale(self, sale: TypedSale) {
        let row = SaleRow {
            key: self.key(),
            day: RwSignal::new(sale.day),
            amount: RwSignal::new(sale.amount),
            product: RwSignal::new(sale.product),
            category: RwSignal::new(sale.category),
        };
        self.sales.update(|sales| sales.push(row));
    }

    /// All of it, followed.
    pub fn typed(self) -> Typed {
        Typed {
            program: self.program.get(),
            role: self.role.get(),
            target: self.target.get(),
            bands: self.bands.get().iter().map(|row| (row.from.get(), row.rate.get())).collect(),
            marginal: self.marginal.get(),
            per: self.per.get(),
            cap: self.cap.get(),
            floor: self.floor.get(),
            holdback: self.holdback.get(),
            draw: self.draw.get(),
            sales: self
                .sales
                .get()
                .iter()
                .map(|row| TypedSale {
                    day: row.day.get(),
                    amount: row.amount.get(),
                    product: row.product.get(),
                    category: row.category.get(),
                })
                .collect(),
            next: self.next.get(),
        }
    }
}

/// A period in words.
fn period_words(per: &str) -> &'static str {
    match per {
        "calendar month" => t("每月", "A month"),
        "calendar quarter" => t("每季", "A quarter"),
        "calendar half" => t("每半年", "Half a year"),
        "calendar year" => t("每年", "A year"),
        _ => t("每笔", "Each deal"),
    }
}

#[component]
pub fn RulesInputs(rows: Rows, programs: RwSignal<Vec<CommissionProgram>>, answer: RwSignal<Answer>) -> impl IntoView {
    // The programs arrive from the worker: a press before that is kept, and answered when they are here.
    let by_program = RwSignal::new(false);
    let is_program = derived(move || by_program.get() || rows.program.with(|id| !id.is_empty()));
    let is_own = derived(move || !is_program.get());
    Effect::new(move |_| {
        let first = programs.with(|programs| programs.first().map(|program| program.id.to_string()));
        if let (true, Some(first)) = (by_program.get() && rows.program.with(String::is_empty), first) {
            rows.program.set(first);
        }
    });
    let take_own = move || {
        by_program.set(false);
        rows.program.set(String::new());
    };
    view! {
        <section class="panel section" aria-labelledby="calculator-rules">
            <h2 id="calculator-rules">{t("规则", "Rules")}</h2>
            <div class="chips" role="group" aria-label=t("按什么规则", "By which rules")>
                <Chip on=is_own on_press=take_own testid="rules-own">{t("自己定分档", "Bands of my own")}</Chip>
                <Chip on=is_program on_press=move || by_program.set(true) testid="rules-program">{t("按一个方案", "A program's")}</Chip>
            </div>
            {move || {
                if is_own.get() {
                    view! { <OwnInputs rows=rows answer=answer /> }.into_any()
                } else {
                    view! { <ProgramInputs rows=rows programs=programs /> }.into_any()
                }
            }}
        </section>
    }
}

#[component]
fn ProgramInputs(rows: Rows, programs: RwSignal<Vec<CommissionProgram>>) -> impl IntoView {
    let chosen = memo(move |_| {
        let id = rows.program.get();
        programs.with(|programs| programs.iter().find(|program| program.id == id.as_str()).cloned())
    });
    let options = derived(move || {
        programs.with(|programs| {
            programs.iter().map(|program| (program.id.to_string(), label(&program.title))).collect::<Vec<_>>()
        })
    });
    // A role that the program does not name would find no rule.
    Effect::new(move |_| {
        chosen.with(|chosen| {
            let Some(program) = chosen else { return };
            let role = rows.role.get_untracked();
            if !program.roles.iter().any(|own| *own == role.as_str()) {
                rows.role.set(program.roles.first().map(ToString::to_string).unwrap_or_default());
            }
        });
    });
    view! {
        <div class="form">
            <Choice label=t("方案", "Program") value=rows.program options=options testid="calculator-program" />
            {move || {
                chosen
                    .get()
                    .map(|program| {
                        let roles: Vec<(String, String)> =
                            program.roles.iter().map(|role| (role.to_string(), code_title(role))).collect();
                        let has_roles = !roles.is_empty();
                        let lines = program.lines.iter().map(|line| view! { <li>{say(&line.words)}</li> }).collect_view();
                        view! {
                            {has_roles.then(|| view! { <Choice label=t("岗位", "Role") value=rows.role options=Signal::stored(roles) testid="calculator-role" /> })}
                            {program.needs_target.then(|| view! { <Field label=t("每期目标", "Target of each period") value=rows.target prefix="¥" inputmode="decimal" testid="calculator-target" /> })}
                            <ul class="calculator-words" data-testid="calculator-words">{lines}</ul>
                        }
                            .into_any()
                    })
            }}
        </div>
    }
}

/// What is wrong with a field of one's own bands.
fn fault(answer: RwSignal<Answer>, field: OwnField) -> Signal<Option<String>> {
    derived(move || {
        answer.with(|answer| answer.wrong.iter().find(|(own, _)| *own == field).map(|(_, words)| words.clone()))
    })
}

#[component]
fn OwnInputs(rows: Rows, answer: RwSignal<Answer>) -> impl IntoView {
    let periods = PERIODS.iter().map(|per| ((*per).to_owned(), period_words(per).to_owned())).collect::<Vec<_>>();
    let marginal = derived(move || rows.marginal.get());
    let whole = derived(move || !rows.marginal.get());
    let place = move |key: u32| {
        rows.bands.with(|bands| bands.iter().position(|row| row.key == key)).and_then(|at| u32::try_from(at).ok())
    };
    view! {
        <div class="form">
            <Choice label=t("按什么合计", "Counted over") value=rows.per options=Signal::stored(periods) testid="calculator-per" />
            <div class="field">
                <span class="field-label">{t("怎么读分档", "How the bands are read")}</span>
                <div class="chips">
                    <Chip on=marginal on_press=move || rows.marginal.set(true) testid="reading-marginal">{t("分段计：每段用自己的比例", "Each part at its own rate")}</Chip>
                    <Chip on=whole on_press=move || rows.marginal.set(false) testid="reading-whole">{t("全额：到哪一档，全按那一档", "All of it at the rate reached")}</Chip>
                </div>
            </div>
            <div class="calculator-bands" role="group" aria-label=t("分档", "Bands")>
                <For each=move || rows.bands.get() key=|row| row.key let(row)>
                    {
                        let wrong = derived(move || {
                            let at = place(row.key)?;
                            answer.with(|answer| {
                                answer.wrong.iter().find(|(own, _)| *own == OwnField::Band(at)).map(|(_, words)| words.clone())
                            })
                        });
                        let number = move || place(row.key).map_or(0, |at| at.saturating_add(1));
                        view! {
                            <div class="band-row" class:wrong=move || wrong.get().is_some()>
                                <label>
                                    <span class="visually-hidden">{move || format!("{} {}", t("起点", "From"), number())}</span>
                                    <span aria-hidden="true">"¥"</span>
                                    <input inputmode="decimal" autocomplete="off" data-testid=move || format!("band-{}-from", number()) bind:value=row.from />
                                </label>
                                <span class="band-word">{t("起", "and more:")}</span>
                                <label>
                                    <span class="visually-hidden">{move || format!("{} {}", t("比例", "Rate"), number())}</span>
                                    <input inputmode="decimal" autocomplete="off" data-testid=move || format!("band-{}-rate", number()) bind:value=row.rate />
                                    <span aria-hidden="true">"%"</span>
                                </label>
                                <button
                                    type="button"
                                    class="button quiet icon-only"
                                    aria-label=move || format!("{} {}", t("去掉这一档", "Remove band"), number())
                                    disabled=move || rows.bands.with(|bands| bands.len() < 2)
                                    on:click=move |_| rows.bands.update(|bands| bands.retain(|own| own.key != row.key))
                                >
                                    <Picture icon=Icon::Close />
                                </button>
                                <p class="field-note" role="alert">{move || wrong.get()}</p>
                            </div>
                        }
                    }
                </For>
                <div class="actions">
                    <Button icon=Icon::Plus on_press=move || rows.add_band(String::new(), String::new()) testid="band-add">{t("再加一档", "Another band")}</Button>
                </div>
            </div>
            <details class="more">
                <summary>{t("封顶、保底、暂扣、预支", "Cap, floor, holdback, draw")}</summary>
                <div class="calculator-grid">
                    <Field label=t("封顶", "At most") value=rows.cap prefix="¥" inputmode="decimal" error=fault(answer, OwnField::Cap) testid="calculator-cap" />
                    <Field label=t("保底（有业绩时）", "At least, where there was anything") value=rows.floor prefix="¥" inputmode="decimal" error=fault(answer, OwnField::Floor) testid="calculator-floor" />
                    <Field label=t("每月暂扣 %", "Held back each month, %") value=rows.holdback inputmode="decimal" error=fault(answer, OwnField::Holdback) testid="calculator-holdback" />
                    <Field label=t("每月至少发（预支，以后扣回）", "Least pay a month, recovered later") value=rows.draw prefix="¥" inputmode="decimal" error=fault(answer, OwnField::Draw) testid="calculator-draw" />
                </div>
            </details>
        </div>
    }
}

#[component]
pub fn SalesInputs(rows: Rows, answer: RwSignal<Answer>) -> impl IntoView {
    let toasts = use_toasts();
    let pasted = RwSignal::new(String::new());
    let take = move || {
        let (sales, passed_over) = model::read_table(&pasted.get_untracked(), clock::today());
        if sales.is_empty() {
            toasts.problem(t(
                "没找到金额。每行一笔：日期、金额，可以再加商品和品类。",
                "No amounts found. One sale a line: day, amount, and product and category if you like.",
            ));
            return;
        }
        let number = i64::try_from(sales.len()).unwrap_or(i64::MAX);
        let before = rows.sales.get_untracked();
        rows.sales.set(Vec::new());
        for sale in sales {
            rows.add_sale(sale);
        }
        pasted.set(String::new());
        let mut words = format!("{} {}", count(number), t("笔已填入", "sales taken"));
        if passed_over > 0 {
            let lines = count(i64::try_from(passed_over).unwrap_or(i64::MAX));
            words =
                format!("{words}{}{lines} {}", t("，", ", "), t("行没有金额", "lines without an amount passed over"));
        }
        toasts.undo(words, move || rows.sales.set(before.clone()));
    };
    let with_goods = derived(move || !rows.program.with(String::is_empty));
    let unreadable = move |key: u32| {
        answer.with(|answer| {
            let at = rows.sales.with(|sales| sales.iter().position(|row| row.key == key));
            at.is_some() && answer.unreadable == Some(at)
        })
    };
    view! {
        <section class="panel section" aria-labelledby="calculator-sales">
            <h2 id="calculator-sales">{t("成交", "Sales")}</h2>
            <div class="calculator-sales" class:with-goods=move || with_goods.get() role="group" aria-labelledby="calculator-sales">
                <For each=move || rows.sales.get() key=|row| row.key let(row)>
                    {
                        let number = move || {
                            let at = rows.sales.with(|sales| sales.iter().position(|own| own.key == row.key));
                            at.map_or(0, |at| at.saturating_add(1))
                        };
                        let name = move |zh: &'static str, en: &'static str| format!("{} {}", t(zh, en), number());
                        view! {
                            <div class="sale-row" class:wrong=move || unreadable(row.key)>
                                <input type="date" aria-label=move || name("日期", "Day") data-testid=move || format!("sale-{}-day", number()) bind:value=row.day />
                                <label>
                                    <span class="visually-hidden">{move || name("金额", "Amount")}</span>
                                    <span aria-hidden="true">"¥"</span>
                                    <input inputmode="decimal" autocomplete="off" data-testid=move || format!("sale-{}-amount", number()) bind:value=row.amount />
                                </label>
                                <Show when=move || with_goods.get()>
                                    <input aria-label=move || name("商品", "Product") placeholder=t("商品", "Product") autocomplete="off" bind:value=row.product />
                                    <input aria-label=move || name("品类", "Category") placeholder=t("品类", "Category") autocomplete="off" bind:value=row.category />
                                </Show>
                                <button
                                    type="button"
                                    class="button quiet icon-only"
                                    aria-label=move || name("去掉这一笔", "Remove sale")
                                    disabled=move || rows.sales.with(|sales| sales.len() < 2)
                                    on:click=move |_| rows.sales.update(|sales| sales.retain(|own| own.key != row.key))
                                >
                                    <Picture icon=Icon::Close />
                                </button>
                                <Show when=move || unreadable(row.key)>
                                    <p class="field-note" role="alert">{t("日期或金额读不懂，如 2026-03-02、1234.50", "The day or the amount cannot be read: write 2026-03-02, 1234.50")}</p>
                                </Show>
                            </div>
                        }
                    }
                </For>
            </div>
            <div class="actions">
                <Button
                    icon=Icon::Plus
                    on_press=move || {
                        let day = rows.sales.with_untracked(|sales| sales.last().map(|row| row.day.get_untracked())).unwrap_or_default();
                        rows.add_sale(TypedSale { day, ..TypedSale::default() });
                    }
                    testid="sale-add"
                >
                    {t("再加一笔", "Another sale")}
                </Button>
            </div>
            <details class="more">
                <summary>{t("从表格粘贴", "Paste from a spreadsheet")}</summary>
                <div class="form">
                    <textarea
                        rows="5"
                        aria-label=t("粘贴的表格", "The pasted table")
                        placeholder=t("2026-03-02\t1234.50\n2026-03-05\t200", "2026-03-02\t1234.50\n2026-03-05\t200")
                        data-testid="calculator-paste"
                        bind:value=pasted
                    ></textarea>
                    <div class="actions">
                        <Button on_press=take testid="calculator-take">{t("换成这些", "Take these instead")}</Button>
                    </div>
                </div>
            </details>
        </section>
    }
}
