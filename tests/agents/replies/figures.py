"""Prints the acceptance figures of the readers of replies over their samples, in one command.

    python -m tests.agents.replies.figures

Visible replies by source and half, signatures, keywords by vendor, opt-outs by language, harmless
texts, intentions by part, and the reliability of the confidence. Exit 1 where a figure is below
what must hold; the same figures are kept as tests beside this file.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec

from agents.replies import intent, keywords, opt_out
from agents.replies.visible import visible_reply
from tests.agents.replies import reliability, samples

Row = tuple[object, ...]


def main() -> int:
    wrong = [
        *visible(),
        *signatures(),
        *vendors(),
        *own_requests(),
        *harmless(),
        *intentions(),
        *confidence(),
    ]
    speed()
    for line in wrong:
        print(f"BELOW: {line}")
    return 1 if wrong else 0


def show(title: str, heads: Sequence[str], rows: Iterable[Row]) -> None:
    """Prints a table."""
    print(f"\n{title}")
    print("  " + "".join(f"{head:>14}" if i else f"{head:32}" for i, head in enumerate(heads)))
    for row in rows:
        print(
            "  " + "".join(f"{cell!s:>14}" if i else f"{cell!s:32}" for i, cell in enumerate(row))
        )


def share(hits: int, total: int) -> str:
    return f"{100 * hits / total:.1f} %" if total else "-"


def visible() -> list[str]:
    """Visible replies right, by source; the set-aside rows with their reasons."""
    rows = samples.visible_rows()
    half = samples.first_half(samples.jsonl("visible_reply.jsonl"))
    right = {row["id"]: samples.right(row, samples.read(row).text) for row in rows}
    kept = [row for row in rows if row["id"] not in samples.SET_ASIDE]

    def line(name: str, of: list[dict[str, object]]) -> Row:
        every = [row for row in of if row in kept]
        hits = sum(right[str(row["id"])] for row in every)
        return name, len(of), len(of) - len(every), hits, share(hits, len(every))

    sources = sorted({row["source"] for row in rows})
    table = [line(source, [r for r in rows if r["source"] == source]) for source in sources]
    table.append(line("open half", [r for r in rows if r["id"] in half]))
    table.append(line("half kept back", [r for r in rows if r["id"] not in half]))
    table.append(line("all", rows))
    show("Visible replies", ("source", "rows", "set aside", "right", "share"), table)
    print(f"  as labelled, nothing set aside: {share(sum(right.values()), len(rows))}")
    for name, reason in samples.SET_ASIDE.items():
        print(f"  set aside {name}: label {reason}")
    library(kept)
    hits = sum(right[row["id"]] for row in kept)
    aside = len(rows) - len(kept)
    bad = [f"wrong {row['id']}" for row in kept if not right[row["id"]]]
    print("  " + ", ".join(bad or ["none wrong"]))
    return ["visible replies"] if hits < 0.95 * len(kept) or aside > 0.12 * len(rows) else []


def library(rows: list[dict[str, object]]) -> None:
    """For scale: a library's share of the same rows, where it is installed (HTML rows fail it)."""
    if find_spec("mailparser_reply") is None:
        return
    from mailparser_reply import EmailReplyParser

    parser = EmailReplyParser(
        languages=["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "pl"]
    )
    hits = 0
    for row in rows:
        if row["format"] == "text":
            replies = parser.read(text=row["input"]).replies
            hits += bool(replies) and samples.right(row, replies[0].body or "")
    texts = sum(row["format"] == "text" for row in rows)
    print(f"  for scale, mail-parser-reply on the text rows: {share(hits, texts)}")


def signatures() -> list[str]:
    """Signatures split where the source splits them."""
    rows = [row for row in samples.visible_rows() if "expected_signature" in row]
    hits = sum(
        "".join(samples.read(row).signature.split()) == "".join(row["expected_signature"].split())
        for row in rows
    )
    show("Signatures split", ("", "rows", "right"), [("all", len(rows), hits)])
    return ["signatures"] if hits < len(rows) else []


def vendors() -> list[str]:
    """Vendors' keywords, each in five spellings."""
    table, missed = [], []
    for row in samples.jsonl("sms_keywords.jsonl"):
        spellings = [
            (word, spelt)
            for word in row["keywords"]
            for spelt in (word, word.lower(), f" {word.title()}. ", f"{word}!!!", f'"{word}"')
        ]
        hits = sum(known(row, word, spelt) for word, spelt in spellings)
        table.append((f"{row['provider']} {row['action']}", len(spellings), hits))
        if hits < len(spellings):
            missed.append(f"keywords of {row['provider']}")
    show("Vendors' keywords", ("vendor", "spellings", "right"), table)
    return missed


def known(row: dict[str, object], word: str, spelt: str) -> bool:
    found = keywords.match(spelt, vendor=str(row["provider"]))
    return found is not None and (found.kind, found.keyword) == (row["action"], word)


def own_requests() -> list[str]:
    """Our own phrasings and near misses, by language."""
    every = samples.requests()
    right = {one: opt_out.in_mail(one.text, one.subject).answer == one.answer for one in every}
    groups = {one.language: [o for o in every if o.language == one.language] for one in every}
    table = [counted(language, of, right) for language, of in groups.items()]
    table.append(counted("all", list(every), right))
    hits = sum(right.values())
    heads = ("language", "requests", "near misses", "doubtful", "right", "share")
    show("Own opt-out phrasings", heads, table)
    return ["own opt-out phrasings"] if hits < len(every) else []


def counted(name: str, of: list[samples.Request], right: dict[samples.Request, bool]) -> Row:
    """One line: requests, near misses and doubtful ones, and how many are right."""
    answers = Counter(one.answer for one in of)
    hits = sum(right[one] for one in of)
    return (
        name, answers["yes"], answers["no"], answers["doubtful"], hits, share(hits, len(of)),
    )  # fmt: skip


def harmless() -> list[str]:
    """Texts that ask for nothing, and footers that offer to unsubscribe."""
    rows = samples.jsonl("sms_not_optout.jsonl")
    texts = Counter(opt_out.in_message(row["text"]).answer for row in rows)
    offers = Counter(opt_out.in_mail(line).answer for line in offered())
    table = [
        (name, sum(found.values()), found["yes"], found["doubtful"])
        for name, found in (("harmless texts", texts), ("senders' footers", offers))
    ]
    show("False alarms", ("", "texts", "yes", "doubtful"), table)
    return ["false alarms"] if texts["yes"] or texts["doubtful"] or offers["yes"] else []


def offered() -> list[str]:
    return (samples.FOLDER / "offers.txt").read_text("utf-8").splitlines()


def intentions() -> list[str]:
    """Labels right, by the part of the samples."""
    table = []
    for part in ("tune", "calibrate", "judge"):
        of = [one for one in samples.meanings() if one.part == part]
        read = [(one, intent.classify(one.text)) for one in of]
        hits = sum(found.label == one.label for one, found in read)
        objections = [(o, f) for o, f in read if o.objection and f.label == o.label]
        named = sum(found.objection == one.objection for one, found in objections)
        table.append((part, len(of), share(hits, len(of)), share(named, len(objections))))
    show("Intentions", ("part", "replies", "label right", "objection"), table)
    return []


def confidence() -> list[str]:
    """The reliability of the confidence on the part set aside."""
    answers = reliability.answers("judge")
    table = [
        (f"{low:.2f} to {high:.2f}", count, f"{said:.2f}", f"{seen:.2f}")
        for low, high, count, said, seen in reliability.table(answers)
    ]
    show("Confidence, part 'judge'", ("said", "answers", "mean said", "right"), table)
    error = reliability.expected_error(answers)
    print(f"  expected calibration error {error:.3f}")
    return ["calibration"] if error > 0.08 else []


def speed() -> None:
    """Messages a second through all readers, best of five rounds, for the eye only."""
    rows = [row for row in samples.visible_rows() if row["format"] == "text"]

    def everything(text: str) -> None:
        found = visible_reply(text)
        asked = opt_out.in_mail(found.text)
        intent.classify(found.text, asked=asked)

    seconds = min(timed(everything, [row["input"] for row in rows]) for _ in range(5))
    print(f"\nSpeed: {len(rows) / seconds:.0f} texts a second (visible, opt-out, intention)")


def timed(call: Callable[[str], None], texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        call(text)
    return time.process_time() - start


if __name__ == "__main__":
    sys.exit(main())
