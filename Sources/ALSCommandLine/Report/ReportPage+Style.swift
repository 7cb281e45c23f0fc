extension ReportPage {
  /// Colours by purpose, for light and dark; a layout that holds down to narrow screens.
  static let style = #"""
    :root {
      --paper: #f6f7f9; --card: #ffffff; --ink: #1b2430; --faint: #5c6878; --line: #dfe4ea;
      --best: #c2410c; --defaults: #1d4ed8; --other: #94a3b8; --shade: #00000026;
      --explore: #64748b; --refine: #0d9488; --double: #9333ea; --polish: #ca8a04;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #11161d; --card: #1a212b; --ink: #e6ebf2; --faint: #9aa7b8; --line: #2d3744;
        --best: #fb923c; --defaults: #7aa7ff; --other: #5b6b80; --shade: #00000080;
        --explore: #94a3b8; --refine: #2dd4bf; --double: #c084fc; --polish: #facc15;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
    }
    main { max-width: 1280px; margin: 0 auto; padding: 28px 20px 48px; }
    h1 { font-size: 1.6rem; margin: 0; letter-spacing: -0.01em; }
    h2 { font-size: 1.05rem; margin: 0 0 4px; }
    .subtitle, .note { color: var(--faint); margin: 2px 0 0; overflow-wrap: anywhere; }
    .note { font-size: 0.87rem; margin-bottom: 10px; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px; margin-top: 16px; min-width: 0; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 20px; }
    .tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
    .tile b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; line-height: 1.25; overflow-wrap: anywhere; }
    .tile span { color: var(--faint); font-size: 0.84rem; display: block; }
    .tile:first-child b { color: var(--best); }
    pre { margin: 8px 0 0; padding: 12px 14px; border-radius: 8px; background: var(--paper); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, "Liberation Mono", monospace; }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); gap: 14px; }
    figure { margin: 0; min-width: 0; }
    figcaption { font-size: 0.87rem; font-weight: 600; margin-bottom: 2px; }
    svg { display: block; width: 100%; overflow: visible; }
    svg text { fill: var(--faint); font-size: 11.5px; font-variant-numeric: tabular-nums; }
    .axis { stroke: var(--line); } .zero { stroke: var(--faint); }
    .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 2px 0 8px; font-size: 0.85rem; color: var(--faint); }
    .legend i { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 6px; }
    .curve { fill: none; stroke-width: 1.2; stroke: var(--other); opacity: 0.5; }
    .curve.defaults { stroke: var(--defaults); stroke-width: 2; opacity: 1; stroke-dasharray: 6 4; }
    .curve.best { stroke: var(--best); stroke-width: 2.6; opacity: 1; }
    .dot { stroke: var(--card); stroke-width: 1; }
    .step { fill: none; stroke: var(--best); stroke-width: 1.6; opacity: 0.75; }
    /* What is wider than its card scrolls in it; shades that the card covers at either end tell that there is more. */
    .scroll {
      overflow-x: auto;
      background:
        linear-gradient(to right, var(--card) 40%, transparent) left / 36px 100% no-repeat local,
        linear-gradient(to left, var(--card) 40%, transparent) right / 36px 100% no-repeat local,
        linear-gradient(to right, var(--shade), transparent) left / 12px 100% no-repeat scroll,
        linear-gradient(to left, var(--shade), transparent) right / 12px 100% no-repeat scroll;
    }
    table { border-collapse: collapse; width: 100%; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 5px 7px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
    th { font-size: 0.8rem; color: var(--faint); font-weight: 600; white-space: normal; vertical-align: bottom; }
    #facts th { width: 40%; }
    th.text, td.text { text-align: left; }
    tr.best td { font-weight: 600; color: var(--best); }
    tr.defaults td { color: var(--defaults); }
    td svg { width: 84px; height: 14px; }
    .interval { stroke: currentColor; stroke-width: 1.5; opacity: 0.6; }
    button { font: inherit; font-size: 0.87rem; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 7px; padding: 5px 12px; margin-top: 10px; cursor: pointer; }
    @media (max-width: 520px) {
      main { padding: 18px 12px 32px; } .card { padding: 14px 12px; }
      .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; } .tile { padding: 10px 12px; } .tile b { font-size: 1.2rem; }
    }
    """#
}
