//! Prints the diagnostics of policy documents: `cargo run -p regulars-rules --example check -- policies/*.toml`.

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        let (policy, diagnostics) = regulars_rules::policy::check(&text);
        println!("{path}: {}", if policy.is_some() { "runs" } else { "does not run" });
        for d in diagnostics {
            println!("  {} {}:{}:{} {:?} {:?}", d.code, path, d.line, d.column, d.message, d.help);
        }
    }
    Ok(())
}
