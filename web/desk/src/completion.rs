//! What may stand at a place of a document. There is no list of words here: a word that no program has is put in that
//! place, and the reader, which then says what it would have known, is asked.

use std::collections::BTreeMap;

use regulars_rules::id::Text;
use regulars_rules::message::{Diagnostic, Value};
use regulars_rules::policy::check_with;

/// A word that no reader knows, and that is near none: the reader then names all that it knows.
const PROBE: &str = "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";

/// The least that the reader wants to go on.
const PROGRAM: &str =
    "[program]\nid = \"x\"\nversion = 1\neffective_from = 2026-01-01\ntitle = { zh = \"x\", en = \"x\" }\n";

/// What is being written at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A table's name.
    Table,
    /// A key.
    Key,
    /// A value without quotes.
    Bare,
    /// A value within quotes.
    Quoted,
}

/// The place in a line, where its word begins (in bytes), and what would close the brackets that are open.
fn place(head: &str) -> Option<(Place, usize, String)> {
    let indent = head.len().saturating_sub(head.trim_start().len());
    let trimmed = head.trim_start();
    if trimmed.starts_with('[') {
        let brackets = trimmed.len().saturating_sub(trimmed.trim_start_matches('[').len());
        return (!trimmed.contains(']')).then(|| (Place::Table, indent.saturating_add(brackets), String::new()));
    }
    let mut quoted = false;
    let mut open: Vec<char> = Vec::new();
    let mut after_equals = false;
    let mut start = indent;
    for (at, sign) in head.char_indices() {
        let next = at.saturating_add(sign.len_utf8());
        match sign {
            '"' => {
                quoted = !quoted;
                if quoted {
                    start = next;
                }
            }
            _ if quoted => {}
            '#' => return None,
            '{' | '[' => {
                open.push(if sign == '{' { '}' } else { ']' });
                after_equals = false;
                start = next;
            }
            '}' | ']' => {
                open.pop();
                after_equals = true;
                start = next;
            }
            ',' => {
                after_equals = false;
                start = next;
            }
            '=' => {
                after_equals = true;
                start = next;
            }
            other if other.is_whitespace() => start = next,
            _ => {}
        }
    }
    let closers: String = open.iter().rev().collect();
    let place = match (quoted, after_equals || open.last() == Some(&']')) {
        (true, _) => Place::Quoted,
        (false, true) => Place::Bare,
        (false, false) => Place::Key,
    };
    Some((place, start, closers))
}

/// The words that the reader says it knows, of a diagnostic in a line.
fn known(diagnostics: &[Diagnostic], line: u32) -> Vec<Text> {
    let mut words: Vec<Text> = diagnostics
        .iter()
        .filter(|one| one.line == line)
        .filter_map(|one| one.help.as_ref())
        .filter(|help| help.key == "help.known-words")
        .filter_map(|help| match help.arg("words") {
            Some(Value::List(words)) => Some(words),
            _ => None,
        })
        .flatten()
        .filter_map(|word| match word {
            Value::Text(word) => Some(word.clone()),
            _ => None,
        })
        .collect();
    if words.is_empty()
        && diagnostics.iter().any(|one| {
            one.line == line
                && one.code == "E004"
                && matches!(one.message.arg("wanted"), Some(Value::Message(wanted)) if wanted.key == "type.flag")
        })
    {
        words = vec![Text::const_new("false"), Text::const_new("true")];
    }
    words
}

fn parameters(document: &str) -> Vec<Text> {
    let names = document.lines().filter_map(|line| line.trim().strip_prefix("[parameters.")?.split(']').next());
    names.map(|name| Text::from(format!("${name}"))).collect()
}

/// Where the word at a place begins (both in bytes of the document), and what it may be.
#[must_use]
pub fn complete(document: &str, at: usize) -> (usize, Vec<Text>) {
    let Some(before) = document.get(..at) else { return (at, Vec::new()) };
    let line_start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
    let head = before.get(line_start..).unwrap_or_default();
    let Some((place, start, closers)) = place(head) else { return (at, Vec::new()) };
    let from = line_start.saturating_add(start);
    let typed = head.get(start..).unwrap_or_default();
    let rest = document.get(at..).unwrap_or_default();
    let below = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default();
    let kept = head.get(..start).unwrap_or_default();
    let probe = match place {
        Place::Table => String::new(),
        Place::Key => format!("{kept}{PROBE} = 1{closers}"),
        Place::Bare => format!("{kept}\"{PROBE}\"{closers}"),
        Place::Quoted => format!("{kept}{PROBE}\"{closers}"),
    };
    let mut words = if place == Place::Table {
        // Without a program the reader stops before it has asked for every table.
        known(&check_with(&format!("{PROBE} = 1\n{PROGRAM}"), &BTreeMap::new()).1, 1)
    } else if typed.starts_with('$') {
        parameters(document)
    } else {
        let above = document.get(..line_start).unwrap_or_default();
        let line = |text: &str| u32::try_from(text.matches('\n').count().saturating_add(1)).unwrap_or(u32::MAX);
        let whole = known(&check_with(&format!("{above}{probe}{below}"), &BTreeMap::new()).1, line(above));
        if whole.is_empty() {
            // Something else is being written, too, and cannot be read yet: the table's head alone is.
            let header = above.lines().rev().find(|own| own.starts_with('[')).unwrap_or_default();
            known(&check_with(&format!("{header}\n{probe}\n"), &BTreeMap::new()).1, 2)
        } else {
            whole
        }
    };
    if place == Place::Key && closers.is_empty() {
        // A table has each key once.
        let there = |text: &str| -> Vec<String> {
            text.lines()
                .take_while(|own| !own.starts_with('['))
                .filter_map(|own| Some(own.split_once('=')?.0.trim().to_owned()))
                .collect()
        };
        let above = document.get(..line_start).unwrap_or_default();
        let block = above.rfind("\n[").map_or(above, |own| above.get(own.saturating_add(1)..).unwrap_or_default());
        let mut taken = there(block.split_once('\n').map_or("", |(_, lines)| lines));
        taken.extend(there(below));
        words.retain(|word| !taken.iter().any(|own| word == own));
    }
    words.retain(|word| word.starts_with(typed));
    words.sort();
    words.dedup();
    (from, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(document: &str) -> Vec<String> {
        let at = document.find('|').unwrap();
        complete(&document.replace('|', ""), at).1.iter().map(Text::to_string).collect()
    }

    #[test]
    fn tables_keys_and_words_come_from_the_readers() {
        assert!(words("[[comm|").contains(&"commission".to_owned()));
        assert!(words("[[commission]]\nid = \"a\"\nra|\n").contains(&"rate".to_owned()));
        assert!(!words("[[commission]]\nrate = \"5%\"\nra|\n").contains(&"rate".to_owned()), "each key once");
        assert_eq!(words("[[commission]]\nid = \"a\"\nrate = \"5%\"\nreading = \"m|\n"), Vec::<String>::new());
        assert!(
            words("[[commission]]\nid = \"a\"\nrate = \"5%\"\nper = \"calendar m|\n")
                .contains(&"calendar month".to_owned())
        );
        assert_eq!(words("[[commission]]\nid = \"a\"\nrate = \"5%\"\narrived = t|\n"), ["true"]);
        assert!(words("[[discount]]\nid = \"a\"\nrate = \"5%\"\nwhen = { lun|\n").contains(&"lunar_days".to_owned()));
        assert_eq!(words("[parameters.year]\ntype = \"text\"\n[[commission]]\nrate = \"$y|\n"), ["$year"]);
        assert!(words("# wor|\n").is_empty());
    }
}
