"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id, part) => document.querySelector("#" + id + (part ? " " + part : ""));
const number = (x, digits = 4) => x == null ? "–" : Number(x.toPrecision(digits)).toString();
const better = (a, b) => data.lowerIsBetter ? a < b : a > b;
const svgNS = "http://www.w3.org/2000/svg";

function element(name, attributes, parent, text) {
  const node = document.createElementNS(svgNS, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text != null) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}
function html(name, attributes, parent, text) {
  const node = document.createElement(name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text != null) node.textContent = text;
  if (parent) parent.appendChild(node);
  return node;
}

// A scale has `at`, from a value to 0…1, and `ticks`.
function linear(values, pad = 0.05, whole = false) {
  let low = Math.min(...values), high = Math.max(...values);
  if (low === high) { const d = Math.abs(low) * 0.05 || 1; low -= d; high += d; }
  const room = (high - low) * pad; low -= room; high += room;
  return count => {
    const raw = (high - low) / count, size = 10 ** Math.floor(Math.log10(raw));
    let step = [1, 2, 5, 10].map(m => m * size).find(s => s >= raw);
    if (whole) step = Math.max(1, Math.round(step));
    const ticks = [];
    for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step)
      ticks.push({ at: t, label: number(Math.abs(t) < step * 1e-9 ? 0 : t, 6) });
    return { at: v => (v - low) / (high - low), ticks };
  };
}
function logarithmic(values) {
  let low = Math.log10(Math.min(...values)), high = Math.log10(Math.max(...values));
  if (low === high) { low -= 0.3; high += 0.3; }
  const room = (high - low) * 0.05; low -= room; high += room;
  return count => {
    const marks = [[1], [1, 3], [1, 2, 5]].map(set => {
      const ticks = [];
      for (let e = Math.floor(low); e <= high; e++)
        for (const m of set) { const v = m * 10 ** e, l = Math.log10(v); if (l >= low && l <= high) ticks.push({ at: v, label: number(v) }); }
      return ticks;
    });
    const ticks = marks.reduce((a, b) => b.length <= count + 1 && b.length > a.length ? b : a, []);
    return { at: v => (Math.log10(v) - low) / (high - low), ticks };
  };
}
function categories(names) {
  return () => ({ at: v => (names.indexOf(v) + 0.5) / names.length, ticks: names.map(n => ({ at: n, label: n })) });
}

// A frame with axes; gives back the SVG and the places of values.
function frame(figure, height, xScale, yScale, xLabel, yLabel) {
  const width = Math.max(figure.clientWidth, 200);
  figure.querySelector("svg")?.remove();
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `${yLabel} by ${xLabel}` }, figure);
  const y = yScale(Math.max(3, Math.floor(height / 48)));
  const left = 14 + 6.6 * Math.max(...y.ticks.map(t => t.label.length), 1), right = 10, top = 18, bottom = 34;
  const x = xScale(Math.max(3, Math.floor((width - left) / 62)));
  const px = v => left + x.at(v) * (width - left - right), py = v => top + (1 - y.at(v)) * (height - top - bottom);
  for (const t of y.ticks) {
    element("line", { class: "axis", x1: left, x2: width - right, y1: py(t.at), y2: py(t.at) }, svg);
    element("text", { x: left - 6, y: py(t.at) + 4, "text-anchor": "end" }, svg, t.label);
  }
  element("line", { class: "zero", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }, svg);
  for (const t of x.ticks) element("text", { x: px(t.at), y: height - bottom + 16, "text-anchor": "middle" }, svg, t.label);
  element("text", { x: width - right, y: height - 3, "text-anchor": "end" }, svg, xLabel);
  element("text", { x: left, y: 10, "text-anchor": "start" }, svg, yLabel);
  return { svg, px, py };
}
const line = (points, px, py) => points.map((p, i) => (i ? "L" : "M") + px(p[0]).toFixed(1) + " " + py(p[1]).toFixed(1)).join("");
function dot(area, x, y, radius, color, text) {
  const mark = element("circle", { class: "dot", cx: area.px(x).toFixed(1), cy: area.py(y).toFixed(1), r: radius, style: `fill:var(--${color})` }, area.svg);
  element("title", {}, mark, text);
}
function legend(node, entries) {
  node.replaceChildren();
  for (const [color, text] of entries) html("i", { style: `background:var(--${color})` }, html("span", {}, node), null).after(text);
}
// Far worse values would squeeze the others into a line: what lies beyond the fence is drawn at its edge.
function fence(values) {
  const sorted = [...values].sort((a, b) => a - b), at = q => sorted[Math.round(q * (sorted.length - 1))];
  const spread = at(0.75) - at(0.25) || Math.abs(at(0.5)) * 0.1 || 1;
  return data.lowerIsBetter ? v => Math.min(v, at(0.75) + 2.5 * spread) : v => Math.max(v, at(0.25) - 2.5 * spread);
}
const measured = data.trials.filter(t => t.value != null);
const color = t => t.number === data.best ? "best" : t.stage;
const about = t => `trial ${t.number}, ${t.stage}${t.isCutOff ? ", cut off" : ""}: ${data.metric} ${number(t.value)}`
  + (t.lower == null ? "" : ` (${number(t.lower)} to ${number(t.upper)})`) + `, ${t.iterations} iterations\n`
  + data.axes.map((a, i) => `${a.name} ${typeof t.parameters[i] === "number" ? number(t.parameters[i]) : t.parameters[i]}`).join("\n");
const stages = () => [["best", "best"], ...["defaults", "explore", "refine", "double", "polish"]
  .filter(s => measured.some(t => t.stage === s && t.number !== data.best)).map(s => [s, s])];

function drawProgress() {
  const limit = fence(measured.map(t => t.value)), ys = measured.map(t => limit(t.value));
  const area = frame($("progress", "figure"), 230, linear(measured.map(t => t.number), 0.03, true), linear(ys), "trial", data.metric);
  let best = null, path = "";
  for (const t of measured) {
    if (best == null || better(t.value, best)) {
      path += path ? `H${area.px(t.number).toFixed(1)}V${area.py(limit(t.value)).toFixed(1)}` : `M${area.px(t.number).toFixed(1)} ${area.py(limit(t.value)).toFixed(1)}`;
      best = t.value;
    }
  }
  element("path", { class: "step", d: path + `H${area.px(measured[measured.length - 1].number).toFixed(1)}` }, area.svg);
  for (const t of measured) dot(area, t.number, limit(t.value), t.number === data.best ? 6 : 4, color(t), about(t));
  legend($("progress", ".legend"), stages());
}
function drawCurves() {
  // The frame holds the best and the defaults whole; others may leave it.
  const all = data.curves.flatMap(c => c.points), shown = data.curves.filter(c => c.kind !== "other").flatMap(c => c.points.map(p => p[1]));
  const limit = fence(all.map(p => p[1])), heights = [...shown, ...data.curves.filter(c => c.kind === "other").flatMap(c => c.points.map(p => limit(p[1])))];
  const area = frame($("curves", "figure"), 280, linear(all.map(p => p[0]), 0.02, true), linear(heights), "iteration", data.metric);
  const box = area.svg.viewBox.baseVal;
  element("rect", { x: 0, y: 14, width: box.width, height: box.height - 48 }, element("clipPath", { id: "inside" }, area.svg));
  const inside = element("g", { "clip-path": "url(#inside)" }, area.svg);
  for (const kind of ["other", "defaults", "best"]) for (const c of data.curves.filter(c => c.kind === kind)) {
    element("title", {}, element("path", { class: "curve " + kind, d: line(c.points, area.px, area.py) }, inside), c.label);
    if (kind !== "other") for (const p of c.points) dot(area, p[0], p[1], 3, kind, `${c.label}, iteration ${p[0]}: ${number(p[1], 5)}`);
  }
  const chosen = data.curves.find(c => c.kind === "best");
  if (chosen) {
    const top = chosen.points.reduce((a, b) => better(b[1], a[1]) ? b : a);
    dot(area, top[0], top[1], 6, "best", `best: ${number(top[1], 5)} after iteration ${top[0]}`);
    $("curves", ".note").textContent = `${data.metric} on the held-out part. The best, ${number(top[1], 5)}, came after iteration ${top[0]}.`;
  }
  if (data.curves.length < 2) $("curves", "h2").textContent = "Learning curve";
  const names = { best: "best", defaults: "defaults", other: "other trials" };
  legend($("curves", ".legend"), data.curves.length < 2 ? [] : Object.keys(names).filter(k => data.curves.some(c => c.kind === k)).map(k => [k, names[k]]));
}
function drawLoss() {
  const area = frame($("loss", "figure"), 220, linear(data.loss.map(p => p[0]), 0.02, true), linear(data.loss.map(p => p[1])), "iteration", "objective");
  element("path", { class: "curve defaults", style: "stroke-dasharray:none", d: line(data.loss, area.px, area.py) }, area.svg);
}
const grid = $("parameters", ".grid"), leaves = measured.filter(t => !t.isContinued);
function drawParameters() {
  const limit = fence(leaves.map(t => t.value));
  data.axes.forEach((axis, i) => {
    const values = leaves.map(t => t.parameters[i]);
    const scale = axis.categories ? categories(axis.categories) : axis.isLogarithmic ? logarithmic(values) : linear(values);
    const area = frame(grid.children[i], 190, scale, linear(leaves.map(t => limit(t.value))), "", data.metric);
    for (const t of [...leaves].sort((a, b) => better(b.value, a.value) ? -1 : 1))
      dot(area, t.parameters[i], limit(t.value), t.number === data.best ? 6 : 4, color(t), about(t));
  });
  legend($("parameters", ".legend"), stages());
}
function fillTrials(most) {
  const rows = [...leaves].sort((a, b) => better(a.value, b.value) ? -1 : 1);
  const bounds = rows.slice(0, 15).flatMap(t => [t.lower ?? t.value, t.upper ?? t.value]);
  const low = Math.min(...bounds), high = Math.max(...bounds), at = v => 4 + 112 * Math.min(Math.max((v - low) / (high - low || 1), 0), 1);
  const table = $("trials", "table"); table.replaceChildren();
  const head = html("tr", {}, table);
  const withIntervals = rows.some(t => t.lower != null);
  for (const name of ["trial", "stage", data.metric, ...(withIntervals ? ["95 % interval", ""] : []), ...data.axes.map(a => a.name), "iterations", "s"])
    html("th", name === "stage" ? { class: "text" } : {}, head, name);
  for (const t of rows.slice(0, most)) {
    const row = html("tr", { class: t.number === data.best ? "best" : t.stage === "defaults" ? "defaults" : "" }, table);
    html("td", {}, row, t.number); html("td", { class: "text" }, row, t.stage + (t.isCutOff ? ", cut off" : "")); html("td", {}, row, t.value.toFixed(5));
    if (withIntervals) {
      html("td", {}, row, t.lower == null ? "–" : `${t.lower.toFixed(4)} – ${t.upper.toFixed(4)}`);
      const svg = element("svg", { viewBox: "0 0 120 14", "aria-hidden": "true" }, html("td", {}, row));
      if (t.lower != null) element("line", { class: "interval", x1: at(t.lower), x2: at(t.upper), y1: 7, y2: 7 }, svg);
      element("circle", { cx: at(t.value), cy: 7, r: 3.2, fill: "currentColor" }, svg);
    }
    for (const p of t.parameters) html("td", {}, row, typeof p === "number" ? number(p) : p);
    html("td", {}, row, t.iterations); html("td", {}, row, t.seconds.toFixed(1));
  }
  const button = $("trials", "button");
  button.hidden = rows.length <= most;
  button.textContent = `Show all ${rows.length}`;
  button.onclick = () => fillTrials(rows.length);
  $("trials", ".note").textContent = (withIntervals ? "Intervals are bootstrapped over users: they tell how far the value depends on who was measured. " : "")
    + "Best first; a trial that another went on from is not listed. Iterations are those after which the value was best.";
}

$("title").textContent = data.title; $("subtitle").textContent = data.subtitle;
for (const t of data.tiles) {
  const tile = html("div", { class: "tile" }, $("tiles"));
  html("span", {}, tile, t.label); html("b", {}, tile, t.value); html("span", {}, tile, t.note);
}
if (data.command) $("command", "pre").textContent = data.command; else $("command").remove();
for (const [name, value] of data.facts) {
  const row = html("tr", {}, $("facts", "table"));
  html("th", { class: "text" }, row, name); html("td", { class: "text", style: "white-space:normal;overflow-wrap:anywhere" }, row, value);
}
if (!data.facts.length) $("facts").remove();
const drawings = [];
if (measured.length) { drawings.push(drawProgress); fillTrials(15); } else { $("progress").remove(); $("trials").remove(); }
if (data.curves.some(c => c.points.length > 1)) drawings.push(drawCurves); else $("curves").remove();
if (data.loss.length > 1) drawings.push(drawLoss); else $("loss").remove();
if (leaves.length > 1 && data.axes.length) {
  for (const axis of data.axes) html("figcaption", {}, html("figure", {}, grid), axis.name);
  $("parameters", ".note").textContent = `${data.metric} of each trial by each parameter; ${data.lowerIsBetter ? "lower" : "higher"} is better. Far worse trials are drawn at the edge.`;
  drawings.push(drawParameters);
} else $("parameters").remove();
let width = 0;
function draw() { if (width !== document.body.clientWidth) { width = document.body.clientWidth; drawings.forEach(f => f()); } }
draw();
addEventListener("resize", draw);
