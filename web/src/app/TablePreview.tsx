// The first rows of a table, with the lines that have problems marked.
import type {OpenedTable, Problem} from '../engine/protocol.ts';

// A problem names its column in quotes: column "val-loss": ...
function isBad(problems: Problem[], line: number, column: string): boolean {
  return problems.some((each) => each.line === line && (!each.what.includes('column "') || each.what.includes(`column "${column}"`)));
}

export function TablePreview({table, problems}: {table: OpenedTable; problems: Problem[]}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="First rows">
      <table>
        <caption>{`The first ${table.head.length} of ${table.rows} rows`}</caption>
        <thead>
          <tr>
            <th scope="col">line</th>
            {table.columns.map((column) => <th scope="col" key={column}>{column}</th>)}
          </tr>
        </thead>
        <tbody>
          {table.head.map((cells, i) => (
            <tr key={i}>
              <td>{i + 2}</td>
              {cells.map((cell, j) => <td key={j} class={isBad(problems, i + 2, table.columns[j] ?? '') ? 'bad-cell' : ''}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
