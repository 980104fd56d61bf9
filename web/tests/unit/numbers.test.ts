import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatCount, formatFlops, formatNumber, formatPercent, formatShare, parseNumber} from '../../src/text/numbers.ts';

test('numbers have the digits that the program prints', () => {
  assert.equal(formatNumber(0.34), '0.34');
  assert.equal(formatNumber(1.6339434520750513, 6), '1.63394');
  assert.equal(formatNumber(5.88e23), '5.88e23');
  assert.equal(formatNumber(0.00001234), '1.234e-5');
  assert.equal(formatNumber(-0.0002), '-0.0002');
  assert.equal(formatNumber(0), '0');
  assert.equal(formatNumber(NaN), 'none');
});

test('exact ties go to the even digit, as in C++', () => {
  assert.equal(formatNumber(12.5, 2), '12');
  assert.equal(formatNumber(13.5, 2), '14');
  assert.equal(formatNumber(2.5, 1), '2');
  assert.equal(formatNumber(0.125, 2), '0.12');
  assert.equal(formatNumber(1.0000000001e-3, 3), '0.001');
});

test('counts have suffixes', () => {
  assert.equal(formatCount(22341008671.10565), '22.3B');
  assert.equal(formatCount(999.6e9), '1T');
  assert.equal(formatCount(512), '512');
  assert.equal(formatCount(999.9), '1K');
  assert.equal(formatCount(1.23e24), '1.23e24');
  assert.equal(formatCount(226.54e6, 4), '226.5M');
});

test('budgets and shares', () => {
  assert.equal(formatFlops(9.999999999999999e22), '1e23');
  assert.equal(formatFlops(5.88e23), '5.88e23');
  assert.equal(formatFlops(1000), '1000');
  assert.equal(formatShare(0.9172555234403494), '0.9173');
  assert.equal(formatShare(0.999999), '0.999999');
  assert.equal(formatPercent(0.125), '12.5 %');
});

test('values are read as on the command line', () => {
  assert.equal(parseNumber(' 1.4T '), 1.4e12);
  assert.equal(parseNumber('1e23'), 1e23);
  assert.equal(parseNumber('2:4'), 0.5);
  assert.equal(parseNumber('5:4'), null);
  assert.equal(parseNumber('1e3K'), null);
  assert.equal(parseNumber(''), null);
  assert.equal(parseNumber('1e999'), null);
  assert.equal(parseNumber('javascript'), null);
});
