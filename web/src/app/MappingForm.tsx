// How a table is read: the law, a formula of columns for each of its inputs, and which rows are kept.
import type {Mapping} from '../engine/protocol.ts';
import {joinColumns, splitColumns} from './columns_text.ts';
import type {Workbench} from './workbench.ts';

const rows: {name: keyof Mapping; label: string; hint: string}[] = [
  {name: 'where', label: 'keep only rows where', hint: 'loss < 5 && C >= 1e18'},
  {name: 'last_of', label: 'last row of each', hint: 'run'},
  {name: 'best_of', label: 'best row of each', hint: 'N, D'},
  {name: 'mean_of', label: 'average rows with the same', hint: 'N, D'},
  {name: 'weights', label: 'weight of a run', hint: 'a column'},
  {name: 'cluster', label: 'runs share noise by', hint: 'a column'},
  {name: 'loss_unit', label: 'unit of the losses', hint: 'nats'},
];

function LawSelect({bench}: {bench: Workbench}) {
  return (
    <label>
      law
      <select value={bench.law} onChange={(event) => { bench.law.value = event.currentTarget.value; }}>
        {bench.laws.value.map((law) => <option key={law.key} value={law.key}>{`${law.key}: ${law.title}`}</option>)}
      </select>
    </label>
  );
}

// The inputs of the law, the loss, and what else the mapping names.
function names(bench: Workbench): string[] {
  const law = bench.laws.value.find((each) => each.key === bench.law.value);
  const inputs = law?.inputs ?? [];
  const sized = inputs.includes('N') || inputs.includes('D') ? ['C'] : [];
  const given = Object.keys(splitColumns(bench.mapping.value.columns ?? ''));
  return [...new Set([...inputs, ...sized, 'loss', ...given])];
}

export function MappingForm({bench}: {bench: Workbench}) {
  const table = bench.table.value;
  const mapping = bench.mapping.value;
  const formulas = splitColumns(mapping.columns ?? '');
  const set = (name: string, formula: string): void => {
    bench.setField('columns', joinColumns({...formulas, [name]: formula}));
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void bench.fit(); }}>
      {table?.guess && <p class="small quiet">{`${table.guess.title}. What is filled in below is a guess: change what is wrong.`}</p>}
      <datalist id="columns">
        {table?.columns.map((column) => <option key={column} value={/^\w+$/.test(column) ? column : `{${column}}`} />)}
      </datalist>
      <div class="fields">
        <LawSelect bench={bench} />
        {names(bench).map((name) => (
          <label key={name}>
            {`${name} =`}
            <input
              type="text"
              name={`column-${name}`}
              list="columns"
              placeholder={table?.columns.includes(name) ? name : 'a column or a formula'}
              value={formulas[name] ?? ''}
              onInput={(event) => { set(name, event.currentTarget.value); }}
            />
          </label>
        ))}
      </div>
      <details>
        <summary>Which rows</summary>
        <div class="fields">
          {rows.map(({name, label, hint}) => (
            <label key={name}>
              {label}
              <input type="text" placeholder={hint} value={String(mapping[name] ?? '')} onInput={(event) => { bench.setField(name, event.currentTarget.value); }} />
            </label>
          ))}
          <label>
            leave out the highest losses
            <input type="number" min="0" value={mapping.drop_highest_loss ?? 0} onInput={(event) => { bench.setField('drop_highest_loss', Math.max(0, Math.trunc(Number(event.currentTarget.value)))); }} />
          </label>
          <label>
            leave out rows with missing values{' '}
            <input type="checkbox" checked={mapping.skip_missing ?? false} onChange={(event) => { bench.setField('skip_missing', event.currentTarget.checked); }} />
          </label>
        </div>
      </details>
      <div class="row-tools"><button type="submit" class="primary">Fit</button></div>
      {table?.guess?.hints.map((hint, i) => <p key={i} class="small quiet">{hint}</p>)}
    </form>
  );
}
