"""Holds the engine's settlements against the expected figures. Prints every difference; exits 1 if there is one."""

import json
import sys

expected = json.load(open("target/real-data/expected.json", encoding="utf-8"))
passed = failed = 0
for shop in ("journey", "cdnow"):
    for program in ("chain", "menswear"):
        settled = json.load(open(f"target/real-data/settled-{shop}-{program}.json", encoding="utf-8"))
        for want, got in zip(expected[shop][program], settled, strict=True):
            checks = {
                "date": (want["date"], got["date"]),
                "members": (want["members"], got["members"]),
                "sales": (want["sales"], got["sales"]),
                "lines": (want["lines"], got["lines"]),
                "spend": (want["spend"], got["spend"]),
                "points issued": (str(want["points_issued"]), got["points_issued"]),
                "discount due": (want["discount_due"], got["discount_due"]),
                "tiers": (
                    {name.lower(): count for name, count in want["tiers"].items()},
                    {name.lower(): count for name, count in got["tiers"].items()},
                ),
                "top": (
                    [(one["member"], one["spend"], str(one["points"])) for one in want["top"]],
                    [(one["member"], one["spend"], one["points"]) for one in got["top"]],
                ),
            }
            for name, (wanted, found) in checks.items():
                if wanted == found:
                    passed += 1
                else:
                    failed += 1
                    print(f"{shop} {program} {want['date']} {name}: expected {wanted}, settled {found}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
