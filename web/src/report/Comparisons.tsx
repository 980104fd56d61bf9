// Laws against each other on runs that their fits did not see.
import type {Averaged, ComparisonPart} from '../document/report.ts';
import type {Study} from '../state/study.ts';
import {FigureView} from '../charts/FigureView.tsx';
import {formatNumber} from '../text/numbers.ts';
import {formatColumn} from '../text/columns.ts';

function number(value: number | null | undefined, digits = 4): string {
  return value === null || value === undefined ? 'none' : formatNumber(value, digits);
}

export function Comparison({part, study, index}: {part: ComparisonPart; study: Study; index: number}) {
  return (
    <>
      {part.answer !== undefined && <p>{part.answer}</p>}
      <FigureView figure={part.figure} name={`comparison-${index + 1}`} study={study} />
      <div class="scroll low" tabIndex={0} role="region" aria-label={`Compared laws ${index + 1}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">law</th>
              <th scope="col" class="number">held-out RMSE</th>
              <th scope="col" class="number">interval</th>
              <th scope="col" class="number">on the fitted rows</th>
            </tr>
          </thead>
          <tbody>
            {part.laws.map((law) => (
              <tr key={law.law}>
                <th scope="row">{law.law}</th>
                <td class="number">{number(law.held_out.rmse)}</td>
                <td class="number">
                  {law.held_out_interval && `${number(law.held_out_interval[0])} to ${number(law.held_out_interval[1])}`}
                </td>
                <td class="number">{number(law.training?.rmse)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function AveragedPlan({averaged}: {averaged: Averaged}) {
  return (
    <p>
      {`The laws together, weighted by how they predict larger runs (${averaged.laws.map((each) => `${each.law} ${formatNumber(each.weight, 3)}`).join(', ')}): `}
      {Object.entries(averaged.of)
        .map(([name, each]) => {
          const ends = each.interval ? ` (${formatColumn(name, each.interval[0])} to ${formatColumn(name, each.interval[1])})` : '';
          return `${name} = ${formatColumn(name, each.value)}${ends}`;
        })
        .join(', ')}
      .
    </p>
  );
}
