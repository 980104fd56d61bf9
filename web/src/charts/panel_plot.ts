// One panel of a figure as an SVG by Observable Plot. Its colours are the page's CSS variables, so that
// light and dark need no second drawing.
import * as Plot from '@observablehq/plot';
import type {Axis, Mark, Panel} from '../document/figure.ts';
import {formatUnit, place, tickText, ticks} from './axes.ts';
import {beside, spread, type Box} from './labels.ts';

// A thing that can be pointed at.
export interface Spot {
  x: number;
  y: number;
  text: string;
  run: number | null;
}

export interface DrawnPanel {
  svg: SVGSVGElement;
  spots: Spot[];
  // Where a run is in this panel, in pixels of the SVG; null where it is not drawn.
  find: (run: number) => [number, number] | null;
  dots: Map<number, SVGElement[]>;
}

const seriesColours = 7;
const scaleColours = 9;
const dashes = ['', '7 4', '2 3', '9 3 2 3', '5 2', '1 4', '12 4'];
const labelHeight = 15;

function colourOf(mark: Mark): string {
  if (mark.colour === 'quiet') return 'var(--quiet)';
  if (mark.colour === 'series') return `var(--s${Math.trunc(mark.place) % seriesColours})`;
  return `var(--r${Math.round(Math.max(0, Math.min(1, mark.place)) * (scaleColours - 1))})`;
}

function dashesOf(mark: Mark): string {
  if (mark.dashed) return '5 4';
  return mark.colour === 'series' ? (dashes[Math.trunc(mark.place) % dashes.length] ?? '') : '';
}

let measuring: CanvasRenderingContext2D | null | undefined;
function textWidth(text: string): number {
  measuring ??= document.createElement('canvas').getContext('2d');
  if (!measuring) return 7 * text.length;
  measuring.font = '12px Helvetica, Arial, "Liberation Sans", sans-serif';
  return measuring.measureText(text).width;
}

function finite(axis: Axis, value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  if (axis.scale === 'log' && value <= 0) return null;
  if (axis.scale === 'density' && value >= 1) return null;
  return place(axis, value);
}

// Whether a value is inside of the axis, or a hair beside it.
function isShown(axis: Axis, value: number | null | undefined): boolean {
  const at = finite(axis, value);
  if (at === null) return false;
  const along = (each: number): number => (axis.scale === 'log' ? Math.log(each) : each);
  const [low, high] = [along(place(axis, axis.range[0])), along(place(axis, axis.range[1]))];
  const margin = 0.005 * (high - low);
  return along(at) >= low - margin && along(at) <= high + margin;
}

function said(panel: Panel, x: number, y: number): string {
  const of = (axis: Axis, value: number): string =>
    axis.names.length > 0 ? (axis.names[Math.round(value)] ?? '') : `${axis.title}: ${formatUnit(axis.unit, value)}`;
  return `${of(panel.x, x)}\n${of(panel.y, y)}`;
}

// What a run is, for those who point at it.
export type SayRun = (run: number) => string;

function spotsOf(panel: Panel, mark: Mark, sayRun: SayRun): Spot[] {
  const spots: Spot[] = [];
  mark.x.forEach((raw, i) => {
    const x = finite(panel.x, raw);
    const y = finite(panel.y, mark.y[i]);
    if (x === null || y === null || !(isShown(panel.x, raw) && isShown(panel.y, mark.y[i]))) return;
    const run = mark.runs[i] ?? null;
    const name = mark.kind === 'line' ? mark.label : (mark.tips[i] ?? '');
    const values = said(panel, raw ?? 0, mark.y[i] ?? 0);
    const text = run !== null ? sayRun(run) : [name, values].filter(Boolean).join('\n');
    spots.push({x, y, text, run});
  });
  return spots;
}

function linePoints(panel: Panel, mark: Mark): {x: number | null; y: number | null; high: number | null}[] {
  return mark.x.map((x, i) => ({
    x: finite(panel.x, x),
    y: finite(panel.y, mark.y[i]),
    high: finite(panel.y, mark.high[i]),
  }));
}

function marksOf(panel: Panel, mark: Mark, sayRun: SayRun): Plot.Markish[] {
  const colour = colourOf(mark);
  switch (mark.kind) {
    case 'line':
      return [
        Plot.line(linePoints(panel, mark), {
          x: 'x',
          y: 'y',
          stroke: colour,
          strokeWidth: mark.colour === 'quiet' ? 1.25 : 2,
          strokeDasharray: dashesOf(mark),
          clip: true,
        }),
      ];
    case 'band':
      return [Plot.areaY(linePoints(panel, mark), {x: 'x', y1: 'y', y2: 'high', fill: colour, fillOpacity: 0.18, clip: true})];
    case 'points':
      return [
        Plot.dot(spotsOf(panel, mark, sayRun), {
          x: 'x',
          y: 'y',
          r: mark.x.length > 600 ? 2 : 3.2,
          fill: colour,
          fillOpacity: 0.75,
          className: 'run-dots',
          clip: true,
        }),
      ];
    case 'optimum':
      return [
        Plot.dot(spotsOf(panel, mark, sayRun), {
          x: 'x',
          y: 'y',
          r: 6,
          stroke: colour,
          strokeWidth: 2.5,
          fill: 'var(--paper)',
          fillOpacity: 0.6,
        }),
      ];
  }
}

function scaleOf(axis: Axis): Plot.ScaleOptions {
  const [low, high] = axis.range;
  return {type: axis.scale === 'log' ? 'log' : 'linear', domain: [place(axis, low), place(axis, high)]};
}

// The texts are given as such: by itself Plot leaves out those of some ticks on logarithmic axes.
function axisMarks(panel: Panel, manyX: number, manyY: number): Plot.Markish[] {
  const of = (axis: Axis, most: number): [number[], Plot.AxisXOptions & Plot.AxisYOptions] => {
    const values = ticks(axis, most);
    const texts = values.map((each) => tickText(axis, each));
    return [values.map((each) => place(axis, each)), {text: texts, tickSize: 4, label: axis.title, labelArrow: 'none'}];
  };
  const [x, xOptions] = of(panel.x, manyX);
  const [y, yOptions] = of(panel.y, manyY);
  const grid = {stroke: 'var(--grid)', strokeOpacity: 1};
  return [Plot.gridX(x, grid), Plot.gridY(y, grid), Plot.axisX(x, xOptions), Plot.axisY(y, yOptions)];
}

function addText(svg: SVGSVGElement, text: string, x: number, y: number, anchor: string, colour: string): void {
  const element = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  element.textContent = text;
  element.setAttribute('class', 'chart-label');
  element.setAttribute('x', x.toFixed(1));
  element.setAttribute('y', y.toFixed(1));
  element.setAttribute('dy', '0.32em');
  element.setAttribute('text-anchor', anchor);
  element.style.fill = colour;
  svg.append(element);
}

interface LineEnd {
  x: number;
  y: number;
  text: string;
  colour: string;
}

// The last point of each labelled line that is inside of the frame.
function lineEnds(panel: Panel, at: (x: number, y: number) => [number, number], frame: Box): LineEnd[] {
  const ends: LineEnd[] = [];
  for (const mark of panel.marks) {
    if (mark.kind !== 'line' || !mark.label) continue;
    for (const point of linePoints(panel, mark).reverse()) {
      if (point.x === null || point.y === null) continue;
      const [x, y] = at(point.x, point.y);
      if (x < frame.left - 1 || x > frame.right + 1 || y < frame.top - 1 || y > frame.bottom + 1) continue;
      ends.push({x, y, text: mark.label, colour: mark.colour === 'scale' ? 'var(--ink)' : colourOf(mark)});
      break;
    }
  }
  return ends;
}

// Lines are named at their ends, in the margin; rings beside them.
function addLabels(svg: SVGSVGElement, panel: Panel, at: (x: number, y: number) => [number, number], frame: Box, right: number): void {
  const ends = lineEnds(panel, at, frame);
  const inMargin = ends.filter((end) => end.x > frame.right - 50);
  const heights = spread(inMargin.map((end) => end.y), labelHeight, frame.top + 4, frame.bottom - 4);
  const rings = panel.marks
    .filter((mark) => mark.kind === 'optimum')
    .flatMap((mark) => spotsAt(panel, mark, at).map((spot) => ({...spot, below: mark.colour !== 'quiet'})));
  const taken: Box[] = rings.map((ring) => ({left: ring.x - 7, right: ring.x + 7, top: ring.y - 7, bottom: ring.y + 7}));
  for (const end of ends) {
    const width = textWidth(end.text);
    const place = inMargin.indexOf(end);
    const found = place < 0 ? beside(end.x - 4, end.y, width, labelHeight - 2, {...frame, right}, taken) : null;
    if (found) {
      addText(svg, end.text, found.x, found.y, found.anchor, end.colour);
      taken.push(found.box);
      continue;
    }
    const y = heights[place] ?? end.y;
    const left = Math.min(end.x + 6, right - width - 2);
    addText(svg, end.text, left, y, 'start', end.colour);
    taken.push({left, right: left + width, top: y - labelHeight / 2, bottom: y + labelHeight / 2});
  }
  const wide = {...frame, right: right - 2, top: frame.top - 4};
  for (const ring of rings) {
    if (!ring.text) continue;
    const found = beside(ring.x, ring.y, textWidth(ring.text), labelHeight - 2, wide, taken, ring.below);
    if (!found) continue;
    taken.push(found.box);
    addText(svg, ring.text, found.x, found.y, found.anchor, 'var(--ink)');
  }
}

function spotsAt(panel: Panel, mark: Mark, at: (x: number, y: number) => [number, number]): {x: number; y: number; text: string}[] {
  const spots: {x: number; y: number; text: string}[] = [];
  mark.x.forEach((raw, i) => {
    const x = finite(panel.x, raw);
    const y = finite(panel.y, mark.y[i]);
    if (x === null || y === null || !(isShown(panel.x, raw) && isShown(panel.y, mark.y[i]))) return;
    const [px, py] = at(x, y);
    spots.push({x: px, y: py, text: mark.tips[i] ?? ''});
  });
  return spots;
}

function longest(texts: string[]): number {
  return texts.reduce((most, each) => Math.max(most, textWidth(each)), 0);
}

export function drawPanel(panel: Panel, width: number, height: number, described: string, sayRun: SayRun): DrawnPanel {
  const manyX = Math.max(2, Math.floor(width / 75));
  const manyY = Math.max(3, Math.floor(height / 45));
  const yTexts = ticks(panel.y, manyY).map((each) => tickText(panel.y, each));
  const labels = panel.marks.filter((mark) => mark.kind === 'line' && mark.label).map((mark) => mark.label);
  const marginRight = Math.max(18, Math.min(longest(labels) + 12, 0.3 * width));
  const marginLeft = Math.min(longest(yTexts) + 14, 0.4 * width);
  const spots = panel.marks.filter((mark) => mark.kind !== 'band').flatMap((mark) => spotsOf(panel, mark, sayRun));
  const svg = Plot.plot({
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: 28,
    marginBottom: 42,
    className: 'chart',
    ariaLabel: described,
    x: scaleOf(panel.x),
    y: scaleOf(panel.y),
    marks: [
      ...axisMarks(panel, manyX, manyY),
      ...panel.marks.flatMap((mark) => marksOf(panel, mark, sayRun)),
      Plot.tip(spots, Plot.pointer({x: 'x', y: 'y', title: 'text', maxRadius: 30, lineWidth: 24})),
    ],
  }) as SVGSVGElement & Plot.Plot;
  svg.setAttribute('role', 'img');
  // The picture is one image to who cannot see it; its parts need no names.
  for (const part of svg.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label');

  const xScale = svg.scale('x');
  const yScale = svg.scale('y');
  const at = (x: number, y: number): [number, number] => [Number(xScale?.apply(x)), Number(yScale?.apply(y))];
  const frame = {left: marginLeft, right: width - marginRight, top: 28, bottom: height - 42};
  addLabels(svg, panel, at, frame, width);
  const byRun = new Map(spots.filter((each) => each.run !== null).map((each) => [each.run, each]));
  return {
    svg,
    spots,
    find: (run) => {
      const spot = byRun.get(run);
      return spot ? at(spot.x, spot.y) : null;
    },
    dots: dotsByRun(svg, panel),
  };
}

// The circles of each run. Plot draws the dots of a mark in the order of its data.
function dotsByRun(svg: SVGSVGElement, panel: Panel): Map<number, SVGElement[]> {
  const found = new Map<number, SVGElement[]>();
  const groups = svg.querySelectorAll('g.run-dots');
  panel.marks
    .filter((mark) => mark.kind === 'points')
    .forEach((mark, i) => {
      const circles = groups[i]?.querySelectorAll<SVGElement>('circle') ?? [];
      const runs = mark.x.flatMap((x, j) => {
        return isShown(panel.x, x) && isShown(panel.y, mark.y[j]) ? [mark.runs[j] ?? null] : [];
      });
      circles.forEach((circle, j) => {
        const run = runs[j] ?? null;
        if (run === null) return;
        circle.dataset['run'] = String(run);
        const list = found.get(run);
        if (list) list.push(circle);
        else found.set(run, [circle]);
      });
    });
  return found;
}
