// A filter of runs, as it is typed: words that all must be found, such as "S=0.9 N<1B moe".
import type {Runs} from '../document/report.ts';
import {parseNumber} from '../text/numbers.ts';

type Test = (row: number) => boolean;

const compare: Record<string, (a: number, b: number) => boolean> = {
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  // As equal as what was typed has digits.
  '=': (a, b) => a === b || Math.abs(a - b) <= 5e-3 * Math.abs(b),
};

function testOf(runs: Runs, word: string): Test {
  const match = /^([^<>=]+)(<=|>=|<|>|=)(.+)$/.exec(word);
  const column = match?.[1] === undefined ? undefined : Object.entries(runs.columns).find(([name]) => name.toLowerCase() === match[1]?.toLowerCase())?.[1];
  const value = match?.[3] === undefined ? null : parseNumber(match[3].toUpperCase());
  const holds = compare[match?.[2] ?? ''];
  if (column && value !== null && holds) return (row) => holds(column[row] ?? NaN, value);
  const text = word.toLowerCase();
  return (row) => (runs.names[row] ?? '').toLowerCase().includes(text) || String(runs.rows[row]) === text;
}

// Run numbers that match; null for all of them.
export function matchRuns(runs: Runs, filter: string): ReadonlySet<number> | null {
  const words = filter.split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const tests = words.map((word) => testOf(runs, word));
  return new Set(runs.rows.filter((_, row) => tests.every((test) => test(row))));
}
