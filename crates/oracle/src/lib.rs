//! The oracle: a slow, obvious second calculation of what a member of a program has, and of what its staff earn.
//!
//! It shares no code with the engine (`regulars-rules`), reads the policy documents itself, reckons in exact whole
//! numbers and fractions of its own, walks its own calendar day by day, and starts from the first fact every time it
//! is asked. What it lacks in speed it gains in being easy to check against the paper of a program.
//!
//! ```
//! use regulars_oracle::{calendar, facts::{Deed, Fact, Line, Sale}, ledger::Ledger, program::Program};
//!
//! let program = Program::read(
//!     "[[enrol]]\nid = 'counter'\nfree = true\n[[earn]]\nid = 'spend'\nper = '1.00'\npoints = 1\n",
//!     &[],
//! ).map_err(|why| why.to_string())?;
//! let day = calendar::day(2026, 3, 2);
//! let facts = [
//!     Fact { id: 1, day, deed: Deed::Enrolled(Default::default()) },
//!     Fact { id: 2, day, deed: Deed::Sold(Sale {
//!         member: Some(1),
//!         lines: vec![Line { product: "soap".into(), quantity: 1000, amount: 1250, ..Line::default() }],
//!         ..Sale::default()
//!     }) },
//! ];
//! let programs = [(calendar::FIRST, program)];
//! let ledger = Ledger::replay(&programs, &facts);
//! let figures = ledger.member_on(1, day).ok_or("no member")?;
//! assert_eq!((figures.balance, figures.spend), (1200, 1250)); // 12 points, 12.50 yuan
//! # Ok::<(), String>(())
//! ```

pub mod basket;
pub mod calendar;
pub mod commission;
pub mod exact;
pub mod facts;
pub mod kpi;
pub mod ledger;
pub mod office;
pub mod pay;
pub mod program;
pub mod terms;
