// The loss along the sizes that a budget can train, as a figure like those of the report.
import type {Axis, Figure} from '../document/figure.ts';
import type {ProfileDocument} from '../engine/protocol.ts';
import {formatCount, formatFlops, formatNumber} from '../text/numbers.ts';

function rangeOf(values: (number | null)[], axis: Omit<Axis, 'range'>): Axis {
  const finite = values.filter((each): each is number => each !== null && Number.isFinite(each));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const margin = axis.scale === 'log' ? 1 : (high - low) * 0.06 || 1;
  return {...axis, range: axis.scale === 'log' ? [low, high] : [low - margin, high + margin]};
}

export function profileFigure(profile: ProfileDocument, outputTitle: string): Figure | null {
  const [sizes, losses] = [profile.columns['N'], profile.columns['loss']];
  if (!sizes || !losses || sizes.filter((each) => each !== null).length < 2) return null;
  const best = profile.optimum;
  const budget = formatFlops(profile.flops);
  const line = {high: [], colour: 'series' as const, place: 0, dashed: false, runs: []};
  return {
    title: best
      ? `At ${budget} FLOPs the loss is least at N = ${formatCount(best.N)}, without limits`
      : `The loss along N at ${budget} FLOPs`,
    what: `One budget of ${profile.law}:${profile.set}, spent on models of other sizes; ring: the optimum`,
    numbers: best ? `Optimum: N = ${formatCount(best.N)}, loss ${formatNumber(best.loss, 6)}.` : '',
    columns: 1,
    panels: [
      {
        title: '',
        x: rangeOf(sizes, {title: 'active parameters N', unit: 'count', scale: 'log', names: []}),
        y: rangeOf(losses, {title: outputTitle, unit: 'number', scale: 'linear', names: []}),
        marks: [
          {...line, kind: 'line', x: sizes, y: losses, label: '', tips: []},
          ...(best ? [{...line, kind: 'optimum' as const, place: 1, x: [best.N], y: [best.loss], label: '', tips: [formatCount(best.N)]}] : []),
        ],
      },
    ],
  };
}
