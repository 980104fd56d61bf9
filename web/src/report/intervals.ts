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
  max_active: 'The limit on active parameters',
  max_total: 'The limit on total parameters',
  max_tokens: 'The limit on tokens',
  sparsity_range: 'The sparsity range',
  memory: 'The memory',
  bytes: 'The memory',
};

// Of a field of the library, or the program's flag for it.
export function limitName(field: string): string {
  const name = field.replace(/^(--|question\.|memory\.)/, '').replaceAll('-', '_');
  return limits[name] ?? `The limit ${field}`;
}
