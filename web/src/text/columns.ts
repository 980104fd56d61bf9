// How the values of a column are written, by its name: N, P, D and U are counts, C a budget, S a share.
import type {Unit} from '../document/figure.ts';
import {formatUnit} from '../charts/axes.ts';

const units: Record<string, Unit> = {N: 'count', P: 'count', D: 'count', U: 'count', C: 'flops', S: 'share', Sx: 'share'};

export function formatColumn(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return formatUnit(units[name] ?? 'number', value);
}
