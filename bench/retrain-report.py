"""What bench/retrain.sh has left, as a table: retrain-report.py CUSTOMERS FOLDER...   (one folder for each seed)

Shares of flagged payments are counted in the decisions that are stored. Payments of an account resemble one another, so their
ranges hold 95 of 100 resamples of accounts, not of payments.
"""
import json
import os
import platform
import random
import sqlite3
import sys
from collections import defaultdict

DAY = 86_400_000_000
FIRST, SHIFT, RETRAIN = 17684, 17712, 17747  # 2018-06-02, 2018-06-30, 2018-08-04 as days since 1970


def flagged(folder, version, first, last):
    """The share of payments at or above the review threshold of a version, and its range."""
    with open(f"{folder}/models/{version}/card.json", encoding="utf-8") as card:
        threshold = json.load(card)["thresholds"]["review"]
    with sqlite3.connect(f"file:{folder}/vigil.db?mode=ro", uri=True) as db:
        rows = db.execute("SELECT account_id, ml_anomaly_score FROM transactions WHERE time >= ? AND time < ?", (first * DAY, last * DAY))
        accounts = defaultdict(lambda: [0, 0])
        for account, score in rows:
            accounts[account][0] += 1
            accounts[account][1] += score is not None and score >= threshold
    counts = list(accounts.values())
    share = lambda some: sum(c[1] for c in some) / sum(c[0] for c in some)
    chance = random.Random(1)
    resampled = sorted(share(chance.choices(counts, k=len(counts))) for _ in range(1000))
    return share(counts), resampled[25], resampled[974], sum(c[0] for c in counts)


def read(folder, name):
    with open(f"{folder}/{name}.json", encoding="utf-8") as text:
        return json.load(text)


def main(customers, folders):
    print(f"""# A new fraud in month 4, and a retrain

`bench/retrain.sh {customers} {' '.join(os.path.basename(f) for f in folders)}`: {customers} customers, for each seed 90 days of history and 150 days after it. From day 90 on
stolen cards are tested with tiny purchases, a kind of fraud that was never there. Version 1 learns from the history and days 0 to 61;
version 2 is `vigil retrain --promote` after 35 days of the new fraud. No model is measured on what it learned from.
{os.cpu_count()} cores, {platform.system()}.

## Average precision

| seed | before (days 62 to 89) | the new fraud (90 to 124) | after the retrain (125 to 149), version 1 | version 2 |
|---|---|---|---|---|""")
    for folder in folders:
        cells = [read(folder, "before")["models"][0], read(folder, "shifted")["models"][0], *reversed(read(folder, "after")["models"])]
        print(f"| {os.path.basename(folder)} | " + " | ".join(
            "{value:.3f} ({low:.3f} to {high:.3f})".format(**c["average_precision"]) for c in cells) + " |")
    print("""
## Payments flagged

The review threshold of version 1 was set to flag 5%; the retrain carried that share over. Ranges hold 95 of 100 resamples of accounts.

| seed | version 1, days 62 to 89 | version 1 in the week before the retrain | version 2, days 125 to 149 | version 2 against the 5% |
|---|---|---|---|---|""")
    for folder in folders:
        old, drifted, new = flagged(folder, 1, FIRST, SHIFT), flagged(folder, 1, RETRAIN - 7, RETRAIN), flagged(folder, 2, RETRAIN, RETRAIN + 25)
        ranged = lambda f: f"{f[0]:.2%} ({f[1]:.2%} to {f[2]:.2%}) of {f[3]:,}"
        print(f"| {os.path.basename(folder)} | {ranged(old)} | {drifted[0]:.2%} | {ranged(new)} | {new[0] / 0.05 - 1:+.1%} |")
    print("""
## Drift

`vigil drift` against version 1. Alerts fire above a stability index of 0.25 (FeatureDrift, ScoreDrift), and where labelled payments
hold more than 1.5 times or less than two thirds as many frauds as in training (LabelDrift).

| seed | days 76 to 89 | days 111 to 124: features above 0.25 | the score's index | frauds among labels |
|---|---|---|---|---|""")
    for folder in folders:
        calm, drift = read(folder, "drift-before"), read(folder, "drift")
        features = ", ".join(f"{c['name']} {c['psi']:.2f}" for c in drift["features"] if c["psi"] > 0.25)
        label = next((a for a in drift["alerts"] if "labelled" in a), "no more than before")
        print(f"| {os.path.basename(folder)} | {'; '.join(calm['alerts']) or 'nothing'} | {features or 'none'} | {drift['score']['psi']:.3f} | {label} |")


main(sys.argv[1], sys.argv[2:])
