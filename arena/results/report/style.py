"""How the page looks: plain type, light or dark as the reader has it, and tables that fit."""

PALETTE = ("--one", "--two", "--three", "--four", "--five", "--six")
"""The colours of curves, by the names of their variables."""

STYLE = """\
:root {
  --paper: #fdfcfa; --ink: #1d2126; --soft: #5d6670; --line: #dcdad5; --shade: #f3f1ec; --link: #1f5fa8;
  --private: #8a5a00; --private-shade: #fdf4e0;
  --one: #1f6fb2; --two: #c8501e; --three: #2c8a57; --four: #8a4fb0; --five: #a87900; --six: #b23a64;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e4e6e8; --soft: #9aa4ae; --line: #343a41; --shade: #1f242a; --link: #7db4ee;
    --private: #e5b863; --private-shade: #2b2516;
    --one: #6db1ea; --two: #f08c5e; --three: #63c391; --four: #c193e0; --five: #dcb443; --six: #ea7ba1;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem 1.25rem 5rem; max-width: 68rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; margin: 0; padding: 0; }
.note { color: var(--soft); font-size: .875rem; max-width: 52rem; margin: .4rem 0 .8rem; }
.wide { overflow-x: auto; margin: .75rem 0 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; min-width: 4rem; }
td:first-child { overflow-wrap: break-word; }
table:has(.number) td:first-child { width: 38%; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tr.over th { padding-top: .9rem; font-weight: 600; background: none; }
tr.over small { display: block; color: var(--soft); font-weight: 400; }
.number { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.faint { color: var(--soft); }
figure { margin: 0; min-width: 0; }
figcaption { font-size: .8125rem; color: var(--soft); margin-top: .25rem; }
.pictures {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem;
}
.pictures .broad { grid-column: 1 / -1; max-width: 46rem; }
svg { width: 100%; height: auto; display: block; color: var(--ink); }
svg text { font-family: inherit; }
svg * { stroke-linejoin: round; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
summary { cursor: pointer; padding: .5rem .8rem; overflow-wrap: anywhere; }
.inside { padding: 0 .8rem .5rem; }
pre, .said { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { font-size: .8125rem; background: var(--shade); padding: .75rem; border-radius: 4px; }
.event {
  margin: .6rem 0; padding: .5rem .8rem; border-left: 3px solid var(--line); background: var(--shade);
}
.event.told { background: none; }
.event details { border: 0; margin: 0; }
.event summary { padding: 0; font-size: .875rem; }
.event .inside { padding: .25rem 0 0; font-size: .875rem; color: var(--soft); }
.event.private { border-left: 3px dashed var(--private); background: var(--private-shade); }
.who { font-weight: 600; }
.mark {
  color: var(--private); border: 1px solid currentColor; border-radius: 3px; padding: 0 .3rem;
  font-size: .75rem; font-weight: 600; white-space: nowrap;
}
@media print { body { max-width: none; } details { break-inside: avoid; } }
"""
