// Which of a plan's intervals to believe: that which allows for misfit where the law is in doubt, else that
// of the draws, else the profile's.
import type {Interval, Uncertain} from '../document/results.ts';

export interface Ends {
  low: number;
  high: number;
}

function ends(interval: Interval | null): Ends | null {
  if (!interval || interval[0] === null || interval[1] === null) return null;
  return {low: interval[0], high: interval[1]};
}

export function believed(of: Uncertain, by: string): Ends | null {
  return ends(of.for_misfit) ?? (by === 'profile' ? null : ends(of.percentile)) ?? ends(of.profile);
}

const limits: Record<string, string> = {
  'question.max_active': 'The limit on active parameters',
  'question.max_total': 'The limit on total parameters',
  'question.max_tokens': 'The limit on tokens',
  'question.sparsity_range': 'The sparsity range',
  'memory.bytes': 'The memory',
};

export function limitName(field: string): string {
  return limits[field] ?? `The limit ${field}`;
}
