//! `regulars`: check and describe programs, run scenarios, quote, import a shop's history, settle, explain and export
//! it, and compare programs over it.
//!
//! Exit status: 0 all is well, 1 something was found (diagnostics, failed scenarios, bad rows), 2 the call or a file is wrong.

mod check;
mod export;
mod import;
mod quote;
mod reasons;
mod reference;
mod settle;
mod shop;
mod staff;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use regulars_rules::message::Language;

/// Membership, rebates and commission for shops.
#[derive(Debug, Parser)]
#[command(name = "regulars", version)]
struct Call {
    /// Language of messages: zh or en.
    #[arg(long, global = true, default_value = "en", value_parser = language)]
    language: Language,
    #[command(subcommand)]
    command: Command,
}

fn language(text: &str) -> Result<Language, String> {
    match text {
        "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        _ => Err("zh or en".to_owned()),
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks policy documents; shows each complaint with its line marked. `-` reads standard input. Versions of one
    /// program, the earlier first, are also held against each other: tiers that are gone are warned of, and a number given
    /// twice or days that overlap are errors.
    Check {
        /// The documents.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// One JSON object for each document.
        #[arg(long)]
        json: bool,
    },
    /// Tells in plain words what a program says.
    Describe {
        /// The document.
        file: PathBuf,
    },
    /// Writes the reference of the format: every key, every diagnostic code, the schema for editors.
    Reference {
        /// The folder to write.
        #[arg(default_value = "docs/reference")]
        folder: PathBuf,
    },
    /// Runs scenario files, or all those of a folder.
    Test {
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Where the policy documents are.
        #[arg(long, default_value = "policies")]
        policies: PathBuf,
    },
    /// Turns CSV files into a journal that the app restores and `settle` reads.
    Import {
        #[command(flatten)]
        files: shop::Files,
        /// The journal to write.
        #[arg(short, long)]
        output: PathBuf,
        /// The shop's name.
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Settles a history under a program: members' figures at the end of days, or the staff's statements of a period.
    Settle {
        #[command(flatten)]
        files: shop::Files,
        /// The policy document (versions of one program: give several).
        #[arg(long, required = true)]
        policy: Vec<PathBuf>,
        /// A day, e.g. 2017-12-31; several may be given: the members' figures at its end.
        #[arg(long, required_unless_present = "period")]
        at: Vec<regulars_rules::time::Day>,
        /// 2026, 2026-Q1 or 2026-03: the staff's statements of its months.
        #[arg(long, conflicts_with = "at")]
        period: Option<staff::Period>,
        /// Only this person's, with all reasons.
        #[arg(long, requires = "period")]
        staff: Option<String>,
        /// How statements are printed.
        #[arg(long, value_enum, default_value = "table", requires = "period")]
        format: staff::Format,
        /// How many of the members who spent most.
        #[arg(long, default_value_t = 10)]
        top: usize,
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// What a basket would come to, with its reasons. Goods as in scenarios: `"soap 2 x 3.00 @care special"`.
    Quote {
        /// The policy document (versions of one program: give several).
        #[arg(long, required = true)]
        policy: Vec<PathBuf>,
        /// A journal, for members' figures.
        #[arg(long)]
        journal: Option<PathBuf>,
        /// A member's card number, phone or id.
        #[arg(long, requires = "journal")]
        member: Option<String>,
        /// When, e.g. "2026-03-02 10:00".
        #[arg(long)]
        at: String,
        /// How it is printed.
        #[arg(long, value_enum, default_value = "table")]
        format: staff::Format,
        /// The goods.
        #[arg(required = true)]
        goods: Vec<String>,
    },
    /// Explains one figure: a member's tier or points, or a person's pay of a period.
    Explain {
        #[command(flatten)]
        files: shop::Files,
        /// The policy document (versions of one program: give several).
        #[arg(long, required = true)]
        policy: Vec<PathBuf>,
        /// A member's card number, phone or id.
        #[arg(long, conflicts_with = "staff", required_unless_present = "staff")]
        member: Option<String>,
        /// Which figure of the member: tier or points.
        #[arg(long, default_value = "points")]
        figure: String,
        /// The day on which the member is looked at; default: the last one.
        #[arg(long)]
        at: Option<regulars_rules::time::Day>,
        /// A person's code.
        #[arg(long, requires = "period")]
        staff: Option<String>,
        /// 2026, 2026-Q1 or 2026-03.
        #[arg(long)]
        period: Option<staff::Period>,
    },
    /// Compares two policies over one journal: who gains, who loses, totals, by member and staff.
    Simulate {
        #[command(flatten)]
        files: shop::Files,
        /// The policy as it is (versions of one program: give several).
        #[arg(long, required = true)]
        policy: Vec<PathBuf>,
        /// The policy as it would be: followed from its `effective_from` on.
        #[arg(long, required = true)]
        with: Vec<PathBuf>,
        /// The second policy is followed instead of the first, from the beginning.
        #[arg(long)]
        instead: bool,
        /// First day whose pay counts; default: the first of the history.
        #[arg(long)]
        from: Option<regulars_rules::time::Day>,
        /// The day on which members are looked at; default: the last of the history.
        #[arg(long)]
        at: Option<regulars_rules::time::Day>,
        /// How many who gain and lose most.
        #[arg(long, default_value_t = 10)]
        top: usize,
        /// How it is printed.
        #[arg(long, value_enum, default_value = "table")]
        format: staff::Format,
    },
    /// Writes members, products or sales of a history as CSV; no cell is a formula.
    Export {
        #[command(flatten)]
        files: shop::Files,
        /// The policy document (versions of one program: give several).
        #[arg(long, required = true)]
        policy: Vec<PathBuf>,
        /// What.
        #[arg(value_enum)]
        what: export::What,
        /// The day of members' figures; default: the last one.
        #[arg(long)]
        at: Option<regulars_rules::time::Day>,
        /// The file; `-` is standard output.
        #[arg(short, long, default_value = "-")]
        output: PathBuf,
    },
    /// Prints completions for a shell.
    Completions {
        /// bash, zsh, fish, elvish or powershell.
        shell: clap_complete::Shell,
    },
}

/// Reads policies and history, then does something with them.
fn with_shop(
    files: &shop::Files,
    policy: &[PathBuf],
    language: Language,
    work: impl FnOnce(&regulars_rules::policy::PolicySet, &shop::Shop) -> anyhow::Result<bool>,
) -> anyhow::Result<bool> {
    let policies = settle::policies(policy, language)?;
    let shop = shop::read(files, language)?;
    work(&policies, &shop)
}

fn main() -> ExitCode {
    let call = Call::parse();
    let result = match call.command {
        Command::Check { files, json } => check::check(&files, json, call.language),
        Command::Describe { file } => check::describe(&file, call.language),
        Command::Reference { folder } => reference::write(&folder),
        Command::Test { paths, policies } => test::test(&paths, &policies),
        Command::Import { files, output, name } => import::import(&files, &output, &name, call.language),
        Command::Settle { files, policy, at, period, staff, format, top, json } => match period {
            Some(period) => with_shop(&files, &policy, call.language, |policies, shop| {
                let format = if json { staff::Format::Json } else { format };
                staff::statements(policies, shop, period, staff.as_deref(), format, call.language)
            }),
            None => settle::settle(&files, &policy, &at, top, json, call.language),
        },
        Command::Quote { policy, journal, member, at, format, goods } => {
            let files = journal.map(shop::Files::of_journal);
            quote::quote(files.as_ref(), &policy, member.as_deref(), &goods, &at, format, call.language)
        }
        Command::Explain { files, policy, member, figure, at, staff, period } => {
            with_shop(&files, &policy, call.language, |policies, shop| match (member, staff, period) {
                (Some(member), _, _) => {
                    let last = shop.journal.events().iter().map(|event| event.at.day).max().unwrap_or_default();
                    let day = at.unwrap_or(last);
                    staff::explain_member(policies, shop, &member, &figure, day, call.language)
                }
                (None, Some(staff), Some(period)) => {
                    staff::statements(policies, shop, period, Some(&staff), staff::Format::Table, call.language)
                }
                (None, ..) => anyhow::bail!("give --member, or --staff and --period"),
            })
        }
        Command::Simulate { files, policy, with, instead, from, at, top, format } => {
            let wanted = staff::Wanted { with, instead, from, at, top, format };
            staff::simulate(&files, &policy, &wanted, call.language)
        }
        Command::Export { files, policy, what, at, output } => {
            with_shop(&files, &policy, call.language, |policies, shop| {
                export::export(policies, shop, what, at, &output, call.language)
            })
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Call::command(), "regulars", &mut std::io::stdout());
            Ok(true)
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("regulars: {error:#}");
            ExitCode::from(2)
        }
    }
}
