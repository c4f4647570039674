"""Writes the CSV files and `expected.json`; called by scripts/real-data, which sets up the packages."""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")    # leaves the other cores to the builds

import polars as pl

import expected
import recount
import sources

HERE = Path(__file__).parent
# About one third, two thirds, and the end of each history.
DATES = {
    "journey": ["2017-04-30", "2017-08-31", "2017-12-31"],
    "cdnow": ["1997-06-30", "1997-12-31", "1998-06-30"],
}
# What the two histories are known to hold; anything else means that something was lost.
KNOWN = {
    "journey": {"lines": 1_469_307, "sales": 155_848, "members": 2_469},
    "cdnow": {"lines": 69_659, "sales": 69_659, "members": 23_570},
}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def replaced(path: Path, write) -> None:
    """Writes beside the path and renames, so that a stopped run leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    write(beside)
    beside.replace(path)


def write_csv(frame: pl.DataFrame, path: Path) -> dict:
    replaced(path, lambda beside: frame.write_csv(beside, line_terminator="\r\n"))
    size = path.stat().st_size
    print(f"  {path.parent.name}/{path.name}: {frame.height:,} rows, {size / 1e6:.1f} MB", flush=True)
    return {"rows": frame.height, "bytes": size, "sha256": digest(path)}


def is_done(out: Path, made_from: str) -> bool:
    """Whether a finished run of these very scripts left all its files, unchanged."""
    try:
        stamp = json.loads((out / "made.json").read_text("utf-8"))
        return stamp["made_from"] == made_from and all(
            digest(out / name) == wanted for name, wanted in stamp["files"].items()
        )
    except (OSError, ValueError, KeyError):
        return False


def build(name: str, history: dict, out: Path) -> tuple:
    print(f"{name}: {history['about']['lines']:,} lines, {history['about']['sales']:,} sales, "
          f"{history['about']['members']:,} members", flush=True)
    for what, count in KNOWN[name].items():
        assert history["about"][what] == count, f"{name}: {what} should be {count}"
    folder = out / name
    files = {"members.csv": write_csv(history["members"], folder / "members.csv")}
    if "products" in history:
        files["products.csv"] = write_csv(history["products"], folder / "products.csv")
    rows = history["sales"].with_columns(
        sources.money("cents").alias("amount"), sources.NOTHING.alias("guide"), pl.lit("cash").alias("tender"),
    )
    files["sales.csv"] = write_csv(rows.select(sources.SALES_COLUMNS), folder / "sales.csv")

    started = time.monotonic()
    first = expected.figures(history["sales"], history["members"], DATES[name])
    between = time.monotonic()
    second = recount.figures(folder, DATES[name])
    ended = time.monotonic()
    if first != second:
        for program in first:
            for one, other in zip(first[program], second[program]):
                for key in one:
                    if one[key] != other[key]:
                        print(f"  {program} {one['date']} {key}: {one[key]} / {other[key]}", file=sys.stderr)
        raise SystemExit(f"{name}: the two calculations differ")
    print(f"  calculated twice, equal: columns {between - started:.1f} s, recount of the files {ended - between:.1f} s")
    return first, {**history["about"], "files": files}


def main() -> None:
    out = Path(sys.argv[1])
    started = time.monotonic()
    scripts = sorted(HERE.glob("*.py")) + [HERE / "requirements.txt"]
    made_from = hashlib.sha256("".join(digest(path) for path in scripts).encode()).hexdigest()
    if "--force" not in sys.argv and is_done(out, made_from):
        print("data: already in target/real-data, nothing to do")
        return
    (out / "made.json").unlink(missing_ok=True)

    result, about = {}, {}
    for name, read in (("journey", sources.journey), ("cdnow", sources.cdnow)):
        result[name], about[name] = build(name, read(), out)
        for entry in result[name]["chain"]:
            print(f"  chain {entry['date']}: spend {entry['spend']}, points {entry['points_issued']}, "
                  f"discount due {entry['discount_due']}, {entry['tiers']}")
        for entry in result[name]["menswear"]:
            print(f"  menswear {entry['date']}: {entry['tiers']}")
        for what, count in about[name]["anomalies"].items():
            print(f"    {what}: {count:,}")

    document = json.dumps({**result, "about": about}, indent=1, ensure_ascii=False) + "\n"
    replaced(out / "expected.json", lambda beside: beside.write_text(document, "utf-8"))
    names = ["expected.json"] + [f"{name}/{file}" for name in about for file in about[name]["files"]]
    stamp = {"made_from": made_from, "files": {name: digest(out / name) for name in names}}
    replaced(out / "made.json", lambda beside: beside.write_text(json.dumps(stamp, indent=1) + "\n", "utf-8"))
    total = sum((out / name).stat().st_size for name in names)
    print(f"expected.json written; {total / 1e6:.0f} MB in target/real-data, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
