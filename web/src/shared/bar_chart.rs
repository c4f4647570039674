//! Bars for a day or a fortnight: few, labelled directly, with the numbers beneath.

use leptos::prelude::*;

use super::language::t;

/// One bar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bar {
    /// Beneath it: `10`, `23日`.
    pub label: String,
    /// Its height: any unit, not negative.
    pub value: i64,
    /// Its figure in words: `¥1,234.50`.
    pub text: String,
    /// The figure to compare it with (a week before), drawn as a line; 0: none.
    pub before: i64,
    /// The words of that figure.
    pub before_text: String,
    /// Whether it is the one to look at.
    pub strong: bool,
}

/// Height of a bar in thousandths of the highest: geometry, not a figure of the shop.
pub fn height_permille(value: i64, highest: i64) -> i64 {
    if value <= 0 || highest <= 0 {
        return 0;
    }
    let exact = i128::from(value) * 1000 / i128::from(highest);
    i64::try_from(exact).unwrap_or(1000).clamp(4, 1000)
}

/// `<BarChart title=t("今天每小时", "By hour") bars=bars />`. The highest bar carries its figure; all figures are in a table
/// that opens beneath.
#[component]
pub fn BarChart(
    #[prop(into)] title: String,
    #[prop(into)] bars: Signal<Vec<Bar>>,
    /// What `before` is: "一周前".
    #[prop(optional, into)]
    before_title: Option<String>,
    #[prop(optional, into)] testid: Option<String>,
) -> impl IntoView {
    let caption = title.clone();
    let before_title = StoredValue::new(before_title);
    let plot = move || {
        bars.with(|bars| {
            let highest = bars.iter().map(|bar| bar.value.max(bar.before)).max().unwrap_or(0);
            let peak = bars.iter().map(|bar| bar.value).max().unwrap_or(0);
            bars.iter()
                .map(|bar| {
                    let height = height_permille(bar.value, highest);
                    let before = height_permille(bar.before, highest);
                    let label = bar.label.clone();
                    let spoken = format!("{label}: {}", bar.text);
                    let is_peak = bar.value == peak && peak > 0;
                    view! {
                        <span class="bar" class:strong=bar.strong title=spoken style=format!("--height:{height};--before:{before}")>
                            <span class="bar-plot">
                                {(before > 0).then(|| view! { <i class="bar-before"></i> })}
                                <i class="bar-fill">{is_peak.then(|| view! { <b>{bar.text.clone()}</b> })}</i>
                            </span>
                            <span class="bar-label">{label}</span>
                        </span>
                    }
                })
                .collect_view()
        })
    };
    let table = move || {
        let with_before = before_title.get_value();
        bars.with(|bars| {
            bars.iter()
                .map(|bar| {
                    let before = with_before.is_some().then(|| view! { <td class="figure">{bar.before_text.clone()}</td> });
                    view! {
                        <tr><th scope="row">{bar.label.clone()}</th><td class="figure">{bar.text.clone()}</td>{before}</tr>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <figure class="chart" data-testid=testid>
            <figcaption>
                {title}
                {before_title.get_value().map(|words| view! { <span class="chart-key"><i></i>{words}</span> })}
            </figcaption>
            <div class="bars" aria-hidden="true">{plot}</div>
            <details>
                <summary>{t("数字", "Numbers")}</summary>
                <table>
                    <caption class="visually-hidden">{caption}</caption>
                    <tbody>{table}</tbody>
                </table>
            </details>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::height_permille;

    #[test]
    fn bars_are_in_proportion_and_small_ones_are_seen() {
        assert_eq!(height_permille(50, 100), 500);
        assert_eq!(height_permille(0, 100), 0);
        assert_eq!(height_permille(1, 1_000_000), 4);
        assert_eq!(height_permille(7, 0), 0);
        assert_eq!(height_permille(i64::MAX, i64::MAX), 1000);
    }
}
