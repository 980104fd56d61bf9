// The app: a drop zone, how the table is read, and below it the report of its fit.
import {useSignal} from '@preact/signals';
import type {Workbench} from './workbench.ts';
import {ReportPage} from '../report/ReportPage.tsx';
import {MappingForm} from './MappingForm.tsx';
import {TablePreview} from './TablePreview.tsx';

function DropZone({bench}: {bench: Workbench}) {
  const over = useSignal(false);
  const open = (files: FileList | null | undefined): void => {
    if (files && files.length > 0) void bench.openFiles([...files]);
  };
  return (
    <div
      class={over.value ? 'drop over' : 'drop'}
      onDragOver={(event) => { event.preventDefault(); over.value = true; }}
      onDragLeave={() => { over.value = false; }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        open(event.dataTransfer?.files);
      }}
    >
      <p>
        <label class="button" for="file">Choose a table of runs</label>{' '}
        <input id="file" class="visually-hidden" type="file" multiple accept=".csv,.json,.jsonl,.gz,.toml" onChange={(event) => { open(event.currentTarget.files); }} />
        or drop it here: CSV, JSON, or a fit file of isoflop.
      </p>
      <p class="small quiet">Nothing leaves this machine: the engine is in the page, and the page may send no request.</p>
    </div>
  );
}

function Examples({bench}: {bench: Workbench}) {
  if (bench.examples.value.length === 0) return null;
  return (
    <>
      <h2>Or start with an example</h2>
      <ul class="examples">
        {bench.examples.value.map((example) => (
          <li key={example.key}>
            <button type="button" onClick={() => void bench.openExample(example)}>{example.key}</button>{' '}
            <span class="small">{`${example.title}; ${example.rows} rows${example.cite === null ? '' : `; ${example.cite}`}`}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Problems({bench}: {bench: Workbench}) {
  if (bench.problems.value.length === 0) return null;
  return (
    <ul class="doubts" role="alert">
      {bench.problems.value.map((each, i) => (
        <li key={i}>
          <strong>{[each.at, each.line > 0 && `line ${each.line}`, each.column > 0 && `character ${each.column}`].filter(Boolean).join(', ')}</strong>
          {`: ${each.what}`}
        </li>
      ))}
    </ul>
  );
}

function State({bench}: {bench: Workbench}) {
  return (
    <p class="state small" role="status">
      {bench.busy.value !== '' ? (
        <>
          {`${bench.busy.value} … `}
          <button type="button" onClick={() => { bench.cancel(); }}>Stop</button>
        </>
      ) : bench.session.value ? (
        <span data-milliseconds={bench.milliseconds.value.toFixed(0)}>{`Done in ${bench.milliseconds.value.toFixed(0)} ms.`}</span>
      ) : ''}
    </p>
  );
}

function Export({bench}: {bench: Workbench}) {
  const title = useSignal('');
  const author = useSignal('');
  const notes = useSignal('');
  return (
    <details class="screen-only">
      <summary>Save the report or the fit, or bootstrap its intervals</summary>
      <div class="fields">
        <label>title<input type="text" value={title} onInput={(event) => { title.value = event.currentTarget.value; }} /></label>
        <label>author<input type="text" value={author} onInput={(event) => { author.value = event.currentTarget.value; }} /></label>
        <label class="across">notes<textarea value={notes} onInput={(event) => { notes.value = event.currentTarget.value; }} /></label>
      </div>
      <div class="row-tools">
        <button type="button" class="primary" onClick={() => void bench.saveReport({title: title.value, author: author.value, notes: notes.value})}>Save the report</button>
        <button type="button" onClick={() => void bench.saveFit()}>Save the fit file</button>
        <button type="button" onClick={() => void bench.bootstrap(1000)}>Bootstrap, 1000 refits</button>
        <span class="small quiet">Charts are saved below them, the runs above their table.</span>
      </div>
    </details>
  );
}

export function AppPage({bench}: {bench: Workbench}) {
  const session = bench.session.value;
  const head = (
    <>
      <div class="masthead"><strong>isoflop</strong><span>scaling laws: from a table of runs to a plan</span></div>
      {!session && <h1>Drop a table of training runs: which law fits, and what to train next?</h1>}
      <DropZone bench={bench} />
      <State bench={bench} />
      <Problems bench={bench} />
      {bench.table.value && (
        <details open={!session}>
          <summary>{`How ${bench.table.value.source || 'the table'} is read`}</summary>
          <MappingForm bench={bench} />
          <TablePreview table={bench.table.value} problems={bench.problems.value} />
        </details>
      )}
      {session && <Export bench={bench} />}
      {!bench.table.value && !session && <Examples bench={bench} />}
    </>
  );
  if (session) return <ReportPage key={session} session={session} report={session.report} above={<div class="screen-only">{head}</div>} />;
  return <main class="wide">{head}</main>;
}
