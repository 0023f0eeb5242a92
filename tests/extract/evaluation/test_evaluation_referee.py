"""The figures are those of the referee that comes with the shared labels, where both are beside the repository."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extract.evaluation import score
from extract.evaluation.predictions import from_file
from extract.gold import read_gold

GOLD = Path(__file__).parents[4] / "shared" / "gold"
REFEREE = GOLD / "score.py"
SPELLINGS = {"%": ["percent", " Percentage", "\\%", "pct"], "x": ["times", "fold", "×", "X"], "points": ["pp", "pts"]}
OWN = ["our method", "We", " the  proposed model", "  ", "ours", "our network", "the system"]


def pairs_of_files(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield labelled files with what a careless reader might have made of them, in ever other ways."""
    for gold in sorted(GOLD.glob("*-dev.jsonl")) if REFEREE.exists() else ():
        for seed in range(3):
            chance = random.Random(seed)  # noqa: S311
            lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
            made = folder / f"{gold.stem}-{seed}.jsonl"
            read = [line for line in lines if chance.random() > 0.05]
            made.write_text("".join(json.dumps(misread(line, chance)) + "\n" for line in read))
            yield gold, made


def misread(line: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    claims = [carelessly(claim, line["claims"], chance) for claim in line["claims"] if chance.random() > 0.1]
    claims += [dict(claim) for claim in claims if chance.random() < 0.1]
    chance.shuffle(claims)
    return {"paper": line["paper"], "claims": claims}


def carelessly(gold: dict[str, Any], others: list[dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    claim = {name: value for name, value in gold.items() if name != "optional"}
    for name in ("metric", "model", "benchmark", "baseline"):
        names = (gold[name] or [None]) + (chance.choice(others)[name] or [None])
        said: Any = chance.choice(names)
        if chance.random() < 0.1:
            said = chance.choice(OWN)
        if chance.random() < 0.1:
            said = f"the {said or ''} score"
        if chance.random() < 0.1:
            said = [text for text in names if text]
        claim[name] = said
    if chance.random() < 0.2:
        claim["unit"] = chance.choice(SPELLINGS.get(claim["unit"], [None, "%", "s"]))
    if chance.random() < 0.1:
        claim["kind"] = chance.choice(["score", "delta", "ratio", None, "speedup"])
    if chance.random() < 0.1:
        claim["bound"] = chance.choice([None, "", "exact", "approx"])
    if chance.random() < 0.1:
        claim["direction"] = chance.choice([None, "", "increase", "decrease"])
    if chance.random() < 0.1:
        claim["evidence"] = None
    if chance.random() < 0.05:
        claim["value"] += chance.choice([1, 1e-9, 1e-5])
    if chance.random() < 0.1:
        del claim[chance.choice(["value_high", "bound", "metric", "direction"])]
    return claim


def test_the_figures_are_those_of_the_referee(tmp_path: Path) -> None:
    for gold, predicted in pairs_of_files(tmp_path):
        told = subprocess.run(
            [sys.executable, str(REFEREE), str(gold), str(predicted), "--json"],
            capture_output=True,
            text=True,
            check=True,
        )
        labelled = read_gold(gold)
        ours = score(labelled, from_file(predicted, labelled).claims).model_dump()
        for name, theirs in json.loads(told.stdout).items():
            figure = ours[name]
            same = {part: figure[part] for part in theirs} if isinstance(theirs, dict) else figure
            assert same == theirs, (name, predicted.name)
