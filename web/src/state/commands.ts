// What is seen as a line of the program, and as a line of Python.
import type {FitPart, Runs} from '../document/report.ts';
import type {PlanQuestion, Recipe} from '../engine/protocol.ts';

// All digits of a number, as people write exponents.
function numberText(value: unknown): string {
  return String(value).replace('e+', 'e');
}

function quoted(text: string): string {
  return /^[\w.,:=+/@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function pythonText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'string' && /^[\d.]+(e[+-]?\d+)?$/i.test(value) ? value : JSON.stringify(value);
}

function entries(question: PlanQuestion): [string, unknown][] {
  return Object.entries(question).filter(([name, value]) => value !== '' && value !== undefined && name !== 'inputs');
}

// `model` is a fit file, or a law.
export function planCommand(model: string, question: PlanQuestion): string {
  const inputs = Object.entries(question.inputs ?? {}).map(([name, value]) => `${name}=${value}`);
  const flags = entries(question).map(([name, value]) => {
    const text = (Array.isArray(value) ? value : [value]).map(numberText).join(name === 'sparsity_range' ? ':' : ',');
    return `--${name.replaceAll('_', '-')} ${quoted(text)}`;
  });
  return ['isoflop plan', quoted(model), ...inputs.map(quoted), ...flags].join(' ');
}

// `model` is what has the plan in Python: `isf.load("fit.json")`.
export function planPython(model: string, question: PlanQuestion): string {
  const inputs = Object.entries(question.inputs ?? {});
  const given = [...entries(question), ...inputs].map(([name, value]) => `${name}=${pythonText(value)}`);
  return `${model}.plan(${given.join(', ')})`;
}

// A filter that leaves out these runs, by the values that tell them from others: in the program's and in
// Python's `where` alike.
export function exclusionFilter(runs: Runs, excluded: Iterable<number>): string {
  const names = Object.keys(runs.columns).filter((name) => name === 'loss' || name === 'N' || name === 'D');
  return [...excluded]
    .map((run) => runs.rows.indexOf(run))
    .filter((row) => row >= 0)
    .map((row) => `(${names.map((name) => `${name} != ${runs.columns[name]?.[row] ?? 0}`).join(' || ')})`)
    .join(' && ');
}

// The fields of a mapping and a recipe that have not their default: those that are set to something.
function given(fields: object): [string, unknown][] {
  return Object.entries(fields).filter(([, value]: [string, unknown]) => value !== '' && value !== 0 && value !== false && value !== null && typeof value !== 'object');
}

export interface Refit {
  part: FitPart;
  excluded: ReadonlySet<number>;
  recipe: Recipe;
}

function refitFields({part, excluded, recipe}: Refit): [string, unknown][] {
  const filter = exclusionFilter(part.runs, excluded);
  const {where, ...mapping} = part.fit.data.mapping;
  const both = [where, filter].filter((each): each is string => typeof each === 'string' && each !== '');
  const fields = [...given(mapping), ...given({residual: part.fit.recipe.residual, loss: part.fit.recipe.loss, ...recipe})];
  return both.length === 0 ? fields : [...fields, ['where', both.map((each) => (both.length > 1 ? `(${each})` : each)).join(' && ')]];
}

export function fitCommand(refit: Refit): string {
  const {source} = refit.part.fit.data;
  const flags = refitFields(refit).map(([name, value]) => {
    const flag = `--${name.replaceAll('_', '-')}`;
    return value === true ? flag : `${flag} ${quoted(String(value))}`;
  });
  return ['isoflop fit', quoted(source), '--law', quoted(refit.part.law.key), ...flags, '-o refit.json'].join(' ');
}

export function fitPython(refit: Refit): string {
  const {source} = refit.part.fit.data;
  const words = refitFields(refit).map(([name, value]) => {
    const argument = name === 'loss' ? 'robust_loss' : name;
    return `${argument}=${value === true ? 'True' : typeof value === 'number' ? String(value) : JSON.stringify(value)}`;
  });
  return `fit = isf.fit(isf.read(${JSON.stringify(source)}), ${[JSON.stringify(refit.part.law.key), ...words].join(', ')})`;
}
