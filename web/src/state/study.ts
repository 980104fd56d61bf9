// What the reader of a page points at, chooses, filters and excludes. Charts, table and planner follow
// these signals; nothing else links them.
import {computed, signal, type Signal} from '@preact/signals';
import type {FitPart, Runs} from '../document/report.ts';
import {formatColumn} from '../text/columns.ts';
import {formatNumber} from '../text/numbers.ts';
import {matchRuns} from './filter.ts';

export class Study {
  readonly part: Signal<FitPart>;
  readonly pointed = signal<number | null>(null);
  readonly chosen = signal<ReadonlySet<number>>(new Set());
  readonly excluded = signal<ReadonlySet<number>>(new Set());
  readonly filter = signal('');

  // The part as it was made: the excluded runs are numbered as its runs are, and stay in the table.
  readonly original: FitPart;
  // Runs that the filter keeps; null where there is none.
  readonly matching = computed(() => matchRuns(this.original.runs, this.filter.value));

  // Runs can be left out where the page has all of them, and an engine to refit by.
  readonly canExclude: boolean;

  constructor(part: FitPart, hasEngine: boolean) {
    this.original = part;
    this.canExclude = hasEngine && part.runs.every === 1;
    this.part = signal(part);
  }

  toggleChosen(run: number): void {
    this.chosen.value = toggled(this.chosen.value, run);
  }

  toggleExcluded(run: number): void {
    this.excluded.value = toggled(this.excluded.value, run);
  }

  readonly sayRun = (run: number): string => runText(this.original.runs, this.original.runs.rows.indexOf(run));
}

function toggled(set: ReadonlySet<number>, item: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}

// All of a run, a line each: what a chart says of a point.
function runText(runs: Runs, row: number): string {
  const residual = runs.residuals[row] ?? null;
  const lines = [`run ${runs.names[row] ?? ''}`];
  for (const [name, values] of Object.entries(runs.columns)) lines.push(`${name} ${formatColumn(name, values[row])}`);
  lines.push(`predicted ${formatColumn('loss', runs.predicted[row])}`);
  if (residual !== null)
    lines.push(runs.logarithmic ? `residual ${formatNumber(100 * residual, 3)} %` : `residual ${formatNumber(residual, 3)}`);
  return lines.join('\n');
}
