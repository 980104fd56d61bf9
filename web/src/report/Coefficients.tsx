// The fitted law and how sure its coefficients are.
import type {Coefficient, Interval} from '../document/results.ts';
import type {FitPart} from '../document/report.ts';
import {formatNumber} from '../text/numbers.ts';

function intervalText(interval: Interval | null): string {
  if (!interval) return '';
  const [low, high] = interval.map((end) => (end === null ? 'none' : formatNumber(end)));
  return `${low ?? ''} to ${high ?? ''}`;
}

interface Way {
  name: string;
  of: (coefficient: Coefficient) => Interval | null;
}

// The ways that this fit has intervals by.
function waysOf(part: FitPart): Way[] {
  const all = Object.values(part.fit.coefficients);
  const level = (share: number | undefined): string => formatNumber(100 * (share ?? 0));
  const own = level(part.fit.intervals?.level);
  const drawn = level(part.fit.bootstrap?.level);
  const ways: Way[] = [
    {name: `${own} % sandwich`, of: (each) => each.sandwich},
    {name: `${own} % profile`, of: (each) => each.profile},
    {name: `${drawn} % BCa`, of: (each) => each.bca},
    {name: `${drawn} % percentile`, of: (each) => each.percentile},
  ];
  return ways.filter((way) => all.some((each) => way.of(each) !== null));
}

function remark(each: Coefficient): string {
  if (each.fixed) return 'fixed';
  if (each.tied_to !== null) return `tied to ${each.tied_to}`;
  return each.at_bound ? 'at the edge of its range' : '';
}

export function Coefficients({part}: {part: FitPart}) {
  const ways = waysOf(part);
  const {fit} = part;
  return (
    <>
      <p><code>{`${fit.predicts.name} = ${fit.formula}`}</code></p>
      <p>{`The fit ${fit.message}.`}</p>
      <div class="scroll low" tabIndex={0} role="region" aria-label="Coefficients">
        <table>
          <thead>
            <tr>
              <th scope="col">coefficient</th>
              <th scope="col" class="number">value</th>
              <th scope="col" class="number">std. error</th>
              {ways.map((way) => <th scope="col" class="number" key={way.name}>{way.name}</th>)}
              <th scope="col">unit</th>
              <th scope="col">remark</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(fit.coefficients).map(([name, each]) => {
              const error = each.standard_error ?? each.sandwich_error;
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="number">{each.value === null ? 'none' : formatNumber(each.value, 5)}</td>
                  <td class="number">{error === null ? '' : formatNumber(error, 2)}</td>
                  {ways.map((way) => <td class="number" key={way.name}>{intervalText(way.of(each))}</td>)}
                  <td>{each.unit}</td>
                  <td>{remark(each)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
