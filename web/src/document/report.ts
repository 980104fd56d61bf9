// The report document: all that the page shows. `isoflop report` bakes it into the page, and the engine
// gives the same after a fit in the browser (src/report/json/report_json.cc). No number on the page is from
// anywhere else.
import type {PlanQuestion} from '../engine/protocol.ts';
import type {Figure} from './figure.ts';
import type {FitResult, Interval, PlanResult} from './results.ts';

export interface NamedFigure {
  id: string;
  heading: string;
  figure: Figure;
}

// The runs of a fit; of many every k-th. A value a row.
export interface Runs {
  count: number; // of the fit
  every: number;
  rows: number[]; // numbers of the runs, from 1, as charts have them
  names: string[]; // what the table calls them
  columns: Record<string, (number | null)[]>; // inputs and loss
  predicted: (number | null)[];
  residuals: (number | null)[];
  logarithmic: boolean; // whether residuals are of logarithms
  outliers: number[];
}

export interface ReportFinding {
  kind: string;
  doubt: boolean; // a reason to doubt the plan; else a note
  text: string;
  rows: number[]; // runs that it is about
}

export interface ReportPlan extends PlanResult {
  decision: string;
  question: PlanQuestion;
}

export interface FitPart {
  source: string;
  command: string;
  decision: string; // one sentence; "" where there is no plan
  law: {key: string; title: string; label: string; cite: string; inputs: Record<string, string>; coefficients: Record<string, string>; toml: string};
  fit: FitResult;
  plans: ReportPlan[]; // one a budget, smallest first
  exponents: {N: number | null; P: number | null; D: number | null} | null;
  no_plan: string; // why there is none
  budgets: Interval | null; // what a planner may be set to
  findings: ReportFinding[]; // the gravest first
  figures: NamedFigure[];
  runs: Runs;
  draws?: Record<string, unknown>; // of a bootstrap, as its fit file has them
  checklist: {part: string; asks: string; answer: string}[];
  bibtex: string;
}

export interface ComparedLaw {
  law: string;
  formula: string;
  held_out: {rmse: number | null; relative: number | null};
  held_out_interval: Interval | null;
  training: {rmse: number | null} | null;
}

export interface ComparisonPart {
  source: string;
  holdout: string;
  held_out_rows: number;
  rows: number;
  answer?: string;
  laws: ComparedLaw[];
  figure: Figure;
}

export interface Averaged {
  level: number;
  laws: {law: string; weight: number}[];
  of: Record<string, {value: number | null; interval: Interval | null}>;
}

export interface Report {
  kind: 'report';
  format: number;
  title: string;
  author: string;
  date: string;
  notes: string; // plain text
  decision: string;
  fits: FitPart[];
  comparisons: ComparisonPart[];
  averaged: Averaged | null;
  version: string;
}
