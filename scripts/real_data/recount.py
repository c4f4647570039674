"""The second calculation: one pass over the written CSV, line by line, with the standard library only.

It shares nothing with `expected.py`, reads money from its digits, and climbs the tiers as the sales go by.
It also checks the files themselves: order, adjacency, one member and moment per receipt, amounts, joining days.
"""

import csv
import re
from collections import defaultdict
from pathlib import Path

AMOUNT = re.compile(r"(\d+)\.(\d\d)")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TIME = re.compile(r"\d\d:\d\d")


def rows_of(path: Path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def dollars(cents: int) -> str:
    whole, part = divmod(cents, 100)
    return "%d.%02d" % (whole, part)


class Shop:
    def __init__(self):
        self.spend = defaultdict(int)      # cents by member, of finished sales
        self.points = defaultdict(int)
        self.sales = self.lines = self.due = 0

    def sale(self, member: str, amounts: list) -> None:
        before = self.spend[member]
        percent = 8 if before >= 1000000 else 5 if before >= 500000 else 2 if before >= 100000 else 0
        for amount in amounts:
            whole, rest = divmod(amount * percent, 100)
            self.due += whole + (rest >= 50)
        self.spend[member] += sum(amounts)
        self.points[member] += sum(amounts) // 100
        self.sales += 1
        self.lines += len(amounts)

    def standing(self, date: str, joined: dict) -> dict:
        present = [member for member, day in joined.items() if day <= date]
        chain = {"ordinary": 0, "silver": 0, "gold": 0, "diamond": 0}
        menswear = {"C": 0, "B": 0, "A": 0}
        for member in present:
            spend, points = self.spend[member], self.points[member]
            if spend < 100000:
                chain["ordinary"] += 1
            elif spend < 500000:
                chain["silver"] += 1
            elif spend < 1000000:
                chain["gold"] += 1
            else:
                chain["diamond"] += 1
            menswear["C" if points < 1500 else "B" if points < 3000 else "A"] += 1
        best = sorted(present, key=lambda member: (-self.spend[member], member))[:10]
        shared = {
            "date": date,
            "members": len(present),
            "sales": self.sales,
            "lines": self.lines,
            "spend": dollars(sum(self.spend.values())),
            "points_issued": sum(self.points.values()),
            "top": [
                {"member": member, "spend": dollars(self.spend[member]), "points": self.points[member]}
                for member in best
            ],
        }
        return {
            "chain": {**shared, "discount_due": dollars(self.due), "tiers": chain},
            "menswear": {**shared, "discount_due": "0.00", "tiers": menswear},
        }


def figures(folder: Path, dates: list) -> dict:
    """Both programs at the end of each date, from `members.csv` and `sales.csv` of the folder."""
    joined = {}
    for row in rows_of(folder / "members.csv"):
        assert row["member"] not in joined and DATE.fullmatch(row["joined"]), row
        joined[row["member"]] = row["joined"]

    shop = Shop()
    result = {"chain": [], "menswear": []}
    waiting = list(dates)
    open_key, open_member, amounts = None, None, []
    finished, first_day = set(), {}

    def look(until) -> None:
        while waiting and (until is None or waiting[0] < until):
            for program, entry in shop.standing(waiting.pop(0), joined).items():
                result[program].append(entry)

    for row in rows_of(folder / "sales.csv"):
        key = (row["date"], row["time"], row["receipt"])
        if key != open_key:
            assert DATE.fullmatch(key[0]) and TIME.fullmatch(key[1]) and key[2], row
            assert open_key is None or open_key < key, f"out of order: {open_key} before {key}"
            assert row["receipt"] not in finished, f"receipt in two places: {row}"
            if open_key is not None:
                shop.sale(open_member, amounts)
            look(row["date"])
            finished.add(row["receipt"])
            open_key, open_member, amounts = key, row["member"], []
            first_day.setdefault(open_member, row["date"])
        assert row["member"] == open_member, f"receipt of two members: {row}"
        assert row["tender"] == "cash" and row["product"] and row["category"], row
        assert row["quantity"].isdigit(), row
        amount = AMOUNT.fullmatch(row["amount"])
        assert amount, f"not an amount: {row}"
        amounts.append(int(amount[1]) * 100 + int(amount[2]))
    if open_key is not None:
        shop.sale(open_member, amounts)
    look(None)
    assert first_day == joined, "members.csv and the first purchases differ"
    return result
