// How an axis of a figure is drawn: its scale, ticks and numbers.
import type {Axis, Unit} from '../document/figure.ts';
import {formatCount, formatFlops, formatNumber, formatShare} from '../text/numbers.ts';

export function formatUnit(unit: Unit, value: number): string {
  switch (unit) {
    case 'count':
      return formatCount(value);
    case 'flops':
      return formatFlops(value);
    case 'share':
      return formatShare(value);
    case 'number':
      return formatNumber(value, 6);
  }
}

// Where a value stands on the axis. Sparsities are spread by the logarithm of what is left of 1.
export function place(axis: Axis, value: number): number {
  return axis.scale === 'density' ? -Math.log10(1 - value) : value;
}

const shares = [0, 0.25, 0.5, 0.75, 0.875, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999];

function decades([low, high]: [number, number], factors: number[]): number[] {
  const values: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); ++decade)
    for (const factor of factors) {
      const value = Number(`${factor}e${decade}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) values.push(value);
    }
  return values;
}

function thinned(values: number[], most: number): number[] {
  const step = Math.ceil(values.length / most);
  return values.filter((_, i) => i % step === 0);
}

function linear([low, high]: [number, number], most: number): number[] {
  const least = (high - low) / Math.max(1, most);
  const decade = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * decade).find((each) => each >= least * (1 - 1e-9)) ?? least;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({length: Math.max(0, Math.min(count, 50))}, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

// Values of the axis with a number each, at most `most` of them.
export function ticks(axis: Axis, most: number): number[] {
  const [low, high] = axis.range;
  if (axis.names.length > 0) return axis.names.map((_, i) => i);
  if (axis.scale === 'density') {
    // From the densest scale of shares to the sparsest: the first that has room.
    const inside = shares.filter((each) => each >= low - 1e-9 && each <= high + 1e-9);
    const rarer = inside.filter((each) => ![0.25, 0.875, 0.98, 0.995, 0.998].includes(each));
    return inside.length <= most ? inside : thinned(rarer, most);
  }
  if (axis.scale === 'log' && low > 0) {
    for (const factors of [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 5], [1, 3]]) {
      const values = decades(axis.range, factors);
      if (values.length >= 3 && values.length <= most) return values;
    }
    const ones = decades(axis.range, [1]);
    return ones.length >= 2 ? thinned(ones, most) : linear(axis.range, most);
  }
  return linear(axis.range, most);
}

export function tickText(axis: Axis, value: number): string {
  return axis.names[value] ?? formatUnit(axis.unit, value);
}
