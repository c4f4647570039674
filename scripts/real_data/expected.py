"""The first calculation: what `chain` (P12) and `menswear` (P32) give, as column operations in whole cents.

chain     1 point per whole 1.00 of a sale; tier by lifetime spend: silver from 1,000, gold from 5,000,
          diamond from 10,000; a sale is due 0/2/5/8% by the tier held before it, half up per line.
menswear  1 point per whole 1.00 of a sale; class by points: B from 1,500, A from 3,000; no discount.

The amounts are what was paid at the time and stay the spend; a discount due is what the program would have given.
"""

import polars as pl

TIERS = {
    "chain": ("spend", [("ordinary", 0), ("silver", 1_000_00), ("gold", 5_000_00), ("diamond", 10_000_00)]),
    "menswear": ("points", [("C", 0), ("B", 1_500), ("A", 3_000)]),
}
CHAIN_RATE_PERCENT = {"ordinary": 0, "silver": 2, "gold": 5, "diamond": 8}


def tier(program: str, column: str) -> pl.Expr:
    """The highest tier whose start the column has reached."""
    (label, _), *higher = TIERS[program][1]
    found = pl.lit(label)
    for label, start in higher:
        found = pl.when(pl.col(column) >= start).then(pl.lit(label)).otherwise(found)
    return found


def text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def figures(lines: pl.DataFrame, members: pl.DataFrame, dates: list) -> dict:
    """Both programs at the end of each date. `lines` are in file order."""
    sales = (
        lines.group_by("receipt", maintain_order=True)
        .agg(pl.col("member", "date").first(), pl.col("cents").sum(), pl.len().alias("lines"))
        .with_columns((pl.col("cents") // 100).alias("points"))
        .with_columns((pl.col("cents").cum_sum().over("member") - pl.col("cents")).alias("spend_before"))
        .with_columns(tier("chain", "spend_before").alias("held"))
        .with_columns(pl.col("held").replace_strict(CHAIN_RATE_PERCENT, return_dtype=pl.Int64).alias("percent"))
    )
    due = (
        lines.select("receipt", "cents")
        .join(sales.select("receipt", "percent"), on="receipt", how="left", validate="m:1")
        .with_columns(((pl.col("cents") * pl.col("percent") + 50) // 100).alias("due"))
        .group_by("receipt")
        .agg(pl.col("due").sum())
    )
    sales = sales.join(due, on="receipt", how="left", validate="1:1", maintain_order="left")

    result = {program: [] for program in TIERS}
    for date in dates:
        past = sales.filter(pl.col("date") <= date)
        standing = (
            members.filter(pl.col("joined") <= date)
            .select("member")
            .join(
                past.group_by("member").agg(pl.col("cents").sum().alias("spend"), pl.col("points").sum()),
                on="member", how="left", validate="1:1",
            )
        )
        top = standing.sort(["spend", "member"], descending=[True, False]).head(10)
        for program, (measure, bands) in TIERS.items():
            count = dict(standing.group_by(tier(program, measure).alias("tier")).len().iter_rows())
            result[program].append({
                "date": date,
                "members": standing.height,
                "sales": past.height,
                "lines": past["lines"].sum(),
                "spend": text(past["cents"].sum()),
                "points_issued": past["points"].sum(),
                "discount_due": text(past["due"].sum() if program == "chain" else 0),
                "tiers": {label: count.get(label, 0) for label, _ in bands},
                "top": [
                    {"member": member, "spend": text(spend), "points": points}
                    for member, spend, points in top.select("member", "spend", "points").iter_rows()
                ],
            })
    return result
