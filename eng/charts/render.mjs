// Renders a Vega-Lite chart to SVG: node render.mjs SPEC.json OUT.svg
import { readFileSync, writeFileSync } from "node:fs";
import { parse, View } from "vega";
import { compile } from "vega-lite";

// Each colour of the light page, and its counterpart for readers who prefer a dark page.
const paper = { light: "#ffffff", dark: "#0d1117" };
const ink = { light: "#1f2328", dark: "#e6edf3" };
const line = { light: "#d1d9e0", dark: "#3d444d" };

// Okabe and Ito's colours, which colour-blind readers can distinguish, too; each stands out on both backgrounds.
const series = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
const font = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";

const config = {
  font,
  background: paper.light,
  padding: 12,
  title: {
    color: ink.light, subtitleColor: ink.light, anchor: "start", fontSize: 14, subtitleFontSize: 12, offset: 12,
  },
  axis: {
    labelColor: ink.light, titleColor: ink.light, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
    labelLimit: 320, gridColor: line.light, domainColor: line.light, tickColor: line.light,
  },
  header: { labelColor: ink.light, titleColor: ink.light, labelFontSize: 12 },
  legend: { labelColor: ink.light, titleColor: ink.light, labelFontSize: 12, titleFontSize: 12, labelLimit: 320 },
  text: { color: ink.light, fontSize: 12 },
  bar: { color: series[0] },
  line: { color: series[0] },
  point: { color: series[0] },
  range: { category: series },
  view: { stroke: null },
};

// An image in a page cannot ask the page for its colours, but it knows what its reader prefers.
function inTheDark() {
  const change = ({ light, dark }) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`;
  return `<style>@media(prefers-color-scheme:dark){${[paper, ink, line].map(change).join("")}}</style>`;
}

const [specFile, svgFile] = process.argv.slice(2);
if (!svgFile) throw new Error("Usage: node render.mjs SPEC.json OUT.svg");

const spec = JSON.parse(readFileSync(specFile, "utf8"));
const view = new View(parse(compile(spec, { config }).spec), { renderer: "none" });
const svg = await view.toSVG();
writeFileSync(svgFile, svg.replace(/^(<svg[^>]*>)/, `$1${inTheDark()}`) + "\n");
