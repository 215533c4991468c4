"""Claim: `python -m metrics update --all` goes over 1,000,000 archived articles in minutes, on two processors.

Stores invented articles the way a poller does (sentences of the labelled cases among everyday ones; 5 % relevant,
5 % near misses, one in fifty edited), tags them once, and then runs the real command over all of them.
Prints CPU seconds of the command and of its workers apart, user and system; walls lie on a busy machine.

Run from the root: `.venv/bin/python benchmarks/update.py [--articles 1000000] [--processes 2] [--archive FILE]`.
A FILE that is there already is used again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from feeds.archive import Visit, open_archive
from feeds.model import Item, ParsedFeed, Poll
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_sources

SEED = 20260101
A_DAY = 900  # articles
FIRST = datetime(2023, 1, 1, 6, tzinfo=UTC)
SOURCES, ITEMS, VISITS = 60, 30, 20  # feeds, items of one poll, polls a transaction
EDITED = 0.02
KINDS = (("relevant", 0.05), ("near", 0.10), ("plain", 1.0))  # cumulated shares
MEAN, SPREAD, LONGEST = 7.0, 0.7, 6_000  # characters of a text: log-normal, e**7.0 = 1,100 in the middle

PLAIN = {
    "en": """The city council approved the plan for a new tram line on Thursday evening.
Inflation slowed to four per cent in March, the statistics office said.
The national team lost the second half after a promising start and will play again on Sunday.
A bakery in the old town was fined for selling bread without a licence.
Rain and strong wind are expected in the north until the weekend, forecasters said.
The company plans to hire two hundred engineers and to open an office abroad next year.
Parliament will vote on the tax bill after the holidays, its speaker told reporters.
Doctors advise people to drink enough water and to stay out of the sun at noon.""",
    "ru": """Городской совет утвердил проект новой трамвайной линии на заседании в четверг.
Инфляция в марте замедлилась до четырёх процентов, сообщило статистическое ведомство.
Сборная проиграла второй тайм после удачного начала и снова выйдет на поле в воскресенье.
Пекарню в старом городе оштрафовали за торговлю без разрешения.
На севере до выходных ожидаются дожди и сильный ветер, говорят синоптики.
Компания намерена нанять двести инженеров и открыть представительство за рубежом.
Парламент проголосует за налоговый закон после праздников, заявил его спикер.
Врачи советуют пить больше воды и не выходить на солнце в полдень.""",
    "hy": """Քաղաքային խորհուրդը հինգշաբթի հաստատեց տրամվայի նոր գծի նախագիծը։
Գնաճը մարտին դանդաղեց մինչև չորս տոկոս, հայտնեց վիճակագրական ծառայությունը։
Հավաքականը պարտվեց երկրորդ խաղակեսում և կրկին կխաղա կիրակի օրը։
Հին քաղաքի հացի փուռը տուգանվել է առանց թույլտվության առևտրի համար։
Հյուսիսում մինչև շաբաթվա վերջ սպասվում են անձրև և ուժեղ քամի։
Ընկերությունը մտադիր է երկու հարյուր ինժեներ ընդունել աշխատանքի։
Խորհրդարանը հարկային օրենքի մասին կքվեարկի տոներից հետո։
Բժիշկները խորհուրդ են տալիս շատ ջուր խմել և կեսօրին արևի տակ չմնալ։""",
    "az": """Şəhər şurası cümə axşamı yeni tramvay xəttinin layihəsini təsdiq etdi.
Statistika komitəsi bildirib ki, martda inflyasiya dörd faizə qədər azalıb.
Milli komanda ikinci hissədə məğlub oldu və bazar günü yenidən meydana çıxacaq.
Köhnə şəhərdə çörəkxana icazəsiz ticarətə görə cərimələnib.
Şimalda həftəsonuna qədər yağış və güclü külək gözlənilir.
Şirkət iki yüz mühəndis işə götürməyi və xaricdə ofis açmağı planlaşdırır.
Parlament vergi qanununa bayramdan sonra səs verəcək, deyə spiker jurnalistlərə bildirib.
Həkimlər günorta günəş altında qalmamağı məsləhət görür.""",
    "tr": """Belediye meclisi perşembe akşamı yeni tramvay hattının projesini onayladı.
İstatistik kurumu martta enflasyonun yüzde dörde gerilediğini açıkladı.
Milli takım ikinci yarıda yenildi ve pazar günü yeniden sahaya çıkacak.
Eski şehirdeki bir fırına izinsiz satış yaptığı için ceza kesildi.
Kuzeyde hafta sonuna kadar yağmur ve kuvvetli rüzgar bekleniyor.
Şirket iki yüz mühendis almayı ve yurt dışında ofis açmayı planlıyor.
Meclis vergi yasasını bayramdan sonra oylayacak, dedi meclis başkanı.
Doktorlar öğle saatlerinde güneşte kalınmamasını öneriyor.""",
    "fr": """Le conseil municipal a approuvé jeudi soir le projet d'une nouvelle ligne de tramway.
L'inflation a ralenti à quatre pour cent en mars, selon l'office des statistiques.
L'équipe nationale a perdu la seconde mi-temps et rejouera dimanche.
Une boulangerie de la vieille ville a reçu une amende pour vente sans licence.
De la pluie et un vent fort sont attendus dans le nord jusqu'au week-end.
L'entreprise prévoit d'embaucher deux cents ingénieurs et d'ouvrir un bureau à l'étranger.
Le parlement votera la loi fiscale après les fêtes, a dit son président.
Les médecins conseillent de boire assez d'eau et d'éviter le soleil de midi.""",
}


def main() -> None:
    args = _arguments()
    monitor_folder = os.environ.get("MONITOR") or "monitors/karabakh"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(args.archive or f"{folder}/update.db")
        command = ["update", "--processes", str(args.processes), "--monitor", monitor_folder]
        command += ["--archive", f"sqlite:///{file}"]
        print(_prepared(file, read_monitor(Path(monitor_folder)), args.articles))
        for name, options in (("first tagging", []), ("--all", ["--all"])):
            wall, parent, workers, said = _measured([*command, *options])
            tagged = int(said.split()[0])
            print(f"{name}: {said}")
            print(f"  CPU seconds: command {parent:.1f} + workers {workers:.1f}; wall {wall:.0f} s")
            if tagged:
                print(f"  {(parent + workers) / tagged * 1e6:.0f} µs of CPU an article")
        size = file.stat().st_size / 1e9
    print(f"{size:.2f} GB; {args.processes} processes; Python {platform.python_version()}, {platform.machine()}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU seconds of `metrics update --all`")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--archive", help="SQLite file to keep, or to use again (default: a temporary one)")
    return parser.parse_args()


def _measured(command: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, CPU seconds of the command, CPU seconds of its workers, what it printed."""
    wrapper = (
        "import resource, runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "try:\n"
        "    runpy.run_module('metrics', run_name='__main__', alter_sys=True)\n"
        "finally:\n"
        "    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):\n"
        "        used = resource.getrusage(who)\n"
        "        print(used.ru_utime + used.ru_stime, file=sys.stderr)\n"
    )
    started = time.monotonic()
    run = [sys.executable, "-c", wrapper, "metrics", *command]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    own, children = (float(line) for line in done.stderr.split()[-2:])
    return time.monotonic() - started, own, children, done.stdout.strip()


# An archive of invented articles -------------------------------------------------------------------------------------


def _prepared(file: Path, monitor: Monitor, count: int) -> str:
    with open_archive(f"sqlite:///{file}") as archive:
        if not archive.article_count():
            visits = _visits(monitor, count)
            while some := list(islice(visits, VISITS)):
                archive.store(some, utc_offset_hours=monitor.utc_offset_hours)
        articles = archive.versions_after(0, 2_000)
        size = sum(len(one.text) for one in articles) / len(articles)
        return f"{archive.article_count()} articles of {size:.0f} characters"


def _visits(monitor: Monitor, count: int) -> Iterator[Visit]:
    """Polls of ITEMS articles each; the next poll of a source finds one in fifty edited."""
    choose = random.Random(SEED)
    sources = [source for source in read_sources(monitor) if source.scope != "query"][:SOURCES]
    lines = (monitor.folder / "cases_dev.jsonl").read_text(encoding="utf-8").splitlines()
    cases: dict[tuple[str, bool], list[dict[str, str]]] = {}
    for case in map(json.loads, lines):
        cases.setdefault((case["lang"], bool(case["relevant"])), []).append(case)
    plain = {language: text.splitlines() for language, text in PLAIN.items()}
    edited: dict[str, list[Item]] = {}
    for start in range(0, count, ITEMS):
        source = sources[start // ITEMS % len(sources)]
        at = FIRST + timedelta(seconds=start * 86_400 // A_DAY)
        items = []
        for number in range(start, min(start + ITEMS, count)):
            language = choose.choice(list(plain))
            title, text = _text(choose, language, cases, plain[language], number)
            url = f"https://outlet.example/{number}"
            items.append(Item(str(number), url, title, text, at - timedelta(hours=1), language=language))
        feed = ParsedFeed((*edited.get(source.key, []), *items))
        yield Visit(source, Poll(source.key, at, "ok", 200, 0.1, 1), feed)
        edited[source.key] = [replace(one, text=f"{one.text}\n2.") for one in items if choose.random() < EDITED]


def _text(
    choose: random.Random, language: str, cases: dict[tuple[str, bool], list[dict[str, str]]], plain: list[str], n: int
) -> tuple[str, str]:
    draw = choose.random()
    kind = next(name for name, share in KINDS if draw < share)
    length = min(int(choose.lognormvariate(MEAN, SPREAD)), LONGEST)
    title, body = f"{choose.choice(plain)} {n}", []
    if kind != "plain":
        case = choose.choice(cases[language, kind == "relevant"])
        title, body = f"{case['title']} {n}", [case["text"]]
    size = sum(map(len, body))
    while size < length:
        body.append(" ".join(choose.sample(plain, 3)))
        size += len(body[-1])
    return title, "\n".join(body)


if __name__ == "__main__":
    main()
