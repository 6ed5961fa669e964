#!/usr/bin/env python3
"""Samples two processes of Vigil once a minute, and judges the samples. bench/soak.sh calls it.

    soak.py sample OUT.csv DETECTOR_URL DETECTOR_PID API_URL API_PID     until it is told to end
    soak.py report SAMPLES.csv POSTS.csv FOLDER                          prints the verdict, writes soak.csv and soak.svg

Flat is:
  memory: from a quarter of the time on (by then windows of 90 days are full), the resident set of each process grows by less
    than 5 % of its mean an hour: the upper end of the 95 % range of its slope (least squares; the range is that of as many
    samples as are left when what each has in common with the one before it is taken off, n(1-r)/(1+r)).
  latency: the median over the last quarter of the time of each minute's p50 and p99, from the broker's append to the batch's
    commit and of the posts, is less than 1.25 times that of the second quarter; differences below 5 ms do not count.
Quantiles from histograms lie within a bucket, whose ends are 2 5 10 20 30 50 75 100 150 250 500 ms, 1 2.5 10 60 s; between
them they are interpolated. Those of the posts are exact.
"""
import csv, math, os, re, subprocess, sys, time, urllib.request

MB = 1 << 20


def metrics(url):
    """Sums of each name, and the cumulative buckets of the histogram of commits."""
    sums, buckets = {}, {}
    with urllib.request.urlopen(url + "/metrics", timeout=20) as answer:
        for line in answer.read().decode().splitlines():
            if not line or line[0] == "#":
                continue
            name, value = line.split(" # ")[0].rsplit(" ", 1)
            bare = name.split("{")[0]
            sums[bare] = sums.get(bare, 0) + float(value)
            bound = re.search(r'le="([^"]*)"', name)
            if bare == "vigil_commit_delay_seconds_bucket" and bound:
                buckets[float(bound[1])] = float(value)
            generation = re.search(r'gc_heap_generation="(gen\d)"', name)
            if bare == "dotnet_gc_collections_total" and generation:
                sums[generation[1]] = float(value)
    return sums, buckets


def quantile(before, after, share):
    """Seconds; interpolated within the bucket, not a number where there is nothing."""
    bounds = sorted(after)
    counts = [after[b] - before.get(b, 0) for b in bounds]
    if not counts or counts[-1] <= 0:
        return math.nan
    wanted, low, below = share * counts[-1], 0.0, 0.0
    for bound, count in zip(bounds, counts):
        if count >= wanted:
            return low if math.isinf(bound) else low + (bound - low) * (wanted - below) / (count - below)
        low, below = bound, count
    return low


def process(pid):
    with open(f"/proc/{pid}/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return {
        "rss_mb": round(int(lines["VmRSS"].split()[0]) / 1024, 1),
        "threads": int(lines["Threads"]),
        "fds": len(os.listdir(f"/proc/{pid}/fd")),
        "cpu_s": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
    }


def connections():
    return int(subprocess.run(
        ["psql", os.environ["DATABASE_URL"], "-qAtX", "-c",
         "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"],
        capture_output=True, text=True, check=True).stdout)


def sample(out, detector_url, detector_pid, api_url, api_pid):
    began = time.monotonic()
    last_at, last, last_buckets = began, *metrics(detector_url)
    with open(out, "w", newline="") as file:
        table = None
        for minute in range(1, 1 << 20):
            time.sleep(max(0.0, began + 60 * minute - time.monotonic()))
            now, (detector, buckets), (api, _) = time.monotonic(), metrics(detector_url), metrics(api_url)
            row = {
                "minute": minute,
                "rate": round((detector["transactions_processed_total"] - last["transactions_processed_total"]) / (now - last_at), 1),
                "lag": int(detector.get("vigil_kafka_lag", 0)),
                "commit_p50_ms": round(1000 * quantile(last_buckets, buckets, 0.5), 1),
                "commit_p99_ms": round(1000 * quantile(last_buckets, buckets, 0.99), 1),
                "dead_letters": int(detector.get("vigil_dead_letters_total", 0)),
                "repeated": int(detector.get("vigil_repeated_transactions_total", 0)),
                "entities": int(detector.get("vigil_entities_in_memory", 0)),
                "connections": connections(),
            }
            for name, values, pid in (("detect", detector, detector_pid), ("api", api, api_pid)):
                for key, value in process(pid).items():
                    row[f"{name}_{key}"] = value
                row[f"{name}_heap_mb"] = round(values.get("dotnet_gc_last_collection_heap_size", 0) / MB, 1)
                row[f"{name}_committed_mb"] = round(values.get("dotnet_gc_last_collection_memory_committed_size", 0) / MB, 1)
                row[f"{name}_pause_s"] = round(values.get("dotnet_gc_pause_time_total", 0), 3)
                for generation in ("gen0", "gen1", "gen2"):
                    row[f"{name}_{generation}"] = int(values.get(generation, 0))
            if table is None:
                table = csv.DictWriter(file, list(row), lineterminator="\n")
                table.writeheader()
            table.writerow(row)
            file.flush()
            last_at, last, last_buckets = now, detector, buckets


def median(values):
    values = sorted(v for v in values if not math.isnan(v))
    return values[len(values) // 2] if values else math.nan


def slope(hours, values):
    """Per hour, and half of its 95 % range."""
    n = len(values)
    if n < 4:
        return math.nan, math.nan
    mean_x, mean_y = sum(hours) / n, sum(values) / n
    sxx = sum((x - mean_x) ** 2 for x in hours)
    b = sum((x - mean_x) * (y - mean_y) for x, y in zip(hours, values)) / sxx
    rest = [y - mean_y - b * (x - mean_x) for x, y in zip(hours, values)]
    power = sum(r * r for r in rest)
    r = max(0.0, sum(p * q for p, q in zip(rest, rest[1:])) / power) if power else 0.0
    left = max(3.0, n * (1 - r) / (1 + r))
    return b, 1.96 * math.sqrt(power / (left - 2) / (sxx * left / n)) if left > 2 else math.nan


def report(samples, posts, folder):
    rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(open(samples))]
    times = {int(row["minute"]) + 1: row for row in csv.DictReader(open(posts))}
    for row in rows:
        found = times.get(int(row["minute"]), {})
        row["post_p50_ms"], row["post_p99_ms"] = (float(found.get(name, "nan")) for name in ("p50_ms", "p99_ms"))
    n = len(rows)
    warm = rows[n // 4:]
    flat = True
    for name in ("detect", "api"):
        for what, judged in (("rss_mb", True), ("heap_mb", False), ("committed_mb", False)):
            values = [row[f"{name}_{what}"] for row in warm]
            by, half = slope([row["minute"] / 60 for row in warm], values)
            mean = sum(values) / len(values)
            verdict = ""
            if judged:
                good = by + half < 0.05 * mean
                flat &= good
                verdict = ": flat" if good else ": NOT FLAT"
            print(f"{name} {what}, minute {int(warm[0]['minute'])} to {int(warm[-1]['minute'])}: mean {mean:.1f}, {min(values):.1f} to {max(values):.1f}, "
                  f"slope {by:+.1f} +- {half:.1f} MB/h ({100 * by / mean:+.1f} %/h){verdict}")
    for name in ("commit_p50_ms", "commit_p99_ms", "post_p50_ms", "post_p99_ms"):
        first, last = median([r[name] for r in rows[n // 4:n // 2]]), median([r[name] for r in rows[3 * n // 4:]])
        good = last <= max(1.25 * first, first + 5)
        flat &= good
        print(f"{name}: second quarter {first:.1f}, last quarter {last:.1f}{': flat' if good else ': NOT FLAT'}")
    for name in ("rate", "lag", "entities", "connections", "detect_threads", "detect_fds", "api_threads", "api_fds"):
        values = [row[name] for row in warm]
        print(f"{name}: {values[0]:.0f} first, {values[-1]:.0f} last, {min(values):.0f} to {max(values):.0f}")
    last = rows[-1]
    for name in ("detect", "api"):
        print(f"{name}: collections {last[name + '_gen0']:.0f}, {last[name + '_gen1']:.0f}, {last[name + '_gen2']:.0f} of generation 0, 1, 2; "
              f"paused {last[name + '_pause_s']:.1f} s; {last[name + '_cpu_s']:.0f} s of processor time")
    with open(os.path.join(folder, "soak.csv"), "w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows({key: f"{value:g}" for key, value in row.items()} for row in rows)
    with open(os.path.join(folder, "soak.svg"), "w") as file:
        file.write(plot(rows))
    print("verdict: " + ("flat" if flat else "NOT FLAT"))
    return 0 if flat else 1


def plot(rows):
    width, height, left, gap = 640, 220, 80, 70
    end = max(row["minute"] for row in rows)
    x = lambda minute: left + width * minute / end
    body, colours = [], ("#0b57a4", "#c2410c", "#7aa7d6", "#f0a878")

    def panel(top, title, names, log):
        values = [row[name] for row in rows for name, _ in names if not math.isnan(row[name])]
        if log:
            low, high = 10 ** math.floor(math.log10(max(min(values), 0.1))), 10 ** math.ceil(math.log10(max(values)))
            y = lambda v: top + height * (1 - math.log10(max(v, low) / low) / math.log10(high / low))
            ticks = [low * 10 ** i for i in range(round(math.log10(high / low)) + 1)]
        else:
            step = next(s for s in (10, 25, 50, 100, 200, 500, 1000) if max(values) / s <= 8)
            high = step * math.ceil(max(values) / step)
            y = lambda v: top + height * (1 - v / high)
            ticks = range(0, high + 1, step)
        body.append(f'<text x="{left}" y="{top - 12}" font-size="14" font-weight="bold">{title}</text>')
        for tick in ticks:
            body.append(f'<path d="M{left - 5} {y(tick):.1f}H{left + width}" stroke="#ddd"/><text x="{left - 9}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>')
        for minute in range(0, int(end) + 1, next(s for s in (1, 2, 5, 10, 20, 60) if end / s <= 7 or s == 60)):
            body.append(f'<text x="{x(minute):.1f}" y="{top + height + 18}" text-anchor="middle">{minute}</text>')
        for i, (name, words) in enumerate(names):
            points = " ".join(f'{x(row["minute"]):.1f},{y(row[name]):.1f}' for row in rows if not math.isnan(row[name]))
            body.append(f'<polyline fill="none" stroke="{colours[i]}" stroke-width="2" points="{points}"><title>{words}</title></polyline>')
            body.append(f'<rect x="{left + width + 15}" y="{top + 20 * i}" width="12" height="12" fill="{colours[i]}"/><text x="{left + width + 33}" y="{top + 20 * i + 10}">{words}</text>')

    panel(45, "Memory, MB", (("detect_rss_mb", "detector, resident"), ("api_rss_mb", "API, resident"),
                             ("detect_heap_mb", "detector, live heap"), ("api_heap_mb", "API, live heap")), False)
    panel(45 + height + gap, "Latency, ms", (("commit_p50_ms", "append to commit, p50"), ("commit_p99_ms", "append to commit, p99"),
                                             ("post_p50_ms", "post, p50"), ("post_p99_ms", "post, p99")), True)
    total = 45 + 2 * height + gap + 50
    body.append(f'<text x="{left + width / 2}" y="{total - 10}" text-anchor="middle">minutes</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 200} {total}" width="{left + width + 200}" height="{total}" role="img" '
            f'aria-label="Memory and latency over {end:g} minutes" font-family="sans-serif" font-size="12" fill="#222">\n'
            f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(body) + "\n</svg>\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["sample", out, detector_url, detector_pid, api_url, api_pid]:
            sample(out, detector_url, detector_pid, api_url, api_pid)
        case ["report", samples, posts, folder]:
            sys.exit(report(samples, posts, folder))
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(2)
