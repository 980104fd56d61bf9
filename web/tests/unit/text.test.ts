import assert from 'node:assert/strict';
import {test} from 'node:test';
import {joinColumns, splitColumns} from '../../src/app/columns_text.ts';
import {bakedPage} from '../../src/app/bake.ts';
import {ticks} from '../../src/charts/axes.ts';
import {beside, overlaps, spread} from '../../src/charts/labels.ts';
import type {Report, Runs} from '../../src/document/report.ts';
import {exclusionFilter, planCommand, planPython} from '../../src/state/commands.ts';
import {matchRuns} from '../../src/state/filter.ts';
import {emptyState, readState, writeState} from '../../src/state/url.ts';
import {toCsv} from '../../src/text/csv.ts';

const runs = {
  rows: [1, 2, 3],
  names: ['line 2', 'line 3', 'line 4'],
  columns: {N: [1e8, 1e9, 2e9], S: [0, 0.9, 0.9], loss: [3, 2.5, 2.4]},
} as unknown as Runs;

test('a filter keeps the runs that all its words match', () => {
  assert.equal(matchRuns(runs, ' '), null);
  assert.deepEqual([...(matchRuns(runs, 'S=0.9') ?? [])], [2, 3]);
  assert.deepEqual([...(matchRuns(runs, 's=0.9 n<=1b') ?? [])], [2]);
  assert.deepEqual([...(matchRuns(runs, 'line') ?? [])], [1, 2, 3]);
  assert.deepEqual([...(matchRuns(runs, '3') ?? [])], [2, 3]);
});

test('the address keeps what a reader set', () => {
  const state = {...emptyState, fit: 1, question: {flops: '1e23', max_total: '270B'}, recipe: {loss: 'mse'}, excluded: [3, 7], filter: 'S=0.9 a&b'};
  assert.deepEqual(readState(`#${writeState(state)}`), state);
  assert.equal(writeState(emptyState), '');
  assert.deepEqual(readState('#runs'), emptyState);
  assert.deepEqual(readState('#fit=-3&exclude=x 2 1.5&residual=evil'), {...emptyState, excluded: [2]});
});

test('commands quote what a shell would take apart', () => {
  assert.equal(planCommand('a b.json', {flops: 1e23, sparsity: 'free', inputs: {experts: 64}}), "isoflop plan 'a b.json' experts=64 --flops 1e23 --sparsity free");
  assert.equal(planCommand("it's", {flops: [1e22, 1e23]}), "isoflop plan 'it'\\''s' --flops 1e22,1e23");
  assert.equal(planPython('isf.load("f.json")', {flops: '1e23', max_total: '270B'}), 'isf.load("f.json").plan(flops=1e23, max_total="270B")');
  assert.equal(exclusionFilter(runs, [2]), '(N != 1000000000 || loss != 2.5)');
});

test('columns of a mapping come apart at their own commas', () => {
  const text = 'N={Model, Size}, D=max(a, b), loss={x=y}';
  assert.deepEqual(splitColumns(text), {N: '{Model, Size}', D: 'max(a, b)', loss: '{x=y}'});
  assert.equal(joinColumns(splitColumns(text)), text);
  assert.deepEqual(splitColumns(''), {});
});

test('labels that would touch are spread, in their order and inside', () => {
  assert.deepEqual(spread([10, 10, 50], 10, 0, 100), [5, 15, 50]);
  assert.deepEqual(spread([98, 99], 10, 0, 100), [90, 100]);
  const frame = {left: 0, top: 0, right: 100, bottom: 100};
  const first = beside(50, 50, 20, 10, frame, []);
  assert.ok(first);
  const second = beside(50, 50, 20, 10, frame, [first.box]);
  assert.ok(second && !overlaps(first.box, second.box));
  assert.equal(beside(50, 50, 200, 10, frame, []), null);
});

test('ticks are few and round', () => {
  const axis = {title: '', unit: 'number' as const, names: []};
  assert.deepEqual(ticks({...axis, scale: 'linear', range: [0, 1]}, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks({...axis, scale: 'log', range: [1e6, 1e12]}, 4), [1e6, 1e8, 1e10, 1e12]);
  assert.deepEqual(ticks({...axis, scale: 'density', range: [0, 0.99]}, 4), [0, 0.75, 0.95]);
});

test('a baked report ends no element', () => {
  const report = {title: '</script><b>', decision: '<i>$&', fits: []} as unknown as Report;
  const page = bakedPage(report, '<main id="static"></main><script type="application/json" id="report"></script>');
  assert.equal((page.match(/<\/script>/g) ?? []).length, 1);
  assert.ok(page.includes('&lt;i&gt;$&amp;'));
  assert.ok(!page.includes('<b>'));
});

test('CSV quotes cells, and gives a spreadsheet no formulas', () => {
  assert.equal(toCsv([['a,b', 1, null], ['=1+1', -2, '"']]), `"a,b",1,\n'=1+1,-2,""""\n`);
});
