// What the reader of a page points at, chooses, filters and excludes. Charts, table and planner follow
// these signals; nothing else links them.
import {computed, signal} from '@preact/signals';
import type {FitPart} from '../document/report.ts';
import {matchRuns} from './filter.ts';

export class Study {
  readonly part = signal<FitPart>(undefined as unknown as FitPart);
  readonly pointed = signal<number | null>(null);
  readonly chosen = signal<ReadonlySet<number>>(new Set());
  readonly excluded = signal<ReadonlySet<number>>(new Set());
  readonly filter = signal('');

  // Runs that the filter keeps; null where there is none.
  readonly matching = computed(() => matchRuns(this.part.value.runs, this.filter.value));

  constructor(part: FitPart) {
    this.part.value = part;
  }

  toggleChosen(run: number): void {
    this.chosen.value = toggled(this.chosen.value, run);
  }

  toggleExcluded(run: number): void {
    this.excluded.value = toggled(this.excluded.value, run);
  }
}

function toggled(set: ReadonlySet<number>, item: number): ReadonlySet<number> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
