// The report document: all that the page shows. `isoflop report` bakes it into the page, and the engine
// gives the same after a fit in the browser. No number on the page is from anywhere else.
import type {Figure} from './figure.ts';
import type {ComparedLaw, FitResult, PlanResult} from './results.ts';

export interface NamedFigure {
  id: string;
  heading: string;
  figure: Figure;
}

// The runs of a fit; of many every k-th. Columns have a value a row.
export interface Runs {
  count: number; // of the fit
  every: number;
  rows: number[]; // run numbers from 1, as charts have them
  names: string[]; // what a run is called; empty where the table says nothing
  columns: Record<string, (number | null)[]>; // inputs and loss
  predicted: (number | null)[];
  residuals: (number | null)[];
  logarithmic: boolean; // whether residuals are of logarithms
  outliers: number[];
}

export interface FitPart {
  fit: FitResult;
  decision: string; // one sentence
  plans: PlanResult[]; // one a budget, smallest first
  question: Record<string, unknown>; // what the plans answer: fields of a PlanRequest
  doubts: string[]; // why to doubt it, the gravest first
  figures: NamedFigure[];
  runs: Runs;
  checklist: {part: string; asks: string; answer: string}[];
  command: string;
  law: {key: string; title: string; cite: string; toml: string; inputs: Record<string, string>};
  bibtex: string;
}

export interface ComparisonPart {
  answer: string;
  holdout: string;
  laws: ComparedLaw[];
  figure: Figure;
  notes: string[];
}

export interface Report {
  title: string;
  author: string;
  date: string;
  notes: string; // plain text
  version: string;
  fits: FitPart[];
  comparisons: ComparisonPart[];
}
