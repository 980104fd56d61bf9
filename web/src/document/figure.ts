// A picture as data (src/workflow/figure.h): panels with axes, and what is drawn in them.

export type Unit = 'number' | 'count' | 'flops' | 'share';
// density: of sparsities, the logarithm of 1 - S, growing to the right.
export type Scale = 'linear' | 'log' | 'density';

export interface Axis {
  title: string;
  unit: Unit;
  scale: Scale;
  range: [number, number];
  names: string[]; // of things side by side, at 0, 1, ...; instead of numbers
}

// Values that are not finite are null: they are left out, and part a line.
export type Values = (number | null)[];

export interface Mark {
  kind: 'line' | 'points' | 'band' | 'optimum';
  x: Values;
  y: Values;
  high: Values; // of a band
  colour: 'series' | 'scale' | 'quiet';
  place: number; // which series, or where on the scale from 0 to 1
  dashed: boolean;
  label: string; // of a line
  tips: string[]; // of points: what they are; of optima: beside the ring
  runs: number[]; // of points: runs of the fit, from 1
}

export interface Panel {
  title: string;
  x: Axis;
  y: Axis;
  marks: Mark[];
}

export interface Figure {
  title: string; // the finding, one line
  what: string; // what is drawn, of what
  numbers: string; // what the picture shows, in words
  panels: Panel[];
  columns: number;
}
