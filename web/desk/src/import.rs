//! CSV and backups, in and out.

use regulars_rules::msg;
use regulars_rules::time::BusinessTime;
use regulars_store::Home;

use crate::desk::{Desk, Failure, Host, Report};
use crate::protocol::{Call, ImportFile, Reply, TableKind};

fn not_yet() -> Failure {
    Failure::trouble(msg!("desk.busy"), msg!("desk.busy-remedy"))
}
pub(crate) async fn preview<H: Home, T: Host>(_: &mut Desk<H, T>, _: &Call, _: &ImportFile) -> Result<Reply, Failure> {
    Err(not_yet())
}
pub(crate) async fn run<H: Home, T: Host>(_: &mut Desk<H, T>, _: &Call, _: &ImportFile, _: &Report<'_>) -> Result<Reply, Failure> {
    Err(not_yet())
}
pub(crate) async fn export<H: Home, T: Host>(_: &mut Desk<H, T>, _: TableKind, _: BusinessTime) -> Result<Reply, Failure> {
    Err(not_yet())
}
pub(crate) async fn backup<H: Home, T: Host>(_: &mut Desk<H, T>, _: BusinessTime) -> Result<Reply, Failure> {
    Err(not_yet())
}
pub(crate) async fn restore<H: Home, T: Host>(_: &mut Desk<H, T>, _: &Call, _: &[u8], _: &Report<'_>) -> Result<(), Failure> {
    Err(not_yet())
}
