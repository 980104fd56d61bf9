// How the fit was made: recipe, checklist, citation.
import type {FitPart, Report} from '../document/report.ts';
import {formatNumber} from '../text/numbers.ts';
import {CopyButton} from './CopyButton.tsx';

function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object')
    return Object.entries(value).map(([name, each]: [string, unknown]) => `${name}=${Array.isArray(each) ? each.join(':') : String(each)}`).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : '';
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

function Fields({rows}: {rows: [string, string][]}) {
  return (
    <div class="scroll low" tabIndex={0} role="region" aria-label="Fields">
      <table>
        <tbody>
          {rows.filter(([, value]) => value !== '').map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="wrap">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function fileName(path: string): string {
  return path.split(', ').map((each) => each.split('/').at(-1) ?? each).join(', ');
}

export function Recipe({part}: {part: FitPart}) {
  const {fit} = part;
  const {data, recipe} = fit;
  const given = (fields: object): [string, string][] =>
    Object.entries(fields).map(([name, value]: [string, unknown]) => [name.replaceAll('_', ' '), fieldText(value)]);
  return (
    <>
      {part.command !== '' && (
        <>
          <pre tabIndex={0}>{part.command}</pre>
          <CopyButton text={part.command} label="Copy the command" />
        </>
      )}
      <Fields
        rows={[
          ['isoflop', fit.version],
          ['law', part.law.cite === '' ? part.law.key : `${part.law.key}: ${part.law.title} (${part.law.cite})`],
          ['data', fileName(data.source)],
          ['SHA-256', data.sha256],
          ['rows', `${data.rows} of ${data.rows_read}`],
          ...given(data.mapping).filter(([name, value]) => !(name === 'drop highest loss' && value === '0')),
          ['objective', fit.objective.sum === null ? '' : formatNumber(fit.objective.sum, 7)],
          ...given(recipe),
        ]}
      />
      {part.law.toml !== '' && (
        <details>
          <summary>The law's file</summary>
          <pre tabIndex={0}>{part.law.toml}</pre>
        </details>
      )}
    </>
  );
}

export function Checklist({part}: {part: FitPart}) {
  return (
    <>
      <p>
        After the checklist of <cite>(Mis)Fitting</cite> (arXiv:2502.18969). What the program cannot know is for the
        authors to add.
      </p>
      <div class="scroll low" tabIndex={0} role="region" aria-label="Checklist">
        <table>
          <thead>
            <tr>
              <th scope="col">part</th>
              <th scope="col">what</th>
              <th scope="col">here</th>
            </tr>
          </thead>
          <tbody>
            {part.checklist.map((item, i) => (
              <tr key={i}>
                <td>{item.part}</td>
                <td class="wrap">{item.asks}</td>
                <td class={item.answer === '' ? 'wrap missing' : 'wrap'}>{item.answer === '' ? 'for the authors to say' : item.answer}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function Citation({part, report}: {part: FitPart; report: Report}) {
  return (
    <>
      {report.notes !== '' && <p style={{whiteSpace: 'pre-wrap'}}>{report.notes}</p>}
      <pre tabIndex={0}>{part.bibtex}</pre>
      <CopyButton text={part.bibtex} label="Copy BibTeX" />
    </>
  );
}
