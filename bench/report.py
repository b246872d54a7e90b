"""What was measured, as tables for people."""

from typing import Any

from scripts import steps

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEAD = (
    "appointments", "queries", "hello", "asking", "bare view", "again", "304", "changed",
    "again/bare", "asking/hello", "304/hello", "changed/bare", "rps bare", "rps again",
)  # fmt: skip


TIMES = ("hello", "asking", "bare", "again", "unchanged", "changed")
RATIOS = ("again_to_bare", "asking_to_hello", "unchanged_to_hello", "changed_to_bare")


def tell(result: dict[str, Any]) -> None:
    for name, title in NAMES.items():
        if name in result:
            _months(title, result[name]["months"])
            _holds(result[name]["holds"])
    for name, rows in result.get("autosave", {}).items():
        _autosave(NAMES[name], rows)
    if "packet" in result:
        _packet(result["packet"])
    steps.say("\nWritten to var/bench.json")


def _months(title: str, rows: list[dict[str, Any]]) -> None:
    steps.say(f"\n{title}: a month of open times (gunicorn, 2 processes)")
    steps.say("Milliseconds: p50 / p95 / CPU of the server. Ratios: p50 / CPU.")
    steps.say("| " + " | ".join(HEAD) + " |")
    steps.say("|" + "---|" * len(HEAD))
    for row in rows:
        steps.say("| " + " | ".join(_cells(row)) + " |")


def _cells(row: dict[str, Any]) -> list[str]:
    people = f" + {row['practitioners']} practitioners" if "practitioners" in row else ""
    queries, ratios, rates = row["queries"], row["ratios"], row["per_second"]
    return [
        f"{row['appointments']:,}{people}",
        f"{queries['worked_out']}, then {queries['again']}",
        *(_times(row[name]) for name in TIMES),
        *(_ratio(ratios[name]) for name in RATIOS),
        f"{rates['bare']:.0f}",
        f"{rates['again']:.0f}",
    ]


def _times(times: dict[str, float]) -> str:
    return f"{times['p50_ms']:.2f} / {times['p95_ms']:.2f} / {times['cpu_ms']:.2f}"


def _ratio(ratio: dict[str, float]) -> str:
    return f"{ratio['p50']:.2f} / {ratio['cpu']:.2f}"


def _holds(holds: dict[str, float]) -> None:
    steps.say(
        f"A hold: {holds['won_p50_ms']} ms (p50; CPU {holds['won_cpu_ms']}), refused because taken:"
        f" {holds['lost_p50_ms']} ms (CPU {holds['lost_cpu_ms']})."
        f" 32 visitors at once: {holds['holds_per_second']} holds a second on different times;"
        f" on one time {holds['race_winners']} winner, the others told after"
        f" {holds['race_lost_p50_ms']} ms (p50), the slowest after {holds['race_slowest_ms']} ms."
    )


WAYS = {
    "press": "the press, PDF/UA-1",
    "plain_weasyprint": "WeasyPrint, plain",
    "chromium": "Chromium, all its processes",
}


def _autosave(title: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        ratios = row["ratios"]
        hellos = f"{_times(row['hello'])}, to somebody signed in {_times(row['hello_signed_in'])}"
        shares = f"{_ratio(ratios['to_hello'])}, {_ratio(ratios['to_hello_signed_in'])}"
        steps.say(
            f"{title}: one answer saved, among {row['responses']:,} responses: "
            f"{_times(row['save'])} ms in {row['queries']} queries; hello {hellos}. "
            f"Ratios: {shares}"
        )


def _packet(packet: dict[str, Any]) -> None:
    steps.say(f"\nA packet of {packet['pages']} pages, drawn in turn from the same HTML")
    steps.say("| drawn by | pages | kB | CPU ms | least | a page | peak MB |")
    steps.say("|---|---|---|---|---|---|---|")
    for way, name in WAYS.items():
        steps.say(_way(name, packet[way]))
    for row in packet["lengths"]:
        steps.say(_way("the press", row))
    screen = packet["on_screen"]
    steps.say(
        f"The worker adds {packet['worker']['cpu_ms']} ms for words, template and seal. "
        f"From sending to the screen, {screen['rounds']} times: p50 {screen['p50_s']} s, "
        f"p95 {screen['p95_s']} s, the longest {screen['longest_s']} s."
    )


def _way(name: str, row: dict[str, Any]) -> str:
    columns = ("pages", "kilobytes", "cpu_ms", "least_cpu_ms", "cpu_ms_a_page", "peak_mb")
    return "| " + " | ".join([name, *(str(row[each]) for each in columns)]) + " |"
