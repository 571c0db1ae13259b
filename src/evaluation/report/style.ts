/** Colours are told apart by the colour-blind too (after Okabe and Ito), and never alone: dashes and words go with them. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --ink: #1d2126; --soft: #5c6670; --rule: #d9dde1; --a: #0b62a4; --b: #c4580a; --fill: #8fb8da; --mark: #7a4b9c; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171a; --card: #1c2024; --ink: #e6e8ea; --soft: #a0a9b1; --rule: #353b41; --a: #6cb8f0; --b: #f0a35e; --fill: #3c6b91; --mark: #c79be6; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1160px; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0; } h1 small { font-size: 1rem; font-weight: 400; color: var(--soft); }
h2 { font-size: 1.35rem; margin: 3rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
p { margin: .4rem 0 .8rem; max-width: 72ch; } .lead { color: var(--soft); } .aside { color: var(--soft); font-size: .87rem; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; }
aside[role="note"] { border-left: 4px solid var(--b); background: var(--card); padding: .5rem 1rem; margin: 1rem 0; } aside h2 { margin: 0; font-size: 1rem; } aside ul { margin: .25rem 0; padding-left: 1.2rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(135px, 1fr)); gap: .75rem; margin: 1.25rem 0; }
.tile { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .7rem .9rem; }
.tile dt { font-size: .85rem; color: var(--soft); } .tile dd { margin: 0; font-size: 1.75rem; line-height: 1.25; font-weight: 600; } .tile .about { font-size: .78rem; font-weight: 400; line-height: 1.4; color: var(--soft); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 1.25rem 2rem; align-items: start; }
figure { margin: 0; } figcaption { font-size: .85rem; color: var(--soft); margin-top: .25rem; }
table.figures { border-collapse: collapse; font-size: .9rem; } .figures caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .2rem; }
.figures th { text-align: left; font-weight: 500; padding: .22rem .9rem .22rem 0; } .figures thead th { color: var(--soft); font-size: .82rem; text-align: right; padding-right: 0; padding-left: 1.1rem; border-bottom: 1px solid var(--rule); }
.figures td { text-align: right; padding: .22rem 0 .22rem 1.1rem; } .figures tbody tr + tr > * { border-top: 1px solid var(--rule); }
dl.facts { display: grid; grid-template-columns: max-content max-content; gap: .2rem 1.5rem; margin: .5rem 0 1rem; } .facts dd { margin: 0; font-weight: 600; }
svg.plot { width: 100%; max-width: 560px; height: auto; display: block; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.columns.three { grid-template-columns: repeat(auto-fit, minmax(min(100%, 330px), 1fr)); margin-top: 1.25rem; }
.plot + .plot { margin-top: .5rem; }
.plot text { fill: var(--ink); font-size: 12px; font-family: inherit; } .plot .tick { fill: var(--soft); font-size: 11px; } .plot .axis { fill: var(--soft); } .plot .strong { fill: var(--ink); font-weight: 600; }
.grid { stroke: var(--rule); stroke-width: 1; } .line { fill: none; stroke-width: 2.2; stroke-linejoin: round; } .line.a { stroke: var(--a); } .line.b { stroke: var(--b); stroke-dasharray: 9 3; }
.line.ideal { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 4 4; } .dot.a { fill: var(--a); stroke: var(--card); stroke-width: 1.5; }
.bin { fill: var(--fill); } .span { stroke: var(--rule); stroke-width: 3; } .dot1 { fill: var(--a); } .dot2 { fill: var(--card); stroke: var(--b); stroke-width: 2.4; }
.key { white-space: nowrap; margin-right: .8rem; color: var(--ink); } .key::before { content: ""; display: inline-block; width: 22px; height: 0; border-top: 3px solid; margin-right: .4rem; vertical-align: 4px; }
.key.a::before { border-color: var(--a); } .key.b::before { border-top-style: dashed; border-color: var(--b); } .key.ideal::before { border-top: 2px dashed var(--mark); }
.key.bin::before { height: 10px; border: 0; background: var(--fill); vertical-align: 0; } .key.dot1::before, .key.dot2::before { width: 9px; height: 9px; border-radius: 50%; border: 0; background: var(--a); vertical-align: 0; } .key.dot2::before { background: none; border: 2.4px solid var(--b); }
.classes { list-style: none; margin: .5rem 0; padding: 0; columns: 3 300px; column-gap: 2rem; font-size: .87rem; }
.classes li { display: grid; grid-template-columns: 7.5rem 1fr 2.4rem 2.6rem; gap: .5rem; align-items: center; break-inside: avoid; padding: 1px 0; }
.name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .value, .count { text-align: right; } .count { color: var(--soft); }
.bar { position: relative; height: 11px; background: color-mix(in srgb, var(--rule) 55%, transparent); border-radius: 2px; } .bar i { position: absolute; inset: 0 auto 0 0; background: var(--a); border-radius: 2px; } .bar b { position: absolute; top: -2px; bottom: -2px; width: 2px; margin-left: -1px; background: var(--b); }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); gap: 1.5rem; align-items: start; }
.pictures svg { width: 100%; height: auto; max-height: 620px; display: block; border-radius: 6px; background: #000; }
.pictures rect { fill: none; stroke-width: calc(1.6 * var(--unit)); } .pictures rect.halo { stroke: #000; stroke-opacity: .45; stroke-width: calc(3.2 * var(--unit)); }
.pictures rect.found { stroke: #fff; stroke-width: calc(1 * var(--unit)); stroke-dasharray: calc(3 * var(--unit)); } .pictures rect.missed { stroke: #ffe14d; stroke-width: calc(2.2 * var(--unit)); stroke-dasharray: calc(7 * var(--unit)) calc(4 * var(--unit)); }
.pictures rect.right { stroke: #56b4e9; } .pictures rect.wrong { stroke: #ff6a3c; stroke-width: calc(2.2 * var(--unit)); } .pictures rect.crowd { stroke: #bbb; stroke-dasharray: calc(1 * var(--unit)) calc(4 * var(--unit)); }
.pictures rect.tag { fill: #000; fill-opacity: .72; stroke: none; } .pictures text { font-family: system-ui, "Segoe UI", Roboto, sans-serif; font-weight: 600; } .pictures text.missed { fill: #ffe14d; } .pictures text.right { fill: #8fd0f7; } .pictures text.wrong { fill: #ffa78a; }
.legend { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; max-width: none; } .box { display: inline-flex; align-items: center; gap: .45rem; font-size: .88rem; } .box::before { content: ""; width: 26px; height: 16px; background: #30363c; border: 2px solid; border-radius: 2px; }
.box.found::before { border: 1px dashed #fff; outline: 1px solid #30363c; } .box.missed::before { border: 2.5px dashed #ffe14d; outline: 1px solid #30363c; } .box.right::before { border-color: #56b4e9; } .box.wrong::before { border: 2.5px solid #ff6a3c; } .box.crowd::before { border: 2px dotted #bbb; }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: .75rem; color: var(--soft); font-size: .85rem; }
@media print { body { max-width: none; } section { break-inside: auto; } figure { break-inside: avoid; } }
`;
