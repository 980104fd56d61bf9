// The runs of the fit, with what the law predicts for them. A row is linked with its points in all charts.
import {computed, useSignal} from '@preact/signals';
import {useMemo} from 'preact/hooks';
import type {Runs} from '../document/report.ts';
import type {Study} from '../state/study.ts';
import {saveFile} from '../app/save_file.ts';
import {formatColumn} from '../text/columns.ts';
import {formatNumber} from '../text/numbers.ts';
import {toCsv} from '../text/csv.ts';

const shownAtFirst = 50;

interface Column {
  name: string;
  of: (row: number) => number | string | null;
  text: (row: number) => string;
}

function columnsOf(runs: Runs, outputName: string): Column[] {
  const residual = (row: number): number | null => {
    const value = runs.residuals[row] ?? null;
    return value === null ? null : (runs.logarithmic ? 100 : 1) * value;
  };
  const columns: Column[] = [{name: 'run', of: (row) => runs.rows[row] ?? null, text: (row) => String(runs.rows[row])}];
  if (runs.names.some(Boolean)) columns.push({name: 'name', of: (row) => runs.names[row] ?? '', text: (row) => runs.names[row] ?? ''});
  for (const [name, values] of Object.entries(runs.columns))
    columns.push({
      name: name === 'loss' ? outputName : name,
      of: (row) => values[row] ?? null,
      text: (row) => formatColumn(name, values[row]),
    });
  columns.push(
    {name: 'predicted', of: (row) => runs.predicted[row] ?? null, text: (row) => formatColumn('loss', runs.predicted[row])},
    {
      name: runs.logarithmic ? 'residual, %' : 'residual',
      of: residual,
      text: (row) => {
        const value = residual(row);
        return value === null ? '' : formatNumber(value, 3);
      },
    },
  );
  return columns;
}

function order(column: Column, upward: boolean): (a: number, b: number) => number {
  const sign = upward ? 1 : -1;
  return (a, b) => {
    const [x, y] = [column.of(a), column.of(b)];
    if (typeof x === 'string' || typeof y === 'string') return sign * String(x).localeCompare(String(y));
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1; // missing last
    return sign * (x - y);
  };
}

function Row({row, columns, study}: {row: number; columns: Column[]; study: Study}) {
  const run = study.part.value.runs.rows[row] ?? 0;
  const kinds = useMemo(
    () =>
      computed(() =>
        [
          study.pointed.value === run && 'pointed',
          study.chosen.value.has(run) && 'chosen',
          study.excluded.value.has(run) && 'excluded',
        ].filter(Boolean).join(' '),
      ),
    [run],
  );
  const kept = useMemo(() => computed(() => !study.excluded.value.has(run)), [run]);
  const pressed = useMemo(() => computed(() => study.chosen.value.has(run)), [run]);
  const point = (): void => { study.pointed.value = run; };
  return (
    <tr class={kinds} data-run={run} onPointerEnter={point} onFocusIn={point}>
      {study.canExclude && (
        <td class="screen-only">
          <input
            type="checkbox"
            aria-label={`run ${run} is fitted`}
            checked={kept}
            onChange={() => { study.toggleExcluded(run); }}
          />
        </td>
      )}
      {columns.map((column, i) => (
        <td key={column.name} class={column.name === 'name' ? '' : 'number'}>
          {i === 0 ? (
            <button
              type="button"
              class="plain"
              aria-label={`mark run ${run}`}
              aria-pressed={pressed}
              onClick={() => { study.toggleChosen(run); }}
            >
              {column.text(row)}
            </button>
          ) : (
            column.text(row)
          )}
        </td>
      ))}
    </tr>
  );
}

export function RunsTable({study}: {study: Study}) {
  const runs = study.part.value.runs;
  const columns = columnsOf(runs, study.part.value.fit.predicts.name);
  const sort = useSignal<{column: number; upward: boolean}>({column: 0, upward: true});
  const most = useSignal(shownAtFirst);
  const matching = study.matching.value;
  const column = columns[sort.value.column] ?? columns[0];
  const rows = runs.rows
    .map((_, row) => row)
    .filter((row) => matching?.has(runs.rows[row] ?? 0) ?? true);
  if (column) rows.sort(order(column, sort.value.upward));
  const shown = rows.slice(0, most.value);
  const save = (): void => {
    const cells = rows.map((row) => columns.map((each) => each.of(row)));
    saveFile('runs.csv', 'text/csv', toCsv([columns.map((each) => each.name), ...cells]));
  };
  return (
    <>
      {runs.every > 1 && <p>{`Every ${runs.every}th of ${runs.count} runs is shown here and in the charts; the fit has all.`}</p>}
      <div class="row-tools screen-only">
        <label>
          Filter{' '}
          <input
            type="search"
            placeholder="S=0.9 N<1B"
            value={study.filter}
            onInput={(event) => { study.filter.value = event.currentTarget.value; }}
          />
        </label>
        <span role="status">{`${rows.length} of ${runs.rows.length} runs`}</span>
        <button type="button" onClick={save}>CSV</button>
        {study.chosen.value.size > 0 && (
          <button type="button" onClick={() => { study.chosen.value = new Set(); }}>{`Unmark ${study.chosen.value.size}`}</button>
        )}
        {study.excluded.value.size > 0 && (
          <button type="button" onClick={() => { study.excluded.value = new Set(); }}>{`Put ${study.excluded.value.size} back`}</button>
        )}
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of runs" onPointerLeave={() => { study.pointed.value = null; }}>
        <table class="runs">
          <caption class="visually-hidden">The runs of the fit, with what the law predicts for them</caption>
          <thead>
            <tr>
              {study.canExclude && <th scope="col" class="screen-only">fitted</th>}
              {columns.map((each, i) => (
                <th
                  scope="col"
                  key={each.name}
                  class={each.name === 'name' ? '' : 'number'}
                  aria-sort={sort.value.column === i ? (sort.value.upward ? 'ascending' : 'descending') : 'none'}
                >
                  <button
                    type="button"
                    onClick={() => { sort.value = {column: i, upward: sort.value.column !== i || !sort.value.upward}; }}
                  >
                    {each.name}
                    {sort.value.column === i && <span aria-hidden="true">{sort.value.upward ? ' ▲' : ' ▼'}</span>}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => <Row key={row} row={row} columns={columns} study={study} />)}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length && <p class="print-only">{`The first ${shown.length} of ${rows.length} runs.`}</p>}
      {rows.length > shown.length && (
        <div class="row-tools screen-only">
          <button type="button" onClick={() => { most.value += 200; }}>
            {`Show ${Math.min(200, rows.length - shown.length)} more of ${rows.length - shown.length}`}
          </button>
        </div>
      )}
    </>
  );
}
