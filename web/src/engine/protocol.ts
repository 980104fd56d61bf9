// What the page asks of the engine, and what it answers: JSON both ways.
//
// A request is an object with `do`; its answer is {"ok": ...} or {"problems": [...], ...}. What is
// opened or made stays in the engine under an `id` that the caller chooses, until it is closed or
// another takes its place, so that the same requests in the same order make the same state again.
// Fields have the names of the library: those of a mapping, a recipe and a planning question are
// those of docs/json.md and of Python's arguments.

// A number, or a text as people write it: "70B", "1.4T", "2:4" of a sparsity.
export type Quantity = number | string;
// What is no number (not a number, infinite, unknown) is null.
export type Maybe<T> = T | null;
export type Interval = [Maybe<number>, Maybe<number>];
export type Id = string;
// A law of the book ("hossain2025", "hossain2025:moe"), the text of a law file, or a formula.
export type LawText = string;
// The id of a fit, or a law that has values.
export type ModelText = string;

// ---- what is asked

// Fields that are left out have their default; docs/json.md, "A mapping".
export interface Mapping {
  columns?: string;
  response?: string;
  loss_unit?: string;
  params_count?: string;
  where?: string;
  weights?: string;
  cluster?: string;
  drop_highest_loss?: number;
  skip_missing?: boolean;
  wide?: boolean;
  file_name?: string;
  thin?: string;
  last_of?: string;
  order?: string;
  mean_of?: string;
  best_of?: string;
  best_by?: string;
}

// docs/json.md, "A recipe".
export interface Recipe {
  residual?: "log" | "linear";
  loss?: string;
  starts?: string;
  seed?: number | string;
  fix?: Record<string, number>;
  tie?: Record<string, string>;
  range?: Record<string, [number, number]>;
  start?: Record<string, number>;
  decrease_tolerance?: number;
  step_tolerance?: number;
  max_iterations?: number;
}

// The flags of `isoflop plan` with their dashes as underscores, which Python's arguments are too.
export interface PlanQuestion {
  flops?: Quantity | Quantity[];
  active_params?: Quantity;
  total_params?: Quantity;
  tokens?: Quantity;
  sparsity?: Quantity; // "free": optimised
  sparsity_range?: [Quantity, Quantity];
  loss?: Quantity;
  least?: "active" | "tokens";
  reach?: Quantity;
  max_active?: Quantity;
  max_total?: Quantity;
  max_tokens?: Quantity;
  memory?: Quantity; // bytes, or "640GB"
  memory_for?: "serving" | "training";
  bytes_per_parameter?: Quantity;
  kv_cache?: Quantity;
  sequences?: Quantity;
  unique_tokens?: Quantity;
  repetition?: Quantity;
  inference_tokens?: Quantity;
  cost?: string; // a name, a formula, or "exact" with `arch`
  arch?: TextFile; // a config.json
  context?: Quantity;
  gpu?: string;
  peak?: Quantity;
  mfu?: Quantity;
  gpus?: Quantity;
  price_per_gpu_hour?: Quantity;
  days?: Quantity;
  money?: Quantity;
  level?: number;
  intervals?: "sandwich" | "profile";
  inputs?: Record<string, Quantity>; // other inputs of the law: experts, U, ...
}

export interface TextFile {
  name: string;
  text: string;
}

// Files of runs are one table; a fit file, a comparison file or a project file comes alone. gzipped
// files are unpacked by the client.
export interface Open {
  do: "open";
  id: Id;
  files: TextFile[];
  sha256?: string; // of the bytes of the files, one after the other
  mapping?: Mapping; // `wide` and `file_name` change the columns
}
// A data set that ships, by its key.
export interface OpenExample {
  do: "open_example";
  id: Id;
  example: string;
}
// How a table would be read, without a fit: for cells of an editor.
export interface MapTable {
  do: "map";
  table: Id;
  law: LawText;
  mapping: Mapping;
}
// Of a table, or of the runs of another fit, whose law and recipe are then the defaults.
export interface Fit {
  do: "fit";
  id: Id;
  table?: Id;
  fit?: Id;
  law?: LawText;
  mapping?: Mapping; // of a table
  recipe?: Recipe; // of a fit: only what changes
  // Rows that are left out, counted from 0 among those that the mapping gives, or that the other
  // fit has; a later fit is best made of that same one, so that its rows keep their numbers.
  exclude?: number[];
  level?: number;
  intervals?: "sandwich" | "profile";
  command?: string; // kept in the fit file
}
// A bootstrap of a fit, or one part of it. The parts of `count` are joined to the same bits that
// one would give.
export interface Bootstrap {
  fit: Id;
  by?: "rows" | "clusters" | "residuals";
  replicates?: number;
  seed?: number | string;
}
export interface BootstrapPart extends Bootstrap {
  do: "bootstrap_part";
  index: number;
  count: number;
  level?: number;
}
// Makes `id` the fit with the draws of all parts.
export interface Merge {
  do: "merge";
  id: Id;
  parts: string[]; // the texts of BootstrapPart's answers
}
export interface Plan {
  do: "plan";
  // Several: the same question of each, side by side.
  models: ModelText[];
  question: PlanQuestion;
  by?: "cost"; // by each cost model, of the first model
}
export interface Profile {
  do: "profile";
  models: ModelText[]; // the losses of the others along the first one's profile
  question: PlanQuestion;
  axis?: "N" | "P" | "S"; // none: a surface over P and S
  points?: number;
  span?: [Quantity, Quantity];
}
export interface Predict {
  do: "predict";
  model: ModelText;
  inputs: Record<string, Quantity>;
  level?: number;
  intervals?: "sandwich" | "profile";
}
// How losses of a law or a fit compare with the rows of a table is in the report.
export interface Report {
  do: "report";
  fits: Id[];
  comparisons?: Id[];
  question?: PlanQuestion;
  title?: string;
  author?: string;
  date?: string;
  notes?: string;
}
export interface Compare {
  do: "compare";
  id: Id;
  table: Id;
  laws: LawText[];
  holdout: string;
  mapping: Mapping;
  recipe?: Recipe;
}
// Outliers, leverage, and what each run does to the plan.
export interface Check {
  do: "check";
  fit: Id;
  flops?: Quantity;
  sparsity?: Quantity;
  inputs?: Record<string, Quantity>;
}
// The text of a fit file or a comparison file.
export interface Save {
  do: "save";
  id: Id;
}
export interface Close {
  do: "close";
  id: Id;
}
export interface Law {
  do: "law";
  law: LawText;
}
export interface Simple {
  do: "version" | "laws" | "examples" | "fields";
}

export type Request =
  | Simple
  | Law
  | Open
  | OpenExample
  | MapTable
  | Fit
  | BootstrapPart
  | Merge
  | Plan
  | Profile
  | Predict
  | Report
  | Compare
  | Check
  | Save
  | Close;

// ---- what is answered

export interface Problem {
  // A field ("recipe.fix", "question.max_total", "mapping.columns"), or the name of a file.
  at: string;
  line: number; // of a file, from 1; 0: none. The rows of a CSV file have lines.
  column: number; // character of the line, or of the field's text; 0: none
  what: string;
}
export interface Problems {
  problems: Problem[];
  more: number; // that were counted and not kept
  // input: what was asked is wrong; work: it has no answer; engine: the engine itself failed, and
  // has been started anew
  kind: "input" | "work" | "engine";
}
export type Answer<T> = { ok: T } | Problems;

export interface Version {
  version: string;
  vector: string;
}

export interface ListedLaw {
  key: string;
  title: string;
  group: Maybe<string>;
  cite: string;
  formula: string;
  predicts: Predicts;
  inputs: string[];
  sets: string[];
}
export interface Laws {
  laws: ListedLaw[];
  version: string;
}
export interface Predicts {
  name: string;
  unit: string;
}
export interface LawDocument {
  key: string;
  title: string;
  group: Maybe<string>;
  cite: string;
  note: Maybe<string>;
  formula: string;
  predicts: Predicts;
  let: Record<string, string>;
  latex: string[];
  inputs: Record<string, string>;
  coefficients: Record<string, { range: [number, number]; unit: string; meaning: string; role: string }>;
  sets: { name: string; cite: string; note: Maybe<string>; values: Record<string, number> }[];
  version: string;
}

// The described fields of a mapping and a recipe, for forms.
export interface Field {
  name: string;
  value: string; // stands for its value: "FILTER"; "" of true or false
  help: string;
  choices: { name: string; help: string }[];
  default: unknown;
}
export interface Fields {
  mapping: Field[];
  recipe: Field[];
}

export interface Example {
  key: string;
  title: string;
  cite: Maybe<string>;
  licence: string;
  ships: boolean; // only these can be opened
  note: Maybe<string>;
  rows: number;
  mapping: Mapping;
  fits: string[];
}
export interface Examples {
  data_sets: Example[];
  version: string;
}

// What a table's columns are guessed to be, and how it is then read: `isoflop init --json`.
export interface Guess {
  layout: string;
  title: string;
  source: string;
  guesses: Record<string, string>;
  law: string;
  mapping: Mapping;
  rows: number;
  rows_read: number;
  notes: string[];
  problems: string[];
  hints: string[];
}
export interface OpenedTable {
  kind: "table";
  source: string;
  rows: number;
  columns: string[];
  head: string[][]; // the first rows, cell by cell
  guess: Maybe<Guess>; // null of a table in which nothing can be guessed
  // Of an example: how its runs are read, and the law to start with.
  example: Maybe<{ key: string; mapping: Mapping; law: Maybe<string> }>;
}
export interface OpenedFit {
  kind: "fit";
  fit: FitDocument;
}
export interface OpenedComparison {
  kind: "comparison";
  comparison: ComparisonDocument;
}
// The text of a law file can be given wherever a law is.
export interface OpenedLaw {
  kind: "law";
  law: LawDocument;
}
// A project file names its runs, which are to be opened beside it.
export interface OpenedProject {
  kind: "project";
  runs: string[];
  law: string;
  laws: string[];
  holdout: string;
  mapping: Mapping;
  recipe: Recipe;
}
export type Opened = OpenedTable | OpenedFit | OpenedComparison | OpenedProject | OpenedLaw;

export interface Mapped {
  rows: number;
  rows_read: number;
  columns: string[]; // the inputs and what else was read
  left_out: string; // "3 left out by mapping.where"; "" for none
  notes: string[];
  warnings: string[];
}

// docs/json.md, "isoflop fit --json". `seconds` and `output` are the program's: 0 and null.
export interface FitDocument {
  law: string;
  set: string;
  formula: string;
  predicts: Predicts;
  status: "converged" | "at_bound" | "limit" | "failed";
  usable: boolean;
  message: string;
  objective: {
    residual: "log" | "linear";
    loss: string;
    delta: Maybe<number>;
    weights: { over: number; under: number };
    sum: Maybe<number>;
    mean: Maybe<number>;
    rows: number;
  };
  errors: Maybe<{ rmse: Maybe<number>; relative: Maybe<number>; r2: Maybe<number> }>;
  coefficients: Record<string, FittedCoefficient>;
  at_bound: string[];
  intervals: Maybe<{ level: number; degrees_of_freedom: number; profile: boolean }>;
  identifiability: Maybe<{
    eigenvalues: number[];
    relative_errors: Maybe<number>[];
    weak: { relative_error: Maybe<number>; coefficients: string[]; text: string }[];
  }>;
  findings: { kind: string; names: string[]; text: string }[];
  lack_of_fit: Maybe<{
    untested: Maybe<string>;
    terms: number;
    degrees_of_freedom: number;
    F: Maybe<number>;
    p: Maybe<number>;
    inputs: string[];
    direction: number;
  }>;
  starts: {
    tried: number;
    descents: number;
    reached_best: number;
    candidates: number;
    stopped: boolean;
    optima: { objective: number; reached: number; coefficients: Record<string, number> }[];
  };
  bootstrap: Maybe<{
    by: string;
    replicates: number;
    seed: number | string;
    level: number;
    units: number;
    draws: number;
    stopped: boolean;
    searched: number;
    converged: number;
    at_bound: number;
    limit: number;
    failed: number;
  }>;
  notes: string[];
  data: {
    source: string;
    sha256: string;
    rows: number;
    rows_read: number;
    warnings: string[];
    mapping: Mapping;
    ranges: Record<string, [number, number]>;
  };
  recipe: Recipe;
  version: string;
}
export interface FittedCoefficient {
  value: Maybe<number>;
  sandwich_error: Maybe<number>;
  sandwich: Maybe<Interval>;
  degrees_of_freedom: Maybe<number>;
  profile: Maybe<Interval>;
  standard_error: Maybe<number>;
  percentile: Maybe<Interval>;
  bca: Maybe<Interval>;
  unit: string;
  range: [number, number];
  at_bound: boolean;
  fixed: boolean;
  tied_to: Maybe<string>;
}

// docs/json.md, "isoflop plan --json". One budget gives this, several a FrontierDocument.
export interface PlanDocument {
  law: string;
  set: string;
  flops: Maybe<number>;
  total_flops: Maybe<number>;
  N: Maybe<number>;
  P: Maybe<number>;
  S: Maybe<number>;
  D: Maybe<number>;
  tokens_per_parameter: Maybe<number>;
  loss: Maybe<number>;
  method: string;
  sparsity_answer: Maybe<string>;
  dense_equivalent: Maybe<number>;
  epochs: Maybe<number>;
  effective_tokens: Maybe<number>;
  cost: string;
  reach: number;
  spend: Maybe<{ gpu_hours: number; days: Maybe<number>; money: Maybe<number> }>;
  binding: { name: string; most: number; gain: Maybe<number> }[];
  outside: { input: string; value: number; range: [number, number]; decades: Maybe<number> }[];
  disputed: Maybe<Record<string, Maybe<number> | string>>;
  extrapolation: Maybe<{ budget: Maybe<number>; hull: Maybe<number> }>;
  uncertainty: Maybe<{
    level: number;
    by: "bootstrap" | "sandwich" | "profile";
    draws: number;
    without_answer: number;
    of: Record<string, PlanIntervals>;
    undetermined: string[];
  }>;
  notes: string[];
  warnings: string[];
  version: string;
}
export interface PlanIntervals {
  standard_error: Maybe<number>;
  bca: Maybe<Interval>;
  percentile: Maybe<Interval>;
  sandwich_error: Maybe<number>;
  sandwich: Maybe<Interval>;
  profile: Maybe<Interval>;
  for_misfit: Maybe<Interval>;
}
export interface FrontierDocument {
  frontier: Omit<PlanDocument, "version">[];
  exponents: { N: Maybe<number>; P: Maybe<number>; D: Maybe<number> };
  output: null;
  version: string;
}
export interface PlanWaysDocument {
  by: "law" | "cost" | "architecture";
  ways: { label: string; counts: Maybe<string>; plan: Maybe<Omit<PlanDocument, "version">>; error: Maybe<string> }[];
  best: Maybe<string>;
  averaged: unknown;
  version: string;
}
export interface ProfileDocument {
  law: string;
  set: string;
  axis: string;
  flops: number;
  optimum: Maybe<{ N: number; P: number; S: number; D: number; loss: number }>;
  columns: Record<string, Maybe<number>[]>;
  output: null;
  version: string;
}

// docs/json.md, "isoflop predict --json".
export interface PredictDocument {
  law: string;
  set: string;
  inputs: Record<string, number>;
  predicts: Predicts;
  loss: number;
  disputed: Maybe<{ law: string; loss: number }>;
  band: Maybe<{
    level: number;
    mean: Maybe<Interval>;
    run: Maybe<Interval>;
    bootstrap_error: Maybe<number>;
    percentile: Maybe<Interval>;
    bca: Maybe<Interval>;
    profile: Maybe<Interval>;
    for_misfit: Maybe<Interval>;
  }>;
  notes: string[];
  warnings: string[];
  version: string;
}

// docs/json.md, "isoflop compare --json", and what `report` gives, docs/report.md: their readers
// say what they take of them.
export type ComparisonDocument = Record<string, unknown>;
export type CheckDocument = Record<string, unknown>;
export type ReportDocument = Record<string, unknown>;

export interface Text {
  text: string;
}

// The answer to each request.
export interface Answers {
  version: Version;
  laws: Laws;
  law: LawDocument;
  examples: Examples;
  fields: Fields;
  open: Opened;
  open_example: OpenedTable;
  map: Mapped;
  fit: FitDocument;
  bootstrap_part: Text;
  merge: FitDocument;
  plan: PlanDocument | FrontierDocument | PlanWaysDocument;
  profile: ProfileDocument;
  predict: PredictDocument;
  report: ReportDocument;
  compare: ComparisonDocument;
  check: CheckDocument;
  save: Text;
  close: Record<string, never>;
}
export type AnswerTo<R extends Request> = Answers[R["do"]];

// ---- what goes between the page and a worker, beside requests

export type ToWorker =
  | { module: BufferSource } // first
  | { call: number; request: string }; // JSON; `call` comes back with the answer
export type FromWorker =
  | { call: number; answer: string } // JSON
  | { call: number; trap: string } // the engine is gone
  | { call: number; progress: { what: string; done: number; total: number } };
