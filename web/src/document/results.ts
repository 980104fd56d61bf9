// What the program prints with --json (docs/json.md), as far as the page shows it. A number that is not
// finite is null.

import type {Mapping, Recipe} from '../engine/protocol.ts';

export type Interval = [number | null, number | null];

export interface Coefficient {
  value: number | null;
  sandwich_error: number | null;
  sandwich: Interval | null;
  profile: Interval | null;
  standard_error: number | null;
  percentile: Interval | null;
  bca: Interval | null;
  unit: string;
  range: [number, number];
  at_bound: boolean;
  fixed: boolean;
  tied_to: string | null;
}

export interface Finding {
  kind: string;
  names: string[];
  text: string;
}

export interface DataOfFit {
  source: string;
  sha256: string;
  rows: number;
  rows_read: number;
  mapping: Mapping;
  ranges: Record<string, [number, number]>;
}

export interface FitResult {
  law: string;
  set: string;
  formula: string;
  predicts: {name: string; unit: string};
  status: string;
  usable: boolean;
  message: string;
  objective: {residual: string; loss: string; delta: number | null; sum: number | null; rows: number};
  errors: {rmse: number | null; relative: number | null; r2: number | null};
  coefficients: Record<string, Coefficient>;
  intervals: {level: number} | null;
  findings: Finding[];
  bootstrap: {level: number; by: string; draws: number} | null;
  notes: string[];
  data: DataOfFit;
  recipe: Recipe;
  version: string;
}

export interface Uncertain {
  percentile: Interval | null;
  sandwich: Interval | null;
  profile: Interval | null;
  for_misfit: Interval | null;
}

export interface PlanResult {
  law: string;
  set: string;
  flops: number;
  total_flops: number;
  N: number;
  P: number;
  S: number;
  D: number;
  tokens_per_parameter: number;
  loss: number;
  method: string;
  sparsity_answer: string | null;
  dense_equivalent: number | null;
  epochs: number | null;
  cost: string;
  spend: {gpu_hours: number; days: number | null; money: number | null} | null;
  binding: {name: string; most: number; gain: number | null}[];
  uncertainty: {
    level: number;
    by: string;
    draws: number;
    of: Record<string, Uncertain>;
    undetermined: string[];
  } | null;
  notes: string[];
  warnings: string[];
}

