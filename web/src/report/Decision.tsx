// The answer, before anything else: one sentence, and a card of what follows from it.
import type {PlanResult, Uncertain} from '../document/results.ts';
import type {FitPart} from '../document/report.ts';
import {believed, limitName} from './intervals.ts';
import {formatCount, formatFlops, formatNumber, formatShare} from '../text/numbers.ts';

type Write = (value: number) => string;

interface Fact {
  name: string;
  value: string;
  interval?: string | undefined;
}

export function factsOf(plan: PlanResult, outputName: string, outputUnit: string): Fact[] {
  const three: Write = (value) => formatNumber(value, 3);
  const loss: Write = (value) => formatNumber(value, 6);
  const fact = (name: string, key: string, value: number, write: Write): Fact => ({
    name,
    value: write(value),
    interval: intervalText(plan, key, write),
  });
  const facts = [
    fact('active parameters N', 'N', plan.N, formatCount),
    fact('total parameters P', 'P', plan.P, formatCount),
    fact('sparsity S', 'S', plan.S, formatShare),
    fact('training tokens D', 'D', plan.D, formatCount),
    fact('tokens a parameter D/N', 'tokens_per_parameter', plan.tokens_per_parameter, three),
    fact(`predicted ${outputName}${outputUnit ? `, ${outputUnit}` : ''}`, 'loss', plan.loss, loss),
    fact('training FLOPs C', 'flops', plan.flops, formatFlops),
  ];
  if (plan.total_flops !== plan.flops) facts.push({name: 'with serving, FLOPs', value: formatFlops(plan.total_flops)});
  if (plan.epochs !== null) facts.push({name: 'passes over the unique tokens D/U', value: three(plan.epochs)});
  if (plan.spend) {
    facts.push({name: 'GPU-hours', value: formatCount(plan.spend.gpu_hours)});
    if (plan.spend.days !== null) facts.push({name: 'days', value: three(plan.spend.days)});
    if (plan.spend.money !== null) facts.push({name: 'cost, in the currency of the price', value: formatCount(plan.spend.money)});
  }
  return facts;
}

function intervalText(plan: PlanResult, key: string, write: Write): string | undefined {
  if (plan.uncertainty?.undetermined.includes(key)) return 'not determined by these runs';
  const of: Uncertain | undefined = plan.uncertainty?.of[key];
  const found = of && believed(of, plan.uncertainty?.by ?? '');
  if (!found) return undefined;
  return `${write(found.low)} to ${write(found.high)}`;
}

export function bindingText(plan: PlanResult): string[] {
  return plan.binding.map((each) => {
    const most = each.most < 1 ? formatShare(each.most) : formatCount(each.most);
    const gain = each.gain === null ? 'an unknown amount' : `${formatNumber(each.gain, 3)} of loss`;
  return `${limitName(each.name)}, ${most}, binds: 10 % more would gain ${gain}.`;
  });
}

export function Card({plan, part}: {plan: PlanResult; part: FitPart}) {
  const {name, unit} = part.fit.predicts;
  const uncertainty = plan.uncertainty;
  const misfit = uncertainty !== null && Object.values(uncertainty.of).some((each) => each.for_misfit !== null);
  return (
    <div class="card">
      <dl class="facts">
        {factsOf(plan, name, unit).map((fact) => (
          <div key={fact.name}>
            <dt>{fact.name}</dt>
            <dd>
              <span class="value">{fact.value}</span>
              {fact.interval !== undefined && <span class="interval">{fact.interval}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {uncertainty !== null && (
        <p class="small quiet">
          {formatNumber(100 * uncertainty.level)} % intervals{' '}
          {misfit ? 'that allow for the misfit of the law' : `by ${uncertainty.by}, of ${uncertainty.draws} draws`}
        </p>
      )}
      {bindingText(plan).map((text) => (
        <p class="bound" key={text}>{text}</p>
      ))}
    </div>
  );
}
