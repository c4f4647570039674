//! `regulars`: check and describe programs, run scenarios, import a shop's history, settle it.
//!
//! Exit status: 0 all is well, 1 something was found (diagnostics, failed scenarios, bad rows), 2 the call or a file is wrong.

mod check;
mod import;
mod settle;
mod shop;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
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
    /// Checks policy documents; shows each complaint with its line marked. `-` reads standard input.
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
    /// Folds a history under a program and prints its figures at the end of the given days.
    Settle {
        #[command(flatten)]
        files: shop::Files,
        /// The policy document (versions of one program: give several).
        #[arg(long, required = true)]
        policy: Vec<PathBuf>,
        /// A day, e.g. 2017-12-31; several may be given.
        #[arg(long, required = true)]
        at: Vec<regulars_rules::time::Day>,
        /// How many of the members who spent most.
        #[arg(long, default_value_t = 10)]
        top: usize,
        /// JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let call = Call::parse();
    let result = match call.command {
        Command::Check { files, json } => check::check(&files, json, call.language),
        Command::Describe { file } => check::describe(&file, call.language),
        Command::Test { paths, policies } => test::test(&paths, &policies),
        Command::Import { files, output, name } => import::import(&files, &output, &name, call.language),
        Command::Settle { files, policy, at, top, json } => {
            settle::settle(&files, &policy, &at, top, json, call.language)
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
