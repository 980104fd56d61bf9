// Planning questions, answered by the engine as they are typed; the fit may be made again by another recipe.
import type {Session} from '../state/session.ts';
import type {QuestionField} from '../state/url.ts';
import {FigureView} from '../charts/FigureView.tsx';
import {CopyButton} from '../report/CopyButton.tsx';
import {Card} from '../report/Decision.tsx';
import {fitCommand, fitPython, planCommand, planPython} from '../state/commands.ts';
import {formatCount, formatFlops, formatShare, parseNumber} from '../text/numbers.ts';
import {profileFigure} from './profile_figure.ts';

interface FieldText {
  name: QuestionField;
  label: string;
  hint: string;
}

const budget: FieldText = {name: 'flops', label: 'budget, training FLOPs', hint: '1e23'};
const limits: FieldText[] = [
  {name: 'max_total', label: 'most total parameters P', hint: '270B'},
  {name: 'max_active', label: 'most active parameters N', hint: '20B'},
  {name: 'max_tokens', label: 'most tokens D', hint: '15T'},
  {name: 'memory', label: 'memory to serve in', hint: '640GB'},
  {name: 'unique_tokens', label: 'unique tokens U', hint: '2T'},
  {name: 'inference_tokens', label: 'tokens to serve', hint: '1T'},
];
const hardware: FieldText[] = [
  {name: 'gpu', label: 'GPU', hint: 'h100'},
  {name: 'gpus', label: 'number of GPUs', hint: '512'},
  {name: 'mfu', label: 'share of the peak', hint: '0.4'},
  {name: 'price_per_gpu_hour', label: 'price of a GPU-hour', hint: '2'},
];

// As the field is written: long numbers as people write them.
function shown(name: QuestionField, value: unknown): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : '';
  if (name === 'flops') return formatFlops(value);
  return name === 'sparsity' || name === 'mfu' ? formatShare(value) : formatCount(value);
}

function problemOf(session: Session, name: string): string {
  return session.planned.value.problems.find((each) => each.at === `question.${name}`)?.what ?? '';
}

function QuestionInput({session, field}: {session: Session; field: FieldText}) {
  const problem = problemOf(session, field.name);
  return (
    <label>
      {field.label}
      <input
        type="text"
        name={field.name}
        placeholder={field.hint}
        value={shown(field.name, session.question.value[field.name])}
        aria-invalid={problem !== ''}
        title={problem}
        onInput={(event) => { session.ask(field.name, event.currentTarget.value); }}
      />
    </label>
  );
}

function BudgetSlider({session}: {session: Session}) {
  const ends = session.study.value.original.budgets;
  const flops = session.question.value.flops;
  const now = typeof flops === 'number' ? flops : parseNumber(typeof flops === 'string' ? flops : '');
  if (!ends || ends[0] === null || ends[1] === null || now === null) return null;
  return (
    <input
      class="across"
      type="range"
      aria-label="budget"
      aria-valuetext={`${formatFlops(now)} FLOPs`}
      min={Math.log10(ends[0])}
      max={Math.log10(ends[1])}
      step={0.01}
      value={Math.log10(now)}
      onInput={(event) => { session.ask('flops', (10 ** Number(event.currentTarget.value)).toPrecision(3)); }}
    />
  );
}

function Question({session}: {session: Session}) {
  const part = session.study.value.original;
  const hasSparsity = ['S', 'Sx', 'P'].some((name) => name in part.law.inputs);
  const sparsity: FieldText = {name: 'sparsity', label: 'sparsity S, or free', hint: 'free'};
  return (
    <form onSubmit={(event) => { event.preventDefault(); }}>
      <div class="fields">
        <QuestionInput session={session} field={budget} />
        {(hasSparsity || session.law.value !== '') && <QuestionInput session={session} field={sparsity} />}
        <BudgetSlider session={session} />
        {limits.map((field) => <QuestionInput key={field.name} session={session} field={field} />)}
        <label class="across">
          law
          <select value={session.law.value} onChange={(event) => { session.law.value = event.currentTarget.value; }}>
            <option value="">{`the fit of this page, ${part.law.label || part.law.key}`}</option>
            {session.laws.value.map((law) => <option key={law} value={law}>{law}</option>)}
          </select>
        </label>
      </div>
      <details>
        <summary>Hardware</summary>
        <div class="fields">
          {hardware.map((field) => <QuestionInput key={field.name} session={session} field={field} />)}
        </div>
      </details>
      <details>
        <summary>Fit again by another recipe</summary>
        <RecipeFields session={session} />
      </details>
    </form>
  );
}

const losses = ['huber:0.001', 'huber:0.01', 'cauchy:0.01', 'mse', 'mae'];

function RecipeFields({session}: {session: Session}) {
  const own = session.study.value.original.fit.recipe;
  const recipe = session.recipe.value;
  const set = (name: 'loss' | 'residual', value: string): void => {
    const {[name]: _, ...rest} = session.recipe.value;
    session.recipe.value = value === own[name] ? rest : {...rest, [name]: value};
  };
  const ownLoss = own.loss ?? '';
  return (
    <div class="fields">
      <label>
        robust loss
        <select value={recipe.loss ?? ownLoss} onChange={(event) => { set('loss', event.currentTarget.value); }}>
          {[...new Set([ownLoss, ...losses])].map((each) => <option key={each} value={each}>{each}</option>)}
        </select>
      </label>
      <label>
        residual
        <select value={recipe.residual ?? own.residual} onChange={(event) => { set('residual', event.currentTarget.value); }}>
          <option value="log">log</option>
          <option value="linear">linear</option>
        </select>
      </label>
    </div>
  );
}

function Commands({session}: {session: Session}) {
  const study = session.study.value;
  const part = study.original;
  const refit = {part, excluded: study.excluded.value, recipe: session.recipe.value};
  const question = session.question.value;
  const law = session.law.value;
  const again = session.isRefit.value && law === '';
  const model = law !== '' ? law : again ? 'refit.json' : part.source || 'fit.json';
  const program = [...(again ? [fitCommand(refit)] : []), planCommand(model, question)].join('\n');
  const python = [
    'import isoflop as isf',
    ...(again ? [fitPython(refit)] : []),
    planPython(law !== '' ? `isf.model(${JSON.stringify(law)})` : again ? 'fit' : `isf.load(${JSON.stringify(model)})`, question),
  ].join('\n');
  return (
    <details open={again}>
      <summary>This as a command</summary>
      <pre tabIndex={0} data-command="program">{program}</pre>
      <CopyButton text={program} label="Copy as command" />
      <pre tabIndex={0} data-command="python">{python}</pre>
      <CopyButton text={python} label="Copy as Python" />
    </details>
  );
}

export function Planner({session}: {session: Session}) {
  const study = session.study.value;
  const part = study.part.value;
  const {plan, profile, problems} = session.planned.value;
  if (!session.engine) return <p>This page was made without its engine: `isoflop plan` answers other questions.</p>;
  if (!session.isLive.value)
    return <p>{`The page has every ${part.runs.every}th run alone. The app plans and refits from the fit file: isoflop app.`}</p>;
  const {name, unit} = part.fit.predicts;
  const figure = profile && profileFigure(profile, unit ? `${name}, ${unit}` : name);
  const all = [...problems, ...session.refitProblems.value];
  return (
    <>
      <div class="planner">
        <div class="screen-only">
          <Question session={session} />
          <p class="state small" role="status">
            {session.refitting.value ? 'Fitting …' : session.isRefit.value ? `Refitted in ${session.refitMilliseconds.value.toFixed(0)} ms.` : ''}
          </p>
        </div>
        <div>
          {all.map((each, i) => <p key={i} class="problem" role="alert">{`${each.at}: ${each.what}`}</p>)}
          {plan && problems.length === 0 && <Card plan={plan} part={part} />}
          {plan?.warnings.map((each, i) => <p key={i} class="bound">{each}</p>)}
        </div>
      </div>
      {figure && problems.length === 0 && <FigureView figure={figure} name="planned" study={study} />}
      <Commands session={session} />
    </>
  );
}
