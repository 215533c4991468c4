"""The style sheet of our own pieces of HTML, in the colours of both themes. Pure; dashboard/own_files.py serves it."""

from __future__ import annotations

from dashboard import heat_map
from dashboard.charts import DARK, LIGHT, both

VARIABLES = ("link", "ink", "soft", "grid", "mark", "card")  # colours of a palette
LINE = ("#cfd5de", "#3a4654")  # borders, as in .streamlit/config.toml

_RULES = """
.m-head .m-kicker{margin:0 0 .1rem;font-size:.9rem;color:var(--soft)} .m-kicker b{color:var(--ink);font-weight:600}
.m-head h1{font-size:1.9rem;font-weight:700;line-height:1.15;margin:0;padding:0}
.m-head a,.m-story a,.m-table a,.m-summary a{color:var(--link)}
.m-invented{border:2px dashed var(--ink);padding:.3rem .75rem;font-weight:700;margin:0 0 .7rem;
  background:repeating-linear-gradient(135deg,transparent 0 12px,var(--grid) 12px 24px)}
[data-testid="stButtonGroup"]>div{flex-wrap:wrap}
[data-testid="stMultiSelectTagsContainer"] [data-tag]{background:var(--card);color:var(--ink);
  border:1px solid var(--line)}
[data-testid="stMultiSelectTagsContainer"] [data-tag] span{color:var(--ink)}
.m-strip{display:flex;flex-wrap:wrap;gap:.25rem 0;margin:0;padding-left:0!important;
  border:1px solid var(--line);border-radius:.35rem;background:var(--card)}
.m-strip>div{flex:1 1 8.5rem;padding:.45rem .8rem;min-width:0}
.m-strip dt{font-size:.8rem;color:var(--soft);font-weight:400} .m-strip dd{margin:0;font-size:1.15rem;font-weight:650}
.m-strip small{display:block;font-size:.8rem;font-weight:400;color:var(--soft)}
.m-board{display:flex;flex-wrap:wrap;gap:.9rem 1rem}
.m-sector{flex:var(--n) 1 calc(var(--n)*14.2rem + (var(--n) - 1)*.6rem);min-width:min(100%,14.2rem);
  max-width:min(100%,calc(var(--n)*19.5rem))}
@media (max-width:640px){.m-sector{max-width:100%}}
.m-sector h2{font-size:1rem;font-weight:650;margin:.2rem 0 .35rem;padding:0;color:var(--soft)}
.m-cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13.4rem),1fr));gap:.6rem}
.m-card{border:1px solid var(--line);border-radius:.35rem;padding:.6rem .75rem .65rem;min-width:0;
  display:flex;flex-direction:column;gap:.18rem}
.m-card h3{font-size:1rem;font-weight:650;margin:0;padding:0;line-height:1.25}
.m-card h3 a,.m-story h2 a,.m-story h3 a{text-decoration-thickness:1px;text-underline-offset:.17em}
.m-number{display:flex;align-items:baseline;gap:.4rem;flex-wrap:wrap}
.m-number b{font-size:1.7rem;line-height:1.15;font-weight:650;font-variant-numeric:tabular-nums}
.m-number.m-none b{font-size:1.15rem;line-height:1.7;font-weight:600}
.m-number span,.m-share,.m-aside,.m-notes{font-size:.85rem;color:var(--soft)}
.m-level{font-size:.88rem;margin:.1rem 0 .2rem} .m-level summary{cursor:pointer}
.m-level p{margin:.2rem 0;line-height:1.35}
.m-step{display:inline-block;min-width:1.35em;text-align:center;border:1.5px solid currentColor;border-radius:.3em}
.m-badge{display:inline-block;border:1px solid currentColor;border-radius:.7em;padding:0 .5em;font-size:.8rem}
.m-alert{border-top:1px solid var(--line);padding:.5rem 0 .3rem;max-width:60rem;overflow-wrap:anywhere}
.m-alert h3{font-size:1rem;font-weight:650;margin:0;padding:0;line-height:1.35} .m-alert p{margin:.15rem 0}
.m-before>summary{cursor:pointer;padding:.35rem 0} .m-alert:target{background:var(--card)}
.m-alert details{font-size:.9rem} .m-alert summary{cursor:pointer;color:var(--soft)}
.m-change{font-size:.92rem} .m-gap{font-size:.85rem;font-weight:600}
.m-spark{width:100%;height:2.75rem;display:block;margin:.25rem 0 .1rem}
.m-notes{list-style:none;margin:0;padding:0!important} .m-notes li{margin:0}
.m-in{color:inherit!important}
[data-testid="stElementContainer"]:has(.m-place){display:none}
.st-key-trend{width:round(down,100%,1px)!important}
.st-key-controls:not(:has([data-testid="stButtonGroup"])){min-height:836px}
@media (min-width:500px){.st-key-controls:not(:has([data-testid="stButtonGroup"])){min-height:632px}}
@media (min-width:640px){.st-key-controls:not(:has([data-testid="stButtonGroup"])){min-height:548px}}
@media (min-width:1000px){.st-key-controls:not(:has([data-testid="stButtonGroup"])){min-height:388px}}
@media (min-width:1090px){.st-key-controls:not(:has([data-testid="stButtonGroup"])){min-height:312px}}
@media (min-width:1265px){.st-key-controls:not(:has([data-testid="stButtonGroup"])){min-height:228px}}
.m-story{border-top:1px solid var(--line);padding:.65rem 0 .2rem;overflow-wrap:anywhere;max-width:60rem}
.m-story h2,.m-story h3{font-size:1.05rem;font-weight:650;margin:.15rem 0 .3rem;padding:0;line-height:1.3}
.m-story ul,.m-story ol{margin:0;padding-left:0!important;list-style:none}
.m-story ol{list-style:decimal;padding-left:1.6rem!important}
.m-story:focus{outline:3px solid var(--link);outline-offset:4px;border-radius:.15rem;scroll-margin:4.5rem}
.m-meta{font-size:.88rem;color:var(--soft)} .m-dot{opacity:.6}
.m-chip{display:inline-block;border:1px solid var(--soft);border-radius:1rem;padding:0 .5rem;font-size:.8rem;
  color:var(--ink);line-height:1.5;margin-right:.15rem}
.m-evidence{margin:0 0 .5rem} .m-evidence>div:not(.m-said){margin-right:1rem}
.m-titled>div:not(.m-said){display:inline-block}
.m-stance{font-size:.88rem;color:var(--soft);margin-left:.3rem;white-space:nowrap}
.m-tags{font-size:.88rem;color:var(--soft);margin-left:.3rem}
.m-evidence blockquote{margin:.1rem 0 0;padding:0 0 0 .7rem;border-left:3px solid var(--grid);color:var(--ink);
  font-size:1rem;line-height:1.45}
.m-said{font-size:.85rem;color:var(--soft);padding-left:.78rem}
.m-said.m-inline{display:inline;padding-left:.3rem}
.m-story details{font-size:.9rem;margin:.1rem 0 .35rem} .m-story summary{cursor:pointer;color:var(--soft)}
.m-part{overflow-wrap:anywhere;max-width:60rem} .m-part ul,.m-part ol{margin:0;padding-left:0!important;list-style:none}
.m-part ol{list-style:decimal;padding-left:1.6rem!important} .m-part p{margin:.1rem 0 .3rem}
.m-part mark,.m-story mark{background:var(--mark);color:var(--ink);padding:0 .1em;border-radius:.15em;
  text-decoration:underline;text-decoration-thickness:1px}
.m-traces{font-size:.85rem;color:var(--soft);padding-left:.78rem} .m-traces p{color:var(--ink);font-size:.95rem}
.m-part del{text-decoration-thickness:2px;opacity:.75}
.m-part ins{background:var(--mark);text-decoration:none;font-weight:600;padding:0 .1em;border-radius:.15em}
.m-part .m-sentence{background:none;text-decoration:none;border-bottom:2px solid var(--link);padding:0}
.m-sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.m-part details{font-size:.9rem} .m-part summary{cursor:pointer;color:var(--soft)} .m-part a{color:var(--link)}
.m-wrong{margin:0;font-weight:600} .m-wrong::before{content:"✕ "} .m-done{margin:0} .m-done::before{content:"✓ "}
.m-since{font-size:.92rem;margin:.1rem 0;max-width:75rem}
.m-begin{max-width:60rem} .m-begin h2{font-size:1.1rem;font-weight:650;margin:0;padding:0} .m-begin p{margin:.2rem 0}
.m-begin progress{width:100%;max-width:30rem;height:.9rem;accent-color:var(--link)} .m-begin summary{cursor:pointer}
.m-begin code{white-space:normal;overflow-wrap:anywhere}
.m-scroll{overflow-x:auto;max-width:100%}
.m-table{border-collapse:collapse;width:100%;font-size:.9rem}
.m-table caption{text-align:left;caption-side:top;color:var(--soft);font-size:.85rem;padding:0 0 .25rem}
.m-table th,.m-table td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border:0;
  border-bottom:1px solid var(--line);overflow-wrap:break-word;min-width:4.2rem}
.m-table th{font-weight:600;color:var(--soft)}
@media (max-width:640px){
  .m-wide thead{display:none} .m-wide,.m-wide tbody,.m-wide tr,.m-wide td,.m-wide caption{display:block;width:100%}
  .m-wide tr{border-bottom:1px solid var(--line);padding:.4rem 0} .m-wide td{border:0;padding:.05rem 0}
  .m-wide .m-no{display:none}
  .m-wide td::before{content:attr(data-head) ": ";color:var(--soft)} .m-wide td:first-child::before{content:""}
}
.m-foot{border-top:1px solid var(--line);margin-top:1.2rem;padding-top:.6rem;font-size:.8rem;color:var(--soft);
  max-width:70rem}
.m-foot p{margin:0 0 .4rem;font-size:.8rem}
.m-summary{max-width:56rem;overflow-wrap:anywhere} .m-summary h2{font-size:1.2rem;margin:1.4rem 0 .4rem;padding:0}
.m-summary h3{font-size:1.02rem;margin:1rem 0 .3rem;padding:0} .m-summary h4{font-size:1rem;margin:.2rem 0;padding:0}
.m-summary ul{margin:.3rem 0;padding-left:1.2rem!important} .m-summary li{margin:.2rem 0} .m-summary p{margin:.3rem 0}
.m-summary .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:.15rem 1.5rem;
  margin:0;padding:.5rem .8rem;font-size:.9rem;border:1px solid var(--line);border-radius:.35rem;background:var(--card)}
.m-summary .facts div{display:grid;grid-template-columns:8.5rem minmax(0,1fr)} .m-summary .facts dd{margin:0}
.m-summary dt,.m-summary .ids,.m-summary .about,.m-summary .link,.m-summary footer{color:var(--soft);font-size:.85rem}
.m-summary .facts dt{font-weight:400} .m-summary article{padding:.5rem 0;border-bottom:1px solid var(--line)}
.m-summary .highlights{border-left:.3rem solid var(--ink);padding:.1rem 1rem .4rem;margin-top:1rem;
  background:var(--card)}
.m-summary blockquote{margin:.4rem 0;padding:0 0 0 .7rem;border-left:3px solid var(--line);color:inherit}
.m-summary q{display:block;quotes:"“" "”";unicode-bidi:isolate}
.m-summary .beside{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:0 1.5rem}
"""


def sheet() -> str:
    """All of it. A colour is that of the scheme which Streamlit sets for its page, light or dark."""
    names = {name: both(getattr(LIGHT, name), getattr(DARK, name)) for name in VARIABLES}
    variables = ";".join(f"--{name}:{value}" for name, value in (names | {"line": both(*LINE)}).items())
    return f".stApp{{{variables}}}{_RULES}{heat_map.rules()}"
