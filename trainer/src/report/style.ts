/** The report's style sheet: tokens for light and dark, then the page, from large to small. */
export const STYLE = `
:root {
  --page: #faf9f7; --card: #fff; --border: #e4e1dc; --track: #eceae6;
  --text: #1f1d1a; --muted: #67625c; --accent: #1c5fb0; --second: #8f8a83;
  --good: #1a7338; --attention: #8f4a00; --hit: 28, 95, 176; --miss: 190, 60, 30;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #161513; --card: #1e1d1a; --border: #35332f; --track: #2f2d2a;
    --text: #ebe8e3; --muted: #a59f97; --accent: #7db4f5; --second: #8a857e;
    --good: #5cc98a; --attention: #eeb45c; --hit: 95, 155, 235; --miss: 240, 110, 75;
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 0.875rem/1.25rem system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main, footer { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
footer { padding-top: 0; color: var(--muted); font-size: 0.75rem; }
header, .full { grid-column: 1 / -1; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 1.5rem; line-height: 2rem; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 1rem; line-height: 1.5rem; font-weight: 600; }
h3, th { font-size: 0.75rem; line-height: 1rem; font-weight: 600; }
b { font-weight: 600; }
ul, ol { list-style: none; }
.meta, .limit, .muted, .note, .file, .legend { color: var(--muted); }
.limit, .note, .file, .legend, .muted { font-size: 0.75rem; line-height: 1rem; }
.card {
  min-width: 0; background: var(--card); border: 1px solid var(--border); border-radius: 0.5rem;
  padding: 1rem 1.25rem 1.25rem;
}
.card > * + *, .beside > div > * + *, .charts > div > * + * { margin-top: 0.5rem; }
.card p { max-width: 46rem; }

.figures { display: grid; grid-template-columns: 2fr 1.4fr 0.8fr 1fr; gap: 2rem; }
.figure h2 { font-size: 0.75rem; line-height: 1rem; color: var(--muted); }
.figure .value { font-size: 1.5rem; line-height: 3.25rem; }
.figure:first-child .value { font-size: 3rem; line-height: 3.25rem; font-weight: 600; letter-spacing: -0.02em; }
.figure .bar { margin: 0.25rem 0; }
.findings { margin-top: 1rem; border-top: 1px solid var(--border); padding-top: 0.75rem; }
.findings li { display: grid; grid-template-columns: 4rem 1fr; padding: 0.125rem 0; }
.findings b::before { display: inline-block; width: 1.25rem; }
.attention b { color: var(--attention); }
.attention b::before { content: "\\25B2"; font-size: 0.625rem; }
.good b { color: var(--good); }
.good b::before { content: "\\25CF"; font-size: 0.625rem; }

.bar { display: block; width: 100%; height: 0.375rem; border-radius: 0.1875rem; }
.share + .bar { margin-top: 0.25rem; }
.share { display: flex; flex-wrap: wrap; gap: 0 0.5rem; white-space: nowrap; justify-content: space-between; align-items: baseline; }
.track { fill: var(--track); }
.fill { fill: var(--accent); }
.bar .fill { opacity: 0.75; }
.band { fill: var(--text); opacity: 0.3; }
.end { fill: var(--text); }

.mark { width: 0.625rem; height: 0.625rem; flex: none; }
.mark rect { stroke: var(--muted); stroke-width: 0.75; }
.class { display: inline-flex; align-items: center; gap: 0.375rem; min-width: 0; max-width: 100%; }
.class span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 16rem; }
.c0 { fill: #e69f00; } .c1 { fill: #56b4e9; } .c2 { fill: #009e73; } .c3 { fill: #f0e442; }
.c4 { fill: #0072b2; } .c5 { fill: #d55e00; } .c6 { fill: #cc79a7; } .c7 { fill: #000; }

.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 1rem 0.75rem; }
.mistakes img, .missing { display: block; width: 100%; height: auto; aspect-ratio: 1; border-radius: 0.25rem; background: var(--track); }
.missing { display: grid; place-items: center; padding: 0.5rem; text-align: center; font-size: 0.75rem; line-height: 1rem; color: var(--muted); }
.mistakes figcaption { margin-top: 0.375rem; font-size: 0.75rem; line-height: 1rem; }
.mistakes figcaption > span { display: flex; gap: 0.25rem; white-space: nowrap; }
.mistakes .guess { font-weight: 600; }
.mistakes figcaption > .file {
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden;
  white-space: normal; overflow-wrap: anywhere;
}

.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--muted); }
tbody th { white-space: nowrap; color: var(--text); font-size: 0.875rem; line-height: 1.25rem; font-weight: 400; }
th, td { padding: 0.375rem 0.75rem 0.375rem 0; border-bottom: 1px solid var(--border); vertical-align: bottom; }
tbody th, tbody td { vertical-align: middle; }
tbody:last-child tr:last-child > *, tfoot tr > * { border-bottom: 0; }
tfoot th, tfoot td { font-weight: 600; color: var(--text); font-size: 0.875rem; }
.n { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }

.confusion { width: auto; border-collapse: separate; border-spacing: 2px; }
.confusion th, .confusion td { border: 0; padding: 0.375rem; }
.confusion tbody th { padding-left: 0; padding-right: 0.75rem; }
.confusion td { min-width: 2.75rem; height: 2.25rem; text-align: center; border-radius: 0.25rem; background: var(--track); }
.confusion thead th { text-align: center; }
.confusion thead .mark { display: block; margin: 0.375rem auto 0; }
.confusion .corner { text-align: left; padding-left: 0; font-weight: 400; }
.confusion td.sum { background: none; color: var(--muted); }
.upright { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--text); font-weight: 400; }
.confusion td.hit { background: rgba(var(--hit), calc(var(--s, 0) * 0.4)); }
.confusion td.miss { background: rgba(var(--miss), calc(var(--s, 0) * 0.5 + 0.08)); }
.confusion td.s0 { background: var(--track); }
.none { color: var(--muted); }
.s1 { --s: 0.1; } .s2 { --s: 0.2; } .s3 { --s: 0.3; } .s4 { --s: 0.4; } .s5 { --s: 0.5; }
.s6 { --s: 0.6; } .s7 { --s: 0.7; } .s8 { --s: 0.8; } .s9 { --s: 0.9; } .s10 { --s: 1; }

.charts, .beside { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1.5rem; }
.chart { display: block; width: 100%; max-width: 27rem; height: auto; font-size: 12px; overflow: visible; }
.chart text { fill: var(--muted); }
.grid { stroke: var(--border); }
.axis { stroke: var(--second); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.first { stroke: var(--accent); }
.second { stroke: var(--second); }
.beyond { stroke: var(--accent); stroke-dasharray: 5 5; }
.dot { stroke-width: 1.5; fill: var(--card); }
.gap { fill: none; stroke: var(--attention); stroke-width: 1; stroke-dasharray: 2 2; }
.ideal { stroke: var(--muted); stroke-dasharray: 4 4; }
.trial { fill: var(--text); opacity: 0.45; }
.range { stroke: var(--accent); stroke-width: 6; opacity: 0.3; stroke-linecap: round; }
.expected { fill: var(--card); stroke: var(--accent); stroke-width: 2; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; }
.legend b { color: var(--text); }
.key { width: 1rem; height: 0.5rem; margin-right: 0.375rem; }
.verdict { font-weight: 600; }

dl div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 0.75rem; padding: 0.125rem 0; }
dt { color: var(--muted); }
dd { overflow-wrap: anywhere; }
code { font: 0.75rem/1rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
details li { overflow-wrap: anywhere; padding: 0.125rem 0; font-size: 0.75rem; line-height: 1rem; }
summary { cursor: pointer; color: var(--accent); }

@media (max-width: 52rem) {
  main { grid-template-columns: minmax(0, 1fr); padding: 1rem 0.75rem; gap: 0.75rem; }
  .card { padding: 0.75rem 1rem 1rem; }
  .figures, .charts, .beside { grid-template-columns: minmax(0, 1fr); gap: 1rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .mistakes { grid-template-columns: repeat(auto-fill, minmax(5.75rem, 1fr)); gap: 0.75rem; }
  th, td { padding-right: 0.5rem; }
  .figure:first-child { grid-column: 1 / -1; }
}
@media (max-width: 30rem) { .figures .figure:nth-child(2) { grid-column: 1 / -1; } }
@media (min-width: 110rem) { html { font-size: 125%; } }
@media print {
  body, .card { background: none; }
  .card { break-inside: avoid; }
}
`;
